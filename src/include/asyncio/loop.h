/* 14. The event loop
 *
 * A program that uses asyncio_run needs little of this. A loop made by hand belongs to you until asyncio_loop_close.
 */
#ifndef ASYNCIO_LOOP_H
#define ASYNCIO_LOOP_H

/* asyncio.get_running_loop: NULL with RuntimeError if none runs. */
asyncio_loop *asyncio_get_running_loop(void);
asyncio_loop *asyncio_new_event_loop(void);

/* Loop.run_until_complete: runs the loop until the awaitable is done; returns its result, or NULL with its exception
 * pending. RuntimeError if a loop is running, this one is closed, or it was stopped before the awaitable was done.
 * Loop.run_forever: until asyncio_loop_stop; 0 or -1. Loop.stop: the loop ends after the turn it is in.
 * If nothing is left that could wake the loop, both tell so on stderr and raise RuntimeError. */
#define asyncio_loop_run_until_complete(loop, x) \
    asyncio__loop_run_until_complete((loop), ASYNCIO__AWAITABLE(x), ASYNCIO_HERE)
int asyncio_loop_run_forever(asyncio_loop *loop);
void asyncio_loop_stop(asyncio_loop *loop);

/* Loop.close: 0, or -1 with RuntimeError if it is running. Frees what belongs to the loop; a second close does nothing.
 * The handle itself stays good for asyncio_loop_is_closed (and the RuntimeError that every other call answers) until
 * a thousand more loops have been closed. */
int asyncio_loop_close(asyncio_loop *loop);
bool asyncio_loop_is_running(const asyncio_loop *loop);
bool asyncio_loop_is_closed(const asyncio_loop *loop);

/* Loop.call_soon / call_later / call_at: have callback(arg) called by the loop: in the next turn, after a delay in
 * seconds, at a time of the loop's clock. Callbacks run first in, first out; timers by deadline, equal ones in the
 * order in which they were set. The clock's resolution is 1 ms. A callback is no task: it cannot suspend. An exception
 * that it leaves pending goes to the loop's exception handler.
 * NULL with RuntimeError on a closed loop, ValueError for a delay that is NaN. */
