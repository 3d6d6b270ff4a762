/* to_thread, run_in_executor, call_soon_threadsafe, run_coroutine_threadsafe, on the virtual clock. */
#include "unit.h"

ASYNCIO_EXCEPTION_TYPE(engine_error, "EngineError", ASYNCIO_OS_ERROR);

/* ---- functions for threads: they use what they are passed, as in WebAssembly they have nothing else ---- */

struct pair {
    long a, b;
};

static void *add(void *arg)
{
    struct pair *p = arg;
    return (void *)(p->a + p->b);
}

static void *swap(void *arg)
{
    struct pair *p = arg;
    return asyncio_result(struct pair, p->b, p->a);
}

static void *same(void *arg)
{
    return arg;
}

struct nap {
    double seconds;
    const char *name;
};

static void *nap(void *arg)
{
    struct nap *n = arg;
    asyncio_time_sleep(n->seconds);
    return asyncio_result_text("%s slept %g", n->name, n->seconds);
}

static asyncio_coroutine *napping(double seconds, const char *name)
{
    return asyncio_to_thread(nap, asyncio_args(struct nap, seconds, name));
}

static asyncio_future *napping_in(asyncio_executor *pool, double seconds, const char *name)
{
    return asyncio_loop_run_in_executor(asyncio_get_running_loop(), pool, nap, asyncio_args(struct nap, seconds, name));
}

/* ---- arguments and results ---- */

ASYNC_TEST(a_function_on_a_thread_returns_a_number)
{
    CHECK_INT((long)asyncio_await(asyncio_to_thread(add, asyncio_args(struct pair, 40, 2))), 42);
    CHECK_INT((long)asyncio_await(asyncio_to_thread(same, (void *)-7)), -7);
    CHECK_POINTER(asyncio_await(asyncio_to_thread(same, NULL)), NULL);
}

ASYNC_TEST(its_result_may_be_a_struct_or_text)
{
    struct pair *swapped = asyncio_await(asyncio_to_thread(swap, asyncio_args(struct pair, 1, 2)));
    CHECK_INT(swapped->a, 2);
    CHECK_INT(swapped->b, 1);
    CHECK_STRING(asyncio_await(napping(0.5, "it")), "it slept 0.5");
}

static void *bytes_of(void *arg)
{
    static const char bytes[] = {1, 0, 2, 0};
    return asyncio_result_bytes(bytes, (size_t)(long)arg);
}

ASYNC_TEST(bytes_may_hold_zeros_and_may_be_none)
{
    const char *bytes = asyncio_await(asyncio_to_thread(bytes_of, (void *)3));
    CHECK(!memcmp(bytes, "\1\0\2\0", 4));
    bytes = asyncio_await(asyncio_to_thread(bytes_of, (void *)0));
    CHECK_STRING(bytes, "");
}

static void *large(void *arg)
{
    size_t size = (size_t)(long)arg;
    char *bytes = malloc(size);
    memset(bytes, 'x', size);
    void *result = asyncio_result_bytes(bytes, size);
    free(bytes);
    return result;
}

ASYNC_TEST(a_result_may_be_large)
{
    CHECK_INT(strlen(asyncio_await(asyncio_to_thread(large, (void *)3000000))), 3000000);
}

ASYNC_TEST(a_result_lives_as_long_as_what_to_thread_returned)
{
    for (int i = 0; i < 100; i++) {
        asyncio_coroutine *work = asyncio_to_thread(large, (void *)100000);
        CHECK_INT(strlen(asyncio_await(work)), 100000);
        asyncio_drop(work);
    }
    asyncio_coroutine *work = napping(1, "task");
    asyncio_task *task = asyncio_create_task(work);
    CHECK_STRING(asyncio_await(task), "task slept 1");
    asyncio_drop(task);
    CHECK_STRING(asyncio_await(napping(1, "other")), "other slept 1");
}

ASYNC_TEST(the_argument_is_copied_when_to_thread_is_called)
{
    struct pair p = {1, 2};
    asyncio_coroutine *work = asyncio_to_thread(add, &p, .size = sizeof p);
    p.a = 100;
    CHECK_INT((long)asyncio_await(work), 3);
}

ASYNC_TEST(a_coroutine_object_may_be_dropped_once_it_is_a_task)
{
    asyncio_coroutine *work = napping(1, "it");
    asyncio_task *task = asyncio_create_task(work);
    asyncio_drop(work);
    CHECK_STRING(asyncio_await(task), "it slept 1");
}

ASYNC_TEST(to_thread_that_is_never_awaited_gets_a_warning)
{
    expect_stderr("RuntimeWarning: coroutine 'to_thread' was never awaited");
    asyncio_drop(napping(1, "never"));
}

