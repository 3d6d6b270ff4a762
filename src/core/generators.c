/* A generator's body runs on a stack of its own, inside the task that wants its next value: whoever asks resumes it
 * there and then. It suspends for two reasons. To hand out a value: then the asker goes on with it. Or because it
 * waits, as any code of the task may: then the asker suspends too, and so on outwards until the task itself has, and
 * when the loop resumes the task the way leads back in, through each asker, to where the body waits.
 *
 *     task ─► asyncio_anext ── coro_resume ──► body ── asyncio_yield ──┐
 *                  ▲                                                  │  a value: asyncio_anext returns it
 *                  └──────────────────────────────────────────────────┘
 *             asyncio_anext ◄─────────────────── body ── asyncio_sleep    no value: asyncio_anext suspends as well
 *
 * A coroutine object that is driven by hand (send, throw, close) is the same without a loop. */
#include "core/generators.h"

#include "core/coroutines.h"
#include "base/exceptions.h"
#include "base/handlers.h"
#include "core/futures.h"
#include "base/guard.h"
#include "core/loop.h"
#include "base/runtime.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <stdlib.h>

struct asyncio_agen {
    asyncio_object object;
    coro coro;
    asyncio__spec spec;
    struct argument *argument; /* the copy that spec.arg points to, or NULL */
    enum { AGEN_NEW, AGEN_SUSPENDED, AGEN_RUNNING, AGEN_CLOSED } state;
    bool yielded;
    unsigned calls;        /* that hold it */
    bool refused_to_close; /* aclose has met a yield: it can be asked for more, but neither closed nor thrown into */
    void *value;           /* that it has yielded or returned; that is sent to it */
    asyncio_exception *thrown; /* to be raised where it stands; with a reference */
    asyncio_agen *outer;       /* the one that it runs inside of */
    asyncio_coroutine
        *innermost;          /* while it is suspended: what it is in the middle of awaiting; see coroutine.awaiter */
    asyncio_coroutine *base; /* while it runs: what its asker is in; not a reference */
    handler bottom;          /* of what it handles, which lies upon what its asker does */
    handler *handlers;       /* while it is suspended: what it is in the middle of handling */
    asyncio_loop *loop;      /* that knows it */
    list among;              /* loop->agens, from its first step to its end; that has a reference */
    list owned;              /* what was made while it ran */
    ready closing;           /* once it has been abandoned in the middle: in the loop's queue */
    bool (*close_later)(asyncio_agen *); /* agen_close_later: by a pointer, so that a program without generators goes
                                            without what closes them */
};

static asyncio_agen **agen_here(void)
{
    return runtime.task ? &runtime.task->agen : &runtime.agen;
}

static list *agen_owned(asyncio_agen *agen)
{
    return &agen->owned;
}

static bool agen_close_later(asyncio_agen *agen);

static asyncio_agen *agen_make(const asyncio__spec *spec, list *owner)
{
    asyncio_agen *agen = object_new(OBJECT_AGEN, sizeof *agen, owner);
    if (agen) {
        agen->spec = *spec;
        agen->close_later = agen_close_later;
    }
    return agen;
}

asyncio_agen *asyncio__new_agen(asyncio_body *body, const char *name, const asyncio_site *site, void *arg, size_t size)
{
    if (!body)
        return exception_raise_format(ASYNCIO_TYPE_ERROR, "asyncio_agen_new() needs a function, got NULL");
    struct argument *copy = size ? argument_copy(arg, size) : NULL;
    if (size && !copy)
        return NULL;
    asyncio__spec spec = {.body = body, .coro = name, .site = site, .arg = copy ? argument_pointer(copy) : arg};
    asyncio_agen *agen = agen_make(&spec, object_owner());
    if (agen)
        agen->argument = copy;
    else
        argument_free(copy);
    return agen;
}

/* ---- running its body ---- */

/* The coroutine objects that the body is in the middle of awaiting hang below those of the asker: taken off when it
 * suspends, put back, perhaps below others, when it goes on. */
