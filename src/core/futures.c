#include "core/futures.h"

#include "core/contextvars.h"
#include "core/coroutines.h"
#include "core/debug.h"
#include "base/exceptions.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <stdlib.h>
#include <string.h>

/* ---- making ---- */

static void future_init(asyncio_future *future, asyncio_loop *loop, const future_kind *kind)
{
    future->loop = object_ref(loop);
    future->kind = kind;
}

static asyncio_future *future_new(asyncio_loop *loop, const future_kind *kind, size_t size, list *owner)
{
    asyncio_future *future = object_new(OBJECT_FUTURE, size, owner);
    if (future)
        future_init(future, loop, kind);
    return future;
}

static bool leave_queue_and_cancel(asyncio_future *waiter, const char *message)
{
    bool cancelled = future_cancel_plainly(waiter, message);
    if (cancelled)
        list_remove(&waiter->place);
    return cancelled;
}

static const future_kind waiter_that_stays = {.size = sizeof(asyncio_future)};
static const future_kind waiter_that_leaves = {.cancel = leave_queue_and_cancel, .size = sizeof(asyncio_future)};

static const char *future_label(const asyncio_future *future)
{
    return future->kind->label ? future->kind->label : object_label(future->of);
}

COLD static void trace_future(const asyncio_future *future)
{
    TRACE("future", ID("future", future->object.id), TEXT("kind", future_label(future)),
          ID("obj", future->of ? future->of->id : 0));
}

static const future_kind plain_future = {.label = "future", .size = sizeof(asyncio_future)};

static bool future_is_plain(const asyncio_future *future)
{
    return future->kind == &plain_future;
}

asyncio_future *asyncio_loop_create_future(asyncio_loop *loop)
{
    if (!loop_check(loop, "asyncio_loop_create_future"))
        return NULL;
    asyncio_future *future = future_new(loop, &plain_future, sizeof *future, object_owner());
    if (future && trace_on)
        trace_future(future);
    return future;
}

asyncio_future *asyncio__future(asyncio__loop_options options)
{
    asyncio_loop *loop = options.loop ? options.loop : asyncio_get_running_loop();
    return loop ? asyncio_loop_create_future(loop) : NULL;
}

COLD static void trace_member(const asyncio_object *group, const asyncio_future *member)
{
    TRACE("member", ID("obj", group->id), ID("of", member->object.id));
}

static asyncio_future *future_new_waiter(asyncio_object *of, const future_kind *kind)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_future *future = loop ? future_new(loop, kind, sizeof *future, object_owner()) : NULL;
    if (!future)
        return NULL;
    future->of = of;
    if (trace_on)
        trace_future(future);
    return future;
}

/* ---- callbacks ---- */

/* A done callback of the user's: waits in the future's list, then in the loop's queue, where it holds the future. */
struct done_callback {
    ready ready;
    asyncio_future *future;
    asyncio_future_callback *function;
    asyncio_task_callback *task_function; /* instead, when the future is a task */
    const char *name;
    void *arg;
    asyncio_object *watcher;  /* arg as an object that is held once this is queued, or NULL */
    asyncio_object *held;     /* arg as an object that is held from the beginning, or NULL */
    done_callback **watch;    /* what points here while this waits in the future's list, or NULL */
    asyncio_context *context; /* that it runs in; with a reference, or NULL for an empty one */
};

static const char own_callback[] = "a callback of asyncio's own";

/* It waits no more in the future's list. */
static void done_callback_leave(done_callback *callback)
{
    list_remove(&callback->ready.link);
    if (callback->watch)
        *callback->watch = NULL;
}

static void done_callback_release(done_callback *callback)
{
    object_unref(callback->held);
    object_unref(callback->context);
    memory_give(callback, sizeof *callback);
}

static void done_callback_free(done_callback *callback)
{
    object_unref(callback->future);
    object_unref(callback->watcher);
    done_callback_release(callback);
}

