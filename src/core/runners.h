/* asyncio.Runner and asyncio.run. */
#ifndef RUNNERS_H
#define RUNNERS_H

#include "base/object.h"

static bool runner_enter(asyncio_runner *runner);
static size_t runner_finalize(asyncio_runner *runner);

#endif
