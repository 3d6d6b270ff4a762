/* Whether an operation costs more when there is more of its kind: each of these does something with `count` tasks,
 * timers, waiters, ... at a time, and says what it took for each. bench.mjs compares a thousand with many. */
#include "rounds.h"

#include <stdlib.h>

static void *waste(void *arg)
{
    return arg;
}

static void nothing(void *arg)
{
    (void)arg;
}

static void no_future(asyncio_future *future, void *arg)
{
    (void)future, (void)arg;
}

/* ---- many tasks that wait ---- */

static asyncio_future *future;
static asyncio_lock *lock;
static asyncio_semaphore *semaphore;
static asyncio_event *event;
static asyncio_condition *condition;
static asyncio_barrier *barrier;
static asyncio_queue *queue;

static void *sleep_long(void *arg)
{
    asyncio_sleep(1e6);
    return arg;
}

static void *await_future(void *arg)
{
    asyncio_await(future);
    return arg;
}

static void *await_shield(void *arg)
{
    asyncio_wait_for(asyncio_shield(future), 1e6);
    return arg;
}

static void *wait_one(void *arg)
{
    asyncio_wait(&future, 1, .timeout = 1e6);
    return arg;
}

static void *take_lock(void *arg)
{
    asyncio_with (lock) {
    }
    return arg;
}

static void *take_semaphore(void *arg)
{
    asyncio_semaphore_acquire(semaphore);
    return arg;
}

static void *wait_event(void *arg)
{
    asyncio_event_wait(event);
    return arg;
}

static void *wait_condition(void *arg)
{
    asyncio_with (condition)
        asyncio_condition_wait(condition);
    return arg;
}

static void *wait_barrier(void *arg)
{
    asyncio_barrier_wait(barrier);
    return arg;
}

static void *get_queue(void *arg)
{
    asyncio_queue_get(queue);
    return arg;
}

static void make_things(long count)
{
    future = asyncio_loop_create_future(asyncio_get_running_loop());
    lock = asyncio_lock_new();
    semaphore = asyncio_semaphore_new(0);
    event = asyncio_event_new();
    condition = asyncio_condition_new(NULL);
    barrier = asyncio_barrier_new(count + 1);
    queue = asyncio_queue_new(0);
    asyncio_lock_acquire(lock);
}

static void wake_all(asyncio_body *body, long count)
{
    if (body == await_future)
        asyncio_future_set_result(future, NULL);
    if (body == take_lock)
        asyncio_lock_release(lock);
    for (long i = 0; body == take_semaphore && i < count; i++)
        asyncio_semaphore_release(semaphore);
    if (body == wait_event)
        asyncio_event_set(event);
    if (body == wait_condition)
        asyncio_with (condition)
            asyncio_condition_notify_all(condition);
    if (body == wait_barrier)
        asyncio_barrier_wait(barrier);
    for (long i = 0; body == get_queue && i < count; i++)
        asyncio_queue_put_nowait(queue, queue);
}

/* The tasks, all of them waiting. */
static asyncio_task **park(asyncio_body *body, long count)
{
    asyncio_task **tasks = malloc((size_t)count * sizeof *tasks);
    make_things(count);
    for (long i = 0; i < count; i++)
        tasks[i] = asyncio_create_task(body);
    for (int turn = 0; turn < 4; turn++)
        asyncio_sleep(0);
    return tasks;
}

static void *waking(void *arg)
{
    round_ *round = arg;
    asyncio_body *body = (asyncio_body *)round->argument;
    double start = asyncio_time_monotonic();
    asyncio_task **tasks = park(body, round->count);
    wake_all(body, round->count);
    for (long i = 0; i < round->count; i++)
        asyncio_await(tasks[i]);
    round->value = per_operation(start, round->count);
    free(tasks);
    return NULL;
}

static void *cancelling(void *arg)
{
    round_ *round = arg;
    double start = asyncio_time_monotonic();
    asyncio_task **tasks = park((asyncio_body *)round->argument, round->count);
    for (long i = round->count; i-- > 0;)
        asyncio_task_cancel(tasks[i]);
    for (int turn = 0; turn < 8; turn++)
        asyncio_sleep(0);
    round->value = per_operation(start, round->count);
    free(tasks);
    return NULL;
}