/* For one that is not queued: it holds nothing but what it held from the beginning. */
static void done_callback_drop(done_callback *callback)
{
    done_callback_leave(callback);
    done_callback_release(callback);
}

static void report_callback(done_callback *callback, asyncio_exception *e)
{
    char message[160];
    snprintf(message, sizeof message, "Exception in callback %s()", callback->name);
    loop_call_handler(callback->future->loop,
                      &(asyncio_error_context){.message = message, .exception = e, .future = callback->future},
                      &callback->context);
}

COLD static void trace_done_callback(const char *event, const done_callback *callback)
{
    TRACE_NAMED(event, ID("future", callback->future->object.id), TEXT("name", callback->name));
}

static void done_callback_run(ready *ready)
{
    done_callback *callback = CONTAINER(ready, done_callback, ready);
    asyncio_future *future = callback->future;
    runtime.cause = (cause){"callback", future->object.id};
    if (trace_on)
        trace_done_callback("done_callback_run", callback);
    asyncio_context *outer = runtime.context;
    runtime.context = callback->context;
    if (callback->task_function)
        callback->task_function((asyncio_task *)future, callback->arg);
    else
        callback->function(future, callback->arg);
    context_return(&callback->context);
    runtime.context = outer;
    asyncio_exception *e = exception_take();
    if (e && exception_is_exit(e))
        exception_restore(e);
    else if (e) {
        report_callback(callback, e);
        object_unref(e);
    }
    done_callback_free(callback);
}

static void done_callback_discard(ready *ready)
{
    done_callback_free(CONTAINER(ready, done_callback, ready));
}

static void done_callback_place(ready *ready, callback_place *place)
{
    const done_callback *callback = CONTAINER(ready, done_callback, ready);
    if (callback->name != own_callback)
        place->name = callback->name;
}

static const ready_kind done_callback_ready = {done_callback_run, done_callback_discard, done_callback_place};

/* A callback that is queued holds the future, and the watcher if it has one. */
static void done_callback_hold(done_callback *callback)
{
    if (trace_on)
        trace_done_callback("done_callback", callback);
    done_callback_leave(callback);
    object_ref(callback->future);
    if (callback->watcher)
        object_ref(callback->watcher);
}

/* Queues whatever waits for it. A task that awaits it holds it already. */
INLINED void future_schedule_callbacks(asyncio_future *future)
{
    list *link;
    while ((link = list_pop(&future->callbacks))) {
        ready *waiting = CONTAINER(link, ready, link);
        if (waiting->kind == &done_callback_ready)
            done_callback_hold(CONTAINER(waiting, done_callback, ready));
        else
            task_woken_by(waiting, future);
        loop_push(future->loop, waiting);
    }
}

static void future_add_ready(asyncio_future *future, ready *ready)
{
    list_append(&future->callbacks, &ready->link);
}

static int add_done_callback(asyncio_future *future, done_callback what)
{
    if (!what.function && !what.task_function) {
        exception_raise_format(ASYNCIO_TYPE_ERROR, "a done callback must not be NULL");
        return -1;
    }
    done_callback *callback = memory_take(sizeof *callback);
    if (!callback) {
        exception_raise_no_memory();
        return -1;
    }
    *callback = what;
    callback->ready.kind = &done_callback_ready;
    callback->future = future;
    if (what.held)
        object_ref(what.held);
    if (!future_done(future)) {
        future_add_ready(future, &callback->ready);
        if (what.watch)
            *what.watch = callback;
        return 0;
    }
    if (!loop_check(future->loop, "asyncio_future_add_done_callback")) {
        object_unref(callback->held); /* its context is still the caller's */
        memory_give(callback, sizeof *callback);
        return -1;
    }
    done_callback_hold(callback);
    loop_push(future->loop, &callback->ready);
    return 0;
}

static int future_add_held_callback(asyncio_future *future, asyncio_future_callback *function, asyncio_object *held)
{
    return add_done_callback(future,
                             (done_callback){.function = function, .name = own_callback, .arg = held, .held = held});
}

