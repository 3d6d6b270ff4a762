/* asyncio_run: what it returns and tells, what becomes of left-over tasks, and that it can be called again. */
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

/* ---- what it returns ---- */

TEST(run_returns_0_and_hands_out_the_result)
{
    void *result = NULL;
    asyncio_exception *e = (asyncio_exception *)&result;
    CHECK_INT(asyncio_run(return_arg, "r", .result = &result, .exception = &e), 0);
    CHECK_STRING((char *)result, "r");
    CHECK(e == NULL);
}

TEST(run_takes_a_coroutine_object)
{
    void *result = NULL;
    CHECK_INT(asyncio_run(asyncio_coro(return_arg, "r"), .result = &result), 0);
    CHECK_STRING((char *)result, "r");
}

TEST(run_returns_1_and_tells_an_uncaught_exception)
{
    expect_stderr("ValueError: bad");
    void *result = "before";
    CHECK_INT(asyncio_run(fail, "bad", .result = &result), 1);
    CHECK(result == NULL);
    CHECK_NOTHING_RAISED();
}

TEST(run_hands_out_the_exception_instead_of_telling_it)
{
    asyncio_exception *e = NULL;
    CHECK_INT(asyncio_run(fail, "bad", .exception = &e), 1);
    CHECK_STRING(asyncio_exception_name(e), "ValueError");
    CHECK_STRING(asyncio_exception_message(e), "bad");
    CHECK_NOTHING_RAISED();
}

static asyncio_exception *made_before;
static void *raise_made_before(void *arg)
{
    asyncio_raise_exception(made_before);
    return arg;
}

TEST(run_hands_out_an_exception_that_has_an_owner_already)
{
    asyncio_exception *others[2];
    made_before = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "before");
    others[0] = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "others");
    for (int i = 0; i < 3; i++) {
        asyncio_exception *e = NULL;
        CHECK_INT(asyncio_run(raise_made_before, .exception = &e), 1);
        CHECK_POINTER(e, made_before);
    }
    others[1] = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "others");
    CHECK_STRING(asyncio_exception_message(others[0]), asyncio_exception_message(others[1]));
}

static void *interrupted(void *arg)
{
    log_("in");
    asyncio_raise(ASYNCIO_KEYBOARD_INTERRUPT, "%s", "");
    return arg;
}

TEST(run_returns_130_for_keyboard_interrupt)
{
    expect_stderr("KeyboardInterrupt");
    CHECK_INT(asyncio_run(interrupted), 130);
    CHECK_LOG("in");
}

static void *clean_up(void *arg)
{
    asyncio_sleep(10);
    asyncio_finally {
        asyncio_sleep(0);
        log_("%s", (char *)arg);
    }
    return NULL;
}

static void *interrupted_with_children(void *arg)
{
    asyncio_spawn(clean_up, "cleaned up");
    asyncio_sleep(0);
    asyncio_spawn(interrupted, arg);
    asyncio_sleep(0);
    asyncio_sleep(10);
    log_("main: %s", asyncio_exception_name(asyncio_pending()));
    return arg;
}

TEST(keyboard_interrupt_of_a_child_ends_the_program_after_all_have_cleaned_up)
{
    expect_stderr("Task exception was never retrieved"); /* the child's: nobody can look at it any more */
    asyncio_exception *e = NULL;
    CHECK_INT(asyncio_run(interrupted_with_children, .exception = &e), 130);
    CHECK_STRING(asyncio_exception_name(e), "KeyboardInterrupt");
    CHECK_LOG("in main: CancelledError cleaned up");
}

static void *interrupted_after_1(void *arg)
{
    return asyncio_sleep(1) < 0 ? NULL : interrupted(arg);
}

static void log_pending(void)
{
    log_("out: %s", asyncio_failed() ? asyncio_exception_name(asyncio_pending()) : "-");
}

static void *interrupted_in_a_group(void *arg)
{
    asyncio_create_task(clean_up, "left");
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        asyncio_task_group_create_task(group, clean_up, "sister");
        asyncio_task_group_create_task(group, interrupted_after_1, arg);
    }
    log_pending();
    return NULL;
}

/* It has ended the loop's run already when the group learns of it, in the last cleanup, and comes out of that, too. */
TEST(keyboard_interrupt_of_a_child_of_a_group_comes_out_of_the_group_alone)
{
    expect_stderr("Task exception was never retrieved"); /* main's */
    asyncio_exception *e = NULL;
    CHECK_INT(asyncio_run(interrupted_in_a_group, NULL, .exception = &e), 130);
    CHECK_STRING(asyncio_exception_name(e), "KeyboardInterrupt");
    CHECK_LOG("in left sister out: KeyboardInterrupt");
}

static void *interrupted_in_the_body_of_a_group(void *arg)
{
    asyncio_create_task(clean_up, "left");
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        asyncio_task_group_create_task(group, clean_up, "child");
        asyncio_sleep(0);
        interrupted(arg);
    }
    log_pending();
    return NULL;
}

