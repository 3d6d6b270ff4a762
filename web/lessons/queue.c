#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

static void *baker(void *queue)
{
    for (long bread = 1; bread <= PARAM("breads", 4); bread++) {
        if (asyncio_sleep(PARAM("bake", 1)) < 0 || asyncio_queue_put(queue, (void *)bread) < 0)
            return NULL;
        printf("baker: bread %ld\n", bread);
    }
    return NULL;
}

static void *seller(void *queue)
{
    while (true) {
        long bread = (long)asyncio_queue_get(queue);
        if (asyncio_failed() || asyncio_sleep(PARAM("sell", 2)) < 0)
            return NULL;
        printf("seller: sold %ld\n", bread);
        asyncio_queue_task_done(queue);
    }
}

static void *main_(void *arg)
{
    asyncio_queue *shelf = asyncio_queue_new(PARAM("shelf", 1));
    asyncio_task *sellers[4];
    int count = PARAM("sellers", 1);
    for (int n = 0; n < count; n++)
        sellers[n] = asyncio_create_task(seller, shelf);
    asyncio_task *baking = asyncio_create_task(baker, shelf);
    asyncio_await(baking);
    puts("main: all is baked");
    if (asyncio_queue_join(shelf) < 0)
        return NULL;
    puts("main: all is sold");
    for (int n = 0; n < count; n++)
        asyncio_task_cancel(sellers[n]);
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
