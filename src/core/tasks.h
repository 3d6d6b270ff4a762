/* Tasks: coroutines that the loop runs. */
#ifndef TASKS_H
#define TASKS_H

#include "coro/coro.h"
#include "core/futures.h"
#include "base/runtime.h"

struct asyncio_task {
    asyncio_future future;
    coro coro;
    const char *coro_name;
    struct call *call;            /* what it owes to JavaScript, which started it, or NULL */
    asyncio_context *context;     /* what runs in it sees this one; NULL: still empty */
    asyncio_context *own_context; /* inside asyncio_context_run: the one it had before; else NULL. Borrowed */
    asyncio_coroutine *made_of;   /* the coroutine object that it runs; with a reference; or NULL */
    struct argument *argument;    /* the copy of its argument, or NULL */
    char *name;                   /* NULL: "Task-" and the number */
    uint32_t number;
    uint16_t cancel_requests;
    bool started;
    bool starts_cancelled; /* cancelled before its first step it runs all the same: its body hears of it */
    bool told_lost;        /* in debug mode: that nothing can wake it */
    bool is_of_a_run; /* made by run_until_complete, which raises an error itself if this does not come to its end */
    exception_state errors;
    ready ready;               /* its place in the loop's queue, or in the list of the future that it waits for */
    list among_all;            /* in loop->tasks, until it is done */
    list owned;                /* what was made while it ran */
    asyncio_object *queued_in; /* the lock, ... that it waits in or waited in last; with a reference */
    asyncio_future *waits_for; /* NULL: it is ready or running */
    asyncio_future *awaited; /* what the call that suspended it goes on with, with a reference; NULL for a bare yield */
    asyncio_future *cancel_from;  /* while it passes a request to cancel on: see future_kind */
    asyncio_agen *agen;           /* the generator that runs in it, or NULL */
    asyncio_coroutine *innermost; /* the coroutine object that it is in, or NULL */
    const asyncio_site *made_at, *waits_at;
};

/* A task for spec->body(spec->arg). With `owner` its reference is the owner's, otherwise the caller's; the loop has one
 * of its own until it is done. NULL if it raised. */
static asyncio_task *task_new(asyncio_loop *loop, const asyncio__spec *spec, list *owner);

/* The same for a coroutine object: of `how`, its site, name and context count, and whether it starts eagerly. */
static asyncio_task *task_new_of(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio__spec *how, list *owner);

/* The running task; NULL with RuntimeError that names the call outside one. */
static asyncio_task *task_running(const char *call);

/* Whether what runs may suspend; if not, RuntimeError is raised. */
static bool may_suspend(const char *call);

/* What asyncio_await is made of, for who awaits a future of its own: the running task, if it may wait (otherwise an
 * exception is pending); what is to be done before it suspends, which takes over the reference to the future; and with
 * what it goes on afterwards, letting go of the future: its result, or NULL with an exception pending. */
static inline asyncio_task *task_about_to_wait(const char *call);
static void wait_begins(asyncio_task *task, asyncio_future *future, const asyncio_site *site);
static inline void *task_goes_on(asyncio_task *task);

/* The running task, for which there is no memory, does not wait: MemoryError is raised where it would have. */
COLD static void task_refuse_to_wait(asyncio_task *task);

/* How a task stands in the ready queue. */
static const ready_kind task_ready;
static void task_run(ready *ready);

/* Told by a future that it queues a task that waited for it. */
static void task_woken_by(ready *ready, const asyncio_future *future);

/* Keeps the lock, ... whose queue the running task is about to wait in, until it waits in another one or ends: its
 * owner may let go of it meanwhile. */
static void task_queue_in(asyncio_object *object);

static void tasks_restart_names(void);               /* the next task is Task-1 again */
static bool task_is_alive(const asyncio_task *task); /* neither done nor abandoned by a loop that was closed */
static uint32_t task_id(const asyncio_task *task);   /* 0 for NULL */

/* A task of the loop that is not done; NULL: there is none, or no loop. */
static asyncio_task *task_by_id(asyncio_loop *loop, uint32_t id);

/* As which an object is a task, or a future of any kind; NULL for one that is not. */
static inline const asyncio_task *object_as_task(const asyncio_object *object)
{
    return object->type == OBJECT_TASK ? (const asyncio_task *)object : NULL;
}
static inline const asyncio_future *object_as_future(const asyncio_object *object)
{
    return object->type == OBJECT_FUTURE || object->type == OBJECT_TASK ? (const asyncio_future *)object : NULL;
}

static list *task_owned(asyncio_task *task);
static exception_state *task_errors(asyncio_task *task);
static void tasks_abandon_all(asyncio_loop *loop); /* when the loop is closed */

#endif
