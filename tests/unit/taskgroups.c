/* TaskGroup: when the block ends, what comes out of it, whom it cancels, and that it takes back its own request to
 * cancel but loses no outer one. What each test expects is what CPython does. */
#include "unit.h"

static asyncio_task_group *tg; /* for children that add children */

#define ADD(group, body, arg) asyncio_task_group_create_task((group), (body), (arg))

/* ---- children ---- */

static void *return_arg(void *arg)
{
    return arg;
}

static void *fail(void *arg)
{
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", (char *)arg);
}

static void *yield_and_fail(void *arg)
{
    return asyncio_sleep(0) < 0 ? NULL : fail(arg);
}

static void *sleeper(void *arg)
{
    asyncio_sleep(10);
    asyncio_exception *e = asyncio_except(ASYNCIO_CANCELLED_ERROR);
    if (e) {
        log_("%s(%s)", (char *)arg, asyncio_exception_message(e));
        asyncio_raise_exception(e);
    }
    return arg;
}

static void *plus_minus(void *arg)
{
    log_("+%s", (char *)arg);
    asyncio_sleep(0);
    log_("-%s", (char *)arg);
    return arg;
}

/* Answers a cancellation with an error, after some turns. */
static void *fail_when_cancelled(void *arg)
{
    asyncio_sleep(10);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        turns(*(char *)arg - '0');
        return fail(arg);
    }
    return NULL;
}

static void *swallow(void *arg)
{
    asyncio_sleep(10);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        log_("swallowed");
    asyncio_sleep(0);
    log_("more");
    return arg;
}

/* ---- what came out ---- */

static void write_exception(char *text, const asyncio_exception *e)
{
    size_t count = asyncio_exception_group_count(e);
    strcat(text, asyncio_exception_name(e));
    if (!count) {
        strcat(strcat(strcat(text, "("), asyncio_exception_message(e)), ")");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        strcat(text, i ? " " : "[");
        write_exception(text, asyncio_exception_group_get(e, i));
    }
    strcat(text, "]");
}

static void log_exception(const asyncio_exception *e)
{
    char text[1000] = "";
    write_exception(text, e);
    log_("%s", text);
}

/* Logs what is pending and takes it; then the requests to cancel that this task has left. */
static void log_raised(void)
{
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);
    if (e)
        log_exception(e);
    log_("%d", asyncio_task_cancelling(asyncio_current_task()));
}

/* ---- when the block ends ---- */

ASYNC_TEST(the_block_ends_when_all_tasks_have_ended)
{
    asyncio_task *a = NULL;
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        a = ADD(tg, plus_minus, "a");
        ADD(tg, plus_minus, "b");
        log_("body");
    }
    log_("after");
    CHECK_LOG("body +a +b -a -b after");
    CHECK_STRING((char *)asyncio_task_result(a), "a");
}

static void *log_arg(void *arg)
{
    log_("%s", (char *)arg);
    return arg;
}

ASYNC_TEST(a_block_without_tasks_does_not_suspend)
{
    asyncio_spawn(log_arg, "other");
    tg = asyncio_task_group_new();
    asyncio_with (tg)
        log_("in");
    log_("after");
    CHECK_LOG("in after");
}

ASYNC_TEST(a_block_whose_tasks_are_done_at_its_end_does_not_suspend)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, plus_minus, "a");
        settle();
        asyncio_spawn(log_arg, "other");
    }
    log_("after");
    CHECK_LOG("+a -a after");
}

static void *log_turns(void *arg)
{
    for (int i = 0; i < 5; i++) {
        log_("%d", i);
        asyncio_sleep(0);
    }
    return arg;
}

ASYNC_TEST(the_block_ends_two_turns_after_its_last_task)
{
    asyncio_spawn(log_turns);
    tg = asyncio_task_group_new();
    asyncio_with (tg)
        ADD(tg, plus_minus, "a");
    log_("after");
    CHECK_LOG("0 +a 1 -a 2 3 after");
}

static void *add_children(void *arg)
{
    long n = (long)arg;
    log_("%ld", n);
    if (n > 0)
        ADD(tg, add_children, (void *)(n - 1));
    return NULL;
}

ASYNC_TEST(a_child_may_add_children)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg)
        ADD(tg, add_children, (void *)3);
    log_("after");
    CHECK_LOG("3 2 1 0 after");
}

ASYNC_TEST(tasks_of_a_group_have_names_and_may_be_made_of_coroutine_objects)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task *a = asyncio_task_group_create_task(tg, return_arg, "r", .name = "reader");
        asyncio_task *b = asyncio_task_group_create_task(tg, asyncio_coro(return_arg, "s"));
        CHECK_STRING(asyncio_task_get_name(a), "reader");
        CHECK_STRING((char *)asyncio_await(a), "r");
        CHECK_STRING((char *)asyncio_await(b), "s");
    }
}

static char *leave_block_by(char how)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, plus_minus, "a");
        if (how == 'r')
            return "returned";
        if (how == 'c')
            continue;
        if (how == 'g')
            goto out;
    }
    return "went on";
out:
    return "jumped";
}

ASYNC_TEST(a_block_left_by_return_break_or_goto_waits_too)
{
    CHECK_STRING(leave_block_by('r'), "returned");
    CHECK_LOG("+a -a");
    CHECK_STRING(leave_block_by('c'), "went on");
    CHECK_LOG("+a -a");
    CHECK_STRING(leave_block_by('g'), "jumped");
    CHECK_LOG("+a -a");
}

/* ---- errors ---- */

