/* Threads of the program's own that run loops, at the same time: they share nothing but what is counted and traced for
 * all. (ThreadSanitizer looks at this file, too.) */
#include "unit.h"

#ifndef __wasm__
#include <pthread.h>

enum { THREADS = 4 };

static void *step(void *arg)
{
    for (int i = 0; i < 20; i++)
        asyncio_sleep(0.001);
    return arg;
}

static void *half(void *arg)
{
    return (void *)((long)arg / 2);
}

static void *fails(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "lost");
}

static void tell(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop;
    (void)context;
    ++*(int *)arg;
}

static void *works(void *arg)
{
    int told = 0;
    asyncio_loop_set_exception_handler(asyncio_get_running_loop(), tell, &told);
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group)
        for (long i = 0; i < 10; i++)
            asyncio_task_group_create_task(group, step, (void *)i);
    CHECK_INT((long)asyncio_await(asyncio_to_thread(half, (void *)84)), 42);
    asyncio_spawn(fails);
    asyncio_sleep(0.01);
    CHECK_INT(told, 1);
    asyncio_with (asyncio_timeout(0.001))
        asyncio_sleep(1);
    CHECK(asyncio_except(ASYNCIO_TIMEOUT_ERROR));
    return arg;
}

static void *thread(void *arg)
{
    CHECK_INT(asyncio_run(works), 0);
    return arg;
}

static void run_in_threads(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, thread, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

TEST(threads_may_run_loops_of_their_own)
{
    run_in_threads();
}

TEST(threads_may_run_loops_of_their_own_in_real_time)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    run_in_threads();
}
#endif

static void *nothing(void *arg)
{
    return arg;
}

TEST(one_loop_after_the_other)
{
    for (int i = 0; i < 3; i++)
        CHECK_INT(asyncio_run(nothing), 0);
}
