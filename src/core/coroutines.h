/* Coroutine objects: a body and its argument, to be run once, by an await or as a task. */
#ifndef COROUTINES_H
#define COROUTINES_H

#include "base/object.h"

enum { COROUTINE_OF_DEBUG = 1 }; /* object.flags: made while a loop in debug mode ran */

struct asyncio_coroutine {
    asyncio_object object;
    asyncio__spec spec;
    struct argument *argument; /* the copy that spec.arg points to, or NULL; a task takes it over */
    const asyncio_site *awaited_at;
    asyncio_coroutine *awaiter; /* the coroutine object in the same task that awaits this one, or NULL */
    asyncio_coroutine *awaits;  /* the one that this one awaits, or NULL */
    asyncio_agen *driver;       /* what it runs on if it is driven by hand, or NULL; with a reference */
    const void *gathered_by;    /* the gather that made a task of it, and that task: given twice, it is run once */
    asyncio_task *task;
    asyncio_task *runs_in; /* while it is in use: the task that awaits it or was made of it; borrowed */
    enum { COROUTINE_NEW, COROUTINE_USED, COROUTINE_CLOSED } state;
};

/* A copy of what an argument points to. NULL with MemoryError. */
static struct argument *argument_copy(const void *arg, size_t size);
static void *argument_pointer(struct argument *argument);
static size_t argument_size(const struct argument *argument) __attribute__((unused));
static void argument_free(struct argument *argument); /* NULL is ignored */

/* Has a function called with the bytes before they are freed. They then live as long as the coroutine object, not only
 * as long as its task. */
static void argument_end_with(struct argument *argument, void (*end)(void *bytes));

/* Marks it used, which it may be once; false and RuntimeError the second time. */
static bool coroutine_use(asyncio_coroutine *coro);

/* The coroutine object that the running code is in. */
static asyncio_coroutine **coroutine_innermost(void);

COLD static bool complain_of_reuse(const asyncio_coroutine *coro);

/* Throws it away if it has not started, without the warning. */
static void coroutine_discard(asyncio_coroutine *coro);

/* A task is made of it, which takes its argument over; that has ended. */
static void coroutine_becomes(asyncio_coroutine *coro, asyncio_task *task);
static void coroutine_over(asyncio_coroutine *coro);

/* Those that were awaited in what was given up, from the innermost one on: they are over. */
static void coroutines_abandon(asyncio_coroutine *c);

static void *coroutine_await(asyncio_coroutine *coro, const asyncio_site *site);

#endif
