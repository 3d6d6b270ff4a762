/* 5. Tasks */
#ifndef ASYNCIO_TASKS_H
#define ASYNCIO_TASKS_H

/* asyncio.create_task: schedules a coroutine to run soon, concurrently, and returns its task. Never switches.
 *
 *     asyncio_task *t = asyncio_create_task(fetch, arg);
 *     asyncio_task *t = asyncio_create_task(fetch, arg, .name = "reader");
 *     asyncio_task *t = asyncio_create_task(coro);                           for a coroutine object
 *
 * .name         const char *       the task's name; it is copied. Otherwise "Task-1", "Task-2", ...
 * .context      asyncio_context *  what it runs in (section 15), instead of a copy of the current context
 * .eager_start  int                true: it takes its first step at once, before create_task returns, up to where it
 *                                  first waits; one that need not wait is done then, and has never been in the ready
 *                                  queue. ASYNCIO_NOT_EAGER: it begins in a later turn, whatever the loop's task
 *                                  factory says of those that say nothing (as False does in Python, which C cannot tell
 *                                  from nothing)
 *
 * NULL with RuntimeError if no loop runs (in a callback of the loop, one does) or the coroutine has been used;
 * MemoryError. */
enum { ASYNCIO_NOT_EAGER = -1 };
#define asyncio_create_task(f, ...)                                                     \
    (ASYNCIO__REQUIRE_CORO_OR_BODY(f, #f, "asyncio_create_task(f, arg)"), _Generic((f), \
         asyncio_coroutine *: asyncio__create_task_of,                                  \
         default: asyncio__create_task)((f), #f, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__}))

/* create_task for when nobody will look at the task: no handle, and an exception that it ends with is reported at once.
 * Returns 0, or -1 as above. */
#define asyncio_spawn(f, ...)                               \
    (ASYNCIO__REQUIRE_BODY(f, #f, "asyncio_spawn(f, arg)"), \
     asyncio__spawn((f), #f, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__}))

/* asyncio.Task: a task for a coroutine object, in a loop that need not run yet. Takes .name, .context and .eager_start
 * as create_task does. It is what a task factory makes its tasks with. */
#define asyncio_task_new(loop, coro, ...) \
    asyncio__task_new((loop), (coro), ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__})

/* Loop.create_task: as asyncio_create_task for a coroutine object, in a loop that need not run yet; its task factory,
 * if it has one, makes the task. */
#define asyncio_loop_create_task(loop, coro, ...) \
    asyncio__create_loop_task((loop), (coro), ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__})

/* Loop.set_task_factory: what makes the tasks of this loop, for create_task, gather, TaskGroup, ...; NULL for the
 * usual. It returns a task made of `coro`, or NULL with an exception pending. name and context may be NULL; eager_start
 * is what the task is made with: true, ASYNCIO_NOT_EAGER, or 0 for nothing said. It must not suspend: what would gets
 * RuntimeError.
 *
 * asyncio.eager_task_factory is one: with it every task of a running loop that is not ASYNCIO_NOT_EAGER starts eagerly.
 * */
typedef asyncio_task *asyncio_task_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                           asyncio_context *context, int eager_start);
void asyncio_loop_set_task_factory(asyncio_loop *loop, asyncio_task_factory *factory);
asyncio_task_factory *asyncio_loop_get_task_factory(const asyncio_loop *loop);
asyncio_task *asyncio_eager_task_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                         asyncio_context *context, int eager_start);

asyncio_task *asyncio_current_task(void); /* the running task; NULL in a callback and outside a loop */

/* asyncio.all_tasks: writes up to `max` tasks of the running loop (or of the one given, which need not run) that are
 * not done to `tasks`, oldest first. Returns how many there are, which may be more; 0 with RuntimeError if no loop
 * runs. They are borrowed: asyncio_keep() what must outlast the next suspension.
 *
 *     size_t count = asyncio_all_tasks(tasks, 10);
 *     size_t count = asyncio_all_tasks(NULL, 0, .loop = loop);
 */
#define asyncio_all_tasks(tasks, max, ...) \
    asyncio__all_tasks((tasks), (max), (asyncio__loop_options){.self = 0, __VA_ARGS__})

/* Task.cancel: has CancelledError raised inside the task, at the await where it waits or at its next one. Returns true,
 * or false if it is done already (an exception that it has ended with then counts as seen). Never switches: the task
 * ends later, and may even go on. A task cancelled before its first step never runs. The message, if one is given, is
 * copied.
 *
 *     asyncio_task_cancel(t);
 *     asyncio_task_cancel(t, "shutdown");
 */
#define asyncio_task_cancel(task, ...) asyncio__task_cancel((task), (asyncio__cancel_options){.self = 0, __VA_ARGS__})

/* Task.cancelling / Task.uncancel: how many requests to cancel there have been, less the calls of uncancel. Both return
 * the number; at zero, uncancel takes back a request that has not been delivered yet. */
int asyncio_task_cancelling(const asyncio_task *task);
int asyncio_task_uncancel(asyncio_task *task);

bool asyncio_task_done(const asyncio_task *task);
bool asyncio_task_cancelled(const asyncio_task *task);

/* Task.result / Task.exception: as asyncio_future_result and asyncio_future_exception below. */
void *asyncio_task_result(asyncio_task *task);
asyncio_exception *asyncio_task_exception(asyncio_task *task);

/* Task.add_done_callback: callback(task, arg) is called by the loop in a later turn, once the task is done; callbacks
 * run in the order in which they were added. 0, or -1 with MemoryError. Removing returns how many there were. */
typedef void asyncio_task_callback(asyncio_task *task, void *arg);
#define asyncio_task_add_done_callback(task, callback, ...)                                                          \
    (ASYNCIO__REQUIRE_FUNCTION(callback, asyncio_task_callback, #callback, "void f(asyncio_task *task, void *arg)"), \
     asyncio__task_when_done((task), (callback), #callback, (asyncio__callback_options){.self = 0, __VA_ARGS__}))
int asyncio_task_remove_done_callback(asyncio_task *task, asyncio_task_callback *callback, void *arg);

const char *asyncio_task_get_name(const asyncio_task *task);      /* good until the name changes or the task is freed */
int asyncio_task_set_name(asyncio_task *task, const char *name);  /* copied; 0, or -1 with MemoryError */
const char *asyncio_task_get_coro_name(const asyncio_task *task); /* "fetch" */
asyncio_coroutine *asyncio_task_get_coro(const asyncio_task *task); /* while it runs; NULL for one made of a function */
asyncio_loop *asyncio_task_get_loop(const asyncio_task *task);

#endif
