/* Step 9 - Futures connect callback-style code with await.
 * Question: how is an old callback API used from a coroutine?
 * Prediction: the callback fills a future. If the waiting task is cancelled the
 * future is cancelled with it, so the late callback must look before it sets.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

/* Python's class Device: an API that knows only callbacks. Python's are a closure and a method, which know
 * their future; in C such an API hands them a pointer that it was given with them. */
struct request {
    long units;
    void (*on_value)(void *arg, long v);
    void (*on_error)(void *arg, const char *message);
    void *arg;
};

static void device_answers(void *arg)
{
    struct request *request = arg;

    if (request->units < 0)
        request->on_error(request->arg, "bad address");
    else
        request->on_value(request->arg, request->units * 11);
    free(request);
}

static void device_read(long units, void (*on_value)(void *arg, long v),
                        void (*on_error)(void *arg, const char *message), void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    struct request *request = malloc(sizeof *request);

    *request = (struct request){units, on_value, on_error, arg};
    if (units < 0)
        asyncio_loop_call_later(loop, 1 * U, device_answers, request);
    else
        asyncio_loop_call_later(loop, units * U, device_answers, request);
}

static void on_value(void *arg, long v)
{
    asyncio_future *future = arg;

    if (asyncio_future_done(future))
        printf("late value dropped: %ld\n", v);
    else
        asyncio_future_set_result(future, (void *)v);
    asyncio_drop(future);
}

static void on_error(void *arg, const char *message)
{
    asyncio_future *future = arg;

    asyncio_future_set_exception(future, asyncio_exception_new(ASYNCIO_OS_ERROR, "%s", message));
    asyncio_drop(future);
}

static void *read_(void *arg)
{
    long units = (long)arg;
    asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());

    device_read(units, on_value, on_error, asyncio_keep(future)); /* the callback may outlive this task */
    return asyncio_await(future);
}

static void *main_(void *arg)
{
    (void)arg;
    long value = (long)read_((void *)1);
    if (asyncio_failed())
        return NULL;
    printf("value: %ld\n", value);
    read_((void *)-1);
    asyncio_exception *e = asyncio_except(ASYNCIO_OS_ERROR);
    if (e)
        printf("error: %s\n", asyncio_exception_message(e));
    if (asyncio_failed())
        return NULL;
    void **values = asyncio_await(
        asyncio_gather(asyncio_coro(read_, (void *)2), asyncio_coro(read_, (void *)1)));
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
