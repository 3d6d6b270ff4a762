#include "core/loop.h"

#include "host/clock.h"
#include "core/contextvars.h"
#include "coro/coro.h"
#include "core/coroutines.h"
#include "core/debug.h"
#include "base/exception_web.h"
#include "core/reports.h"
#include "core/futures.h"
#include "core/generators.h"
#include "host/host.h"
#include "base/interrupts.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "base/seeds.h"
#include "core/tasks.h"
#include "host/threads_used.h"
#include "base/trace.h"

#include <math.h>

enum { CLOSED_LOOPS_KEPT = 1000 };

struct asyncio_handle {
    asyncio_object object;
    asyncio_loop *loop;
    timer timer; /* its `ready` is the handle's place in the queue, timer or not */
    asyncio_callback *callback;
    void *arg;
    const asyncio_site *made_at;
    asyncio_context *context;  /* that it runs in; with a reference, or NULL for an empty one */
    struct argument *argument; /* the copy that arg points to, or NULL */
    const char *name;
    double when;
};

enum { HANDLE_CANCELLED = 1, HANDLE_TIMER = 2, HANDLE_OF_CALLBACK = 4 }; /* object.flags */

/* ---- the ready queue and the timers ---- */

/* Nothing that is queued in a closed loop is ever called: what it holds goes. */
static void loop_push(asyncio_loop *loop, ready *ready)
{
    if (__builtin_expect(loop->is_closed, 0)) {
        ready->kind->discard(ready);
        return;
    }
    list_append(&loop->ready, &ready->link);
    loop->ready_count++;
}

static void loop_unpush(asyncio_loop *loop, ready *ready)
{
    list_remove(&ready->link);
    loop->ready_count--;
}

static ready *loop_pop(asyncio_loop *loop)
{
    list *link = list_pop(&loop->ready);
    if (!link)
        return NULL;
    loop->ready_count--;
    return CONTAINER(link, ready, link);
}

/* The heap is kept in whole microseconds: 0.1 + 0.2 and 0.3 are meant to be the same deadline, and are to be met in the
 * order in which they were set. */
static double microseconds(double seconds)
{
    return round(seconds * 1e6);
}

static int loop_set_timer(asyncio_loop *loop, timer *timer, double when)
{
    double delay = __builtin_expect(seeded, 0) ? seeds_delay(loop) : 0;
    if (heap_push(&loop->timers, &timer->item, microseconds(when) + delay) == 0)
        return 0;
    exception_raise_no_memory();
    return -1;
}

static void loop_cancel_timer(asyncio_loop *loop, timer *timer)
{
    heap_remove(&loop->timers, &timer->item);
}

static void queue_due_timers(asyncio_loop *loop)
{
    double when;
    heap_item *item = heap_first(&loop->timers, &when);
    if (!item)
        return;
    double now = microseconds(clock_time());
    while (item && when <= now) {
        timer *due = CONTAINER(item, timer, item);
        heap_remove(&loop->timers, item);
        loop_push(loop, &due->ready);
        item = heap_first(&loop->timers, &when);
    }
}

/* ---- turns ---- */

static uint64_t loop_turns(void)
{
    return runtime.loop ? runtime.loop->turns : 0;
}

NEVER_SUSPENDS static double seconds_to_deadline(const asyncio_loop *loop)
{
    double when = INFINITY;
    heap_first(&loop->timers, &when);
    double wait = when - microseconds(clock_time());
    return wait > 0 ? wait * 1e-6 : 0;
}

INLINED double seconds_to_wait(const asyncio_loop *loop)
{
    return loop->ready_count ? 0 : loop->timers.count ? seconds_to_deadline(loop) : INFINITY;
}

/* Anything but a task, whose steps ask by themselves whether Ctrl+C was pressed. */
static void loop_call(ready *next)
{
    next->kind->run(next);
    interrupts_poll();
}

/* A turn in debug mode. */
COLD static void loop_run_ready_slowly(asyncio_loop *loop)
{
    for (uint32_t left = loop->ready_count; left && !runtime.errors.pending; left--) {
        debug_run(loop, loop_pop(loop));
        interrupts_poll();
    }
}

