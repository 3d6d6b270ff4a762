/* Bad input that no other file has: NULL and objects of the wrong kind, for every call that takes one. Each raises
 * TypeError that names the call and what it was given, and answers something harmless. */
#include "unit.h"

static asyncio_lock *lock; /* what is given instead of everything else */

static void on_task(asyncio_task *task, void *arg)
{
    (void)task, (void)arg;
}
static void on_future(asyncio_future *future, void *arg)
{
    (void)future, (void)arg;
}
static void on_handle(void *arg)
{
    (void)arg;
}

/* The call has raised TypeError: for NULL if `given` is that, else for a lock. */
#define REFUSED(call)                                                        \
    do {                                                                     \
        (void)(call);                                                        \
        CHECK_RAISES(ASYNCIO_TYPE_ERROR, given ? "got a lock" : "got NULL"); \
    } while (0)

/* The same for a call that returns nothing. */
#define REFUSED_VOID(call) REFUSED(((call), 0))

static void check_task_calls(void *given)
{
    asyncio_task *t = given;
    REFUSED(asyncio_await(t));
    REFUSED(asyncio_task_cancel(t));
    REFUSED(asyncio_task_cancelling(t));
    REFUSED(asyncio_task_uncancel(t));
    REFUSED(asyncio_task_done(t));
    REFUSED(asyncio_task_cancelled(t));
    REFUSED(asyncio_task_result(t));
    REFUSED(asyncio_task_exception(t));
    REFUSED(asyncio_task_add_done_callback(t, on_task, NULL));
    REFUSED(asyncio_task_remove_done_callback(t, on_task, NULL));
    REFUSED(asyncio_task_get_name(t));
    REFUSED(asyncio_task_set_name(t, "name"));
    REFUSED(asyncio_task_get_coro_name(t));
    REFUSED(asyncio_task_get_loop(t));
    REFUSED(asyncio_task_as_future(t));
    REFUSED(asyncio_gather(t));
    REFUSED(asyncio_ensure_future(t));
}

static void check_future_calls(void *given)
{
    asyncio_future *f = given;
    asyncio_exception *e = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "x");
    REFUSED(asyncio_await(f));
    REFUSED(asyncio_future_set_result(f, NULL));
    REFUSED(asyncio_future_set_exception(f, e));
    REFUSED(asyncio_future_cancel(f));
    REFUSED(asyncio_future_done(f));
    REFUSED(asyncio_future_cancelled(f));
    REFUSED(asyncio_future_result(f));
    REFUSED(asyncio_future_exception(f));
    REFUSED(asyncio_future_add_done_callback(f, on_future, NULL));
    REFUSED(asyncio_future_remove_done_callback(f, on_future, NULL));
    REFUSED(asyncio_future_get_loop(f));
    REFUSED(asyncio_future_as_task(f));
}

static void check_loop_calls(void *given)
{
    asyncio_loop *l = given;
    asyncio_error_context context = {.message = "x"};
    REFUSED(asyncio_loop_create_future(l));
    REFUSED(asyncio_loop_run_until_complete(l, asyncio_current_task()));
    REFUSED(asyncio_loop_run_forever(l));
    REFUSED_VOID(asyncio_loop_stop(l));
    REFUSED(asyncio_loop_close(l));
    REFUSED(asyncio_loop_is_running(l));
    REFUSED(asyncio_loop_is_closed(l));
    REFUSED(asyncio_loop_call_soon(l, on_handle, NULL));
    REFUSED(asyncio_loop_call_later(l, 1, on_handle, NULL));
    REFUSED(asyncio_loop_call_at(l, 1, on_handle, NULL));
    REFUSED(asyncio_loop_time(l));
    REFUSED_VOID(asyncio_loop_set_exception_handler(l, NULL, NULL));
    REFUSED(asyncio_loop_get_exception_handler(l));
    REFUSED_VOID(asyncio_loop_call_exception_handler(l, &context));
    REFUSED_VOID(asyncio_loop_set_debug(l, true));
    REFUSED(asyncio_loop_get_debug(l));
}

