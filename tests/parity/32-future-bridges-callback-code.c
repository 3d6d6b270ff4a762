/* Step 9 - Futures connect callback-style code with await.
 * Question: how is an old callback API used from a coroutine?
 * Prediction: the callback fills a future. If the waiting task is cancelled the
 * future is cancelled with it, so the late callback must look before it sets.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

/* Python's class Device: an API that knows only callbacks. In C a callback comes with a pointer of its owner's, which
 * the API hands back to it; the callbacks of Python, a closure and a method, know their future without one. */
typedef void device_callback(void *arg, void *v);

struct call {
    device_callback *callback;
    void *arg;
    void *v;
};

static void call(void *arg) /* call_later passes one pointer: the call's arguments wait in memory of their own */
{
    struct call *args = arg;

    args->callback(args->arg, args->v);
    free(args);
}

static void device_read(long units, device_callback *on_value, device_callback *on_error, void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    struct call *args = malloc(sizeof *args);

    if (units < 0) {
        *args = (struct call){on_error, arg, asyncio_keep(asyncio_exception_new(ASYNCIO_OS_ERROR, "bad address"))};
        asyncio_loop_call_later(loop, 1 * U, call, args);
    } else {
        *args = (struct call){on_value, arg, (void *)(units * 11)};
        asyncio_loop_call_later(loop, units * U, call, args);
    }
}

static void on_value(void *arg, void *v)
{
    asyncio_future *future = arg;

    if (asyncio_future_done(future))
        printf("late value dropped: %ld\n", (long)v);
    else
        asyncio_future_set_result(future, v);
    asyncio_drop(future);
}

static void set_exception(void *arg, void *e)
{
    asyncio_future *future = arg;
    asyncio_exception *exception = e;

    asyncio_future_set_exception(future, exception);
    asyncio_drop(exception);
    asyncio_drop(future);
}

static void *read_(void *arg)
{
    long units = (long)arg;
    asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());

    device_read(units, on_value, set_exception, asyncio_keep(future)); /* the callback may outlive this task */
    return asyncio_await(future);
}

static void *main_(void *arg)
{
    long value = (long)asyncio_await(asyncio_coro(read_, (void *)1));
    if (asyncio_failed())
        return NULL;
    printf("value: %ld\n", value);
    asyncio_await(asyncio_coro(read_, (void *)-1));
    asyncio_exception *e = asyncio_except(ASYNCIO_OS_ERROR);
    if (e)
        printf("error: %s\n", asyncio_exception_message(e));
    if (asyncio_failed())
        return NULL;
    void **values = asyncio_await(asyncio_gather(asyncio_coro(read_, (void *)2), asyncio_coro(read_, (void *)1)));
    if (asyncio_failed())
        return NULL;
    printf("two at a time: %ld %ld\n", (long)values[0], (long)values[1]);
    asyncio_task *t = asyncio_create_task(read_, (void *)3);
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    asyncio_task_cancel(t);
    asyncio_await(asyncio_gather_return_exceptions(t));
    if (asyncio_failed())
        return NULL;
    printf("reader cancelled: %s\n", asyncio_task_cancelled(t) ? "True" : "False");
    asyncio_sleep(3 * U);
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