static void take_chain_off(asyncio_agen *agen)
{
    asyncio_coroutine **top = coroutine_innermost(), *lowest = NULL;
    for (asyncio_coroutine *c = *top; c != agen->base; c = c->awaiter) {
        c->runs_in = NULL;
        lowest = c;
    }
    agen->innermost = lowest ? *top : NULL;
    if (lowest)
        lowest->awaiter = NULL;
    if (lowest && agen->base)
        agen->base->awaits = NULL;
    *top = agen->base;
    agen->base = NULL;
}

static void put_chain_on(asyncio_agen *agen)
{
    asyncio_coroutine **top = coroutine_innermost(), *lowest = NULL;
    agen->base = *top;
    for (asyncio_coroutine *c = agen->innermost; c; c = c->awaiter) {
        c->runs_in = runtime.task;
        lowest = c;
    }
    if (!lowest)
        return;
    lowest->awaiter = agen->base;
    if (agen->base)
        agen->base->awaits = lowest;
    *top = agen->innermost;
    agen->innermost = NULL;
}

/* One that will not go on: what it was in the middle of awaiting is over, and its frames, which held that, are gone. */
static void drop_chain(asyncio_agen *agen)
{
    asyncio_coroutine *c = agen->innermost;
    agen->innermost = NULL;
    coroutines_abandon(c);
}

/* The same for what it handles: its blocks lie upon those of the asker. */
static void take_handlers_off(asyncio_agen *agen)
{
    handler **here = &exception_here()->handlers;
    agen->handlers = *here;
    *here = agen->bottom.outer;
    agen->bottom.outer = NULL;
}

static void put_handlers_on(asyncio_agen *agen)
{
    handler **here = &exception_here()->handlers;
    agen->bottom.outer = *here;
    *here = agen->handlers ? agen->handlers : &agen->bottom;
    agen->handlers = NULL;
}

static void drop_handlers(asyncio_agen *agen)
{
    handlers_free(&agen->handlers);
}

static void agen_goes_in(asyncio_agen *agen)
{
    asyncio_agen **here = agen_here();
    agen->outer = *here;
    *here = agen;
    if (agen->state == AGEN_NEW)
        coro_prepare(&agen->coro, agen->spec.body, agen->spec.arg, 0);
    agen->state = AGEN_RUNNING;
    agen->yielded = false;
    put_chain_on(agen);
    put_handlers_on(agen);
}

static void *agens_shut_down(void *arg);

static void agen_begin_in_loop(asyncio_agen *agen)
{
    if (agen->loop || !runtime.loop)
        return;
    agen->loop = runtime.loop;
    agen->loop->shut_down_agens = agens_shut_down;
    list_append(&agen->loop->agens, &agen->among);
}

static void agen_forget(asyncio_agen *agen)
{
    if (agen->loop)
        list_remove(&agen->among);
    agen->loop = NULL;
}

static void agen_over(asyncio_agen *agen)
{
    agen->state = AGEN_CLOSED;
    agen_forget(agen);
    coro_free(&agen->coro);
    drop_chain(agen);
    drop_handlers(agen);
    object_disown_all(&agen->owned);
    argument_free(agen->argument);
    agen->argument = NULL;
}

static void agen_leave(asyncio_agen *agen, coro_state state)
{
    take_chain_off(agen);
    take_handlers_off(agen);
    *agen_here() = agen->outer;
    if (state == CORO_SUSPENDED) {
        agen->state = AGEN_SUSPENDED;
        return;
    }
    if (state == CORO_DONE)
        agen->value = coro_result(&agen->coro);
    else
        exception_raise_no_memory();
    agen_over(agen);
}

/* There is no memory to put its frames aside: what it wanted to suspend for raises MemoryError instead. */
COLD static void agen_refuse_to_wait(asyncio_agen *agen)
{
    if (!agen->yielded) {
        task_refuse_to_wait(runtime.task);
        return;
    }
    agen->yielded = false;
    exception_raise_no_memory();
    agen->thrown = exception_take();
}

/* Who is in a call holds it: another task may drop it meanwhile. Of a task that is given up no frame does so any more.
 * */
static void agen_hold(asyncio_agen *agen)
{
    object_ref(agen);
    agen->calls++;
}

static void agen_let_go(asyncio_agen *agen)
{
    agen->calls--;
    object_unref(agen);
}