static void loop_run_ready(asyncio_loop *loop)
{
    for (uint32_t left = loop->ready_count; left; left--) {
        ready *next = loop_pop(loop);
        if (next->kind == &task_ready) /* the most frequent by far: a direct call */
            task_run(next);
        else
            loop_call(next);
        if (runtime.errors.pending) /* KeyboardInterrupt and SystemExit go straight through the loop */
            break;
    }
}

__attribute__((noinline)) static double loop_step(asyncio_loop *loop)
{
    interrupts_poll();
    if (__builtin_expect(seeded, 0))
        seeds_begin_turn(loop);
    queue_due_timers(loop);
    loop->turns++;
    TRACE("turn", ID("loop", loop->object.id), COUNT("turn", loop->turns), ID("ready", loop->ready_count));
    if (__builtin_expect(loop->debug, 0))
        loop_run_ready_slowly(loop);
    else
        loop_run_ready(loop);
    interrupts_poll();
    if (__builtin_expect(seeded, 0))
        seeds_end_turn(loop);
    double wait = seconds_to_wait(loop);
    if (__builtin_expect(loop->debug && wait > 0, 0))
        debug_tell_lost_wakeups(loop);
    TRACE("turn_end", ID("loop", loop->object.id), COUNT("turn", loop->turns), NUMBER("sleep", wait));
    return wait;
}

/* ---- running ---- */

SMALL_BEGIN

static bool loop_may_run(asyncio_loop *loop, const char *call)
{
    if (asyncio_failed() || !loop_check(loop, call))
        return false;
    if (!loop->running && !runtime.loop)
        return true;
    exception_raise_format(ASYNCIO_RUNTIME_ERROR, loop->running
                                                      ? "This event loop is already running"
                                                      : "Cannot run the event loop while another loop is running");
    return false;
}

static void loop_take_over(asyncio_loop *loop)
{
    host_begin();
    host_loop_enter(loop);
    loop->running = true;
    loop->home = &runtime;
    runtime.loop = loop;
    runtime.cause = (cause){"loop", loop->object.id};
}

NEVER_SUSPENDS static void loop_give_back(asyncio_loop *loop)
{
    loop->stopping = loop->running = false;
    loop->home = NULL;
    runtime.loop = NULL;
    host_loop_leave(loop);
}

NEVER_SUSPENDS static int loop_begin(asyncio_loop *loop, const char *call)
{
    if (!loop_may_run(loop, call) || !may_suspend(call))
        return -1;
    if (!host_can_wait()) {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR,
                               "%s() can wait only in a program's main(): what JavaScript calls runs in "
                               "the page's own loop and must not block it; make a task instead",
                               call);
        return -1;
    }
    loop_take_over(loop);
    return 0;
}

NEVER_SUSPENDS static bool nothing_will_come(asyncio_loop *loop, double seconds)
{
    return isinf(seconds) && !host_may_wake() && !threads_may_wake(loop);
}

/* Waits for what comes next; false if nothing ever will. */
static bool loop_wait(asyncio_loop *loop, double seconds)
{
    if (seconds == 0) {
        if (host_should_yield())
            host_wait(0);
        return true;
    }
    if (clock_virtual()) {
        threads_wait(loop);
        if ((seconds = seconds_to_wait(loop)) == 0)
            return true;
    }
    if (nothing_will_come(loop, seconds))
        return false;
    trace_flush();
    if (clock_virtual() && (host_should_yield() ||
                            host_owes_turn())) { /* a clock that only jumps would never let the outside have a turn */
        host_wait(0);
        if (loop->ready_count || runtime.errors.pending)
            return true;
    }
    clock_wait(seconds);
    return true;
}

static bool loop_is_over(const asyncio_loop *loop)
{
    return loop->stopping || runtime.errors.pending;
}

static bool loop_go_on(asyncio_loop *loop)
{
    loop->wait = loop_step(loop);
    loop->has_gone_on = true;
    return !loop_is_over(loop) && (host_may_wake() || !nothing_will_come(loop, loop->wait));
}

