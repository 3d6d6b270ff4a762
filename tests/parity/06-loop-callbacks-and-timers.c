/* Step 2 - Event loop.
 * Question: in which order does a loop run plain callbacks and timers?
 * Prediction: call_soon callbacks in FIFO order, timers by deadline whatever the
 * order of scheduling, cancelled handles never, stop() ends run_forever after the
 * current pass.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static asyncio_loop *loop;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

static void say(void *text)
{
    puts(text);
}

static void at_end(void *arg)
{
    say("timer 4: stop requested");
    asyncio_loop_call_soon(loop, say, "scheduled in the stopping pass: kept for the next run");
    asyncio_loop_stop(loop);
}

static void stop(void *arg) /* loop.stop as a callback: these take a void * */
{
    asyncio_loop_stop(arg);
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    loop = asyncio_new_event_loop();

    asyncio_loop_call_later(loop, 3 * U, say, "timer 3");
    asyncio_loop_call_later(loop, 1 * U, say, "timer 1");
    asyncio_loop_call_at(loop, asyncio_loop_time(loop) + 2 * U, say, "timer 2 (absolute)");
    asyncio_handle *dead_timer = asyncio_loop_call_later(loop, 1.5 * U, say, "never: cancelled timer");
    asyncio_loop_call_later(loop, 4 * U, at_end, NULL);
    asyncio_loop_call_soon(loop, say, "soon A");
    asyncio_handle *dead = asyncio_loop_call_soon(loop, say, "never: cancelled handle");
    asyncio_loop_call_soon(loop, say, "soon B");
    asyncio_handle_cancel(dead);
    asyncio_handle_cancel(dead_timer);
    printf("cancelled flags: %s %s\n", str(asyncio_handle_cancelled(dead)), str(asyncio_handle_cancelled(dead_timer)));
    printf("run_forever begins\n");
    if (asyncio_loop_run_forever(loop) < 0)
        return 1;
    printf("run_forever ended\n");
    asyncio_loop_call_soon(loop, stop, loop);
    if (asyncio_loop_run_forever(loop) < 0)
        return 1;
    printf("second run ended\n");
    asyncio_loop_close(loop);
    return 0;
}
