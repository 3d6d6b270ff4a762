/* Bytes as a program of public calls: tasks, futures, locks, queues, groups, limits, generators, coroutines by hand,
 * loops made, run, stopped and closed, callbacks, requests to cancel, and drops and keeps at odd moments. Nothing is
 * checked but that no memory is misused and, in programs that leave nothing in the middle, none is lost: the
 * sanitizers say.
 *
 * The same bytes are the same run, on the virtual clock. What is in a slot is kept by it; a call holds what it is in.
 * */
#include <asyncio.h>
#include <sanitizer/lsan_interface.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static const uint8_t *at, *end;
static int calls_left, depth;
static bool tidy; /* every task comes to its end, so nothing may leak */

static unsigned next(unsigned below)
{
    return at < end ? *at++ % below : 0;
}

static double seconds(void)
{
    static const double some[] = {0, 0.001, 0.5, 1, 2, 5};
    return some[next(6)];
}

/* ---- slots ---- */

enum { SLOTS = 4 };

/* clang-format would lay this out anew each time. */
// clang-format off
#define EACH_SLOT(X) \
    X(task) X(future) X(coroutine) X(lock) X(semaphore) X(event) X(condition) X(barrier) \
    X(queue) X(agen) X(task_group) X(timeout) X(handle) X(context) X(exception) X(as_completed)
// clang-format on

#define DECLARE(type)                                         \
    static asyncio_##type *type##s[SLOTS];                    \
    static void put_##type(asyncio_##type *x)                 \
    {                                                         \
        unsigned slot = next(SLOTS);                          \
        asyncio_##type *before = type##s[slot];               \
        type##s[slot] = x ? asyncio_keep(x) : NULL;           \
        if (before)                                           \
            asyncio_drop(before);                             \
    }                                                         \
    __attribute__((unused)) static asyncio_##type *type(void) \
    {                                                         \
        return type##s[next(SLOTS)];                          \
    }
EACH_SLOT(DECLARE)

static void drop_one(unsigned kind)
{
    unsigned number = 0;
#define DROP(type)          \
    if (number++ == kind) { \
        put_##type(NULL);   \
        return;             \
    }
    EACH_SLOT(DROP)
}

static void drop_all(void)
{
#define DROP_ALL(type)                  \
    for (int i = 0; i < SLOTS; i++) {   \
        asyncio_##type *x = type##s[i]; \
        type##s[i] = NULL;              \
        if (x)                          \
            asyncio_drop(x);            \
    }
    EACH_SLOT(DROP_ALL)
}

/* ---- what is pending ---- */

/* Takes it, or has the body return. In a tidy program a request to cancel is always obeyed. */
static bool goes_on(void)
{
    if (!asyncio_failed())
        return true;
    if (tidy && !asyncio_isinstance(asyncio_pending(), ASYNCIO_EXCEPTION))
        return false;
    if (next(3) == 0)
        return false;
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);
    if (next(4) == 0)
        put_exception(e);
    return true;
}

static const asyncio_exception_type *some_type(void)
{
    switch (next(6)) {
    case 0: return ASYNCIO_CANCELLED_ERROR;
    case 1: return ASYNCIO_STOP_ASYNC_ITERATION;
    case 2: return tidy ? ASYNCIO_KEY_ERROR : ASYNCIO_KEYBOARD_INTERRUPT;
    case 3: return ASYNCIO_GENERATOR_EXIT;
    case 4: return ASYNCIO_TIMEOUT_ERROR;
    default: return ASYNCIO_VALUE_ERROR;
    }
}

/* ---- callbacks ---- */

static void act(void);

static void callback(void *arg)
{
    (void)arg;
    act();
    asyncio_except(ASYNCIO_BASE_EXCEPTION);
}

static void done_callback(asyncio_future *f, void *arg)
{
    (void)f;
    callback(arg);
}

static void handler(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop;
    if (context->task && next(3) == 0)
        asyncio_task_get_context(context->task);
    if (context->task && next(3) == 0)
        put_task(context->task);
    if (context->future && next(3) == 0)
        put_future(context->future);
    if (next(4) == 0)
        callback(arg);
}

static int compare(const void *a, const void *b)
{
    if (next(8) == 0)
        act();
    return a < b ? -1 : a > b;
}

static bool predicate(void *arg)
{
    (void)arg;
    return next(2);
}