static int loop_run(asyncio_loop *loop)
{
    if (loop_begin(loop, "asyncio_loop_run_forever") < 0)
        return -1;
    bool interruptible = interrupts_begin(NULL);
    loop->has_gone_on = false;
    while (true) {
        if (!loop->has_gone_on)
            loop->wait = loop_step(loop);
        if (loop_is_over(loop))
            break;
        loop->waiting = true;
        loop->has_gone_on = false;
        bool can_wait = loop_wait(loop, loop->wait);
        loop->waiting = false;
        if (!can_wait) {
            report_deadlock(loop);
            exception_raise_format(ASYNCIO_RUNTIME_ERROR,
                                   "deadlock: every task waits for something that nothing can bring about");
        }
        if (runtime.errors.pending) /* or there was no memory to wait */
            break;
    }
    loop_give_back(loop);
    if (interruptible)
        interrupts_end();
    trace_flush();
    return runtime.errors.pending ? -1 : 0;
}

/* Its exception is looked at here, whatever else may end the run in the same turn. KeyboardInterrupt has stopped the
 * loop already, and this may come when it runs again, to clean up. */
static void stop_when_done(asyncio_future *future, void *arg)
{
    future->object.flags &= ~FUTURE_UNSEEN;
    if (!(future->object.flags & FUTURE_FAILED) || !exception_is_exit(future->exception))
        asyncio_loop_stop(arg);
}

static int loop_run_until_done(asyncio_loop *loop, asyncio_future *future)
{
    if (asyncio_future_add_done_callback(future, stop_when_done, loop) < 0)
        return -1;
    int status = loop_run(loop);
    asyncio_future_remove_done_callback(future, stop_when_done, loop);
    if (status == 0 && !asyncio_future_done(future)) {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "Event loop stopped before Future completed.");
        status = -1;
    }
    return status;
}

int asyncio_loop_run_forever(asyncio_loop *loop)
{
    return loop_run(loop);
}

void *asyncio__loop_run_until_complete(asyncio_loop *loop, asyncio_object *awaitable, const asyncio_site *site)
{
    if (!loop_may_run(loop, "asyncio_loop_run_until_complete")) /* said before a task is made of a coroutine */
        return NULL;
    asyncio_future *future = future_of_awaitable(loop, awaitable, site);
    if (!future)
        return NULL;
    bool is_new_task = awaitable->type == OBJECT_COROUTINE;
    if (is_new_task)
        ((asyncio_task *)future)->is_of_a_run = true;
    void *result = NULL;
    if (loop_run_until_done(loop, future) == 0)
        result = asyncio_future_result(future);
    else if (is_new_task) /* nobody else has it, and what ended the run is raised */
        future->object.flags &= ~FUTURE_UNSEEN;
    object_unref(future);
    return result;
}

void asyncio_loop_stop(asyncio_loop *loop)
{
    if (loop_check(loop, "asyncio_loop_stop"))
        loop->stopping = true;
}

/* ---- making and closing ---- */

/* Closed loops stay readable for a while: asking an old loop whether it is closed is a fair question. */
static _Thread_local struct {
    list loops;
    unsigned count;
} closed;

static bool loop_check(const asyncio_loop *loop, const char *call)
{
    if (!object_check(loop, OBJECT_LOOP, call))
        return false;
    if (loop->is_closed)
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    return !loop->is_closed;
}

static list *loop_owned(asyncio_loop *loop)
{
    return &loop->owned;
}

asyncio_loop *asyncio_new_event_loop(void)
{
    static const double SLOW = 0.1;
    asyncio_loop *loop = object_new(OBJECT_LOOP, sizeof *loop, NULL);
    if (loop && !host_loop_open(loop)) {
        memory_give(loop, sizeof *loop);
        return NULL;
    }
    if (loop) {
        loop->debug = debug_wanted();
        loop->slow_callback_duration = SLOW;
    }
    return loop;
}

