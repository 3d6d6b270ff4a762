#include "threads/parcel.h"

#include "base/exception_web.h"
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

/* What stands before the message and its zero, and the places of the members of a group. */
typedef struct packed {
    const asyncio_exception_type *type;
    const asyncio_site *sites[EXCEPTION_SITES];
    uint32_t sites_count, count;
    uint32_t cause, context; /* their places in the parcel, from 1; 0: none */
    size_t length;           /* of the message */
} packed;

enum { PLACE_OF_NO_MEMORY = -1 }; /* that one does not travel */

static uint32_t place_of(const asyncio_exception *e)
{
    return !e ? 0 : exception_is_static(e) ? (uint32_t)PLACE_OF_NO_MEMORY : e->mark;
}

static bool pack_one(packer *p, const asyncio_exception *e)
{
    packed head;
    memset(&head, 0,
           sizeof head); /* and what lies between its members: the bytes are compared with nothing, but copied */
    head.type = e->type;
    memcpy(head.sites, e->sites, sizeof head.sites);
    head.sites_count = e->sites_count;
    head.count = e->count;
    head.cause = place_of(e->cause);
    head.context = place_of(e->context);
    head.length = strlen(e->message);
    bool packed = pack(p, &head, sizeof head) && pack(p, e->message, head.length + 1);
    for (uint32_t i = 0; packed && i < e->count; i++) {
        uint32_t place = place_of(e->members[i]);
        packed = pack(p, &place, sizeof place);
    }
    return packed;
}

/* All that it leads to, too. First comes how many they are. */
static bool pack_exception(packer *p, asyncio_exception *e)
{
    exception_web web = {0};
    bool packed = web_add(&web, e) && web_follow(&web) && pack(p, &web.count, sizeof web.count);
    for (size_t i = 0; packed && i < web.count; i++)
        packed = pack_one(p, web.all[i]);
    web_end(&web);
    return packed;
}

/* Reads the next one's head; the message begins there, and behind it the members. */
static const char *unpack_head(const char **at, packed *head)
{
    memcpy(head, *at, sizeof *head);
    const char *message = *at + sizeof *head;
    *at = message + head->length + 1 + head->count * sizeof(uint32_t);
    return message;
}

/* What e refers to comes after it, or they may be in a ring. */
static asyncio_exception *exception_at(asyncio_exception *const *all, uint32_t place, size_t e)
{
    if (place == (uint32_t)PLACE_OF_NO_MEMORY)
        return exception_new_no_memory();
    if (!place)
        return NULL;
    if (place - 1 <= e)
        web_suspect(all[e]);
    return object_ref(all[place - 1]);
}

/* Has one refer to the others. */
static void unpack_links(asyncio_exception *const *all, size_t i, const packed *head, const char *members)
{
    asyncio_exception *e = all[i];
    if (exception_is_static(e)) /* there was no memory for it */
        return;
    memcpy(e->sites, head->sites, sizeof head->sites);
    e->sites_count = head->sites_count;
    e->cause = exception_at(all, head->cause, i);
    e->context = exception_at(all, head->context, i);
    e->members = head->count ? calloc(head->count, sizeof *e->members) : NULL;
    for (uint32_t place; e->members && e->count < head->count; members += sizeof place) {
        memcpy(&place, members, sizeof place);
        e->members[e->count++] = exception_at(all, place, i);
    }
}

static asyncio_exception *unpack_exception(const char *at)
{
    size_t count;
    packed head;
    memcpy(&count, at, sizeof count);
    const char *first = at += sizeof count;
    asyncio_exception **all = calloc(count, sizeof *all);
    if (!all)
        return exception_new_no_memory();
    for (size_t i = 0; i < count; i++) {
        const char *message = unpack_head(&at, &head);
        all[i] = exception_new(head.type, message);
    }
    at = first;
    for (size_t i = 0; i < count; i++) {
        const char *message = unpack_head(&at, &head);
        unpack_links(all, i, &head, message + head.length + 1);
    }
    asyncio_exception *e = all[0];
    while (count > 1)
        object_unref(all[--count]);
    free(all);
    return e;
}

/* ---- parcels ---- */

static void parcel_pack_exception(parcel *parcel, asyncio_exception *e)
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
    if (parcel->no_memory)
        return exception_new_no_memory();
    return parcel->exception ? unpack_exception(parcel->exception) : NULL;
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
