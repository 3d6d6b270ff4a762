/* Exceptions: raising, taking, finally, groups, and the rule that nothing suspends while one is pending. */
#include "unit.h"

ASYNCIO_EXCEPTION_TYPE(parse_error, "ParseError", ASYNCIO_VALUE_ERROR);

/* ---- raising and taking ---- */

TEST(nothing_is_pending_at_first)
{
    CHECK(!asyncio_failed());
    CHECK(asyncio_pending() == NULL);
    CHECK(asyncio_except(ASYNCIO_BASE_EXCEPTION) == NULL);
}

TEST(raise_makes_an_exception_pending_and_returns_null)
{
    CHECK_POINTER(asyncio_raise(ASYNCIO_VALUE_ERROR, "no %d of %s", 7, "them"), NULL);
    CHECK(asyncio_failed());
    CHECK_STRING(asyncio_exception_name(asyncio_pending()), "ValueError");
    CHECK_STRING(asyncio_exception_message(asyncio_pending()), "no 7 of them");
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "no 7 of them");
    CHECK(!asyncio_failed());
}

TEST(a_message_may_be_long_or_empty)
{
    char text[2000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", text);
    CHECK_STRING(asyncio_exception_message(asyncio_pending()), text);
    asyncio_except(ASYNCIO_VALUE_ERROR);
    asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", "");
    CHECK_STRING(asyncio_exception_message(asyncio_pending()), "");
    asyncio_except(ASYNCIO_VALUE_ERROR);
}

TEST(except_takes_a_derived_type_and_leaves_others)
{
    asyncio_raise(ASYNCIO_KEY_ERROR, "k");
    CHECK(asyncio_except(ASYNCIO_VALUE_ERROR) == NULL);
    CHECK(asyncio_failed());
    asyncio_exception *e = asyncio_except(ASYNCIO_LOOKUP_ERROR);
    CHECK_POINTER(asyncio_exception_get_type(e), ASYNCIO_KEY_ERROR);
    CHECK(!asyncio_failed());
}

TEST(the_types_form_pythons_tree)
{
    static const struct {
        const asyncio_exception_type *type, *base;
        bool is;
    } rows[] = {
        {ASYNCIO_CANCELLED_ERROR, ASYNCIO_EXCEPTION, false},
        {ASYNCIO_CANCELLED_ERROR, ASYNCIO_BASE_EXCEPTION, true},
        {ASYNCIO_KEYBOARD_INTERRUPT, ASYNCIO_EXCEPTION, false},
        {ASYNCIO_SYSTEM_EXIT, ASYNCIO_EXCEPTION, false},
        {ASYNCIO_TIMEOUT_ERROR, ASYNCIO_OS_ERROR, true},
        {ASYNCIO_TIMEOUT_ERROR, ASYNCIO_EXCEPTION, true},
        {ASYNCIO_INVALID_STATE_ERROR, ASYNCIO_RUNTIME_ERROR, false},
        {ASYNCIO_BROKEN_BARRIER_ERROR, ASYNCIO_RUNTIME_ERROR, true},
        {ASYNCIO_INCOMPLETE_READ_ERROR, ASYNCIO_EOF_ERROR, true},
        {ASYNCIO_CONNECTION_RESET_ERROR, ASYNCIO_CONNECTION_ERROR, true},
        {ASYNCIO_ZERO_DIVISION_ERROR, ASYNCIO_ARITHMETIC_ERROR, true},
        {ASYNCIO_EXCEPTION_GROUP, ASYNCIO_EXCEPTION, true},
        {ASYNCIO_EXCEPTION_GROUP, ASYNCIO_BASE_EXCEPTION_GROUP, true},
        {ASYNCIO_BASE_EXCEPTION_GROUP, ASYNCIO_EXCEPTION, false},
        {ASYNCIO_QUEUE_EMPTY, ASYNCIO_EXCEPTION, true},
        {ASYNCIO_VALUE_ERROR, ASYNCIO_TYPE_ERROR, false},
        {ASYNCIO_EXCEPTION, ASYNCIO_VALUE_ERROR, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        asyncio_exception *e = asyncio_exception_new(rows[i].type, "x");
        if (asyncio_isinstance(e, rows[i].base) != rows[i].is)
            log_("%s-%s", rows[i].type->name, rows[i].base->name);
    }
    CHECK_LOG("");
}

TEST(a_program_can_add_types_of_its_own)
{
    asyncio_raise(parse_error, "line %d", 3);
    CHECK(asyncio_isinstance(asyncio_pending(), ASYNCIO_VALUE_ERROR));
    CHECK_STRING(asyncio_exception_name(asyncio_pending()), "ParseError");
    CHECK_RAISES(parse_error, "line 3");
}

TEST(isinstance_of_null_is_false)
{
    CHECK(!asyncio_isinstance(NULL, ASYNCIO_EXCEPTION));
}

TEST(a_new_exception_is_not_raised)
{
    asyncio_exception *e = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "later %d", 1);
    CHECK(!asyncio_failed());
    CHECK_POINTER(asyncio_raise_exception(e), NULL);
    CHECK_POINTER(asyncio_pending(), e);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "later 1");
}

