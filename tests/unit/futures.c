/* Futures: every state, every way into it, every illegal way, callbacks, and exceptions that nobody looked at. */
#include "unit.h"

static asyncio_future *new_future(void)
{
    return asyncio_loop_create_future(asyncio_get_running_loop());
}

static asyncio_exception *new_error(const char *message)
{
    return asyncio_exception_new(ASYNCIO_VALUE_ERROR, "%s", message);
}

/* ---- states ---- */

ASYNC_TEST(a_new_future_is_pending)
{
    asyncio_future *f = new_future();
    CHECK(!asyncio_future_done(f));
    CHECK(!asyncio_future_cancelled(f));
    CHECK_POINTER(asyncio_future_get_loop(f), asyncio_get_running_loop());
    CHECK(asyncio_future_result(f) == NULL);
    CHECK_RAISES(ASYNCIO_INVALID_STATE_ERROR, "Result is not set.");
    CHECK(asyncio_future_exception(f) == NULL);
    CHECK_RAISES(ASYNCIO_INVALID_STATE_ERROR, "Exception is not set.");
}

ASYNC_TEST(a_new_future_belongs_to_the_running_loop_or_to_the_one_given)
{
    asyncio_loop *other = asyncio_new_event_loop();
    CHECK_POINTER(asyncio_future_get_loop(asyncio_future_new()), asyncio_get_running_loop());
    CHECK_POINTER(asyncio_future_get_loop(asyncio_future_new(.loop = other)), other);
    asyncio_loop_close(other);
}

TEST(a_new_future_needs_a_loop)
{
    CHECK(asyncio_future_new() == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
}

ASYNC_TEST(a_future_with_a_result_is_done)
{
    asyncio_future *f = new_future();
    CHECK_INT(asyncio_future_set_result(f, "r"), 0);
    CHECK(asyncio_future_done(f));
    CHECK(!asyncio_future_cancelled(f));
    CHECK_STRING(asyncio_future_result(f), "r");
    CHECK(asyncio_future_exception(f) == NULL);
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(a_future_with_an_exception_is_done)
{
    asyncio_future *f = new_future();
    asyncio_exception *e = new_error("bad");
    CHECK_INT(asyncio_future_set_exception(f, e), 0);
    CHECK(asyncio_future_done(f));
    CHECK(!asyncio_future_cancelled(f));
    CHECK_POINTER(asyncio_future_exception(f), e);
    CHECK_NOTHING_RAISED();
    CHECK(asyncio_future_result(f) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "bad");
}

ASYNC_TEST(a_cancelled_future_is_done)
{
    asyncio_future *f = new_future();
    CHECK(asyncio_future_cancel(f));
    CHECK(asyncio_future_done(f));
    CHECK(asyncio_future_cancelled(f));
    CHECK(asyncio_future_result(f) == NULL);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK(asyncio_future_exception(f) == NULL);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
}

ASYNC_TEST(a_cancelled_future_hands_on_its_message_every_time)
{
    asyncio_future *f = new_future();
    asyncio_future_cancel(f, "enough");
    for (int i = 0; i < 3; i++) {
        asyncio_await(f);
        CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "enough");
    }
    asyncio_future_result(f);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "enough");
    CHECK(asyncio_future_exception(f) == NULL);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "enough");
    CHECK(!asyncio_future_cancel(f, "more")); /* it is cancelled already */
    asyncio_future_result(f);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "enough");
}

static void end(asyncio_future *f, char how)
{
    if (how == 'r')
        asyncio_future_set_result(f, "r");
    else if (how == 'e')
        asyncio_future_set_exception(f, new_error("e"));
    else
        asyncio_future_cancel(f);
}

