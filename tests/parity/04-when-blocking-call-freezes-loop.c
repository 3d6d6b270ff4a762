/* Step 1 - When to use AsyncIO (pitfall).
 * Question: what does a blocking sleep do inside a task?
 * Prediction: the loop is frozen. Both jobs run start to end without a switch,
 * the main coroutine is told about job 1 only after job 2 is through (job 2 was
 * already in the ready queue), and the heartbeat misses all its beats.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static void *job(void *arg)
{
    long units = (long)arg;

    printf("job %ld: start\n", units);
    asyncio_time_sleep(units * U); /* blocks the thread and with it the loop */
    printf("job %ld: end\n", units);
    return (void *)units;
}

static void *heartbeat(void *arg)
{
    long *beats = arg;

    while (asyncio_sleep(0.5 * U) == 0)
        ++*beats;
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        printf("heartbeat: stopped\n");
        return asyncio_reraise();
    }
    return NULL;
}

static void *main_(void *arg)
{
    long beats = 0;

    asyncio_task *hb = asyncio_create_task(heartbeat, &beats);
    double t0 = asyncio_time_monotonic();
    asyncio_task *one = asyncio_create_task(job, (void *)1);
    asyncio_task *two = asyncio_create_task(job, (void *)2);
    asyncio_await(one);
    if (asyncio_failed())
        return NULL;
    printf("main: job 1 seen\n");
    asyncio_await(two);
    if (asyncio_failed())
        return NULL;
    printf("main: job 2 seen\n");
    printf("elapsed units: %d\n", (int)((asyncio_time_monotonic() - t0) / U + 0.05));
    printf("beats while the jobs ran: %ld\n", beats);
    asyncio_task_cancel(hb);
    asyncio_await(asyncio_gather_return_exceptions(hb));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
