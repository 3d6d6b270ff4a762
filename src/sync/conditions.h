/* asyncio.Condition. */
#ifndef CONDITIONS_H
#define CONDITIONS_H

#include "base/object.h"

/* A condition with a lock of its own. What is built on it (a barrier) gives itself as `of`: it is what is said to be
 * waited for; otherwise NULL. */
static asyncio_condition *condition_new(asyncio_lock *lock, asyncio_object *of, list *owner);

/* As the public calls, for who knows that the condition is one. */
static int condition_wait(asyncio_condition *condition, const asyncio_site *site); /* may suspend */
static void condition_notify_all(asyncio_condition *condition);

#endif
