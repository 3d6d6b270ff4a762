/* Beyond the ten steps - errors of use.
 * Question: what does asyncio say when it is used wrongly?
 * Prediction: each mistake is an exception at the call that makes it (or in the
 * coroutine that was to run), and its text says what is wrong.
 */
#include <asyncio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

/* Python is given a call and makes it; here it has been made, and what it raised is pending. */
#define tell(what, call) ((void)(call), tell_pending(what))

static void tell_pending(const char *what)
{
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);

    if (e)
        printf("%s: %s: %s\n", what, asyncio_exception_name(e), asyncio_exception_message(e));
    else
        printf("%s: no error\n", what);
}

static void *one(void *arg)
{
    return (void *)1;
}

static void *sleeper(void *arg)
{
    asyncio_sleep(9 * U);
    return NULL;
}

static void *stops(void *arg)
{
    return asyncio_raise(ASYNCIO_STOP_ITERATION, "early");
}

static void *numbers(void *arg)
{
    if (asyncio_yield((void *)1) < 0 || asyncio_sleep(1 * U) < 0)
        return NULL;
    asyncio_yield((void *)2);
    return NULL;
}

static void *stubborn(void *arg)
{
    asyncio_yield((void *)1);
    if (asyncio_except(ASYNCIO_GENERATOR_EXIT))
        asyncio_yield((void *)2);
    return NULL;
}

static void *raises_stop(void *arg)
{
    if (asyncio_yield((void *)1) < 0)
        return NULL;
    return asyncio_raise(ASYNCIO_STOP_ASYNC_ITERATION);
}

static void *anext_of(void *arg)
{
    return asyncio_anext((asyncio_agen *)arg);
}

static void *wait_at(void *arg)
{
    return (void *)(long)asyncio_barrier_wait((asyncio_barrier *)arg);
}

static bool yes(void *arg)
{
    return true;
}

static bool no(void *arg)
{
    return false;
}

static void *adds_late(void *arg)
{
    asyncio_task_group *tg = arg;

    asyncio_sleep(9 * U);
    asyncio_finally {
        asyncio_coroutine *coro = asyncio_coro(one, NULL);
        tell("group shutting down", asyncio_task_group_create_task(tg, coro));
        asyncio_coro_close(coro);
    }
    return NULL;
}

static void futures(asyncio_loop *loop)
{
    printf("-- futures\n");
    asyncio_future *f = asyncio_loop_create_future(loop);
    tell("result", asyncio_future_result(f));
    tell("exception", asyncio_future_exception(f));
    asyncio_future_set_result(f, (void *)1);
    tell("set_result", asyncio_future_set_result(f, (void *)2));
    tell("set_exception", asyncio_future_set_exception(f, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "%s", "")));
    printf("cancel: %s\n", asyncio_future_cancel(f) ? "True" : "False");
    f = asyncio_loop_create_future(loop);
    asyncio_future_cancel(f, "no need");
    tell("cancelled result", asyncio_future_result(f));
    tell("cancelled exception", asyncio_future_exception(f));
    tell("cancelled set_result", asyncio_future_set_result(f, (void *)1));
    f = asyncio_loop_create_future(loop);
    asyncio_future_set_exception(f, asyncio_exception_new(ASYNCIO_STOP_ITERATION, "%s", ""));
    tell("StopIteration", asyncio_await(f));
}

