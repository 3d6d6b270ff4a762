/* The library for WebAssembly, as one unit (see native.c). */

/* The first function of the unit: wasm/build/pass.mjs knows by it which functions are the runtime's, namely those from
 * here to libc's start code. (There can be no last one: static functions are written out in an order of the compiler's
 * own.) */
__attribute__((export_name("asyncio_unit_begin"), noinline)) void asyncio__unit_begin(void) {}

#include "base/memory_pool.c"
#include "coro/coro_asyncify.c"
#include "portable.h"
#include "tools.h"
#include "webassembly.h"
