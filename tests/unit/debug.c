/* Debug mode: what it tells, word for word, and that it tells nothing when it is off. */
#include "unit.h"

#ifndef __wasm__
#include <pthread.h>
#endif

/* What went to the logger. */
static char logged[2048];

static void collect(const char *message, void *arg)
{
    size_t length = strlen(logged);
    snprintf(logged + length, sizeof logged - length, "%s%s", length ? "\n" : "", message);
}

#define CHECK_LOGGED(expected)            \
    do {                                  \
        CHECK_STRING(logged, (expected)); \
        logged[0] = '\0';                 \
    } while (0)

static void run_debugging(asyncio_body *body)
{
    asyncio_set_logger(collect, NULL);
    CHECK_INT(asyncio_run(body, NULL, .debug = true), 0);
}

static void *nothing(void *arg)
{
    return arg;
}

static void block(void *arg)
{
    asyncio_time_sleep(0.25);
}

/* ---- turning it on ---- */

static void *note_debug(void *arg)
{
    log_("%d", asyncio_loop_get_debug(asyncio_get_running_loop()));
    return NULL;
}

TEST(the_environment_turns_it_on_for_every_loop)
{
    asyncio_run(note_debug);
    setenv("ASYNCIO_DEBUG", "1", 1);
    asyncio_run(note_debug);
    asyncio_run(note_debug, NULL, .debug = false); /* unless the program says otherwise */
    setenv("ASYNCIO_DEBUG", "", 1);
    asyncio_run(note_debug);
    CHECK_LOG("0 1 0 0");
}

/* ---- slow callbacks ---- */

static void *slow_step(void *arg)
{
#line 100
    asyncio_sleep(1);
    asyncio_time_sleep(0.25);
    asyncio_sleep(1);
    return NULL;
}

static void *main_of_slow_step(void *arg)
{
#line 200
    asyncio_await(asyncio_create_task(slow_step, NULL, .name = "slow"));
    return NULL;
}

TEST(a_slow_step_is_told_with_the_awaits_around_it)
{
    run_debugging(main_of_slow_step);
    CHECK_LOGGED(
        "Executing <Task pending name='slow' coro=<slow_step() went on from debug.c:100, running at debug.c:102> "
        "created at debug.c:200> took 0.250 seconds");
}

static void *slow_start(void *arg)
{
    asyncio_time_sleep(0.1);
#line 300
    asyncio_sleep(1);
    asyncio_time_sleep(2);
    return NULL;
}

static void *main_of_slow_start(void *arg)
{
#line 400
    asyncio_await(asyncio_create_task(slow_start, NULL));
    return NULL;
}

TEST(so_are_a_slow_first_and_a_slow_last_one)
{
    run_debugging(main_of_slow_start);
    CHECK_LOGGED(
        "Executing <Task pending name='Task-2' coro=<slow_start() running at debug.c:300> created at debug.c:400> "
        "took 0.100 seconds\n"
        "Executing <Task finished name='Task-2' coro=<slow_start() went on from debug.c:300, done> "
        "created at debug.c:400> took 2.000 seconds");
}

static void *slow_cancellation(void *arg)
{
    asyncio_sleep(1);
    asyncio_time_sleep(0.5);
    return NULL;
}

static void *main_of_slow_cancellation(void *arg)
{
#line 500
    asyncio_task *task = asyncio_create_task(slow_cancellation, NULL);
    asyncio_sleep(0);
    asyncio_task_cancel(task);
    asyncio_await(task);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    return NULL;
}

TEST(so_is_a_slow_cleanup)
{
    run_debugging(main_of_slow_cancellation);
    CHECK_CONTAINS(logged, "Executing <Task cancelled name='Task-2' coro=<slow_cancellation() went on from debug.c:");
    CHECK_CONTAINS(logged, ", done> created at debug.c:500> took 0.500 seconds");
}

static void on_done(asyncio_task *task, void *arg)
{
    asyncio_time_sleep(0.3);
}

static void *main_of_callbacks(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
#line 600
    asyncio_loop_call_soon(loop, block, NULL);
    asyncio_loop_call_at(loop, 1.5, block, NULL);
    asyncio_task *task = asyncio_create_task(nothing, NULL);
    asyncio_task_add_done_callback(task, on_done, NULL);
    asyncio_sleep(5);
    return NULL;
}

