/* Debug mode: what the loop looks at only while its debug flag is set. Without it a turn costs one test of the flag
 * more. A door: behind it stands watch/debug.c. */
#ifndef DEBUG_H
#define DEBUG_H

#include "core/loop.h"
#include "base/runtime.h"

/* Whether the environment asks for debug mode. */
static bool debug_wanted(void);

/* Runs what is next in the ready queue, and tells of it if that took long. */
COLD static void debug_run(asyncio_loop *loop, ready *next);

/* Tells of tasks that wait for something which nobody else has any more: nothing can wake them. */
COLD static void debug_tell_lost_wakeups(asyncio_loop *loop);

COLD static bool debug_complain_of_thread(void);

/* Whether this is the thread that the loop runs in; otherwise raises. Asked in debug mode alone. */
static inline bool debug_check_thread(const asyncio_loop *loop)
{
    if (!loop->debug || !loop->home || loop->home == &runtime)
        return true;
    return debug_complain_of_thread();
}

/* Where a thing was made, for a report; NULL without debug mode. */
static inline const asyncio_site *debug_made_at(const asyncio_loop *loop, const asyncio_site *site)
{
    return loop->debug ? site : NULL;
}

#endif
