/* Condition and Barrier. The logs are what CPython 3.13 makes of the same steps. */
#include "unit.h"

struct client {
    const char *name;
    asyncio_condition *condition;
};

static void *waiter(void *arg)
{
    struct client *me = arg;
    asyncio_with (me->condition) {
        if (asyncio_condition_wait(me->condition) == 0)
            log_("%s:woken", me->name);
        else
            log_("%s:%s(%s,%s)", me->name, asyncio_exception_name(asyncio_pending()),
                 asyncio_exception_message(asyncio_pending()),
                 asyncio_condition_locked(me->condition) ? "True" : "False");
    }
    return NULL;
}

static asyncio_task *begin(const char *name, asyncio_condition *condition)
{
    return asyncio_create_task(waiter, asyncio_args(struct client, name, condition));
}

static void notify_all(asyncio_condition *condition)
{
    asyncio_with (condition)
        asyncio_condition_notify_all(condition);
    settle();
}

/* ---- Condition ---- */

ASYNC_TEST(notify_wakes_so_many_in_order)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    begin("a", condition);
    begin("b", condition);
    begin("c", condition);
    settle();
    asyncio_with (condition) {
        CHECK_INT(asyncio_condition_notify(condition, 2), 0);
        log_("notified");
    }
    settle();
    CHECK_LOG("notified a:woken b:woken");
    notify_all(condition);
    CHECK_LOG("c:woken");
    asyncio_with (condition) {
        CHECK_INT(asyncio_condition_notify(condition), 0); /* nobody is there */
        CHECK_INT(asyncio_condition_notify(condition, 0), 0);
    }
}

ASYNC_TEST(notify_one)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    begin("a", condition);
    begin("b", condition);
    settle();
    asyncio_with (condition)
        asyncio_condition_notify(condition);
    settle();
    CHECK_LOG("a:woken");
    notify_all(condition);
    CHECK_LOG("b:woken");
}

ASYNC_TEST(a_waiter_runs_when_the_lock_is_free)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    begin("a", condition);
    settle();
    asyncio_with (condition) {
        asyncio_condition_notify_all(condition);
        settle();
        CHECK_LOG("");
    }
    settle();
    CHECK_LOG("a:woken");
}

ASYNC_TEST(conditions_may_share_a_lock)
{
    asyncio_lock *lock = asyncio_lock_new();
    asyncio_condition *one = asyncio_condition_new(lock), *two = asyncio_condition_new(lock);
    begin("a", one);
    begin("b", two);
    settle();
    asyncio_with (lock) {
        CHECK(asyncio_condition_locked(one) && asyncio_condition_locked(two));
        asyncio_condition_notify_all(two);
    }
    settle();
    CHECK_LOG("b:woken");
    notify_all(one);
    CHECK_LOG("a:woken");
}

ASYNC_TEST(its_lock)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    CHECK(!asyncio_condition_locked(condition));
    CHECK_INT(asyncio_condition_acquire(condition), 0);
    CHECK(asyncio_condition_locked(condition));
    CHECK_INT(asyncio_condition_release(condition), 0);
    CHECK_INT(asyncio_condition_release(condition), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "not acquired");
    CHECK_INT(asyncio_condition_wait(condition), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot wait on un-acquired lock");
    CHECK_INT(asyncio_condition_notify(condition), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot notify on un-acquired lock");
    CHECK_INT(asyncio_condition_notify_all(condition), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot notify on un-acquired lock");
}

/* ---- Condition: how many, and who is next ---- */

static void notify(asyncio_condition *condition, long count)
{
    asyncio_with (condition)
        asyncio_condition_notify(condition, count);
    settle();
}

ASYNC_TEST(a_notification_that_nobody_waits_for_is_forgotten)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    notify(condition, 3);
    begin("a", condition);
    settle();
    CHECK_LOG("");
    notify(condition, -1);
    CHECK_LOG("");
    begin("b", condition);
    settle();
    notify(condition, 5); /* more than there are */
    CHECK_LOG("a:woken b:woken");
    asyncio_task *c = begin("c", condition);
    settle();
    CHECK_STRING(ending(c), "pending");
    notify_all(condition);
    CHECK_LOG("c:woken");
}

ASYNC_TEST(two_notifications_in_one_block_wake_two)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    begin("a", condition);
    begin("b", condition);
    begin("c", condition);
    settle();
    asyncio_with (condition) {
        asyncio_condition_notify(condition);
        asyncio_condition_notify(condition);
    }
    settle();
    CHECK_LOG("a:woken b:woken");
    notify_all(condition);
    CHECK_LOG("c:woken");
}