/* What may be done anywhere: nothing of it suspends. */
static void act(void)
{
    if (calls_left-- <= 0)
        return;
    switch (next(22)) {
    case 0: drop_one(next(16)); break;
    case 1: asyncio_task_cancel(task(), "why"); break;
    case 2: asyncio_future_cancel(future()); break;
    case 3: asyncio_future_set_result(future(), (void *)1); break;
    case 4: asyncio_future_set_exception(future(), exception()); break;
    case 5: asyncio_event_set(event()); break;
    case 6: asyncio_event_clear(event()); break;
    case 7: asyncio_queue_put_nowait(queue(), (void *)(uintptr_t)(1 + next(5))); break;
    case 8: asyncio_queue_get_nowait(queue()); break;
    case 9: asyncio_queue_shutdown(queue(), .immediate = next(2)); break;
    case 10: asyncio_task_group_cancel(task_group()); break;
    case 11: asyncio_handle_cancel(handle()); break;
    case 12: asyncio_lock_release(lock()); break;
    case 13: asyncio_semaphore_release(semaphore()); break;
    case 14: asyncio_coro_close(coroutine()); break;
    case 15: asyncio_coro_send(coroutine(), NULL); break;
    case 16: asyncio_coro_throw(coroutine(), exception()); break;
    case 17: asyncio_task_uncancel(task()); break;
    case 18: asyncio_queue_task_done(queue()); break;
    case 19: asyncio_timeout_reschedule(timeout(), asyncio_time_monotonic() + seconds()); break;
    case 20:
        asyncio_coro_get_state(coroutine());
        asyncio_coro_get_await(coroutine());
        break;
    case 21: asyncio_future_remove_done_callback(future(), done_callback, NULL); break;
    }
}

/* ---- bodies ---- */

static void *body(void *arg);

static void make(asyncio_loop *loop, unsigned kind)
{
    switch (kind) {
    case 0: put_task(asyncio_create_task(body, NULL, .eager_start = next(3) == 0)); break;
    case 1: put_future(asyncio_future_new()); break;
    case 2: put_coroutine(asyncio_coro(body, NULL)); break;
    case 3: put_lock(asyncio_lock_new()); break;
    case 4: put_semaphore(asyncio_semaphore_new(next(3))); break;
    case 5: put_event(asyncio_event_new()); break;
    case 6: put_condition(asyncio_condition_new(next(2) ? lock() : NULL)); break;
    case 7: put_barrier(asyncio_barrier_new(1 + next(3))); break;
    case 8:
        put_queue(next(2)   ? asyncio_queue_new(next(3))
                  : next(2) ? asyncio_priority_queue_new(next(3), compare)
                            : asyncio_lifo_queue_new(next(3)));
        break;
    case 9: put_agen(asyncio_agen_new(body, NULL)); break;
    case 10: put_task_group(asyncio_task_group_new()); break;
    case 11: put_timeout(asyncio_timeout(seconds())); break;
    case 12: put_handle(asyncio_loop_call_later(loop, seconds(), callback, NULL)); break;
    case 13: put_exception(asyncio_exception_new(some_type(), "e")); break;
    }
}

static void wait_for_something(void)
{
    asyncio_task *two[2] = {task(), task()};
    switch (next(24)) {
    case 0: asyncio_sleep(seconds()); break;
    case 1: asyncio_await(task()); break;
    case 2: asyncio_await(future()); break;
    case 3: asyncio_await(coroutine()); break;
    case 4: asyncio_wait_for(task(), seconds()); break;
    case 5: asyncio_wait_for(coroutine(), seconds()); break;
    case 6: asyncio_await(asyncio_gather(task(), future(), coroutine())); break;
    case 7: asyncio_await(asyncio_gather_return_exceptions(coroutine(), task())); break;
    case 8: asyncio_await(asyncio_shield(task())); break;
    case 9: asyncio_wait(two, 2, .timeout = seconds(), .return_when = (asyncio_return_when)next(3)); break;
    case 10: asyncio_lock_acquire(lock()); break;
    case 11: asyncio_event_wait(event()); break;
    case 12: asyncio_barrier_wait(barrier()); break;
    case 13: asyncio_queue_put(queue(), (void *)1); break;
    case 14: asyncio_queue_get(queue()); break;
    case 15: asyncio_queue_join(queue()); break;
    case 16: asyncio_anext(agen()); break;
    case 17: asyncio_agen_athrow(agen(), exception()); break;
    case 18: asyncio_agen_aclose(agen()); break;
    case 19: asyncio_yield((void *)1); break;
    case 20: asyncio_condition_wait_for(condition(), predicate, NULL); break;
    case 21: asyncio_condition_notify(condition(), 2); break;
    case 22: put_future(asyncio_gather(task(), future())); break;
    case 23: asyncio_barrier_abort(barrier()); break;
    }
}

static bool more(void);

