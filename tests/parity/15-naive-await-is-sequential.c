/* Step 5 - Why naive async is still sequential.
 * Question: two coroutine objects are made first and awaited later: concurrent?
 * Prediction: no. A coroutine object does nothing until it is awaited, so the
 * second starts when the first is over: 1 + 2 = 3 units.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static void *fetch(void *arg)
{
    long units = (long)arg;

    printf("fetch %ld: start\n", units);
    if (asyncio_sleep(units * U) < 0)
        return NULL;
    printf("fetch %ld: end\n", units);
    return (void *)units; /* the number alone: "data" is put before it where it is printed */
}

static void *main_(void *arg)
{
    double t0 = asyncio_time_monotonic();
    asyncio_coroutine *a = asyncio_coro(fetch, (void *)1);
    asyncio_coroutine *b = asyncio_coro(fetch, (void *)2);
    printf("main: both objects exist, nothing has started\n");
    long first = (long)asyncio_await(a);
    if (asyncio_failed())
        return NULL;
    printf("main: first is complete\n");
    long second = (long)asyncio_await(b);
    if (asyncio_failed())
        return NULL;
    printf("main: second is complete\n");
    printf("results: data %ld | data %ld\n", first, second);
    printf("elapsed units: %d\n", (int)((asyncio_time_monotonic() - t0) / U + 0.05));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
