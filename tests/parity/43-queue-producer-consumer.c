/* Cross-cutting - Queue.
 * Question: how do tasks hand work to each other?
 * Prediction: a full queue makes the producer wait, an empty one the consumer;
 * join() returns when every item was marked done; idle consumers are cancelled.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static void *producer(void *arg)
{
    asyncio_queue *queue = arg;

    for (long item = 1; item < 6; item++) {
        if (asyncio_queue_put(queue, (void *)item) < 0)
            return NULL;
        printf("producer: put %ld, size %ld\n", item, asyncio_queue_qsize(queue));
    }
    printf("producer: finished\n");
    return NULL;
}

static void *consumer(void *arg)
{
    asyncio_queue *queue = arg;

    while (true) {
        long item = (long)asyncio_queue_get(queue);
        if (asyncio_failed() || asyncio_sleep(1 * U) < 0)
            break;
        printf("consumer: did %ld, size %ld\n", item, asyncio_queue_qsize(queue));
        asyncio_queue_task_done(queue);
    }
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        printf("consumer: cancelled while idle\n");
        return asyncio_reraise();
    }
    return NULL;
}

struct worker {
    const char *name;
    asyncio_queue *queue;
};

static void *worker(void *arg)
{
    struct worker *args = arg;

    while (true) {
        const double *units = asyncio_queue_get(args->queue);
        if (asyncio_failed() || asyncio_sleep(*units * U) < 0)
            return NULL;
        printf("%s: finished a job of %g\n", args->name, *units);
        asyncio_queue_task_done(args->queue);
    }
}

static void *main_(void *arg)
{
    asyncio_queue *queue = asyncio_queue_new(2);
    asyncio_task *c = asyncio_create_task(consumer, queue);
    producer(queue);
    asyncio_queue_join(queue);
    if (asyncio_failed())
        return NULL;
    printf("main: all items are done\n");
    asyncio_task_cancel(c);
    asyncio_await(asyncio_gather_return_exceptions(c));
    if (asyncio_failed())
        return NULL;

    queue = asyncio_queue_new(0);
    static double jobs[] = {3, 1, 1.5, 2.25, 0.75};
    for (int i = 0; i < 5; i++)
        asyncio_queue_put_nowait(queue, &jobs[i]);
    asyncio_task *workers[] = {
        asyncio_create_task(worker, asyncio_args(struct worker, "worker 1", queue)),
        asyncio_create_task(worker, asyncio_args(struct worker, "worker 2", queue)),
        asyncio_create_task(worker, asyncio_args(struct worker, "worker 3", queue)),
    };
    if (asyncio_queue_join(queue) < 0)
        return NULL;
    for (int i = 0; i < 3; i++)
        asyncio_task_cancel(workers[i]);
    asyncio_await(asyncio_gather_array_return_exceptions(workers, 3));
    if (asyncio_failed())
        return NULL;
    printf("main: pool is idle, size %ld\n", asyncio_queue_qsize(queue));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
