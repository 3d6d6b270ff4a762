/* asyncio.wait, as_completed and shield. */
#ifndef WAITING_H
#define WAITING_H

#include "base/object.h"

/* The tasks that wait for the next one; as future_awaiters. */
static size_t as_completed_awaiters(const asyncio_as_completed *iterator, asyncio_object **awaiters, size_t max);

static size_t as_completed_finalize(asyncio_as_completed *iterator);

#endif
