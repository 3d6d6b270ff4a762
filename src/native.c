/* The library for Linux, as one unit: all that is not in asyncio.h stays out of the program's names, and the compiler
 * sees through every call. The doors' backends come first, then the rest from the bottom up (see README.md). */
#define _GNU_SOURCE
#ifdef ASYNCIO_SANITIZED
#include "base/memory_malloc.c"
#else
#include "base/memory_pool.c"
#endif
#include "coro/coro_native.c"
#include "portable.h"
#include "tools.h"
#include "linux.h"
