#include "core/tasks.h"

#include "host/clock.h"
#include "core/contextvars.h"
#include "core/coroutines.h"
#include "core/debug.h"
#include "core/generators.h"
#include "base/exceptions.h"
#include "base/handlers.h"
#include "host/host.h"
#include "base/interrupts.h"
#include "core/loop.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "base/seeds.h"
#include "host/threads_used.h"
#include "base/trace.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- making ---- */

static void task_discard(ready *ready);
static asyncio_future *task_pass_cancel_on(asyncio_future *future, cancel_request *request);
static void task_finalize_parts(asyncio_future *future);

static const ready_kind task_ready = {.run = task_run, .discard = task_discard};
static const future_kind task_kind = {.label = "task",
                                      .pass_cancel_on = task_pass_cancel_on,
                                      .way_back = offsetof(asyncio_task, cancel_from),
                                      .finalize = task_finalize_parts,
                                      .size = sizeof(asyncio_task)};

static _Atomic uint32_t tasks_named; /* as in CPython, one count for all loops */

static asyncio_task *task_by_id(asyncio_loop *loop, uint32_t id)
{
    if (!loop || !id)
        return NULL;
    LIST_EACH (&loop->tasks, link) {
        asyncio_task *task = CONTAINER(link, asyncio_task, among_all);
        if (task_id(task) == id)
            return task;
    }
    return NULL;
}

static size_t task_awaiters(const asyncio_task *task, asyncio_object **awaiters, size_t max)
{
    return future_awaiters(&task->future, awaiters, max);
}

static void tasks_restart_names(void)
{
    tasks_named = 0;
}

static bool starts_now(const asyncio_loop *loop, const asyncio__spec *spec)
{
    return spec->eager_start > 0 && loop->running;
}

/* The task's own copies: of its name, its context, and of its argument if that is to be copied. */
static bool task_copy(asyncio_task *task, const asyncio__spec *spec)
{
    if (spec->name && !(task->name = strdup(spec->name))) {
        exception_raise_no_memory();
        return false;
    }
    return context_for_new(spec->context, &task->context) &&
           (!spec->context || !starts_now(task->future.loop, spec) || context_may_be_entered(spec->context)) &&
           (!spec->size || (task->argument = argument_copy(spec->arg, spec->size)));
}

/* A task that is made in a loop that runs may take its first step here and now, up to where it first waits. What made
 * it goes on then. */
COLD static void task_start_eagerly(asyncio_task *task)
{
    asyncio_task *maker = runtime.task;
    cause before = runtime.cause;
    const char *not_here = without_suspending(NULL); /* the task may, on a stack of its own */
    task_run(&task->ready);
    runtime.must_not_suspend = not_here;
    runtime.task = maker;
    runtime.cause = before;
    if (maker && runtime.errors.pending) { /* KeyboardInterrupt and SystemExit come out of create_task */
        exception_restore(runtime.errors.pending);
        runtime.errors.pending = NULL;
    }
    if (maker)
        TRACE("goes_on", ID("task", task_id(maker)));
}

/* `of`: the coroutine object whose body it runs, or NULL. */
static asyncio_task *task_make(asyncio_loop *loop, const asyncio__spec *spec, asyncio_coroutine *of, list *owner)
{
    if (!spec->body)
        return exception_raise_format(ASYNCIO_TYPE_ERROR, "a task needs a function, got NULL");
    asyncio_task *task = object_new(OBJECT_TASK, sizeof *task, owner);
    if (!task)
        return NULL;
    future_init(&task->future, loop, &task_kind);
    if (!task_copy(task, spec)) {
        list_remove(&task->future.object.owned);
        object_unref(task);
        return NULL;
    }
    if (of)
        coroutine_becomes(of, task);
    coro_prepare(&task->coro, spec->body, task->argument ? argument_pointer(task->argument) : spec->arg, 0);
    task->coro_name = spec->coro;
    task->made_at = spec->site;
    if (!task->name)
        task->number = atomic_fetch_add_explicit(&tasks_named, 1, memory_order_relaxed) + 1;
    task->ready.kind = &task_ready;
    list_append(&loop->tasks, &task->among_all);
    object_ref(task);
    TRACE("task", ID("task", task_id(task)), TEXT("name", asyncio_task_get_name(task)), TEXT("coro", spec->coro),
          ID("by", task_id(runtime.task)), SITE(spec->site));
    if (starts_now(loop, spec))
        task_start_eagerly(task);
    else
        loop_push(loop, &task->ready);
    return task;
}

