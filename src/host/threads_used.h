/* Functions on other threads (threads.h), as the clock and the loop see them. A door: behind it stand threads.c and
 * executors.c.
 *
 * Most of it goes through a table, so that a program without threads has none of all this linked in. */
#ifndef THREADS_USED_H
#define THREADS_USED_H

#include "include/asyncio.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct threads_in_use {
    bool (*work)(void);
    void (*wait)(asyncio_loop *loop);
    void (*wait_for_all)(asyncio_loop *loop); /* at the end of a run, if there are any: loop->works */
    void (*close)(asyncio_loop *loop);
    void (*executor_exit)(asyncio_executor *executor);
    void (*sleep_until)(double when);
} threads_in_use;

/* NULL: no. Not static, or the compiler would see through it, and link what it leads to. */
extern const threads_in_use *_Atomic asyncio__threads_used; /* threads with loops of their own look, too */
#define threads_used asyncio__threads_used

/* Virtual clock: has the works that may run do so, one after the other. True while one of them does. */
static inline bool threads_work(void)
{
    return threads_used && threads_used->work();
}

/* Virtual clock: waits while time is to stand still. */
static inline void threads_wait(asyncio_loop *loop)
{
    if (threads_used)
        threads_used->wait(loop);
}

/* Of a loop that closes: nothing comes from threads after this. */
static inline void threads_close(asyncio_loop *loop)
{
    if (threads_used)
        threads_used->close(loop);
}

/* Whether a thread runs for which time goes on: on the virtual clock, one that has not come to rest for very long. */
static bool threads_take_time(void);

static bool threads_may_wake(const asyncio_loop *loop); /* whether anything may come from one */

/* The name of the function that runs on this thread; NULL in the loop's own. */
static const char *thread_function(void);

#endif