ASYNC_TEST(a_future_ends_once)
{
    for (const char *how = "rec"; *how; how++) {
        asyncio_future *f = new_future();
        end(f, *how);
        CHECK_INT(asyncio_future_set_result(f, "again"), -1);
        CHECK_RAISES(ASYNCIO_INVALID_STATE_ERROR, "invalid state");
        CHECK_INT(asyncio_future_set_exception(f, new_error("again")), -1);
        CHECK_RAISES(ASYNCIO_INVALID_STATE_ERROR, "invalid state");
        CHECK(!asyncio_future_cancel(f));
        CHECK_NOTHING_RAISED();
        CHECK_INT(asyncio_future_cancelled(f), *how == 'c');
        asyncio_future_exception(f);
        raised();
    }
}

ASYNC_TEST(stop_iteration_cannot_be_the_exception_of_a_future)
{
    asyncio_future *f = new_future();
    asyncio_exception *stop = asyncio_exception_new(ASYNCIO_STOP_ITERATION, "x");
    CHECK_INT(asyncio_future_set_exception(f, stop), 0);
    asyncio_exception *e = asyncio_future_exception(f);
    CHECK_STRING(asyncio_exception_name(e), "RuntimeError");
    CHECK_CONTAINS(asyncio_exception_message(e), "StopIteration interacts badly with generators");
    CHECK_POINTER(asyncio_exception_cause(e), stop);
    CHECK_POINTER(asyncio_exception_context(e), stop);
    asyncio_await(f);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot be raised into a Future");
}

ASYNCIO_EXCEPTION_TYPE(exhausted, "Exhausted", ASYNCIO_STOP_ITERATION);

ASYNC_TEST(nor_can_what_is_derived_from_it)
{
    asyncio_future *f = new_future();
    asyncio_exception *stop = asyncio_exception_new(exhausted, "x");
    asyncio_future_set_exception(f, stop);
    CHECK_POINTER(asyncio_exception_cause(asyncio_future_exception(f)), stop);
    asyncio_future_result(f);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot be raised into a Future");
}

