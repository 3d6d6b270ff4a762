/* Step 7 - asyncio.gather and errors.
 * Question: what happens to the others when one fails?
 * Prediction: the first error is raised at once, the others keep running and a
 * later error of a sibling is lost; with return_exceptions=True everybody is
 * waited for and errors are entries of the result list.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static void *ok(void *arg)
{
    long n = (long)arg;

    if (asyncio_sleep(n * U) < 0)
        return NULL;
    printf("ok %ld: finished\n", n);
    return (void *)n;
}

static void *fail(void *arg)
{
    long n = (long)arg;

    if (asyncio_sleep(n * U) < 0)
        return NULL;
    printf("fail %ld: raising\n", n);
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "no %ld", n);
}

static void show(asyncio_outcome r)
{
    if (r.exception)
        printf(" %s(%s)", asyncio_exception_name(r.exception), asyncio_exception_message(r.exception));
    else
        printf(" %ld", (long)r.value);
}

static void *main_(void *arg)
{
    asyncio_exception *e;

    printf("-- default\n");
    asyncio_await(asyncio_gather(asyncio_coro(ok, (void *)1), asyncio_coro(fail, (void *)2),
                                 asyncio_coro(ok, (void *)4), asyncio_coro(fail, (void *)3)));
    if ((e = asyncio_except(ASYNCIO_VALUE_ERROR))) {
        printf("main: gather raised");
        show((asyncio_outcome){.exception = e});
        printf("\n");
    }
    if (asyncio_sleep(3 * U) < 0)
        return NULL;
    printf("main: siblings were not cancelled\n");

    printf("-- return_exceptions=True\n");
    asyncio_outcome *results =
        asyncio_await(asyncio_gather_return_exceptions(asyncio_coro(ok, (void *)1), asyncio_coro(fail, (void *)2),
                                                       asyncio_coro(ok, (void *)4), asyncio_coro(fail, (void *)3)));
    if (asyncio_failed())
        return NULL;
    printf("main:");
    for (int r = 0; r < 4; r++)
        show(results[r]);
    printf("\n");
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
