/* asyncio.timeout, timeout_at and wait_for: CPython's test_timeouts and test_waitfor tell what matters. */
#include "unit.h"

static const char *timed_out(void)
{
    return asyncio_failed() ? raised() : "in time";
}

/* ---- timeout: the block ---- */

ASYNC_TEST(a_block_that_takes_too_long_raises_timeout_error)
{
    double begin = now();
    asyncio_timeout *limit = asyncio_timeout(2);
    asyncio_with (limit) {
        CHECK_INT(asyncio_sleep(10), -1);
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 2);
    CHECK(asyncio_timeout_expired(limit));
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
}

ASYNC_TEST(timeout_error_comes_from_the_cancelled_error)
{
    asyncio_with (asyncio_timeout(1))
        asyncio_sleep(10);
    asyncio_exception *e = asyncio_except(ASYNCIO_TIMEOUT_ERROR);
    CHECK(e);
    CHECK(asyncio_isinstance(asyncio_exception_cause(e), ASYNCIO_CANCELLED_ERROR));
    CHECK_POINTER(asyncio_exception_context(e), asyncio_exception_cause(e));
}

ASYNC_TEST(a_block_in_time_raises_nothing)
{
    asyncio_timeout *limit = asyncio_timeout(2);
    asyncio_with (limit)
        CHECK_INT(asyncio_sleep(1), 0);
    CHECK_NOTHING_RAISED();
    CHECK(!asyncio_timeout_expired(limit));
    CHECK_INT(asyncio_sleep(5), 0);
}

ASYNC_TEST(no_limit)
{
    asyncio_timeout *limit = asyncio_timeout(INFINITY);
    CHECK(asyncio_timeout_when(limit) == INFINITY);
    asyncio_with (limit)
        CHECK_INT(asyncio_sleep(1e6), 0);
    CHECK_NOTHING_RAISED();
    asyncio_with (asyncio_timeout_at(INFINITY))
        CHECK_INT(asyncio_sleep(1), 0);
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(a_limit_of_zero_expires_at_the_first_suspension)
{
    asyncio_with (asyncio_timeout(0)) {
        log_("in");
        asyncio_sleep(10);
        log_("%s", asyncio_failed() ? "cancelled" : "slept");
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_LOG("in cancelled");
}

ASYNC_TEST(a_limit_of_zero_does_not_let_even_a_yield_through)
{
    asyncio_with (asyncio_timeout(0))
        CHECK_INT(asyncio_sleep(0), -1);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    asyncio_with (asyncio_timeout_at(-5))
        CHECK_INT(asyncio_sleep(0), -1);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
}

ASYNC_TEST(time_that_passes_after_the_last_await_is_not_noticed)
{
    asyncio_timeout *limit = asyncio_timeout(1);
    asyncio_with (limit) {
        CHECK_INT(asyncio_sleep(0.5), 0);
        asyncio_time_sleep(3);
    }
    CHECK_NOTHING_RAISED();
    CHECK(!asyncio_timeout_expired(limit));
    CHECK_INT(asyncio_sleep(1), 0);
}

ASYNC_TEST(a_time_that_is_over)
{
    double begin = now();
    asyncio_with (asyncio_timeout_at(begin - 1))
        asyncio_sleep(10);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    asyncio_with (asyncio_timeout(-INFINITY))
        asyncio_sleep(10);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 0);
}

ASYNC_TEST(a_block_that_never_suspends_cannot_be_interrupted)
{
    asyncio_timeout *limit = asyncio_timeout(0);
    asyncio_with (limit)
        asyncio_time_sleep(1);
    CHECK_NOTHING_RAISED();
    CHECK(!asyncio_timeout_expired(limit));
    CHECK_INT(asyncio_sleep(1), 0);
}

ASYNC_TEST(when_and_timeout_at)
{
    double begin = now();
    CHECK_NUMBER(asyncio_timeout_when(asyncio_timeout(3)), begin + 3);
    asyncio_with (asyncio_timeout_at(begin + 3))
        asyncio_sleep(10);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 3);
}

ASYNC_TEST(the_clock_starts_when_it_is_made)
{
    double begin = now();
    asyncio_timeout *limit = asyncio_timeout(3);
    asyncio_sleep(2);
    asyncio_with (limit)
        asyncio_sleep(10);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 3);
}

static long leave_early(void)
{
    asyncio_with (asyncio_timeout(1)) {
        asyncio_sleep(10);
        return 1;
    }
    return 2;
}

ASYNC_TEST(return_out_of_a_block_that_expired)
{
    CHECK_INT(leave_early(), 1);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
}

ASYNC_TEST(another_exception_passes)
{
    asyncio_with (asyncio_timeout(1))
        asyncio_raise(ASYNCIO_KEY_ERROR, "k");
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "k");
    CHECK_INT(asyncio_sleep(5), 0);
}

ASYNC_TEST(an_exception_after_the_time_is_up_passes)
{
    asyncio_timeout *limit = asyncio_timeout(1);
    asyncio_with (limit) {
        asyncio_sleep(10);
        CHECK(asyncio_except(ASYNCIO_CANCELLED_ERROR));
        asyncio_raise(ASYNCIO_VALUE_ERROR, "v");
    }
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "v");
    CHECK(asyncio_timeout_expired(limit));
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
}

