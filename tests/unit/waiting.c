/* asyncio.wait, as_completed and shield. */
#include "unit.h"

struct job {
    double seconds;
    long value; /* negative: fails */
};

static void *work(void *arg)
{
    struct job *job = arg;
    if (asyncio_sleep(job->seconds) < 0) {
        log_("cancelled:%ld", job->value);
        return NULL;
    }
    return job->value < 0 ? asyncio_raise(ASYNCIO_VALUE_ERROR, "%ld", job->value) : (void *)job->value;
}

static asyncio_task *begin(double seconds, long value)
{
    return asyncio_create_task(work, asyncio_args(struct job, seconds, value));
}

static asyncio_future *new_future(void)
{
    return asyncio_loop_create_future(asyncio_get_running_loop());
}

/* ---- wait ---- */

ASYNC_TEST(wait_for_all)
{
    double start = now();
    asyncio_task *tasks[] = {begin(1, 1), begin(3, 2), begin(2, -3)};
    CHECK_INT(asyncio_wait(tasks, 3), 3);
    CHECK_NUMBER(now() - start, 3);
    CHECK_STRING(ending(tasks[2]), "ValueError");
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(wait_for_the_first)
{
    double start = now();
    asyncio_task *tasks[] = {begin(3, 1), begin(1, 2), begin(2, 3)};
    CHECK_INT(asyncio_wait(tasks, 3, .return_when = ASYNCIO_FIRST_COMPLETED), 1);
    CHECK_NUMBER(now() - start, 1);
    CHECK(asyncio_task_done(tasks[1]) && !asyncio_task_done(tasks[0]) && !asyncio_task_done(tasks[2]));
    CHECK_INT(asyncio_wait(tasks, 3), 3);
    CHECK_NUMBER(now() - start, 3);
}

ASYNC_TEST(wait_for_the_first_exception)
{
    double start = now();
    asyncio_task *tasks[] = {begin(1, 1), begin(2, -2), begin(3, 3)};
    CHECK_INT(asyncio_wait(tasks, 3, .return_when = ASYNCIO_FIRST_EXCEPTION), 2);
    CHECK_NUMBER(now() - start, 2);
}

ASYNC_TEST(without_an_exception_all_are_waited_for)
{
    double start = now();
    asyncio_task *tasks[] = {begin(1, 1), begin(2, 2), begin(3, 3)};
    asyncio_task_cancel(tasks[1]);
    CHECK_INT(asyncio_wait(tasks, 3, .return_when = ASYNCIO_FIRST_EXCEPTION), 3);
    CHECK_NUMBER(now() - start, 3);
}

ASYNC_TEST(wait_with_a_timeout)
{
    double start = now();
    asyncio_task *tasks[] = {begin(1, 1), begin(5, 2)};
    CHECK_INT(asyncio_wait(tasks, 2, .timeout = 2), 1);
    CHECK_NUMBER(now() - start, 2);
    CHECK_NOTHING_RAISED();
    CHECK_INT(asyncio_wait(tasks, 2, .timeout = 10), 2);
    CHECK_NUMBER(now() - start, 5);
    CHECK_INT(asyncio_sleep(20), 0); /* the timer that is left over does no harm */
}

ASYNC_TEST(wait_with_no_time_at_all)
{
    asyncio_task *tasks[] = {begin(0, 1), begin(5, 2)};
    double start = now();
    CHECK_INT(asyncio_wait(tasks, 2, .timeout = 0),
              1); /* as in CPython: the timer comes after two turns of the first */
    CHECK_NUMBER(now() - start, 0);
    settle();
    CHECK_INT(asyncio_wait(tasks, 2, .timeout = -1), 1);
    CHECK_NUMBER(now() - start, 0);
}

static void *say(void *arg)
{
    log_("%s", (char *)arg);
    return arg;
}

/* As in CPython: even if all are done, the callbacks that tell so come in a later turn. */
ASYNC_TEST(wait_always_lets_the_others_run)
{
    asyncio_task *tasks[] = {asyncio_create_task(say, "a")};
    settle();
    asyncio_create_task(say, "b");
    CHECK_INT(asyncio_wait(tasks, 1), 1);
    CHECK_LOG("a b");
}

ASYNC_TEST(wait_for_futures_and_the_same_one_twice)
{
    asyncio_future *a = new_future(), *b = new_future();
    asyncio_future *futures[] = {a, b, a};
    asyncio_future_set_result(a, NULL);
    CHECK_INT(asyncio_wait(futures, 3, .return_when = ASYNCIO_FIRST_COMPLETED), 1);
    asyncio_future_cancel(b);
    CHECK_INT(asyncio_wait(futures, 3), 2);
    CHECK_NOTHING_RAISED();
}

static void *yield_once(void *arg)
{
    asyncio_sleep(0);
    return arg;
}

static void *yield_twice(void *arg)
{
    asyncio_sleep(0);
    asyncio_sleep(0);
    return arg;
}

/* The second one ends after the wait was over, but before the waiting task runs. */
ASYNC_TEST(what_has_ended_when_the_waiter_goes_on_is_counted)
{
    asyncio_task *tasks[] = {asyncio_create_task(yield_twice), asyncio_create_task(yield_once)};
    CHECK_INT(asyncio_wait(tasks, 2, .return_when = ASYNCIO_FIRST_COMPLETED), 2);
}

ASYNC_TEST(what_ends_in_the_moment_when_time_is_up_is_counted)
{
    double start = now();
    asyncio_task *tasks[] = {begin(1.5, 1), begin(1, 2)};
    asyncio_sleep(0); /* they sleep already */
    CHECK_INT(asyncio_wait(tasks, 2, .timeout = 1), 1);
    CHECK_NUMBER(now() - start, 1);
    CHECK(asyncio_task_done(tasks[1]));
}

static void log_told(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)arg;
    log_("told:%s", asyncio_exception_message(context->exception));
}