static void take_and_reraise(void)
{
    if (asyncio_except(ASYNCIO_VALUE_ERROR))
        asyncio_reraise();
}

TEST(reraise_makes_the_same_exception_pending_again)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "once");
    asyncio_exception *e = asyncio_pending();
    take_and_reraise();
    CHECK_POINTER(asyncio_pending(), e);
    CHECK(asyncio_exception_context(e) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "once");
}

static void take_nothing_and_reraise(void)
{
    asyncio_reraise();
}

TEST(reraise_with_nothing_taken_is_a_runtime_error)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "taken elsewhere");
    CHECK(asyncio_except(ASYNCIO_VALUE_ERROR) != NULL);
    take_nothing_and_reraise();
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "No active exception to reraise");
}

static void take_inner(void)
{
    asyncio_raise(ASYNCIO_KEY_ERROR, "inner");
    asyncio_except(ASYNCIO_KEY_ERROR);
}

TEST(reraise_finds_what_this_function_took_past_what_others_took_since)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "outer");
    asyncio_except(ASYNCIO_VALUE_ERROR);
    take_inner();
    asyncio_reraise();
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "outer");
}

TEST(a_taken_exception_is_good_until_sixteen_more_were_taken)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "the first");
    asyncio_exception *first = asyncio_except(ASYNCIO_VALUE_ERROR);
    for (int i = 0; i < 15; i++)
        take_inner();
    CHECK_STRING(asyncio_exception_message(first), "the first");
}

TEST(a_kept_exception_is_good_until_it_is_dropped)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "kept");
    asyncio_exception *e = asyncio_keep(asyncio_except(ASYNCIO_VALUE_ERROR));
    for (int i = 0; i < 40; i++)
        take_inner();
    CHECK_STRING(asyncio_exception_message(e), "kept");
    asyncio_drop(e);
}

/* ---- handlers ---- */

static void reraises(void)
{
    asyncio_reraise();
}

TEST(a_block_handles_until_it_ends_in_helpers_too)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "handled");
    asyncio_except_as(e, ASYNCIO_VALUE_ERROR)
    {
        for (int i = 0; i < 40; i++)
            take_inner();
        reraises();
        CHECK_POINTER(asyncio_pending(), e);
        asyncio_except(ASYNCIO_VALUE_ERROR);
    }
    reraises();
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "No active exception to reraise");
}

TEST(a_block_is_left_out_for_other_types_and_when_nothing_is_pending)
{
    asyncio_except_do(ASYNCIO_BASE_EXCEPTION) log_("nothing");
    asyncio_raise(ASYNCIO_VALUE_ERROR, "v");
    asyncio_except_do(ASYNCIO_KEY_ERROR) log_("another");
    asyncio_except_as(e, ASYNCIO_EXCEPTION) log_("%s", asyncio_exception_message(e));
    CHECK_LOG("v");
}

static int leave_by(char how)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "left");
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        if (how == 'r')
            return 1;
        if (how == 'g')
            goto out;
        if (how == 'c')
            continue;
    }
out:
    return 0;
}

TEST(a_block_is_closed_however_it_is_left)
{
    for (const char *how = "rgce"; *how; how++) {
        leave_by(*how);
        reraises();
        CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "No active exception to reraise");
    }
}

