/* Asynchronous generators, async for, context managers of one's own, coroutine objects driven by hand. What each test expects
 * is what CPython 3.13 does. */
#include "unit.h"

static void *numbers(void *arg)
{
    for (long n = 0; n < (long)arg; n++) {
        if (asyncio_sleep(1) < 0 || asyncio_yield((void *)n) < 0)
            break;
    }
    asyncio_finally {
        log_("closed");
    }
    return NULL;
}

static const char *pending(void)
{
    return asyncio_failed() ? asyncio_exception_name(asyncio_pending()) : "nothing";
}

/* ---- async for ---- */

ASYNC_TEST(async_for_runs_for_each_value_and_time_passes_between)
{
    double before = now();
    asyncio_for (long, n, asyncio_agen_new(numbers, (void *)3))
        log_("%ld@%g", n, now() - before);
    CHECK_NOTHING_RAISED();
    CHECK_LOG("0@1 1@2 2@3 closed");
}

static void *ticker(void *arg)
{
    while (asyncio_sleep(1) == 0)
        log_("%s", (char *)arg);
    return NULL;
}

ASYNC_TEST(other_tasks_run_while_a_generator_waits)
{
    asyncio_task *t = asyncio_create_task(ticker, ".");
    asyncio_for (long, n, asyncio_agen_new(numbers, (void *)2))
        log_("%ld", n);
    asyncio_task_cancel(t);
    CHECK_LOG("0 . 1 closed");
}

ASYNC_TEST(break_leaves_the_generator_where_it_is)
{
    asyncio_agen *gen = asyncio_agen_new(numbers, (void *)9);
    asyncio_for (long, n, gen) {
        if (n == 1)
            break;
    }
    CHECK_INT((long)asyncio_anext(gen), 2);
    asyncio_for (long, n, gen) {
        if (n == 3)
            continue;
        log_("%ld", n);
        if (n == 5)
            break;
    }
    CHECK_LOG("4 5");
    CHECK_INT(asyncio_agen_aclose(gen), 0);
    CHECK_INT(asyncio_agen_aclose(gen), 0);
    asyncio_for (long, n, gen)
        log_("%ld", n);
    CHECK_LOG("closed");
}

static void *fails_in_the_middle(void *arg)
{
    asyncio_yield("one");
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "two");
}

ASYNC_TEST(an_error_of_the_body_comes_out_of_the_loop_and_ends_the_generator)
{
    asyncio_agen *gen = asyncio_agen_new(fails_in_the_middle);
    asyncio_for (char *, value, gen)
        log_("%s", value);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "two");
    CHECK_LOG("one");
    CHECK_POINTER(asyncio_anext(gen), NULL);
    CHECK_RAISES(ASYNCIO_STOP_ASYNC_ITERATION, "");
}

static void *iterate(void *gen)
{
    asyncio_for (long, n, (asyncio_agen *)gen)
        log_("%ld", n);
    log_("%s", pending());
    return NULL;
}

ASYNC_TEST(a_cancelled_task_has_the_cancellation_raised_inside_the_generator)
{
    asyncio_task *t = asyncio_create_task(iterate, asyncio_agen_new(numbers, (void *)9));
    asyncio_sleep(1.5);
    asyncio_task_cancel(t);
    asyncio_await(asyncio_gather_return_exceptions(t));
    CHECK(asyncio_task_cancelled(t));
    CHECK_LOG("0 closed CancelledError");
}

static void *doubled(void *gen)
{
    asyncio_for (long, n, (asyncio_agen *)gen) {
        if (asyncio_yield((void *)(2 * n)) < 0)
            break;
    }
    return NULL;
}

ASYNC_TEST(generators_nest)
{
    asyncio_agen *inner = asyncio_agen_new(numbers, (void *)3);
    asyncio_for (long, n, asyncio_agen_new(doubled, asyncio_agen_new(doubled, inner)))
        log_("%ld", n);
    CHECK_LOG("0 4 8 closed");
}

static void *yield_deep(void *arg)
{
    asyncio_yield(arg);
    asyncio_sleep(1);
    return arg;
}

static void *awaits_coroutines(void *arg)
{
    asyncio_await(asyncio_coro(yield_deep, "a"));
    yield_deep("b");
    return asyncio_await(asyncio_coro(yield_deep, "c"));
}

static void *take_one(void *gen)
{
    char *value = asyncio_anext(gen);
    log_("%s:%s", asyncio_task_get_name(asyncio_current_task()), value ? value : pending());
    asyncio_except(ASYNCIO_STOP_ASYNC_ITERATION);
    return value;
}

