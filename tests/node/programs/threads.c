/* Functions on threads, as they end: called by name, since all of it is JavaScript's to see. */
#include <asyncio.h>
#include <asyncio_js.h>
#include <stdio.h>
#include <stdlib.h>

static void *prints(void *arg)
{
    printf("one\n");
    fprintf(stderr, "two\n");
    printf("three without an end");
    return arg;
}

static void *traps(void *arg)
{
    abort();
    return arg;
}

static void *overflows(void *arg)
{
    volatile char room[64 * 1024];
    room[0] = (char)(long)arg;
    return room[0] == 2 ? arg : overflows((void *)((long)arg + (room[0] & 1)));
}

static void *exits(void *arg)
{
    printf("leaving\n");
    exit((int)(long)arg);
}

static void *print_there(void *arg)
{
    return asyncio_await(asyncio_to_thread(prints, arg));
}
static void *trap_there(void *arg)
{
    return asyncio_await(asyncio_to_thread(traps, arg));
}
static void *overflow_there(void *arg)
{
    return asyncio_await(asyncio_to_thread(overflows, arg));
}
static void *exit_there(void *arg)
{
    return asyncio_await(asyncio_to_thread(exits, arg));
}

ASYNCIO_EXPORT(print_there, number)
ASYNCIO_EXPORT(trap_there, nothing)
ASYNCIO_EXPORT(overflow_there, nothing)
ASYNCIO_EXPORT(exit_there, nothing)
