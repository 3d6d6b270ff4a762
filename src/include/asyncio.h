/* asyncio.h: Python's asyncio for C.
 *
 * This header is the manual, in learning order:
 *
 *   1 Running, Runner, Ctrl+C  2 Coroutines and await      3 Exceptions
 *   4 Sleeping and the clock   5 Tasks                     6 Futures
 *   7 gather                   8 TaskGroup, asyncio_with   9 Lock, Semaphore, Event
 *  10 Condition, Barrier      11 Queues                  12 Timeouts
 *  13 wait, as_completed, shield                          14 The event loop
 *  15 Context variables      16 async for, generators     17 Threads
 *  18 Ownership               19 Introspection             20 Virtual time, exploring schedules
 *
 * Names are asyncio's: `asyncio.create_task` is `asyncio_create_task`, a method `Task.cancel` is `asyncio_task_cancel`,
 * a class `TaskGroup` is `asyncio_task_group` and is made by `asyncio_task_group_new`. Python's keyword arguments are
 * written with a dot: `asyncio_create_task(f, arg, .name = "reader")`. Times are seconds, as double. Behaviour is
 * CPython's, event for event; where its versions differ, the newest one's.
 *
 * "May suspend" at a call means three things at once: other tasks may run before it returns, it may fail with
 * CancelledError, and it may only be called from within a task. A call that does not say so never switches.
 *
 * Ownership, in one paragraph. What you make (a task, future, lock, exception, ...) is yours to use until the task that
 * made it ends: then your handles go, while the loop itself keeps whatever still runs or is waited for. Nothing has to
 * be freed (but for the texts of section 18, which free() takes). A long loop that makes many things lets them go early
 * with asyncio_drop(); what must outlive its maker is held with asyncio_keep() until you drop it. What the main task
 * makes, or what is made outside any task, lives until the loop is closed, or without a loop until the program ends.
 * `void *` arguments and results are yours: the library never looks at them or frees them.
 */
#ifndef ASYNCIO_H
#define ASYNCIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "asyncio/exception_types.h"

#ifdef __cplusplus
#error "asyncio.h is for C: C++ has coroutines of its own, and its exceptions cannot cross a suspension"
#endif

typedef struct asyncio_loop asyncio_loop;
typedef struct asyncio_runner asyncio_runner;
typedef struct asyncio_handle asyncio_handle;
typedef struct asyncio_future asyncio_future;
typedef struct asyncio_task asyncio_task;
typedef struct asyncio_coroutine asyncio_coroutine;
typedef struct asyncio_exception asyncio_exception;
typedef struct asyncio_exception_type asyncio_exception_type;
typedef struct asyncio_task_group asyncio_task_group;
typedef struct asyncio_lock asyncio_lock;
typedef struct asyncio_semaphore asyncio_semaphore;
typedef struct asyncio_event asyncio_event;
typedef struct asyncio_condition asyncio_condition;
typedef struct asyncio_barrier asyncio_barrier;
typedef struct asyncio_queue asyncio_queue;
typedef struct asyncio_timeout asyncio_timeout;
typedef struct asyncio_as_completed asyncio_as_completed;
typedef struct asyncio_agen asyncio_agen;
typedef struct asyncio_aiter asyncio_aiter;
typedef struct asyncio_context_manager asyncio_context_manager;
typedef struct asyncio_context asyncio_context;
typedef struct asyncio_contextvar asyncio_contextvar;
typedef struct asyncio_contextvar_token asyncio_contextvar_token;
typedef struct asyncio_executor asyncio_executor;
typedef struct asyncio_concurrent_future asyncio_concurrent_future;
typedef struct asyncio_object asyncio_object; /* what all of the above begin with */
struct asyncio_js;                            /* asyncio_js.h */

/* A place in the source, recorded by the macros below for the trace and for reports. It costs nothing at run time. */
typedef struct asyncio_site {
    const char *file, *function;
    int line;
} asyncio_site;

#define ASYNCIO_HERE                                                                   \
    (__extension__({                                                                   \
        static const asyncio_site asyncio_here_ = {__FILE_NAME__, __func__, __LINE__}; \
        &asyncio_here_;                                                                \
    }))
#ifndef __FILE_NAME__
#define __FILE_NAME__ __FILE__
#endif

/* ------------------------------------------------------------------------------------------------------------------
 * 1. Running a program
 *
 *     static void *main_(void *arg)
 *     {
 *         printf("hello\n");
 *         asyncio_sleep(1);
 *         printf("world\n");
 *         return NULL;
 *     }
 *
 *     int main(void)
 *     {
 *         return asyncio_run(main_, NULL);
 *     }
 */

/* The body of a coroutine. Any C function of this shape is one, and any function that it calls may suspend too.
 * It ends by returning: with an exception pending (section 3) it has failed, whatever it returned. */
typedef void *asyncio_body(void *arg);

/* asyncio.run: makes a loop, runs body(arg) in it as the main task until that ends, cancels the tasks that are left
 * over, lets them clean up, and closes the loop.
 *
 *     int status = asyncio_run(main_, NULL);
 *     asyncio_run(main_, NULL, .result = &value);
 *     asyncio_run(asyncio_coro(main_, NULL));
 *
 * .result     void **               where to put what the body returned
 * .exception  asyncio_exception **  where to put an uncaught exception (NULL if there was none), which is then yours
 *                                   and no longer told on stderr
 * .debug      bool                  Loop.set_debug; without it, as the environment says (section 14)
 * .loop_factory  asyncio_loop_factory *  what makes the loop, and must not suspend; without it, asyncio_new_event_loop
 * .clock, .seed, .jitter            for this run: see section 19
 *
 * Returns 0, or 1 if an exception came out of the main task: it is told on stderr. For KeyboardInterrupt it returns
 * 130, the status with which a shell reports a program that Ctrl+C has ended.
 * If every task that is left waits for something that nothing can bring about, it prints which task waits for what and
 * who holds it, cancels them and returns 1 (CPython would hang).
 * Inside a running loop it raises RuntimeError and returns 1. */
