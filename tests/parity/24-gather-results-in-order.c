/* Step 7 - asyncio.gather.
 * Question: in which order do results come out of gather?
 * Prediction: in the order of the arguments, although the work ends in the order
 * of the delays. Coroutines are wrapped in tasks; tasks and futures are accepted
 * too; the same object given twice is run once; nothing given, nothing returned.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

struct fetch {
    long n;
    double units;
};

static void *fetch(void *arg)
{
    struct fetch *args = arg;

    printf("fetch %ld: start\n", args->n);
    if (asyncio_sleep(args->units * U) < 0)
        return NULL;
    printf("fetch %ld: end\n", args->n);
    return (void *)(args->n * 100);
}

static void *main_(void *arg)
{
    double t0 = asyncio_time_monotonic();
    asyncio_task *task = asyncio_create_task(fetch, asyncio_args(struct fetch, 2, 3));
    asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_future_set_result(future, "ready");
    asyncio_coroutine *once = asyncio_coro(fetch, asyncio_args(struct fetch, 4, 1.5));
    void **results = asyncio_await(asyncio_gather(asyncio_coro(fetch, asyncio_args(struct fetch, 1, 2)), task, future,
                                                  asyncio_coro(fetch, asyncio_args(struct fetch, 3, 1)), once, once));
    if (asyncio_failed())
        return NULL;
    printf("results: %ld %ld %s %ld %ld %ld\n", (long)results[0], (long)results[1], (char *)results[2],
           (long)results[3], (long)results[4], (long)results[5]);
    printf("elapsed units: %d\n", (int)((asyncio_time_monotonic() - t0) / U + 0.05));
    asyncio_await(asyncio_gather());
    if (asyncio_failed())
        return NULL;
    printf("empty gather: 0\n"); /* an array in C does not know its length; here is none */
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