static asyncio_task *task_make_of(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio__spec *how, list *owner)
{
    if (!coroutine_use(coro))
        return NULL;
    asyncio__spec spec = *how;
    spec.body = coro->spec.body;
    spec.coro = coro->spec.coro;
    spec.arg = coro->spec.arg;
    spec.size = 0; /* it runs on the copy that the coroutine object had */
    return task_make(loop, &spec, coro, owner);
}

/* What the loop's task factory makes of it, with the reference as task_new has it. */
static asyncio_task *task_from_factory(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio__spec *how,
                                       list *owner)
{
    const char *before = without_suspending("a task factory");
    asyncio_task *task = loop->task_factory(loop, coro, how->name, how->context, how->eager_start);
    runtime.must_not_suspend = before;
    if (task && !object_check(task, OBJECT_TASK, "a task factory"))
        return NULL;
    if (!task && !asyncio_failed())
        exception_raise_format(ASYNCIO_TYPE_ERROR, "a task factory made no task of coroutine '%s'", coro->spec.coro);
    return task && !owner ? object_ref(task) : task;
}

static asyncio_task *task_by_factory(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio__spec *spec,
                                     list *owner)
{
    if (coro)
        return task_from_factory(loop, coro, spec, owner);
    coro = object_claim(asyncio__new_coro(spec->body, spec->coro, spec->site, spec->arg, spec->size));
    asyncio_task *task = coro ? task_from_factory(loop, coro, spec, owner) : NULL;
    object_unref(coro);
    return task;
}

void asyncio_loop_set_task_factory(asyncio_loop *loop, asyncio_task_factory *factory)
{
    if (!object_check(loop, OBJECT_LOOP, "asyncio_loop_set_task_factory"))
        return;
    loop->task_factory = factory;
    loop->task_by_factory = factory ? task_by_factory : NULL;
}

static asyncio_task *task_new_of(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio__spec *how, list *owner)
{
    return (loop->task_by_factory ? loop->task_by_factory : task_make_of)(loop, coro, how, owner);
}

static asyncio_task *task_new(asyncio_loop *loop, const asyncio__spec *spec, list *owner)
{
    return loop->task_by_factory ? loop->task_by_factory(loop, NULL, spec, owner) : task_make(loop, spec, NULL, owner);
}

asyncio_task *asyncio__new_task(asyncio_body *body, const char *coro, const asyncio_site *site, void *arg, size_t size,
                                const char *name, asyncio_context *context, int eager_start)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    return loop ? task_new(loop, &(asyncio__spec){body, coro, site, arg, size, name, context, eager_start},
                           object_owner())
                : NULL;
}

asyncio_task *asyncio__new_task_of(asyncio_coroutine *coro, const asyncio_site *site, const char *name,
                                   asyncio_context *context, int eager_start)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    return loop ? task_new_of(
                      loop, coro,
                      &(asyncio__spec){.site = site, .name = name, .context = context, .eager_start = eager_start},
                      object_owner())
                : NULL;
}

int asyncio__spawn_task(asyncio_body *body, const char *coro, const asyncio_site *site, void *arg, size_t size,
                        const char *name, asyncio_context *context, int eager_start)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_task *task =
        loop ? task_new(loop, &(asyncio__spec){body, coro, site, arg, size, name, context, eager_start}, NULL) : NULL;
    object_unref(task);
    return task ? 0 : -1;
}

asyncio_task *asyncio__task_of(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio_site *site, const char *name,
                               asyncio_context *context, int eager_start)
{
    return loop_check(loop, "asyncio_task_new")
               ? task_make_of(
                     loop, coro,
                     &(asyncio__spec){.site = site, .name = name, .context = context, .eager_start = eager_start},
                     object_owner())
               : NULL;
}

