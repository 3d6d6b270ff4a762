/* Lock: fairness, hand-over, `async with`, and cancellation in every moment of a hand-over. */
#include "unit.h"

static asyncio_lock *lock;

/* Takes the lock, logs it, holds it through a yield, gives it back. */
static void *use_lock(void *arg)
{
    const char *who = arg;
    asyncio_with (lock) {
        log_("+%s", who);
        asyncio_sleep(0);
        log_("-%s", who);
    }
    if (asyncio_failed())
        log_("!%s", who);
    return arg;
}

static void *take_lock(void *arg)
{
    log_("%s:%d", (char *)arg, asyncio_lock_acquire(lock));
    return arg;
}

/* ---- alone ---- */

ASYNC_TEST(a_lock_is_free_then_taken_then_free)
{
    lock = asyncio_lock_new();
    CHECK(!asyncio_lock_locked(lock));
    CHECK_INT(asyncio_lock_acquire(lock), 0);
    CHECK(asyncio_lock_locked(lock));
    CHECK_INT(asyncio_lock_release(lock), 0);
    CHECK(!asyncio_lock_locked(lock));
}

static void *log_arg(void *arg)
{
    log_("%s", (char *)arg);
    return arg;
}

ASYNC_TEST(taking_a_free_lock_does_not_suspend)
{
    lock = asyncio_lock_new();
    asyncio_create_task(log_arg, "other");
    asyncio_lock_acquire(lock);
    asyncio_lock_release(lock);
    asyncio_with (lock)
        log_("in");
    CHECK_LOG("in");
}

ASYNC_TEST(releasing_a_free_lock_is_a_runtime_error)
{
    lock = asyncio_lock_new();
    CHECK_INT(asyncio_lock_release(lock), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Lock is not acquired.");
    asyncio_lock_acquire(lock);
    asyncio_lock_release(lock);
    CHECK_INT(asyncio_lock_release(lock), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Lock is not acquired.");
}

static void *release_lock(void *arg)
{
    CHECK_INT(asyncio_lock_release(lock), 0);
    return arg;
}

ASYNC_TEST(any_task_may_release)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_await(asyncio_create_task(release_lock));
    CHECK(!asyncio_lock_locked(lock));
}

/* ---- fairness ---- */

ASYNC_TEST(a_lock_lets_one_in_at_a_time_in_the_order_of_asking)
{
    lock = asyncio_lock_new();
    asyncio_spawn(use_lock, "a");
    asyncio_spawn(use_lock, "b");
    asyncio_spawn(use_lock, "c");
    settle();
    CHECK_LOG("+a -a +b -b +c -c");
    CHECK(!asyncio_lock_locked(lock));
}

ASYNC_TEST(release_does_not_switch)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_spawn(take_lock, "waiter");
    asyncio_sleep(0);
    asyncio_lock_release(lock);
    log_("released, locked=%d", asyncio_lock_locked(lock));
    CHECK_LOG("released, locked=0");
    asyncio_sleep(0);
    CHECK_LOG("waiter:0");
}

ASYNC_TEST(a_lock_that_was_handed_over_cannot_be_snatched)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_spawn(take_lock, "waiter");
    asyncio_sleep(0);
    asyncio_lock_release(lock);
    asyncio_spawn(release_lock); /* for the waiter, or this test would wait for ever */
    CHECK_INT(asyncio_lock_acquire(lock), 0);
    log_("main");
    CHECK_LOG("waiter:0 main");
}

/* ---- async with ---- */

static int leave_with_by(char how)
{
    asyncio_with (lock) {
        CHECK(asyncio_lock_locked(lock));
        if (how == 'r')
            return 1;
        if (how == 'g')
            goto out;
        if (how == 'c')
            continue;
        if (how == 'e') {
            asyncio_raise(ASYNCIO_VALUE_ERROR, "x");
            return 2;
        }
        log_("end");
    }
    return 3;
out:
    return 4;
}

ASYNC_TEST(a_with_block_releases_however_it_is_left)
{
    lock = asyncio_lock_new();
    CHECK_INT(leave_with_by('r'), 1);
    CHECK(!asyncio_lock_locked(lock));
    CHECK_INT(leave_with_by('g'), 4);
    CHECK(!asyncio_lock_locked(lock));
    CHECK_INT(leave_with_by('c'), 3);
    CHECK(!asyncio_lock_locked(lock));
    CHECK_INT(leave_with_by(' '), 3);
    CHECK(!asyncio_lock_locked(lock));
    CHECK_LOG("end");
    CHECK_INT(leave_with_by('e'), 2);
    CHECK(!asyncio_lock_locked(lock));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "x");
}

