/* Semaphore and BoundedSemaphore: counting, fairness, and no permit lost however a waiter is cancelled. */
#include "unit.h"

static asyncio_semaphore *semaphore;

static void *use_semaphore(void *arg)
{
    asyncio_with (semaphore) {
        log_("+%s", (char *)arg);
        asyncio_sleep(0);
        log_("-%s", (char *)arg);
    }
    if (asyncio_failed())
        log_("!%s", (char *)arg);
    return arg;
}

static void *take(void *arg)
{
    log_("%s:%d", (char *)arg, asyncio_semaphore_acquire(semaphore));
    return arg;
}

/* How many can be taken without waiting; takes them. */
static int permits(void)
{
    int count = 0;
    for (; !asyncio_semaphore_locked(semaphore); count++)
        CHECK_INT(asyncio_semaphore_acquire(semaphore), 0);
    return count;
}

ASYNC_TEST(a_semaphore_counts_down_to_locked)
{
    semaphore = asyncio_semaphore_new(3);
    CHECK(!asyncio_semaphore_locked(semaphore));
    CHECK_INT(permits(), 3);
    CHECK(asyncio_semaphore_locked(semaphore));
    CHECK_INT(asyncio_semaphore_release(semaphore), 0);
    CHECK(!asyncio_semaphore_locked(semaphore));
    CHECK_INT(permits(), 1);
}

ASYNC_TEST(a_semaphore_may_be_released_above_its_first_value)
{
    semaphore = asyncio_semaphore_new(0);
    CHECK(asyncio_semaphore_locked(semaphore));
    asyncio_semaphore_release(semaphore);
    asyncio_semaphore_release(semaphore);
    CHECK_INT(permits(), 2);
}

ASYNC_TEST(a_bounded_semaphore_may_not)
{
    semaphore = asyncio_bounded_semaphore_new(1);
    CHECK_INT(asyncio_semaphore_release(semaphore), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "BoundedSemaphore released too many times");
    CHECK_INT(asyncio_semaphore_acquire(semaphore), 0);
    CHECK_INT(asyncio_semaphore_release(semaphore), 0);
    CHECK_INT(asyncio_semaphore_release(semaphore), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "released too many times");
    CHECK_INT(permits(), 1);
}

TEST(a_negative_value_is_a_value_error)
{
    CHECK(asyncio_semaphore_new(-1) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "Semaphore initial value must be >= 0");
    CHECK(asyncio_bounded_semaphore_new(-1) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "Semaphore initial value must be >= 0");
}

ASYNC_TEST(two_at_a_time_in_the_order_of_asking)
{
    semaphore = asyncio_semaphore_new(2);
    static char *const names[] = {"0", "1", "2", "3"};
    for (int i = 0; i < 4; i++)
        asyncio_spawn(use_semaphore, names[i]);
    settle();
    CHECK_LOG("+0 +1 -0 -1 +2 +3 -2 -3");
    CHECK_INT(permits(), 2);
}

static void *download(void *arg)
{
    long n = (long)arg;
    asyncio_with (semaphore) {
        log_("+%ld", n);
        asyncio_sleep(0.1001 + (double)(n % 2) / 10000); /* both in the same tick of the clock, of 1 ms */
        log_("-%ld", n);
    }
    return arg;
}

ASYNC_TEST(holders_that_end_within_one_tick_make_room_together)
{
    semaphore = asyncio_semaphore_new(2);
    for (long n = 0; n < 4; n++)
        asyncio_spawn(download, (void *)n);
    asyncio_sleep(1);
    CHECK_LOG("+0 +1 -0 -1 +2 +3 -2 -3");
}

ASYNC_TEST(release_does_not_switch_and_the_permit_is_the_waiters)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_spawn(take, "waiter");
    asyncio_sleep(0);
    asyncio_semaphore_release(semaphore);
    CHECK(asyncio_semaphore_locked(semaphore));
    CHECK_LOG("");
    asyncio_sleep(0);
    CHECK_LOG("waiter:0");
}

ASYNC_TEST(who_comes_after_a_waiter_waits_even_if_there_is_a_permit)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_spawn(take, "first");
    asyncio_sleep(0);
    asyncio_semaphore_release(semaphore);
    asyncio_semaphore_release(semaphore);
    CHECK(asyncio_semaphore_locked(semaphore));
    CHECK_INT(asyncio_semaphore_acquire(semaphore), 0);
    log_("main");
    CHECK_LOG("first:0 main");
}