ASYNC_TEST(bad_arguments_raise)
{
    CHECK(!asyncio_to_thread(NULL, NULL));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_to_thread() needs a function, got NULL");
    asyncio_loop *loop = asyncio_get_running_loop();
    CHECK(!asyncio_loop_run_in_executor(loop, NULL, NULL, NULL));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a function, got NULL");
    CHECK(!asyncio_loop_run_in_executor(loop, (asyncio_executor *)asyncio_lock_new(), add, NULL));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs an executor, got a lock");
    CHECK(!asyncio_thread_pool_executor_new(.max_workers = 0));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "max_workers must be greater than 0");
    CHECK(!asyncio_thread_pool_executor_new(-1));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "max_workers must be greater than 0");
    CHECK_INT(asyncio_loop_call_soon_threadsafe(loop, NULL, NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a callback, got NULL");
    CHECK(!asyncio_run_coroutine_threadsafe(loop, NULL, NULL));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a function, got NULL");
    CHECK(!asyncio_result_bytes(NULL, 3));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs bytes, got NULL");
}

static void *where(void *arg)
{
    return (void *)(long)asyncio_threading_in_main_thread();
}

ASYNC_TEST(a_thread_is_not_the_main_one)
{
    CHECK_INT((long)where(NULL), 1);
    CHECK_INT((long)asyncio_await(asyncio_to_thread(where, NULL)), 0);
}

/* ---- exceptions ---- */

static void *broken(void *arg)
{
    return asyncio_raise(engine_error, "no %s", (char *)arg);
}

ASYNC_TEST(an_exception_comes_back_with_its_type_and_message)
{
    CHECK(!asyncio_await(asyncio_to_thread(broken, "fuel")));
    CHECK(asyncio_isinstance(asyncio_pending(), ASYNCIO_OS_ERROR));
    CHECK_RAISES(engine_error, "no fuel");
    asyncio_future *future = asyncio_loop_run_in_executor(asyncio_get_running_loop(), NULL, broken, "spark");
    asyncio_await(future);
    CHECK_RAISES(engine_error, "no spark");
    CHECK_STRING(asyncio_exception_message(asyncio_future_exception(future)), "no spark");
}

static void *chained(void *arg)
{
    asyncio_raise(ASYNCIO_KEY_ERROR, "first");
    asyncio_exception *first = asyncio_except(ASYNCIO_KEY_ERROR);
    asyncio_raise(ASYNCIO_VALUE_ERROR, "during");
    return asyncio_raise_from(first, engine_error, "%s", (char *)arg);
}

ASYNC_TEST(so_do_its_cause_and_context)
{
    asyncio_await(asyncio_to_thread(chained, "outer"));
    asyncio_exception *e = asyncio_except(engine_error);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_cause(e)), "first");
    CHECK(asyncio_exception_get_type(asyncio_exception_cause(e)) == ASYNCIO_KEY_ERROR);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_context(e)), "during");
}

static void *group(void *arg)
{
    asyncio_exception *inner[] = {asyncio_exception_new(engine_error, "one"),
                                  asyncio_exception_new(ASYNCIO_KEY_ERROR, "two")};
    asyncio_exception *outer[] = {asyncio_exception_group_new("inner", inner, 2),
                                  asyncio_exception_new(ASYNCIO_VALUE_ERROR, "three")};
    return asyncio_raise_exception(asyncio_exception_group_new("outer", outer, 2));
}

ASYNC_TEST(so_do_the_members_of_a_group)
{
    asyncio_await(asyncio_to_thread(group, NULL));
    asyncio_exception *found = asyncio_except_star(ASYNCIO_KEY_ERROR);
    CHECK_STRING(asyncio_exception_message(found), "outer (1 sub-exception)");
    asyncio_exception *rest = asyncio_except(ASYNCIO_EXCEPTION_GROUP);
    CHECK_INT(asyncio_exception_group_count(rest), 2);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_group_get(asyncio_exception_group_get(rest, 0), 0)),
                 "one");
}

static void *stop_iteration(void *arg)
{
    return asyncio_raise(ASYNCIO_STOP_ITERATION, "over");
}

ASYNC_TEST(stop_iteration_becomes_a_runtime_error)
{
    asyncio_await(asyncio_to_thread(stop_iteration, NULL));
    asyncio_exception *e = asyncio_except(ASYNCIO_RUNTIME_ERROR);
    CHECK_CONTAINS(asyncio_exception_message(e), "StopIteration interacts badly with generators");
    CHECK_STRING(asyncio_exception_name(asyncio_exception_cause(e)), "StopIteration");
}

static void *handles_its_own(void *arg)
{
    asyncio_raise(ASYNCIO_KEY_ERROR, "x");
    return asyncio_except(ASYNCIO_KEY_ERROR) ? (void *)1 : (void *)0;
}