asyncio_task *asyncio__loop_task_of(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio_site *site,
                                    const char *name, asyncio_context *context, int eager_start)
{
    return loop_check(loop, "asyncio_loop_create_task")
               ? task_new_of(
                     loop, coro,
                     &(asyncio__spec){.site = site, .name = name, .context = context, .eager_start = eager_start},
                     object_owner())
               : NULL;
}

asyncio_task *asyncio_eager_task_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                         asyncio_context *context, int eager_start)
{
    return asyncio__task_of(loop, coro, coro ? coro->spec.site : NULL, name, context, eager_start ? eager_start : true);
}

/* ---- running ----
 *
 * A task is in one of these states; `ready` is linked in the first two and `coro` says which of the last two it is:
 *
 *   ready     in the loop's queue: newly made, or woken
 *   waiting   in the list of the future waits_for; that being done makes it ready
 *   running   it is runtime.task
 *   done      FUTURE_CANCELLED or FUTURE_FINISHED
 *
 * A request to cancel is passed on to what it waits for, whose being cancelled wakes it with CancelledError. If it
 * waits for nothing, or that is done already, FUTURE_MUST_CANCEL has CancelledError raised when it next runs, or as
 * soon as it waits. */

static asyncio_task *task_of(ready *r)
{
    return CONTAINER(r, asyncio_task, ready);
}

/* What a task that is over held. What main made is there until the tasks that are left over have cleaned up, too. */
static void task_let_go(asyncio_task *task)
{
    asyncio_loop *loop = task->future.loop;
    if (task == loop->main && future_done(&task->future))
        list_move_all(&task->owned, &loop->owned);
    exception_state_free(&task->errors);
    if (task->made_of) {
        coroutine_over(task->made_of);
        object_unref(task->made_of);
        task->made_of = NULL;
    }
    object_disown_all(&task->owned);
    object_unref(task->queued_in);
    task->queued_in = NULL;
}

/* The coroutine has returned, or will never begin: what is left pending says how. Takes over the reference. */
static void task_end(asyncio_task *task, void *result, asyncio_exception *e)
{
    asyncio_future *future = &task->future;
    bool must_cancel = future->object.flags & FUTURE_MUST_CANCEL;
    const char *how = "result", *text = NULL;
    char description[160];
    future->object.flags &= ~FUTURE_MUST_CANCEL;
    list_remove(&task->among_all);
    coro_free(&task->coro);
    if (e) {
        how = asyncio_isinstance(e, ASYNCIO_CANCELLED_ERROR) ? "cancelled" : "exception";
        snprintf(description, sizeof description, "%s%s%s", e->type->name, *e->message ? ": " : "", e->message);
        text = description;
    } else if (must_cancel)
        how = "cancelled";
    TRACE("done", ID("task", task_id(task)), TEXT("how", how), TEXT("text", text));
    if (task != future->loop->main &&
        !task->call)                     /* as the variables of a Python function: before its waiters are woken */
        object_disown_all(&task->owned); /* (what JavaScript called may have the result among them) */
    if (!e && must_cancel)
        future_end_cancelled(future, NULL);
    else if (!e)
        future_finish(future, result);
    else if (*how == 'c') {
        future_set_cancel_message(future, NULL); /* the message is that of e, which the first one who asks gets */
        future_end_cancelled(future, e);
    } else {
        if (exception_is_exit(e))
            exception_raise(e);
        future_fail(future, e);
    }
    if (task->call)
        border_task_ended(task);
    task_let_go(task);
    object_unref(task);
}

static asyncio_exception *task_cancelled_error(asyncio_task *task)
{
    return future_cancelled_error(&task->future);
}

/* There is no memory for what a suspended task needs. So it does not wait: MemoryError is raised where it would have.
 * */
COLD static void task_refuse_to_wait(asyncio_task *task)
{
    if (task->waits_for) {
        list_remove(&task->ready.link);
        TRACE("ready", ID("task", task_id(task)), TEXT("by", "memory"), ID("from", 0),
              ID("via", task->waits_for->object.id));
        task->waits_for = NULL;
    } else
        loop_unpush(task->future.loop, &task->ready);
    TRACE("step", ID("task", task_id(task)));
    task->future.object.flags |= FUTURE_MUST_RAISE;
    exception_raise_no_memory();
}