static void *log_with_lock(void *arg)
{
    asyncio_with ((asyncio_condition *)arg)
        log_("other");
    return NULL;
}

ASYNC_TEST(who_is_notified_queues_for_the_lock_behind_those_that_wait_for_it)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    begin("a", condition);
    begin("b", condition);
    settle();
    asyncio_with (condition) {
        asyncio_create_task(log_with_lock, condition);
        asyncio_sleep(0);
        asyncio_condition_notify_all(condition);
        settle();
    }
    settle();
    CHECK_LOG("other a:woken b:woken");
}

static void *notify_from_the_queue(void *arg)
{
    asyncio_with ((asyncio_condition *)arg) {
        log_("in");
        asyncio_condition_notify(arg);
    }
    return NULL;
}

ASYNC_TEST(waiting_lets_the_next_one_have_the_lock)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_with (condition) {
        asyncio_create_task(notify_from_the_queue, condition);
        asyncio_sleep(0);
        log_("wait");
        CHECK_INT(asyncio_condition_wait(condition), 0);
        log_("woken");
    }
    CHECK_LOG("wait in woken");
}

static void *wait_and_notify(void *arg)
{
    struct client *me = arg;
    asyncio_with (me->condition) {
        asyncio_condition_wait(me->condition);
        log_("%s", me->name);
        asyncio_condition_notify(me->condition);
    }
    return NULL;
}

ASYNC_TEST(who_was_woken_may_wake_the_next)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_create_task(wait_and_notify, asyncio_args(struct client, "a", condition));
    asyncio_create_task(wait_and_notify, asyncio_args(struct client, "b", condition));
    asyncio_create_task(wait_and_notify, asyncio_args(struct client, "c", condition));
    settle();
    notify(condition, 1);
    CHECK_LOG("a b c");
}

/* ---- Condition: cancellation ---- */

ASYNC_TEST(notified_then_cancelled)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *a = begin("a", condition);
    begin("b", condition);
    settle();
    asyncio_with (condition) {
        asyncio_condition_notify(condition);
        asyncio_task_cancel(a);
    }
    settle();
    CHECK_LOG("a:CancelledError(,True) b:woken");
}

ASYNC_TEST(cancelled_then_notified)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *a = begin("a", condition);
    begin("b", condition);
    settle();
    asyncio_with (condition) {
        asyncio_task_cancel(a);
        asyncio_condition_notify(condition);
    }
    settle();
    CHECK_LOG("a:CancelledError(,True) b:woken");
}

/* A spurious wake-up, which the protocol allows: CPython cannot tell whether the waiter was notified. */
ASYNC_TEST(a_cancelled_waiter_wakes_another_one)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *a = begin("a", condition);
    begin("b", condition);
    settle();
    asyncio_task_cancel(a, "one");
    settle();
    CHECK_LOG("a:CancelledError(one,True) b:woken");
    CHECK_STRING(ending(a), "cancelled");
}

ASYNC_TEST(cancelled_while_it_takes_the_lock_again)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *a = begin("a", condition);
    begin("b", condition);
    settle();
    asyncio_with (condition) {
        asyncio_condition_notify(condition);
        settle();
        asyncio_task_cancel(a, "x");
        settle();
        asyncio_task_cancel(a, "y");
        settle();
        log_("releasing");
    }
    settle();
    CHECK_LOG("releasing a:CancelledError(y,True) b:woken");
}

ASYNC_TEST(cancelled_twice)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *a = begin("a", condition);
    begin("b", condition);
    settle();
    asyncio_with (condition) {
        asyncio_task_cancel(a, "x");
        settle();
        asyncio_task_cancel(a, "y");
        settle();
        log_("releasing");
    }
    settle();
    CHECK_LOG("releasing a:CancelledError(y,True) b:woken");
    CHECK_STRING(ending(a), "cancelled");
    CHECK(!asyncio_condition_locked(condition));
}

ASYNC_TEST(cancelled_when_the_lock_is_handed_over)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *a = begin("a", condition);
    begin("b", condition);
    settle();
    asyncio_condition_acquire(condition);
    asyncio_condition_notify(condition);
    settle();
    asyncio_condition_release(condition);
    asyncio_task_cancel(a, "z");
    settle();
    CHECK_LOG("a:CancelledError(z,True) b:woken");
    CHECK(!asyncio_condition_locked(condition));
}

