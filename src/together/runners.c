/* asyncio.Runner, and asyncio.run, which is one run of it. */

#include "together/gather.h"

#include "core/contextvars.h"
#include "core/coroutines.h"
#include "base/exceptions.h"
#include "core/futures.h"
#include "core/generators.h"
#include "base/interrupts.h"
#include "core/loop.h"
#include "base/runtime.h"
#include "base/seeds.h"
#include "core/tasks.h"
#include "host/threads_used.h"

#include <stdlib.h>

enum { STATUS_FAILED = 1 };

struct asyncio_runner {
    asyncio_object object;
    enum { RUNNER_CREATED, RUNNER_INITIALIZED, RUNNER_CLOSED } state;
    asyncio_loop *loop;       /* while it is initialized */
    asyncio_task *main;       /* of the last run, with a reference */
    asyncio_context *context; /* a copy of the one in which the loop was made; with a reference */
    asyncio_loop_factory *loop_factory;
    int debug; /* negative: as the loop is made */
};

/* ---- shutting down ---- */

NEVER_SUSPENDS static void report_shutdown_failure(asyncio_loop *loop, asyncio_task *task)
{
    asyncio_exception *e = asyncio_task_cancelled(task) ? NULL : asyncio_task_exception(task);
    if (e)
        asyncio_loop_call_exception_handler(
            loop, &(asyncio_error_context){
                      .message = "unhandled exception during asyncio.run() shutdown", .exception = e, .task = task});
}

/* Waits for tasks, however they end. KeyboardInterrupt ends that, and is then pending. */
static void run_until_all_done(asyncio_loop *loop, asyncio_task **tasks, size_t count)
{
    asyncio_future *all = gather_new(loop, count, (asyncio_object *const *)tasks, true, NULL, &loop->owned);
    if (all && loop_run_until_done(loop, all) == 0)
        return;
    asyncio_exception *e = exception_take(); /* of a deadlock all has been told */
    if (e && exception_is_exit(e))
        exception_restore(e);
    else
        object_unref(e);
}

/* Cancels what is left over and lets it clean up, as asyncio.run does before it closes the loop. */
static void cancel_all_tasks(asyncio_loop *loop)
{
    size_t count = 0;
    LIST_EACH (&loop->tasks, link)
        count++;
    asyncio_task **tasks = count ? malloc(count * sizeof *tasks) : NULL;
    if (!tasks)
        return;
    count = 0;
    LIST_EACH (&loop->tasks, link)
        tasks[count++] = object_ref(CONTAINER(link, asyncio_task, among_all));
    for (size_t i = 0; i < count; i++)
        asyncio_task_cancel(tasks[i]);
    run_until_all_done(loop, tasks, count);
    for (size_t i = 0; i < count; i++) {
        if (!asyncio_failed() && asyncio_task_done(tasks[i]))
            report_shutdown_failure(loop, tasks[i]);
        object_unref(tasks[i]);
    }
    free(tasks);
}

/* Those that were left in the middle: their cleanup may await. */
static void close_generators(asyncio_loop *loop)
{
    if (!loop->shut_down_agens || list_empty(&loop->agens) || asyncio_failed())
        return;
    asyncio_task *task = task_new(
        loop, &(asyncio__spec){.body = loop->shut_down_agens, .coro = "shutdown_asyncgens", .arg = loop}, NULL);
    if (task && loop_run_until_done(loop, &task->future) == 0)
        asyncio_future_result(&task->future);
    object_unref(task);
    asyncio_exception *e = exception_take();
    if (e && exception_is_exit(e))
        exception_restore(e);
    else
        object_unref(e);
}

/* CPython then runs two more coroutines (shutdown of generators and of the executor), each through two turns: callbacks
 * that are queued at the end still get them. */
NEVER_SUSPENDS static void run_last_turns(asyncio_loop *loop)
{
    enum { LAST_TURNS = 4 };
    loop->running = true;
    loop->home = &runtime;
    runtime.loop = loop;
    for (int turn = 0; turn < LAST_TURNS && loop->ready_count && !runtime.errors.pending; turn++)
        loop_step(loop);
    runtime.loop = NULL;
    loop->home = NULL;
    loop->running = loop->stopping = false;
}

