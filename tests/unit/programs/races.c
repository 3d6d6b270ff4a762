/* Programs that go wrong only under some schedules, by the first argument; and one that never does. */
#include <asyncio.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

static int counter;
static bool with_lock, with_assert;
static asyncio_lock *lock, *other;

static void *add(void *arg)
{
    asyncio_sleep(0.1 + (double)(long)arg / 100);
    if (with_lock)
        asyncio_lock_acquire(lock);
    int seen = counter;
    asyncio_sleep(0.001);
    counter = seen + 1;
    if (with_lock)
        asyncio_lock_release(lock);
    printf("%ld has added\n", (long)arg);
    return NULL;
}

static void *count(void *arg)
{
    lock = asyncio_lock_new();
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        for (long i = 0; i < 3; i++)
            asyncio_task_group_create_task(group, add, (void *)i);
    }
    if (with_assert)
        assert(counter == 3);
    return counter == 3 ? arg : asyncio_raise(ASYNCIO_ASSERTION_ERROR, "counter is %d", counter);
}

static void *take_both(void *arg)
{
    asyncio_lock *first = arg ? lock : other, *second = arg ? other : lock;
    asyncio_sleep(arg ? 0.1 : 0.12);
    asyncio_with (first) {
        asyncio_sleep(0.001);
        asyncio_with (second)
            printf("both\n");
    }
    return NULL;
}

static void *lock_both_ways(void *arg)
{
    lock = asyncio_lock_new();
    other = asyncio_lock_new();
    asyncio_await(asyncio_gather(asyncio_coro(take_both, NULL), asyncio_coro(take_both, lock)));
    return arg;
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "right";
    with_lock = !strcmp(how, "right");
    with_assert = !strcmp(how, "assert");
    return asyncio_run(strcmp(how, "deadlock") ? count : lock_both_ways, NULL);
}
