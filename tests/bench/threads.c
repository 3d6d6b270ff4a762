/* A function that does nothing, called on a thread and awaited, one after the other. */
#include "rounds.h"

static void *nothing(void *arg)
{
    return arg;
}

static void *calling_in_threads(void *arg)
{
    round_ *round = arg;
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++) {
        asyncio_coroutine *call = asyncio_to_thread(nothing, (void *)i);
        asyncio_await(call);
        asyncio_drop(call);
    }
    round->value = per_operation(start, round->count);
    return NULL;
}

PLAY({.name = "to_thread", .body = calling_in_threads})
