/* 10. Condition, Barrier */
#ifndef ASYNCIO_CONDITIONS_H
#define ASYNCIO_CONDITIONS_H

/* asyncio.Condition(lock): to wait until something is so that other tasks bring about, and tell of. It goes with a
 * lock: the one given, which several conditions may share, or with NULL one of its own.
 *
 *     asyncio_with (condition) {                                asyncio_with (condition) {
 *         asyncio_condition_wait_for(condition, ready, arg);        ... make it so ...
 *     }                                                             asyncio_condition_notify_all(condition);
 *                                                               }
 */
asyncio_condition *asyncio_condition_new(asyncio_lock *lock);

/* Condition.acquire, release, locked: its lock's. */
#define asyncio_condition_acquire(condition) asyncio__condition_acquire((condition), ASYNCIO_HERE)
#define asyncio_condition_acquire_coro(condition) asyncio__condition_acquire_coro((condition), ASYNCIO_HERE)
int asyncio_condition_release(asyncio_condition *condition);
bool asyncio_condition_locked(const asyncio_condition *condition);

/* Condition.wait: gives the lock back, waits to be notified, and takes the lock again. May suspend; resumed by notify,
 * as soon as the lock is to be had. It may come back without cause (a notification that a cancelled task cannot use
 * goes on to another one): look again, or use wait_for.
 * 0, or -1 with CancelledError, the lock taken all the same, or RuntimeError if it was not locked before. */
#define asyncio_condition_wait(condition) asyncio__condition_wait((condition), ASYNCIO_HERE)
#define asyncio_condition_wait_coro(condition) asyncio__condition_wait_coro((condition), ASYNCIO_HERE)

/* Condition.wait_for: waits until predicate(arg) is true; it is asked with the lock held. 0 or -1 as above, or with
 * what the predicate has raised. */
typedef bool asyncio_predicate(void *arg);
#define asyncio_condition_wait_for(condition, predicate, ...)                                  \
    (ASYNCIO__REQUIRE_FUNCTION(predicate, asyncio_predicate, #predicate, "bool f(void *arg)"), \
     asyncio__condition_wait_for((condition), (predicate), (__VA_ARGS__), ASYNCIO_HERE))
#define asyncio_condition_wait_for_coro(condition, predicate, ...)                             \
    (ASYNCIO__REQUIRE_FUNCTION(predicate, asyncio_predicate, #predicate, "bool f(void *arg)"), \
     asyncio__condition_wait_for_coro((condition), (predicate), (__VA_ARGS__), ASYNCIO_HERE))

/* Condition.notify(n) / notify_all: wakes one waiter, or up to n, or all, those first that wait longest. Never
 * switches. 0, or -1 with RuntimeError if the lock is not held (by whom is not asked).
 *
 *     asyncio_condition_notify(condition);
 *     asyncio_condition_notify(condition, 2);
 */
#define asyncio_condition_notify(condition, ...) \
    asyncio__notify((condition), ASYNCIO__FIRST(__VA_ARGS__ __VA_OPT__(, ) 1))
int asyncio_condition_notify_all(asyncio_condition *condition);

/* asyncio.Barrier(parties): lets tasks pass once so many have arrived, again and again. ValueError for less than one.
 * `asyncio_with (barrier)` waits before the block. */
asyncio_barrier *asyncio_barrier_new(long parties);

/* Barrier.wait: waits for the others. May suspend; resumed when the last one arrives. Who comes while the ones before
 * are still leaving waits for that first.
 * Returns a number from 0 to parties - 1, another one for each task of a round, also when some gave up waiting in it;
 * or -1 with CancelledError, or BrokenBarrierError if it was reset meanwhile, or has been aborted. */
#define asyncio_barrier_wait(barrier) asyncio__barrier_wait((barrier), ASYNCIO_HERE)
#define asyncio_barrier_wait_coro(barrier) asyncio__barrier_wait_coro((barrier), ASYNCIO_HERE)

/* Barrier.reset: empties it; tasks that wait get BrokenBarrierError. Barrier.abort: the same, and whoever comes gets it
 * too, until a reset. Both may suspend, for a short time while others leave. 0, or -1 with CancelledError. */
#define asyncio_barrier_reset(barrier) asyncio__barrier_reset((barrier), ASYNCIO_HERE)
#define asyncio_barrier_abort(barrier) asyncio__barrier_abort((barrier), ASYNCIO_HERE)

long asyncio_barrier_parties(const asyncio_barrier *barrier);
long asyncio_barrier_n_waiting(const asyncio_barrier *barrier);
bool asyncio_barrier_broken(const asyncio_barrier *barrier); /* aborted */

#endif
