/* The program that is nothing but a JavaScript coroutine: what `run` of asyncio-wasm loads (runtime.mjs). */
#include <asyncio_js.h>

ASYNCIO_SHARE

int main(void)
{
    return asyncio__js_main();
}
