/* 20. Virtual time, exploring schedules
 *
 * The virtual clock stands still while code runs, and jumps to the next deadline when every task waits (Trio's autojump
 * clock): a program that sleeps for hours is through at once, and always with the same times. While something outside
 * is under way (a promise, a socket), time passes as it really does.
 *
 *     asyncio_run(main_, NULL, .clock = ASYNCIO_CLOCK_VIRTUAL);
 *     asyncio_run(main_, NULL, .seed = 7);
 *     asyncio_explore(main_, NULL, .seeds = 1000);
 *
 * A seed has the loop do what the timing of a real machine might make it do, on the virtual clock and so reproducibly:
 * the same seed is the same run, natively and in WebAssembly. A program that is right is right under every seed; one
 * that is not shows under which. What a seed decides, and all that it decides:
 *
 *  - How late things are. Each step of a task or a callback comes up to .jitter seconds (20 ms) later than the clock
 *    says, and the deadlines that it sets are later by that. So timers of different tasks may change places if their
 *    deadlines lie nearly together, equal ones above all. Those that one step sets keep their order, and none fires
 *    early.
 *  - How late the loop wakes up: what has become due meanwhile fires in one turn, the earliest deadline first. And how
 *    long code takes: a timer may fire between the turns of tasks that never wait for one.
 *  - Which of the completions comes first that reach the loop from outside between two turns.
 *
 * What it never touches: callbacks and tasks that are ready run first in, first out, and a turn runs what was ready
 * when it began; callbacks of one future, and whoever waits for a lock or a queue, come in their order; call_soon keeps
 * it. Whatever happens under a seed could happen in CPython. A program that neither sleeps nor has timers or an outside
 * has one order only. Seed 0 is no seed: the exact order.
 *
 * Without changing the program: ASYNCIO_CLOCK=virtual, ASYNCIO_SEED=7, ASYNCIO_JITTER=0.5 in its environment; `make run
 * FILE=program.c SEED=7` and `EXPLORE=200`, which looks for a seed that makes its exit status another than 0.
 */
#ifndef ASYNCIO_SCHEDULES_H
#define ASYNCIO_SCHEDULES_H

typedef enum asyncio_clock { ASYNCIO_CLOCK_DEFAULT, ASYNCIO_CLOCK_REAL, ASYNCIO_CLOCK_VIRTUAL } asyncio_clock;

/* Chooses clock and seed for every loop that runs from now on; asyncio_run takes the same options for one run.
 *
 * .clock   asyncio_clock  ASYNCIO_CLOCK_DEFAULT leaves it as it is
 * .seed    long           1 to 2147483647; it implies the virtual clock. Without it, or 0: no seed
 * .jitter  double         seconds; without it, or 0: 0.02
 *
 * 0, or -1 with RuntimeError while a loop runs, ValueError for what is no clock, seed or time. A loop that exists
 * already has its timers by the clock that they were set by. */
#define asyncio_set_schedule(...) asyncio__set_schedule((asyncio__schedule_options){.self = 0, __VA_ARGS__})

/* Runs main(arg) as asyncio_run does, in a new loop with the virtual clock at zero, under one seed after the other,
 * until one fails: until an exception comes out of main, there is a deadlock, or an error reaches the default exception
 * handler (a task failed and nobody looked). Which seed that was, with what, and how to replay it, is told on stderr.
 * What the program keeps in variables of its own is its own to set back at the beginning of main.
 *
 *     if (asyncio_explore(main_, NULL, .seeds = 1000)) ...
 *
 * .seeds      long                  how many; without it, 100
 * .first      long                  the first one; without it, 1
 * .jitter     double                as above
 * .exception  asyncio_exception **  where to put the exception that came out of main (NULL: the failure was another),
 *                                   or NULL if no seed fails; then nothing of it is told on stderr
 *
 * Returns the first seed that fails, 0 if none does, -1 with RuntimeError within a running loop, ValueError, or
 * KeyboardInterrupt. A check should raise (AssertionError, say): abort() and assert() end the program, and then only
 * `make run` with EXPLORE can tell the seed. With ASYNCIO_SEED in the environment it tries that seed alone. */
#define asyncio_explore(main, ...)                                  \
    (ASYNCIO__REQUIRE_BODY(main, #main, "asyncio_explore(f, arg)"), \
     asyncio__explore((main), #main, ASYNCIO_HERE, (asyncio__explore_options){.self = 0, __VA_ARGS__}))

#endif