static void shut_down(asyncio_loop *loop)
{
    cancel_all_tasks(loop);
    close_generators(loop);
    if (!asyncio_failed() && !list_empty(&loop->works))
        threads_used->wait_for_all(loop);
    run_last_turns(loop);
    asyncio_loop_close(loop);
}

/* ---- the runner ---- */

asyncio_runner *asyncio__new_runner(asyncio__runner_options options)
{
    asyncio_runner *runner = object_new(OBJECT_RUNNER, sizeof *runner, object_owner());
    if (!runner)
        return NULL;
    runner->loop_factory = options.loop_factory;
    runner->debug = options.debug;
    return runner;
}

/* The loop is made when it is first needed. */
NEVER_SUSPENDS static bool runner_initialize(asyncio_runner *runner)
{
    if (runner->state == RUNNER_CLOSED)
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "Runner is closed");
    if (runner->state != RUNNER_CREATED)
        return runner->state == RUNNER_INITIALIZED;
    if (!runner->context && !(runner->context = context_copy(NULL)))
        return false;
    const char *before = without_suspending("a loop factory");
    asyncio_loop *loop = runner->loop_factory ? runner->loop_factory() : asyncio_new_event_loop();
    runtime.must_not_suspend = before;
    if (!loop || !loop_check(loop, "a loop factory"))
        return false;
    if (runner->debug >= 0)
        asyncio_loop_set_debug(loop, runner->debug);
    runner->loop = object_ref(loop);
    runner->state = RUNNER_INITIALIZED;
    return true;
}

static bool runner_enter(asyncio_runner *runner, const asyncio_site *site)
{
    (void)site;
    return !asyncio_failed() && runner_initialize(runner);
}

static void runner_exit(asyncio_runner *runner)
{
    asyncio_runner_close(runner);
}

asyncio_loop *asyncio_runner_get_loop(asyncio_runner *runner)
{
    if (!object_check(runner, OBJECT_RUNNER, "asyncio_runner_get_loop") || !runner_initialize(runner))
        return NULL;
    return runner->loop;
}

NEVER_SUSPENDS static void remember_main(asyncio_runner *runner, asyncio_task *main)
{
    object_unref(runner->main);
    runner->main = main;
    runner->loop->main = main;
}

/* The first Ctrl+C has cancelled main. If main has ended so, and nobody else wanted that, KeyboardInterrupt comes out.
 * */
NEVER_SUSPENDS static void interrupt_for_cancelled(asyncio_task *main)
{
    if (interrupts_count() > 0 && asyncio_isinstance(asyncio_pending(), ASYNCIO_CANCELLED_ERROR) &&
        asyncio_task_uncancel(main) == 0)
        exception_raise_text(ASYNCIO_KEYBOARD_INTERRUPT, "");
}

static void *runner_run_main(asyncio_runner *runner, asyncio_task *main)
{
    remember_main(runner, main);
    bool interruptible = interrupts_begin(main);
    void *result = NULL;
    if (loop_run_until_done(runner->loop, &main->future) == 0)
        result = asyncio_future_result(&main->future);
    else
        main->future.object.flags &= ~FUTURE_UNSEEN; /* KeyboardInterrupt has come out already */
    if (interruptible) {
        interrupt_for_cancelled(main);
        interrupts_end();
    }
    return asyncio_failed() ? NULL : result;
}

NEVER_SUSPENDS static bool runner_may_run(asyncio_runner *runner, const char *call)
{
    if (asyncio_failed() || !object_check(runner, OBJECT_RUNNER, "asyncio_runner_run"))
        return false;
    if (runtime.loop) {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "%s cannot be called from a running event loop", call);
        return false;
    }
    return runner_initialize(runner);
}

/* A task for the main coroutine is made before the loop runs. What it sets in the runner's context, later runs see. */
static void *runner_run(asyncio_runner *runner, asyncio_coroutine *coro, const asyncio__spec *how)
{
    asyncio__spec spec = *how;
    if (!spec.context)
        spec.context = runner->context;
    asyncio_task *main = coro ? task_new_of(runner->loop, coro, &spec, NULL) : task_new(runner->loop, &spec, NULL);
    object_ref(runner); /* which what runs may drop */
    void *result = main ? runner_run_main(runner, main) : NULL;
    object_unref(runner);
    return result;
}