TEST(what_a_block_handled_is_good_until_sixteen_more_were_taken)
{
    asyncio_exception *handled = NULL;
    asyncio_raise(ASYNCIO_VALUE_ERROR, "the first");
    asyncio_except_as(e, ASYNCIO_VALUE_ERROR) handled = e;
    for (int i = 0; i < 15; i++)
        take_inner();
    CHECK_STRING(asyncio_exception_message(handled), "the first");
}

TEST(what_is_raised_again_in_a_block_replaces_its_context_and_closes_no_ring)
{
    asyncio_exception *a = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "a");
    asyncio_raise_exception(a);
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        asyncio_raise(ASYNCIO_KEY_ERROR, "b");
        asyncio_except_as(b, ASYNCIO_KEY_ERROR)
        {
            CHECK_POINTER(asyncio_exception_context(b), a);
            asyncio_raise_exception(a);
            CHECK_POINTER(asyncio_exception_context(a), b);
            CHECK(asyncio_exception_context(b) == NULL);
        }
    }
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "a");
}

/* The plain form knows the function, and not more. */
static void plain(bool take)
{
    if (take) {
        asyncio_raise(ASYNCIO_KEY_ERROR, "taken");
        asyncio_except(ASYNCIO_KEY_ERROR);
        for (int i = 0; i < 40; i++)
            take_inner();
    }
    asyncio_raise(ASYNCIO_VALUE_ERROR, "raised");
}

TEST(a_raise_after_except_in_a_function_has_its_exception_as_the_context_once)
{
    plain(true);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_context(asyncio_pending())), "taken");
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "raised");
    plain(false);
    CHECK(asyncio_exception_context(asyncio_pending()) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "raised");
}

static void take_and_reraise_with_another_pending(void)
{
    asyncio_raise(ASYNCIO_KEY_ERROR, "older");
    asyncio_except(ASYNCIO_KEY_ERROR);
    asyncio_raise(ASYNCIO_VALUE_ERROR, "pending");
    asyncio_reraise();
}

TEST(reraise_never_takes_one_that_is_older_than_the_pending_one)
{
    take_and_reraise_with_another_pending();
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "pending");
}

static void raise_value_error(void)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "block");
}

static void block_within_a_plain_handler(void)
{
    asyncio_raise(ASYNCIO_KEY_ERROR, "plain");
    if (asyncio_except(ASYNCIO_KEY_ERROR)) {
        raise_value_error();
        asyncio_except_do(ASYNCIO_VALUE_ERROR)
        {
            asyncio_reraise();
            CHECK_RAISES(ASYNCIO_VALUE_ERROR, "block");
        }
        asyncio_reraise();
    }
}

TEST(a_block_within_a_plain_handler_gives_way_to_it_at_its_end)
{
    block_within_a_plain_handler();
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "plain");
}

/* ---- cause and context ---- */

TEST(raise_from_sets_the_cause)
{
    asyncio_exception *cause = asyncio_exception_new(ASYNCIO_KEY_ERROR, "k");
    asyncio_raise_from(cause, ASYNCIO_RUNTIME_ERROR, "because of %s", "k");
    asyncio_exception *e = asyncio_except(ASYNCIO_RUNTIME_ERROR);
    CHECK_POINTER(asyncio_exception_cause(e), cause);
    CHECK_STRING(asyncio_exception_message(e), "because of k");
}

TEST(what_is_raised_from_a_cause_has_it_as_its_context_too)
{
    asyncio_raise(ASYNCIO_KEY_ERROR, "k");
    asyncio_exception *cause = asyncio_except(ASYNCIO_KEY_ERROR);
    asyncio_raise_from(cause, ASYNCIO_VALUE_ERROR, "v");
    CHECK_POINTER(asyncio_exception_context(asyncio_except(ASYNCIO_VALUE_ERROR)), cause);
}

