/* asyncio.Runner: several main coroutines in one loop. */
#include "unit.h"

#include <signal.h>

static void *return_arg(void *arg)
{
    return arg;
}

static void *fail(void *arg)
{
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", (char *)arg);
}

TEST(run_returns_the_result)
{
    asyncio_runner *runner = asyncio_runner_new();
    CHECK_STRING((char *)asyncio_runner_run(runner, return_arg, "body"), "body");
    CHECK_STRING((char *)asyncio_runner_run(runner, asyncio_coro(return_arg, "coroutine")), "coroutine");
    CHECK_INT(asyncio_runner_close(runner), 0);
}

static void *add(void *arg)
{
    int *numbers = arg;
    return (void *)(long)(numbers[0] + numbers[1]);
}

TEST(run_takes_the_options_of_a_task)
{
    asyncio_runner *runner = asyncio_runner_new();
    typedef struct {
        int a, b;
    } pair;
    CHECK_INT((long)asyncio_runner_run(runner, add, asyncio_args(pair, 3, 4)), 7);
    CHECK_INT(asyncio_runner_close(runner), 0);
}

TEST(run_raises_what_main_has_raised_and_runs_again)
{
    asyncio_runner *runner = asyncio_runner_new();
    CHECK(asyncio_runner_run(runner, fail, "bad") == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "bad");
    CHECK_STRING((char *)asyncio_runner_run(runner, return_arg, "good"), "good");
    CHECK_INT(asyncio_runner_close(runner), 0);
}

static void *child(void *arg)
{
    if (asyncio_sleep(1) == 0)
        log_("child at %g", now());
    asyncio_sleep(10);
    log_("%s", asyncio_exception_name(asyncio_pending()));
    return NULL;
}

static void *leave_a_child(void *arg)
{
    asyncio_spawn(child, NULL);
    return asyncio_get_running_loop();
}

static void *sleep_5(void *arg)
{
    asyncio_sleep(5);
    return asyncio_get_running_loop();
}

TEST(all_runs_share_a_loop_and_what_is_left_over_goes_on_in_the_next)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_loop *loop = asyncio_runner_get_loop(runner);
    CHECK_POINTER(asyncio_runner_run(runner, leave_a_child, NULL), loop);
    CHECK_LOG("");
    CHECK_POINTER(asyncio_runner_run(runner, sleep_5, NULL), loop);
    CHECK_LOG("child at 1");
    CHECK(!asyncio_loop_is_closed(loop));
    CHECK_INT(asyncio_runner_close(runner), 0);
    CHECK_LOG("CancelledError");
    CHECK(asyncio_loop_is_closed(loop));
}

TEST(asyncio_with_closes_it)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_loop *loop = NULL;
    asyncio_with (runner) {
        loop = asyncio_runner_get_loop(runner);
        asyncio_runner_run(runner, leave_a_child, NULL);
        CHECK(!asyncio_loop_is_closed(loop));
    }
    CHECK(asyncio_loop_is_closed(loop));
    CHECK_LOG("CancelledError");
}

TEST(asyncio_with_passes_an_exception_on_after_the_cleanup)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        asyncio_runner_run(runner, leave_a_child, NULL);
        asyncio_runner_run(runner, sleep_5, NULL);
        asyncio_runner_run(runner, fail, "from run");
    }
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "from run");
    CHECK_LOG("child at 1 CancelledError");
}

TEST(close_may_come_twice_and_before_anything_ran)
{
    asyncio_runner *runner = asyncio_runner_new();
    CHECK_INT(asyncio_runner_close(runner), 0);
    CHECK_STRING((char *)asyncio_runner_run(runner, return_arg, "r"), "r"); /* as in CPython: it was not open yet */
    CHECK_INT(asyncio_runner_close(runner), 0);
    CHECK_INT(asyncio_runner_close(runner), 0);
}