ASYNC_TEST(all_notified_and_all_cancelled)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *a = begin("a", condition), *b = begin("b", condition);
    settle();
    asyncio_with (condition) {
        asyncio_condition_notify_all(condition);
        asyncio_task_cancel(a);
        asyncio_task_cancel(b);
    }
    settle();
    CHECK_LOG("a:CancelledError(,True) b:CancelledError(,True)");
    CHECK(!asyncio_condition_locked(condition));
}

ASYNC_TEST(wait_with_a_timeout_takes_the_lock_again)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_with (condition) {
        asyncio_with (asyncio_timeout(1))
            asyncio_condition_wait(condition);
        CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
        CHECK(asyncio_condition_locked(condition));
    }
    CHECK(!asyncio_condition_locked(condition));
}

/* It does not use up a notification, and then wakes one more than was asked for. */
ASYNC_TEST(a_waiter_that_is_cancelled_first_is_not_counted)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *a = begin("a", condition);
    begin("b", condition);
    begin("c", condition);
    begin("d", condition);
    settle();
    asyncio_with (condition) {
        asyncio_task_cancel(a);
        asyncio_condition_notify(condition, 2);
    }
    settle();
    CHECK_LOG("a:CancelledError(,True) b:woken c:woken d:woken");
}

ASYNC_TEST(two_notified_and_both_cancelled_wake_two_others)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *a = begin("a", condition), *b = begin("b", condition);
    begin("c", condition);
    begin("d", condition);
    settle();
    asyncio_with (condition) {
        asyncio_condition_notify(condition, 2);
        asyncio_task_cancel(a);
        asyncio_task_cancel(b);
    }
    settle();
    CHECK_LOG("a:CancelledError(,True) b:CancelledError(,True) c:woken d:woken");
}

static void *count_requests(void *arg)
{
    asyncio_condition *condition = arg;
    asyncio_with (condition) {
        asyncio_condition_wait(condition);
        asyncio_exception *e = asyncio_except(ASYNCIO_CANCELLED_ERROR);
        log_("%s %d", asyncio_exception_message(e), asyncio_task_cancelling(asyncio_current_task()));
    }
    return NULL;
}

ASYNC_TEST(three_requests_while_it_waits_for_the_lock_are_one_error_and_stay_counted)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *task = asyncio_create_task(count_requests, condition);
    static const char *const messages[] = {"1", "2", "3"};
    settle();
    asyncio_with (condition)
        for (int i = 0; i < 3; i++) {
            asyncio_task_cancel(task, messages[i]);
            settle();
        }
    settle();
    CHECK_LOG("3 3");
    CHECK_STRING(ending(task), "result");
}

ASYNC_TEST(who_is_cancelled_while_it_waits_for_the_lock_loses_its_place_in_the_queue)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *a = begin("a", condition);
    settle();
    asyncio_with (condition) {
        asyncio_condition_notify(condition);
        asyncio_sleep(0);
        asyncio_create_task(log_with_lock, condition);
        settle();
        asyncio_task_cancel(a);
        settle();
    }
    settle();
    CHECK_LOG("other a:CancelledError(,True)");
}

static void *wait_within_1(void *arg)
{
    asyncio_condition *condition = arg;
    asyncio_with (asyncio_timeout(1))
        asyncio_with (condition) {
            asyncio_condition_wait(condition);
            log_("%s at %g", asyncio_failed() ? "cancelled" : "woken", now());
        }
    log_("%s", raised());
    return NULL;
}

ASYNC_TEST(time_that_is_up_while_the_lock_is_taken_is_heard_when_it_is_free)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_create_task(wait_within_1, condition);
    settle();
    asyncio_with (condition) {
        asyncio_condition_notify(condition);
        asyncio_sleep(3);
    }
    settle();
    CHECK_LOG("cancelled at 3 TimeoutError");
    CHECK(!asyncio_condition_locked(condition));
}

static void *notify_at_1(void *arg)
{
    asyncio_sleep(1);
    asyncio_with ((asyncio_condition *)arg)
        asyncio_condition_notify((asyncio_condition *)arg);
    return NULL;
}

