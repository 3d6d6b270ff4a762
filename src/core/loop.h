/* The event loop: a queue of what is ready, a heap of timers, and a step that runs one turn. */
#ifndef LOOP_H
#define LOOP_H

#include "base/heap.h"
#include "base/list.h"
#include "base/object.h"

/* Something that the loop is to run. It is part of whatever it stands for (a task, a handle, a callback), so that
 * making that ready cannot fail. `discard` is for what is still queued when the loop is closed. */
typedef struct ready ready;
typedef struct callback_place { /* of a program's callback, for debug mode */
    const char *name;
    const asyncio_site *made_at; /* or NULL */
    double when;                 /* NaN: it is no timer */
} callback_place;

typedef struct ready_kind {
    void (*run)(ready *);
    void (*discard)(ready *);
    void (*place)(ready *, callback_place *); /* NULL: it is no callback of a program's */
} ready_kind;

struct ready {
    list link;
    const ready_kind *kind;
};

/* A deadline: when it is due its `ready` is queued. */
typedef struct timer {
    heap_item item;
    ready ready;
} timer;

/* Makes a task: for the coroutine object, or for spec->body if that is NULL; `owner` as task_new has it. */
typedef asyncio_task *task_maker(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio__spec *spec, list *owner);

struct asyncio_loop {
    asyncio_object object;
    list ready;
    uint32_t ready_count;
    heap timers;
    list agens;                    /* generators that were begun and not ended, oldest first */
    asyncio_body *shut_down_agens; /* closes them, with the loop as its argument; NULL if there never were any */
    list tasks;                    /* all that are not done, oldest first */
    list gathers;                  /* those that are pending, by their place: one and its children hold each other */
    list owned;                    /* what its callbacks made, and its main task */
    asyncio_task *main;            /* of asyncio.run; borrowed */
    list closed;                   /* among the closed loops */
    uint64_t turns;
    uint32_t left_over; /* with a seed: how many were still ready after the last turn */
    bool running, stopping, is_closed, debug;
    bool waiting;                     /* in loop_run; meanwhile the host may call loop_go_on, */
    bool has_gone_on;                 /* has done so, */
    double wait;                      /* and this is what that turn answered */
    const struct runtime_state *home; /* of the thread that runs it; NULL while none does */
    double slow_callback_duration;
    asyncio_task_factory *task_factory; /* NULL: the usual */
    task_maker *task_by_factory; /* what uses it, or NULL: by a pointer, so that only programs with a factory link it */
    asyncio_exception_handler *handler;
    void *handler_arg;
    asyncio_executor *executor; /* the default one, or NULL */
    bool no_more_executor;
    list works, requests; /* on threads and for them: threads.h */
    asyncio_future *when_no_works;
    struct mailbox *mailbox; /* the host's, for what comes from other threads */
};

static void loop_push(asyncio_loop *loop, ready *ready);
static void loop_unpush(asyncio_loop *loop, ready *ready);                /* takes it out of the queue again */
static int loop_set_timer(asyncio_loop *loop, timer *timer, double when); /* 0, or -1 with MemoryError */
static void loop_cancel_timer(asyncio_loop *loop, timer *timer);          /* nothing if it is not set */

/* One turn: queues the timers that are due and runs what was ready when it began. Returns in how many seconds it wants
 * to be called again: 0 if more is ready, infinity if nothing is scheduled ("idle"). */
static double loop_step(asyncio_loop *loop);

static double seconds_to_wait(const asyncio_loop *loop); /* likewise, at any time */

/* Whether a loop may run now (otherwise raises), and what makes it the running one for a while. */
static bool loop_may_run(asyncio_loop *loop, const char *call);
static void loop_take_over(asyncio_loop *loop);
static void loop_give_back(asyncio_loop *loop);

/* For a host in whose host_wait a loop_run waits (loop->waiting): runs the next turn. Then loop->wait says how long to
 * wait for one more; or false: loop_run has to be told, host_wait must return. */
static bool loop_go_on(asyncio_loop *loop) __attribute__((unused));

/* Runs turns, waiting in between, until asyncio_loop_stop. 0, or -1 with an exception pending. */
static int loop_run(asyncio_loop *loop);

/* Runs until the future is done: 0, or -1 with an exception pending that is not the future's. */
static int loop_run_until_done(asyncio_loop *loop, asyncio_future *future);

struct argument;

/* call_soon from outside any task; the argument, if not NULL, is taken over. NULL if it raised. */
static asyncio_handle *loop_call_soon_from_outside(asyncio_loop *loop, asyncio_callback *callback, void *arg,
                                                   struct argument *argument, const char *name,
                                                   const asyncio_site *site);

/* Calls the exception handler, or the default one, within a context (contextvars.h). */
static void loop_call_handler(asyncio_loop *loop, const asyncio_error_context *context, asyncio_context **within);

/* Calls the exception handler for an object that is coming to its end, wherever that may be: KeyboardInterrupt and
 * SystemExit of the handler, which otherwise are raised, are told here, too. */
static void loop_tell_of_lost(asyncio_loop *loop, const asyncio_error_context *context);

static list *loop_owned(asyncio_loop *loop);
static bool loop_check(const asyncio_loop *loop, const char *call); /* live and not closed; otherwise raises */

#endif
