#include "base/handlers.h"

#include "base/memory.h"
#include "base/object.h"

static handler *handler_open(handler **all, asyncio_exception *e, const char *function)
{
    handler *h = memory_take(sizeof *h);
    if (!h)
        return NULL;
    h->outer = *all;
    h->exception = e;
    h->function = function;
    return *all = h;
}

static asyncio_exception *handler_remove(handler **place)
{
    handler *h = *place;
    asyncio_exception *e = h->exception;
    *place = h->outer;
    memory_give(h, sizeof *h);
    return e;
}

static asyncio_exception *handler_close(handler **all, handler *block)
{
    const handler *h = *all;
    while (h && h != block)
        h = h->outer;
    if (!h)
        return NULL;
    while (*all != block)
        object_unref(handler_remove(all));
    return handler_remove(all);
}

static void handlers_forget(handler **all, const char *function)
{
    while (*all && (*all)->function)
        if (!function || (*all)->function == function)
            object_unref(handler_remove(all));
        else
            all = &(*all)->outer;
}

static void handlers_free(handler **all)
{
    while (*all)
        if ((*all)->exception)
            object_unref(handler_remove(all));
        else
            *all = (*all)->outer;
}

static asyncio_exception *handlers_innermost(const handler *h, const char *function)
{
    for (; h && h->function; h = h->outer)
        if (h->function == function)
            return h->exception;
    while (h && (h->function || !h->exception))
        h = h->outer;
    return h ? h->exception : NULL;
}
