/* C awaits a promise of JavaScript that is under way already; peers.mjs does the same without C. */
#include "rounds.h"

#include <asyncio_js.h>

ASYNCIO_JS_ASYNC(nothing, soon, (void), {})

static void *awaiting(void *arg)
{
    round_ *round = arg;
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++)
        asyncio_js_await(soon());
    round->value = per_operation(start, round->count);
    return NULL;
}

/* The same with a future in between, which could be kept, given on, or gathered. */
static void *awaiting_futures(void *arg)
{
    round_ *round = arg;
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++) {
        asyncio_future *promise = asyncio_from_promise(soon());
        asyncio_await(promise);
        asyncio_drop(promise);
    }
    round->value = per_operation(start, round->count);
    return NULL;
}

/* A hundred at a time, as a program that loads things does. */
static void *awaiting_many(void *arg)
{
    enum { MANY = 100 };
    round_ *round = arg;
    long times = (round->count + MANY - 1) / MANY;
    double start = asyncio_time_monotonic();
    for (long time = 0; time < times; time++) {
        asyncio_future *promises[MANY];
        for (int i = 0; i < MANY; i++)
            promises[i] = asyncio_from_promise(soon());
        asyncio_future *all = asyncio_gather_array(promises, MANY);
        asyncio_await(all);
        asyncio_drop(all);
        for (int i = 0; i < MANY; i++)
            asyncio_drop(promises[i]);
    }
    round->value = per_operation(start, times * MANY);
    return NULL;
}

/* Ten thousand tasks, each of which awaits a promise of its own. */
static void *await_one(void *arg)
{
    asyncio_await(asyncio_from_promise(soon()));
    return arg;
}

static void *awaiting_in_tasks(void *arg)
{
    enum { TASKS = 10000 };
    round_ *round = arg;
    long times = (round->count + TASKS - 1) / TASKS;
    static asyncio_task *tasks[TASKS];
    double start = asyncio_time_monotonic();
    for (long time = 0; time < times; time++) {
        for (int i = 0; i < TASKS; i++)
            tasks[i] = asyncio_create_task(await_one);
        for (int i = 0; i < TASKS; i++) {
            asyncio_await(tasks[i]);
            asyncio_drop(tasks[i]);
        }
    }
    round->value = per_operation(start, times * TASKS);
    return NULL;
}

PLAY({.name = "promise_roundtrip", .body = awaiting}, {.name = "promise_future", .body = awaiting_futures},
     {.name = "promises_100", .body = awaiting_many}, {.name = "promises_10000", .body = awaiting_in_tasks})
