/* ThreadPoolExecutor, run_in_executor, to_thread. How many functions are on threads at a time is decided here; what a
 * thread is, the host knows. */
#include "threads/threads.h"

#include "host/clock.h"
#include "core/contextvars.h"
#include "core/coroutines.h"
#include "base/exceptions.h"
#include "host/host.h"
#include "sync/locks.h"
#include "base/memory.h"
#include "core/tasks.h"
#include "base/trace.h"

struct asyncio_executor {
    asyncio_object object;
    asyncio_loop *loop; /* whose works it has, or had last; borrowed */
    long max_workers;
    list queued; /* works; this and the next are looked at with the lock held */
    long on_threads;
    unsigned under_way; /* works that the loop has not seen the end of */
    bool shut_down;
    list waiters; /* tasks in shutdown */
    const asyncio_site *entered_at;
};

/* ---- making ---- */

/* CPython's formula; on the virtual clock, which gives the same everywhere, as on a machine with four processors. */
static long executor_default_size(void)
{
    enum { MOST = 32, MORE = 4, VIRTUAL = 8 };
    long size = clock_virtual() ? VIRTUAL : (long)host_processors() + MORE;
    return size < MOST ? size : MOST;
}

static asyncio_executor *executor_new(long max_workers, list *owner)
{
    asyncio_executor *executor = object_new(OBJECT_EXECUTOR, sizeof *executor, owner);
    if (!executor)
        return NULL;
    threads_use();
    executor->max_workers = max_workers;
    trace_new(&executor->object, "executor", max_workers);
    return executor;
}

asyncio_executor *asyncio__new_thread_pool_executor(long max_workers)
{
    if (max_workers == ASYNCIO__USUAL)
        max_workers = executor_default_size();
    if (max_workers <= 0)
        return exception_raise_format(ASYNCIO_VALUE_ERROR, "max_workers must be greater than 0");
    return executor_new(max_workers, object_owner());
}

static size_t executor_finalize(asyncio_executor *executor)
{
    return sizeof *executor;
}

/* ---- who is on a thread ---- */

static work *work_of(list *link)
{
    return CONTAINER(link, work, link);
}

static void executor_dispatch(asyncio_executor *executor)
{
    list *link;
    while (executor->on_threads < executor->max_workers && (link = list_pop(&executor->queued))) {
        executor->on_threads++;
        work_start(work_of(link));
    }
}

static void executor_leave(work *work)
{
    work->left = true;
    work->executor->on_threads--;
    executor_dispatch(work->executor);
}

static bool executor_unqueue(work *work)
{
    host_lock();
    bool queued = work->state == WORK_QUEUED;
    if (queued) {
        list_remove(&work->link);
        work->left = true;
    }
    host_unlock();
    return queued;
}

static void executor_forget(work *work)
{
    if (--work->executor->under_way == 0)
        wake_all(&work->executor->waiters);
}

/* ---- works ---- */

static bool work_cancel(asyncio_future *future, const char *message)
{
    work *w = (work *)future;
    if (future_is_past_cancelling(future))
        return false;
    bool waited = executor_unqueue(w);
    future_cancel_plainly(future, message);
    if (waited)
        work_over(w);
    return true;
}

static void work_finalize(asyncio_future *future)
{
    work *w = (work *)future;
    argument_free(w->argument);
    argument_free(w->context);
    parcel_free(&w->parcel);
    object_unref(w->executor);
    free(w->room);
}

static const future_kind work_kind = {
    .label = "thread", .cancel = work_cancel, .finalize = work_finalize, .size = sizeof(work)};

static asyncio_executor *default_executor(asyncio_loop *loop)
{
    if (!loop->executor)
        loop->executor = executor_new(executor_default_size(), NULL);
    return loop->executor;
}

/* The executor that is meant, ready to take one more; NULL if it raised. */
static asyncio_executor *executor_for(asyncio_loop *loop, asyncio_executor *executor)
{
    if (!executor && loop->no_more_executor)
        return exception_raise_format(ASYNCIO_RUNTIME_ERROR, "Executor shutdown has been called");
    if (!executor && !(executor = default_executor(loop)))
        return NULL;
    if (!object_check(executor, OBJECT_EXECUTOR, "asyncio_loop_run_in_executor"))
        return NULL;
    if (executor->shut_down)
        return exception_raise_format(ASYNCIO_RUNTIME_ERROR, "cannot schedule new futures after shutdown");
    if (executor->under_way && executor->loop != loop)
        return exception_raise_format(ASYNCIO_RUNTIME_ERROR,
                                      "this executor still works for another loop: make one for each");
    executor->loop = loop;
    return executor;
}

static void work_submit(work *w)
{
    asyncio_executor *executor = w->executor;
    list_append(&w->future.loop->works, &w->among_all);
    object_ref(w); /* the executor's, until it has ended */
    executor->under_way++;
    host_lock();
    list_append(&executor->queued, &w->link);
    executor_dispatch(executor);
    host_unlock();
}

/* Its reference is the owner's, or with NULL the caller's. The argument and the context, if not NULL, are taken over.
 * */
static work *work_new(asyncio_loop *loop, asyncio_executor *executor, const asyncio__spec *spec,
                      struct argument *argument, struct argument *context, list *owner)
{
    executor = executor_for(loop, executor);
    work *w = executor ? (work *)future_new(loop, &work_kind, sizeof *w, owner) : NULL;
    if (w && !host_thread_prepare(w)) { /* now: a thread may start it where no error could be raised */
        exception_raise_no_memory();
        object_disown(w);
        w = NULL;
    }
    if (!w) {
        argument_free(argument);
        argument_free(context);
        return NULL;
    }
    w->context = context;
    w->executor = object_ref(executor);
    w->future.of = &executor->object;
    w->in_turns = clock_virtual();
    w->time = -1;
    w->body = spec->body;
    w->name = spec->coro;
    w->argument = argument;
    w->arg = argument ? argument_pointer(argument) : spec->arg;
    if (trace_on)
        trace_future(&w->future);
    TRACE("submit", ID("future", w->future.object.id), TEXT("name", w->name), ID("by", task_id(runtime.task)),
          SITE(spec->site));
    work_submit(w);
    return w;
}

