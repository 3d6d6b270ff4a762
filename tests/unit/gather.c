/* gather: order of results, failures, cancellation inwards and outwards. What each test expects is what CPython 3.13
 * does. */
#include "unit.h"

static void *return_arg(void *arg)
{
    return arg;
}

static void *fail(void *arg)
{
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", (char *)arg);
}

static void *yield_and_fail(void *arg)
{
    asyncio_sleep(0);
    return asyncio_failed() ? NULL : fail(arg);
}

static void *plus_minus(void *arg)
{
    log_("+%ld", (long)arg);
    asyncio_sleep(0);
    log_("-%ld", (long)arg);
    return arg;
}

/* Sleeps long; logs its name and the message if it is cancelled. */
static void *sleeper(void *arg)
{
    asyncio_sleep(10);
    asyncio_exception *e = asyncio_except(ASYNCIO_CANCELLED_ERROR);
    if (e) {
        log_("%s(%s)", (char *)arg, asyncio_exception_message(e));
        asyncio_raise_exception(e);
    }
    return arg;
}

/* Logs how an await failed. */
static void log_raised(void)
{
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);
    log_("%s(%s)", e ? asyncio_exception_name(e) : "-", e ? asyncio_exception_message(e) : "");
}

/* ---- results ---- */

ASYNC_TEST(results_come_in_the_order_of_the_arguments)
{
    char **results = asyncio_await(asyncio_gather(asyncio_coro(sleeper, "a"), asyncio_create_task(return_arg, "b"),
                                                  asyncio_coro(return_arg, "c")));
    CHECK_STRING(results[0], "a");
    CHECK_STRING(results[1], "b");
    CHECK_STRING(results[2], "c");
    CHECK_NUMBER(now(), 10);
}

ASYNC_TEST(what_is_gathered_runs_concurrently_and_starts_in_order)
{
    asyncio_coroutine *coros[] = {asyncio_coro(plus_minus, (void *)1), asyncio_coro(plus_minus, (void *)2),
                                  asyncio_coro(plus_minus, (void *)3)};
    void **results = asyncio_await(asyncio_gather_array(coros, 3));
    CHECK_LOG("+1 +2 +3 -1 -2 -3");
    CHECK_INT((long)results[2], 3);
}

ASYNC_TEST(gathering_nothing_is_done_at_once)
{
    asyncio_future *g = asyncio_gather();
    CHECK(asyncio_future_done(g));
    CHECK(asyncio_await(g) != NULL);
    CHECK(asyncio_await(asyncio_gather_array((asyncio_task **)NULL, 0)) != NULL);
    CHECK(asyncio_await(asyncio_gather_return_exceptions()) != NULL);
}

static void log_done(asyncio_future *f, void *arg)
{
    log_("%s:%d", (char *)arg, asyncio_future_done(f));
}

static void *yield_once(void *arg)
{
    asyncio_sleep(0);
    return arg;
}

ASYNC_TEST(a_gather_is_done_a_turn_after_its_last_child)
{
    asyncio_future *g = asyncio_gather(asyncio_coro(yield_once, NULL), asyncio_coro(yield_once, NULL));
    asyncio_future_add_done_callback(g, log_done, "callback");
    for (int i = 0; i < 5; i++) {
        log_("%d", asyncio_future_done(g));
        asyncio_sleep(0);
    }
    CHECK_LOG("0 0 0 1 callback:1 1");
}

ASYNC_TEST(a_gather_of_what_is_done_already_is_done_at_once)
{
    asyncio_task *t = asyncio_create_task(return_arg, "r");
    asyncio_await(t);
    asyncio_future *g = asyncio_gather(t);
    CHECK(asyncio_future_done(g));
    CHECK(!asyncio_future_cancel(g));
    CHECK_STRING(*(char **)asyncio_await(g), "r");
}

