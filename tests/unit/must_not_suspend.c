/* The program's functions that the library calls in the midst of something: one that would suspend there gets
 * RuntimeError, and what it was called for goes on. */
#include "unit.h"

#include <signal.h>

static int attempts;

/* Tries every kind of call that may suspend, and counts those that failed with the right words. */
static void try_to_suspend(const char *who)
{
    char words[100];
    asyncio_future *never = asyncio_future_new();
    asyncio_lock *lock = asyncio_lock_new();
    snprintf(words, sizeof words, "may suspend, and %s must not", who);
    asyncio_sleep(0);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, words);
    asyncio_sleep(1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, words);
    asyncio_await(never);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, words);
    asyncio_lock_acquire(lock);
    CHECK_NOTHING_RAISED(); /* it is free: nothing to suspend for */
    asyncio_lock_acquire(lock);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, words);
    asyncio_lock_release(lock);
    asyncio_queue_get(asyncio_queue_new(0));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, words);
    asyncio_yield(NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, words);
    attempts++;
}

static int by_number(const void *a, const void *b)
{
    try_to_suspend("a queue's comparison");
    return (int)((long)a - (long)b);
}

ASYNC_TEST(a_comparison)
{
    asyncio_queue *queue = asyncio_priority_queue_new(0, by_number);
    asyncio_queue_put(queue, (void *)2);
    asyncio_queue_put(queue, (void *)1);
    CHECK_INT(attempts, 1);
    CHECK_INT((long)asyncio_queue_get(queue), 1);
    CHECK_INT((long)asyncio_queue_get(queue), 2);
    CHECK_INT(asyncio_sleep(0), 0);
}

static void *at_once(void *arg)
{
    return arg;
}

static void *in_two_steps(void *arg)
{
    CHECK_INT(asyncio_sleep(0), 0);
    return arg;
}

static int by_running_a_loop(const void *a, const void *b)
{
    CHECK_INT(asyncio_run(at_once), 1);
    return (int)((long)a - (long)b);
}

TEST(a_comparison_that_would_run_a_loop)
{
    expect_stderr("may suspend, and a queue's comparison must not");
    asyncio_queue *queue = asyncio_priority_queue_new(0, by_running_a_loop);
    asyncio_queue_put_nowait(queue, (void *)2);
    asyncio_queue_put_nowait(queue, (void *)1);
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 1);
    CHECK_INT(asyncio_run(in_two_steps), 0);
}

static asyncio_task *factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name, asyncio_context *context,
                             int eager_start)
{
    (void)eager_start;
    try_to_suspend("a task factory");
    return asyncio_task_new(loop, coro, .name = name, .context = context, .eager_start = true);
}

ASYNC_TEST(a_task_factory_but_not_the_tasks_that_it_starts)
{
    asyncio_loop_set_task_factory(asyncio_get_running_loop(), factory);
    asyncio_task *task = asyncio_create_task(in_two_steps, "done");
    CHECK_INT(attempts, 1);
    CHECK(!asyncio_task_done(task));
    CHECK_STRING(asyncio_await(task), "done");
}

static asyncio_loop *loop_factory(void)
{
    CHECK_INT(asyncio_run(at_once), 1);
    return asyncio_new_event_loop();
}

TEST(a_loop_factory)
{
    expect_stderr("may suspend, and a loop factory must not");
    CHECK_INT(asyncio_run(in_two_steps, NULL, .loop_factory = loop_factory), 0);
}

static void warning_handler(const char *category, const char *message, const asyncio_site *site, void *arg)
{
    (void)category, (void)message, (void)site, (void)arg;
    try_to_suspend("a warning handler");
}

ASYNC_TEST(a_warning_handler)
{
    asyncio_set_warning_handler(warning_handler, NULL);
    asyncio_drop(asyncio_coro(at_once));
    CHECK_INT(attempts, 1);
    CHECK_NOTHING_RAISED();
    CHECK_INT(asyncio_sleep(0), 0);
}

static void logger(const char *message, void *arg)
{
    (void)message, (void)arg;
    asyncio_sleep(0);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "may suspend, and a logger must not");
    attempts++;
}

static void *slow(void *arg)
{
    asyncio_time_sleep(1);
    return arg;
}

TEST(a_logger)
{
    asyncio_set_logger(logger, NULL);
    CHECK_INT(asyncio_run(slow, NULL, .debug = true), 0);
    CHECK(attempts > 0);
}

#ifdef __wasm__ /* elsewhere the kernel calls it, and a handler that suspends is its author's affair */
static void signal_handler(int number)
{
    CHECK_INT(number, SIGUSR1);
    try_to_suspend("a signal handler");
}

ASYNC_TEST(a_signal_handler)
{
    signal(SIGUSR1, signal_handler);
    raise(SIGUSR1);
    CHECK_INT(attempts, 1);
    CHECK_INT(asyncio_sleep(0), 0);
}
#endif