ASYNC_TEST(an_error_of_a_child_cancels_the_others_and_the_body)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, sleeper, "a");
        ADD(tg, fail, "x");
        ADD(tg, sleeper, "b");
        asyncio_sleep(5);
        log_("body: %s", asyncio_exception_name(asyncio_pending()));
    }
    log_raised();
    CHECK_LOG("a() b() body: CancelledError ExceptionGroup[ValueError(x)] 0");
    CHECK_NUMBER(now(), 0);
}

ASYNC_TEST(an_error_of_a_child_while_the_block_is_closing)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, sleeper, "a");
        ADD(tg, yield_and_fail, "x");
    }
    log_raised();
    CHECK_LOG("a() ExceptionGroup[ValueError(x)] 0");
}

ASYNC_TEST(an_error_of_the_body_cancels_the_children)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, sleeper, "a");
        ADD(tg, sleeper, "b");
        asyncio_sleep(0);
        asyncio_raise(ASYNCIO_KEY_ERROR, "k");
    }
    log_raised();
    CHECK_LOG("a() b() ExceptionGroup[KeyError(k)] 0");
}

ASYNC_TEST(an_error_of_the_body_before_the_children_began_cancels_them_before_their_first_step)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, sleeper, "a");
        asyncio_raise(ASYNCIO_KEY_ERROR, "k");
    }
    log_raised();
    CHECK_LOG("ExceptionGroup[KeyError(k)] 0");
}

ASYNC_TEST(errors_of_body_and_children_come_out_together_the_bodys_last)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, fail_when_cancelled, "0");
        asyncio_sleep(0);
        asyncio_raise(ASYNCIO_KEY_ERROR, "k");
    }
    log_raised();
    CHECK_LOG("ExceptionGroup[ValueError(0) KeyError(k)] 0");
}

ASYNC_TEST(errors_come_in_the_order_in_which_the_tasks_ended)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, fail_when_cancelled, "3");
        ADD(tg, fail_when_cancelled, "2");
        ADD(tg, fail_when_cancelled, "1");
        ADD(tg, yield_and_fail, "first");
    }
    log_raised();
    CHECK_LOG("ExceptionGroup[ValueError(first) ValueError(1) ValueError(2) ValueError(3)] 0");
}

ASYNC_TEST(the_group_of_errors_has_pythons_message)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg)
        ADD(tg, fail, "x");
    CHECK_RAISES(ASYNCIO_EXCEPTION_GROUP, "unhandled errors in a TaskGroup (1 sub-exception)");
}

ASYNC_TEST(a_child_that_swallows_its_cancellation_is_waited_for)
{
    asyncio_task *child = NULL;
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        child = ADD(tg, swallow, "r");
        ADD(tg, yield_and_fail, "x");
    }
    log_raised();
    CHECK_LOG("swallowed more ExceptionGroup[ValueError(x)] 0");
    CHECK_STRING((char *)asyncio_task_result(child), "r");
}

ASYNC_TEST(a_body_that_swallows_the_groups_cancellation_goes_on_once)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, yield_and_fail, "x");
        asyncio_sleep(10);
        log_raised();
        asyncio_sleep(0);
        log_("goes on");
    }
    log_raised();
    CHECK_LOG("CancelledError() 1 goes on ExceptionGroup[ValueError(x)] 0");
}

ASYNC_TEST(a_body_that_answers_the_groups_cancellation_with_an_error)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, yield_and_fail, "x");
        asyncio_sleep(10);
        asyncio_except(ASYNCIO_CANCELLED_ERROR);
        asyncio_raise(ASYNCIO_KEY_ERROR, "k");
    }
    log_raised();
    CHECK_LOG("ExceptionGroup[ValueError(x) KeyError(k)] 0");
}

ASYNC_TEST(all_that_fail_in_one_turn_come_out)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, yield_and_fail, "0");
        ADD(tg, yield_and_fail, "1");
        ADD(tg, yield_and_fail, "2");
    }
    log_raised();
    CHECK_LOG("ExceptionGroup[ValueError(0) ValueError(1) ValueError(2)] 0");
}

ASYNC_TEST(the_bodys_error_comes_last_though_it_was_first)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, fail_when_cancelled, "2");
        ADD(tg, sleeper, "a");
        ADD(tg, fail_when_cancelled, "1");
        asyncio_sleep(0);
        asyncio_raise(ASYNCIO_KEY_ERROR, "k");
    }
    log_raised();
    CHECK_LOG("a() ExceptionGroup[ValueError(1) ValueError(2) KeyError(k)] 0");
}

/* The group hears of the child's end before its body does. */
ASYNC_TEST(a_body_that_awaits_a_failing_child_is_cancelled)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task *child = ADD(tg, yield_and_fail, "x");
        asyncio_await(child);
        log_("body: %s", asyncio_exception_name(asyncio_pending()));
    }
    log_raised();
    CHECK_LOG("body: CancelledError ExceptionGroup[ValueError(x)] 0");
}

ASYNCIO_EXCEPTION_TYPE(own_base_exception, "MyBaseError", ASYNCIO_BASE_EXCEPTION);

static void *yield_and_raise_base(void *arg)
{
    return asyncio_sleep(0) < 0 ? NULL : asyncio_raise(own_base_exception, "%s", (char *)arg);
}

/* Only KeyboardInterrupt and SystemExit come out alone. */
ASYNC_TEST(with_a_base_exception_of_the_programs_own_it_is_a_base_exception_group)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, yield_and_raise_base, "child");
        ADD(tg, fail_when_cancelled, "0");
    }
    log_raised();
    CHECK_LOG("BaseExceptionGroup[MyBaseError(child) ValueError(0)] 0");
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, yield_and_fail, "x");
        asyncio_sleep(5);
        asyncio_except(ASYNCIO_CANCELLED_ERROR);
        asyncio_raise(own_base_exception, "body");
    }
    log_raised();
    CHECK_LOG("BaseExceptionGroup[ValueError(x) MyBaseError(body)] 0");
    tg = asyncio_task_group_new();
    asyncio_with (tg)
        asyncio_raise(own_base_exception, "alone");
    log_raised();
    CHECK_LOG("BaseExceptionGroup[MyBaseError(alone)] 0");
}