static void tasks(asyncio_loop *loop)
{
    printf("-- tasks and coroutines\n");
    asyncio_task *t = asyncio_create_task(one, NULL);
    tell("result", asyncio_task_result(t));
    tell("exception", asyncio_task_exception(t));
    tell("set_result", asyncio_future_set_result(asyncio_task_as_future(t), (void *)1));
    tell("set_exception",
         asyncio_future_set_exception(asyncio_task_as_future(t), asyncio_exception_new(ASYNCIO_VALUE_ERROR, "%s", "")));
    asyncio_await(t);
    asyncio_coroutine *coro = asyncio_coro(one, NULL);
    asyncio_await(coro);
    tell("awaited again", asyncio_await(coro));
    coro = asyncio_coro(sleeper, NULL);
    t = asyncio_create_task(coro);
    asyncio_sleep(0);
    tell("awaited by two", asyncio_await(coro));
    asyncio_task_cancel(t);
    tell("StopIteration in a task", asyncio_await(asyncio_create_task(stops, NULL)));
    tell("StopIteration in a coroutine", asyncio_await(asyncio_coro(stops, NULL)));
    tell("sleep", asyncio_sleep(NAN));
    tell("wait for nothing", asyncio_wait((asyncio_task **)NULL, 0));
    coro = asyncio_coro(one, NULL);
    tell("send", asyncio_coro_send(coro, (void *)1));
    asyncio_coro_close(coro);
    tell("send to a closed one", asyncio_coro_send(coro, NULL));
}

static void blocks(asyncio_loop *loop)
{
    asyncio_exception *e;

    printf("-- timeouts and groups\n");
    asyncio_timeout *timeout = asyncio_timeout(1 * U);
    tell("reschedule too early", asyncio_timeout_reschedule(timeout, 1));
    asyncio_with (timeout) {
        asyncio_with (timeout)
            ;
        tell_pending("entered twice");
    }
    tell("reschedule too late", asyncio_timeout_reschedule(timeout, 1));
    timeout = asyncio_timeout(0);
    asyncio_with (timeout) {
        asyncio_sleep(1 * U);
        if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR))) {
            printf("inside: CancelledError(%s)\n", asyncio_exception_message(e));
            tell("reschedule while expiring", asyncio_timeout_reschedule(timeout, 1));
            asyncio_raise_exception(e);
        }
    }
    if ((e = asyncio_except(ASYNCIO_TIMEOUT_ERROR)))
        printf("outside: TimeoutError(%s) from %s(%s)\n", asyncio_exception_message(e),
               asyncio_exception_name(asyncio_exception_cause(e)),
               asyncio_exception_message(asyncio_exception_cause(e)));
    tell("reschedule when expired", asyncio_timeout_reschedule(timeout, 1));

    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_coroutine *coro = asyncio_coro(one, NULL);
    tell("group not entered", asyncio_task_group_create_task(tg, coro));
    asyncio_with (tg) {
        asyncio_with (tg)
            ;
        tell_pending("group entered twice");
    }
    tell("group finished", asyncio_task_group_create_task(tg, coro));
    asyncio_coro_close(coro);
    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task_group_create_task(tg, adds_late, tg);
        asyncio_sleep(0);
        asyncio_raise(ASYNCIO_VALUE_ERROR, "body");
    }
    if ((e = asyncio_except(ASYNCIO_EXCEPTION_GROUP)))
        printf("%s: %s\n", asyncio_exception_name(e), asyncio_exception_message(e));
}

static void locks(asyncio_loop *loop)
{
    printf("-- locks\n");
    tell("Lock.release", asyncio_lock_release(asyncio_lock_new()));
    asyncio_condition *condition = asyncio_condition_new(NULL);
    tell("Condition.release", asyncio_condition_release(condition));
    tell("Condition.notify", asyncio_condition_notify(condition));
    tell("Condition.notify_all", asyncio_condition_notify_all(condition));
    tell("Condition.wait", asyncio_condition_wait(condition));
    tell("Condition.wait_for, true", asyncio_condition_wait_for(condition, yes, NULL));
    tell("Condition.wait_for, false", asyncio_condition_wait_for(condition, no, NULL));
    tell("Semaphore", asyncio_semaphore_new(-1));
    tell("BoundedSemaphore.release", asyncio_semaphore_release(asyncio_bounded_semaphore_new(1)));
    tell("Barrier", asyncio_barrier_new(0));
    asyncio_barrier *barrier = asyncio_barrier_new(2);
    asyncio_task *waiter = asyncio_create_task(wait_at, barrier);
    asyncio_sleep(0);
    asyncio_barrier_reset(barrier);
    tell("Barrier.reset", asyncio_await(waiter));
    waiter = asyncio_create_task(wait_at, barrier);
    asyncio_sleep(0);
    asyncio_barrier_abort(barrier);
    tell("Barrier.abort", asyncio_await(waiter));
    tell("Barrier.wait, aborted", asyncio_barrier_wait(barrier));
    asyncio_queue *queue = asyncio_queue_new(1);
    tell("Queue.get_nowait", asyncio_queue_get_nowait(queue));
    asyncio_queue_put_nowait(queue, (void *)1);
    tell("Queue.put_nowait", asyncio_queue_put_nowait(queue, (void *)2));
    asyncio_queue_task_done(queue);
    tell("Queue.task_done", asyncio_queue_task_done(queue));
}

