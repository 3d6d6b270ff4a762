/* Tasks that wait for each other in many ways, for JavaScript to look at. */
#include <asyncio_js.h>

#include <string.h>

ASYNCIO_JS(asyncio_promise, ask, (const char *what), { return hooks.ask(text(what), signal); })
ASYNCIO_JS(void, tell, (const char *what), { hooks.tell(text(what)); })

static asyncio_lock *lock;

static void *holds_lock(void *arg)
{
    asyncio_with (lock)
        asyncio_await(asyncio_from_promise(ask("end")));
    return arg;
}

static void *wants_lock(void *arg)
{
    asyncio_with (lock)
        tell("inside");
    return arg;
}

static void *crashes(void *arg)
{
    asyncio_await(asyncio_from_promise(ask("crash")));
    __builtin_trap();
    return arg;
}

static void *main_(void *crash)
{
    lock = asyncio_lock_new();
    asyncio_task *holder = asyncio_create_task(holds_lock, NULL, .name = "holder");
    asyncio_task *waiter = asyncio_create_task(wants_lock, NULL, .name = "\"waiter\"");
    if (crash)
        asyncio_create_task(crashes, NULL, .name = "culprit");
    asyncio_await(asyncio_gather(holder, waiter));
    return NULL;
}

int main(int argc, char **argv)
{
    return asyncio_run(main_, argc > 1 ? argv[1] : NULL);
}