ASYNC_TEST(what_a_function_takes_stays_there)
{
    CHECK_INT((long)asyncio_await(asyncio_to_thread(handles_its_own, NULL)), 1);
    CHECK_NOTHING_RAISED();
}

static void *awaits(void *arg)
{
    asyncio_sleep(1);
    return arg;
}

ASYNC_TEST(a_function_on_a_thread_cannot_await)
{
    asyncio_await(asyncio_to_thread(awaits, NULL));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
}

/* ---- time ---- */

ASYNC_TEST(the_loop_goes_on_while_a_thread_sleeps)
{
    asyncio_task *work = asyncio_create_task(napping(2.5, "thread"));
    for (int i = 0; i < 3; i++) {
        log_("%g:%d", now(), asyncio_task_done(work));
        asyncio_sleep(1);
    }
    log_("%g:%d", now(), asyncio_task_done(work));
    CHECK_LOG("0:0 1:0 2:0 3:1");
}

ASYNC_TEST(a_sleep_in_a_thread_takes_as_long_as_it_should)
{
    double before = now();
    asyncio_await(napping(3600, "hour"));
    CHECK_NUMBER(now() - before, 3600);
}

static void *clock_in_thread(void *arg)
{
    double before = asyncio_time_monotonic();
    asyncio_time_sleep(2);
    asyncio_time_sleep(0.5);
    double both[] = {before, asyncio_time_monotonic()};
    return asyncio_result_bytes(both, sizeof both);
}

ASYNC_TEST(a_thread_sees_the_same_clock)
{
    asyncio_sleep(10);
    double *times = asyncio_await(asyncio_to_thread(clock_in_thread, NULL));
    CHECK_NUMBER(times[0], 10);
    CHECK_NUMBER(times[1], 12.5);
    CHECK_NUMBER(now(), 12.5);
}

ASYNC_TEST(threads_overlap)
{
    asyncio_await(asyncio_gather(napping(2, "a"), napping(3, "b"), napping(1, "c")));
    CHECK_NUMBER(now(), 3);
}

static void note_end(asyncio_future *future, void *arg)
{
    log_("%g:%s", now(), (char *)arg);
    (void)future;
}

ASYNC_TEST(a_pool_of_one_works_one_after_the_other)
{
    asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = 1);
    asyncio_future *futures[] = {napping_in(pool, 2, "a"), napping_in(pool, 1, "b"), napping_in(pool, 1, "c")};
    for (int i = 0; i < 3; i++)
        asyncio_future_add_done_callback(futures[i], note_end, i == 0 ? "a" : i == 1 ? "b" : "c");
    asyncio_await(asyncio_gather_array(futures, 3));
    turns(1);
    CHECK_LOG("2:a 3:b 4:c");
}

ASYNC_TEST(a_pool_of_two_works_two_at_a_time)
{
    asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = 2);
    asyncio_future *futures[] = {napping_in(pool, 2, "a"), napping_in(pool, 1, "b"), napping_in(pool, 2, "c")};
    for (int i = 0; i < 3; i++)
        asyncio_future_add_done_callback(futures[i], note_end, i == 0 ? "a" : i == 1 ? "b" : "c");
    asyncio_await(asyncio_gather_array(futures, 3));
    turns(1);
    CHECK_LOG("1:b 2:a 3:c");
}

ASYNC_TEST(a_thousand_jobs_on_eight_threads)
{
    enum { JOBS = 1000 };
    static asyncio_future *futures[JOBS];
    for (long i = 0; i < JOBS; i++)
        futures[i] =
            asyncio_loop_run_in_executor(asyncio_get_running_loop(), NULL, add, asyncio_args(struct pair, i, 1));
    void **results = asyncio_await(asyncio_gather_array(futures, JOBS));
    for (long i = 0; i < JOBS; i++)
        CHECK_INT((long)results[i], i + 1);
}

static void *sleeps_often(void *arg)
{
    for (int i = 0; i < 20; i++)
        asyncio_time_sleep(0.001 * (double)(long)arg);
    return arg;
}

ASYNC_TEST(many_short_sleeps_in_several_threads)
{
    asyncio_await(asyncio_gather(asyncio_to_thread(sleeps_often, (void *)1), asyncio_to_thread(sleeps_often, (void *)2),
                                 asyncio_to_thread(sleeps_often, (void *)3)));
    CHECK_NUMBER(now(), 0.06);
}

/* ---- cancelling ---- */

struct told {
    asyncio_loop *loop;
    double after;
    long number;
};

static void on_told(void *arg)
{
    struct told *t = arg;
    log_("%g:told %ld", now(), t->number);
}

