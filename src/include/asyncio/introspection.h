/* 19. Introspection: what every task is doing
 *
 * To be called at any time: from a task, from a callback, between two runs of a loop. Nothing of it costs anything
 * while it is not asked for. What a frame is known by are its awaits, so a function that stands between two others in
 * C, and awaits nothing by itself, is not told of.
 */
#ifndef ASYNCIO_INTROSPECTION_H
#define ASYNCIO_INTROSPECTION_H

/* Task.get_stack: writes up to `max` frames of a task that is not done to `frames`, oldest first, and returns how many
 * there are, which may be more. A frame's line is that of the await in which it waits, or of this call in the running
 * task; one whose place is not known has a `file` of NULL. A task that is done has none. */
#define asyncio_task_get_stack(task, frames, max) asyncio__task_get_stack((task), (frames), (max), ASYNCIO_HERE)

/* Task.print_stack.
 *
 *     asyncio_task_print_stack(task);
 *     asyncio_task_print_stack(task, .limit = 3, .file = stdout);
 *
 * .limit  int     only so many frames, the newest ones
 * .file   FILE *  stderr without it
 */
#define asyncio_task_print_stack(task, ...) \
    asyncio__print_stack((task), ASYNCIO_HERE, (asyncio__stack_options){.self = 0, __VA_ARGS__})

/* asyncio.FutureCallGraph: a task or future, where it stands, and who waits for it; and so on for those. What tasks
 * wait through is an entry of its own: a gather, a shield, a wait, a task group. */
typedef struct asyncio_future_call_graph {
    asyncio_future *future;         /* NULL for what is none (a task group, an as_completed iterator) */
    asyncio_object *object;         /* the same, or that */
    const char *kind;               /* "task", "future", "gather", "shield", "wait", "wait_for", "task_group", ... */
    const asyncio_site *call_stack; /* of a task: newest first, as in asyncio_task_get_stack otherwise */
    size_t call_stack_count;
    struct asyncio_future_call_graph *const *awaited_by; /* tasks that wait for each other make a ring of these */
    size_t awaited_by_count;
    asyncio_object *captured; /* for asyncio_drop: all of it */
} asyncio_future_call_graph;

/* asyncio.capture_call_graph: the call graph of a task or future; without one, of the running task. It is a picture of
 * this moment: its tasks and futures are held, whatever becomes of them. Yours like all else; to let go early,
 * asyncio_drop(graph->captured). NULL with RuntimeError for none outside a task; MemoryError.
 *
 *     const asyncio_future_call_graph *graph = asyncio_capture_call_graph(task);
 *     const asyncio_future_call_graph *graph = asyncio_capture_call_graph(task, .limit = -1);
 *
 * .limit  int  of each stack at most so many frames: the oldest ones; of a negative limit the newest ones; of 0 none
 */
#define asyncio_capture_call_graph(...)                 \
    ASYNCIO__WITH_DEFAULTS(asyncio__capture_call_graph( \
        ASYNCIO_HERE, (asyncio__graph_options){.limit = __INT_MAX__, .self = 0, __VA_ARGS__}))

/* asyncio.format_call_graph / print_call_graph: the same as text, made with malloc: free() it (NULL as above); or
 * printed: 0, or -1 as above. Both take .limit, too.
 *
 *     asyncio_print_call_graph();                            of the running task
 *     asyncio_print_call_graph(task, .file = stderr);        stdout without it
 *
 *     * Task(name='Task-2', id=3)
 *       + Call stack:
 *       |   File "guide.c", line 12, in fetch()
 *       + Awaited by:
 *         * Future(gather, id=5)
 *           + Awaited by:
 *             * Task(name='Task-1', id=2)
 *               + Call stack:
 *               |   File "guide.c", line 30, in main_()
 */
#define asyncio_format_call_graph(...)                 \
    ASYNCIO__WITH_DEFAULTS(asyncio__format_call_graph( \
        ASYNCIO_HERE, (asyncio__graph_options){.limit = __INT_MAX__, .self = 0, __VA_ARGS__}))
#define asyncio_print_call_graph(...)                 \
    ASYNCIO__WITH_DEFAULTS(asyncio__print_call_graph( \
        ASYNCIO_HERE, (asyncio__graph_options){.limit = __INT_MAX__, .self = 0, __VA_ARGS__}))

