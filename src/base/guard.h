/* The guard of a block that asyncio_with opened: what it holds until the block is left. It belongs
 * to the task that is in the block, so that nothing is lost when that never gets to leave it (its loop was closed). */
#ifndef GUARD_H
#define GUARD_H

#include "base/object.h"

typedef struct guard {
    asyncio_object object;
    asyncio_object *inside;
} guard;

/* Takes over a reference. NULL with MemoryError, and the reference is still the caller's. */
static asyncio_object *guard_new(asyncio_object *inside);

/* Ends the guard and gives the reference back. */
static asyncio_object *guard_open(asyncio_object *object);

#endif