TEST(keyboard_interrupt_of_the_body_of_a_group_waits_for_the_children)
{
    asyncio_exception *e = NULL;
    CHECK_INT(asyncio_run(interrupted_in_the_body_of_a_group, NULL, .exception = &e), 130);
    CHECK_STRING(asyncio_exception_name(e), "KeyboardInterrupt");
    CHECK_LOG("in child out: KeyboardInterrupt left");
}

static void *wait_for_an_interrupted_task(void *arg)
{
    asyncio_create_task(clean_up, "left");
    asyncio_wait_for(asyncio_create_task(interrupted_after_1, arg), 3);
    log_pending();
    return NULL;
}

static void *wait_for_an_interrupted_coroutine(void *arg)
{
    asyncio_create_task(clean_up, "left");
    asyncio_wait_for(asyncio_coro(interrupted_after_1, arg), 3);
    log_pending();
    return NULL;
}

/* Who awaits the task is cancelled before it hears of the task's end. */
TEST(keyboard_interrupt_of_what_is_waited_for)
{
    asyncio_exception *e = NULL;
    CHECK_INT(asyncio_run(wait_for_an_interrupted_task, NULL, .exception = &e), 130);
    CHECK_LOG("in out: CancelledError left");
    CHECK_INT(asyncio_run(wait_for_an_interrupted_coroutine, NULL, .exception = &e), 130);
    CHECK_LOG("in out: KeyboardInterrupt left");
}

/* ---- again and again ---- */

static asyncio_loop *first_loop;
static void *remember_loop(void *arg)
{
    first_loop = asyncio_get_running_loop();
    CHECK(asyncio_loop_is_running(first_loop));
    return arg;
}