static void *tells(void *arg)
{
    struct told *t = arg;
    asyncio_time_sleep(t->after);
    asyncio_loop_call_soon_threadsafe(t->loop, on_told, t, .size = sizeof *t);
    return (void *)t->number;
}

static void *shuts_down(void *arg)
{
    CHECK_INT(asyncio_loop_shutdown_default_executor(asyncio_get_running_loop()), 0);
    return arg;
}

ASYNC_TEST(cancelling_who_waits_does_not_stop_the_function)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_wait_for(asyncio_to_thread(tells, asyncio_args(struct told, loop, 2, 1)), 1);
    log_("%g:%s", now(), raised());
    asyncio_sleep(3);
    CHECK_LOG("1:TimeoutError 2:told 1");
}

ASYNC_TEST(what_has_not_begun_can_be_cancelled)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = 1);
    asyncio_future *first = asyncio_loop_run_in_executor(loop, pool, tells, asyncio_args(struct told, loop, 1, 1));
    asyncio_future *second = asyncio_loop_run_in_executor(loop, pool, tells, asyncio_args(struct told, loop, 1, 2));
    asyncio_future *third = asyncio_loop_run_in_executor(loop, pool, tells, asyncio_args(struct told, loop, 1, 3));
    asyncio_sleep(0.5);
    CHECK(asyncio_future_cancel(second));
    CHECK(asyncio_future_cancel(first));
    CHECK_INT((long)asyncio_await(third), 3);
    CHECK(asyncio_future_cancelled(first));
    CHECK(asyncio_future_cancelled(second));
    CHECK_LOG("1:told 1 2:told 3");
}

TEST(a_future_that_was_cancelled_while_its_function_ran_hears_no_more_of_it)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *future = asyncio_loop_run_in_executor(loop, NULL, nap, asyncio_args(struct nap, 1, "it"));
    CHECK(asyncio_future_cancel(future));
    asyncio_loop_run_until_complete(loop, asyncio_coro(shuts_down));
    CHECK_NOTHING_RAISED();
    CHECK_NUMBER(now(), 1);
    CHECK(asyncio_future_cancelled(future));
    asyncio_loop_close(loop);
}

ASYNC_TEST(the_exception_of_a_function_counts_as_seen_by_who_would_cancel_it)
{
    asyncio_future *future = asyncio_loop_run_in_executor(asyncio_get_running_loop(), NULL, broken, "fuel");
    while (!asyncio_future_done(future))
        asyncio_sleep(1);
    CHECK(!asyncio_future_cancel(future));
    asyncio_drop(future);
}

/* ---- shutdown ---- */

ASYNC_TEST(with_waits_for_what_a_pool_has_to_do)
{
    asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = 1);
    asyncio_future *a = NULL, *b = NULL;
    asyncio_with (pool) {
        a = napping_in(pool, 1, "a");
        b = napping_in(pool, 1, "b");
    }
    CHECK_NOTHING_RAISED();
    CHECK_NUMBER(now(), 2);
    CHECK(asyncio_future_done(a) && asyncio_future_done(b));
    CHECK(!napping_in(pool, 1, "c"));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot schedule new futures after shutdown");
}

ASYNC_TEST(with_waits_although_the_block_has_failed)
{
    asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = 1);
    asyncio_future *a = NULL;
    asyncio_with (pool) {
        a = napping_in(pool, 1, "a");
        asyncio_raise(engine_error, "in the block");
    }
    CHECK_RAISES(engine_error, "in the block");
    CHECK(asyncio_future_done(a));
}

ASYNC_TEST(shutdown_without_waiting_lets_the_queue_be_worked_off)
{
    asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = 1);
    napping_in(pool, 1, "a");
    asyncio_future *b = napping_in(pool, 1, "b");
    CHECK_INT(asyncio_executor_shutdown(pool, .wait = false), 0);
    CHECK_NUMBER(now(), 0);
    CHECK_STRING(asyncio_await(b), "b slept 1");
    CHECK_NUMBER(now(), 2);
}

ASYNC_TEST(shutdown_can_cancel_what_has_not_begun)
{
    asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = 1);
    asyncio_future *a = napping_in(pool, 1, "a"), *b = napping_in(pool, 1, "b"), *c = napping_in(pool, 1, "c");
    CHECK_INT(asyncio_executor_shutdown(pool, .cancel_futures = true), 0);
    CHECK_NUMBER(now(), 1);
    CHECK(asyncio_future_done(a) && !asyncio_future_cancelled(a));
    CHECK(asyncio_future_cancelled(b) && asyncio_future_cancelled(c));
}

static void *cancel_soon(void *task)
{
    asyncio_sleep(0.5);
    asyncio_task_cancel(task);
    return NULL;
}

