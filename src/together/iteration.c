/* `async for` over generators, over as_completed, and over iterators that a program makes of a function of its own. */
#include "base/exceptions.h"
#include "base/runtime.h"

struct asyncio_aiter {
    asyncio_object object;
    asyncio_body *anext;
    void *self;
};

asyncio_aiter *(asyncio_aiter_new)(asyncio_body * anext, void *self)
{
    if (!anext)
        return exception_raise_format(ASYNCIO_TYPE_ERROR, "asyncio_aiter_new() needs a function, got NULL");
    asyncio_aiter *iterator = object_new(OBJECT_AITER, sizeof *iterator, object_owner());
    if (iterator) {
        iterator->anext = anext;
        iterator->self = self;
    }
    return iterator;
}

static size_t aiter_finalize(asyncio_aiter *iterator)
{
    return sizeof *iterator;
}

static bool aiter_next(asyncio_aiter *iterator, const asyncio_site *site)
{
    (void)site;
    runtime.next_value = iterator->anext(iterator->self);
    if (!asyncio_failed())
        return true;
    if (asyncio_isinstance(asyncio_pending(), ASYNCIO_STOP_ASYNC_ITERATION))
        object_unref(exception_take());
    return false;
}

/* Each returns whether there is a next value, and which; at the end, or if it raised, there is none. The value goes
 * through a variable of the runtime's: one of the caller's whose address is taken would keep its stack. */
static bool next_of(asyncio_object *iterable, const asyncio_site *site)
{
    switch (iterable->type) {
#define NEXT(constant, stem, type) \
    case OBJECT_##constant: return stem##_next((asyncio_##type *)iterable, site);
#define KIND(constant, stem, type, noun, label, with, held, awaited, iterated) \
    KIND_IF(iterated, NEXT(constant, stem, type))
        OBJECT_KINDS(KIND)
#undef KIND
    default: return object_check(iterable, OBJECT_AGEN, "asyncio_for");
    }
}

bool asyncio__for_next(asyncio_object *iterable, const asyncio_site *site)
{
    if (asyncio_failed())
        return false;
    if (!iterable)
        return object_check(NULL, OBJECT_AGEN, "asyncio_for");
    return next_of(iterable, site);
}

void *asyncio__for_value(void)
{
    return runtime.next_value;
}
