/* Cross-cutting - Ctrl+C, the fine print.
 * Question: what if main swallows the cancellation, and what if the signal comes
 * while ordinary (not awaiting) code of main runs?
 * Prediction: swallowed: run() returns normally, no KeyboardInterrupt at all. In
 * plain code the signal only marks main as cancelled: the code runs on to its next
 * await and is cancelled there.
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

static void *swallows(void *arg)
{
    asyncio_loop_call_later(asyncio_get_running_loop(), 1 * U, press, NULL);
    asyncio_sleep(60);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        puts("swallows: CancelledError, not raised again");
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    return "normal result";
}

static void *busy(void *arg)
{
    puts("busy: signal arrives now");
    raise(SIGINT);
    printf("busy: plain code goes on; requests: %d\n", asyncio_task_cancelling(asyncio_current_task()));
    if (asyncio_sleep(1 * U) == 0)
        puts("never printed");
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        puts("busy: cancelled at the next await");
        return asyncio_reraise();
    }
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    signal(SIGINT, SIG_DFL);
    void *result;
    asyncio_run(swallows, NULL, .result = &result);
    printf("run() returned: %s\n", (char *)result);
    asyncio_exception *e;
    asyncio_run(busy, NULL, .exception = &e);
    if (asyncio_isinstance(e, ASYNCIO_KEYBOARD_INTERRUPT))
        puts("run() raised KeyboardInterrupt");
    struct sigaction handler;
    sigaction(SIGINT, NULL, &handler);
    printf("handler restored: %s\n", handler.sa_handler == SIG_DFL ? "True" : "False");
    return 0;
}