/* The done callback that waits at a link of a future's list; NULL for a task that awaits the future. */
static done_callback *callback_at(list *link)
{
    ready *waiting = CONTAINER(link, ready, link);
    return waiting->kind == &done_callback_ready ? CONTAINER(waiting, done_callback, ready) : NULL;
}

/* Takes the callbacks out that are this one; they wait in the future's list, so it has no reference for them yet. */
static int remove_done_callback(asyncio_future *future, asyncio_future_callback *function,
                                asyncio_task_callback *task_function, void *arg)
{
    int removed = 0;
    for (list *link = list_first(&future->callbacks), *next; link; link = next) {
        done_callback *callback = callback_at(link);
        next = list_after(&future->callbacks, link);
        if (callback && callback->function == function && callback->task_function == task_function &&
            callback->arg == arg) {
            done_callback_drop(callback);
            removed++;
        }
    }
    return removed;
}

static void future_remove_latest_callback(asyncio_future *future, asyncio_future_callback *function)
{
    list *link = list_last(&future->callbacks);
    while (link && !(callback_at(link) && callback_at(link)->function == function))
        link = list_before(&future->callbacks, link);
    if (link)
        done_callback_drop(callback_at(link));
}

/* One of the user's, which runs in a context. */
static int add_users_callback(asyncio_future *future, done_callback what, asyncio_context *context)
{
    if (!context_for_new(context, &what.context))
        return -1;
    if (add_done_callback(future, what) == 0)
        return 0;
    object_unref(what.context);
    return -1;
}

int asyncio__future_add_done_callback(asyncio_future *future, asyncio_future_callback *callback, const char *name,
                                      void *arg, asyncio_context *context)
{
    if (!object_check(future, OBJECT_FUTURE, "asyncio_future_add_done_callback"))
        return -1;
    return add_users_callback(future, (done_callback){.function = callback, .name = name, .arg = arg}, context);
}

int asyncio_future_remove_done_callback(asyncio_future *future, asyncio_future_callback *callback, void *arg)
{
    if (!object_check(future, OBJECT_FUTURE, "asyncio_future_remove_done_callback"))
        return -1;
    return remove_done_callback(future, callback, NULL, arg);
}

int asyncio__task_add_done_callback(asyncio_task *task, asyncio_task_callback *callback, const char *name, void *arg,
                                    asyncio_context *context)
{
    if (!object_check(task, OBJECT_TASK, "asyncio_task_add_done_callback"))
        return -1;
    return add_users_callback((asyncio_future *)task,
                              (done_callback){.task_function = callback, .name = name, .arg = arg}, context);
}

int asyncio_task_remove_done_callback(asyncio_task *task, asyncio_task_callback *callback, void *arg)
{
    if (!object_check(task, OBJECT_TASK, "asyncio_task_remove_done_callback"))
        return -1;
    return remove_done_callback((asyncio_future *)task, NULL, callback, arg);
}

COLD static int future_watch(asyncio_future *future, asyncio_future_callback *function, asyncio_object *watcher,
                             done_callback **watch)
{
    return add_done_callback(
        future, (done_callback){
                    .function = function, .name = own_callback, .arg = watcher, .watcher = watcher, .watch = watch});
}

COLD static void future_unwatch(done_callback *watch)
{
    if (watch)
        done_callback_drop(watch);
}

static asyncio_future *future_of_callback(ready *ready)
{
    return ready->kind == &done_callback_ready ? CONTAINER(ready, done_callback, ready)->future : NULL;
}

/* Whoever stands behind an entry of the list; NULL for a callback of the program's. */
static asyncio_object *awaiter_behind(ready *waiting)
{
    if (waiting->kind == &task_ready)
        return (asyncio_object *)CONTAINER(waiting, asyncio_task, ready);
    if (waiting->kind != &done_callback_ready)
        return NULL;
    done_callback *callback = CONTAINER(waiting, done_callback, ready);
    return callback->held ? callback->held : callback->watcher;
}

