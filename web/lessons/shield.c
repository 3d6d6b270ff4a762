#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

static void *save(void *arg)
{
    puts("save: begins");
    if (asyncio_sleep(PARAM("save", 3)) == 0)
        puts("save: complete");
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        puts("save: cut off");
        return asyncio_reraise();
    }
    return NULL;
}

static void *request(void *saving)
{
    if (PARAM("shielded", true))
        asyncio_await(asyncio_shield((asyncio_task *)saving));
    else
        asyncio_await((asyncio_task *)saving);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        puts("request: cancelled");
        return asyncio_reraise();
    }
    puts("request: answered");
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_task *saving = asyncio_create_task(save, NULL);
    asyncio_task *asking = asyncio_create_task(request, saving);
    if (asyncio_sleep(PARAM("patience", 1)) < 0)
        return NULL;
    asyncio_task_cancel(asking);
    asyncio_await(asyncio_gather_return_exceptions(asking));
    puts("main: the request is over");
    if (PARAM("waits", true))
        asyncio_await(asyncio_gather_return_exceptions(saving));
    puts("main: the end");
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