ASYNC_TEST(a_timeout_error_stands_between_another_exception_and_the_cancelled_error)
{
    asyncio_with (asyncio_timeout(1)) {
        asyncio_sleep(10);
        asyncio_raise(ASYNCIO_VALUE_ERROR, "v"); /* while CancelledError is pending: that is its context */
    }
    asyncio_exception *e = asyncio_except(ASYNCIO_VALUE_ERROR);
    CHECK(e);
    CHECK_STRING(asyncio_exception_name(asyncio_exception_context(e)), "TimeoutError");
    CHECK_STRING(asyncio_exception_name(asyncio_exception_context(asyncio_exception_context(e))), "CancelledError");
}

ASYNC_TEST(a_cancellation_that_the_block_swallows_is_no_error)
{
    asyncio_timeout *limit = asyncio_timeout(1);
    asyncio_with (limit) {
        asyncio_sleep(10);
        CHECK(asyncio_except(ASYNCIO_CANCELLED_ERROR));
        CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 1);
        CHECK_INT(asyncio_sleep(1), 0);
    }
    CHECK_NOTHING_RAISED();
    CHECK(asyncio_timeout_expired(limit));
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
}

/* ---- timeout: wrong use ---- */

TEST(outside_a_loop)
{
    CHECK(!asyncio_timeout(1));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "");
    CHECK(!asyncio_timeout_at(1));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "");
}

static void enter_in_callback(void *arg)
{
    asyncio_with (asyncio_timeout(1))
        log_("entered");
    log_("%s", raised());
    asyncio_future_set_result(arg, NULL);
}

ASYNC_TEST(outside_a_task)
{
    asyncio_future *done = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_loop_call_soon(asyncio_get_running_loop(), enter_in_callback, done);
    asyncio_await(done);
    CHECK_LOG("RuntimeError");
}

ASYNC_TEST(a_timeout_serves_for_one_block)
{
    asyncio_timeout *limit = asyncio_timeout(1);
    asyncio_with (limit)
        asyncio_with (limit)
            log_("twice");
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "already been entered");
    asyncio_with (limit)
        log_("again");
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "already been entered");
    CHECK_LOG("");
}

ASYNC_TEST(a_limit_that_is_not_a_number)
{
    asyncio_with (asyncio_timeout(NAN))
        log_("entered");
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "NaN");
    CHECK(!asyncio_timeout_at(NAN));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "NaN");
    CHECK_LOG("");
}

ASYNC_TEST(with_an_exception_pending_the_block_is_not_entered)
{
    asyncio_raise(ASYNCIO_KEY_ERROR, "k");
    asyncio_with (asyncio_timeout(1))
        log_("entered");
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "k");
    CHECK_LOG("");
}

ASYNC_TEST(a_null_handle)
{
    asyncio_timeout *none = NULL;
    asyncio_timeout_when(none);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "a timeout");
    CHECK(!asyncio_timeout_expired(none));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "a timeout");
    CHECK_INT(asyncio_timeout_reschedule(none, 1), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "a timeout");
}

/* ---- reschedule ---- */

ASYNC_TEST(reschedule_later_and_earlier)
{
    double begin = now();
    asyncio_timeout *limit = asyncio_timeout(2);
    asyncio_with (limit) {
        CHECK_INT(asyncio_timeout_reschedule(limit, begin + 5), 0);
        CHECK_NUMBER(asyncio_timeout_when(limit), begin + 5);
        CHECK_INT(asyncio_sleep(3), 0);
        CHECK_INT(asyncio_timeout_reschedule(limit, begin + 4), 0);
        asyncio_sleep(10);
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 4);
}

ASYNC_TEST(reschedule_to_never_and_to_now)
{
    double begin = now();
    asyncio_timeout *limit = asyncio_timeout(1);
    asyncio_with (limit) {
        asyncio_timeout_reschedule(limit, INFINITY);
        CHECK_INT(asyncio_sleep(100), 0);
        asyncio_timeout_reschedule(limit, now());
        asyncio_sleep(100);
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 100);
}