static void *looking_at_tasks(void *arg)
{
    round_ *round = arg;
    asyncio_task **tasks = park(sleep_long, round->count), **all = malloc((size_t)(round->count + 1) * sizeof *all);
    double start = asyncio_time_monotonic();
    asyncio_all_tasks(all, (size_t)round->count + 1);
    free(asyncio_format_pstree());
    round->value = per_operation(start, round->count);
    free(all);
    free(tasks);
    return NULL;
}

#ifdef __wasm__
/* Megabytes of memory, all in all, once they sleep. */
static void *parked(void *arg)
{
    round_ *round = arg;
    free(park(sleep_long, round->count));
    round->value = (double)__builtin_wasm_memory_size(0) / 16;
    return NULL;
}
#endif

/* ---- groups of tasks ---- */

static void *group(void *arg)
{
    round_ *round = arg;
    double start = asyncio_time_monotonic();
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        for (long i = 0; i < round->count; i++)
            asyncio_task_group_create_task(tg, round->argument ? sleep_long : waste);
        asyncio_sleep(0);
        if (round->argument)
            asyncio_task_group_cancel(tg);
    }
    round->value = per_operation(start, round->count);
    return NULL;
}

/* ---- the loop's queues ---- */

static void *callbacks_soon(void *arg)
{
    round_ *round = arg;
    asyncio_loop *loop = asyncio_get_running_loop();
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++)
        asyncio_loop_call_soon(loop, nothing, NULL);
    asyncio_sleep(0);
    round->value = per_operation(start, round->count);
    return NULL;
}

static void *timers(void *arg)
{
    round_ *round = arg;
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_handle **handles = malloc((size_t)round->count * sizeof *handles);
    double start = asyncio_time_monotonic(), now = asyncio_loop_time(loop);
    for (long i = 0; i < round->count; i++)
        handles[i] = asyncio_loop_call_at(loop, now + (round->argument ? 1e5 : -1e5) + (double)(i * 7919 % 10007),
                                          nothing, NULL);
    for (long i = 0; round->argument && i < round->count; i++)
        asyncio_handle_cancel(handles[i]);
    asyncio_sleep(0);
    asyncio_sleep(0);
    round->value = per_operation(start, round->count);
    free(handles);
    return NULL;
}

/* ---- what is kept in lists ---- */

static void *done_callbacks(void *arg)
{
    round_ *round = arg;
    make_things(1);
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++)
        asyncio_future_add_done_callback(future, no_future, (void *)i);
    for (long i = 0; round->argument && i < round->count; i++)
        asyncio_future_remove_done_callback(future, no_future, (void *)i);
    asyncio_future_set_result(future, NULL);
    asyncio_sleep(0);
    round->value = per_operation(start, round->count);
    return NULL;
}

static void *shields(void *arg)
{
    round_ *round = arg;
    asyncio_future **all = malloc((size_t)round->count * sizeof *all);
    make_things(1);
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++)
        all[i] = asyncio_shield(future);
    for (long i = 0; round->argument && i < round->count; i++)
        asyncio_future_cancel(all[i]);
    asyncio_sleep(0);
    asyncio_future_set_result(future, NULL);
    asyncio_sleep(0);
    round->value = per_operation(start, round->count);
    free(all);
    return NULL;
}

static void *context_variables(void *arg)
{
    round_ *round = arg;
    asyncio_contextvar **variables = malloc((size_t)round->count * sizeof *variables);
    for (long i = 0; i < round->count; i++)
        variables[i] = asyncio_contextvar_new("variable");
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++)
        asyncio_contextvar_set(variables[i], arg);
    for (long i = 0; i < round->count; i++)
        asyncio_contextvar_get(variables[i]);
    round->value = per_operation(start, round->count);
    free(variables);
    return NULL;
}

