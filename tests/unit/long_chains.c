/* What a program has much of, one hanging from the other: no stack is used in proportion to it. And rings. */
#include "unit.h"

/* ThreadSanitizer keeps a trace for each stack, and has not room for so many. */
#ifdef __SANITIZE_THREAD__
enum { MANY = 1000, DEEP = 500 };
#else
enum { MANY = 20000, DEEP = 3000 };
#endif

/* ---- tasks that await tasks ---- */

static void *sleeps(void *arg)
{
    asyncio_sleep(1000);
    return arg;
}

static void *follows(void *arg)
{
    return asyncio_await((asyncio_task *)arg);
}

static void *follows_in_a_gather(void *arg)
{
    return asyncio_await(asyncio_gather((asyncio_task *)arg));
}

static void *follows_with_a_limit(void *arg)
{
    return asyncio_wait_for((asyncio_task *)arg, 5000);
}

static void *follows_in_a_group(void *arg)
{
    asyncio_task_group *group = asyncio_task_group_new();
    long left = (long)arg;
    asyncio_with (group)
        asyncio_task_group_create_task(group, left ? follows_in_a_group : sleeps, (void *)(left - 1));
    return NULL;
}

static asyncio_task *chain_of(asyncio_body *link, int count)
{
    asyncio_task *last = asyncio_create_task(sleeps);
    for (int i = 0; i < count; i++)
        last = asyncio_create_task(link, last);
    asyncio_sleep(0);
    asyncio_sleep(0);
    return last;
}

static void cancel_a_chain_of(asyncio_body *link, int count)
{
    asyncio_task *last = chain_of(link, count);
    asyncio_task_cancel(last, "why");
    asyncio_await(last);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "why");
}

ASYNC_TEST(a_long_chain_of_tasks_is_cancelled)
{
    cancel_a_chain_of(follows, MANY);
}

ASYNC_TEST(a_long_chain_of_gathers_is_cancelled)
{
    cancel_a_chain_of(follows_in_a_gather, MANY);
}

ASYNC_TEST(a_long_chain_of_limits_is_cancelled)
{
    cancel_a_chain_of(follows_with_a_limit, MANY);
}

ASYNC_TEST(a_long_chain_of_gathers_of_gathers_is_cancelled)
{
    asyncio_future *outer = asyncio_gather(asyncio_create_task(sleeps));
    for (int i = 0; i < MANY; i++)
        outer = asyncio_gather(outer);
    CHECK(asyncio_future_cancel(outer));
    asyncio_await(outer);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
}

ASYNC_TEST(groups_within_groups_are_cancelled)
{
    asyncio_task *outermost = asyncio_create_task(follows_in_a_group, (void *)DEEP);
    asyncio_sleep(1);
    asyncio_task_cancel(outermost);
    asyncio_await(outermost);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
}

ASYNC_TEST(a_chain_of_results_ends)
{
    asyncio_task *last = chain_of(follows, MANY);
    asyncio_sleep(2000);
    CHECK(asyncio_task_done(last));
}

static void *leaves_a_chain(void *arg)
{
    chain_of(follows_in_a_gather, DEEP);
    return arg;
}

TEST(a_long_chain_that_is_left_over_goes_with_its_loop)
{
    CHECK_INT(asyncio_run(leaves_a_chain), 0);
}

TEST(a_long_chain_goes_with_a_loop_that_is_closed_under_it)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_loop_set_exception_handler(loop, (asyncio_exception_handler *)0, NULL);
    expect_stderr("Task was destroyed but it is pending!");
    asyncio_task *last = asyncio_loop_create_task(loop, asyncio_coro(sleeps, NULL));
    for (int i = 0; i < 300; i++)
        last = asyncio_loop_create_task(loop, asyncio_coro(follows, last));
    asyncio_loop_close(loop);
    while (asyncio_failed())
        asyncio_except(ASYNCIO_BASE_EXCEPTION);
}

/* One that makes the next, and is kept by it: who goes last takes all with it. */
static void *hands_on(void *arg)
{
    long left = (long)arg;
    return left ? asyncio_keep(asyncio_create_task(hands_on, (void *)(left - 1))) : NULL;
}

