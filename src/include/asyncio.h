/* asyncio.h: Python's asyncio for C.
 *
 * This header is the manual, in learning order:
 *
 *   1 Running, Runner, Ctrl+C  2 Coroutines and await      3 Exceptions
 *   4 Sleeping and the clock   5 Tasks                     6 Futures
 *   7 gather                   8 TaskGroup, asyncio_with   9 Lock, Semaphore, Event
 *  10 Condition, Barrier      11 Queues                  12 Timeouts
 *  13 wait, as_completed, shield                          14 The event loop
 *  15 Context variables      16 async for, generators     17 Threads
 *  18 Ownership               19 Introspection             20 Virtual time, exploring schedules
 *
 * Names are asyncio's: `asyncio.create_task` is `asyncio_create_task`, a method `Task.cancel` is `asyncio_task_cancel`,
 * a class `TaskGroup` is `asyncio_task_group` and is made by `asyncio_task_group_new`. Python's keyword arguments are
 * written with a dot: `asyncio_create_task(f, arg, .name = "reader")`. Times are seconds, as double. Behaviour is
 * CPython's, event for event; where its versions differ, the newest one's.
 *
 * "May suspend" at a call means three things at once: other tasks may run before it returns, it may fail with
 * CancelledError, and it may only be called from within a task. A call that does not say so never switches.
 *
 * Ownership, in one paragraph. What you make (a task, future, lock, exception, ...) is yours to use until the task that
 * made it ends: then your handles go, while the loop itself keeps whatever still runs or is waited for. Nothing has to
 * be freed (but for the texts of section 18, which free() takes). A long loop that makes many things lets them go early
 * with asyncio_drop(); what must outlive its maker is held with asyncio_keep() until you drop it. What the main task
 * makes, or what is made outside any task, lives until the loop is closed, or without a loop until the program ends.
 * `void *` arguments and results are yours: the library never looks at them or frees them.
 */
#ifndef ASYNCIO_H
#define ASYNCIO_H

#ifdef __cplusplus
#error "asyncio.h is for C: C++ has coroutines of its own, and its exceptions cannot cross a suspension"
#endif

#include "asyncio/types.h"
#include "asyncio/checks.h"
#include "asyncio/running.h"
#include "asyncio/coroutines.h"
#include "asyncio/exceptions.h"
#include "asyncio/sleeping.h"
#include "asyncio/tasks.h"
#include "asyncio/futures.h"
#include "asyncio/gather.h"
#include "asyncio/taskgroups.h"
#include "asyncio/locks.h"
#include "asyncio/conditions.h"
#include "asyncio/queues.h"
#include "asyncio/timeouts.h"
#include "asyncio/waiting.h"
#include "asyncio/loop.h"
#include "asyncio/contextvars.h"
#include "asyncio/generators.h"
#include "asyncio/threads.h"
#include "asyncio/ownership.h"
#include "asyncio/introspection.h"
#include "asyncio/schedules.h"
#include "asyncio/macros.h"

#endif
