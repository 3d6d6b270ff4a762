/* Cross-cutting - Ctrl+C, the second one.
 * Question: what if the user presses again while main is cleaning up?
 * Prediction: KeyboardInterrupt is raised on the spot and stops the loop; on the
 * way out run() cancels what is left, so the cleanup is interrupted by a second
 * CancelledError; the rest of the cleanup does not happen.
 */
#include <asyncio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static void press(void *arg)
{
    raise(SIGINT);
}

static void *clean_up(void)
{
    puts("main: first Ctrl+C, slow cleanup begins");
    if (asyncio_sleep(60) == 0)
        puts("never printed: cleanup complete");
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        puts("main: cleanup interrupted");
        return asyncio_reraise();
    }
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_call_later(loop, 1 * U, press, NULL);
    asyncio_loop_call_later(loop, 2 * U, press, NULL);
    puts("main: working");
    asyncio_sleep(60);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        clean_up();
        if (!asyncio_failed())
            asyncio_reraise();
    }
    asyncio_finally {
        puts("main: finally");
    }
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    signal(SIGINT, SIG_DFL);
    asyncio_exception *e;
    asyncio_run(main_, NULL, .exception = &e);
    if (asyncio_isinstance(e, ASYNCIO_KEYBOARD_INTERRUPT))
        puts("run() raised KeyboardInterrupt");
    return 0;
}
