/* Memory for the runtime's own small objects.
 *
 * Two files stand behind these functions, chosen by the build: memory_pool.c (free lists by size, what users get) and
 * memory_malloc.c (every object its own allocation, so that AddressSanitizer sees each one, and any of them can be made
 * to fail). */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

/* Zeroed memory of `size` bytes, or NULL. Give it back with the same size. */
static void *memory_take(size_t size);
static void memory_give(void *memory, size_t size);

#endif
