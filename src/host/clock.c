#include "host/clock.h"

#include "host/host.h"
#include "base/runtime.h"
#include "base/seeds.h"
#include "host/threads_used.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Both clocks tick in milliseconds, as epoll does: whoever wakes within the same tick wakes in the same turn. */
static const double TICK = 0.001;

static _Thread_local double ticks_now; /* of the virtual clock: whole numbers, so that no error adds up */

COLD static void clock_ask(void)
{
    const char *wanted = getenv("ASYNCIO_CLOCK");
    clock_choose(wanted && !strcmp(wanted, "virtual"));
}

static void clock_choose(bool is_virtual)
{
    clock_kind_here = is_virtual ? CLOCK_VIRTUAL : CLOCK_REAL;
}

static void clock_advance(double ticks)
{
    ticks_now += ticks;
}

static void clock_restart(void)
{
    ticks_now = 0;
}

/* Seconds in ticks, rounded up; what is within a millionth of a tick of a whole number is that number. */
static double clock_ticks(double seconds)
{
    return ceil(seconds / TICK - 1e-6);
}

static double clock_whole_ticks(double seconds)
{
    return seconds > 0 ? clock_ticks(seconds) * TICK : 0;
}

static double clock_time(void)
{
    return clock_virtual() ? ticks_now * TICK : host_time();
}

static void clock_set(double time)
{
    clock_choose(time >= 0);
    ticks_now = round(time / TICK);
}

/* A wait is over, at the deadline or, with a seed, a little later. */
static void clock_wake_after(double ticks)
{
    clock_advance(ticks + (__builtin_expect(seeded, 0) ? seeds_lateness() : 0));
}

/* Lets real time pass for an outside that is busy: only if it used up all of the timeout does the clock move. */
static void clock_wait_outside(double ticks)
{
    double before = host_time();
    host_wait(ticks * TICK);
    if (!isinf(ticks) && host_time() - before >= ticks * TICK)
        ticks_now += ticks;
}

static bool clock_jump(double timeout)
{
    if (!clock_virtual() || threads_work() || host_outstanding() || isinf(timeout))
        return false;
    clock_wake_after(clock_ticks(timeout));
    return true;
}

static void clock_wait(double timeout)
{
    double ticks = timeout > 0 ? clock_ticks(timeout) : 0;
    if (!clock_virtual())
        host_wait(clock_whole_ticks(timeout));
    else if (host_outstanding() || threads_take_time() || isinf(ticks))
        clock_wait_outside(ticks);
    else
        clock_wake_after(ticks);
}

static void clock_block(double seconds)
{
    if (!(seconds > 0))
        return;
    if (!clock_virtual()) {
        host_block(seconds);
        return;
    }
    clock_advance(clock_ticks(seconds));
    if (thread_function() && !runtime.loop) /* time has to pass in the loop that it works for, too */
        threads_used->sleep_until(clock_time());
}
