/* Asynchronous generators, and coroutine objects that are driven by hand: bodies that hand out values on their way. */
#ifndef GENERATORS_H
#define GENERATORS_H

#include "coro/coro.h"
#include "base/object.h"

/* The generator that runs innermost in the running task, or outside any task on this thread; NULL for none. */
static asyncio_agen **agen_here(void);

static list *agen_owned(asyncio_agen *agen);

/* A coroutine object that is driven by hand has a generator of its own for that; this is where that one is. */
static asyncio_coro_state agen_driver_state(const asyncio_agen *driver);

static void agens_abandon(asyncio_agen *agen); /* that run in a task which is given up, one inside of the other */

/* The loop closes: no generator can go on any more. */
static void agens_abandon_all(asyncio_loop *loop);

#endif