static void in_a_block(void)
{
    switch (next(7)) {
    case 0:
        asyncio_with (lock())
            more();
        break;
    case 1:
        asyncio_with (semaphore())
            more();
        break;
    case 2:
        asyncio_with (condition()) {
            asyncio_condition_wait(condition());
            more();
        }
        break;
    case 3:
        asyncio_with (timeout())
            more();
        break;
    case 4:
        asyncio_with (agen())
            more();
        break;
    case 5: {
        asyncio_task_group *group = task_group();
        asyncio_with (group) {
            put_task(asyncio_task_group_create_task(group, body, NULL, .eager_start = next(3) == 0));
            more();
        }
        break;
    }
    case 6: asyncio_finally { more();
        }
        break;
    }
}

static void *in_context(void *arg)
{
    more();
    return arg;
}

static void rarely(asyncio_loop *loop)
{
    switch (next(9)) {
    case 0: asyncio_raise(some_type(), "raised"); break;
    case 1: asyncio_raise_exception(exception()); break;
    case 2: asyncio_raise_from(exception(), ASYNCIO_RUNTIME_ERROR, "from"); break;
    case 3: asyncio_future_add_done_callback(future(), done_callback, NULL); break;
    case 4: asyncio_loop_call_soon(loop, callback, NULL); break;
    case 5: asyncio_loop_shutdown_asyncgens(loop); break;
    case 6:
        put_context(asyncio_copy_context());
        asyncio_context_run(context(), in_context, NULL);
        break;
    case 7: asyncio_loop_set_task_factory(loop, next(2) ? asyncio_eager_task_factory : NULL); break;
    case 8:
        if (!tidy)
            asyncio_loop_stop(loop);
        break;
    }
}

/* Some calls; false: the body is to return. */
static bool more(void)
{
    enum { DEEPEST = 12 };
    asyncio_loop *loop = asyncio_get_running_loop();
    if (!loop)
        return false;
    for (unsigned count = 1 + next(6); count && calls_left-- > 0; count--) {
        switch (next(8)) {
        case 0:
        case 1: make(loop, next(14)); break;
        case 2:
        case 3: wait_for_something(); break;
        case 4: act(); break;
        case 5: rarely(loop); break;
        default:
            if (depth < DEEPEST) {
                depth++;
                in_a_block();
                depth--;
            }
        }
        if (!goes_on())
            return false;
    }
    return true;
}

static void *body(void *arg)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), handler, NULL);
    if (arg) /* the first one: something of each kind is there */
        for (unsigned kind = 0; kind < 14; kind++)
            make(asyncio_get_running_loop(), kind);
    while (calls_left > 0 && at < end && more() && next(4)) {
    }
    return arg;
}

/* ---- loops ---- */

static void run_a_loop_by_hand(void)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_loop_set_exception_handler(loop, handler, NULL);
    for (unsigned count = 1 + next(5); count; count--)
        switch (next(6)) {
        case 0: put_task(asyncio_loop_create_task(loop, asyncio_coro(body, NULL))); break;
        case 1: asyncio_loop_run_until_complete(loop, asyncio_coro(body, "first")); break;
        case 2: asyncio_loop_run_until_complete(loop, task()); break;
        case 3: put_handle(asyncio_loop_call_soon(loop, callback, NULL)); break;
        case 4: act(); break;
        case 5: put_future(asyncio_loop_create_future(loop)); break;
        }
    asyncio_except(ASYNCIO_BASE_EXCEPTION);
    asyncio_loop_close(loop);
}

static void run_some(void)
{
    for (unsigned count = 1 + next(3); count; count--) {
        if (tidy || next(2))
            asyncio_run(body, "first");
        else
            run_a_loop_by_hand();
        while (asyncio_failed())
            asyncio_except(ASYNCIO_BASE_EXCEPTION);
        if (next(2))
            drop_all();
    }
}

/* What programs say is not looked at; what the sanitizers say goes its own way. */
// NOLINTNEXTLINE(readability-non-const-parameter): libFuzzer says what it is
int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count;
    (void)words;
    stderr = fopen("/dev/null", "w");
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { CALLS = 400 };
    setenv("ASYNCIO_CLOCK", "virtual", 1);
    at = data;
    end = data + size;
    calls_left = CALLS;
    depth = 0;
    tidy = next(2);
    if (!tidy) /* what stands in the frames of tasks that a closed loop gives up is lost, as the manual says */
        __lsan_disable();
    run_some();
    calls_left = 0;
    drop_all();
    while (asyncio_failed())
        asyncio_except(ASYNCIO_BASE_EXCEPTION);
    if (!tidy)
        __lsan_enable();
    return 0;
}
