/* asyncio.Queue, LifoQueue and PriorityQueue, with 3.13's shutdown.
 *
 * Nothing is handed from a putter to a getter: an item goes into the queue, the first getter is woken, and takes an
 * item when it runs, or waits again if somebody was quicker. A getter that is cancelled in the moment it is woken wakes
 * the next one. Putters that wait for a free place likewise. */
#include "sync/queues.h"

#include "base/exceptions.h"
#include "core/futures.h"
#include "sync/locks.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <stdlib.h>

struct asyncio_queue {
    asyncio_object object;
    uint8_t kind;
    bool is_shut_down;
    bool compares; /* its items, just now, by the program's function */
    long maxsize;
    void **items; /* FIFO: a ring from `first`; LIFO: a stack; PRIORITY: a heap */
    size_t first, count, capacity;
    asyncio_compare *compare;
    size_t unfinished; /* items that were put and not yet marked done */
    list getters, putters, joiners;
    uint32_t loop, join_loop; /* to which getters and putters, and joiners, are bound: see wait_in */
};

/* ---- making ---- */

static asyncio_queue *queue_new(queue_kind kind, long maxsize, asyncio_compare *compare, list *owner)
{
    static const char *const names[] = {"queue", "lifo_queue", "priority_queue"};
    asyncio_queue *queue = object_new(OBJECT_QUEUE, sizeof *queue, owner);
    if (!queue)
        return NULL;
    queue->kind = (uint8_t)kind;
    queue->maxsize = maxsize;
    queue->compare = compare;
    trace_new(&queue->object, names[kind], maxsize);
    return queue;
}

asyncio_queue *asyncio_queue_new(long maxsize)
{
    return queue_new(QUEUE_FIFO, maxsize, NULL, object_owner());
}

asyncio_queue *asyncio_lifo_queue_new(long maxsize)
{
    return queue_new(QUEUE_LIFO, maxsize, NULL, object_owner());
}

asyncio_queue *asyncio_priority_queue_new(long maxsize, asyncio_compare *compare)
{
    if (!compare)
        return exception_raise_format(ASYNCIO_TYPE_ERROR,
                                      "asyncio_priority_queue_new() needs a function that compares");
    return queue_new(QUEUE_PRIORITY, maxsize, compare, object_owner());
}

static size_t queue_finalize(asyncio_queue *queue)
{
    free(queue->items);
    return sizeof *queue;
}

/* ---- the items ---- */

static bool queue_reserve(asyncio_queue *queue, size_t count)
{
    size_t capacity = queue->capacity ? queue->capacity : 8; /* a power of two, for the ring */
    while (capacity < count)
        capacity *= 2;
    if (capacity == queue->capacity)
        return true;
    void **items = malloc(capacity * sizeof *items);
    if (!items) {
        exception_raise_no_memory();
        return false;
    }
    for (size_t i = 0; i < queue->count; i++)
        items[i] = queue->items[(queue->first + i) & (queue->capacity - 1)];
    free(queue->items);
    queue->items = items;
    queue->capacity = capacity;
    queue->first = 0;
    return true;
}

static int compare(asyncio_queue *queue, void *a, void *b)
{
    const char *before = without_suspending("a queue's comparison");
    queue->compares = true;
    int order = queue->compare(a, b);
    queue->compares = false;
    runtime.must_not_suspend = before;
    return order;
}

/* As heapq, which raises this too: what is being sorted must stay as it is. */
COLD static bool complain_of_change(void)
{
    exception_raise_text(ASYNCIO_RUNTIME_ERROR, "a queue's comparison must not change the queue");
    return false;
}

static bool may_change(const asyncio_queue *queue)
{
    return !queue->compares || complain_of_change();
}

/* The heap is heapq's, comparison for comparison: items that are equal come out in the same order. */
static void heapq_sift_down(asyncio_queue *queue, size_t place)
{
    void **items = queue->items, *item = items[place];
    while (place > 0) {
        size_t parent = (place - 1) / 2;
        if (compare(queue, item, items[parent]) >= 0)
            break;
        items[place] = items[parent];
        place = parent;
    }
    items[place] = item;
}

/* Down to a leaf along the smaller children, then up from there. */
static void heapq_sift_up(asyncio_queue *queue)
{
    void **items = queue->items, *item = items[0];
    size_t place = 0;
    for (size_t child = 1; child < queue->count; child = 2 * place + 1) {
        if (child + 1 < queue->count && compare(queue, items[child], items[child + 1]) >= 0)
            child++;
        items[place] = items[child];
        place = child;
    }
    items[place] = item;
    heapq_sift_down(queue, place);
}

