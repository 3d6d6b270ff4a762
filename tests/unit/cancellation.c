/* Cancellation: when it arrives, what it may meet on the way, and who may take it back. What each test expects is what
 * CPython 3.13 does. */
#include "unit.h"

static asyncio_future *new_future(void)
{
    return asyncio_loop_create_future(asyncio_get_running_loop());
}

/* Logs the CancelledError's message, if one is pending, and lets it go on. */
static void *pass_on(const char *who)
{
    asyncio_exception *e = asyncio_except(ASYNCIO_CANCELLED_ERROR);
    if (e) {
        log_("%s(%s)", who, asyncio_exception_message(e));
        asyncio_raise_exception(e);
    }
    return NULL;
}

static void *sleep_long(void *arg)
{
    asyncio_sleep(10);
    pass_on(arg ? (char *)arg : "sleeper");
    return NULL;
}

static asyncio_task *started(asyncio_body *body, void *arg)
{
    asyncio_task *t = asyncio_create_task(body, arg);
    asyncio_sleep(0);
    return t;
}

/* ---- when it arrives ---- */

static void *never_runs(void *arg)
{
    log_("ran");
    return arg;
}

ASYNC_TEST(a_task_cancelled_before_its_first_step_never_runs)
{
    asyncio_task *t = asyncio_create_task(never_runs);
    CHECK(asyncio_task_cancel(t, "early"));
    CHECK_STRING(ending(t), "pending");
    asyncio_sleep(0);
    CHECK_STRING(ending(t), "cancelled");
    asyncio_await(t);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "early");
    CHECK_LOG("");
}

ASYNC_TEST(a_coroutine_object_whose_task_was_cancelled_early_is_no_oversight)
{
    asyncio_task *t = asyncio_create_task(asyncio_coro(never_runs, NULL));
    asyncio_task_cancel(t);
    settle();
    CHECK_STRING(ending(t), "cancelled");
    CHECK_LOG("");
}

ASYNC_TEST(a_sleeper_is_woken_in_the_next_turn_and_its_timer_goes)
{
    asyncio_task *t = started(sleep_long, NULL);
    CHECK(asyncio_task_cancel(t));
    CHECK_STRING(ending(t), "pending");
    asyncio_sleep(0);
    CHECK_STRING(ending(t), "cancelled");
    CHECK_LOG("sleeper()");
    CHECK_NUMBER(now(), 0);
}

static void *yield_once(void *arg)
{
    asyncio_sleep(0);
    pass_on("yielder");
    return arg;
}

ASYNC_TEST(a_bare_yield_can_be_cancelled)
{
    asyncio_task *t = started(yield_once, NULL);
    asyncio_task_cancel(t, "y");
    asyncio_sleep(0);
    CHECK_STRING(ending(t), "cancelled");
    CHECK_LOG("yielder(y)");
}

static void *await_future(void *arg)
{
    char *result = asyncio_await((asyncio_future *)arg);
    if (!asyncio_failed())
        log_("%s", result);
    return pass_on("waiter");
}

ASYNC_TEST(a_future_that_is_waited_for_is_cancelled_too)
{
    asyncio_future *f = new_future();
    asyncio_task *t = started(await_future, f);
    asyncio_task_cancel(t, "m");
    CHECK(asyncio_future_cancelled(f));
    settle();
    CHECK_LOG("waiter(m)");
    CHECK_STRING(ending(t), "cancelled");
}

ASYNC_TEST(cancelling_what_is_done_is_refused)
{
    asyncio_task *t = asyncio_create_task(never_runs);
    asyncio_await(t);
    CHECK(!asyncio_task_cancel(t));
    CHECK_INT(asyncio_task_cancelling(t), 0);
    CHECK_STRING(ending(t), "result");
    unit_log[0] = '\0';
}

/* ---- more than once ---- */

ASYNC_TEST(two_requests_in_one_turn_are_one_cancellation_and_the_first_message_counts)
{
    asyncio_task *t = started(sleep_long, NULL);
    CHECK(asyncio_task_cancel(t, "a"));
    CHECK(asyncio_task_cancel(t, "b"));
    CHECK_INT(asyncio_task_cancelling(t), 2);
    settle();
    CHECK_LOG("sleeper(a)");
    CHECK_STRING(ending(t), "cancelled");
}

