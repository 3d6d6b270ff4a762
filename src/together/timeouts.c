/* asyncio.timeout and wait_for, as in CPython 3.12 and later. */

#include "host/clock.h"
#include "base/exceptions.h"
#include "core/futures.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <math.h>

/* A timeout cancels the task that runs its block, and on the way out has to know whose request the CancelledError is:
 *
 *   CREATED ── enter ──► ENTERED ── time is up: cancels ──► EXPIRING ── leave ──► EXPIRED
 *                           └────── leave ──► EXITED
 *
 * The task counts requests to cancel. Leaving takes the timeout's own back: if the count is then no higher than it was
 * at the beginning, nobody else wants the task cancelled, and the CancelledError becomes TimeoutError. Otherwise it
 * stays, and an outer timeout or the caller deals with it. */
typedef enum timeout_state {
    TIMEOUT_CREATED,
    TIMEOUT_ENTERED,
    TIMEOUT_EXPIRING,
    TIMEOUT_EXPIRED,
    TIMEOUT_EXITED
} timeout_state;

struct asyncio_timeout {
    asyncio_object object;
    timeout_state state;
    int cancelling; /* the task's count when the block began */
    double when;
    asyncio_task *task;     /* that is in the block; with a reference: the block of a generator may outlive it */
    asyncio_handle *handle; /* what is to cancel it, or NULL; with a reference */
    const asyncio_site *entered_at;
};

static const char *const state_names[] = {"created", "active", "expiring", "expired", "finished"};

/* ---- making ---- */

COLD static void trace_timeout_new(const asyncio_timeout *timeout)
{
    TRACE("new", TEXT("kind", "timeout"), ID("obj", timeout->object.id), NUMBER("value", timeout->when));
}

static asyncio_timeout *timeout_new(double when, list *owner)
{
    asyncio_timeout *timeout = object_new(OBJECT_TIMEOUT, sizeof *timeout, owner);
    if (!timeout)
        return NULL;
    timeout->when = when;
    if (trace_on)
        trace_timeout_new(timeout);
    return timeout;
}

static void timeout_unschedule(asyncio_timeout *timeout)
{
    if (!timeout->handle)
        return;
    asyncio_handle_cancel(timeout->handle);
    object_unref(timeout->handle);
    timeout->handle = NULL;
}

static size_t timeout_finalize(asyncio_timeout *timeout)
{
    timeout_unschedule(timeout);
    object_unref(timeout->task);
    return sizeof *timeout;
}

COLD static bool timeout_complain_of_nan(void)
{
    exception_raise_text(ASYNCIO_VALUE_ERROR, "Invalid timeout: NaN (not a number)");
    return false;
}

asyncio_timeout *asyncio__timeout_at(double when)
{
    if (!asyncio_get_running_loop() || (isnan(when) && !timeout_complain_of_nan()))
        return NULL;
    return timeout_new(when, object_owner());
}

asyncio_timeout *asyncio__timeout(double seconds)
{
    return asyncio__timeout_at(clock_time() + seconds);
}

double asyncio_timeout_when(const asyncio_timeout *timeout)
{
    return object_check(timeout, OBJECT_TIMEOUT, "asyncio_timeout_when") ? timeout->when : NAN;
}

bool asyncio_timeout_expired(const asyncio_timeout *timeout)
{
    return object_check(timeout, OBJECT_TIMEOUT, "asyncio_timeout_expired") &&
           (timeout->state == TIMEOUT_EXPIRING || timeout->state == TIMEOUT_EXPIRED);
}

/* ---- the deadline ---- */

static void timeout_expire(void *arg)
{
    asyncio_timeout *timeout = arg;
    TRACE("expired", ID("obj", timeout->object.id), ID("task", task_id(timeout->task)));
    asyncio_task_cancel(timeout->task);
    timeout->state = TIMEOUT_EXPIRING;
    object_unref(timeout->handle);
    timeout->handle = NULL;
}

