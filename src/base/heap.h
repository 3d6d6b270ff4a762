/* A 4-ary heap of timers: the earliest deadline first, equal deadlines in the order in which they came.
 *
 * The keys lie in the array itself, so sifting touches no timer but to tell it its new place; knowing its place, a
 * timer is removed in O(log n) and leaves nothing behind. Four children a node: half the levels of a binary heap, and
 * the four share a cache line or two. */
#ifndef HEAP_H
#define HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct heap_item {
    uint32_t place; /* index in the heap + 1; 0: in no heap */
} heap_item;

typedef struct heap_entry {
    double key;
    uint32_t order;
    heap_item *item;
} heap_entry;

typedef struct heap {
    heap_entry *entries;
    uint32_t count, order;
    size_t capacity;
} heap;

static int heap_push(heap *heap, heap_item *item, double key); /* 0, or -1 for lack of memory */
static void heap_remove(heap *heap, heap_item *item);          /* nothing if it is in no heap */
static heap_item *heap_first(const heap *heap, double *key);   /* NULL if empty; key may be NULL */
static void heap_free(heap *heap);

#endif
