/* Everything between the doors, in reading order. What runs seldom is compiled for size: pages load it. */
#ifdef __clang__
#define SMALL_BEGIN _Pragma("clang attribute push(__attribute__((minsize)), apply_to = function)")
#define SMALL_END _Pragma("clang attribute pop")
#else
#define SMALL_BEGIN
#define SMALL_END
#endif

#include "heap.c"
SMALL_BEGIN
#include "exceptions.c"
#include "warnings.c"
#include "text.c"
SMALL_END
#include "clock.c"
#include "loop.c"
#include "futures.c"
SMALL_BEGIN
#include "coroutines.c"
#include "contextvars.c"
SMALL_END
#include "tasks.c"
#include "timeouts.c"
SMALL_BEGIN
#include "gather.c"
SMALL_END
#include "locks.c"
#include "conditions.c"
#include "barriers.c"
#include "queues.c"
#include "generators.c"
#include "taskgroups.c"
#include "guard.c"
#include "managers.c"
#include "iteration.c"
#include "with.c"
SMALL_BEGIN
#include "waiting.c"
#include "parcel.c"
#include "executors.c"
#include "threads.c"
#include "threadsafe.c"
#include "inspect.c"
#include "debug.c"
#include "interrupts.c"
#include "graph.c"
#include "call_graph.c"
#include "pstree.c"
#include "guest.c"
#include "runners.c"
#include "explore.c"
SMALL_END
#include "object.c"
