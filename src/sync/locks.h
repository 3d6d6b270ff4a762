/* asyncio.Lock, Semaphore, BoundedSemaphore and Event. */
#ifndef LOCKS_H
#define LOCKS_H

#include "core/futures.h"
#include "base/object.h"

/* What is made of the same parts: a queue of waiters (futures, by their place), each of which is let in by setting its
 * result, and may be cancelled in that very moment. */
typedef enum waited {
    WAITED_IN_VAIN, /* CancelledError (or MemoryError, or RuntimeError) is pending */
    /* it is, and the waiter was woken in the same moment: what it was handed is to go on to the next */
    WAITED_TOO_LONG,
    WAITED_FOR_SUCCESS
} waited;

/* Waits in the queue of `object` until somebody wakes the waiter. May suspend. The running task holds the object
 * meanwhile, and until it waits again.
 *
 * The first one who has to wait binds the object to its loop, whose id is kept in *bound_to: who has to wait in another
 * loop gets RuntimeError. With NULL it is bound to none. The kind is the waiter's, as future_new_waiter has it. */
static waited wait_in(asyncio_object *object, uint32_t *bound_to, list *waiters, const future_kind *kind,
                      const asyncio_site *site);
static asyncio_future *waiter_at(list *place);
static void wake(asyncio_future *waiter);
static void wake_all(list *waiters); /* that are not done */

static size_t count_waiting(const list *waiters); /* those that are not done */

/* What every waiting call begins with. */
static bool may_wait(const void *object, object_type type, const char *call);

COLD static void trace_new(const asyncio_object *object, const char *kind, long value);
COLD static void trace_change(const char *event, const asyncio_object *object, const char *kind, long value);

#endif