static long hydras;
static void *hydra(void *arg)
{
    hydras++;
    if (asyncio_sleep(1) == 0) {
        ADD(tg, hydra, arg);
        ADD(tg, hydra, arg);
    }
    return NULL;
}

static void *hercules(void *arg)
{
    while (hydras < 10)
        asyncio_sleep(1.5);
    return fail(arg);
}

ASYNC_TEST(an_error_ends_a_group_whose_tasks_multiply)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, hydra, NULL);
        ADD(tg, hercules, "h");
    }
    log_raised();
    CHECK_LOG("ExceptionGroup[ValueError(h)] 0");
    CHECK_INT(hydras, 31);
}

static void *raise_system_exit(void *arg)
{
    return asyncio_raise(ASYNCIO_SYSTEM_EXIT, "%s", (char *)arg);
}

ASYNC_TEST(system_exit_of_the_body_comes_out_bare)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, sleeper, "a");
        asyncio_sleep(0);
        raise_system_exit("k");
    }
    log_raised();
    CHECK_LOG("a() SystemExit(k) 0");
}

/* ---- children that are cancelled by others ---- */

ASYNC_TEST(a_child_that_is_cancelled_by_itself_is_no_error)
{
    asyncio_task *a = NULL;
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        a = ADD(tg, sleeper, "a");
        ADD(tg, plus_minus, "b");
        asyncio_sleep(0);
        asyncio_task_cancel(a, "x");
    }
    log_raised();
    CHECK_LOG("+b -b a(x) 0");
    CHECK_STRING(ending(a), "cancelled");
}

static void *raise_cancelled(void *arg)
{
    return asyncio_raise(ASYNCIO_CANCELLED_ERROR, "%s", (char *)arg);
}

ASYNC_TEST(a_child_that_raises_cancelled_error_is_no_error)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, raise_cancelled, "c");
        ADD(tg, plus_minus, "b");
    }
    log_raised();
    CHECK_LOG("+b -b 0");
}

ASYNC_TEST(a_body_that_awaits_a_cancelled_child_ends_cancelled)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task *a = ADD(tg, sleeper, "a");
        ADD(tg, sleeper, "b");
        asyncio_sleep(0);
        asyncio_task_cancel(a, "x");
        asyncio_await(a);
    }
    log_raised();
    CHECK_LOG("a(x) b() CancelledError(x) 0");
}

ASYNC_TEST(a_body_that_raises_cancelled_error_itself_ends_with_it)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, sleeper, "a");
        asyncio_sleep(0);
        raise_cancelled("own");
    }
    log_raised();
    CHECK_LOG("a() CancelledError(own) 0");
}

ASYNC_TEST(one_child_is_cancelled_and_another_fails)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task *a = ADD(tg, sleeper, "a");
        ADD(tg, yield_and_fail, "x");
        asyncio_sleep(0);
        asyncio_task_cancel(a, "c");
    }
    log_raised();
    CHECK_LOG("a(c) ExceptionGroup[ValueError(x)] 0");
}

static void *cancel_and_go_on(void *task)
{
    asyncio_task_cancel((asyncio_task *)task);
    asyncio_sleep(0);
    log_("goes on");
    return NULL;
}

ASYNC_TEST(a_child_that_cancels_another_goes_on)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task *a = ADD(tg, sleeper, "a");
        ADD(tg, cancel_and_go_on, a);
    }
    log_raised();
    CHECK_LOG("a() goes on 0");
}

static void *cancel_parent(void *arg)
{
    asyncio_task_cancel((asyncio_task *)arg, "child");
    return NULL;
}

static void *cancel_parent_and_fail(void *arg)
{
    asyncio_task_cancel((asyncio_task *)arg, "child");
    return fail("x");
}

ASYNC_TEST(a_child_that_cancels_its_parent_is_one_from_outside)
{
    asyncio_task *self = asyncio_current_task();
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, cancel_parent, self);
        ADD(tg, sleeper, "a");
    }
    log_raised();
    CHECK_LOG("a() CancelledError(child) 1");
    asyncio_task_uncancel(self);
}

ASYNC_TEST(a_child_that_cancels_its_parent_and_fails)
{
    asyncio_task *self = asyncio_current_task();
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, cancel_parent_and_fail, self);
        ADD(tg, sleeper, "a");
    }
    log_raised();
    CHECK_LOG("a() ExceptionGroup[ValueError(x)] 1");
    CHECK_INT(asyncio_sleep(0), -1);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    asyncio_task_uncancel(self);
}

/* ---- cancelled from outside ---- */

/* A task whose whole body is a group with two children: `arg` says which. Logs what came out, lets it go on. */
static void *group_of(void *arg)
{
    asyncio_body *const bodies[] = {['s'] = sleeper, ['f'] = fail_when_cancelled, ['w'] = swallow};
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        for (const char *kind = arg; *kind; kind++)
            if (*kind == 'b')
                asyncio_sleep(5);
            else
                ADD(group, bodies[(unsigned char)*kind], *kind == 'f' ? "2" : "child");
    }
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);
    if (e) {
        log_exception(e);
        log_("%d", asyncio_task_cancelling(asyncio_current_task()));
        if (asyncio_isinstance(e, ASYNCIO_CANCELLED_ERROR))
            return asyncio_raise_exception(e);
    }
    if (asyncio_sleep(0) < 0)
        log_("delivered later");
    return NULL;
}

