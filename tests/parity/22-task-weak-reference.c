/* Step 6 - Tasks: the loop keeps them alive.
 * Question: what happens to a waiting task that nobody refers to?
 * Prediction: nothing. It goes on waiting until somebody wakes or cancels it, and
 * a task that was never kept anywhere runs to its end all the same.
 *
 * Python differs here: its loop holds tasks weakly, its garbage collector may take a
 * pending one, and programs keep theirs in a set. C has no collector that could tell
 * that a task is unreachable, so the loop owns every scheduled task and no set is needed.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;
static int reports;

static void *waits_on_private_future(void *arg)
{
    asyncio_await(asyncio_loop_create_future(asyncio_get_running_loop())); /* only this frame knows it */
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        printf("lost: still here when run() cancels what is left\n");
        return asyncio_reraise();
    }
    return NULL;
}

static void *job(void *arg)
{
    long n = (long)arg;

    if (asyncio_sleep(n * U) < 0)
        return NULL;
    printf("job %ld finished\n", n);
    return NULL;
}

static int others(void)
{
    return (int)asyncio_all_tasks(NULL, 0) - 1;
}

static void handler(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    reports++;
}

static void *main_(void *arg)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), handler, NULL);

    asyncio_task *lost = asyncio_create_task(waits_on_private_future, NULL, .name = "lost");
    if (asyncio_sleep(0) < 0)
        return NULL;
    printf("other tasks before the handle is dropped: %d\n", others());
    asyncio_drop(lost); /* where Python collects: nobody refers to it now */
    printf("other tasks after the handle is dropped: %d\n", others());
    printf("reported: %d\n", reports);

    for (long n = 2; n >= 1; n--)
        asyncio_spawn(job, (void *)n); /* no handle, so nothing to keep */
    printf("other tasks: %d\n", others());
    if (asyncio_sleep(3 * U) < 0)
        return NULL;
    printf("other tasks at the end: %d\n", others());
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
