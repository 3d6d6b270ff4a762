/* Asynchronous generators, async for, context managers of one's own, coroutine objects driven by hand. What each test
 * expects is what CPython 3.13 does. */
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

/* ---- what comes after the end, and after an end that was refused ---- */

static void *two(void *arg)
{
    (void)arg;
    if (asyncio_yield("one") == 0)
        asyncio_yield("two");
    return NULL;
}

static void log_next(asyncio_agen *gen)
{
    char *value = asyncio_anext(gen);
    log_("%s", asyncio_failed() ? raised() : value ? value : "NULL");
}

static void log_throw(asyncio_agen *gen, const asyncio_exception_type *type)
{
    char *value = asyncio_agen_athrow(gen, asyncio_exception_new(type, "thrown"));
    log_("%s", asyncio_failed() ? raised() : value ? value : "NULL");
}

static void log_close(asyncio_agen *gen)
{
    log_("%d", asyncio_agen_aclose(gen));
    if (asyncio_failed())
        log_("%s", raised());
}

ASYNC_TEST(what_is_thrown_before_the_start_comes_out_and_ends_the_generator)
{
    asyncio_agen *gen = asyncio_agen_new(two);
    log_throw(gen, ASYNCIO_VALUE_ERROR);
    log_next(gen);
    CHECK_LOG("ValueError StopAsyncIteration");
    gen = asyncio_agen_new(two);
    log_throw(gen, ASYNCIO_STOP_ASYNC_ITERATION);
    log_throw(gen = asyncio_agen_new(two), ASYNCIO_GENERATOR_EXIT);
    log_close(gen);
    CHECK_LOG("StopAsyncIteration GeneratorExit 0");
}

ASYNC_TEST(a_generator_that_has_ended_gives_nothing_and_nothing_can_be_thrown_into_it)
{
    asyncio_agen *exhausted = asyncio_agen_new(two), *closed = asyncio_agen_new(two), *failed = asyncio_agen_new(two);
    asyncio_for (char *, value, exhausted)
        log_("%s", value);
    log_next(closed);
    log_close(closed);
    log_next(failed);
    log_throw(failed, ASYNCIO_KEY_ERROR);
    CHECK_LOG("one two one 0 one KeyError");
    asyncio_agen *all[] = {exhausted, closed, failed};
    for (int i = 0; i < 3; i++) {
        log_next(all[i]);
        CHECK_POINTER(asyncio_agen_asend(all[i], "x"), NULL);
        CHECK_RAISES(ASYNCIO_STOP_ASYNC_ITERATION, "");
        log_throw(all[i], ASYNCIO_VALUE_ERROR);
        log_close(all[i]);
        CHECK_LOG("StopAsyncIteration NULL 0");
    }
}

static void *ignores_its_closing(void *arg)
{
    (void)arg;
    asyncio_yield("one");
    asyncio_except(ASYNCIO_GENERATOR_EXIT);
    asyncio_sleep(1);
    if (asyncio_yield("two") == 0)
        asyncio_yield("three");
    return NULL;
}

ASYNC_TEST(after_an_aclose_that_was_refused_a_generator_goes_on_but_is_neither_closed_nor_thrown_into)
{
    asyncio_agen *gen = asyncio_agen_new(ignores_its_closing);
    log_next(gen);
    log_close(gen);
    log_close(gen);
    log_throw(gen, ASYNCIO_VALUE_ERROR);
    log_next(gen);
    log_next(gen);
    CHECK_LOG("one -1 RuntimeError -1 StopAsyncIteration StopAsyncIteration three StopAsyncIteration");
    log_close(gen);
    CHECK_LOG("0");
}

ASYNC_TEST(a_generator_exit_that_is_thrown_comes_out_or_is_answered_like_any_other)
{
    asyncio_agen *gen = asyncio_agen_new(two), *other = asyncio_agen_new(ignores_its_closing);
    log_next(gen);
    log_throw(gen, ASYNCIO_GENERATOR_EXIT);
    log_next(other);
    log_throw(other, ASYNCIO_GENERATOR_EXIT);
    log_next(other);
    log_close(other);
    CHECK_LOG("one GeneratorExit one two three 0");
}

static void *swallows_all(void *arg)
{
    asyncio_yield("one");
    log_("%s", raised());
    return arg;
}