static asyncio_task *started(char *children)
{
    asyncio_task *t = asyncio_create_task(group_of, children);
    turns(2);
    return t;
}

ASYNC_TEST(cancelled_in_the_body)
{
    asyncio_task *t = started("sb");
    asyncio_task_cancel(t, "m");
    settle();
    CHECK_LOG("child() CancelledError(m) 1");
    CHECK_STRING(ending(t), "cancelled");
}

ASYNC_TEST(cancelled_while_the_block_is_closing)
{
    asyncio_task *t = started("ss");
    asyncio_task_cancel(t, "m");
    settle();
    CHECK_LOG("child() child() CancelledError(m) 1");
    CHECK_STRING(ending(t), "cancelled");
}

ASYNC_TEST(cancelled_twice_while_the_block_is_closing)
{
    asyncio_task *t = started("w");
    asyncio_task_cancel(t, "1");
    asyncio_sleep(0);
    asyncio_task_cancel(t, "2");
    settle();
    CHECK_LOG("swallowed more CancelledError(1) 2");
    CHECK_STRING(ending(t), "cancelled");
}

ASYNC_TEST(cancelled_before_the_block_was_entered)
{
    asyncio_task *t = started("b");
    asyncio_task_cancel(t);
    settle();
    CHECK_LOG("CancelledError() 1");
    CHECK_STRING(ending(t), "cancelled");
}

ASYNC_TEST(errors_win_over_a_cancellation_from_outside_which_comes_with_the_next_await)
{
    asyncio_task *t = started("f");
    asyncio_task_cancel(t, "m");
    settle();
    CHECK_LOG("ExceptionGroup[ValueError(2)] 1 delivered later");
    CHECK_STRING(ending(t), "cancelled");
}

static asyncio_future *gate;
static void *await_gate(void *arg)
{
    asyncio_await(gate);
    return arg;
}

static void *group_with_gate(void *arg)
{
    (void)arg;
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group)
        ADD(group, await_gate, NULL);
    log_raised();
    if (asyncio_sleep(0) < 0)
        log_("delivered later");
    return NULL;
}

ASYNC_TEST(a_cancellation_and_an_error_in_one_moment_error_first)
{
    gate = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_task *t = asyncio_create_task(group_with_gate);
    turns(2);
    asyncio_future_set_exception(gate, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "v"));
    asyncio_task_cancel(t, "m");
    settle();
    CHECK_LOG("ExceptionGroup[ValueError(v)] 1 delivered later");
    CHECK_STRING(ending(t), "cancelled");
}

ASYNC_TEST(a_cancellation_and_an_error_in_one_moment_cancellation_first)
{
    gate = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_task *t = asyncio_create_task(group_with_gate);
    turns(2);
    asyncio_task_cancel(t, "m");
    settle();
    CHECK_LOG("CancelledError(m) 1");
    CHECK(asyncio_future_cancelled(gate));
    CHECK_STRING(ending(t), "result");
}

static void *group_after_a_swallowed_request(void *arg)
{
    asyncio_sleep(10);
    log_raised();
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        ADD(group, yield_and_fail, "x");
        ADD(group, sleeper, "a");
    }
    log_raised();
    if (asyncio_sleep(0) < 0)
        log_("delivered later");
    return arg;
}

ASYNC_TEST(a_request_that_was_swallowed_before_the_block_counts_as_one_from_outside)
{
    asyncio_task *t = asyncio_create_task(group_after_a_swallowed_request);
    asyncio_sleep(0);
    asyncio_task_cancel(t);
    settle();
    CHECK_LOG("CancelledError() 1 a() ExceptionGroup[ValueError(x)] 1 delivered later");
    CHECK_STRING(ending(t), "cancelled");
}

static void *group_in_a_task_that_cancelled_itself(void *arg)
{
    asyncio_task_cancel(asyncio_current_task());
    return group_of(arg);
}

ASYNC_TEST(a_request_outstanding_at_the_entry_is_delivered_at_the_exit)
{
    asyncio_task *t = asyncio_create_task(group_in_a_task_that_cancelled_itself, "s");
    settle();
    CHECK_LOG("child() CancelledError() 1");
    CHECK_STRING(ending(t), "cancelled");
}

/* What is left of a task's requests after a group: as many as there were before. */
static void *group_at_level(void *arg)
{
    asyncio_task *self = asyncio_current_task();
    const char *how = arg;
    for (int level = *how - '0'; level; level--) {
        asyncio_task_cancel(self);
        asyncio_sleep(0);
        raised();
    }
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group)
        ADD(group, how[1] ? yield_and_fail : plus_minus, "x");
    log_raised();
    log_("%s", asyncio_sleep(0) < 0 ? "later" : "slept");
    raised();
    log_("%d", asyncio_task_cancelling(self));
    return NULL;
}

ASYNC_TEST(a_group_leaves_the_count_of_requests_as_it_was)
{
    static char *const hows[] = {"0", "0x", "1", "1x", "2", "2x"};
    static const char *const logs[] = {
        "+x -x 0 slept 0", "ExceptionGroup[ValueError(x)] 0 slept 0",
        "+x -x 1 slept 1", "ExceptionGroup[ValueError(x)] 1 later 1",
        "+x -x 2 slept 2", "ExceptionGroup[ValueError(x)] 2 later 2",
    };
    for (int i = 0; i < 6; i++) {
        asyncio_await(asyncio_create_task(group_at_level, hows[i]));
        CHECK_LOG(logs[i]);
    }
}