TEST(what_a_finally_block_interrupts_is_the_context_of_the_first_error_in_it)
{
    asyncio_raise(ASYNCIO_KEY_ERROR, "interrupted");
    asyncio_exception *interrupted = asyncio_pending();
    asyncio_finally {
        asyncio_raise(ASYNCIO_INDEX_ERROR, "first");
        asyncio_raise(ASYNCIO_VALUE_ERROR, "second");
    }
    asyncio_exception *second = asyncio_except(ASYNCIO_VALUE_ERROR);
    asyncio_exception *first = asyncio_exception_context(second);
    CHECK_STRING(asyncio_exception_message(first), "first");
    CHECK_POINTER(asyncio_exception_context(first), interrupted);
    asyncio_raise(ASYNCIO_KEY_ERROR, "another");
    asyncio_finally
        asyncio_raise_exception(second); /* its context is replaced, as in Python */
    CHECK_POINTER(asyncio_except(ASYNCIO_VALUE_ERROR), second);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_context(second)), "another");
}

TEST(raising_over_a_pending_exception_makes_that_the_context)
{
    asyncio_raise(ASYNCIO_KEY_ERROR, "first");
    asyncio_exception *first = asyncio_pending();
    asyncio_raise(ASYNCIO_VALUE_ERROR, "second");
    asyncio_exception *second = asyncio_except(ASYNCIO_VALUE_ERROR);
    CHECK_POINTER(asyncio_exception_context(second), first);
    CHECK(asyncio_exception_cause(second) == NULL);
    CHECK(!asyncio_failed());
}

TEST(contexts_never_form_a_ring)
{
    asyncio_exception *a = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "a");
    asyncio_exception *b = asyncio_exception_new(ASYNCIO_KEY_ERROR, "b");
    asyncio_raise_exception(a);
    asyncio_raise_exception(a);
    asyncio_raise_exception(b);
    asyncio_raise_exception(a);
    int length = 0;
    for (const asyncio_exception *e = asyncio_pending(); e && length < 10; e = asyncio_exception_context(e))
        length++;
    CHECK(length < 10);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "a");
}

/* ---- finally ---- */

static const char *finally_in_a_function(bool fail)
{
    if (fail)
        asyncio_raise(ASYNCIO_VALUE_ERROR, "body");
    asyncio_finally {
        log_("finally(%s)", asyncio_failed() ? "pending" : "nothing pending");
    }
    return asyncio_failed() ? "failed" : "well";
}

TEST(finally_runs_with_nothing_pending_either_way)
{
    CHECK_STRING(finally_in_a_function(false), "well");
    CHECK_LOG("finally(nothing pending)");
    CHECK_STRING(finally_in_a_function(true), "failed");
    CHECK_LOG("finally(nothing pending)");
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "body");
}

TEST(an_exception_raised_in_finally_wins_with_the_earlier_one_as_its_context)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "body");
    asyncio_exception *body = asyncio_pending();
    asyncio_finally {
        asyncio_raise(ASYNCIO_KEY_ERROR, "finally");
    }
    asyncio_exception *e = asyncio_except(ASYNCIO_KEY_ERROR);
    CHECK(e != NULL);
    CHECK_POINTER(asyncio_exception_context(e), body);
}

TEST(what_finally_raises_and_takes_itself_leaves_the_earlier_exception)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "body");
    asyncio_finally {
        asyncio_raise(ASYNCIO_KEY_ERROR, "inside");
        CHECK_RAISES(ASYNCIO_KEY_ERROR, "inside");
    }
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "body");
}

static int leave_finally_by(char how)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "body");
    asyncio_finally {
        if (how == 'r')
            return 1;
        if (how == 'g')
            goto out;
        if (how == 'c')
            continue;
        log_("end");
    }
out:
    return 2;
}

TEST(finally_may_be_left_by_return_goto_and_continue)
{
    CHECK_INT(leave_finally_by('r'), 1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "body");
    CHECK_INT(leave_finally_by('g'), 2);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "body");
    CHECK_INT(leave_finally_by('c'), 2);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "body");
    CHECK_LOG("");
}

ASYNC_TEST(finally_can_await_while_an_exception_waits)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "body");
    double before = now();
    asyncio_finally {
        CHECK_INT(asyncio_sleep(1), 0);
    }
    CHECK_NUMBER(now() - before, 1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "body");
}

static void *raise_it(void *arg)
{
    return asyncio_raise_exception(arg);
}