ASYNC_TEST(of_two_requests_to_a_yielding_task_the_last_message_counts)
{
    asyncio_task *t = started(yield_once, NULL);
    asyncio_task_cancel(t, "a");
    asyncio_task_cancel(t, "b");
    settle();
    CHECK_LOG("yielder(b)");
}

static void *clean_up_slowly(void *arg)
{
    asyncio_sleep(10);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        log_("c1");
        asyncio_sleep(10);
        if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
            log_("c2");
            asyncio_sleep(0);
            log_("after");
            return asyncio_reraise();
        }
    }
    return arg;
}

ASYNC_TEST(a_second_request_interrupts_the_cleanup)
{
    asyncio_task *t = started(clean_up_slowly, NULL);
    asyncio_task_cancel(t);
    asyncio_sleep(0);
    asyncio_task_cancel(t);
    settle();
    CHECK_LOG("c1 c2 after");
    CHECK_STRING(ending(t), "cancelled");
    CHECK_INT(asyncio_task_cancelling(t), 2);
}

/* ---- swallowed ---- */

static void *swallow(void *arg)
{
    asyncio_sleep(10);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        log_("swallowed");
    asyncio_sleep(0);
    log_("goes on");
    return arg;
}

ASYNC_TEST(a_cancellation_can_be_swallowed_but_the_request_stays_counted)
{
    asyncio_task *t = started(swallow, "r");
    asyncio_task_cancel(t);
    settle();
    CHECK_LOG("swallowed goes on");
    CHECK_STRING(ending(t), "result");
    CHECK_INT(asyncio_task_cancelling(t), 1);
    CHECK_STRING(asyncio_task_result(t), "r");
}

static void *turn_into_an_error(void *arg)
{
    asyncio_sleep(10);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        return asyncio_raise(ASYNCIO_KEY_ERROR, "instead");
    return arg;
}

ASYNC_TEST(a_cancellation_can_be_answered_with_another_error)
{
    asyncio_task *t = started(turn_into_an_error, NULL);
    asyncio_task_cancel(t);
    asyncio_await(t);
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "instead");
    CHECK(!asyncio_task_cancelled(t));
}

static void *finally_awaits(void *arg)
{
    asyncio_sleep(10);
    asyncio_finally {
        CHECK_INT(asyncio_sleep(1), 0);
        log_("finally@%g", now());
    }
    return arg;
}

static void *cleans_up_with_a_timeout(void *plain)
{
    asyncio_sleep(10);
    if (plain && asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        asyncio_with (asyncio_timeout(0.1))
            asyncio_sleep(1);
        asyncio_except_do(ASYNCIO_TIMEOUT_ERROR) log_("timeout");
        return asyncio_reraise();
    }
    asyncio_except_do(ASYNCIO_CANCELLED_ERROR)
    {
        asyncio_with (asyncio_timeout(0.1))
            asyncio_sleep(1);
        if (asyncio_except(ASYNCIO_TIMEOUT_ERROR))
            log_("timeout");
        for (int i = 0; i < 40; i++) {
            asyncio_raise(ASYNCIO_KEY_ERROR);
            asyncio_except_do(ASYNCIO_KEY_ERROR) continue;
        }
        turns(2);
        asyncio_except(ASYNCIO_BASE_EXCEPTION);
        return asyncio_reraise();
    }
    return plain;
}

ASYNC_TEST(reraise_after_a_cleanup_that_took_others_raises_what_interrupted)
{
    for (int plain = 0; plain < 2; plain++) {
        asyncio_task *task = asyncio_create_task(cleans_up_with_a_timeout, plain ? &plain : NULL);
        asyncio_sleep(1);
        asyncio_task_cancel(task);
        asyncio_await(task);
        CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
        CHECK_INT(asyncio_task_cancelled(task), true);
        CHECK_LOG("timeout");
    }
}

ASYNC_TEST(cleanup_in_finally_may_await)
{
    asyncio_task *t = started(finally_awaits, NULL);
    asyncio_task_cancel(t);
    asyncio_await(t);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_LOG("finally@1");
}