/* A group with the children that `arg` names; then a yield, which tells of requests that are outstanding, and another.
 * */
static void *group_and_two_yields(void *arg)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group)
        for (const char *kind = arg; *kind; kind++)
            if (*kind == 'x')
                ADD(group, yield_and_fail, "x");
            else if (*kind == 'k') {
                asyncio_sleep(0);
                asyncio_raise(ASYNCIO_KEY_ERROR, "k");
            } else
                ADD(group, fail_when_cancelled, (char *)kind);
    log_raised();
    for (int i = 0; i < 2; i++) {
        asyncio_sleep(0);
        log_("%s", raised());
    }
    return NULL;
}

ASYNC_TEST(cancelled_twice_while_a_child_fails_in_its_cleanup)
{
    asyncio_task *t = asyncio_create_task(group_and_two_yields, "4");
    turns(2);
    asyncio_task_cancel(t);
    turns(2);
    asyncio_task_cancel(t);
    settle();
    CHECK_LOG("ExceptionGroup[ValueError(4)] 2 CancelledError -");
}

ASYNC_TEST(cancelled_while_the_group_is_shutting_down_after_a_childs_error)
{
    asyncio_task *t = asyncio_create_task(group_and_two_yields, "4x");
    turns(5);
    asyncio_task_cancel(t);
    settle();
    CHECK_LOG("ExceptionGroup[ValueError(x) ValueError(4x)] 1 CancelledError -");
}

ASYNC_TEST(cancelled_while_the_group_is_shutting_down_after_the_bodys_error)
{
    asyncio_task *t = asyncio_create_task(group_and_two_yields, "4k");
    turns(4);
    asyncio_task_cancel(t);
    settle();
    CHECK_LOG("ExceptionGroup[ValueError(4k) KeyError(k)] 1 CancelledError -");
}

static void *slow_when_cancelled(void *arg)
{
    asyncio_sleep(10);
    asyncio_finally {
        CHECK_INT(asyncio_sleep(5), 0);
        log_("cleaned");
    }
    return arg;
}

ASYNC_TEST(time_is_up_while_the_group_is_shutting_down_after_an_error)
{
    asyncio_with (asyncio_timeout(2)) {
        tg = asyncio_task_group_new();
        asyncio_with (tg) {
            ADD(tg, slow_when_cancelled, NULL);
            ADD(tg, yield_and_fail, "x");
        }
    }
    log_raised();
    CHECK_LOG("cleaned ExceptionGroup[ValueError(x)] 0");
    CHECK_NUMBER(now(), 5);
    CHECK_INT(asyncio_sleep(0), 0);
}

static void *fail_at_1(void *arg)
{
    return asyncio_sleep(1) < 0 ? NULL : fail(arg);
}

ASYNC_TEST(a_child_fails_in_the_turn_in_which_time_is_up)
{
    asyncio_with (asyncio_timeout(1)) {
        tg = asyncio_task_group_new();
        asyncio_with (tg) {
            ADD(tg, fail_at_1, "x");
            ADD(tg, sleeper, "a");
        }
    }
    log_raised();
    CHECK_LOG("a() TimeoutError() 0");
    CHECK_INT(asyncio_sleep(0), 0);
}

static void *group_in_cleanup(void *arg)
{
    asyncio_sleep(10);
    asyncio_finally {
        asyncio_task_group *group = asyncio_task_group_new();
        asyncio_with (group)
            ADD(group, plus_minus, "a");
        log_raised();
    }
    return arg;
}

ASYNC_TEST(a_group_in_the_cleanup_of_a_cancelled_task_works)
{
    asyncio_task *t = asyncio_create_task(group_in_cleanup);
    asyncio_sleep(0);
    asyncio_task_cancel(t);
    settle();
    CHECK_LOG("+a -a 1");
    CHECK_STRING(ending(t), "cancelled");
}

/* ---- nested ---- */

ASYNC_TEST(an_error_in_an_inner_group_comes_out_of_both)
{
    asyncio_task_group *outer = asyncio_task_group_new(), *inner = asyncio_task_group_new();
    asyncio_with (outer) {
        ADD(outer, sleeper, "outer");
        asyncio_with (inner) {
            ADD(inner, sleeper, "inner");
            ADD(inner, yield_and_fail, "x");
        }
        CHECK(asyncio_failed());
    }
    log_raised();
    CHECK_LOG("inner() outer() ExceptionGroup[ExceptionGroup[ValueError(x)]] 0");
}

ASYNC_TEST(an_error_in_an_outer_group_cancels_the_inner)
{
    asyncio_task_group *outer = asyncio_task_group_new(), *inner = asyncio_task_group_new();
    asyncio_with (outer) {
        ADD(outer, yield_and_fail, "x");
        asyncio_with (inner)
            ADD(inner, sleeper, "inner");
        log_("body: %s", asyncio_exception_name(asyncio_pending()));
    }
    log_raised();
    CHECK_LOG("inner() body: CancelledError ExceptionGroup[ValueError(x)] 0");
}

ASYNC_TEST(errors_in_both_groups_come_out_nested)
{
    asyncio_task_group *outer = asyncio_task_group_new(), *inner = asyncio_task_group_new();
    asyncio_with (outer) {
        ADD(outer, yield_and_fail, "x");
        asyncio_with (inner)
            ADD(inner, fail_when_cancelled, "0");
    }
    log_raised();
    CHECK_LOG("ExceptionGroup[ValueError(x) ExceptionGroup[ValueError(0)]] 0");
}