static void drop_both(asyncio_task **tasks)
{
    asyncio_drop(tasks[0]);
    asyncio_drop(tasks[1]);
}

ASYNC_TEST(the_exception_that_ends_a_wait_counts_as_seen_unless_it_was_the_last)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), log_told, NULL);
    asyncio_task *tasks[] = {begin(1, -1), begin(2, -2)};
    CHECK_INT(asyncio_wait(tasks, 2, .return_when = ASYNCIO_FIRST_EXCEPTION), 1);
    CHECK_INT(asyncio_wait(tasks, 2, .return_when = ASYNCIO_FIRST_EXCEPTION), 1);
    CHECK_INT(asyncio_wait(tasks, 2), 2);
    drop_both(tasks);
    CHECK_LOG("told:-2");
    asyncio_task *at_once[] = {begin(0, -1), begin(0, -2)};
    CHECK_INT(asyncio_wait(at_once, 2, .return_when = ASYNCIO_FIRST_EXCEPTION), 2);
    drop_both(at_once);
    CHECK_LOG("told:-2");
}

static void *wait_in_task(void *arg)
{
    int done = asyncio_wait((asyncio_task *const *)arg, 2, .timeout = 10);
    log_("wait:%d:%s", done, asyncio_failed() ? asyncio_exception_name(asyncio_pending()) : "-");
    return NULL;
}

ASYNC_TEST(a_cancelled_wait_leaves_the_tasks_alone)
{
    asyncio_task *tasks[] = {begin(2, 1), begin(3, 2)};
    asyncio_task *waiting = asyncio_create_task(wait_in_task, tasks);
    asyncio_sleep(1);
    asyncio_task_cancel(waiting);
    settle();
    CHECK_LOG("wait:-1:CancelledError");
    CHECK_INT((long)asyncio_await(tasks[1]), 2);
    CHECK_STRING(ending(waiting), "cancelled");
}

ASYNC_TEST(cancelled_in_the_moment_when_the_last_one_ends)
{
    asyncio_future *futures[] = {new_future(), new_future()};
    asyncio_future_set_result(futures[0], NULL);
    asyncio_task *waiting = asyncio_create_task(wait_in_task, futures);
    settle();
    asyncio_future_set_result(futures[1], NULL);
    asyncio_sleep(0); /* the waiter is released, its task not yet on */
    asyncio_task_cancel(waiting);
    settle();
    CHECK_LOG("wait:-1:CancelledError");
}