TEST(after_run_there_is_no_loop_and_its_own_is_closed)
{
    asyncio_run(remember_loop);
    CHECK(asyncio_get_running_loop() == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    CHECK(asyncio_loop_is_closed(first_loop));
    CHECK(!asyncio_loop_is_running(first_loop));
}

TEST(run_can_be_called_many_times)
{
    for (int i = 0; i < 50; i++) {
        void *result;
        CHECK_INT(asyncio_run(return_arg, "r", .result = &result), 0);
        CHECK_STRING((char *)result, "r");
    }
}

static void *run_inside(void *arg)
{
    CHECK_INT(asyncio_run(return_arg, arg), 1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "asyncio.run() cannot be called from a running event loop");
    return NULL;
}

TEST(run_cannot_be_called_from_a_running_loop)
{
    CHECK_INT(asyncio_run(run_inside), 0);
}

static void *look_at_debug(void *arg)
{
    log_("%d", asyncio_loop_get_debug(asyncio_get_running_loop()));
    return arg;
}

TEST(debug_is_passed_to_the_loop)
{
    asyncio_run(look_at_debug);
    asyncio_run(look_at_debug, .debug = true);
    CHECK_LOG("0 1");
}

/* ---- left-over tasks ---- */

static void *leave_tasks(void *arg)
{
    asyncio_spawn(clean_up, "a");
    asyncio_spawn(clean_up, "b");
    asyncio_sleep(0);
    log_("main ends");
    return arg;
}

TEST(left_over_tasks_are_cancelled_in_order_and_may_clean_up)
{
    CHECK_INT(asyncio_run(leave_tasks), 0);
    CHECK_LOG("main ends a b");
    CHECK_NUMBER(now(), 0);
}

static void *plus_minus(void *arg)
{
    log_("+%s", (char *)arg);
    if (asyncio_sleep(0) == 0)
        log_("-%s", (char *)arg);
    return arg;
}

static void *leave_a_new_task(void *arg)
{
    asyncio_spawn(plus_minus, "new");
    log_("main ends");
    return arg;
}

TEST(a_task_made_at_the_very_end_still_gets_its_first_step)
{
    CHECK_INT(asyncio_run(leave_a_new_task), 0);
    CHECK_LOG("main ends +new");
}

static void *swallow(void *arg)
{
    asyncio_sleep(10);
    log_("%s", raised());
    asyncio_sleep(2);
    log_("%s@%g", (char *)arg, now());
    return arg;
}

static void *leave_a_swallower(void *arg)
{
    asyncio_spawn(swallow, "end");
    asyncio_sleep(0);
    return arg;
}

TEST(a_left_over_task_that_swallows_its_cancellation_is_waited_for)
{
    CHECK_INT(asyncio_run(leave_a_swallower), 0);
    CHECK_LOG("CancelledError end@2");
}

static void *fail_in_cleanup(void *arg)
{
    asyncio_sleep(10);
    raised();
    return fail(arg);
}

static void *leave_a_failure(void *arg)
{
    asyncio_spawn(fail_in_cleanup, "in cleanup", .name = "bad");
    asyncio_sleep(0);
    return arg;
}

TEST(a_left_over_task_that_fails_in_its_cleanup_is_told_of)
{
    expect_stderr("unhandled exception during asyncio.run() shutdown");
    expect_stderr("bad");
    expect_stderr("ValueError: in cleanup");
    CHECK_INT(asyncio_run(leave_a_failure), 0);
}

static void *fail_and_leave(void *arg)
{
    leave_tasks(arg);
    return fail("main");
}

TEST(left_over_tasks_are_cancelled_when_main_fails_too)
{
    asyncio_exception *e = NULL;
    CHECK_INT(asyncio_run(fail_and_leave, .exception = &e), 1);
    CHECK_LOG("main ends a b");
}

static void *sleep_long(void *arg)
{
    asyncio_sleep(100);
    log_("never");
    return arg;
}

static void *make_a_task_in_cleanup(void *arg)
{
    asyncio_sleep(10);
    asyncio_finally {
        asyncio_spawn(sleep_long, NULL, .name = "late");
    }
    return arg;
}

static void *leave_one_that_makes_another(void *arg)
{
    asyncio_spawn(make_a_task_in_cleanup);
    asyncio_sleep(0);
    return arg;
}

TEST(a_task_made_during_the_shutdown_is_destroyed_with_a_word)
{
    expect_stderr("Task was destroyed but it is pending!");
    expect_stderr("late");
    CHECK_INT(asyncio_run(leave_one_that_makes_another), 0);
    CHECK_LOG("");
}

/* How many turns callbacks still get after main has returned, with so many left-over tasks; as in CPython, where the
 * shutdown of generators and of the executor follows. */
static int turns_left;
static void count_turn(void *arg)
{
    turns_left++;
    asyncio_loop_call_soon(asyncio_get_running_loop(), count_turn, arg);
}

static void *clean_up_for_turns(void *arg)
{
    asyncio_sleep(10);
    asyncio_finally {
        turns((int)(long)arg);
    }
    return NULL;
}

static void *leave_tasks_and_count(void *arg)
{
    for (long n = 0; n < (long)arg; n++)
        asyncio_spawn(clean_up_for_turns, (void *)n);
    asyncio_sleep(0);
    asyncio_loop_call_soon(asyncio_get_running_loop(), count_turn, NULL);
    return NULL;
}

TEST(callbacks_get_as_many_turns_at_the_end_as_in_cpython)
{
    for (long tasks = 0; tasks < 4; tasks++) {
        turns_left = 0;
        asyncio_run(leave_tasks_and_count, (void *)tasks);
        log_("%d", turns_left);
    }
    CHECK_LOG("5 8 9 10");
}

/* ---- plain programs ---- */

TEST(an_exception_that_is_pending_before_run_is_not_lost)
{
    expect_stderr("ValueError: before");
    asyncio_raise(ASYNCIO_VALUE_ERROR, "before");
    CHECK_INT(asyncio_run(log_arg, "never"), 1);
    CHECK_LOG("");
    raised(); /* whether it is still pending is not said */
}

static void *exit_with_3(void *arg)
{
    printf("before exit\n");
    exit(3);
    return arg;
}

TEST(a_task_may_exit_the_program)
{
    expect_status(3);
    asyncio_run(exit_with_3);
}

static void *exit_after_a_sleep(void *arg)
{
    asyncio_sleep(1);
    exit(4);
    return arg;
}

TEST(a_task_may_exit_the_program_after_a_suspension)
{
    expect_status(4);
    asyncio_run(exit_after_a_sleep);
}

static void at_exit(void)
{
    printf("at exit\n");
}

static void *register_at_exit(void *arg)
{
    atexit(at_exit);
    asyncio_sleep(1);
    return arg;
}

TEST(atexit_works)
{
    CHECK_INT(asyncio_run(register_at_exit), 0);
}

/* ---- bad input ---- */

TEST(run_of_null_is_told_as_a_type_error)
{
    asyncio_exception *e = NULL;
    CHECK_INT(asyncio_run((asyncio_body *)NULL, NULL, .exception = &e), 1);
    CHECK_STRING(asyncio_exception_name(e), "TypeError");
    e = NULL;
    asyncio_coroutine *used = asyncio_coro(return_arg, NULL);
    asyncio_coro_close(used);
    CHECK_INT(asyncio_run(used, .exception = &e), 1);
    CHECK_STRING(asyncio_exception_name(e), "RuntimeError");
}

TEST(a_coroutine_object_that_run_refused_is_told_of)
{
    expect_stderr("coroutine 'run_inside' was never awaited");
    asyncio_raise(ASYNCIO_VALUE_ERROR, "pending");
    asyncio_coroutine *coro = asyncio_coro(run_inside, NULL);
    asyncio_except(ASYNCIO_VALUE_ERROR);
    asyncio_drop(coro);
}

/* ---- arguments that are written where they are given ---- */

struct pair {
    long a, b;
};

static void *log_sum(void *arg)
{
    const struct pair *pair = arg;
    asyncio_sleep(1);
    log_("%ld", pair->a + pair->b);
    return arg;
}

TEST(the_arguments_of_main_live_as_long_as_it_runs)
{
    CHECK_INT(asyncio_run(log_sum, asyncio_args(struct pair, 3, 4)), 0);
    CHECK_INT(asyncio_run(log_sum, &(struct pair){5, 6}, .debug = true), 0);
    CHECK_LOG("7 11");
}
