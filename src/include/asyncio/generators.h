/* 16. async for, asynchronous generators, and `async with` for what is your own
 *
 *     async def numbers(limit):               static void *numbers(void *arg)
 *         for n in range(limit):              {
 *             await sleep(1)                      for (long n = 0; n < (long)arg; n++)
 *             yield n                                 if (asyncio_sleep(1) < 0 || asyncio_yield((void *)n) < 0)
 *                                                         break;
 *                                                 return NULL;
 *                                             }
 *
 *     async for n in numbers(3):              asyncio_for (long, n, asyncio_agen_new(numbers, (void *)3))
 *         print(n)                                printf("%ld\n", n);
 */
#ifndef ASYNCIO_GENERATORS_H
#define ASYNCIO_GENERATORS_H

/* Calls an `async def` with a yield in it: an asynchronous generator. Nothing runs until its first value is asked for.
 * The body may await as any coroutine does; then the task that asks waits with it. What is made in it is its own, and
 * lives until it ends. Takes asyncio_args, as asyncio_coro does. NULL with MemoryError. */
#define asyncio_agen_new(body, ...)                                  \
    (ASYNCIO__REQUIRE_BODY(body, #body, "asyncio_agen_new(f, arg)"), \
     asyncio__agen((body), #body, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__}))

/* `yield value`, anywhere inside a generator's body: hands the value to whoever asked, and returns when the next one is
 * asked for: 0, or -1 with an exception pending: what athrow has thrown in, GeneratorExit from aclose. RuntimeError
 * outside a generator. asyncio_sent is the value of the yield expression, what asend has sent: NULL otherwise. */
int asyncio_yield(void *value);
void *asyncio_sent(void);

/* anext(agen): the next value; NULL with StopAsyncIteration at the end, or with what the body raised. May suspend.
 * agen.asend, athrow: the same with a value or an exception for the body; athrow into one that has ended does nothing
 * and returns NULL. agen.aclose: has GeneratorExit raised where the body stands, so that it cleans up; may suspend; 0,
 * or -1 with what the cleanup raised, or RuntimeError if the body yields once more: then it can be asked for more, but
 * another aclose or athrow raises StopAsyncIteration. RuntimeError for one that runs already. */
#define asyncio_anext(agen) asyncio__agen_send((agen), NULL, ASYNCIO_HERE)
#define asyncio_anext_coro(agen) asyncio__anext_coro((agen), ASYNCIO_HERE)
#define asyncio_agen_asend(agen, value) asyncio__agen_send((agen), (value), ASYNCIO_HERE)
#define asyncio_agen_athrow(agen, exception) asyncio__agen_throw((agen), (exception), ASYNCIO_HERE)
#define asyncio_agen_aclose(agen) asyncio__agen_close((agen), ASYNCIO_HERE)

/* `async for`: runs the block for each value, with `name` of that type (a pointer or an integer). Waits between values:
 * may suspend. Check asyncio_failed() after it. break leaves the generator where it is: it can be asked for more, or
 * closed; otherwise it is closed when its maker ends, at the latest at the end of asyncio_run, as CPython does.
 * asyncio_with (agen) closes it at the end of the block (contextlib.aclosing).
 *
 * Takes a generator, an asyncio_as_completed (its values are futures), or an asyncio_aiter. */
#define asyncio_for(type, name, iterable)                                                                       \
    for (asyncio_object *asyncio_iterable_ = ASYNCIO__ITERABLE(iterable), *asyncio_once_ = (asyncio_object *)1; \
         asyncio_once_; asyncio_once_ = NULL)                                                                   \
        for (type name; asyncio__for_next(asyncio_iterable_, ASYNCIO_HERE) &&                                   \
                        (name = (type)(intptr_t)asyncio__for_value(), true);)

/* Loop.shutdown_asyncgens: closes every generator that was begun and not ended, all at once; the loop's exception
 * handler is told of the errors when all have ended. asyncio_run does it. May suspend. */
int asyncio_loop_shutdown_asyncgens(asyncio_loop *loop);

/* __aiter__ and __anext__ of your own: anext(self) returns the next value, or NULL with StopAsyncIteration at the end.
 * It may await. */
asyncio_aiter *(asyncio_aiter_new)(asyncio_body * anext, void *self);
#define asyncio_aiter_new(anext, self) \
    (ASYNCIO__REQUIRE_BODY(anext, #anext, "asyncio_aiter_new(f, self)"), asyncio_aiter_new((anext), (self)))

/* __aenter__ and __aexit__ of your own, for asyncio_with. Both may await. aenter (may be NULL: nothing to do) returns
 * 0, or -1 with an exception pending: then the block does not run. aexit is called however the block ends, also when
 * the task is cancelled, with the exception that comes out of it, or NULL; it returns true to swallow that, as in
 * Python.
 *
 *     asyncio_with (asyncio_context_manager_new(connect, disconnect, &connection)) {
 *         ...
 *     }
 */
typedef int asyncio_aenter(void *self);
typedef bool asyncio_aexit(void *self, asyncio_exception *exception);
asyncio_context_manager *asyncio_context_manager_new(asyncio_aenter *aenter, asyncio_aexit *aexit, void *self);

#endif