asyncio_loop *asyncio_get_running_loop(void)
{
    if (!runtime.loop)
        exception_raise_text(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    return runtime.loop;
}

static void forget_oldest(void)
{
    asyncio_loop *oldest = CONTAINER(list_first(&closed.loops), asyncio_loop, closed);
    list_remove(&oldest->closed);
    closed.count--;
    object_unref(oldest);
}

static void bury(asyncio_loop *loop)
{
    list_append(&closed.loops, &loop->closed);
    if (++closed.count > CLOSED_LOOPS_KEPT)
        forget_oldest();
}

/* Its futures, handles and executors refer to it. */
static size_t loop_finalize(asyncio_loop *loop)
{
    host_loop_free(loop);
    return sizeof *loop;
}

/* All that was made outside any loop goes, as it does when a function on a thread of ours returns. */
static void loop_thread_ends(void)
{
    object_disown_all(&runtime.owned);
    exception_state_free(&runtime.errors);
    object_unref(runtime.context);
    runtime.context = NULL;
    web_free_rings();
    while (closed.count)
        forget_oldest();
}

/* A gather of something that will never end now would keep it for ever, and be kept by it. */
static void let_gathers_go(asyncio_loop *loop)
{
    list *place;
    while ((place = list_first(&loop->gathers))) {
        asyncio_future *gather = object_ref(CONTAINER(place, asyncio_future, place));
        list_remove(place);
        gather->kind->finalize(gather);
        object_unref(gather);
    }
}

int asyncio_loop_close(asyncio_loop *loop)
{
    if (!object_check(loop, OBJECT_LOOP, "asyncio_loop_close"))
        return -1;
    if (loop->running) {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "Cannot close a running event loop");
        return -1;
    }
    if (loop->is_closed)
        return 0;
    loop->is_closed = true;
    TRACE("close", ID("loop", loop->object.id));
    threads_close(loop);
    host_loop_close(loop);
    ready *left;
    while ((left = loop_pop(loop)))
        left->kind->discard(left);
    heap_item *item;
    tasks_abandon_all(loop);
    agens_abandon_all(loop);
    while ((item = heap_first(&loop->timers, NULL))) {
        timer *waiting = CONTAINER(item, timer, item);
        heap_remove(&loop->timers, item);
        waiting->ready.kind->discard(&waiting->ready);
    }
    let_gathers_go(loop);
    object_disown_all(&loop->owned);
    web_free_rings();
    heap_free(&loop->timers);
    bury(loop);
    return 0;
}

bool asyncio_loop_is_running(const asyncio_loop *loop)
{
    return object_check(loop, OBJECT_LOOP, "asyncio_loop_is_running") && loop->running;
}

bool asyncio_loop_is_closed(const asyncio_loop *loop)
{
    return object_check(loop, OBJECT_LOOP, "asyncio_loop_is_closed") && loop->is_closed;
}

double asyncio_loop_time(const asyncio_loop *loop)
{
    return object_check(loop, OBJECT_LOOP, "asyncio_loop_time") ? clock_time() : NAN;
}

double asyncio_time_monotonic(void)
{
    return clock_time();
}

void asyncio_time_sleep(double seconds)
{
    if (isnan(seconds) || seconds < 0)
        exception_raise_format(ASYNCIO_VALUE_ERROR, "sleep length must be non-negative");
    else
        clock_block(seconds);
}

struct asyncio_loop_statistics asyncio_loop_statistics(const asyncio_loop *loop)
{
    struct asyncio_loop_statistics statistics = {0};
    double when;
    if (!object_check(loop, OBJECT_LOOP, "asyncio_loop_statistics"))
        return statistics;
    LIST_EACH (&loop->tasks, link)
        statistics.tasks++;
    statistics.ready = loop->ready_count;
    statistics.timers = loop->timers.count;
    statistics.seconds_to_next_deadline = heap_first(&loop->timers, &when) ? when * 1e-6 - clock_time() : INFINITY;
    statistics.turns = loop->turns;
    return statistics;
}

asyncio_task_factory *asyncio_loop_get_task_factory(const asyncio_loop *loop)
{
    return object_check(loop, OBJECT_LOOP, "asyncio_loop_get_task_factory") ? loop->task_factory : NULL;
}

