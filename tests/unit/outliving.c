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
