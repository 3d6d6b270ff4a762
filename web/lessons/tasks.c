#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

struct work {
    const char *name;
    double delay;
};

static void *work(void *arg)
{
    struct work *self = arg;
    printf("%s: starts\n", self->name);
    if (asyncio_sleep(self->delay) < 0)
        return NULL;
    printf("%s: ready\n", self->name);
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_task *tea = asyncio_create_task(work, asyncio_args(struct work, "tea", PARAM("tea", 3)), .name = "tea");
    asyncio_task *toast =
        asyncio_create_task(work, asyncio_args(struct work, "toast", PARAM("toast", 2)), .name = "toast");
    puts("main: both are tasks now");
    if (PARAM("tea_first", true)) {
        asyncio_await(tea);
        puts("main: has tea");
    }
    asyncio_await(toast);
    puts("main: has toast");
    asyncio_await(tea);
    puts("main: breakfast");
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
