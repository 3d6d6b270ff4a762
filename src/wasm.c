/* The library for WebAssembly, as one unit (see native.c). */
#include "memory_pool.c"
#include "coro_asyncify.c"
#include "portable.h"
#include "host_js.c"