ASYNC_TEST(an_exception_may_be_null_as_little_as_the_future)
{
    asyncio_future *f = new_future();
    CHECK_INT(asyncio_future_set_exception(f, NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(!asyncio_future_done(f));
    CHECK_INT(asyncio_future_set_result(NULL, "r"), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(!asyncio_future_cancel((asyncio_future *)NULL));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(!asyncio_future_done(NULL));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

ASYNC_TEST(two_futures_may_share_an_exception)
{
    asyncio_future *f = new_future(), *g = new_future();
    asyncio_exception *e = new_error("shared");
    asyncio_future_set_exception(f, e);
    asyncio_future_set_exception(g, e);
    asyncio_drop(e);
    CHECK_POINTER(asyncio_future_exception(f), asyncio_future_exception(g));
    asyncio_drop(f);
    CHECK_STRING(asyncio_exception_message(asyncio_future_exception(g)), "shared");
}

/* ---- awaiting ---- */

static void *wait_for(void *arg)
{
    void *result = asyncio_await((asyncio_future *)arg);
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);
    log_("%s", e ? asyncio_exception_name(e) : (char *)result);
    return NULL;
}

ASYNC_TEST(awaiting_a_future_that_is_done_does_not_suspend)
{
    asyncio_future *f = new_future();
    asyncio_future_set_result(f, "r");
    asyncio_create_task(wait_for, f);
    CHECK_STRING(asyncio_await(f), "r");
    CHECK_LOG("");
    settle();
    CHECK_LOG("r");
}

ASYNC_TEST(waiters_go_on_in_the_order_in_which_they_came_in_the_next_turn)
{
    asyncio_future *f = new_future();
    asyncio_task *a = asyncio_create_task(wait_for, f, .name = "a"), *b = asyncio_create_task(wait_for, f, .name = "b");
    asyncio_sleep(0);
    asyncio_future_set_result(f, "r");
    log_("set");
    CHECK(!asyncio_task_done(a));
    asyncio_sleep(0);
    CHECK_LOG("set r r");
    CHECK(asyncio_task_done(a) && asyncio_task_done(b));
}

ASYNC_TEST(every_waiter_gets_the_exception_or_the_cancellation)
{
    asyncio_future *f = new_future(), *g = new_future();
    asyncio_create_task(wait_for, f);
    asyncio_create_task(wait_for, f);
    asyncio_create_task(wait_for, g);
    asyncio_create_task(wait_for, g);
    asyncio_sleep(0);
    asyncio_future_set_exception(f, new_error("bad"));
    asyncio_future_cancel(g);
    settle();
    CHECK_LOG("ValueError ValueError CancelledError CancelledError");
}

ASYNC_TEST(a_waiter_that_is_cancelled_cancels_the_future_for_all)
{
    asyncio_future *f = new_future();
    asyncio_task *a = asyncio_create_task(wait_for, f);
    asyncio_create_task(wait_for, f);
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    CHECK(asyncio_future_cancelled(f));
    settle();
    CHECK_LOG("CancelledError CancelledError");
}

/* ---- callbacks ---- */

static asyncio_future *called_with;
static void log_done(asyncio_future *f, void *arg)
{
    CHECK(asyncio_future_done(f));
    CHECK(asyncio_current_task() == NULL);
    called_with = f;
    log_("%s", (char *)arg);
}

ASYNC_TEST(done_callbacks_run_in_a_later_turn_in_order)
{
    asyncio_future *f = new_future();
    CHECK_INT(asyncio_future_add_done_callback(f, log_done, "1"), 0);
    CHECK_INT(asyncio_future_add_done_callback(f, log_done, "2"), 0);
    asyncio_future_set_result(f, NULL);
    log_("set");
    asyncio_sleep(0);
    CHECK_LOG("set 1 2");
    CHECK_POINTER(called_with, f);
}

ASYNC_TEST(a_callback_added_to_a_done_future_comes_soon_too)
{
    asyncio_future *f = new_future();
    asyncio_future_cancel(f);
    asyncio_future_add_done_callback(f, log_done, "late");
    log_("added");
    asyncio_sleep(0);
    CHECK_LOG("added late");
}

ASYNC_TEST(callbacks_and_waiters_share_one_queue)
{
    asyncio_future *f = new_future();
    asyncio_future_add_done_callback(f, log_done, "first");
    asyncio_create_task(wait_for, f);
    asyncio_sleep(0);
    asyncio_future_add_done_callback(f, log_done, "last");
    asyncio_future_set_result(f, "waiter");
    asyncio_sleep(0);
    CHECK_LOG("first waiter last");
}

ASYNC_TEST(a_callback_that_is_added_twice_is_called_twice)
{
    asyncio_future *f = new_future();
    asyncio_future_add_done_callback(f, log_done, "x");
    asyncio_future_add_done_callback(f, log_done, "x");
    asyncio_future_set_result(f, NULL);
    asyncio_sleep(0);
    CHECK_LOG("x x");
}

ASYNC_TEST(removing_a_callback_removes_all_that_are_alike)
{
    asyncio_future *f = new_future();
    asyncio_future_add_done_callback(f, log_done, "a");
    asyncio_future_add_done_callback(f, log_done, "b");
    asyncio_future_add_done_callback(f, log_done, "a");
    static char a[] = "a";
    CHECK_INT(asyncio_future_remove_done_callback(f, log_done, a), 0);
    CHECK_INT(asyncio_future_remove_done_callback(f, log_done, "a"), 2);
    CHECK_INT(asyncio_future_remove_done_callback(f, log_done, "a"), 0);
    asyncio_future_set_result(f, NULL);
    asyncio_sleep(0);
    CHECK_LOG("b");
}

ASYNC_TEST(those_that_stay_when_others_are_removed_keep_their_order)
{
    static char *const names[] = {"a", "b", "c", "d", "e"};
    asyncio_future *f = new_future();
    for (int i = 0; i < 5; i++)
        asyncio_future_add_done_callback(f, log_done, names[i]);
    for (int i = 0; i < 5; i += 2) /* the first, one in between, and the last */
        CHECK_INT(asyncio_future_remove_done_callback(f, log_done, names[i]), 1);
    asyncio_future_add_done_callback(f, log_done, "f");
    asyncio_future_set_result(f, NULL);
    asyncio_sleep(0);
    CHECK_LOG("b d f");
}

static void remove_log_done(asyncio_future *f, void *arg)
{
    log_("removed:%d", asyncio_future_remove_done_callback(f, log_done, arg));
}

ASYNC_TEST(a_callback_cannot_be_removed_once_the_future_is_done)
{
    asyncio_future *f = new_future();
    asyncio_future_add_done_callback(f, remove_log_done, "x");
    asyncio_future_add_done_callback(f, log_done, "x");
    asyncio_future_set_result(f, NULL);
    CHECK_INT(asyncio_future_remove_done_callback(f, log_done, "x"), 0);
    asyncio_sleep(0);
    CHECK_LOG("removed:0 x");
}

ASYNC_TEST(removing_leaves_the_waiters)
{
    asyncio_future *f = new_future();
    asyncio_create_task(wait_for, f);
    asyncio_sleep(0);
    asyncio_future_add_done_callback(f, log_done, "x");
    CHECK_INT(asyncio_future_remove_done_callback(f, log_done, "x"), 1);
    asyncio_future_set_result(f, "waiter");
    asyncio_sleep(0);
    CHECK_LOG("waiter");
}

static void raise_in_callback(asyncio_future *f, void *arg)
{
    (void)f;
    asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", (char *)arg);
}

ASYNC_TEST(an_exception_in_a_callback_is_told_and_the_others_run)
{
    expect_stderr("Exception in callback");
    expect_stderr("ValueError: oops");
    asyncio_future *f = new_future();
    asyncio_future_add_done_callback(f, raise_in_callback, "oops");
    asyncio_future_add_done_callback(f, log_done, "next");
    asyncio_future_set_result(f, NULL);
    asyncio_sleep(0);
    CHECK_LOG("next");
}

static void interrupt(asyncio_future *f, void *arg)
{
    (void)f, (void)arg;
    log_("interrupts");
    asyncio_raise(ASYNCIO_KEYBOARD_INTERRUPT);
}

static void stop_loop(void *loop)
{
    asyncio_loop_stop(loop);
}

TEST(keyboard_interrupt_in_a_callback_ends_the_run_and_leaves_the_others_to_the_next)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *f = asyncio_loop_create_future(loop);
    asyncio_future_add_done_callback(f, interrupt);
    asyncio_future_add_done_callback(f, log_done, "second");
    asyncio_future_set_result(f, NULL);
    CHECK_INT(asyncio_loop_run_forever(loop), -1);
    CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "");
    CHECK_LOG("interrupts");
    asyncio_loop_call_soon(loop, stop_loop, loop);
    CHECK_INT(asyncio_loop_run_forever(loop), 0);
    CHECK_LOG("second");
    asyncio_loop_close(loop);
}

ASYNC_TEST(a_callback_of_a_dropped_future_still_runs_once_it_is_done)
{
    asyncio_future *f = new_future();
    asyncio_future_add_done_callback(f, log_done, "called");
    asyncio_future_set_result(f, NULL);
    asyncio_drop(f);
    asyncio_sleep(0);
    CHECK_LOG("called");
}

ASYNC_TEST(a_callback_of_a_future_that_never_ends_goes_with_it)
{
    asyncio_future *f = new_future();
    asyncio_future_add_done_callback(f, log_done, "never");
    asyncio_drop(f);
    settle();
    CHECK_LOG("");
}

ASYNC_TEST(a_callback_of_null_is_a_type_error)
{
    CHECK_INT(asyncio_future_add_done_callback(new_future(), NULL, "x"), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

static void add_another(asyncio_future *f, void *arg)
{
    log_("%s", (char *)arg);
    asyncio_future_add_done_callback(f, log_done, "another");
}

ASYNC_TEST(a_callback_may_add_a_callback)
{
    asyncio_future *f = new_future();
    asyncio_future_add_done_callback(f, add_another, "one");
    asyncio_future_set_result(f, NULL);
    asyncio_sleep(0);
    CHECK_LOG("one");
    asyncio_sleep(0);
    CHECK_LOG("another");
}

/* ---- exceptions that nobody looked at ---- */

ASYNC_TEST(an_exception_that_nobody_retrieved_is_told_when_the_last_handle_goes)
{
    expect_stderr("Future exception was never retrieved");
    expect_stderr("ValueError: lost");
    asyncio_future *f = new_future();
    asyncio_future_set_exception(f, new_error("lost"));
    asyncio_drop(f);
}

ASYNC_TEST(an_exception_is_retrieved_by_result_exception_or_await)
{
    asyncio_future *f[3];
    for (int i = 0; i < 3; i++)
        asyncio_future_set_exception(f[i] = new_future(), new_error("seen"));
    asyncio_future_exception(f[0]);
    asyncio_future_result(f[1]);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "seen");
    asyncio_await(f[2]);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "seen");
}

ASYNC_TEST(a_cancelled_future_that_nobody_looked_at_is_no_oversight)
{
    asyncio_future_cancel(new_future());
}

ASYNC_TEST(an_exception_counts_as_seen_by_who_would_cancel_the_future)
{
    asyncio_future *f = new_future();
    asyncio_future_set_exception(f, new_error("unwanted"));
    CHECK(!asyncio_future_cancel(f));
    CHECK(!asyncio_future_cancelled(f));
    asyncio_drop(f);
}

ASYNC_TEST(a_future_without_an_exception_goes_without_a_word)
{
    asyncio_future *f = new_future();
    asyncio_drop(new_future()); /* pending */
    asyncio_future_set_result(f, "never looked at");
    asyncio_drop(f);
}

static asyncio_exception *seen;
static void keep_exception(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)arg;
    CHECK_STRING(context->message, "Future exception was never retrieved");
    CHECK(context->future != NULL);
    CHECK(context->task == NULL);
    seen = asyncio_keep(context->exception);
}