typedef void asyncio_callback(void *arg);
#define asyncio_loop_call_soon(loop, callback, ...)                                         \
    (ASYNCIO__REQUIRE_FUNCTION(callback, asyncio_callback, #callback, "void f(void *arg)"), \
     asyncio__call_soon((loop), (callback), #callback, ASYNCIO_HERE,                        \
                        (asyncio__callback_options){.self = 0, __VA_ARGS__}))
#define asyncio_loop_call_later(loop, delay, callback, ...)                                 \
    (ASYNCIO__REQUIRE_FUNCTION(callback, asyncio_callback, #callback, "void f(void *arg)"), \
     asyncio__call_later((loop), (delay), (callback), #callback, ASYNCIO_HERE,              \
                         (asyncio__callback_options){.self = 0, __VA_ARGS__}))
#define asyncio_loop_call_at(loop, when, callback, ...)                                     \
    (ASYNCIO__REQUIRE_FUNCTION(callback, asyncio_callback, #callback, "void f(void *arg)"), \
     asyncio__call_at((loop), (when), (callback), #callback, ASYNCIO_HERE,                  \
                      (asyncio__callback_options){.self = 0, __VA_ARGS__}))

/* Handle.cancel / cancelled, TimerHandle.when (NaN for a handle that is no timer). A cancelled callback is never
 * called. A handle made in a callback is good until it has run or been cancelled; one made elsewhere, as long as its
 * maker. */
void asyncio_handle_cancel(asyncio_handle *handle);
bool asyncio_handle_cancelled(const asyncio_handle *handle);
double asyncio_handle_when(const asyncio_handle *handle);

double asyncio_loop_time(const asyncio_loop *loop); /* Loop.time: seconds, monotonic */

/* Loop.set_exception_handler: what is called with errors that nobody awaits: exceptions in callbacks, exceptions of
 * tasks and futures that were never retrieved. NULL restores the default, which tells them on stderr. What the context
 * points to is borrowed for the time of the call, and it runs in the context (section 15) of the task or handle that
 * failed. An exception that the handler itself leaves pending is told on stderr, but KeyboardInterrupt and SystemExit,
 * which end the loop's run as those of any callback do. */
typedef struct asyncio_error_context {
    const char *message;
    asyncio_exception *exception; /* may be NULL, as may those below */
    asyncio_task *task;
    asyncio_future *future;
    asyncio_handle *handle;
    const asyncio_site *created_at; /* in debug mode: where the task or handle was made (Python's source_traceback) */
    const struct asyncio_error_context *context; /* of an error in the exception handler: what that was called with */
} asyncio_error_context;
typedef void asyncio_exception_handler(asyncio_loop *loop, const asyncio_error_context *context, void *arg);

void asyncio_loop_set_exception_handler(asyncio_loop *loop, asyncio_exception_handler *handler, void *arg);
asyncio_exception_handler *asyncio_loop_get_exception_handler(const asyncio_loop *loop); /* NULL: the default one */
void asyncio_loop_call_exception_handler(asyncio_loop *loop, const asyncio_error_context *context);
void asyncio_loop_default_exception_handler(asyncio_loop *loop, const asyncio_error_context *context);

/* warnings.showwarning: what is called with warnings (of coroutines never awaited, ...), whose category is Python's
 * name of it; NULL restores the default, which tells them on stderr. It must not suspend. */
typedef void asyncio_warning_handler(const char *category, const char *message, const asyncio_site *site, void *arg);
void asyncio_set_warning_handler(asyncio_warning_handler *handler, void *arg);

/* Loop.set_debug / get_debug: debug mode, which asyncio_run(..., .debug = true) turns on, too, and for every loop a
 * non-empty ASYNCIO_DEBUG in the environment (Python's PYTHONASYNCIODEBUG). While it is on
 *
 *   - a callback or a step of a task that takes slow_callback_duration or longer is told: what it was, where it was
 *   made,
 *     and from which await to which it ran;
 *   - a task that waits for a future, event, ... whose maker has let go of it, and to which nobody else refers, is
 *   told: nothing
 *     can wake it;
 *   - reports of exceptions that were never retrieved, of tasks that were destroyed while they were pending, of
 *   callbacks
 *     that failed and of coroutines that were never awaited say where those were made;
 *   - call_soon, call_later, call_at, ending a future and cancelling from a thread that does not run the loop raise
 *     RuntimeError (natively; without debug mode such a call goes unnoticed, and breaks the loop some day).
 *
 * Off, it costs nothing. */
void asyncio_loop_set_debug(asyncio_loop *loop, bool on);
bool asyncio_loop_get_debug(const asyncio_loop *loop);

/* Loop.slow_callback_duration: in seconds, 0.1 unless it is set; ValueError for NaN. It is measured on the loop's
 * clock: on the virtual one computing takes no time, and asyncio_time_sleep what it was told to. */
void asyncio_loop_set_slow_callback_duration(asyncio_loop *loop, double seconds);
double asyncio_loop_get_slow_callback_duration(const asyncio_loop *loop);

/* The place of Python's logger "asyncio": called with what debug mode has to say of slow callbacks and lost wake-ups;
 * NULL has it told on stderr again. It must not suspend. */
typedef void asyncio_logger(const char *message, void *arg);
void asyncio_set_logger(asyncio_logger *logger, void *arg);

/* Guest mode: another loop drives this one (a window system's, a game's, a library's with an own poll()), where a
 * program may not give its thread away to asyncio_run. What that other loop has to do is to make a step when it is
 * time:
 *
 *     asyncio_runner *runner = asyncio_runner_new();
 *     asyncio_loop *loop = asyncio_runner_get_loop(runner);
 *     asyncio_task *main = asyncio_task_new(loop, asyncio_coro(main_, NULL));
 *     while (!asyncio_task_done(main) && asyncio_loop_step(loop) >= 0) {
 *         double wait = asyncio_loop_timeout(loop);
 *         ... wait for your own events, and for asyncio_loop_backend_fd(loop), at most so long; handle them ...
 *     }
 *     asyncio_runner_close(runner);
 *
 * What it handles may complete futures and call asyncio_loop_call_soon(loop, ...): the next step sees to that. Between
 * two steps no loop is running, so tasks are made with asyncio_task_new. tests/unit/programs/guest.c is a whole
 * program. A program in a page is driven from JavaScript instead: see `schedule` in wasm/README.md.
 *
 * asyncio_loop_step runs one turn and never waits. Returns as asyncio_loop_timeout does, or -1 with an exception
 * pending: KeyboardInterrupt or SystemExit of a task, RuntimeError for a loop that is closed or while one is running.
 * Ctrl+C is left to the program.
 * asyncio_loop_timeout: seconds until the next step is wanted, at this moment: 0 if something is ready, INFINITY if
 * only the outside can make it so; if there is nothing outside that could, it is a deadlock: asyncio_print_pstree(loop)
 * tells of it. On the virtual clock asyncio_time_sleep(wait) lets the time pass.
 * asyncio_loop_backend_fd: a descriptor that becomes readable when something outside (a socket, a thread) has happened
 * that belongs to the library: poll() it for reading too. -1 in WebAssembly. */
double asyncio_loop_step(asyncio_loop *loop);
double asyncio_loop_timeout(const asyncio_loop *loop);
int asyncio_loop_backend_fd(const asyncio_loop *loop);

#endif
