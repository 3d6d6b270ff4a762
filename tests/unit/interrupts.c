/* Ctrl+C: what the first and the second one do, who hears them, and that SIGINT is given back. The signals are real
 * ones, natively, and sent by the program to itself. */
#include "unit.h"

#include <signal.h>

static void press(void *arg)
{
    raise(SIGINT);
}

static void press_in(double seconds)
{
    asyncio_loop_call_later(asyncio_get_running_loop(), seconds, press, NULL);
}

static void (*handler(void))(int)
{
    struct sigaction now;
    sigaction(SIGINT, NULL, &now);
    return now.sa_handler;
}

/* Runs it, and says how that ended: "130 KeyboardInterrupt". */
static const char *outcome_of(asyncio_body *body)
{
    static char text[80];
    asyncio_exception *e;
    int status = asyncio_run(body, NULL, .exception = &e);
    snprintf(text, sizeof text, "%d %s", status, e ? asyncio_exception_name(e) : "-");
    return text;
}

/* ---- the first one ---- */

static void *sleeps(void *arg)
{
    press_in(1);
    asyncio_sleep(60);
    log_("%s at %g", asyncio_exception_name(asyncio_pending()), now());
    return NULL;
}

TEST(the_first_one_cancels_main_and_comes_out_as_keyboard_interrupt)
{
    CHECK_STRING(outcome_of(sleeps), "130 KeyboardInterrupt");
    CHECK_LOG("CancelledError at 1");
}

TEST(the_cancelled_error_is_the_context_of_the_keyboard_interrupt)
{
    asyncio_exception *e;
    asyncio_run(sleeps, NULL, .exception = &e);
    CHECK_STRING(asyncio_exception_name(asyncio_exception_context(e)), "CancelledError");
}

TEST(without_exception_it_is_told_like_pythons)
{
    expect_stderr("CancelledError");
    expect_stderr("During handling of the above exception, another exception occurred:");
    expect_stderr("KeyboardInterrupt");
    expect_status(130);
    CHECK_INT(asyncio_run(sleeps), 130);
    exit(130);
}

static void *swallows(void *arg)
{
    press_in(1);
    asyncio_sleep(60);
    log_("%s", raised());
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 1);
    CHECK_INT(asyncio_sleep(1), 0);
    return "value";
}

TEST(main_may_swallow_it)
{
    void *result;
    CHECK_INT(asyncio_run(swallows, NULL, .result = &result), 0);
    CHECK_STRING((char *)result, "value");
    CHECK_LOG("CancelledError");
}

static void *fails_instead(void *arg)
{
    press_in(1);
    asyncio_sleep(60);
    asyncio_except(ASYNCIO_CANCELLED_ERROR);
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "cleanup failed");
}

TEST(main_may_fail_with_something_else)
{
    CHECK_STRING(outcome_of(fails_instead), "1 ValueError");
}

static void *cancelled_by_itself_too(void *arg)
{
    press_in(1);
    asyncio_task_cancel(asyncio_current_task());
    asyncio_sleep(60);
    asyncio_except(ASYNCIO_CANCELLED_ERROR);
    asyncio_sleep(60);
    return NULL;
}

TEST(if_others_wanted_main_cancelled_too_it_stays_cancelled_error)
{
    CHECK_STRING(outcome_of(cancelled_by_itself_too), "1 CancelledError");
}

static void *cancels_itself(void *arg)
{
    asyncio_task_cancel(asyncio_current_task());
    asyncio_sleep(60);
    return NULL;
}

TEST(cancelled_without_ctrl_c_is_cancelled_error)
{
    CHECK_STRING(outcome_of(cancels_itself), "1 CancelledError");
}

static void *plain_code(void *arg)
{
    raise(SIGINT);
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 1);
    CHECK(!asyncio_failed());
    log_("goes on");
    CHECK_INT(asyncio_sleep(1), -1);
    log_("%s", asyncio_exception_name(asyncio_pending()));
    return NULL;
}

TEST(plain_code_goes_on_to_its_next_await)
{
    CHECK_STRING(outcome_of(plain_code), "130 KeyboardInterrupt");
    CHECK_LOG("goes on CancelledError");
}

static void *returns_at_once(void *arg)
{
    raise(SIGINT);
    return "value";
}