ASYNC_TEST(a_body_that_swallows_what_is_thrown_and_returns_has_ended)
{
    asyncio_agen *gen = asyncio_agen_new(swallows_all);
    log_next(gen);
    log_throw(gen, ASYNCIO_VALUE_ERROR);
    CHECK_LOG("one ValueError StopAsyncIteration");
    gen = asyncio_agen_new(swallows_all);
    log_next(gen);
    log_close(gen);
    log_next(gen);
    CHECK_LOG("one GeneratorExit 0 StopAsyncIteration");
}

static void *raises_after_a_value(void *type)
{
    asyncio_yield("one");
    if (asyncio_failed()) /* what was thrown goes through */
        return NULL;
    return asyncio_raise(type, "by the body");
}

ASYNC_TEST(an_end_of_iteration_that_comes_out_of_the_body_is_the_cause_of_a_runtime_error)
{
    const asyncio_exception_type *types[] = {ASYNCIO_STOP_ASYNC_ITERATION, ASYNCIO_STOP_ITERATION};
    for (int i = 0; i < 4; i++) {
        asyncio_agen *gen = asyncio_agen_new(raises_after_a_value, (void *)types[i / 2]);
        log_next(gen);
        if (i % 2)
            asyncio_agen_athrow(gen, asyncio_exception_new(types[i / 2]));
        else
            asyncio_anext(gen);
        asyncio_exception *e = asyncio_except(ASYNCIO_RUNTIME_ERROR);
        CHECK(e != NULL);
        CHECK_CONTAINS(asyncio_exception_message(e), "async generator raised Stop");
        CHECK(asyncio_isinstance(asyncio_exception_cause(e), types[i / 2]));
        CHECK_POINTER(asyncio_exception_context(e), asyncio_exception_cause(e));
        log_next(gen);
        CHECK_LOG("one StopAsyncIteration");
    }
}

/* ---- values on the way out ---- */

static void *yields_on_its_way_out(void *arg)
{
    asyncio_yield("one");
    asyncio_raise(ASYNCIO_VALUE_ERROR, "on the way");
    asyncio_finally {
        asyncio_yield("two");
        asyncio_sleep(1);
        asyncio_yield("three");
        if (arg)
            asyncio_raise(ASYNCIO_KEY_ERROR, "%s", (char *)arg);
    }
    if (!asyncio_failed())
        asyncio_yield("never");
    return NULL;
}

ASYNC_TEST(a_generator_may_yield_while_it_is_on_its_way_out)
{
    asyncio_for (char *, value, asyncio_agen_new(yields_on_its_way_out))
        log_("%s", value);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "on the way");
    CHECK_LOG("one two three");
    asyncio_for (char *, value, asyncio_agen_new(yields_on_its_way_out, "later"))
        log_("%s", value);
    asyncio_exception *e = asyncio_except(ASYNCIO_KEY_ERROR);
    CHECK(e != NULL);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_context(e)), "on the way");
    CHECK_LOG("one two three");
}

static void *asks_itself(void *gen)
{
    asyncio_agen **self = gen;
    CHECK_POINTER(asyncio_anext(*self), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "anext(): asynchronous generator is already running");
    CHECK_POINTER(asyncio_agen_athrow(*self, asyncio_exception_new(ASYNCIO_VALUE_ERROR)), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "athrow(): asynchronous generator is already running");
    CHECK_INT(asyncio_agen_aclose(*self), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "aclose(): asynchronous generator is already running");
    asyncio_yield("all the same");
    return NULL;
}

ASYNC_TEST(a_generator_cannot_ask_itself)
{
    asyncio_agen *self = NULL;
    self = asyncio_agen_new(asks_itself, &self);
    log_next(self);
    log_next(self);
    CHECK_LOG("all the same StopAsyncIteration");
}

/* ---- cancelled while it waits ---- */

static void *sleep_long(void *arg)
{
    asyncio_sleep(100);
    return arg;
}

static void cancel_task(void *task)
{
    asyncio_task_cancel(task);
}

static void *waits_for_a_task_that_is_cancelled(void *arg)
{
    asyncio_yield("one");
    asyncio_task *task = asyncio_create_task(sleep_long);
    asyncio_loop_call_later(asyncio_get_running_loop(), 1, cancel_task, task);
    asyncio_await(task);
    if (!asyncio_failed())
        asyncio_yield("never");
    asyncio_finally {
        asyncio_sleep(1);
        log_("cleaned up");
    }
    return arg;
}

