/* asyncio.Barrier. */
#ifndef BARRIERS_H
#define BARRIERS_H

#include "base/object.h"

static size_t barrier_finalize(asyncio_barrier *barrier);

#endif
