/* Futures: pending, then done with a result, an exception, or cancelled. A task is a future, and so is what gather
 * returns: they differ in their `kind`. */
#ifndef FUTURES_H
#define FUTURES_H

#include "base/list.h"
#include "core/loop.h"
#include "base/object.h"

/* A request to cancel on its way through futures that wait for each other: see future_cancel. */
typedef struct cancel_request {
    const char *message;
    bool arrives;    /* at a future; otherwise what it was passed on to has answered, */
    bool accepted;   /* and this is the answer */
    bool comes_back; /* to a future that is passing it on */
} cancel_request;

typedef struct future_kind {
    const char *label;                                     /* see future_label; NULL: of what it belongs to */
    bool (*cancel)(asyncio_future *, const char *message); /* NULL: cancels the future itself */
    /* Or, for one that passes the request on: to which future next; NULL: to none, and request->accepted is its own
     * answer. Then way_back is where in it the future that the request came from is kept. */
    asyncio_future *(*pass_cancel_on)(asyncio_future *, cancel_request *request);
    size_t way_back;
    void (*finalize)(asyncio_future *); /* NULL: nothing more to let go of */
    size_t size;
    bool holds_result; /* the result is an object, and goes with the future */
} future_kind;

/* A future is in one of three states, in object.flags:
 *
 *   FUTURE_PENDING ── set_result ────► FUTURE_FINISHED
 *                 ├── set_exception ─► FUTURE_FINISHED | FUTURE_FAILED
 *                 └── cancel ────────► FUTURE_CANCELLED (exception: the CancelledError that ended a task, to be raised
 *                                      for the first one who asks; later ones get a new one)
 */
enum {
    FUTURE_PENDING = 0,
    FUTURE_CANCELLED = 1,
    FUTURE_FINISHED = 2,
    FUTURE_STATE = 3,
    FUTURE_FAILED = 4,    /* of a finished one: with an exception */
    FUTURE_UNSEEN = 8,    /* which has not been looked at */
    FUTURE_FORSAKEN = 64, /* who awaited it is cancelled without it: nobody misses its exception */
    FUTURE_MARKED = 128,  /* only while a list of futures is looked through, to find doubles */
    FUTURE_MUST_CANCEL =
        16, /* of a task: CancelledError is to be raised in it; of a gather: cancelling was asked for */
    FUTURE_MUST_RAISE =
        32 /* of a task: it does not wait, or only for a turn; what is pending is raised where it would have */
};

struct asyncio_future {
    asyncio_object object;
    asyncio_loop *loop;
    const future_kind *kind;
    list callbacks; /* of struct ready, in the order in which they came */
    union {
        void *result;
        asyncio_exception *exception;
    };
    char *cancel_message;
    list place;         /* in the queue of a lock, ...; of a task: in its group */
    asyncio_object *of; /* that lock, ...; borrowed: who waits holds it (task_queue_in) */
};

static asyncio_future *future_new(asyncio_loop *loop, const future_kind *kind, size_t size, list *owner);
static void future_init(asyncio_future *future, asyncio_loop *loop, const future_kind *kind);

/* What a task that awaits it is said to wait on: "lock", "sleep", ... */
static const char *future_label(const asyncio_future *future);

static bool future_is_plain(const asyncio_future *future); /* of Loop.create_future: others complete it */

static inline bool future_done(const asyncio_future *future)
{
    return future->object.flags & FUTURE_STATE;
}
static inline bool future_cancelled(const asyncio_future *future)
{
    return (future->object.flags & FUTURE_STATE) == FUTURE_CANCELLED;
}

/* Whether looking at its result raises CancelledError: it is cancelled, or a gather that was. */
static inline bool future_raises_cancelled(const asyncio_future *future)
{
    return future_cancelled(future) ||
           (future->object.flags & FUTURE_FAILED && asyncio_isinstance(future->exception, ASYNCIO_CANCELLED_ERROR));
}