TEST(slow_callbacks_are_told)
{
    run_debugging(main_of_callbacks);
    CHECK_LOGGED("Executing <Handle block() created at debug.c:600> took 0.250 seconds\n"
                 "Executing <Handle on_done()> took 0.300 seconds\n"
                 "Executing <TimerHandle when=1.5 block() created at debug.c:601> took 0.250 seconds");
}

static void *main_of_limits(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    CHECK_NUMBER(asyncio_loop_get_slow_callback_duration(loop), 0.1);
    asyncio_loop_set_slow_callback_duration(loop, 0.251);
    asyncio_loop_call_soon(loop, block, NULL);
    asyncio_sleep(1);
    CHECK_LOGGED("");
    asyncio_loop_set_slow_callback_duration(loop, 0.25);
    asyncio_loop_call_soon(loop, block, NULL);
    asyncio_sleep(1);
    CHECK_CONTAINS(logged, "block() created at");
    asyncio_loop_set_slow_callback_duration(loop, NAN);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "slow_callback_duration of NaN");
    CHECK_NUMBER(asyncio_loop_get_slow_callback_duration(loop), 0.25);
    return NULL;
}

TEST(what_is_slow_can_be_set)
{
    run_debugging(main_of_limits);
}

static void do_nothing(void *arg)
{
    (void)arg;
}

static void *main_of_zero(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_slow_callback_duration(loop, 0);
    asyncio_loop_call_soon(loop, do_nothing, NULL);
    asyncio_sleep(0);
    CHECK_CONTAINS(logged, "Executing <Task pending");
    CHECK_CONTAINS(logged, "<Handle do_nothing() created at debug.c:");
    CHECK_CONTAINS(logged, "took 0.000 seconds");
    asyncio_loop_set_slow_callback_duration(loop, 0.1);
    return arg;
}

TEST(with_a_limit_of_zero_everything_is_slow)
{
    run_debugging(main_of_zero);
}

static void *main_of_cancelled(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_slow_callback_duration(loop, 0);
    asyncio_handle_cancel(asyncio_loop_call_soon(loop, do_nothing, NULL));
    asyncio_handle_cancel(asyncio_loop_call_later(loop, 0.5, do_nothing, NULL));
    asyncio_sleep(1);
    CHECK_CONTAINS(logged, "Executing <Task pending");
    CHECK(!strstr(logged, "do_nothing"));
    asyncio_loop_set_slow_callback_duration(loop, 0.1);
    return arg;
}

TEST(what_was_cancelled_is_not_executed_and_so_not_told)
{
    run_debugging(main_of_cancelled);
}

static void *main_of_switching(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    for (int i = 0; i < 3; i++) {
        asyncio_loop_set_debug(loop, i == 1);
        asyncio_loop_call_soon(loop, block, NULL);
        asyncio_sleep(1);
        log_("%d", logged[0] != '\0');
        logged[0] = '\0';
    }
    return NULL;
}

TEST(it_can_be_switched_while_the_loop_runs)
{
    asyncio_set_logger(collect, NULL);
    CHECK_INT(asyncio_run(main_of_switching), 0);
    CHECK_LOG("0 1 0");
}

TEST(without_a_logger_it_is_told_on_stderr)
{
    expect_stderr("Executing <Handle block() created at debug.c:600> took 0.250 seconds");
    CHECK_INT(asyncio_run(main_of_callbacks, NULL, .debug = true), 0);
}

TEST(without_debug_mode_nothing_is_told)
{
    CHECK_INT(asyncio_run(main_of_callbacks), 0);
    CHECK_INT(asyncio_run(main_of_slow_step), 0);
}

static void raising_logger(const char *message, void *arg)
{
    collect(message, arg);
    asyncio_raise(ASYNCIO_VALUE_ERROR, "from the logger");
}

TEST(a_logger_that_raises_disturbs_nobody)
{
    asyncio_set_logger(raising_logger, NULL);
    CHECK_INT(asyncio_run(main_of_callbacks, NULL, .debug = true), 0);
    CHECK_CONTAINS(logged, "TimerHandle");
}

/* ---- where things were made ---- */

static void *fail(void *arg)
{
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "nobody looks");
}

static void *main_of_unseen(void *arg)
{
#line 700
    asyncio_drop(asyncio_create_task(fail, NULL, .name = "unseen"));
    asyncio_sleep(1);
    return NULL;
}

