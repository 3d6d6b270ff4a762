#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

static void *worker(void *arg)
{
    puts("worker: connected");
    if (asyncio_sleep(10) < 0 && asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        puts("worker: told to stop");
        if (asyncio_sleep(PARAM("cleanup", 2)) < 0)
            return NULL;
        puts("worker: disconnected");
        if (!PARAM("swallow", false))
            asyncio_reraise();
    }
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_task *task = asyncio_create_task(worker, NULL);
    if (asyncio_sleep(PARAM("patience", 1)) < 0)
        return NULL;
    asyncio_task_cancel(task);
    puts("main: cancel() has returned");
    asyncio_await(task);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        puts("main: the task was cancelled");
    puts(asyncio_task_cancelled(task) ? "cancelled: True" : "cancelled: False");
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
