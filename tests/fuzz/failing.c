/* Linked into a program, has its allocation number ASYNCIO_FAIL_AT fail (from 1; those of the library's and the
 * program's own, counted from main on). Without the variable it says on its last line of stderr how many there were. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
char *__wrap_strdup(const char *text);

static atomic_long allocations, fails_at;

static int fails(void)
{
    return ++allocations == fails_at;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

static void tell(void)
{
    fprintf(stderr, "%ld\n", (long)allocations);
}

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("ASYNCIO_FAIL_AT");
    allocations = 0;
    fails_at = at ? atol(at) : 0;
    if (!at)
        atexit(tell);
}
