/* Step 1 - When to use AsyncIO.
 * Question: what changes when the waiting is handed to an event loop?
 * Prediction: three waits of 3, 1 and 2 units take 3 units in total, and they
 * finish in order of their delay, not in order of their start.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

struct call { /* a coroutine takes one argument: several go into a struct of its name */
    const char *name;
    long units;
};

static void *call(void *arg)
{
    struct call *args = arg;

    printf("%s: request sent (%ld)\n", args->name, args->units);
    if (asyncio_sleep(args->units * U) < 0)
        return NULL;
    printf("%s: reply received\n", args->name);
    return (void *)args->units;
}

static void *main_(void *arg)
{
    double t0 = asyncio_time_monotonic();
    void **waits = asyncio_await(asyncio_gather(asyncio_coro(call, asyncio_args(struct call, "db", 3)),
                                                asyncio_coro(call, asyncio_args(struct call, "cache", 1)),
                                                asyncio_coro(call, asyncio_args(struct call, "api", 2))));
    if (asyncio_failed())
        return NULL;
    long total = (long)waits[0] + (long)waits[1] + (long)waits[2];
    printf("sum of all waits: %ld\n", total);
    printf("elapsed units: %d\n", (int)((asyncio_time_monotonic() - t0) / U + 0.05));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