ASYNC_TEST(releasing_in_the_block_makes_leaving_it_fail)
{
    lock = asyncio_lock_new();
    asyncio_with (lock)
        asyncio_lock_release(lock);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Lock is not acquired.");
}

ASYNC_TEST(a_block_that_cannot_be_entered_is_not_run)
{
    asyncio_with ((asyncio_lock *)NULL)
        log_("in");
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_LOG("");
}

/* ---- cancellation ---- */

ASYNC_TEST(a_cancelled_waiter_leaves_the_queue)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_task *a = asyncio_create_task(use_lock, "a");
    asyncio_create_task(use_lock, "b");
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    asyncio_sleep(0);
    CHECK_LOG("!a");
    asyncio_lock_release(lock);
    settle();
    CHECK_LOG("+b -b");
    CHECK_STRING(ending(a), "cancelled");
}

ASYNC_TEST(a_lock_whose_only_waiter_was_cancelled_is_free_for_the_next)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_task *a = asyncio_create_task(use_lock, "a");
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    asyncio_lock_release(lock);
    CHECK_INT(asyncio_lock_acquire(lock), 0); /* a is still in the queue, but cancelled: it is passed over */
    asyncio_lock_release(lock);
    settle();
    CHECK_LOG("!a");
}

ASYNC_TEST(a_waiter_cancelled_after_the_hand_over_passes_the_lock_on)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_task *a = asyncio_create_task(use_lock, "a");
    asyncio_create_task(use_lock, "b");
    asyncio_sleep(0);
    asyncio_lock_release(lock);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("!a +b -b");
    CHECK(!asyncio_lock_locked(lock));
}

ASYNC_TEST(a_waiter_cancelled_before_the_release_of_the_same_moment_is_passed_over)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_task *a = asyncio_create_task(use_lock, "a");
    asyncio_create_task(use_lock, "b");
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    asyncio_lock_release(lock);
    settle();
    CHECK_LOG("!a +b -b");
    CHECK(!asyncio_lock_locked(lock));
}

ASYNC_TEST(all_waiters_cancelled_in_the_moment_of_the_hand_over_leave_it_free)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_task *t[3];
    for (int i = 0; i < 3; i++)
        t[i] = asyncio_create_task(use_lock, "x");
    asyncio_sleep(0);
    asyncio_lock_release(lock);
    for (int i = 0; i < 3; i++)
        asyncio_task_cancel(t[i]);
    settle();
    CHECK(!asyncio_lock_locked(lock));
    CHECK_LOG("!x !x !x");
    CHECK_INT(asyncio_lock_acquire(lock), 0);
}

static void *swallow_and_retry(void *arg)
{
    if (asyncio_lock_acquire(lock) < 0) {
        log_("%s", raised());
        CHECK_INT(asyncio_lock_acquire(lock), 0);
    }
    log_("%s", (char *)arg);
    asyncio_lock_release(lock);
    return arg;
}

ASYNC_TEST(a_waiter_that_swallows_its_cancellation_queues_again_at_the_end)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_task *a = asyncio_create_task(swallow_and_retry, "a");
    asyncio_create_task(use_lock, "b");
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    asyncio_sleep(0);
    asyncio_lock_release(lock);
    settle();
    CHECK_LOG("CancelledError +b -b a");
}

ASYNC_TEST(who_comes_to_a_free_lock_waits_behind_one_that_was_not_cancelled)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_task *a = asyncio_create_task(use_lock, "a");
    asyncio_create_task(use_lock, "b");
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    asyncio_lock_release(lock); /* which wakes nobody: a is first, and will wake b when it leaves */
    CHECK(!asyncio_lock_locked(lock));
    CHECK_INT(asyncio_lock_acquire(lock), 0);
    log_("main");
    CHECK_LOG("!a +b -b main");
}

ASYNC_TEST(who_comes_after_a_hand_over_that_failed_is_behind_the_next_in_the_queue)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_task *a = asyncio_create_task(use_lock, "a");
    asyncio_create_task(use_lock, "b");
    asyncio_sleep(0);
    asyncio_lock_release(lock);
    asyncio_task_cancel(a);
    asyncio_create_task(use_lock, "c");
    settle();
    CHECK_LOG("!a +b -b +c -c");
}

