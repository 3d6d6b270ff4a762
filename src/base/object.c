#include "base/object.h"

#include "base/exceptions.h"
#include "base/memory.h"
#include "base/runtime.h"

#include <string.h>

static const char *const object_names[OBJECT_TYPES] = {
    "an object that has been freed (its maker has ended, or it was dropped: asyncio_keep() holds it longer)",
#define KIND(constant, stem, type, noun, ...) noun,
    OBJECT_KINDS(KIND)
#undef KIND
};

static const char *object_label(const asyncio_object *object)
{
    static const char *const labels[OBJECT_TYPES] = {NULL,
#define KIND(constant, stem, type, noun, label, ...) label,
                                                     OBJECT_KINDS(KIND)
#undef KIND
    };
    return labels[object->type];
}

static void *object_new(object_type type, size_t size, list *owner)
{
    asyncio_object *object = memory_take(size);
    if (!object) {
        exception_raise_no_memory();
        return NULL;
    }
    object->type = type;
    object->refs = 1;
    object->id = ++runtime.ids;
    if (owner)
        list_append(owner, &object->owned);
    return object;
}

static void *object_ref(void *object)
{
    ((asyncio_object *)object)->refs++;
    return object;
}

static void *object_claim(void *pointer)
{
    asyncio_object *object = pointer;
    if (object)
        list_remove(&object->owned);
    return object;
}

/* What each type lets go of before its memory goes; returns its size, or 0 if it is not to be freed yet. */
static size_t object_finalize(asyncio_object *object)
{
    switch (object->type) {
#define KIND(constant, stem, type, ...) \
    case OBJECT_##constant: return stem##_finalize((asyncio_##type *)object);
        OBJECT_KINDS(KIND)
#undef KIND
    default: return 0;
    }
}

static void object_free(asyncio_object *object)
{
    size_t size = object_finalize(object);
    if (size) {
        object->type = OBJECT_FREED;
        memory_give(object, size);
    }
}

/* What an object lets go of may end in its turn, and so on along chains of any length: from some depth on it waits
 * until the outermost one is over. Then it is looked at again, as it may have come back to life
 * (future_report_unseen). */
NEVER_SUSPENDS static void object_end(asyncio_object *object)
{
    enum { DEEPEST = 32 };
    if (runtime.ending == DEEPEST) {
        if (!list_linked(&object->owned))
            list_append(&runtime.to_end, &object->owned);
        return;
    }
    list_remove(&object->owned);
    runtime.ending++;
    object_free(object);
    runtime.ending--;
    list *link;
    while (!runtime.ending && (link = list_first(&runtime.to_end))) {
        list_remove(link);
        object = CONTAINER(link, asyncio_object, owned);
        if (!object->refs)
            object_end(object);
    }
}

static void object_disown(void *pointer)
{
    asyncio_object *object = pointer;
    list_remove(&object->owned);
    object_unref(object);
}

static void object_disown_all(list *owner)
{
    list *link;
    while ((link = list_first(owner))) {
        list_remove(link);
        object_unref(CONTAINER(link, asyncio_object, owned));
    }
}

COLD static bool object_complain(const asyncio_object *object, object_type type, const char *call)
{
    const char *given = !object                       ? "NULL (did the call that made it fail?)"
                        : object->type < OBJECT_TYPES ? object_names[object->type]
                                                      : "a pointer that is no asyncio object";
    exception_raise_format(ASYNCIO_TYPE_ERROR, "%s() needs %s, got %s", call, object_names[type], given);
    return false;
}

asyncio_object *asyncio__keep(asyncio_object *object)
{
    if (!object)
        return NULL;
    if (object->type == OBJECT_FREED || object->type >= OBJECT_TYPES) {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "asyncio_keep() of %s", object_names[OBJECT_FREED]);
        return NULL;
    }
    if (object->kept == UINT16_MAX) {
        exception_raise_format(ASYNCIO_OVERFLOW_ERROR, "asyncio_keep() was called 65535 times for the same object");
        return NULL;
    }
    object->kept++;
    return object_ref(object);
}

void asyncio__drop(asyncio_object *object)
{
    if (!object)
        return;
    if (object->type != OBJECT_FREED && object->kept > 0)
        object->kept--;
    else if (object->type != OBJECT_FREED && list_linked(&object->owned))
        list_remove(&object->owned);
    else {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR,
                               "asyncio_drop() of an object that is not held: it was dropped before");
        return;
    }
    object_unref(object);
}