/* The inner group takes back its own request, and leaves the outer's, which comes at the next await. */
static void errors_in_both(char *late)
{
    asyncio_task_group *outer = asyncio_task_group_new(), *inner = asyncio_task_group_new();
    asyncio_with (outer) {
        asyncio_with (inner) {
            ADD(inner, yield_and_fail, "i");
            ADD(outer, yield_and_fail, "o");
            if (late)
                ADD(inner, fail_when_cancelled, late);
        }
        log_raised();
        if (asyncio_sleep(0) < 0)
            log_("later");
    }
    log_raised();
}

ASYNC_TEST(errors_in_both_groups_of_which_the_inner_is_handled)
{
    errors_in_both(NULL);
    CHECK_LOG("ExceptionGroup[ValueError(i)] 1 later ExceptionGroup[ValueError(o)] 0");
    errors_in_both("5");
    CHECK_LOG("ExceptionGroup[ValueError(i) ValueError(5)] 1 later ExceptionGroup[ValueError(o)] 0");
}

/* `arg` says which of the two has a child that answers its cancellation with an error. */
static void *two_groups(void *arg)
{
    asyncio_task_group *outer = asyncio_task_group_new(), *inner = asyncio_task_group_new();
    asyncio_with (outer) {
        ADD(outer, *(char *)arg == 'o' ? fail_when_cancelled : sleeper, "0");
        asyncio_with (inner)
            ADD(inner, *(char *)arg == 'i' ? fail_when_cancelled : sleeper, "0");
    }
    log_raised();
    asyncio_sleep(0);
    log_("%s", raised());
    return NULL;
}

static void cancel_two_groups(char *which)
{
    asyncio_task *t = asyncio_create_task(two_groups, which);
    turns(2);
    asyncio_task_cancel(t, "m");
    settle();
    CHECK_STRING(ending(t), "result");
}

ASYNC_TEST(nested_groups_are_cancelled_from_outside)
{
    cancel_two_groups("-");
    CHECK_LOG("0() 0() CancelledError(m) 1 -");
    cancel_two_groups("o");
    CHECK_LOG("0() ExceptionGroup[ValueError(0)] 1 CancelledError");
    cancel_two_groups("i");
    CHECK_LOG("0() ExceptionGroup[ExceptionGroup[ValueError(0)]] 1 CancelledError");
}

static void *group_in_a_child(void *arg)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        ADD(group, sleeper, "grandchild");
        ADD(group, yield_and_fail, arg);
    }
    return NULL;
}

ASYNC_TEST(groups_in_children_nest_too)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, group_in_a_child, "x");
        ADD(tg, sleeper, "child");
    }
    log_raised();
    CHECK_LOG("grandchild() child() ExceptionGroup[ExceptionGroup[ValueError(x)]] 0");
}

/* ---- bad input ---- */

ASYNC_TEST(a_group_takes_tasks_only_in_its_block)
{
    tg = asyncio_task_group_new();
    CHECK(ADD(tg, return_arg, NULL) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "has not been entered");
    asyncio_with (tg)
        CHECK(ADD(tg, return_arg, NULL) != NULL);
    CHECK(ADD(tg, return_arg, NULL) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "is finished");
    CHECK(asyncio_task_group_create_task(tg, asyncio_coro(return_arg, NULL)) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "is finished");
}

static void *add_when_cancelled(void *arg)
{
    asyncio_sleep(10);
    asyncio_except(ASYNCIO_CANCELLED_ERROR);
    CHECK(ADD(tg, return_arg, arg) == NULL);
    return NULL;
}

ASYNC_TEST(a_group_that_is_shutting_down_takes_no_tasks)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, add_when_cancelled, NULL);
        ADD(tg, yield_and_fail, "x");
    }
    asyncio_exception *e = asyncio_except(ASYNCIO_EXCEPTION_GROUP);
    CHECK_INT(asyncio_exception_group_count(e), 2);
    CHECK_CONTAINS(asyncio_exception_message(asyncio_exception_group_get(e, 1)), "is shutting down");
}

ASYNC_TEST(the_body_of_a_group_that_is_shutting_down_adds_no_tasks)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, yield_and_fail, "x");
        asyncio_sleep(10);
        log_("%s", raised());
        CHECK(ADD(tg, return_arg, NULL) == NULL);
        CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "is shutting down");
        CHECK(asyncio_task_group_create_task(tg, asyncio_coro(return_arg, NULL)) == NULL);
        CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "is shutting down");
    }
    log_raised();
    CHECK_LOG("CancelledError ExceptionGroup[ValueError(x)] 0");
}

static void *add_later(void *arg)
{
    asyncio_sleep(1);
    CHECK(ADD(tg, plus_minus, arg) != NULL);
    return NULL;
}

static void *sleep_3(void *arg)
{
    asyncio_sleep(3);
    return arg;
}

ASYNC_TEST(an_outsider_may_add_tasks_while_the_block_is_closing)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, sleep_3, NULL);
        asyncio_create_task(add_later, "a");
    }
    CHECK_NOTHING_RAISED();
    CHECK_LOG("+a -a");
    CHECK_NUMBER(now(), 3);
}

static void add_when_done(asyncio_task *task, void *arg)
{
    (void)task;
    CHECK(ADD(tg, return_arg, arg) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "is finished");
    log_("refused");
}

/* The last task has ended, and the block will go on in the next turn. */
ASYNC_TEST(a_group_whose_tasks_have_ended_takes_no_more)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task *task = ADD(tg, plus_minus, "a");
        asyncio_task_add_done_callback(task, add_when_done);
    }
    CHECK_NOTHING_RAISED();
    CHECK_LOG("+a -a refused");
}