#define asyncio_run(main, ...)                                                                            \
    ASYNCIO__WITH_DEFAULTS(_Generic((main), asyncio_coroutine *: asyncio__run_of, default: asyncio__run)( \
        (main), #main, ASYNCIO_HERE, (asyncio__run_options){.debug = -1, .self = 0, __VA_ARGS__}))
typedef asyncio_loop *asyncio_loop_factory(void);

/* asyncio.Runner: runs several main coroutines, one after the other, in the same loop. What one of them leaves behind
 * goes on in the next run; close cancels what is then left over. asyncio_run is one run of it.
 *
 *     asyncio_runner *runner = asyncio_runner_new(.debug = true);
 *     asyncio_with (runner) {
 *         asyncio_runner_run(runner, connect, url);
 *         value = (long)asyncio_runner_run(runner, fetch, (void *)3);
 *     }
 *     if (asyncio_failed()) ...
 *
 * .debug, .loop_factory  as for asyncio_run
 *
 * It belongs to the program, outside any loop: asyncio_drop() lets it go. NULL with MemoryError. */
#define asyncio_runner_new(...) \
    asyncio__new_runner(ASYNCIO__WITH_DEFAULTS((asyncio__runner_options){.debug = -1, .self = 0, __VA_ARGS__}))

/* Runner.run: runs a function (with its argument) or a coroutine object as the main task until that ends; the options
 * are asyncio_create_task's. Returns its result, or NULL with its exception pending. What main made lives until the
 * runner is closed. RuntimeError from within a running loop, if the runner is closed, and for a deadlock. */
#define asyncio_runner_run(runner, main, ...)                                                      \
    _Generic((main), asyncio_coroutine *: asyncio__runner_run_coro, default: asyncio__runner_run)( \
        (runner), (main), #main, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__})

/* Runner.get_loop: its loop, which is made when it is first needed. NULL with RuntimeError once it is closed. */
asyncio_loop *asyncio_runner_get_loop(asyncio_runner *runner);

/* Runner.close: cancels the tasks that are left over, lets them clean up, and closes the loop, if there is one. Leaving
 * asyncio_with does it. 0, or -1 with KeyboardInterrupt if that did not wait for them. */
int asyncio_runner_close(asyncio_runner *runner);

/* Ctrl+C. While a loop runs the first SIGINT cancels the main task, as asyncio_task_cancel does, so that it can clean
 * up; if it then ends cancelled, KeyboardInterrupt comes out of the run. If it takes the CancelledError and goes on, so
 * does the program, and if others have asked for its cancellation too, it stays CancelledError. The second one raises
 * KeyboardInterrupt at once in whatever runs, and with it the run ends; so do all after that, also those that come
 * while left-over tasks clean up. Loops that no runner runs raise KeyboardInterrupt the first time.
 *
 * "At once" is at the next call that may suspend, the next asyncio_failed(), or when the loop goes on: code that
 * computes for long calls asyncio_failed() now and then. If two have come and neither was heard, the third ends the
 * program with status 130. A program that has a handler for SIGINT of its own before the loop runs keeps it, and
 * nothing of this happens; so it is in all threads but the first. When the loop has ended, SIGINT is as it was before.
 *
 * In WebAssembly nothing can interrupt a program that computes: a Ctrl+C, which JavaScript gives to it with
 * program.interrupt(), is heard when the program next waits or its loop has used up some milliseconds. So `make run`
 * and the page have it in a thread of its own, and end that when it does not answer. raise(SIGINT) is heard in both. */

/* ------------------------------------------------------------------------------------------------------------------
 * 2. Coroutines and await
 */

/* A coroutine object, Python's `f(arg)` for an `async def f`: nothing runs until it is awaited or made a task, and that
 * may happen once. One that never is gets a warning on stderr ("coroutine 'f' was never awaited") when it is freed. */
#define asyncio_coro(body, ...) \
    asyncio__coro((body), #body, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__})

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

/* ------------------------------------------------------------------------------------------------------------------
 * 3. Exceptions
 *
 * An exception is an object, and one may be *pending* on the running task: it has been raised and not yet taken.
 * A call that fails returns NULL, -1 or false with the exception pending. Returning passes it on to the caller. While
 * one is pending, every call that may suspend fails at once with it, so that a forgotten check loses no error and waits
 * for nothing.
 *
 *     try:                            if (asyncio_sleep(1) < 0) {
 *         await sleep(1)                  asyncio_exception *e = asyncio_except(ASYNCIO_CANCELLED_ERROR);
 *     except CancelledError as e:         if (e) {
 *         print(e)                            puts(asyncio_exception_message(e));
 *         raise                               return asyncio_reraise();
 *                                         }
 *                                     }
 *
 *     raise ValueError("no 7")        return asyncio_raise(ASYNCIO_VALUE_ERROR, "no %d", 7);
 */

/* The types: ASYNCIO_VALUE_ERROR, ASYNCIO_CANCELLED_ERROR, ASYNCIO_TIMEOUT_ERROR, ... as in exception_types.h.
 * A type is a constant pointer, so that types can be compared, stored and passed. */
struct asyncio_exception_type {
    const char *name;
    const asyncio_exception_type *base; /* itself for BaseException */
};
#define ASYNCIO__DECLARE(constant, name, base) extern const asyncio_exception_type ASYNCIO_##constant[1];
ASYNCIO_EXCEPTION_TYPES(ASYNCIO__DECLARE)
#undef ASYNCIO__DECLARE

/* A type of the program's own, at file scope: ASYNCIO_EXCEPTION_TYPE(parse_error, "ParseError", ASYNCIO_VALUE_ERROR);
 * it is then used like the others: asyncio_raise(parse_error, "line %d", 3). */
#define ASYNCIO_EXCEPTION_TYPE(identifier, text, base_type) \
    static const asyncio_exception_type identifier[1] = {{(text), (base_type)}}

/* `raise TYPE(message)`: makes an exception pending; what was pending before becomes its context. The message is made
 * as by printf, and may be left out. Always returns NULL, so that a body can `return asyncio_raise(...)`. Type NULL is
 * a TypeError. */
#define asyncio_raise(type, ...) asyncio__raise(ASYNCIO_HERE, NULL, (type)ASYNCIO__MESSAGE(__VA_ARGS__))

/* `raise TYPE(message) from cause`; the cause is its context, too, if nothing is pending: it is what was taken last. */
#define asyncio_raise_from(cause, type, ...) asyncio__raise(ASYNCIO_HERE, (cause), (type)ASYNCIO__MESSAGE(__VA_ARGS__))

/* `raise e`, for an exception object. Returns NULL. */
void *asyncio_raise_exception(asyncio_exception *exception);

/* Whether an exception is pending on the running task (outside any task: on the thread). */
bool asyncio_failed(void);

/* The pending exception or NULL; it stays pending. */
asyncio_exception *asyncio_pending(void);

/* `except TYPE as e:` takes the pending exception if it is of this type or of one derived from it, and returns it;
 * otherwise returns NULL and leaves it pending. The exception is good for as long as something refers to it, and at
 * least until this task has taken sixteen more; hold it longer with asyncio_keep(). */
#define asyncio_except(type) asyncio__except((type), __func__)

/* `except* TYPE as eg:` takes what matches out of a pending exception group and returns it as a group of the same
 * shape; the rest stays pending. A single exception that matches comes in a group of one. NULL if nothing matches. */
#define asyncio_except_star(type) asyncio__except_star((type), __func__)

/* `raise` in an except block: makes the exception that this function has taken last pending again. Returns NULL.
 * RuntimeError if it has taken none. (In a function that calls itself, use asyncio_raise_exception.) */
#define asyncio_reraise() asyncio__reraise(__func__)

/* `finally:` a block that runs with nothing pending, so that it can await; what was pending is pending again at its
 * end. An exception raised in the block and not taken there wins, with the earlier one at the end of its contexts. It
 * runs where it stands: place it where both paths come by.
 *
 *     void *row = read_row(key);
 *     asyncio_finally {
 *         asyncio_lock_release(lock);
 *     }
 *     return row;
 */
#define asyncio_finally                                                                                               \
    for (asyncio_object * asyncio_guard_ __attribute__((cleanup(asyncio__finally_leave))) = asyncio__finally_enter(), \
                                         *asyncio_once_ = asyncio_guard_;                                             \
         asyncio_once_; asyncio_once_ = NULL)

/* `TYPE(message)`: a new exception object that is not raised, for asyncio_future_set_exception and the like. The
 * message is made as by printf, and may be left out. NULL with TypeError for type NULL. */
#define asyncio_exception_new(type, ...) asyncio__exception_new((type)ASYNCIO__MESSAGE(__VA_ARGS__))

const asyncio_exception_type *asyncio_exception_get_type(const asyncio_exception *exception); /* type(e) */
const char *asyncio_exception_name(const asyncio_exception *exception);    /* type(e).__name__, "ValueError" */
const char *asyncio_exception_message(const asyncio_exception *exception); /* str(e); "" if it was raised with none */
asyncio_exception *asyncio_exception_cause(const asyncio_exception *exception);   /* e.__cause__ or NULL */
asyncio_exception *asyncio_exception_context(const asyncio_exception *exception); /* e.__context__ or NULL */

/* isinstance(e, type); false for NULL. */
bool asyncio_isinstance(const asyncio_exception *exception, const asyncio_exception_type *type);

/* ExceptionGroup(message, members): an ExceptionGroup if every member is an Exception, else a BaseExceptionGroup.
 * ValueError for no members. */
asyncio_exception *asyncio_exception_group_new(const char *message, asyncio_exception *const *members, size_t count);

/* eg.message; asyncio_exception_message is str(eg), which says how many there are: "message (2 sub-exceptions)". */
const char *asyncio_exception_group_message(const asyncio_exception *group);

/* len(eg.exceptions), 0 for an exception that is no group; and eg.exceptions[index], NULL beyond the end. */
size_t asyncio_exception_group_count(const asyncio_exception *group);
asyncio_exception *asyncio_exception_group_get(const asyncio_exception *group, size_t index);

/* eg.split(type), eg.subgroup(type): what matches, as a group of the same shape, and the rest; NULL for nothing. The
 * group itself stays as it is; an exception that is no group is all match or all rest. The parts are good for as long
 * as what asyncio_except takes. 0, or -1 with MemoryError. split_by is split with a predicate. */
typedef bool asyncio_exception_predicate(const asyncio_exception *exception, void *arg);
int asyncio_exception_group_split(asyncio_exception *group, const asyncio_exception_type *type,
                                  asyncio_exception **match, asyncio_exception **rest);
int asyncio_exception_group_split_by(asyncio_exception *group, asyncio_exception_predicate *predicate, void *arg,
                                     asyncio_exception **match, asyncio_exception **rest);
asyncio_exception *asyncio_exception_group_subgroup(asyncio_exception *group, const asyncio_exception_type *type);

/* ------------------------------------------------------------------------------------------------------------------
 * 4. Sleeping and the clock
 */

/* asyncio.sleep: suspends for that many seconds; 0 (or less) lets every other ready task run once and goes on. May
 * suspend. Returns 0, or -1 with an exception pending: CancelledError, ValueError for NaN. */
#define asyncio_sleep(seconds) asyncio__sleep((seconds), ASYNCIO_HERE)

/* time.sleep: blocks the thread, and with it the loop and every task. To see what that does is what it is for. */
void asyncio_time_sleep(double seconds);

/* time.monotonic: the clock that the loop runs on. It is virtual when the environment says ASYNCIO_CLOCK=virtual: then
 * it stands still while code runs and jumps to the next deadline when every task waits, so a program that sleeps for
 * hours is through at once, and always with the same times. */
double asyncio_time_monotonic(void);

/* ------------------------------------------------------------------------------------------------------------------
 * 5. Tasks
 */

/* asyncio.create_task: schedules a coroutine to run soon, concurrently, and returns its task. Never switches.
 *
 *     asyncio_task *t = asyncio_create_task(fetch, arg);
 *     asyncio_task *t = asyncio_create_task(fetch, arg, .name = "reader");
 *     asyncio_task *t = asyncio_create_task(coro);                           for a coroutine object
 *
 * .name         const char *       the task's name; it is copied. Otherwise "Task-1", "Task-2", ...
 * .context      asyncio_context *  what it runs in (section 15), instead of a copy of the current context
 * .eager_start  int                true: it takes its first step at once, before create_task returns, up to where it
 *                                  first waits; one that need not wait is done then, and has never been in the ready
 *                                  queue. ASYNCIO_NOT_EAGER: it begins in a later turn, whatever the loop's task
 *                                  factory says of those that say nothing (as False does in Python, which C cannot tell
 *                                  from nothing)
 *
 * NULL with RuntimeError if no loop runs (in a callback of the loop, one does) or the coroutine has been used;
 * MemoryError. */
enum { ASYNCIO_NOT_EAGER = -1 };
#define asyncio_create_task(f, ...)                                                             \
    _Generic((f), asyncio_coroutine *: asyncio__create_task_of, default: asyncio__create_task)( \
        (f), #f, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__})

/* create_task for when nobody will look at the task: no handle, and an exception that it ends with is reported at once.
 * Returns 0, or -1 as above. */
#define asyncio_spawn(f, ...) asyncio__spawn((f), #f, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__})

/* asyncio.Task: a task for a coroutine object, in a loop that need not run yet. Takes .name, .context and .eager_start
 * as create_task does. It is what a task factory makes its tasks with. */
#define asyncio_task_new(loop, coro, ...) \
    asyncio__task_new((loop), (coro), ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__})

/* Loop.create_task: as asyncio_create_task for a coroutine object, in a loop that need not run yet; its task factory,
 * if it has one, makes the task. */
#define asyncio_loop_create_task(loop, coro, ...) \
    asyncio__create_loop_task((loop), (coro), ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__})

/* Loop.set_task_factory: what makes the tasks of this loop, for create_task, gather, TaskGroup, ...; NULL for the
 * usual. It returns a task made of `coro`, or NULL with an exception pending. name and context may be NULL; eager_start
 * is what the task is made with: true, ASYNCIO_NOT_EAGER, or 0 for nothing said. It must not suspend: what would gets
 * RuntimeError.
 *
 * asyncio.eager_task_factory is one: with it every task of a running loop that is not ASYNCIO_NOT_EAGER starts eagerly.
 * */
typedef asyncio_task *asyncio_task_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                           asyncio_context *context, int eager_start);
void asyncio_loop_set_task_factory(asyncio_loop *loop, asyncio_task_factory *factory);
asyncio_task_factory *asyncio_loop_get_task_factory(const asyncio_loop *loop);
asyncio_task *asyncio_eager_task_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                         asyncio_context *context, int eager_start);

asyncio_task *asyncio_current_task(void); /* the running task; NULL in a callback and outside a loop */

/* asyncio.all_tasks: writes up to `max` tasks of the running loop (or of the one given, which need not run) that are
 * not done to `tasks`, oldest first. Returns how many there are, which may be more; 0 with RuntimeError if no loop
 * runs. They are borrowed: asyncio_keep() what must outlast the next suspension.
 *
 *     size_t count = asyncio_all_tasks(tasks, 10);
 *     size_t count = asyncio_all_tasks(NULL, 0, .loop = loop);
 */
#define asyncio_all_tasks(tasks, max, ...) \
    asyncio__all_tasks((tasks), (max), (asyncio__loop_options){.self = 0, __VA_ARGS__})

/* Task.cancel: has CancelledError raised inside the task, at the await where it waits or at its next one. Returns true,
 * or false if it is done already (an exception that it has ended with then counts as seen). Never switches: the task
 * ends later, and may even go on. A task cancelled before its first step never runs. The message, if one is given, is
 * copied.
 *
 *     asyncio_task_cancel(t);
 *     asyncio_task_cancel(t, "shutdown");
 */
#define asyncio_task_cancel(task, ...) asyncio__task_cancel((task), (asyncio__cancel_options){.self = 0, __VA_ARGS__})

/* Task.cancelling / Task.uncancel: how many requests to cancel there have been, less the calls of uncancel. Both return
 * the number; at zero, uncancel takes back a request that has not been delivered yet. */
int asyncio_task_cancelling(const asyncio_task *task);
int asyncio_task_uncancel(asyncio_task *task);

bool asyncio_task_done(const asyncio_task *task);
bool asyncio_task_cancelled(const asyncio_task *task);

/* Task.result / Task.exception: as asyncio_future_result and asyncio_future_exception below. */
void *asyncio_task_result(asyncio_task *task);
asyncio_exception *asyncio_task_exception(asyncio_task *task);

/* Task.add_done_callback: callback(task, arg) is called by the loop in a later turn, once the task is done; callbacks
 * run in the order in which they were added. 0, or -1 with MemoryError. Removing returns how many there were. */
typedef void asyncio_task_callback(asyncio_task *task, void *arg);
#define asyncio_task_add_done_callback(task, callback, ...) \
    asyncio__task_when_done((task), (callback), #callback, (asyncio__callback_options){.self = 0, __VA_ARGS__})
int asyncio_task_remove_done_callback(asyncio_task *task, asyncio_task_callback *callback, void *arg);

const char *asyncio_task_get_name(const asyncio_task *task);      /* good until the name changes or the task is freed */
int asyncio_task_set_name(asyncio_task *task, const char *name);  /* copied; 0, or -1 with MemoryError */
const char *asyncio_task_get_coro_name(const asyncio_task *task); /* "fetch" */
asyncio_coroutine *asyncio_task_get_coro(const asyncio_task *task); /* while it runs; NULL for one made of a function */
asyncio_loop *asyncio_task_get_loop(const asyncio_task *task);

/* ------------------------------------------------------------------------------------------------------------------
 * 6. Futures
 */

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
#define asyncio_future_add_done_callback(future, callback, ...) \
    asyncio__future_when_done((future), (callback), #callback, (asyncio__callback_options){.self = 0, __VA_ARGS__})
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

/* ------------------------------------------------------------------------------------------------------------------
 * 7. gather
 */

/* asyncio.gather: runs awaitables concurrently (coroutine objects are made tasks) and returns a future of all results,
 * in the order of the arguments. Up to 32 awaitables of any mix; more, or a number known only at run time, as an array.
 *
 *     void **results = asyncio_await(asyncio_gather(asyncio_coro(fetch, a), asyncio_coro(fetch, b), task));
 *     void **results = asyncio_await(asyncio_gather_array(tasks, n));
 *
 * The first exception is passed on at once, while the others run on. Cancelling the gather cancels all of them; one
 * that is cancelled by itself counts as failed with CancelledError. The same object given twice is run once.
 * The array of results belongs to the future: it lives as long as that does. */
#define asyncio_gather(...) asyncio__gather_list(ASYNCIO__LIST(__VA_ARGS__), false, ASYNCIO_HERE)
#define asyncio_gather_array(awaitables, count) \
    asyncio__gather((count), ASYNCIO__ARRAY(awaitables), false, ASYNCIO_HERE)

/* One entry of gather(..., return_exceptions=True): how an awaitable ended. Exactly one of the two counts:
 * if `exception` is NULL it returned `value`. */
typedef struct asyncio_outcome {
    void *value;
    asyncio_exception *exception;
} asyncio_outcome;

/* asyncio.gather(..., return_exceptions=True): waits for all of them, whatever happens; exceptions are entries of the
 * result. The exceptions belong to the future, as the array does.
 *
 *     asyncio_outcome *results = asyncio_await(asyncio_gather_return_exceptions(a, b));
 *     if (results[0].exception) ...
 */
#define asyncio_gather_return_exceptions(...) asyncio__gather_list(ASYNCIO__LIST(__VA_ARGS__), true, ASYNCIO_HERE)
#define asyncio_gather_array_return_exceptions(awaitables, count) \
    asyncio__gather((count), ASYNCIO__ARRAY(awaitables), true, ASYNCIO_HERE)

/* ------------------------------------------------------------------------------------------------------------------
 * 8. TaskGroup, and `async with`
 */

/* `async with x:` enters x, runs the block, and leaves x however the block ends: at its end, by `return`, `goto` or
 * `break` (`break` and `continue` end this block, not a loop around it). Entering and leaving may suspend. If x cannot
 * be entered, the block is not run and the exception is pending; otherwise the block's exception, or one from leaving,
 * is: check asyncio_failed() after the block.
 *
 *     asyncio_with (lock) {
 *         counter++;
 *     }
 *
 * Takes a lock, a semaphore, a condition, a barrier, a task group, a timeout, an executor, or what section 16 tells of;
 * and, outside any task, a runner. */
#define asyncio_with(x)                                                                        \
    for (asyncio_object * asyncio_guard_ __attribute__((cleanup(asyncio__with_leave))) =       \
             asyncio__with_enter(ASYNCIO__CONTEXT(x), ASYNCIO__MADE_FOR_IT(#x), ASYNCIO_HERE), \
                                         *asyncio_once_ = asyncio_guard_;                      \
         asyncio_once_; asyncio_once_ = NULL)

/* asyncio.TaskGroup: a block that ends when all of its tasks have ended.
 *
 *     asyncio_task_group *tg = asyncio_task_group_new();
 *     asyncio_with (tg) {
 *         a = asyncio_task_group_create_task(tg, fetch, (void *)1);
 *         b = asyncio_task_group_create_task(tg, fetch, (void *)2);
 *     }
 *     if (asyncio_failed())
 *         return NULL;
 *     ... asyncio_task_result(a) ...
 *
 * If a task (or the block itself) fails, the others are cancelled and waited for, and all errors come out of the block
 * in one ExceptionGroup, in the order in which the tasks ended. KeyboardInterrupt and SystemExit come out alone, and
 * the loop's exception handler is told of the errors that they hide; so does GeneratorExit, if there is no error
 * besides. A group serves for one block. */
asyncio_task_group *asyncio_task_group_new(void);

/* TaskGroup.cancel (3.15): has the group's tasks cancelled, and the block itself at its next await. The block then ends
 * without CancelledError, as though it had come to its end; other errors come out as always. Called before the block is
 * entered it takes effect there; called when the tasks are being cancelled already or have all ended, it does nothing.
 * */
void asyncio_task_group_cancel(asyncio_task_group *group);

/* TaskGroup.create_task: as asyncio_create_task, the same options. Tasks of the group may call it too.
 * RuntimeError if the block has not been entered, is over, or is shutting down after an error. */
#define asyncio_task_group_create_task(group, f, ...)                                                                 \
    _Generic((f), asyncio_coroutine *: asyncio__task_group_create_task_of, default: asyncio__task_group_create_task)( \
        (group), (f), #f, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__})

/* ------------------------------------------------------------------------------------------------------------------
 * 9. Lock, Semaphore, Event
 *
 * All are fair: who waits longest is served first. A waiter that is cancelled leaves the queue, and what was handed to
 * it in the same moment goes to the next. Releasing and setting never switch: who is woken runs in a later turn.
 *
 * These, and conditions, barriers and queues, belong to the loop in which somebody first had to wait at them: having to
 * wait in another loop raises RuntimeError.
 */

asyncio_lock *asyncio_lock_new(void); /* asyncio.Lock() */

/* Lock.acquire: waits until the lock is free, and takes it. May suspend (not if it is free); resumed by release.
 * 0, or -1 with CancelledError pending and the lock not taken. */
#define asyncio_lock_acquire(lock) asyncio__lock_acquire((lock), ASYNCIO_HERE)

/* Lock.release: any task may do it. 0, or -1 with RuntimeError if it is not locked. */
int asyncio_lock_release(asyncio_lock *lock);
bool asyncio_lock_locked(const asyncio_lock *lock);

/* asyncio.Semaphore(value) / BoundedSemaphore(value): NULL with ValueError if the value is negative. */
asyncio_semaphore *asyncio_semaphore_new(long value);
asyncio_semaphore *asyncio_bounded_semaphore_new(long value);

/* Semaphore.acquire: waits until the value is above zero, and takes one from it. May suspend; resumed by release.
 * 0, or -1 with CancelledError pending and nothing taken. */
#define asyncio_semaphore_acquire(semaphore) asyncio__semaphore_acquire((semaphore), ASYNCIO_HERE)

/* Semaphore.release: 0, or -1 with ValueError if a bounded semaphore has been released too often. */
int asyncio_semaphore_release(asyncio_semaphore *semaphore);

/* Semaphore.locked: whether acquire would have to wait. */
bool asyncio_semaphore_locked(const asyncio_semaphore *semaphore);

asyncio_event *asyncio_event_new(void); /* asyncio.Event(), not set */

/* Event.wait: waits until the event is set. May suspend (not if it is set); resumed by set, even if the event is
 * cleared again before this task runs. 0, or -1 with CancelledError pending. */
#define asyncio_event_wait(event) asyncio__event_wait((event), ASYNCIO_HERE)

void asyncio_event_set(asyncio_event *event);
void asyncio_event_clear(asyncio_event *event);
bool asyncio_event_is_set(const asyncio_event *event);

/* ------------------------------------------------------------------------------------------------------------------
 * 10. Condition, Barrier
 */

/* asyncio.Condition(lock): to wait until something is so that other tasks bring about, and tell of. It goes with a
 * lock: the one given, which several conditions may share, or with NULL one of its own.
 *
 *     asyncio_with (condition) {                                asyncio_with (condition) {
 *         asyncio_condition_wait_for(condition, ready, arg);        ... make it so ...
 *     }                                                             asyncio_condition_notify_all(condition);
 *                                                               }
 */
asyncio_condition *asyncio_condition_new(asyncio_lock *lock);

/* Condition.acquire, release, locked: its lock's. */
#define asyncio_condition_acquire(condition) asyncio__condition_acquire((condition), ASYNCIO_HERE)
int asyncio_condition_release(asyncio_condition *condition);
bool asyncio_condition_locked(const asyncio_condition *condition);

/* Condition.wait: gives the lock back, waits to be notified, and takes the lock again. May suspend; resumed by notify,
 * as soon as the lock is to be had. It may come back without cause (a notification that a cancelled task cannot use
 * goes on to another one): look again, or use wait_for.
 * 0, or -1 with CancelledError, the lock taken all the same, or RuntimeError if it was not locked before. */
#define asyncio_condition_wait(condition) asyncio__condition_wait((condition), ASYNCIO_HERE)

/* Condition.wait_for: waits until predicate(arg) is true; it is asked with the lock held. 0 or -1 as above, or with
 * what the predicate has raised. */
typedef bool asyncio_predicate(void *arg);
#define asyncio_condition_wait_for(condition, predicate, ...) \
    asyncio__condition_wait_for((condition), (predicate), (__VA_ARGS__), ASYNCIO_HERE)

/* Condition.notify(n) / notify_all: wakes one waiter, or up to n, or all, those first that wait longest. Never
 * switches. 0, or -1 with RuntimeError if the lock is not held (by whom is not asked).
 *
 *     asyncio_condition_notify(condition);
 *     asyncio_condition_notify(condition, 2);
 */
#define asyncio_condition_notify(condition, ...) \
    asyncio__notify((condition), ASYNCIO__FIRST(__VA_ARGS__ __VA_OPT__(, ) 1))
int asyncio_condition_notify_all(asyncio_condition *condition);

/* asyncio.Barrier(parties): lets tasks pass once so many have arrived, again and again. ValueError for less than one.
 * `asyncio_with (barrier)` waits before the block. */
asyncio_barrier *asyncio_barrier_new(long parties);

/* Barrier.wait: waits for the others. May suspend; resumed when the last one arrives. Who comes while the ones before
 * are still leaving waits for that first.
 * Returns a number from 0 to parties - 1, another one for each task of a round; or -1 with CancelledError, or
 * BrokenBarrierError if it was reset meanwhile, or has been aborted. */
#define asyncio_barrier_wait(barrier) asyncio__barrier_wait((barrier), ASYNCIO_HERE)

/* Barrier.reset: empties it; tasks that wait get BrokenBarrierError. Barrier.abort: the same, and whoever comes gets it
 * too, until a reset. Both may suspend, for a short time while others leave. 0, or -1 with CancelledError. */
#define asyncio_barrier_reset(barrier) asyncio__barrier_reset((barrier), ASYNCIO_HERE)
#define asyncio_barrier_abort(barrier) asyncio__barrier_abort((barrier), ASYNCIO_HERE)

long asyncio_barrier_parties(const asyncio_barrier *barrier);
long asyncio_barrier_n_waiting(const asyncio_barrier *barrier);
bool asyncio_barrier_broken(const asyncio_barrier *barrier); /* aborted */

/* ------------------------------------------------------------------------------------------------------------------
 * 11. Queues
 *
 *     asyncio_queue *queue = asyncio_queue_new(10);
 *
 *     asyncio_queue_put(queue, job);             while (true) {
 *                                                    struct job *job = asyncio_queue_get(queue);
 *     asyncio_queue_join(queue);                     if (asyncio_failed())
 *                                                        return NULL;
 *                                                    ...
 *                                                    asyncio_queue_task_done(queue);
 *                                                }
 *
 * An item is a `void *` and may be NULL; what it points to is the program's. Waiting is fair and cancellation loses no
 * item, as in section 9; who calls while others are waiting for it does not queue up behind them (as in asyncio).
 */

/* asyncio.Queue(maxsize), LifoQueue, PriorityQueue: first in first out, last in first out, lowest first. A maxsize of
 * zero or less is no limit. compare(a, b) is negative if item a comes before b, as for qsort, but is given the items
 * themselves; it must not suspend or raise. NULL with MemoryError; TypeError for a priority queue that cannot
 * compare. */
typedef int asyncio_compare(const void *a, const void *b);
asyncio_queue *asyncio_queue_new(long maxsize);
asyncio_queue *asyncio_lifo_queue_new(long maxsize);
asyncio_queue *asyncio_priority_queue_new(long maxsize, asyncio_compare *compare);

/* Queue.put: adds an item; waits while the queue is full. May suspend (not if there is room); resumed by a get.
 * 0, or -1 with CancelledError and the item not put, or QueueShutDown. */
#define asyncio_queue_put(queue, ...) asyncio__queue_put((queue), (__VA_ARGS__), ASYNCIO_HERE)

/* Queue.get: takes an item out; waits while the queue is empty. May suspend (not if there is one); resumed by a put.
 * Returns the item, which may be NULL: asyncio_failed() tells whether it is one. CancelledError, and nothing is taken;
 * QueueShutDown when the queue is shut down and empty. */
#define asyncio_queue_get(queue) asyncio__queue_get((queue), ASYNCIO_HERE)

/* Queue.put_nowait: 0, or -1 with QueueFull or QueueShutDown. Queue.get_nowait: the item, or NULL with QueueEmpty or
 * QueueShutDown pending. From callbacks too. */
int asyncio_queue_put_nowait(asyncio_queue *queue, void *item);
void *asyncio_queue_get_nowait(asyncio_queue *queue);

/* Queue.join: waits until every item that was put has been marked done. May suspend (not if that is so); resumed by the
 * last task_done. 0, or -1 with CancelledError. */
#define asyncio_queue_join(queue) asyncio__queue_join((queue), ASYNCIO_HERE)

/* Queue.task_done: marks an item that was got as done. 0, or -1 with ValueError if more are marked than were put. */
int asyncio_queue_task_done(asyncio_queue *queue);

/* Queue.shutdown: no more can be put, and get raises once the queue is empty. With .immediate = true its items are
 * thrown away and count as done. Whoever waits to put or get is woken to see it.
 *
 *     asyncio_queue_shutdown(queue);
 *     asyncio_queue_shutdown(queue, .immediate = true);
 */
#define asyncio_queue_shutdown(queue, ...) \
    asyncio__queue_shutdown((queue), (asyncio__shutdown_options){.self = 0, __VA_ARGS__})

long asyncio_queue_qsize(const asyncio_queue *queue);
long asyncio_queue_maxsize(const asyncio_queue *queue);
bool asyncio_queue_empty(const asyncio_queue *queue);
bool asyncio_queue_full(const asyncio_queue *queue); /* never, without a maxsize */

/* ------------------------------------------------------------------------------------------------------------------
 * 12. Timeouts
 *
 * Seconds and times may be INFINITY (math.h), which is Python's None: no limit.
 */

/* asyncio.timeout: a limit for a block. When its time is up the task is cancelled inside the block; leaving the block
 * then turns that CancelledError into TimeoutError. A request to cancel that came from elsewhere stays CancelledError,
 * whichever was first. Blocks nest: the one whose time is up raises.
 *
 *     asyncio_with (asyncio_timeout(1.5)) {
 *         page = fetch(url);
 *     }
 *     if (asyncio_except(ASYNCIO_TIMEOUT_ERROR))
 *         page = NULL;
 *
 * A limit of zero or less cancels at the first await that suspends. Entering and leaving never suspend. One that is
 * made in the parentheses of asyncio_with goes when the block ends; kept in a variable, it is yours like all else, and
 * can be asked and rescheduled. It serves for one block, and inside a task: RuntimeError otherwise; ValueError for
 * NaN. */
#define asyncio_timeout(seconds) asyncio__timeout(seconds)

/* asyncio.timeout_at: the same with a time of the loop's clock (asyncio_loop_time). */
#define asyncio_timeout_at(when) asyncio__timeout_at(when)

/* Timeout.when: the time at which it expires. Timeout.expired: whether it has, also after the block. */
double asyncio_timeout_when(const asyncio_timeout *timeout);
bool asyncio_timeout_expired(const asyncio_timeout *timeout);

/* Timeout.reschedule: another deadline, earlier or later, for a timeout whose block is running; a time that is over
 * expires in the next turn. 0, or -1 with RuntimeError before the block, after it, and when the time is up. */
int asyncio_timeout_reschedule(asyncio_timeout *timeout, double when);

/* asyncio.wait_for: awaits x for at most so many seconds. May suspend; resumed when x is done. A coroutine object runs
 * inside this task, as in asyncio_await.
 *
 *     long value = (long)asyncio_wait_for(asyncio_coro(fetch, arg), 1.5);
 *
 * Returns the result. When the time is up x is cancelled; once its cleanup is over TimeoutError is raised, unless it
 * has returned a value all the same, which is then the result. If the waiting task is cancelled, x is cancelled with
 * it. A limit of zero or less: the result if x is done already, else x is cancelled before its first step. */
#define asyncio_wait_for(x, seconds) asyncio__wait_for(ASYNCIO__AWAITABLE(x), (seconds), ASYNCIO_HERE)

/* ------------------------------------------------------------------------------------------------------------------
 * 13. wait, as_completed, shield
 *
 * To wait for tasks and futures without awaiting them: cancelling the waiting task cancels none of them.
 */

/* asyncio.wait: waits until enough of the tasks (or futures) in an array are done, or the time is up. May suspend: it
 * always gives the others at least one turn.
 *
 *     asyncio_task *tasks[] = {a, b, c};
 *     int done = asyncio_wait(tasks, 3);
 *     int done = asyncio_wait(tasks, 3, .return_when = ASYNCIO_FIRST_COMPLETED, .timeout = 1.5);
 *     for (int i = 0; i < 3; i++)
 *         if (asyncio_task_done(tasks[i])) ...
 *
 * .timeout      double                seconds; without it, or INFINITY: no limit
 * .return_when  asyncio_return_when   ALL_COMPLETED; FIRST_COMPLETED; FIRST_EXCEPTION, which waits for all if none
 * fails
 *                                     (one that is cancelled has not failed)
 *
 * An array that is written there and then takes parentheses: asyncio_wait(((asyncio_task *[]){a, b}), 2).
 *
 * Returns how many are done (one that is given twice counts once), or -1 with CancelledError, or ValueError for no
 * futures. Neither their exceptions are raised here nor TimeoutError. */
typedef enum asyncio_return_when {
    ASYNCIO_ALL_COMPLETED,
    ASYNCIO_FIRST_COMPLETED,
    ASYNCIO_FIRST_EXCEPTION
} asyncio_return_when;
#define asyncio_wait(futures, count, ...)                                                  \
    ASYNCIO__WITH_DEFAULTS(asyncio__wait(ASYNCIO__FUTURES(futures), (count), ASYNCIO_HERE, \
                                         (asyncio__wait_options){.timeout = __builtin_inf(), .self = 0, __VA_ARGS__}))

/* asyncio.as_completed: runs awaitables concurrently (coroutine objects are made tasks) and hands out their futures as
 * they end. Returns an iterator at once; nothing is waited for before next. What is given twice comes once.
 *
 *     asyncio_as_completed *ends = asyncio_as_completed(tasks, 3, .timeout = 2);
 *     asyncio_future *next;
 *     while ((next = asyncio_as_completed_next(ends))) {
 *         long value = (long)asyncio_await(next);            done: returns at once, or raises what it failed with
 *         ...
 *     }
 *     if (asyncio_failed()) ...                              TimeoutError, or CancelledError
 *
 * .timeout  double  seconds for all of it; without it, or INFINITY: no limit. What has not ended then runs on
 *
 * next may suspend; resumed when another one ends. Returns it (asyncio_future_as_task gives the task), or NULL: at the
 * end, or with TimeoutError or CancelledError pending. The futures belong to the iterator, and live as long as that. */
#define asyncio_as_completed(awaitables, count, ...)                             \
    ASYNCIO__WITH_DEFAULTS(                                                      \
        asyncio__as_completed(ASYNCIO__ARRAY(awaitables), (count), ASYNCIO_HERE, \
                              (asyncio__wait_options){.timeout = __builtin_inf(), .self = 0, __VA_ARGS__}))
#define asyncio_as_completed_next(iterator) asyncio__next_as_completed((iterator), ASYNCIO_HERE)

/* asyncio.shield: a future that ends as x does, but whose being cancelled leaves x alone. A coroutine object is made a
 * task; what is done already is returned as it is.
 *
 *     asyncio_await(asyncio_shield(task));
 *
 * If x is cancelled by others, so is the shield. If x fails when nobody waits for the shield any more, the loop's
 * exception handler is told. */
#define asyncio_shield(x) asyncio__shield(ASYNCIO__AWAITABLE(x), ASYNCIO_HERE)

/* ------------------------------------------------------------------------------------------------------------------
 * 14. The event loop
 *
 * A program that uses asyncio_run needs little of this. A loop made by hand belongs to you until asyncio_loop_close.
 */

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
#define asyncio_loop_call_soon(loop, callback, ...) \
    asyncio__call_soon((loop), (callback), #callback, ASYNCIO_HERE, (asyncio__callback_options){.self = 0, __VA_ARGS__})
#define asyncio_loop_call_later(loop, delay, callback, ...)                   \
    asyncio__call_later((loop), (delay), (callback), #callback, ASYNCIO_HERE, \
                        (asyncio__callback_options){.self = 0, __VA_ARGS__})
#define asyncio_loop_call_at(loop, when, callback, ...)                   \
    asyncio__call_at((loop), (when), (callback), #callback, ASYNCIO_HERE, \
                     (asyncio__callback_options){.self = 0, __VA_ARGS__})

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

/* ------------------------------------------------------------------------------------------------------------------
 * 15. Context variables
 *
 * What belongs to a request, without passing it from call to call: contextvars. A variable has a value in each context.
 * A task runs in a copy of the context in which it was made (as does a callback), so it sees what was set before, and
 * what it sets itself is seen by what it calls and by the tasks that it makes, and by nobody else.
 *
 *     static asyncio_contextvar *user;
 *
 *     static void *handle_request(void *arg)
 *     {
 *         asyncio_with (asyncio_contextvar_set(user, arg))
 *             answer();                         printf("%s\n", (char *)asyncio_contextvar_get(user)) in there
 *         return NULL;
 *     }
 *
 *     ASYNCIO_CONTEXTVAR(user, "user");     at the top of the file
 */

/* contextvars.ContextVar(name, default=...) at the top of a file, where Python programs make theirs: defines
 * `asyncio_contextvar *user`, which is there before main() and for ever. What it is set to goes along into the
 * functions that asyncio_to_thread calls, as an argument does: a number, or a struct that is copied (asyncio_args).
 * What a function sets there stays there.
 *
 *     ASYNCIO_CONTEXTVAR(user, "user");
 *     ASYNCIO_CONTEXTVAR(user, "user", "nobody");         with a default */
#define ASYNCIO_CONTEXTVAR(variable, name, ...)                                                  \
    static asyncio__contextvar_storage variable##_storage_;                                      \
    static asyncio_contextvar *const variable = (asyncio_contextvar *)&variable##_storage_;      \
    __attribute__((constructor)) static void variable##_make_(void)                              \
    {                                                                                            \
        asyncio__make_contextvar(&variable##_storage_, (name), ASYNCIO__COUNT(__VA_ARGS__) != 0, \
                                 ASYNCIO__FIRST(__VA_ARGS__ __VA_OPT__(, ) NULL));               \
    }                                                                                            \
    static asyncio_contextvar *const variable

/* The same while the program runs. Make it once, in main(), and keep it. The name is copied. Into threads its value
 * goes along natively alone: in WebAssembly it does not exist there.
 *
 *     asyncio_contextvar_new("user")
 *     asyncio_contextvar_new("user", "nobody")          with a default */
#define asyncio_contextvar_new(name, ...) \
    asyncio__new_contextvar((name), ASYNCIO__COUNT(__VA_ARGS__) != 0, ASYNCIO__FIRST(__VA_ARGS__ __VA_OPT__(, ) NULL))
const char *asyncio_contextvar_name(const asyncio_contextvar *variable);

/* ContextVar.get: the value in the current context; otherwise the fallback, if one is given here, or the variable's
 * default; otherwise NULL with LookupError.
 *
 *     asyncio_contextvar_get(user)
 *     asyncio_contextvar_get(user, "nobody") */
#define asyncio_contextvar_get(variable, ...)                             \
    asyncio__contextvar_get((variable), ASYNCIO__COUNT(__VA_ARGS__) != 0, \
                            ASYNCIO__FIRST(__VA_ARGS__ __VA_OPT__(, ) NULL))

/* ContextVar.set: gives it a value in the current context. What a pointer points to stays yours, and has to live as
 * long as tasks that were made meanwhile; asyncio_args copies it instead:
 *
 *     asyncio_contextvar_set(user, "ann")
 *     asyncio_contextvar_set(request, asyncio_args(struct request, 17, "GET"))
 *
 * Returns a token with which asyncio_contextvar_reset restores what was before: once, and in the same context. It is
 * yours like any object (drop it in a long loop); asyncio_with resets at the end of its block and drops it.
 * NULL with MemoryError. */
#define asyncio_contextvar_set(variable, ...) \
    asyncio__contextvar_set((variable), (asyncio__value_options){.self = 0, __VA_ARGS__})

/* ContextVar.reset: 0, or -1 with RuntimeError for a token that was used, ValueError for one of another variable or
 * from another context. */
int asyncio_contextvar_reset(asyncio_contextvar *variable, asyncio_contextvar_token *token);
asyncio_contextvar *asyncio_contextvar_token_var(const asyncio_contextvar_token *token); /* Token.var */
void *asyncio_contextvar_token_old_value(const asyncio_contextvar_token *token); /* Token.old_value; NULL for none */

/* contextvars.copy_context, contextvars.Context, Context.copy: a context to run things in. Copying takes no time. */
asyncio_context *asyncio_copy_context(void);
asyncio_context *asyncio_context_new(void); /* an empty one */
asyncio_context *asyncio_context_copy(const asyncio_context *context);

/* Context.run: calls function(arg) in the context and returns what that does. May suspend if the function does. NULL
 * with RuntimeError if the context is entered already, also if it is the current one. To have a task or callback run in
 * a context, give it as .context:
 *
 *     asyncio_create_task(work, arg, .context = context)
 *     asyncio_loop_call_soon(loop, callback, arg, .context = context)
 *     asyncio_task_add_done_callback(task, callback, arg, .context = context) */
void *asyncio_context_run(asyncio_context *context, asyncio_body *function, void *arg);

/* context.get(variable) / context[variable], `variable in context`, len(context). What was never set in it counts as
 * missing, whatever the variable's default: the fallback if one is given, otherwise NULL with KeyError. */
#define asyncio_context_get(context, variable, ...)                               \
    asyncio__context_get((context), (variable), ASYNCIO__COUNT(__VA_ARGS__) != 0, \
                         ASYNCIO__FIRST(__VA_ARGS__ __VA_OPT__(, ) NULL))
bool asyncio_context_contains(const asyncio_context *context, const asyncio_contextvar *variable);
size_t asyncio_context_len(const asyncio_context *context);

/* Task.get_context: the context that it runs in. */
asyncio_context *asyncio_task_get_context(asyncio_task *task);

/* ------------------------------------------------------------------------------------------------------------------
 * 16. async for, asynchronous generators, and `async with` for what is your own
 *
 *     async def numbers(limit):               static void *numbers(void *arg)
 *         for n in range(limit):              {
 *             await sleep(1)                      for (long n = 0; n < (long)arg; n++)
 *             yield n                                 if (asyncio_sleep(1) < 0 || asyncio_yield((void *)n) < 0)
 *                                                         break;
 *                                                 return NULL;
 *                                             }
 *
 *     async for n in numbers(3):              asyncio_for (long, n, asyncio_agen_new(numbers, (void *)3))
 *         print(n)                                printf("%ld\n", n);
 */

/* Calls an `async def` with a yield in it: an asynchronous generator. Nothing runs until its first value is asked for.
 * The body may await as any coroutine does; then the task that asks waits with it. What is made in it is its own, and
 * lives until it ends. Takes asyncio_args, as asyncio_coro does. NULL with MemoryError. */
#define asyncio_agen_new(body, ...) \
    asyncio__agen((body), #body, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__})

/* `yield value`, anywhere inside a generator's body: hands the value to whoever asked, and returns when the next one is
 * asked for: 0, or -1 with an exception pending: what athrow has thrown in, GeneratorExit from aclose. RuntimeError
 * outside a generator. asyncio_sent is the value of the yield expression, what asend has sent: NULL otherwise. */
int asyncio_yield(void *value);
void *asyncio_sent(void);

/* anext(agen): the next value; NULL with StopAsyncIteration at the end, or with what the body raised. May suspend.
 * agen.asend, athrow: the same with a value or an exception for the body; athrow into one that has ended does nothing
 * and returns NULL. agen.aclose: has GeneratorExit raised where the body stands, so that it cleans up; may suspend; 0,
 * or -1 with what the cleanup raised, or RuntimeError if the body yields once more: then it can be asked for more, but
 * another aclose or athrow raises StopAsyncIteration. RuntimeError for one that runs already. */
#define asyncio_anext(agen) asyncio__agen_send((agen), NULL, ASYNCIO_HERE)
#define asyncio_agen_asend(agen, value) asyncio__agen_send((agen), (value), ASYNCIO_HERE)
#define asyncio_agen_athrow(agen, exception) asyncio__agen_throw((agen), (exception), ASYNCIO_HERE)
#define asyncio_agen_aclose(agen) asyncio__agen_close((agen), ASYNCIO_HERE)

/* `async for`: runs the block for each value, with `name` of that type (a pointer or an integer). Waits between values:
 * may suspend. Check asyncio_failed() after it. break leaves the generator where it is: it can be asked for more, or
 * closed; otherwise it is closed when its maker ends, at the latest at the end of asyncio_run, as CPython does.
 * asyncio_with (agen) closes it at the end of the block (contextlib.aclosing).
 *
 * Takes a generator, an asyncio_as_completed (its values are futures), or an asyncio_aiter. */
#define asyncio_for(type, name, iterable)                                                                       \
    for (asyncio_object *asyncio_iterable_ = ASYNCIO__ITERABLE(iterable), *asyncio_once_ = (asyncio_object *)1; \
         asyncio_once_; asyncio_once_ = NULL)                                                                   \
        for (type name; asyncio__for_next(asyncio_iterable_, ASYNCIO_HERE) &&                                   \
                        (name = (type)(intptr_t)asyncio__for_value(), true);)

/* Loop.shutdown_asyncgens: closes every generator that was begun and not ended, all at once; the loop's exception
 * handler is told of the errors when all have ended. asyncio_run does it. May suspend. */
int asyncio_loop_shutdown_asyncgens(asyncio_loop *loop);

/* __aiter__ and __anext__ of your own: anext(self) returns the next value, or NULL with StopAsyncIteration at the end.
 * It may await. */
asyncio_aiter *asyncio_aiter_new(asyncio_body *anext, void *self);

/* __aenter__ and __aexit__ of your own, for asyncio_with. Both may await. aenter (may be NULL: nothing to do) returns
 * 0, or -1 with an exception pending: then the block does not run. aexit is called however the block ends, also when
 * the task is cancelled, with the exception that comes out of it, or NULL; it returns true to swallow that, as in
 * Python.
 *
 *     asyncio_with (asyncio_context_manager_new(connect, disconnect, &connection)) {
 *         ...
 *     }
 */
typedef int asyncio_aenter(void *self);
typedef bool asyncio_aexit(void *self, asyncio_exception *exception);
asyncio_context_manager *asyncio_context_manager_new(asyncio_aenter *aenter, asyncio_aexit *aexit, void *self);

/* ------------------------------------------------------------------------------------------------------------------
 * 17. Threads
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

/* asyncio.to_thread: a coroutine object that calls f(arg) on a thread of the loop's default executor, and returns what
 * it returns. As any coroutine object it may be awaited, made a task, gathered, timed out. The bytes of a result belong
 * to the coroutine object: they live as long as that (asyncio_drop it early in a long loop).
 * Raises what the function did; RuntimeError where no thread can be had, with the reason. */
#define asyncio_to_thread(f, ...) \
    asyncio__in_thread((f), #f, ASYNCIO_HERE, (asyncio__thread_options){.self = 0, __VA_ARGS__})

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
#define asyncio_loop_run_in_executor(loop, executor, f, ...)                 \
    asyncio__loop_run_in_executor((loop), (executor), (f), #f, ASYNCIO_HERE, \
                                  (asyncio__thread_options){.self = 0, __VA_ARGS__})

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
#define asyncio_loop_call_soon_threadsafe(loop, callback, ...)            \
    asyncio__threadsafe_call((loop), (callback), #callback, ASYNCIO_HERE, \
                             (asyncio__thread_options){.self = 0, __VA_ARGS__})

/* asyncio.run_coroutine_threadsafe(f(arg), loop): has the loop run a coroutine as a task. Returns a concurrent future,
 * which belongs to the thread (one of your own had better asyncio_drop it); NULL with RuntimeError if the loop is
 * closed. If its task cannot be made, the loop's exception handler is told, too.
 *
 *     asyncio_concurrent_future *asked = asyncio_run_coroutine_threadsafe(work->loop, ask, asyncio_args(struct ask,
 *     "name?")); const char *name = asyncio_concurrent_future_result(asked);
 */
#define asyncio_run_coroutine_threadsafe(loop, f, ...) \
    asyncio__threadsafe_run((loop), (f), #f, ASYNCIO_HERE, (asyncio__thread_options){.self = 0, __VA_ARGS__})

/* concurrent.futures.Future.result: blocks the thread until the coroutine has ended; its result (a number, or the bytes
 * of asyncio_result and its like, which live as long as the concurrent future), or NULL with its exception pending:
 * CancelledError, or TimeoutError when .timeout seconds are over. In the loop's own thread RuntimeError, unless it is
 * done. Future.done. Future.cancel: cancels the task; false if it is done. */
#define asyncio_concurrent_future_result(future, ...)  \
    ASYNCIO__WITH_DEFAULTS(asyncio__concurrent_result( \
        (future), (asyncio__wait_options){.timeout = __builtin_inf(), .self = 0, __VA_ARGS__}))
bool asyncio_concurrent_future_done(asyncio_concurrent_future *future);
bool asyncio_concurrent_future_cancel(asyncio_concurrent_future *future);

/* ------------------------------------------------------------------------------------------------------------------
 * 18. Ownership (the paragraph at the top says it all; these are the two calls)
 */

/* Takes an object out of its task's ownership: it now lives until asyncio_drop. Returns it. On an object that is not
 * the task's own (a task from all_tasks, an exception taken by except) it adds a hold of its own. */
#define asyncio_keep(x) ((__typeof__(x))asyncio__keep(ASYNCIO__OBJECT(x)))

/* `del x`: gives up your handle now, not when the task ends. The object lives on while something else refers to it (the
 * loop keeps every scheduled task). A failed task that nobody looked at is reported when its last handle goes. NULL is
 * ignored. */
#define asyncio_drop(x) asyncio__drop(ASYNCIO__OBJECT(x))

/* ------------------------------------------------------------------------------------------------------------------
 * 19. Introspection: what every task is doing
 *
 * To be called at any time: from a task, from a callback, between two runs of a loop. Nothing of it costs anything
 * while it is not asked for. What a frame is known by are its awaits, so a function that stands between two others in
 * C, and awaits nothing by itself, is not told of.
 */

/* Task.get_stack: writes up to `max` frames of a task that is not done to `frames`, oldest first, and returns how many
 * there are, which may be more. A frame's line is that of the await in which it waits, or of this call in the running
 * task; one whose place is not known has a `file` of NULL. A task that is done has none. */
#define asyncio_task_get_stack(task, frames, max) asyncio__task_get_stack((task), (frames), (max), ASYNCIO_HERE)

/* Task.print_stack.
 *
 *     asyncio_task_print_stack(task);
 *     asyncio_task_print_stack(task, .limit = 3, .file = stdout);
 *
 * .limit  int     only so many frames, the newest ones
 * .file   FILE *  stderr without it
 */
#define asyncio_task_print_stack(task, ...) \
    asyncio__print_stack((task), ASYNCIO_HERE, (asyncio__stack_options){.self = 0, __VA_ARGS__})

/* asyncio.FutureCallGraph: a task or future, where it stands, and who waits for it; and so on for those. What tasks
 * wait through is an entry of its own: a gather, a shield, a wait, a task group. */
typedef struct asyncio_future_call_graph {
    asyncio_future *future;         /* NULL for what is none (a task group, an as_completed iterator) */
    asyncio_object *object;         /* the same, or that */
    const char *kind;               /* "task", "future", "gather", "shield", "wait", "wait_for", "task_group", ... */
    const asyncio_site *call_stack; /* of a task: newest first, as in asyncio_task_get_stack otherwise */
    size_t call_stack_count;
    struct asyncio_future_call_graph *const *awaited_by; /* tasks that wait for each other make a ring of these */
    size_t awaited_by_count;
    asyncio_object *captured; /* for asyncio_drop: all of it */
} asyncio_future_call_graph;

/* asyncio.capture_call_graph: the call graph of a task or future; without one, of the running task. It is a picture of
 * this moment: its tasks and futures are held, whatever becomes of them. Yours like all else; to let go early,
 * asyncio_drop(graph->captured). NULL with RuntimeError for none outside a task; MemoryError.
 *
 *     const asyncio_future_call_graph *graph = asyncio_capture_call_graph(task);
 *     const asyncio_future_call_graph *graph = asyncio_capture_call_graph(task, .limit = -1);
 *
 * .limit  int  of each stack at most so many frames: the oldest ones; of a negative limit the newest ones; of 0 none
 */
#define asyncio_capture_call_graph(...)                 \
    ASYNCIO__WITH_DEFAULTS(asyncio__capture_call_graph( \
        ASYNCIO_HERE, (asyncio__graph_options){.limit = __INT_MAX__, .self = 0, __VA_ARGS__}))

/* asyncio.format_call_graph / print_call_graph: the same as text, made with malloc: free() it (NULL as above); or
 * printed: 0, or -1 as above. Both take .limit, too.
 *
 *     asyncio_print_call_graph();                            of the running task
 *     asyncio_print_call_graph(task, .file = stderr);        stdout without it
 *
 *     * Task(name='Task-2', id=3)
 *       + Call stack:
 *       |   File "guide.c", line 12, in fetch()
 *       + Awaited by:
 *         * Future(gather, id=5)
 *           + Awaited by:
 *             * Task(name='Task-1', id=2)
 *               + Call stack:
 *               |   File "guide.c", line 30, in main_()
 */
#define asyncio_format_call_graph(...)                 \
    ASYNCIO__WITH_DEFAULTS(asyncio__format_call_graph( \
        ASYNCIO_HERE, (asyncio__graph_options){.limit = __INT_MAX__, .self = 0, __VA_ARGS__}))
#define asyncio_print_call_graph(...)                 \
    ASYNCIO__WITH_DEFAULTS(asyncio__print_call_graph( \
        ASYNCIO_HERE, (asyncio__graph_options){.limit = __INT_MAX__, .self = 0, __VA_ARGS__}))

/* `python -m asyncio pstree`: all tasks of a loop as a tree, each below the frames that wait for it. Tasks that wait
 * for each other, or for the locks that they hold, are told first: "cycle: a → lock #4 → b → lock #3 → a".
 *
 *     asyncio_print_pstree();                            of the running loop
 *     asyncio_print_pstree(loop, .file = stderr);        stdout without it
 *
 *     └── (T) Task-1
 *         └──  main_ guide.c:30
 *             └── gather #5
 *                 ├── (T) Task-2
 *                 │   └──  fetch guide.c:12
 *                 │       └── sleep #9
 *                 └── (T) Task-3 (ready)
 *                     └──  fetch guide.c:12
 *
 * `python -m asyncio ps`: the same as a table, a row for each task and each one that waits for it.
 * As text, made with malloc: free() it. RuntimeError if no loop runs and none is given. */
#define asyncio_print_pstree(...) asyncio__print_pstree(ASYNCIO_HERE, (asyncio__tasks_options){.self = 0, __VA_ARGS__})
#define asyncio_print_ps(...) asyncio__print_ps(ASYNCIO_HERE, (asyncio__tasks_options){.self = 0, __VA_ARGS__})
#define asyncio_format_pstree(...) \
    asyncio__format_pstree(ASYNCIO_HERE, (asyncio__tasks_options){.self = 0, __VA_ARGS__})
#define asyncio_format_ps(...) asyncio__format_ps(ASYNCIO_HERE, (asyncio__tasks_options){.self = 0, __VA_ARGS__})

/* Statistics, as Trio has them: how things stand at this moment. `tasks_waiting` are those that wait and have not been
 * let in. Tasks are borrowed. For what is no such object: TypeError, and zeros.
 *
 *     struct asyncio_lock_statistics s = asyncio_lock_statistics(lock);
 *     if (s.locked && s.owner) printf("%s has it, %zu wait\n", asyncio_task_get_name(s.owner), s.tasks_waiting);
 */
struct asyncio_lock_statistics {
    bool locked;
    asyncio_task *owner; /* the task that took it; NULL: it is not locked, or that one has ended, or no loop runs */
    size_t tasks_waiting;
};
struct asyncio_semaphore_statistics {
    long value, bound;        /* bound: of a bounded semaphore; -1: it has none */
    asyncio_task *last_owner; /* the task that has acquired it last, or NULL as above */
    size_t tasks_waiting;
};
struct asyncio_event_statistics {
    bool is_set;
    size_t tasks_waiting;
};
struct asyncio_condition_statistics {
    size_t tasks_waiting; /* to be notified */
    struct asyncio_lock_statistics lock;
};
struct asyncio_barrier_statistics {
    long parties;
    size_t tasks_waiting; /* inside: asyncio_barrier_n_waiting */
    bool broken;
};
struct asyncio_queue_statistics {
    size_t size; /* items in it */
    long maxsize;
    size_t unfinished; /* items that task_done has not been called for */
    size_t tasks_waiting_put, tasks_waiting_get, tasks_waiting_join;
    bool is_shut_down;
};
struct asyncio_task_group_statistics {
    asyncio_task *parent; /* the task in the block; NULL before it and after it */
    size_t tasks;         /* not done */
    size_t errors;
    bool exiting, aborting; /* its block is over and it waits for its tasks; it has cancelled them */
};
struct asyncio_loop_statistics {
    size_t tasks; /* not done */
    size_t ready; /* callbacks and tasks for the next turn */
    size_t timers;
    double seconds_to_next_deadline; /* INFINITY without timers; below zero: it is overdue */
    uint64_t turns;                  /* so far */
};
struct asyncio_lock_statistics asyncio_lock_statistics(const asyncio_lock *lock);
struct asyncio_semaphore_statistics asyncio_semaphore_statistics(const asyncio_semaphore *semaphore);
struct asyncio_event_statistics asyncio_event_statistics(const asyncio_event *event);
struct asyncio_condition_statistics asyncio_condition_statistics(const asyncio_condition *condition);
struct asyncio_barrier_statistics asyncio_barrier_statistics(const asyncio_barrier *barrier);
struct asyncio_queue_statistics asyncio_queue_statistics(const asyncio_queue *queue);
struct asyncio_task_group_statistics asyncio_task_group_statistics(const asyncio_task_group *group);
struct asyncio_loop_statistics asyncio_loop_statistics(const asyncio_loop *loop);

/* ------------------------------------------------------------------------------------------------------------------
 * 20. Virtual time, exploring schedules
 *
 * The virtual clock stands still while code runs, and jumps to the next deadline when every task waits (Trio's autojump
 * clock): a program that sleeps for hours is through at once, and always with the same times. While something outside
 * is under way (a promise, a socket), time passes as it really does.
 *
 *     asyncio_run(main_, NULL, .clock = ASYNCIO_CLOCK_VIRTUAL);
 *     asyncio_run(main_, NULL, .seed = 7);
 *     asyncio_explore(main_, NULL, .seeds = 1000);
 *
 * A seed has the loop do what the timing of a real machine might make it do, on the virtual clock and so reproducibly:
 * the same seed is the same run, natively and in WebAssembly. A program that is right is right under every seed; one
 * that is not shows under which. What a seed decides, and all that it decides:
 *
 *  - How late things are. Each step of a task or a callback comes up to .jitter seconds (20 ms) later than the clock
 *    says, and the deadlines that it sets are later by that. So timers of different tasks may change places if their
 *    deadlines lie nearly together, equal ones above all. Those that one step sets keep their order, and none fires
 *    early.
 *  - How late the loop wakes up: what has become due meanwhile fires in one turn, the earliest deadline first. And how
 *    long code takes: a timer may fire between the turns of tasks that never wait for one.
 *  - Which of the completions comes first that reach the loop from outside between two turns.
 *
 * What it never touches: callbacks and tasks that are ready run first in, first out, and a turn runs what was ready
 * when it began; callbacks of one future, and whoever waits for a lock or a queue, come in their order; call_soon keeps
 * it. Whatever happens under a seed could happen in CPython. A program that neither sleeps nor has timers or an outside
 * has one order only. Seed 0 is no seed: the exact order.
 *
 * Without changing the program: ASYNCIO_CLOCK=virtual, ASYNCIO_SEED=7, ASYNCIO_JITTER=0.5 in its environment; `make run
 * FILE=program.c SEED=7` and `EXPLORE=200`, which looks for a seed that makes its exit status another than 0.
 */

typedef enum asyncio_clock { ASYNCIO_CLOCK_DEFAULT, ASYNCIO_CLOCK_REAL, ASYNCIO_CLOCK_VIRTUAL } asyncio_clock;

/* Chooses clock and seed for every loop that runs from now on; asyncio_run takes the same options for one run.
 *
 * .clock   asyncio_clock  ASYNCIO_CLOCK_DEFAULT leaves it as it is
 * .seed    long           1 to 2147483647; it implies the virtual clock. Without it, or 0: no seed
 * .jitter  double         seconds; without it, or 0: 0.02
 *
 * 0, or -1 with RuntimeError while a loop runs, ValueError for what is no clock, seed or time. A loop that exists
 * already has its timers by the clock that they were set by. */
#define asyncio_set_schedule(...) asyncio__set_schedule((asyncio__schedule_options){.self = 0, __VA_ARGS__})

/* Runs main(arg) as asyncio_run does, in a new loop with the virtual clock at zero, under one seed after the other,
 * until one fails: until an exception comes out of main, there is a deadlock, or an error reaches the default exception
 * handler (a task failed and nobody looked). Which seed that was, with what, and how to replay it, is told on stderr.
 * What the program keeps in variables of its own is its own to set back at the beginning of main.
 *
 *     if (asyncio_explore(main_, NULL, .seeds = 1000)) ...
 *
 * .seeds      long                  how many; without it, 100
 * .first      long                  the first one; without it, 1
 * .jitter     double                as above
 * .exception  asyncio_exception **  where to put the exception that came out of main (NULL: the failure was another),
 *                                   or NULL if no seed fails; then nothing of it is told on stderr
 *
 * Returns the first seed that fails, 0 if none does, -1 with RuntimeError within a running loop, ValueError, or
 * KeyboardInterrupt. A check should raise (AssertionError, say): abort() and assert() end the program, and then only
 * `make run` with EXPLORE can tell the seed. With ASYNCIO_SEED in the environment it tries that seed alone. */
#define asyncio_explore(main, ...) \
    asyncio__explore((main), #main, ASYNCIO_HERE, (asyncio__explore_options){.self = 0, __VA_ARGS__})

/* ==================================================================================================================
 * What the macros above stand on. Nothing below is for use by name.
 */

/* What x is, checked by the compiler: the branch for its type is x itself, and there is no other. */
#define ASYNCIO__AWAITABLE(x) \
    ((asyncio_object *)_Generic((x), asyncio_task *: (x), asyncio_future *: (x), asyncio_coroutine *: (x)))
#define ASYNCIO__CONTEXT(x)               \
    ((asyncio_object *)_Generic((x),      \
         asyncio_lock *: (x),             \
         asyncio_semaphore *: (x),        \
         asyncio_task_group *: (x),       \
         asyncio_condition *: (x),        \
         asyncio_barrier *: (x),          \
         asyncio_timeout *: (x),          \
         asyncio_runner *: (x),           \
         asyncio_contextvar_token *: (x), \
         asyncio_executor *: (x),         \
         asyncio_agen *: (x),             \
         asyncio_context_manager *: (x)))
#define ASYNCIO__ITERABLE(x) \
    ((asyncio_object *)_Generic((x), asyncio_agen *: (x), asyncio_aiter *: (x), asyncio_as_completed *: (x)))

/* Whether what is written in asyncio_with's parentheses makes a timeout or a token there and then: it goes when the
 * block ends. */
#define ASYNCIO__BEGINS(text, name) \
    (sizeof(text) > sizeof(name) && __builtin_memcmp((text), (name), sizeof(name) - 1) == 0)
#define ASYNCIO__MADE_FOR_IT(text)                                                                   \
    ((ASYNCIO__BEGINS(text, "asyncio_timeout") || ASYNCIO__BEGINS(text, "asyncio_contextvar_set") || \
      ASYNCIO__BEGINS(text, "asyncio_context_manager_new")) &&                                       \
     (text)[sizeof(text) - 2] == ')')
#define ASYNCIO__OBJECT(x)                 \
    ((asyncio_object *)_Generic((x),       \
         asyncio_task *: (x),              \
         asyncio_future *: (x),            \
         asyncio_coroutine *: (x),         \
         asyncio_runner *: (x),            \
         asyncio_handle *: (x),            \
         asyncio_exception *: (x),         \
         asyncio_task_group *: (x),        \
         asyncio_lock *: (x),              \
         asyncio_semaphore *: (x),         \
         asyncio_event *: (x),             \
         asyncio_condition *: (x),         \
         asyncio_barrier *: (x),           \
         asyncio_queue *: (x),             \
         asyncio_timeout *: (x),           \
         asyncio_as_completed *: (x),      \
         asyncio_context *: (x),           \
         asyncio_contextvar *: (x),        \
         asyncio_contextvar_token *: (x),  \
         asyncio_agen *: (x),              \
         asyncio_aiter *: (x),             \
         asyncio_context_manager *: (x),   \
         asyncio_executor *: (x),          \
         asyncio_concurrent_future *: (x), \
         struct asyncio_js *: (x),         \
         asyncio_object *: (x)))
#define ASYNCIO__ARRAY(x)                   \
    ((asyncio_object *const *)_Generic((x), \
         asyncio_task * *: (x),             \
         asyncio_task *const *: (x),        \
         asyncio_future **: (x),            \
         asyncio_future *const *: (x),      \
         asyncio_coroutine **: (x),         \
         asyncio_coroutine *const *: (x)))
#define ASYNCIO__FUTURES(x)                 \
    ((asyncio_object *const *)_Generic((x), \
         asyncio_task * *: (x),             \
         asyncio_task *const *: (x),        \
         asyncio_future **: (x),            \
         asyncio_future *const *: (x)))

/* The arguments of gather as a list of objects, filled in their order. It is not an array of the caller's: that would
 * be part of the caller's stack frame, and keep its whole stack in use while it waits. */
#define ASYNCIO__COUNT(...)                                                                                            \
    ASYNCIO__COUNT_(__VA_ARGS__ __VA_OPT__(, ) 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, \
                    14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define ASYNCIO__COUNT_(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, \
                        a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, n, ...)                        \
    n
#define ASYNCIO__LIST(...)                                                             \
    (__extension__({                                                                   \
        asyncio__list *asyncio_list_ = asyncio__list_new(ASYNCIO__COUNT(__VA_ARGS__)); \
        __VA_OPT__(ASYNCIO__EACH(ASYNCIO__NEXT(__VA_ARGS__)))                          \
        asyncio_list_;                                                                 \
    }))
#define ASYNCIO__NEXT(x, ...)                                \
    asyncio__list_add(asyncio_list_, ASYNCIO__AWAITABLE(x)); \
    __VA_OPT__(ASYNCIO__AGAIN ASYNCIO__PAREN(__VA_ARGS__))
#define ASYNCIO__AGAIN() ASYNCIO__NEXT
#define ASYNCIO__PAREN ()
#define ASYNCIO__EACH(...) ASYNCIO__EACH3(ASYNCIO__EACH3(ASYNCIO__EACH3(ASYNCIO__EACH3(__VA_ARGS__))))
#define ASYNCIO__EACH3(...) ASYNCIO__EACH2(ASYNCIO__EACH2(ASYNCIO__EACH2(ASYNCIO__EACH2(__VA_ARGS__))))
#define ASYNCIO__EACH2(...) ASYNCIO__EACH1(ASYNCIO__EACH1(__VA_ARGS__))
#define ASYNCIO__EACH1(...) __VA_ARGS__

/* Keyword arguments. `self` stands first so that what follows may be positional, named, or missing. */
typedef struct {
    int self;
    void *arg;
    size_t size;
    void **result;
    asyncio_exception **exception;
    int debug; /* negative: not given */
    asyncio_loop_factory *loop_factory;
    asyncio_clock clock;
    long seed;
    double jitter;
} asyncio__run_options;

typedef struct {
    int self;
    asyncio_clock clock;
    long seed;
    double jitter;
} asyncio__schedule_options;

typedef struct {
    int self;
    void *arg;
    size_t size;
    long seeds, first;
    double jitter;
    asyncio_exception **exception;
} asyncio__explore_options;

typedef struct {
    int self;
    int debug;
    asyncio_loop_factory *loop_factory;
} asyncio__runner_options;

typedef struct {
    int self;
    void *arg;
    size_t size; /* of what arg points to, if that is to be copied */
    const char *name;
    asyncio_context *context;
    int eager_start;
} asyncio__task_options;

typedef struct {
    int self;
    void *arg;
    asyncio_context *context;
} asyncio__callback_options;

/* What a coroutine object or task is made of. */
typedef struct {
    asyncio_body *body;
    const char *coro; /* the body's name */
    const asyncio_site *site;
    void *arg;
    size_t size;
    const char *name; /* the task's, as are the next two */
    asyncio_context *context;
    int eager_start;
} asyncio__spec;

typedef struct {
    int self;
    void *value;
    size_t size; /* of what value points to, if that is to be copied */
} asyncio__value_options;

typedef struct {
    int self;
    const char *message;
} asyncio__cancel_options;

typedef struct {
    int self;
    bool immediate;
} asyncio__shutdown_options;

typedef struct {
    int self;
    double timeout;
    asyncio_return_when return_when;
} asyncio__wait_options;

typedef struct {
    int self;
    int limit;
    FILE *file;
} asyncio__stack_options;

typedef struct {
    int self;
    const void *x; /* a task or a future */
    FILE *file;
    int limit;
} asyncio__graph_options;

typedef struct {
    int self;
    asyncio_loop *loop; /* NULL: the running one */
} asyncio__loop_options;

typedef struct {
    int self;
    asyncio_loop *loop;
    FILE *file;
} asyncio__tasks_options;

typedef struct {
    int self;
    void *arg;
    size_t size;
} asyncio__thread_options;

#define ASYNCIO__USUAL (-__LONG_MAX__ - 1) /* as many workers as are usual */

typedef struct {
    int self;
    long max_workers;
} asyncio__executor_options;

typedef struct {
    int self;
    bool wait, cancel_futures;
} asyncio__executor_shutdown_options;

#define ASYNCIO__FIRST(x, ...) (x)

/* A format and its arguments, or what stands for none; with the comma before them. */
#define ASYNCIO__MESSAGE(...) ASYNCIO__PICK(__VA_OPT__(ASYNCIO__SOME, ) ASYNCIO__NONE, )(__VA_ARGS__)
#define ASYNCIO__PICK(x, ...) x
#define ASYNCIO__SOME(...) , __VA_ARGS__
#define ASYNCIO__NONE() , "%s", ""

/* An expression in which a field may be given a default and then a value. */
#define ASYNCIO__WITH_DEFAULTS(...)                                                                         \
    (__extension__({                                                                                        \
        _Pragma("GCC diagnostic push")                                                                      \
            _Pragma("GCC diagnostic ignored \"-Woverride-init\"") __auto_type asyncio_value_ = __VA_ARGS__; \
        _Pragma("GCC diagnostic pop") asyncio_value_;                                                       \
    }))

int asyncio__run(asyncio_body *main, const char *name, const asyncio_site *site, asyncio__run_options options);
int asyncio__run_of(asyncio_coroutine *main, const char *name, const asyncio_site *site, asyncio__run_options options);
asyncio_runner *asyncio__new_runner(asyncio__runner_options options);
void *asyncio__runner_run(asyncio_runner *runner, asyncio_body *body, const char *coro, const asyncio_site *site,
                          asyncio__task_options options);
void *asyncio__runner_run_coro(asyncio_runner *runner, asyncio_coroutine *object, const char *coro,
                               const asyncio_site *site, asyncio__task_options options);
asyncio_coroutine *asyncio__new_coro(asyncio_body *body, const char *coro, const asyncio_site *site, void *arg,
                                     size_t size);
void *asyncio__await(asyncio_object *awaitable, const asyncio_site *site);
void asyncio__suspend(void);
bool asyncio__await_begins(asyncio_object *future, const asyncio_site *site);
void *asyncio__await_at_once(asyncio_object *future, const asyncio_site *site);
void *asyncio__await_ends(void);
bool asyncio__sleep_begins(double seconds, const asyncio_site *site);
int asyncio__sleep_ends(void);

/* Here, so that a task that waits has no frame of the library's to put away. */
static inline __attribute__((always_inline)) void *asyncio__await_future(asyncio_object *future,
                                                                         const asyncio_site *site)
{
    if (!asyncio__await_begins(future, site))
        return asyncio__await_at_once(future, site);
    asyncio__suspend();
    return asyncio__await_ends();
}

static inline __attribute__((always_inline)) int asyncio__sleep(double seconds, const asyncio_site *site)
{
    if (!asyncio__sleep_begins(seconds, site))
        return -1;
    asyncio__suspend();
    return asyncio__sleep_ends();
}

asyncio_exception *asyncio__exception_new(const asyncio_exception_type *type, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
asyncio_future *asyncio__future(asyncio__loop_options options);
size_t asyncio__all_tasks(asyncio_task **tasks, size_t max, asyncio__loop_options options);
void *asyncio__raise(const asyncio_site *site, asyncio_exception *cause, const asyncio_exception_type *type,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));
asyncio_exception *asyncio__except(const asyncio_exception_type *type, const char *function);
asyncio_exception *asyncio__except_star(const asyncio_exception_type *type, const char *function);
void *asyncio__reraise(const char *function);
asyncio_object *asyncio__finally_enter(void);
void asyncio__finally_exit(asyncio_object *guard);

asyncio_task *asyncio__new_task(asyncio_body *body, const char *coro, const asyncio_site *site, void *arg, size_t size,
                                const char *name, asyncio_context *context, int eager_start);
asyncio_task *asyncio__new_task_of(asyncio_coroutine *coro, const asyncio_site *site, const char *name,
                                   asyncio_context *context, int eager_start);
asyncio_task *asyncio__task_of(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio_site *site, const char *name,
                               asyncio_context *context, int eager_start);
asyncio_task *asyncio__loop_task_of(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio_site *site,
                                    const char *name, asyncio_context *context, int eager_start);
int asyncio__spawn_task(asyncio_body *body, const char *coro, const asyncio_site *site, void *arg, size_t size,
                        const char *name, asyncio_context *context, int eager_start);
int asyncio__task_add_done_callback(asyncio_task *task, asyncio_task_callback *callback, const char *name, void *arg,
                                    asyncio_context *context);
int asyncio__future_add_done_callback(asyncio_future *future, asyncio_future_callback *callback, const char *name,
                                      void *arg, asyncio_context *context);
bool asyncio__cancel_task(asyncio_task *task, const char *message);
bool asyncio__cancel_future(asyncio_future *future, const char *message);
asyncio_future *asyncio__ensure_future(asyncio_object *awaitable, const asyncio_site *site);
typedef struct asyncio__list asyncio__list;
asyncio__list *asyncio__list_new(size_t count);
void asyncio__list_add(asyncio__list *list, asyncio_object *object);
asyncio_future *asyncio__gather_list(asyncio__list *list, bool return_exceptions, const asyncio_site *site);
asyncio_future *asyncio__gather(size_t count, asyncio_object *const *awaitables, bool return_exceptions,
                                const asyncio_site *site);

asyncio_object *asyncio__with_enter(asyncio_object *context, bool made_for_it, const asyncio_site *site);
void asyncio__with_exit(asyncio_object *context);
asyncio_task *asyncio__new_group_task(asyncio_task_group *group, asyncio_body *body, const char *coro,
                                      const asyncio_site *site, void *arg, size_t size, const char *name,
                                      asyncio_context *context, int eager_start);
asyncio_task *asyncio__new_group_task_of(asyncio_task_group *group, asyncio_coroutine *coro, const asyncio_site *site,
                                         const char *name, asyncio_context *context, int eager_start);

int asyncio__lock_acquire(asyncio_lock *lock, const asyncio_site *site);
int asyncio__semaphore_acquire(asyncio_semaphore *semaphore, const asyncio_site *site);
int asyncio__event_wait(asyncio_event *event, const asyncio_site *site);

int asyncio__condition_acquire(asyncio_condition *condition, const asyncio_site *site);
int asyncio__condition_wait(asyncio_condition *condition, const asyncio_site *site);
int asyncio__condition_wait_for(asyncio_condition *condition, asyncio_predicate *predicate, void *arg,
                                const asyncio_site *site);
int asyncio__notify(asyncio_condition *condition, long count);
int asyncio__barrier_wait(asyncio_barrier *barrier, const asyncio_site *site);
int asyncio__barrier_reset(asyncio_barrier *barrier, const asyncio_site *site);
int asyncio__barrier_abort(asyncio_barrier *barrier, const asyncio_site *site);

int asyncio__queue_put(asyncio_queue *queue, void *item, const asyncio_site *site);
void *asyncio__queue_get(asyncio_queue *queue, const asyncio_site *site);
int asyncio__queue_join(asyncio_queue *queue, const asyncio_site *site);
void asyncio__shut_down_queue(asyncio_queue *queue, bool immediate);

asyncio_timeout *asyncio__timeout(double seconds);
asyncio_timeout *asyncio__timeout_at(double when);
int asyncio__wait_until(asyncio_object *const *futures, size_t count, double timeout, asyncio_return_when return_when,
                        const asyncio_site *site);
asyncio_as_completed *asyncio__begin_as_completed(asyncio_object *const *awaitables, size_t count, double timeout,
                                                  const asyncio_site *site);
asyncio_future *asyncio__next_as_completed(asyncio_as_completed *iterator, const asyncio_site *site);
asyncio_future *asyncio__shield(asyncio_object *awaitable, const asyncio_site *site);
void *asyncio__wait_for(asyncio_object *awaitable, double seconds, const asyncio_site *site);

void *asyncio__loop_run_until_complete(asyncio_loop *loop, asyncio_object *awaitable, const asyncio_site *site);
asyncio_handle *asyncio__loop_call_soon(asyncio_loop *loop, asyncio_callback *callback, void *arg,
                                        asyncio_context *context, const char *name, const asyncio_site *site);
asyncio_handle *asyncio__loop_call_later(asyncio_loop *loop, double delay, asyncio_callback *callback, void *arg,
                                         asyncio_context *context, const char *name, const asyncio_site *site);
asyncio_handle *asyncio__loop_call_at(asyncio_loop *loop, double when, asyncio_callback *callback, void *arg,
                                      asyncio_context *context, const char *name, const asyncio_site *site);

asyncio_agen *asyncio__new_agen(asyncio_body *body, const char *name, const asyncio_site *site, void *arg, size_t size);
void *asyncio__agen_send(asyncio_agen *agen, void *value, const asyncio_site *site);
void *asyncio__agen_throw(asyncio_agen *agen, asyncio_exception *exception, const asyncio_site *site);
int asyncio__agen_close(asyncio_agen *agen, const asyncio_site *site);
bool asyncio__for_next(asyncio_object *iterable, const asyncio_site *site);
void *asyncio__for_value(void);

typedef union {
    void *aligned;
    char bytes[8 * sizeof(void *)];
} asyncio__contextvar_storage;
void asyncio__make_contextvar(asyncio__contextvar_storage *storage, const char *name, bool has_default,
                              void *otherwise);
asyncio_contextvar *asyncio__new_contextvar(const char *name, bool has_default, void *otherwise);
void *asyncio__contextvar_get(const asyncio_contextvar *variable, bool has_fallback, void *fallback);
void *asyncio__context_get(const asyncio_context *context, const asyncio_contextvar *variable, bool has_fallback,
                           void *fallback);
asyncio_contextvar_token *asyncio__set_contextvar(asyncio_contextvar *variable, void *value, size_t size);

size_t asyncio__task_get_stack(const asyncio_task *task, asyncio_site *frames, size_t max, const asyncio_site *here);
void asyncio__print_stack(const asyncio_task *task, const asyncio_site *here, asyncio__stack_options options);
const asyncio_future_call_graph *asyncio__capture_call_graph(const asyncio_site *here, asyncio__graph_options options);
char *asyncio__format_call_graph(const asyncio_site *here, asyncio__graph_options options);
int asyncio__print_call_graph(const asyncio_site *here, asyncio__graph_options options);
int asyncio__set_schedule(asyncio__schedule_options options);
long asyncio__explore(asyncio_body *main, const char *name, const asyncio_site *site, asyncio__explore_options options);
void asyncio__print_pstree(const asyncio_site *here, asyncio__tasks_options options);
void asyncio__print_ps(const asyncio_site *here, asyncio__tasks_options options);
char *asyncio__format_pstree(const asyncio_site *here, asyncio__tasks_options options);
char *asyncio__format_ps(const asyncio_site *here, asyncio__tasks_options options);

asyncio_coroutine *asyncio__to_thread(asyncio_body *body, const char *name, const asyncio_site *site, void *arg,
                                      size_t size);
asyncio_executor *asyncio__new_thread_pool_executor(long max_workers);
asyncio_future *asyncio__run_in_executor(asyncio_loop *loop, asyncio_executor *executor, asyncio_body *body,
                                         const char *name, const asyncio_site *site, void *arg, size_t size);
int asyncio__shut_down_executor(asyncio_executor *executor, bool wait, bool cancel_futures, const asyncio_site *site);
int asyncio__loop_shutdown_default_executor(asyncio_loop *loop, const asyncio_site *site);
int asyncio__loop_call_soon_threadsafe(asyncio_loop *loop, asyncio_callback *callback, void *arg, size_t size,
                                       const char *name, const asyncio_site *site);
asyncio_concurrent_future *asyncio__run_coroutine_threadsafe(asyncio_loop *loop, asyncio_body *body, const char *name,
                                                             const asyncio_site *site, void *arg, size_t size);
void *asyncio__concurrent_future_result(asyncio_concurrent_future *future, double timeout);

asyncio_object *asyncio__keep(asyncio_object *object);
void asyncio__drop(asyncio_object *object);

/* What follows is inline for the sake of the functions that use it. If they keep something in memory on their stack (a
 * struct of options, a guard whose address is taken), they keep a whole stack alive while they are suspended;
 * coro_asyncify.c tells why. Inlined, it all stays in registers. */

static inline asyncio_coroutine *asyncio__coro(asyncio_body *body, const char *coro, const asyncio_site *site,
                                               asyncio__task_options options)
{
    return asyncio__new_coro(body, coro, site, options.arg, options.size);
}

static inline asyncio_agen *asyncio__agen(asyncio_body *body, const char *coro, const asyncio_site *site,
                                          asyncio__task_options options)
{
    return asyncio__new_agen(body, coro, site, options.arg, options.size);
}

static inline asyncio_task *asyncio__create_task(asyncio_body *body, const char *coro, const asyncio_site *site,
                                                 asyncio__task_options options)
{
    return asyncio__new_task(body, coro, site, options.arg, options.size, options.name, options.context,
                             options.eager_start);
}

static inline asyncio_task *asyncio__create_task_of(asyncio_coroutine *object, const char *coro,
                                                    const asyncio_site *site, asyncio__task_options options)
{
    (void)coro;
    return asyncio__new_task_of(object, site, options.name, options.context, options.eager_start);
}

static inline asyncio_task *asyncio__task_new(asyncio_loop *loop, asyncio_coroutine *object, const asyncio_site *site,
                                              asyncio__task_options options)
{
    return asyncio__task_of(loop, object, site, options.name, options.context, options.eager_start);
}

static inline asyncio_task *asyncio__create_loop_task(asyncio_loop *loop, asyncio_coroutine *object,
                                                      const asyncio_site *site, asyncio__task_options options)
{
    return asyncio__loop_task_of(loop, object, site, options.name, options.context, options.eager_start);
}

static inline int asyncio__spawn(asyncio_body *body, const char *coro, const asyncio_site *site,
                                 asyncio__task_options options)
{
    return asyncio__spawn_task(body, coro, site, options.arg, options.size, options.name, options.context,
                               options.eager_start);
}

static inline asyncio_task *asyncio__task_group_create_task(asyncio_task_group *group, asyncio_body *body,
                                                            const char *coro, const asyncio_site *site,
                                                            asyncio__task_options options)
{
    return asyncio__new_group_task(group, body, coro, site, options.arg, options.size, options.name, options.context,
                                   options.eager_start);
}

static inline asyncio_task *asyncio__task_group_create_task_of(asyncio_task_group *group, asyncio_coroutine *object,
                                                               const char *coro, const asyncio_site *site,
                                                               asyncio__task_options options)
{
    (void)coro;
    return asyncio__new_group_task_of(group, object, site, options.name, options.context, options.eager_start);
}

static inline int asyncio__task_when_done(asyncio_task *task, asyncio_task_callback *callback, const char *name,
                                          asyncio__callback_options options)
{
    return asyncio__task_add_done_callback(task, callback, name, options.arg, options.context);
}

static inline int asyncio__future_when_done(asyncio_future *future, asyncio_future_callback *callback, const char *name,
                                            asyncio__callback_options options)
{
    return asyncio__future_add_done_callback(future, callback, name, options.arg, options.context);
}

static inline asyncio_handle *asyncio__call_soon(asyncio_loop *loop, asyncio_callback *callback, const char *name,
                                                 const asyncio_site *site, asyncio__callback_options options)
{
    return asyncio__loop_call_soon(loop, callback, options.arg, options.context, name, site);
}

static inline asyncio_handle *asyncio__call_later(asyncio_loop *loop, double delay, asyncio_callback *callback,
                                                  const char *name, const asyncio_site *site,
                                                  asyncio__callback_options options)
{
    return asyncio__loop_call_later(loop, delay, callback, options.arg, options.context, name, site);
}

static inline asyncio_handle *asyncio__call_at(asyncio_loop *loop, double when, asyncio_callback *callback,
                                               const char *name, const asyncio_site *site,
                                               asyncio__callback_options options)
{
    return asyncio__loop_call_at(loop, when, callback, options.arg, options.context, name, site);
}

static inline asyncio_contextvar_token *asyncio__contextvar_set(asyncio_contextvar *variable,
                                                                asyncio__value_options options)
{
    return asyncio__set_contextvar(variable, options.value, options.size);
}

static inline bool asyncio__task_cancel(asyncio_task *task, asyncio__cancel_options options)
{
    return asyncio__cancel_task(task, options.message);
}

static inline bool asyncio__future_cancel(asyncio_future *future, asyncio__cancel_options options)
{
    return asyncio__cancel_future(future, options.message);
}

static inline int asyncio__wait(asyncio_object *const *futures, size_t count, const asyncio_site *site,
                                asyncio__wait_options options)
{
    return asyncio__wait_until(futures, count, options.timeout, options.return_when, site);
}

static inline asyncio_as_completed *asyncio__as_completed(asyncio_object *const *awaitables, size_t count,
                                                          const asyncio_site *site, asyncio__wait_options options)
{
    return asyncio__begin_as_completed(awaitables, count, options.timeout, site);
}

static inline void asyncio__queue_shutdown(asyncio_queue *queue, asyncio__shutdown_options options)
{
    asyncio__shut_down_queue(queue, options.immediate);
}

static inline asyncio_coroutine *asyncio__in_thread(asyncio_body *body, const char *name, const asyncio_site *site,
                                                    asyncio__thread_options options)
{
    return asyncio__to_thread(body, name, site, options.arg, options.size);
}

static inline asyncio_executor *asyncio__new_executor(asyncio__executor_options options)
{
    return asyncio__new_thread_pool_executor(options.max_workers);
}

static inline asyncio_future *asyncio__loop_run_in_executor(asyncio_loop *loop, asyncio_executor *executor,
                                                            asyncio_body *body, const char *name,
                                                            const asyncio_site *site, asyncio__thread_options options)
{
    return asyncio__run_in_executor(loop, executor, body, name, site, options.arg, options.size);
}

static inline int asyncio__executor_shutdown(asyncio_executor *executor, const asyncio_site *site,
                                             asyncio__executor_shutdown_options options)
{
    return asyncio__shut_down_executor(executor, options.wait, options.cancel_futures, site);
}

static inline int asyncio__threadsafe_call(asyncio_loop *loop, asyncio_callback *callback, const char *name,
                                           const asyncio_site *site, asyncio__thread_options options)
{
    return asyncio__loop_call_soon_threadsafe(loop, callback, options.arg, options.size, name, site);
}

static inline asyncio_concurrent_future *asyncio__threadsafe_run(asyncio_loop *loop, asyncio_body *body,
                                                                 const char *name, const asyncio_site *site,
                                                                 asyncio__thread_options options)
{
    return asyncio__run_coroutine_threadsafe(loop, body, name, site, options.arg, options.size);
}

static inline void *asyncio__concurrent_result(asyncio_concurrent_future *future, asyncio__wait_options options)
{
    return asyncio__concurrent_future_result(future, options.timeout);
}

static inline void asyncio__with_leave(asyncio_object **guard)
{
    if (*guard)
        asyncio__with_exit(*guard);
}

/* sleep(0), the most frequent suspension of all, has one frame less to put away this way. */

static inline void asyncio__finally_leave(asyncio_object **guard)
{
    asyncio__finally_exit(*guard);
}

#endif