static void task_run(ready *ready)
{
    asyncio_task *task = task_of(ready);
    runtime.cause = (cause){"task", task_id(task)};
    if (!task->started && task->future.object.flags & FUTURE_MUST_CANCEL && !task->starts_cancelled) {
        task_end(task, NULL, task_cancelled_error(task));
        return;
    }
    task->started = true;
    runtime.task = task;
    TRACE("step", ID("task", task_id(task)));
    coro_state state;
    while ((state = coro_resume(&task->coro)) == CORO_UNSAVED)
        task_refuse_to_wait(task);
    if (state != CORO_SUSPENDED)
        interrupts_poll(); /* what came while its last part ran is its affair still */
    runtime.task = NULL;
    if (state == CORO_SUSPENDED)
        return;
    asyncio_exception *e = task->errors.pending;
    task->errors.pending = NULL;
    if (state == CORO_NO_MEMORY) {
        object_unref(e);
        exception_raise_no_memory();
        e = exception_take();
    }
    if (asyncio_isinstance(e, ASYNCIO_STOP_ITERATION))
        e = exception_from_stop_iteration(e, "coroutine raised StopIteration");
    task_end(task, coro_result(&task->coro), e);
}

COLD static void complain_of_no_task(const char *call)
{
    exception_raise_format(ASYNCIO_RUNTIME_ERROR,
                           runtime.loop ? "%s() may suspend, and only a task can: here a callback of the loop runs"
                                        : "%s(): no running event loop (start one with asyncio_run)",
                           call);
}

static asyncio_task *task_running(const char *call)
{
    if (!runtime.task)
        complain_of_no_task(call);
    return runtime.task;
}

COLD static bool complain_of_suspending(const char *call)
{
    exception_raise_format(ASYNCIO_RUNTIME_ERROR, "%s() may suspend, and %s must not", call, runtime.must_not_suspend);
    return false;
}

static bool may_suspend(const char *call)
{
    return __builtin_expect(!runtime.must_not_suspend, 1) || complain_of_suspending(call);
}

/* The running task, if it may wait: nothing is pending that goes first. */
static inline asyncio_task *task_about_to_wait(const char *call)
{
    interrupts_poll();
    if ((runtime.task ? runtime.task->errors.pending : runtime.errors.pending) || !may_suspend(call))
        return NULL;
    return task_running(call);
}

/* ---- suspending ----
 *
 * A function that may be suspended pays for it in WebAssembly: each of its parts is guarded, each of its variables is
 * put away and taken out again, and so is each frame between a coroutine and coro_suspend. So what comes before the
 * switch and what comes after it stand in functions of their own, which are not suspended (wasm/build/pass.mjs has
 * their names) and not inlined, and what is left, three calls with nothing to put away, the header puts into the
 * program's own function (asyncio__await_future in asyncio.h). */
COLD static void trace_suspend(const asyncio_task *task, const char *on, uint32_t object)
{
    TRACE("suspend", ID("task", task_id(task)), TEXT("on", on), ID("obj", object), SITE(task->waits_at));
}

/* The request, and its message, may come back to the task along a ring of futures. */
COLD static void cancel_what_it_waits_for(asyncio_task *task, asyncio_future *future)
{
    char *message = task->future.cancel_message;
    task->future.cancel_message = NULL;
    if (future_cancel(future, message) && task->waits_for) /* otherwise it was taken out of a ring */
        task->future.object.flags &= ~FUTURE_MUST_CANCEL;
    if (task->future.cancel_message)
        free(message);
    else
        task->future.cancel_message = message;
}

/* Takes over the reference to the future. */
static void wait_begins(asyncio_task *task, asyncio_future *future, const asyncio_site *site)
{
    task->waits_for = task->awaited = future;
    task->waits_at = site;
    future_add_ready(future, &task->ready);
    if (trace_on)
        trace_suspend(task, future_label(future), future->object.id);
    if (task->future.object.flags & FUTURE_MUST_CANCEL)
        cancel_what_it_waits_for(task, future);
}

/* A bare yield: back in the next turn. */
static bool yield_begins(asyncio_task *task, const asyncio_site *site)
{
    task->waits_at = site;
    if (trace_on)
        trace_suspend(task, "yield", 0);
    loop_push(task->future.loop, &task->ready);
    return true;
}

