/* 17. Threads
 *
 * For code that blocks or computes for long, and must not keep the loop from running. The function runs on another
 * thread while its caller awaits the result:
 *
 *     static void *count(void *arg)                          struct word { const char *text; char letter; };
 *     {
 *         struct word *word = arg;
 *         ...                                                def count(text, letter): ...
 *         return (void *)number;
 *     }
 *
 *     long n = (long)asyncio_await(                          n = await asyncio.to_thread(count, "banana", "a")
 *         asyncio_to_thread(count, asyncio_args(struct word, "banana", 'a')));
 *
 * Natively it is a thread. WebAssembly has none that share memory without special headers: there it is a worker (a Web
 * Worker, in Node a worker_thread) with an instance of the program of its own. So that a program behaves alike in both:
 *
 *   - What goes in is a number or, by asyncio_args, a struct that is copied. What pointers in it lead to is not: in
 *     WebAssembly only functions, string literals and other constants are there for a thread. (Natively all is.)
 *   - What comes out is a number, or a copy made by asyncio_result, asyncio_result_text or asyncio_result_bytes.
 *   - Variables are a thread's own in WebAssembly: they are as the program's source initialises them, or as the
 *   functions
 *     before on the same thread have left them; main() has not run there. Pass what the function needs, or set it in a
 *     context variable (ASYNCIO_CONTEXTVAR): to_thread takes the context along.
 *   - It is no task and cannot await. asyncio_time_sleep, printf, asyncio_raise and asyncio_except do what they do
 *     elsewhere; what it leaves pending is raised where its result is awaited, with its cause, context and members. It
 *     may run a loop of its own.
 *   - exit() ends the program. A crash ends it natively; in WebAssembly only the thread, and the awaiting task gets a
 *     RuntimeError that says why.
 *
 * Cancelling who waits does not stop a function that has begun. asyncio_run waits at its end until all have returned.
 * On the virtual clock they take turns, so that a program gives the same every time: each runs until it returns or
 * sleeps, which takes no time but what it sleeps. A function that waits for something else (natively: a lock, a socket)
 * keeps the others from running meanwhile, and after ten seconds time goes on.
 */
#ifndef ASYNCIO_THREADS_H
#define ASYNCIO_THREADS_H

/* asyncio.to_thread: a coroutine object that calls f(arg) on a thread of the loop's default executor, and returns what
 * it returns. As any coroutine object it may be awaited, made a task, gathered, timed out. The bytes of a result belong
 * to the coroutine object: they live as long as that (asyncio_drop it early in a long loop).
 * Raises what the function did; RuntimeError where no thread can be had, with the reason. */