ASYNC_TEST(waiting_for_a_shutdown_can_be_cancelled)
{
    asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = 1);
    asyncio_future *a = napping_in(pool, 1, "a");
    asyncio_spawn(cancel_soon, asyncio_current_task());
    CHECK_INT(asyncio_executor_shutdown(pool), -1);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    asyncio_task_uncancel(asyncio_current_task());
    CHECK_STRING(asyncio_await(a), "a slept 1");
}

ASYNC_TEST(the_default_executor_can_be_replaced_and_shut_down)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_default_executor(loop, asyncio_thread_pool_executor_new(.max_workers = 1));
    asyncio_await(asyncio_gather(napping(1, "a"), napping(1, "b")));
    CHECK_NUMBER(now(), 2);
    asyncio_task *work = asyncio_create_task(napping(1, "c"));
    asyncio_sleep(0);
    CHECK_INT(asyncio_loop_shutdown_default_executor(loop), 0);
    CHECK_NUMBER(now(), 3);
    CHECK(asyncio_task_done(work) || asyncio_await(work));
    asyncio_await(napping(1, "d"));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Executor shutdown has been called");
    asyncio_loop_set_default_executor(loop, NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs an executor, got NULL");
}

static void *number(void *arg)
{
    return arg;
}

ASYNC_TEST(a_default_executor_that_was_shut_down_stays_so_also_one_that_was_never_used)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    CHECK_INT(asyncio_loop_shutdown_default_executor(loop), 0);
    CHECK_INT(asyncio_loop_shutdown_default_executor(loop), 0);
    CHECK_POINTER(asyncio_loop_run_in_executor(loop, NULL, number, (void *)1), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Executor shutdown has been called");
    asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = 1);
    asyncio_loop_set_default_executor(loop, pool);
    asyncio_await(asyncio_to_thread(number, (void *)1));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Executor shutdown has been called");
    CHECK_INT((long)asyncio_await(asyncio_loop_run_in_executor(loop, pool, number, (void *)2)), 2);
    CHECK_INT(asyncio_executor_shutdown(pool), 0);
}

TEST(work_can_be_given_to_threads_before_the_loop_runs)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *future = asyncio_loop_run_in_executor(loop, NULL, number, (void *)7);
    CHECK_INT((long)asyncio_loop_run_until_complete(loop, future), 7);
    asyncio_loop_close(loop);
}

/* ---- the end of a run ---- */

static void *leaves_a_thread_behind(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_run_in_executor(loop, NULL, tells, asyncio_args(struct told, loop, 5, 1));
    asyncio_loop_run_in_executor(loop, asyncio_thread_pool_executor_new(1), tells,
                                 asyncio_args(struct told, loop, 7, 2));
    return arg;
}

TEST(asyncio_run_waits_for_threads)
{
    CHECK_INT(asyncio_run(leaves_a_thread_behind), 0);
    CHECK_NUMBER(now(), 7);
    CHECK_LOG("5:told 1 7:told 2");
}

static void *waits_for_a_thread(void *arg)
{
    asyncio_await(napping(1, "it"));
    return arg;
}

TEST(a_program_may_run_several_loops_with_threads)
{
    for (int i = 0; i < 5; i++)
        CHECK_INT(asyncio_run(waits_for_a_thread), 0);
    CHECK_NUMBER(now(), 5);
}

static void *starts_and_returns(void *arg)
{
    asyncio_executor *pool = asyncio_thread_pool_executor_new(1);
    asyncio_keep(pool);
    for (int i = 0; i < 3; i++)
        napping_in(pool, 1000, "long");
    asyncio_sleep(1);
    asyncio_loop_run_in_executor(asyncio_get_running_loop(), NULL, broken, "fuel");
    return pool;
    (void)arg;
}

TEST(a_loop_can_be_closed_while_threads_work_for_it)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_executor *pool = asyncio_loop_run_until_complete(loop, asyncio_coro(starts_and_returns));
    CHECK_INT(asyncio_loop_close(loop), 0);
    CHECK_INT(asyncio_loop_call_soon_threadsafe(loop, on_told, NULL), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK(!asyncio_run_coroutine_threadsafe(loop, waits_for_a_thread, NULL));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK(!asyncio_loop_run_in_executor(loop, pool, add, NULL));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    asyncio_drop(pool);
    CHECK_INT(asyncio_run(waits_for_a_thread), 0);
}

/* ---- call_soon_threadsafe ---- */

static void *tells_thrice(void *arg)
{
    struct told *t = arg;
    for (long i = 1; i <= 3; i++) {
        asyncio_loop_call_soon_threadsafe(t->loop, on_told, asyncio_args(struct told, NULL, 0, i));
        if (i == 2)
            asyncio_time_sleep(1);
    }
    return NULL;
}

