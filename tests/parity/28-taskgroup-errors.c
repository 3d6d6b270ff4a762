/* Step 8 - TaskGroup and errors.
 * Question: what happens to the others when one fails?
 * Prediction: they are cancelled and waited for; all real errors (not the
 * cancellations) come out together in one ExceptionGroup, errors raised during
 * the cleanup of the others included, in the order in which the tasks ended.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static void *ok(void *arg)
{
    long n = (long)arg;

    if (asyncio_sleep(n * U) == 0) {
        printf("ok %ld: finished\n", n);
        return (void *)n;
    }
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        printf("ok %ld: cancelled\n", n);
        return asyncio_reraise();
    }
    return NULL;
}

static void *fail(void *arg)
{
    long n = (long)arg;

    if (asyncio_sleep(n * U) < 0)
        return NULL;
    printf("fail %ld: raising\n", n);
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "no %ld", n);
}

static void *bad_cleanup(void *arg)
{
    long n = (long)arg;

    asyncio_sleep(n * U);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        if (asyncio_sleep(1 * U) < 0)
            return NULL;
        printf("bad cleanup %ld: raising\n", n);
        return asyncio_raise(ASYNCIO_LOOKUP_ERROR, "cleanup");
    }
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_task *a = NULL, *b = NULL;
    asyncio_exception *eg;

    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        a = asyncio_task_group_create_task(tg, ok, (void *)1);
        asyncio_task_group_create_task(tg, fail, (void *)2);
        b = asyncio_task_group_create_task(tg, ok, (void *)4);
        asyncio_task_group_create_task(tg, bad_cleanup, (void *)5);
        printf("main: waiting\n");
    }
    if (!asyncio_failed())
        printf("never printed\n");
    if ((eg = asyncio_except_star(ASYNCIO_VALUE_ERROR))) {
        printf("except* ValueError:");
        for (size_t e = 0; e < asyncio_exception_group_count(eg); e++)
            printf(" %s", asyncio_exception_message(asyncio_exception_group_get(eg, e)));
        printf("\n");
    }
    if ((eg = asyncio_except_star(ASYNCIO_LOOKUP_ERROR))) {
        printf("except* LookupError:");
        for (size_t e = 0; e < asyncio_exception_group_count(eg); e++)
            printf(" %s", asyncio_exception_message(asyncio_exception_group_get(eg, e)));
        printf("\n");
    }
    if (asyncio_failed())
        return NULL;
    printf("first task result: %ld\n", (long)asyncio_task_result(a));
    printf("sibling cancelled: %s\n", asyncio_task_cancelled(b) ? "True" : "False");

    tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task_group_create_task(tg, fail, (void *)1);
        asyncio_task_group_create_task(tg, bad_cleanup, (void *)3);
    }
    if ((eg = asyncio_except(ASYNCIO_EXCEPTION_GROUP))) {
        printf("one group of %zu :", asyncio_exception_group_count(eg));
        for (size_t e = 0; e < asyncio_exception_group_count(eg); e++)
            printf(" %s", asyncio_exception_name(asyncio_exception_group_get(eg, e)));
        printf("\n");
    }
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