/* `python -m asyncio pstree`: all tasks of a loop as a tree, each below the frames that wait for it. Tasks that wait
 * for each other, or for the locks that they hold, are told first: "cycle: a → lock #4 → b → lock #3 → a".
 *
 *     asyncio_print_pstree();                            of the running loop
 *     asyncio_print_pstree(loop, .file = stderr);        stdout without it
 *
 *     └── (T) Task-1
 *         └──  main_ guide.c:30
 *             └── gather #5
 *                 ├── (T) Task-2
 *                 │   └──  fetch guide.c:12
 *                 │       └── sleep #9
 *                 └── (T) Task-3 (ready)
 *                     └──  fetch guide.c:12
 *
 * `python -m asyncio ps`: the same as a table, a row for each task and each one that waits for it.
 * As text, made with malloc: free() it. RuntimeError if no loop runs and none is given. */
#define asyncio_print_pstree(...) asyncio__print_pstree(ASYNCIO_HERE, (asyncio__tasks_options){.self = 0, __VA_ARGS__})
#define asyncio_print_ps(...) asyncio__print_ps(ASYNCIO_HERE, (asyncio__tasks_options){.self = 0, __VA_ARGS__})
#define asyncio_format_pstree(...) \
    asyncio__format_pstree(ASYNCIO_HERE, (asyncio__tasks_options){.self = 0, __VA_ARGS__})
#define asyncio_format_ps(...) asyncio__format_ps(ASYNCIO_HERE, (asyncio__tasks_options){.self = 0, __VA_ARGS__})

/* Statistics, as Trio has them: how things stand at this moment. `tasks_waiting` are those that wait and have not been
 * let in. Tasks are borrowed. For what is no such object: TypeError, and zeros.
 *
 *     struct asyncio_lock_statistics s = asyncio_lock_statistics(lock);
 *     if (s.locked && s.owner) printf("%s has it, %zu wait\n", asyncio_task_get_name(s.owner), s.tasks_waiting);
 */
struct asyncio_lock_statistics {
    bool locked;
    asyncio_task *owner; /* the task that took it; NULL: it is not locked, or that one has ended, or no loop runs */
    size_t tasks_waiting;
};
struct asyncio_semaphore_statistics {
    long value, bound;        /* bound: of a bounded semaphore; -1: it has none */
    asyncio_task *last_owner; /* the task that has acquired it last, or NULL as above */
    size_t tasks_waiting;
};
struct asyncio_event_statistics {
    bool is_set;
    size_t tasks_waiting;
};
struct asyncio_condition_statistics {
    size_t tasks_waiting; /* to be notified */
    struct asyncio_lock_statistics lock;
};
struct asyncio_barrier_statistics {
    long parties;
    size_t tasks_waiting; /* inside: asyncio_barrier_n_waiting */
    bool broken;
};
struct asyncio_queue_statistics {
    size_t size; /* items in it */
    long maxsize;
    size_t unfinished; /* items that task_done has not been called for */
    size_t tasks_waiting_put, tasks_waiting_get, tasks_waiting_join;
    bool is_shut_down;
};
struct asyncio_task_group_statistics {
    asyncio_task *parent; /* the task in the block; NULL before it and after it */
    size_t tasks;         /* not done */
    size_t errors;
    bool exiting, aborting; /* its block is over and it waits for its tasks; it has cancelled them */
};
struct asyncio_loop_statistics {
    size_t tasks; /* not done */
    size_t ready; /* callbacks and tasks for the next turn */
    size_t timers;
    double seconds_to_next_deadline; /* INFINITY without timers; below zero: it is overdue */
    uint64_t turns;                  /* so far */
};
struct asyncio_lock_statistics asyncio_lock_statistics(const asyncio_lock *lock);
struct asyncio_semaphore_statistics asyncio_semaphore_statistics(const asyncio_semaphore *semaphore);
struct asyncio_event_statistics asyncio_event_statistics(const asyncio_event *event);
struct asyncio_condition_statistics asyncio_condition_statistics(const asyncio_condition *condition);
struct asyncio_barrier_statistics asyncio_barrier_statistics(const asyncio_barrier *barrier);
struct asyncio_queue_statistics asyncio_queue_statistics(const asyncio_queue *queue);
struct asyncio_task_group_statistics asyncio_task_group_statistics(const asyncio_task_group *group);
struct asyncio_loop_statistics asyncio_loop_statistics(const asyncio_loop *loop);

#endif
