/* Cross-cutting - to_thread and run_in_executor.
 * Question: how is blocking code kept from freezing the loop?
 * Prediction: in a worker thread; the loop ticks on. A pool of one runs jobs one
 * after another, a pool of two overlaps them. An error comes back to the awaiter.
 * Cancelling the wait does not stop the thread.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U; /* main's: a thread is passed what it needs */

static const char *bool_(bool value)
{
    return value ? "True" : "False";
}

struct blocking {
    double units, unit;
};
static void *blocking(void *arg)
{
    struct blocking *a = arg;
    asyncio_time_sleep(a->units * a->unit);
    return asyncio_result_text("slept %g", a->units);
}

static void *where(void *arg)
{
    return (void *)(long)asyncio_threading_in_main_thread();
}

static void *broken(void *arg)
{
    return asyncio_raise(ASYNCIO_OS_ERROR, "device is gone");
}

static void *ticker(void *arg)
{
    for (int n = 1; n < 4; n++) {
        if (asyncio_sleep(1 * U) < 0)
            return NULL;
        printf("tick %d\n", n);
    }
    return NULL;
}

struct job {
    int size, n;
};
static void job_done(asyncio_future *future, void *arg)
{
    struct job *job = arg;
    printf("pool of %d: job %d done\n", job->size, job->n);
}

static bool finished = false;

static void on_finished(void *arg)
{
    finished = true;
}

struct slow {
    asyncio_loop *loop;
    double unit;
};
static void *slow(void *arg)
{
    struct slow *a = arg;
    asyncio_time_sleep(2 * a->unit);
    asyncio_loop_call_soon_threadsafe(a->loop, on_finished, NULL); /* finished is main's */
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    bool in_main = where(NULL), in_worker = asyncio_await(asyncio_to_thread(where, NULL));
    printf("in main thread: %s - in worker: %s\n", bool_(in_main), bool_(in_worker));

    double t0 = asyncio_time_monotonic();
    void **results = asyncio_await(
        asyncio_gather(asyncio_to_thread(blocking, asyncio_args(struct blocking, 2.5, U)), asyncio_coro(ticker, NULL)));
    if (asyncio_failed())
        return NULL;
    printf("%s - units: %d\n", (char *)results[0], (int)((asyncio_time_monotonic() - t0) / U + 0.05));

    for (int size = 1; size < 3; size++) {
        asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = size);
        asyncio_with (pool) {
            t0 = asyncio_time_monotonic();
            struct job jobs[] = {{size, 2}, {size, 1}};
            asyncio_future *futures[2];
            for (int i = 0; i < 2; i++)
                futures[i] =
                    asyncio_loop_run_in_executor(loop, pool, blocking, asyncio_args(struct blocking, jobs[i].n, U));
            for (int i = 0; i < 2; i++)
                asyncio_future_add_done_callback(futures[i], job_done, &jobs[i]);
            asyncio_await(asyncio_gather_array(futures, 2));
            asyncio_sleep(0);
            printf("pool of %d: units %d\n", size, (int)((asyncio_time_monotonic() - t0) / U + 0.05));
        }
        if (asyncio_failed())
            return NULL;
    }

    asyncio_await(asyncio_loop_run_in_executor(loop, NULL, broken, NULL));
    asyncio_exception *e = asyncio_except(ASYNCIO_OS_ERROR);
    if (e)
        printf("error from the thread: %s\n", asyncio_exception_message(e));

    asyncio_wait_for(asyncio_to_thread(slow, asyncio_args(struct slow, loop, U)), 1 * U);
    if (asyncio_except(ASYNCIO_TIMEOUT_ERROR))
        printf("gave up waiting; thread finished: %s\n", bool_(finished));
    asyncio_sleep(2 * U);
    printf("thread finished anyway: %s\n", bool_(finished));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