TEST(a_closed_runner_says_so)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_runner_run(runner, return_arg, NULL);
    asyncio_runner_close(runner);
    CHECK(asyncio_runner_run(runner, return_arg, NULL) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Runner is closed");
    CHECK(asyncio_runner_get_loop(runner) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Runner is closed");
    asyncio_with (runner)
        log_("never");
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Runner is closed");
    CHECK_LOG("");
}

static asyncio_runner *outer;
static void *use_inside(void *arg)
{
    CHECK(asyncio_runner_run(outer, return_arg, NULL) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Runner.run() cannot be called from a running event loop");
    CHECK_INT(asyncio_runner_close(outer), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Cannot run the event loop while another loop is running");
    return NULL;
}

TEST(it_can_be_neither_run_nor_closed_from_within)
{
    outer = asyncio_runner_new();
    asyncio_runner_run(outer, use_inside, NULL);
    CHECK_NOTHING_RAISED();
    CHECK_INT(asyncio_runner_close(outer), 0);
}

TEST(null_is_a_type_error)
{
    CHECK(asyncio_runner_run((asyncio_runner *)NULL, return_arg, NULL) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_runner_run() needs a runner");
    CHECK(asyncio_runner_get_loop(NULL) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_runner_get_loop() needs a runner");
    CHECK_INT(asyncio_runner_close(NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_runner_close() needs a runner");
}

static void *note_debug(void *arg)
{
    log_("%d", asyncio_loop_get_debug(asyncio_get_running_loop()));
    return NULL;
}

static asyncio_loop *debugging_loop(void)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_loop_set_debug(loop, true);
    return loop;
}

TEST(debug_and_the_loop_factory_make_the_loop)
{
    asyncio_runner *runners[] = {asyncio_runner_new(), asyncio_runner_new(.debug = true),
                                 asyncio_runner_new(.loop_factory = debugging_loop),
                                 asyncio_runner_new(.debug = false, .loop_factory = debugging_loop)};
    for (int i = 0; i < 4; i++)
        asyncio_with (runners[i])
            asyncio_runner_run(runners[i], note_debug, NULL);
    CHECK_LOG("0 1 1 0");
    CHECK_INT(asyncio_run(note_debug, NULL, .loop_factory = debugging_loop), 0);
    CHECK_LOG("1");
}

static asyncio_loop *no_loop(void)
{
    return asyncio_raise(ASYNCIO_OS_ERROR, "no loop to be had");
}

TEST(a_factory_that_fails_fails_the_run)
{
    asyncio_runner *runner = asyncio_runner_new(.loop_factory = no_loop);
    CHECK(asyncio_runner_run(runner, return_arg, NULL) == NULL);
    CHECK_RAISES(ASYNCIO_OS_ERROR, "no loop to be had");
}

static void *swallow_ctrl_c(void *arg)
{
    raise(SIGINT);
    asyncio_sleep(1);
    log_("%s", raised());
    return NULL;
}

static void *pass_ctrl_c_on(void *arg)
{
    raise(SIGINT);
    asyncio_sleep(1);
    return NULL;
}

TEST(each_run_counts_ctrl_c_anew)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        asyncio_runner_run(runner, swallow_ctrl_c, NULL);
        CHECK_LOG("CancelledError");
        asyncio_runner_run(runner, pass_ctrl_c_on, NULL);
        CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "");
        CHECK_STRING((char *)asyncio_runner_run(runner, return_arg, "goes on"), "goes on");
    }
    CHECK_NOTHING_RAISED();
}

static void *interrupted(void *arg)
{
    return asyncio_raise(ASYNCIO_KEYBOARD_INTERRUPT, "%s", "");
}

static void *cleans_up(void *arg)
{
    asyncio_sleep(100);
    asyncio_finally {
        asyncio_sleep(1);
        log_("cleaned up");
    }
    return NULL;
}

static void *interrupted_with_a_child(void *arg)
{
    asyncio_spawn(cleans_up, NULL);
    asyncio_sleep(0);
    return interrupted(arg);
}

TEST(keyboard_interrupt_of_main_waits_for_the_cleanup_of_the_others) /* it was cut short by main's own end */
{
    asyncio_exception *e;
    CHECK_INT(asyncio_run(interrupted_with_a_child, NULL, .exception = &e), 130);
    CHECK_LOG("cleaned up");
}

TEST(a_runner_that_is_never_closed_tells_of_its_tasks)
{
    expect_stderr("Task was destroyed but it is pending!");
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_runner_run(runner, leave_a_child, NULL);
    asyncio_runner_run(runner, return_arg, NULL);
    asyncio_drop(runner);
}

/* ---- runs, one after the other ---- */

static void *cancels_itself(void *arg)
{
    asyncio_task_cancel(asyncio_current_task(), "itself");
    if (arg)
        asyncio_sleep(1);
    return arg;
}

TEST(a_main_that_ends_cancelled_leaves_the_runner_as_it_was)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        CHECK(asyncio_runner_run(runner, cancels_itself, "and waits") == NULL);
        CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "itself");
        CHECK(asyncio_runner_run(runner, cancels_itself, NULL) == NULL);
        CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
        CHECK_STRING((char *)asyncio_runner_run(runner, return_arg, "good"), "good");
    }
    CHECK_NOTHING_RAISED();
}

