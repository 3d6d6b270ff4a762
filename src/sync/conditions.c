/* asyncio.Condition, as in CPython 3.13: a notification that reaches a waiter which is cancelled goes on to another
 * one. */
#include "sync/conditions.h"

#include "base/exceptions.h"
#include "core/futures.h"
#include "sync/locks.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <limits.h>

struct asyncio_condition {
    asyncio_object object;
    asyncio_lock *lock; /* with a reference */
    asyncio_object *of; /* itself, or what it is a part of; borrowed */
    list waiters;       /* neither woken nor cancelled */
    uint32_t loop;
};

static asyncio_condition *condition_new(asyncio_lock *lock, asyncio_object *of, list *owner)
{
    if (lock)
        object_ref(lock);
    else if (!(lock = object_claim(asyncio_lock_new())))
        return NULL;
    asyncio_condition *condition = object_new(OBJECT_CONDITION, sizeof *condition, owner);
    if (!condition) {
        object_unref(lock);
        return NULL;
    }
    condition->lock = lock;
    condition->of = of ? of : &condition->object;
    return condition;
}

asyncio_condition *asyncio_condition_new(asyncio_lock *lock)
{
    if (lock && !object_check(lock, OBJECT_LOCK, "asyncio_condition_new"))
        return NULL;
    asyncio_condition *condition = condition_new(lock, NULL, object_owner());
    if (condition)
        trace_new(&condition->object, "condition", ((asyncio_object *)condition->lock)->id);
    return condition;
}

static size_t condition_finalize(asyncio_condition *condition)
{
    object_unref(condition->lock);
    return sizeof *condition;
}

/* ---- its lock ---- */

static bool condition_enter(asyncio_condition *condition, const asyncio_site *site)
{
    return asyncio__lock_acquire(condition->lock, site) == 0;
}

static void condition_exit(asyncio_condition *condition)
{
    asyncio_lock_release(condition->lock);
}

int asyncio__condition_acquire(asyncio_condition *condition, const asyncio_site *site)
{
    if (!may_wait(condition, OBJECT_CONDITION, "asyncio_condition_acquire"))
        return -1;
    return condition_enter(condition, site) ? 0 : -1;
}

int asyncio_condition_release(asyncio_condition *condition)
{
    if (!object_check(condition, OBJECT_CONDITION, "asyncio_condition_release"))
        return -1;
    return asyncio_lock_release(condition->lock);
}

bool asyncio_condition_locked(const asyncio_condition *condition)
{
    return object_check(condition, OBJECT_CONDITION, "asyncio_condition_locked") &&
           asyncio_lock_locked(condition->lock);
}

/* ---- notifying ---- */

/* Wakes up to so many waiters. When they run, the lock decides. */
static void condition_wake(asyncio_condition *condition, long count)
{
    list *place;
    while (count-- > 0 && (place = list_pop(&condition->waiters)))
        wake(waiter_at(place));
}

static void condition_notify_all(asyncio_condition *condition)
{
    condition_wake(condition, LONG_MAX);
}

static bool is_locked(const asyncio_condition *condition, const char *complaint)
{
    return asyncio_lock_locked(condition->lock) || exception_raise_text(ASYNCIO_RUNTIME_ERROR, complaint) == 0;
}

int asyncio__notify(asyncio_condition *condition, long count)
{
    if (!object_check(condition, OBJECT_CONDITION, "asyncio_condition_notify") ||
        !is_locked(condition, "cannot notify on un-acquired lock"))
        return -1;
    TRACE("notify", TEXT("kind", "condition"), ID("obj", condition->object.id), ID("task", task_id(runtime.task)),
          COUNT("value", count));
    condition_wake(condition, count);
    return 0;
}

int asyncio_condition_notify_all(asyncio_condition *condition)
{
    bool known = object_check(condition, OBJECT_CONDITION, "asyncio_condition_notify_all");
    return known ? asyncio__notify(condition, (long)count_waiting(&condition->waiters)) : -1;
}

/* ---- waiting ---- */

/* Takes the lock again, whatever happens: requests to cancel that come meanwhile wait; the last of them is raised. */
static void condition_enter_again(asyncio_condition *condition, const asyncio_site *site)
{
    asyncio_exception *e = exception_take();
    while (!condition_enter(condition, site)) {
        bool cancelled = asyncio_isinstance(asyncio_pending(), ASYNCIO_CANCELLED_ERROR);
        object_unref(e);
        e = exception_take();
        if (!cancelled)
            break;
    }
    exception_restore(e);
}

static int condition_wait(asyncio_condition *condition, const asyncio_site *site)
{
    if (!bind_to_loop(condition->of,
                      &condition->loop)) /* before the lock is given back, and nobody is notified for it */
        return -1;
    object_ref(condition);
    condition_exit(condition);
    wait_in(condition->of, &condition->loop, &condition->waiters, &waiter_that_leaves, site);
    condition_enter_again(condition, site);
    int status = asyncio_failed() ? -1 : 0;
    if (status < 0) /* it may have been notified: another one is, instead */
        condition_wake(condition, 1);
    object_unref(condition);
    return status;
}

int asyncio__condition_wait(asyncio_condition *condition, const asyncio_site *site)
{
    if (!may_wait(condition, OBJECT_CONDITION, "asyncio_condition_wait") ||
        !is_locked(condition, "cannot wait on un-acquired lock"))
        return -1;
    return condition_wait(condition, site);
}

int asyncio__condition_wait_for(asyncio_condition *condition, asyncio_predicate *predicate, void *arg,
                                const asyncio_site *site)
{
    if (!may_wait(condition, OBJECT_CONDITION, "asyncio_condition_wait_for"))
        return -1;
    if (!predicate)
        return exception_raise_text(ASYNCIO_TYPE_ERROR, "asyncio_condition_wait_for() needs a predicate, got NULL");
    object_ref(condition);
    while (!predicate(arg) && !asyncio_failed()) /* which is not asked again when the wait has failed */
        if (asyncio__condition_wait(condition, site) < 0)
            break;
    object_unref(condition);
    return asyncio_failed() ? -1 : 0;
}

struct asyncio_condition_statistics asyncio_condition_statistics(const asyncio_condition *condition)
{
    struct asyncio_condition_statistics statistics = {0};
    if (!object_check(condition, OBJECT_CONDITION, "asyncio_condition_statistics"))
        return statistics;
    statistics.tasks_waiting = count_waiting(&condition->waiters);
    statistics.lock = asyncio_lock_statistics(condition->lock);
    return statistics;
}