static void agens_abandon(asyncio_agen *agen)
{
    for (asyncio_agen *outer; agen; agen = outer) {
        outer = agen->outer;
        unsigned calls = agen->calls;
        agen->calls = 0;
        agen_over(agen);
        while (calls--)
            object_unref(agen);
    }
}

/* Runs the body until it yields or ends. May suspend. */
static void agen_resume(asyncio_agen *agen)
{
    agen_goes_in(agen);
    coro_state state;
    while (true) {
        state = coro_resume(&agen->coro);
        if (state == CORO_UNSAVED)
            agen_refuse_to_wait(agen);
        else if (state == CORO_SUSPENDED && !agen->yielded)
            coro_suspend(); /* what it waits for, we wait for */
        else
            break;
    }
    agen_leave(agen, state);
}

COLD static int complain_of_yield(void)
{
    exception_raise_format(ASYNCIO_RUNTIME_ERROR,
                           "asyncio_yield() outside a generator: asyncio_agen_new() makes one of a function");
    return -1;
}

int asyncio_yield(void *value)
{
    asyncio_agen *agen = *agen_here();
    if (asyncio_failed() || !may_suspend("asyncio_yield"))
        return -1;
    if (!agen)
        return complain_of_yield();
    agen->value = value;
    agen->yielded = true;
    coro_suspend();
    agen = *(asyncio_agen *volatile *)agen_here(); /* read again: nothing is to be put away across the suspension */
    if (!agen->thrown)
        return 0;
    exception_throw(agen->thrown);
    agen->thrown = NULL;
    return -1;
}

void *asyncio_sent(void)
{
    const asyncio_agen *agen = *agen_here();
    return agen ? agen->value : NULL;
}

/* ---- asynchronous generators ---- */

COLD static bool complain_of_running(const char *call)
{
    exception_raise_format(ASYNCIO_RUNTIME_ERROR, "%s(): asynchronous generator is already running",
                           strrchr(call, '_') + 1);
    return false;
}

static bool agen_check(asyncio_agen *agen, const char *call)
{
    if (asyncio_failed() || !object_check(agen, OBJECT_AGEN, call) || !task_running(call))
        return false;
    return agen->state != AGEN_RUNNING || complain_of_running(call);
}

/* An end of iteration that the body raises itself would look like its own end. */
COLD static void refuse_pending(const asyncio_exception_type *type, const char *text)
{
    if (asyncio_isinstance(asyncio_pending(), type))
        exception_restore(exception_from_stop_iteration(exception_take(), text));
}

COLD static void agen_check_end(void)
{
    refuse_pending(ASYNCIO_STOP_ASYNC_ITERATION, "async generator raised StopAsyncIteration");
    refuse_pending(ASYNCIO_STOP_ITERATION, "async generator raised StopIteration");
}

COLD static void trace_agen(const asyncio_agen *agen, const char *event, const asyncio_site *site)
{
    if (*event == 'e')
        TRACE("enter", ID("task", task_id(runtime.task)), ID("coro", agen->object.id), TEXT("name", agen->spec.coro),
              SITE(site));
    else
        TRACE("leave", ID("task", task_id(runtime.task)), ID("coro", agen->object.id));
}

static void agen_advance(asyncio_agen *agen, const asyncio_site *site)
{
    agen_begin_in_loop(agen);
    if (trace_on)
        trace_agen(agen, "enter", site);
    agen_resume(agen);
    if (trace_on)
        trace_agen(agen, "leave", NULL);
    if (agen->state == AGEN_CLOSED && asyncio_failed())
        agen_check_end();
}

static bool agen_next(asyncio_agen *agen, const asyncio_site *site)
{
    if (!agen_check(agen, "asyncio_anext") || agen->state == AGEN_CLOSED)
        return false;
    agen->value = NULL;
    agen_hold(agen);
    agen_advance(agen, site);
    runtime.next_value = agen->value;
    bool goes_on = agen->state == AGEN_SUSPENDED;
    agen_let_go(agen);
    return goes_on;
}