ASYNC_TEST(a_lock_on_its_way_to_a_waiter_cannot_be_released_again)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_create_task(use_lock, "a");
    asyncio_sleep(0);
    asyncio_lock_release(lock);
    CHECK_INT(asyncio_lock_release(lock), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Lock is not acquired.");
    settle();
    CHECK_LOG("+a -a");
}

ASYNC_TEST(a_waiter_that_swallows_after_the_hand_over_has_lost_its_place)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_task *a = asyncio_create_task(swallow_and_retry, "a");
    asyncio_create_task(use_lock, "b");
    asyncio_sleep(0);
    asyncio_lock_release(lock);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("CancelledError +b -b a");
}

ASYNC_TEST(a_waiter_whose_cancellation_is_taken_back_keeps_the_lock_that_was_handed_to_it)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_task *a = asyncio_create_task(use_lock, "a");
    asyncio_create_task(use_lock, "b");
    asyncio_sleep(0);
    asyncio_lock_release(lock);
    asyncio_task_cancel(a);
    asyncio_task_uncancel(a);
    settle();
    CHECK_LOG("+a -a +b -b");
    CHECK_STRING(ending(a), "result");
}

static void *use_lock_within_1(void *arg)
{
    asyncio_with (asyncio_timeout(1))
        use_lock(arg);
    log_("%s", raised());
    return arg;
}

static void release_in_callback(void *arg)
{
    (void)arg;
    asyncio_lock_release(lock);
}

/* The timeout's deadline and the release come in the same turn. */
ASYNC_TEST(time_is_up_and_then_the_lock_is_released)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_create_task(use_lock_within_1, "a");
    asyncio_create_task(use_lock, "b");
    asyncio_sleep(0);
    asyncio_loop_call_at(asyncio_get_running_loop(), 1, release_in_callback);
    asyncio_sleep(2);
    CHECK_LOG("!a TimeoutError +b -b");
    CHECK(!asyncio_lock_locked(lock));
}

ASYNC_TEST(the_lock_is_released_and_then_time_is_up)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_loop_call_at(asyncio_get_running_loop(), 1, release_in_callback);
    asyncio_create_task(use_lock_within_1, "a");
    asyncio_create_task(use_lock, "b");
    asyncio_sleep(2);
    CHECK_LOG("!a TimeoutError +b -b");
    CHECK(!asyncio_lock_locked(lock));
}

static void *cancelled_in_the_block(void *arg)
{
    asyncio_with (lock)
        asyncio_sleep(10);
    return arg;
}

ASYNC_TEST(a_holder_that_is_cancelled_releases)
{
    lock = asyncio_lock_new();
    asyncio_task *a = asyncio_create_task(cancelled_in_the_block);
    asyncio_create_task(use_lock, "b");
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("+b -b");
    CHECK_STRING(ending(a), "cancelled");
}

/* ---- its life ---- */

static void *make_and_leave_a_lock(void *arg)
{
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_spawn(arg ? use_lock : take_lock, "waiter");
    asyncio_sleep(0);
    asyncio_lock_release(lock);
    return NULL;
}

ASYNC_TEST(a_lock_lives_as_long_as_somebody_waits_for_it)
{
    asyncio_await(asyncio_create_task(make_and_leave_a_lock, "with"));
    settle();
    CHECK_LOG("+waiter -waiter");
}

ASYNC_TEST(calls_with_null_instead_of_a_lock_raise_type_error)
{
    asyncio_lock *none = NULL;
    CHECK_INT(asyncio_lock_acquire(none), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a lock, got NULL");
    CHECK_INT(asyncio_lock_release(none), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(!asyncio_lock_locked(none));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

static void *leave_a_waiter_behind(void *arg)
{
    asyncio_lock_acquire(lock);
    asyncio_spawn(take_lock, "never");
    asyncio_sleep(0);
    return arg;
}

TEST(a_lock_may_outlive_a_loop_that_was_closed_over_its_waiters)
{
    expect_stderr("Task was destroyed but it is pending!");
    lock = asyncio_lock_new();
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_loop_run_until_complete(loop, asyncio_coro(leave_a_waiter_behind, NULL));
    asyncio_loop_close(loop);
    CHECK_INT(asyncio_lock_release(lock), 0);
    CHECK(!asyncio_lock_locked(lock));
    CHECK_LOG("");
}
