#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

struct request {
    const char *name;
    double delay;
};

static void *request(void *arg)
{
    struct request *self = arg;
    printf("%s: asked\n", self->name);
    if (asyncio_sleep(self->delay) < 0)
        return NULL;
    printf("%s: answered\n", self->name);
    return NULL;
}

static void *main_(void *arg)
{
    double start = asyncio_time_monotonic();
    asyncio_coroutine *a = asyncio_coro(request, asyncio_args(struct request, "a", PARAM("a", 3)));
    asyncio_coroutine *b = asyncio_coro(request, asyncio_args(struct request, "b", PARAM("b", 1)));
    if (PARAM("together", true)) {
        asyncio_await(asyncio_gather(a, b));
    } else {
        asyncio_await(a);
        asyncio_await(b);
    }
    printf("all in %g s\n", asyncio_time_monotonic() - start);
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