ASYNC_TEST(futures_can_be_gathered)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_future *a = asyncio_loop_create_future(loop), *b = asyncio_loop_create_future(loop);
    asyncio_future *g = asyncio_gather(a, b);
    asyncio_future_set_result(b, "b");
    settle();
    CHECK(!asyncio_future_done(g));
    asyncio_future_set_result(a, "a");
    CHECK(!asyncio_future_done(g));
    asyncio_sleep(0);
    CHECK(asyncio_future_done(g));
    CHECK_STRING(((char **)asyncio_future_result(g))[0], "a");
    CHECK_STRING(((char **)asyncio_future_result(g))[1], "b");
}

static int calls;
static void *count_call(void *arg)
{
    (void)arg;
    return (void *)(long)++calls;
}

ASYNC_TEST(the_same_object_given_twice_is_run_once)
{
    asyncio_coroutine *coro = asyncio_coro(count_call, NULL);
    void **results = asyncio_await(asyncio_gather(coro, coro, asyncio_coro(return_arg, "x"), coro));
    CHECK_INT(calls, 1);
    CHECK_INT((long)results[0], 1);
    CHECK_INT((long)results[1], 1);
    CHECK_STRING((char *)results[2], "x");
    CHECK_INT((long)results[3], 1);
}

ASYNC_TEST(gathers_nest)
{
    asyncio_future *inner = asyncio_gather(asyncio_coro(return_arg, "1"), asyncio_coro(return_arg, "2"));
    void **results = asyncio_await(asyncio_gather(inner, asyncio_gather(asyncio_coro(return_arg, "3"))));
    CHECK_STRING(((char **)results[0])[1], "2");
    CHECK_STRING(((char **)results[1])[0], "3");
}

ASYNC_TEST(an_array_of_any_length_can_be_gathered)
{
    enum { MANY = 1000 };
    asyncio_coroutine *coros[MANY];
    for (long i = 0; i < MANY; i++)
        coros[i] = asyncio_coro(yield_once, (void *)i);
    void **results = asyncio_await(asyncio_gather_array(coros, MANY));
    for (long i = 0; i < MANY; i++)
        CHECK_INT((long)results[i], i);
}

ASYNC_TEST(thirty_two_arguments_can_be_gathered)
{
#define FOUR(n)                                                                       \
    asyncio_coro(return_arg, (void *)(n)), asyncio_coro(return_arg, (void *)(n + 1)), \
        asyncio_coro(return_arg, (void *)(n + 2)), asyncio_coro(return_arg, (void *)(n + 3))
    void **results =
        asyncio_await(asyncio_gather(FOUR(0), FOUR(4), FOUR(8), FOUR(12), FOUR(16), FOUR(20), FOUR(24), FOUR(28)));
    for (long i = 0; i < 32; i++)
        CHECK_INT((long)results[i], i);
}

/* ---- failures ---- */

static void *yield_twice_and_log(void *arg)
{
    asyncio_sleep(0);
    asyncio_sleep(0);
    log_("%s", (char *)arg);
    return arg;
}

ASYNC_TEST(the_first_failure_is_passed_on_while_the_others_run_on)
{
    asyncio_task *other = asyncio_create_task(sleeper, "other");
    asyncio_await(asyncio_gather(asyncio_coro(yield_and_fail, "bad"), other));
    log_raised();
    CHECK_STRING(ending(other), "pending");
    asyncio_await(other);
    CHECK_STRING(ending(other), "result");
    CHECK_LOG("ValueError(bad)");
}

ASYNC_TEST(later_failures_are_silent)
{
    asyncio_await(asyncio_gather(asyncio_coro(yield_and_fail, "a"), asyncio_coro(yield_and_fail, "b")));
    log_raised();
    settle();
    CHECK_LOG("ValueError(a)");
}

ASYNC_TEST(a_gather_of_what_has_failed_already_fails_at_once)
{
    asyncio_task *bad = asyncio_create_task(fail, "x"), *other = asyncio_create_task(yield_twice_and_log, "other");
    asyncio_sleep(0);
    asyncio_future *g = asyncio_gather(bad, other);
    CHECK(asyncio_future_done(g));
    asyncio_await(g);
    log_raised();
    settle();
    CHECK_LOG("ValueError(x) other");
}

