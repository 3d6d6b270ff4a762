#include "core/coroutines.h"

#include "base/exceptions.h"
#include "core/generators.h"
#include "base/memory.h"
#include "core/tasks.h"
#include "base/trace.h"
#include "core/warnings.h"

#include <string.h>

/* ---- arguments ---- */

typedef struct argument {
    size_t size;
    void (*end)(void *bytes); /* NULL: nothing is to be done before they go */
    unsigned shares;          /* of others than the first owner */
    _Alignas(16) char bytes[];
} argument;

static argument *argument_copy(const void *arg, size_t size)
{
    argument *copy = memory_take(sizeof *copy + size);
    if (!copy) {
        exception_raise_no_memory();
        return NULL;
    }
    copy->size = size;
    memcpy(copy->bytes, arg, size);
    return copy;
}

static void *argument_pointer(argument *argument)
{
    return argument->bytes;
}

static size_t argument_size(const argument *argument)
{
    return argument->size;
}

static void argument_free(argument *argument)
{
    if (!argument)
        return;
    if (argument->shares) {
        argument->shares--;
        return;
    }
    if (argument->end)
        argument->end(argument->bytes);
    memory_give(argument, sizeof *argument + argument->size);
}

static void argument_end_with(argument *argument, void (*end)(void *bytes))
{
    argument->end = end;
}

static argument *argument_for_task(asyncio_coroutine *coro)
{
    argument *argument = coro->argument;
    if (argument && argument->end)
        argument->shares++;
    else
        coro->argument = NULL;
    return argument;
}

/* ---- coroutine objects ---- */

asyncio_coroutine *asyncio__new_coro(asyncio_body *body, const char *name, const asyncio_site *site, void *arg,
                                     size_t size)
{
    if (!body)
        return exception_raise_format(ASYNCIO_TYPE_ERROR, "asyncio_coro() needs a function, got NULL");
    argument *copy = size ? argument_copy(arg, size) : NULL;
    asyncio_coroutine *coro = !size || copy ? object_new(OBJECT_COROUTINE, sizeof *coro, object_owner()) : NULL;
    if (!coro) {
        argument_free(copy);
        return NULL;
    }
    coro->spec = (asyncio__spec){.body = body, .coro = name, .site = site, .arg = copy ? copy->bytes : arg};
    coro->argument = copy;
    coro->object.flags = runtime.loop && runtime.loop->debug ? COROUTINE_OF_DEBUG : 0;
    return coro;
}

const char *asyncio_coro_get_name(const asyncio_coroutine *coro)
{
    return object_check(coro, OBJECT_COROUTINE, "asyncio_coro_get_name") ? coro->spec.coro : "";
}

asyncio_coroutine *asyncio_coro_get_await(const asyncio_coroutine *coro)
{
    return object_check(coro, OBJECT_COROUTINE, "asyncio_coro_get_await") ? coro->awaits : NULL;
}

static void coroutine_becomes(asyncio_coroutine *coro, asyncio_task *task)
{
    task->argument = argument_for_task(coro);
    coro->runs_in = task;
    task->made_of = object_ref(coro);
}

static void coroutine_over(asyncio_coroutine *coro)
{
    coro->runs_in = NULL;
    coro->state = COROUTINE_CLOSED;
}

asyncio_coro_state asyncio_coro_get_state(const asyncio_coroutine *coro)
{
    if (!object_check(coro, OBJECT_COROUTINE, "asyncio_coro_get_state") || coro->state == COROUTINE_CLOSED)
        return ASYNCIO_CORO_CLOSED;
    if (coro->driver)
        return agen_driver_state(coro->driver);
    if (coro->state == COROUTINE_NEW || (coro->runs_in && !coro->runs_in->started))
        return ASYNCIO_CORO_CREATED;
    return coro->runs_in == runtime.task ? ASYNCIO_CORO_RUNNING : ASYNCIO_CORO_SUSPENDED;
}

