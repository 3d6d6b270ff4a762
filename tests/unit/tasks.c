/* Tasks: when they run, what they can be asked, names, callbacks, errors that nobody retrieved. */
#include "unit.h"

static void *return_arg(void *arg)
{
    return arg;
}

static void *fail(void *arg)
{
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", arg ? (char *)arg : "failed");
}

static void *log_arg(void *arg)
{
    log_("%s", (char *)arg);
    return arg;
}

/* Logs +n, yields, logs -n. */
static void *plus_minus(void *arg)
{
    log_("+%ld", (long)arg);
    if (asyncio_sleep(0) < 0)
        return NULL;
    log_("-%ld", (long)arg);
    return arg;
}

/* ---- when they run ---- */

ASYNC_TEST(create_task_runs_nothing_until_the_next_turn)
{
    asyncio_create_task(log_arg, "a");
    asyncio_create_task(log_arg, "b");
    log_("made");
    CHECK_LOG("made");
    asyncio_sleep(0);
    CHECK_LOG("a b");
}

ASYNC_TEST(tasks_take_turns)
{
    for (long n = 0; n < 3; n++)
        asyncio_create_task(plus_minus, (void *)n);
    asyncio_sleep(0);
    CHECK_LOG("+0 +1 +2");
    asyncio_sleep(0);
    CHECK_LOG("-0 -1 -2");
}

ASYNC_TEST(awaiting_a_task_lets_the_others_run_too)
{
    asyncio_task *a = asyncio_create_task(plus_minus, (void *)0);
    asyncio_create_task(plus_minus, (void *)1);
    asyncio_await(a);
    log_("main");
    CHECK_LOG("+0 +1 -0 -1 main");
}

ASYNC_TEST(a_coroutine_object_is_run_inline)
{
    asyncio_create_task(log_arg, "other");
    CHECK_STRING(asyncio_await(asyncio_coro(log_arg, "inline")), "inline");
    CHECK_LOG("inline");
    asyncio_await(asyncio_coro(plus_minus, (void *)1));
    CHECK_LOG("+1 other -1");
}

ASYNC_TEST(a_plain_call_is_an_await)
{
    asyncio_create_task(log_arg, "other");
    plus_minus((void *)2);
    CHECK_LOG("+2 other -2");
}

ASYNC_TEST(a_task_made_by_a_task_runs_after_those_that_were_there)
{
    asyncio_create_task(plus_minus, (void *)0);
    asyncio_sleep(0);
    asyncio_create_task(log_arg, "new");
    asyncio_sleep(0);
    CHECK_LOG("+0 -0 new");
}

ASYNC_TEST(sleepers_wake_by_their_deadlines)
{
    double before = now();
    asyncio_sleep(1.5);
    CHECK_NUMBER(now() - before, 1.5);
    asyncio_sleep(0);
    asyncio_sleep(-3);
    CHECK_NUMBER(now() - before, 1.5);
}

static void *sleep_and_log(void *arg)
{
    long n = (long)arg;
    asyncio_sleep((double)n);
    log_("%ld@%g", n, now());
    return NULL;
}

ASYNC_TEST(concurrent_sleeps_overlap)
{
    asyncio_task *tasks[] = {asyncio_create_task(sleep_and_log, (void *)3),
                             asyncio_create_task(sleep_and_log, (void *)1),
                             asyncio_create_task(sleep_and_log, (void *)2)};
    for (int i = 0; i < 3; i++)
        asyncio_await(tasks[i]);
    CHECK_LOG("1@1 2@2 3@3");
    CHECK_NUMBER(now(), 3);
}

/* ---- what they answer ---- */

ASYNC_TEST(a_task_is_pending_then_done)
{
    asyncio_task *t = asyncio_create_task(return_arg, "r");
    CHECK(!asyncio_task_done(t));
    CHECK(!asyncio_task_cancelled(t));
    asyncio_task_result(t);
    CHECK_RAISES(ASYNCIO_INVALID_STATE_ERROR, "Result is not set.");
    asyncio_task_exception(t);
    CHECK_RAISES(ASYNCIO_INVALID_STATE_ERROR, "Exception is not set.");
    CHECK_STRING(asyncio_await(t), "r");
    CHECK(asyncio_task_done(t));
    CHECK_STRING(asyncio_task_result(t), "r");
    CHECK(asyncio_task_exception(t) == NULL);
    CHECK_STRING(asyncio_await(t), "r");
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(a_failed_task_raises_in_whoever_awaits_it)
{
    asyncio_task *t = asyncio_create_task(fail, "bad");
    CHECK(asyncio_await(t) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "bad");
    CHECK(asyncio_task_done(t));
    CHECK(!asyncio_task_cancelled(t));
    CHECK_STRING(asyncio_exception_message(asyncio_task_exception(t)), "bad");
    asyncio_task_result(t);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "bad");
}