ASYNC_TEST(the_cancellation_of_what_a_generator_awaits_comes_out_after_its_cleanup)
{
    asyncio_agen *gen = asyncio_agen_new(waits_for_a_task_that_is_cancelled);
    log_next(gen);
    log_next(gen);
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
    log_next(gen);
    CHECK_LOG("one cleaned up CancelledError StopAsyncIteration");
}

ASYNC_TEST(a_timeout_ends_the_generator_that_is_waited_for)
{
    asyncio_agen *gen = asyncio_agen_new(numbers, (void *)9);
    double before = now();
    CHECK_INT((long)asyncio_anext(gen), 0);
    asyncio_with (asyncio_timeout(0.5))
        asyncio_anext(gen);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    log_next(gen);
    CHECK_LOG("closed StopAsyncIteration");
    CHECK_NUMBER(now() - before, 1.5);
}

static void *close_it(void *gen)
{
    asyncio_agen_aclose(gen);
    return NULL;
}

static void *cleans_up_in_two_steps(void *arg)
{
    asyncio_yield(arg);
    asyncio_finally {
        if (asyncio_sleep(5) < 0)
            log_("hurry: %s", asyncio_exception_name(asyncio_pending()));
        asyncio_finally {
            asyncio_sleep(1);
            log_("over");
        }
    }
    return NULL;
}

ASYNC_TEST(an_aclose_that_is_cancelled_has_that_raised_in_the_cleanup)
{
    asyncio_agen *gen = asyncio_agen_new(cleans_up_in_two_steps, "x");
    log_next(gen);
    asyncio_task *closer = asyncio_create_task(close_it, gen);
    asyncio_sleep(1);
    log_close(gen);
    asyncio_task_cancel(closer);
    asyncio_wait(&closer, 1);
    log_("%s", ending(closer));
    log_close(gen);
    CHECK_LOG("x -1 RuntimeError hurry: CancelledError over cancelled 0");
}

static void *fail_later(void *arg)
{
    asyncio_sleep(1);
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", (char *)arg);
}

static void *awaits_its_task_when_closed(void *arg)
{
    asyncio_task *task = asyncio_create_task(fail_later, "of the task");
    asyncio_yield(arg);
    asyncio_finally {
        asyncio_await(task);
        log_("%s", raised());
    }
    return NULL;
}

ASYNC_TEST(aclose_waits_for_what_the_cleanup_awaits)
{
    asyncio_agen *gen = asyncio_agen_new(awaits_its_task_when_closed, "x");
    double before = now();
    log_next(gen);
    log_close(gen);
    CHECK_LOG("x ValueError 0");
    CHECK_NUMBER(now() - before, 1);
}

ASYNCIO_CONTEXTVAR(colour, "colour", "none");

static void *sets_a_variable(void *arg)
{
    asyncio_contextvar_set(colour, "red");
    asyncio_yield(asyncio_contextvar_get(colour));
    asyncio_yield(asyncio_contextvar_get(colour));
    return arg;
}

ASYNC_TEST(a_generator_runs_in_the_context_of_whoever_asks)
{
    asyncio_agen *gen = asyncio_agen_new(sets_a_variable);
    log_next(gen);
    log_("%s", (char *)asyncio_contextvar_get(colour));
    asyncio_contextvar_set(colour, "blue");
    asyncio_task *asker = asyncio_create_task(take_one, gen, .name = "t");
    asyncio_contextvar_set(colour, "green");
    asyncio_await(asker);
    CHECK_LOG("red red t:blue");
}

static bool tell_leaving(void *self, asyncio_exception *e)
{
    log_("%s left by %s", (char *)self, e ? asyncio_exception_name(e) : "nothing");
    return false;
}

static void *yields_inside_a_block(void *arg)
{
    asyncio_with (asyncio_context_manager_new(NULL, tell_leaving, "block"))
        asyncio_yield(arg);
    return NULL;
}

ASYNC_TEST(a_block_around_a_yield_is_left_by_generator_exit)
{
    asyncio_agen *gen = asyncio_agen_new(yields_inside_a_block, "x");
    log_next(gen);
    log_close(gen);
    CHECK_LOG("x block left by GeneratorExit 0");
}

/* ---- shutdown_asyncgens ---- */

static void log_error(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)arg;
    log_("[%s%s%s: %s]", context->message, context->task ? " of " : "",
         context->task ? asyncio_task_get_coro_name(context->task) : "",
         context->exception ? asyncio_exception_message(context->exception) : "-");
}

