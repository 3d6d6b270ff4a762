#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

struct job {
    const char *name;
    double delay;
};

static void *job(void *arg)
{
    struct job *self = arg;
    if (asyncio_sleep(self->delay) == 0)
        printf("%s: finished\n", self->name);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        printf("%s: cancelled\n", self->name);
        return asyncio_reraise();
    }
    return NULL;
}

static void *bad(void *arg)
{
    if (asyncio_sleep(PARAM("bad", 2)) < 0)
        return NULL;
    puts("bad: raises");
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "bad");
}

static void *main_(void *arg)
{
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task_group_create_task(tg, job, asyncio_args(struct job, "quick", PARAM("quick", 1)));
        asyncio_task_group_create_task(tg, job, asyncio_args(struct job, "slow", PARAM("slow", 3)));
        if (PARAM("with_bad", true))
            asyncio_task_group_create_task(tg, bad, NULL);
        puts("main: at the end of the block");
    }
    if (asyncio_except_star(ASYNCIO_VALUE_ERROR))
        puts("main: a ValueError in the group");
    puts("main: nobody is left behind");
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