/* What asking a cancelled task raises: its message, and that it has no context. */
static void log_asked(void)
{
    asyncio_exception *e = asyncio_except(ASYNCIO_CANCELLED_ERROR);
    log_("%s%s", *asyncio_exception_message(e) ? asyncio_exception_message(e) : "-",
         asyncio_exception_context(e) ? " with a context" : "");
}

ASYNC_TEST(the_first_one_who_asks_a_cancelled_task_gets_the_message_whatever_is_asked)
{
    asyncio_task *t[] = {started(sleep_long, "a"), started(sleep_long, "b"), asyncio_create_task(never_runs)};
    asyncio_task_cancel(t[0], "1st");
    asyncio_task_cancel(t[1], "2nd");
    asyncio_task_cancel(t[2], "early");
    asyncio_wait(t, 3);
    CHECK_LOG("a(1st) b(2nd)");
    asyncio_task_result(t[0]);
    log_asked();
    CHECK(asyncio_task_exception(t[1]) == NULL);
    log_asked();
    CHECK(asyncio_task_exception(t[2]) == NULL);
    log_asked();
    asyncio_task_result(t[0]);
    log_asked();
    CHECK_LOG("1st 2nd early -");
}

ASYNC_TEST(an_error_raised_from_a_cancellation_has_that_as_its_cause_and_context_and_nothing_behind)
{
    asyncio_task *t = started(sleep_long, "sleeper");
    asyncio_task_cancel(t, "m");
    asyncio_await(t);
    asyncio_exception *cancelled = asyncio_except(ASYNCIO_CANCELLED_ERROR);
    asyncio_raise_from(cancelled, ASYNCIO_VALUE_ERROR, "cancelled");
    asyncio_exception *e = asyncio_except(ASYNCIO_VALUE_ERROR);
    CHECK_POINTER(asyncio_exception_cause(e), cancelled);
    CHECK_POINTER(asyncio_exception_context(e), cancelled);
    CHECK_STRING(asyncio_exception_message(cancelled), "m");
    CHECK(asyncio_exception_context(cancelled) == NULL);
    CHECK_LOG("sleeper(m)");
}

static void *swallow_the_second(void *arg)
{
    asyncio_future **futures = arg;
    asyncio_await(futures[0]);
    asyncio_await(futures[1]);
    log_("%s", raised());
    return asyncio_await(futures[2]);
}

ASYNC_TEST(a_cancellation_reaches_what_is_waited_for_now_and_nothing_before_or_after)
{
    asyncio_future *futures[] = {new_future(), new_future(), new_future()};
    asyncio_task *t = started(swallow_the_second, futures);
    asyncio_future_set_result(futures[0], NULL);
    asyncio_sleep(0);
    asyncio_task_cancel(t);
    CHECK(!asyncio_future_cancelled(futures[0]));
    CHECK(asyncio_future_cancelled(futures[1]));
    asyncio_sleep(0);
    CHECK_LOG("CancelledError");
    CHECK(!asyncio_future_done(futures[2]));
    asyncio_future_set_result(futures[2], "r");
    CHECK_STRING(asyncio_await(t), "r");
    CHECK(!asyncio_future_cancelled(futures[2]));
}

/* ---- uncancel ---- */

static void *two_yields(void *arg)
{
    if (asyncio_sleep(0) < 0)
        return NULL;
    log_("on");
    if (asyncio_sleep(0) < 0)
        return NULL;
    log_("end");
    return arg;
}

ASYNC_TEST(uncancel_to_zero_takes_back_a_request_that_was_not_delivered)
{
    asyncio_task *t = started(two_yields, NULL);
    asyncio_task_cancel(t);
    CHECK_INT(asyncio_task_cancelling(t), 1);
    CHECK_INT(asyncio_task_uncancel(t), 0);
    settle();
    CHECK_LOG("on end");
    CHECK_STRING(ending(t), "result");
}