ASYNC_TEST(with_return_exceptions_failures_are_results)
{
    asyncio_outcome *results = asyncio_await(asyncio_gather_return_exceptions(
        asyncio_coro(return_arg, "r"), asyncio_coro(yield_and_fail, "bad"), asyncio_coro(return_arg, NULL)));
    CHECK_STRING((char *)results[0].value, "r");
    CHECK(results[0].exception == NULL);
    CHECK_STRING(asyncio_exception_message(results[1].exception), "bad");
    CHECK(results[1].value == NULL);
    CHECK(results[2].value == NULL && results[2].exception == NULL);
}

ASYNC_TEST(the_failure_of_a_gather_that_nobody_awaits_is_told)
{
    expect_stderr("exception was never retrieved");
    expect_stderr("ValueError: lost");
    asyncio_gather(asyncio_coro(fail, "lost"));
    settle();
}

/* ---- a child is cancelled ---- */

ASYNC_TEST(a_child_that_is_cancelled_by_itself_counts_as_failed)
{
    asyncio_task *a = asyncio_create_task(sleeper, "a"), *b = asyncio_create_task(sleeper, "b");
    asyncio_future *g = asyncio_gather(a, b);
    asyncio_sleep(0);
    asyncio_task_cancel(a, "x");
    asyncio_await(g);
    log_raised();
    CHECK(!asyncio_future_cancelled(g));
    CHECK_STRING(ending(b), "pending");
    CHECK_LOG("a(x) CancelledError(x)");
    asyncio_task_cancel(b);
    settle();
    CHECK_LOG("b()");
}

ASYNC_TEST(with_return_exceptions_a_cancelled_child_is_a_result)
{
    asyncio_task *a = asyncio_create_task(sleeper, "a");
    asyncio_future *g = asyncio_gather_return_exceptions(a, asyncio_coro(return_arg, "r"));
    asyncio_sleep(0);
    asyncio_task_cancel(a, "x");
    asyncio_outcome *results = asyncio_await(g);
    CHECK_LOG("a(x)");
    CHECK_STRING(asyncio_exception_name(results[0].exception), "CancelledError");
    CHECK_STRING(asyncio_exception_message(results[0].exception), "");
    CHECK_STRING((char *)results[1].value, "r");
}

/* ---- the gather is cancelled ---- */

ASYNC_TEST(cancelling_a_gather_cancels_its_children_in_order)
{
    asyncio_future *g =
        asyncio_gather(asyncio_coro(sleeper, "a"), asyncio_coro(sleeper, "b"), asyncio_coro(sleeper, "c"));
    asyncio_sleep(0);
    CHECK(asyncio_future_cancel(g, "m"));
    CHECK(!asyncio_future_done(g));
    asyncio_await(g);
    log_raised();
    CHECK_LOG("a(m) b(m) c(m) CancelledError(m)");
    CHECK(!asyncio_future_cancelled(g)); /* as in CPython: it has failed with CancelledError */
    CHECK(asyncio_future_done(g));
    CHECK(!asyncio_future_cancel(g));
}

static void *gather_and_log(void *arg)
{
    asyncio_coroutine *coros[] = {asyncio_coro(sleeper, "a"), asyncio_coro(sleeper, "b")};
    if (arg)
        asyncio_await(asyncio_gather_array_return_exceptions(coros, 2));
    else
        asyncio_await(asyncio_gather_array(coros, 2));
    log_("%s", asyncio_failed() ? asyncio_exception_name(asyncio_pending()) : "went on");
    return NULL;
}

ASYNC_TEST(cancelling_whoever_awaits_a_gather_cancels_the_children_either_kind)
{
    for (long kind = 0; kind < 2; kind++) {
        asyncio_task *t = asyncio_create_task(gather_and_log, (void *)kind);
        turns(2);
        asyncio_task_cancel(t, "m");
        settle();
        CHECK_LOG("a(m) b(m) CancelledError");
        CHECK_STRING(ending(t), "cancelled");
    }
}

