/* The door to stack switching: a coroutine that can be resumed, and that can suspend itself.
 *
 * Behind it stand coro_asyncify.c (WebAssembly) and coro_native.c (Linux), chosen by the build. The unit that is built
 * includes the backend first, because it says what a `struct coro` is and a task embeds one.
 *
 * Resuming nests: the program's main() is a coroutine too (the host resumes it), and the tasks that its loop runs are
 * resumed from within it. Suspending always goes back to whoever resumed, and no further. */
#ifndef CORO_H
#define CORO_H

#include "include/asyncio.h"
#include "base/environment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct coro coro;
typedef void *coro_entry(void *arg);

typedef enum coro_state {
    CORO_NEW,
    CORO_SUSPENDED, /* or running */
    CORO_UNSAVED,   /* it would suspend, but there is no memory to put its frames aside: resume it before any other */
    CORO_DONE,
    CORO_NO_MEMORY /* it could not be given a stack: nothing of it has run since it was suspended, nor will */
} coro_state;

/* Makes a coroutine (zeroed memory of yours) ready for its first resume. Nothing is allocated yet.
 * stack_size 0 is the usual size. */
static void coro_prepare(coro *c, coro_entry *entry, void *arg, size_t stack_size);

/* Runs it until it suspends or ends, and answers which: CORO_SUSPENDED, CORO_UNSAVED, CORO_DONE or CORO_NO_MEMORY. */
static coro_state coro_resume(coro *c);

/* Suspends the running coroutine; returns when it is resumed. Programs call it, too, by the name that asyncio.h has. */
#define coro_suspend asyncio__suspend

/* WebAssembly alone: calls something that does not suspend as a coroutine that is suspended, and stays so: on its
 * stack, which must have a size of its own. Winding one down and up again would cost more. */
static void coro_call_on(coro *c, void (*call)(void)) __attribute__((unused));

/* The running coroutine, NULL on the thread's own stack. */
static coro *coro_running(void) __attribute__((unused));

/* What the entry returned, once it is done. */
static void *coro_result(const coro *c);

/* Frees the stack of a coroutine that will not be resumed any more. */
static void coro_free(coro *c);

/* The usual size of a stack: ASYNCIO_STACK_SIZE=bytes in the environment, or what the backend has found good. */
static inline size_t coro_usual_stack_size(size_t otherwise)
{
    enum { LEAST = 16 * 1024, UNKNOWN = 0 };
    static _Atomic size_t size = UNKNOWN; /* threads with loops of their own ask, too */
    if (size == UNKNOWN) {
        double bytes = environment_number("ASYNCIO_STACK_SIZE", 0);
        size = !(bytes > 0 && bytes < (double)(SIZE_MAX / 2)) ? otherwise : bytes < LEAST ? LEAST : (size_t)bytes;
    }
    return size;
}

/* From the user of this door: who runs, for the message when a stack overflows. Must not allocate. */
static const char *coro_running_name(void);

/* Natively, of a thread that ends: the stacks that it kept. */
static void coro_thread_ends(void) __attribute__((unused));

#endif
