/* asyncio.timeout: a block with a deadline. */
#ifndef TIMEOUTS_H
#define TIMEOUTS_H

#include "base/object.h"

static bool timeout_enter(asyncio_timeout *timeout, const asyncio_site *site); /* false if it raised */
static void timeout_exit(asyncio_timeout *timeout); /* turns a CancelledError of its own into TimeoutError */
static size_t timeout_finalize(asyncio_timeout *timeout);

#endif