static void *swallow(void *arg)
{
    asyncio_sleep(10);
    log_("%s", raised());
    return arg;
}

ASYNC_TEST(a_cancelled_gather_is_cancelled_even_if_its_children_swallow_it)
{
    asyncio_future *g = asyncio_gather(asyncio_coro(swallow, "r"), asyncio_coro(swallow, "r"));
    asyncio_sleep(0);
    asyncio_future_cancel(g, "m");
    asyncio_await(g);
    log_raised();
    CHECK_LOG("CancelledError CancelledError CancelledError()");
}

ASYNC_TEST(cancelling_a_nested_gather_reaches_the_innermost)
{
    asyncio_future *g = asyncio_gather(asyncio_gather(asyncio_coro(sleeper, "a"), asyncio_coro(sleeper, "b")),
                                       asyncio_gather(asyncio_coro(sleeper, "c")));
    turns(2);
    asyncio_future_cancel(g, "m");
    asyncio_await(g);
    log_raised();
    CHECK_LOG("a(m) b(m) c(m) CancelledError(m)");
}

ASYNC_TEST(children_that_have_not_begun_are_cancelled_before_their_first_step)
{
    asyncio_future *g = asyncio_gather(asyncio_coro(plus_minus, (void *)1), asyncio_coro(plus_minus, (void *)2));
    asyncio_future_cancel(g);
    asyncio_await(g);
    log_raised();
    CHECK_LOG("CancelledError()");
}

ASYNC_TEST(an_object_given_twice_is_cancelled_as_often)
{
    asyncio_task *a = asyncio_create_task(sleeper, "a");
    asyncio_future *g = asyncio_gather(a, a);
    asyncio_sleep(0);
    asyncio_future_cancel(g);
    CHECK_INT(asyncio_task_cancelling(a), 2);
    settle();
    CHECK_LOG("a()");
    asyncio_future_result(g);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
}

static void cancel_it(asyncio_future *f, void *arg)
{
    (void)f;
    log_("%d", asyncio_future_cancel((asyncio_future *)arg));
}

static void *await_future(void *arg)
{
    return asyncio_await((asyncio_future *)arg);
}

ASYNC_TEST(a_gather_all_of_whose_children_have_ended_cannot_be_cancelled_any_more)
{
    asyncio_future *f = asyncio_future_new(), *g = asyncio_gather(asyncio_coro(await_future, f));
    asyncio_sleep(0);
    asyncio_future_add_done_callback(f, cancel_it, g); /* after the child has ended, before the gather knows */
    asyncio_future_set_result(f, "r");
    CHECK_STRING(*(char **)asyncio_await(g), "r");
    CHECK_LOG("0");
}

static asyncio_future *gathered;

static void *gather_what_waits_for_one_future(void *arg)
{
    gathered = asyncio_gather(asyncio_create_task(await_future, arg), asyncio_create_task(await_future, arg));
    asyncio_keep(gathered);
    asyncio_await(gathered);
    log_("%s", asyncio_exception_name(asyncio_pending()));
    return NULL;
}

ASYNC_TEST(children_that_wait_for_the_same_future_are_all_cancelled)
{
    asyncio_future *f = asyncio_future_new();
    asyncio_task *t = asyncio_create_task(gather_what_waits_for_one_future, f);
    turns(2);
    CHECK(asyncio_task_cancel(t));
    settle();
    CHECK_LOG("CancelledError");
    CHECK_STRING(ending(t), "cancelled");
    CHECK(asyncio_future_cancelled(f));
    CHECK(!asyncio_future_cancel(gathered));
    CHECK(asyncio_future_done(gathered) && !asyncio_future_cancelled(gathered));
    asyncio_drop(gathered);
}

ASYNC_TEST(a_cancelled_gather_that_nobody_awaits_is_told)
{
    expect_stderr("exception was never retrieved");
    expect_stderr("CancelledError: m");
    asyncio_future *g = asyncio_gather(asyncio_coro(sleeper, "a"));
    asyncio_sleep(0);
    asyncio_future_cancel(g, "m");
    settle();
    CHECK_LOG("a(m)");
}

