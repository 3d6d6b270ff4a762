/* What a task costs that is asleep, in bytes: what malloc has given out for it, and the pages of memory that came with
 * it. */
#include "rounds.h"

#include <malloc.h>
#include <stdlib.h>

static int sleep_long(void)
{
    return asyncio_sleep(1e6);
}

/* Asleep in a function that the coroutine has called: two frames, and a number that is needed afterwards. */
static void *sleeper(void *arg)
{
    long number = (long)arg;
    if (sleep_long() < 0)
        return NULL;
    return (void *)(number + 1);
}

/* The same with an array that is alive meanwhile, so that the task keeps its C stack. */
static void *sleeper_with_array(void *arg)
{
    volatile char array[256];
    array[(long)arg % 256] = 1;
    if (sleep_long() < 0)
        return NULL;
    return (void *)(long)array[7];
}

static size_t pages_in_bytes(void)
{
    return __builtin_wasm_memory_size(0) * 65536;
}

static size_t allocated(void)
{
    return (size_t)mallinfo().uordblks;
}

static void *parking(round_ *round, asyncio_body *body, size_t (*measure)(void))
{
    asyncio_sleep(0);
    size_t before = measure();
    for (long i = 0; i < round->count; i++)
        asyncio_spawn(body, (void *)i);
    for (int turn = 0; turn < 3; turn++)
        asyncio_sleep(0); /* all are asleep now */
    round->value = (double)(measure() - before) / (double)round->count;
    return NULL;
}

static void *parked(void *round)
{
    return parking(round, sleeper, allocated);
}

static void *parked_with_array(void *round)
{
    return parking(round, sleeper_with_array, allocated);
}

static void *parked_pages(void *round)
{
    return parking(round, sleeper, pages_in_bytes);
}

PLAY({.name = "parked_task_bytes", .body = parked}, {.name = "parked_array_task_bytes", .body = parked_with_array},
     {.name = "parked_task_page_bytes", .body = parked_pages})