static bool queue_push(asyncio_queue *queue, void *item)
{
    if (queue->count == queue->capacity && !queue_reserve(queue, queue->count + 1))
        return false;
    queue->items[(queue->first + queue->count) & (queue->capacity - 1)] = item;
    queue->count++;
    if (queue->kind == QUEUE_PRIORITY)
        heapq_sift_down(queue, queue->count - 1);
    return true;
}

static void *queue_pop(asyncio_queue *queue)
{
    void *item = queue->items[queue->kind == QUEUE_LIFO ? queue->count - 1 : queue->first];
    queue->count--;
    if (queue->kind == QUEUE_FIFO) {
        queue->first = (queue->first + 1) & (queue->capacity - 1);
    } else if (queue->kind == QUEUE_PRIORITY && queue->count) {
        queue->items[0] = queue->items[queue->count];
        heapq_sift_up(queue);
    }
    return item;
}

/* ---- putting and getting at once ---- */

static bool queue_is_full(const asyncio_queue *queue)
{
    return queue->maxsize > 0 && queue->count >= (size_t)queue->maxsize;
}

/* Wakes the first waiter that can be, and takes it out of its queue. */
static void wake_next(list *waiters)
{
    list *place;
    while ((place = list_first(waiters))) {
        list_remove(place);
        if (!future_done(waiter_at(place))) {
            wake(waiter_at(place));
            return;
        }
    }
}

static int queue_add(asyncio_queue *queue, void *item)
{
    if (queue->is_shut_down)
        return exception_raise_text(ASYNCIO_QUEUE_SHUT_DOWN, "");
    if (queue_is_full(queue))
        return exception_raise_text(ASYNCIO_QUEUE_FULL, "");
    if (!may_change(queue))
        return -1;
    object_ref(queue); /* the comparison may drop it */
    bool pushed = queue_push(queue, item);
    if (pushed) {
        queue->unfinished++;
        if (trace_on)
            trace_change("put", &queue->object, "queue", (long)queue->count);
        wake_next(&queue->getters);
    }
    object_unref(queue);
    return pushed ? 0 : -1;
}

static void *queue_take(asyncio_queue *queue)
{
    if (!may_change(queue))
        return NULL;
    object_ref(queue);
    void *item = queue_pop(queue);
    if (trace_on)
        trace_change("get", &queue->object, "queue", (long)queue->count);
    wake_next(&queue->putters);
    object_unref(queue);
    return item;
}

int asyncio_queue_put_nowait(asyncio_queue *queue, void *item)
{
    return object_check(queue, OBJECT_QUEUE, "asyncio_queue_put_nowait") ? queue_add(queue, item) : -1;
}

static int queue_raise_empty(const asyncio_queue *queue)
{
    return exception_raise_text(queue->is_shut_down ? ASYNCIO_QUEUE_SHUT_DOWN : ASYNCIO_QUEUE_EMPTY, "");
}

void *asyncio_queue_get_nowait(asyncio_queue *queue)
{
    if (!object_check(queue, OBJECT_QUEUE, "asyncio_queue_get_nowait") ||
        (!queue->count && queue_raise_empty(queue) < 0))
        return NULL;
    return queue_take(queue);
}

/* ---- waiting ---- */

COLD static void trace_queue_wait(const asyncio_queue *queue, const char *how)
{
    TRACE("queue_wait", ID("obj", queue->object.id), ID("task", task_id(runtime.task)), TEXT("how", how));
}

static int wait_until_not_full(asyncio_queue *queue, const asyncio_site *site)
{
    while (queue_is_full(queue) && !queue->is_shut_down) {
        if (trace_on)
            trace_queue_wait(queue, "put");
        waited how = wait_in(&queue->object, &queue->loop, &queue->putters, &waiter_that_stays, site);
        if (how == WAITED_TOO_LONG && !queue_is_full(queue))
            wake_next(&queue->putters);
        if (how != WAITED_FOR_SUCCESS)
            return -1;
    }
    return 0;
}

int asyncio__queue_put(asyncio_queue *queue, void *item, const asyncio_site *site)
{
    if (!may_wait(queue, OBJECT_QUEUE, "asyncio_queue_put"))
        return -1;
    return wait_until_not_full(queue, site) < 0 ? -1 : queue_add(queue, item); /* who waits in it holds it */
}

