/* Reports on what the tasks of a loop are doing. */
#ifndef INSPECT_H
#define INSPECT_H

#include "asyncio.h"

/* Tells on stderr which task waits for what, and who holds it. */
static void inspect_report_deadlock(asyncio_loop *loop);

#endif
