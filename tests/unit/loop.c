/* The event loop made by hand: its life, its turns, callbacks, timers, handles, stop, and the exception handler. */
#include "unit.h"

static asyncio_loop *loop; /* of the test that runs */

static void log_text(void *arg)
{
    log_("%s", (char *)arg);
}
static void stop(void *arg)
{
    (void)arg;
    asyncio_loop_stop(loop);
}

static void *log_and_return(void *arg)
{
    log_("%s", (char *)arg);
    return arg;
}

/* A test with a loop of its own, which is closed at the end. */
#define LOOP_TEST(test)                         \
    static void test##_in(void);                \
    TEST(test)                                  \
    {                                           \
        loop = asyncio_new_event_loop();        \
        test##_in();                            \
        CHECK_INT(asyncio_loop_close(loop), 0); \
    }                                           \
    static void test##_in(void)

/* Runs the loop until nothing that was scheduled before is left. */
static void run_all(double seconds)
{
    asyncio_loop_call_later(loop, seconds, stop, NULL);
    CHECK_INT(asyncio_loop_run_forever(loop), 0);
}

/* ---- the life of a loop ---- */

TEST(a_new_loop_neither_runs_nor_is_closed)
{
    asyncio_loop *l = asyncio_new_event_loop();
    CHECK(!asyncio_loop_is_running(l));
    CHECK(!asyncio_loop_is_closed(l));
    CHECK_INT(asyncio_loop_close(l), 0);
    CHECK(asyncio_loop_is_closed(l));
    CHECK_INT(asyncio_loop_close(l), 0);
}

