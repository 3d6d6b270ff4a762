/* A function in the library's unit that suspends, under a name that wasm/build/pass.mjs takes for one that never does:
 * refused, for it could not be suspended. */
#include "../../../src/wasm.c"

__attribute__((noinline)) static int trace_that_sleeps(void)
{
    return asyncio_sleep(0.01);
}

static void *main_(void *arg)
{
    trace_that_sleeps();
    return arg;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