ASYNC_TEST(a_group_that_is_empty_for_a_while_takes_tasks_again)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, plus_minus, "a");
        settle();
        CHECK(ADD(tg, plus_minus, "b") != NULL);
    }
    CHECK_LOG("+a -a +b -b");
}

ASYNC_TEST(a_group_serves_for_one_block)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
    }
    asyncio_with (tg)
        log_("never");
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "has already been entered");
    CHECK_LOG("");
}

static void *enter_a_group(void *arg)
{
    asyncio_with (tg)
        ADD(tg, return_arg, arg);
    return NULL;
}

static void enter_in_a_callback(void *arg)
{
    enter_a_group(arg);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "only a task can");
    log_("refused");
}

ASYNC_TEST(a_group_cannot_be_entered_in_a_callback)
{
    tg = asyncio_task_group_new();
    asyncio_loop_call_soon(asyncio_get_running_loop(), enter_in_a_callback, NULL);
    settle();
    CHECK_LOG("refused");
}

ASYNC_TEST(calls_with_null_instead_of_a_group_raise_type_error)
{
    asyncio_task_group *none = NULL;
    CHECK(ADD(none, return_arg, NULL) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a task group, got NULL");
    asyncio_with (none)
        log_("never");
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_LOG("");
}

/* ---- cancel (3.15) ---- */

ASYNC_TEST(a_group_that_is_cancelled_ends_without_an_error)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, sleeper, "a");
        ADD(tg, sleeper, "b");
        asyncio_sleep(0);
        asyncio_task_group_cancel(tg);
        asyncio_task_group_cancel(tg);
        if (asyncio_sleep(1) == 0)
            log_("not here");
    }
    CHECK_NOTHING_RAISED();
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
    asyncio_sleep(0);
    CHECK_NOTHING_RAISED();
    CHECK_LOG("a() b()");
}

static void *cancel_group(void *arg)
{
    asyncio_sleep(1);
    asyncio_task_group_cancel(tg);
    return arg;
}

ASYNC_TEST(a_child_or_an_outsider_can_cancel_the_group_while_its_end_waits)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, cancel_group, NULL);
        ADD(tg, sleeper, "a");
    }
    CHECK_NOTHING_RAISED();
    asyncio_task_group_cancel(tg); /* it is over: nothing happens */
    asyncio_sleep(0);
    CHECK_NOTHING_RAISED();
    CHECK_LOG("a()");
}

ASYNC_TEST(a_group_that_is_cancelled_early_is_so_at_its_first_await)
{
    tg = asyncio_task_group_new();
    asyncio_task_group_cancel(tg);
    asyncio_with (tg) {
        log_("in");
        if (asyncio_sleep(0) == 0)
            log_("not here");
    }
    CHECK_NOTHING_RAISED();
    CHECK_LOG("in");
}

ASYNC_TEST(errors_of_a_cancelled_group_come_out)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, fail_when_cancelled, "0");
        asyncio_sleep(0);
        asyncio_task_group_cancel(tg);
    }
    asyncio_exception *e = asyncio_except(ASYNCIO_EXCEPTION_GROUP);
    CHECK_INT(asyncio_exception_group_count(e), 1);
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
}

ASYNC_TEST(a_cancelled_group_loses_no_cancellation_from_outside)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, sleeper, "a");
        asyncio_sleep(0);
        asyncio_task_group_cancel(tg);
        asyncio_task_cancel(asyncio_current_task(), "outside");
        asyncio_sleep(0);
    }
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 1);
    asyncio_task_uncancel(asyncio_current_task());
    CHECK_LOG("a()");
}

static void *cancel_group_then_parent(void *parent)
{
    asyncio_task_group_cancel(tg);
    turns(3);
    asyncio_task_cancel(parent, "outside");
    return NULL;
}

/* Is done some turns after it was asked to be. */
static void *end_late(void *arg)
{
    asyncio_sleep(10);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        turns(6);
    log_("%s", (char *)arg);
    return NULL;
}

ASYNC_TEST(a_cancellation_from_outside_while_the_end_of_a_cancelled_group_waits_is_not_lost)
{
    asyncio_task *self = asyncio_current_task();
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, end_late, "late");
        asyncio_create_task(cancel_group_then_parent, self);
    }
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "outside");
    CHECK_INT(asyncio_task_cancelling(self), 1);
    asyncio_task_uncancel(self);
    asyncio_sleep(0);
    CHECK_NOTHING_RAISED();
    CHECK_LOG("late");
}

static void *cancel_group_late(void *arg)
{
    turns(2);
    asyncio_task_group_cancel(tg);
    return arg;
}

ASYNC_TEST(cancelling_a_group_that_is_shutting_down_after_an_error_does_nothing)
{
    asyncio_task *self = asyncio_current_task();
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, end_late, "late");
        asyncio_create_task(cancel_group_late);
        asyncio_sleep(0);
        asyncio_raise(ASYNCIO_KEY_ERROR, "body");
    }
    CHECK_INT(asyncio_task_cancelling(self), 0);
    asyncio_exception *e = asyncio_except(ASYNCIO_EXCEPTION_GROUP);
    CHECK_INT(asyncio_exception_group_count(e), 1);
    CHECK_STRING(asyncio_exception_name(asyncio_exception_group_get(e, 0)), "KeyError");
    CHECK_LOG("late");
}

static void cancel_group_of_done_task(asyncio_task *task, void *arg)
{
    (void)task, (void)arg;
    asyncio_task_group_cancel(tg);
}

