/* What a task costs while it waits: in WebAssembly less than a kilobyte, wherever it waits. A function of the library
 * that needed room on the shadow stack there would keep a whole stack of 64 KB alive for each task (coro_asyncify.c
 * tells why). Natively a stack is memory that is merely reserved; there these tests only wait. */
#include "unit.h"

enum { TASKS = 1000, MOST = 1000 }; /* bytes for each */

static size_t memory_in_use(void)
{
#ifdef __wasm__
    return (size_t)sbrk(0);
#else
    return 0;
#endif
}

/* What they wait for, which never comes. */
static asyncio_future *future;
static asyncio_task *other;
static asyncio_event *event;
static asyncio_lock *lock;
static asyncio_semaphore *semaphore;
static asyncio_condition *condition;
static asyncio_barrier *barrier;
static asyncio_queue *empty, *full;

static void *forever(void *arg)
{
    asyncio_event_wait(event);
    return arg;
}

static void make_things(void)
{
    future = asyncio_loop_create_future(asyncio_get_running_loop());
    event = asyncio_event_new();
    other = asyncio_create_task(forever);
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    semaphore = asyncio_semaphore_new(0);
    condition = asyncio_condition_new(NULL);
    barrier = asyncio_barrier_new(TASKS + 2);
    empty = asyncio_queue_new(0);
    full = asyncio_queue_new(1);
    asyncio_queue_put(full, NULL);
}

/* Parks one task, so that what is made once is there, then many, and ends them. */
static void park(asyncio_body *body)
{
    asyncio_task *tasks[TASKS];
    make_things();
    asyncio_task *first = asyncio_create_task(body);
    settle();
    size_t before = memory_in_use();
    for (int i = 0; i < TASKS; i++)
        tasks[i] = asyncio_create_task(body);
    turns(3);
    size_t each = (memory_in_use() - before) / TASKS;
    if (each > MOST)
        unit_fail(__FILE__, __LINE__, "a parked task takes %zu bytes, more than %d", each, MOST);
    asyncio_task_cancel(first);
    for (int i = 0; i < TASKS; i++)
        asyncio_task_cancel(tasks[i]);
    asyncio_wait(tasks, TASKS);
    CHECK_NOTHING_RAISED();
}

#define PARK(test, ...)                 \
    static void *test##_wait(void *arg) \
    {                                   \
        __VA_ARGS__;                    \
        return arg;                     \
    }                                   \
    ASYNC_TEST(test)                    \
    {                                   \
        park(test##_wait);              \
    }

static bool never(void *arg)
{
    (void)arg;
    return false;
}

__attribute__((noinline)) static void fail(void) /* not where it waits: an argument list is on the stack */
{
    asyncio_raise(ASYNCIO_VALUE_ERROR);
}

PARK(in_await, asyncio_await(future))
PARK(in_await_of_a_coroutine, asyncio_await(asyncio_coro(forever)))
PARK(in_sleep, asyncio_sleep(1e6))
PARK(in_gather, asyncio_await(asyncio_gather(future, future)))
PARK(in_gather_with_exceptions, asyncio_await(asyncio_gather_return_exceptions(future)))
PARK(in_gather_of_an_array, asyncio_await(asyncio_gather_array(&future, 1)))
PARK(in_a_task_group, asyncio_task_group *group = asyncio_task_group_new(); asyncio_with (group) asyncio_await(future))
PARK(in_lock_acquire, asyncio_lock_acquire(lock))
PARK(in_semaphore_acquire, asyncio_semaphore_acquire(semaphore))
PARK(in_event_wait, asyncio_event_wait(event))
PARK(in_condition_wait, asyncio_with (condition) asyncio_condition_wait(condition))
PARK(in_condition_wait_for, asyncio_with (condition) asyncio_condition_wait_for(condition, never, NULL))
PARK(in_barrier_wait, asyncio_barrier_wait(barrier))
PARK(in_queue_get, asyncio_queue_get(empty))
PARK(in_queue_put, asyncio_queue_put(full, NULL))
PARK(in_queue_join, asyncio_queue_join(full))
PARK(in_a_timeout, asyncio_with (asyncio_timeout(1e6)) asyncio_await(future))
PARK(in_wait_for, asyncio_wait_for(future, 1e6))
PARK(in_wait_for_of_a_coroutine, asyncio_wait_for(asyncio_coro(forever), 1e6))
PARK(in_wait, (void)asyncio_wait(&other, 1))
PARK(in_wait_with_a_timeout, (void)asyncio_wait(&other, 1, .timeout = 1e6, .return_when = ASYNCIO_FIRST_COMPLETED))
PARK(in_as_completed, asyncio_as_completed_next(asyncio_as_completed(&other, 1)))
static void *waits_then_yields(void *arg)
{
    asyncio_await(future);
    asyncio_yield(arg);
    return NULL;
}

PARK(in_async_for, asyncio_for (char *, value, asyncio_agen_new(waits_then_yields))(void) value)
PARK(in_a_context_variables_block,
     asyncio_with (asyncio_contextvar_set(asyncio_contextvar_new("v"), NULL)) asyncio_await(future))
PARK(in_an_except_block, fail(); asyncio_except_as(e, ASYNCIO_VALUE_ERROR) asyncio_await(future))
PARK(in_shield, asyncio_await(asyncio_shield(other)))
