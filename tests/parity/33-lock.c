/* Step 10 - Synchronization: Lock.
 * Question: why lock at all when there is one thread?
 * Prediction: a read-wait-write sequence loses updates without a lock; with a lock
 * the holders come one after another in the order they asked. A cancelled waiter
 * leaves the queue; releasing a free lock is an error.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double U;
static long counter = 0;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

static void *add_unsafe(void *arg)
{
    long seen = counter;
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    counter = seen + 1;
    return NULL;
}

struct add_safe {
    long n;
    asyncio_lock *lock;
};

static void *add_safe(void *arg)
{
    struct add_safe *args = arg;

    printf("task %ld: wants the lock\n", args->n);
    asyncio_with (args->lock) {
        printf("task %ld: before %ld\n", args->n, counter);
        long seen = counter;
        if (asyncio_sleep(1 * U) < 0)
            return NULL;
        counter = seen + 1;
        printf("task %ld: after %ld\n", args->n, counter);
    }
    return NULL;
}

struct waiter { /* Python's waiter is a closure: it sees the lock and the order of main */
    const char *name;
    asyncio_lock *lock;
    char *order;
};

static void *waiter(void *arg)
{
    struct waiter *args = arg;

    asyncio_with (args->lock) {
        strcat(strcat(args->order, " "), args->name);
    }
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_coroutine *adds[4];
    for (int i = 0; i < 4; i++)
        adds[i] = asyncio_coro(add_unsafe, NULL);
    asyncio_await(asyncio_gather_array(adds, 4));
    if (asyncio_failed())
        return NULL;
    printf("without a lock: %ld\n", counter);

    counter = 0;
    asyncio_lock *lock = asyncio_lock_new();
    double t0 = asyncio_time_monotonic();
    for (int n = 0; n < 4; n++)
        adds[n] = asyncio_coro(add_safe, asyncio_args(struct add_safe, n, lock));
    asyncio_await(asyncio_gather_array(adds, 4));
    if (asyncio_failed())
        return NULL;
    printf("with a lock: %ld in %d units\n", counter, (int)((asyncio_time_monotonic() - t0) / U + 0.05));

    if (asyncio_lock_acquire(lock) < 0)
        return NULL;
    printf("locked: %s\n", str(asyncio_lock_locked(lock)));
    char order[64] = "";
    static const char *const names[] = {"a", "b", "c"};
    asyncio_task *tasks[3];
    for (int n = 0; n < 3; n++)
        tasks[n] = asyncio_create_task(waiter, asyncio_args(struct waiter, names[n], lock, order));
    if (asyncio_sleep(0) < 0)
        return NULL;
    asyncio_task_cancel(tasks[1]);
    if (asyncio_sleep(0) < 0)
        return NULL;
    asyncio_lock_release(lock);
    asyncio_await(asyncio_gather_array_return_exceptions(tasks, 3));
    if (asyncio_failed())
        return NULL;
    printf("served:%s - cancelled: %s\n", order, str(asyncio_task_cancelled(tasks[1])));
    printf("locked: %s\n", str(asyncio_lock_locked(lock)));
    asyncio_lock_release(lock);
    if (asyncio_except(ASYNCIO_RUNTIME_ERROR))
        printf("release of a free lock: RuntimeError\n");
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