ASYNC_TEST(what_a_task_that_is_awaited_in_finally_raises_has_the_earlier_one_as_its_context)
{
    asyncio_exception *earlier = asyncio_exception_new(ASYNCIO_KEY_ERROR, "3");
    asyncio_raise_exception(earlier);
    asyncio_finally {
        asyncio_await(asyncio_create_task(raise_it, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "x")));
    }
    asyncio_exception *e = asyncio_except(ASYNCIO_VALUE_ERROR);
    CHECK_POINTER(asyncio_exception_context(e), earlier);
}

ASYNC_TEST(what_a_task_that_is_awaited_in_finally_raises_again_is_not_its_own_context)
{
    asyncio_exception *e = asyncio_exception_new(ASYNCIO_KEY_ERROR, "a");
    asyncio_raise_exception(e);
    asyncio_finally {
        asyncio_await(asyncio_create_task(raise_it, e));
    }
    CHECK_POINTER(asyncio_except(ASYNCIO_KEY_ERROR), e);
    CHECK(asyncio_exception_context(e) == NULL);
}

TEST(finally_blocks_nest)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "a");
    asyncio_finally {
        asyncio_raise(ASYNCIO_KEY_ERROR, "b");
        asyncio_finally {
            CHECK(!asyncio_failed());
            log_("inner");
        }
        CHECK_RAISES(ASYNCIO_KEY_ERROR, "b");
    }
    CHECK_LOG("inner");
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "a");
}

/* ---- nothing suspends while one is pending ---- */

static void *count_turns(void *arg)
{
    for (int *turn = arg;; ++*turn)
        if (asyncio_sleep(0) < 0)
            return NULL;
}

static void *never_called(void *arg)
{
    log_("called");
    return arg;
}

ASYNC_TEST(every_suspending_call_fails_at_once_while_an_exception_is_pending)
{
    int others = 0;
    asyncio_task *other = asyncio_create_task(count_turns, &others),
                 *finished = asyncio_create_task(never_called, NULL);
    asyncio_lock *lock = asyncio_lock_new();
    asyncio_semaphore *semaphore = asyncio_semaphore_new(1);
    asyncio_event *event = asyncio_event_new();
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());
    settle();
    CHECK_LOG("called");
    asyncio_event_set(event);
    int before = others;
    asyncio_raise(ASYNCIO_VALUE_ERROR, "pending");
    CHECK_INT(asyncio_sleep(0), -1);
    CHECK_INT(asyncio_sleep(1), -1);
    CHECK_POINTER(asyncio_await(future), NULL);
    CHECK_POINTER(asyncio_await(finished), NULL);
    CHECK_POINTER(asyncio_await(asyncio_coro(never_called, NULL)), NULL);
    CHECK_INT(asyncio_lock_acquire(lock), -1);
    CHECK_INT(asyncio_semaphore_acquire(semaphore), -1);
    CHECK_INT(asyncio_event_wait(event), -1);
    asyncio_with (lock) {
        log_("in lock");
    }
    asyncio_with (group) {
        log_("in group");
    }
    CHECK_INT(others, before);
    CHECK(!asyncio_lock_locked(lock));
    CHECK_LOG("");
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "pending");
    asyncio_task_cancel(other);
}

static void *raise_and_wait(void *arg)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "mine");
    asyncio_finally {
        asyncio_sleep(1);
    }
    return arg;
}

ASYNC_TEST(every_task_has_a_pending_exception_of_its_own)
{
    asyncio_task *a = asyncio_create_task(raise_and_wait), *b = asyncio_create_task(never_called);
    asyncio_sleep(0);
    CHECK(!asyncio_failed());
    asyncio_await(b);
    CHECK_LOG("called");
    asyncio_await(a);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "mine");
}

/* A body that forgot to look fails all the same. */
static void *forgetful(void *arg)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "forgotten");
    return arg;
}

ASYNC_TEST(a_coroutine_that_returns_with_an_exception_pending_has_failed_whatever_it_returned)
{
    CHECK_POINTER(asyncio_await(asyncio_create_task(forgetful, &unit_tests)), NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "forgotten");
    CHECK_POINTER(asyncio_await(asyncio_coro(forgetful, &unit_tests)), NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "forgotten");
}