ASYNC_TEST(several_releases_wake_several_waiters_in_order)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_spawn(take, "a");
    asyncio_spawn(take, "b");
    asyncio_spawn(take, "c");
    asyncio_sleep(0);
    asyncio_semaphore_release(semaphore);
    asyncio_semaphore_release(semaphore);
    asyncio_sleep(0);
    CHECK_LOG("a:0 b:0");
    asyncio_semaphore_release(semaphore);
    asyncio_sleep(0);
    CHECK_LOG("c:0");
}

/* ---- cancellation ---- */

ASYNC_TEST(a_cancelled_waiter_is_passed_over)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_task *a = asyncio_create_task(take, "a");
    asyncio_spawn(take, "b");
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    asyncio_semaphore_release(semaphore);
    settle();
    CHECK_LOG("a:-1 b:0");
    CHECK_INT(permits(), 0);
}

ASYNC_TEST(a_waiter_cancelled_after_the_hand_over_gives_the_permit_on)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_task *a = asyncio_create_task(take, "a");
    asyncio_spawn(take, "b");
    asyncio_sleep(0);
    asyncio_semaphore_release(semaphore);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("a:-1 b:0");
    CHECK_INT(permits(), 0);
}

ASYNC_TEST(a_permit_whose_waiter_was_cancelled_with_nobody_behind_comes_back)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_task *a = asyncio_create_task(take, "a");
    asyncio_sleep(0);
    asyncio_semaphore_release(semaphore);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("a:-1");
    CHECK_INT(permits(), 1);
}

ASYNC_TEST(acquire_right_after_releasing_past_cancelled_waiters_does_not_hang)
{
    semaphore = asyncio_semaphore_new(1);
    asyncio_semaphore_acquire(semaphore);
    asyncio_task *a = asyncio_create_task(take, "a"), *b = asyncio_create_task(take, "b");
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    asyncio_task_cancel(b);
    asyncio_semaphore_release(semaphore);
    CHECK(!asyncio_semaphore_locked(semaphore));
    CHECK_INT(asyncio_semaphore_acquire(semaphore), 0);
    settle();
    CHECK_LOG("a:-1 b:-1");
    CHECK_INT(permits(), 0);
}

ASYNC_TEST(several_cancelled_waiters_are_passed_over_before_they_have_run)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_task *a = asyncio_create_task(take, "a"), *b = asyncio_create_task(take, "b");
    asyncio_spawn(take, "c");
    asyncio_spawn(take, "d");
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    asyncio_task_cancel(b);
    asyncio_semaphore_release(semaphore);
    settle();
    CHECK_LOG("a:-1 b:-1 c:0");
    CHECK_INT(permits(), 0);
    asyncio_semaphore_release(semaphore);
    settle();
    CHECK_LOG("d:0");
}

ASYNC_TEST(of_two_that_were_woken_the_first_is_cancelled)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_task *a = asyncio_create_task(take, "a");
    asyncio_spawn(take, "b");
    asyncio_spawn(take, "c");
    asyncio_sleep(0);
    asyncio_semaphore_release(semaphore);
    asyncio_semaphore_release(semaphore);
    asyncio_task_cancel(a);
    asyncio_sleep(0);
    CHECK_LOG("a:-1 b:0");
    settle();
    CHECK_LOG("c:0");
    CHECK_INT(permits(), 0);
}

ASYNC_TEST(all_that_were_woken_are_cancelled)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_task *a = asyncio_create_task(take, "a"), *b = asyncio_create_task(take, "b");
    asyncio_spawn(take, "c");
    asyncio_spawn(take, "d");
    asyncio_sleep(0);
    asyncio_semaphore_release(semaphore);
    asyncio_semaphore_release(semaphore);
    asyncio_task_cancel(a);
    asyncio_task_cancel(b);
    settle();
    CHECK_LOG("a:-1 b:-1 c:0 d:0");
    CHECK_INT(permits(), 0);
}

/* Who came only for order's sake is woken by the one before it, in the same turn. */
ASYNC_TEST(late_comers_take_the_permits_that_are_left)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_spawn(take, "a");
    asyncio_sleep(0);
    for (int i = 0; i < 3; i++)
        asyncio_semaphore_release(semaphore);
    asyncio_task *last[] = {asyncio_create_task(take, "b"), asyncio_create_task(take, "c"),
                            asyncio_create_task(take, "d")};
    asyncio_sleep(0);
    CHECK_LOG("a:0 b:0 c:0");
    settle();
    CHECK_LOG("");
    CHECK_STRING(ending(last[2]), "pending");
    asyncio_semaphore_release(semaphore);
    settle();
    CHECK_LOG("d:0");
}

