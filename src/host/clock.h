/* The loop's clock: the host's, or a virtual one above it.
 *
 * The virtual clock stands still while code runs. When the loop has nothing to do it does not sleep, it jumps to the
 * next deadline. While an operation is under way outside (a promise), time passes as it really does, or a timeout could
 * strike before a promise that was faster. Functions on threads are code: while one of them works the clock stands
 * still, and asyncio_time_sleep in it waits for this clock (threads.h). Each thread has a clock of its own, which is
 * set by the loop it works for. The environment variable ASYNCIO_CLOCK says which: "virtual" or "real". */
#ifndef CLOCK_H
#define CLOCK_H

#include "base/attributes.h"

#include <stdbool.h>

static double clock_time(void);

typedef enum clock_kind { CLOCK_UNASKED, CLOCK_REAL, CLOCK_VIRTUAL } clock_kind;
static _Thread_local clock_kind clock_kind_here;

COLD static void clock_ask(void); /* the environment */

INLINED bool clock_virtual(void)
{
    if (__builtin_expect(clock_kind_here == CLOCK_UNASKED, 0))
        clock_ask();
    return clock_kind_here == CLOCK_VIRTUAL;
}

static void clock_wait(double timeout);          /* as host_wait */
static double clock_whole_ticks(double seconds); /* what it would really wait; in seconds, infinity is infinity */

/* Chooses the clock, whatever the environment says; lets the virtual one go on, and begin again. */
static void clock_choose(bool is_virtual);
static void clock_advance(double ticks);
static void clock_restart(void);
static double clock_ticks(double seconds); /* rounded up */

/* The virtual clock alone: jumps, if nothing from outside is to be waited for. False: it has to be waited for really.
 * */
static bool clock_jump(double timeout) __attribute__((unused));

static void clock_block(double seconds);
static void clock_set(double time); /* of a thread that begins or goes on; below zero: the real one */

#endif