ASYNC_TEST(reschedule_to_a_time_that_is_over_many_times)
{
    asyncio_timeout *limit = asyncio_timeout(0);
    asyncio_with (limit) {
        for (int i = 0; i < 5; i++)
            CHECK_INT(asyncio_timeout_reschedule(limit, 0), 0);
        CHECK_INT(asyncio_timeout_reschedule(limit, INFINITY), 0);
        CHECK_INT(asyncio_sleep(1), 0);
    }
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(reschedule_when_it_cannot_be)
{
    asyncio_timeout *limit = asyncio_timeout(1);
    CHECK_INT(asyncio_timeout_reschedule(limit, 1), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "has not been entered");
    asyncio_with (limit) {
        CHECK_INT(asyncio_timeout_reschedule(limit, NAN), -1);
        CHECK_RAISES(ASYNCIO_VALUE_ERROR, "NaN");
        asyncio_sleep(10);
        asyncio_except(ASYNCIO_CANCELLED_ERROR);
        CHECK_INT(asyncio_timeout_reschedule(limit, 1), -1);
        CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Cannot change state of expiring Timeout");
    }
    CHECK_INT(asyncio_timeout_reschedule(limit, 1), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Cannot change state of expired Timeout");
    limit = asyncio_timeout(1);
    asyncio_with (limit) {
    }
    CHECK_INT(asyncio_timeout_reschedule(limit, 1), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Cannot change state of finished Timeout");
}

static void extend(void *arg)
{
    CHECK_INT(asyncio_timeout_reschedule(arg, now() + 5), 0);
}

ASYNC_TEST(a_callback_may_reschedule)
{
    double begin = now();
    asyncio_timeout *limit = asyncio_timeout(2);
    asyncio_loop_call_later(asyncio_get_running_loop(), 1, extend, limit);
    asyncio_with (limit)
        asyncio_sleep(10);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 6);
}

/* The deadline is over, but the loop has not had a turn to see it. */
ASYNC_TEST(reschedule_a_deadline_that_has_passed_unseen)
{
    asyncio_timeout *limit = asyncio_timeout(1);
    asyncio_with (limit) {
        asyncio_time_sleep(2);
        CHECK_INT(asyncio_timeout_reschedule(limit, 5), 0);
        CHECK_INT(asyncio_sleep(1), 0);
    }
    CHECK_NOTHING_RAISED();
    CHECK(!asyncio_timeout_expired(limit));
}

ASYNC_TEST(reschedule_the_inner_past_the_outer)
{
    double begin = now();
    asyncio_timeout *outer = asyncio_timeout(2), *inner = asyncio_timeout(1);
    asyncio_with (outer)
        asyncio_with (inner) {
            asyncio_timeout_reschedule(inner, begin + 3);
            asyncio_sleep(10);
        }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(asyncio_timeout_expired(outer) && !asyncio_timeout_expired(inner));
    CHECK_NUMBER(now() - begin, 2);
}

ASYNC_TEST(reschedule_the_outer_when_the_inner_has_expired)
{
    double begin = now();
    asyncio_timeout *outer = asyncio_timeout(2);
    asyncio_with (outer) {
        asyncio_with (asyncio_timeout(1))
            asyncio_sleep(10);
        CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
        CHECK_INT(asyncio_timeout_reschedule(outer, begin + 5), 0);
        CHECK_INT(asyncio_sleep(3), 0);
    }
    CHECK_NOTHING_RAISED();
    CHECK_NUMBER(asyncio_timeout_when(outer), begin + 5);
}

/* ---- whose cancellation it is ---- */

static void *limited(void *arg)
{
    asyncio_with (asyncio_timeout(*(double *)arg)) {
        asyncio_sleep(10);
    }
    if (asyncio_failed())
        log_("%s", asyncio_exception_name(asyncio_pending()));
    return NULL;
}

ASYNC_TEST(a_cancellation_from_outside_stays_one)
{
    double limit = 5;
    asyncio_task *task = asyncio_create_task(limited, &limit);
    asyncio_sleep(1);
    asyncio_task_cancel(task);
    asyncio_await(task);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK(asyncio_task_cancelled(task));
    CHECK_LOG("CancelledError");
}

static void cancel(void *task)
{
    asyncio_task_cancel(task);
}

/* Both in the same turn, the outer request first or second: it must not be lost. */
ASYNC_TEST(cancelled_before_the_time_is_up_in_the_same_turn)
{
    double limit = 2;
    asyncio_task *task = asyncio_create_task(limited, &limit);
    asyncio_loop_call_later(asyncio_get_running_loop(), 2, cancel, task);
    asyncio_await(task);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_LOG("CancelledError");
    CHECK_INT(asyncio_task_cancelling(task), 1);
}

ASYNC_TEST(cancelled_after_the_time_is_up_in_the_same_turn)
{
    double limit = 2;
    asyncio_task *task = asyncio_create_task(limited, &limit);
    asyncio_sleep(0);
    asyncio_loop_call_later(asyncio_get_running_loop(), 2, cancel, task);
    asyncio_await(task);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_LOG("CancelledError");
    CHECK_INT(asyncio_task_cancelling(task), 1);
}

static void *cancelled_already(void *arg)
{
    asyncio_task_cancel(asyncio_current_task());
    asyncio_with (asyncio_timeout(0))
        asyncio_sleep(1);
    log_("%s", asyncio_failed() ? asyncio_exception_name(asyncio_pending()) : "-");
    return arg;
}

/* As in CPython: only requests since the block began keep it from being TimeoutError; the old one stays counted. */
ASYNC_TEST(a_request_from_before_the_block_does_not_count)
{
    asyncio_task *task = asyncio_create_task(cancelled_already, NULL);
    asyncio_await(task);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_LOG("TimeoutError");
    CHECK_INT(asyncio_task_cancelling(task), 1);
}

ASYNC_TEST(nested_and_the_inner_expires)
{
    asyncio_timeout *outer = asyncio_timeout(5), *inner = asyncio_timeout(1);
    asyncio_with (outer) {
        asyncio_with (inner)
            asyncio_sleep(10);
        CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
        CHECK_INT(asyncio_sleep(1), 0);
    }
    CHECK_NOTHING_RAISED();
    CHECK(asyncio_timeout_expired(inner) && !asyncio_timeout_expired(outer));
}

ASYNC_TEST(nested_and_the_outer_expires)
{
    asyncio_timeout *outer = asyncio_timeout(1), *inner = asyncio_timeout(5);
    asyncio_with (outer) {
        asyncio_with (inner)
            asyncio_sleep(10);
        log_("%s", asyncio_exception_name(asyncio_pending()));
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(!asyncio_timeout_expired(inner) && asyncio_timeout_expired(outer));
    CHECK_LOG("CancelledError");
}

ASYNC_TEST(nested_and_both_expire_in_the_same_turn)
{
    asyncio_timeout *outer = asyncio_timeout(1), *inner = asyncio_timeout(1);
    asyncio_with (outer) {
        asyncio_with (inner)
            asyncio_sleep(10);
        log_("%s", asyncio_exception_name(asyncio_pending()));
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(asyncio_timeout_expired(inner) && asyncio_timeout_expired(outer));
    CHECK_LOG("CancelledError"); /* the inner sees that another request is left, and lets it pass */
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
    CHECK_INT(asyncio_sleep(1), 0);
}

ASYNC_TEST(nested_and_the_outer_expires_while_the_inner_is_handled)
{
    asyncio_with (asyncio_timeout(2)) {
        asyncio_with (asyncio_timeout(1))
            asyncio_sleep(10);
        CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
        asyncio_sleep(10);
        log_("%s", asyncio_exception_name(asyncio_pending()));
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_LOG("CancelledError");
}

static void *sleeper(void *arg)
{
    asyncio_sleep(*(double *)arg);
    if (asyncio_failed())
        log_("child:%s", asyncio_exception_name(asyncio_pending()));
    return arg;
}

ASYNC_TEST(a_task_group_within_a_timeout)
{
    double ten = 10;
    asyncio_with (asyncio_timeout(1)) {
        asyncio_task_group *group = asyncio_task_group_new();
        asyncio_with (group)
            asyncio_task_group_create_task(group, sleeper, &ten);
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_LOG("child:CancelledError");
}

static void *limit_and_fail(void *arg)
{
    asyncio_with (asyncio_timeout(1))
        asyncio_sleep(10);
    return arg;
}

ASYNC_TEST(a_timeout_within_a_task_group)
{
    double ten = 10;
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        asyncio_task_group_create_task(group, limit_and_fail, NULL);
        asyncio_task_group_create_task(group, sleeper, &ten);
    }
    asyncio_exception *e = asyncio_except_star(ASYNCIO_TIMEOUT_ERROR);
    CHECK_INT(asyncio_exception_group_count(e), 1);
    CHECK_NOTHING_RAISED();
    CHECK_LOG("child:CancelledError");
}

ASYNC_TEST(nested_and_both_without_any_time)
{
    asyncio_timeout *outer = asyncio_timeout(0), *inner = asyncio_timeout(0);
    asyncio_with (outer) {
        asyncio_with (inner)
            asyncio_sleep(0);
        log_("%s", asyncio_exception_name(asyncio_pending()));
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_LOG("CancelledError");
    CHECK(asyncio_timeout_expired(inner) && asyncio_timeout_expired(outer));
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
}

/* The loop was busy when time was up: how late it is heard does not change whose time it was. */
ASYNC_TEST(nested_and_the_outer_expires_while_the_thread_is_busy)
{
    asyncio_timeout *outer = asyncio_timeout(1), *inner = asyncio_timeout(5);
    asyncio_with (outer)
        asyncio_with (inner) {
            asyncio_time_sleep(3);
            asyncio_sleep(1);
        }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(asyncio_timeout_expired(outer) && !asyncio_timeout_expired(inner));
}

ASYNC_TEST(nested_and_the_inner_expires_while_the_thread_is_busy)
{
    double begin = now();
    asyncio_with (asyncio_timeout(4)) {
        asyncio_with (asyncio_timeout(1)) {
            asyncio_time_sleep(3);
            asyncio_sleep(1);
        }
        CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
        asyncio_sleep(10);
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 4);
}

ASYNC_TEST(a_timeout_for_the_cleanup_after_a_timeout)
{
    double begin = now();
    asyncio_with (asyncio_timeout(1)) {
        asyncio_sleep(10);
        asyncio_finally {
            asyncio_with (asyncio_timeout(1))
                asyncio_sleep(10);
            CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
            CHECK_NUMBER(now() - begin, 2);
        }
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
}

static void *cancelled_and_limited(void *arg)
{
    asyncio_task *self = asyncio_current_task();
    asyncio_task_cancel(self);
    asyncio_sleep(1);
    log_("%s", raised());
    asyncio_with (asyncio_timeout(0))
        asyncio_sleep(1);
    log_("%s", raised());
    asyncio_with (asyncio_timeout(1)) {
        asyncio_task_cancel(self);
        asyncio_sleep(2);
    }
    log_("%s %d", raised(), asyncio_task_cancelling(self));
    return arg;
}

ASYNC_TEST(a_cleanup_with_a_limit_after_a_cancellation)
{
    asyncio_task *task = asyncio_create_task(cancelled_and_limited);
    asyncio_await(task);
    CHECK_LOG("CancelledError TimeoutError CancelledError 2");
    CHECK_STRING(ending(task), "result");
}

/* Swallows the first request and goes on; `uncancels` says whether it tells the task so. */
static void *swallow_in_the_block(void *uncancels)
{
    asyncio_with (asyncio_timeout(5)) {
        asyncio_sleep(10);
        log_("%s", raised());
        if (uncancels)
            asyncio_task_uncancel(asyncio_current_task());
        asyncio_sleep(10);
    }
    const char *what = raised();
    log_("%s %d", what, asyncio_task_cancelling(asyncio_current_task()));
    return NULL;
}

ASYNC_TEST(a_swallowed_cancellation_and_then_the_time_is_up)
{
    for (int uncancels = 0; uncancels < 2; uncancels++) {
        asyncio_task *task = asyncio_create_task(swallow_in_the_block, uncancels ? "yes" : NULL);
        asyncio_sleep(1);
        asyncio_task_cancel(task);
        asyncio_await(task);
    }
    CHECK_LOG("CancelledError CancelledError 1 CancelledError TimeoutError 0");
}

ASYNC_TEST(a_timeout_that_was_swallowed_and_then_a_cancellation)
{
    asyncio_task *task = asyncio_create_task(swallow_in_the_block);
    asyncio_sleep(6);
    CHECK_LOG("CancelledError");
    asyncio_task_cancel(task);
    asyncio_await(task);
    CHECK_LOG("CancelledError 1");
}

ASYNC_TEST(a_block_that_takes_the_timeouts_own_request_back)
{
    asyncio_timeout *limit = asyncio_timeout(1);
    asyncio_with (limit) {
        asyncio_sleep(10);
        CHECK(asyncio_except(ASYNCIO_CANCELLED_ERROR));
        CHECK_INT(asyncio_task_uncancel(asyncio_current_task()), 0);
        CHECK_INT(asyncio_sleep(1), 0);
    }
    CHECK_NOTHING_RAISED();
    CHECK(asyncio_timeout_expired(limit));
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
}

static void *cancelled_at_the_end_of_the_block(void *arg)
{
    asyncio_with (asyncio_timeout(1))
        asyncio_task_cancel(asyncio_current_task(), "x");
    CHECK_NOTHING_RAISED();
    CHECK_INT(asyncio_sleep(0), -1);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "x");
    return arg;
}

ASYNC_TEST(a_request_that_the_block_does_not_hear_comes_after_it)
{
    asyncio_task *task = asyncio_create_task(cancelled_at_the_end_of_the_block);
    asyncio_await(task);
    CHECK_STRING(ending(task), "result");
}

static void set_value(void *future)
{
    if (!asyncio_future_done(future))
        asyncio_future_set_result(future, (void *)7);
}

ASYNC_TEST(the_value_comes_in_the_turn_in_which_time_is_up)
{
    asyncio_future *future = asyncio_future_new();
    asyncio_loop_call_at(asyncio_get_running_loop(), 1, set_value, future);
    asyncio_with (asyncio_timeout_at(1))
        asyncio_await(future);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_INT((long)asyncio_future_result(future), 7);
    future = asyncio_future_new();
    asyncio_with (asyncio_timeout_at(2)) {
        asyncio_loop_call_at(asyncio_get_running_loop(), 2, set_value, future);
        asyncio_await(future);
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(asyncio_future_cancelled(future));
}

static void *fail_in_cleanup(void *arg)
{
    asyncio_sleep(10);
    asyncio_raise(ASYNCIO_VALUE_ERROR, "cleanup");
    return arg;
}

/* It is put in the errors of the group, too, and no request is left behind. */
ASYNC_TEST(a_timeout_error_stands_in_the_contexts_of_a_groups_errors)
{
    asyncio_with (asyncio_timeout(1)) {
        asyncio_task_group *group = asyncio_task_group_new();
        asyncio_with (group) {
            asyncio_task_group_create_task(group, fail_in_cleanup, NULL);
            asyncio_sleep(10);
        }
    }
    asyncio_exception *errors = asyncio_except(ASYNCIO_EXCEPTION_GROUP);
    CHECK_INT(asyncio_exception_group_count(errors), 1);
    asyncio_exception *e = asyncio_exception_group_get(errors, 0);
    CHECK_STRING(asyncio_exception_name(e), "ValueError");
    CHECK_STRING(asyncio_exception_name(asyncio_exception_context(e)), "TimeoutError");
    CHECK_STRING(asyncio_exception_name(asyncio_exception_cause(asyncio_exception_context(e))), "CancelledError");
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
    CHECK_INT(asyncio_sleep(0), 0);
}

/* ---- memory ---- */

ASYNC_TEST(a_timeout_made_in_the_parentheses_goes_with_the_block)
{
    for (int i = 0; i < 3000; i++) {
        asyncio_with (asyncio_timeout(1))
            asyncio_sleep(0);
        asyncio_with (asyncio_timeout_at(now() + 1)) {
        }
    }
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(a_timeout_in_a_variable_may_be_assigned_there)
{
    asyncio_timeout *limit;
    asyncio_with (limit = asyncio_timeout(1))
        asyncio_sleep(10);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(asyncio_timeout_expired(limit));
    asyncio_drop(limit);
}

ASYNC_TEST(dropped_in_its_own_block)
{
    asyncio_timeout *limit = asyncio_timeout(1);
    asyncio_with (limit) {
        asyncio_drop(limit);
        asyncio_sleep(10);
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
}

/* ---- wait_for ---- */

static void *value_after(void *arg)
{
    double *seconds = arg;
    log_("start");
    if (asyncio_sleep(*seconds) < 0) {
        log_("cancelled");
        return NULL;
    }
    return (void *)7;
}

ASYNC_TEST(wait_for_a_result_in_time)
{
    double one = 1;
    CHECK_INT((long)asyncio_wait_for(asyncio_coro(value_after, &one), 2), 7);
    asyncio_task *task = asyncio_create_task(value_after, &one);
    CHECK_INT((long)asyncio_wait_for(task, 2), 7);
    CHECK_INT((long)asyncio_wait_for(task, 2), 7);
    CHECK_INT((long)asyncio_wait_for(asyncio_coro(value_after, &one), INFINITY), 7);
    CHECK_NOTHING_RAISED();
    CHECK_LOG("start start start");
}

ASYNC_TEST(wait_for_too_long)
{
    double ten = 10, begin = now();
    asyncio_task *task = asyncio_create_task(value_after, &ten);
    CHECK(!asyncio_wait_for(task, 1));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 1);
    CHECK(asyncio_task_cancelled(task));
    CHECK(!asyncio_wait_for(asyncio_coro(value_after, &ten), 1));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_LOG("start cancelled start cancelled");
}

ASYNC_TEST(wait_for_a_future)
{
    asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());
    CHECK(!asyncio_wait_for(future, 1));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(asyncio_future_cancelled(future));
}

static void *fails(void *arg)
{
    asyncio_sleep(*(double *)arg);
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "inner");
}

ASYNC_TEST(wait_for_what_fails)
{
    double one = 1;
    CHECK(!asyncio_wait_for(asyncio_coro(fails, &one), 2));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "inner");
    CHECK(!asyncio_wait_for(asyncio_create_task(fails, &one), 2));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "inner");
}

static void *fails_when_cancelled(void *arg)
{
    asyncio_sleep(10);
    asyncio_except(ASYNCIO_CANCELLED_ERROR);
    (void)arg;
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "cleanup");
}

ASYNC_TEST(wait_for_what_fails_in_its_cleanup)
{
    CHECK(!asyncio_wait_for(asyncio_create_task(fails_when_cancelled, NULL), 1));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "cleanup");
}

static void *stubborn(void *arg)
{
    asyncio_sleep(10);
    asyncio_except(ASYNCIO_CANCELLED_ERROR);
    return arg;
}

ASYNC_TEST(a_value_in_spite_of_the_cancellation_wins)
{
    CHECK_INT((long)asyncio_wait_for(asyncio_coro(stubborn, (void *)5), 1), 5);
    CHECK_INT((long)asyncio_wait_for(asyncio_create_task(stubborn, (void *)6), 1), 6);
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(wait_for_no_time_cancels_before_the_first_step)
{
    double one = 1;
    CHECK(!asyncio_wait_for(asyncio_coro(value_after, &one), 0));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(!asyncio_wait_for(asyncio_create_task(value_after, &one), -1));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_LOG("");
}

ASYNC_TEST(wait_for_no_time_what_is_done)
{
    double one = 1;
    asyncio_task *task = asyncio_create_task(value_after, &one);
    asyncio_await(task);
    CHECK_INT((long)asyncio_wait_for(task, 0), 7);
    asyncio_task *failed = asyncio_create_task(fails, &one);
    asyncio_sleep(2);
    CHECK(!asyncio_wait_for(failed, 0));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "inner");
    asyncio_future *cancelled = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_future_cancel(cancelled);
    CHECK(!asyncio_wait_for(cancelled, 0));
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    unit_log[0] = '\0';
}

ASYNC_TEST(wait_for_no_time_what_is_stubborn)
{
    asyncio_task *task = asyncio_create_task(stubborn, (void *)6);
    asyncio_sleep(0);
    CHECK_INT((long)asyncio_wait_for(task, 0), 6);
    CHECK_NOTHING_RAISED();
}

static void *wait_for_sleeper(void *arg)
{
    double ten = 10;
    asyncio_wait_for(asyncio_coro(value_after, &ten), *(double *)arg);
    log_("%s", timed_out());
    return NULL;
}

ASYNC_TEST(a_cancelled_waiter_cancels_what_it_waits_for)
{
    double five = 5;
    asyncio_task *task = asyncio_create_task(wait_for_sleeper, &five);
    asyncio_sleep(1);
    asyncio_task_cancel(task);
    asyncio_await(task);
    CHECK_NOTHING_RAISED();
    CHECK_LOG("start cancelled CancelledError");
}

static void *slow_cleanup(void *arg)
{
    asyncio_sleep(10);
    asyncio_finally {
        if (asyncio_sleep(5) == 0)
            log_("cleaned");
    }
    return arg;
}

static void *wait_for_no_time_of(void *arg)
{
    asyncio_wait_for((asyncio_task *)arg, 0);
    log_("%s", timed_out());
    return NULL;
}

/* Only the first waits for the cleanup: a second request to cancel ends the wait, and is told as what it is. */
ASYNC_TEST(cancelled_while_waiting_for_the_cleanup)
{
    double begin = now();
    asyncio_task *inner = asyncio_create_task(slow_cleanup, NULL);
    asyncio_sleep(1);
    asyncio_task *task = asyncio_create_task(wait_for_no_time_of, inner);
    asyncio_sleep(1);
    asyncio_task_cancel(task);
    asyncio_await(task);
    CHECK_NUMBER(now() - begin, 2);
    CHECK_LOG("CancelledError");
    asyncio_await(inner);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_LOG("cleaned");
}

static void *await_future_for(void *arg)
{
    asyncio_wait_for((asyncio_future *)arg, 5);
    log_("%s", timed_out());
    return NULL;
}

/* cpython #86296: the result and the request to cancel arrive in the same turn. */
ASYNC_TEST(result_then_cancel_in_one_turn)
{
    asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_task *task = asyncio_create_task(await_future_for, future);
    asyncio_sleep(1);
    asyncio_future_set_result(future, NULL);
    asyncio_task_cancel(task);
    asyncio_await(task);
    CHECK_LOG("CancelledError");
    CHECK(!asyncio_future_cancelled(future));
}

ASYNC_TEST(cancel_then_result_in_one_turn)
{
    asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_task *task = asyncio_create_task(await_future_for, future);
    asyncio_sleep(1);
    asyncio_task_cancel(task);
    CHECK_INT(asyncio_future_set_result(future, NULL), -1);
    CHECK_RAISES(ASYNCIO_INVALID_STATE_ERROR, "");
    asyncio_await(task);
    CHECK_LOG("CancelledError");
}

ASYNC_TEST(wait_for_within_wait_for)
{
    double ten = 10;
    asyncio_with (asyncio_timeout(2))
        asyncio_wait_for(asyncio_coro(value_after, &ten), 1);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    asyncio_timeout *outer = asyncio_timeout(1);
    asyncio_with (outer) {
        asyncio_wait_for(asyncio_coro(value_after, &ten), 2);
        log_("%s", asyncio_exception_name(asyncio_pending()));
    }
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(asyncio_timeout_expired(outer));
    CHECK_LOG("start cancelled start cancelled CancelledError");
}

ASYNC_TEST(wait_for_what_is_shielded)
{
    double three = 3;
    asyncio_task *task = asyncio_create_task(value_after, &three);
    CHECK(!asyncio_wait_for(asyncio_shield(task), 1));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(!asyncio_wait_for(asyncio_shield(task), 0));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_STRING(ending(task), "pending");
    CHECK_INT((long)asyncio_wait_for(asyncio_shield(task), INFINITY), 7);
    CHECK_LOG("start");
}

static void *wait_for_coro_of(void *body)
{
    long value = (long)asyncio_wait_for(asyncio_coro((asyncio_body *)body, (void *)5), 1);
    const char *what = timed_out();
    log_("%ld %s %d", value, what, asyncio_task_cancelling(asyncio_current_task()));
    return NULL;
}

static void *wait_for_task_of(void *body)
{
    long value = (long)asyncio_wait_for(asyncio_create_task((asyncio_body *)body, (void *)5), 1);
    const char *what = timed_out();
    log_("%ld %s %d", value, what, asyncio_task_cancelling(asyncio_current_task()));
    return NULL;
}

static void cancel_after(asyncio_body *body, void *arg, double seconds)
{
    asyncio_task *task = asyncio_create_task(body, arg);
    asyncio_sleep(seconds);
    asyncio_task_cancel(task);
    asyncio_await(task);
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(cancelled_from_outside_and_there_is_a_value_all_the_same)
{
    cancel_after(wait_for_coro_of, stubborn, 0.5);
    CHECK_LOG("5 in time 1");
    cancel_after(wait_for_task_of, stubborn, 0.5);
    CHECK_LOG("5 in time 1");
}

ASYNC_TEST(cancelled_from_outside_and_the_cleanup_fails)
{
    cancel_after(wait_for_coro_of, fails_when_cancelled, 0.5);
    CHECK_LOG("0 ValueError 1");
    cancel_after(wait_for_task_of, fails_when_cancelled, 0.5);
    CHECK_LOG("0 ValueError 1");
}

ASYNC_TEST(cancelled_from_outside_in_the_cleanup_after_the_time_is_up)
{
    double begin = now();
    cancel_after(wait_for_coro_of, slow_cleanup, 2);
    CHECK_LOG("0 CancelledError 1");
    CHECK_NUMBER(now() - begin, 2);
}

ASYNC_TEST(wait_for_lasts_until_the_cleanup_is_over)
{
    double begin = now();
    CHECK(!asyncio_wait_for(asyncio_coro(slow_cleanup), 1));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 6);
    CHECK(!asyncio_wait_for(asyncio_create_task(slow_cleanup), 1));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 12);
    asyncio_task *task = asyncio_create_task(slow_cleanup);
    asyncio_sleep(0);
    CHECK(!asyncio_wait_for(task, 0));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_NUMBER(now() - begin, 17);
    CHECK_LOG("cleaned cleaned cleaned");
}

ASYNC_TEST(wait_for_no_time_what_fails_in_its_cleanup)
{
    asyncio_task *task = asyncio_create_task(fails_when_cancelled);
    asyncio_sleep(0);
    CHECK(!asyncio_wait_for(task, 0));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "cleanup");
}

