/* 2. Coroutines and await */
#ifndef ASYNCIO_COROUTINES_H
#define ASYNCIO_COROUTINES_H

/* A coroutine object, Python's `f(arg)` for an `async def f`: nothing runs until it is awaited or made a task, and that
 * may happen once. One that never is gets a warning on stderr ("coroutine 'f' was never awaited") when it is freed. */
#define asyncio_coro(body, ...)                                  \
    (ASYNCIO__REQUIRE_BODY(body, #body, "asyncio_coro(f, arg)"), \
     asyncio__coro((body), #body, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__}))

/* Arguments of a coroutine that takes several, in place of `arg` in asyncio_coro, asyncio_create_task and their like: a
 * struct that is copied, so that the coroutine's `arg` points to memory that lives until the coroutine has ended. (A
 * pointer to a variable of your own is quicker, but the variable has to live that long: one that is declared inside an
 * asyncio_with block or a loop does not.)
 *
 *     struct fetch { int n; double units; };
 *     asyncio_create_task(fetch, asyncio_args(struct fetch, 1, 2.5));
 *     asyncio_create_task(fetch, asyncio_args(struct fetch, .n = 1, .units = 2.5), .name = "first");
 */
#define asyncio_args(type, ...) &(type){__VA_ARGS__}, .size = sizeof(type)

/* What the library awaits has a coroutine form, a coroutine object that does it when it runs: Python's `queue.get()`
 * without the `await`. It is for create_task, gather, wait_for, shield, TaskGroup and all else that takes coroutines:
 *
 *     asyncio_task *next = asyncio_create_task(asyncio_queue_get_coro(queue));
 *     void *item = asyncio_wait_for(asyncio_queue_get_coro(queue), 1.5);
 *     asyncio_await(asyncio_gather(asyncio_sleep_coro(1), asyncio_event_wait_coro(event)));
 *
 * It holds what it is made with. Its result is the call's as Python has it: where the call answers 0, true for lock,
 * semaphore, event and condition, NULL otherwise. NULL with TypeError for what is no queue, ...; the names are those of
 * the calls and _coro: asyncio_sleep_coro, asyncio_wait_for_coro, asyncio_lock_acquire_coro,
 * asyncio_semaphore_acquire_coro, asyncio_event_wait_coro, asyncio_condition_acquire_coro, asyncio_condition_wait_coro,
 * asyncio_condition_wait_for_coro, asyncio_barrier_wait_coro, asyncio_queue_put_coro, asyncio_queue_get_coro,
 * asyncio_queue_join_coro, asyncio_anext_coro. */

/* Coroutine.close: throws away a coroutine object that has not started, without the warning; one that is driven by hand
 * has GeneratorExit raised where it stands. */
void asyncio_coro_close(asyncio_coroutine *coro);

/* asyncio.iscoroutine, iscoroutinefunction, isfuture (also true for a task): the compiler knows. */
#define asyncio_iscoroutine(x) _Generic((x), asyncio_coroutine *: true, default: false)
#define asyncio_iscoroutinefunction(f) _Generic((f), asyncio_body *: true, default: false)
#define asyncio_isfuture(x) _Generic((x), asyncio_future *: true, asyncio_task *: true, default: false)

/* inspect.getcoroutinestate: where a coroutine object is between its making and its end; and the state's name in
 * Python, "CORO_CREATED", ... */
typedef enum asyncio_coro_state {
    ASYNCIO_CORO_CREATED,
    ASYNCIO_CORO_RUNNING,
    ASYNCIO_CORO_SUSPENDED,
    ASYNCIO_CORO_CLOSED
} asyncio_coro_state;
asyncio_coro_state asyncio_coro_get_state(const asyncio_coroutine *coro);
const char *asyncio_coro_state_name(asyncio_coro_state state);
const char *asyncio_coro_get_name(const asyncio_coroutine *coro); /* coro.__name__ */
asyncio_coroutine *asyncio_coro_get_await(
    const asyncio_coroutine *coro); /* coro.cr_await: the one that it awaits, or NULL */

/* Coroutine.send / throw: drives a coroutine object by hand, without a loop, as the loop does with a task: it runs up
 * to where something in it, however deep, calls asyncio_yield (section 16), and send returns that value; the next send
 * goes on there, with its value in asyncio_sent. When the body returns, so does send, with its result, and the state is
 * ASYNCIO_CORO_CLOSED. throw raises the exception where it stands. NULL with the exception that comes out of the body;
 * RuntimeError for one that has ended. Driven within a task it may suspend, where the coroutine awaits. */
void *asyncio_coro_send(asyncio_coroutine *coro, void *value);
void *asyncio_coro_throw(asyncio_coroutine *coro, asyncio_exception *exception);

/* `await x`: waits for a coroutine object, a task or a future; anything else does not compile. May suspend.
 *
 * A coroutine object is run right here, inside the current task, like a call: the loop gets a turn only if something in
 * it suspends. For a task or future that is done the value is there at once, without a switch; otherwise the current
 * task waits until it is done. Awaiting a task or a future again gives the same result again; a coroutine object, no.
 *
 * Returns the result. If x failed, its exception is now pending and NULL is returned: asyncio_failed() tells.
 * If the waiting task is cancelled, x is cancelled with it, and CancelledError is pending.
 * Raises RuntimeError for a task that awaits itself and for a future of another loop that is not done, a turn later as
 * in CPython, and at once for a coroutine awaited twice and outside a task; TypeError for NULL and for what is no
 * awaitable. */
#define asyncio_await(x)                                                                                      \
    _Generic((x), asyncio_coroutine *: asyncio__await, default: asyncio__await_future)(ASYNCIO__AWAITABLE(x), \
                                                                                       ASYNCIO_HERE)

#endif