void asyncio_loop_set_debug(asyncio_loop *loop, bool on)
{
    if (object_check(loop, OBJECT_LOOP, "asyncio_loop_set_debug"))
        loop->debug = on;
}

bool asyncio_loop_get_debug(const asyncio_loop *loop)
{
    return object_check(loop, OBJECT_LOOP, "asyncio_loop_get_debug") && loop->debug;
}

void asyncio_loop_set_slow_callback_duration(asyncio_loop *loop, double seconds)
{
    if (!object_check(loop, OBJECT_LOOP, "asyncio_loop_set_slow_callback_duration"))
        return;
    if (isnan(seconds))
        exception_raise_format(ASYNCIO_VALUE_ERROR, "a slow_callback_duration of NaN is no time: pass seconds");
    else
        loop->slow_callback_duration = seconds;
}

double asyncio_loop_get_slow_callback_duration(const asyncio_loop *loop)
{
    return object_check(loop, OBJECT_LOOP, "asyncio_loop_get_slow_callback_duration") ? loop->slow_callback_duration
                                                                                      : NAN;
}

/* ---- errors that nobody awaits ---- */

void asyncio_loop_set_exception_handler(asyncio_loop *loop, asyncio_exception_handler *handler, void *arg)
{
    if (!object_check(loop, OBJECT_LOOP, "asyncio_loop_set_exception_handler"))
        return;
    loop->handler = handler;
    loop->handler_arg = arg;
}

asyncio_exception_handler *asyncio_loop_get_exception_handler(const asyncio_loop *loop)
{
    return object_check(loop, OBJECT_LOOP, "asyncio_loop_get_exception_handler") ? loop->handler : NULL;
}

void asyncio_loop_default_exception_handler(asyncio_loop *loop, const asyncio_error_context *context)
{
    report_error();
    fflush(stdout);
    fprintf(stderr, "%s\n", context->message ? context->message : "Unhandled exception in event loop");
    if (context->task)
        fprintf(stderr, "task: %s, running %s()\n", asyncio_task_get_name(context->task),
                asyncio_task_get_coro_name(context->task));
    if (context->handle)
        fprintf(stderr, "handle: %s()\n", context->handle->name);
    if (context->created_at)
        fprintf(stderr, "Object created at (most recent call last):\n  File \"%s\", line %d, in %s\n",
                context->created_at->file, context->created_at->line, context->created_at->function);
    if (context->exception)
        exception_print(stderr, context->exception);
    if (context->context)
        asyncio_loop_default_exception_handler(loop, context->context);
}

/* The handler runs in the context of what failed: it sees what was set there. That of a plain future is not kept. */
static asyncio_context **context_of_failed(const asyncio_error_context *context)
{
    asyncio_task *task = context->task     ? context->task
                         : context->future ? asyncio_future_as_task(context->future)
                                           : NULL;
    if (task)
        return &task->context;
    return context->handle && !context->future ? &context->handle->context : context_here();
}

/* The handler was there to tell of an error, and has one itself: both are told. */
static void tell_of_failed_handler(asyncio_loop *loop, asyncio_exception *exception,
                                   const asyncio_error_context *context)
{
    asyncio_loop_default_exception_handler(
        loop, &(asyncio_error_context){
                  .message = "Unhandled error in exception handler", .exception = exception, .context = context});
}

static void loop_call_handler(asyncio_loop *loop, const asyncio_error_context *context, asyncio_context **within)
{
    if (!loop->handler) {
        asyncio_loop_default_exception_handler(loop, context);
        return;
    }
    /* It may be called in the midst of a task, when that drops another one; but it is no part of it. */
    asyncio_task *task = runtime.task;
    runtime.task = NULL;
    asyncio_exception *before = exception_take();
    /* One that was empty is made before: the handler may ask for it. */
    asyncio_context *inner = context_of(within), *outer = runtime.context;
    if (!inner)
        object_unref(exception_take()); /* no memory, and nothing but the error is told */
    runtime.context = inner ? object_ref(inner) : NULL;
    loop->handler(loop, context, loop->handler_arg);
    object_unref(runtime.context);
    runtime.context = outer;
    asyncio_exception *failed = exception_take();
    exception_restore(before);
    runtime.task = task;
    if (failed && exception_is_exit(failed))
        exception_raise(failed);
    else if (failed)
        tell_of_failed_handler(loop, failed, context);
    object_unref(failed);
}