ASYNC_TEST(what_is_waited_for_is_cancelled_by_others)
{
    double ten = 10;
    asyncio_task *task = asyncio_create_task(value_after, &ten);
    asyncio_loop_call_later(asyncio_get_running_loop(), 1, cancel, task);
    CHECK(!asyncio_wait_for(task, 5));
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
    CHECK_LOG("start cancelled");
}

/* Though it ends in the turn in which time is up, that was first. */
ASYNC_TEST(wait_for_what_takes_exactly_as_long)
{
    double one = 1;
    asyncio_task *task = asyncio_create_task(value_after, &one);
    asyncio_sleep(0);
    CHECK(!asyncio_wait_for(task, 1));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_STRING(ending(task), "cancelled");
    CHECK(!asyncio_wait_for(asyncio_coro(value_after, &one), 1));
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_LOG("start cancelled start cancelled");
}

ASYNC_TEST(time_is_up_and_cancelled_from_outside_in_one_turn)
{
    asyncio_task *task = asyncio_create_task(wait_for_coro_of, slow_cleanup);
    asyncio_sleep(0);
    asyncio_loop_call_at(asyncio_get_running_loop(), 1, cancel, task);
    asyncio_await(task);
    CHECK_LOG("cleaned 0 CancelledError 1"); /* two requests at once interrupt only once */
}

