/* asyncio.wait, as_completed and shield: waiting for futures without awaiting them. A request to cancel the waiting
 * task goes no further than here. */

#include "host/clock.h"
#include "core/coroutines.h"
#include "base/exceptions.h"
#include "core/futures.h"
#include "sync/queues.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- a timer for what waits, or none ---- */

static bool deadline_set(asyncio_handle **handle, double seconds, asyncio_callback *callback, void *arg,
                         const char *name, const asyncio_site *site)
{
    if (seconds == INFINITY)
        return true;
    *handle = object_claim(asyncio__loop_call_later(runtime.loop, seconds, callback, arg, NULL, name, site));
    return *handle;
}

static void deadline_take_back(asyncio_handle **handle)
{
    if (!*handle)
        return;
    asyncio_handle_cancel(*handle);
    object_unref(*handle);
    *handle = NULL;
}

/* ---- doubles ---- */

/* Each of the futures once, in the order in which they came, and the doubles behind them. Returns how many are
 * distinct. */
static size_t move_doubles_back(asyncio_future **futures, size_t count)
{
    size_t distinct = 0;
    for (size_t i = 0; i < count; i++) {
        asyncio_future *future = futures[i];
        if (future->object.flags & FUTURE_MARKED)
            continue;
        future->object.flags |= FUTURE_MARKED;
        futures[i] = futures[distinct];
        futures[distinct++] = future;
    }
    for (size_t i = 0; i < distinct; i++)
        futures[i]->object.flags &= (uint8_t)~FUTURE_MARKED;
    return distinct;
}

/* ---- wait ---- */

/* What the task waits on: done when enough of the others are, or when the time is up. */
typedef struct wait_future {
    asyncio_future future;
    asyncio_future **futures; /* each once */
    done_callback **watches;  /* one for each */
    size_t count;
    size_t watched; /* the first so many, each with a reference */
    size_t unfinished;
    asyncio_return_when return_when;
    asyncio_handle *deadline;
} wait_future;

static void wait_finalize(asyncio_future *future)
{
    deadline_take_back(&((wait_future *)future)->deadline);
    free(((wait_future *)future)->futures);
    free(((wait_future *)future)->watches);
}

static const future_kind wait_kind = {.label = "wait", .finalize = wait_finalize, .size = sizeof(wait_future)};

static void wait_release(void *arg)
{
    wait_future *waiter = arg;
    if (!future_done(&waiter->future))
        future_finish(&waiter->future, NULL);
}

static bool is_failure(asyncio_future *future)
{
    return !future_cancelled(future) && future->object.flags & FUTURE_FAILED;
}

/* Whether enough are done. A failure for which the wait ends before the others counts as looked at; the last one of all
 * ends it however it ended, and is not looked at. */
static bool wait_is_over(const wait_future *waiter, asyncio_future *last)
{
    if (!waiter->unfinished || waiter->return_when == ASYNCIO_FIRST_COMPLETED)
        return true;
    return waiter->return_when == ASYNCIO_FIRST_EXCEPTION && is_failure(last) && asyncio_future_exception(last);
}

static void wait_one_done(asyncio_future *future, void *arg)
{
    wait_future *waiter = arg;
    waiter->unfinished--;
    if (!wait_is_over(waiter, future))
        return;
    deadline_take_back(&waiter->deadline);
    wait_release(waiter);
}

static void wait_end(wait_future *waiter)
{
    while (waiter->watched) {
        asyncio_future *future = waiter->futures[--waiter->watched];
        future_unwatch(waiter->watches[waiter->watched]);
        object_unref(future);
    }
    deadline_take_back(&waiter->deadline);
    object_unref(waiter);
}

static bool wait_take(wait_future *waiter, asyncio_object *const *futures, size_t count)
{
    waiter->futures = malloc(count * sizeof *waiter->futures);
    waiter->watches = calloc(count, sizeof *waiter->watches);
    if (!waiter->futures || !waiter->watches)
        return exception_raise_no_memory(), false;
    memcpy(waiter->futures, futures, count * sizeof *futures);
    waiter->unfinished = waiter->count = move_doubles_back(waiter->futures, count);
    return true;
}

