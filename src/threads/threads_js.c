/* Threads in WebAssembly: workers, each with an instance of this same module. Functions, string literals and other
 * constants have the same addresses in all of them; everything else is copied as bytes, by wasm/threads/threads.mjs.
 *
 * JavaScript calls the functions of this file through a table that host_threads_begin hands it, not as exports: these
 * would be linked into every program. The first part runs in the program's own instance, the second in a worker's.
 * There a work's function is what main() is here: it runs as the root, and so can be suspended while it sleeps or
 * waits, without memory that is shared. */
#include "threads/threads.h"

#include "host/clock.h"
#include "host/host_js.h"
#include "core/coroutines.h"
#include "base/exceptions.h"

#include <string.h>

typedef void any_function(void);
IMPORT(threads_begin) void js_threads_begin(any_function *const *calls);
IMPORT(processors) unsigned js_processors(void);
IMPORT(thread_start)
void js_thread_start(work *work, asyncio_body *body, void *arg, const void *bytes, size_t size, const void *context,
                     size_t context_size, const char *name, double time);
IMPORT(thread_wake) void js_thread_wake(work *work, double time);
IMPORT(thread_abandon) void js_thread_abandon(work *work);
IMPORT(thread_answer)
void js_thread_answer(request *request, void *value, const void *bytes, size_t size, const void *exception,
                      size_t exception_size, int no_memory);
IMPORT(thread_ended)
void js_thread_ended(void *value, const void *bytes, size_t size, const void *exception, size_t exception_size,
                     int no_memory);
IMPORT(thread_rests) void js_thread_rests(double when, ticket *ticket);
IMPORT(post_call)
void js_post_call(asyncio_loop *loop, asyncio_callback *callback, void *arg, const void *bytes, size_t size,
                  const char *name, const asyncio_site *site);
IMPORT(post_request)
void js_post_request(asyncio_loop *loop, asyncio_body *body, void *arg, const void *bytes, size_t size,
                     const char *name, const asyncio_site *site, ticket *ticket);
IMPORT(post_cancel) void js_post_cancel(ticket *ticket);

static bool in_worker;

static void host_lock(void) {}

static void host_unlock(void) {}

static bool host_loop_open(asyncio_loop *loop)
{
    (void)loop;
    return true;
}

static void host_loop_enter(asyncio_loop *loop)
{
    (void)loop;
}

static void host_loop_leave(asyncio_loop *loop)
{
    (void)loop;
}

static void host_loop_close(asyncio_loop *loop)
{
    (void)loop;
}

static void host_loop_free(asyncio_loop *loop)
{
    (void)loop;
}

static bool host_threads_share_memory(void)
{
    return false;
}

static unsigned host_processors(void)
{
    return js_processors();
}

static bool host_first_thread(void)
{
    return !in_worker;
}

/* In a worker a loop's address is that of a loop of the program's own instance. */
static bool host_on_thread_of(asyncio_loop *loop)
{
    (void)loop;
    return !in_worker;
}

/* What the bridge has copied into memory: it is this side's now. */
static parcel parcel_of(void *value, char *bytes, size_t size, char *exception, size_t exception_size, int no_memory)
{
    return (parcel){value, bytes, size, exception, exception_size, no_memory};
}

/* ---- in the program's own instance ---- */

static bool host_thread_prepare(work *w)
{
    (void)w;
    return true;
}

static void host_thread_start(work *w)
{
    w->host = w;
    if (!w->in_turns)
        work_runs(w);
    size_t size = w->argument ? argument_size(w->argument) : 0;
    js_thread_start(w, w->body, w->arg, size ? w->arg : NULL, size, w->context ? argument_pointer(w->context) : NULL,
                    w->context ? argument_size(w->context) : 0, w->name, w->time);
}

static void host_thread_wake(work *w)
{
    js_thread_wake(w, w->time);
}

static void host_thread_over(work *w)
{
    w->host = NULL;
}

static void work_fail(work *w, const char *text)
{
    asyncio_exception *e = exception_new(ASYNCIO_RUNTIME_ERROR, text);
    parcel_pack_exception(&w->parcel, e);
    object_unref(e);
    work_ended(w);
}

/* The loop closes: its worker is ended in the midst of what it does. */
static void host_thread_abandon(work *w)
{
    if (w->rest.item.place)
        loop_cancel_timer(w->future.loop, &w->rest);
    js_thread_abandon(w);
    future_cancel(&w->future, NULL); /* nobody will ever know */
    work_ended(w);
}

static void host_answer(request *r)
{
    ticket *t = r->ticket;
    if (!t) {
        js_thread_answer(r, r->parcel.value, r->parcel.bytes, r->parcel.size, r->parcel.exception,
                         r->parcel.exception_size, r->parcel.no_memory);
        return;
    }
    t->parcel = r->parcel;
    t->done = true;
    t->request = NULL;
    r->parcel = (parcel){0};
    ticket_unref(t);
}

static void js_thread_has_ended(work *w, void *value, char *bytes, size_t size, char *exception, size_t exception_size,
                                int no_memory)
{
    w->parcel = parcel_of(value, bytes, size, exception, exception_size, no_memory);
    work_ended(w);
}

static void js_thread_has_failed(work *w, const char *text)
{
    work_fail(w, text);
}

static void js_thread_has_rested(work *w, double when, int waits, request *r)
{
    work_rests(w, when, waits, r);
}

static struct argument *argument_given(char *bytes, size_t size)
{
    struct argument *argument = size ? argument_copy(bytes, size) : NULL;
    free(bytes);
    return argument;
}

