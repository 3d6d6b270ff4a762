/* Step 6 - Tasks: cancellation.
 * Question: how does a task end when it is cancelled?
 * Prediction: CancelledError is raised at its await; cleanup may await; it must be
 * raised again so that the task counts as cancelled. A task cancelled before its
 * first step never runs at all.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

static void *worker(void *arg)
{
    asyncio_exception *e;

    printf("worker: connected\n");
    if (asyncio_sleep(10 * U) == 0) {
        printf("never printed\n");
    } else if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR))) {
        printf("worker: cancelled, message: %s\n", asyncio_exception_message(e));
        if (asyncio_sleep(1 * U) == 0) {
            printf("worker: disconnected\n");
            asyncio_reraise();
        }
    }
    asyncio_finally {
        printf("worker: finally\n");
    }
    return NULL;
}

static void *never_started(void *arg)
{
    printf("never printed\n");
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_task *t = asyncio_create_task(worker, NULL);
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    printf("main: cancel() -> %s\n", str(asyncio_task_cancel(t, "shutdown")));
    printf("main: right after cancel, done = %s\n", str(asyncio_task_done(t)));
    asyncio_await(t);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        printf("main: awaited a cancelled task\n");
    if (asyncio_failed())
        return NULL;
    printf("main: cancelled = %s\n", str(asyncio_task_cancelled(t)));
    asyncio_task_exception(t);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        printf("main: exception() raises CancelledError\n");
    printf("main: cancel() again -> %s\n", str(asyncio_task_cancel(t)));

    t = asyncio_create_task(never_started, NULL);
    asyncio_task_cancel(t);
    asyncio_await(asyncio_gather_return_exceptions(t));
    if (asyncio_failed())
        return NULL;
    printf("main: never started, cancelled = %s\n", str(asyncio_task_cancelled(t)));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