ASYNC_TEST(callbacks_from_a_thread_come_in_their_order)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_await(asyncio_to_thread(tells_thrice, asyncio_args(struct told, loop, 0, 0)));
    log_("%g:result", now());
    CHECK_LOG("0:told 1 0:told 2 1:told 3 1:result");
}

static void note(void *arg)
{
    log_("%s", (char *)arg);
}

ASYNC_TEST(in_the_loops_own_thread_it_is_call_soon)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_call_soon(loop, note, "a");
    CHECK_INT(asyncio_loop_call_soon_threadsafe(loop, note, "b"), 0);
    asyncio_loop_call_soon(loop, note, "c");
    CHECK_LOG("");
    asyncio_sleep(0);
    CHECK_LOG("a b c");
}

static asyncio_loop *to_stop;

static void note_and_stop(void *arg)
{
    note(arg);
    asyncio_loop_stop(to_stop);
}

TEST(so_it_is_before_the_loop_runs)
{
    to_stop = asyncio_new_event_loop();
    CHECK_INT(asyncio_loop_call_soon_threadsafe(to_stop, note, "hello"), 0);
    asyncio_loop_call_soon(to_stop, note_and_stop, "world");
    CHECK_INT(asyncio_loop_run_forever(to_stop), 0);
    CHECK_LOG("hello world");
    asyncio_loop_close(to_stop);
}

ASYNC_TEST(debug_mode_has_nothing_against_it)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_debug(loop, true);
    asyncio_await(asyncio_to_thread(tells_thrice, asyncio_args(struct told, loop, 0, 0)));
    CHECK_LOG("0:told 1 0:told 2 1:told 3");
}

static char slow[200];

static void collect(const char *message, void *arg)
{
    (void)arg;
    snprintf(slow, sizeof slow, "%s", message);
}

static void block(void *arg)
{
    (void)arg;
    asyncio_time_sleep(0.5);
}

ASYNC_TEST(debug_mode_tells_where_a_slow_callback_was_asked_for)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_set_logger(collect, NULL);
    asyncio_loop_set_debug(loop, true);
#line 5000
    asyncio_loop_call_soon_threadsafe(loop, block, NULL);
    asyncio_sleep(0);
    CHECK_STRING(slow, "Executing <Handle block() created at threads.c:5000> took 0.500 seconds");
}

static void interrupts(void *arg)
{
    (void)arg;
    asyncio_raise(ASYNCIO_KEYBOARD_INTERRUPT);
}

TEST(keyboard_interrupt_of_a_callback_ends_the_run)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_loop_call_soon_threadsafe(loop, interrupts, NULL);
    CHECK_INT(asyncio_loop_run_forever(loop), -1);
    CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "");
    asyncio_loop_close(loop);
}

static void fails(void *arg)
{
    asyncio_raise(engine_error, "%s", (char *)arg);
}

ASYNC_TEST(a_callback_that_fails_is_reported)
{
    expect_stderr("Exception in callback fails()");
    expect_stderr("EngineError: from a callback");
    asyncio_loop_call_soon_threadsafe(asyncio_get_running_loop(), fails, "from a callback");
    asyncio_sleep(0);
}

/* ---- run_coroutine_threadsafe ---- */

struct ask {
    asyncio_loop *loop;
    long number;
};

static void *answer(void *arg)
{
    struct ask *ask = arg;
    asyncio_sleep(1);
    if (ask->number == 13)
        return asyncio_raise(engine_error, "no %ld", ask->number);
    return asyncio_result_text("answer %ld", ask->number);
}

static void *asks(void *arg)
{
    struct ask *ask = arg;
    asyncio_concurrent_future *future = asyncio_run_coroutine_threadsafe(ask->loop, answer, ask, .size = sizeof *ask);
    if (asyncio_concurrent_future_done(future))
        return "done too early";
    char *text = asyncio_concurrent_future_result(future);
    if (asyncio_failed())
        return NULL;
    if (!asyncio_concurrent_future_done(future) || asyncio_concurrent_future_cancel(future))
        return "not done";
    return asyncio_result_text("%s at %g", text, asyncio_time_monotonic());
}

ASYNC_TEST(a_thread_has_a_coroutine_run)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    CHECK_STRING(asyncio_await(asyncio_to_thread(asks, asyncio_args(struct ask, loop, 7))), "answer 7 at 1");
    asyncio_await(asyncio_to_thread(asks, asyncio_args(struct ask, loop, 13)));
    CHECK_RAISES(engine_error, "no 13");
    CHECK_NUMBER(now(), 2);
}

static void *forever(void *arg)
{
    asyncio_event_wait(asyncio_event_new());
    log_("%g:%s", now(), asyncio_exception_name(asyncio_pending()));
    return arg;
}

