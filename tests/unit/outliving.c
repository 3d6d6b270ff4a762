/* What outlives what it points to: limits and groups in generators that change hands, groups of tasks that went with
 * their loop, objects that are dropped while a call of another task is in them. */
#include "unit.h"

/* ---- blocks that outlive the task that entered them ---- */

static void *limited(void *arg)
{
    asyncio_with (asyncio_timeout(2))
        asyncio_yield(arg);
    log_("%s", asyncio_failed() ? asyncio_exception_name(asyncio_pending()) : "-");
    return NULL;
}

static void *sleeper(void *arg)
{
    asyncio_sleep(1);
    return arg;
}

static void *fails(void *arg)
{
    asyncio_sleep(1);
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", (char *)arg);
}

static void *grouped(void *arg)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        asyncio_task_group_create_task(group, fails, arg);
        asyncio_yield(arg);
    }
    log_("%s", asyncio_failed() ? asyncio_exception_name(asyncio_pending()) : "-");
    return NULL;
}

static void *first_reader(void *generator)
{
    return asyncio_anext((asyncio_agen *)generator);
}

static void read_once_in_a_task_of_its_own(asyncio_agen *generator)
{
    asyncio_task *task = asyncio_create_task(first_reader, generator);
    asyncio_await(task);
    asyncio_drop(task);
}

ASYNC_TEST(a_limit_in_a_generator_whose_reader_has_ended_cancels_nobody)
{
    asyncio_agen *generator = asyncio_agen_new(limited, "x");
    read_once_in_a_task_of_its_own(generator);
    asyncio_sleep(3);
    CHECK_INT(asyncio_agen_aclose(generator), 0);
    CHECK_LOG("GeneratorExit");
}

ASYNC_TEST(a_group_in_a_generator_whose_reader_has_ended_cancels_nobody)
{
    asyncio_agen *generator = asyncio_agen_new(grouped, "x");
    read_once_in_a_task_of_its_own(generator);
    asyncio_sleep(3);
    CHECK_INT(asyncio_agen_aclose(generator), -1);
    CHECK_LOG("BaseExceptionGroup");
    CHECK_RAISES(ASYNCIO_BASE_EXCEPTION_GROUP, "unhandled errors in a TaskGroup (2 sub-exceptions)");
}

/* ---- what is left of a closed loop ---- */

static asyncio_task_group *group;
static asyncio_timeout *timeout;
static asyncio_agen *agen;

static void *waits_in_a_group(void *arg)
{
    group = asyncio_keep(asyncio_task_group_new());
    asyncio_with (group) {
        asyncio_task_group_create_task(group, sleeper, arg);
        asyncio_sleep(1000);
    }
    return arg;
}

static void *waits_in_a_limit(void *arg)
{
    timeout = asyncio_keep(asyncio_timeout(10));
    asyncio_with (timeout)
        asyncio_sleep(1000);
    return arg;
}

static void *begins_a_generator(void *arg)
{
    agen = asyncio_keep(asyncio_agen_new(limited, "x"));
    asyncio_anext(agen);
    asyncio_sleep(1000);
    return arg;
}

/* Has the body run in a task for a second, then closes the loop under it. */
static void close_a_loop_under(asyncio_body *body)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    expect_stderr("Task was destroyed but it is pending!");
    asyncio_task *task = asyncio_loop_create_task(loop, asyncio_coro(body, NULL));
    asyncio_loop_run_until_complete(loop, asyncio_coro(sleeper, NULL));
    asyncio_loop_close(loop);
    asyncio_drop(task);
}

TEST(a_group_whose_loop_was_closed_has_no_parent)
{
    close_a_loop_under(waits_in_a_group);
    CHECK_POINTER(asyncio_task_group_statistics(group).parent, NULL);
    asyncio_task_group_cancel(group);
    CHECK_POINTER(asyncio_task_group_statistics(group).parent, NULL);
    asyncio_drop(group);
}

