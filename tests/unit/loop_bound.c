/* Locks and their kin belong to the loop in which somebody first had to wait at them. What each test expects is what
 * CPython 3.13 does (mixins._LoopBoundMixin). */
#include "unit.h"

static void *thing;
static int (*wait_at)(void);

static int wait_at_lock(void)
{
    return asyncio_lock_acquire(thing);
}
static int wait_at_semaphore(void)
{
    return asyncio_semaphore_acquire(thing);
}
static int wait_at_event(void)
{
    return asyncio_event_wait(thing);
}
static int wait_at_barrier(void)
{
    return asyncio_barrier_wait(thing);
}
static int wait_to_put(void)
{
    return asyncio_queue_put(thing, "more");
}
static int wait_to_get(void)
{
    return asyncio_queue_get(thing) ? 0 : -1;
}
static int wait_to_join(void)
{
    return asyncio_queue_join(thing);
}

static int wait_at_condition(void)
{
    int status = -1;
    asyncio_condition *condition = thing;
    asyncio_with (condition)
        status = asyncio_condition_wait(condition);
    return status;
}

static void *wait_in_vain(void *arg)
{
    asyncio_with (asyncio_timeout(1))
        wait_at();
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    return arg;
}

static void *cannot_wait(void *message)
{
    CHECK_INT(wait_at(), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, message);
    return message;
}

/* The first run binds it, the second one is in another loop. */
static void check_is_bound(void *made, int (*wait)(void), const char *message)
{
    thing = made;
    wait_at = wait;
    CHECK_INT(asyncio_run(wait_in_vain), 0);
    CHECK_INT(asyncio_run(cannot_wait, (void *)message), 0);
}

/* Taken, so that the next one has to wait; without a loop there is no task that could. */
static void *take(void *arg)
{
    CHECK_INT(wait_at(), 0);
    return arg;
}

static void check_is_bound_when_taken(void *made, int (*wait)(void), const char *message)
{
    thing = made;
    wait_at = wait;
    CHECK_INT(asyncio_run(take), 0);
    check_is_bound(made, wait, message);
}

TEST(a_lock_is_bound)
{
    check_is_bound_when_taken(asyncio_lock_new(), wait_at_lock, "Lock is bound to a different event loop");
}
TEST(a_semaphore_is_bound)
{
    check_is_bound(asyncio_semaphore_new(0), wait_at_semaphore, "Semaphore is bound to a different event loop");
}
TEST(an_event_is_bound)
{
    check_is_bound(asyncio_event_new(), wait_at_event, "Event is bound to a different event loop");
}
TEST(a_condition_is_bound)
{
    check_is_bound(asyncio_condition_new(NULL), wait_at_condition, "Condition is bound to a different event loop");
}
TEST(a_barrier_is_bound)
{
    check_is_bound(asyncio_barrier_new(2), wait_at_barrier, "Barrier is bound to a different event loop");
}
TEST(a_queue_is_bound_by_who_gets)
{
    check_is_bound(asyncio_queue_new(0), wait_to_get, "Queue is bound to a different event loop");
}

TEST(a_queue_is_bound_by_who_puts)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, "first");
    check_is_bound(queue, wait_to_put, "Queue is bound to a different event loop");
}

TEST(a_queue_is_bound_by_who_joins)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, "first");
    check_is_bound(queue, wait_to_join, "Queue is bound to a different event loop");
}

/* ---- where nobody waits, nothing is bound ---- */

static void *use_lock(void *arg)
{
    asyncio_lock *lock = thing;
    asyncio_with (lock)
        log_("%s", (char *)arg);
    return arg;
}

TEST(a_lock_that_nobody_waits_for_serves_any_loop)
{
    thing = asyncio_lock_new();
    CHECK_INT(asyncio_run(use_lock, "first"), 0);
    CHECK_INT(asyncio_run(use_lock, "second"), 0);
    CHECK_LOG("first second");
}

/* ---- who may not wait changes nothing for those who do ---- */

static void *wait_at_it(void *arg)
{
    CHECK_INT(wait_at(), 0);
    log_("woken");
    return arg;
}

static void *begin_to_wait(void *arg)
{
    (void)arg;
    asyncio_task *task = asyncio_create_task(wait_at_it);
    settle();
    return task;
}

static void *nobody_is_woken(void *task)
{
    settle();
    CHECK_STRING(ending(task), "pending");
    CHECK(!asyncio_condition_locked(thing));
    asyncio_with ((asyncio_condition *)thing)
        asyncio_condition_notify_all(thing);
    settle();
    return NULL;
}

TEST(a_wait_for_a_condition_in_another_loop_notifies_nobody)
{
    asyncio_runner *runner = asyncio_runner_new();
    thing = asyncio_condition_new(NULL);
    wait_at = wait_at_condition;
    asyncio_with (runner) {
        asyncio_task *task = asyncio_runner_run(runner, begin_to_wait, NULL);
        CHECK_INT(asyncio_run(cannot_wait, (void *)"Condition is bound to a different event loop"), 0);
        asyncio_runner_run(runner, nobody_is_woken, task);
        CHECK_LOG("woken");
    }
}
