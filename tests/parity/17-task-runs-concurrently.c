/* Step 6 - Tasks (create_task).
 * Question: what does create_task change?
 * Prediction: it schedules the coroutine. Both are under way as soon as main
 * waits; total 2 units instead of 3.
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
    asyncio_task *a = asyncio_create_task(fetch, (void *)1);
    asyncio_task *b = asyncio_create_task(fetch, (void *)2);
    printf("main: tasks scheduled\n");
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
