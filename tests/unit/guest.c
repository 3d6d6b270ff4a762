/* Guest mode: another loop makes this one's steps. */
#include "unit.h"

static asyncio_future *future;

static void *takes_turns(void *arg)
{
    for (int turn = 0; turn < 2; turn++) {
        log_("%s", (const char *)arg);
        asyncio_sleep(0);
    }
    asyncio_sleep(0.5);
    log_("%s!", (const char *)arg);
    return arg;
}

static void *two_tasks(void *arg)
{
    asyncio_await(asyncio_gather(asyncio_coro(takes_turns, "a"), asyncio_coro(takes_turns, "b")));
    log_("end");
    return arg;
}

/* The simplest loop that can drive another: it has nothing to do itself. */
static int drive(asyncio_loop *loop, asyncio_task *task)
{
    while (!asyncio_task_done(task)) {
        double wait = asyncio_loop_step(loop);
        if (wait < 0)
            return -1;
        CHECK(asyncio_loop_timeout(loop) == wait);
        CHECK(!isinf(wait) || asyncio_task_done(task));
        if (!isinf(wait))
            asyncio_time_sleep(wait);
    }
    return 0;
}

TEST(a_driven_loop_does_what_asyncio_run_does)
{
    CHECK_INT(asyncio_run(two_tasks), 0);
    char *expected = strdup(unit_log);
    unit_log[0] = '\0';
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_loop *loop = asyncio_runner_get_loop(runner);
    asyncio_task *task = asyncio_task_new(loop, asyncio_coro(two_tasks, "result"));
    double before = now();
    CHECK_INT(drive(loop, task), 0);
    CHECK_LOG(expected);
    CHECK_NUMBER(now() - before, 0.5);
    CHECK_STRING(asyncio_task_result(task), "result");
    CHECK_INT(asyncio_runner_close(runner), 0);
    free(expected);
}

static void *waits_for_future(void *arg)
{
    log_("waits");
    log_("%s", (const char *)asyncio_await(future));
    asyncio_sleep(0.25);
    return arg;
}

TEST(a_step_never_waits_and_says_when_it_wants_the_next)
{
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_loop *loop = asyncio_runner_get_loop(runner);
    future = asyncio_loop_create_future(loop);
    CHECK(isinf(asyncio_loop_timeout(loop)));
    asyncio_task *task = asyncio_task_new(loop, asyncio_coro(waits_for_future, NULL));
    CHECK_NUMBER(asyncio_loop_timeout(loop), 0);
    CHECK(isinf(asyncio_loop_step(loop)));
    CHECK_LOG("waits");
    CHECK(isinf(asyncio_loop_step(loop))); /* too early does no harm */
    asyncio_future_set_result(future, "there");
    CHECK_LOG("");
    CHECK_NUMBER(asyncio_loop_timeout(loop), 0);
    CHECK_NUMBER(asyncio_loop_step(loop), 0.25);
    CHECK_LOG("there");
    asyncio_time_sleep(0.1);
    CHECK_NUMBER(asyncio_loop_timeout(loop), 0.15);
    CHECK_NUMBER(asyncio_loop_step(loop), 0.15);
    asyncio_time_sleep(0.15);
    CHECK_NUMBER(asyncio_loop_step(loop), 0);
    CHECK(isinf(asyncio_loop_step(loop)));
    CHECK(asyncio_task_done(task));
    asyncio_runner_close(runner);
}

static void notes_the_running_loop(void *loop)
{
    CHECK_POINTER(asyncio_get_running_loop(), loop);
    CHECK(asyncio_loop_is_running(loop));
    log_("running");
}

TEST(the_loop_runs_in_a_step_and_not_between_two)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_loop_call_soon(loop, notes_the_running_loop, loop);
    CHECK(!asyncio_loop_is_running(loop));
    CHECK(isinf(asyncio_loop_step(loop)));
    CHECK_LOG("running");
    CHECK(!asyncio_loop_is_running(loop));
    CHECK(asyncio_get_running_loop() == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    CHECK_INT(asyncio_loop_close(loop), 0);
}

TEST(two_driven_loops_take_turns)
{
    asyncio_loop *loops[] = {asyncio_new_event_loop(), asyncio_new_event_loop()};
    asyncio_task *tasks[] = {asyncio_task_new(loops[0], asyncio_coro(takes_turns, "a")),
                             asyncio_task_new(loops[1], asyncio_coro(takes_turns, "b"))};
    for (int turn = 0; turn < 3; turn++)
        for (int i = 0; i < 2; i++)
            asyncio_loop_step(loops[i]);
    CHECK_LOG("a b a b");
    asyncio_time_sleep(0.5);
    for (int i = 0; i < 2; i++)
        CHECK_INT(drive(loops[i], tasks[i]), 0);
    CHECK_LOG("a! b!");
    for (int i = 0; i < 2; i++)
        asyncio_loop_close(loops[i]);
}

ASYNC_TEST(a_step_in_a_running_loop_is_a_runtime_error)
{
    CHECK_NUMBER(asyncio_loop_step(asyncio_get_running_loop()), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "This event loop is already running");
    asyncio_loop *other = asyncio_new_event_loop();
    CHECK_NUMBER(asyncio_loop_step(other), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Cannot run the event loop while another loop is running");
    asyncio_loop_close(other);
}

TEST(a_step_of_a_closed_loop_or_of_none_is_an_error)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_loop_close(loop);
    CHECK_NUMBER(asyncio_loop_step(loop), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK(isnan(asyncio_loop_timeout(loop)));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK_NUMBER(asyncio_loop_step(NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_loop_step() needs a loop");
    CHECK_INT(asyncio_loop_backend_fd(NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_loop_backend_fd() needs a loop");
}

static void *exits(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_KEYBOARD_INTERRUPT, "%s", "");
}

TEST(keyboard_interrupt_of_a_task_comes_out_of_the_step)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_task *task = asyncio_task_new(loop, asyncio_coro(exits, NULL));
    CHECK_NUMBER(asyncio_loop_step(loop), -1);
    CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "");
    CHECK_STRING(ending(task), "KeyboardInterrupt");
    CHECK(isinf(asyncio_loop_step(loop))); /* it may go on */
    asyncio_loop_close(loop);
}

TEST(a_deadlock_is_the_drivers_to_see_and_pstree_tells_of_it)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    future = asyncio_loop_create_future(loop);
    asyncio_task *task = asyncio_task_new(loop, asyncio_coro(waits_for_future, NULL));
    CHECK(isinf(asyncio_loop_step(loop)));
    char *text = asyncio_format_pstree(loop);
    CHECK_CONTAINS(text, "waits_for_future guest.c:");
    free(text);
    asyncio_task_cancel(task);
    asyncio_loop_step(loop);
    CHECK(asyncio_task_cancelled(task));
    asyncio_loop_close(loop);
    log_("%s", ""); /* what the task logged is of no interest */
}