/* In one turn, in either order: the notification goes to the next. */
ASYNC_TEST(notified_when_time_is_up)
{
    for (int notified_first = 0; notified_first < 2; notified_first++) {
        asyncio_condition *condition = asyncio_condition_new(NULL);
        double begun = now();
        if (notified_first)
            asyncio_create_task(notify_at_1, condition);
        asyncio_sleep(0);
        asyncio_create_task(wait_within_1, condition);
        asyncio_task *b = begin("b", condition);
        asyncio_sleep(0);
        if (!notified_first)
            asyncio_create_task(notify_at_1, condition);
        asyncio_sleep(2);
        CHECK_NUMBER(now() - begun, 2);
        CHECK_STRING(ending(b), "result");
        CHECK_LOG(notified_first ? "cancelled at 3 TimeoutError b:woken" : "cancelled at 1 TimeoutError b:woken");
    }
}

static void *acquire_and_log(void *arg)
{
    struct client *me = arg;
    asyncio_with (me->condition)
        log_("%s", me->name);
    if (asyncio_failed())
        log_("!%s", me->name);
    return NULL;
}

ASYNC_TEST(cancelled_when_its_lock_is_handed_over_to_who_only_wants_that)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_condition_acquire(condition);
    asyncio_task *a = asyncio_create_task(acquire_and_log, asyncio_args(struct client, "a", condition));
    asyncio_create_task(acquire_and_log, asyncio_args(struct client, "b", condition));
    asyncio_sleep(0);
    asyncio_condition_release(condition);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("!a b");
    CHECK(!asyncio_condition_locked(condition));
}

ASYNC_TEST(a_cancelled_waiter_wakes_one_of_its_own_condition)
{
    asyncio_lock *lock = asyncio_lock_new();
    asyncio_condition *one = asyncio_condition_new(lock), *two = asyncio_condition_new(lock);
    asyncio_task *a = begin("a", one);
    begin("b", two);
    begin("c", one);
    settle();
    asyncio_with (lock) {
        asyncio_condition_notify(one);
        asyncio_task_cancel(a);
    }
    settle();
    CHECK_LOG("a:CancelledError(,True) c:woken");
    notify_all(two);
    CHECK_LOG("b:woken");
}

/* ---- Condition: wait_for ---- */

static int level;

static bool level_reaches(void *arg)
{
    log_("%d?", level);
    return level >= (int)(long)arg;
}

static void *wait_for_level(void *arg)
{
    asyncio_condition *condition = arg;
    asyncio_with (condition) {
        int status = asyncio_condition_wait_for(condition, level_reaches, (void *)2);
        log_("%d", status);
    }
    return NULL;
}

ASYNC_TEST(wait_for_a_predicate)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *task = asyncio_create_task(wait_for_level, condition);
    for (level = 0; level < 2; level++) {
        settle();
        asyncio_with (condition)
            asyncio_condition_notify_all(condition);
        settle();
    }
    CHECK_LOG("0? 0? 1?");
    notify_all(condition);
    CHECK_LOG("2? 0");
    CHECK_STRING(ending(task), "result");
}

ASYNC_TEST(a_predicate_that_holds_does_not_wait)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    level = 3;
    wait_for_level(condition);
    CHECK_LOG("3? 0");
}

static bool fails(void *arg)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", (char *)arg);
    return false;
}

ASYNC_TEST(a_predicate_that_raises)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_with (condition)
        CHECK_INT(asyncio_condition_wait_for(condition, fails, "p"), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "p");
    CHECK_INT(asyncio_condition_wait_for(condition, NULL, NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "predicate");
}

static bool fails_the_second_time(void *arg)
{
    if (++*(int *)arg == 2)
        asyncio_raise(ASYNCIO_VALUE_ERROR, "second");
    return false;
}

static void *wait_for_failure(void *arg)
{
    asyncio_condition *condition = arg;
    int asked = 0;
    asyncio_with (condition) {
        CHECK_INT(asyncio_condition_wait_for(condition, fails_the_second_time, &asked), -1);
        log_("%d", asyncio_condition_locked(condition));
        CHECK_RAISES(ASYNCIO_VALUE_ERROR, "second");
    }
    return NULL;
}

/* The notification has been used: nobody else is woken for it. */
ASYNC_TEST(a_predicate_that_raises_after_a_notification)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_create_task(wait_for_failure, condition);
    begin("b", condition);
    settle();
    notify(condition, 1);
    CHECK_LOG("1");
    CHECK(!asyncio_condition_locked(condition));
    notify(condition, 1);
    CHECK_LOG("b:woken");
}

