/* What a task is doing, in words: for the deadlock report, the stack of a task, and the graphs of who awaits whom. */
#ifndef INSPECT_H
#define INSPECT_H

#include "include/asyncio.h"
#include "base/text.h"

/* "running", "ready", "waiting", "new" (it has not begun) or "done". */
static const char *inspect_state(const asyncio_task *task);

/* The frames of a task, innermost first, as far as they are known: `here` is where the running task is. Writes up to
 * `max`, returns how many there are. In one that is known by its function's name alone, `file` is NULL. */
static size_t inspect_frames(const asyncio_task *task, const asyncio_site *here, asyncio_site *frames, size_t max);

/* Those who wait for a future, task, task group, ...; as future_awaiters. */
static size_t inspect_awaiters(const asyncio_object *object, asyncio_object **awaiters, size_t max);

/* The task that holds what a task waits for; NULL: none, or not known. */
static asyncio_task *inspect_holder(const asyncio_task *waiting);

static const char *inspect_kind(const asyncio_object *object);               /* "task", "gather", "lock", ... */
static void inspect_name(text_buffer *text, const asyncio_object *object);   /* "task fetch", "gather #7" */
static void inspect_awaited(text_buffer *text, const asyncio_task *waiting); /* likewise, and who holds it */

/* Prints a text and frees it; NULL is ignored. stream NULL: stdout. */
static void inspect_print(FILE *stream, char *text);

#endif
