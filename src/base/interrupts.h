/* Ctrl+C (SIGINT) as in CPython: the first one cancels the main task, the next one raises KeyboardInterrupt.
 *
 * A signal comes at any moment, in the midst of malloc perhaps, so the handler only counts and wakes the loop. What is
 * to be done about it is done at the next call of interrupts_poll: whatever may suspend makes one, asyncio_failed()
 * does, and so does the loop after each callback and before it waits. */
#ifndef INTERRUPTS_H
#define INTERRUPTS_H

#include "include/asyncio.h"
#include "base/object.h"

#include <stdatomic.h>

enum { STATUS_INTERRUPTED = 130 }; /* 128 + SIGINT, what a shell makes of Ctrl+C */

/* Takes SIGINT over for a loop that is about to run, as CPython does: only in the program's first thread, and only if
 * the program has no handler of its own. `main` is what the first one cancels; with NULL that one raises
 * KeyboardInterrupt, too. True: interrupts_end is to be called; false: others see to it. */
static bool interrupts_begin(asyncio_task *main);
static void interrupts_end(void);

/* How many there have been since interrupts_begin. */
static unsigned interrupts_count(void);

COLD static void interrupts_deliver(void);
static atomic_uint interrupts_waiting; /* those that nothing has been done about yet */

INLINED void interrupts_poll(void)
{
    if (__builtin_expect(atomic_load_explicit(&interrupts_waiting, memory_order_relaxed) != 0, 0))
        interrupts_deliver();
}

#endif