ASYNC_TEST(a_generator_may_be_asked_by_one_task_after_the_other)
{
    asyncio_agen *gen = asyncio_agen_new(awaits_coroutines);
    asyncio_await(asyncio_coro(take_one, gen));
    for (int i = 0; i < 3; i++)
        asyncio_await(asyncio_create_task(take_one, gen, .name = "t"));
    CHECK_LOG("Task-1:a t:b t:c t:StopAsyncIteration");
}

ASYNC_TEST(a_generator_that_runs_cannot_be_asked_by_another_task)
{
    asyncio_agen *gen = asyncio_agen_new(numbers, (void *)2);
    asyncio_task *t = asyncio_create_task(iterate, gen);
    asyncio_sleep(0.5);
    CHECK_POINTER(asyncio_anext(gen), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "anext(): asynchronous generator is already running");
    CHECK_INT(asyncio_agen_aclose(gen), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "already running");
    asyncio_await(t);
    CHECK_LOG("0 1 closed nothing");
}

/* ---- asend, athrow, aclose ---- */

static void *echo(void *arg)
{
    while (asyncio_yield(arg) == 0)
        arg = asyncio_sent();
    if (asyncio_except(ASYNCIO_VALUE_ERROR))
        asyncio_yield("caught");
    return NULL;
}

ASYNC_TEST(what_is_sent_and_thrown_arrives_where_the_body_stands)
{
    asyncio_agen *gen = asyncio_agen_new(echo, "first");
    CHECK_POINTER(asyncio_agen_asend(gen, "too early"), NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "just-started");
    CHECK_STRING(asyncio_anext(gen), "first");
    CHECK_STRING(asyncio_agen_asend(gen, "second"), "second");
    CHECK_POINTER(asyncio_anext(gen), NULL); /* a value, too */
    CHECK_NOTHING_RAISED();
    CHECK_STRING(asyncio_agen_athrow(gen, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "x")), "caught");
    CHECK_POINTER(asyncio_agen_athrow(gen, asyncio_exception_new(ASYNCIO_KEY_ERROR, "y")), NULL);
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "y");
    CHECK_POINTER(asyncio_anext(gen), NULL);
    CHECK_RAISES(ASYNCIO_STOP_ASYNC_ITERATION, "");
}

static void *yields_again(void *arg)
{
    asyncio_yield(arg);
    asyncio_except(ASYNCIO_GENERATOR_EXIT);
    asyncio_yield(arg);
    return NULL;
}

static void *fails_when_closed(void *arg)
{
    asyncio_yield(arg);
    asyncio_sleep(0);
    asyncio_except(ASYNCIO_GENERATOR_EXIT);
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "cleanup");
}

ASYNC_TEST(aclose_passes_on_what_the_cleanup_raises_and_refuses_a_yield)
{
    asyncio_agen *a = asyncio_agen_new(yields_again, "x"), *b = asyncio_agen_new(fails_when_closed, "y");
    asyncio_anext(a);
    asyncio_anext(b);
    CHECK_INT(asyncio_agen_aclose(a), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "ignored GeneratorExit");
    CHECK_INT(asyncio_agen_aclose(b), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "cleanup");
    CHECK_INT(asyncio_agen_aclose(asyncio_agen_new(numbers, (void *)1)), 0); /* which never ran */
    CHECK_LOG("");
}

static void *stops_by_itself(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_STOP_ASYNC_ITERATION);
}

ASYNC_TEST(a_body_that_raises_stop_async_iteration_is_an_error)
{
    CHECK_POINTER(asyncio_anext(asyncio_agen_new(stops_by_itself)), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "raised StopAsyncIteration");
}

ASYNC_TEST(asyncio_with_closes_a_generator)
{
    asyncio_agen *gen = asyncio_agen_new(numbers, (void *)9);
    asyncio_with (gen) {
        asyncio_anext(gen);
        asyncio_raise(ASYNCIO_VALUE_ERROR, "out");
    }
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "out");
    CHECK_LOG("closed");
}

/* ---- who closes those that are left ---- */

static void *cleans_up_slowly(void *arg)
{
    asyncio_yield(arg);
    asyncio_finally {
        asyncio_sleep(1);
        log_("%s closed", (char *)arg);
    }
    return NULL;
}

static void *abandons(void *arg)
{
    asyncio_anext(asyncio_agen_new(cleans_up_slowly, arg));
    return arg;
}

