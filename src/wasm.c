/* The library for WebAssembly, as one unit (see native.c). */

/* The first and the last function of the unit: wasm/pass.mjs knows by them which functions are the runtime's. */
__attribute__((export_name("asyncio_unit_begin"), noinline)) void asyncio__unit_begin(void) {}

#include "memory_pool.c"
#include "coro_asyncify.c"
#include "portable.h"
#include "host_js.c"

__attribute__((export_name("asyncio_unit_end"), noinline)) void asyncio__unit_end(void) {}
