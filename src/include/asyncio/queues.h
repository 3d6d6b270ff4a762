/* 11. Queues
 *
 *     asyncio_queue *queue = asyncio_queue_new(10);
 *
 *     asyncio_queue_put(queue, job);             while (true) {
 *                                                    struct job *job = asyncio_queue_get(queue);
 *     asyncio_queue_join(queue);                     if (asyncio_failed())
 *                                                        return NULL;
 *                                                    ...
 *                                                    asyncio_queue_task_done(queue);
 *                                                }
 *
 * An item is a `void *` and may be NULL; what it points to is the program's. Waiting is fair and cancellation loses no
 * item, as in section 9; who calls while others are waiting for it does not queue up behind them (as in asyncio).
 */
#ifndef ASYNCIO_QUEUES_H
#define ASYNCIO_QUEUES_H

/* asyncio.Queue(maxsize), LifoQueue, PriorityQueue: first in first out, last in first out, lowest first. A maxsize of
 * zero or less is no limit. compare(a, b) is negative if item a comes before b, as for qsort, but is given the items
 * themselves; it must not suspend or raise. NULL with MemoryError; TypeError for a priority queue that cannot
 * compare. */
typedef int asyncio_compare(const void *a, const void *b);
asyncio_queue *asyncio_queue_new(long maxsize);
asyncio_queue *asyncio_lifo_queue_new(long maxsize);
asyncio_queue *asyncio_priority_queue_new(long maxsize, asyncio_compare *compare);

/* Queue.put: adds an item; waits while the queue is full. May suspend (not if there is room); resumed by a get.
 * 0, or -1 with CancelledError and the item not put, or QueueShutDown. */
#define asyncio_queue_put(queue, ...) asyncio__queue_put((queue), (__VA_ARGS__), ASYNCIO_HERE)
#define asyncio_queue_put_coro(queue, ...) asyncio__queue_put_coro((queue), (__VA_ARGS__), ASYNCIO_HERE)

/* Queue.get: takes an item out; waits while the queue is empty. May suspend (not if there is one); resumed by a put.
 * Returns the item, which may be NULL: asyncio_failed() tells whether it is one. CancelledError, and nothing is taken;
 * QueueShutDown when the queue is shut down and empty. */
#define asyncio_queue_get(queue) asyncio__queue_get((queue), ASYNCIO_HERE)
#define asyncio_queue_get_coro(queue) asyncio__queue_get_coro((queue), ASYNCIO_HERE)

/* Queue.put_nowait: 0, or -1 with QueueFull or QueueShutDown. Queue.get_nowait: the item, or NULL with QueueEmpty or
 * QueueShutDown pending. From callbacks too. */
int asyncio_queue_put_nowait(asyncio_queue *queue, void *item);
void *asyncio_queue_get_nowait(asyncio_queue *queue);

/* Queue.join: waits until every item that was put has been marked done. May suspend (not if that is so); resumed by the
 * last task_done. 0, or -1 with CancelledError. */
#define asyncio_queue_join(queue) asyncio__queue_join((queue), ASYNCIO_HERE)
#define asyncio_queue_join_coro(queue) asyncio__queue_join_coro((queue), ASYNCIO_HERE)

/* Queue.task_done: marks an item that was got as done. 0, or -1 with ValueError if more are marked than were put. */
int asyncio_queue_task_done(asyncio_queue *queue);

/* Queue.shutdown: no more can be put, and get raises once the queue is empty. With .immediate = true its items are
 * thrown away and count as done. Whoever waits to put or get is woken to see it.
 *
 *     asyncio_queue_shutdown(queue);
 *     asyncio_queue_shutdown(queue, .immediate = true);
 */
#define asyncio_queue_shutdown(queue, ...) \
    asyncio__queue_shutdown((queue), (asyncio__shutdown_options){.self = 0, __VA_ARGS__})

long asyncio_queue_qsize(const asyncio_queue *queue);
long asyncio_queue_maxsize(const asyncio_queue *queue);
bool asyncio_queue_empty(const asyncio_queue *queue);
bool asyncio_queue_full(const asyncio_queue *queue); /* never, without a maxsize */

#endif