static int wait_until_not_empty(asyncio_queue *queue, const asyncio_site *site)
{
    while (!queue->count) {
        if (queue->is_shut_down)
            return queue_raise_empty(queue);
        if (trace_on)
            trace_queue_wait(queue, "get");
        waited how = wait_in(&queue->object, &queue->loop, &queue->getters, &waiter_that_stays, site);
        if (how == WAITED_TOO_LONG && queue->count)
            wake_next(&queue->getters);
        if (how != WAITED_FOR_SUCCESS)
            return -1;
    }
    return 0;
}

void *asyncio__queue_get(asyncio_queue *queue, const asyncio_site *site)
{
    if (!may_wait(queue, OBJECT_QUEUE, "asyncio_queue_get"))
        return NULL;
    return wait_until_not_empty(queue, site) < 0 ? NULL : queue_take(queue);
}

/* ---- join and shutdown ---- */

/* Who joins is woken the moment all is done, even if more is put before it runs. */
int asyncio__queue_join(asyncio_queue *queue, const asyncio_site *site)
{
    if (!may_wait(queue, OBJECT_QUEUE, "asyncio_queue_join"))
        return -1;
    if (!queue->unfinished)
        return 0;
    if (trace_on)
        trace_queue_wait(queue, "join");
    return wait_in(&queue->object, &queue->join_loop, &queue->joiners, &waiter_that_stays, site) == WAITED_FOR_SUCCESS
               ? 0
               : -1;
}

int asyncio_queue_task_done(asyncio_queue *queue)
{
    if (!object_check(queue, OBJECT_QUEUE, "asyncio_queue_task_done"))
        return -1;
    if (!queue->unfinished)
        return exception_raise_text(ASYNCIO_VALUE_ERROR, "task_done() called too many times");
    queue->unfinished--;
    if (trace_on)
        trace_change("task_done", &queue->object, "queue", (long)queue->unfinished);
    if (!queue->unfinished)
        wake_all(&queue->joiners);
    return 0;
}

static void queue_discard_items(asyncio_queue *queue, void (*discard)(void *item))
{
    while (queue->count) {
        void *item = queue_pop(queue);
        if (discard)
            discard(item);
        if (queue->unfinished)
            queue->unfinished--;
    }
    if (!queue->unfinished)
        wake_all(&queue->joiners);
}

void asyncio__shut_down_queue(asyncio_queue *queue, bool immediate)
{
    if (!object_check(queue, OBJECT_QUEUE, "asyncio_queue_shutdown") || !may_change(queue))
        return;
    object_ref(queue);
    queue->is_shut_down = true;
    if (immediate)
        queue_discard_items(queue, NULL);
    TRACE("shutdown", TEXT("kind", "queue"), ID("obj", queue->object.id), ID("task", task_id(runtime.task)),
          COUNT("value", queue->count));
    while (!list_empty(&queue->getters))
        wake_next(&queue->getters);
    while (!list_empty(&queue->putters))
        wake_next(&queue->putters);
    object_unref(queue);
}

/* ---- looking at it ---- */

static size_t queue_getters(const asyncio_queue *queue, asyncio_object **tasks, size_t max)
{
    size_t count = 0;
    LIST_EACH (&queue->getters, place)
        count += future_awaiters(waiter_at(place), count < max ? tasks + count : NULL, count < max ? max - count : 0);
    return count;
}

long asyncio_queue_qsize(const asyncio_queue *queue)
{
    return object_check(queue, OBJECT_QUEUE, "asyncio_queue_qsize") ? (long)queue->count : 0;
}

long asyncio_queue_maxsize(const asyncio_queue *queue)
{
    return object_check(queue, OBJECT_QUEUE, "asyncio_queue_maxsize") ? queue->maxsize : 0;
}

bool asyncio_queue_empty(const asyncio_queue *queue)
{
    return object_check(queue, OBJECT_QUEUE, "asyncio_queue_empty") && !queue->count;
}

bool asyncio_queue_full(const asyncio_queue *queue)
{
    return object_check(queue, OBJECT_QUEUE, "asyncio_queue_full") && queue_is_full(queue);
}

struct asyncio_queue_statistics asyncio_queue_statistics(const asyncio_queue *queue)
{
    struct asyncio_queue_statistics statistics = {0};
    if (!object_check(queue, OBJECT_QUEUE, "asyncio_queue_statistics"))
        return statistics;
    statistics.size = queue->count;
    statistics.maxsize = queue->maxsize;
    statistics.unfinished = queue->unfinished;
    statistics.tasks_waiting_put = count_waiting(&queue->putters);
    statistics.tasks_waiting_get = count_waiting(&queue->getters);
    statistics.tasks_waiting_join = count_waiting(&queue->joiners);
    statistics.is_shut_down = queue->is_shut_down;
    return statistics;
}
