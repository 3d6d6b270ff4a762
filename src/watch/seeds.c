#include "base/seeds.h"

#include "host/clock.h"
#include "base/environment.h"
#include "base/exceptions.h"
#include "core/futures.h"
#include "base/runtime.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double USUAL_JITTER = 0.02; /* a tick of a coarse clock (Windows' 15.6 ms), and a bit */

enum {
    LATE_WAKE_UPS = 4, /* one in so many */
    SLOW_TURNS = 32,   /* one in so many takes a millisecond */
    LARGEST_SEED = 0x7fffffff
};

static struct {
    uint32_t seed;
    double jitter;
    uint64_t state;
    struct {
        uint64_t turn;
        cause cause;
        double delay;
    } step; /* the one that has set a timer last */
} seeds;

/* ---- chance ---- */

/* SplitMix64: whole numbers alone, so that every platform draws the same. */
static uint64_t draw(void)
{
    uint64_t z = seeds.state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* A number from 0 to `end` - 1. */
static uint32_t draw_below(uint32_t end)
{
    return (uint32_t)((draw() >> 32) * end >> 32);
}

/* A number of ticks up to the jitter; as often as not it is none. */
static double draw_ticks(void)
{
    uint32_t ticks = (uint32_t)clock_ticks(seeds.jitter);
    return draw_below(2) ? draw_below(ticks + 1) : 0;
}

/* ---- time ---- */

static bool is_step_of_before(const asyncio_loop *loop)
{
    return seeds.step.turn == loop->turns && seeds.step.cause.id == runtime.cause.id &&
           seeds.step.cause.kind == runtime.cause.kind;
}

static double seeds_delay(const asyncio_loop *loop)
{
    enum { MICROSECONDS_A_TICK = 1000 };
    if (!is_step_of_before(loop)) {
        seeds.step.turn = loop->turns;
        seeds.step.cause = runtime.cause;
        seeds.step.delay = seeds.jitter > 0 ? draw_ticks() * MICROSECONDS_A_TICK + draw_below(MICROSECONDS_A_TICK) : 0;
    }
    return seeds.step.delay;
}

static double seeds_lateness(void)
{
    return draw_below(LATE_WAKE_UPS) ? 0 : draw_ticks();
}

/* ---- what comes from outside ---- */

/* What keeps its order among arrivals: the callbacks of one future, and all that is of no future. */
static const void *source_of(ready *arrival)
{
    if (arrival->kind == &task_ready)
        return CONTAINER(arrival, asyncio_task, ready)->waits_for;
    return future_of_callback(arrival);
}

static void swap(ready **a, ready **b)
{
    ready *other = *a;
    *a = *b;
    *b = other;
}

/* Any order, then each source's arrivals back into theirs: in the places that a source has got, the first comes first.
 * */
static void shuffle(ready **arrivals, uint32_t count)
{
    ready **before = malloc(count * sizeof *before);
    if (!before)
        return;
    memcpy(before, arrivals, count * sizeof *before);
    for (uint32_t i = count - 1; i > 0; i--)
        swap(&arrivals[i], &arrivals[draw_below(i + 1)]);
    for (uint32_t i = 0; i < count; i++) {
        const void *source = source_of(arrivals[i]);
        uint32_t first = 0;
        while (!before[first] || source_of(before[first]) != source)
            first++;
        arrivals[i] = before[first];
        before[first] = NULL;
    }
    free(before);
}

static void shuffle_arrivals(asyncio_loop *loop)
{
    uint32_t count = loop->ready_count - loop->left_over;
    ready **arrivals = count > 1 && loop->left_over <= loop->ready_count ? malloc(count * sizeof *arrivals) : NULL;
    if (!arrivals)
        return;
    for (uint32_t i = count; i-- > 0; list_remove(loop->ready.previous))
        arrivals[i] = CONTAINER(loop->ready.previous, ready, link);
    shuffle(arrivals, count);
    for (uint32_t i = 0; i < count; i++)
        list_append(&loop->ready, &arrivals[i]->link);
    free(arrivals);
}

static void seeds_begin_turn(asyncio_loop *loop)
{
    if (loop->turns)
        shuffle_arrivals(loop);
    else
        TRACE("seed", ID("loop", loop->object.id), ID("seed", seeds.seed), NUMBER("jitter", seeds.jitter));
    if (clock_virtual() && seeds.jitter > 0 && loop->ready_count && loop->timers.count && !draw_below(SLOW_TURNS))
        clock_advance(1);
}

static void seeds_end_turn(asyncio_loop *loop)
{
    loop->left_over = loop->ready_count;
}

/* ---- setting it ---- */

static void seeds_begin(uint32_t seed, double jitter)
{
    seeds.seed = seed;
    seeds.jitter = jitter;
    seeds.state = seed;
    seeds.step.turn = UINT64_MAX;
    seeded = seed;
}

static uint32_t seeds_current(void)
{
    return seeds.seed;
}

static schedule schedule_now(void)
{
    return (schedule){clock_virtual(), seeds.seed, seeds.jitter};
}

static void schedule_set(schedule wanted)
{
    double before = clock_time();
    clock_choose(wanted.is_virtual);
    trace_clock_changed(before);
    seeds_begin(wanted.seed, wanted.jitter);
}

static void schedule_restart(void)
{
    double before = clock_time();
    clock_restart();
    trace_clock_changed(before);
}

static double jitter_from_environment(void)
{
    double jitter = environment_number("ASYNCIO_JITTER", USUAL_JITTER);
    if (!isfinite(jitter)) {
        fprintf(stderr, "asyncio: ASYNCIO_JITTER=%s is no number of seconds; it is %g then\n", getenv("ASYNCIO_JITTER"),
                USUAL_JITTER);
        return USUAL_JITTER;
    }
    return jitter;
}

static bool schedule_of(schedule *now, asyncio_clock clock, long seed, double jitter)
{
    const char *wrong = seed < 0 || seed > LARGEST_SEED   ? "a seed is a number from 1 to 2147483647, or 0 for none"
                        : jitter < 0 || !isfinite(jitter) ? "jitter is a number of seconds, 0 or more"
                        : (unsigned)clock > ASYNCIO_CLOCK_VIRTUAL ? "there is no such clock"
                        : seed && clock == ASYNCIO_CLOCK_REAL     ? "a seed needs the virtual clock"
                                                                  : NULL;
    if (wrong)
        return exception_raise_text(ASYNCIO_VALUE_ERROR, wrong) == 0;
    if (seed)
        *now = (schedule){true, (uint32_t)seed, jitter_from_environment()};
    if (jitter > 0)
        now->jitter = jitter;
    if (clock != ASYNCIO_CLOCK_DEFAULT)
        now->is_virtual = clock == ASYNCIO_CLOCK_VIRTUAL;
    if (!now->is_virtual)
        now->seed = 0;
    return true;
}

int asyncio__set_schedule(asyncio__schedule_options options)
{
    schedule now = schedule_now();
    if (runtime.loop) {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR,
                               "asyncio_set_schedule() cannot be called while a loop is running");
        return -1;
    }
    if (asyncio_failed() || !schedule_of(&now, options.clock, options.seed, options.jitter))
        return -1;
    schedule_set(now);
    return 0;
}

/* ---- the environment ---- */

static uint32_t seeds_from_environment(void)
{
    double seed = environment_number("ASYNCIO_SEED", 0);
    if (!(seed <= LARGEST_SEED) || seed != floor(seed)) {
        fprintf(
            stderr,
            "asyncio: ASYNCIO_SEED=%s is no seed (a number from 1 to 2147483647, or 0 for none); running without one\n",
            getenv("ASYNCIO_SEED"));
        unsetenv("ASYNCIO_SEED");
        return 0;
    }
    return (uint32_t)seed;
}

enum { BEFORE_THE_TRACE = 200 }; /* which notes the time at which it begins */

__attribute__((constructor(BEFORE_THE_TRACE))) static void seeds_from_the_start(void)
{
    uint32_t seed = seeds_from_environment();
    if (!seed)
        return;
    const char *clock = getenv("ASYNCIO_CLOCK");
    if (clock && !strcmp(clock, "real"))
        fprintf(stderr, "asyncio: ASYNCIO_CLOCK=real is not followed: a seed needs the virtual clock\n");
    schedule_set((schedule){true, seed, jitter_from_environment()});
}