/* The last task has ended; the block goes on in the next turn. */
ASYNC_TEST(cancelling_a_group_whose_tasks_have_ended_does_nothing)
{
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task *task = ADD(tg, plus_minus, "a");
        asyncio_task_add_done_callback(task, cancel_group_of_done_task);
    }
    CHECK_NOTHING_RAISED();
    CHECK_INT(asyncio_task_cancelling(asyncio_current_task()), 0);
    asyncio_sleep(0);
    CHECK_NOTHING_RAISED();
    CHECK_LOG("+a -a");
}

static void *cancel_group_and_sleep(void *arg)
{
    asyncio_task_group_cancel(tg);
    return sleeper(arg);
}

ASYNC_TEST(an_eager_task_that_cancels_its_group_is_cancelled_with_it)
{
    tg = asyncio_task_group_new();
    double before = now();
    asyncio_with (tg)
        asyncio_task_group_create_task(tg, cancel_group_and_sleep, "a", .eager_start = true);
    CHECK_NOTHING_RAISED();
    CHECK_NUMBER(now() - before, 0);
    CHECK_LOG("a()");
}

static void log_hidden_error(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)arg;
    CHECK_CONTAINS(context->message, "not propagated");
    log_("%s", asyncio_exception_message(context->exception));
}

ASYNC_TEST(errors_that_system_exit_of_the_body_hides_are_told)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), log_hidden_error, NULL);
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, fail_when_cancelled, "0");
        ADD(tg, fail_when_cancelled, "1");
        asyncio_sleep(0);
        asyncio_raise(ASYNCIO_SYSTEM_EXIT, "bye");
    }
    CHECK_RAISES(ASYNCIO_SYSTEM_EXIT, "bye");
    CHECK_LOG("0 1");
}

ASYNC_TEST(the_error_of_a_child_that_system_exit_of_the_body_follows_is_told)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), log_hidden_error, NULL);
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        ADD(tg, yield_and_fail, "x");
        asyncio_sleep(10);
        asyncio_except(ASYNCIO_CANCELLED_ERROR);
        asyncio_raise(ASYNCIO_SYSTEM_EXIT, "bye");
    }
    log_raised();
    CHECK_LOG("x SystemExit(bye) 1"); /* as in CPython, the group's request is left */
    asyncio_task_uncancel(asyncio_current_task());
}

static void *yield_in_group(void *arg)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        ADD(group, arg ? fail_when_cancelled : sleeper, arg ? arg : "a");
        asyncio_sleep(0);
        asyncio_yield(NULL);
    }
    return NULL;
}

ASYNC_TEST(a_generator_can_be_closed_in_the_block_of_a_group)
{
    asyncio_agen *agen = asyncio_agen_new(yield_in_group, NULL);
    asyncio_anext(agen);
    CHECK_INT(asyncio_agen_aclose(agen), 0);
    CHECK_NOTHING_RAISED();
    CHECK_LOG("a()");
}

ASYNC_TEST(an_error_of_a_task_while_a_generator_is_closed_comes_out_of_it)
{
    asyncio_agen *agen = asyncio_agen_new(yield_in_group, "0");
    asyncio_anext(agen);
    CHECK_INT(asyncio_agen_aclose(agen), -1);
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION_GROUP);
    CHECK_INT(asyncio_exception_group_count(e), 2);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_group_get(e, 0)), "0");
    CHECK_STRING(asyncio_exception_name(asyncio_exception_group_get(e, 1)), "GeneratorExit");
}

static void *fills_its_group(void *arg)
{
    for (int i = 0; i < 20; i++)
        ADD(arg, sleeper, "x");
    asyncio_sleep(1);
    return NULL;
}

ASYNC_TEST(an_eager_task_may_fill_the_group_that_it_is_added_to)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        asyncio_task_group_create_task(group, fills_its_group, group, .eager_start = true);
        CHECK_INT(asyncio_task_group_statistics(group).tasks, 21);
    }
    CHECK_INT(asyncio_task_group_statistics(group).tasks, 0);
    unit_log[0] = '\0';
}

static asyncio_task *same;

static asyncio_task *always_the_same(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                     asyncio_context *context, int eager_start)
{
    (void)eager_start;
    if (!same)
        same = asyncio_eager_task_factory(loop, coro, name, context, ASYNCIO_NOT_EAGER);
    return same;
}

ASYNC_TEST(a_factory_that_answers_with_a_child_of_a_group_is_told)
{
    expect_stderr("coroutine '(return_arg)' was never awaited");
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_loop_set_task_factory(asyncio_get_running_loop(), always_the_same);
    asyncio_with (group) {
        asyncio_task *first = ADD(group, return_arg, "x");
        CHECK_POINTER(first, same);
        CHECK_POINTER(ADD(group, return_arg, "x"), NULL);
        CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "belongs to a TaskGroup already");
        CHECK_INT(asyncio_task_group_statistics(group).tasks, 1);
    }
    CHECK_STRING(asyncio_task_result(same), "x");
}

static void *sleep_seconds(void *arg)
{
    long seconds = (long)arg;
    if (asyncio_sleep((double)seconds) < 0)
        log_("cancelled:%ld", seconds);
    else
        log_("%ld", seconds);
    return NULL;
}

ASYNC_TEST(children_leave_the_middle_of_a_group_and_the_rest_is_cancelled_in_order)
{
    static const long seconds[] = {9, 2, 8, 1, 7, 3, 6};
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        for (int i = 0; i < 7; i++)
            ADD(group, sleep_seconds, (void *)seconds[i]);
        asyncio_sleep(4);
        CHECK_INT(asyncio_task_group_statistics(group).tasks, 4);
        asyncio_task_group_cancel(group);
    }
    CHECK_LOG("1 2 3 cancelled:9 cancelled:8 cancelled:7 cancelled:6");
    CHECK_INT(asyncio_task_group_statistics(group).tasks, 0);
}