ASYNC_TEST(wait_called_wrongly)
{
    asyncio_task *tasks[] = {NULL};
    CHECK_INT(asyncio_wait(tasks, 0), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "empty");
    CHECK_INT(asyncio_wait(tasks, 1), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    tasks[0] = asyncio_current_task();
    CHECK_INT(asyncio_wait(tasks, 1, .return_when = 7), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "return_when");
    CHECK_INT(asyncio_wait(tasks, 1, .timeout = NAN), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "NaN");
}

/* ---- as_completed ---- */

static void take_all(asyncio_as_completed *ends)
{
    asyncio_future *next;
    while ((next = asyncio_as_completed_next(ends))) {
        long value = (long)asyncio_await(next);
        if (asyncio_failed())
            log_("%s", raised());
        else
            log_("%ld", value);
    }
    log_("end:%s", raised());
}

ASYNC_TEST(in_the_order_in_which_they_end)
{
    asyncio_task *tasks[] = {begin(4, 1), begin(2, 2), begin(3, -3), begin(1, 4)};
    take_all(asyncio_as_completed(tasks, 4));
    CHECK_LOG("4 2 ValueError 1 end:-");
}

ASYNC_TEST(coroutine_objects_become_tasks)
{
    asyncio_coroutine *coros[] = {asyncio_coro(work, asyncio_args(struct job, 2, 1)),
                                  asyncio_coro(work, asyncio_args(struct job, 1, 2))};
    asyncio_coroutine *thrice[] = {coros[0], coros[1], coros[0]};
    take_all(asyncio_as_completed(thrice, 3));
    CHECK_LOG("2 1 end:-");
}

ASYNC_TEST(what_is_given_twice_comes_once)
{
    asyncio_task *task = begin(1, 1);
    asyncio_task *tasks[] = {task, task, begin(2, 2), task};
    asyncio_as_completed *ends = asyncio_as_completed(tasks, 4);
    asyncio_future *first = asyncio_as_completed_next(ends);
    CHECK_POINTER(asyncio_future_as_task(first), task);
    take_all(ends);
    CHECK_LOG("2 end:-");
    CHECK(!asyncio_as_completed_next(ends));
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(nothing_to_complete)
{
    asyncio_task **none = NULL;
    take_all(asyncio_as_completed(none, 0, .timeout = 1));
    CHECK_LOG("end:-");
}

ASYNC_TEST(some_are_done_already)
{
    asyncio_task *tasks[] = {begin(2, 1), begin(1, 2)};
    asyncio_sleep(1.5);
    take_all(asyncio_as_completed(tasks, 2));
    CHECK_LOG("2 1 end:-");
}

ASYNC_TEST(as_completed_with_a_timeout)
{
    asyncio_task *tasks[] = {begin(1, 1), begin(4, 2), begin(5, 3)};
    asyncio_as_completed *ends = asyncio_as_completed(tasks, 3, .timeout = 2);
    take_all(ends);
    CHECK_LOG("1 end:TimeoutError");
    take_all(ends); /* as in CPython, once for each that is left */
    CHECK_LOG("end:TimeoutError");
    take_all(ends);
    CHECK_LOG("end:-");
    CHECK_INT((long)asyncio_await(tasks[1]), 2);
}

ASYNC_TEST(the_timeout_counts_from_the_beginning)
{
    asyncio_task *tasks[] = {begin(1, 1), begin(9, 2)};
    asyncio_as_completed *ends = asyncio_as_completed(tasks, 2, .timeout = 2);
    asyncio_sleep(5);
    double start = now();
    take_all(ends);
    CHECK_LOG("1 end:TimeoutError");
    CHECK_NUMBER(now() - start, 0);
}

static void *take_in_task(void *arg)
{
    take_all(arg);
    return arg;
}

ASYNC_TEST(a_cancelled_iteration_leaves_the_tasks_alone)
{
    asyncio_task *tasks[] = {begin(2, 1), begin(3, 2)};
    asyncio_as_completed *ends = asyncio_as_completed(tasks, 2);
    asyncio_task *taking = asyncio_create_task(take_in_task, ends);
    asyncio_sleep(1);
    asyncio_task_cancel(taking);
    settle();
    CHECK_LOG("end:CancelledError");
    take_all(ends); /* one of the two was asked for in vain */
    CHECK_LOG("1 end:-");
    CHECK_INT((long)asyncio_await(tasks[1]), 2);
}

ASYNC_TEST(two_tasks_share_an_iterator)
{
    asyncio_task *tasks[] = {begin(1, 1), begin(2, 2), begin(3, 3)};
    asyncio_as_completed *ends = asyncio_as_completed(tasks, 3);
    asyncio_task *takers[] = {asyncio_create_task(take_in_task, ends), asyncio_create_task(take_in_task, ends)};
    asyncio_wait(takers, 2);
    CHECK_LOG("1 2 end:- 3 end:-");
}

ASYNC_TEST(an_iterator_that_is_dropped)
{
    asyncio_task *tasks[] = {begin(1, 1), begin(2, 2)};
    asyncio_drop(asyncio_as_completed(tasks, 2, .timeout = 1.5));
    CHECK_INT((long)asyncio_await(tasks[1]), 2);
}

ASYNC_TEST(as_completed_called_wrongly)
{
    asyncio_task *tasks[] = {begin(0, 1), NULL};
    CHECK(!asyncio_as_completed(tasks, 2));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(!asyncio_as_completed(tasks, 1, .timeout = NAN));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "NaN");
    asyncio_as_completed *none = NULL;
    CHECK(!asyncio_as_completed_next(none));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "as_completed");
    take_all(asyncio_as_completed(tasks, 1));
    CHECK_LOG("1 end:-");
}

