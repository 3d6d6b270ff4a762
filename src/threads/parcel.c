#include "threads/parcel.h"

#include "base/exceptions.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- blocks of bytes that functions return ---- */

/* It belongs to whoever runs, and so goes with that: what leaves the thread is a copy. */
typedef struct result_block {
    asyncio_object object;
    size_t size;
    _Alignas(16) char bytes[];
} result_block;

static void *result_new(size_t size)
{
    result_block *block = object_new(OBJECT_RESULT, sizeof *block + size + 1, object_owner());
    if (!block)
        return NULL;
    block->size = size;
    block->bytes[size] = '\0';
    return block->bytes;
}

void *asyncio_result_bytes(const void *bytes, size_t size)
{
    if (!bytes && size)
        return exception_raise_format(ASYNCIO_TYPE_ERROR, "asyncio_result_bytes() needs bytes, got NULL");
    void *result = result_new(size);
    return result && size ? memcpy(result, bytes, size) : result;
}

void *asyncio_result_text(const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = length < 0 ? NULL : result_new((size_t)length);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

static size_t result_finalize(asyncio_object *object)
{
    return sizeof(result_block) + ((result_block *)object)->size + 1;
}

/* The block that begins there, of those that the running function has made; NULL for any other value. */
static result_block *block_at(const void *value)
{
    LIST_EACH (object_owner(), link) {
        asyncio_object *object = CONTAINER(link, asyncio_object, owned);
        if (object->type == OBJECT_RESULT && ((result_block *)object)->bytes == value)
            return (result_block *)object;
    }
    return NULL;
}

/* ---- packing exceptions ---- */

typedef struct packer {
    char *bytes;
    size_t size, room;
} packer;

static bool pack(packer *p, const void *data, size_t size)
{
    enum { FIRST = 64 };
    if (!memory_reserve(&p->bytes, &p->room, p->size + size, 1, FIRST))
        return false;
    memcpy(p->bytes + p->size, data, size);
    p->size += size;
    return true;
}

/* What stands before the message and its zero; then come cause, context, and the members of a group. */
typedef struct packed {
    const asyncio_exception_type *type;
    const asyncio_site *sites[EXCEPTION_SITES];
    uint32_t sites_count, count;
    size_t length; /* of the message */
    bool cause, context;
} packed;

static bool pack_exception(packer *p, const asyncio_exception *e)
{
    packed head;
    memset(&head, 0,
           sizeof head); /* and what lies between its members: the bytes are compared with nothing, but copied */
    head.type = e->type;
    memcpy(head.sites, e->sites, sizeof head.sites);
    head.sites_count = e->sites_count;
    head.count = e->count;
    head.length = strlen(e->message);
    head.cause = e->cause;
    head.context = e->context;
    bool packed = pack(p, &head, sizeof head) && pack(p, e->message, head.length + 1) &&
                  (!e->cause || pack_exception(p, e->cause)) && (!e->context || pack_exception(p, e->context));
    for (uint32_t i = 0; packed && i < e->count; i++)
        packed = pack_exception(p, e->members[i]);
    return packed;
}

static asyncio_exception *unpack_exception(const char **at)
{
    packed head;
    memcpy(&head, *at, sizeof head);
    asyncio_exception *e = exception_new(head.type, *at + sizeof head), *cause, *context, *member;
    bool whole = !exception_is_static(e); /* otherwise there is no memory for it, and the rest is read over */
    *at += sizeof head + head.length + 1;
    cause = head.cause ? unpack_exception(at) : NULL;
    context = head.context ? unpack_exception(at) : NULL;
    if (whole) {
        memcpy(e->sites, head.sites, sizeof head.sites);
        e->sites_count = head.sites_count;
        e->cause = cause;
        e->context = context;
        e->members = head.count ? calloc(head.count, sizeof *e->members) : NULL;
    } else {
        object_unref(cause);
        object_unref(context);
    }
    for (uint32_t i = 0; i < head.count; i++) {
        member = unpack_exception(at);
        if (whole && e->members)
            e->members[e->count++] = member;
        else
            object_unref(member);
    }
    return e;
}

/* ---- parcels ---- */

static void parcel_pack_exception(parcel *parcel, const asyncio_exception *e)
{
    packer p = {NULL, 0, 0};
    parcel->no_memory = exception_is_static(e) || !pack_exception(&p, e);
    if (parcel->no_memory)
        free(p.bytes);
    else {
        parcel->exception = p.bytes;
        parcel->exception_size = p.size;
    }
}

static void parcel_pack(parcel *parcel, void *value)
{
    result_block *block = value ? block_at(value) : NULL;
    memset(parcel, 0, sizeof *parcel);
    asyncio_exception *e = exception_take();
    if (e) {
        parcel_pack_exception(parcel, e);
        object_unref(e);
    } else if (!block) {
        parcel->value = value;
    } else if ((parcel->bytes = malloc(block->size + 1))) {
        memcpy(parcel->bytes, block->bytes, block->size + 1);
        parcel->size = block->size;
    } else
        parcel->no_memory = true;
}

static asyncio_exception *parcel_exception(const parcel *parcel)
{
    const char *at = parcel->exception;
    if (parcel->no_memory)
        return exception_new(ASYNCIO_MEMORY_ERROR, "");
    return at ? unpack_exception(&at) : NULL;
}

static void *parcel_value(const parcel *parcel)
{
    return parcel->bytes ? parcel->bytes : parcel->value;
}

static void parcel_free(parcel *parcel)
{
    free(parcel->bytes);
    free(parcel->exception);
    memset(parcel, 0, sizeof *parcel);
}
