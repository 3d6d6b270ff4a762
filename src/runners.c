/* asyncio.run. */
#include "coroutines.h"
#include "exceptions.h"
#include "futures.h"
#include "loop.h"
#include "runtime.h"
#include "tasks.h"

#include <stdlib.h>

enum { STATUS_FAILED = 1, STATUS_INTERRUPTED = 130 }; /* 128 + SIGINT, what a shell makes of Ctrl+C */

/* Runs until the future is done; what went wrong with that (a deadlock, no memory) comes back with a reference. */
static asyncio_exception *run_until_done(asyncio_loop *loop, asyncio_future *future)
{
    return loop_run_until_done(loop, future) < 0 ? exception_take() : NULL;
}

static void report_shutdown_failure(asyncio_loop *loop, asyncio_task *task)
{
    asyncio_exception *e = asyncio_task_cancelled(task) ? NULL : asyncio_task_exception(task);
    if (e)
        asyncio_loop_call_exception_handler(
            loop, &(asyncio_error_context){.message = "unhandled exception during asyncio.run() shutdown",
                                           .exception = e, .task = task});
}

/* Waits for tasks, however they end. */
static void run_until_all_done(asyncio_loop *loop, asyncio_task **tasks, size_t count)
{
    asyncio_future *all = gather_new(loop, count, (asyncio_object *const *)tasks, true, NULL, &loop->owned);
    object_unref(all ? run_until_done(loop, all) : exception_take());
}

/* Cancels what is left over and lets it clean up, as asyncio.run does before it closes the loop. */
static void cancel_all_tasks(asyncio_loop *loop)
{
    size_t count = 0;
    LIST_EACH(&loop->tasks, link)
        count++;
    asyncio_task **tasks = count ? malloc(count * sizeof *tasks) : NULL;
    if (!tasks)
        return;
    count = 0;
    LIST_EACH(&loop->tasks, link)
        tasks[count++] = object_ref(CONTAINER(link, asyncio_task, among_all));
    for (size_t i = 0; i < count; i++)
        asyncio_task_cancel(tasks[i]);
    run_until_all_done(loop, tasks, count);
    for (size_t i = 0; i < count; i++) {
        if (asyncio_task_done(tasks[i]))
            report_shutdown_failure(loop, tasks[i]);
        object_unref(tasks[i]);
    }
    free(tasks);
}

/* CPython then runs two more coroutines (shutdown of generators and of the executor), each through two turns: callbacks
 * that are queued at the end still get them. */
static void run_last_turns(asyncio_loop *loop)
{
    enum { LAST_TURNS = 4 };
    runtime.loop = loop;
    for (int turn = 0; turn < LAST_TURNS && loop->ready_count && !runtime.errors.pending; turn++)
        loop_step(loop);
    runtime.loop = NULL;
}

/* What the main task ended with, as an exception with a reference, or NULL and its result. */
static asyncio_exception *outcome_of_main(asyncio_task *task, void **result)
{
    *result = NULL;
    if (!asyncio_task_done(task))
        return NULL;
    *result = asyncio_task_result(task);
    return exception_take();
}

static int report(asyncio_exception *e, asyncio__run_options *options)
{
    if (options->exception)
        *options->exception = e;
    if (!e)
        return 0;
    int status = asyncio_isinstance(e, ASYNCIO_KEYBOARD_INTERRUPT) ? STATUS_INTERRUPTED : STATUS_FAILED;
    if (options->exception) {
        if (list_linked(&e->object.owned))
            object_unref(e); /* it has an owner */
        else if (!exception_is_static(e))
            list_append(object_owner(), &e->object.owned);
    } else {
        fflush(stdout);
        exception_print(stderr, e);
        object_unref(e);
    }
    return status;
}

static int run_in(asyncio_loop *loop, asyncio_task *task, asyncio__run_options *options)
{
    void *result;
    asyncio_exception *broken = run_until_done(loop, &task->future);
    cancel_all_tasks(loop);
    run_last_turns(loop);
    asyncio_exception *outcome = outcome_of_main(task, &result);
    if (broken) { /* KeyboardInterrupt, a deadlock: what main made of it does not matter any more */
        object_unref(outcome);
        outcome = broken;
    }
    if (options->result)
        *options->result = result;
    object_unref(task);
    asyncio_loop_close(loop);
    return report(outcome, options);
}

static bool may_run(void)
{
    if (asyncio_failed())
        return false;
    if (runtime.loop)
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "asyncio.run() cannot be called from a running event loop");
    return !runtime.loop;
}

/* A task for the main coroutine is made before its loop runs, as CPython's Runner does. */
static int run(asyncio_coroutine *coro, asyncio_body *main, const char *name, const asyncio_site *site,
               asyncio__run_options *options)
{
    if (!runtime.loop && asyncio_failed()) /* something before this went wrong, and nobody has looked at it */
        return report(exception_take(), options);
    if (!may_run())
        return STATUS_FAILED;
    asyncio_loop *loop = asyncio_new_event_loop();
    if (!loop)
        return report(exception_take(), options);
    asyncio_loop_set_debug(loop, options->debug);
    asyncio_task *task = coro ? task_new_of(loop, coro, NULL, site, NULL)
                              : task_new(loop, &(asyncio__spec){main, name, site, options->arg, options->size, NULL}, NULL);
    loop->main = task;
    if (task)
        return run_in(loop, task, options);
    asyncio_loop_close(loop);
    return report(exception_take(), options);
}

int asyncio__run(asyncio_body *main, const char *name, const asyncio_site *site, asyncio__run_options options)
{
    return run(NULL, main, name, site, &options);
}

int asyncio__run_of(asyncio_coroutine *main, const char *name, const asyncio_site *site, asyncio__run_options options)
{
    (void)name;
    return run(main, NULL, NULL, site, &options);
}
