#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

static long balance;

static void *deposit(void *lock)
{
    if (PARAM("locked", false) && asyncio_lock_acquire(lock) < 0)
        return NULL;
    long seen = balance;
    printf("reads %ld\n", seen);
    if (PARAM("wait", true) && asyncio_sleep(1) < 0)
        return NULL;
    balance = seen + 1;
    printf("writes %ld\n", balance);
    if (asyncio_lock_locked(lock))
        asyncio_lock_release(lock);
    return NULL;
}

static void *main_(void *arg)
{
    int tasks = PARAM("tasks", 3);
    asyncio_lock *lock = asyncio_lock_new();
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        for (int n = 0; n < tasks; n++)
            asyncio_task_group_create_task(tg, deposit, lock);
    }
    printf("balance: %ld of %d\n", balance, tasks);
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
