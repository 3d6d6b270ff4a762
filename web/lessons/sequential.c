#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

struct fetch {
    int n;
    double delay;
};

static void *fetch(void *arg)
{
    struct fetch *self = arg;
    printf("fetch %d: begins\n", self->n);
    if (asyncio_sleep(self->delay) < 0)
        return NULL;
    printf("fetch %d: ends\n", self->n);
    return NULL;
}

static void *main_(void *arg)
{
    double start = asyncio_time_monotonic();
    asyncio_coroutine *one = asyncio_coro(fetch, asyncio_args(struct fetch, 1, PARAM("one", 2)));
    asyncio_coroutine *two = asyncio_coro(fetch, asyncio_args(struct fetch, 2, PARAM("two", 1)));
    if (PARAM("task", false)) {
        asyncio_task *second = asyncio_create_task(two);
        asyncio_await(one);
        asyncio_await(second);
    } else {
        asyncio_await(one);
        asyncio_await(two);
    }
    printf("main: %g s\n", asyncio_time_monotonic() - start);
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