static size_t future_awaiters(const asyncio_future *future, asyncio_object **awaiters, size_t max)
{
    size_t count = 0;
    LIST_EACH (&future->callbacks, link) {
        asyncio_object *awaiter = awaiter_behind(CONTAINER(link, ready, link));
        if (awaiter && count++ < max)
            awaiters[count - 1] = awaiter;
    }
    return count;
}

/* ---- the transitions ---- */

static bool future_has_failed(const asyncio_future *future)
{
    return future->object.flags & FUTURE_FAILED;
}

static const char *future_outcome(const asyncio_future *future)
{
    return future_cancelled(future) ? "cancelled" : future_has_failed(future) ? "exception" : "result";
}

COLD static void trace_future_done(const asyncio_future *future)
{
    TRACE("future_done", ID("future", future->object.id), TEXT("how", future_outcome(future)));
}

INLINED void future_ended(asyncio_future *future, int state)
{
    future->object.flags = (uint8_t)((future->object.flags & ~FUTURE_STATE) | state);
    if (trace_on && future->object.type != OBJECT_TASK) /* a task tells of its end itself */
        trace_future_done(future);
    future_schedule_callbacks(future);
}

static void future_finish(asyncio_future *future, void *result)
{
    future->result = result;
    future_ended(future, FUTURE_FINISHED);
}

static void future_fail(asyncio_future *future, asyncio_exception *exception)
{
    exception_ends_future(exception);
    future->exception = exception;
    future->object.flags |= FUTURE_FAILED | (future->object.flags & FUTURE_FORSAKEN ? 0 : FUTURE_UNSEEN);
    future_ended(future, FUTURE_FINISHED);
}

static void future_end_cancelled(asyncio_future *future, asyncio_exception *reason)
{
    future->exception = reason;
    future_ended(future, FUTURE_CANCELLED);
}

COLD static void future_set_cancel_message(asyncio_future *future, const char *message)
{
    char *copy = message ? strdup(message) : NULL; /* without memory, cancelled without a word */
    free(future->cancel_message);
    future->cancel_message = copy;
}

/* Whether it is done already. Who would have cancelled one that failed wants nothing of it: its exception is not told
 * then. */
static bool future_is_past_cancelling(asyncio_future *future)
{
    future->object.flags &= ~FUTURE_UNSEEN;
    return future_done(future);
}

static bool future_cancel_plainly(asyncio_future *future, const char *message)
{
    if (future_is_past_cancelling(future))
        return false;
    future_set_cancel_message(future, message);
    future_end_cancelled(future, NULL);
    return true;
}

static bool cancel_at_once(asyncio_future *future, const char *message)
{
    return (future->kind->cancel ? future->kind->cancel : future_cancel_plainly)(future, message);
}

static asyncio_future **way_back(asyncio_future *future)
{
    return (asyncio_future **)((char *)future + future->kind->way_back);
}

static bool is_passing_cancel_on(asyncio_future *future)
{
    return future->kind->pass_cancel_on && *way_back(future);
}

/* To whom one that passes requests on has this one go next: NULL for back, to *from. */
static asyncio_future *cancel_next(asyncio_future *at, cancel_request *request, asyncio_future **from)
{
    asyncio_future **back = way_back(at);
    request->comes_back = request->arrives && *back;
    bool first = !request->comes_back;
    if (request->arrives && first)
        *back = *from;
    asyncio_future *next = at->kind->pass_cancel_on(at, request);
    if (next || !first)
        return next;
    *from = *back;
    *back = NULL;
    return NULL;
}

/* A task passes the request on to what it awaits, a gather to its children, and these can be any number deep. So each
 * keeps where the request came from, which is the way that the answers go back. The first one has it from itself. */