static bool wait_watch(wait_future *waiter)
{
    while (waiter->watched < waiter->count) {
        asyncio_future *future = waiter->futures[waiter->watched];
        if (future_watch(future, wait_one_done, &waiter->future.object, &waiter->watches[waiter->watched]) < 0)
            return false;
        if (trace_on)
            trace_member(&waiter->future.object, future);
        object_ref(future);
        waiter->watched++;
    }
    return true;
}

COLD static wait_future *wait_begin(asyncio_object *const *futures, size_t count, double timeout,
                                    asyncio_return_when return_when, const asyncio_site *site)
{
    wait_future *waiter = (wait_future *)future_new(runtime.loop, &wait_kind, sizeof *waiter, NULL);
    if (!waiter)
        return NULL;
    TRACE("future", ID("future", waiter->future.object.id), TEXT("kind", "wait"), ID("obj", 0));
    waiter->return_when = return_when;
    if (wait_take(waiter, futures, count) &&
        deadline_set(&waiter->deadline, timeout, wait_release, waiter, "asyncio_wait", site) && wait_watch(waiter))
        return waiter;
    wait_end(waiter);
    return NULL;
}

COLD static bool wait_check(size_t count, asyncio_object *const *futures, double timeout,
                            asyncio_return_when return_when)
{
    const char *wrong = !count                                            ? "Set of Tasks/Futures is empty."
                        : isnan(timeout)                                  ? "Invalid timeout: NaN (not a number)"
                        : (unsigned)return_when > ASYNCIO_FIRST_EXCEPTION ? "Invalid return_when value"
                                                                          : NULL;
    if (wrong)
        return exception_raise_text(ASYNCIO_VALUE_ERROR, wrong) == 0;
    for (size_t i = 0; i < count; i++) {
        if (!object_check(futures[i], OBJECT_FUTURE, "asyncio_wait"))
            return false;
        if (((asyncio_future *)futures[i])->loop != runtime.loop)
            return exception_raise_text(ASYNCIO_VALUE_ERROR, "a future belongs to a different loop") == 0;
    }
    return true;
}

static int count_done(const wait_future *waiter)
{
    int done = 0;
    for (size_t i = 0; i < waiter->count; i++)
        done += future_done(waiter->futures[i]);
    return done;
}

int asyncio__wait_until(asyncio_object *const *futures, size_t count, double timeout, asyncio_return_when return_when,
                        const asyncio_site *site)
{
    if (asyncio_failed() || !task_running("asyncio_wait") || !wait_check(count, futures, timeout, return_when))
        return -1;
    wait_future *waiter = wait_begin(futures, count, timeout, return_when, site);
    if (!waiter)
        return -1;
    asyncio__await_future(&waiter->future.object, site);
    int done = asyncio_failed() ? -1 : count_done(waiter);
    wait_end(waiter);
    return done;
}

/* ---- as_completed ---- */

struct asyncio_as_completed {
    asyncio_object object;
    asyncio_future **futures; /* each with a reference, and once */
    done_callback **watches;  /* one for each */
    size_t count;
    size_t unfinished;   /* whose end has not been seen */
    size_t left;         /* to be asked for by next */
    asyncio_queue *done; /* of futures; NULL: the time is up */
    asyncio_handle *deadline;
};

static void as_completed_one_done(asyncio_future *future, void *arg)
{
    asyncio_as_completed *iterator = arg;
    if (!iterator->unfinished)
        return; /* the time was up first */
    iterator->unfinished--;
    asyncio_queue_put_nowait(iterator->done, future);
    if (!iterator->unfinished)
        deadline_take_back(&iterator->deadline);
}

static void as_completed_unwatch(asyncio_as_completed *iterator)
{
    for (size_t i = 0; i < iterator->count; i++)
        future_unwatch(iterator->watches[i]);
}

