#include <asyncio.h>
#include <signal.h>
#include <stdio.h>
#include "lesson.h"

static void press(void *arg)
{
    puts("(Ctrl+C)");
    raise(SIGINT);
}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    for (int n = 1; n <= PARAM("presses", 1); n++)
        asyncio_loop_call_later(loop, PARAM("first", 1) + (n - 1) * PARAM("apart", 1), press, NULL);
    puts("main: working");
    asyncio_sleep(10);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        puts("main: cleaning up");
        if (asyncio_sleep(PARAM("cleanup", 2)) < 0)
            return NULL;
        puts("main: clean");
        if (PARAM("reraise", true))
            return asyncio_reraise();
    }
    puts("main: returns");
    return NULL;
}

int main(void)
{
    signal(SIGINT, SIG_DFL);
    asyncio_exception *e;
    asyncio_run(main_, NULL, .exception = &e);
    if (asyncio_isinstance(e, ASYNCIO_KEYBOARD_INTERRUPT))
        puts("KeyboardInterrupt");
    return 0;
}