static bool future_cancel(asyncio_future *future, const char *message)
{
    cancel_request request = {.message = message, .arrives = true};
    asyncio_future *at = future, *from = future;
    while (true) {
        asyncio_future *next = NULL;
        if (at->kind->pass_cancel_on)
            next = cancel_next(at, &request, &from);
        else
            request.accepted = cancel_at_once(at, message);
        if (!next && from == at)
            return request.accepted;
        request.arrives = next;
        next = next ? next : from;
        from = at;
        at = next;
    }
}

static asyncio_exception *future_cancelled_error(asyncio_future *future)
{
    asyncio_exception *reason = future->exception;
    future->exception = NULL;
    return reason ? reason
                  : exception_new(ASYNCIO_CANCELLED_ERROR, future->cancel_message ? future->cancel_message : "");
}

/* Whether it may be given an end now; raises InvalidStateError otherwise. */
static bool check_pending(asyncio_future *future, const char *call)
{
    if (!object_check(future, OBJECT_FUTURE, call) || !debug_check_thread(future->loop))
        return false;
    if (future->object.type == OBJECT_TASK) {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "Task does not support %s operation",
                               call + strlen("asyncio_future_"));
        return false;
    }
    if (future_done(future)) {
        exception_raise_text(ASYNCIO_INVALID_STATE_ERROR, "invalid state");
        return false;
    }
    return true;
}