static bool never(void *arg)
{
    (void)arg;
    log_("?");
    return false;
}

static void *wait_for_never(void *arg)
{
    asyncio_condition *condition = arg;
    asyncio_with (condition) {
        CHECK_INT(asyncio_condition_wait_for(condition, never, NULL), -1);
        log_("%s %d", asyncio_exception_name(asyncio_pending()), asyncio_condition_locked(condition));
    }
    return NULL;
}

ASYNC_TEST(a_predicate_is_not_asked_when_the_wait_was_cancelled)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *task = asyncio_create_task(wait_for_never, condition);
    settle();
    asyncio_task_cancel(task);
    settle();
    CHECK_LOG("? CancelledError 1");
    CHECK_STRING(ending(task), "cancelled");
}

ASYNC_TEST(a_predicate_that_never_holds_in_time)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_with (asyncio_timeout(1))
        wait_for_never(condition);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_LOG("? CancelledError 1");
}

static bool holds(void *arg)
{
    return ++*(int *)arg > 1;
}

/* The lock is only looked at if there is to wait. */
ASYNC_TEST(wait_for_without_the_lock)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    int asked = 0;
    CHECK_INT(asyncio_condition_wait_for(condition, holds, &asked), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "cannot wait on un-acquired lock");
    CHECK_INT(asked, 1);
    CHECK_INT(asyncio_condition_wait_for(condition, holds, &asked), 0);
}

ASYNC_TEST(conditions_called_wrongly)
{
    asyncio_condition *none = NULL;
    CHECK_INT(asyncio_condition_wait(none), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "a condition");
    CHECK(!asyncio_condition_new((asyncio_lock *)asyncio_event_new()));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "a lock");
    CHECK_INT(asyncio_barrier_wait((asyncio_barrier *)NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "a barrier");
    CHECK(!asyncio_barrier_new(0));
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "parties must be > 0");
}

/* ---- Barrier ---- */

struct party {
    const char *name;
    asyncio_barrier *barrier;
};

static void *arrive(void *arg)
{
    struct party *me = arg;
    int index = asyncio_barrier_wait(me->barrier);
    if (index >= 0)
        log_("%s:%d", me->name, index);
    else
        log_("%s:%s", me->name, raised());
    return NULL;
}

static asyncio_task *send(const char *name, asyncio_barrier *barrier)
{
    return asyncio_create_task(arrive, asyncio_args(struct party, name, barrier));
}

static void *reset(void *barrier)
{
    asyncio_barrier_reset((asyncio_barrier *)barrier);
    return NULL;
}

static void *abort_(void *barrier)
{
    asyncio_barrier_abort((asyncio_barrier *)barrier);
    return NULL;
}

ASYNC_TEST(three_pass_and_the_fourth_waits)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    CHECK_INT(asyncio_barrier_parties(barrier), 3);
    send("a", barrier);
    send("b", barrier);
    send("c", barrier);
    send("d", barrier);
    settle();
    CHECK_LOG("c:2 a:0 b:1");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 1);
    send("e", barrier);
    send("f", barrier);
    settle();
    CHECK_LOG("f:2 d:0 e:1");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
}

ASYNC_TEST(a_round_that_comes_while_the_one_before_leaves)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    send("a", barrier);
    send("b", barrier);
    settle();
    send("c", barrier);
    asyncio_sleep(0);
    send("d", barrier);
    send("e", barrier);
    send("f", barrier);
    settle();
    CHECK_LOG("c:2 a:0 b:1 f:2 d:0 e:1");
}

ASYNC_TEST(one_that_is_cancelled_does_not_count)
{
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    asyncio_task *a = send("a", barrier);
    settle();
    asyncio_task_cancel(a);
    settle();
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
    CHECK(!asyncio_barrier_broken(barrier));
    send("b", barrier);
    settle();
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 1);
    send("c", barrier);
    settle();
    CHECK_LOG("a:CancelledError c:1 b:0");
}

