/* The library as it would be if the compiler inlined what it must not: a program that could never suspend. Building it
 * has to fail (suspension.test.mjs). */
#pragma GCC diagnostic ignored "-Wunused-function"
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define noinline always_inline
#include "../../../src/wasm.c"
#undef noinline

static void *main_(void *arg)
{
    asyncio_sleep(1);
    return arg;
}

int main(void)
{
    return asyncio_run(main_);
}
