/* Event: one tells many. */
#include "unit.h"

static asyncio_event *event;

static void *wait_for_event(void *arg)
{
    int status = asyncio_event_wait(event);
    log_("%s:%d", (char *)arg, status);
    return arg;
}

ASYNC_TEST(an_event_is_set_and_cleared)
{
    event = asyncio_event_new();
    CHECK(!asyncio_event_is_set(event));
    asyncio_event_set(event);
    CHECK(asyncio_event_is_set(event));
    asyncio_event_set(event);
    CHECK(asyncio_event_is_set(event));
    asyncio_event_clear(event);
    CHECK(!asyncio_event_is_set(event));
    asyncio_event_clear(event);
    CHECK(!asyncio_event_is_set(event));
}

ASYNC_TEST(waiting_for_an_event_that_is_set_does_not_suspend)
{
    event = asyncio_event_new();
    asyncio_event_set(event);
    asyncio_spawn(wait_for_event, "other");
    CHECK_INT(asyncio_event_wait(event), 0);
    CHECK_LOG("");
    settle();
    CHECK_LOG("other:0");
}

ASYNC_TEST(set_wakes_all_waiters_in_order_in_the_next_turn)
{
    event = asyncio_event_new();
    asyncio_spawn(wait_for_event, "a");
    asyncio_spawn(wait_for_event, "b");
    asyncio_spawn(wait_for_event, "c");
    asyncio_sleep(0);
    asyncio_event_set(event);
    log_("set");
    asyncio_sleep(0);
    CHECK_LOG("set a:0 b:0 c:0");
}

ASYNC_TEST(who_was_woken_goes_on_even_if_the_event_is_cleared_again)
{
    event = asyncio_event_new();
    asyncio_spawn(wait_for_event, "a");
    asyncio_sleep(0);
    asyncio_event_set(event);
    asyncio_event_clear(event);
    asyncio_spawn(wait_for_event, "late");
    settle();
    CHECK_LOG("a:0");
    asyncio_event_set(event);
    settle();
    CHECK_LOG("late:0");
}

ASYNC_TEST(a_cancelled_waiter_leaves_the_others_waiting)
{
    event = asyncio_event_new();
    asyncio_task *a = asyncio_create_task(wait_for_event, "a");
    asyncio_spawn(wait_for_event, "b");
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("a:-1");
    asyncio_event_set(event);
    settle();
    CHECK_LOG("b:0");
}

ASYNC_TEST(a_waiter_cancelled_in_the_moment_of_set_is_cancelled_either_way_round)
{
    event = asyncio_event_new();
    asyncio_task *a = asyncio_create_task(wait_for_event, "a"), *b = asyncio_create_task(wait_for_event, "b");
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    asyncio_event_set(event);
    asyncio_task_cancel(b);
    settle();
    CHECK_LOG("a:-1 b:-1");
    CHECK(asyncio_event_is_set(event));
}

static void set_event(void *arg)
{
    (void)arg;
    asyncio_event_set(event);
}

ASYNC_TEST(a_callback_may_set_an_event)
{
    event = asyncio_event_new();
    asyncio_loop_call_later(asyncio_get_running_loop(), 2, set_event, NULL);
    CHECK_INT(asyncio_event_wait(event), 0);
    CHECK_NUMBER(now(), 2);
}

static void *wait_and_clear_3_times(void *arg)
{
    for (int i = 0; i < 3; i++) {
        CHECK_INT(asyncio_event_wait(event), 0);
        log_("%d", i);
        asyncio_event_clear(event);
    }
    return arg;
}

ASYNC_TEST(set_twice_with_clear_in_between_wakes_once)
{
    event = asyncio_event_new();
    asyncio_spawn(wait_and_clear_3_times);
    asyncio_sleep(0);
    asyncio_event_set(event);
    asyncio_event_clear(event);
    asyncio_event_set(event);
    settle();
    CHECK_LOG("0");
    asyncio_event_set(event);
    settle();
    CHECK_LOG("1");
    asyncio_event_set(event);
    settle();
    CHECK_LOG("2");
}

ASYNC_TEST(an_event_and_its_time_limit)
{
    event = asyncio_event_new();
    asyncio_with (asyncio_timeout(1))
        asyncio_event_wait(event);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    asyncio_loop_call_later(asyncio_get_running_loop(), 0.5, set_event, NULL);
    asyncio_with (asyncio_timeout(1))
        CHECK_INT(asyncio_event_wait(event), 0);
    CHECK_NOTHING_RAISED();
    CHECK_NUMBER(now(), 1.5);
}

ASYNC_TEST(a_thousand_waiters_are_woken_in_one_turn)
{
    event = asyncio_event_new();
    for (int i = 0; i < 1000; i++)
        asyncio_spawn(wait_for_event, "");
    asyncio_sleep(0);
    CHECK_INT(asyncio_all_tasks(NULL, 0), 1001);
    asyncio_event_set(event);
    asyncio_sleep(0);
    CHECK_INT(asyncio_all_tasks(NULL, 0), 1);
    unit_log[0] = '\0';
}

ASYNC_TEST(calls_with_null_instead_of_an_event_raise_type_error)
{
    asyncio_event *none = NULL;
    CHECK_INT(asyncio_event_wait(none), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs an event, got NULL");
    asyncio_event_set(none);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    asyncio_event_clear(none);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(!asyncio_event_is_set(none));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}