ASYNC_TEST(cancelled_after_the_last_one_came)
{
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    asyncio_task *a = send("a", barrier);
    settle();
    send("b", barrier);
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("b:1 a:CancelledError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
}

ASYNC_TEST(cancelled_before_the_last_one_comes)
{
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    asyncio_task *a = send("a", barrier);
    settle();
    send("b", barrier);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("b:1 a:CancelledError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
    CHECK(!asyncio_barrier_broken(barrier));
}

ASYNC_TEST(reset_sends_who_waits_away)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    send("a", barrier);
    settle();
    asyncio_create_task(reset, barrier);
    send("b", barrier); /* comes during the reset: waits for the next round */
    settle();
    CHECK_LOG("a:BrokenBarrierError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 1);
    CHECK(!asyncio_barrier_broken(barrier));
    asyncio_create_task(abort_, barrier);
    send("c", barrier);
    settle();
    CHECK_LOG("c:BrokenBarrierError b:BrokenBarrierError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
    CHECK(asyncio_barrier_broken(barrier));
    CHECK_INT(asyncio_barrier_reset(barrier), 0);
    CHECK(!asyncio_barrier_broken(barrier));
}

ASYNC_TEST(abort_and_reset_at_once)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    send("a", barrier);
    settle();
    asyncio_barrier_abort(barrier);
    asyncio_barrier_reset(barrier);
    send("b", barrier);
    settle();
    CHECK_LOG("a:BrokenBarrierError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 1);
}

ASYNC_TEST(a_barrier_for_one)
{
    asyncio_barrier *barrier = asyncio_barrier_new(1);
    CHECK_INT(asyncio_barrier_wait(barrier), 0);
    CHECK_INT(asyncio_barrier_wait(barrier), 0);
}

static void *pass_with(void *arg)
{
    struct party *me = arg;
    asyncio_with (me->barrier)
        log_("%s", me->name);
    return NULL;
}

ASYNC_TEST(a_block_behind_a_barrier)
{
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    asyncio_create_task(pass_with, asyncio_args(struct party, "a", barrier));
    settle();
    CHECK_LOG("");
    asyncio_create_task(pass_with, asyncio_args(struct party, "b", barrier));
    settle();
    CHECK_LOG("b a");
}

/* ---- Barrier: the rarer moments ---- */

struct party_and_then {
    struct party me;
    int (*then)(asyncio_barrier *);
    long index; /* who does it, or -1 */
};

static void *arrive_then(void *arg)
{
    struct party_and_then *what = arg;
    int index = asyncio_barrier_wait(what->me.barrier);
    log_("%s:%d", what->me.name, index);
    if (what->index < 0 || what->index == index) {
        CHECK_INT(what->then(what->me.barrier), 0);
        log_("%s!", what->me.name);
    }
    return NULL;
}

static int reset_it(asyncio_barrier *barrier)
{
    return asyncio_barrier_reset(barrier);
}

static int abort_it(asyncio_barrier *barrier)
{
    return asyncio_barrier_abort(barrier);
}

static void send_then(const char *name, asyncio_barrier *barrier, int (*then)(asyncio_barrier *), long index)
{
    asyncio_create_task(arrive_then, asyncio_args(struct party_and_then, {name, barrier}, then, index));
}

ASYNC_TEST(reset_right_after_the_last_one_came)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    send("a", barrier);
    send("b", barrier);
    settle();
    send("c", barrier);
    asyncio_create_task(reset, barrier);
    settle();
    CHECK_LOG("c:2 a:BrokenBarrierError b:BrokenBarrierError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
    CHECK(!asyncio_barrier_broken(barrier));
}

ASYNC_TEST(reset_while_some_leave_and_others_wait_outside)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    send("a", barrier);
    send("b", barrier);
    settle();
    send_then("c", barrier, reset_it, -1);
    send("d", barrier);
    send("e", barrier);
    settle();
    CHECK_LOG("c:2 c! a:BrokenBarrierError b:BrokenBarrierError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 2);
    send("f", barrier);
    settle();
    CHECK_LOG("f:2 d:0 e:1");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
}

ASYNC_TEST(reset_by_the_first_that_leaves)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    send_then("a", barrier, reset_it, 0);
    send("b", barrier);
    send("c", barrier);
    settle();
    CHECK_LOG("c:2 a:0 a! b:BrokenBarrierError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
}

ASYNC_TEST(abort_while_some_leave_and_others_wait_outside)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    send("a", barrier);
    send("b", barrier);
    settle();
    send_then("c", barrier, abort_it, -1);
    send("d", barrier);
    send("e", barrier);
    settle();
    CHECK_LOG("c:2 c! d:BrokenBarrierError e:BrokenBarrierError a:BrokenBarrierError b:BrokenBarrierError");
    CHECK(asyncio_barrier_broken(barrier));
    send("f", barrier);
    settle();
    CHECK_LOG("f:BrokenBarrierError");
    CHECK_INT(asyncio_barrier_reset(barrier), 0);
    asyncio_task *g = send("g", barrier);
    settle();
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 1);
    asyncio_task_cancel(g);
    settle();
    CHECK_LOG("g:CancelledError");
}

ASYNC_TEST(one_that_waits_outside_is_cancelled)
{
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    send("a", barrier);
    settle();
    send("b", barrier);
    asyncio_task *c = send("c", barrier);
    send("d", barrier);
    asyncio_sleep(0);
    asyncio_task_cancel(c);
    settle();
    CHECK_LOG("b:1 a:0 c:CancelledError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 1);
    send("e", barrier);
    settle();
    CHECK_LOG("e:1 d:0");
}

ASYNC_TEST(reset_and_abort_with_nobody_there)
{
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    CHECK_INT(asyncio_barrier_reset(barrier), 0);
    send("a", barrier);
    send("b", barrier);
    settle();
    CHECK_LOG("b:1 a:0");
    CHECK_INT(asyncio_barrier_abort(barrier), 0);
    CHECK_INT(asyncio_barrier_abort(barrier), 0);
    CHECK(asyncio_barrier_broken(barrier));
    send("c", barrier);
    settle();
    CHECK_LOG("c:BrokenBarrierError");
    CHECK_INT(asyncio_barrier_reset(barrier), 0);
    send("d", barrier);
    send("e", barrier);
    settle();
    CHECK_LOG("e:1 d:0");
}

ASYNC_TEST(two_resets_at_once_and_one_that_comes_during_them)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    send("a", barrier);
    send("b", barrier);
    settle();
    asyncio_create_task(reset, barrier);
    asyncio_create_task(reset, barrier);
    asyncio_task *c = send("c", barrier);
    settle();
    CHECK_LOG("a:BrokenBarrierError b:BrokenBarrierError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 1);
    asyncio_task_cancel(c);
    settle();
    CHECK_LOG("c:CancelledError");
}

ASYNC_TEST(one_is_cancelled_in_the_moment_of_a_reset)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    asyncio_task *a = send("a", barrier);
    send("b", barrier);
    settle();
    asyncio_task_cancel(a);
    asyncio_create_task(reset, barrier);
    settle();
    CHECK_LOG("a:CancelledError b:BrokenBarrierError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
}

ASYNC_TEST(all_that_wait_are_cancelled)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    asyncio_task *a = send("a", barrier), *b = send("b", barrier);
    settle();
    asyncio_task_cancel(a);
    asyncio_task_cancel(b);
    settle();
    CHECK_LOG("a:CancelledError b:CancelledError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
    send("c", barrier);
    send("d", barrier);
    settle();
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 2);
    send("e", barrier);
    settle();
    CHECK_LOG("e:2 c:0 d:1");
}

ASYNC_TEST(one_whose_time_is_up_leaves_room)
{
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    asyncio_with (asyncio_timeout(1))
        asyncio_barrier_wait(barrier);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
    send("a", barrier);
    asyncio_with (asyncio_timeout(1))
        CHECK_INT(asyncio_barrier_wait(barrier), 0); /* it came before a, which has not begun */
    settle();
    CHECK_LOG("a:1");
}

ASYNC_TEST(an_abort_after_a_round_sends_the_next_one_away)
{
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    send_then("a", barrier, abort_it, 0);
    send("b", barrier);
    send("c", barrier);
    settle();
    CHECK_LOG("b:1 a:0 a! c:BrokenBarrierError");
    CHECK(asyncio_barrier_broken(barrier));
}

/* It is leaving, and waits for the lock: it leaves all the same, and those outside come in. */
ASYNC_TEST(cancelled_twice_while_it_leaves)
{
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    asyncio_task *a = send("a", barrier);
    settle();
    send("b", barrier);
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    send("c", barrier);
    asyncio_sleep(0);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("b:1 a:CancelledError");
    send("d", barrier);
    settle();
    CHECK_LOG("d:1 c:0");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 0);
}

