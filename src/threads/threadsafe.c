/* What any thread may ask of a loop: call_soon_threadsafe, run_coroutine_threadsafe and its concurrent future. The
 * first half of this file runs in the loop's thread, the second in the one that asks. */
#include "threads/threads.h"

#include "core/coroutines.h"
#include "base/exceptions.h"
#include "host/host.h"
#include "base/runtime.h"
#include "core/tasks.h"

#include <math.h>
#include <stdlib.h>

/* ---- in the loop's thread ---- */

static void threads_call(asyncio_loop *loop, asyncio_callback *callback, void *arg, struct argument *argument,
                         const char *name, const asyncio_site *site)
{
    if (!loop_call_soon_from_outside(loop, callback, arg, argument, name, site))
        threads_tell_of_lost_call(loop);
}

static void threads_tell_of_lost_call(asyncio_loop *loop)
{
    asyncio_exception *e = exception_take();
    asyncio_loop_call_exception_handler(
        loop, &(asyncio_error_context){.message = "a callback from another thread is lost", .exception = e});
    object_unref(e);
}

/* How a coroutine ended is told once; the request then goes with its task, which may still run. */
static void request_answer(request *r)
{
    r->answered = true;
    list_remove(&r->place);
    host_answer(r);
    if (r->waits)
        work_is_answered(r->waits);
    object_unref(r->task);
    r->task = NULL;
    object_unref(r);
}

static void request_fail(request *r, const asyncio_exception_type *type, const char *text)
{
    asyncio_exception *e = exception_new(type, text);
    parcel_free(&r->parcel);
    parcel_pack_exception(&r->parcel, e);
    object_unref(e);
    request_answer(r);
}