void asyncio_loop_call_exception_handler(asyncio_loop *loop, const asyncio_error_context *context)
{
    if (object_check(loop, OBJECT_LOOP, "asyncio_loop_call_exception_handler"))
        loop_call_handler(loop, context, context_of_failed(context));
}

static void loop_tell_of_lost(asyncio_loop *loop, const asyncio_error_context *context)
{
    asyncio_exception *before = exception_take();
    asyncio_loop_call_exception_handler(loop, context);
    asyncio_exception *exit = exception_take();
    if (exit) {
        tell_of_failed_handler(loop, exit, context);
        object_unref(exit);
    }
    exception_restore(before);
}

SMALL_END

/* ---- handles ---- */

static bool runs_once_only(const asyncio_handle *handle)
{
    return handle->object.flags & HANDLE_OF_CALLBACK;
}

/* The loop's reference goes when the callback has run or is cancelled; a handle made in a callback, whose maker would
 * otherwise be the loop itself, goes with it. */
static void handle_release(asyncio_handle *handle)
{
    if (runs_once_only(handle) && list_linked(&handle->object.owned)) {
        list_remove(&handle->object.owned);
        object_unref(handle);
    }
    object_unref(handle);
}

static void handle_report(asyncio_handle *handle, asyncio_exception *exception)
{
    char message[160];
    snprintf(message, sizeof message, "Exception in callback %s()", handle->name);
    asyncio_loop_call_exception_handler(
        handle->loop, &(asyncio_error_context){.message = message,
                                               .exception = exception,
                                               .handle = handle,
                                               .created_at = debug_made_at(handle->loop, handle->made_at)});
}

static void handle_run(ready *ready)
{
    asyncio_handle *handle = CONTAINER(ready, asyncio_handle, timer.ready);
    if (!(handle->object.flags & HANDLE_CANCELLED)) {
        bool is_timer = handle->object.flags & HANDLE_TIMER;
        runtime.cause = (cause){is_timer ? "timer" : "callback", handle->object.id};
        if (is_timer)
            TRACE("timer_fired", ID("timer", handle->object.id));
        TRACE("call", ID("handle", handle->object.id), TEXT("name", handle->name));
        asyncio_context *outer = runtime.context;
        runtime.context = handle->context;
        handle->callback(handle->arg);
        context_return(&handle->context);
        runtime.context = outer;
        TRACE("called", ID("handle", handle->object.id));
        asyncio_exception *e = exception_take();
        if (e && exception_is_exit(e))
            exception_restore(e);
        else if (e) {
            handle_report(handle, e);
            object_unref(e);
        }
    }
    handle_release(handle);
}

static void handle_discard(ready *ready)
{
    handle_release(CONTAINER(ready, asyncio_handle, timer.ready));
}

static void handle_place(ready *ready, callback_place *place)
{
    asyncio_handle *handle = CONTAINER(ready, asyncio_handle, timer.ready);
    if (!(handle->object.flags & HANDLE_CANCELLED))
        *place = (callback_place){handle->name, handle->made_at, handle->when};
}

static const ready_kind handle_ready = {handle_run, handle_discard, handle_place};

static size_t handle_finalize(asyncio_handle *handle)
{
    object_unref(handle->context);
    argument_free(handle->argument);
    object_unref(handle->loop);
    return sizeof *handle;
}

