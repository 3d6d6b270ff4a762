/* 13. wait, as_completed, shield
 *
 * To wait for tasks and futures without awaiting them: cancelling the waiting task cancels none of them.
 */
#ifndef ASYNCIO_WAITING_H
#define ASYNCIO_WAITING_H

/* asyncio.wait: waits until enough of the tasks (or futures) in an array are done, or the time is up. May suspend: it
 * always gives the others at least one turn.
 *
 *     asyncio_task *tasks[] = {a, b, c};
 *     int done = asyncio_wait(tasks, 3);
 *     int done = asyncio_wait(tasks, 3, .return_when = ASYNCIO_FIRST_COMPLETED, .timeout = 1.5);
 *     for (int i = 0; i < 3; i++)
 *         if (asyncio_task_done(tasks[i])) ...
 *
 * .timeout      double                seconds; without it, or INFINITY: no limit
 * .return_when  asyncio_return_when   ALL_COMPLETED; FIRST_COMPLETED; FIRST_EXCEPTION, which waits for all if none
 * fails
 *                                     (one that is cancelled has not failed)
 *
 * An array that is written there and then takes parentheses: asyncio_wait(((asyncio_task *[]){a, b}), 2).
 *
 * Returns how many are done (one that is given twice counts once), or -1 with CancelledError, or ValueError for no
 * futures. Neither their exceptions are raised here nor TimeoutError. */
typedef enum asyncio_return_when {
    ASYNCIO_ALL_COMPLETED,
    ASYNCIO_FIRST_COMPLETED,
    ASYNCIO_FIRST_EXCEPTION
} asyncio_return_when;
#define asyncio_wait(futures, count, ...)                                                  \
    ASYNCIO__WITH_DEFAULTS(asyncio__wait(ASYNCIO__FUTURES(futures), (count), ASYNCIO_HERE, \
                                         (asyncio__wait_options){.timeout = __builtin_inf(), .self = 0, __VA_ARGS__}))

/* asyncio.as_completed: runs awaitables concurrently (coroutine objects are made tasks) and hands out their futures as
 * they end. Returns an iterator at once; nothing is waited for before next. What is given twice comes once.
 *
 *     asyncio_as_completed *ends = asyncio_as_completed(tasks, 3, .timeout = 2);
 *     asyncio_future *next;
 *     while ((next = asyncio_as_completed_next(ends))) {
 *         long value = (long)asyncio_await(next);            done: returns at once, or raises what it failed with
 *         ...
 *     }
 *     if (asyncio_failed()) ...                              TimeoutError, or CancelledError
 *
 * .timeout  double  seconds for all of it; without it, or INFINITY: no limit. What has not ended then runs on
 *
 * next may suspend; resumed when another one ends. Returns it (asyncio_future_as_task gives the task), or NULL: at the
 * end, or with TimeoutError or CancelledError pending. The futures belong to the iterator, and live as long as that. */
#define asyncio_as_completed(awaitables, count, ...)                             \
    ASYNCIO__WITH_DEFAULTS(                                                      \
        asyncio__as_completed(ASYNCIO__ARRAY(awaitables), (count), ASYNCIO_HERE, \
                              (asyncio__wait_options){.timeout = __builtin_inf(), .self = 0, __VA_ARGS__}))
#define asyncio_as_completed_next(iterator) asyncio__next_as_completed((iterator), ASYNCIO_HERE)

/* asyncio.shield: a future that ends as x does, but whose being cancelled leaves x alone. A coroutine object is made a
 * task; what is done already is returned as it is.
 *
 *     asyncio_await(asyncio_shield(task));
 *
 * If x is cancelled by others, so is the shield. If x fails when nobody waits for the shield any more, the loop's
 * exception handler is told. */
#define asyncio_shield(x) asyncio__shield(ASYNCIO__AWAITABLE(x), ASYNCIO_HERE)

#endif
