/* Step 4 - await mechanics.
 * Question: how do values and errors travel through nested awaits?
 * Prediction: like in ordinary calls: results go up the chain one by one, an
 * exception unwinds every frame and runs its finally block on the way.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

/* In C the chain is one of ordinary calls: to call a function that may suspend is to await it. */
static long read_row(long key)
{
    printf("    read_row(%ld) waits\n", key);
    if (asyncio_sleep(1 * U) < 0)
        return -1;
    if (key < 0) {
        asyncio_raise(ASYNCIO_KEY_ERROR, "%ld", key);
        return -1;
    }
    printf("    read_row(%ld) returns\n", key);
    return key * 2;
}

static long load(long key)
{
    printf("  load(%ld) begins\n", key);
    long value = read_row(key) + 1;
    asyncio_finally {
        printf("  load(%ld) cleans up\n", key);
    }
    return value;
}

static void *main_(void *arg)
{
    printf("main: before\n");
    long value = load(20);
    if (asyncio_failed())
        return NULL;
    printf("main: value %ld\n", value);
    load(-1);
    asyncio_exception *e = asyncio_except(ASYNCIO_KEY_ERROR);
    if (e)
        printf("main: caught KeyError %s\n", asyncio_exception_message(e));
    if (asyncio_failed())
        return NULL;
    printf("main: after\n");
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
