/* Asynchronous context managers of a program's own, for asyncio_with. */
#include "base/exceptions.h"
#include "base/runtime.h"

struct asyncio_context_manager {
    asyncio_object object;
    asyncio_aenter *aenter;
    asyncio_aexit *aexit;
    void *self;
};

asyncio_context_manager *asyncio_context_manager_new(asyncio_aenter *aenter, asyncio_aexit *aexit, void *self)
{
    if (!aexit)
        return exception_raise_format(ASYNCIO_TYPE_ERROR,
                                      "asyncio_context_manager_new() needs a function for the exit, got NULL");
    asyncio_context_manager *manager = object_new(OBJECT_CONTEXT_MANAGER, sizeof *manager, object_owner());
    if (manager) {
        manager->aenter = aenter;
        manager->aexit = aexit;
        manager->self = self;
    }
    return manager;
}

static bool manager_enter(asyncio_context_manager *manager, const asyncio_site *site)
{
    (void)site;
    return !manager->aenter || (manager->aenter(manager->self) == 0 && !asyncio_failed());
}

/* The exit runs with nothing pending, so that it can await. What it raises itself wins; what came out of the block goes
 * on unless it says that it has dealt with it. */
static void manager_exit(asyncio_context_manager *manager)
{
    asyncio_exception *e = asyncio_pending();
    if (e)
        object_ref(e);
    asyncio_object *held = asyncio__finally_enter();
    bool swallow = manager->aexit(manager->self, e) && !asyncio_failed();
    asyncio__finally_exit(held);
    if (swallow)
        object_unref(exception_take());
    object_unref(e);
}

static size_t manager_finalize(asyncio_context_manager *manager)
{
    return sizeof *manager;
}
