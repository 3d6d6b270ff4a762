#include "coroutines.h"

#include "exceptions.h"
#include "tasks.h"
#include "trace.h"

asyncio_coroutine *asyncio__coro(asyncio_body *body, const char *name, void *arg, const asyncio_site *site)
{
    if (!body)
        return asyncio_raise(ASYNCIO_TYPE_ERROR, "asyncio_coro() needs a function, got NULL");
    asyncio_coroutine *coro = object_new(OBJECT_COROUTINE, sizeof *coro, object_owner());
    if (!coro)
        return NULL;
    coro->body = body;
    coro->arg = arg;
    coro->name = name;
    coro->made_at = site;
    return coro;
}

void asyncio_coro_close(asyncio_coroutine *coro)
{
    if (object_check(coro, OBJECT_COROUTINE, "asyncio_coro_close"))
        coro->state = COROUTINE_USED;
}

COLD static bool complain_of_reuse(const asyncio_coroutine *coro)
{
    asyncio_raise(ASYNCIO_RUNTIME_ERROR, "cannot reuse already awaited coroutine '%s'", coro->name);
    return false;
}

static bool coroutine_use(asyncio_coroutine *coro)
{
    if (!object_check(coro, OBJECT_COROUTINE, "awaiting"))
        return false;
    if (coro->state == COROUTINE_USED)
        return complain_of_reuse(coro);
    coro->state = COROUTINE_USED;
    return true;
}

static void *coroutine_await(asyncio_coroutine *coro, const asyncio_site *site)
{
    asyncio_task *task = task_running("asyncio_await");
    if (!task || !coroutine_use(coro))
        return NULL;
    object_ref(coro);
    coro->awaited_at = site;
    task_enter(task, coro);
    void *result = coro->body(coro->arg);
    task_leave(task, coro);
    object_unref(coro);
    asyncio_exception *e = asyncio_pending();
    if (e)
        exception_add_site(e, site);
    return e ? NULL : result;
}

static size_t coroutine_finalize(asyncio_coroutine *coro)
{
    if (coro->state == COROUTINE_NEW) {
        fflush(stdout);
        fprintf(stderr, "%s:%d: RuntimeWarning: coroutine '%s' was never awaited\n", coro->made_at->file,
                coro->made_at->line, coro->name);
    }
    return sizeof *coro;
}
