/* The border with JavaScript, as seen from below: what the library has to say there. A door: behind it stand
 * bridge/js.c and js_tasks.c (WebAssembly) and bridge/no_js.c (Linux, where there is nobody to say it to). */
#ifndef BORDER_H
#define BORDER_H

#include "include/asyncio.h"

#include <stdint.h>

/* Lets go of a JavaScript value (see asyncio_js.h). */
static void border_release(uint32_t js);

/* A task that JavaScript started (task->call) has ended; what it owns is still there. */
static void border_task_ended(asyncio_task *task);

/* A task that has such a call still is being freed. */
static void border_task_freed(asyncio_task *task);

#endif
