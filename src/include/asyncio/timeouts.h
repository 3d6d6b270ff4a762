/* 12. Timeouts
 *
 * Seconds and times may be INFINITY (math.h), which is Python's None: no limit.
 */
#ifndef ASYNCIO_TIMEOUTS_H
#define ASYNCIO_TIMEOUTS_H

/* asyncio.timeout: a limit for a block. When its time is up the task is cancelled inside the block; leaving the block
 * then turns that CancelledError into TimeoutError. A request to cancel that came from elsewhere stays CancelledError,
 * whichever was first. Blocks nest: the one whose time is up raises.
 *
 *     asyncio_with (asyncio_timeout(1.5)) {
 *         page = fetch(url);
 *     }
 *     if (asyncio_except(ASYNCIO_TIMEOUT_ERROR))
 *         page = NULL;
 *
 * A limit of zero or less cancels at the first await that suspends. Entering and leaving never suspend. One that is
 * made in the parentheses of asyncio_with goes when the block ends; kept in a variable, it is yours like all else, and
 * can be asked and rescheduled. It serves for one block, and inside a task: RuntimeError otherwise; ValueError for
 * NaN. It is the task that enters the block which is cancelled: in a generator, the one that asked for that value. If
 * this has ended when the time is up, nobody is. */
#define asyncio_timeout(seconds) asyncio__timeout(seconds)

/* asyncio.timeout_at: the same with a time of the loop's clock (asyncio_loop_time). */
#define asyncio_timeout_at(when) asyncio__timeout_at(when)

/* Timeout.when: the time at which it expires. Timeout.expired: whether it has, also after the block. */
double asyncio_timeout_when(const asyncio_timeout *timeout);
bool asyncio_timeout_expired(const asyncio_timeout *timeout);

/* Timeout.reschedule: another deadline, earlier or later, for a timeout whose block is running; a time that is over
 * expires in the next turn. 0, or -1 with RuntimeError before the block, after it, and when the time is up. */
int asyncio_timeout_reschedule(asyncio_timeout *timeout, double when);

/* asyncio.wait_for: awaits x for at most so many seconds. May suspend; resumed when x is done. A coroutine object runs
 * inside this task, as in asyncio_await.
 *
 *     long value = (long)asyncio_wait_for(asyncio_coro(fetch, arg), 1.5);
 *
 * Returns the result. When the time is up x is cancelled; once its cleanup is over TimeoutError is raised, unless it
 * has returned a value all the same, which is then the result. If the waiting task is cancelled, x is cancelled with
 * it. A limit of zero or less: the result if x is done already, else x is cancelled before its first step. */
#define asyncio_wait_for(x, seconds) asyncio__wait_for(ASYNCIO__AWAITABLE(x), (seconds), ASYNCIO_HERE)
#define asyncio_wait_for_coro(x, seconds) asyncio__wait_for_coro(ASYNCIO__AWAITABLE(x), (seconds), ASYNCIO_HERE)

#endif
