/* 4. Sleeping and the clock */
#ifndef ASYNCIO_SLEEPING_H
#define ASYNCIO_SLEEPING_H

/* asyncio.sleep: suspends for that many seconds; 0 (or less) lets every other ready task run once and goes on. May
 * suspend. Returns 0, or -1 with an exception pending: CancelledError, ValueError for NaN. With a result, a `void *`,
 * it returns that, or NULL. asyncio_sleep_coro: its coroutine form.
 *
 *     asyncio_sleep(1);
 *     char *text = asyncio_sleep(1, "done");
 */
#define asyncio_sleep(seconds, ...) \
    ASYNCIO__PICK(__VA_OPT__(asyncio__sleep_for, ) asyncio__sleep, )((seconds), ASYNCIO_HERE __VA_OPT__(, ) __VA_ARGS__)
#define asyncio_sleep_coro(seconds, ...) \
    asyncio__sleep_coro((seconds), ASYNCIO_HERE, ASYNCIO__FIRST(__VA_ARGS__ __VA_OPT__(, ) NULL))

/* time.sleep: blocks the thread, and with it the loop and every task. To see what that does is what it is for. */
void asyncio_time_sleep(double seconds);

/* time.monotonic: the clock that the loop runs on. It is virtual when the environment says ASYNCIO_CLOCK=virtual: then
 * it stands still while code runs and jumps to the next deadline when every task waits, so a program that sleeps for
 * hours is through at once, and always with the same times. */
double asyncio_time_monotonic(void);

#endif