ASYNC_TEST(uncancel_takes_back_a_request_made_before_the_first_step)
{
    asyncio_task *t = asyncio_create_task(never_runs);
    asyncio_task_cancel(t);
    asyncio_task_uncancel(t);
    settle();
    CHECK_LOG("ran");
    CHECK_STRING(ending(t), "result");
}

ASYNC_TEST(uncancel_above_zero_takes_nothing_back)
{
    asyncio_task *t = started(two_yields, NULL);
    asyncio_task_cancel(t);
    asyncio_task_cancel(t);
    CHECK_INT(asyncio_task_uncancel(t), 1);
    settle();
    CHECK_STRING(ending(t), "cancelled");
    CHECK_LOG("");
}

ASYNC_TEST(uncancel_never_goes_below_zero)
{
    asyncio_task *t = started(two_yields, NULL);
    CHECK_INT(asyncio_task_uncancel(t), 0);
    CHECK_INT(asyncio_task_cancelling(t), 0);
    settle();
    CHECK_STRING(ending(t), "result");
    unit_log[0] = '\0';
}

static void cancel_in_callback(void *arg)
{
    asyncio_task_cancel((asyncio_task *)arg);
}

ASYNC_TEST(whoever_catches_a_cancellation_meant_for_it_uncancels_and_goes_on)
{
    asyncio_task *self = asyncio_current_task();
    asyncio_loop_call_soon(asyncio_get_running_loop(), cancel_in_callback, self);
    CHECK_INT(asyncio_sleep(1), -1);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_INT(asyncio_task_cancelling(self), 1);
    CHECK_INT(asyncio_task_uncancel(self), 0);
    CHECK_INT(asyncio_sleep(0), 0);
    CHECK_NUMBER(now(), 0);
}

static void *sleep_twice(void *arg)
{
    asyncio_sleep(10);
    log_("%s", raised());
    asyncio_task_uncancel(asyncio_current_task());
    asyncio_sleep(10);
    pass_on("again");
    return arg;
}

ASYNC_TEST(a_task_that_has_uncancelled_can_be_cancelled_again)
{
    asyncio_task *t = started(sleep_twice, NULL);
    asyncio_task_cancel(t);
    asyncio_sleep(0);
    CHECK_INT(asyncio_task_cancelling(t), 0);
    CHECK_STRING(ending(t), "pending");
    CHECK(asyncio_task_cancel(t));
    CHECK_INT(asyncio_task_cancelling(t), 1);
    settle();
    CHECK_LOG("CancelledError again()");
    CHECK_STRING(ending(t), "cancelled");
}

ASYNC_TEST(uncancel_after_the_end_counts_down_and_changes_nothing_else)
{
    asyncio_task *t = started(sleep_long, NULL);
    asyncio_task_cancel(t);
    settle();
    CHECK_LOG("sleeper()");
    CHECK_INT(asyncio_task_cancelling(t), 1);
    CHECK_INT(asyncio_task_uncancel(t), 0);
    CHECK_INT(asyncio_task_uncancel(t), 0);
    CHECK_STRING(ending(t), "cancelled");
}

/* A block with a limit, as asyncio.timeout would have it, made of cancel and uncancel. */
struct limit {
    asyncio_task *task;
    bool expired;
};

static void expire(void *arg)
{
    struct limit *limit = arg;
    limit->expired = true;
    asyncio_task_cancel(limit->task);
}

static void *sleep_within_a_second(void *arg)
{
    asyncio_task *self = asyncio_current_task();
    struct limit limit = {.task = self};
    asyncio_handle *timer = asyncio_loop_call_later(asyncio_get_running_loop(), 1, expire, &limit);
    if (asyncio_sleep(*(double *)arg) == 0)
        log_("finished");
    asyncio_handle_cancel(timer);
    if (limit.expired && asyncio_task_uncancel(self) == 0 && asyncio_except(ASYNCIO_CANCELLED_ERROR))
        log_("timed out");
    CHECK_INT(asyncio_sleep(0), 0);
    log_("outside:%d@%g", asyncio_task_cancelling(self), now());
    return NULL;
}