ASYNC_TEST(a_late_comer_takes_the_permit_of_the_one_that_was_cancelled)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_task *a = asyncio_create_task(take, "a");
    asyncio_sleep(0);
    asyncio_semaphore_release(semaphore);
    asyncio_task_cancel(a);
    asyncio_spawn(take, "b");
    asyncio_task *c = asyncio_create_task(take, "c");
    settle();
    CHECK_LOG("a:-1 b:0");
    asyncio_task_cancel(c);
    settle();
    CHECK_LOG("c:-1");
    CHECK_INT(permits(), 0);
}

ASYNC_TEST(a_permit_that_comes_back_counts_against_the_bound)
{
    semaphore = asyncio_bounded_semaphore_new(1);
    asyncio_semaphore_acquire(semaphore);
    asyncio_task *a = asyncio_create_task(take, "a");
    asyncio_sleep(0);
    asyncio_semaphore_release(semaphore);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("a:-1");
    CHECK_INT(asyncio_semaphore_release(semaphore), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "BoundedSemaphore released too many times");
    CHECK_INT(permits(), 1);
}

/* As in CPython: what is on its way to a waiter is not counted, so that the bound is passed. */
ASYNC_TEST(a_permit_on_its_way_to_a_waiter_does_not_count_against_the_bound)
{
    semaphore = asyncio_bounded_semaphore_new(1);
    asyncio_semaphore_acquire(semaphore);
    asyncio_spawn(take, "a");
    asyncio_sleep(0);
    CHECK_INT(asyncio_semaphore_release(semaphore), 0);
    CHECK_INT(asyncio_semaphore_release(semaphore), 0);
    settle();
    CHECK_LOG("a:0");
    CHECK_INT(permits(), 1);
}

static void *take_within_1(void *arg)
{
    asyncio_with (asyncio_timeout(1))
        take(arg);
    log_("%s", raised());
    return arg;
}

static void release_in_callback(void *arg)
{
    (void)arg;
    asyncio_semaphore_release(semaphore);
}

ASYNC_TEST(a_permit_that_comes_when_time_is_up_goes_to_the_next)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_loop_call_at(asyncio_get_running_loop(), 1, release_in_callback);
    asyncio_spawn(take_within_1, "a");
    asyncio_spawn(take, "b");
    asyncio_sleep(2);
    CHECK_LOG("a:-1 TimeoutError b:0");
    CHECK_INT(permits(), 0);
}

static void *acquire_twice(void *arg)
{
    take(arg);
    raised();
    take(arg);
    return arg;
}

ASYNC_TEST(a_waiter_that_swallows_and_asks_again_gets_its_turn)
{
    semaphore = asyncio_semaphore_new(0);
    asyncio_task *a = asyncio_create_task(acquire_twice, "a");
    asyncio_spawn(take, "b");
    asyncio_sleep(0);
    asyncio_semaphore_release(semaphore);
    asyncio_task_cancel(a);
    asyncio_sleep(0);
    CHECK_LOG("a:-1");
    asyncio_semaphore_release(semaphore);
    settle();
    CHECK_LOG("b:0 a:0");
    CHECK_INT(permits(), 0);
}

ASYNC_TEST(calls_with_null_instead_of_a_semaphore_raise_type_error)
{
    asyncio_semaphore *none = NULL;
    CHECK_INT(asyncio_semaphore_acquire(none), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a semaphore, got NULL");
    CHECK_INT(asyncio_semaphore_release(none), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(!asyncio_semaphore_locked(none));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

ASYNC_TEST(who_was_woken_goes_before_who_comes_and_the_cancelled_are_passed_over)
{
    asyncio_task *tasks[5];
    char *names[] = {"a", "b", "c", "d", "e"};
    semaphore = asyncio_semaphore_new(0);
    for (int i = 0; i < 5; i++)
        tasks[i] = asyncio_create_task(take, names[i]);
    asyncio_sleep(0);
    asyncio_task_cancel(tasks[0]);
    asyncio_task_cancel(tasks[2]);
    for (int i = 0; i < 4; i++)
        asyncio_semaphore_release(semaphore); /* for b, d, e and one more */
    CHECK_INT(asyncio_semaphore_statistics(semaphore).value, 1);
    CHECK(asyncio_semaphore_locked(semaphore));
    CHECK_INT(asyncio_semaphore_statistics(semaphore).tasks_waiting, 0);
    settle();
    CHECK_LOG("a:-1 c:-1 b:0 d:0 e:0");
    CHECK_INT(permits(), 1);
}
