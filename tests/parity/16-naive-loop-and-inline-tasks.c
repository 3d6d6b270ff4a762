/* Step 5 - Why naive async is still sequential.
 * Question: which spellings still run one after another?
 * Prediction: awaiting in a loop and awaiting a task in the same expression that
 * creates it take 3 + 1 + 2 = 6 units; creating all tasks first takes 3.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;
static const long DELAYS[] = {3, 1, 2};
enum { COUNT = sizeof DELAYS / sizeof DELAYS[0] };

struct log { /* "+3" and "-3" are kept as the numbers 3 and -3 */
    long entries[2 * COUNT];
    int length;
};

struct fetch {
    long units;
    struct log *log;
};

static void *fetch(void *arg)
{
    struct fetch *args = arg;
    struct log *log = args->log;

    log->entries[log->length++] = +args->units;
    if (asyncio_sleep(args->units * U) < 0)
        return NULL;
    log->entries[log->length++] = -args->units;
    return NULL;
}

static void *await_in_a_loop(void *log)
{
    for (int d = 0; d < COUNT && !asyncio_failed(); d++)
        asyncio_await(asyncio_coro(fetch, asyncio_args(struct fetch, DELAYS[d], log)));
    return NULL;
}

static void *task_awaited_at_once(void *log)
{
    for (int d = 0; d < COUNT && !asyncio_failed(); d++)
        asyncio_await(asyncio_create_task(fetch, asyncio_args(struct fetch, DELAYS[d], log)));
    return NULL;
}

static void *tasks_first_then_await(void *log)
{
    asyncio_task *tasks[COUNT];

    for (int d = 0; d < COUNT; d++)
        tasks[d] = asyncio_create_task(fetch, asyncio_args(struct fetch, DELAYS[d], log));
    for (int t = 0; t < COUNT; t++)
        asyncio_await(tasks[t]);
    return NULL;
}

static void *main_(void *arg)
{
    static const struct {
        const char *name;
        asyncio_body *body;
    } variants[] = {
        {"await_in_a_loop", await_in_a_loop},
        {"task_awaited_at_once", task_awaited_at_once},
        {"tasks_first_then_await", tasks_first_then_await},
    };

    for (int v = 0; v < 3; v++) {
        asyncio_body *variant = variants[v].body;
        struct log log = {.length = 0};
        double t0 = asyncio_time_monotonic();
        asyncio_await(asyncio_coro(variant, &log));
        if (asyncio_failed())
            return NULL;
        int units = (int)((asyncio_time_monotonic() - t0) / U + 0.05);
        printf("%s:", variants[v].name);
        for (int i = 0; i < log.length; i++)
            printf(" %+ld", log.entries[i]);
        printf(" (%d units)\n", units);
    }
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
