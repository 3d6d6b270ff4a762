/* asyncio.Queue, LifoQueue and PriorityQueue. */
#ifndef QUEUES_H
#define QUEUES_H

#include "base/object.h"

typedef enum queue_kind { QUEUE_FIFO, QUEUE_LIFO, QUEUE_PRIORITY } queue_kind;

static asyncio_queue *queue_new(queue_kind kind, long maxsize, asyncio_compare *compare, list *owner);
/* Makes room for so many items: putting them cannot fail then. False with MemoryError. */
static bool queue_reserve(asyncio_queue *queue, size_t count);

/* The tasks that wait to get an item; as future_awaiters. */
static size_t queue_getters(const asyncio_queue *queue, asyncio_object **tasks, size_t max);

/* Takes out all items, as to shut it down does; discard (NULL: nothing) is given each. */
static void queue_discard_items(asyncio_queue *queue, void (*discard)(void *item));

#endif
