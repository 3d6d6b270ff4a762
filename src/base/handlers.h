/* What is being handled: the `except` and `finally` blocks that are open, innermost first. */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "include/asyncio.h"
#include "base/attributes.h"

/* Each task has a stack of these, and what runs outside tasks has one. A generator's lie upon those of who asks for its
 * next value, and are taken off with it while it is suspended: at their bottom lies one that handles nothing.
 *
 * A block is exact: its guard closes it, however it is left. What asyncio_except has taken stands here, too, under the
 * name of its function (__func__, by its address), as there is nothing to tell when that has done with it: until the
 * function takes another or raises, or the block around it is closed. So a function has one at most within a block. */
typedef struct handler {
    struct handler *outer;
    asyncio_exception *exception; /* with a reference; NULL at the bottom of a generator's */
    const char *function;         /* NULL: a block */
} handler;

/* Takes over the reference. NULL for lack of memory, and the reference is still the caller's. */
COLD static handler *handler_open(handler **all, asyncio_exception *exception, const char *function);

/* With those that were opened within. Gives the reference back. One that is no longer there is left alone: NULL. */
COLD static asyncio_exception *handler_close(handler **all, handler *block);

COLD static void handlers_forget(handler **all,
                                 const char *function); /* what it has taken; NULL: what any function has */
COLD static void handlers_free(handler **all);

/* What a `raise` in this function happens in; borrowed, or NULL. NULL for the function: what blocks handle, alone. */
COLD static asyncio_exception *handlers_innermost(const handler *all, const char *function);

#endif
