#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

static void *greet(void *name)
{
    printf("greet: hello, %s\n", (char *)name);
    return NULL;
}

static void *main_(void *arg)
{
    puts("main: making it");
    asyncio_coroutine *greeting = asyncio_coro(greet, "reader");
    puts("main: made");
    asyncio_task *task = PARAM("task", false) ? asyncio_create_task(greeting) : NULL;
    if (asyncio_sleep(PARAM("pause", 1)) < 0)
        return NULL;
    puts("main: awaiting it");
    if (task)
        asyncio_await(task);
    else
        asyncio_await(greeting);
    puts("main: done");
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
