/* What asyncio_capture_call_graph makes. */
#ifndef CALL_GRAPH_H
#define CALL_GRAPH_H

#include "base/object.h"

static size_t call_graph_finalize(asyncio_object *object);

#endif