static void js_thread_has_called(asyncio_loop *loop, asyncio_callback *callback, void *arg, char *bytes, size_t size,
                                 const char *name, const asyncio_site *site)
{
    threads_call(loop, callback, arg, argument_given(bytes, size), name, site);
}

static request *js_thread_has_requested(asyncio_loop *loop, asyncio_body *body, void *arg, char *bytes, size_t size,
                                        const char *name, const asyncio_site *site)
{
    return threads_request(loop, &(asyncio__spec){.body = body, .coro = name, .site = site, .arg = arg},
                           argument_given(bytes, size), NULL);
}

static void js_thread_has_cancelled(request *r)
{
    threads_cancel(r);
}

static void js_thread_has_printed(work *w, int fd, const char *text, size_t length)
{
    threads_print(w, fd, text, length);
}

/* ---- in a worker's instance ---- */

static struct {
    asyncio_body *body;
    void *arg;
    char *bytes;   /* what arg points to, or NULL */
    char *context; /* packed, or NULL */
    size_t context_size;
    const char *name;
    double time;
    bool woken; /* from its rest */
} job;

void __wasm_call_ctors(void);

static void js_thread_begin(void)
{
    in_worker = true;
    threads_used = &threads_linked;
    __wasm_call_ctors();
    setvbuf(stdout, NULL, _IOLBF, 0);
}

static void *thread_root(void *arg)
{
    parcel p;
    thread_call(&p, job.body, job.arg, job.context, job.context_size, job.name, job.time);
    fflush(stdout);
    js_thread_ended(p.value, p.bytes, p.size, p.exception, p.exception_size, p.no_memory);
    parcel_free(&p);
    free(job.bytes);
    free(job.context);
    return arg;
}

/* As asyncio_start: answers when it wants a tick. */
static double js_thread_run(asyncio_body *body, void *arg, char *bytes, char *context, size_t context_size,
                            const char *name, double time)
{
    job.body = body;
    job.arg = bytes ? bytes : arg;
    job.bytes = bytes;
    job.context = context;
    job.context_size = context_size;
    job.name = name;
    job.time = time;
    js.wait = WAIT_FOR_EVER;
    begin_tick();
    coro_prepare(&js.root, thread_root, NULL, MAIN_STACK);
    return resume_root();
}

static void js_thread_woken(double time)
{
    job.time = time;
    job.woken = true;
}

static void js_thread_answered(ticket *t, void *value, char *bytes, size_t size, char *exception, size_t exception_size,
                               int no_memory)
{
    t->parcel = parcel_of(value, bytes, size, exception, exception_size, no_memory);
    t->done = true;
    ticket_unref(t);
}

/* Only the root can be suspended here, and that only while no loop runs on it. */
static bool host_may_block(void)
{
    return in_worker && coro_running() == &js.root && !runtime.loop;
}

static void sleep_suspended(double seconds)
{
    double end = js_now() + seconds;
    for (double left = seconds; left > 0; left = end - js_now())
        host_wait(left);
}

static void rest(double when, ticket *t)
{
    job.woken = false;
    js_thread_rests(when, t);
    while (!job.woken)
        host_wait(INFINITY);
    clock_set(job.time);
}

static void host_thread_sleep_until(double when)
{
    rest(when, NULL);
}

static bool host_ticket_wait(ticket *t, double timeout)
{
    if (clock_virtual()) {
        rest(clock_time() + timeout, t);
        return t->done;
    }
    double end = js_now() + timeout;
    for (double left = timeout; !t->done && left > 0; left = end - js_now())
        host_wait(left);
    return t->done;
}

static int host_post_call(asyncio_loop *loop, const asyncio__spec *spec, asyncio_callback *callback)
{
    if (in_worker) {
        js_post_call(loop, callback, spec->arg, spec->size ? spec->arg : NULL, spec->size, spec->coro, spec->site);
        return 0;
    }
    if (!loop_check(loop, "asyncio_loop_call_soon_threadsafe"))
        return -1;
    struct argument *argument = spec->size ? argument_copy(spec->arg, spec->size) : NULL;
    if (spec->size && !argument)
        return -1;
    threads_call(loop, callback, spec->arg, argument, spec->coro, spec->site);
    return 0;
}

static int host_post_request(asyncio_loop *loop, const asyncio__spec *spec, ticket *t)
{
    t->refs = 2; /* until it is answered */
    if (in_worker) {
        js_post_request(loop, spec->body, spec->arg, spec->size ? spec->arg : NULL, spec->size, spec->coro, spec->site,
                        t);
        return 0;
    }
    if (loop_check(loop, "asyncio_run_coroutine_threadsafe")) {
        struct argument *argument = spec->size ? argument_copy(spec->arg, spec->size) : NULL;
        if ((!spec->size || argument) && (t->request = threads_request(loop, spec, argument, t)))
            return 0;
    }
    t->refs = 1;
    return -1;
}

static void host_post_cancel(ticket *t)
{
    if (in_worker)
        js_post_cancel(t);
    else if (t->request)
        threads_cancel(t->request);
}

/* ---- what JavaScript calls, in the order in which threads.mjs knows it ---- */

static any_function *const thread_calls[] = {
    (any_function *)js_thread_has_ended,     (any_function *)js_thread_has_failed,
    (any_function *)js_thread_has_rested,    (any_function *)js_thread_has_called,
    (any_function *)js_thread_has_requested, (any_function *)js_thread_has_cancelled,
    (any_function *)js_thread_has_printed,   (any_function *)js_thread_begin,
    (any_function *)js_thread_run,           (any_function *)js_thread_woken,
    (any_function *)js_thread_answered};

static void host_threads_begin(void)
{
    js_threads_begin(thread_calls);
}