TEST(an_exception_that_was_never_retrieved)
{
    expect_stderr("Task exception was never retrieved");
    expect_stderr("task: unseen, running fail()");
    expect_stderr("Object created at (most recent call last):");
    expect_stderr("  File \"debug.c\", line 700, in main_of_unseen");
    expect_stderr("ValueError: nobody looks");
    CHECK_INT(asyncio_run(main_of_unseen, NULL, .debug = true), 0);
}

static void look_at_origin(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    log_("%s:", context->message);
    log_("%d", context->created_at ? context->created_at->line : 0);
}

static void fail_in_callback(void *arg)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "in a callback");
}

static void *main_of_failing_callback(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_exception_handler(loop, look_at_origin, NULL);
#line 800
    asyncio_loop_call_soon(loop, fail_in_callback, NULL);
    asyncio_sleep(1);
    return NULL;
}

TEST(a_callback_that_failed)
{
    CHECK_INT(asyncio_run(main_of_failing_callback, NULL, .debug = true), 0);
    CHECK_LOG("Exception in callback fail_in_callback(): 800");
    CHECK_INT(asyncio_run(main_of_failing_callback), 0);
    CHECK_LOG("Exception in callback fail_in_callback(): 0");
}

static void *main_of_failing_timer(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_exception_handler(loop, look_at_origin, NULL);
#line 850
    asyncio_loop_call_later(loop, 1, fail_in_callback, NULL);
    asyncio_loop_call_at(loop, asyncio_loop_time(loop) + 2, fail_in_callback, NULL);
    asyncio_sleep(3);
    return NULL;
}

TEST(a_timer_that_failed)
{
    CHECK_INT(asyncio_run(main_of_failing_timer, NULL, .debug = true), 0);
    CHECK_LOG("Exception in callback fail_in_callback(): 850 Exception in callback fail_in_callback(): 851");
}

static void *sleep_long(void *arg)
{
    asyncio_sleep(100);
    return NULL;
}

static void *leave_pending(void *arg)
{
#line 900
    asyncio_create_task(sleep_long, NULL, .name = "left");
    return NULL;
}

TEST(a_task_that_was_destroyed_while_it_was_pending)
{
    expect_stderr("Task was destroyed but it is pending!");
    expect_stderr("task: left, running sleep_long()");
    expect_stderr("Object created at (most recent call last):");
    expect_stderr("  File \"debug.c\", line 900, in leave_pending");
    asyncio_runner *runner = asyncio_runner_new(.debug = true);
    asyncio_runner_run(runner, leave_pending, NULL);
    asyncio_drop(runner); /* which was not closed */
}

static void *main_of_unawaited(void *arg)
{
#line 1000
    asyncio_coro(sleep_long, NULL);
    return NULL;
}

static void collect_warning(const char *category, const char *message, const asyncio_site *site, void *arg)
{
    snprintf(logged, sizeof logged, "%s:%d: %s: %s", site->file, site->line, category, message);
}

TEST(a_coroutine_that_was_never_awaited)
{
    asyncio_set_warning_handler(collect_warning, NULL);
    run_debugging(main_of_unawaited);
    CHECK_LOGGED("debug.c:1000: RuntimeWarning: coroutine 'sleep_long' was never awaited\n"
                 "Coroutine created at (most recent call last)\n  File \"debug.c\", line 1000, in main_of_unawaited");
    CHECK_INT(asyncio_run(main_of_unawaited), 0);
    CHECK_LOGGED("debug.c:1000: RuntimeWarning: coroutine 'sleep_long' was never awaited");
}

/* ---- lost wake-ups ---- */

static asyncio_future *given;

static void *makes_a_future(void *arg)
{
    given = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_sleep(1);
    return NULL; /* and with it its handle of the future goes */
}

static void *waits_for_given(void *arg)
{
#line 1100
    asyncio_await(given);
    return NULL;
}

static void *main_of_lost_future(void *arg)
{
    asyncio_spawn(makes_a_future, NULL);
    asyncio_sleep(0);
    asyncio_task *waiter = asyncio_create_task(waits_for_given, NULL, .name = "waiter");
    asyncio_sleep(0.5);
    CHECK_LOGGED("");
    asyncio_sleep(1);
    CHECK_CONTAINS(logged, "Lost wake-up: task waiter (waits_for_given) waits for future #");
    CHECK_CONTAINS(logged, ", which nobody else refers to any more, in waits_for_given at debug.c:1100");
    logged[0] = '\0';
    asyncio_sleep(1);
    CHECK_LOGGED(""); /* once is enough */
    asyncio_task_cancel(waiter);
    return NULL;
}

