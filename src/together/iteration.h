/* `async for`: what asyncio_for iterates over. */
#ifndef ITERATION_H
#define ITERATION_H

#include "base/object.h"

static size_t aiter_finalize(asyncio_aiter *iterator);

#endif