struct cleanup {
    const char *name;
    double seconds;
    const asyncio_exception_type *fails;
};

static void *cleans_up(void *arg)
{
    const struct cleanup *c = arg;
    asyncio_yield("begun");
    asyncio_finally {
        asyncio_sleep(c->seconds);
        log_("%s%s", c->name, asyncio_failed() ? " broken off" : "");
        if (c->fails && !asyncio_failed())
            asyncio_raise(c->fails, "%s failed", c->name);
    }
    return NULL;
}

static asyncio_agen *begin_cleans_up(const char *name, double seconds, const asyncio_exception_type *fails)
{
    asyncio_agen *gen = asyncio_agen_new(cleans_up, asyncio_args(struct cleanup, name, seconds, fails));
    CHECK_STRING(asyncio_anext(gen), "begun");
    return gen;
}

#define CLOSING "an error occurred during closing of asynchronous generator"

ASYNC_TEST(shutdown_asyncgens_closes_all_at_once_and_then_tells_of_the_errors)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_exception_handler(loop, log_error, NULL);
    CHECK_INT(asyncio_loop_shutdown_asyncgens(loop), 0);
    asyncio_agen *first = begin_cleans_up("a", 3, ASYNCIO_KEY_ERROR);
    begin_cleans_up("b", 0, ASYNCIO_VALUE_ERROR);
    begin_cleans_up("c", 1, ASYNCIO_CANCELLED_ERROR);
    begin_cleans_up("d", 2, NULL);
    double before = now();
    CHECK_INT(asyncio_loop_shutdown_asyncgens(loop), 0);
    CHECK_NUMBER(now() - before, 3);
    CHECK_LOG("b c d a [" CLOSING ": a failed] [" CLOSING ": b failed] [" CLOSING ": ]");
    log_next(first);
    CHECK_LOG("StopAsyncIteration");
}

ASYNC_TEST(a_generator_that_is_begun_after_shutdown_asyncgens_is_closed_by_the_next)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_shutdown_asyncgens(loop);
    begin_cleans_up("new", 1, NULL);
    CHECK_INT(asyncio_loop_shutdown_asyncgens(loop), 0);
    CHECK_LOG("new");
}

ASYNC_TEST(shutdown_asyncgens_cannot_close_a_generator_that_runs)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_exception_handler(loop, log_error, NULL);
    asyncio_task *t = asyncio_create_task(iterate, asyncio_agen_new(numbers, (void *)2));
    asyncio_sleep(0.5);
    CHECK_INT(asyncio_loop_shutdown_asyncgens(loop), 0);
    CHECK_LOG("[" CLOSING ": aclose(): asynchronous generator is already running]");
    asyncio_await(t);
    CHECK_LOG("0 1 closed nothing");
}

ASYNC_TEST(a_shutdown_that_is_cancelled_breaks_off_every_cleanup)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_agen *a = begin_cleans_up("a", 5, NULL), *b = begin_cleans_up("b", 5, NULL);
    asyncio_with (asyncio_timeout(1))
        CHECK_INT(asyncio_loop_shutdown_asyncgens(loop), -1);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    log_next(a);
    log_next(b);
    CHECK_LOG("a broken off b broken off StopAsyncIteration StopAsyncIteration");
}

static void *iterate_cleaning_up(void *arg)
{
    asyncio_for (long, n, asyncio_agen_new(numbers, arg))
        log_("%ld", n);
    return NULL;
}

TEST(generators_whose_tasks_are_left_over_are_closed_by_their_cancellation)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_task *a = asyncio_loop_create_task(loop, asyncio_coro(iterate_cleaning_up, (void *)9));
    asyncio_task *b = asyncio_loop_create_task(loop, asyncio_coro(iterate_cleaning_up, (void *)9));
    asyncio_loop_run_until_complete(loop, asyncio_coro(sleep_for, (void *)1));
    asyncio_task_cancel(a);
    asyncio_task_cancel(b);
    asyncio_loop_run_until_complete(loop, a);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    asyncio_loop_run_until_complete(loop, b);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_LOG("0 0 closed closed");
    asyncio_loop_close(loop);
}

/* ---- abandoned ---- */

static void *abandon_failing(void *arg)
{
    begin_cleans_up(arg, 0, ASYNCIO_VALUE_ERROR);
    return NULL;
}