void *asyncio__runner_run(asyncio_runner *runner, asyncio_body *body, const char *coro, const asyncio_site *site,
                          asyncio__task_options options)
{
    if (!runner_may_run(runner, "Runner.run()"))
        return NULL;
    return runner_run(runner, NULL,
                      &(asyncio__spec){.body = body,
                                       .coro = coro,
                                       .site = site,
                                       .arg = options.arg,
                                       .size = options.size,
                                       .name = options.name,
                                       .context = options.context});
}

void *asyncio__runner_run_coro(asyncio_runner *runner, asyncio_coroutine *object, const char *coro,
                               const asyncio_site *site, asyncio__task_options options)
{
    (void)coro;
    if (!runner_may_run(runner, "Runner.run()"))
        return NULL;
    return runner_run(runner, object, &(asyncio__spec){.site = site, .name = options.name, .context = options.context});
}

int asyncio_runner_close(asyncio_runner *runner)
{
    if (!object_check(runner, OBJECT_RUNNER, "asyncio_runner_close"))
        return -1;
    if (runner->state != RUNNER_INITIALIZED)
        return 0;
    if (runtime.loop) {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "Cannot run the event loop while another loop is running");
        return -1;
    }
    object_ref(runner);
    asyncio_finally {
        shut_down(runner->loop);
    }
    object_unref(runner->main);
    runner->main = NULL;
    object_unref(runner->loop);
    runner->loop = NULL;
    runner->state = RUNNER_CLOSED;
    object_unref(runner);
    return asyncio_failed() ? -1 : 0;
}

/* One that was never closed: its tasks cannot run any more. */
static size_t runner_finalize(asyncio_runner *runner)
{
    if (runner->loop)
        asyncio_loop_close(runner->loop);
    object_unref(runner->loop);
    object_unref(runner->main);
    object_unref(runner->context);
    return sizeof *runner;
}

/* ---- asyncio.run ---- */

NEVER_SUSPENDS static int report(asyncio_exception *e, asyncio__run_options *options)
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

/* Whether asyncio.run may go on: not with what an earlier call has left behind, which nobody has looked at. */
NEVER_SUSPENDS static bool may_run(void)
{
    if (!asyncio_failed() && runtime.loop)
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "asyncio.run() cannot be called from a running event loop");
    return !asyncio_failed();
}

static int run(asyncio_coroutine *coro, const asyncio__spec *spec, asyncio__run_options *options)
{
    if (!may_run())
        return runtime.loop ? STATUS_FAILED : report(exception_take(), options);
    asyncio_runner *runner = asyncio__new_runner((asyncio__runner_options){0, options->debug, options->loop_factory});
    void *result = runner && runner_initialize(runner) ? runner_run(runner, coro, spec) : NULL;
    if (runner)
        asyncio_runner_close(runner);
    asyncio_exception *e = exception_take();
    if (options->result)
        *options->result = e ? NULL : result;
    if (runner)
        object_disown(runner);
    return report(e, options);
}

/* Runs by the schedule that is asked for, if one is. */
static int run_by_schedule(asyncio_coroutine *coro, const asyncio__spec *spec, asyncio__run_options *options)
{
    schedule before = schedule_now(), wanted = before;
    if (runtime.loop || asyncio_failed() || (!options->clock && !options->seed && !options->jitter))
        return run(coro, spec, options);
    if (!schedule_of(&wanted, options->clock, options->seed, options->jitter))
        return report(exception_take(), options);
    schedule_set(wanted);
    int status = run(coro, spec, options);
    schedule_set(before);
    return status;
}

int asyncio__run(asyncio_body *main, const char *name, const asyncio_site *site, asyncio__run_options options)
{
    return run_by_schedule(
        NULL, &(asyncio__spec){.body = main, .coro = name, .site = site, .arg = options.arg, .size = options.size},
        &options);
}

int asyncio__run_of(asyncio_coroutine *main, const char *name, const asyncio_site *site, asyncio__run_options options)
{
    (void)name;
    return run_by_schedule(main, &(asyncio__spec){.site = site}, &options);
}
