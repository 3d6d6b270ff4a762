/* What is running now on this thread. */
#ifndef RUNTIME_H
#define RUNTIME_H

#include "base/list.h"
#include "base/object.h"

/* The pending exception, those that were taken (see asyncio_except), and what is being handled. */
typedef struct exception_state {
    asyncio_exception *pending;
    struct taken *taken;
    struct handler *handlers;
} exception_state;

/* On whose behalf the loop is acting: what the trace names as the reason when a task becomes ready. */
typedef struct cause {
    const char *kind; /* "task", "timer", "callback", "promise", "thread", "loop" */
    uint32_t id;
} cause;

typedef struct runtime_state {
    asyncio_loop *loop;       /* the running loop */
    asyncio_task *task;       /* the running task */
    exception_state errors;   /* outside any task */
    asyncio_context *context; /* outside any task: the one of the callback that runs, or the thread's; NULL: empty */
    asyncio_agen *agen;       /* outside any task: the coroutine that is driven by hand, or NULL */
    asyncio_coroutine *innermost; /* and the coroutine object that it is in */
    void *next_value;             /* what the last step of an asyncio_for has brought */
    list owned;                   /* what was made outside any loop */
    const char *
        /* the program's function that runs in the midst of something: "a task factory", ...; or NULL */
        must_not_suspend;
    cause cause;
    uint32_t ids;    /* objects made so far */
    unsigned ending; /* how many objects are coming to their end, one because of the other: see object_end */
    list to_end;     /* and what waits for that, by its place in its owner's list */
} runtime_state;

static _Thread_local runtime_state runtime;

/* Before a function of the program's is called in the midst of something, where it must not suspend (and cannot, in
 * WebAssembly: who calls it cannot be unwound). Returns what runtime.must_not_suspend is to be afterwards. */
static inline const char *without_suspending(const char *who)
{
    const char *before = runtime.must_not_suspend;
    runtime.must_not_suspend = who;
    return before;
}

#endif
