/* Every object its own allocation: what the sanitizer builds use. */
#include "memory.h"

#include <stdlib.h>

/* The allocation that is to fail, counted from the next one; 0: none. For the tests that let each one fail in turn. */
long asyncio__allocations_until_failure;

static void *memory_take(size_t size)
{
    if (asyncio__allocations_until_failure && !--asyncio__allocations_until_failure)
        return NULL;
    return calloc(1, size);
}

static void memory_give(void *memory, size_t size)
{
    (void)size;
    free(memory);
}
