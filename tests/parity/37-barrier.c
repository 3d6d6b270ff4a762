/* Step 10 - Synchronization: Barrier (new in 3.11).
 * Question: how do tasks wait for each other?
 * Prediction: nobody passes before the third arrives, then all pass together; the
 * barrier is reusable; abort() or reset() ends the wait of all with BrokenBarrierError.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

struct worker {
    long n;
    asyncio_barrier *barrier;
};

static void *worker(void *arg)
{
    struct worker *args = arg;

    for (int phase = 1; phase <= 2; phase++) {
        if (asyncio_sleep(args->n * U) < 0)
            return NULL;
        printf("worker %ld: at the barrier, phase %d\n", args->n, phase);
        if (asyncio_barrier_wait(args->barrier) < 0)
            return NULL;
    }
    return (void *)args->n;
}

struct stuck {
    const char *name;
    asyncio_barrier *barrier;
};

static void *stuck(void *arg)
{
    struct stuck *args = arg;

    if (asyncio_barrier_wait(args->barrier) >= 0)
        printf("%s: passed\n", args->name);
    else if (asyncio_except(ASYNCIO_BROKEN_BARRIER_ERROR))
        printf("%s: BrokenBarrierError\n", args->name);
    return NULL;
}

static void *barrier_wait(void *barrier)
{
    return (void *)(long)asyncio_barrier_wait((asyncio_barrier *)barrier);
}

static int by_number(const void *a, const void *b)
{
    long left = *(const long *)a, right = *(const long *)b;

    return left < right ? -1 : left > right;
}

static void *main_(void *arg)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    asyncio_task *tasks[3], *two[2];
    for (long n = 1; n <= 3; n++)
        tasks[n - 1] = asyncio_create_task(worker, asyncio_args(struct worker, n, barrier));
    if (asyncio_sleep(2.5 * U) < 0)
        return NULL;
    printf("waiting now: %ld of %ld\n", asyncio_barrier_n_waiting(barrier), asyncio_barrier_parties(barrier));
    asyncio_await(asyncio_gather_array(tasks, 3));
    if (asyncio_failed())
        return NULL;
    printf("both phases over, waiting: %ld\n", asyncio_barrier_n_waiting(barrier));

    asyncio_coroutine *waits[3];
    for (int i = 0; i < 3; i++)
        waits[i] = asyncio_coro(barrier_wait, barrier);
    long *indices = asyncio_await(asyncio_gather_array(waits, 3));
    if (asyncio_failed())
        return NULL;
    qsort(indices, 3, sizeof indices[0], by_number);
    printf("indices handed out: %ld %ld %ld\n", indices[0], indices[1], indices[2]);

    two[0] = asyncio_create_task(stuck, asyncio_args(struct stuck, "x", barrier));
    two[1] = asyncio_create_task(stuck, asyncio_args(struct stuck, "y", barrier));
    if (asyncio_sleep(1 * U) < 0 || asyncio_barrier_reset(barrier) < 0)
        return NULL;
    asyncio_await(asyncio_gather_array(two, 2));
    if (asyncio_failed())
        return NULL;
    printf("broken after reset: %s\n", str(asyncio_barrier_broken(barrier)));

    two[0] = asyncio_create_task(stuck, asyncio_args(struct stuck, "x", barrier));
    two[1] = asyncio_create_task(stuck, asyncio_args(struct stuck, "y", barrier));
    if (asyncio_sleep(1 * U) < 0 || asyncio_barrier_abort(barrier) < 0)
        return NULL;
    asyncio_await(asyncio_gather_array(two, 2));
    if (asyncio_failed())
        return NULL;
    printf("broken after abort: %s\n", str(asyncio_barrier_broken(barrier)));
    return stuck(&(struct stuck){"z", barrier});
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