ASYNC_TEST(one_of_two_that_leave_is_cancelled_while_another_comes)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    asyncio_task *a = send("a", barrier), *b = send("b", barrier);
    settle();
    send("c", barrier);
    asyncio_sleep(0);
    asyncio_task_cancel(b);
    asyncio_task *d = send("d", barrier);
    asyncio_sleep(0);
    asyncio_task_cancel(a); /* too late */
    settle();
    CHECK_LOG("c:2 a:0 b:CancelledError");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 1);
    asyncio_task_cancel(d);
    settle();
    CHECK_LOG("d:CancelledError");
}

static void *arrive_3_times(void *arg)
{
    for (int round = 0; round < 3; round++)
        arrive(arg);
    return NULL;
}

ASYNC_TEST(round_after_round)
{
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    asyncio_create_task(arrive_3_times, asyncio_args(struct party, "a", barrier));
    asyncio_create_task(arrive_3_times, asyncio_args(struct party, "b", barrier));
    settle();
    CHECK_LOG("b:1 a:0 b:1 a:0 b:1 a:0");
}

ASYNC_TEST(a_reset_that_is_cancelled_before_it_began_resets_nothing)
{
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    send("a", barrier);
    settle();
    asyncio_task *resets = asyncio_create_task(reset, barrier);
    asyncio_task_cancel(resets);
    settle();
    CHECK_LOG("");
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 1);
    CHECK_INT(asyncio_barrier_wait(barrier), 1);
    settle();
    CHECK_LOG("a:0");
}

