#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

static void say(void *text)
{
    puts(text);
}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_call_later(loop, PARAM("first", 2), say, "timer 1");
    asyncio_loop_call_later(loop, PARAM("second", 1), say, "timer 2");
    asyncio_loop_call_soon(loop, say, "callback");
    puts("main: all is set");
    if (asyncio_sleep(PARAM("pause", 0)) < 0)
        return NULL;
    puts("main: after the pause");
    if (asyncio_sleep(3) < 0)
        return NULL;
    puts("main: the end");
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
