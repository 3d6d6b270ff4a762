/* What is left when the compiler has inlined coro_suspend into one of its callers only: a second function that starts
 * to unwind. Building it has to fail, too (suspension.test.mjs). */
#pragma GCC diagnostic ignored "-Wunused-function"
#include "../../../src/wasm.c"

__attribute__((noinline)) static void inlined_copy(void)
{
    coros.running->state = CORO_SUSPENDED;
    asyncio__start_unwind(&coros.running->frames);
}

static void *main_(void *arg)
{
    asyncio_sleep(1);
    if (arg)
        inlined_copy();
    return arg;
}

int main(int argc, char **argv)
{
    return asyncio_run(main_, argc > 9 ? argv[1] : NULL);
}
