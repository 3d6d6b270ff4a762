/* The door to the outside world: the clock, sleeping, and whatever completes futures from outside.
 *
 * Behind it stand host_js.c (Node and browsers) and host_uv.c (Linux, on libuv), chosen by the build; and for threads
 * what stands above, in threads/. */
#ifndef HOST_H
#define HOST_H

#include "base/object.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the loops, in loop.c: how many turns the running one has run, for the time limit (0: there is none); and to let go
 * of what a thread has of the runtime's, when it ends. */
static uint64_t loop_turns(void) __attribute__((unused));
static void loop_thread_ends(void) __attribute__((unused));

/* Before a loop runs: sees to the time limit of the environment, ASYNCIO_TIME_LIMIT=seconds, for programs that do not
 * come back. (In WebAssembly nothing can interrupt a program from within: whoever runs it ends its thread.) */
static void host_begin(void);

/* Seconds on a clock that never goes back. */
static double host_time(void);

/* Lets the outside run until something from there has completed a future or `timeout` seconds are over, never less, or
 * it is woken; 0: lets it run once, without waiting. Infinity: no time limit. It may raise MemoryError. */
static void host_wait(double timeout);

/* For a loop that another one drives, and that must not wait: lets what has happened outside complete its futures; and
 * the descriptor that becomes readable when something has, or -1: whoever drives it lets the outside run anyway. */
static void host_poll(void);
static int host_descriptor(void);

/* Whether it is time to give the outside a turn although more is ready: a page wants its frames, Node its sockets. */
static bool host_should_yield(void);

/* Whether the loop may be driven from here: in a page only the program's main() can wait for the outside. */
static bool host_can_wait(void);

/* Whether the outside has been given something that it has not yet had a turn to go on with: a clock that only jumps
 * has to let it. */
static bool host_owes_turn(void);

/* How many operations are under way outside that will complete a future one day. */
static unsigned host_outstanding(void);

/* Whether anything outside may make something ready one day; if not, a loop with nothing to do is dead. */
static bool host_may_wake(void);

/* To end a host_wait from a signal handler or another thread: whose thread's, its own waker says. If that does not wait
 * just then, its next host_wait comes back at once. (In WebAssembly there are neither: whoever calls in has the loop
 * called.) */
typedef struct host_waker host_waker;
/* This thread has something of the runtime's, which goes when it ends. */
static void host_thread_known(void);

static host_waker *host_own_waker(void);
static void host_wake(host_waker *waker);

static bool host_first_thread(void); /* the one that runs main(), and gets signals */

/* Blocks the thread. Natively a Ctrl+C that raises KeyboardInterrupt ends it. */
static void host_block(double seconds);

/* The trace's way out: opens it for a run (false: it cannot be), and takes text. Closing is idempotent. */
static bool host_trace_open(const char *path);
/* Natively threads with loops of their own write to the same trace. A thread may lock it again. */
static void host_trace_lock(void);
static void host_trace_unlock(void);
static void host_trace_write(const char *text, size_t length);
static void host_trace_close(void);

/* ---- threads: see threads.h; behind these stand threads_js.c and threads_native.c ---- */

struct work;
struct ticket;
struct request;

static void host_threads_begin(void); /* a program wants them, and calls this once */
static unsigned host_processors(void);
static bool host_threads_share_memory(void);

/* What executors have in common with threads is looked at with this lock held. */
static void host_lock(void);
static void host_unlock(void);

/* Makes room for what a thread needs of a work. False for lack of memory. */
static bool host_thread_prepare(struct work *work);

/* Has a work's function called on a thread, with the lock held. Later, in the loop's thread, come work_runs (not on the
 * virtual clock) and work_ended. */
static void host_thread_start(struct work *work);
static void host_thread_wake(struct work *work);    /* virtual clock: its rest is over */
static void host_thread_over(struct work *work);    /* frees what it has in work->host */
static void host_thread_abandon(struct work *work); /* work_ended comes before this returns */

/* In a thread, on the virtual clock: rests. */
static void host_thread_sleep_until(double when);

/* A loop is made (false: MemoryError), is run by this thread, is not any more, is closed, is freed. */
static bool host_loop_open(asyncio_loop *loop);
static void host_loop_enter(asyncio_loop *loop);
static void host_loop_leave(asyncio_loop *loop);
static void host_loop_close(asyncio_loop *loop);
static void host_loop_free(asyncio_loop *loop);

/* Whether the loop is this thread's, which alone may do with it more than what follows. */
static bool host_on_thread_of(asyncio_loop *loop);

/* From any thread to the loop's: threads_call, threads_request, threads_cancel. 0, or -1 with an exception pending. */
static int host_post_call(asyncio_loop *loop, const asyncio__spec *spec, asyncio_callback *callback);
static int host_post_request(asyncio_loop *loop, const asyncio__spec *spec, struct ticket *ticket);
static void host_post_cancel(struct ticket *ticket);

/* And back: hands the request's parcel to its ticket. */
static void host_answer(struct request *request);

/* In a thread: waits until the ticket has its answer or the seconds are over; false: it has none. */
static bool host_ticket_wait(struct ticket *ticket, double timeout);
static bool host_may_block(void); /* otherwise that must not be called here */

#endif
