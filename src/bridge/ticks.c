/* Ticks: how JavaScript drives main() and the loops. See host_js.h. */
#include "base/runtime.h"
#include "base/trace.h"
#include "core/loop.h"
#include "host/clock.h"
#include "host/host_js.h"

#include <math.h>
#include <stdio.h>

void _start(void)
    __attribute__((weak)); /* the C library's: runs the constructors, main(), and exit() with its status */

static void *root_main(void *arg)
{
    _start();
    return arg;
}

/* Runs main() until it waits. Returns after how many seconds it wants a tick: 0 at once, -1 when something happens.
 * It does not return when main() does: exit() leaves through the host. */
EXPORT(start) double js_start(void)
{
    begin_tick();
    setvbuf(stdout, NULL, _IOLBF, 0); /* a line is there when it is printed, not when a buffer is full */
    coro_prepare(&js.root, root_main, NULL, MAIN_STACK);
    return resume_root();
}

static double step_library_loop(void)
{
    double wait;
    asyncio_loop *before = runtime.loop; /* main()'s, if that is waiting */
    runtime.loop = js.library_loop;
    do
        wait = loop_step(js.library_loop);
    while ((wait == 0 || (!js.owes_turn && clock_jump(wait))) && !budget_is_spent());
    runtime.loop = before;
    trace_flush();
    if (js.owes_turn && clock_virtual())
        return 0;
    return as_answer(wait);
}

/* Turns of the loop in which main() waits, as long as it may go on waiting: its stack need not be wound up and down for
 * them. */
static void step_main_loop(void)
{
    asyncio_loop *loop = runtime.loop;
    do
        if (!loop_go_on(loop))
            return;
    while (loop->wait == 0 && !budget_is_spent());
    trace_flush();
    loop->has_gone_on = false;
    js.wait = isinf(loop->wait) ? WAIT_FOR_EVER : clock_whole_ticks(loop->wait);
}

/* Whatever main() waits for: what comes next. */
static double go_on_with_main(void)
{
    asyncio_loop *loop = runtime.loop;
    if (loop && loop->waiting && !clock_virtual()) {
        coro_call_on(&js.root, step_main_loop);
        if (!loop->has_gone_on)
            return js.wait;
    }
    return resume_root();
}

static double sooner(double a, double b)
{
    return a == WAIT_FOR_EVER ? b : b == WAIT_FOR_EVER ? a : fmin(a, b);
}

/* Goes on after a wait, or when something was made ready from outside. fresh: the outside has had its turn; otherwise
 * this is the microtask after other ticks, which share one budget. */
EXPORT(tick) double js_tick(int fresh)
{
    if (fresh)
        begin_tick();
    else if (budget_is_spent())
        return 0;
    js.owes_turn = false;
    runtime.cause = (cause){"promise", 0};
    double wait = js.library_loop ? step_library_loop() : WAIT_FOR_EVER;
    return js.root.state == CORO_SUSPENDED ? sooner(wait, go_on_with_main()) : wait;
}
