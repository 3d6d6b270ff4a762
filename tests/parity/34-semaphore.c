/* Step 10 - Synchronization: Semaphore.
 * Question: how are at most two jobs admitted at a time?
 * Prediction: two enter, each one that leaves lets the next in, first come first
 * served. A bounded semaphore refuses one release too many.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;
static const double WORK[] = {1, 2.5, 2, 1, 1.25};
static int inside = 0;
static int peak = 0;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

struct use {
    int n;
    asyncio_semaphore *gate;
};

static void *use(void *arg)
{
    struct use *args = arg;

    asyncio_with (args->gate) {
        inside += 1;
        peak = peak > inside ? peak : inside;
        printf("job %d: in, %d inside\n", args->n, inside);
        if (asyncio_sleep(WORK[args->n] * U) < 0)
            return NULL;
        inside -= 1;
        printf("job %d: out\n", args->n);
    }
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_semaphore *gate = asyncio_semaphore_new(2);
    double t0 = asyncio_time_monotonic();
    asyncio_coroutine *uses[5];
    for (int n = 0; n < 5; n++)
        uses[n] = asyncio_coro(use, asyncio_args(struct use, n, gate));
    asyncio_await(asyncio_gather_array(uses, 5));
    if (asyncio_failed())
        return NULL;
    printf("peak: %d elapsed units: %d\n", peak, (int)((asyncio_time_monotonic() - t0) / U + 0.05));

    printf("locked with 2 free: %s\n", str(asyncio_semaphore_locked(gate)));
    if (asyncio_semaphore_acquire(gate) < 0)
        return NULL;
    if (asyncio_semaphore_acquire(gate) < 0)
        return NULL;
    printf("locked with 0 free: %s\n", str(asyncio_semaphore_locked(gate)));
    asyncio_semaphore_release(gate);
    asyncio_semaphore_release(gate);

    asyncio_semaphore *bounded = asyncio_bounded_semaphore_new(1);
    if (asyncio_semaphore_acquire(bounded) < 0)
        return NULL;
    asyncio_semaphore_release(bounded);
    asyncio_semaphore_release(bounded);
    if (asyncio_except(ASYNCIO_VALUE_ERROR))
        printf("bounded, one release too many: ValueError\n");
    asyncio_semaphore *plain = asyncio_semaphore_new(1);
    asyncio_semaphore_release(plain);
    if (asyncio_semaphore_acquire(plain) < 0)
        return NULL;
    if (asyncio_semaphore_acquire(plain) < 0)
        return NULL;
    printf("plain, one release too many: admits one more\n");
    asyncio_semaphore_new(-1);
    if (asyncio_except(ASYNCIO_VALUE_ERROR))
        printf("negative start value: ValueError\n");
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