static void *asks_for_too_long(void *arg)
{
    struct ask *ask = arg;
    asyncio_concurrent_future *future = asyncio_run_coroutine_threadsafe(ask->loop, forever, NULL);
    asyncio_concurrent_future_result(future, .timeout = 2);
    if (!asyncio_except(ASYNCIO_TIMEOUT_ERROR))
        return "no TimeoutError";
    if (!asyncio_concurrent_future_cancel(future))
        return "not cancelled";
    asyncio_concurrent_future_result(future);
    return asyncio_except(ASYNCIO_CANCELLED_ERROR) ? "as expected" : "no CancelledError";
}

ASYNC_TEST(it_can_give_up_and_cancel)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    const char *how = asyncio_await(asyncio_to_thread(asks_for_too_long, asyncio_args(struct ask, loop, 0)));
    CHECK_STRING(how, "as expected");
    CHECK_LOG("2:CancelledError");
}

static void *cancels_its_own_task(void *arg)
{
    asyncio_task_cancel(asyncio_current_task());
    asyncio_sleep(1);
    return arg;
}

static void *asks_in_vain(void *arg)
{
    struct ask *ask = arg;
    asyncio_concurrent_future_result(asyncio_run_coroutine_threadsafe(ask->loop, cancels_its_own_task, NULL));
    if (!asyncio_except(ASYNCIO_CANCELLED_ERROR))
        return "no CancelledError";
    return "as expected";
}

ASYNC_TEST(a_task_that_the_loop_cancels_is_cancelled_for_the_thread)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    CHECK_STRING(asyncio_await(asyncio_to_thread(asks_in_vain, asyncio_args(struct ask, loop, 0))), "as expected");
}

static void *answer_at_once(void *arg)
{
    struct ask *ask = arg;
    return asyncio_result_text("at once %ld", ask->number);
}

static void *asks_the_quick(void *arg)
{
    struct ask *ask = arg;
    char *text = asyncio_concurrent_future_result(
        asyncio_run_coroutine_threadsafe(ask->loop, answer_at_once, ask, .size = sizeof *ask));
    return text ? asyncio_result_text("%s", text) : NULL;
}

ASYNC_TEST(the_coroutine_may_start_eagerly)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_task_factory(loop, asyncio_eager_task_factory);
    CHECK_STRING(asyncio_await(asyncio_to_thread(asks_the_quick, asyncio_args(struct ask, loop, 7))), "at once 7");
    CHECK_STRING(asyncio_await(asyncio_to_thread(asks, asyncio_args(struct ask, loop, 8))), "answer 8 at 1");
}

ASYNC_TEST(in_the_loops_own_thread_its_result_cannot_be_waited_for)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_concurrent_future *future =
        asyncio_run_coroutine_threadsafe(loop, answer, asyncio_args(struct ask, loop, 5));
    CHECK(!asyncio_concurrent_future_result(future));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "would block the loop of this thread");
    asyncio_sleep(2);
    CHECK_STRING(asyncio_concurrent_future_result(future), "answer 5");
    future = asyncio_run_coroutine_threadsafe(loop, forever, NULL);
    CHECK(asyncio_concurrent_future_cancel(future)); /* before it has begun */
    settle();
    CHECK(asyncio_concurrent_future_done(future));
    asyncio_concurrent_future_result(future);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
}

static void *cancels_itself(void *arg)
{
    asyncio_task_cancel(asyncio_current_task(), "own");
    return asyncio_sleep(0) < 0 ? NULL : arg;
}

static void *asks_what_cancels_itself(void *arg)
{
    struct ask *ask = arg;
    return asyncio_concurrent_future_result(asyncio_run_coroutine_threadsafe(ask->loop, cancels_itself, NULL));
}

ASYNC_TEST(a_thread_hears_that_the_coroutine_was_cancelled_but_not_with_which_message)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_await(asyncio_to_thread(asks_what_cancels_itself, asyncio_args(struct ask, loop, 0)));
    CHECK_STRING(asyncio_exception_message(asyncio_pending()), "");
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
}

static asyncio_task *failing_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                     asyncio_context *context, int eager_start)
{
    (void)loop, (void)name, (void)context, (void)eager_start;
    asyncio_coro_close(coro);
    return asyncio_raise(engine_error, "no tasks today");
}

static void note_error(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)arg;
    log_("[%s: %s]", context->message, asyncio_exception_message(context->exception));
}

ASYNC_TEST(a_thread_and_the_loop_hear_that_there_is_no_task_for_the_coroutine)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_exception_handler(loop, note_error, NULL);
    asyncio_loop_set_task_factory(loop, failing_factory);
    asyncio_await(asyncio_to_thread(asks, asyncio_args(struct ask, loop, 7)));
    CHECK_RAISES(engine_error, "no tasks today");
    CHECK_LOG("[Exception in callback run_coroutine_threadsafe(): no tasks today]");
    asyncio_loop_set_task_factory(loop, NULL);
}