TEST(main_that_returns_after_it_is_cancelled_all_the_same)
{
    CHECK_STRING(outcome_of(returns_at_once), "130 KeyboardInterrupt");
}

static void *another_task(void *arg)
{
    log_("%s", asyncio_sleep(60) < 0 ? raised() : "slept");
    return NULL;
}

static void *presser(void *arg)
{
    raise(SIGINT);
    CHECK_INT(asyncio_sleep(0), 0);
    log_("presser goes on");
    return NULL;
}

static void *main_with_others(void *arg)
{
    asyncio_spawn(another_task, NULL);
    asyncio_spawn(presser, NULL);
    asyncio_sleep(60);
    log_("main: %s", asyncio_exception_name(asyncio_pending()));
    return NULL;
}

TEST(it_is_main_that_is_cancelled_not_the_task_that_runs)
{
    CHECK_STRING(outcome_of(main_with_others), "130 KeyboardInterrupt");
    CHECK_LOG("main: CancelledError presser goes on CancelledError");
}

static void note(void *arg)
{
    log_("%s", (char *)arg);
}

static void press_then(void *arg)
{
    raise(SIGINT);
    log_("pressed");
}

static void after_press(void *arg)
{
    asyncio_loop_call_soon(asyncio_get_running_loop(), note, "later");
    log_("callback");
}

static void *main_in_order(void *arg)
{
    asyncio_loop_call_soon(asyncio_get_running_loop(), press_then, NULL);
    asyncio_loop_call_soon(asyncio_get_running_loop(), after_press, NULL);
    asyncio_sleep(60);
    log_("main");
    return NULL;
}

TEST(a_callback_that_presses_is_heard_before_the_next_callback)
{
    CHECK_STRING(outcome_of(main_in_order), "130 KeyboardInterrupt");
    CHECK_LOG("pressed callback main later");
}

/* ---- the second one ---- */

static void *slow_cleanup(void *arg)
{
    press_in(1);
    press_in(2);
    asyncio_sleep(60);
    log_("%s at %g", raised(), now());
    asyncio_sleep(60);
    log_("%s at %g", asyncio_exception_name(asyncio_pending()), now());
    return NULL;
}

TEST(the_second_one_stops_the_loop_and_main_is_cancelled_again)
{
    CHECK_STRING(outcome_of(slow_cleanup), "130 KeyboardInterrupt");
    CHECK_LOG("CancelledError at 1 CancelledError at 2");
}

static void *presses_twice(void *arg)
{
    raise(SIGINT);
    raise(SIGINT);
    CHECK(asyncio_failed());
    log_("%s", asyncio_exception_name(asyncio_pending()));
    CHECK_INT(asyncio_sleep(1), -1);
    return NULL;
}

TEST(the_second_one_is_raised_in_plain_code_that_asks)
{
    CHECK_STRING(outcome_of(presses_twice), "130 KeyboardInterrupt");
    CHECK_LOG("KeyboardInterrupt");
}

static void *takes_keyboard_interrupt(void *arg)
{
    raise(SIGINT);
    raise(SIGINT);
    CHECK(asyncio_failed());
    CHECK(asyncio_except(ASYNCIO_KEYBOARD_INTERRUPT) != NULL);
    asyncio_sleep(1); /* the first one is still to be delivered */
    log_("%s", raised());
    CHECK_INT(asyncio_sleep(1), 0);
    return "value";
}

TEST(a_task_may_take_the_keyboard_interrupt)
{
    CHECK_STRING(outcome_of(takes_keyboard_interrupt), "0 -");
    CHECK_LOG("CancelledError");
}

static void *never_asks(void *arg)
{
    for (int i = 0; i < 3; i++)
        raise(SIGINT);
    log_("never");
    return NULL;
}

TEST(the_third_one_ends_a_program_that_does_not_listen)
{
    expect_status(130);
    expect_stderr("asyncio: ended by Ctrl+C: task Task-1 (never_asks) has not given way, although it was asked twice");
    asyncio_run(never_asks);
    CHECK(!"it returned");
}

static void *stubborn(void *arg)
{
    asyncio_sleep(60);
    log_("%s", raised());
    raise(SIGINT); /* while asyncio.run waits for left-over tasks: nobody is cancelled, the waiting ends */
    asyncio_sleep(60);
    log_("%s", asyncio_exception_name(asyncio_pending()));
    return NULL;
}