ASYNC_TEST(awaiting_a_failed_task_twice_raises_the_same_exception_twice)
{
    asyncio_task *t = asyncio_create_task(forgetful);
    asyncio_await(t);
    asyncio_exception *first = asyncio_except(ASYNCIO_VALUE_ERROR);
    asyncio_await(t);
    CHECK_POINTER(asyncio_pending(), first);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "forgotten");
}

/* ---- groups ---- */

static asyncio_exception *group_of_three(void)
{
    asyncio_exception *inner[] = {asyncio_exception_new(ASYNCIO_KEY_ERROR, "2"),
                                  asyncio_exception_new(ASYNCIO_VALUE_ERROR, "3")};
    asyncio_exception *outer[] = {asyncio_exception_new(ASYNCIO_VALUE_ERROR, "1"),
                                  asyncio_exception_group_new("inner", inner, 2)};
    return asyncio_exception_group_new("outer", outer, 2);
}

static void log_group(const asyncio_exception *e)
{
    size_t count = asyncio_exception_group_count(e);
    if (!count) {
        log_("%s:%s", asyncio_exception_name(e), asyncio_exception_message(e));
        return;
    }
    log_("%s[", asyncio_exception_message(e));
    for (size_t i = 0; i < count; i++)
        log_group(asyncio_exception_group_get(e, i));
    log_("]");
}

TEST(a_group_tells_its_message_without_the_count)
{
    char longer[400];
    memset(longer, '(', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    asyncio_exception *member = asyncio_exception_new(ASYNCIO_VALUE_ERROR);
    CHECK_STRING(asyncio_exception_message(member), "");
    asyncio_exception *group = asyncio_exception_group_new("several (things)", &member, 1);
    CHECK_STRING(asyncio_exception_message(group), "several (things) (1 sub-exception)");
    CHECK_STRING(asyncio_exception_group_message(group), "several (things)");
    group = asyncio_exception_group_new(longer, (asyncio_exception *[]){member, group}, 2);
    CHECK_STRING(asyncio_exception_group_message(group), longer);
    CHECK_STRING(asyncio_exception_group_message(member), "");
    CHECK_STRING(asyncio_exception_group_message(NULL), "");
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_exception_group_message() needs an exception");
}

TEST(a_group_has_a_message_and_members)
{
    asyncio_exception *group = group_of_three();
    CHECK_STRING(asyncio_exception_name(group), "ExceptionGroup");
    CHECK_STRING(asyncio_exception_message(group), "outer (2 sub-exceptions)");
    CHECK_INT(asyncio_exception_group_count(group), 2);
    CHECK(asyncio_exception_group_get(group, 2) == NULL);
    log_group(group);
    CHECK_LOG("outer (2 sub-exceptions)[ ValueError:1 inner (2 sub-exceptions)[ KeyError:2 ValueError:3 ] ]");
}

static bool has_odd_number(const asyncio_exception *e, void *arg)
{
    (void)arg;
    return !asyncio_exception_group_count(e) && atoi(asyncio_exception_message(e)) % 2;
}

TEST(a_group_is_split_by_type_or_predicate_and_stays_whole)
{
    asyncio_exception *group = group_of_three(), *match, *rest;
    CHECK_INT(asyncio_exception_group_split(group, ASYNCIO_KEY_ERROR, &match, &rest), 0);
    log_group(match);
    log_group(rest);
    CHECK_LOG("outer (1 sub-exception)[ inner (1 sub-exception)[ KeyError:2 ] ] "
              "outer (2 sub-exceptions)[ ValueError:1 inner (1 sub-exception)[ ValueError:3 ] ]");
    CHECK_INT(asyncio_exception_group_split_by(group, has_odd_number, NULL, &match, &rest), 0);
    log_group(match);
    log_group(rest);
    CHECK_LOG("outer (2 sub-exceptions)[ ValueError:1 inner (1 sub-exception)[ ValueError:3 ] ] "
              "outer (1 sub-exception)[ inner (1 sub-exception)[ KeyError:2 ] ]");
    log_group(group);
    CHECK_LOG("outer (2 sub-exceptions)[ ValueError:1 inner (2 sub-exceptions)[ KeyError:2 ValueError:3 ] ]");
}

TEST(a_subgroup_is_the_matching_part_or_nothing)
{
    asyncio_exception *group = group_of_three(), *match, *rest;
    log_group(asyncio_exception_group_subgroup(group, ASYNCIO_LOOKUP_ERROR));
    CHECK_LOG("outer (1 sub-exception)[ inner (1 sub-exception)[ KeyError:2 ] ]");
    CHECK(!asyncio_exception_group_subgroup(group, ASYNCIO_TYPE_ERROR));
    CHECK_POINTER(asyncio_exception_group_subgroup(group, ASYNCIO_EXCEPTION), group);
    CHECK_INT(asyncio_exception_group_split(group, ASYNCIO_TYPE_ERROR, &match, &rest), 0);
    CHECK_POINTER(match, NULL);
    CHECK_POINTER(rest, group);
    CHECK_NOTHING_RAISED();
}

TEST(an_exception_that_is_no_group_has_no_members)
{
    asyncio_exception *e = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "x");
    CHECK_INT(asyncio_exception_group_count(e), 0);
    CHECK(asyncio_exception_group_get(e, 0) == NULL);
}

