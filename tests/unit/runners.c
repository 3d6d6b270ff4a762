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
    typedef struct { int a, b; } pair;
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