TEST(there_is_no_running_loop_outside)
{
    CHECK(asyncio_get_running_loop() == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    CHECK(asyncio_current_task() == NULL);
    CHECK_NOTHING_RAISED();
}

static void look_around(void *arg)
{
    (void)arg;
    CHECK_POINTER(asyncio_get_running_loop(), loop);
    CHECK(asyncio_loop_is_running(loop));
    CHECK(asyncio_current_task() == NULL);
    log_("looked");
}

LOOP_TEST(in_a_callback_a_loop_runs_but_no_task)
{
    asyncio_loop_call_soon(loop, look_around, NULL);
    run_all(0);
    CHECK_LOG("looked");
    CHECK(!asyncio_loop_is_running(loop));
}

LOOP_TEST(run_until_complete_returns_the_result)
{
    CHECK_STRING(asyncio_loop_run_until_complete(loop, asyncio_coro(log_and_return, "r")), "r");
    CHECK_LOG("r");
}

static void *fail(void *arg)
{
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", (char *)arg);
}

LOOP_TEST(run_until_complete_raises_what_the_coroutine_raised)
{
    CHECK(asyncio_loop_run_until_complete(loop, asyncio_coro(fail, "bad")) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "bad");
}

LOOP_TEST(a_loop_can_run_again_and_again)
{
    for (int i = 0; i < 3; i++)
        asyncio_loop_run_until_complete(loop, asyncio_coro(log_and_return, "x"));
    CHECK_LOG("x x x");
}

LOOP_TEST(run_until_complete_takes_a_future_that_a_callback_completes)
{
    asyncio_future *future = asyncio_loop_create_future(loop);
    CHECK_POINTER(asyncio_future_get_loop(future), loop);
    asyncio_future_set_result(future, "done");
    CHECK_STRING(asyncio_loop_run_until_complete(loop, future), "done");
}

LOOP_TEST(run_until_complete_that_is_stopped_early_is_a_runtime_error)
{
    asyncio_future *future = asyncio_loop_create_future(loop);
    asyncio_loop_call_soon(loop, stop, NULL);
    CHECK(asyncio_loop_run_until_complete(loop, future) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop stopped before Future completed.");
}

static void raises(void *arg)
{
    asyncio_raise(arg, "of a callback");
}

static void raises_in_turn(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    asyncio_raise(arg, "of the handler");
}

TEST(an_exit_of_the_exception_handler_ends_the_run_as_any_callbacks_does)
{
    loop = asyncio_new_event_loop();
    asyncio_loop_set_exception_handler(loop, raises_in_turn, (void *)ASYNCIO_SYSTEM_EXIT);
    asyncio_loop_call_soon(loop, raises, (void *)ASYNCIO_VALUE_ERROR);
    CHECK_INT(asyncio_loop_run_forever(loop), -1);
    CHECK_RAISES(ASYNCIO_SYSTEM_EXIT, "of the handler");
    asyncio_loop_close(loop);
}

LOOP_TEST(an_exit_of_the_exception_handler_comes_out_of_a_call_by_hand)
{
    asyncio_loop_set_exception_handler(loop, raises_in_turn, (void *)ASYNCIO_KEYBOARD_INTERRUPT);
    asyncio_loop_call_exception_handler(loop, &(asyncio_error_context){.message = "by hand"});
    CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "of the handler");
}

TEST(an_exit_of_the_exception_handler_is_told_when_it_hears_of_an_object_that_is_lost)
{
    expect_stderr("Unhandled error in exception handler");
    expect_stderr("SystemExit: of the handler");
    loop = asyncio_new_event_loop();
    asyncio_loop_set_exception_handler(loop, raises_in_turn, (void *)ASYNCIO_SYSTEM_EXIT);
    asyncio_future *future = asyncio_loop_create_future(loop);
    asyncio_future_set_exception(future, asyncio_exception_new(ASYNCIO_VALUE_ERROR));
    asyncio_drop(future);
    CHECK_NOTHING_RAISED();
    asyncio_loop_close(loop);
}

static void *run_another_loop(void *arg)
{
    asyncio_loop *other = asyncio_new_event_loop();
    CHECK_INT(asyncio_loop_run_forever(other), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Cannot run the event loop while another loop is running");
    CHECK_INT(asyncio_loop_run_forever(loop), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "This event loop is already running");
    CHECK(asyncio_loop_run_until_complete(loop, asyncio_current_task()) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "already running");
    CHECK(asyncio_loop_run_until_complete(other, asyncio_loop_create_future(other)) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Cannot run the event loop while another loop is running");
    CHECK_INT(asyncio_loop_close(loop), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Cannot close a running event loop");
    asyncio_loop_close(other);
    return arg;
}

LOOP_TEST(loops_do_not_run_inside_each_other)
{
    asyncio_loop_run_until_complete(loop, asyncio_coro(run_another_loop, NULL));
    CHECK_NOTHING_RAISED();
}

TEST(every_call_on_a_closed_loop_is_a_runtime_error)
{
    asyncio_loop *l = asyncio_new_event_loop();
    asyncio_loop_close(l);
    CHECK(asyncio_loop_call_soon(l, log_text, "x") == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK(asyncio_loop_call_later(l, 1, log_text, "x") == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK(asyncio_loop_call_at(l, 1, log_text, "x") == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK_INT(asyncio_loop_run_forever(l), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    asyncio_coroutine *coro = asyncio_coro(log_and_return, "x");
    CHECK(asyncio_loop_run_until_complete(l, coro) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    asyncio_coro_close(coro);
}

TEST(closing_a_loop_forgets_what_was_scheduled)
{
    loop = asyncio_new_event_loop();
    asyncio_loop_call_soon(loop, log_text, "soon");
    asyncio_loop_call_later(loop, 1, log_text, "later");
    asyncio_loop_create_future(loop);
    CHECK_INT(asyncio_loop_close(loop), 0);
    CHECK_LOG("");
}

TEST(a_closed_loop_can_still_be_asked_whether_it_is_closed)
{
    asyncio_loop *old = asyncio_new_event_loop();
    asyncio_loop_close(old);
    for (int i = 0; i < 100; i++)
        asyncio_loop_close(asyncio_new_event_loop());
    CHECK(asyncio_loop_is_closed(old));
}

TEST(a_closed_loop_can_still_be_asked_and_told_what_runs_nothing)
{
    expect_stderr("by hand");
    loop = asyncio_new_event_loop();
    asyncio_loop_close(loop);
    CHECK(!asyncio_loop_is_running(loop));
    CHECK_NUMBER(asyncio_loop_time(loop), now());
    asyncio_loop_set_debug(loop, true);
    CHECK(asyncio_loop_get_debug(loop));
    asyncio_loop_set_task_factory(loop, asyncio_eager_task_factory);
    CHECK(asyncio_loop_get_task_factory(loop) == asyncio_eager_task_factory);
    asyncio_loop_call_exception_handler(loop, &(asyncio_error_context){.message = "by hand"});
    CHECK_NOTHING_RAISED();
}

static void later(double delay, const char *name);
static double began;

static void *interrupts(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_KEYBOARD_INTERRUPT);
}

LOOP_TEST(keyboard_interrupt_of_what_was_run_is_raised_and_told_nowhere_else)
{
    asyncio_loop_run_until_complete(loop, asyncio_coro(interrupts));
    CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "");
    asyncio_task *task = asyncio_loop_create_task(loop, asyncio_coro(interrupts));
    asyncio_loop_run_until_complete(loop, task);
    CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "");
    began = now();
    later(0, "timer"); /* what had told of the end does not stop the next run */
    run_all(1);
    asyncio_drop(task);
    CHECK_LOG("timer@0");
}

static void exits(void *arg)
{
    (void)arg;
    asyncio_raise(ASYNCIO_SYSTEM_EXIT);
}

static void *nap(void *arg)
{
    asyncio_sleep(*(char *)arg - 'a' + 1); /* seconds: "a" 1, "b" 2, ... */
    log_("%s", (char *)arg);
    return arg;
}

LOOP_TEST(a_run_that_was_broken_off_leaves_its_coroutine_to_the_next)
{
    asyncio_loop_call_soon(loop, exits, NULL);
    CHECK_POINTER(asyncio_loop_run_until_complete(loop, asyncio_coro(nap, "a")), NULL);
    CHECK_RAISES(ASYNCIO_SYSTEM_EXIT, "");
    CHECK(!asyncio_loop_is_running(loop));
    CHECK_STRING(asyncio_loop_run_until_complete(loop, asyncio_coro(nap, "b")), "b");
    CHECK_LOG("a b");
}

static void *stop_and_nap(void *arg)
{
    asyncio_loop_stop(loop);
    return nap(arg);
}

LOOP_TEST(a_coroutine_that_stops_its_loop_goes_on_in_the_next_run)
{
    CHECK_POINTER(asyncio_loop_run_until_complete(loop, asyncio_coro(stop_and_nap, "a")), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop stopped before Future completed.");
    asyncio_loop_run_until_complete(loop, asyncio_coro(nap, "c"));
    CHECK_LOG("a c");
}

TEST(what_run_until_complete_was_to_run_is_destroyed_without_a_second_word)
{
    loop = asyncio_new_event_loop();
    asyncio_loop_run_until_complete(loop, asyncio_coro(stop_and_nap, "a"));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop stopped before Future completed.");
    asyncio_loop_close(loop);
    CHECK_LOG("");
}

TEST(but_a_task_that_it_was_given_is_told_of)
{
    expect_stderr("Task was destroyed but it is pending!");
    loop = asyncio_new_event_loop();
    asyncio_loop_run_until_complete(loop, asyncio_loop_create_task(loop, asyncio_coro(stop_and_nap, "a")));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop stopped before Future completed.");
    asyncio_loop_close(loop);
    CHECK_LOG("");
}

LOOP_TEST(run_until_complete_raises_the_cancellation_or_the_exception_of_a_future)
{
    asyncio_future *cancelled = asyncio_loop_create_future(loop), *failed = asyncio_loop_create_future(loop);
    asyncio_future_cancel(cancelled, "enough");
    asyncio_future_set_exception(failed, asyncio_exception_new(ASYNCIO_KEY_ERROR, "lost"));
    CHECK_POINTER(asyncio_loop_run_until_complete(loop, cancelled), NULL);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "enough");
    CHECK_POINTER(asyncio_loop_run_until_complete(loop, failed), NULL);
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "lost");
}

static void exit_soon(void *arg)
{
    asyncio_loop_call_soon(loop, exits, arg);
}

LOOP_TEST(an_exit_in_the_turn_that_sees_the_end_of_a_task_leaves_nothing_untold)
{
    asyncio_task *task = asyncio_loop_create_task(loop, asyncio_coro(fail, "seen"));
    asyncio_loop_call_soon(loop, exit_soon, NULL);
    CHECK_POINTER(asyncio_loop_run_until_complete(loop, task), NULL);
    CHECK_RAISES(ASYNCIO_SYSTEM_EXIT, "");
    asyncio_drop(task);
}

static void *run_inside(void *arg)
{
    asyncio_drop(({
        asyncio_coroutine *inner = asyncio_coro(nap, "a");
        CHECK_POINTER(asyncio_loop_run_until_complete(loop, inner), NULL);
        CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "This event loop is already running");
        inner;
    }));
    return arg;
}

LOOP_TEST(a_coroutine_that_a_running_loop_refused_to_run_was_never_awaited)
{
    expect_stderr("coroutine 'nap' was never awaited");
    asyncio_loop_run_until_complete(loop, asyncio_coro(run_inside));
}

static void run_in_a_callback(void *coro)
{
    CHECK_POINTER(asyncio_loop_run_until_complete(loop, (asyncio_coroutine *)coro), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "This event loop is already running");
    CHECK_INT(asyncio_loop_close(loop), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Cannot close a running event loop");
    log_("refused");
}

LOOP_TEST(a_callback_can_neither_run_its_loop_nor_close_it)
{
    asyncio_coroutine *coro = asyncio_coro(nap, "a");
    asyncio_loop_call_soon(loop, run_in_a_callback, coro);
    run_all(0);
    CHECK_LOG("refused");
    CHECK_STRING(asyncio_loop_run_until_complete(loop, coro), "a"); /* which is still to be had */
    CHECK_LOG("a");
}

static void *same(void *arg)
{
    return arg;
}

TEST(a_closed_loop_takes_nothing_from_threads_nor_for_them)
{
    asyncio_loop *l = asyncio_new_event_loop();
    asyncio_loop_close(l);
    CHECK_INT(asyncio_loop_call_soon_threadsafe(l, log_text, "x"), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK_POINTER(asyncio_run_coroutine_threadsafe(l, same, NULL), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    CHECK_POINTER(asyncio_loop_run_in_executor(l, NULL, same, NULL), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    asyncio_coroutine *coro = asyncio_coro(same, NULL);
    CHECK_POINTER(asyncio_loop_create_task(l, coro), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    asyncio_coro_close(coro);
}

/* ---- turns ---- */

static void log_and_schedule(void *arg)
{
    log_("%s", (char *)arg);
    asyncio_loop_call_soon(loop, log_text, "next");
}

LOOP_TEST(callbacks_run_first_in_first_out)
{
    asyncio_loop_call_soon(loop, log_text, "1");
    asyncio_loop_call_soon(loop, log_text, "2");
    asyncio_loop_call_soon(loop, log_text, "3");
    run_all(0);
    CHECK_LOG("1 2 3");
}

LOOP_TEST(a_turn_runs_only_what_was_ready_when_it_began)
{
    asyncio_loop_call_soon(loop, log_and_schedule, "1");
    asyncio_loop_call_soon(loop, log_text, "2");
    asyncio_loop_call_soon(loop, stop, NULL);
    CHECK_INT(asyncio_loop_run_forever(loop), 0);
    CHECK_LOG("1 2");
    run_all(0);
    CHECK_LOG("next");
}

static void reschedule_for_ever(void *arg)
{
    ++*(int *)arg;
    asyncio_loop_call_soon(loop, reschedule_for_ever, arg);
}

LOOP_TEST(a_callback_that_schedules_itself_does_not_keep_a_due_timer_waiting)
{
    int calls = 0;
    asyncio_loop_call_soon(loop, reschedule_for_ever, &calls);
    asyncio_loop_call_at(loop, asyncio_loop_time(loop), stop, NULL);
    CHECK_INT(asyncio_loop_run_forever(loop), 0);
    CHECK_INT(calls, 1);
}

LOOP_TEST(stop_ends_the_loop_after_the_turn_it_is_in)
{
    asyncio_loop_call_soon(loop, stop, NULL);
    asyncio_loop_call_soon(loop, log_text, "same turn");
    asyncio_loop_run_forever(loop);
    CHECK_LOG("same turn");
}

LOOP_TEST(stop_before_running_gives_one_turn)
{
    asyncio_loop_call_soon(loop, log_and_schedule, "first");
    asyncio_loop_stop(loop);
    CHECK_INT(asyncio_loop_run_forever(loop), 0);
    CHECK_LOG("first");
    run_all(0);
    CHECK_LOG("next");
}

LOOP_TEST(what_takes_more_than_that_turn_is_not_completed)
{
    asyncio_loop_stop(loop);
    CHECK_POINTER(asyncio_loop_run_until_complete(loop, asyncio_coro(nap, "a")), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop stopped before Future completed.");
    asyncio_loop_run_until_complete(loop, asyncio_coro(nap, "b")); /* the first was not for nothing */
    CHECK_LOG("a b");
}

LOOP_TEST(stop_counts_once_however_often_it_is_called_in_a_turn)
{
    asyncio_loop_call_soon(loop, stop, NULL);
    asyncio_loop_call_soon(loop, stop, NULL);
    CHECK_INT(asyncio_loop_run_forever(loop), 0);
    CHECK_STRING(asyncio_loop_run_until_complete(loop, asyncio_coro(nap, "a")), "a");
    CHECK_LOG("a");
}

LOOP_TEST(a_loop_that_was_stopped_before_running_does_not_ask_what_there_is_to_wait_for)
{
    asyncio_loop_stop(loop);
    asyncio_loop_stop(loop);
    CHECK_INT(asyncio_loop_run_forever(loop), 0);
    CHECK_INT(asyncio_loop_statistics(loop).turns, 1);
}

LOOP_TEST(run_forever_with_nothing_to_wait_for_is_a_deadlock)
{
    expect_stderr("asyncio: deadlock: nothing is ready, no timer is set, and nothing outside is under way");
    asyncio_loop_call_soon(loop, log_text, "x");
    CHECK_INT(asyncio_loop_run_forever(loop), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "deadlock");
    CHECK_LOG("x");
    CHECK(!asyncio_loop_is_running(loop));
}

/* ---- timers ---- */

static void log_time(void *arg)
{
    log_("%s@%g", (char *)arg, now() - began);
}

static void later(double delay, const char *name)
{
    asyncio_loop_call_later(loop, delay, log_time, (void *)name);
}

LOOP_TEST(timers_fire_by_deadline_at_their_time)
{
    began = now();
    later(3, "c");
    later(1, "a");
    later(2.5, "b");
    run_all(10);
    CHECK_LOG("a@1 b@2.5 c@3");
}

LOOP_TEST(equal_deadlines_fire_in_the_order_in_which_they_were_set)
{
    static char *const names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8"};
    double when = now() + 1;
    for (int i = 0; i < 9; i++)
        asyncio_loop_call_at(loop, when, log_text, names[i]);
    run_all(2);
    CHECK_LOG("0 1 2 3 4 5 6 7 8");
}

/* 0.1 + 0.2 is not 0.3: deadlines that a program means to be equal may differ in their last bit. On the virtual clock,
 * where time stands still between two ticks, that would decide the order. */
static int in_order;
static void first_of_two(void *arg)
{
    in_order += *(int *)arg == 0 ? ++*(int *)arg : 0;
}
static void second_of_two(void *arg)
{
    in_order += *(int *)arg == 1 ? ++*(int *)arg : 0;
}

typedef struct rendezvous {
    int state;
    double left;
} rendezvous;

static void set_second(void *arg)
{
    rendezvous *r = arg;
    asyncio_loop_call_later(loop, r->left, second_of_two, &r->state);
}

LOOP_TEST(deadlines_that_are_meant_to_be_equal_fire_in_the_order_in_which_they_were_set)
{
    enum { TENTHS = 12 };
    static rendezvous all[TENTHS][TENTHS];
    int pairs = 0;
    for (int end = 2; end < TENTHS; end++)
        for (int begin = 1; begin < end; begin++, pairs++) {
            rendezvous *r = &all[end][begin];
            r->left = (end - begin) * 0.1;
            asyncio_loop_call_later(loop, end * 0.1, first_of_two, &r->state);
            asyncio_loop_call_later(loop, begin * 0.1, set_second, r);
        }
    run_all(5);
    CHECK_INT(in_order, 3 * pairs);
}

LOOP_TEST(a_delay_of_zero_or_less_comes_in_the_next_turn_after_what_is_ready)
{
    began = now();
    later(0, "zero");
    later(-5, "negative");
    asyncio_loop_call_soon(loop, log_text, "soon");
    run_all(1);
    CHECK_LOG("soon negative@0 zero@0");
}

LOOP_TEST(a_time_in_the_past_is_due_at_once)
{
    began = now();
    asyncio_loop_call_at(loop, now() - 100, log_time, "past");
    run_all(1);
    CHECK_LOG("past@0");
}

LOOP_TEST(deadlines_within_a_millisecond_are_met_in_one_turn)
{
    began = now();
    later(0.0102, "a");
    later(0.0109, "b");
    later(0.0111, "c");
    run_all(1);
    CHECK_LOG("a@0.011 b@0.011 c@0.012");
}

static void set_timers(void *arg)
{
    (void)arg;
    log_("set");
    later(0, "inner");
    asyncio_loop_call_soon(loop, log_text, "soon");
}

LOOP_TEST(a_timer_set_in_a_turn_fires_in_a_later_one)
{
    began = now();
    asyncio_loop_call_later(loop, 0, set_timers, NULL);
    later(0, "outer");
    run_all(1);
    CHECK_LOG("set outer@0 soon inner@0");
}

static int fired;
static void check_in_time(void *arg)
{
    CHECK_NUMBER(now() - began, *(double *)arg);
    fired++;
}

LOOP_TEST(a_thousand_timers_fire_each_at_its_time)
{
    double delays[1000];
    began = now();
    for (int i = 0; i < 1000; i++) {
        delays[i] = (double)(i * 7919 % 1000) / 100;
        asyncio_loop_call_later(loop, delays[i], check_in_time, &delays[i]);
    }
    run_all(20);
    CHECK_INT(fired, 1000);
    CHECK_NUMBER(now() - began, 20);
}

LOOP_TEST(loop_time_is_the_clock_of_the_program)
{
    CHECK_NUMBER(asyncio_loop_time(loop), now());
    run_all(3);
    CHECK_NUMBER(asyncio_loop_time(loop), now());
}

/* ---- handles ---- */

LOOP_TEST(a_cancelled_callback_is_not_called)
{
    asyncio_handle *handle = asyncio_loop_call_soon(loop, log_text, "never");
    asyncio_loop_call_soon(loop, log_text, "other");
    CHECK(!asyncio_handle_cancelled(handle));
    asyncio_handle_cancel(handle);
    asyncio_handle_cancel(handle);
    CHECK(asyncio_handle_cancelled(handle));
    run_all(0);
    CHECK_LOG("other");
    CHECK(asyncio_handle_cancelled(handle));
}

LOOP_TEST(a_cancelled_timer_does_not_fire_and_is_not_waited_for)
{
    began = now();
    asyncio_handle *handle = asyncio_loop_call_later(loop, 5, log_text, "never");
    later(1, "x");
    asyncio_handle_cancel(handle);
    run_all(2);
    CHECK_LOG("x@1");
    CHECK_NUMBER(now() - began, 2);
    CHECK(asyncio_handle_cancelled(handle));
}

LOOP_TEST(when_is_the_deadline_of_a_timer_and_nan_without_one)
{
    double when = now() + 4;
    CHECK_NUMBER(asyncio_handle_when(asyncio_loop_call_later(loop, 4, log_text, "")), when);
    CHECK_NUMBER(asyncio_handle_when(asyncio_loop_call_at(loop, when, log_text, "")), when);
    CHECK(isnan(asyncio_handle_when(asyncio_loop_call_soon(loop, log_text, ""))));
}

LOOP_TEST(a_timer_that_was_cancelled_or_has_fired_still_tells_its_deadline)
{
    double when = now() + 1;
    asyncio_handle *cancelled = asyncio_loop_call_later(loop, 1, log_text, "never");
    asyncio_handle *fired = asyncio_loop_call_later(loop, 1, log_text, "x");
    asyncio_handle_cancel(cancelled);
    run_all(2);
    CHECK_LOG("x");
    CHECK_NUMBER(asyncio_handle_when(cancelled), when);
    CHECK_NUMBER(asyncio_handle_when(fired), when);
    CHECK(!asyncio_handle_cancelled(fired));
}

static asyncio_handle *victim;
static void cancel_victim(void *arg)
{
    log_("%s", (char *)arg);
    asyncio_handle_cancel(victim);
}

LOOP_TEST(a_callback_may_cancel_another_of_the_same_turn)
{
    asyncio_loop_call_soon(loop, cancel_victim, "cancel");
    victim = asyncio_loop_call_soon(loop, log_text, "never");
    run_all(0);
    CHECK_LOG("cancel");
}

LOOP_TEST(a_timer_may_cancel_another_that_is_due_in_the_same_turn)
{
    double when = now() + 1;
    asyncio_loop_call_at(loop, when, cancel_victim, "cancel");
    victim = asyncio_loop_call_at(loop, when, log_text, "never");
    run_all(2);
    CHECK_LOG("cancel");
}

LOOP_TEST(a_timer_may_cancel_a_later_one)
{
    began = now();
    asyncio_loop_call_later(loop, 1, cancel_victim, "cancel");
    victim = asyncio_loop_call_later(loop, 2, log_text, "never");
    later(3, "x");
    run_all(4);
    CHECK_LOG("cancel x@3");
}

static void cancel_itself(void *arg)
{
    (void)arg;
    asyncio_handle_cancel(victim);
    log_("cancelled itself");
}

LOOP_TEST(a_callback_may_cancel_its_own_handle)
{
    victim = asyncio_loop_call_soon(loop, cancel_itself, NULL);
    run_all(0);
    CHECK_LOG("cancelled itself");
    CHECK(asyncio_handle_cancelled(victim));
}

LOOP_TEST(cancelling_a_handle_that_has_run_does_no_harm)
{
    asyncio_handle *handle = asyncio_loop_call_later(loop, 0, log_text, "x");
    run_all(1);
    asyncio_handle_cancel(handle);
    CHECK_LOG("x");
}

TEST(a_handle_that_is_kept_may_be_cancelled_after_its_loop_was_closed)
{
    loop = asyncio_new_event_loop();
    asyncio_handle *handles[] = {asyncio_keep(asyncio_loop_call_soon(loop, log_text, "never")),
                                 asyncio_keep(asyncio_loop_call_later(loop, 1, log_text, "never"))};
    asyncio_loop_close(loop);
    for (int i = 0; i < 2; i++) {
        CHECK(!asyncio_handle_cancelled(handles[i]));
        asyncio_handle_cancel(handles[i]);
        CHECK(asyncio_handle_cancelled(handles[i]));
        asyncio_drop(handles[i]);
    }
    CHECK_LOG("");
}

LOOP_TEST(a_dropped_handle_leaves_its_callback_scheduled)
{
    asyncio_drop(asyncio_loop_call_soon(loop, log_text, "soon"));
    asyncio_drop(asyncio_loop_call_later(loop, 1, log_text, "later"));
    run_all(2);
    CHECK_LOG("soon later");
}

static void set_and_cancel(void *arg)
{
    for (int i = 0; i < 1000; i++)
        asyncio_handle_cancel(asyncio_loop_call_later(loop, 1, log_text, arg));
    for (int i = 0; i < 3; i++)
        asyncio_loop_call_soon(loop, log_text, "soon");
    log_("set");
}

LOOP_TEST(handles_made_in_a_callback_need_no_drop)
{
    asyncio_loop_call_soon(loop, set_and_cancel, "never");
    run_all(2);
    CHECK_LOG("set soon soon soon");
}

/* ---- errors that nobody awaits ---- */

static void raise_in_callback(void *arg)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", (char *)arg);
}

LOOP_TEST(an_exception_in_a_callback_is_told_and_the_loop_goes_on)
{
    expect_stderr("Exception in callback raise_in_callback()");
    expect_stderr("ValueError: oops");
    asyncio_loop_call_soon(loop, raise_in_callback, "oops");
    asyncio_loop_call_soon(loop, log_text, "goes on");
    run_all(0);
    CHECK_LOG("goes on");
}

static void log_context(asyncio_loop *l, const asyncio_error_context *context, void *arg)
{
    CHECK_POINTER(l, loop);
    log_("[%s: %s%s%s%s %s]", (char *)arg, context->message, context->task ? " task" : "",
         context->future ? " future" : "", context->handle ? " handle" : "",
         context->exception ? asyncio_exception_message(context->exception) : "-");
}

LOOP_TEST(an_exception_handler_gets_the_context)
{
    CHECK(asyncio_loop_get_exception_handler(loop) == NULL);
    asyncio_loop_set_exception_handler(loop, log_context, "arg");
    CHECK(asyncio_loop_get_exception_handler(loop) == log_context);
    asyncio_loop_call_soon(loop, raise_in_callback, "oops");
    run_all(0);
    CHECK_LOG("[arg: Exception in callback raise_in_callback() handle oops]");
}

LOOP_TEST(setting_no_handler_restores_the_default_one)
{
    expect_stderr("Exception in callback raise_in_callback()");
    asyncio_loop_set_exception_handler(loop, log_context, "arg");
    asyncio_loop_set_exception_handler(loop, NULL, NULL);
    asyncio_loop_call_soon(loop, raise_in_callback, "oops");
    run_all(0);
    CHECK_LOG("");
}

LOOP_TEST(call_exception_handler_calls_it_with_any_context)
{
    asyncio_loop_set_exception_handler(loop, log_context, "arg");
    asyncio_loop_call_exception_handler(loop, &(asyncio_error_context){.message = "by hand"});
    CHECK_LOG("[arg: by hand -]");
}

static void raise_type(void *type)
{
    asyncio_raise(type, "x");
}

LOOP_TEST(only_exits_pass_the_loop_any_other_exception_of_a_callback_is_told)
{
    asyncio_loop_set_exception_handler(loop, log_context, "");
    asyncio_loop_call_soon(loop, raise_type, (void *)ASYNCIO_CANCELLED_ERROR);
    asyncio_loop_call_soon(loop, raise_type, (void *)ASYNCIO_GENERATOR_EXIT);
    asyncio_loop_call_later(loop, 0, raise_type, (void *)ASYNCIO_BASE_EXCEPTION);
    run_all(0);
    CHECK_LOG("[: Exception in callback raise_type() handle x] [: Exception in callback raise_type() handle x] "
              "[: Exception in callback raise_type() handle x]");
}

LOOP_TEST(an_error_without_a_message_has_one_all_the_same)
{
    expect_stderr("Unhandled exception in event loop");
    asyncio_loop_call_exception_handler(loop, &(asyncio_error_context){0});
}

static void failing_handler(asyncio_loop *l, const asyncio_error_context *context, void *arg)
{
    (void)l, (void)arg;
    log_("%s", context->message);
    asyncio_raise(ASYNCIO_KEY_ERROR, "in the handler");
}

LOOP_TEST(an_exception_in_the_handler_is_told_by_the_default_one)
{
    expect_stderr("Unhandled error in exception handler");
    expect_stderr("KeyError: in the handler");
    expect_stderr("first");
    asyncio_loop_set_exception_handler(loop, failing_handler, NULL);
    asyncio_loop_call_exception_handler(loop, &(asyncio_error_context){.message = "first"});
    CHECK_LOG("first");
    CHECK_NOTHING_RAISED();
}

LOOP_TEST(the_error_that_a_failing_handler_was_called_for_is_told_too)
{
    expect_stderr("Unhandled error in exception handler");
    expect_stderr("KeyError: in the handler");
    expect_stderr("Exception in callback raise_in_callback()");
    expect_stderr("ValueError: oops");
    asyncio_loop_set_exception_handler(loop, failing_handler, NULL);
    asyncio_loop_call_soon(loop, raise_in_callback, "oops");
    asyncio_loop_call_soon(loop, log_text, "goes on");
    run_all(0);
    CHECK_LOG("Exception in callback raise_in_callback() goes on");
}

static void defaulting_handler(asyncio_loop *l, const asyncio_error_context *context, void *arg)
{
    (void)arg;
    log_("seen");
    asyncio_loop_default_exception_handler(l, context);
}

LOOP_TEST(a_handler_may_pass_on_to_the_default_one)
{
    expect_stderr("by hand");
    asyncio_loop_set_exception_handler(loop, defaulting_handler, NULL);
    asyncio_loop_call_exception_handler(loop, &(asyncio_error_context){.message = "by hand"});
    CHECK_LOG("seen");
}

LOOP_TEST(what_is_pending_stays_pending_around_a_handler)
{
    asyncio_loop_set_exception_handler(loop, log_context, "arg");
    asyncio_raise(ASYNCIO_VALUE_ERROR, "mine");
    asyncio_loop_call_exception_handler(loop, &(asyncio_error_context){.message = "by hand"});
    CHECK_LOG("[arg: by hand -]");
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "mine");
}

static void interrupt(void *arg)
{
    (void)arg;
    asyncio_raise(ASYNCIO_KEYBOARD_INTERRUPT, "%s", "");
}

LOOP_TEST(keyboard_interrupt_in_a_callback_goes_straight_through_the_loop)
{
    asyncio_loop_call_soon(loop, interrupt, NULL);
    asyncio_loop_call_soon(loop, log_text, "left");
    CHECK_INT(asyncio_loop_run_forever(loop), -1);
    CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "");
    CHECK(!asyncio_loop_is_running(loop));
    CHECK_LOG("");
    run_all(0);
    CHECK_LOG("left");
}

LOOP_TEST(debug_is_a_flag)
{
    CHECK(!asyncio_loop_get_debug(loop));
    asyncio_loop_set_debug(loop, true);
    CHECK(asyncio_loop_get_debug(loop));
}

/* ---- bad input ---- */

LOOP_TEST(a_delay_that_is_nan_is_a_value_error)
{
    CHECK(asyncio_loop_call_later(loop, NAN, log_text, "x") == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "NaN");
    CHECK(asyncio_loop_call_at(loop, NAN, log_text, "x") == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "NaN");
}

LOOP_TEST(a_callback_of_null_is_a_type_error)
{
    CHECK(asyncio_loop_call_soon(loop, NULL, "x") == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(asyncio_loop_call_later(loop, 1, NULL, "x") == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

TEST(calls_with_null_instead_of_a_loop_raise_type_error)
{
    CHECK(asyncio_loop_call_soon(NULL, log_text, "x") == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_loop_call_soon() needs a loop, got NULL");
    CHECK(asyncio_loop_create_future(NULL) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_INT(asyncio_loop_run_forever(NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    asyncio_loop_stop(NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_INT(asyncio_loop_close(NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(isnan(asyncio_loop_time(NULL)));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    asyncio_handle_cancel(NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

static void suspend_in_a_callback(void *arg)
{
    asyncio_future *future = arg;
    CHECK_INT(asyncio_sleep(0), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "only a task can");
    CHECK_INT(asyncio_sleep(1), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "only a task can");
    CHECK(asyncio_await(future) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "only a task can");
    log_("refused");
}

LOOP_TEST(a_callback_cannot_suspend)
{
    asyncio_loop_call_soon(loop, suspend_in_a_callback, asyncio_loop_create_future(loop));
    run_all(0);
    CHECK_LOG("refused");
}

TEST(nothing_can_suspend_outside_a_loop)
{
    asyncio_loop *l = asyncio_new_event_loop();
    asyncio_future *future = asyncio_loop_create_future(l);
    CHECK_INT(asyncio_sleep(0), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    CHECK_INT(asyncio_sleep(1), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    CHECK(asyncio_await(future) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    CHECK_INT(asyncio_lock_acquire(asyncio_lock_new()), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    asyncio_drop(future);
    asyncio_loop_close(l);
}

/* ---- the real clock ---- */

static void *sleep_a_little(void *arg)
{
    double before = now();
    asyncio_sleep(0.05);
    CHECK(now() - before >= 0.05 - 1e-6);
    log_("slept");
    return arg;
}

TEST(on_the_real_clock_a_sleep_is_never_too_short)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    CHECK_INT(asyncio_run(sleep_a_little), 0);
    CHECK_LOG("slept");
}

static void *equal_sleeps(void *arg)
{
    asyncio_sleep(0.02);
    log_("%s", (char *)arg);
    return NULL;
}

static void *several_sleepers(void *arg)
{
    asyncio_coroutine *sleepers[] = {asyncio_coro(equal_sleeps, "a"), asyncio_coro(equal_sleeps, "b"),
                                     asyncio_coro(equal_sleeps, "c")};
    asyncio_await(asyncio_gather_array(sleepers, 3));
    return arg;
}

TEST(on_the_real_clock_sleeps_end_in_the_order_of_their_deadlines)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    CHECK_INT(asyncio_run(several_sleepers), 0);
    CHECK_LOG("a b c");
}

TEST(blocking_lets_the_virtual_clock_pass)
{
    double before = now();
    asyncio_time_sleep(2.5);
    CHECK_NUMBER(now() - before, 2.5);
    asyncio_time_sleep(-1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "non-negative");
    asyncio_time_sleep(NAN);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "non-negative");
}
