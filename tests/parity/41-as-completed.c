/* Cross-cutting - as_completed.
 * Question: how are results taken as they come?
 * Prediction: in order of completion; an error comes at its turn; the timeout is
 * for the whole iteration and leaves the rest running.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

struct fetch {
    long n, units;
};

static void *fetch(void *arg)
{
    struct fetch *args = arg;

    if (asyncio_sleep(args->units * U) < 0)
        return NULL;
    if (args->n == 2)
        return asyncio_raise(ASYNCIO_VALUE_ERROR, "fetch %ld failed", args->n);
    return (void *)args->n; /* printed as "fetch n" */
}

static void *main_(void *arg)
{
    static const long units[] = {4, 2, 3, 1};
    asyncio_task *tasks[4];
    asyncio_future *next;
    asyncio_exception *e;

    for (long n = 1; n <= 4; n++)
        tasks[n - 1] = asyncio_create_task(fetch, asyncio_args(struct fetch, n, units[n - 1]));
    asyncio_as_completed *ends = asyncio_as_completed(tasks, 4);
    for (int place = 1; (next = asyncio_as_completed_next(ends)); place++) {
        long n = (long)asyncio_await(next);
        if ((e = asyncio_except(ASYNCIO_VALUE_ERROR)))
            printf("place %d: ValueError(%s)\n", place, asyncio_exception_message(e));
        else if (!asyncio_failed())
            printf("place %d: fetch %ld\n", place, n);
    }
    if (asyncio_failed())
        return NULL;

    tasks[0] = asyncio_create_task(fetch, asyncio_args(struct fetch, 5, 1));
    tasks[1] = asyncio_create_task(fetch, asyncio_args(struct fetch, 6, 4));
    ends = asyncio_as_completed(tasks, 2, .timeout = 2 * U);
    while ((next = asyncio_as_completed_next(ends))) {
        long n = (long)asyncio_await(next);
        if (!asyncio_failed())
            printf("in time: fetch %ld\n", n);
    }
    if (asyncio_except(ASYNCIO_TIMEOUT_ERROR))
        printf("TimeoutError; still running: %s\n", str(!asyncio_task_done(tasks[1])));
    long n = (long)asyncio_await(tasks[1]);
    if (asyncio_failed())
        return NULL;
    printf("later: fetch %ld\n", n);
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