/* Unlike other futures: it refuses without a further thought. */
ASYNC_TEST(to_try_to_cancel_a_failed_gather_does_not_count_as_looking_at_it)
{
    expect_stderr("exception was never retrieved");
    expect_stderr("ValueError: lost");
    asyncio_future *g = asyncio_gather(asyncio_coro(fail, "lost"));
    settle();
    CHECK(!asyncio_future_cancel(g));
}

/* ---- futures, each ending in its own way ---- */

static void new_futures(asyncio_future **futures, int count)
{
    for (int i = 0; i < count; i++)
        futures[i] = asyncio_future_new();
}

ASYNC_TEST(after_the_first_failure_the_others_may_end_as_they_like)
{
    asyncio_future *f[5];
    asyncio_exception *e = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "first");
    new_futures(f, 5);
    asyncio_future *g = asyncio_gather_array(f, 5);
    asyncio_future_set_result(f[0], NULL);
    asyncio_future_set_exception(f[1], e);
    asyncio_sleep(0);
    CHECK_POINTER(asyncio_future_exception(g), e);
    asyncio_future_set_result(f[2], NULL);
    asyncio_future_cancel(f[3]);
    asyncio_future_set_exception(f[4], asyncio_exception_new(ASYNCIO_RUNTIME_ERROR, "late"));
    asyncio_sleep(0);
    CHECK_POINTER(asyncio_future_exception(g), e);
}

ASYNC_TEST(after_the_first_cancellation_the_others_may_end_as_they_like)
{
    asyncio_future *f[3];
    new_futures(f, 3);
    asyncio_future *g = asyncio_gather_array(f, 3);
    asyncio_future_cancel(f[1], "m");
    asyncio_sleep(0);
    CHECK(!asyncio_future_cancelled(g));
    CHECK_STRING(asyncio_exception_name(asyncio_future_exception(g)), "CancelledError");
    CHECK_STRING(asyncio_exception_message(asyncio_future_exception(g)), "m");
    asyncio_future_cancel(f[0]);
    asyncio_future_set_exception(f[2], asyncio_exception_new(ASYNCIO_RUNTIME_ERROR, "late"));
    asyncio_sleep(0);
}

ASYNC_TEST(with_return_exceptions_each_way_to_end_is_a_result)
{
    asyncio_future *f[6];
    asyncio_exception *early = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "early");
    asyncio_exception *late = asyncio_exception_new(ASYNCIO_RUNTIME_ERROR, "late");
    new_futures(f, 6);
    asyncio_future *g = asyncio_gather_array_return_exceptions(f, 6);
    asyncio_future_set_result(f[0], "0");
    asyncio_future_set_exception(f[1], early);
    asyncio_future_cancel(f[2], "two");
    settle();
    CHECK(!asyncio_future_done(g));
    asyncio_future_set_result(f[3], "3");
    asyncio_future_cancel(f[4]);
    asyncio_future_set_exception(f[5], late);
    asyncio_outcome *results = asyncio_await(g);
    CHECK_STRING(results[0].value, "0");
    CHECK_POINTER(results[1].exception, early);
    CHECK_STRING(asyncio_exception_message(results[2].exception), "two");
    CHECK_STRING(results[3].value, "3");
    CHECK_STRING(asyncio_exception_name(results[4].exception), "CancelledError");
    CHECK_STRING(asyncio_exception_message(results[4].exception), "");
    CHECK_POINTER(results[5].exception, late);
}

/* ---- lives ---- */

ASYNC_TEST(a_gather_that_is_dropped_early_lets_its_children_run)
{
    asyncio_task *t = asyncio_create_task(plus_minus, (void *)1);
    asyncio_drop(asyncio_gather(t, asyncio_coro(plus_minus, (void *)2)));
    settle();
    CHECK_LOG("+1 +2 -1 -2");
}

/* ---- bad input ---- */

