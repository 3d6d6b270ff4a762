/* The deadlock report: when nothing can ever wake the tasks that are left, the runtime says who waits for what. CPython
 * would hang. */
#include "unit.h"

static asyncio_lock *lock;
static asyncio_event *event;

static void *wait_for_event(void *arg)
{
    asyncio_event_wait(event);
    log_("%s", asyncio_failed() ? asyncio_exception_name(asyncio_pending()) : "woken");
    return arg;
}

static void *wait_for_event_that_nobody_sets(void *arg)
{
    event = asyncio_event_new();
    return wait_for_event(arg);
}

TEST(waiting_for_what_nobody_will_do_is_a_deadlock_with_status_1)
{
    expect_stderr("asyncio: deadlock: nothing is ready, no timer is set, and nothing outside is under way");
    expect_stderr("Task-1 (wait_for_event_that_nobody_sets) waits for event #");
    expect_stderr("in wait_for_event at deadlock.c:10");
    expect_stderr("RuntimeError: deadlock");
    CHECK_INT(asyncio_run(wait_for_event_that_nobody_sets), 1);
    CHECK_LOG("CancelledError");
}

static void *hold_lock_and_wait(void *arg)
{
    asyncio_lock_acquire(lock);
    return wait_for_event(arg);
}

static void *want_lock(void *arg)
{
    asyncio_lock_acquire(lock);
    return arg;
}

static void *lock_and_event(void *arg)
{
    lock = asyncio_lock_new();
    event = asyncio_event_new();
    asyncio_create_task(hold_lock_and_wait, NULL, .name = "holder");
    asyncio_task *waiter = asyncio_create_task(want_lock, NULL, .name = "waiter");
    asyncio_await(waiter);
    return arg;
}

TEST(the_report_tells_each_task_what_it_waits_for_and_who_holds_it)
{
    expect_stderr("Task-1 (lock_and_event) waits for task waiter, in lock_and_event at deadlock.c:");
    expect_stderr("holder (hold_lock_and_wait) waits for event #");
    expect_stderr("waiter (want_lock) waits for lock #");
    expect_stderr("taken last by holder, in want_lock at deadlock.c:");
    CHECK_INT(asyncio_run(lock_and_event), 1);
    CHECK_LOG("CancelledError");
}

static asyncio_lock *second;
static void *take_both(void *arg)
{
    asyncio_lock *mine = arg ? lock : second, *other = arg ? second : lock;
    asyncio_with (mine) {
        asyncio_sleep(0);
        asyncio_with (other)
            log_("never");
    }
    return NULL;
}

static void *dining_philosophers(void *arg)
{
    lock = asyncio_lock_new();
    second = asyncio_lock_new();
    asyncio_task *a = asyncio_create_task(take_both, "a", .name = "a");
    asyncio_task *b = asyncio_create_task(take_both, NULL, .name = "b");
    asyncio_await(asyncio_gather(a, b));
    return arg;
}

TEST(two_locks_taken_in_different_order_are_found)
{
    expect_stderr("a (take_both) waits for lock #");
    expect_stderr("taken last by b");
    expect_stderr("b (take_both) waits for lock #");
    expect_stderr("taken last by a");
    CHECK_INT(asyncio_run(dining_philosophers), 1);
    CHECK_LOG("");
}

static asyncio_task *ring[2];
static void *await_the_other(void *arg)
{
    asyncio_await(ring[!(long)arg]);
    return arg;
}

static void *make_a_ring(void *arg)
{
    ring[0] = asyncio_create_task(await_the_other, (void *)0, .name = "a");
    ring[1] = asyncio_create_task(await_the_other, (void *)1, .name = "b");
    asyncio_await(ring[0]);
    return arg;
}

TEST(tasks_that_await_each_other_are_found_and_ended)
{
    expect_stderr("a (await_the_other) waits for task b");
    expect_stderr("b (await_the_other) waits for task a");
    CHECK_INT(asyncio_run(make_a_ring), 1);
}

static void *await_in_coroutines(void *arg)
{
    return asyncio_await(asyncio_coro(wait_for_event_that_nobody_sets, arg));
}

TEST(the_report_shows_the_coroutines_that_a_task_is_in)
{
    expect_stderr("Task-1 (await_in_coroutines) waits for event #");
    expect_stderr("in coroutine wait_for_event_that_nobody_sets, awaited in await_in_coroutines at deadlock.c:");
    CHECK_INT(asyncio_run(await_in_coroutines), 1);
    CHECK_LOG("CancelledError");
}

static void *await_future_and_semaphore(void *arg)
{
    asyncio_semaphore *semaphore = asyncio_semaphore_new(0);
    if (arg)
        asyncio_semaphore_acquire(semaphore);
    else
        asyncio_await(asyncio_loop_create_future(asyncio_get_running_loop()));
    return arg;
}

TEST(futures_and_semaphores_are_named_too)
{
    expect_stderr("waits for future #");
    expect_stderr("waits for semaphore #");
    CHECK_INT(asyncio_run(await_future_and_semaphore), 1);
    CHECK_INT(asyncio_run(await_future_and_semaphore, "s"), 1);
}

static void *wait_stubbornly(void *arg)
{
    event = asyncio_event_new();
    while (asyncio_event_wait(event) < 0)
        log_("%s", raised());
    return arg;
}

TEST(a_task_that_swallows_its_cancellation_and_waits_again_is_destroyed)
{
    expect_stderr("asyncio: deadlock");
    expect_stderr("Task was destroyed but it is pending!");
    CHECK_INT(asyncio_run(wait_stubbornly), 1);
    CHECK_LOG("CancelledError");
}

static void *sleep_then_set(void *arg)
{
    asyncio_sleep(5);
    asyncio_event_set(event);
    return arg;
}

static void *wait_for_a_sleeper(void *arg)
{
    event = asyncio_event_new();
    asyncio_spawn(sleep_then_set);
    return wait_for_event(arg);
}

TEST(as_long_as_somebody_sleeps_there_is_no_deadlock)
{
    CHECK_INT(asyncio_run(wait_for_a_sleeper), 0);
    CHECK_LOG("woken");
}

static void *main_without_the_rest(void *arg)
{
    event = asyncio_event_new();
    asyncio_spawn(wait_for_event);
    asyncio_sleep(1);
    return arg;
}

TEST(tasks_that_main_does_not_wait_for_are_no_deadlock)
{
    CHECK_INT(asyncio_run(main_without_the_rest), 0);
    CHECK_LOG("CancelledError");
}

TEST(a_deadlock_can_be_taken_as_an_exception)
{
    expect_stderr("asyncio: deadlock");
    asyncio_exception *e = NULL;
    CHECK_INT(asyncio_run(wait_for_event_that_nobody_sets, .exception = &e), 1);
    CHECK_STRING(asyncio_exception_name(e), "RuntimeError");
    CHECK_LOG("CancelledError");
}