ASYNC_TEST(wait_for_within_wait_for_of_the_same_length)
{
    double ten = 10;
    asyncio_with (asyncio_timeout(1))
        asyncio_wait_for(asyncio_coro(value_after, &ten), 1);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
    CHECK_LOG("start cancelled");
}

static void *wait_with_a_request_outstanding(void *task)
{
    asyncio_task *self = asyncio_current_task();
    double one = 1;
    asyncio_task_cancel(self);
    CHECK_INT((long)asyncio_wait_for((asyncio_task *)task, 5), 7);
    CHECK_INT((long)asyncio_wait_for((asyncio_task *)task, 0), 7);
    CHECK(!asyncio_wait_for(asyncio_coro(value_after, &one), 5));
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    return NULL;
}

ASYNC_TEST(a_request_outstanding_is_heard_only_where_there_is_to_wait)
{
    double zero = 0;
    asyncio_task *done = asyncio_create_task(value_after, &zero);
    asyncio_await(done);
    asyncio_task *task = asyncio_create_task(wait_with_a_request_outstanding, done);
    asyncio_await(task);
    CHECK_STRING(ending(task), "result");
    CHECK_LOG("start start cancelled");
}

static void *swallow_and_sleep_on(void *arg)
{
    asyncio_sleep(10);
    log_("%s at %g", raised(), now());
    asyncio_sleep(10);
    return arg;
}

