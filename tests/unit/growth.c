/* How memory grows in WebAssembly: not page by page, of which each costs a millisecond, and not by much more than is
 * needed. Natively that is the system's affair; there these tests only take memory. */
#include "unit.h"

#include <stdlib.h>

enum { PAGE = 64 * 1024, MEGABYTES = 48, BLOCKS = MEGABYTES * 32 }; /* of 32 KB */

static long pages(void)
{
#ifdef __wasm__
    return (long)__builtin_wasm_memory_size(0);
#else
    return 0;
#endif
}

TEST(memory_grows_in_steps_that_are_neither_small_nor_large)
{
    static void *blocks[BLOCKS];
    long before = pages(), steps = 0, largest = 0;
    for (int i = 0; i < BLOCKS; i++) {
        CHECK((blocks[i] = malloc(PAGE / 2)));
        long grown = pages() - before;
        before += grown;
        steps += grown > 0;
        largest = grown > largest ? grown : largest;
    }
    CHECK_INT(steps > 20, 0); /* page by page they would be more than 700 */
    CHECK_INT(largest > 64, 0);
    for (int i = 0; i < BLOCKS; i++)
        free(blocks[i]);
}

TEST(what_does_not_fit_into_a_step_is_had_all_the_same)
{
    char *block = malloc(32 * 1024 * 1024);
    CHECK(block);
    block[32 * 1024 * 1024 - 1] = 1;
    free(block);
}

#ifdef __wasm__
TEST(more_than_there_can_be_is_refused)
{
    void *volatile block = malloc(SIZE_MAX / 2); /* volatile: or the compiler trusts that there is one */
    CHECK(!block);
}
#endif
