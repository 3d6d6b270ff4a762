/* Asynchronous context managers of a program's own, for asyncio_with. */
#ifndef MANAGERS_H
#define MANAGERS_H

#include "base/object.h"

static bool manager_enter(asyncio_context_manager *manager);
static void manager_exit(asyncio_context_manager *manager);
static size_t manager_finalize(asyncio_context_manager *manager);

#endif
