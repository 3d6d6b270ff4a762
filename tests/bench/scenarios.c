/* What asyncio does all day, each a million times. The same file runs natively and in WebAssembly; peers.py does the
 * same things in CPython. */
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

/* ---- queue, condition ---- */

/* One item goes to another task and comes back. */
typedef struct line {
    asyncio_queue *there, *back;
    long times;
} line;

static void *echo(void *arg)
{
    line *l = arg;
    for (long left = l->times; left; left--)
        asyncio_queue_put(l->back, asyncio_queue_get(l->there));
    return NULL;
}

static void *sending(void *arg)
{
    round_ *round = arg;
    line l = {asyncio_queue_new(1), asyncio_queue_new(1), round->count};
    asyncio_task *other = asyncio_create_task(echo, &l);
    double start = asyncio_time_monotonic();
    for (long left = l.times; left; left--) {
        asyncio_queue_put(l.there, &l);
        asyncio_queue_get(l.back);
    }
    round->value = per_operation(start, l.times);
    asyncio_await(other);
    return NULL;
}

/* Two tasks take turns: whoever had one notifies the other and waits. */
typedef struct turns {
    asyncio_condition *condition;
    long left;
} turns;

typedef struct player {
    turns *turns;
    long side;
} player;

static bool is_mine(void *arg)
{
    player *p = arg;
    return p->turns->left <= 0 || p->turns->left % 2 == p->side;
}

static void *taking_turns(void *arg)
{
    player *p = arg;
    asyncio_with (p->turns->condition) {
        while (p->turns->left > 0) {
            asyncio_condition_wait_for(p->turns->condition, is_mine, p);
            p->turns->left--;
            asyncio_condition_notify(p->turns->condition);
        }
    }
    return NULL;
}

static void *playing(void *arg)
{
    round_ *round = arg;
    turns all = {asyncio_condition_new(NULL), round->count};
    player a = {&all, 0}, b = {&all, 1};
    double start = asyncio_time_monotonic();
    asyncio_task *other = asyncio_create_task(taking_turns, &a);
    taking_turns(&b);
    asyncio_await(other);
    round->value = per_operation(start, round->count);
    return NULL;
}

/* ---- wait_for, timeout ---- */

static void *yield_once(void *arg)
{
    asyncio_sleep(0);
    return arg;
}

static void *waiting_for(void *arg)
{
    round_ *round = arg;
    double start = asyncio_time_monotonic();
    for (long left = round->count; left; left--) {
        asyncio_coroutine *coro = asyncio_coro(yield_once, NULL);
        asyncio_wait_for(coro, 1000);
        asyncio_drop(coro);
    }
    round->value = per_operation(start, round->count);
    return NULL;
}

static void *under_a_timeout(void *arg)
{
    round_ *round = arg;
    double start = asyncio_time_monotonic();
    for (long left = round->count; left; left--)
        asyncio_with (asyncio_timeout(1000))
            asyncio_sleep(0);
    round->value = per_operation(start, round->count);
    return NULL;
}

/* ---- context variables ---- */

static void *setting_context(void *arg)
{
    round_ *round = arg;
    asyncio_contextvar *variable = asyncio_contextvar_new("variable");
    double start = asyncio_time_monotonic();
    for (long i = 0; i < round->count; i++) {
        asyncio_contextvar_token *token = asyncio_contextvar_set(variable, arg);
        asyncio_contextvar_get(variable);
        asyncio_contextvar_reset(variable, token);
        asyncio_drop(token);
    }
    round->value = per_operation(start, round->count);
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
     {.name = "depth_50", .body = suspending_deep, .argument = 50}, {.name = "spawn_await", .body = spawning},
     {.name = "gather_10000", .body = gather_all, .argument = 10000},
     {.name = "lock_handover", .body = handing_over, .argument = 10},
     {.name = "event_wake_1000", .body = waking_all, .argument = 1000}, {.name = "queue_roundtrip", .body = sending},
     {.name = "condition_turns", .body = playing}, {.name = "wait_for", .body = waiting_for},
     {.name = "timeout", .body = under_a_timeout}, {.name = "contextvar_set_get_reset", .body = setting_context},
     {.name = "timer_set_cancel", .body = setting_timers})
