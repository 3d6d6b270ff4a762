/* Waits on the real clock, natively with a thread that is not scheduled just then. */
#define _GNU_SOURCE
#include "unit.h"

#ifndef __wasm__
#include <dlfcn.h>
#include <pthread.h>
#include <time.h>
#include <uv.h>

/* Stands before libuv's: between the arming of the timer and the wait, the processor is somebody else's for a while. */
static long delay;

int uv_timer_start(uv_timer_t *timer, uv_timer_cb callback, uint64_t after, uint64_t repeat)
{
    int (*real)(uv_timer_t *, uv_timer_cb, uint64_t, uint64_t);
    *(void **)&real = dlsym(RTLD_NEXT, "uv_timer_start");
    int status = real(timer, callback, after, repeat);
    if (delay)
        nanosleep(&(struct timespec){0, delay}, NULL);
    return status;
}
#endif

static void *short_sleeps(void *arg)
{
    long count = (long)arg;
    while (count-- && asyncio_sleep(0.0005) == 0) {
    }
    return NULL;
}

TEST(short_sleeps_end)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    CHECK_INT(asyncio_run(short_sleeps, (void *)300), 0);
}

static void *a_hundred_at_a_time(void *arg)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group)
        for (int i = 0; i < 100; i++)
            asyncio_task_group_create_task(group, short_sleeps, arg);
    return NULL;
}

TEST(a_hundred_thousand_short_sleeps_end)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    CHECK_INT(asyncio_run(a_hundred_at_a_time, (void *)1000), 0);
}

#ifndef __wasm__
TEST(a_sleep_ends_though_its_time_is_up_before_the_wait_begins)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    delay = 3000000;
    CHECK_INT(asyncio_run(short_sleeps, (void *)20), 0);
}

/* ---- threads of the program's own, and wake-ups that come before the wait ---- */

struct letter {
    asyncio_loop *loop;
    asyncio_future *answer;
};

static void set(void *arg)
{
    asyncio_future_set_result(((struct letter *)arg)->answer, (void *)5);
}

static void *sends(void *arg)
{
    asyncio_loop_call_soon_threadsafe(((struct letter *)arg)->loop, set, arg);
    return NULL;
}

static void *answer_from_a_thread_that_has_ended(void *arg)
{
    struct letter letter = {asyncio_get_running_loop(), asyncio_future_new()};
    pthread_t own;
    pthread_create(&own, NULL, sends, &letter);
    pthread_join(own, NULL);
    CHECK_INT((long)asyncio_await(letter.answer), 5);
    return arg;
}

TEST(a_letter_counts_when_its_thread_has_ended)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    CHECK_INT(asyncio_run(answer_from_a_thread_that_has_ended), 0);
}

TEST(a_letter_counts_when_its_thread_has_ended_on_the_virtual_clock)
{
    CHECK_INT(asyncio_run(answer_from_a_thread_that_has_ended), 0);
}

static void *answer_from_a_thread_that_ends_by_then(void *arg)
{
    for (int i = 0; i < 200; i++) {
        struct letter letter = {asyncio_get_running_loop(), asyncio_future_new()};
        pthread_t own;
        pthread_create(&own, NULL, sends, &letter);
        CHECK_INT((long)asyncio_await(letter.answer), 5);
        pthread_join(own, NULL);
        asyncio_drop(letter.answer);
    }
    return arg;
}

TEST(a_thread_may_end_while_the_loop_looks_for_threads)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    CHECK_INT(asyncio_run(answer_from_a_thread_that_ends_by_then), 0);
}

/* A wake-up of a loop that does not run yet is not lost. */
static void stop_it(void *loop)
{
    asyncio_loop_stop((asyncio_loop *)loop);
}

static void *stops(void *loop)
{
    asyncio_loop_call_soon_threadsafe((asyncio_loop *)loop, stop_it, loop);
    return NULL;
}

TEST(a_letter_counts_that_came_before_the_loop_ran)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    pthread_t own;
    pthread_create(&own, NULL, stops, loop);
    pthread_join(own, NULL);
    CHECK_INT(asyncio_loop_run_forever(loop), 0);
    asyncio_loop_close(loop);
}
#endif