static void *abandon_two(void *arg)
{
    abandons("a");
    abandons("b");
    log_("main returns");
    return arg;
}

TEST(the_end_of_the_run_closes_generators_that_are_left)
{
    CHECK_INT(asyncio_run(abandon_two), 0);
    CHECK_LOG("main returns a closed b closed");
}

ASYNC_TEST(a_generator_whose_maker_has_ended_is_closed_meanwhile)
{
    asyncio_await(asyncio_create_task(abandons, "a"));
    log_("main");
    asyncio_sleep(2);
    CHECK_LOG("main a closed");
}

static void *abandon_a_failing_one(void *arg)
{
    asyncio_anext(asyncio_agen_new(fails_when_closed, arg));
    return arg;
}

TEST(an_error_while_closing_is_told)
{
    expect_stderr("an error occurred during closing of asynchronous generator");
    expect_stderr("ValueError: cleanup");
    CHECK_INT(asyncio_run(abandon_a_failing_one), 0);
}

/* ---- iterators and context managers of one's own ---- */

static void *count_to_three(void *self)
{
    long *n = self;
    if (*n == 3)
        return asyncio_raise(ASYNCIO_STOP_ASYNC_ITERATION);
    asyncio_sleep(1);
    return (void *)++*n;
}

ASYNC_TEST(async_for_takes_an_iterator_of_a_function)
{
    static long n;
    asyncio_for (long, i, asyncio_aiter_new(count_to_three, &n))
        log_("%ld", i);
    CHECK_NOTHING_RAISED();
    CHECK_LOG("1 2 3");
}

static void *sleep_for(void *arg)
{
    asyncio_sleep((double)(long)arg);
    return arg;
}

ASYNC_TEST(async_for_takes_as_completed)
{
    asyncio_coroutine *coros[] = {asyncio_coro(sleep_for, (void *)2), asyncio_coro(sleep_for, (void *)1)};
    asyncio_for (asyncio_future *, next, asyncio_as_completed(coros, 2))
        log_("%ld", (long)asyncio_await(next));
    CHECK_LOG("1 2");
}

static int enter(void *self)
{
    asyncio_sleep(1);
    log_("enter %s", (char *)self);
    return asyncio_failed() ? -1 : 0;
}

static bool leave(void *self, asyncio_exception *e)
{
    asyncio_sleep(1);
    log_("leave %s after %s", (char *)self, e ? asyncio_exception_name(e) : "success");
    return asyncio_isinstance(e, ASYNCIO_VALUE_ERROR);
}

ASYNC_TEST(a_context_manager_of_functions_enters_leaves_and_swallows)
{
    asyncio_with (asyncio_context_manager_new(enter, leave, "a"))
        log_("body");
    asyncio_with (asyncio_context_manager_new(NULL, leave, "b"))
        asyncio_raise(ASYNCIO_VALUE_ERROR, "swallowed");
    CHECK_NOTHING_RAISED();
    asyncio_with (asyncio_context_manager_new(NULL, leave, "c"))
        asyncio_raise(ASYNCIO_KEY_ERROR, "passed on");
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "passed on");
    CHECK_LOG("enter a body leave a after success leave b after ValueError leave c after KeyError");
}

static int enter_in_vain(void *self)
{
    (void)self;
    asyncio_raise(ASYNCIO_OS_ERROR, "no way in");
    return -1;
}

static bool fail_to_leave(void *self, asyncio_exception *e)
{
    (void)self, (void)e;
    asyncio_raise(ASYNCIO_RUNTIME_ERROR, "stuck");
    return true;
}

ASYNC_TEST(errors_of_entering_and_leaving_come_out)
{
    asyncio_with (asyncio_context_manager_new(enter_in_vain, leave, NULL))
        log_("not here");
    CHECK_RAISES(ASYNCIO_OS_ERROR, "no way in");
    asyncio_with (asyncio_context_manager_new(NULL, fail_to_leave, NULL))
        asyncio_raise(ASYNCIO_KEY_ERROR, "before");
    asyncio_exception *e = asyncio_except(ASYNCIO_RUNTIME_ERROR);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_context(e)), "before");
    CHECK_LOG("");
}

/* ---- driven by hand ---- */

static void *leaf(void *arg)
{
    if (asyncio_yield("first") < 0)
        return NULL;
    log_("got %s", (char *)asyncio_sent());
    if (asyncio_yield("second") < 0)
        return NULL;
    log_("got %s", (char *)asyncio_sent());
    return arg;
}