/* Advances it; the value that it has yielded; or NULL with StopAsyncIteration, or what it raised. */
static void *agen_step(asyncio_agen *agen, const asyncio_site *site)
{
    agen_hold(agen);
    if (agen->state != AGEN_CLOSED)
        agen_advance(agen, site);
    void *value = agen->state == AGEN_SUSPENDED ? agen->value : NULL;
    if (agen->state != AGEN_SUSPENDED && !asyncio_failed())
        exception_raise_text(ASYNCIO_STOP_ASYNC_ITERATION, "");
    agen_let_go(agen);
    return value;
}

void *asyncio__agen_send(asyncio_agen *agen, void *value, const asyncio_site *site)
{
    if (!agen_check(agen, "asyncio_anext"))
        return NULL;
    if (agen->state == AGEN_NEW && value)
        return exception_raise_format(ASYNCIO_TYPE_ERROR,
                                      "can't send non-None value to a just-started async generator");
    agen->value = value;
    return agen_step(agen, site);
}

void *asyncio__agen_throw(asyncio_agen *agen, asyncio_exception *e, const asyncio_site *site)
{
    if (!agen_check(agen, "asyncio_agen_athrow") || !object_check(e, OBJECT_EXCEPTION, "asyncio_agen_athrow"))
        return NULL;
    if (agen->state == AGEN_NEW) {
        agen_over(agen);
        exception_raise(e);
        return NULL;
    }
    if (agen->state == AGEN_CLOSED) /* awaiting this is None in Python, no error */
        return NULL;
    if (agen->refused_to_close) {
        exception_raise_text(ASYNCIO_STOP_ASYNC_ITERATION, "");
        return NULL;
    }
    agen->thrown = object_ref(e);
    return agen_step(agen, site);
}

COLD static int agen_close_outcome(asyncio_agen *agen)
{
    if (agen->state == AGEN_SUSPENDED) {
        agen->refused_to_close = true;
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "async generator ignored GeneratorExit");
        return -1;
    }
    if (asyncio_isinstance(asyncio_pending(), ASYNCIO_GENERATOR_EXIT))
        object_unref(exception_take());
    return asyncio_failed() ? -1 : 0;
}

/* Takes over the reference. */
static int agen_close_with(asyncio_agen *agen, asyncio_exception *thrown, const asyncio_site *site)
{
    agen->thrown = thrown;
    agen_hold(agen);
    agen_advance(agen, site);
    int status = agen_close_outcome(agen);
    agen_let_go(agen);
    return status;
}

int asyncio__agen_close(asyncio_agen *agen, const asyncio_site *site)
{
    if (!agen_check(agen, "asyncio_agen_aclose"))
        return -1;
    if (agen->state == AGEN_NEW)
        agen_over(agen);
    if (agen->state == AGEN_CLOSED)
        return 0;
    if (agen->refused_to_close) {
        exception_raise_text(ASYNCIO_STOP_ASYNC_ITERATION, "");
        return -1;
    }
    return agen_close_with(agen, exception_new(ASYNCIO_GENERATOR_EXIT, ""), site);
}

/* ---- coroutine objects, driven by hand ---- */

static asyncio_agen *driver_of(asyncio_coroutine *coro)
{
    if (!coro->driver && coroutine_use(coro)) {
        coro->driver = agen_make(&coro->spec, NULL);
        if (coro->driver) {
            coro->driver->innermost = coro; /* it is what its frames belong to */
            coro->awaiter = NULL;
        }
    }
    return coro->driver;
}

static void *drive(asyncio_coroutine *coro, void *value, asyncio_exception *thrown)
{
    asyncio_agen *driver = coro->driver;
    if (driver->state == AGEN_RUNNING)
        return exception_raise_format(ASYNCIO_VALUE_ERROR, "coroutine already executing");
    driver->value = value;
    driver->thrown = thrown ? object_ref(thrown) : NULL;
    object_ref(coro);
    agen_hold(driver);
    agen_resume(driver);
    if (driver->state == AGEN_CLOSED)
        refuse_pending(ASYNCIO_STOP_ITERATION, "coroutine raised StopIteration");
    void *result = asyncio_failed() ? NULL : driver->value;
    agen_let_go(driver);
    object_unref(coro);
    return result;
}

