#include "base/heap.h"

#include "base/memory.h"

#include <stdlib.h>

enum { ARITY = 4, FIRST_CAPACITY = 16 };

static bool heap_before(const heap_entry *a, const heap_entry *b)
{
    /* The order wraps around after 2^32 timers: the difference still tells for any two that wait together. */
    return a->key < b->key || (a->key == b->key && (int32_t)(a->order - b->order) < 0);
}

static void heap_put(heap *heap, uint32_t index, heap_entry entry)
{
    heap->entries[index] = entry;
    entry.item->place = index + 1;
}

static void heap_sift_up(heap *heap, uint32_t index, heap_entry entry)
{
    while (index > 0) {
        uint32_t parent = (index - 1) / ARITY;
        if (!heap_before(&entry, &heap->entries[parent]))
            break;
        heap_put(heap, index, heap->entries[parent]);
        index = parent;
    }
    heap_put(heap, index, entry);
}

static uint32_t heap_least_child(const heap *heap, uint32_t index)
{
    uint32_t first = index * ARITY + 1, least = first;
    for (uint32_t child = first + 1; child < first + ARITY && child < heap->count; child++)
        if (heap_before(&heap->entries[child], &heap->entries[least]))
            least = child;
    return least;
}

static void heap_sift_down(heap *heap, uint32_t index, heap_entry entry)
{
    while (index * ARITY + 1 < heap->count) {
        uint32_t child = heap_least_child(heap, index);
        if (!heap_before(&heap->entries[child], &entry))
            break;
        heap_put(heap, index, heap->entries[child]);
        index = child;
    }
    heap_put(heap, index, entry);
}

static int heap_push(heap *heap, heap_item *item, double key)
{
    if (heap->count == heap->capacity &&
        !memory_reserve(&heap->entries, &heap->capacity, heap->count + 1, sizeof *heap->entries, FIRST_CAPACITY))
        return -1;
    heap_sift_up(heap, heap->count++, (heap_entry){key, heap->order++, item});
    return 0;
}

static void heap_remove(heap *heap, heap_item *item)
{
    if (!item->place)
        return;
    uint32_t index = item->place - 1;
    item->place = 0;
    heap_entry last = heap->entries[--heap->count];
    if (last.item == item)
        return;
    if (index > 0 && heap_before(&last, &heap->entries[(index - 1) / ARITY]))
        heap_sift_up(heap, index, last);
    else
        heap_sift_down(heap, index, last);
}

static heap_item *heap_first(const heap *heap, double *key)
{
    if (!heap->count)
        return NULL;
    if (key)
        *key = heap->entries[0].key;
    return heap->entries[0].item;
}

static void heap_free(heap *heap)
{
    free(heap->entries);
    *heap = (struct heap){0};
}
