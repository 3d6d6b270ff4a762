/* asyncio_lock_statistics and its kin: how things stand. */
#include "unit.h"

static asyncio_lock *lock;
static asyncio_semaphore *semaphore;
static asyncio_event *event;
static asyncio_condition *condition;
static asyncio_barrier *barrier;
static asyncio_queue *queue;

static void *holds_lock(void *arg)
{
    asyncio_with (lock)
        asyncio_sleep(1);
    return arg;
}

static void *takes_semaphore(void *arg)
{
    asyncio_with (semaphore)
        asyncio_sleep(1);
    return arg;
}

static void *waits_for_event(void *arg)
{
    asyncio_event_wait(event);
    return arg;
}

static void *waits_for_condition(void *arg)
{
    asyncio_with (condition)
        asyncio_condition_wait(condition);
    return arg;
}

static void *waits_at_barrier(void *arg)
{
    asyncio_barrier_wait(barrier);
    return arg;
}

static void *puts_item(void *arg)
{
    if (asyncio_queue_put(queue, arg) < 0)
        asyncio_except(ASYNCIO_QUEUE_SHUT_DOWN);
    return arg;
}

static void *gets_item(void *arg)
{
    asyncio_queue_get(queue);
    return arg;
}

static void *joins(void *arg)
{
    asyncio_queue_join(queue);
    return arg;
}

#define CHECK_LOCK(actual, is_locked, its_owner, waiting) \
    do {                                                  \
        struct asyncio_lock_statistics lock_ = (actual);  \
        CHECK_INT(lock_.locked, (is_locked));             \
        CHECK_POINTER(lock_.owner, (its_owner));          \
        CHECK_INT(lock_.tasks_waiting, (waiting));        \
    } while (0)

ASYNC_TEST(a_lock_has_an_owner_and_tasks_that_wait)
{
    lock = asyncio_lock_new();
    CHECK_LOCK(asyncio_lock_statistics(lock), false, NULL, 0);
    asyncio_task *first = asyncio_create_task(holds_lock), *second = asyncio_create_task(holds_lock);
    asyncio_create_task(holds_lock);
    turns(2);
    CHECK_LOCK(asyncio_lock_statistics(lock), true, first, 2);
    asyncio_task_cancel(second);
    CHECK_LOCK(asyncio_lock_statistics(lock), true, first, 1); /* it is still in the queue, but waits no more */
    asyncio_sleep(3);
    CHECK_LOCK(asyncio_lock_statistics(lock), false, NULL, 0);
}

static void *takes_lock(void *arg)
{
    asyncio_lock_acquire(lock);
    return arg;
}

ASYNC_TEST(a_lock_whose_owner_has_ended_is_locked_by_nobody)
{
    lock = asyncio_lock_new();
    asyncio_await(asyncio_create_task(takes_lock));
    CHECK_LOCK(asyncio_lock_statistics(lock), true, NULL, 0);
}

ASYNC_TEST(a_semaphore_tells_its_value_and_who_took_it_last)
{
    semaphore = asyncio_semaphore_new(2);
    asyncio_create_task(takes_semaphore);
    asyncio_task *second = asyncio_create_task(takes_semaphore);
    asyncio_create_task(takes_semaphore);
    turns(2);
    struct asyncio_semaphore_statistics s = asyncio_semaphore_statistics(semaphore);
    CHECK_INT(s.value, 0);
    CHECK_INT(s.bound, -1);
    CHECK_POINTER(s.last_owner, second);
    CHECK_INT(s.tasks_waiting, 1);
    CHECK_INT(asyncio_semaphore_statistics(asyncio_bounded_semaphore_new(3)).bound, 3);
}

ASYNC_TEST(an_event_tells_who_waits_and_that_it_is_set)
{
    event = asyncio_event_new();
    asyncio_create_task(waits_for_event);
    turns(2);
    CHECK_INT(asyncio_event_statistics(event).tasks_waiting, 1);
    CHECK(!asyncio_event_statistics(event).is_set);
    asyncio_event_set(event);
    CHECK_INT(asyncio_event_statistics(event).tasks_waiting, 0);
    CHECK(asyncio_event_statistics(event).is_set);
}

ASYNC_TEST(a_condition_tells_of_its_lock_too)
{
    condition = asyncio_condition_new(NULL);
    asyncio_create_task(waits_for_condition);
    turns(2);
    asyncio_condition_acquire(condition);
    CHECK_INT(asyncio_condition_statistics(condition).tasks_waiting, 1);
    CHECK_LOCK(asyncio_condition_statistics(condition).lock, true, asyncio_current_task(), 0);
    asyncio_condition_notify(condition);
    CHECK_INT(asyncio_condition_statistics(condition).tasks_waiting, 0);
    asyncio_condition_release(condition);
}

