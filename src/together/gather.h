/* asyncio.gather. */
#ifndef GATHER_H
#define GATHER_H

#include "base/object.h"

/* A gather of the loop's; the reference is the owner's. NULL if it raised. */
static asyncio_future *gather_new(asyncio_loop *loop, size_t count, asyncio_object *const *awaitables,
                                  bool return_exceptions, const asyncio_site *site, list *owner);

#endif