ASYNC_TEST(a_task_is_a_future_that_cannot_be_ended_by_others)
{
    asyncio_future *f = asyncio_task_as_future(asyncio_create_task(return_arg, "r"));
    CHECK_INT(asyncio_future_set_result(f, "x"), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Task does not support");
    CHECK_INT(asyncio_future_set_exception(f, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "x")), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Task does not support");
    CHECK_STRING(asyncio_await(f), "r");
    CHECK_STRING(asyncio_future_result(f), "r");
}

static asyncio_future *first, *second;

static void *wait_then_end(void *arg)
{
    CHECK_POINTER(asyncio_current_task(), *(asyncio_task **)arg);
    asyncio_await(first);
    CHECK_POINTER(asyncio_current_task(), *(asyncio_task **)arg);
    asyncio_future_set_result(second, NULL);
    return "waited then ended";
}

static void *end_then_wait(void *arg)
{
    CHECK_POINTER(asyncio_current_task(), *(asyncio_task **)arg);
    asyncio_future_set_result(first, NULL);
    asyncio_await(second);
    CHECK_POINTER(asyncio_current_task(), *(asyncio_task **)arg);
    return "ended then waited";
}

ASYNC_TEST(current_task_is_right_in_tasks_that_wake_each_other)
{
    asyncio_task *a = NULL, *b = NULL;
    first = asyncio_future_new();
    second = asyncio_future_new();
    a = asyncio_create_task(wait_then_end, &a);
    b = asyncio_create_task(end_then_wait, &b);
    char **results = asyncio_await(asyncio_gather(a, b));
    CHECK_STRING(results[0], "waited then ended");
    CHECK_STRING(results[1], "ended then waited");
}

static void *return_current(void *arg)
{
    *(asyncio_task **)arg = asyncio_current_task();
    asyncio_sleep(0);
    CHECK_POINTER(asyncio_current_task(), *(asyncio_task **)arg);
    return NULL;
}

ASYNC_TEST(current_task_is_the_one_that_runs)
{
    asyncio_task *self = asyncio_current_task(), *in_task, *inline_;
    CHECK(self != NULL);
    asyncio_task *t = asyncio_create_task(return_current, &in_task);
    asyncio_await(t);
    CHECK_POINTER(in_task, t);
    asyncio_await(asyncio_coro(return_current, &inline_));
    CHECK_POINTER(inline_, self);
    CHECK_POINTER(asyncio_task_get_loop(t), asyncio_get_running_loop());
}

ASYNC_TEST(all_tasks_are_those_that_are_not_done_oldest_first)
{
    asyncio_task *tasks[8] = {NULL};
    asyncio_task *a = asyncio_create_task(plus_minus, (void *)1), *b = asyncio_create_task(return_arg, NULL);
    CHECK_INT(asyncio_all_tasks(tasks, 8), 3);
    CHECK_POINTER(tasks[0], asyncio_current_task());
    CHECK_POINTER(tasks[1], a);
    CHECK_POINTER(tasks[2], b);
    asyncio_sleep(0);
    CHECK_INT(asyncio_all_tasks(tasks, 1), 2);
    CHECK_INT(asyncio_all_tasks(NULL, 0), 2);
    asyncio_await(a);
    CHECK_INT(asyncio_all_tasks(tasks, 8), 1);
}

TEST(all_tasks_of_a_loop_that_does_not_run)
{
    asyncio_task *tasks[2];
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_task *first = asyncio_loop_create_task(loop, asyncio_coro(return_arg, "first"));
    asyncio_task *second = asyncio_loop_create_task(loop, asyncio_coro(return_arg, "second"));
    CHECK_INT(asyncio_all_tasks(tasks, 2, .loop = loop), 2);
    CHECK_POINTER(tasks[0], first);
    CHECK_POINTER(tasks[1], second);
    asyncio_loop_run_until_complete(loop, second);
    CHECK_INT(asyncio_all_tasks(NULL, 0, .loop = loop), 0);
    asyncio_loop_close(loop);
    CHECK_INT(asyncio_all_tasks(NULL, 0, .loop = loop), 0);
    CHECK_NOTHING_RAISED();
}

TEST(all_tasks_outside_a_loop_is_a_runtime_error)
{
    CHECK_INT(asyncio_all_tasks(NULL, 0), 0);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
}

/* ---- names ---- */

ASYNC_TEST(tasks_are_numbered_and_may_be_named)
{
    char name[] = "reader";
    CHECK_STRING(asyncio_task_get_name(asyncio_current_task()), "Task-1");
    asyncio_task *a = asyncio_create_task(return_arg), *b = asyncio_create_task(return_arg, NULL, .name = name);
    asyncio_task *c = asyncio_create_task(return_arg);
    strcpy(name, "other");
    CHECK_STRING(asyncio_task_get_name(a), "Task-2");
    CHECK_STRING(asyncio_task_get_name(b), "reader");
    CHECK_STRING(asyncio_task_get_name(c), "Task-3");
    CHECK_STRING(asyncio_task_get_coro_name(b), "return_arg");
    CHECK_INT(asyncio_task_set_name(a, name), 0);
    strcpy(name, "third");
    CHECK_STRING(asyncio_task_get_name(a), "other");
    CHECK_INT(asyncio_task_set_name(a, NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_STRING(asyncio_task_get_name(a), "other");
}

static void *log_own_name(void *arg)
{
    log_("%s", asyncio_task_get_name(asyncio_current_task()));
    return arg;
}

TEST(numbers_go_on_through_all_loops)
{
    asyncio_run(log_own_name);
    asyncio_run(log_own_name);
    CHECK_LOG("Task-1 Task-2");
}

/* ---- coroutine objects ---- */

ASYNC_TEST(a_task_can_be_made_of_a_coroutine_object_once)
{
    asyncio_coroutine *coro = asyncio_coro(return_arg, "r");
    asyncio_task *t = asyncio_create_task(coro, .name = "named");
    CHECK_STRING(asyncio_task_get_name(t), "named");
    CHECK_STRING(asyncio_task_get_coro_name(t), "return_arg");
    CHECK(asyncio_create_task(coro) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
    CHECK(asyncio_await(coro) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
    CHECK_STRING(asyncio_await(t), "r");
}

ASYNC_TEST(a_coroutine_object_is_awaited_once)
{
    asyncio_coroutine *coro = asyncio_coro(return_arg, "r");
    CHECK_STRING(asyncio_await(coro), "r");
    CHECK(asyncio_await(coro) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
}

static asyncio_coroutine *shared;
static void *await_shared(void *arg)
{
    asyncio_await(shared);
    log_("%s", raised());
    return arg;
}

ASYNC_TEST(a_coroutine_object_that_is_being_awaited_cannot_be_awaited_by_another_task)
{
    shared = asyncio_coro(plus_minus, (void *)1);
    asyncio_task *a = asyncio_create_task(await_shared), *b = asyncio_create_task(await_shared);
    asyncio_await(a);
    asyncio_await(b);
    CHECK_LOG("+1 RuntimeError -1 -");
}

ASYNC_TEST(a_coroutine_object_that_was_never_awaited_is_told_of)
{
    expect_stderr("RuntimeWarning: coroutine 'return_arg' was never awaited");
    asyncio_coro(return_arg, NULL);
}

ASYNC_TEST(a_closed_coroutine_object_is_no_oversight)
{
    asyncio_coroutine *coro = asyncio_coro(return_arg, NULL);
    asyncio_coro_close(coro);
    asyncio_coro_close(coro);
    CHECK(asyncio_await(coro) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse");
}

static void *nest(void *arg)
{
    long depth = (long)arg;
    if (depth == 0) {
        asyncio_sleep(1);
        return NULL;
    }
    void *below = asyncio_await(asyncio_coro(nest, (void *)(depth - 1)));
    return (void *)((long)below + 1);
}

ASYNC_TEST(coroutines_nest_deeply)
{
    CHECK_INT((long)asyncio_await(asyncio_coro(nest, (void *)100)), 100);
}

/* ---- many ---- */

static void *await_next(void *arg)
{
    long left = (long)arg;
    if (left == 0)
        return NULL;
    return (void *)((long)asyncio_await(asyncio_create_task(await_next, (void *)(left - 1))) + 1);
}

ASYNC_TEST(a_thousand_tasks_may_await_each_other)
{
    CHECK_INT((long)asyncio_await(asyncio_create_task(await_next, (void *)1000)), 1000);
}

#ifdef __wasm__
enum { MANY = 10000 };
#else
enum { MANY = 1000 }; /* the sanitizers take long over each stack */
#endif

static int finished;
static void *sleep_variously(void *arg)
{
    for (int i = 0; i < 3; i++)
        asyncio_sleep((double)((long)arg % 7) / 10);
    finished++;
    return NULL;
}

ASYNC_TEST(very_many_tasks_may_sleep_at_once)
{
    for (long n = 0; n < MANY; n++)
        CHECK_INT(asyncio_spawn(sleep_variously, (void *)n), 0);
    asyncio_sleep(5);
    CHECK_INT(finished, MANY);
    CHECK_INT(asyncio_all_tasks(NULL, 0), 1);
}

/* ---- callbacks ---- */

static void log_task_done(asyncio_task *t, void *arg)
{
    CHECK(asyncio_task_done(t));
    CHECK(asyncio_current_task() == NULL);
    log_("%s:%s", (char *)arg, ending(t));
}

ASYNC_TEST(done_callbacks_of_a_task_run_after_it_ended_in_order)
{
    asyncio_task *t = asyncio_create_task(log_arg, "body");
    CHECK_INT(asyncio_task_add_done_callback(t, log_task_done, "1"), 0);
    CHECK_INT(asyncio_task_add_done_callback(t, log_task_done, "2"), 0);
    asyncio_await(t);
    log_("main");
    CHECK_LOG("body 1:result 2:result main");
}

static void *await_and_log(void *arg)
{
    asyncio_await((asyncio_task *)arg);
    log_("waiter");
    return NULL;
}

ASYNC_TEST(a_waiter_that_came_before_a_callback_goes_on_before_it)
{
    asyncio_task *t = asyncio_create_task(plus_minus, (void *)1);
    asyncio_create_task(await_and_log, t);
    asyncio_sleep(0);
    asyncio_task_add_done_callback(t, log_task_done, "callback");
    settle();
    CHECK_LOG("+1 -1 waiter callback:result");
}

ASYNC_TEST(done_callbacks_see_failures_and_cancellations)
{
    asyncio_task *a = asyncio_create_task(fail, "x"), *b = asyncio_create_task(return_arg);
    asyncio_task_add_done_callback(a, log_task_done, "a");
    asyncio_task_add_done_callback(b, log_task_done, "b");
    asyncio_task_cancel(b);
    settle();
    CHECK_LOG("a:ValueError b:cancelled");
    CHECK_INT(asyncio_task_add_done_callback(a, log_task_done, "late"), 0);
    CHECK_INT(asyncio_task_remove_done_callback(a, log_task_done, "never added"), 0);
    settle();
    CHECK_LOG("late:ValueError");
}

ASYNC_TEST(done_callbacks_of_a_task_can_be_removed)
{
    asyncio_task *t = asyncio_create_task(return_arg);
    asyncio_task_add_done_callback(t, log_task_done, "a");
    asyncio_task_add_done_callback(t, log_task_done, "b");
    CHECK_INT(asyncio_task_remove_done_callback(t, log_task_done, "a"), 1);
    settle();
    CHECK_LOG("b:result");
    CHECK_INT(asyncio_task_add_done_callback(t, NULL, NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

static void make_a_task(asyncio_task *t, void *arg)
{
    (void)t;
    CHECK(asyncio_create_task(log_arg, arg) != NULL);
}

ASYNC_TEST(a_callback_may_make_a_task)
{
    asyncio_task_add_done_callback(asyncio_create_task(return_arg), make_a_task, "made in a callback");
    settle();
    CHECK_LOG("made in a callback");
}

/* ---- errors that nobody retrieved ---- */

static void log_context(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)arg;
    log_("[%s: %s, %s]", context->message, context->task ? asyncio_task_get_name(context->task) : "-",
         context->exception ? asyncio_exception_message(context->exception) : "-");
}

static void log_errors(void)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), log_context, NULL);
}

ASYNC_TEST(an_exception_that_nobody_retrieved_is_told_when_the_last_handle_goes)
{
    log_errors();
    asyncio_task *t = asyncio_create_task(fail, "lost", .name = "loser");
    settle();
    CHECK_LOG("");
    asyncio_drop(t);
    CHECK_LOG("[Task exception was never retrieved: loser, lost]");
}

ASYNC_TEST(a_task_whose_handle_is_gone_tells_as_soon_as_it_fails)
{
    log_errors();
    asyncio_drop(asyncio_create_task(fail, "dropped", .name = "d"));
    CHECK_INT(asyncio_spawn(fail, "spawned", .name = "s"), 0);
    CHECK_LOG("");
    settle();
    CHECK_LOG("[Task exception was never retrieved: d, dropped] [Task exception was never retrieved: s, spawned]");
}

static void *make_a_loser(void *arg)
{
    asyncio_create_task(fail, arg, .name = "child");
    settle();
    log_("maker ends");
    return NULL;
}

ASYNC_TEST(handles_go_when_their_maker_ends_and_tell_then)
{
    log_errors();
    asyncio_await(asyncio_create_task(make_a_loser, "lost"));
    CHECK_LOG("maker ends [Task exception was never retrieved: child, lost]");
}

ASYNC_TEST(an_exception_that_was_looked_at_is_not_told)
{
    log_errors();
    asyncio_task *t[4];
    for (int i = 0; i < 4; i++)
        t[i] = asyncio_create_task(fail, "seen");
    settle();
    asyncio_task_exception(t[0]);
    asyncio_task_result(t[1]);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "seen");
    asyncio_await(t[2]);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "seen");
    asyncio_await(asyncio_gather_return_exceptions(t[3]));
    for (int i = 0; i < 4; i++)
        asyncio_drop(t[i]);
    CHECK_LOG("");
}

ASYNC_TEST(nor_is_the_exception_of_a_task_that_somebody_would_have_cancelled)
{
    asyncio_task *t = asyncio_create_task(fail, "unwanted");
    asyncio_sleep(0);
    CHECK(!asyncio_task_cancel(t));
    CHECK_STRING(asyncio_task_get_coro_name(t), "fail");
    asyncio_drop(t);
}

TEST(the_default_report_names_the_task_and_shows_the_exception)
{
    expect_stderr("Task exception was never retrieved");
    expect_stderr("child");
    expect_stderr("fail");
    expect_stderr("in fail");
    expect_stderr("ValueError: lost");
    CHECK_INT(asyncio_run(make_a_loser, "lost"), 0);
}

static asyncio_task *kept_by_handler;
static void keep_task(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)arg;
    kept_by_handler = asyncio_keep(context->task);
}

ASYNC_TEST(a_handler_may_keep_the_task)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), keep_task, NULL);
    asyncio_spawn(fail, "lost", .name = "kept");
    settle();
    CHECK_STRING(asyncio_task_get_name(kept_by_handler), "kept");
    asyncio_drop(kept_by_handler);
}