static void *deadlocked_in_condition(void *arg)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_with (condition)
        asyncio_condition_wait(condition);
    return arg;
}

static void *deadlocked_in_barrier(void *arg)
{
    asyncio_barrier_wait(asyncio_barrier_new(2));
    return arg;
}

TEST(deadlock_reports_name_them)
{
    expect_stderr("waits for condition #");
    expect_stderr("in deadlocked_in_condition");
    expect_stderr("waits for barrier #");
    expect_stderr("in deadlocked_in_barrier");
    CHECK_INT(asyncio_run(deadlocked_in_condition), 1);
    CHECK_INT(asyncio_run(deadlocked_in_barrier), 1);
}

/* Their maker ends while others wait. */
static void *make_and_leave(void *arg)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    begin("a", condition);
    send("b", barrier);
    asyncio_sleep(1);
    send("c", barrier);
    asyncio_sleep(0);
    asyncio_with (condition)
        asyncio_condition_notify_all(condition);
    return arg;
}

ASYNC_TEST(they_live_while_somebody_waits)
{
    asyncio_await(asyncio_create_task(make_and_leave, NULL));
    settle();
    CHECK_LOG("c:1 b:0 a:woken");
}

/* In CPython, where the number is the count at one's arrival, b and c get the same. */
ASYNC_TEST(no_two_that_pass_a_barrier_have_the_same_index_after_one_was_cancelled)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    asyncio_task *a = send("a", barrier);
    send("b", barrier);
    settle();
    asyncio_task_cancel(a);
    settle();
    CHECK_INT(asyncio_barrier_n_waiting(barrier), 1);
    send("c", barrier);
    send("d", barrier);
    settle();
    CHECK_LOG("a:CancelledError d:2 b:0 c:1");
    send("e", barrier);
    send("f", barrier);
    send("g", barrier);
    settle();
    CHECK_LOG("g:2 e:0 f:1");
}

ASYNC_TEST(the_last_of_a_barrier_may_give_up_and_nobody_notices)
{
    asyncio_barrier *barrier = asyncio_barrier_new(3);
    send("a", barrier);
    asyncio_task *b = send("b", barrier);
    settle();
    asyncio_task_cancel(b);
    settle();
    send("c", barrier);
    send("d", barrier);
    settle();
    CHECK_LOG("b:CancelledError d:2 a:0 c:1");
}

ASYNC_TEST(waiters_that_are_cancelled_before_they_run_are_passed_over)
{
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *tasks[5];
    const char *names[] = {"a", "b", "c", "d", "e"};
    for (int i = 0; i < 5; i++)
        tasks[i] = begin(names[i], condition);
    settle();
    CHECK_INT(asyncio_condition_statistics(condition).tasks_waiting, 5);
    asyncio_with (condition) {
        asyncio_task_cancel(tasks[0], "no");
        asyncio_task_cancel(tasks[2], "no");
        CHECK_INT(asyncio_condition_notify(condition, 2), 0); /* b and d */
        CHECK_INT(asyncio_condition_statistics(condition).tasks_waiting, 1);
        asyncio_task_cancel(tasks[1], "no"); /* too late for who was woken: it goes on to e */
    }
    settle();
    CHECK_LOG("a:CancelledError(no,True) c:CancelledError(no,True) b:CancelledError(no,True) d:woken e:woken");
}