ASYNC_TEST(a_block_with_a_limit_can_be_made_of_cancel_and_uncancel)
{
    asyncio_await(asyncio_create_task(sleep_within_a_second, asyncio_args(double, 10)));
    CHECK_LOG("timed out outside:0@1");
    asyncio_await(asyncio_create_task(sleep_within_a_second, asyncio_args(double, 0.5)));
    CHECK_LOG("finished outside:0@1.5");
    asyncio_sleep(5); /* the timer was taken back */
    CHECK_LOG("");
}

/* ---- a task that cancels itself ---- */

static void *cancel_self_and(void *arg)
{
    const char *then = arg;
    asyncio_future *done = new_future();
    asyncio_future_set_result(done, "done");
    asyncio_task_cancel(asyncio_current_task(), "me");
    log_("still");
    if (!strcmp(then, "return"))
        return "lost";
    if (!strcmp(then, "raise"))
        return asyncio_raise(ASYNCIO_VALUE_ERROR, "v");
    if (!strcmp(then, "yield"))
        asyncio_sleep(0);
    if (!strcmp(then, "sleep"))
        asyncio_sleep(5);
    if (!strcmp(then, "await"))
        log_("%s", (char *)asyncio_await(done));
    return pass_on("self");
}

static const char *ending_of_self_cancel(char *then)
{
    asyncio_task *t = asyncio_create_task(cancel_self_and, then);
    settle();
    return ending(t);
}

ASYNC_TEST(a_task_that_cancels_itself_goes_on_to_its_next_suspension)
{
    CHECK_STRING(ending_of_self_cancel("yield"), "cancelled");
    CHECK_LOG("still self(me)");
    CHECK_STRING(ending_of_self_cancel("sleep"), "cancelled");
    CHECK_LOG("still self(me)");
    CHECK_NUMBER(now(), 0);
}

ASYNC_TEST(a_task_that_cancels_itself_and_returns_is_cancelled)
{
    CHECK_STRING(ending_of_self_cancel("return"), "cancelled");
    CHECK_LOG("still");
}

ASYNC_TEST(a_task_that_cancels_itself_and_raises_has_failed)
{
    CHECK_STRING(ending_of_self_cancel("raise"), "ValueError");
    CHECK_LOG("still");
}

ASYNC_TEST(awaiting_what_is_done_delivers_no_cancellation)
{
    CHECK_STRING(ending_of_self_cancel("await"), "cancelled");
    CHECK_LOG("still done");
}

static void *cancel_self_and_await(void *arg)
{
    asyncio_task_cancel(asyncio_current_task(), "m");
    return await_future(arg);
}

ASYNC_TEST(a_task_with_a_request_outstanding_cancels_what_it_then_waits_for)
{
    asyncio_future *f = new_future();
    asyncio_task *t = started(cancel_self_and_await, f);
    CHECK(asyncio_future_cancelled(f));
    settle();
    CHECK_LOG("waiter(m)");
    CHECK_STRING(ending(t), "cancelled");
}

static void *cancel_self_and_await_a_task(void *arg)
{
    asyncio_task_cancel(asyncio_current_task(), "m");
    asyncio_await((asyncio_task *)arg);
    return pass_on("outer");
}

ASYNC_TEST(a_task_with_a_request_outstanding_cancels_a_task_and_what_that_waits_for)
{
    asyncio_future *f = new_future();
    asyncio_task *inner = started(await_future, f), *outer = started(cancel_self_and_await_a_task, inner);
    CHECK(asyncio_future_cancelled(f));
    settle();
    CHECK_LOG("waiter(m) outer(m)");
    CHECK_STRING(ending(inner), "cancelled");
    CHECK_STRING(ending(outer), "cancelled");
}

/* ---- arriving together with something else ---- */

ASYNC_TEST(a_cancellation_after_the_result_but_before_the_waiter_ran_wins)
{
    asyncio_future *f = new_future();
    asyncio_task *t = started(await_future, f);
    asyncio_future_set_result(f, "r");
    CHECK(asyncio_task_cancel(t, "late"));
    settle();
    CHECK_LOG("waiter(late)");
    CHECK_STRING(ending(t), "cancelled");
    CHECK_STRING(asyncio_future_result(f), "r");
}