ASYNC_TEST(the_task_that_closes_an_abandoned_generator_may_fail_as_any_task_that_nobody_awaits)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), log_error, NULL);
    asyncio_await(asyncio_create_task(abandon_failing, "a"));
    log_("main");
    settle();
    CHECK_LOG("main a [Task exception was never retrieved of cleans_up: a failed]");
}

static void *tells_how_it_is_left(void *arg)
{
    asyncio_yield(arg);
    log_("left by %s", raised());
    asyncio_sleep(1);
    log_("cleaned up");
    return NULL;
}

static void *abandon_at_the_end(void *arg)
{
    asyncio_body *body = (asyncio_body *)arg;
    asyncio_agen *gen = asyncio_agen_new(body, "x");
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), log_error, NULL);
    asyncio_anext(gen);
    asyncio_drop(gen);
    log_("main returns");
    return NULL;
}

TEST(a_generator_that_is_abandoned_as_the_run_ends_has_the_cancellation_raised_inside)
{
    CHECK_INT(asyncio_run(abandon_at_the_end, (void *)tells_how_it_is_left), 0);
    CHECK_LOG("main returns left by CancelledError cleaned up");
}

static void *yields_when_it_is_left(void *arg)
{
    asyncio_yield(arg);
    log_("left by %s", raised());
    asyncio_yield(arg);
    return NULL;
}

TEST(one_that_yields_then_is_told_of_as_a_task_that_fails_in_the_shutdown)
{
    CHECK_INT(asyncio_run(abandon_at_the_end, (void *)yields_when_it_is_left), 0);
    CHECK_LOG("main returns left by CancelledError [unhandled exception during asyncio.run() shutdown of "
              "body: async generator ignored GeneratorExit]");
}

static void *with_eager_tasks(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_task_factory(loop, asyncio_eager_task_factory);
    asyncio_await(asyncio_coro(abandons, "a"));
    asyncio_agen *b = begin_cleans_up("b", 0, NULL), *c = asyncio_agen_new(yields_inside_a_block, "c");
    asyncio_anext(c);
    asyncio_drop(b);
    asyncio_drop(c);
    settle();
    CHECK_LOG("block left by GeneratorExit b");
    return arg;
}

TEST(eager_tasks_close_generators_too)
{
    CHECK_INT(asyncio_run(with_eager_tasks), 0);
    CHECK_LOG("a closed");
}

/* ---- coroutine objects driven by hand, once more ---- */

static void *refuses_to_close(void *arg)
{
    asyncio_yield("one");
    log_("%s", raised());
    asyncio_yield("two");
    asyncio_yield(arg);
    return NULL;
}

TEST(a_driven_coroutine_that_yields_when_it_is_closed_is_not_closed)
{
    asyncio_coroutine *c = asyncio_coro(refuses_to_close, "three");
    asyncio_coro_send(c, NULL);
    asyncio_coro_close(c);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "coroutine ignored GeneratorExit");
    CHECK_LOG("GeneratorExit");
    check_states(c, "CORO_SUSPENDED");
    CHECK_STRING(asyncio_coro_send(c, NULL), "three");
    asyncio_coro_close(c);
    check_states(c, "CORO_CLOSED");
}

static void *fails_when_it_is_closed(void *arg)
{
    asyncio_yield(arg);
    return asyncio_raise(ASYNCIO_KEY_ERROR, "cleanup");
}

TEST(what_the_cleanup_of_a_driven_coroutine_raises_comes_out_of_close)
{
    asyncio_coroutine *c = asyncio_coro(fails_when_it_is_closed, "x");
    asyncio_coro_send(c, NULL);
    asyncio_coro_close(c);
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "cleanup");
    check_states(c, "CORO_CLOSED");
}

TEST(nothing_can_be_thrown_into_a_driven_coroutine_that_has_ended)
{
    asyncio_coroutine *c = asyncio_coro(leaf, "x");
    asyncio_coro_send(c, NULL);
    asyncio_coro_send(c, "a");
    asyncio_coro_send(c, "b");
    check_states(c, "got a got b CORO_CLOSED");
    asyncio_coro_throw(c, asyncio_exception_new(ASYNCIO_VALUE_ERROR));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
    c = asyncio_coro(leaf, "x");
    asyncio_coro_throw(c, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "early"));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "early");
    asyncio_coro_throw(c, asyncio_exception_new(ASYNCIO_VALUE_ERROR));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
}

