/* What random_programs.c and random_blocks.c share: the random numbers of their oracles, the log of a program, and the
 * comparison with the sums that CPython's logs have. */
#ifndef RANDOM_H
#define RANDOM_H

#include "unit.h"

enum { PROGRAMS = 2000, BLOCK = 100 };
#define TICK 0.001

typedef uint32_t random_state;

static random_state random_new(unsigned seed)
{
    return seed * 2654435761u + 12345u;
}

static unsigned random_below(random_state *state, unsigned n)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 16) % n;
}

/* ---- the log of a program ---- */

static struct {
    size_t length;
    char text[256 * 1024];
} program_log;

__attribute__((format(printf, 1, 2))) static void add(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t left = sizeof program_log.text - program_log.length;
    program_log.length += (size_t)vsnprintf(program_log.text + program_log.length, left, format, arguments);
    va_end(arguments);
    CHECK(program_log.length < sizeof program_log.text);
}

static void add_exception(const asyncio_exception *e)
{
    size_t count = asyncio_exception_group_count(e);
    add("%s", asyncio_exception_name(e));
    for (size_t k = 0; k < count; k++) {
        add(k ? "," : "[");
        add_exception(asyncio_exception_group_get(e, k));
    }
    if (count)
        add("]");
    else if (!asyncio_isinstance(e, ASYNCIO_RUNTIME_ERROR) && !asyncio_isinstance(e, ASYNCIO_INVALID_STATE_ERROR))
        add("(%s)", asyncio_exception_message(e));
}

static void ignore(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)context, (void)arg;
}

/* ---- the comparison ---- */

static uint32_t fnv(const char *text, uint32_t value)
{
    for (; *text; text++)
        value = (value ^ (unsigned char)*text) * 16777619u;
    return value;
}

typedef void run_program_function(unsigned seed);

static void run_and_log(run_program_function *run, unsigned seed)
{
    program_log.length = 0;
    program_log.text[0] = '\0';
    run(seed);
}

static void check_blocks(run_program_function *run, const uint32_t *sums, unsigned first, unsigned count)
{
    for (unsigned block = first; block < first + count; block++) {
        uint32_t sum = 2166136261u;
        for (unsigned seed = block * BLOCK; seed < (block + 1) * BLOCK; seed++) {
            run_and_log(run, seed);
            sum = fnv(program_log.text, sum);
        }
        if (sum != sums[block])
            log_("%u", block);
    }
    CHECK_LOG(""); /* otherwise: these blocks of a hundred programs differ from CPython */
}

/* Of the one that the environment names. */
static void print_log_of_one_program(run_program_function *run)
{
    const char *number = getenv("PROGRAM");
    run_and_log(run, number ? (unsigned)atoi(number) : 0);
    if (number)
        fputs(program_log.text, stdout);
}

#endif