ASYNC_TEST(of_a_cancelled_future_and_a_cancelled_waiter_the_message_of_the_future_counts)
{
    asyncio_future *f = new_future();
    asyncio_task *t = started(await_future, f);
    asyncio_future_cancel(f, "future");
    CHECK(asyncio_task_cancel(t, "task"));
    asyncio_wait(&t, 1);
    CHECK_LOG("waiter(future)");
    CHECK_STRING(ending(t), "cancelled");
    CHECK_INT(asyncio_task_cancelling(t), 1);
    asyncio_task_result(t);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "future");
}

ASYNC_TEST(a_result_after_the_cancellation_comes_too_late)
{
    asyncio_future *f = new_future();
    asyncio_task *t = started(await_future, f);
    asyncio_task_cancel(t);
    CHECK_INT(asyncio_future_set_result(f, "r"), -1);
    CHECK_RAISES(ASYNCIO_INVALID_STATE_ERROR, "invalid state");
    settle();
    CHECK_LOG("waiter()");
}

ASYNC_TEST(an_exception_that_a_cancellation_overtook_counts_as_seen)
{
    asyncio_future *f = new_future();
    asyncio_task *t = started(await_future, f);
    asyncio_future_set_exception(f, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "v"));
    asyncio_task_cancel(t);
    settle();
    CHECK_LOG("waiter()");
    asyncio_drop(f);
}

ASYNC_TEST(uncancel_lets_a_result_through_that_a_cancellation_had_overtaken)
{
    asyncio_future *f = new_future();
    asyncio_task *t = started(await_future, f);
    asyncio_future_set_result(f, "r");
    asyncio_task_cancel(t);
    asyncio_task_uncancel(t);
    settle();
    CHECK_LOG("r");
    CHECK_STRING(ending(t), "result");
}

static asyncio_task *victim;
static void cancel_victim(void *arg)
{
    (void)arg;
    log_("cancel");
    asyncio_task_cancel(victim);
}

static void *sleep_a_second(void *arg)
{
    asyncio_sleep(1);
    log_("slept");
    pass_on("sleeper");
    return arg;
}

ASYNC_TEST(a_cancellation_in_the_turn_in_which_the_sleep_is_over_wins_either_way_round)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_call_at(loop, now() + 1, cancel_victim, NULL);
    victim = started(sleep_a_second, NULL);
    asyncio_await(victim);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_LOG("cancel slept sleeper()");
    victim = started(sleep_a_second, NULL);
    asyncio_loop_call_at(loop, now() + 1, cancel_victim, NULL);
    asyncio_await(victim);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_LOG("cancel slept sleeper()");
}

/* ---- through other tasks ---- */

static void *await_task(void *arg)
{
    char *result = asyncio_await((asyncio_task *)arg);
    if (!asyncio_failed())
        log_("%s", result);
    return pass_on("outer");
}

ASYNC_TEST(cancelling_a_waiter_cancels_the_task_that_it_waits_for_first)
{
    asyncio_task *inner = asyncio_create_task(sleep_long, "inner"), *outer = started(await_task, inner);
    asyncio_task_cancel(outer, "m");
    CHECK_INT(asyncio_task_cancelling(outer), 1);
    CHECK_INT(asyncio_task_cancelling(inner), 1);
    asyncio_sleep(0);
    CHECK_STRING(ending(inner), "cancelled");
    CHECK_STRING(ending(outer), "pending");
    asyncio_sleep(0);
    CHECK_STRING(ending(outer), "cancelled");
    CHECK_LOG("inner(m) outer(m)");
}

ASYNC_TEST(a_waiter_gets_the_result_of_a_task_that_swallowed_the_cancellation)
{
    asyncio_task *inner = asyncio_create_task(swallow, "r"), *outer = started(await_task, inner);
    asyncio_task_cancel(outer);
    settle();
    CHECK_LOG("swallowed goes on r");
    CHECK_STRING(ending(outer), "result");
    CHECK_INT(asyncio_task_cancelling(outer), 1);
}