static asyncio_coroutine *driven;
static void *drives_itself(void *arg)
{
    CHECK_POINTER(asyncio_coro_send(driven, NULL), NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "coroutine already executing");
    CHECK_POINTER(asyncio_coro_throw(driven, asyncio_exception_new(ASYNCIO_KEY_ERROR)), NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "coroutine already executing");
    asyncio_coro_close(driven);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "coroutine already executing");
    return arg;
}

TEST(a_driven_coroutine_cannot_drive_itself)
{
    driven = asyncio_coro(drives_itself, "end");
    CHECK_STRING(asyncio_coro_send(driven, NULL), "end");
}

static void *raises_it(void *type)
{
    return asyncio_raise(type, "raw");
}

TEST(stop_iteration_out_of_a_driven_coroutine_is_a_runtime_error)
{
    asyncio_coro_send(asyncio_coro(raises_it, (void *)ASYNCIO_STOP_ITERATION), NULL);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_cause(asyncio_pending())), "raw");
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "coroutine raised StopIteration");
    asyncio_coro_send(asyncio_coro(raises_it, (void *)ASYNCIO_STOP_ASYNC_ITERATION), NULL);
    CHECK_RAISES(ASYNCIO_STOP_ASYNC_ITERATION, "raw");
}

/* ---- context managers of one's own, once more ---- */

struct manager {
    const char *name;
    const asyncio_exception_type *exit_raises;
    bool swallows;
    double seconds;
};

static int manager_enters(void *self)
{
    struct manager *m = self;
    log_("+%s", m->name);
    if (m->seconds)
        asyncio_sleep(m->seconds);
    return asyncio_failed() ? -1 : 0;
}

static bool manager_leaves(void *self, asyncio_exception *e)
{
    struct manager *m = self;
    log_("-%s:%s", m->name, e ? asyncio_exception_name(e) : "");
    if (m->seconds)
        asyncio_sleep(m->seconds);
    if (m->exit_raises)
        asyncio_raise(m->exit_raises, "leaving %s", m->name);
    return m->swallows;
}

#define MANAGED(...) asyncio_context_manager_new(manager_enters, manager_leaves, &(struct manager){.name = __VA_ARGS__})

ASYNC_TEST(each_of_nested_blocks_sees_what_the_inner_one_made_of_an_exception)
{
    asyncio_with (MANAGED("a"))
        asyncio_with (MANAGED("b", .exit_raises = ASYNCIO_KEY_ERROR)) {
            asyncio_with (MANAGED("c", .swallows = true))
                asyncio_raise(ASYNCIO_VALUE_ERROR, "swallowed");
            CHECK_NOTHING_RAISED();
            asyncio_raise(ASYNCIO_OS_ERROR, "replaced");
        }
    asyncio_exception *e = asyncio_except(ASYNCIO_KEY_ERROR);
    CHECK(e != NULL);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_context(e)), "replaced");
    CHECK_LOG("+a +b +c -c:ValueError -b:OSError -a:KeyError");
}

static void *sleeps_in_a_block_that_swallows(void *arg)
{
    asyncio_with (MANAGED("a", .swallows = true))
        asyncio_sleep(10);
    log_("goes on, %s", raised());
    asyncio_sleep(0);
    log_("%s, asked %d", raised(), asyncio_task_cancelling(asyncio_current_task()));
    return arg;
}

ASYNC_TEST(a_block_that_swallows_a_cancellation_lets_the_task_go_on)
{
    asyncio_task *t = asyncio_create_task(sleeps_in_a_block_that_swallows, "end");
    asyncio_sleep(1);
    asyncio_task_cancel(t);
    CHECK_STRING(asyncio_await(t), "end");
    CHECK_LOG("+a -a:CancelledError goes on, - -, asked 1");
}

static void *sleeps_in_a_slow_block(void *arg)
{
    asyncio_with (MANAGED("a", .seconds = 1)) {
        log_("in");
        asyncio_sleep(10);
    }
    return arg;
}

ASYNC_TEST(a_second_cancellation_breaks_off_the_exit_and_has_the_first_as_its_context)
{
    asyncio_task *t = asyncio_create_task(sleeps_in_a_slow_block);
    asyncio_sleep(1.5);
    asyncio_task_cancel(t, "first");
    asyncio_sleep(0.5);
    asyncio_task_cancel(t, "second");
    asyncio_await(t);
    asyncio_exception *e = asyncio_except(ASYNCIO_CANCELLED_ERROR);
    CHECK(e != NULL);
    CHECK_STRING(asyncio_exception_message(e), "second");
    CHECK_STRING(asyncio_exception_message(asyncio_exception_context(e)), "first");
    CHECK_NUMBER(now(), 2);
    CHECK_LOG("+a in -a:CancelledError");
}