static void as_completed_time_is_up(void *arg)
{
    asyncio_as_completed *iterator = arg;
    as_completed_unwatch(iterator);
    for (; iterator->unfinished; iterator->unfinished--)
        asyncio_queue_put_nowait(iterator->done, NULL);
}

static size_t as_completed_finalize(asyncio_as_completed *iterator)
{
    as_completed_unwatch(iterator);
    deadline_take_back(&iterator->deadline);
    for (size_t i = 0; i < iterator->count; i++)
        object_unref(iterator->futures[i]);
    free(iterator->futures);
    free(iterator->watches);
    object_unref(iterator->done);
    return sizeof *iterator;
}

static size_t as_completed_awaiters(const asyncio_as_completed *iterator, asyncio_object **awaiters, size_t max)
{
    return queue_getters(iterator->done, awaiters, max);
}

/* The future for one awaitable, with a reference. A coroutine object becomes a task; given again, it is that task. */
static asyncio_future *as_completed_future(const asyncio_as_completed *iterator, asyncio_object *awaitable,
                                           const asyncio_site *site)
{
    bool is_coroutine = awaitable && awaitable->type == OBJECT_COROUTINE;
    asyncio_coroutine *coro = (asyncio_coroutine *)awaitable;
    if (is_coroutine && coro->gathered_by == iterator)
        return object_ref(coro->task);
    asyncio_future *future = future_of_awaitable(runtime.loop, awaitable, site);
    if (is_coroutine && future) {
        coro->gathered_by = iterator;
        coro->task = (asyncio_task *)future;
    }
    return future;
}

static void as_completed_forget_coroutines(const asyncio_as_completed *iterator, asyncio_object *const *awaitables,
                                           size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (awaitables[i] && awaitables[i]->type == OBJECT_COROUTINE &&
            ((asyncio_coroutine *)awaitables[i])->gathered_by == iterator)
            ((asyncio_coroutine *)awaitables[i])->gathered_by = NULL;
}

static void as_completed_remove_doubles(asyncio_as_completed *iterator)
{
    size_t count = move_doubles_back(iterator->futures, iterator->count);
    while (iterator->count > count)
        object_unref(iterator->futures[--iterator->count]);
}

/* Doubles are looked for when all are there: while tasks are made, those that start eagerly may do the same with
 * theirs. */
static bool as_completed_add_all(asyncio_as_completed *iterator, asyncio_object *const *awaitables, size_t count,
                                 const asyncio_site *site)
{
    bool all = true;
    awaitables_hold(count, awaitables, true);
    for (size_t i = 0; i < count && all; i++) {
        asyncio_future *future = as_completed_future(iterator, awaitables[i], site);
        if ((all = future))
            iterator->futures[iterator->count++] = future;
    }
    as_completed_forget_coroutines(iterator, awaitables, count);
    awaitables_hold(count, awaitables, false);
    as_completed_remove_doubles(iterator);
    return all;
}

static bool as_completed_watch(asyncio_as_completed *iterator, double timeout, const asyncio_site *site)
{
    for (; iterator->unfinished < iterator->count; iterator->unfinished++)
        if (future_watch(iterator->futures[iterator->unfinished], as_completed_one_done, &iterator->object,
                         &iterator->watches[iterator->unfinished]) < 0)
            return false;
    iterator->left = iterator->count;
    return !iterator->count ||
           deadline_set(&iterator->deadline, timeout, as_completed_time_is_up, iterator, "asyncio_as_completed", site);
}

static bool as_completed_allocate(asyncio_as_completed *iterator, size_t count)
{
    iterator->futures = calloc(count ? count : 1, sizeof *iterator->futures);
    iterator->watches = calloc(count ? count : 1, sizeof *iterator->watches);
    iterator->done = queue_new(QUEUE_FIFO, 0, NULL, NULL);
    bool room = iterator->futures && iterator->watches;
    if (!room && iterator->done)
        exception_raise_no_memory();
    return room && iterator->done && queue_reserve(iterator->done, count);
}