ASYNC_TEST(a_waiter_gets_the_error_that_a_task_made_of_the_cancellation)
{
    asyncio_task *inner = asyncio_create_task(turn_into_an_error, NULL), *outer = started(await_task, inner);
    asyncio_task_cancel(outer);
    settle();
    CHECK_STRING(ending(outer), "KeyError");
    CHECK_INT(asyncio_task_cancelling(outer), 1);
}

ASYNC_TEST(a_waiter_whose_task_was_cancelled_by_others_ends_cancelled_without_a_request)
{
    asyncio_task *inner = asyncio_create_task(sleep_long, "inner"), *outer = started(await_task, inner);
    asyncio_task_cancel(inner, "x");
    settle();
    CHECK_LOG("inner(x) outer(x)");
    CHECK_STRING(ending(outer), "cancelled");
    CHECK_INT(asyncio_task_cancelling(outer), 0);
    asyncio_task_result(outer);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "x");
}

static void *raise_cancelled(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_CANCELLED_ERROR, "own");
}

ASYNC_TEST(a_task_that_raises_cancelled_error_itself_is_cancelled)
{
    asyncio_task *t = asyncio_create_task(raise_cancelled);
    settle();
    CHECK_STRING(ending(t), "cancelled");
    CHECK_INT(asyncio_task_cancelling(t), 0);
    asyncio_task_result(t);
    CHECK_STRING(asyncio_exception_message(asyncio_pending()), "own");
    raised();
    asyncio_task_result(t);
    CHECK_STRING(asyncio_exception_message(asyncio_pending()), "");
    raised();
}

static void *await_coroutines(void *arg)
{
    return asyncio_await(asyncio_coro(sleep_long, arg));
}

ASYNC_TEST(a_cancellation_comes_out_of_the_innermost_coroutine)
{
    asyncio_task *t = started(await_coroutines, "innermost");
    asyncio_task_cancel(t, "m");
    settle();
    CHECK_LOG("innermost(m)");
    CHECK_STRING(ending(t), "cancelled");
}

enum { LONG_CHAIN = 400 };
static asyncio_task *links[LONG_CHAIN];
static void *await_the_next(void *arg)
{
    long n = (long)arg;
    if (n + 1 == LONG_CHAIN)
        asyncio_sleep(10);
    else
        asyncio_await(links[n + 1]);
    return NULL;
}

static int count_cancelled(void)
{
    int cancelled = 0;
    for (int i = 0; i < LONG_CHAIN; i++)
        cancelled += asyncio_task_cancelled(links[i]);
    return cancelled;
}

ASYNC_TEST(a_long_chain_of_tasks_is_cancelled_from_its_far_end)
{
    for (long n = 0; n < LONG_CHAIN; n++)
        links[n] = asyncio_create_task(await_the_next, (void *)n);
    asyncio_sleep(0);
    asyncio_task_cancel(links[0]);
    asyncio_sleep(0);
    CHECK(asyncio_task_cancelled(links[LONG_CHAIN - 1]));
    CHECK_INT(count_cancelled(), 1);
    asyncio_await(links[0]);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_INT(count_cancelled(), LONG_CHAIN);
    CHECK_NUMBER(now(), 0);
}

/* Two that wait for each other can never go on: cancelling one must end both, and must end itself. */
static asyncio_task *ring[2];
static void *await_the_other(void *arg)
{
    asyncio_await(ring[!(long)arg]);
    return pass_on("ring");
}

ASYNC_TEST(two_tasks_that_await_each_other_can_be_cancelled)
{
    ring[0] = asyncio_create_task(await_the_other, (void *)0);
    ring[1] = asyncio_create_task(await_the_other, (void *)1);
    asyncio_sleep(0);
    asyncio_task_cancel(ring[0]);
    settle();
    CHECK_STRING(ending(ring[0]), "cancelled");
    CHECK_STRING(ending(ring[1]), "cancelled");
    CHECK_LOG("ring() ring()");
}

/* ---- through gather ---- */

static void *gather_two(void *arg)
{
    asyncio_await(asyncio_gather(asyncio_coro(sleep_long, "a"), asyncio_coro(sleep_long, "b")));
    pass_on("gatherer");
    return arg;
}