static void *return_arg(void *arg)
{
    return arg;
}

TEST(as_completed_needs_a_running_loop)
{
    asyncio_coroutine *coro = asyncio_coro(return_arg, NULL);
    CHECK(!asyncio_as_completed(&coro, 1));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    asyncio_coro_close(coro);
}

ASYNC_TEST(what_belongs_to_another_loop_cannot_be_waited_for)
{
    asyncio_loop *other = asyncio_new_event_loop();
    asyncio_future *futures[] = {asyncio_loop_create_future(other)};
    CHECK(!asyncio_as_completed(futures, 1));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR,
                 "The future belongs to a different loop than the one specified as the loop argument");
    CHECK_INT(asyncio_wait(futures, 1), -1); /* in CPython for ever */
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "different loop");
    asyncio_await(asyncio_shield(futures[0]));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "attached to a different loop");
    asyncio_loop_close(other);
}

ASYNC_TEST(an_iteration_can_be_broken_off_and_taken_up_again)
{
    asyncio_task *tasks[] = {begin(3, 1), begin(1, 2), begin(2, 3), begin(4, 4)};
    asyncio_as_completed *ends = asyncio_as_completed(tasks, 4);
    for (int i = 0; i < 2; i++)
        log_("%ld", (long)asyncio_await(asyncio_as_completed_next(ends)));
    asyncio_sleep(1.5);
    log_("again");
    take_all(ends);
    CHECK_LOG("2 3 again 1 4 end:-");
}

/* ---- shield ---- */

static void *await_shielded(void *task)
{
    long value = (long)asyncio_await(asyncio_shield((asyncio_task *)task));
    if (asyncio_failed())
        log_("shield:%s", asyncio_exception_name(asyncio_pending()));
    else
        log_("shield:%ld", value);
    return NULL;
}

ASYNC_TEST(shield_passes_the_result_on)
{
    CHECK_INT((long)asyncio_await(asyncio_shield(begin(1, 5))), 5);
    CHECK_INT((long)asyncio_await(asyncio_shield(asyncio_coro(work, asyncio_args(struct job, 1, 6)))), 6);
    asyncio_await(asyncio_shield(begin(1, -1)));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "-1");
}

ASYNC_TEST(what_is_done_is_returned_as_it_is)
{
    asyncio_task *task = begin(0, 5);
    settle();
    CHECK_POINTER(asyncio_shield(task), asyncio_task_as_future(task));
}

ASYNC_TEST(a_cancelled_shield_leaves_the_task_alone)
{
    asyncio_task *task = begin(3, 5);
    asyncio_task *waiting = asyncio_create_task(await_shielded, task);
    asyncio_sleep(1);
    asyncio_task_cancel(waiting);
    settle();
    CHECK_LOG("shield:CancelledError");
    CHECK_STRING(ending(waiting), "cancelled");
    CHECK_STRING(ending(task), "pending");
    CHECK_INT((long)asyncio_await(task), 5);
}

ASYNC_TEST(a_cancelled_task_cancels_its_shield)
{
    asyncio_task *task = begin(3, 5);
    asyncio_task *waiting = asyncio_create_task(await_shielded, task);
    asyncio_sleep(1);
    asyncio_task_cancel(task);
    settle();
    CHECK_LOG("cancelled:5 shield:CancelledError");
    CHECK_STRING(ending(waiting), "cancelled");
}

