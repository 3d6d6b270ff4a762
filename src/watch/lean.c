/* What asyncio.wasm goes without: traces and seeds, which are for development. This stands in the place of trace.c,
 * trace_chrome.c and seeds.c. As trace_on and seeded are never set here, the compiler drops all that asks for them;
 * what is left to do is the choice of a clock. asyncio-tools.wasm has everything (wasm/api/runtime.mjs takes the one
 * that is needed). */
#include "host/clock.h"
#include "base/exceptions.h"
#include "base/seeds.h"
#include "base/trace.h"

static void trace_emit(const char *format, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e)
{
    (void)format, (void)a, (void)b, (void)c, (void)d, (void)e;
}

static uintptr_t trace_number(double number)
{
    (void)number;
    return 0;
}

static void trace_flush(void) {}

static void trace_print(int fd, const char *text, size_t length)
{
    (void)fd, (void)text, (void)length;
}

static void trace_print_of(uint32_t id, int fd, const char *text, size_t length)
{
    (void)id, (void)fd, (void)text, (void)length;
}

static schedule schedule_now(void)
{
    return (schedule){.is_virtual = clock_virtual()};
}

static void schedule_set(schedule wanted)
{
    clock_choose(wanted.is_virtual);
}

static void schedule_restart(void)
{
    clock_restart();
}

static bool schedule_of(schedule *now, asyncio_clock clock, long seed, double jitter)
{
    if (seed || jitter)
        return exception_raise_text(ASYNCIO_RUNTIME_ERROR, "this library is built without seeds") == 0;
    if (clock != ASYNCIO_CLOCK_DEFAULT)
        now->is_virtual = clock == ASYNCIO_CLOCK_VIRTUAL;
    return true;
}

static uint32_t seeds_current(void)
{
    return 0;
}

static uint32_t seeds_from_environment(void)
{
    return 0;
}

static double seeds_delay(const asyncio_loop *loop)
{
    (void)loop;
    return 0;
}

static double seeds_lateness(void)
{
    return 0;
}

static void seeds_begin_turn(asyncio_loop *loop)
{
    (void)loop;
}

static void seeds_end_turn(asyncio_loop *loop)
{
    (void)loop;
}
