/* Memory for the runtime's own small objects.
 *
 * Two files stand behind these functions, chosen by the build: memory_pool.c (free lists by size, what users get) and
 * memory_malloc.c (every object its own allocation, so that AddressSanitizer sees each one, and any of them can be made
 * to fail). */
#ifndef MEMORY_H
#define MEMORY_H

#include "base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Zeroed memory of `size` bytes, or NULL. Give it back with the same size. */
static void *memory_take(size_t size);
static void memory_give(void *memory, size_t size);

static void memory_thread_ends(void); /* of a thread that ends: others may use what it had free */

/* Room for `count` elements of `size` bytes in a growing array from malloc, at whose address `array` points; `first` of
 * them at the beginning, a power of two. What is new is zeroed. False for lack of memory, and nothing has changed.
 * (realloc, which tries to grow in place, would be a kilobyte more of every program.) */
__attribute__((noinline, unused)) static bool memory_reserve(void *array, size_t *capacity, size_t count, size_t size,
                                                             size_t first)
{
    void **elements = array;
    size_t more = *capacity ? *capacity : first;
    if (count <= *capacity)
        return true;
    if (count > PTRDIFF_MAX / size)
        return false;
    while (more < count)
        more *= 2;
    void *grown = calloc(more, size);
    if (!grown)
        return false;
    if (*elements)
        memcpy(grown, *elements, *capacity * size);
    free(*elements);
    *elements = grown;
    *capacity = more;
    return true;
}

#endif
