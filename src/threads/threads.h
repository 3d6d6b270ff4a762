/* Functions on other threads, and what comes from there to the loop.
 *
 * A *work* is a function that was handed to an executor: the future that run_in_executor returned, what there is to
 * call, and how it ended. Executors (executors.c) say how many works may be on threads at a time; the backends behind
 * the host's door (threads_native.c, threads_js.c) know what a thread is. Futures, timers and the trace are touched in
 * the loop's thread alone: what a thread has to say arrives there as one of the calls below.
 *
 *   queued ── a thread is free ─► running ── its function returns ─► ended
 *                                  │   ▲
 *                                  ▼   │
 *                                 resting: it sleeps, or waits for a coroutine of the loop's   (virtual clock only)
 *
 * Under the virtual clock threads take turns, so that the same program does the same every time. A work that may run
 * does so when the loop has nothing ready: one at a time, until it ends or rests, and the clock stands still for that
 * long. When all works rest, and the loop has nothing to do, the clock jumps. */
#ifndef THREADS_H
#define THREADS_H

#include "core/futures.h"
#include "core/loop.h"
#include "host/threads_used.h"
#include "threads/parcel.h"

typedef struct work {
    asyncio_future future;
    list among_all;             /* in loop->works, until it has ended */
    list link;                  /* in its executor's queue, or among those whose turn comes */
    asyncio_executor *executor; /* with a reference */
    enum { WORK_QUEUED, WORK_RUNNING, WORK_RESTING, WORK_ENDED } state;
    bool left;     /* its place in the executor is free for the next one */
    bool in_turns; /* on the virtual clock */
    asyncio_body *body;
    const char *name; /* the body's */
    void *arg;
    struct argument *argument; /* the copy that arg points to, or NULL */
    struct argument
        *context;  /* what context_pack has made of the one that it is to run in, or NULL: the thread's own */
    parcel parcel; /* how it ended */
    timer rest;    /* virtual clock: until when it rests */
    uint32_t rest_id;
    struct request *waits_for; /* virtual clock: the request for whose answer it rests, or NULL */
    double time;               /* virtual clock: of its thread, which may be behind the loop's; -1 on the real one */
    void *host;                /* the backend's: NULL before it is on a thread */
    void *room;                /* likewise, from malloc: what it will need there */
} work;

/* What a thread that had a coroutine run by the loop looks at: see asyncio_run_coroutine_threadsafe. */
typedef struct ticket {
    unsigned refs;
    bool done;
    asyncio_loop *loop; /* in WebAssembly only a number, where the loop is another instance's */
    parcel parcel;
    struct request *request; /* its other half; the loop's */
} ticket;

/* The loop's half: the coroutine's task, and whom to tell how it ended. */
typedef struct request {
    asyncio_object object;
    list place; /* in loop->requests, until it is answered */
    asyncio_loop *loop;
    asyncio__spec spec;
    struct argument *argument;
    asyncio_task *task; /* with a reference */
    void *ticket;       /* as the backend knows it */
    parcel parcel;
    bool cancelled, answered;
    work *waits; /* virtual clock: the work that rests until it is answered, or NULL */
} request;

/* ---- from the backends, in the loop's thread ---- */

static void work_runs(work *work);  /* its function begins or goes on: for the trace */
static void work_ended(work *work); /* its parcel says how */

/* The same for the runtime: puts it on a thread (with the lock held), lets go of it. */
static void work_start(work *work);
static void work_over(work *work);

/* Virtual clock: it rests until `when` (infinity: for ever) or, if it waits for one, until the request is answered:
 * NULL for one that has been. */
static void work_rests(work *work, double when, bool waits, request *request);

/* A callback from another thread; the argument, if not NULL, is taken over. */
static void threads_call(asyncio_loop *loop, asyncio_callback *callback, void *arg, struct argument *argument,
                         const char *name, const asyncio_site *site);

static void threads_tell_of_lost_call(asyncio_loop *loop); /* what is pending says why */

/* A coroutine that another thread wants run. The backend is told with host_answer how it ended. NULL without memory, or
 * if the loop is closed, of which the backend has been told. */
static request *threads_request(asyncio_loop *loop, const asyncio__spec *spec, struct argument *argument, void *ticket);
static void threads_cancel(request *request);
static void request_refuse(request *request); /* "Event loop is closed" */
static void work_is_answered(work *work);     /* what it waited for is there */

/* Text that a function on a thread has printed, for the trace. */
static void threads_print(const work *work, int fd, const char *text, size_t length);

/* ---- in the thread ---- */

/* Calls a work's function, in a context (packed) if there is one, and packs how it ended. `time`: what the virtual
 * clock says there. */
static void thread_call(parcel *parcel, asyncio_body *body, void *arg, const char *context, size_t context_size,
                        const char *name, double time);

/* Whatever makes the first thread necessary calls this before: from then on threads_used (threads_used.h) leads
 * here. */
static void threads_use(void);

/* ---- executors ---- */

static long executor_default_size(void);
static void executor_leave(
    work *work); /* a thread is free for the next one; with the lock held, natively in any thread */
static void executor_forget(work *work);                       /* one work less, in the loop's thread */
static bool executor_unqueue(work *work);                      /* false: it is on a thread, or over */
static void executor_wait_at_exit(asyncio_executor *executor); /* at the end of `with` */
static void executor_let_go(asyncio_loop *loop);               /* of the default one */

#endif