ASYNC_TEST(owners_of_owners_end)
{
    asyncio_task *task = asyncio_create_task(hands_on, (void *)(long)MANY);
    while (task) {
        asyncio_task *next = asyncio_await(task);
        asyncio_drop(task);
        task = next;
    }
}

/* ---- contexts of contexts, causes of causes, groups in groups ---- */

static asyncio_exception *long_context(int count)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "first");
    while (count--)
        asyncio_raise(ASYNCIO_KEY_ERROR, "again");
    return asyncio_except(ASYNCIO_EXCEPTION);
}

static asyncio_exception *long_cause(int count)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "first");
    while (count--)
        asyncio_raise_from(asyncio_except(ASYNCIO_EXCEPTION), ASYNCIO_KEY_ERROR, "again");
    return asyncio_except(ASYNCIO_EXCEPTION);
}

static asyncio_exception *deep_group(int count)
{
    asyncio_exception *e = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "innermost");
    while (count--)
        e = asyncio_exception_group_new("g", &e, 1);
    return e;
}

/* How many there are, from this one to the first. */
static int count_contexts(const asyncio_exception *e)
{
    int count = 0;
    for (; e; e = asyncio_exception_context(e))
        count++;
    return count;
}

static int count_causes(const asyncio_exception *e)
{
    int count = 0;
    for (; e; e = asyncio_exception_cause(e))
        count++;
    return count;
}

static int depth_of(const asyncio_exception *e)
{
    int count = 0;
    for (; asyncio_exception_group_count(e); e = asyncio_exception_group_get(e, 0))
        count++;
    return count;
}

static void *raises_long_context(void *arg)
{
    return asyncio_raise_exception(long_context((int)(long)arg));
}

static void *raises_long_cause(void *arg)
{
    return asyncio_raise_exception(long_cause((int)(long)arg));
}

static void *raises_deep_group(void *arg)
{
    return asyncio_raise_exception(deep_group((int)(long)arg));
}

TEST(long_contexts_are_told)
{
    expect_stderr("ValueError: first");
    expect_stderr("KeyError: again");
    CHECK_INT(asyncio_run(raises_long_context, (void *)DEEP), 1);
}

TEST(long_causes_are_told)
{
    expect_stderr("ValueError: first");
    expect_stderr("KeyError: again");
    CHECK_INT(asyncio_run(raises_long_cause, (void *)(long)MANY), 1);
}

TEST(deep_groups_are_told_as_deep_as_in_python)
{
    expect_stderr("... (max_group_depth is 10)");
    CHECK_INT(asyncio_run(raises_deep_group, (void *)(long)MANY), 1);
}

ASYNC_TEST(long_chains_come_from_threads)
{
    asyncio_await(asyncio_to_thread(raises_long_context, (void *)DEEP));
    CHECK_INT(count_contexts(asyncio_except(ASYNCIO_KEY_ERROR)), DEEP + 1);
    asyncio_await(asyncio_to_thread(raises_long_cause, (void *)(long)MANY));
    CHECK_INT(count_causes(asyncio_except(ASYNCIO_KEY_ERROR)), MANY + 1);
    asyncio_await(asyncio_to_thread(raises_deep_group, (void *)(long)MANY));
    CHECK_INT(depth_of(asyncio_except(ASYNCIO_EXCEPTION)), MANY);
}

static bool is_innermost(const asyncio_exception *e, void *arg)
{
    (*(int *)arg)++;
    return !strcmp(asyncio_exception_message(e), "innermost");
}

ASYNC_TEST(deep_groups_are_parted)
{
    asyncio_exception *match, *rest;
    int asked = 0;
    CHECK_INT(asyncio_exception_group_split(deep_group(MANY), ASYNCIO_VALUE_ERROR, &match, &rest), 0);
    CHECK_INT(depth_of(match), MANY);
    CHECK_POINTER(rest, NULL);
    CHECK_INT(asyncio_exception_group_split_by(deep_group(MANY), is_innermost, &asked, &match, &rest), 0);
    CHECK_INT(asked, MANY + 1);
    CHECK_INT(depth_of(match), MANY);
    asyncio_raise_exception(deep_group(MANY));
    CHECK_POINTER(asyncio_except_star(ASYNCIO_KEY_ERROR), NULL);
    CHECK_INT(depth_of(asyncio_except_star(ASYNCIO_VALUE_ERROR)), MANY);
    CHECK_NOTHING_RAISED();
}