static void check_other_calls(void *given)
{
    REFUSED_VOID(asyncio_coro_close((asyncio_coroutine *)given));
    REFUSED(asyncio_await((asyncio_coroutine *)given));
    REFUSED(asyncio_create_task((asyncio_coroutine *)given));
    REFUSED_VOID(asyncio_handle_cancel((asyncio_handle *)given));
    REFUSED(asyncio_handle_cancelled((asyncio_handle *)given));
    REFUSED(asyncio_handle_when((asyncio_handle *)given));
    REFUSED(asyncio_raise_exception((asyncio_exception *)given));
    REFUSED(asyncio_exception_get_type((asyncio_exception *)given));
    REFUSED(asyncio_exception_name((asyncio_exception *)given));
    REFUSED(asyncio_exception_message((asyncio_exception *)given));
    REFUSED(asyncio_exception_cause((asyncio_exception *)given));
    REFUSED(asyncio_exception_context((asyncio_exception *)given));
    REFUSED(asyncio_exception_group_count((asyncio_exception *)given));
    REFUSED(asyncio_exception_group_get((asyncio_exception *)given, 0));
    REFUSED(asyncio_semaphore_acquire((asyncio_semaphore *)given));
    REFUSED(asyncio_semaphore_release((asyncio_semaphore *)given));
    REFUSED(asyncio_semaphore_locked((asyncio_semaphore *)given));
    REFUSED(asyncio_event_wait((asyncio_event *)given));
    REFUSED_VOID(asyncio_event_set((asyncio_event *)given));
    REFUSED_VOID(asyncio_event_clear((asyncio_event *)given));
    REFUSED(asyncio_event_is_set((asyncio_event *)given));
    REFUSED(asyncio_task_group_create_task((asyncio_task_group *)given, (asyncio_body *)NULL));
}

ASYNC_TEST(null_is_refused_everywhere)
{
    check_task_calls(NULL);
    check_future_calls(NULL);
    check_loop_calls(NULL);
    check_other_calls(NULL);
}

ASYNC_TEST(an_object_of_another_kind_is_refused_everywhere)
{
    lock = asyncio_lock_new();
    check_task_calls(lock);
    check_future_calls(lock);
    check_loop_calls(lock);
    check_other_calls(lock);
    CHECK(!asyncio_lock_locked(lock));
}

/* ---- pending exceptions and calls that cannot suspend ---- */

ASYNC_TEST(calls_that_cannot_suspend_work_while_an_exception_is_pending)
{
    asyncio_event *event = asyncio_event_new();
    asyncio_raise(ASYNCIO_VALUE_ERROR, "pending");
    asyncio_exception *e = asyncio_pending();
    asyncio_event_set(event);
    CHECK(asyncio_event_is_set(event));
    asyncio_semaphore *semaphore = asyncio_semaphore_new(2);
    CHECK_INT(asyncio_semaphore_release(semaphore), 0);
    CHECK_POINTER(asyncio_pending(), e);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "pending");
}

static asyncio_coroutine *running;
static void *close_itself(void *arg)
{
    asyncio_coro_close(running);
    log_("%s", raised());
    asyncio_sleep(0);
    return arg;
}

ASYNC_TEST(a_coroutine_that_runs_cannot_be_made_to_run_again_by_closing_it)
{
    running = asyncio_coro(close_itself, "r");
    CHECK_STRING((char *)asyncio_await(running), "r");
    CHECK(asyncio_await(running) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot reuse");
    unit_log[0] = '\0';
}

/* ---- numbers ---- */

static void *sleep_for_ever(void *arg)
{
    CHECK_INT(asyncio_sleep(INFINITY), -1);
    log_("%s", raised());
    return arg;
}

ASYNC_TEST(a_sleep_without_end_can_be_cancelled)
{
    asyncio_task *t = asyncio_create_task(sleep_for_ever);
    asyncio_sleep(1e6);
    asyncio_task_cancel(t);
    asyncio_await(t);
    CHECK_LOG("CancelledError");
}

ASYNC_TEST(very_long_and_very_short_sleeps_are_sleeps)
{
    CHECK_INT(asyncio_sleep(1e9), 0);
    CHECK_NUMBER(now(), 1e9);
    CHECK_INT(asyncio_sleep(1e-12), 0);
    CHECK(now() < 1e9 + 0.0011);
    CHECK_INT(asyncio_sleep(-INFINITY), 0);
}

static void log_name(void *arg)
{
    log_("%s", (char *)arg);
}

ASYNC_TEST(what_is_overdue_is_due_at_once_the_earlier_first)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    CHECK_INT(asyncio_sleep(1), 0);
    asyncio_loop_call_later(loop, -5, log_name, "later(-5)");
    asyncio_loop_call_at(loop, -100, log_name, "at(-100)");
    asyncio_loop_call_soon(loop, log_name, "soon");
    CHECK_INT(asyncio_sleep(-1), 0);
    settle();
    CHECK_LOG("soon at(-100) later(-5)");
    CHECK_NUMBER(now(), 1);
}
