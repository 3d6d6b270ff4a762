#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

struct reader {
    int n;
    asyncio_future *box;
};

static void *reader(void *arg)
{
    struct reader *self = arg;
    printf("reader %d: waits\n", self->n);
    long value = (long)asyncio_await(self->box);
    if (asyncio_failed())
        return NULL;
    printf("reader %d: got %ld\n", self->n, value);
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_future *box = asyncio_loop_create_future(asyncio_get_running_loop());
    for (int n = 1; n <= PARAM("readers", 2); n++)
        asyncio_create_task(reader, asyncio_args(struct reader, n, box));
    if (PARAM("early", false))
        asyncio_future_set_result(box, (void *)7L);
    if (asyncio_sleep(PARAM("delay", 1)) < 0)
        return NULL;
    if (!asyncio_future_done(box))
        asyncio_future_set_result(box, (void *)42L);
    puts("main: the value is set");
    if (asyncio_sleep(1) < 0)
        return NULL;
    puts("main: the end");
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