ASYNC_TEST(null_among_the_arguments_is_a_type_error)
{
    expect_stderr("coroutine 'return_arg' was never awaited"); /* the one behind it; the one before it has begun */
    asyncio_task *before = asyncio_create_task(return_arg, "r");
    CHECK(asyncio_gather(before, (asyncio_task *)NULL, asyncio_coro(return_arg, "x")) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_STRING(asyncio_await(before), "r");
}

ASYNC_TEST(what_stands_before_a_null_runs_and_nobody_is_told_of_its_end)
{
    CHECK(asyncio_gather(asyncio_coro(plus_minus, (void *)1), asyncio_coro(fail, "not told"), (asyncio_task *)NULL) ==
          NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    settle();
    CHECK_LOG("+1 -1");
}

TEST(futures_can_be_gathered_more_than_once)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *f[] = {asyncio_loop_create_future(loop), asyncio_loop_create_future(loop)};
    asyncio_future *first = asyncio_gather_array(f, 2), *second = asyncio_gather_array(f, 2);
    CHECK_POINTER(asyncio_future_get_loop(first), loop);
    asyncio_future_set_result(f[0], "a");
    asyncio_future_set_result(f[1], "b");
    CHECK_STRING(((char **)asyncio_loop_run_until_complete(loop, second))[1], "b");
    CHECK_STRING(((char **)asyncio_future_result(first))[0], "a");
    asyncio_loop_close(loop);
}

ASYNC_TEST(a_used_coroutine_cannot_be_gathered)
{
    asyncio_coroutine *coro = asyncio_coro(return_arg, "r");
    asyncio_await(coro);
    CHECK(asyncio_gather(coro) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
}

TEST(gather_needs_a_running_loop)
{
    asyncio_coroutine *coro = asyncio_coro(return_arg, "r");
    CHECK(asyncio_gather(coro) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    asyncio_coro_close(coro);
}

ASYNC_TEST(a_coroutine_that_was_gathered_cannot_be_gathered_again)
{
    asyncio_coroutine *coro = asyncio_coro(return_arg, "r");
    asyncio_future *first = asyncio_gather(coro, coro);
    void **results = asyncio_await(first);
    CHECK_POINTER(results[0], results[1]);
    asyncio_drop(first); /* the next one may get its memory */
    CHECK(asyncio_gather(coro) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
}

ASYNC_TEST(a_gather_that_has_failed_keeps_no_future_that_never_ends)
{
    asyncio_future *never = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_future *fails = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_future *gathered = asyncio_gather(never, fails);
    asyncio_future_set_exception(fails, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "f"));
    asyncio_await(gathered);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "f");
} /* otherwise the leak checker complains */

ASYNC_TEST(a_gather_of_what_never_ends_is_let_go_with_the_loop)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_gather(asyncio_loop_create_future(loop), asyncio_loop_create_future(loop));
} /* as above */

TEST(a_gather_that_outlives_its_loop_still_answers)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *gathered = asyncio_keep(asyncio_gather(asyncio_loop_create_future(loop)));
    asyncio_loop_close(loop);
    CHECK(!asyncio_future_done(gathered));
    CHECK(!asyncio_future_cancel(gathered));
    asyncio_drop(gathered);
}

TEST(futures_can_be_gathered_before_their_loop_runs)
{
    asyncio_loop *loop = asyncio_new_event_loop(), *other = asyncio_new_event_loop();
    asyncio_future *a = asyncio_loop_create_future(loop), *b = asyncio_loop_create_future(loop);
    asyncio_future *stranger = asyncio_loop_create_future(other);
    asyncio_future *gathered = asyncio_gather(a, b);
    CHECK(asyncio_gather(a, stranger) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "different loop");
    CHECK_POINTER(asyncio_ensure_future(stranger), stranger);
    asyncio_future_set_result(b, "b");
    asyncio_future_set_result(a, "a");
    void **results = asyncio_loop_run_until_complete(loop, gathered);
    CHECK_STRING(results[0], "a");
    CHECK_STRING(results[1], "b");
    asyncio_loop_close(loop);
    asyncio_loop_close(other);
}
