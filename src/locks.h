/* asyncio.Lock, Semaphore, BoundedSemaphore and Event. */
#ifndef LOCKS_H
#define LOCKS_H

#include "object.h"

static size_t lock_finalize(asyncio_lock *lock);
static size_t semaphore_finalize(asyncio_semaphore *semaphore);
static size_t event_finalize(asyncio_event *event);

/* The task that holds it or held it last, for reports; borrowed, may be NULL or done. By its id: 0 for none. */
static uint32_t lock_holder(const asyncio_object *object);

#endif