void *asyncio_coro_send(asyncio_coroutine *coro, void *value)
{
    if (asyncio_failed() || !object_check(coro, OBJECT_COROUTINE, "asyncio_coro_send"))
        return NULL;
    if (value && asyncio_coro_get_state(coro) == ASYNCIO_CORO_CREATED) /* it stays one that was never awaited */
        return exception_raise_format(ASYNCIO_TYPE_ERROR, "can't send non-None value to a just-started coroutine");
    if (!driver_of(coro))
        return NULL;
    if (coro->driver->state == AGEN_CLOSED)
        return complain_of_reuse(coro), NULL;
    return drive(coro, value, NULL);
}

void *asyncio_coro_throw(asyncio_coroutine *coro, asyncio_exception *e)
{
    if (asyncio_failed() || !object_check(coro, OBJECT_COROUTINE, "asyncio_coro_throw") ||
        !object_check(e, OBJECT_EXCEPTION, "asyncio_coro_throw") || !driver_of(coro))
        return NULL;
    if (coro->driver->state == AGEN_CLOSED)
        return complain_of_reuse(coro), NULL;
    if (coro->driver->state != AGEN_NEW)
        return drive(coro, NULL, e);
    agen_over(coro->driver);
    coroutine_over(coro);
    exception_raise(e);
    return NULL;
}

void asyncio_coro_close(asyncio_coroutine *coro)
{
    if (!object_check(coro, OBJECT_COROUTINE, "asyncio_coro_close"))
        return;
    coroutine_discard(coro);
    if (!coro->driver || coro->driver->state == AGEN_NEW || coro->driver->state == AGEN_CLOSED || asyncio_failed())
        return;
    asyncio_exception *e = exception_new(ASYNCIO_GENERATOR_EXIT, "");
    object_ref(coro);
    drive(coro, NULL, e);
    object_unref(e);
    if (coro->driver->state == AGEN_SUSPENDED)
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "coroutine ignored GeneratorExit");
    else if (asyncio_isinstance(asyncio_pending(), ASYNCIO_GENERATOR_EXIT))
        object_unref(exception_take());
    object_unref(coro);
}

static asyncio_coro_state agen_driver_state(const asyncio_agen *driver)
{
    static const asyncio_coro_state states[] = {ASYNCIO_CORO_CREATED, ASYNCIO_CORO_SUSPENDED, ASYNCIO_CORO_RUNNING,
                                                ASYNCIO_CORO_CLOSED};
    return states[driver->state];
}

/* ---- the end ---- */

/* A task's body: closes a generator. If it is cancelled before its first step, that is what the generator is left with:
 * unless it runs, or has come to its end meanwhile. */
static void *close_one(void *arg)
{
    asyncio_agen *agen = arg;
    asyncio_future *closing = &runtime.task->future;
    if (!(closing->object.flags & FUTURE_MUST_CANCEL)) {
        asyncio__agen_close(agen, NULL);
        return NULL;
    }
    closing->object.flags &= ~FUTURE_MUST_CANCEL;
    asyncio_exception *e = task_cancelled_error(runtime.task);
    if (agen->state == AGEN_SUSPENDED && !agen->refused_to_close)
        agen_close_with(agen, e, NULL);
    else
        exception_restore(e);
    return NULL;
}

/* A task, owned by whatever runs, that closes it and keeps it until then. NULL with MemoryError. */
static asyncio_task *begin_closing(asyncio_agen *agen)
{
    asyncio_object *held = object_claim(guard_new(object_ref(agen)));
    if (!held) {
        object_unref(agen);
        return NULL;
    }
    agen->refused_to_close = false; /* this is not the program's aclose */
    const asyncio__spec *spec = &agen->spec;
    asyncio_task *task = asyncio__new_task(close_one, spec->coro, spec->site, agen, 0, NULL, NULL, false);
    if (!task || future_done(&task->future)) {
        object_unref(held);
        return task;
    }
    task->starts_cancelled = true;
    list_append(&task->owned, &held->owned);
    return task;
}

static size_t count_agens(const asyncio_loop *loop)
{
    size_t count = 0;
    LIST_EACH (&loop->agens, link)
        count++;
    return count;
}

