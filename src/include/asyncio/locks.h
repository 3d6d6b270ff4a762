/* 9. Lock, Semaphore, Event
 *
 * All are fair: who waits longest is served first. A waiter that is cancelled leaves the queue, and what was handed to
 * it in the same moment goes to the next. Releasing and setting never switch: who is woken runs in a later turn.
 *
 * These, and conditions, barriers and queues, belong to the loop in which somebody first had to wait at them: having to
 * wait in another loop raises RuntimeError.
 */
#ifndef ASYNCIO_LOCKS_H
#define ASYNCIO_LOCKS_H

asyncio_lock *asyncio_lock_new(void); /* asyncio.Lock() */

/* Lock.acquire: waits until the lock is free, and takes it. May suspend (not if it is free); resumed by release.
 * 0, or -1 with CancelledError pending and the lock not taken. */
#define asyncio_lock_acquire(lock) asyncio__lock_acquire((lock), ASYNCIO_HERE)
#define asyncio_lock_acquire_coro(lock) asyncio__lock_acquire_coro((lock), ASYNCIO_HERE)

/* Lock.release: any task may do it. 0, or -1 with RuntimeError if it is not locked. */
int asyncio_lock_release(asyncio_lock *lock);
bool asyncio_lock_locked(const asyncio_lock *lock);

/* asyncio.Semaphore(value) / BoundedSemaphore(value): NULL with ValueError if the value is negative. */
asyncio_semaphore *asyncio_semaphore_new(long value);
asyncio_semaphore *asyncio_bounded_semaphore_new(long value);

/* Semaphore.acquire: waits until the value is above zero, and takes one from it. May suspend; resumed by release.
 * 0, or -1 with CancelledError pending and nothing taken. */
#define asyncio_semaphore_acquire(semaphore) asyncio__semaphore_acquire((semaphore), ASYNCIO_HERE)
#define asyncio_semaphore_acquire_coro(semaphore) asyncio__semaphore_acquire_coro((semaphore), ASYNCIO_HERE)

/* Semaphore.release: 0, or -1 with ValueError if a bounded semaphore has been released too often. */
int asyncio_semaphore_release(asyncio_semaphore *semaphore);

/* Semaphore.locked: whether acquire would have to wait. */
bool asyncio_semaphore_locked(const asyncio_semaphore *semaphore);

asyncio_event *asyncio_event_new(void); /* asyncio.Event(), not set */

/* Event.wait: waits until the event is set. May suspend (not if it is set); resumed by set, even if the event is
 * cleared again before this task runs. 0, or -1 with CancelledError pending. */
#define asyncio_event_wait(event) asyncio__event_wait((event), ASYNCIO_HERE)
#define asyncio_event_wait_coro(event) asyncio__event_wait_coro((event), ASYNCIO_HERE)

void asyncio_event_set(asyncio_event *event);
void asyncio_event_clear(asyncio_event *event);
bool asyncio_event_is_set(const asyncio_event *event);

#endif