ASYNC_TEST(a_block_whose_entering_is_cancelled_is_not_left)
{
    asyncio_task *t = asyncio_create_task(sleeps_in_a_slow_block);
    asyncio_sleep(0.5);
    asyncio_task_cancel(t);
    asyncio_wait(&t, 1);
    log_("%s", ending(t));
    CHECK_LOG("+a cancelled");
}

ASYNC_TEST(to_swallow_nothing_changes_nothing_and_continue_leaves_well)
{
    asyncio_with (MANAGED("a", .swallows = true)) {
        asyncio_with (MANAGED("b"))
            continue;
        log_("after b");
    }
    CHECK_NOTHING_RAISED();
    CHECK_LOG("+a +b -b: after b -a:");
}

static asyncio_exception *raised_again;
static bool raise_the_same(void *self, asyncio_exception *e)
{
    (void)self;
    asyncio_raise_exception(e);
    return false;
}

ASYNC_TEST(an_exit_may_raise_the_same_exception_again)
{
    raised_again = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "one");
    asyncio_with (asyncio_context_manager_new(NULL, raise_the_same, NULL))
        asyncio_raise_exception(raised_again);
    CHECK_POINTER(asyncio_pending(), raised_again);
    CHECK_POINTER(asyncio_exception_context(raised_again), NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "one");
}

/* ---- asyncio_with (agen): contextlib.aclosing, once more ---- */

static void *first_of(void *gen)
{
    asyncio_with ((asyncio_agen *)gen)
        asyncio_for (char *, value, (asyncio_agen *)gen)
            return value;
    return NULL;
}

ASYNC_TEST(a_return_out_of_the_block_closes_the_generator)
{
    asyncio_agen *gen = asyncio_agen_new(tells_how_it_is_left, "x");
    CHECK_STRING(first_of(gen), "x");
    log_next(gen);
    CHECK_LOG("left by GeneratorExit cleaned up StopAsyncIteration");
}

ASYNC_TEST(a_generator_that_was_not_asked_in_its_block_is_closed_without_running)
{
    asyncio_agen *gen = asyncio_agen_new(two);
    asyncio_with (gen) {
    }
    log_next(gen);
    CHECK_LOG("StopAsyncIteration");
}

static void *fails_on_the_way_out(void *arg)
{
    asyncio_yield(arg);
    asyncio_finally {
        asyncio_raise(ASYNCIO_KEY_ERROR, "cleanup");
    }
    return NULL;
}

ASYNC_TEST(what_the_cleanup_raises_wins_over_the_error_of_the_block)
{
    asyncio_agen *gen = asyncio_agen_new(fails_on_the_way_out, "x");
    asyncio_with (gen) {
        log_next(gen);
        asyncio_raise(ASYNCIO_VALUE_ERROR, "of the block");
    }
    asyncio_exception *e = asyncio_except(ASYNCIO_KEY_ERROR);
    CHECK(e != NULL);
    CHECK_STRING(asyncio_exception_name(asyncio_exception_context(e)), "GeneratorExit");
    CHECK_LOG("x");
}

/* ---- in which turn a generator is closed ---- */

static void *closes_in_two_turns(void *arg)
{
    asyncio_yield(arg);
    asyncio_finally {
        log_("%s-closing", (char *)arg);
        asyncio_sleep(0);
        log_("%s-closed", (char *)arg);
    }
    return NULL;
}

static void *tick(void *arg)
{
    for (long n = 0; n < (long)arg; n++) {
        log_("%ld", n);
        asyncio_sleep(0);
    }
    return NULL;
}

static asyncio_task *begin_ticking(long count)
{
    asyncio_task *ticking = asyncio_create_task(tick, (void *)count);
    asyncio_sleep(0);
    return ticking;
}

static asyncio_agen *begin_generator(const char *name)
{
    asyncio_agen *gen = asyncio_agen_new(closes_in_two_turns, (void *)name);
    CHECK_STRING(asyncio_anext(gen), name);
    return gen;
}

ASYNC_TEST(an_abandoned_generator_is_closed_two_turns_later)
{
    asyncio_agen *gen = begin_generator("a");
    asyncio_task *ticking = begin_ticking(6);
    asyncio_drop(gen);
    log_("dropped");
    asyncio_await(ticking);
    CHECK_LOG("0 dropped 1 2 a-closing 3 a-closed 4 5");
}

