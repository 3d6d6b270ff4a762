/* Step 1 - When to use AsyncIO.
 * Question: does asyncio help code that computes instead of waiting?
 * Prediction: no. Without a suspension point the jobs run one after another;
 * with sleep(0) between the chunks they take turns, but the amount of work and
 * the single thread stay the same.
 */
#include <asyncio.h>
#include <stdio.h>

static long sum_of_range(long stop)
{
    long sum = 0;

    for (long i = 0; i < stop; i++)
        sum += i;
    return sum;
}

struct greedy { /* a coroutine takes one argument: several go into a struct of its name */
    const char *name;
    long chunks;
};

static void *greedy(void *arg)
{
    struct greedy *args = arg;
    long total = 0;

    for (long i = 1; i <= args->chunks; i++) {
        total += sum_of_range(i * 1000);
        printf("greedy %s: chunk %ld\n", args->name, i);
    }
    return (void *)total;
}

struct polite {
    const char *name;
    long chunks;
};

static void *polite(void *arg)
{
    struct polite *args = arg;
    long total = 0;

    for (long i = 1; i <= args->chunks; i++) {
        total += sum_of_range(i * 1000);
        printf("polite %s: chunk %ld\n", args->name, i);
        if (asyncio_sleep(0) < 0)
            return NULL;
    }
    return (void *)total;
}

static void *main_(void *arg)
{
    printf("-- no suspension point\n");
    void **totals = asyncio_await(asyncio_gather(asyncio_coro(greedy, asyncio_args(struct greedy, "A", 3)),
                                                 asyncio_coro(greedy, asyncio_args(struct greedy, "B", 3))));
    if (asyncio_failed())
        return NULL;
    printf("totals: %ld %ld\n", (long)totals[0], (long)totals[1]);
    printf("-- sleep(0) after every chunk\n");
    totals = asyncio_await(asyncio_gather(asyncio_coro(polite, asyncio_args(struct polite, "A", 3)),
                                          asyncio_coro(polite, asyncio_args(struct polite, "B", 3))));
    if (asyncio_failed())
        return NULL;
    printf("totals: %ld %ld\n", (long)totals[0], (long)totals[1]);
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