static void generators(asyncio_loop *loop)
{
    printf("-- asynchronous generators\n");
    asyncio_agen *agen = asyncio_agen_new(numbers, NULL);
    asyncio_anext(agen);
    asyncio_task *t = asyncio_create_task(anext_of, agen);
    asyncio_sleep(0);
    tell("anext", asyncio_anext(agen));
    tell("athrow", asyncio_agen_athrow(agen, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "thrown")));
    tell("aclose", asyncio_agen_aclose(agen));
    printf("the one that runs: %ld\n", (long)asyncio_await(t));
    tell("the end", asyncio_anext(agen));
    tell("asend", asyncio_agen_asend(asyncio_agen_new(numbers, NULL), (void *)1));
    agen = asyncio_agen_new(stubborn, NULL);
    asyncio_anext(agen);
    tell("aclose of a stubborn one", asyncio_agen_aclose(agen));
    agen = asyncio_agen_new(raises_stop, NULL);
    asyncio_anext(agen);
    tell("StopAsyncIteration", asyncio_anext(agen));
}

static void never_called(void *arg) {}

static void loops(asyncio_loop *loop)
{
    printf("-- loops and executors\n");
    asyncio_coroutine *coro = asyncio_coro(one, NULL);
    tell("run", asyncio_run(coro));
    asyncio_runner *runner = asyncio_runner_new();
    tell("Runner.run", asyncio_runner_run(runner, coro));
    asyncio_runner_close(runner);
    asyncio_coro_close(coro);
    asyncio_future *future = asyncio_loop_create_future(loop);
    tell("run_until_complete", asyncio_loop_run_until_complete(loop, future));
    tell("close", asyncio_loop_close(loop));
    asyncio_loop *other = asyncio_new_event_loop();
    tell("run_until_complete of another", asyncio_loop_run_until_complete(other, future));
    asyncio_loop_close(other);
    tell("call_soon when closed", asyncio_loop_call_soon(other, never_called, NULL));
    tell("ThreadPoolExecutor", asyncio_thread_pool_executor_new(.max_workers = 0));
    asyncio_executor *pool = asyncio_thread_pool_executor_new(.max_workers = 1);
    asyncio_executor_shutdown(pool);
    tell("after its shutdown", asyncio_loop_run_in_executor(loop, pool, one));
    asyncio_loop_shutdown_default_executor(loop);
    tell("after the default one's", asyncio_await(asyncio_to_thread(one)));
}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    void (*parts[])(asyncio_loop *) = {futures, tasks, blocks, locks, generators, loops};

    for (int part = 0; part < 6; part++)
        parts[part](loop);
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    asyncio_coroutine *coro = asyncio_coro(one, NULL);
    tell("create_task without a loop", asyncio_create_task(coro));
    asyncio_coro_close(coro);
    tell("get_running_loop", asyncio_get_running_loop());
    asyncio_run(main_, NULL);
    asyncio_runner *runner = asyncio_runner_new();
    printf("ran: %ld\n", (long)asyncio_runner_run(runner, one, NULL));
    asyncio_runner_close(runner);
    tell("get_loop of a closed runner", asyncio_runner_get_loop(runner));
    return 0;
}