ASYNC_TEST(shutdown_asyncgens_takes_as_many_turns_as_a_gather)
{
    begin_generator("b");
    asyncio_task *ticking = begin_ticking(6);
    asyncio_loop_shutdown_asyncgens(asyncio_get_running_loop());
    log_("shut-down");
    asyncio_await(ticking);
    CHECK_LOG("0 1 b-closing 2 b-closed 3 4 shut-down 5");
}

ASYNC_TEST(aclose_takes_no_turn_but_those_of_the_cleanup)
{
    asyncio_agen *gen = begin_generator("c");
    asyncio_task *ticking = begin_ticking(3);
    asyncio_agen_aclose(gen);
    log_("aclosed");
    asyncio_await(ticking);
    CHECK_LOG("0 c-closing 1 c-closed aclosed 2");
}

static void *sleeps_at_each(void *gen)
{
    asyncio_for (char *, value, (asyncio_agen *)gen) {
        log_("%s", value);
        asyncio_sleep(10);
    }
    return NULL;
}

ASYNC_TEST(a_block_that_is_cancelled_leaves_its_generator_where_it_is)
{
    asyncio_agen *gen = asyncio_agen_new(closes_in_two_turns, "d");
    asyncio_task *t = asyncio_create_task(sleeps_at_each, gen);
    asyncio_sleep(0);
    asyncio_task_cancel(t);
    asyncio_wait(&t, 1);
    log_("%s", ending(t));
    asyncio_for (char *, value, gen)
        log_("%s", value);
    CHECK_LOG("d cancelled d-closing d-closed");
}

static void *sleeps_at_each_of_its_own(void *arg)
{
    return sleeps_at_each(asyncio_agen_new(closes_in_two_turns, arg));
}

ASYNC_TEST(the_generator_of_a_task_that_was_cancelled_is_closed_before_its_waiters_go_on_again)
{
    asyncio_task *t = asyncio_create_task(sleeps_at_each_of_its_own, "e");
    asyncio_sleep(0);
    asyncio_task_cancel(t);
    asyncio_await(t);
    log_("%s", raised());
    tick((void *)5);
    CHECK_LOG("e CancelledError 0 e-closing 1 e-closed 2 3 4");
}

/* ---- what is shut down in the midst of itself ---- */

static void tell(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop;
    (void)arg;
    log_("%s(%s)", context->message, asyncio_exception_name(context->exception));
}

static void *raises_at_its_end(void *type)
{
    asyncio_yield(NULL);
    asyncio_except(ASYNCIO_GENERATOR_EXIT);
    return asyncio_raise((const asyncio_exception_type *)type, "in cleanup");
}

static void *leaves_one_that_raises(void *type)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), tell, NULL);
    asyncio_anext(asyncio_agen_new(raises_at_its_end, type));
    return NULL;
}

TEST(any_error_of_a_cleanup_is_told)
{
    CHECK_INT(asyncio_run(leaves_one_that_raises, (void *)ASYNCIO_VALUE_ERROR), 0);
    CHECK_LOG("an error occurred during closing of asynchronous generator(ValueError)");
    CHECK_INT(asyncio_run(leaves_one_that_raises, (void *)ASYNCIO_CANCELLED_ERROR), 0);
    CHECK_LOG("an error occurred during closing of asynchronous generator(CancelledError)");
}

static void *shuts_down_all(void *arg)
{
    if (arg)
        asyncio_task_cancel(asyncio_current_task());
    asyncio_loop_shutdown_asyncgens(asyncio_get_running_loop());
    log_("%s", asyncio_failed() ? asyncio_exception_name(asyncio_except(ASYNCIO_BASE_EXCEPTION)) : "-");
    asyncio_sleep(1);
    asyncio_yield("x");
    return NULL;
}

ASYNC_TEST(generators_may_be_shut_down_by_one_of_them)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), tell, NULL);
    CHECK_STRING(asyncio_anext(asyncio_agen_new(shuts_down_all, NULL)), "x");
    CHECK_LOG("an error occurred during closing of asynchronous generator(RuntimeError) -");
    CHECK_STRING(asyncio_anext(asyncio_agen_new(shuts_down_all, "cancelled")), "x");
    CHECK_LOG("CancelledError");
}