TEST(a_group_with_a_member_that_is_no_exception_is_a_base_exception_group)
{
    asyncio_exception *members[] = {asyncio_exception_new(ASYNCIO_VALUE_ERROR, "x"),
                                    asyncio_exception_new(ASYNCIO_CANCELLED_ERROR, "%s", "")};
    asyncio_exception *group = asyncio_exception_group_new("mixed", members, 2);
    CHECK_POINTER(asyncio_exception_get_type(group), ASYNCIO_BASE_EXCEPTION_GROUP);
    CHECK(!asyncio_isinstance(group, ASYNCIO_EXCEPTION));
    group = asyncio_exception_group_new("one", members, 1);
    CHECK_STRING(asyncio_exception_message(group), "one (1 sub-exception)");
}

TEST(a_group_needs_a_member)
{
    CHECK(asyncio_exception_group_new("none", NULL, 0) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "");
    asyncio_exception *members[] = {NULL};
    CHECK(asyncio_exception_group_new("null", members, 1) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

TEST(except_star_takes_what_matches_and_leaves_the_rest_pending_in_shape)
{
    asyncio_raise_exception(group_of_three());
    asyncio_exception *match = asyncio_except_star(ASYNCIO_VALUE_ERROR);
    log_group(match);
    CHECK_LOG("outer (2 sub-exceptions)[ ValueError:1 inner (1 sub-exception)[ ValueError:3 ] ]");
    log_group(asyncio_pending());
    CHECK_LOG("outer (1 sub-exception)[ inner (1 sub-exception)[ KeyError:2 ] ]");
    CHECK(asyncio_except_star(ASYNCIO_KEY_ERROR) != NULL);
    CHECK_NOTHING_RAISED();
}

TEST(except_star_of_another_type_takes_nothing)
{
    asyncio_exception *group = group_of_three();
    asyncio_raise_exception(group);
    CHECK(asyncio_except_star(ASYNCIO_TYPE_ERROR) == NULL);
    CHECK_POINTER(asyncio_pending(), group);
    CHECK(asyncio_except_star(ASYNCIO_EXCEPTION) != NULL);
    CHECK_NOTHING_RAISED();
}

TEST(except_star_wraps_a_single_exception_in_a_group_of_one)
{
    CHECK(asyncio_except_star(ASYNCIO_EXCEPTION) == NULL);
    asyncio_raise(ASYNCIO_VALUE_ERROR, "alone");
    asyncio_exception *match = asyncio_except_star(ASYNCIO_VALUE_ERROR);
    CHECK_INT(asyncio_exception_group_count(match), 1);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_group_get(match, 0)), "alone");
    CHECK_NOTHING_RAISED();
}

TEST(what_except_star_took_can_be_raised_again)
{
    asyncio_raise_exception(group_of_three());
    asyncio_except_star(ASYNCIO_EXCEPTION);
    asyncio_reraise();
    log_group(asyncio_pending());
    CHECK_LOG("outer (2 sub-exceptions)[ ValueError:1 inner (2 sub-exceptions)[ KeyError:2 ValueError:3 ] ]");
    CHECK_RAISES(ASYNCIO_EXCEPTION_GROUP, "outer");
}