#define asyncio_to_thread(f, ...)                               \
    (ASYNCIO__REQUIRE_BODY(f, #f, "asyncio_to_thread(f, arg)"), \
     asyncio__in_thread((f), #f, ASYNCIO_HERE, (asyncio__thread_options){.self = 0, __VA_ARGS__}))

/* What a function returns that is more than a number: a struct, text made as by printf, or any bytes; copied, with a
 * zero byte behind. NULL with MemoryError.
 *
 *     return asyncio_result(struct size, .width = 3, .height = 4);
 *     return asyncio_result_text("%s is gone", name);
 */
#define asyncio_result(type, ...) asyncio_result_bytes(&(type){__VA_ARGS__}, sizeof(type))
void *asyncio_result_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *asyncio_result_bytes(const void *bytes, size_t size);

/* concurrent.futures.ThreadPoolExecutor(max_workers): calls functions on that many threads at most, first come, first
 * served; a thread is made when it is needed. Without max_workers 4 more than there are processors, at most 32; on the
 * virtual clock 8. ValueError for less than 1.
 *
 *     asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = 2);
 *
 * `asyncio_with (pool)` shuts it down at the end of the block. It serves one loop at a time. */
#define asyncio_thread_pool_executor_new(...) \
    ASYNCIO__WITH_DEFAULTS(                   \
        asyncio__new_executor((asyncio__executor_options){.max_workers = ASYNCIO__USUAL, .self = 0, __VA_ARGS__}))

/* Loop.run_in_executor: calls f(arg) on a thread of the executor, NULL for the loop's default one, and returns the
 * future of its result. It is under way at once, awaited or not; cancelling the future takes it out of the queue if it
 * has not begun. The bytes of a result belong to the future. RuntimeError after shutdown. */
#define asyncio_loop_run_in_executor(loop, executor, f, ...)                               \
    (ASYNCIO__REQUIRE_BODY(f, #f, "asyncio_loop_run_in_executor(loop, executor, f, arg)"), \
     asyncio__loop_run_in_executor((loop), (executor), (f), #f, ASYNCIO_HERE,              \
                                   (asyncio__thread_options){.self = 0, __VA_ARGS__}))

/* Executor.shutdown: takes no more, and waits for what it has. May suspend (CPython blocks the thread); resumed when
 * the last function has returned. 0, or -1 with CancelledError.
 *
 * .wait            bool  true; with false it returns at once
 * .cancel_futures  bool  false; with true what has not begun is cancelled */
#define asyncio_executor_shutdown(executor, ...)       \
    ASYNCIO__WITH_DEFAULTS(asyncio__executor_shutdown( \
        (executor), ASYNCIO_HERE, (asyncio__executor_shutdown_options){.wait = true, .self = 0, __VA_ARGS__}))

/* Loop.set_default_executor. Loop.shutdown_default_executor: the same as shutdown; to_thread then raises RuntimeError.
 * */
void asyncio_loop_set_default_executor(asyncio_loop *loop, asyncio_executor *executor);
#define asyncio_loop_shutdown_default_executor(loop) asyncio__loop_shutdown_default_executor((loop), ASYNCIO_HERE)

/* threading.current_thread() is threading.main_thread() */
bool asyncio_threading_in_main_thread(void);

/* From other threads to the loop. All else in this header is for the loop's own thread; these calls are for any:
 * natively threads of your own too, in WebAssembly functions that asyncio_to_thread or an executor runs. A loop that is
 * passed to a thread (in its arguments) is good for them and nothing else there.
 *
 * Loop.call_soon_threadsafe: has callback(arg) called by the loop soon, and wakes it. The argument is as for to_thread.
 * Returns 0, or -1 with RuntimeError if the loop is closed.
 *
 *     asyncio_loop_call_soon_threadsafe(work->loop, on_progress, asyncio_args(struct progress, 50));
 */
#define asyncio_loop_call_soon_threadsafe(loop, callback, ...)                              \
    (ASYNCIO__REQUIRE_FUNCTION(callback, asyncio_callback, #callback, "void f(void *arg)"), \
     asyncio__threadsafe_call((loop), (callback), #callback, ASYNCIO_HERE,                  \
                              (asyncio__thread_options){.self = 0, __VA_ARGS__}))

/* asyncio.run_coroutine_threadsafe(f(arg), loop): has the loop run a coroutine as a task. Returns a concurrent future,
 * which belongs to the thread (one of your own had better asyncio_drop it); NULL with RuntimeError if the loop is
 * closed. If its task cannot be made, the loop's exception handler is told, too.
 *
 *     asyncio_concurrent_future *asked = asyncio_run_coroutine_threadsafe(work->loop, ask, asyncio_args(struct ask,
 *     "name?")); const char *name = asyncio_concurrent_future_result(asked);
 */
#define asyncio_run_coroutine_threadsafe(loop, f, ...)                               \
    (ASYNCIO__REQUIRE_BODY(f, #f, "asyncio_run_coroutine_threadsafe(loop, f, arg)"), \
     asyncio__threadsafe_run((loop), (f), #f, ASYNCIO_HERE, (asyncio__thread_options){.self = 0, __VA_ARGS__}))

/* concurrent.futures.Future.result: blocks the thread until the coroutine has ended; its result (a number, or the bytes
 * of asyncio_result and its like, which live as long as the concurrent future), or NULL with its exception pending:
 * CancelledError, or TimeoutError when .timeout seconds are over. In the loop's own thread RuntimeError, unless it is
 * done. Future.done. Future.cancel: cancels the task; false if it is done. */
#define asyncio_concurrent_future_result(future, ...)  \
    ASYNCIO__WITH_DEFAULTS(asyncio__concurrent_result( \
        (future), (asyncio__wait_options){.timeout = __builtin_inf(), .self = 0, __VA_ARGS__}))
bool asyncio_concurrent_future_done(asyncio_concurrent_future *future);
bool asyncio_concurrent_future_cancel(asyncio_concurrent_future *future);

#endif
