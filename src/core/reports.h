/* Whom the loop tells when a run goes wrong. A door: behind it stand watch/inspect.c and watch/explore.c. */
#ifndef REPORTS_H
#define REPORTS_H

#include "core/loop.h"

/* Nothing can go on any more: tells on stderr which task waits for what, and who holds it. */
static void report_deadlock(asyncio_loop *loop);

/* An error has come to the default exception handler: asyncio_explore counts the run as one that has failed. */
static void report_error(void);

#endif
