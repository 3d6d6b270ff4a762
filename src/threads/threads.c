#include "threads/threads.h"

#include "host/clock.h"
#include "core/contextvars.h"
#include "core/coroutines.h"
#include "base/exception_web.h"
#include "host/host.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <math.h>

const threads_in_use *_Atomic threads_used;

/* Of the loop's thread, on the virtual clock. */
static _Thread_local struct {
    list turns; /* works that may run, in the order in which they came to that */
    work *runs; /* the one whose turn it is */
    bool late;  /* it has not come to rest for so long that time goes on */
} threads;

/* Of a thread that runs a work's function. */
static _Thread_local const char *this_function;

/* How long the virtual clock stands still for a function that does not come to rest: it may well wait for something
 * that only the passing of time brings about. */
static const double THREAD_PATIENCE = 10;

/* ---- in the thread ---- */

static const char *thread_function(void)
{
    return this_function;
}

static void *call_in_context(asyncio_body *body, void *arg, const char *context, size_t context_size)
{
    asyncio_context *own = runtime.context; /* which lasts from one function on this thread to the next */
    if (!(runtime.context = context_unpack(context, context_size))) {
        runtime.context = own;
        return NULL;
    }
    void *result = body(arg);
    object_unref(runtime.context);
    runtime.context = own;
    return result;
}

static void thread_call(parcel *parcel, asyncio_body *body, void *arg, const char *context, size_t context_size,
                        const char *name, double time)
{
    this_function = name;
    clock_set(time);
    parcel_pack(parcel, context_size ? call_in_context(body, arg, context, context_size) : body(arg));
    this_function = NULL;
    object_disown_all(&runtime.owned);
    exception_state_free(&runtime.errors);
    web_free_rings();
}

bool asyncio_threading_in_main_thread(void)
{
    return host_first_thread();
}

/* ---- works ---- */

static void work_runs(work *w)
{
    TRACE("thread_run", ID("future", w->future.object.id), TEXT("name", w->name));
}

static const char *work_outcome(const work *w)
{
    return w->parcel.exception || w->parcel.no_memory ? "exception" : "result";
}

/* A thread's StopIteration cannot be raised out of an await in Python, and becomes the cause of a RuntimeError. */
static asyncio_exception *presentable(asyncio_exception *e)
{
    if (!e || !asyncio_isinstance(e, ASYNCIO_STOP_ITERATION))
        return e;
    asyncio_exception *instead =
        exception_new(ASYNCIO_RUNTIME_ERROR, "StopIteration interacts badly with generators and "
                                             "cannot be raised into a Future");
    if (exception_is_static(instead))
        object_unref(e);
    else
        instead->cause = e;
    return instead;
}

static void work_settle(work *w)
{
    if (future_done(&w->future)) /* it was cancelled: nobody wants to know any more */
        return;
    asyncio_exception *e = presentable(parcel_exception(&w->parcel));
    if (e)
        future_fail(&w->future, e);
    else
        future_finish(&w->future, parcel_value(&w->parcel));
}

static void work_over(work *w)
{
    asyncio_loop *loop = w->future.loop;
    w->state = WORK_ENDED;
    list_remove(&w->among_all);
    argument_free(w->argument);
    argument_free(w->context);
    w->argument = w->context = NULL;
    executor_forget(w);
    if (list_empty(&loop->works) && loop->when_no_works)
        future_finish(loop->when_no_works, NULL);
    object_unref(w);
}

/* It does not run any more: the next one's turn. */
static void work_stops(work *w)
{
    if (threads.runs != w)
        return;
    threads.runs = NULL;
    threads.late = false;
}

static void work_ended(work *w)
{
    runtime.cause = (cause){"thread", w->future.object.id};
    TRACE("thread_end", ID("future", w->future.object.id), TEXT("how", work_outcome(w)));
    work_stops(w);
    if (!w->left) {
        host_lock();
        executor_leave(w);
        host_unlock();
    }
    work_settle(w);
    host_thread_over(w);
    work_over(w);
}

static void threads_print(const work *w, int fd, const char *text, size_t length)
{
    if (trace_on)
        trace_print_of(w->future.object.id, fd, text, length);
}

/* ---- taking turns: the virtual clock ---- */

static void work_start(work *w)
{
    w->state = WORK_RUNNING;
    if (w->in_turns)
        list_append(&threads.turns, &w->link);
    else
        host_thread_start(w);
}