COLD static void trace_timeout(const asyncio_timeout *timeout)
{
    TRACE("timeout", ID("obj", timeout->object.id), ID("task", task_id(timeout->task)),
          ID("timer", timeout->handle ? ((asyncio_object *)timeout->handle)->id : 0), NUMBER("when", timeout->when));
}

static int timeout_schedule(asyncio_timeout *timeout)
{
    asyncio_loop *loop = timeout->task->future.loop;
    if (timeout->when != INFINITY) {
        const char *name = "asyncio_timeout";
        const asyncio_site *site = timeout->entered_at;
        timeout->handle = timeout->when <= clock_time()
                              ? asyncio__loop_call_soon(loop, timeout_expire, timeout, NULL, name, site)
                              : asyncio__loop_call_at(loop, timeout->when, timeout_expire, timeout, NULL, name, site);
        if (!object_claim(timeout->handle))
            return -1;
    }
    if (trace_on)
        trace_timeout(timeout);
    return 0;
}

COLD static int complain_of_reschedule(const asyncio_timeout *timeout)
{
    if (timeout->state == TIMEOUT_CREATED)
        return exception_raise_text(ASYNCIO_RUNTIME_ERROR, "Timeout has not been entered");
    exception_raise_format(ASYNCIO_RUNTIME_ERROR, "Cannot change state of %s Timeout", state_names[timeout->state]);
    return -1;
}

int asyncio_timeout_reschedule(asyncio_timeout *timeout, double when)
{
    if (!object_check(timeout, OBJECT_TIMEOUT, "asyncio_timeout_reschedule"))
        return -1;
    if (timeout->state != TIMEOUT_ENTERED)
        return complain_of_reschedule(timeout);
    if (isnan(when) && !timeout_complain_of_nan())
        return -1;
    timeout_unschedule(timeout);
    timeout->when = when;
    return timeout_schedule(timeout);
}

/* ---- the block ---- */

static bool timeout_enter(asyncio_timeout *timeout, const asyncio_site *site)
{
    if (timeout->state != TIMEOUT_CREATED)
        return exception_raise_text(ASYNCIO_RUNTIME_ERROR, "Timeout has already been entered") == 0;
    asyncio_task *task = task_running("asyncio_with (timeout)");
    if (!task)
        return false;
    timeout->task = object_ref(task);
    timeout->entered_at = site;
    timeout->cancelling = asyncio_task_cancelling(task);
    if (timeout_schedule(timeout) < 0)
        return false;
    timeout->state = TIMEOUT_ENTERED;
    return true;
}

/* raise TimeoutError from e, which is pending. */
COLD static void raise_timeout_error(asyncio_exception *e, const asyncio_site *site)
{
    asyncio__raise(site, e, ASYNCIO_TIMEOUT_ERROR, "%s", "");
}

/* Puts TimeoutError between an exception and the CancelledError that it came up with (its context): that is what was
 * meant. */
COLD static void insert_timeout_error(asyncio_exception *e)
{
    while (e->context && !asyncio_isinstance(e->context, ASYNCIO_CANCELLED_ERROR))
        e = e->context;
    if (!e->context)
        return;
    asyncio_exception *timeout_error = exception_new(ASYNCIO_TIMEOUT_ERROR, "");
    if (exception_is_static(timeout_error)) { /* no memory, and that one carries nothing */
        object_unref(timeout_error);
        return;
    }
    timeout_error->context = e->context;
    timeout_error->cause = object_ref(e->context);
    e->context = timeout_error;
}

COLD static void timeout_explain(asyncio_timeout *timeout, asyncio_exception *e)
{
    if (asyncio_isinstance(e, ASYNCIO_CANCELLED_ERROR)) {
        raise_timeout_error(e, timeout->entered_at);
        return;
    }
    insert_timeout_error(e);
    for (uint32_t i = 0; asyncio_isinstance(e, ASYNCIO_EXCEPTION_GROUP) && i < e->count; i++)
        insert_timeout_error(e->members[i]);
}