TEST(a_limit_whose_loop_was_closed_can_be_looked_at)
{
    close_a_loop_under(waits_in_a_limit);
    CHECK(!asyncio_timeout_expired(timeout));
    CHECK_INT(asyncio_timeout_reschedule(timeout, 5), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
    asyncio_drop(timeout);
}

TEST(a_limit_goes_with_the_generator_that_it_stands_in)
{
    close_a_loop_under(begins_a_generator);
    asyncio_drop(agen);
}

/* ---- what is dropped while another task is in a call of it ---- */

static void *slow(void *arg)
{
    asyncio_sleep(1);
    asyncio_yield(arg);
    asyncio_sleep(1);
    return arg;
}

static void *asks(void *generator)
{
    return asyncio_anext((asyncio_agen *)generator);
}

static void *sends(void *generator)
{
    return asyncio_agen_asend((asyncio_agen *)generator, NULL);
}

static void *closes(void *generator)
{
    asyncio_agen_aclose((asyncio_agen *)generator);
    return NULL;
}

static void drop_under(asyncio_body *body)
{
    asyncio_agen *generator = asyncio_agen_new(slow, "x");
    asyncio_task *task = asyncio_create_task(body, generator);
    asyncio_sleep(0);
    asyncio_drop(generator);
    asyncio_await(task);
}

ASYNC_TEST(a_generator_may_be_dropped_under_who_is_in_it)
{
    drop_under(asks);
    CHECK_NOTHING_RAISED();
    drop_under(sends);
    CHECK_NOTHING_RAISED();
    drop_under(closes);
    CHECK_NOTHING_RAISED();
}

static asyncio_coroutine *by_hand;

static void *drops_itself(void *arg)
{
    (void)arg;
    asyncio_drop(by_hand);
    asyncio_yield("y");
    return "z";
}

static void *drives(void *arg)
{
    (void)arg;
    return asyncio_coro_send(by_hand, NULL);
}

static void *waits_by_hand(void *arg)
{
    asyncio_sleep(1);
    return arg;
}

ASYNC_TEST(a_coroutine_may_be_dropped_under_who_drives_it)
{
    by_hand = asyncio_coro(drops_itself, NULL);
    CHECK_STRING(asyncio_coro_send(by_hand, NULL), "y");
    by_hand = asyncio_coro(waits_by_hand, "w");
    asyncio_task *task = asyncio_create_task(drives);
    asyncio_sleep(0);
    asyncio_drop(by_hand);
    CHECK_STRING(asyncio_await(task), "w");
}

static asyncio_queue *queue;

static int drops_the_queue(const void *a, const void *b)
{
    if (queue)
        asyncio_drop(queue);
    queue = NULL;
    return a < b ? -1 : a > b;
}

ASYNC_TEST(a_queue_may_be_dropped_by_its_comparison)
{
    asyncio_queue *q = queue = asyncio_priority_queue_new(0, drops_the_queue);
    CHECK_INT(asyncio_queue_put_nowait(q, "a"), 0);
    CHECK_INT(asyncio_queue_put_nowait(q, "b"), 0);
    CHECK_NOTHING_RAISED();
}

static asyncio_coroutine *second;

static void *drops_the_second(void *arg)
{
    asyncio_drop(second);
    return arg;
}

ASYNC_TEST(what_is_given_to_a_gather_may_be_dropped_by_what_begins_eagerly)
{
    asyncio_loop_set_task_factory(asyncio_get_running_loop(), asyncio_eager_task_factory);
    second = asyncio_coro(sleeper, "2");
    void **results = asyncio_await(asyncio_gather(asyncio_coro(drops_the_second, "1"), second));
    CHECK_STRING(results[0], "1");
    CHECK_STRING(results[1], "2");
}

static void *drops_its_runner(void *runner)
{
    asyncio_drop((asyncio_runner *)runner);
    asyncio_sleep(1);
    return "done";
}

TEST(a_runner_may_be_dropped_by_what_it_runs)
{
    asyncio_runner *runner = asyncio_runner_new();
    CHECK_STRING(asyncio_runner_run(runner, drops_its_runner, runner), "done");
    CHECK_NOTHING_RAISED();
}

/* ---- loops ---- */

static void close_it(void *loop)
{
    log_("%d", asyncio_loop_close((asyncio_loop *)loop));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Cannot close a running event loop");
}

static void ends(asyncio_future *future, void *loop)
{
    (void)future;
    asyncio_loop_call_soon((asyncio_loop *)loop, close_it, loop);
}

static void *ends_with_a_callback(void *arg)
{
    asyncio_future_add_done_callback(asyncio_task_as_future(asyncio_current_task()), ends, asyncio_get_running_loop());
    return arg;
}

TEST(a_loop_cannot_be_closed_in_its_last_turns)
{
    CHECK_INT(asyncio_run(ends_with_a_callback), 0);
    CHECK_LOG("-1");
}

static asyncio_future *kept;

static void *keeps_a_future(void *arg)
{
    kept = asyncio_keep(asyncio_future_new());
    return arg;
}

static void *nothing(void *arg)
{
    return arg;
}

TEST(a_future_keeps_its_loop_however_many_were_closed_since)
{
    CHECK_INT(asyncio_run(keeps_a_future), 0);
    for (int i = 0; i < 1100; i++)
        CHECK_INT(asyncio_run(nothing), 0);
    CHECK(asyncio_loop_is_closed(asyncio_future_get_loop(kept)));
    CHECK(asyncio_future_cancel(kept));
    asyncio_drop(kept);
}

/* ---- contexts ---- */

ASYNCIO_CONTEXTVAR(user, "user");

static void asks_for_the_context(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop;
    (void)arg;
    asyncio_context *its = asyncio_task_get_context(context->task);
    asyncio_contextvar_set(user, "set");
    CHECK_STRING(asyncio_context_get(its, user), "set");
}

static void *fails_unseen(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "unseen");
}

ASYNC_TEST(a_handler_may_ask_for_the_context_of_the_task_that_it_is_told_of)
{
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), asks_for_the_context, NULL);
    asyncio_spawn(fails_unseen);
    asyncio_sleep(1);
}