const char *asyncio_coro_state_name(asyncio_coro_state state)
{
    static const char *const names[] = {"CORO_CREATED", "CORO_RUNNING", "CORO_SUSPENDED", "CORO_CLOSED"};
    return (unsigned)state < sizeof names / sizeof names[0] ? names[state] : "?";
}

COLD static bool complain_of_reuse(const asyncio_coroutine *coro)
{
    asyncio_coro_state state = asyncio_coro_get_state(coro);
    exception_raise_text(ASYNCIO_RUNTIME_ERROR, state == ASYNCIO_CORO_RUNNING || state == ASYNCIO_CORO_SUSPENDED
                                                    ? "coroutine is being awaited already"
                                                    : "cannot reuse already awaited coroutine");
    return false;
}

static bool coroutine_use(asyncio_coroutine *coro)
{
    if (!object_check(coro, OBJECT_COROUTINE, "awaiting"))
        return false;
    if (coro->state != COROUTINE_NEW)
        return complain_of_reuse(coro);
    coro->state = COROUTINE_USED;
    return true;
}

static void coroutine_discard(asyncio_coroutine *coro)
{
    if (coro->state == COROUTINE_NEW)
        coro->state = COROUTINE_CLOSED;
}

static asyncio_coroutine **coroutine_innermost(void)
{
    return runtime.task ? &runtime.task->innermost : &runtime.innermost;
}

COLD static void coroutine_enter(asyncio_coroutine *coro, const asyncio_site *site)
{
    asyncio_coroutine **innermost = coroutine_innermost();
    coro->awaited_at = site;
    coro->runs_in = runtime.task;
    coro->awaiter = *innermost;
    if (coro->awaiter)
        coro->awaiter->awaits = coro;
    *innermost = coro;
    TRACE("enter", ID("task", task_id(runtime.task)), ID("coro", coro->object.id), TEXT("name", coro->spec.coro),
          SITE(site));
}

COLD static void coroutine_leave(asyncio_coroutine *coro)
{
    if (coro->awaiter)
        coro->awaiter->awaits = NULL;
    *coroutine_innermost() = coro->awaiter;
    TRACE("leave", ID("task", task_id(runtime.task)), ID("coro", coro->object.id));
    coroutine_over(coro);
}

static void *coroutine_await(asyncio_coroutine *coro, const asyncio_site *site)
{
    if ((!runtime.agen && !task_running("asyncio_await")) || !coroutine_use(coro))
        return NULL;
    object_ref(coro);
    coroutine_enter(coro, site);
    void *result = coro->spec.body(coro->spec.arg);
    coroutine_leave(coro);
    object_unref(coro);
    asyncio_exception *e = asyncio_pending();
    if (!e)
        return result;
    exception_add_site(e, site);
    if (asyncio_isinstance(e, ASYNCIO_STOP_ITERATION))
        exception_restore(exception_from_stop_iteration(exception_take(), "coroutine raised StopIteration"));
    return NULL;
}

static void coroutines_abandon(asyncio_coroutine *c)
{
    for (asyncio_coroutine *outer; c; c = outer) {
        outer = c->awaiter;
        c->awaiter = c->awaits = NULL;
        coroutine_over(c);
        if (!c->driver || agen_driver_state(c->driver) == ASYNCIO_CORO_RUNNING)
            object_unref(c); /* who awaits or drives it held it; one that waits to be driven is the program's alone */
    }
}

COLD static void warn_of_unused(const asyncio_coroutine *coro)
{
    const asyncio_site *site = coro->spec.site;
    if (coro->object.flags & COROUTINE_OF_DEBUG)
        warn("RuntimeWarning", site,
             "coroutine '%s' was never awaited\nCoroutine created at (most recent call last)\n"
             "  File \"%s\", line %d, in %s",
             coro->spec.coro, site->file, site->line, site->function);
    else
        warn("RuntimeWarning", site, "coroutine '%s' was never awaited", coro->spec.coro);
}

static size_t coroutine_finalize(asyncio_coroutine *coro)
{
    if (coro->state == COROUTINE_NEW)
        warn_of_unused(coro);
    object_unref(coro->driver);
    argument_free(coro->argument);
    return sizeof *coro;
}
