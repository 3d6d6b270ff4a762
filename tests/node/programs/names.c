/* JavaScript functions with names that the C library gives to other ones. */
#include <asyncio_js.h>

ASYNCIO_JS(double, send, (double n), { return hooks.send(n); })
ASYNCIO_JS(asyncio_promise, read, (void), { return await hooks.read(); })

static void *call_send(void *arg)
{
    return (void *)(long)send((double)(long)arg);
}
ASYNCIO_EXPORT(call_send, number)

static void *call_read(void *arg)
{
    (void)arg;
    return (void *)asyncio_js_text(asyncio_await(asyncio_from_promise(read())));
}
ASYNCIO_EXPORT(call_read, text)