static void *kept(void *arg)
{
    round_ *round = arg;
    asyncio_event **events = malloc((size_t)round->count * sizeof *events);
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++)
        events[i] = asyncio_keep(asyncio_event_new());
    for (long i = 0; i < round->count; i++)
        asyncio_drop(events[i]);
    round->value = per_operation(start, round->count);
    free(events);
    return NULL;
}

static void *exceptions(void *arg)
{
    round_ *round = arg;
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++)
        asyncio_raise(ASYNCIO_VALUE_ERROR, "one");
    asyncio_except(ASYNCIO_VALUE_ERROR);
    round->value = per_operation(start, round->count);
    return NULL;
}

static void *yield_twice(void *arg)
{
    asyncio_yield(arg);
    asyncio_yield(arg);
    return NULL;
}

static void *generators(void *arg)
{
    round_ *round = arg;
    asyncio_agen **agens = malloc((size_t)round->count * sizeof *agens);
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++) {
        agens[i] = asyncio_agen_new(yield_twice, arg);
        asyncio_anext(agens[i]);
    }
    for (long i = round->count; i-- > 0;)
        asyncio_agen_aclose(agens[i]);
    round->value = per_operation(start, round->count);
    free(agens);
    return NULL;
}

static void *gathers(void *arg)
{
    round_ *round = arg;
    double start = asyncio_time_monotonic();
    asyncio_task **tasks = malloc((size_t)round->count * sizeof *tasks);
    for (long i = 0; i < round->count; i++)
        tasks[i] = asyncio_create_task(waste);
    asyncio_await(asyncio_gather_array(tasks, (size_t)round->count));
    round->value = per_operation(start, round->count);
    free(tasks);
    return NULL;
}

static void *works(void *arg)
{
    round_ *round = arg;
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_executor *executor = asyncio_thread_pool_executor_new(.max_workers = 1);
    asyncio_future **all = malloc((size_t)round->count * sizeof *all);
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++)
        all[i] = asyncio_loop_run_in_executor(loop, executor, waste);
    for (long i = round->count; i-- > 0;)
        asyncio_future_cancel(all[i]);
    round->value = per_operation(start, round->count);
    asyncio_executor_shutdown(executor);
    free(all);
    return NULL;
}

#ifdef __wasm__
#define PARKED {"parked_megabytes", parked, 0, 0, 0},
#else
#define PARKED
#endif
#define WAKING(name, body) {#name "_woken", waking, (long)(body), 0, 0}
#define CANCELLING(name, body) {#name "_cancelled", cancelling, (long)(body), 0, 0}

PLAY(PARKED{"ready_queue", callbacks_soon, 0, 0, 0}, {"timers_fired", timers, 0, 0, 0},
     {"timers_cancelled", timers, 1, 0, 0}, WAKING(future, await_future), CANCELLING(sleep, sleep_long),
     WAKING(lock, take_lock), CANCELLING(lock, take_lock), WAKING(semaphore, take_semaphore),
     CANCELLING(semaphore, take_semaphore), WAKING(event, wait_event), CANCELLING(event, wait_event),
     WAKING(condition, wait_condition), CANCELLING(condition, wait_condition), WAKING(barrier, wait_barrier),
     CANCELLING(barrier, wait_barrier), WAKING(queue, get_queue), CANCELLING(queue, get_queue),
     CANCELLING(shield_wait_for, await_shield), CANCELLING(wait, wait_one), {"group_ended", group, 0, 0, 0},
     {"group_cancelled", group, 1, 0, 0}, {"callbacks_run", done_callbacks, 0, 0, 0},
     {"callbacks_removed", done_callbacks, 1, 0, 0}, {"shields_ended", shields, 0, 0, 0},
     {"shields_cancelled", shields, 1, 0, 0}, {"context_variables", context_variables, 0, 0, 0},
     {"handles_kept", kept, 0, 0, 0}, {"exceptions_chained", exceptions, 0, 0, 0}, {"generators", generators, 0, 0, 0},
     {"gather", gathers, 0, 0, 0}, {"works_cancelled", works, 0, 0, 0},
     {"all_tasks_and_pstree", looking_at_tasks, 0, 0, 0})
