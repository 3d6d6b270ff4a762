/* Cross-cutting - Ctrl+C, the first one.
 * Question: what does the first SIGINT do to a running program?
 * Prediction: it cancels the main coroutine, which can clean up (also with await);
 * then the other tasks are cancelled; at last KeyboardInterrupt leaves run().
 */
#include <asyncio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static void *worker(void *arg)
{
    asyncio_sleep(60);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        puts("worker: cancelled after main");
        return asyncio_reraise();
    }
    return NULL;
}

static void press(void *arg)
{
    raise(SIGINT);
}

static void *main_(void *arg)
{
    asyncio_task *background = asyncio_create_task(worker, NULL);
    asyncio_loop_call_later(asyncio_get_running_loop(), 1 * U, press, NULL);
    puts("main: working");
    if (asyncio_sleep(60) == 0)
        puts("never printed");
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        printf("main: CancelledError, cleaning up; worker done: %s\n",
               asyncio_task_done(background) ? "True" : "False");
        asyncio_sleep(1 * U);
        puts("main: clean, raising again");
        return asyncio_reraise();
    }
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    signal(SIGINT, SIG_DFL); /* also if started with & */
    asyncio_exception *e;
    asyncio_run(main_, NULL, .exception = &e);
    if (asyncio_isinstance(e, ASYNCIO_KEYBOARD_INTERRUPT))
        puts("run() raised KeyboardInterrupt");
    return 0;
}
