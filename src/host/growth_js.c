/* How WebAssembly's memory grows. The C library asks for what it lacks, a page of 64 KB at a time, and each time that
 * memory grows costs the engine about a millisecond. So it grows by a quarter of what is there, and never by more than
 * 4 MB at once: a program that has as many tasks as it will ever have should not pay for more. */
#include <stdbool.h>
#include <stddef.h>

enum { MEMORY_PAGE = 64 * 1024, PAGES_AT_ONCE = 64 /* at most */ };

static bool grow_by(size_t pages)
{
    return __builtin_wasm_memory_grow(0, pages) != (size_t)-1;
}

/* In the place of the C library's own (--wrap, in wasm/build/build.mjs). `size`: how many bytes there are to be in all.
 * */
int __wrap_emscripten_resize_heap(size_t size);
int __wrap_emscripten_resize_heap(size_t size)
{
    size_t pages = __builtin_wasm_memory_size(0), needed = (size + MEMORY_PAGE - 1) / MEMORY_PAGE - pages;
    size_t more = pages / 4 < PAGES_AT_ONCE ? pages / 4 : PAGES_AT_ONCE;
    return (more > needed && grow_by(more)) || grow_by(needed);
}