/* A future whose loop is closed can be ended as any other, but its callbacks are never called: that is an error. */
static bool future_callbacks_are_lost(asyncio_future *future)
{
    if (!future->loop->is_closed || list_empty(&future->callbacks))
        return false;
    future_drop_callbacks(future);
    exception_raise_text(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    return true;
}

int asyncio_future_set_result(asyncio_future *future, void *result)
{
    if (!check_pending(future, "asyncio_future_set_result"))
        return -1;
    bool lost = future_callbacks_are_lost(future);
    future_finish(future, result);
    return lost ? -1 : 0;
}

int asyncio_future_set_exception(asyncio_future *future, asyncio_exception *exception)
{
    if (!check_pending(future, "asyncio_future_set_exception") ||
        !object_check(exception, OBJECT_EXCEPTION, "asyncio_future_set_exception"))
        return -1;
    object_ref(exception);
    if (asyncio_isinstance(exception, ASYNCIO_STOP_ITERATION))
        exception = exception_from_stop_iteration(
            exception, "StopIteration interacts badly with generators and cannot be raised into a Future");
    bool lost = future_callbacks_are_lost(future);
    future_fail(future, exception);
    return lost ? -1 : 0;
}

bool asyncio__cancel_future(asyncio_future *future, const char *message)
{
    if (!object_check(future, OBJECT_FUTURE, "asyncio_future_cancel") || !debug_check_thread(future->loop))
        return false;
    bool lost = future_callbacks_are_lost(future);
    return future_cancel(future, message) && !lost;
}

/* ---- looking at them ---- */

bool asyncio_future_done(const asyncio_future *future)
{
    return object_check(future, OBJECT_FUTURE, "asyncio_future_done") && future_done(future);
}

bool asyncio_future_cancelled(const asyncio_future *future)
{
    return object_check(future, OBJECT_FUTURE, "asyncio_future_cancelled") && future_cancelled(future);
}

asyncio_loop *asyncio_future_get_loop(const asyncio_future *future)
{
    return object_check(future, OBJECT_FUTURE, "asyncio_future_get_loop") ? future->loop : NULL;
}

static void *future_result_at(asyncio_future *future, const asyncio_site *site)
{
    if (future_cancelled(future)) {
        asyncio_exception *e = future_cancelled_error(future);
        exception_add_site(e, site);
        exception_throw(e);
        return NULL;
    }
    future->object.flags &= ~FUTURE_UNSEEN;
    if (!future_has_failed(future))
        return future->result;
    exception_comes_out(future->exception, site);
    exception_raise(future->exception);
    return NULL;
}

static bool check_done(asyncio_future *future, const char *call, const char *what)
{
    if (!object_check(future, OBJECT_FUTURE, call))
        return false;
    if (!future_done(future))
        exception_raise_format(ASYNCIO_INVALID_STATE_ERROR, "%s is not set.", what);
    return future_done(future);
}

void *asyncio_future_result(asyncio_future *future)
{
    if (!check_done(future, "asyncio_future_result", "Result"))
        return NULL;
    return future_result_at(future, NULL);
}

asyncio_exception *asyncio_future_exception(asyncio_future *future)
{
    if (!check_done(future, "asyncio_future_exception", "Exception"))
        return NULL;
    if (future_cancelled(future)) {
        exception_throw(future_cancelled_error(future));
        return NULL;
    }
    future->object.flags &= ~FUTURE_UNSEEN;
    return future_has_failed(future) ? future->exception : NULL;
}

static asyncio_future *future_of_awaitable(asyncio_loop *loop, asyncio_object *awaitable, const asyncio_site *site)
{
    if (awaitable && awaitable->type == OBJECT_COROUTINE)
        return (asyncio_future *)task_new_of(loop, (asyncio_coroutine *)awaitable, &(asyncio__spec){.site = site},
                                             NULL);
    if (!object_check(awaitable, OBJECT_FUTURE, "an awaitable"))
        return NULL;
    if (((asyncio_future *)awaitable)->loop != loop)
        return exception_raise_format(ASYNCIO_VALUE_ERROR, "The future belongs to a different loop than "
                                                           "the one specified as the loop argument");
    return object_ref(awaitable);
}

static void awaitables_hold(size_t count, asyncio_object *const *awaitables, bool hold)
{
    for (size_t i = 0; i < count; i++) {
        asyncio_object *x = awaitables[i];
        if (!x || (x->type != OBJECT_COROUTINE && x->type != OBJECT_FUTURE && x->type != OBJECT_TASK))
            continue;
        if (hold)
            object_ref(x);
        else
            object_unref(x);
    }
}

asyncio_future *asyncio__ensure_future(asyncio_object *awaitable, const asyncio_site *site)
{
    if (!awaitable || awaitable->type != OBJECT_COROUTINE)
        return object_check(awaitable, OBJECT_FUTURE, "asyncio_ensure_future") ? (asyncio_future *)awaitable : NULL;
    asyncio_loop *loop = asyncio_get_running_loop();
    return loop ? (asyncio_future *)task_new_of(loop, (asyncio_coroutine *)awaitable, &(asyncio__spec){.site = site},
                                                object_owner())
                : NULL;
}

/* ---- the end ---- */

/* An exception that nobody has looked at is told when nobody can any more. The handler may keep the future: then it has
 * not come to its end yet, and true is returned. */
static bool future_report_unseen(asyncio_future *future)
{
    bool is_task = future->object.type == OBJECT_TASK;
    future->object.refs++; /* alive while the handler looks at it */
    loop_tell_of_lost(
        future->loop,
        &(asyncio_error_context){
            .message = is_task ? "Task exception was never retrieved" : "Future exception was never retrieved",
            .exception = future->exception,
            .task = is_task ? (asyncio_task *)future : NULL,
            .created_at = is_task ? debug_made_at(future->loop, ((asyncio_task *)future)->made_at) : NULL,
            .future = future});
    future->object.flags &= ~FUTURE_UNSEEN;
    return --future->object.refs > 0;
}

static void future_drop_callbacks(asyncio_future *future)
{
    list *link;
    while ((link = list_pop(&future->callbacks)))
        if (callback_at(link))
            done_callback_drop(callback_at(link));
}

static size_t future_finalize(asyncio_future *future)
{
    if (future->object.flags & FUTURE_UNSEEN && future_report_unseen(future))
        return 0;
    list_remove(&future->place);
    future_drop_callbacks(future);
    if (future->kind->finalize)
        future->kind->finalize(future);
    if (future_cancelled(future) || future_has_failed(future) || future->kind->holds_result)
        object_unref(future->exception); /* or result, in the same place */
    if (future->cancel_message)
        future_set_cancel_message(future, NULL);
    object_unref(future->loop);
    return future->kind->size;
}
