#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

static void *heartbeat(void *arg)
{
    for (int beat = 1; beat <= 3; beat++) {
        if (asyncio_sleep(1) < 0)
            return NULL;
        printf("heartbeat %d\n", beat);
    }
    return NULL;
}

static void *job(void *arg)
{
    puts("job: begins");
    if (PARAM("blocking", true))
        asyncio_time_sleep(PARAM("length", 2.5));
    else if (asyncio_sleep(PARAM("length", 2.5)) < 0)
        return NULL;
    puts("job: ends");
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_task *beats = asyncio_create_task(heartbeat, NULL);
    if (asyncio_sleep(0.5) < 0)
        return NULL;
    if (PARAM("forgotten", false))
        asyncio_create_task(job, NULL);
    else
        job(NULL);
    puts("main: has had its job done");
    if (PARAM("waits", true))
        asyncio_await(beats);
    puts("main: the end");
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