static void request_refuse(request *r)
{
    request_fail(r, ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
}

/* The coroutine, and what it returns while that is still there. */
static void *request_main(void *arg)
{
    request *r = arg;
    void *result = r->spec.body(r->spec.arg);
    if (!asyncio_failed())
        parcel_pack(&r->parcel, result);
    return result;
}

static void request_done(asyncio_future *future, void *arg)
{
    request *r = arg;
    if (r->answered)
        return;
    if (future_cancelled(future)) {
        request_fail(r, ASYNCIO_CANCELLED_ERROR, ""); /* to the other thread, the message is not told */
        return;
    }
    asyncio_exception *e = asyncio_future_exception(future);
    if (e) {
        parcel_free(&r->parcel);
        parcel_pack_exception(&r->parcel, e);
    }
    request_answer(r);
}

/* A callback: makes the task, as CPython's run_coroutine_threadsafe has it made. */
static void request_begin(void *arg)
{
    request *r = arg;
    asyncio__spec spec = r->spec;
    spec.body = request_main;
    spec.arg = r;
    if (r->cancelled) {
        request_fail(r, ASYNCIO_CANCELLED_ERROR, "");
        return;
    }
    r->task = task_new(r->loop, &spec, NULL);
    if (r->task && future_add_held_callback(&r->task->future, request_done, &r->object) == 0)
        return;
    asyncio_exception *e = exception_take();
    if (r->task)
        object_ref(r); /* for its task, which nothing else tells of it */
    parcel_pack_exception(&r->parcel, e);
    request_answer(r);
    exception_restore(e); /* the loop is told, too, as of any callback's */
}

static request *threads_request(asyncio_loop *loop, const asyncio__spec *spec, struct argument *argument, void *ticket)
{
    request *r = object_new(OBJECT_REQUEST, sizeof *r, NULL);
    if (!r) {
        argument_free(argument);
        return NULL;
    }
    r->loop = loop;
    r->spec = *spec;
    r->spec.size = 0;
    r->argument = argument;
    if (argument)
        r->spec.arg = argument_pointer(argument);
    r->ticket = ticket;
    list_append(&loop->requests, &r->place);
    if (loop->is_closed) {
        request_refuse(r);
        return NULL;
    }
    threads_call(loop, request_begin, r, NULL, "run_coroutine_threadsafe", spec->site);
    return r;
}

static void threads_cancel(request *r)
{
    r->cancelled = true;
    runtime.cause = (cause){"thread", 0};
    if (r->task)
        future_cancel(&r->task->future, NULL);
}

static size_t request_finalize(asyncio_object *object)
{
    request *r = (request *)object;
    object_unref(r->task);
    argument_free(r->argument);
    parcel_free(&r->parcel);
    return sizeof *r;
}

/* ---- in the thread that asks ---- */

int asyncio__loop_call_soon_threadsafe(asyncio_loop *loop, asyncio_callback *callback, void *arg, size_t size,
                                       const char *name, const asyncio_site *site)
{
    if (!callback)
        return exception_raise_text(ASYNCIO_TYPE_ERROR,
                                    "asyncio_loop_call_soon_threadsafe() needs a callback, got NULL");
    threads_use();
    return host_post_call(loop, &(asyncio__spec){.coro = name, .site = site, .arg = arg, .size = size}, callback);
}

struct asyncio_concurrent_future {
    asyncio_object object;
    ticket *ticket;
};

static void ticket_unref(ticket *t)
{
    host_lock();
    bool last = --t->refs == 0;
    host_unlock();
    if (!last)
        return;
    parcel_free(&t->parcel);
    free(t);
}

static asyncio_concurrent_future *concurrent_future_new(asyncio_loop *loop)
{
    ticket *t = calloc(1, sizeof *t);
    asyncio_concurrent_future *future = t ? object_new(OBJECT_CONCURRENT_FUTURE, sizeof *future, object_owner()) : NULL;
    if (!t)
        exception_raise_no_memory();
    if (!future) {
        free(t);
        return NULL;
    }
    *t = (ticket){.refs = 1, .loop = loop};
    future->ticket = t;
    return future;
}

static size_t concurrent_future_finalize(asyncio_concurrent_future *future)
{
    ticket_unref(future->ticket);
    return sizeof *future;
}

asyncio_concurrent_future *asyncio__run_coroutine_threadsafe(asyncio_loop *loop, asyncio_body *body, const char *name,
                                                             const asyncio_site *site, void *arg, size_t size)
{
    if (asyncio_failed())
        return NULL;
    if (!body)
        return exception_raise_format(ASYNCIO_TYPE_ERROR,
                                      "asyncio_run_coroutine_threadsafe() needs a function, got NULL");
    threads_use();
    asyncio_concurrent_future *future = concurrent_future_new(loop);
    if (!future)
        return NULL;
    if (host_post_request(loop, &(asyncio__spec){.body = body, .coro = name, .site = site, .arg = arg, .size = size},
                          future->ticket) == 0)
        return future;
    object_disown(future);
    return NULL;
}

static bool ticket_is_done(ticket *t)
{
    host_lock();
    bool done = t->done;
    host_unlock();
    return done;
}

void *asyncio__concurrent_future_result(asyncio_concurrent_future *future, double timeout)
{
    if (asyncio_failed() || !object_check(future, OBJECT_CONCURRENT_FUTURE, "asyncio_concurrent_future_result"))
        return NULL;
    ticket *t = future->ticket;
    if (!ticket_is_done(t) && (host_on_thread_of(t->loop) || !host_may_block()))
        return exception_raise_format(ASYNCIO_RUNTIME_ERROR,
                                      "asyncio_concurrent_future_result() would block the loop of "
                                      "this thread: call it in a thread without one");
    if (!ticket_is_done(t) && !host_ticket_wait(t, timeout)) {
        exception_raise_text(ASYNCIO_TIMEOUT_ERROR, "");
        return NULL;
    }
    asyncio_exception *e = parcel_exception(&t->parcel);
    exception_restore(e);
    return e ? NULL : parcel_value(&t->parcel);
}

bool asyncio_concurrent_future_done(asyncio_concurrent_future *future)
{
    return object_check(future, OBJECT_CONCURRENT_FUTURE, "asyncio_concurrent_future_done") &&
           ticket_is_done(future->ticket);
}

bool asyncio_concurrent_future_cancel(asyncio_concurrent_future *future)
{
    if (!object_check(future, OBJECT_CONCURRENT_FUTURE, "asyncio_concurrent_future_cancel") ||
        ticket_is_done(future->ticket))
        return false;
    host_post_cancel(future->ticket);
    return true;
}
