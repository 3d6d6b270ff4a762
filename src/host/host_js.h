/* The border with JavaScript: its counterpart is wasm/program.mjs.
 *
 * The program's main() runs as a coroutine of its own, the root. When its loop has to wait, the root suspends: the call
 * from JavaScript returns, with the time after which it wants to be called again. Every later call from JavaScript
 * either is a tick, which resumes the root, or completes futures and makes tasks, which the next tick will run: no task
 * ever runs inside somebody else's call.
 *
 * A program without main() (a library of coroutines that JavaScript calls) has no root: its loop is stepped by the
 * ticks themselves. */
#ifndef HOST_JS_H
#define HOST_JS_H

#include "coro/coro.h"
#include "host/host.h"

#include <math.h>

#define IMPORT(name) __attribute__((import_module("asyncio"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name("asyncio_" #name), used))

IMPORT(now) double js_now(void); /* seconds */
IMPORT(release) void js_release(uint32_t value);

enum { MAIN_STACK = 1024 * 1024 };

/* What a tick answers instead of seconds. */
static const double WAIT_FOR_EVER = -1;

static struct {
    coro root;
    double wait;                /* what the root wants when it suspends */
    double tick_began;          /* it, or the first of those in a row without the outside having had a turn */
    double checked_at;          /* when the time was last looked at, */
    unsigned turns;             /* how many turns ago, */
    unsigned turns_until_check; /* and how many there may be */
    bool owes_turn;             /* JavaScript has been told of something since the tick began */
    unsigned outstanding;       /* promises that C awaits */
    unsigned calls;             /* tasks that JavaScript awaits */
    asyncio_loop *library_loop; /* without a main() */
} js;

static void begin_tick(void);
static double resume_root(void); /* until it waits again; answers as a tick does */

/* Whether a tick has had the time that it may take when more is ready. */
COLD static bool look_at_the_time(void);
INLINED bool budget_is_spent(void)
{
    return ++js.turns >= js.turns_until_check && look_at_the_time();
}

/* Seconds, or infinity, as a tick answers them. */
static inline double as_answer(double wait)
{
    return isinf(wait) ? WAIT_FOR_EVER : wait;
}

/* As host_block, where host_may_block. A door, as that one: behind it stands threads_js.c. */
static void sleep_suspended(double seconds);

#endif
