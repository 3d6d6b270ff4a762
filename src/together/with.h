/* `async with`: entering and leaving whatever asyncio_with takes. */
#ifndef WITH_H
#define WITH_H

#include "base/object.h"

/* What JavaScript enters and leaves, too: such a program links no more than this. False if it raised. May suspend. */
static bool with_enter(asyncio_object *context, const asyncio_site *site);
static void with_exit(asyncio_object *context);

#endif
