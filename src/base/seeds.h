/* The seeded scheduler: with a seed, what a real machine's timing may do to a program, over and over again.
 *
 * A loop decides everything but three things, which are the world's: how long code takes, how late a wake-up is, and
 * which of several completions from outside comes first. A seed decides these, and nothing else: so whatever a program
 * does under a seed, it might do in CPython on some day.
 *
 *   1 Each step (of a task, of a callback) comes a little later than the clock says. The deadlines that it sets are
 *   later by
 *     that, so those that different steps have set, and that lie nearly together, may change places. What one step sets
 *     keeps its order, and no timer fires before its time.
 *   2 Waking up from a wait may be late: what has become due meanwhile fires in the same turn, in order of deadlines.
 *     And while tasks are ready, the clock goes on now and then, so that a timer fires between their turns.
 *   3 What has come from outside between two turns comes in any order; but what belongs to one future, and what was
 *     scheduled by call_soon, keeps its own.
 *
 * The ready queue stays first in, first out; waiters are woken in the order in which they came; a turn runs what was
 * ready when it began. A program without timers and without an outside has one order, whatever the seed. *
 * A door: who decides stands above, in watch/seeds.c, or nobody does, in watch/lean.c. */
#ifndef SEEDS_H
#define SEEDS_H

#include "include/asyncio.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether there is a seed: asked before anything below, so that all of it costs one test. */
static bool seeded;

/* What asyncio_set_schedule sets. */
typedef struct schedule {
    bool is_virtual;
    uint32_t seed;
    double jitter; /* seconds */
} schedule;

/* As the environment and asyncio_set_schedule say. Setting it begins the seed's choices anew. */
static schedule schedule_now(void);
static void schedule_set(schedule wanted);

/* What the arguments of a public call ask for, in place of what is `now`. False with ValueError. */
static bool schedule_of(schedule *now, asyncio_clock clock, long seed, double jitter);

static uint32_t seeds_current(void);          /* 0: none */
static uint32_t seeds_from_environment(void); /* likewise */

/* The virtual clock begins again at zero. */
static void schedule_restart(void);

static double seeds_delay(const asyncio_loop *loop); /* of a timer that is being set, in microseconds */
static double seeds_lateness(void);                  /* of a wake-up, in ticks */
static void seeds_begin_turn(asyncio_loop *loop);
static void seeds_end_turn(asyncio_loop *loop);

#endif
