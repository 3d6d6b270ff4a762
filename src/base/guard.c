#include "base/guard.h"

static asyncio_object *guard_new(asyncio_object *inside)
{
    guard *g = object_new(OBJECT_GUARD, sizeof *g, object_owner());
    if (!g)
        return NULL;
    g->inside = inside;
    return &g->object;
}

static asyncio_object *guard_open(asyncio_object *object)
{
    guard *g = (guard *)object;
    asyncio_object *inside = g->inside;
    g->inside = NULL;
    object_disown(g);
    return inside;
}

static size_t guard_finalize(asyncio_object *object)
{
    guard *g = (guard *)object;
    object_unref(g->inside);
    return sizeof *g;
}