ASYNC_TEST(shield_in_wait_for)
{
    asyncio_task *task = begin(3, 5);
    asyncio_wait_for(asyncio_shield(task), 1);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_INT((long)asyncio_await(task), 5);
}

ASYNC_TEST(shield_in_gather)
{
    asyncio_task *task = begin(3, 5);
    asyncio_future *all = asyncio_gather(asyncio_shield(task), asyncio_shield(task));
    asyncio_sleep(1);
    asyncio_future_cancel(all);
    asyncio_await(all);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_INT((long)asyncio_await(task), 5);
}

ASYNC_TEST(shielded_futures_hand_on_results_exceptions_and_cancellations)
{
    asyncio_future *inner[] = {new_future(), new_future(), new_future()};
    asyncio_future *outer[] = {asyncio_shield(inner[0]), asyncio_shield(inner[1]), asyncio_shield(inner[2])};
    asyncio_exception *e = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "expected");
    asyncio_future_set_result(inner[0], "r");
    asyncio_future_set_exception(inner[1], e);
    asyncio_future_cancel(inner[2], "m");
    CHECK(!asyncio_future_done(outer[0]) && !asyncio_future_done(outer[1]) && !asyncio_future_done(outer[2]));
    asyncio_sleep(0);
    CHECK_STRING(asyncio_future_result(outer[0]), "r");
    CHECK_POINTER(asyncio_future_exception(outer[1]), e);
    CHECK(asyncio_future_cancelled(outer[2]));
    asyncio_future_result(outer[2]);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
}

ASYNC_TEST(a_shielded_gather_runs_on_when_the_shield_is_cancelled)
{
    asyncio_future *a = new_future(), *b = new_future();
    asyncio_future *gathered = asyncio_gather(a, b), *shield = asyncio_shield(gathered);
    CHECK(asyncio_future_cancel(shield));
    asyncio_sleep(0);
    CHECK(asyncio_future_cancelled(shield));
    asyncio_future_set_result(a, "a");
    asyncio_future_set_result(b, "b");
    char **results = asyncio_await(gathered);
    CHECK_STRING(results[0], "a");
    CHECK_STRING(results[1], "b");
}

ASYNC_TEST(cancelling_a_gather_of_shields_cancels_the_shields_and_goes_no_further)
{
    asyncio_future *a = new_future(), *b = new_future();
    asyncio_future *shields[] = {asyncio_shield(a), asyncio_shield(b)};
    asyncio_future *gathered = asyncio_gather_array(shields, 2);
    CHECK(asyncio_future_cancel(gathered, "m"));
    asyncio_sleep(0);
    CHECK(asyncio_future_cancelled(shields[0]) && asyncio_future_cancelled(shields[1]));
    CHECK_STRING(asyncio_exception_message(asyncio_future_exception(gathered)), "m");
    CHECK(!asyncio_future_done(a) && !asyncio_future_done(b));
    asyncio_future_set_result(a, NULL);
    asyncio_future_set_result(b, NULL);
    asyncio_sleep(0);
}

TEST(to_shield_a_coroutine_object_needs_a_running_loop)
{
    asyncio_coroutine *coro = asyncio_coro(return_arg, NULL);
    CHECK(!asyncio_shield(coro));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    CHECK(!asyncio_ensure_future(coro));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    asyncio_coro_close(coro);
}

/* 3.14: what nobody waits for any more is told at once. */
ASYNC_TEST(an_exception_after_the_shield_was_cancelled_is_told)
{
    expect_stderr("ValueError exception in shielded future");
    asyncio_task *task = begin(2, -5);
    asyncio_future *shield = asyncio_shield(task), *other = asyncio_shield(task);
    asyncio_sleep(1);
    asyncio_future_cancel(shield);
    asyncio_future_cancel(other);
    asyncio_sleep(2);
    CHECK_STRING(ending(task), "ValueError");
}

ASYNC_TEST(cancelled_in_the_moment_when_the_task_ends)
{
    asyncio_future *inner = new_future();
    asyncio_future *shield = asyncio_shield(inner);
    asyncio_future_set_result(inner, NULL);
    CHECK(asyncio_future_cancel(shield));
    settle();
    CHECK(asyncio_future_cancelled(shield));
    CHECK(!asyncio_future_cancelled(inner));
}

