/* asyncio.wait, as_completed and shield. */
#ifndef WAITING_H
#define WAITING_H

#include "object.h"

static size_t as_completed_finalize(asyncio_as_completed *iterator);

#endif