COLD static bool wait_is_broken_off(asyncio_task *task, asyncio_future *future)
{
    uint8_t flags = task->future.object.flags;
    task->future.object.flags &= ~(FUTURE_MUST_CANCEL | FUTURE_MUST_RAISE);
    if (!(flags & FUTURE_MUST_CANCEL))
        return true;
    if (flags & FUTURE_MUST_RAISE)
        object_unref(exception_take()); /* a request to cancel goes first */
    if (future && future_raises_cancelled(future))
        return false; /* its CancelledError is on the way already */
    if (future)
        future->object.flags &= ~FUTURE_UNSEEN;
    exception_throw(task_cancelled_error(task));
    return true;
}

/* The task runs again. Whether it has come to the end of what it waited for; otherwise an exception is pending. */
static bool wait_ends(asyncio_task *task)
{
    asyncio_future *future = task->waits_for;
    task->waits_for = task->awaited = NULL;
    return !(task->future.object.flags & (FUTURE_MUST_CANCEL | FUTURE_MUST_RAISE)) || !wait_is_broken_off(task, future);
}

static void task_woken_by(ready *ready, const asyncio_future *future)
{
    TRACE("ready", ID("task", task_id(task_of(ready))), TEXT("by", runtime.cause.kind), ID("from", runtime.cause.id),
          ID("via", future->object.id));
}

static void task_queue_in(asyncio_object *object)
{
    asyncio_object *before = runtime.task->queued_in;
    runtime.task->queued_in = object ? object_ref(object) : NULL;
    object_unref(before);
}

/* ---- awaiting ---- */

/* As in CPython, where it is the loop that refuses, the task hears of it when it next runs. */
COLD static bool refuse_to_await(asyncio_task *task, const asyncio_future *future, const asyncio_site *site)
{
    exception_raise_format(ASYNCIO_RUNTIME_ERROR,
                           future == &task->future ? "Task cannot await on itself: %s"
                                                   : "Task %s got a Future attached to a different loop",
                           asyncio_task_get_name(task));
    task->future.object.flags |= FUTURE_MUST_RAISE;
    return yield_begins(task, site);
}

/* Whether the running task is to be suspended until the future is done. */
NEVER_SUSPENDS bool asyncio__await_begins(asyncio_object *object, const asyncio_site *site)
{
    asyncio_future *future = (asyncio_future *)object;
    asyncio_task *task = task_about_to_wait("asyncio_await");
    if (!task || !object_check(future, OBJECT_FUTURE, "asyncio_await"))
        return false;
    if (future_done(future)) /* then whose it is does not matter */
        return false;
    if (future == &task->future || future->loop != task->future.loop)
        return refuse_to_await(task, future, site);
    wait_begins(task, object_ref(future), site);
    return true;
}

NEVER_SUSPENDS void *asyncio__await_at_once(asyncio_object *future, const asyncio_site *site)
{
    return asyncio_pending() ? NULL : future_result_at((asyncio_future *)future, site);
}

INLINED void *task_goes_on(asyncio_task *task)
{
    asyncio_future *future = task->awaited;
    void *result = wait_ends(task) ? future_result_at(future, task->waits_at) : NULL;
    object_unref(future);
    return result;
}

NEVER_SUSPENDS void *asyncio__await_ends(void)
{
    return task_goes_on(runtime.task);
}

/* What is pending goes first; a coroutine that does not get to run is no oversight. */
static bool coroutine_is_discarded(asyncio_coroutine *coro)
{
    bool discarded = asyncio_failed();
    if (discarded)
        coroutine_discard(coro);
    return discarded;
}

void *asyncio__await(asyncio_object *awaitable, const asyncio_site *site)
{
    if (!awaitable || awaitable->type != OBJECT_COROUTINE)
        return asyncio__await_future(awaitable, site);
    asyncio_coroutine *coro = (asyncio_coroutine *)awaitable;
    return coroutine_is_discarded(coro) ? NULL : coroutine_await(coro, site);
}

/* ---- sleeping ---- */

/* The future of a sleep, with its timer in it. */
typedef struct sleep_future {
    asyncio_future future;
    timer timer;
    uint32_t timer_id;
} sleep_future;