TEST(a_future_that_only_its_waiter_has_is_a_lost_wake_up)
{
    run_debugging(main_of_lost_future);
}

static asyncio_event *given_event;

static void *makes_an_event(void *arg)
{
    given_event = asyncio_event_new();
    asyncio_sleep(1);
    return NULL;
}

static void *waits_for_given_event(void *arg)
{
    asyncio_event_wait(given_event);
    return NULL;
}

static void *main_of_lost_event(void *arg)
{
    asyncio_spawn(makes_an_event, NULL);
    asyncio_sleep(0);
    asyncio_task *waiters[] = {asyncio_create_task(waits_for_given_event, NULL, .name = "first"),
                               asyncio_create_task(waits_for_given_event, NULL, .name = "second")};
    asyncio_sleep(2);
    CHECK_CONTAINS(logged, "Lost wake-up: task first (waits_for_given_event) waits for event #");
    CHECK_CONTAINS(logged, "Lost wake-up: task second (waits_for_given_event) waits for event #");
    asyncio_task_cancel(waiters[0]);
    asyncio_task_cancel(waiters[1]);
    return NULL;
}

TEST(so_is_an_event_that_only_its_waiters_have)
{
    run_debugging(main_of_lost_event);
}

static void *sets_its_makers_future(void *arg)
{
    asyncio_sleep(1);
    asyncio_future_set_result(arg, NULL);
    return NULL;
}

static void *main_of_own_future(void *arg)
{
    asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_spawn(sets_its_makers_future, future);
    asyncio_await(future);
    return NULL;
}

TEST(a_future_that_its_maker_waits_for_is_none)
{
    run_debugging(main_of_own_future);
    CHECK_LOGGED("");
}

static void set_given(void *arg)
{
    asyncio_future_set_result(given, NULL);
    asyncio_drop(given);
}

static void *awaits(void *arg)
{
    asyncio_await((asyncio_future *)arg);
    return NULL;
}

static void *waits_for_event(void *arg)
{
    asyncio_event_wait(arg);
    return NULL;
}

static void *main_of_healthy_waits(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_event *event = asyncio_event_new();
    asyncio_queue *queue = asyncio_queue_new(0);
    given = asyncio_keep(asyncio_loop_create_future(loop));
    asyncio_task *tasks[] = {asyncio_create_task(awaits, given), asyncio_create_task(waits_for_event, event),
                             asyncio_create_task(awaits, asyncio_shield(asyncio_create_task(sleep_long, NULL)))};
    asyncio_loop_call_later(loop, 2, set_given, NULL);
    asyncio_sleep(5);
    CHECK(asyncio_task_done(tasks[0]));
    asyncio_event_set(event);
    asyncio_wait_for(tasks[1], 1);
    asyncio_task_cancel(tasks[2]);
    (void)queue;
    return NULL;
}

TEST(what_somebody_can_still_wake_is_none)
{
    run_debugging(main_of_healthy_waits);
    CHECK_LOGGED("");
}

/* ---- threads ---- */

#ifndef __wasm__
#ifdef ASYNCIO_SANITIZED
void __lsan_disable(void); /* what it has raised stays with a thread when that ends */
#else
#define __lsan_disable()
#endif

static void *from_a_thread(void *arg)
{
    __lsan_disable();
    asyncio_loop *loop = arg;
    static const char wrong[] = "Non-thread-safe operation invoked on an event loop other than the current one";
    CHECK(asyncio_loop_call_soon(loop, block, NULL) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, wrong);
    CHECK(asyncio_loop_call_later(loop, 1, block, NULL) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, wrong);
    CHECK_INT(asyncio_future_set_result(given, NULL), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, wrong);
    CHECK(!asyncio_future_cancel(given));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, wrong);
    return NULL;
}

static void *main_of_thread(void *arg)
{
    pthread_t thread;
    given = asyncio_loop_create_future(asyncio_get_running_loop());
    CHECK_INT(pthread_create(&thread, NULL, from_a_thread, asyncio_get_running_loop()), 0);
    pthread_join(thread, NULL);
    CHECK_INT(asyncio_future_set_result(given, NULL), 0);
    return NULL;
}

TEST(calls_from_a_wrong_thread_raise)
{
    run_debugging(main_of_thread);
    CHECK_LOGGED("");
}
#endif