static void *root(void *arg)
{
    void *value = asyncio_await(asyncio_coro(leaf, arg));
    if (asyncio_except(ASYNCIO_VALUE_ERROR))
        value = "recovered";
    asyncio_finally {
        log_("finally");
    }
    return value;
}

static void check_states(asyncio_coroutine *c, const char *expected)
{
    log_("%s", asyncio_coro_state_name(asyncio_coro_get_state(c)));
    CHECK_LOG(expected);
}

TEST(a_coroutine_object_is_driven_without_a_loop)
{
    asyncio_coroutine *c = asyncio_coro(root, "value");
    check_states(c, "CORO_CREATED");
    CHECK_STRING(asyncio_coro_send(c, NULL), "first");
    check_states(c, "CORO_SUSPENDED");
    CHECK_STRING(asyncio_coro_get_name(c), "root");
    CHECK_STRING(asyncio_coro_get_name(asyncio_coro_get_await(c)), "leaf");
    CHECK_STRING(asyncio_coro_send(c, "one"), "second");
    CHECK_STRING(asyncio_coro_send(c, "two"), "value");
    CHECK_LOG("got one got two finally");
    check_states(c, "CORO_CLOSED");
    CHECK_POINTER(asyncio_coro_send(c, NULL), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
}

TEST(exceptions_are_thrown_into_a_driven_coroutine_and_come_out_of_it)
{
    asyncio_coroutine *c = asyncio_coro(root, "value");
    asyncio_coro_send(c, NULL);
    CHECK_STRING(asyncio_coro_throw(c, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "x")), "recovered");
    c = asyncio_coro(root, "value");
    asyncio_coro_send(c, NULL);
    CHECK_POINTER(asyncio_coro_throw(c, asyncio_exception_new(ASYNCIO_KEY_ERROR, "y")), NULL);
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "y");
    CHECK_LOG("finally finally");
    c = asyncio_coro(root, "value");
    CHECK_POINTER(asyncio_coro_throw(c, asyncio_exception_new(ASYNCIO_KEY_ERROR, "early")), NULL);
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "early");
    check_states(c, "CORO_CLOSED");
}

TEST(closing_a_driven_coroutine_unwinds_it)
{
    asyncio_coroutine *c = asyncio_coro(root, "value");
    asyncio_coro_send(c, NULL);
    asyncio_coro_close(c);
    CHECK_NOTHING_RAISED();
    CHECK_LOG("finally");
    check_states(c, "CORO_CLOSED");
    asyncio_coro_close(c);
    CHECK_LOG("");
}

static void *sleeps_and_yields(void *arg)
{
    asyncio_sleep(1);
    asyncio_yield(arg);
    return NULL;
}

TEST(a_coroutine_that_wants_the_loop_needs_one)
{
    asyncio_coroutine *c = asyncio_coro(sleeps_and_yields, "x");
    CHECK_POINTER(asyncio_coro_send(c, NULL), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
}

ASYNC_TEST(driven_within_a_task_it_waits_as_the_task)
{
    asyncio_coroutine *c = asyncio_coro(sleeps_and_yields, "x");
    double before = now();
    CHECK_STRING(asyncio_coro_send(c, NULL), "x");
    CHECK_NUMBER(now() - before, 1);
    asyncio_coro_close(c);
}

/* ---- bad input ---- */

ASYNC_TEST(what_is_no_generator_is_refused)
{
    CHECK_INT(asyncio_yield("x"), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "outside a generator");
    CHECK_POINTER(asyncio_agen_new(NULL), NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a function");
    CHECK_POINTER(asyncio_anext((asyncio_agen *)NULL), NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs an async generator, got NULL");
    asyncio_for (long, n, (asyncio_agen *)NULL)
        log_("%ld", n);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_for() needs an async generator, got NULL");
}

TEST(asking_outside_a_task_is_refused)
{
    asyncio_agen *gen = asyncio_agen_new(numbers, (void *)1);
    CHECK_POINTER(asyncio_anext(gen), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
}

TEST(a_value_sent_before_the_start_is_refused_and_the_coroutine_object_stays_as_it_was)
{
    asyncio_coroutine *c = asyncio_coro(root, NULL);
    CHECK_POINTER(asyncio_coro_send(c, "too early"), NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "can't send non-None value to a just-started coroutine");
    check_states(c, "CORO_CREATED");
    asyncio_coro_close(c);
    check_states(c, "CORO_CLOSED");
    CHECK_POINTER(asyncio_coro_send(c, NULL), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
}