static void *nine_after_3(void *arg)
{
    (void)arg;
    return asyncio_sleep(3) < 0 ? NULL : (void *)9;
}

static void *begin_nine(void *arg)
{
    (void)arg;
    return asyncio_create_task(nine_after_3);
}

static void *await_task(void *task)
{
    return asyncio_await((asyncio_task *)task);
}

TEST(a_run_may_await_a_task_of_an_earlier_one)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        asyncio_task *task = asyncio_runner_run(runner, begin_nine, NULL);
        CHECK_STRING(ending(task), "pending");
        CHECK_INT((long)asyncio_runner_run(runner, await_task, task), 9);
        CHECK_NUMBER(now(), 3);
    }
    CHECK_NOTHING_RAISED();
}

static void log_call(void *arg)
{
    log_("%s", (char *)arg);
}

static void *yield_between_logs(void *arg)
{
    log_("main");
    asyncio_sleep(0);
    log_("end");
    return arg;
}

TEST(callbacks_wait_for_the_next_run)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        asyncio_loop *loop = asyncio_runner_get_loop(runner);
        asyncio_loop_call_soon(loop, log_call, "soon");
        asyncio_loop_call_later(loop, 1, log_call, "later");
        CHECK_LOG("");
        asyncio_runner_run(runner, yield_between_logs, NULL);
        CHECK_LOG("soon main end");
        asyncio_runner_run(runner, sleep_5, NULL);
        CHECK_LOG("later");
    }
}

TEST(a_coroutine_object_runs_once)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_coroutine *coro = asyncio_coro(return_arg, "once");
    asyncio_with (runner) {
        CHECK_STRING((char *)asyncio_runner_run(runner, coro), "once");
        CHECK(asyncio_runner_run(runner, coro) == NULL);
        CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
        CHECK_STRING((char *)asyncio_runner_run(runner, return_arg, "goes on"), "goes on");
    }
}

TEST(a_block_within_a_block_closes_it)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        asyncio_with (runner)
            asyncio_runner_run(runner, return_arg, NULL);
        CHECK_NOTHING_RAISED();
        CHECK(asyncio_runner_run(runner, return_arg, NULL) == NULL);
        CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Runner is closed");
    }
    CHECK_NOTHING_RAISED();
}

static asyncio_loop *logged_loop(void)
{
    log_("made");
    return asyncio_new_event_loop();
}

TEST(the_loop_is_made_once_and_not_before_it_is_needed)
{
    asyncio_runner *runner = asyncio_runner_new(.loop_factory = logged_loop);
    log_("new");
    asyncio_with (runner) {
        log_("in");
        asyncio_runner_run(runner, return_arg, NULL);
        asyncio_runner_run(runner, return_arg, NULL);
    }
    CHECK_LOG("new made in");
}

static asyncio_task *logging_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                     asyncio_context *context, int eager_start)
{
    log_("%s%s", asyncio_coro_get_name(coro), context ? " in a context" : "");
    return asyncio_task_new(loop, coro, .name = name, .context = context, .eager_start = eager_start);
}

static void *make_a_task(void *arg)
{
    log_("main");
    asyncio_task *task = asyncio_create_task(return_arg, arg);
    log_("%s", ending(task));
    return arg;
}

