/* Free lists by size. A task's few objects come and go millions of times: a pop and a push each, instead of malloc's
 * work and its 8 bytes of header. Chunks are never given back to malloc, only reused. */
#include "base/memory.h"

#include <stdatomic.h>
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

/* Whole grains. A call of memset would cost more than these few words do, and so would a turn of a loop for each grain.
 * */
static void *zeroed(void *block, size_t size)
{
    uint64_t *word = block;
    for (; size >= 4 * GRAIN; size -= 4 * GRAIN, word += 8) {
        word[0] = word[1] = word[2] = word[3] = word[4] = word[5] = word[6] = word[7] = 0;
        __asm__ volatile("" : : : "memory"); /* or the compiler makes memset of it again */
    }
    if (size & 2 * GRAIN) {
        word[0] = word[1] = word[2] = word[3] = 0;
        word += 4;
    }
    if (size & GRAIN)
        word[0] = word[1] = 0;
    return block;
}

/* What threads that have ended had free. Their chunks cannot go, as something may still live in them; so the next that
 * has nothing left takes it over. */
static _Atomic(free_block *) left_behind[POOLED / GRAIN + 1];

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
    if (!block && atomic_load_explicit(&left_behind[class], memory_order_relaxed))
        block = atomic_exchange(&left_behind[class], NULL);
    if (!block)
        return carve(class * GRAIN);
    free_blocks[class] = block->next;
    return zeroed(block, class * GRAIN);
}

INLINED void memory_give(void *memory, size_t size)
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

static void leave_behind(free_block *first, size_t class)
{
    free_block *last = first;
    while (last->next)
        last = last->next;
    last->next = atomic_load(&left_behind[class]);
    while (!atomic_compare_exchange_weak(&left_behind[class], &last->next, first)) {
    }
}

static void memory_thread_ends(void)
{
    for (; chunk_end - chunk >= POOLED; chunk += POOLED)
        memory_give(chunk, POOLED);
    chunk = chunk_end = NULL;
    for (size_t class = 0; class <= POOLED / GRAIN; class++)
        if (free_blocks[class]) {
            leave_behind(free_blocks[class], class);
            free_blocks[class] = NULL;
        }
}