static void suspending_handler(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)context, (void)arg;
    CHECK_INT(asyncio_sleep(1), -1);
    log_("%s", raised());
}

ASYNC_TEST(an_exception_handler_cannot_suspend_wherever_it_is_called)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), suspending_handler, NULL);
    asyncio_task *t = asyncio_create_task(fail, "lost");
    settle();
    asyncio_drop(t); /* calls the handler from within this task */
    CHECK_LOG("RuntimeError");
    CHECK_NUMBER(now(), 0);
}

/* ---- bad input ---- */

TEST(a_task_needs_a_running_loop)
{
    CHECK(asyncio_create_task(return_arg) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    CHECK_INT(asyncio_spawn(return_arg), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    asyncio_coroutine *coro = asyncio_coro(return_arg, NULL);
    CHECK(asyncio_create_task(coro) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    CHECK(asyncio_await(coro) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    asyncio_coro_close(coro);
}

ASYNC_TEST(a_task_needs_a_function)
{
    asyncio_body *none = NULL;
    CHECK(asyncio_create_task(none) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_INT(asyncio_spawn(none), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(asyncio_coro(none, NULL) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(asyncio_create_task((asyncio_coroutine *)NULL) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

ASYNC_TEST(calls_with_null_instead_of_a_task_raise_type_error)
{
    asyncio_task *none = NULL;
    CHECK(asyncio_await(none) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_await() needs a future, got NULL");
    CHECK(!asyncio_task_cancel(none));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_task_cancel() needs a task, got NULL");
    CHECK(!asyncio_task_done(none));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_STRING(asyncio_task_get_name(none), "");
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_INT(asyncio_task_uncancel(none), 0);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_INT(asyncio_task_cancelling(none), 0);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(asyncio_await((asyncio_coroutine *)NULL) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

ASYNC_TEST(what_is_no_awaitable_is_a_type_error_that_says_what_it_is)
{
    CHECK(asyncio_await((asyncio_future *)asyncio_lock_new()) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_await() needs a future, got a lock");
    CHECK(asyncio_await((asyncio_task *)asyncio_event_new()) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "got an event");
    CHECK(!asyncio_task_cancel((asyncio_task *)asyncio_loop_create_future(asyncio_get_running_loop())));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_task_cancel() needs a task, got a future");
    CHECK_INT(asyncio_lock_acquire((asyncio_lock *)asyncio_current_task()), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a lock, got a task");
}

static void *await_itself(void *arg)
{
    (void)arg;
    asyncio_await(asyncio_current_task());
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Task cannot await on itself");
    log_("refused");
    return NULL;
}

ASYNC_TEST(a_task_cannot_await_itself)
{
    asyncio_await(asyncio_create_task(await_itself));
    await_itself(NULL);
    CHECK_LOG("refused refused");
}

static asyncio_task *refused;

static void *cancel_refused(void *arg)
{
    asyncio_task_cancel(refused, arg);
    return NULL;
}

static void *await_itself_beside_another(void *arg)
{
    asyncio_create_task(arg ? cancel_refused : log_arg, arg ? arg : "other");
    asyncio_await(asyncio_current_task());
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);
    log_("%s(%s)", asyncio_exception_name(e), arg ? asyncio_exception_message(e) : "");
    CHECK(asyncio_exception_context(e) == NULL);
    CHECK_INT(asyncio_sleep(0), 0);
    return arg;
}

ASYNC_TEST(the_others_have_a_turn_before_a_task_hears_that_it_cannot_await_itself)
{
    asyncio_await(asyncio_create_task(await_itself_beside_another));
    CHECK_LOG("other RuntimeError()");
}

ASYNC_TEST(a_request_to_cancel_that_comes_before_a_task_hears_of_that_goes_first)
{
    refused = asyncio_create_task(await_itself_beside_another, "m");
    CHECK_STRING(asyncio_await(refused), "m");
    CHECK_LOG("CancelledError(m)");
}

ASYNC_TEST(a_sleep_of_nan_is_a_value_error)
{
    CHECK_INT(asyncio_sleep(NAN), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "NaN");
}

static asyncio_task *escaped;
static void *save_handle(void *arg)
{
    escaped = asyncio_current_task();
    asyncio_keep(escaped);
    return arg;
}

TEST(a_task_that_outlives_its_loop_still_answers)
{
    CHECK_INT(asyncio_run(save_handle), 0);
    CHECK(asyncio_task_done(escaped));
    CHECK(!asyncio_task_cancel(escaped));
    CHECK(asyncio_loop_is_closed(asyncio_task_get_loop(escaped)));
    asyncio_drop(escaped);
}

static void *raise_stop_iteration(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_STOP_ITERATION, "x");
}

ASYNC_TEST(stop_iteration_out_of_a_coroutine_is_a_runtime_error)
{
    asyncio_task *task = asyncio_create_task(raise_stop_iteration);
    asyncio_await(task);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "coroutine raised StopIteration");
    CHECK_STRING(asyncio_exception_name(asyncio_exception_cause(asyncio_task_exception(task))), "StopIteration");
    asyncio_await(asyncio_coro(raise_stop_iteration));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "coroutine raised StopIteration");
    raise_stop_iteration(NULL); /* a plain call is no coroutine */
    CHECK_RAISES(ASYNCIO_STOP_ITERATION, "x");
}
