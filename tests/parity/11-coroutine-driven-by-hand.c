/* Step 3 - Coroutines (how the loop drives a stack of frames).
 * Question: what does the loop really do with a coroutine?
 * Prediction: send(None) runs it to the next suspension, the value that the
 * deepest await yields comes out of send(), the whole chain of frames stays
 * suspended, and the return value arrives when it is closed. throw() injects an
 * exception at the suspension point, close() unwinds the frames.
 *
 * Python's send() tells the end by raising StopIteration with the value. Here it
 * returns the value, and the state says whether that was yielded or returned.
 */
#include <asyncio.h>
#include <stdio.h>
#include <string.h>

static char *pause(char *tag)
{
    return asyncio_yield(tag) < 0 ? NULL : asyncio_sent();
}

static void *leaf(void *arg)
{
    char *got = pause("first");
    if (asyncio_failed())
        return NULL;
    printf("  leaf resumed with %s\n", got);
    got = pause("second");
    if (asyncio_failed())
        return NULL;
    printf("  leaf resumed with %s\n", got);
    return "leaf value";
}

static void *middle(void *arg)
{
    static char text[80];
    char *value = asyncio_await(asyncio_coro(leaf));

    if (!value)
        return NULL;
    snprintf(text, sizeof text, "%s via middle", value);
    return text;
}

static void *outer(void *arg)
{
    static char text[80];
    char *value = asyncio_await(asyncio_coro(middle));
    asyncio_exception *e = asyncio_except(ASYNCIO_VALUE_ERROR);

    if (e) {
        printf("  outer caught %s\n", asyncio_exception_message(e));
        strcpy(text, "recovered");
    } else if (value) {
        snprintf(text, sizeof text, "%s via outer", value);
    }
    asyncio_finally {
        printf("  outer finally\n");
    }
    return text;
}

static void print_stack(asyncio_coroutine *coro)
{
    printf("suspended frames: ");
    for (; coro; coro = asyncio_coro_get_await(coro))
        printf("%s%s", asyncio_coro_get_name(coro), asyncio_coro_get_await(coro) ? " > " : "\n");
}

static void tell(asyncio_coroutine *coro, char *value)
{
    printf("%s: %s\n", asyncio_coro_get_state(coro) == ASYNCIO_CORO_CLOSED ? "returned" : "yielded", value);
}

int main(void)
{
    printf("run to completion\n");
    asyncio_coroutine *c = asyncio_coro(outer);
    tell(c, asyncio_coro_send(c, NULL));
    print_stack(c);
    tell(c, asyncio_coro_send(c, "one"));
    tell(c, asyncio_coro_send(c, "two"));

    printf("throw an exception in\n");
    c = asyncio_coro(outer);
    tell(c, asyncio_coro_send(c, NULL));
    tell(c, asyncio_coro_throw(c, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "injected")));

    printf("close it while suspended\n");
    c = asyncio_coro(outer);
    tell(c, asyncio_coro_send(c, NULL));
    asyncio_coro_close(c);
    printf("closed\n");
    return 0;
}