static asyncio_handle *handle_new(asyncio_loop *loop, asyncio_callback *callback, void *arg, asyncio_context *context,
                                  const char *name, const asyncio_site *site, const char *call)
{
    if (!loop_check(loop, call) || !debug_check_thread(loop))
        return NULL;
    if (!callback)
        return exception_raise_format(ASYNCIO_TYPE_ERROR, "%s() needs a callback, got NULL", call);
    bool in_callback = runtime.loop && !runtime.task;
    asyncio_handle *handle = object_new(OBJECT_HANDLE, sizeof *handle, runtime.task ? object_owner() : &loop->owned);
    if (!handle)
        return NULL;
    if (!context_for_new(context, &handle->context)) {
        object_disown(handle);
        return NULL;
    }
    handle->loop = object_ref(loop);
    handle->timer.ready.kind = &handle_ready;
    handle->callback = callback;
    handle->arg = arg;
    handle->name = name;
    handle->made_at = site;
    handle->when = NAN;
    handle->object.flags = in_callback ? HANDLE_OF_CALLBACK : 0;
    return handle;
}

asyncio_handle *asyncio__loop_call_soon(asyncio_loop *loop, asyncio_callback *callback, void *arg,
                                        asyncio_context *context, const char *name, const asyncio_site *site)
{
    asyncio_handle *handle = handle_new(loop, callback, arg, context, name, site, "asyncio_loop_call_soon");
    if (!handle)
        return NULL;
    loop_push(loop, &((asyncio_handle *)object_ref(handle))->timer.ready);
    TRACE("soon", ID("handle", handle->object.id), TEXT("name", name), ID("by", task_id(runtime.task)), SITE(site));
    return handle;
}

static asyncio_handle *loop_call_soon_from_outside(asyncio_loop *loop, asyncio_callback *callback, void *arg,
                                                   struct argument *argument, const char *name,
                                                   const asyncio_site *site)
{
    asyncio_handle *handle =
        asyncio__loop_call_soon(loop, callback, argument ? argument_pointer(argument) : arg, NULL, name, site);
    if (!handle) {
        argument_free(argument);
        return NULL;
    }
    handle->argument = argument;
    handle->object.flags |= HANDLE_OF_CALLBACK; /* nobody has it but the loop */
    return handle;
}

asyncio_handle *asyncio__loop_call_at(asyncio_loop *loop, double when, asyncio_callback *callback, void *arg,
                                      asyncio_context *context, const char *name, const asyncio_site *site)
{
    if (isnan(when))
        return exception_raise_format(ASYNCIO_VALUE_ERROR, "a delay or time of NaN is no time: pass seconds");
    asyncio_handle *handle = handle_new(loop, callback, arg, context, name, site, "asyncio_loop_call_at");
    if (!handle)
        return NULL;
    handle->when = when;
    handle->object.flags |= HANDLE_TIMER;
    if (loop_set_timer(loop, &handle->timer, when) < 0) {
        list_remove(&handle->object.owned);
        object_unref(handle);
        return NULL;
    }
    object_ref(handle);
    TRACE("timer", ID("timer", handle->object.id), NUMBER("when", when), ID("future", 0), TEXT("name", name),
          SITE(site));
    return handle;
}

asyncio_handle *asyncio__loop_call_later(asyncio_loop *loop, double delay, asyncio_callback *callback, void *arg,
                                         asyncio_context *context, const char *name, const asyncio_site *site)
{
    return asyncio__loop_call_at(loop, clock_time() + delay, callback, arg, context, name, site);
}

void asyncio_handle_cancel(asyncio_handle *handle)
{
    if (!object_check(handle, OBJECT_HANDLE, "asyncio_handle_cancel") || handle->object.flags & HANDLE_CANCELLED)
        return;
    handle->object.flags |= HANDLE_CANCELLED;
    if (!handle->timer.item.place) { /* it is in the ready queue, which will pass it over, or has run */
        TRACE("call_cancelled", ID("handle", handle->object.id));
        return;
    }
    TRACE("timer_cancelled", ID("timer", handle->object.id));
    loop_cancel_timer(handle->loop, &handle->timer);
    handle_release(handle);
}

bool asyncio_handle_cancelled(const asyncio_handle *handle)
{
    return object_check(handle, OBJECT_HANDLE, "asyncio_handle_cancelled") && handle->object.flags & HANDLE_CANCELLED;
}

double asyncio_handle_when(const asyncio_handle *handle)
{
    return object_check(handle, OBJECT_HANDLE, "asyncio_handle_when") ? handle->when : NAN;
}