static void *leaves_a_stubborn_task(void *arg)
{
    asyncio_spawn(stubborn, NULL);
    asyncio_sleep(0);
    return "value";
}

TEST(during_the_last_cleanup_the_first_one_is_keyboard_interrupt)
{
    expect_stderr("Task exception was never retrieved");
    expect_stderr("KeyboardInterrupt");
    CHECK_STRING(outcome_of(leaves_a_stubborn_task), "130 KeyboardInterrupt");
    CHECK_LOG("CancelledError KeyboardInterrupt");
}

/* ---- whose SIGINT it is ---- */

static void *look_at_handler(void *arg)
{
    CHECK(handler() != SIG_DFL);
    return NULL;
}

TEST(the_handler_is_there_only_while_a_loop_runs)
{
    CHECK(handler() == SIG_DFL);
    CHECK_INT(asyncio_run(look_at_handler), 0);
    CHECK(handler() == SIG_DFL);
    outcome_of(sleeps);
    CHECK(handler() == SIG_DFL);
}

static void own_handler(int signal)
{
    log_("own handler");
}

static void *presses_and_sleeps(void *arg)
{
    CHECK(handler() == own_handler);
    raise(SIGINT);
    CHECK_INT(asyncio_sleep(1), 0);
    return NULL;
}

TEST(a_program_that_has_a_handler_keeps_it)
{
    signal(SIGINT, own_handler);
    CHECK_INT(asyncio_run(presses_and_sleeps), 0);
    CHECK(handler() == own_handler);
    CHECK_LOG("own handler");
}

static void *presses_ignored(void *arg)
{
    raise(SIGINT);
    CHECK_INT(asyncio_sleep(1), 0);
    return NULL;
}

TEST(where_it_is_ignored_it_stays_ignored)
{
    signal(SIGINT, SIG_IGN);
    CHECK_INT(asyncio_run(presses_ignored), 0);
    CHECK(handler() == SIG_IGN);
}

static void *sets_a_handler(void *arg)
{
    signal(SIGINT, own_handler);
    raise(SIGINT);
    return NULL;
}

TEST(a_handler_that_is_set_meanwhile_stays)
{
    CHECK_INT(asyncio_run(sets_a_handler), 0);
    CHECK(handler() == own_handler);
    CHECK_LOG("own handler");
}

TEST(each_run_counts_anew)
{
    for (int i = 0; i < 3; i++) {
        CHECK_STRING(outcome_of(sleeps), "130 KeyboardInterrupt");
        CHECK_INT(asyncio_run(swallows), 0);
    }
}

/* ---- loops without a runner ---- */

TEST(a_loop_without_a_runner_raises_it_the_first_time)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_loop_call_later(loop, 1, press, NULL);
    CHECK_INT(asyncio_loop_run_forever(loop), -1);
    CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "");
    CHECK(!asyncio_loop_is_running(loop));
    asyncio_loop_close(loop);
    CHECK(handler() == SIG_DFL);
}

/* ---- a blocking sleep ---- */

static void *blocks(void *arg)
{
    raise(SIGINT);
    raise(SIGINT);
    asyncio_time_sleep(1000);
    log_("%s", asyncio_exception_name(asyncio_pending()));
    return NULL;
}

#ifndef __wasm__
TEST(a_blocking_sleep_ends_with_keyboard_interrupt)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    CHECK_STRING(outcome_of(blocks), "130 KeyboardInterrupt");
    CHECK_LOG("KeyboardInterrupt");
}

/* From another process, while the loop sleeps in the kernel. */
static void *sleeps_really(void *arg)
{
    if (fork() == 0) {
        for (int i = 0; i < 3; i++)
            usleep(20000);
        kill(getppid(), SIGINT);
        _exit(0);
    }
    asyncio_sleep(1000);
    log_("%s", asyncio_exception_name(asyncio_pending()));
    return NULL;
}

TEST(a_loop_that_sleeps_is_woken)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    CHECK_STRING(outcome_of(sleeps_really), "130 KeyboardInterrupt");
    CHECK_LOG("CancelledError");
}
#endif
