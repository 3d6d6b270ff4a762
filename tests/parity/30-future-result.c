/* Step 9 - Futures.
 * Question: how does a value get from one place to another place that waits?
 * Prediction: the waiter sleeps until somebody sets the result; the setter goes on
 * first, the waiter resumes in a later turn.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

struct producer {
    asyncio_future *future;
    long value;
};

static void *producer(void *arg)
{
    struct producer *args = arg;

    if (asyncio_sleep(2 * U) < 0)
        return NULL;
    asyncio_future_set_result(args->future, (void *)args->value);
    printf("producer: result is set\n");
    return NULL;
}

struct consumer {
    const char *name;
    asyncio_future *future;
};

static void *consumer(void *arg)
{
    struct consumer *args = arg;

    printf("%s: waiting\n", args->name);
    long got = (long)asyncio_await(args->future);
    if (asyncio_failed())
        return NULL;
    printf("%s: got %ld\n", args->name, got);
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());
    printf("done at first: %s\n", asyncio_future_done(future) ? "True" : "False");
    asyncio_task *tasks[] = {
        asyncio_create_task(producer, asyncio_args(struct producer, future, 42)),
        asyncio_create_task(consumer, asyncio_args(struct consumer, "consumer 1", future)),
        asyncio_create_task(consumer, asyncio_args(struct consumer, "consumer 2", future)),
    };
    long got = (long)asyncio_await(future);
    if (asyncio_failed())
        return NULL;
    printf("main: got %ld\n", got);
    asyncio_await(asyncio_gather_array(tasks, 3));
    if (asyncio_failed())
        return NULL;
    printf("done at last: %s result: %ld\n", asyncio_future_done(future) ? "True" : "False",
           (long)asyncio_future_result(future));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