ASYNC_TEST(a_shield_that_nobody_waits_for)
{
    asyncio_future *forever = new_future();
    asyncio_drop(asyncio_shield(begin(1, 1)));
    asyncio_shield(forever);
    asyncio_sleep(2);
}

ASYNC_TEST(a_shield_of_nothing)
{
    asyncio_task *none = NULL;
    CHECK(!asyncio_shield(none));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

TEST(a_future_can_be_shielded_before_its_loop_runs)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *inner = asyncio_loop_create_future(loop), *outer = asyncio_shield(inner);
    asyncio_future_set_result(inner, "r");
    CHECK_STRING(asyncio_loop_run_until_complete(loop, outer), "r");
    asyncio_loop_close(loop);
}

/* ---- many who wait for one future: any of them can stop ---- */

static asyncio_future *awaited;

static void *wait_at_most(void *arg)
{
    long number = (long)arg;
    int done = asyncio_wait(&awaited, 1, .timeout = (double)number);
    log_(done ? "in time:%ld" : "late:%ld", number);
    return NULL;
}

static void log_future(asyncio_future *future, void *arg)
{
    (void)future;
    log_("%s", (const char *)arg);
}

ASYNC_TEST(those_who_give_up_waiting_leave_the_order_of_the_others_alone)
{
    static const long seconds[] = {2, 9, 1, 8, 3, 7};
    awaited = new_future();
    asyncio_task *inner = begin(20, 1);
    asyncio_future *shields[3];
    for (int i = 0; i < 3; i++)
        shields[i] = asyncio_shield(inner);
    for (int i = 0; i < 6; i++)
        asyncio_create_task(wait_at_most, (void *)seconds[i]);
    asyncio_sleep(0);
    asyncio_future_add_done_callback(awaited, log_future, "callback");
    CHECK_INT(asyncio_wait(&awaited, 1, .timeout = 5), 0);
    CHECK_LOG("late:1 late:2 late:3");
    asyncio_future_cancel(shields[1]);
    asyncio_sleep(0);
    asyncio_future_set_result(awaited, NULL);
    settle();
    CHECK_LOG("callback in time:9 in time:8 in time:7");
    CHECK_INT(asyncio_wait(shields, 3), 3);
    CHECK(asyncio_future_result(shields[0]) == (void *)1 && asyncio_future_result(shields[2]) == (void *)1);
}

ASYNC_TEST(a_callback_that_removes_others_of_the_same_future_while_they_run)
{
    awaited = new_future();
    for (int i = 0; i < 3; i++) {
        asyncio_future_add_done_callback(awaited, log_future, "a");
        asyncio_future_add_done_callback(awaited, log_future, "b");
    }
    CHECK_INT(asyncio_future_remove_done_callback(awaited, log_future, "a"), 3);
    CHECK_INT(asyncio_future_remove_done_callback(awaited, log_future, "a"), 0);
    asyncio_future_set_result(awaited, NULL);
    CHECK_INT(asyncio_future_remove_done_callback(awaited, log_future, "b"), 0); /* they are queued */
    asyncio_sleep(0);
    CHECK_LOG("b b b");
}

ASYNC_TEST(cancelled_shields_tell_of_an_exception_after_the_callbacks_that_came_before_the_last_of_them)
{
    asyncio_future *inner = new_future();
    asyncio_future *first = asyncio_shield(inner), *second = asyncio_shield(inner);
    asyncio_future_cancel(first);
    asyncio_sleep(0);
    asyncio_future_add_done_callback(inner, log_future, "between");
    asyncio_future_cancel(second);
    asyncio_sleep(0);
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), log_told, NULL);
    asyncio_future_set_exception(inner, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "x"));
    settle();
    CHECK_LOG("between told:x");
}

static void *never(void *arg)
{
    asyncio_sleep(1000);
    return arg;
}

static void *make_and_shield(void *arg)
{
    asyncio_future **shield = arg;
    *shield = asyncio_keep(asyncio_shield(asyncio_create_task(never)));
    return NULL;
}

/* The task loses whoever watches it when its loop is closed; they must not look for themselves there any more. */
TEST(a_shield_outlives_the_loop_in_which_its_task_was_pending)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *shield = NULL;
    asyncio_loop_run_until_complete(loop, asyncio_coro(make_and_shield, &shield));
    expect_stderr("Task was destroyed but it is pending!");
    asyncio_loop_close(loop);
    asyncio_drop(shield);
}
