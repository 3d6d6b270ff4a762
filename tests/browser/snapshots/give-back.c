/* A waiter is let into a semaphore and cancelled before it comes in: its place is free again, or the next waiter's. */
#include <asyncio.h>
#include <stdio.h>

static void *visit(void *arg)
{
    asyncio_semaphore *places = arg;
    if (asyncio_semaphore_acquire(places) < 0)
        return NULL;
    puts("inside");
    asyncio_semaphore_release(places);
    return NULL;
}

/* Two rounds: first nobody else waits, then somebody does. */
static void *main_(void *arg)
{
    (void)arg;
    asyncio_semaphore *places = asyncio_semaphore_new(1);
    for (int others = 0; others < 2; others++) {
        asyncio_semaphore_acquire(places);
        asyncio_task *first = asyncio_create_task(asyncio_coro(visit, places));
        asyncio_task *second = others ? asyncio_create_task(asyncio_coro(visit, places)) : NULL;
        asyncio_sleep(1);
        asyncio_semaphore_release(places);
        asyncio_task_cancel(first);
        asyncio_sleep(1);
        if (second)
            asyncio_await(second);
    }
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