static bool take_turns(void)
{
    list *link = threads.runs ? NULL : list_pop(&threads.turns);
    if (!link)
        return threads.runs;
    work *w = threads.runs = CONTAINER(link, work, link);
    work_runs(w);
    if (w->host) { /* it rested */
        host_thread_wake(w);
        return true;
    }
    w->time = clock_time();
    host_lock();
    host_thread_start(w);
    host_unlock();
    return true;
}

/* What is ready meanwhile waits too, unless it came from elsewhere: a promise goes on in real time. */
static void wait_for_turns(asyncio_loop *loop)
{
    while (!threads.late && take_turns()) {
        double before = host_time();
        host_wait(THREAD_PATIENCE);
        if (threads.runs && host_outstanding() && loop->ready_count)
            return;
        threads.late = threads.runs && host_time() - before >= THREAD_PATIENCE;
    }
}

static bool threads_take_time(void)
{
    return threads.runs;
}

static bool threads_may_wake(const asyncio_loop *loop)
{
    return clock_virtual() ? threads.runs || !list_empty(&threads.turns) : !list_empty(&loop->works);
}

/* Its rest is over: it goes on when its turn comes. */
static void work_goes_on(work *w)
{
    if (w->state != WORK_RESTING)
        return;
    if (w->waits_for)
        w->waits_for->waits = NULL;
    w->waits_for = NULL;
    w->state = WORK_RUNNING;
    list_append(&threads.turns, &w->link);
}

static void rest_is_over(ready *ready)
{
    work *w = CONTAINER(ready, work, rest.ready);
    TRACE("timer_fired", ID("timer", w->rest_id));
    work_goes_on(w);
}

static const ready_kind rest_ready = {.run = rest_is_over, .discard = rest_is_over};

static void work_rests(work *w, double when, bool waits, request *request)
{
    TRACE("thread_rest", ID("future", w->future.object.id), NUMBER("when", when));
    work_stops(w);
    w->state = WORK_RESTING;
    w->time = when;
    if (waits && !request) { /* which has been answered meanwhile */
        w->time = clock_time();
        work_goes_on(w);
        return;
    }
    if (request)
        request->waits = w;
    w->waits_for = request;
    if (isinf(when))
        return;
    w->rest.ready.kind = &rest_ready;
    w->rest_id = ++runtime.ids;
    if (loop_set_timer(w->future.loop, &w->rest, when) == 0) {
        TRACE("timer", ID("timer", w->rest_id), NUMBER("when", when), ID("future", w->future.object.id),
              TEXT("name", w->name));
        return;
    }
    object_unref(exception_take()); /* no memory for a timer: it does not rest */
    work_goes_on(w);
}

/* What it waited for is there. */
static void work_is_answered(work *w)
{
    if (w->rest.item.place) {
        TRACE("timer_cancelled", ID("timer", w->rest_id));
        loop_cancel_timer(w->future.loop, &w->rest);
    }
    w->time = clock_time();
    work_goes_on(w);
}

/* ---- the end of a run, and of a loop ---- */

static void wait_for_works(asyncio_loop *loop)
{
    asyncio_future *all = loop->when_no_works = asyncio_loop_create_future(loop);
    if (all && loop_run_until_done(loop, all) < 0)
        object_unref(exception_take());
    loop->when_no_works = NULL;
}

/* A work whose function has not begun. */
static bool work_drop(work *w)
{
    if (w->host || !w->in_turns)
        return executor_unqueue(w);
    if (!executor_unqueue(w)) {
        list_remove(&w->link);
        executor_leave(w);
    }
    return true;
}

static void close_loop(asyncio_loop *loop)
{
    list *link;
    while ((link = list_first(&loop->requests)))
        request_refuse(CONTAINER(link, request, place));
    while ((link = list_first(&loop->works))) {
        work *w = CONTAINER(link, work, among_all);
        if (work_drop(w)) {
            work_over(w);
            continue;
        }
        host_thread_abandon(w);
    }
    executor_let_go(loop);
}

static const threads_in_use threads_linked = {.work = take_turns,
                                              .wait = wait_for_turns,
                                              .wait_for_all = wait_for_works,
                                              .close = close_loop,
                                              .executor_exit = executor_wait_at_exit,
                                              .sleep_until = host_thread_sleep_until};

static void threads_use(void)
{
    if (threads_used)
        return;
    threads_used = &threads_linked;
    host_threads_begin();
}
