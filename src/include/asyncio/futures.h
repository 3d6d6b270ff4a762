/* 6. Futures */
#ifndef ASYNCIO_FUTURES_H
#define ASYNCIO_FUTURES_H

/* asyncio.Future, Loop.create_future: a future that somebody ends by hand, of the running loop or of the one given.
 *
 *     asyncio_future *future = asyncio_future_new();
 *     asyncio_future *future = asyncio_future_new(.loop = loop);            the same as
 *     asyncio_loop_create_future(loop)
 *
 * NULL with RuntimeError if no loop runs or that one is closed; MemoryError. */
#define asyncio_future_new(...) asyncio__future((asyncio__loop_options){.self = 0, __VA_ARGS__})
asyncio_future *asyncio_loop_create_future(asyncio_loop *loop);

/* Future.set_result / set_exception / cancel: end it. Its waiters and callbacks are scheduled in the order in which
 * they came and run in a later turn; the caller goes on first. 0, or -1 with InvalidStateError if it is done already.
 * set_exception takes a reference of its own; instead of a StopIteration it sets a RuntimeError that has it as its
 * cause; TypeError for NULL.
 * cancel returns false if it is done already, as for tasks; its message is optional and copied. If the loop is closed,
 * a future that has callbacks is ended all the same, and RuntimeError says that they are not called. */
int asyncio_future_set_result(asyncio_future *future, void *result);
int asyncio_future_set_exception(asyncio_future *future, asyncio_exception *exception);
#define asyncio_future_cancel(future, ...) \
    asyncio__future_cancel((future), (asyncio__cancel_options){.self = 0, __VA_ARGS__})

bool asyncio_future_done(const asyncio_future *future);
bool asyncio_future_cancelled(const asyncio_future *future);

/* Future.result: the result. If it failed, its exception is pending and NULL is returned; CancelledError if it was
 * cancelled; InvalidStateError if it is not done yet. */
void *asyncio_future_result(asyncio_future *future);

/* Future.exception: the exception it ended with, or NULL for none; the exception stays the future's, and counts as
 * seen. CancelledError (pending, and NULL) if it was cancelled; InvalidStateError if it is not done yet. */
asyncio_exception *asyncio_future_exception(asyncio_future *future);

/* Future.add_done_callback: as for tasks. */
typedef void asyncio_future_callback(asyncio_future *future, void *arg);
#define asyncio_future_add_done_callback(future, callback, ...)              \
    (ASYNCIO__REQUIRE_FUNCTION(callback, asyncio_future_callback, #callback, \
                               "void f(asyncio_future *future, void *arg)"), \
     asyncio__future_when_done((future), (callback), #callback, (asyncio__callback_options){.self = 0, __VA_ARGS__}))
int asyncio_future_remove_done_callback(asyncio_future *future, asyncio_future_callback *callback, void *arg);

asyncio_loop *asyncio_future_get_loop(const asyncio_future *future);

/* A future that a callback will complete has to outlive the task that waits for it: that may be cancelled first, and
 * the callback comes all the same. So it is kept for the callback, which looks before it sets, and drops it.
 *
 *     static void on_value(void *arg)
 *     {
 *         asyncio_future *future = arg;
 *         if (!asyncio_future_done(future))
 *             asyncio_future_set_result(future, (void *)42);
 *         asyncio_drop(future);
 *     }
 *
 *     asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());
 *     device_read(on_value, asyncio_keep(future));
 *     long value = (long)asyncio_await(future);
 */

/* The task as the future that it is; and the task of a future that is one, or NULL. The same object, no new handle. */
asyncio_future *asyncio_task_as_future(asyncio_task *task);
asyncio_task *asyncio_future_as_task(asyncio_future *future);

/* asyncio.ensure_future: a task for a coroutine object; a task or a future is returned as it is. */
#define asyncio_ensure_future(x) asyncio__ensure_future(ASYNCIO__AWAITABLE(x), ASYNCIO_HERE)

#endif
