/* What the compiler is to say where a call stands in place of a function. Nothing here is for use by name.
 *
 * `asyncio_create_task(fetch(1))` is what everybody writes first who comes from Python. C would take it: what fetch
 * returns is a `void *`, which converts to a function. */
#ifndef ASYNCIO_CHECKS_H
#define ASYNCIO_CHECKS_H

#define ASYNCIO__REQUIRE(condition, text) __extension__({ _Static_assert((condition), text); })

/* NULL compiles: that it is no function is told at run time. */
#define ASYNCIO__IS_NULL(f) \
    _Generic(1 ? _Generic((f), void *: (f), default: (void *)1) : (int *)0, int *: 1, default: 0)

/* `call` is how it is to be written, `given` what was, as texts. */
#define ASYNCIO__REQUIRE_BODY(f, given, call)                                                                   \
    ASYNCIO__REQUIRE(_Generic((f), asyncio_body *: 1, default: ASYNCIO__IS_NULL(f)),                            \
                     "`" given "` is no function of the form `void *f(void *arg)`. Write the function itself, " \
                     "and then its argument: " call ". A call there has run before, as plain C. What the "      \
                     "library awaits has a coroutine form, such as asyncio_sleep_coro(1)")
#define ASYNCIO__REQUIRE_CORO_OR_BODY(f, given, call)                                                            \
    ASYNCIO__REQUIRE(_Generic((f), asyncio_body *: 1, asyncio_coroutine *: 1, default: ASYNCIO__IS_NULL(f)),     \
                     "`" given "` is neither a coroutine object nor a function of the form `void *f(void *arg)`" \
                     ". Write the function itself, and then its argument: " call ". A call there has run "       \
                     "before, as plain C. What the library awaits has a coroutine form, such as "                \
                     "asyncio_sleep_coro(1)")
#define ASYNCIO__REQUIRE_FUNCTION(f, type, given, form)                                                          \
    ASYNCIO__REQUIRE(_Generic((f), type *: 1, default: ASYNCIO__IS_NULL(f)),                                     \
                     "`" given "` is no function of the form `" form "`. Write the function itself, not a call " \
                     "of it, and what it is to be called with after it")

#endif