#ifndef __SANITIZE_THREAD__ /* which has a thread of its own: that one might call, for all the runtime knows */
static void *waits_for_ever(void *arg)
{
    struct ask *ask = arg;
    asyncio_concurrent_future_result(asyncio_run_coroutine_threadsafe(ask->loop, forever, NULL));
    return NULL;
}

static void *deadlocked(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_await(asyncio_to_thread(waits_for_ever, asyncio_args(struct ask, loop, 0)));
    return arg;
}

TEST(a_thread_and_a_task_that_wait_for_each_other_are_a_deadlock)
{
    expect_stderr("asyncio: deadlock");
    expect_stderr("waits for thread #");
    expect_stderr("RuntimeError: deadlock");
    CHECK_INT(asyncio_run(deadlocked), 1);
}
#endif

/* ---- a loop in a thread ---- */

static void *inner(void *arg)
{
    asyncio_sleep(1);
    return (void *)((long)arg * 2);
}

static void *runs_a_loop(void *arg)
{
    void *result;
    return asyncio_run(inner, arg, .result = &result) == 0 ? result : NULL;
}

ASYNC_TEST(a_thread_may_run_a_loop_of_its_own)
{
    CHECK_INT((long)asyncio_await(asyncio_to_thread(runs_a_loop, (void *)21)), 42);
}

/* ---- what an ill executor may be asked ---- */

static asyncio_executor *shared;

static void *uses_shared(void *arg)
{
    napping_in(shared, 1, "it");
    return arg;
}

TEST(an_executor_serves_one_loop_at_a_time)
{
    asyncio_loop *one = asyncio_new_event_loop(), *other = asyncio_new_event_loop();
    shared = asyncio_thread_pool_executor_new(1);
    asyncio_loop_run_until_complete(one, asyncio_coro(uses_shared));
    asyncio_loop_run_until_complete(other, asyncio_coro(uses_shared));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "still works for another loop");
    asyncio_loop_close(one);
    asyncio_loop_run_until_complete(other, asyncio_coro(uses_shared));
    CHECK_NOTHING_RAISED();
    asyncio_loop_close(other);
}

/* ---- context variables ---- */

struct request {
    int number;
    char path[16];
};

ASYNCIO_CONTEXTVAR(user, "user", "nobody");
ASYNCIO_CONTEXTVAR(request, "request");
ASYNCIO_CONTEXTVAR(unset, "unset");

static void *tell_context(void *arg)
{
    struct request *r = asyncio_contextvar_get(request);
    CHECK_POINTER(asyncio_contextvar_get(unset), NULL);
    CHECK_RAISES(ASYNCIO_LOOKUP_ERROR, "'unset'");
    char *text = asyncio_result_text("%s %d %s", (char *)asyncio_contextvar_get(user), r->number, r->path);
    asyncio_contextvar_set(user, arg); /* of no consequence elsewhere */
    r->number = 0;
    return text;
}

ASYNC_TEST(a_thread_sees_the_context_in_which_to_thread_was_awaited)
{
    asyncio_contextvar_set(user, "ann");
    asyncio_contextvar_set(request, asyncio_args(struct request, 7, "/index"));
    asyncio_coroutine *later = asyncio_to_thread(tell_context, "bob");
    asyncio_contextvar_set(user, "cy");
    CHECK_STRING(asyncio_await(later), "cy 7 /index");
    CHECK_STRING(asyncio_await(asyncio_to_thread(tell_context, "dee")), "cy 7 /index");
    CHECK_STRING(asyncio_contextvar_get(user), "cy");
    CHECK_INT(((struct request *)asyncio_contextvar_get(request))->number, 7);
}

static void *tell_user(void *arg)
{
    (void)arg;
    return asyncio_result_text("%s", (char *)asyncio_contextvar_get(user));
}

ASYNC_TEST(an_executor_calls_in_the_context_of_its_thread)
{
    asyncio_contextvar_set(user, "ann");
    CHECK_STRING(asyncio_await(asyncio_loop_run_in_executor(asyncio_get_running_loop(), NULL, tell_user)), "nobody");
}

static void *tell_user_in_thread(void *arg)
{
    asyncio_contextvar_set(user, arg);
    asyncio_sleep(1);
    char *told = asyncio_await(asyncio_to_thread(tell_user));
    log_("%s:%s", (char *)arg, told);
    return arg;
}

ASYNC_TEST(each_task_takes_its_own_context_along)
{
    asyncio_await(asyncio_gather(asyncio_coro(tell_user_in_thread, "a"), asyncio_coro(tell_user_in_thread, "b")));
    CHECK_LOG("a:a b:b");
}
