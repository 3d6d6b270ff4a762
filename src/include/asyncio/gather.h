/* 7. gather */
#ifndef ASYNCIO_GATHER_H
#define ASYNCIO_GATHER_H

/* asyncio.gather: runs awaitables concurrently (coroutine objects are made tasks) and returns a future of all results,
 * in the order of the arguments. Up to 32 awaitables of any mix; more, or a number known only at run time, as an array.
 *
 *     void **results = asyncio_await(asyncio_gather(asyncio_coro(fetch, a), asyncio_coro(fetch, b), task));
 *     void **results = asyncio_await(asyncio_gather_array(tasks, n));
 *
 * The first exception is passed on at once, while the others run on. Cancelling the gather cancels all of them; one
 * that is cancelled by itself counts as failed with CancelledError. The same object given twice is run once.
 * The array of results belongs to the future: it lives as long as that does. */
#define asyncio_gather(...) asyncio__gather_list(ASYNCIO__LIST(__VA_ARGS__), false, ASYNCIO_HERE)
#define asyncio_gather_array(awaitables, count) \
    asyncio__gather((count), ASYNCIO__ARRAY(awaitables), false, ASYNCIO_HERE)

/* One entry of gather(..., return_exceptions=True): how an awaitable ended. Exactly one of the two counts:
 * if `exception` is NULL it returned `value`. */
typedef struct asyncio_outcome {
    void *value;
    asyncio_exception *exception;
} asyncio_outcome;

/* asyncio.gather(..., return_exceptions=True): waits for all of them, whatever happens; exceptions are entries of the
 * result. The exceptions belong to the future, as the array does.
 *
 *     asyncio_outcome *results = asyncio_await(asyncio_gather_return_exceptions(a, b));
 *     if (results[0].exception) ...
 */
#define asyncio_gather_return_exceptions(...) asyncio__gather_list(ASYNCIO__LIST(__VA_ARGS__), true, ASYNCIO_HERE)
#define asyncio_gather_array_return_exceptions(awaitables, count) \
    asyncio__gather((count), ASYNCIO__ARRAY(awaitables), true, ASYNCIO_HERE)

#endif
