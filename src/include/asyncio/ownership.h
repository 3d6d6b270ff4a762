/* 18. Ownership (the paragraph at the top says it all; these are the two calls) */
#ifndef ASYNCIO_OWNERSHIP_H
#define ASYNCIO_OWNERSHIP_H

/* Takes an object out of its task's ownership: it now lives until asyncio_drop. Returns it. On an object that is not
 * the task's own (a task from all_tasks, an exception taken by except) it adds a hold of its own. */
#define asyncio_keep(x) ((__typeof__(x))asyncio__keep(ASYNCIO__OBJECT(x)))

/* `del x`: gives up your handle now, not when the task ends. The object lives on while something else refers to it (the
 * loop keeps every scheduled task). A failed task that nobody looked at is reported when its last handle goes. NULL is
 * ignored. */
#define asyncio_drop(x) asyncio__drop(ASYNCIO__OBJECT(x))

#endif