static void sleep_over(ready *ready)
{
    sleep_future *sleep = CONTAINER(ready, sleep_future, timer.ready);
    runtime.cause = (cause){"timer", sleep->timer_id};
    TRACE("timer_fired", ID("timer", sleep->timer_id));
    if (!future_done(&sleep->future))
        future_finish(&sleep->future, NULL);
    object_unref(sleep);
}

static void sleep_discard(ready *ready)
{
    object_unref(CONTAINER(ready, sleep_future, timer.ready));
}

static const ready_kind sleep_ready = {.run = sleep_over, .discard = sleep_discard};
static const future_kind sleep_kind = {.label = "sleep", .size = sizeof(sleep_future)};

COLD static void complain_of_nan(void)
{
    exception_raise_format(ASYNCIO_VALUE_ERROR, "Invalid delay: NaN (not a number)");
}

COLD static void trace_sleep_begins(const sleep_future *sleep, double when)
{
    TRACE("timer", ID("timer", sleep->timer_id), NUMBER("when", when), ID("future", sleep->future.object.id),
          TEXT("name", "sleep"));
}

COLD static void trace_sleep_cancelled(const sleep_future *sleep)
{
    TRACE("timer_cancelled", ID("timer", sleep->timer_id));
}

static sleep_future *sleep_new(asyncio_loop *loop, double seconds)
{
    sleep_future *sleep = (sleep_future *)future_new(loop, &sleep_kind, sizeof *sleep, NULL);
    if (!sleep)
        return NULL;
    double when = clock_time() + seconds;
    sleep->timer.ready.kind = &sleep_ready;
    sleep->timer_id = ++runtime.ids;
    if (loop_set_timer(loop, &sleep->timer, when) < 0) {
        object_unref(sleep);
        return NULL;
    }
    object_ref(sleep); /* the timer's */
    if (trace_on)
        trace_sleep_begins(sleep, when);
    return sleep;
}

/* Takes back the timer of a sleep that was cancelled. */
static void sleep_over_early(sleep_future *sleep)
{
    if (!sleep->timer.item.place)
        return;
    if (trace_on)
        trace_sleep_cancelled(sleep);
    loop_cancel_timer(sleep->future.loop, &sleep->timer);
    object_unref(sleep);
}

NEVER_SUSPENDS bool asyncio__sleep_begins(double seconds, const asyncio_site *site)
{
    asyncio_task *task = task_about_to_wait("asyncio_sleep");
    if (!task)
        return false;
    if (seconds <= 0)
        return yield_begins(task, site);
    if (isnan(seconds)) {
        complain_of_nan();
        return false;
    }
    sleep_future *sleep = sleep_new(task->future.loop, seconds);
    if (sleep)
        wait_begins(task, &sleep->future, site);
    return sleep;
}

NEVER_SUSPENDS int asyncio__sleep_ends(void)
{
    asyncio_task *task = runtime.task;
    sleep_future *sleep = (sleep_future *)task->awaited;
    bool undisturbed = wait_ends(task);
    if (!sleep)
        return undisturbed ? 0 : -1;
    if (undisturbed)
        future_result_at(&sleep->future, task->waits_at);
    sleep_over_early(sleep);
    object_unref(sleep);
    return asyncio_failed() ? -1 : 0;
}

/* ---- cancelling ---- */

COLD static void trace_cancel(const asyncio_task *task, const char *message)
{
    TRACE("cancel", ID("task", task_id(task)), ID("by", task_id(runtime.task)), TEXT("msg", message));
}

/* Tasks that await each other in a ring would pass the request on for ever (CPython's recursion ends in an error): the
 * one that it comes back to, or that awaits a gather that it came from, is taken out of the ring. */
COLD static void task_leave_ring(asyncio_task *task)
{
    task->waits_for->object.flags |= FUTURE_FORSAKEN;
    list_remove(&task->ready.link);
    task->waits_for = NULL;
    loop_push(task->future.loop, &task->ready);
}

static bool closes_ring(asyncio_task *task, const cancel_request *request)
{
    asyncio_future *next = task->waits_for;
    return request->comes_back || (next->object.type != OBJECT_TASK && is_passing_cancel_on(next));
}

