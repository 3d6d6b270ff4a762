/* C awaits a promise of JavaScript that is under way already; peers.mjs does the same without C. */
#include "rounds.h"

#include <asyncio_js.h>

ASYNCIO_JS(asyncio_promise, soon, (void), {})

static void *awaiting(void *arg)
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

PLAY({.name = "promise_roundtrip", .body = awaiting}, {.name = "promises_100", .body = awaiting_many})