ASYNC_TEST(the_message_of_the_first_request_reaches_whoever_awaits_a_gather)
{
    asyncio_task *t = started(gather_two, NULL);
    asyncio_sleep(0);
    asyncio_task_cancel(t, "1st");
    asyncio_sleep(0);
    asyncio_task_cancel(t, "2nd");
    asyncio_sleep(0);
    asyncio_task_cancel(t, "3rd");
    settle();
    CHECK_LOG("a(1st) b(1st) gatherer(1st)");
}

/* ---- answered by leaving the program ---- */

static void *leave_when_cancelled(void *arg)
{
    asyncio_sleep(10);
    return asyncio_except(ASYNCIO_CANCELLED_ERROR) ? asyncio_raise(ASYNCIO_SYSTEM_EXIT, "%s", (char *)arg) : arg;
}

static void *do_nothing(void *arg)
{
    asyncio_sleep(0);
    return arg;
}

TEST(a_task_that_answers_a_cancellation_with_an_exit_has_failed_and_the_loop_can_go_on)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_task *t = asyncio_loop_create_task(loop, asyncio_coro(leave_when_cancelled, "bye"));
    asyncio_loop_run_until_complete(loop, asyncio_coro(do_nothing, NULL));
    asyncio_task_cancel(t);
    CHECK_STRING(ending(t), "pending");
    CHECK(asyncio_loop_run_until_complete(loop, asyncio_coro(do_nothing, "no")) == NULL);
    asyncio_exception *e = asyncio_except(ASYNCIO_SYSTEM_EXIT);
    CHECK_STRING(asyncio_exception_message(e), "bye");
    CHECK(!asyncio_task_cancelled(t));
    CHECK_POINTER(asyncio_task_exception(t), e);
    CHECK_STRING(asyncio_loop_run_until_complete(loop, asyncio_coro(do_nothing, "on")), "on");
    asyncio_loop_close(loop);
}

static int rounds;

static void *stop_in_the_second_round(void *arg)
{
    while (rounds < 10 && asyncio_sleep(1) == 0)
        if (++rounds == 2)
            asyncio_loop_stop(asyncio_get_running_loop());
    return arg;
}

TEST(a_task_whose_loop_was_stopped_can_be_cancelled_and_run_to_its_end)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_task *t = asyncio_loop_create_task(loop, asyncio_coro(stop_in_the_second_round, "r"));
    CHECK(asyncio_loop_run_until_complete(loop, t) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop stopped before Future completed.");
    CHECK_STRING(ending(t), "pending");
    CHECK(asyncio_task_cancel(t, "m"));
    CHECK(asyncio_loop_run_until_complete(loop, t) == NULL);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "m");
    CHECK_INT(rounds, 2);
    asyncio_loop_close(loop);
}

/* ---- the main task ---- */

static void *cancel_main(void *arg)
{
    asyncio_task_cancel((asyncio_task *)arg, "by a child");
    return NULL;
}

static void *main_that_is_cancelled(void *arg)
{
    asyncio_spawn(cancel_main, asyncio_current_task());
    asyncio_sleep(10);
    return arg;
}

TEST(a_main_task_that_ends_cancelled_makes_run_fail)
{
    expect_stderr("CancelledError: by a child");
    CHECK_INT(asyncio_run(main_that_is_cancelled), 1);
    CHECK_NUMBER(now(), 0);
}

static void *sleeps_long(void *arg)
{
    asyncio_sleep(10);
    return arg;
}

static void *awaits_itself_in_a_gather(void *arg)
{
    asyncio_task *me = asyncio_current_task();
    asyncio_task_cancel(me, "why");
    asyncio_await(asyncio_gather(me, asyncio_create_task(sleeps_long)));
    return arg;
}

TEST(a_request_that_comes_back_along_a_ring_keeps_its_message)
{
    expect_stderr("CancelledError: why");
    CHECK_INT(asyncio_run(awaits_itself_in_a_gather), 1);
}

ASYNC_TEST(a_request_may_come_back_to_a_task_that_is_no_main_task)
{
    asyncio_task *task = asyncio_create_task(awaits_itself_in_a_gather);
    asyncio_await(task);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "why");
    CHECK(asyncio_task_cancelled(task));
}
