/* Step 8 - TaskGroup (structured concurrency).
 * Question: when does the block end, and where are the results?
 * Prediction: the block ends when every task of the group has ended; results are
 * read from the task objects in the order they were created. Tasks may add tasks.
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
    return (void *)(args->n * args->n);
}

static void *parent(void *tg)
{
    if (asyncio_sleep(1.5 * U) < 0)
        return NULL;
    printf("parent: adds a child\n");
    asyncio_task_group_create_task(tg, fetch, asyncio_args(struct fetch, 9, 2.5));
    printf("parent: end\n");
    return NULL;
}

static void *main_(void *arg)
{
    double t0 = asyncio_time_monotonic();
    asyncio_task *tasks[3];
    static const double units[] = {2, 1, 3};
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        for (int n = 1; n <= 3; n++)
            tasks[n - 1] = asyncio_task_group_create_task(tg, fetch, asyncio_args(struct fetch, n, units[n - 1]));
        asyncio_task_group_create_task(tg, parent, tg);
        printf("main: end of the block, nothing has run yet\n");
    }
    if (asyncio_failed())
        return NULL;
    printf("main: the group is through\n");
    printf("results:");
    for (int t = 0; t < 3; t++)
        printf(" %ld", (long)asyncio_task_result(tasks[t]));
    printf("\n");
    printf("elapsed units: %d\n", (int)((asyncio_time_monotonic() - t0) / U + 0.05));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