ASYNC_TEST(a_handler_may_keep_the_exception)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), keep_exception, NULL);
    asyncio_future *f = new_future();
    asyncio_future_set_exception(f, new_error("lost"));
    asyncio_drop(f);
    CHECK_STRING(asyncio_exception_message(seen), "lost");
    asyncio_drop(seen);
}

static asyncio_future *kept_by_handler;
static void keep_future(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)arg;
    kept_by_handler = asyncio_keep(context->future);
}

ASYNC_TEST(a_handler_may_keep_the_future_itself)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), keep_future, NULL);
    asyncio_future *f = new_future();
    asyncio_future_set_exception(f, new_error("lost"));
    asyncio_drop(f);
    CHECK_STRING(asyncio_exception_message(asyncio_future_exception(kept_by_handler)), "lost");
    asyncio_drop(kept_by_handler);
}

/* ---- ensure_future ---- */

static void *return_arg(void *arg)
{
    return arg;
}

ASYNC_TEST(ensure_future_makes_a_task_of_a_coroutine_and_leaves_futures_alone)
{
    asyncio_future *f = new_future(), *made = asyncio_ensure_future(asyncio_coro(return_arg, "r"));
    asyncio_task *t = asyncio_create_task(return_arg, "t");
    CHECK_POINTER(asyncio_ensure_future(f), f);
    CHECK_POINTER(asyncio_ensure_future(t), asyncio_task_as_future(t));
    CHECK(asyncio_future_as_task(made) != NULL);
    CHECK_STRING(asyncio_await(made), "r");
    CHECK(asyncio_future_as_task(f) == NULL);
    CHECK_POINTER(asyncio_future_as_task(asyncio_task_as_future(t)), t);
    CHECK_NOTHING_RAISED();
    CHECK(asyncio_ensure_future((asyncio_future *)NULL) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

/* ---- across loops ---- */

static void *return_nothing(void *arg)
{
    (void)arg;
    return NULL;
}

ASYNC_TEST(a_future_of_another_loop_cannot_be_awaited)
{
    asyncio_loop *other = asyncio_new_event_loop();
    asyncio_future *f = asyncio_loop_create_future(other);
    CHECK(asyncio_await(f) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "different loop");
    asyncio_future *gathered = asyncio_gather(f); /* of that loop, too */
    CHECK(asyncio_await(gathered) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "different loop");
    CHECK(asyncio_gather(asyncio_coro(return_nothing), f) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "different loop");
    asyncio_loop_close(other);
}

ASYNC_TEST(a_future_of_another_loop_that_is_done_can_be_awaited)
{
    asyncio_loop *other = asyncio_new_event_loop();
    asyncio_future *ended = asyncio_loop_create_future(other), *cancelled = asyncio_loop_create_future(other);
    asyncio_future_set_result(ended, "r");
    asyncio_future_cancel(cancelled, "m");
    CHECK_STRING(asyncio_await(ended), "r");
    CHECK(asyncio_await(cancelled) == NULL);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "m");
    asyncio_loop_close(other);
}

TEST(a_loop_does_not_run_the_future_of_another)
{
    asyncio_loop *a = asyncio_new_event_loop(), *b = asyncio_new_event_loop();
    asyncio_future *f = asyncio_loop_create_future(b);
    CHECK(asyncio_loop_run_until_complete(a, f) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "different loop");
    asyncio_loop_close(a);
    asyncio_loop_close(b);
}

TEST(a_future_that_outlives_its_loop_still_answers)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *f = asyncio_loop_create_future(loop), *g = asyncio_loop_create_future(loop);
    asyncio_future_set_result(f, "r");
    asyncio_loop_close(loop);
    CHECK_STRING(asyncio_future_result(f), "r");
    CHECK_INT(asyncio_future_set_result(g, "late"), 0); /* nobody waits, so there is nothing to schedule */
    CHECK_STRING(asyncio_future_result(g), "late");
    asyncio_drop(f);
    asyncio_drop(g);
}

