/* Free lists by size. A task's few objects come and go millions of times: a pop and a push each, instead of malloc's work
 * and its 8 bytes of header. Chunks are never given back to malloc, only reused. */
#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { GRAIN = 16, POOLED = 512, CHUNK = 16 * 1024 };

typedef struct free_block {
    /* The word before the link is left as the object had it when it was freed: asyncio_object keeps its type there, and
     * so a stale handle can still be told from a live one until the memory is used again. */
    uintptr_t kept;
    struct free_block *next;
} free_block;

static _Thread_local free_block *free_blocks[POOLED / GRAIN + 1];
static _Thread_local char *chunk, *chunk_end;

/* A call of memset for these few words would cost more than they do. */
static void *zeroed(void *block, size_t size)
{
    for (uint64_t *word = block, *end = word + size / sizeof *word; word < end; word += 2) {
        word[0] = word[1] = 0;
        __asm__ volatile("" : : : "memory"); /* or the compiler makes memset of it again */
    }
    return block;
}

static void *carve(size_t size)
{
    if (chunk_end - chunk < (ptrdiff_t)size) {
        chunk = malloc(CHUNK);
        chunk_end = chunk ? chunk + CHUNK : NULL;
        if (!chunk)
            return NULL;
    }
    void *block = chunk;
    chunk += size;
    return zeroed(block, size);
}

static void *memory_take(size_t size)
{
    if (size > POOLED)
        return calloc(1, size);
    size_t class = (size + GRAIN - 1) / GRAIN;
    free_block *block = free_blocks[class];
    if (!block)
        return carve(class * GRAIN);
    free_blocks[class] = block->next;
    return zeroed(block, class * GRAIN);
}

static void memory_give(void *memory, size_t size)
{
    if (size > POOLED) {
        free(memory);
        return;
    }
    free_block *block = memory;
    size_t class = (size + GRAIN - 1) / GRAIN;
    block->next = free_blocks[class];
    free_blocks[class] = block;
}
