/* 1. Running a program
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
#ifndef ASYNCIO_RUNNING_H
#define ASYNCIO_RUNNING_H

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
#define asyncio_run(main, ...)                                                                             \
    (ASYNCIO__REQUIRE_CORO_OR_BODY(main, #main, "asyncio_run(f, arg)"),                                    \
     ASYNCIO__WITH_DEFAULTS(_Generic((main), asyncio_coroutine *: asyncio__run_of, default: asyncio__run)( \
         (main), #main, ASYNCIO_HERE, (asyncio__run_options){.debug = -1, .self = 0, __VA_ARGS__})))
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
#define asyncio_runner_run(runner, main, ...)                                                       \
    (ASYNCIO__REQUIRE_CORO_OR_BODY(main, #main, "asyncio_runner_run(runner, f, arg)"),              \
     _Generic((main), asyncio_coroutine *: asyncio__runner_run_coro, default: asyncio__runner_run)( \
         (runner), (main), #main, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__}))

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

#endif