/* Which is the eager one in the second run: main begins in the loop all the same, for that does not run yet. */
TEST(main_is_made_by_the_task_factory)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        asyncio_loop_set_task_factory(asyncio_runner_get_loop(runner), logging_factory);
        CHECK_STRING((char *)asyncio_runner_run(runner, return_arg, "a"), "a");
        CHECK_STRING((char *)asyncio_runner_run(runner, asyncio_coro(return_arg, "b")), "b");
        CHECK_LOG("return_arg in a context return_arg in a context");
        asyncio_loop_set_task_factory(asyncio_runner_get_loop(runner), asyncio_eager_task_factory);
        CHECK_STRING((char *)asyncio_runner_run(runner, make_a_task, "c"), "c");
        CHECK_LOG("main result");
    }
}

/* ---- runs that end before main does ---- */

static void *stop_the_loop(void *arg)
{
    asyncio_loop_stop(asyncio_get_running_loop());
    asyncio_sleep(2);
    log_("main ends");
    return arg;
}

TEST(main_goes_on_in_the_next_run_if_the_loop_was_stopped)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        CHECK(asyncio_runner_run(runner, stop_the_loop, NULL) == NULL);
        CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop stopped before Future completed.");
        CHECK_LOG("");
        asyncio_runner_run(runner, sleep_5, NULL);
        CHECK_LOG("main ends");
    }
    CHECK_NOTHING_RAISED();
}

static void *interrupt_after_1(void *arg)
{
    return asyncio_sleep(1) < 0 ? NULL : interrupted(arg);
}

static void *main_with_an_interrupt(void *arg)
{
    asyncio_task *child = asyncio_create_task(interrupt_after_1);
    asyncio_task_add_done_callback(child, (asyncio_task_callback *)arg);
    if (asyncio_sleep(3) == 0)
        log_("main goes on");
    else
        log_("main is cancelled");
    return NULL;
}

static void look_at(asyncio_task *task, void *arg)
{
    (void)arg;
    asyncio_task_exception(task);
}

TEST(main_goes_on_in_the_next_run_if_another_task_has_ended_this_one)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        CHECK(asyncio_runner_run(runner, main_with_an_interrupt, look_at) == NULL);
        CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "");
        CHECK_LOG("");
        asyncio_runner_run(runner, sleep_5, NULL);
        CHECK_LOG("main goes on");
    }
    CHECK_NOTHING_RAISED();
}

TEST(main_is_cancelled_with_the_rest_if_there_is_no_next_run)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        CHECK(asyncio_runner_run(runner, main_with_an_interrupt, look_at) == NULL);
        CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "");
    }
    CHECK_NOTHING_RAISED();
    CHECK_LOG("main is cancelled");
}

/* ---- closing ---- */

static void *fail_in_cleanup(void *arg)
{
    asyncio_sleep(100);
    asyncio_except(ASYNCIO_CANCELLED_ERROR);
    return fail(arg);
}

static void log_error(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)arg;
    log_("%s: %s", context->message, asyncio_exception_message(context->exception));
}

static void *leave_one_that_will_fail(void *arg)
{
    asyncio_create_task(fail_in_cleanup, arg);
    asyncio_sleep(0);
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), log_error, NULL);
    return NULL;
}

TEST(close_tells_the_handler_of_those_that_fail_in_their_cleanup)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_runner_run(runner, leave_one_that_will_fail, "cleanup");
    CHECK_INT(asyncio_runner_close(runner), 0);
    CHECK_LOG("unhandled exception during asyncio.run() shutdown: cleanup");
}

static void *clean_up_for(void *arg)
{
    asyncio_sleep(100);
    asyncio_finally {
        turns((int)(long)arg);
        log_("%ld", (long)arg);
    }
    return NULL;
}

static void *leave_three(void *arg)
{
    asyncio_spawn(clean_up_for, (void *)3);
    asyncio_spawn(clean_up_for, (void *)1);
    asyncio_spawn(clean_up_for, (void *)2);
    asyncio_sleep(0);
    return arg;
}

TEST(those_that_are_left_over_clean_up_at_the_same_time)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_runner_run(runner, leave_three, NULL);
    CHECK_INT(asyncio_runner_close(runner), 0);
    CHECK_LOG("1 2 3");
}
