/* The door to the outside world: the clock, sleeping, and whatever completes futures from outside.
 *
 * Behind it stand host_js.c (Node and browsers) and host_uv.c (Linux, on libuv), chosen by the build. */
#ifndef HOST_H
#define HOST_H

#include "object.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Before a loop runs: sees to the time limit of the environment, ASYNCIO_TIME_LIMIT=seconds, for programs that do not
 * come back. (In WebAssembly nothing can interrupt a program from within: whoever runs it ends its thread.) */
static void host_begin(void);

/* Seconds on a clock that never goes back. */
static double host_time(void);

/* Lets the outside run until something from there has completed a future or `timeout` seconds are over, never less, or it is woken;
 * 0: lets it run once, without waiting. Infinity: no time limit. */
static void host_wait(double timeout);

/* For a loop that another one drives, and that must not wait: lets what has happened outside complete its futures; and the
 * descriptor that becomes readable when something has, or -1: whoever drives it lets the outside run anyway. */
static void host_poll(void);
static int host_descriptor(void);

/* Whether it is time to give the outside a turn although more is ready: a page wants its frames, Node its sockets. */
static bool host_should_yield(void);

/* Whether the loop may be driven from here: in a page only the program's main() can wait for the outside. */
static bool host_can_wait(void);

/* How many operations are under way outside that will complete a future one day. */
static unsigned host_outstanding(void);

/* Whether anything outside may make something ready one day; if not, a loop with nothing to do is dead. */
static bool host_may_wake(void);

/* To end a host_wait from a signal handler or another thread: whose thread's, its own waker says. If that does not wait just
 * then, its next host_wait comes back at once. (In WebAssembly there are neither: whoever calls in has the loop called.) */
typedef struct host_waker host_waker;
static host_waker *host_own_waker(void);
static void host_wake(host_waker *waker);

static bool host_first_thread(void); /* the one that runs main(), and gets signals */

/* Blocks the thread. Natively a Ctrl+C that raises KeyboardInterrupt ends it. */
static void host_block(double seconds);

/* The trace's way out: opens it for a run (false: it cannot be), and takes text. Closing is idempotent. */
static bool host_trace_open(const char *path);
static void host_trace_write(const char *text, size_t length);
static void host_trace_close(void);

/* Lets go of a JavaScript value (see asyncio_js.h); nothing natively. */
static void host_release(uint32_t js);

/* A task that JavaScript started (task->call) has ended; what it owns is still there. */
static void host_task_ended(asyncio_task *task);

/* Ends an object of type OBJECT_JS; returns its size. */
static size_t host_finalize(asyncio_object *object);

#endif
