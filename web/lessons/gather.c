#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

struct job {
    int n;
    double delay;
};

static void *job(void *arg)
{
    struct job *self = arg;
    if (asyncio_sleep(self->delay) < 0)
        return NULL;
    printf("job %d: over\n", self->n);
    if (self->n == 2 && PARAM("fails", false))
        return asyncio_raise(ASYNCIO_VALUE_ERROR, "job 2");
    return (void *)(long)(self->n * 10);
}

static void *main_(void *arg)
{
    void **results = asyncio_await(asyncio_gather(asyncio_coro(job, asyncio_args(struct job, 1, PARAM("one", 3))),
                                                  asyncio_coro(job, asyncio_args(struct job, 2, PARAM("two", 2))),
                                                  asyncio_coro(job, asyncio_args(struct job, 3, PARAM("three", 1)))));
    if (results)
        printf("main: %ld %ld %ld\n", (long)results[0], (long)results[1], (long)results[2]);
    else if (asyncio_except(ASYNCIO_VALUE_ERROR))
        puts("main: one has failed");
    if (asyncio_sleep(PARAM("after", 4)) < 0)
        return NULL;
    puts("main: the end");
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