COLD static void trace_timeout_end(const asyncio_timeout *timeout)
{
    TRACE("timeout_end", ID("obj", timeout->object.id), ID("task", task_id(timeout->task)),
          TEXT("how", state_names[timeout->state]));
}

static void timeout_exit(asyncio_timeout *timeout)
{
    asyncio_exception *e = asyncio_pending();
    bool expiring = timeout->state == TIMEOUT_EXPIRING;
    timeout_unschedule(timeout);
    timeout->state = expiring ? TIMEOUT_EXPIRED : TIMEOUT_EXITED;
    if (expiring && asyncio_task_uncancel(timeout->task) <= timeout->cancelling && e)
        timeout_explain(timeout, e);
    if (trace_on)
        trace_timeout_end(timeout);
    object_unref(timeout->task);
    timeout->task = NULL;
}

/* ---- wait_for ---- */

/* What waits for something that has been cancelled. Its watch stands in it, not on the stack of who waits: that would
 * be kept whole for the sake of a pointer. */
typedef struct cancelled_waiter {
    asyncio_future future;
    done_callback *watch;
} cancelled_waiter;

static const future_kind cancelled_kind = {.label = "wait_for", .size = sizeof(cancelled_waiter)};

static void cancelled_is_done(asyncio_future *future, void *waiter)
{
    (void)future;
    if (!future_done(waiter))
        future_finish(waiter, NULL);
}

/* Cancels something and waits until it has ended, without becoming its awaiter: a request to cancel the waiting task is
 * not passed on. */
static void cancel_and_wait(asyncio_future *future, const asyncio_site *site)
{
    asyncio_future *made = future_new(future->loop, &cancelled_kind, sizeof(cancelled_waiter), NULL);
    if (!made)
        return;
    if (trace_on)
        trace_future(made);
    cancelled_waiter *waiter = CONTAINER(made, cancelled_waiter, future);
    if (future_watch(future, cancelled_is_done, &made->object, &waiter->watch) == 0) {
        future_cancel(future, NULL);
        asyncio__await_future(&made->object, site);
        future_unwatch(waiter->watch);
    }
    object_unref(made);
}

COLD static asyncio_future *future_to_cancel(asyncio_object *awaitable, const asyncio_site *site)
{
    return future_of_awaitable(runtime.loop, awaitable, site);
}

static void *wait_for_no_time(asyncio_object *awaitable, const asyncio_site *site)
{
    asyncio_future *future = future_to_cancel(awaitable, site);
    if (!future)
        return NULL;
    bool was_done = future_done(future);
    if (!was_done)
        cancel_and_wait(future, site);
    void *result = NULL;
    if (!asyncio_failed()) {
        result = future_result_at(future, site);
        if (!was_done && asyncio_isinstance(asyncio_pending(), ASYNCIO_CANCELLED_ERROR))
            raise_timeout_error(asyncio_pending(), site);
    }
    object_unref(future);
    return result;
}

static void *wait_for(asyncio_object *awaitable, double seconds, const asyncio_site *site)
{
    asyncio_timeout *timeout = timeout_new(clock_time() + seconds, NULL);
    void *result = NULL;
    if (timeout && timeout_enter(timeout, site)) {
        result = asyncio__await(awaitable, site);
        timeout_exit(timeout);
    } else {
        asyncio__await(awaitable, site); /* as something is pending, this only closes a coroutine object */
    }
    object_unref(timeout);
    return asyncio_failed() ? NULL : result;
}

void *asyncio__wait_for(asyncio_object *awaitable, double seconds, const asyncio_site *site)
{
    if (!asyncio_failed() && task_running("asyncio_wait_for") && (!isnan(seconds) || timeout_complain_of_nan()))
        return seconds <= 0 ? wait_for_no_time(awaitable, site) : wait_for(awaitable, seconds, site);
    return asyncio__await(awaitable, site);
}