/* What is asked to be cancelled in the task's place; NULL: nothing, so CancelledError is raised when it next runs. */
static asyncio_future *task_cancel_arrives(asyncio_task *task, cancel_request *request)
{
    if (trace_on)
        trace_cancel(task, request->message);
    task->cancel_requests++;
    if (task->waits_for && closes_ring(task, request))
        task_leave_ring(task);
    request->accepted = false;
    return task->waits_for;
}

static asyncio_future *task_pass_cancel_on(asyncio_future *future, cancel_request *request)
{
    asyncio_future *next;
    if (request->arrives && future_is_past_cancelling(future)) {
        request->accepted = false;
        return NULL;
    }
    if (request->arrives && (next = task_cancel_arrives((asyncio_task *)future, request)))
        return next;
    if (!request->accepted) { /* what it waits for did not want to be */
        future_set_cancel_message(future, request->message);
        future->object.flags |= FUTURE_MUST_CANCEL;
    }
    request->accepted = true;
    return NULL;
}

bool asyncio__cancel_task(asyncio_task *task, const char *message)
{
    return object_check(task, OBJECT_TASK, "asyncio_task_cancel") && debug_check_thread(task->future.loop) &&
           future_cancel(&task->future, message);
}

int asyncio_task_cancelling(const asyncio_task *task)
{
    interrupts_poll();
    return object_check(task, OBJECT_TASK, "asyncio_task_cancelling") ? task->cancel_requests : 0;
}

int asyncio_task_uncancel(asyncio_task *task)
{
    if (!object_check(task, OBJECT_TASK, "asyncio_task_uncancel"))
        return 0;
    if (task->cancel_requests > 0 && --task->cancel_requests == 0)
        task->future.object.flags &= ~FUTURE_MUST_CANCEL;
    return task->cancel_requests;
}

/* ---- looking at them ---- */

static uint32_t task_id(const asyncio_task *task)
{
    return task ? task->future.object.id : 0;
}

static bool task_is_alive(const asyncio_task *task)
{
    return list_linked(&task->among_all);
}

static list *task_owned(asyncio_task *task)
{
    return &task->owned;
}

static exception_state *task_errors(asyncio_task *task)
{
    return &task->errors;
}

__attribute__((noinline)) static const char *coro_running_name(void) /* so that who calls it needs no stack */
{
    static char text[100]; /* no allocation, and little stack: this is asked when a stack has overflowed */
    enum { ROOM_FOR_SEED = 20 };
    size_t room = sizeof text - ROOM_FOR_SEED;
    if (!runtime.task && thread_function())
        snprintf(text, room, "%s() in its thread", thread_function());
    else if (!runtime.task)
        snprintf(text, room, "main()");
    else if (runtime.task->name)
        snprintf(text, room, "task %s (%s)", runtime.task->name, runtime.task->coro_name);
    else
        snprintf(text, room, "task Task-%u (%s)", (unsigned)runtime.task->number, runtime.task->coro_name);
    if (seeded)
        snprintf(text + strlen(text), ROOM_FOR_SEED, ", seed %u", (unsigned)seeds_current());
    return text;
}

asyncio_task *asyncio_current_task(void)
{
    return runtime.task;
}

size_t asyncio__all_tasks(asyncio_task **tasks, size_t max, asyncio__loop_options options)
{
    asyncio_loop *loop = options.loop ? options.loop : asyncio_get_running_loop();
    size_t count = 0;
    if (!loop || !object_check(loop, OBJECT_LOOP, "asyncio_all_tasks"))
        return 0;
    LIST_EACH (&loop->tasks, link) {
        if (count < max)
            tasks[count] = CONTAINER(link, asyncio_task, among_all);
        count++;
    }
    return count;
}

bool asyncio_task_done(const asyncio_task *task)
{
    return object_check(task, OBJECT_TASK, "asyncio_task_done") && future_done(&task->future);
}

bool asyncio_task_cancelled(const asyncio_task *task)
{
    return object_check(task, OBJECT_TASK, "asyncio_task_cancelled") && future_cancelled(&task->future);
}

void *asyncio_task_result(asyncio_task *task)
{
    return object_check(task, OBJECT_TASK, "asyncio_task_result") ? asyncio_future_result(&task->future) : NULL;
}

