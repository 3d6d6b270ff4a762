/* The library for asyncio.wasm, as one unit: as wasm.c, without the tools of development. */
__attribute__((export_name("asyncio_unit_begin"), noinline)) void asyncio__unit_begin(void) {} /* see wasm.c */

#include "base/memory_pool.c"
#include "coro/coro_asyncify.c"
#include "portable.h"
#include "watch/lean.c"
#include "webassembly.h"