asyncio_as_completed *asyncio__begin_as_completed(asyncio_object *const *awaitables, size_t count, double timeout,
                                                  const asyncio_site *site)
{
    if (!asyncio_get_running_loop())
        return NULL;
    if (isnan(timeout))
        return exception_raise_format(ASYNCIO_VALUE_ERROR, "Invalid timeout: NaN (not a number)");
    asyncio_as_completed *iterator = object_new(OBJECT_AS_COMPLETED, sizeof *iterator, object_owner());
    if (!iterator)
        return NULL;
    if (as_completed_allocate(iterator, count) && as_completed_add_all(iterator, awaitables, count, site) &&
        as_completed_watch(iterator, timeout, site))
        return iterator;
    object_unref(object_claim(iterator));
    return NULL;
}

asyncio_future *asyncio__next_as_completed(asyncio_as_completed *iterator, const asyncio_site *site)
{
    if (asyncio_failed() || !object_check(iterator, OBJECT_AS_COMPLETED, "asyncio_as_completed_next") ||
        !iterator->left)
        return NULL;
    iterator->left--;
    object_ref(iterator);
    asyncio_future *next = asyncio__queue_get(iterator->done, site);
    object_unref(iterator);
    if (!next && !asyncio_failed())
        exception_raise_text(ASYNCIO_TIMEOUT_ERROR, "");
    return next;
}

static bool as_completed_next(asyncio_as_completed *iterator, const asyncio_site *site)
{
    return (runtime.next_value = asyncio__next_as_completed(iterator, site));
}

/* ---- shield ---- */

typedef struct shield_future {
    asyncio_future future;
    asyncio_future *inner; /* with a reference */
    done_callback *watch;
} shield_future;

static void shield_finalize(asyncio_future *future)
{
    shield_future *outer = (shield_future *)future;
    future_unwatch(outer->watch);
    object_unref(outer->inner);
}

static const future_kind shield_kind = {.label = "shield", .finalize = shield_finalize, .size = sizeof(shield_future)};

static void shield_inner_done(asyncio_future *inner, void *arg)
{
    asyncio_future *outer = arg;
    if (future_done(outer))
        return;
    if (future_cancelled(inner)) {
        future_cancel(outer, NULL);
        return;
    }
    asyncio_exception *e = asyncio_future_exception(inner);
    if (e)
        future_fail(outer, object_ref(e));
    else
        future_finish(outer, inner->result);
}

/* Nobody waits for it any more; 3.14 tells of its exception at once. */
static void shield_report(asyncio_future *inner, void *arg)
{
    char message[160];
    (void)arg;
    if (!is_failure(inner))
        return;
    asyncio_exception *e = asyncio_future_exception(inner);
    snprintf(message, sizeof message, "%s exception in shielded future", e->type->name);
    asyncio_loop_call_exception_handler(inner->loop,
                                        &(asyncio_error_context){.message = message, .exception = e, .future = inner});
}

static void shield_outer_done(asyncio_future *future, void *arg)
{
    shield_future *outer = (shield_future *)future;
    (void)arg;
    if (future_done(outer->inner))
        return;
    future_unwatch(outer->watch);
    future_remove_latest_callback(outer->inner, shield_report); /* once is enough */
    asyncio_future_add_done_callback(outer->inner, shield_report, NULL);
}

static asyncio_future *shield_new(asyncio_future *inner)
{
    shield_future *outer = (shield_future *)future_new(inner->loop, &shield_kind, sizeof *outer, object_owner());
    if (!outer)
        return NULL;
    outer->inner = object_ref(inner);
    TRACE("future", ID("future", outer->future.object.id), TEXT("kind", "shield"), ID("obj", inner->object.id));
    if (future_watch(inner, shield_inner_done, &outer->future.object, &outer->watch) == 0 &&
        asyncio_future_add_done_callback(&outer->future, shield_outer_done, NULL) == 0)
        return &outer->future;
    object_unref(object_claim(outer));
    return NULL;
}

asyncio_future *asyncio__shield(asyncio_object *awaitable, const asyncio_site *site)
{
    asyncio_future *inner = asyncio__ensure_future(awaitable, site);
    return !inner || future_done(inner) ? inner : shield_new(inner);
}