/* ---- rings ---- */

/* old is the cause of e, and e the context of old. */
static asyncio_exception *ring_of_a_cause(void)
{
    asyncio_exception *old = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "old");
    asyncio_raise(ASYNCIO_KEY_ERROR, "p");
    asyncio_raise_from(old, ASYNCIO_RUNTIME_ERROR, "e");
    asyncio_raise_exception(old);
    CHECK_POINTER(asyncio_except(ASYNCIO_VALUE_ERROR), old);
    CHECK_POINTER(asyncio_exception_cause(asyncio_exception_context(old)), old);
    return old;
}

/* A group that is the context of its own member. */
static asyncio_exception *ring_of_a_member(void)
{
    asyncio_exception *member = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "member");
    asyncio_raise_exception(asyncio_exception_group_new("group", &member, 1));
    asyncio_raise_exception(member);
    CHECK_POINTER(asyncio_except(ASYNCIO_VALUE_ERROR), member);
    CHECK_POINTER(asyncio_exception_group_get(asyncio_exception_context(member), 0), member);
    return member;
}

static void *raises_ring_of_a_cause(void *arg)
{
    (void)arg;
    return asyncio_raise_exception(ring_of_a_cause());
}

static void *raises_ring_of_a_member(void *arg)
{
    (void)arg;
    return asyncio_raise_exception(ring_of_a_member());
}

TEST(a_ring_of_a_cause_is_told_once)
{
    expect_stderr(
        "RuntimeError: e\n\nDuring handling of the above exception, another exception occurred:\n\nValueError: old");
    CHECK_INT(asyncio_run(raises_ring_of_a_cause), 1);
}

TEST(a_ring_of_a_member_is_told_once)
{
    expect_stderr("ExceptionGroup: group (1 sub-exception)");
    expect_stderr("ValueError: member");
    CHECK_INT(asyncio_run(raises_ring_of_a_member), 1);
}

ASYNC_TEST(rings_come_from_threads_as_rings)
{
    asyncio_await(asyncio_to_thread(raises_ring_of_a_cause));
    asyncio_exception *old = asyncio_except(ASYNCIO_VALUE_ERROR);
    CHECK_POINTER(asyncio_exception_cause(asyncio_exception_context(old)), old);
    asyncio_await(asyncio_to_thread(raises_ring_of_a_member));
    asyncio_exception *member = asyncio_except(ASYNCIO_VALUE_ERROR);
    CHECK_POINTER(asyncio_exception_group_get(asyncio_exception_context(member), 0), member);
}

ASYNC_TEST(a_group_in_a_ring_is_parted)
{
    asyncio_exception *match, *rest, *group = asyncio_exception_context(ring_of_a_member());
    CHECK_INT(asyncio_exception_group_split(group, ASYNCIO_KEY_ERROR, &match, &rest), 0);
    CHECK_POINTER(match, NULL);
    CHECK_POINTER(rest, group);
}

static void *makes_rings(void *arg)
{
    for (int i = 0; i < 100; i++) {
        ring_of_a_cause();
        ring_of_a_member();
    }
    return arg;
}

TEST(rings_are_freed) /* the leak checker says */
{
    CHECK_INT(asyncio_run(makes_rings), 0);
}

ASYNC_TEST(a_ring_that_is_held_stays)
{
    asyncio_exception *old = asyncio_keep(ring_of_a_cause());
    for (int i = 0; i < 10; i++)
        asyncio_await(asyncio_create_task(makes_rings));
    CHECK_STRING(asyncio_exception_message(asyncio_exception_context(old)), "e");
    CHECK_POINTER(asyncio_exception_cause(asyncio_exception_context(old)), old);
    asyncio_drop(old);
}