asyncio_future *asyncio__run_in_executor(asyncio_loop *loop, asyncio_executor *executor, asyncio_body *body,
                                         const char *name, const asyncio_site *site, void *arg, size_t size)
{
    if (asyncio_failed() || !loop_check(loop, "asyncio_loop_run_in_executor"))
        return NULL;
    if (!body)
        return exception_raise_format(ASYNCIO_TYPE_ERROR, "asyncio_loop_run_in_executor() needs a function, got NULL");
    struct argument *copy = size ? argument_copy(arg, size) : NULL;
    if (size && !copy)
        return NULL;
    return (asyncio_future *)work_new(loop, executor,
                                      &(asyncio__spec){.body = body, .coro = name, .site = site, .arg = arg}, copy,
                                      NULL, object_owner());
}

/* ---- to_thread ---- */

/* The argument of its coroutine; the bytes of the result belong to the work, and so live as long as this. */
typedef struct to_thread {
    asyncio__spec spec;
    struct argument *argument;
    work *work;
} to_thread;

static void to_thread_end(void *arg)
{
    to_thread *call = arg;
    argument_free(call->argument);
    object_unref(call->work);
}

static void *to_thread_main(void *arg)
{
    to_thread *call = arg;
    asyncio_loop *loop = asyncio_get_running_loop();
    if (!loop)
        return NULL;
    struct argument *context;
    if (!context_pack(&context))
        return NULL;
    call->work = work_new(loop, NULL, &call->spec, call->argument, context, NULL);
    call->argument = NULL;
    return call->work ? asyncio__await_future(&call->work->future.object, call->spec.site) : NULL;
}

asyncio_coroutine *asyncio__to_thread(asyncio_body *body, const char *name, const asyncio_site *site, void *arg,
                                      size_t size)
{
    if (!body)
        return exception_raise_format(ASYNCIO_TYPE_ERROR, "asyncio_to_thread() needs a function, got NULL");
    to_thread call = {.spec = {.body = body, .coro = name, .site = site, .arg = arg},
                      .argument = size ? argument_copy(arg, size) : NULL};
    if (size && !call.argument)
        return NULL;
    asyncio_coroutine *coro = asyncio__new_coro(to_thread_main, "to_thread", site, &call, sizeof call);
    if (coro)
        argument_end_with(coro->argument, to_thread_end);
    else
        argument_free(call.argument);
    return coro;
}

/* ---- shutdown ---- */

static void cancel_queued(asyncio_executor *executor)
{
    list *next;
    for (list *link = list_first(&executor->loop->works); link; link = next) {
        work *w = CONTAINER(link, work, among_all);
        next = list_after(&executor->loop->works, link);
        if (w->executor == executor && executor_unqueue(w)) {
            future_cancel_plainly(&w->future, NULL);
            work_over(w);
        }
    }
}

static int executor_wait(asyncio_executor *executor, const asyncio_site *site)
{
    while (executor->under_way)
        if (wait_in(&executor->object, NULL, &executor->waiters, &waiter_that_stays, site) != WAITED_FOR_SUCCESS)
            return -1;
    return 0;
}

int asyncio__shut_down_executor(asyncio_executor *executor, bool wait, bool cancel_futures, const asyncio_site *site)
{
    if (!object_check(executor, OBJECT_EXECUTOR, "asyncio_executor_shutdown"))
        return -1;
    executor->shut_down = true;
    if (cancel_futures && executor->under_way)
        cancel_queued(executor);
    if (!wait || !executor->under_way)
        return 0;
    return may_wait(executor, OBJECT_EXECUTOR, "asyncio_executor_shutdown") ? executor_wait(executor, site) : -1;
}

static bool executor_enter(asyncio_executor *executor, const asyncio_site *site)
{
    executor->entered_at = site;
    return true;
}

/* By a pointer: only programs with threads link it. */
static void executor_exit(asyncio_executor *executor)
{
    threads_used->executor_exit(executor);
}

/* At the end of `with`: waits whatever is pending. */
static void executor_wait_at_exit(asyncio_executor *executor)
{
    asyncio_exception *before = exception_take();
    asyncio__shut_down_executor(executor, true, false, executor->entered_at);
    asyncio_exception *newer = exception_take();
    exception_restore(before);
    exception_restore(newer);
}

void asyncio_loop_set_default_executor(asyncio_loop *loop, asyncio_executor *executor)
{
    if (!loop_check(loop, "asyncio_loop_set_default_executor") ||
        !object_check(executor, OBJECT_EXECUTOR, "asyncio_loop_set_default_executor"))
        return;
    object_ref(executor);
    object_unref(loop->executor);
    loop->executor = executor;
}

int asyncio__loop_shutdown_default_executor(asyncio_loop *loop, const asyncio_site *site)
{
    if (!loop_check(loop, "asyncio_loop_shutdown_default_executor"))
        return -1;
    loop->no_more_executor = true;
    return loop->executor ? asyncio__shut_down_executor(loop->executor, true, false, site) : 0;
}

static void executor_let_go(asyncio_loop *loop)
{
    object_unref(loop->executor);
    loop->executor = NULL;
}