ASYNC_TEST(a_barrier_tells_how_many_are_inside)
{
    barrier = asyncio_barrier_new(3);
    asyncio_task *task = asyncio_create_task(waits_at_barrier);
    turns(2);
    struct asyncio_barrier_statistics s = asyncio_barrier_statistics(barrier);
    CHECK_INT(s.parties, 3);
    CHECK_INT(s.tasks_waiting, 1);
    CHECK(!s.broken);
    asyncio_barrier_abort(barrier);
    turns(2);
    CHECK(asyncio_barrier_statistics(barrier).broken);
    asyncio_task_exception(task);
}

ASYNC_TEST(a_queue_tells_its_items_and_who_waits_for_what)
{
    queue = asyncio_queue_new(1);
    asyncio_create_task(gets_item);
    turns(2);
    CHECK_INT(asyncio_queue_statistics(queue).tasks_waiting_get, 1);
    for (int i = 0; i < 3; i++)
        asyncio_create_task(puts_item);
    asyncio_create_task(joins);
    settle();
    struct asyncio_queue_statistics s = asyncio_queue_statistics(queue);
    CHECK_INT(s.size, 1);
    CHECK_INT(s.maxsize, 1);
    CHECK_INT(s.unfinished, 2);
    CHECK_INT(s.tasks_waiting_get, 0);
    CHECK_INT(s.tasks_waiting_put, 1);
    CHECK_INT(s.tasks_waiting_join, 1);
    CHECK(!s.is_shut_down);
    asyncio_queue_shutdown(queue, .immediate = true);
    s = asyncio_queue_statistics(queue);
    CHECK(s.is_shut_down);
    CHECK_INT(s.size, 0);
    CHECK_INT(s.tasks_waiting_put, 0);
    settle();
}

static void *sleeps(void *arg)
{
    asyncio_sleep(1);
    return arg;
}

static void *fails(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "failed");
}

ASYNC_TEST(a_task_group_tells_its_tasks_and_errors)
{
    asyncio_task_group *group = asyncio_task_group_new();
    CHECK_POINTER(asyncio_task_group_statistics(group).parent, NULL);
    asyncio_with (group) {
        asyncio_task_group_create_task(group, sleeps);
        asyncio_task_group_create_task(group, fails);
        struct asyncio_task_group_statistics s = asyncio_task_group_statistics(group);
        CHECK_POINTER(s.parent, asyncio_current_task());
        CHECK_INT(s.tasks, 2);
        CHECK_INT(s.errors, 0);
        CHECK(!s.exiting && !s.aborting);
    }
    CHECK(asyncio_except(ASYNCIO_EXCEPTION_GROUP));
    struct asyncio_task_group_statistics s = asyncio_task_group_statistics(group);
    CHECK_POINTER(s.parent, NULL);
    CHECK_INT(s.tasks, 0);
    CHECK_INT(s.errors, 1);
    CHECK(s.exiting && s.aborting);
}

ASYNC_TEST(a_loop_tells_what_it_has_to_do)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    CHECK(isinf(asyncio_loop_statistics(loop).seconds_to_next_deadline));
    asyncio_create_task(sleeps);
    asyncio_loop_call_later(loop, 0.25, (asyncio_callback *)asyncio_event_set, NULL);
    struct asyncio_loop_statistics s = asyncio_loop_statistics(loop);
    CHECK_INT(s.tasks, 2);
    CHECK_INT(s.ready, 1);
    CHECK_INT(s.timers, 1);
    CHECK_NUMBER(s.seconds_to_next_deadline, 0.25);
    uint64_t turns_before = s.turns;
    turns(3);
    CHECK_INT(asyncio_loop_statistics(loop).turns - turns_before, 3);
    CHECK_INT(asyncio_loop_statistics(loop).timers, 2);
}

ASYNC_TEST(statistics_of_what_is_none_are_zeros_and_a_type_error)
{
    CHECK_LOCK(asyncio_lock_statistics(NULL), false, NULL, 0);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_lock_statistics() needs a lock, got NULL");
    CHECK_INT(asyncio_queue_statistics((asyncio_queue *)asyncio_event_new()).size, 0);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_queue_statistics() needs a queue, got an event");
}
