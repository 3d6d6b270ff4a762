/* Step 2 - The event loop.
 * Question: when does a loop that was told to stop stop?
 * Prediction: at the end of the turn in which it was told; what was scheduled
 * in that turn waits for the next run, and nothing of it is lost. Told before it
 * runs, it makes one turn.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;
static asyncio_loop *loop, *other;
static asyncio_future *pending, *others;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

static void say(void *arg)
{
    printf("%s\n", (const char *)arg);
}

static void stop(void *arg)
{
    asyncio_loop_stop(loop);
}

static void stop_and_more(void *arg)
{
    printf("stop\n");
    asyncio_loop_stop(loop);
    asyncio_loop_stop(loop);
    asyncio_loop_call_soon(loop, say, "scheduled while stopping");
    printf("still running: %s\n", str(asyncio_loop_is_running(loop)));
}

static void chain(void *arg)
{
    long n = (long)arg;

    printf("chain %ld\n", n);
    if (n)
        asyncio_loop_call_soon(loop, chain, (void *)(n - 1));
}

static void fails(void *arg)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "from a callback");
}

static void leaves(void *arg)
{
    asyncio_raise(ASYNCIO_SYSTEM_EXIT, "enough");
}

static void handler(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    printf("handler: %s('%s') %s %s\n", asyncio_exception_name(context->exception),
           asyncio_exception_message(context->exception), str(context->handle), str(context->future));
}

static void print_runtime_error(void)
{
    asyncio_exception *e = asyncio_except(ASYNCIO_RUNTIME_ERROR);

    if (e)
        printf("RuntimeError: %s\n", asyncio_exception_message(e));
}

static void nested_runs(void *arg)
{
    asyncio_loop_run_until_complete(loop, pending);
    print_runtime_error();
    asyncio_loop_run_until_complete(other, others);
    print_runtime_error();
    asyncio_loop_close(loop);
    print_runtime_error();
}

static void *worker(void *arg)
{
    for (int n = 0; n < 3; n++) {
        printf("worker %d\n", n);
        if (asyncio_sleep(1 * U) < 0)
            return NULL;
    }
    return "worker's result";
}

static void *stops_its_loop(void *arg)
{
    asyncio_loop_call_soon(loop, say, "after the stop, same turn or not");
    asyncio_loop_stop(loop);
    printf("asked to stop\n");
    if (asyncio_sleep(0) < 0)
        return NULL;
    printf("went on\n");
    return (void *)7;
}

int main(void)
{
    asyncio_exception *e;

    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    loop = asyncio_new_event_loop();
    other = asyncio_new_event_loop();
    asyncio_loop_set_exception_handler(loop, handler, NULL);

    printf("-- stopped before it runs: one turn\n");
    asyncio_loop_call_soon(loop, chain, (void *)2);
    asyncio_loop_stop(loop);
    asyncio_loop_run_forever(loop);
    printf("-- the next run goes on where the first has ended\n");
    asyncio_loop_call_soon(loop, stop, NULL);
    asyncio_loop_run_forever(loop);
    printf("-- stopped by a callback: the turn is finished\n");
    asyncio_loop_call_soon(loop, stop_and_more, NULL);
    asyncio_loop_call_soon(loop, say, "same turn");
    asyncio_loop_run_forever(loop);
    printf("-- one more turn\n");
    asyncio_loop_call_soon(loop, stop, NULL);
    asyncio_loop_run_forever(loop);
    printf("-- timers\n");
    asyncio_loop_call_later(loop, 1 * U, say, "1 unit");
    asyncio_loop_call_later(loop, 3 * U, say, "3 units");
    asyncio_loop_call_later(loop, 2 * U, stop, NULL);
    asyncio_loop_run_forever(loop);
    printf("stopped after 2\n");
    asyncio_loop_call_later(loop, 2 * U, stop, NULL);
    asyncio_loop_run_forever(loop);
    printf("-- errors of callbacks\n");
    asyncio_loop_call_soon(loop, fails, NULL);
    asyncio_loop_call_soon(loop, say, "the others run");
    asyncio_loop_call_soon(loop, stop, NULL);
    asyncio_loop_run_forever(loop);
    asyncio_loop_call_soon(loop, leaves, NULL);
    asyncio_loop_call_soon(loop, say, "after SystemExit");
    asyncio_loop_call_later(loop, 1 * U, stop, NULL);
    asyncio_loop_run_forever(loop);
    if ((e = asyncio_except(ASYNCIO_SYSTEM_EXIT)))
        printf("SystemExit came out: %s\n", asyncio_exception_message(e));
    printf("running: %s closed: %s\n", str(asyncio_loop_is_running(loop)), str(asyncio_loop_is_closed(loop)));
    asyncio_loop_run_forever(loop);
    printf("-- runs within runs\n");
    pending = asyncio_loop_create_future(loop);
    others = asyncio_loop_create_future(other);
    asyncio_loop_call_soon(loop, nested_runs, NULL);
    asyncio_loop_call_soon(loop, stop, NULL);
    asyncio_loop_run_forever(loop);
    printf("-- run_until_complete, interrupted\n");
    asyncio_task *task = asyncio_loop_create_task(loop, asyncio_coro(worker, NULL), .name = "worker");
    asyncio_loop_call_later(loop, 1.5 * U, stop, NULL);
    asyncio_loop_run_until_complete(loop, task);
    print_runtime_error();
    printf("done: %s\n", str(asyncio_task_done(task)));
    printf("again: %s\n", (const char *)asyncio_loop_run_until_complete(loop, task));
    printf("a third time: %s\n", (const char *)asyncio_loop_run_until_complete(loop, task));
    task = asyncio_loop_create_task(loop, asyncio_coro(stops_its_loop, NULL));
    asyncio_loop_run_until_complete(loop, task);
    print_runtime_error();
    printf("again: %ld\n", (long)asyncio_loop_run_until_complete(loop, task));
    printf("-- closed\n");
    asyncio_future *future = asyncio_loop_create_future(loop);
    asyncio_loop_call_soon(loop, say, "never called");
    asyncio_loop_close(loop);
    asyncio_loop_close(loop);
    asyncio_loop_close(other);
    printf("closed: %s running: %s\n", str(asyncio_loop_is_closed(loop)), str(asyncio_loop_is_running(loop)));
    asyncio_loop_call_soon(loop, say, NULL);
    print_runtime_error();
    asyncio_loop_call_later(loop, 1, say, NULL);
    print_runtime_error();
    asyncio_loop_call_at(loop, 1, say, NULL);
    print_runtime_error();
    asyncio_loop_run_forever(loop);
    print_runtime_error();
    asyncio_loop_run_until_complete(loop, future);
    print_runtime_error();
    return 0;
}