ASYNC_TEST(what_swallows_the_end_of_its_time_may_take_as_long_as_it_likes)
{
    CHECK_INT((long)asyncio_wait_for(asyncio_coro(swallow_and_sleep_on, (void *)5), 1), 5);
    CHECK_NUMBER(now(), 11);
    CHECK_LOG("CancelledError at 1");
}

ASYNC_TEST(wait_for_with_something_pending)
{
    double one = 1;
    asyncio_coroutine *coro = asyncio_coro(value_after, &one);
    asyncio_raise(ASYNCIO_KEY_ERROR, "k");
    CHECK(!asyncio_wait_for(coro, 1));
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "k");
    CHECK_LOG("");
}

ASYNC_TEST(wait_for_nan)
{
    double one = 1;
    CHECK(!asyncio_wait_for(asyncio_coro(value_after, &one), NAN));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "NaN");
}

TEST(wait_for_outside_a_task)
{
    double one = 1;
    asyncio_coroutine *coro = asyncio_coro(value_after, &one);
    CHECK(!asyncio_wait_for(coro, 1));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "asyncio_wait_for");
    asyncio_task *none = NULL;
    CHECK(!asyncio_wait_for(none, 1));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "");
}

ASYNC_TEST(many_waits_leave_nothing_behind)
{
    double zero = 0;
    for (int i = 0; i < 3000; i++) {
        asyncio_coroutine *coro = asyncio_coro(value_after, &zero);
        asyncio_wait_for(coro, i % 2 ? 1 : 0);
        asyncio_except(ASYNCIO_TIMEOUT_ERROR);
        asyncio_drop(coro);
        unit_log[0] = '\0';
    }
    CHECK_NOTHING_RAISED();
}