/* A future that belongs to a lock, a semaphore, ...: for the running task, whose own it is, to wait in its queue. */
static asyncio_future *future_new_waiter(asyncio_object *of, const future_kind *kind);

/* Of which kind it is: whether it stays in the queue when it is cancelled, until its task takes it out; or leaves at
 * once, as who looks for the next one to wake would otherwise pass all those that are cancelled, each time. (A lock's
 * stays, as nobody goes before it.) */
static const future_kind waiter_that_stays, waiter_that_leaves;

/* The transitions, for a future that is pending. */
static void future_finish(asyncio_future *future, void *result);
static void future_fail(asyncio_future *future, asyncio_exception *exception);       /* takes over the reference */
static void future_end_cancelled(asyncio_future *future, asyncio_exception *reason); /* as does this; may be NULL */

static bool future_cancel(asyncio_future *future, const char *message); /* whatever its kind; false if done */
static bool is_passing_cancel_on(asyncio_future *future);
static bool future_cancel_plainly(asyncio_future *future, const char *message);
static bool future_is_past_cancelling(asyncio_future *future); /* asked by who cancels it */

/* The CancelledError to raise for a future that is cancelled; the reference is the caller's. */
static asyncio_exception *future_cancelled_error(asyncio_future *future);
static void future_set_cancel_message(asyncio_future *future, const char *message);

/* The result of a done future; or NULL with its exception pending, which then came out of the await at `site`. */
static void *future_result_at(asyncio_future *future, const asyncio_site *site);

/* A done callback of the runtime's own, as function(future, held). Its argument is an object, which the callback holds
 * until it has been called or dropped. 0, or -1 with MemoryError. */
static int future_add_held_callback(asyncio_future *future, asyncio_future_callback *function, asyncio_object *held);

/* Takes back the latest done callback that is this one. It is looked for from the end: who adds it again, as asyncio's
 * shield does, passes each of the others once at most, and not all of them each time. */
static void future_remove_latest_callback(asyncio_future *future, asyncio_future_callback *function);

/* Drops the callbacks of a future that will never be done. */
static void future_drop_callbacks(asyncio_future *future);

/* A done callback of the runtime's own, as function(future, watcher). The future does not keep the watcher alive while
 * it is pending; what is queued then does. So a watcher that goes before that has to unwatch, however many others there
 * are: *watch is where its callback waits, and NULL when it waits no more. 0, or -1 with MemoryError. */
typedef struct done_callback done_callback;
COLD static int future_watch(asyncio_future *future, asyncio_future_callback *function, asyncio_object *watcher,
                             done_callback **watch);
COLD static void future_unwatch(done_callback *watch); /* may be NULL */

COLD static void trace_future(const asyncio_future *future); /* tells that it has been made */
COLD static void trace_member(const asyncio_object *group,
                              const asyncio_future *member); /* ... that it belongs to a gather, ... */

/* Who waits for the future: tasks, and what others wait through (a gather, a shield, a task group, ...). Writes up to
 * `max` of them, borrowed, in the order in which they came; returns how many there are. */
static size_t future_awaiters(const asyncio_future *future, asyncio_object **awaiters, size_t max);

/* The future that a queued callback is one of; NULL for what is none. */
static asyncio_future *future_of_callback(ready *ready);

/* Adds what is to be queued when it is done; the future does not own it, and list_remove takes its link out again. */
static void future_add_ready(asyncio_future *future, ready *ready);

/* The future or task that it is, or a new task for a coroutine; a reference for the caller. NULL if it raised. */
static asyncio_future *future_of_awaitable(asyncio_loop *loop, asyncio_object *awaitable, const asyncio_site *site);

/* Holds what was given to a call that makes tasks of several, or lets it go again: one that starts eagerly may drop
 * those that come after it. */
static void awaitables_hold(size_t count, asyncio_object *const *awaitables, bool hold);

#endif