/* A future that is pending when its loop is closed, with a callback. */
static asyncio_future *left_pending(asyncio_loop *loop)
{
    asyncio_future *f = asyncio_loop_create_future(loop);
    asyncio_future_add_done_callback(f, log_done, "never");
    return f;
}

TEST(a_future_with_callbacks_that_ends_after_its_loop_was_closed_raises_for_them_and_is_done)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *ended = left_pending(loop), *failed = left_pending(loop), *cancelled = left_pending(loop);
    asyncio_loop_close(loop);
    CHECK_INT(asyncio_future_set_result(ended, "late"), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK_INT(asyncio_future_set_exception(failed, new_error("late")), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK(!asyncio_future_cancel(cancelled));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK_STRING(asyncio_future_result(ended), "late");
    CHECK_STRING(asyncio_exception_message(asyncio_future_exception(failed)), "late");
    CHECK(asyncio_future_cancelled(cancelled));
    CHECK_INT(asyncio_future_set_result(ended, "again"), -1);
    CHECK_RAISES(ASYNCIO_INVALID_STATE_ERROR, "invalid state");
    asyncio_drop(ended);
    asyncio_drop(failed);
    asyncio_drop(cancelled);
    CHECK_LOG("");
}

TEST(a_future_without_callbacks_can_be_cancelled_after_its_loop_was_closed)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *f = asyncio_loop_create_future(loop);
    asyncio_loop_close(loop);
    CHECK(asyncio_future_cancel(f));
    CHECK_NOTHING_RAISED();
    asyncio_drop(f);
}

TEST(a_callback_is_refused_where_it_would_be_due_in_a_closed_loop)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *done = asyncio_loop_create_future(loop), *pending = asyncio_loop_create_future(loop);
    asyncio_future_set_result(done, NULL);
    asyncio_loop_close(loop);
    CHECK_INT(asyncio_future_add_done_callback(done, log_done, "never"), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK_INT(asyncio_future_add_done_callback(pending, log_done, "never"), 0);
    asyncio_drop(done);
    asyncio_drop(pending);
    CHECK_LOG("");
}
