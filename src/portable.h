/* Everything between the doors, in reading order. What runs seldom is compiled for size: pages load it. */
#ifdef __clang__
#define SMALL_BEGIN _Pragma("clang attribute push(__attribute__((minsize)), apply_to = function)")
#define SMALL_END _Pragma("clang attribute pop")
#else
#define SMALL_BEGIN
#define SMALL_END
#endif

#include "base/heap.c"
#include "base/object.c"
#include "base/guard.c"
SMALL_BEGIN
#include "base/exceptions.c"
#include "base/handlers.c"
#include "base/exception_web.c"
#include "core/warnings.c"
#include "base/text.c"
SMALL_END
#include "host/clock.c"
#include "core/loop.c"
#include "core/futures.c"
SMALL_BEGIN
#include "core/coroutines.c"
#include "core/contextvars.c"
#include "core/context_map.c"
SMALL_END
#include "core/tasks.c"
#include "core/here.c"
#include "together/timeouts.c"
SMALL_BEGIN
#include "together/gather.c"
SMALL_END
#include "sync/locks.c"
#include "sync/conditions.c"
#include "sync/barriers.c"
#include "sync/queues.c"
#include "core/generators.c"
#include "together/taskgroups.c"
#include "together/managers.c"
#include "together/iteration.c"
#include "together/with.c"
SMALL_BEGIN
#include "together/waiting.c"
#include "together/forms.c"
#include "threads/parcel.c"
#include "threads/executors.c"
#include "threads/threads.c"
#include "threads/threadsafe.c"
#include "watch/inspect.c"
#include "watch/debug.c"
#include "core/interrupts.c"
#include "watch/graph.c"
#include "watch/call_graph.c"
#include "watch/pstree.c"
#include "core/guest.c"
#include "together/runners.c"
#include "watch/explore.c"
SMALL_END
