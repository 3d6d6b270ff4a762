/* The peer: the same switches on Emscripten's own fibers (emscripten_fiber_swap, -sASYNCIFY), round-robin, with as
 * little around them as can be. */
#include <emscripten.h>
#include <emscripten/fiber.h>

#include <stdlib.h>

enum { STACK = 16 * 1024, FRAMES = 16 * 1024, MOST = 1000 };

typedef struct worker {
    emscripten_fiber_t fiber;
    char frames[FRAMES];
    void *stack;
    long depth, turns;
    int done;
} worker;

static emscripten_fiber_t scheduler;
static char scheduler_frames[FRAMES];
static worker *workers[MOST], *running;

static long deep(long depth, long turns);
static long (*volatile call)(long, long) = deep;

static long deep(long depth, long turns)
{
    long own = depth;
    if (depth > 1)
        own += call(depth - 1, turns);
    else
        for (long left = turns; left; left--)
            emscripten_fiber_swap(&running->fiber, &scheduler);
    return own;
}

static void work(void *arg)
{
    worker *w = arg;
    deep(w->depth, w->turns);
    w->done = 1;
    emscripten_fiber_swap(&w->fiber, &scheduler);
}

/* Fibers are made once for each place and used again; only their start is made anew. */
static void prepare(worker **place, long depth, long turns)
{
    worker *w = *place;
    if (!w) {
        w = *place = calloc(1, sizeof *w);
        w->stack = aligned_alloc(16, STACK);
    }
    w->depth = depth;
    w->turns = turns;
    w->done = 0;
    emscripten_fiber_init(&w->fiber, work, w, w->stack, STACK, w->frames, FRAMES);
}

static double switching(long fibers, long depth, long count)
{
    long turns = count / fibers;
    for (long i = 0; i < fibers; i++)
        prepare(&workers[i], depth, turns);
    double start = emscripten_get_now();
    for (long left = fibers; left;)
        for (long i = 0; i < fibers; i++) {
            running = workers[i];
            if (running->done)
                continue;
            emscripten_fiber_swap(&scheduler, &running->fiber);
            left -= running->done;
        }
    return (emscripten_get_now() - start) * 1e6 / (double)(turns * fibers);
}

static double measured;

/* Called from fibers.mjs. It returns to JavaScript with the first switch already; the result is asked for afterwards.
 * */
EMSCRIPTEN_KEEPALIVE void measure(long fibers, long depth, long count)
{
    emscripten_fiber_init_from_current_context(&scheduler, scheduler_frames, FRAMES);
    measured = switching(fibers, depth, count);
}

EMSCRIPTEN_KEEPALIVE double result(void)
{
    return measured;
}