/* ---- bad input ---- */

TEST(calls_with_null_instead_of_an_exception_raise_type_error)
{
    asyncio_raise(NULL, "x");
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    asyncio_raise_exception(NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(asyncio_exception_new(NULL, "x") == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_STRING(asyncio_exception_message(NULL), "");
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_STRING(asyncio_exception_name(NULL), "");
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK(asyncio_exception_get_type(NULL) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
    CHECK_INT(asyncio_exception_group_count(NULL), 0);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "NULL");
}

TEST(except_of_no_type_takes_nothing)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "x");
    CHECK(asyncio_except(NULL) == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "x");
}

/* ---- how they are told ---- */

static void *innermost(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "deep");
}

static void *middle(void *arg)
{
    return asyncio_await(asyncio_coro(innermost, arg));
}

static void *outermost(void *arg)
{
    return asyncio_await(asyncio_create_task(middle, arg));
}

TEST(an_uncaught_exception_is_told_with_the_awaits_that_it_came_out_of)
{
    expect_stderr("Traceback (most recent call last):");
    expect_stderr("in outermost");
    expect_stderr("in middle");
    expect_stderr("in innermost");
    expect_stderr("ValueError: deep");
    CHECK_INT(asyncio_run(outermost), 1);
}

static void *await_often(void *task)
{
    for (int i = 0; i < 20; i++) {
        asyncio_await((asyncio_task *)task);
        CHECK_RAISES(ASYNCIO_VALUE_ERROR, "deep");
    }
    return asyncio_await((asyncio_task *)task);
}

static void *await_often_what_fails(void *arg)
{
    return asyncio_await(asyncio_coro(await_often, asyncio_create_task(outermost, arg)));
}

TEST(the_awaits_that_it_came_out_of_before_are_not_told_again)
{
    expect_stderr("Traceback (most recent call last):");
    expect_stderr("in await_often_what_fails");
    expect_stderr("in await_often");
    expect_stderr("in outermost");
    expect_stderr("in middle");
    expect_stderr("in innermost");
    expect_stderr("ValueError: deep");
    CHECK_INT(asyncio_run(await_often_what_fails), 1);
}

static void *raise_with_a_cause(void *arg)
{
    (void)arg;
    return asyncio_raise_from(asyncio_exception_new(ASYNCIO_KEY_ERROR, "why"), ASYNCIO_RUNTIME_ERROR, "what");
}

TEST(an_uncaught_exception_is_told_with_its_cause)
{
    expect_stderr("KeyError: why");
    expect_stderr("The above exception was the direct cause of the following exception:");
    expect_stderr("RuntimeError: what");
    CHECK_INT(asyncio_run(raise_with_a_cause), 1);
}

static void *raise_over_another(void *arg)
{
    (void)arg;
    asyncio_raise(ASYNCIO_KEY_ERROR, "before");
    return asyncio_raise(ASYNCIO_RUNTIME_ERROR, "after");
}

TEST(an_uncaught_exception_is_told_with_its_context)
{
    expect_stderr("KeyError: before");
    expect_stderr("During handling of the above exception, another exception occurred:");
    expect_stderr("RuntimeError: after");
    CHECK_INT(asyncio_run(raise_over_another), 1);
}

static void *raise_a_group(void *arg)
{
    (void)arg;
    return asyncio_raise_exception(group_of_three());
}

TEST(an_uncaught_group_is_told_with_its_members)
{
    expect_stderr("ExceptionGroup: outer (2 sub-exceptions)");
    expect_stderr("ValueError: 1");
    expect_stderr("ExceptionGroup: inner (2 sub-exceptions)");
    expect_stderr("KeyError: 2");
    expect_stderr("ValueError: 3");
    CHECK_INT(asyncio_run(raise_a_group), 1);
}

TEST(reraise_leaves_what_is_pending_and_takes_no_older_one)
{
    asyncio_raise(ASYNCIO_KEY_ERROR, "older");
    CHECK(asyncio_except(ASYNCIO_KEY_ERROR) != NULL);
    asyncio_raise(ASYNCIO_VALUE_ERROR, "pending");
    asyncio_reraise();
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "pending");
}
