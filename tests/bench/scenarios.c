/* What asyncio does all day, each a million times. The same file runs natively and in WebAssembly; peers.py does the same
 * things in CPython. */
#include "rounds.h"

#include <stdlib.h>

/* ---- task switch ---- */

static void *yielder(void *turns)
{
    for (long left = (long)turns; left; left--)
        asyncio_sleep(0);
    return NULL;
}

static void *switching(void *arg)
{
    round_ *round = arg;
    long tasks = round->argument, turns = round->count / tasks;
    asyncio_task **all = malloc((size_t)tasks * sizeof *all);
    double start = asyncio_time_monotonic();
    for (long i = 0; i < tasks; i++)
        all[i] = asyncio_create_task(yielder, (void *)turns);
    for (long i = 0; i < tasks; i++)
        asyncio_await(all[i]);
    round->value = per_operation(start, turns * tasks);
    free(all);
    return NULL;
}

/* ---- suspension below other C functions ---- */

static long deep(long depth, long turns);
static long (*volatile call)(long, long) = deep; /* so that the compiler does not unroll the recursion */

static long deep(long depth, long turns)
{
    long own = depth;
    if (depth > 1)
        own += call(depth - 1, turns);
    else
        for (long left = turns; left; left--)
            asyncio_sleep(0);
    return own;
}

static void *suspending_deep(void *arg)
{
    round_ *round = arg;
    double start = asyncio_time_monotonic();
    deep(round->argument, round->count);
    round->value = per_operation(start, round->count);
    return NULL;
}

/* ---- spawn and await, gather ---- */

static void *nothing(void *arg)
{
    return arg;
}

static void *spawning(void *arg)
{
    round_ *round = arg;
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++) {
        asyncio_task *task = asyncio_create_task(nothing, NULL);
        asyncio_await(task);
        asyncio_drop(task);
    }
    round->value = per_operation(start, round->count);
    return NULL;
}

static void *gather_all(void *arg)
{
    round_ *round = arg;
    long width = round->argument, times = (round->count + width - 1) / width;
    asyncio_coroutine **coros = malloc((size_t)width * sizeof *coros);
    double start = asyncio_time_monotonic();
    for (long time = 0; time < times; time++) {
        for (long i = 0; i < width; i++)
            coros[i] = asyncio_coro(nothing, NULL);
        asyncio_future *all = asyncio_gather_array(coros, (size_t)width);
        asyncio_await(all);
        asyncio_drop(all);
        for (long i = 0; i < width; i++)
            asyncio_drop(coros[i]);
    }
    round->value = per_operation(start, times * width);
    free(coros);
    return NULL;
}

/* ---- lock, event ---- */

typedef struct contender {
    asyncio_lock *lock;
    long times;
} contender;

static void *contending(void *arg)
{
    contender *c = arg;
    for (long left = c->times; left; left--) {
        asyncio_lock_acquire(c->lock);
        asyncio_sleep(0);
        asyncio_lock_release(c->lock);
    }
    return NULL;
}

static void *handing_over(void *arg)
{
    round_ *round = arg;
    contender c = {asyncio_lock_new(), round->count / round->argument};
    asyncio_task *tasks[64];
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->argument; i++)
        tasks[i] = asyncio_create_task(contending, &c);
    for (long i = 0; i < round->argument; i++)
        asyncio_await(tasks[i]);
    round->value = per_operation(start, c.times * round->argument);
    return NULL;
}

typedef struct waking {
    asyncio_event *event;
    long times;
} waking;

static void *waiter(void *arg)
{
    waking *w = arg;
    for (long left = w->times; left; left--)
        asyncio_event_wait(w->event);
    return NULL;
}

static void *waking_all(void *arg)
{
    round_ *round = arg;
    long waiters = round->argument;
    waking w = {asyncio_event_new(), (round->count + waiters - 1) / waiters};
    for (long i = 0; i < waiters; i++)
        asyncio_create_task(waiter, &w);
    asyncio_sleep(0);
    double start = asyncio_time_monotonic();
    for (long left = w.times; left; left--) {
        asyncio_event_set(w.event);
        asyncio_event_clear(w.event);
        asyncio_sleep(0);
    }
    round->value = per_operation(start, w.times * waiters);
    return NULL;
}

/* ---- timers ---- */

static void never(void *arg)
{
    (void)arg;
    abort();
}

static void *setting_timers(void *arg)
{
    round_ *round = arg;
    asyncio_loop *loop = asyncio_get_running_loop();
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++) {
        asyncio_handle *handle = asyncio_loop_call_later(loop, 1000, never, NULL);
        asyncio_handle_cancel(handle);
        asyncio_drop(handle);
        if (i % 1000 == 999)
            asyncio_sleep(0);
    }
    round->value = per_operation(start, round->count);
    return NULL;
}

PLAY({.name = "switch_1", .body = switching, .argument = 1},
     {.name = "switch_1000", .body = switching, .argument = 1000},
     {.name = "depth_1", .body = suspending_deep, .argument = 1},
     {.name = "depth_10", .body = suspending_deep, .argument = 10},
     {.name = "depth_50", .body = suspending_deep, .argument = 50},
     {.name = "spawn_await", .body = spawning},
     {.name = "gather_10000", .body = gather_all, .argument = 10000},
     {.name = "lock_handover", .body = handing_over, .argument = 10},
     {.name = "event_wake_1000", .body = waking_all, .argument = 1000},
     {.name = "timer_set_cancel", .body = setting_timers})
