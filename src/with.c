/* `async with`: entering and leaving whatever asyncio_with takes. */
#include "exceptions.h"
#include "locks.h"
#include "taskgroups.h"

static bool with_enter(asyncio_object *context, const asyncio_site *site)
{
    switch (context->type) {
    case OBJECT_LOCK: return asyncio__lock_acquire((asyncio_lock *)context, site) == 0;
    case OBJECT_SEMAPHORE: return asyncio__semaphore_acquire((asyncio_semaphore *)context, site) == 0;
    case OBJECT_TASK_GROUP: return task_group_enter((asyncio_task_group *)context, site);
    default: return object_check(context, OBJECT_LOCK, "asyncio_with");
    }
}

asyncio_object *asyncio__with_enter(asyncio_object *context, const asyncio_site *site)
{
    if (asyncio_failed())
        return NULL;
    if (!context) {
        object_check(NULL, OBJECT_LOCK, "asyncio_with");
        return NULL;
    }
    return with_enter(context, site) ? object_ref(context) : NULL;
}

static void with_exit(asyncio_object *context)
{
    switch (context->type) {
    case OBJECT_LOCK: asyncio_lock_release((asyncio_lock *)context); break;
    case OBJECT_SEMAPHORE: asyncio_semaphore_release((asyncio_semaphore *)context); break;
    case OBJECT_TASK_GROUP: task_group_exit((asyncio_task_group *)context); break;
    }
}

void asyncio__with_exit(asyncio_object *context)
{
    with_exit(context);
    object_unref(context);
}
