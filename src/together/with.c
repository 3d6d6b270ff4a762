/* `async with`: entering and leaving whatever asyncio_with takes. */
#include "sync/conditions.h"
#include "core/contextvars.h"
#include "base/exceptions.h"
#include "together/guard.h"
#include "sync/locks.h"
#include "together/managers.h"
#include "core/runners.h"
#include "together/taskgroups.h"
#include "threads/threads.h"
#include "together/timeouts.h"

/* What asyncio itself has to enter, and what JavaScript enters, too (js_tasks.c): such a program links no more than
 * this. */
static bool with_enter(asyncio_object *context, const asyncio_site *site)
{
    switch (context->type) {
    case OBJECT_LOCK: return asyncio__lock_acquire((asyncio_lock *)context, site) == 0;
    case OBJECT_SEMAPHORE: return asyncio__semaphore_acquire((asyncio_semaphore *)context, site) == 0;
    case OBJECT_TASK_GROUP: return task_group_enter((asyncio_task_group *)context, site);
    case OBJECT_CONDITION: return condition_enter((asyncio_condition *)context, site) == 0;
    case OBJECT_BARRIER: return asyncio__barrier_wait((asyncio_barrier *)context, site) >= 0;
    case OBJECT_TIMEOUT: return timeout_enter((asyncio_timeout *)context, site);
    default: return object_check(context, OBJECT_LOCK, "asyncio_with");
    }
}

static void with_exit(asyncio_object *context)
{
    switch (context->type) {
    case OBJECT_LOCK: asyncio_lock_release((asyncio_lock *)context); break;
    case OBJECT_SEMAPHORE: asyncio_semaphore_release((asyncio_semaphore *)context); break;
    case OBJECT_TASK_GROUP: task_group_exit((asyncio_task_group *)context); break;
    case OBJECT_CONDITION: condition_leave((asyncio_condition *)context); break;
    case OBJECT_TIMEOUT: timeout_exit((asyncio_timeout *)context); break;
    }
}

static bool with_enter_any(asyncio_object *context, const asyncio_site *site)
{
    switch (context->type) {
    case OBJECT_EXECUTOR: return executor_enter((asyncio_executor *)context, site);
    case OBJECT_RUNNER: return runner_enter((asyncio_runner *)context);
    case OBJECT_AGEN: return true;
    case OBJECT_CONTEXT_MANAGER: return manager_enter((asyncio_context_manager *)context);
    case OBJECT_TOKEN: return true; /* it was set already */
    default: return with_enter(context, site);
    }
}

/* contextlib.aclosing */
static void agen_exit(asyncio_agen *agen)
{
    asyncio_object *held = asyncio__finally_enter();
    asyncio__agen_close(agen, NULL);
    asyncio__finally_exit(held);
}

static void with_exit_any(asyncio_object *context)
{
    switch (context->type) {
    case OBJECT_EXECUTOR: threads_used->executor_exit((asyncio_executor *)context); break;
    case OBJECT_RUNNER: asyncio_runner_close((asyncio_runner *)context); break;
    case OBJECT_AGEN: agen_exit((asyncio_agen *)context); break;
    case OBJECT_CONTEXT_MANAGER: manager_exit((asyncio_context_manager *)context); break;
    case OBJECT_TOKEN: token_exit((asyncio_contextvar_token *)context); break;
    default: with_exit(context);
    }
}

/* Enters, with a guard that was made before: what is entered can be left for sure. What was made for the block alone
 * has nobody else who owns it. */
asyncio_object *asyncio__with_enter(asyncio_object *context, bool made_for_it, const asyncio_site *site)
{
    if (!context) {
        if (!asyncio_failed())
            object_check(NULL, OBJECT_LOCK, "asyncio_with");
        return NULL;
    }
    if (context->type == OBJECT_FREED || context->type >= OBJECT_TYPES) {
        object_check(context, OBJECT_LOCK, "asyncio_with");
        return NULL;
    }
    asyncio_object *held = made_for_it ? object_claim(context) : object_ref(context);
    asyncio_object *guard = guard_new(held);
    if (guard && !asyncio_failed() && with_enter_any(context, site))
        return guard;
    object_unref(guard ? guard_open(guard) : held);
    return NULL;
}

void asyncio__with_exit(asyncio_object *guard)
{
    with_exit_any(((struct guard *)guard)->inside);
    object_unref(guard_open(guard));
}