asyncio_exception *asyncio_task_exception(asyncio_task *task)
{
    return object_check(task, OBJECT_TASK, "asyncio_task_exception") ? asyncio_future_exception(&task->future) : NULL;
}

const char *asyncio_task_get_name(const asyncio_task *task)
{
    if (!object_check(task, OBJECT_TASK, "asyncio_task_get_name"))
        return "";
    if (task->name)
        return task->name;
    /* Most tasks are never asked: one that has only a number gets its name written out when it is. */
    char text[24];
    snprintf(text, sizeof text, "Task-%u", (unsigned)task->number);
    char *copy = strdup(text);
    ((asyncio_task *)task)->name = copy;
    return copy ? copy : "Task-?";
}

int asyncio_task_set_name(asyncio_task *task, const char *name)
{
    if (!object_check(task, OBJECT_TASK, "asyncio_task_set_name"))
        return -1;
    char *copy = name ? strdup(name) : NULL;
    if (!copy) {
        if (name)
            exception_raise_no_memory();
        else
            exception_raise_format(ASYNCIO_TYPE_ERROR, "asyncio_task_set_name() needs a name, got NULL");
        return -1;
    }
    free(task->name);
    task->name = copy;
    return 0;
}

const char *asyncio_task_get_coro_name(const asyncio_task *task)
{
    return object_check(task, OBJECT_TASK, "asyncio_task_get_coro_name") ? task->coro_name : "";
}

asyncio_coroutine *asyncio_task_get_coro(const asyncio_task *task)
{
    return object_check(task, OBJECT_TASK, "asyncio_task_get_coro") ? task->made_of : NULL;
}

asyncio_loop *asyncio_task_get_loop(const asyncio_task *task)
{
    return object_check(task, OBJECT_TASK, "asyncio_task_get_loop") ? task->future.loop : NULL;
}

asyncio_context *asyncio_task_get_context(asyncio_task *task)
{
    if (!object_check(task, OBJECT_TASK, "asyncio_task_get_context"))
        return NULL;
    return task->own_context ? task->own_context : context_of(&task->context);
}

asyncio_future *asyncio_task_as_future(asyncio_task *task)
{
    return object_check(task, OBJECT_TASK, "asyncio_task_as_future") ? &task->future : NULL;
}

asyncio_task *asyncio_future_as_task(asyncio_future *future)
{
    if (!object_check(future, OBJECT_FUTURE, "asyncio_future_as_task") || future->object.type != OBJECT_TASK)
        return NULL;
    return (asyncio_task *)future;
}

/* ---- the end ---- */

static void task_finalize_parts(asyncio_future *future)
{
    asyncio_task *task = (asyncio_task *)future;
    free(task->name);
    object_unref(task->context);
    argument_free(task->argument);
    if (task->call)
        border_task_freed(task);
}

static size_t task_finalize(asyncio_task *task)
{
    return future_finalize(&task->future);
}

/* Discards a task that is queued in a loop that closes: tasks_abandon_all deals with it. */
static void task_discard(ready *ready)
{
    (void)ready;
}

/* A task that will never go on. Its frames are not run to their end (nobody could say what they would still do), so
 * what they hold is lost, as it is when CPython's interpreter exits. */
static void task_abandon(asyncio_task *task)
{
    if (!task->is_of_a_run)
        loop_tell_of_lost(task->future.loop,
                          &(asyncio_error_context){.message = "Task was destroyed but it is pending!",
                                                   .task = task,
                                                   .created_at = debug_made_at(task->future.loop, task->made_at)});
    list_remove(&task->among_all);
    coro_free(&task->coro);
    if (task->waits_for)
        list_remove(&task->ready.link);
    object_unref(task->awaited);
    task->waits_for = task->awaited = NULL;
    asyncio_coroutine *innermost = task->innermost;
    task->innermost = NULL;
    coroutines_abandon(innermost);
    handlers_free(&task->errors.handlers);
    agens_abandon(task->agen);
    task->agen = NULL;
    future_drop_callbacks(&task->future);
    task_let_go(task);
    object_unref(task);
}

static void tasks_abandon_all(asyncio_loop *loop)
{
    list *link;
    while ((link = list_first(&loop->tasks)))
        task_abandon(CONTAINER(link, asyncio_task, among_all));
}