/* `count`: in, how many there are; out, how many are being closed. */
static asyncio_future *begin_closing_all(asyncio_loop *loop, size_t *count)
{
    asyncio_object **tasks = malloc(*count * sizeof *tasks);
    if (!tasks) {
        exception_raise_no_memory();
        return NULL;
    }
    size_t begun = 0;
    while (begun < *count && !list_empty(&loop->agens) && !asyncio_failed()) { /* a task factory may close some */
        asyncio_agen *agen = CONTAINER(list_first(&loop->agens), asyncio_agen, among);
        agen_forget(agen);
        asyncio_task *task = begin_closing(agen);
        if (task)
            tasks[begun++] = &task->future.object;
    }
    *count = begun;
    asyncio_future *all = asyncio_failed() ? NULL : asyncio__gather(begun, tasks, true, NULL);
    while (begun)
        object_disown(tasks[--begun]);
    free(tasks);
    return all;
}

/* They are told when all have ended, in the order in which the generators were begun. */
static void tell_of_failures(asyncio_loop *loop, const asyncio_outcome *outcomes, size_t count)
{
    for (size_t i = 0; outcomes && i < count; i++)
        if (outcomes[i].exception)
            asyncio_loop_call_exception_handler(
                loop, &(asyncio_error_context){.message = "an error occurred during closing of asynchronous generator",
                                               .exception = outcomes[i].exception});
}

static void *agens_shut_down(void *arg)
{
    asyncio_loop *loop = arg;
    size_t count = count_agens(loop);
    asyncio_future *all = count ? begin_closing_all(loop, &count) : NULL;
    if (!all)
        return NULL;
    asyncio_outcome *outcomes = asyncio__await_future(&all->object, NULL);
    tell_of_failures(loop, outcomes, count);
    object_disown(all);
    return NULL;
}

int asyncio_loop_shutdown_asyncgens(asyncio_loop *loop)
{
    if (asyncio_failed() || !loop_check(loop, "asyncio_loop_shutdown_asyncgens") ||
        !task_running("asyncio_loop_shutdown_asyncgens"))
        return -1;
    agens_shut_down(loop);
    return asyncio_failed() ? -1 : 0;
}

static void agens_abandon_all(asyncio_loop *loop)
{
    list *link;
    while ((link = list_first(&loop->agens)))
        agen_forget(CONTAINER(link, asyncio_agen, among));
}

/* Nobody can ask one that has no handle left for its next value. If it stands in the middle, and its loop runs, a
 * callback makes a task that closes it; the callback has what is left of it. */
static void close_abandoned(ready *ready)
{
    asyncio_agen *agen = CONTAINER(ready, asyncio_agen, closing);
    TRACE("call", ID("handle", agen->object.id), TEXT("name", agen->spec.coro));
    asyncio_task *task = begin_closing(agen);
    if (task)
        object_disown(task);
    else
        object_unref(exception_take());
    TRACE("called", ID("handle", agen->object.id));
    object_unref(agen);
}

static void discard_abandoned(ready *ready)
{
    object_unref(CONTAINER(ready, asyncio_agen, closing));
}

static const ready_kind abandoned_ready = {.run = close_abandoned, .discard = discard_abandoned};

static bool agen_close_later(asyncio_agen *agen)
{
    if (agen->state != AGEN_SUSPENDED || !agen->loop || !agen->loop->running || agen->closing.kind)
        return false;
    agen->object.refs = 1;
    agen->closing.kind = &abandoned_ready;
    loop_push(agen->loop, &agen->closing);
    TRACE("soon", ID("handle", agen->object.id), TEXT("name", agen->spec.coro), ID("by", task_id(runtime.task)),
          SITE(agen->spec.site));
    return true;
}

static size_t agen_finalize(asyncio_agen *agen)
{
    if (agen->close_later(agen))
        return 0;
    agen_over(agen);
    object_unref(agen->thrown);
    return sizeof *agen;
}

/* As contextlib.aclosing. */
static bool agen_enter(asyncio_agen *agen, const asyncio_site *site)
{
    (void)agen, (void)site;
    return true;
}

static void agen_exit(asyncio_agen *agen)
{
    asyncio_object *held = asyncio__finally_enter();
    asyncio__agen_close(agen, NULL);
    asyncio__finally_exit(held);
}
