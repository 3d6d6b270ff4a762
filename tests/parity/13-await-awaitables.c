/* Step 4 - await mechanics.
 * Question: what may stand to the right of await?
 * Prediction: a coroutine, a task, a future, any object that knows how to be
 * awaited; everything else is a type error. A task or future may be awaited again
 * and again and gives the same result, a coroutine only once.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static void *value(void *v)
{
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    return v;
}

/* Python's Countdown is a class with __await__. In C any function that suspends can be awaited: call it. */
static char *countdown(long n)
{
    while (n) {
        printf("countdown %ld\n", n);
        n--;
        if (asyncio_sleep(0) < 0) /* Python's bare yield: come back in the next turn */
            return NULL;
    }
    return "lift-off";
}

static void set_result(void *future)
{
    asyncio_future_set_result(future, "f");
}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    char *c = asyncio_await(asyncio_coro(value, "c"));
    if (asyncio_failed())
        return NULL;
    printf("coroutine: %s\n", c);

    asyncio_task *task = asyncio_create_task(value, "t");
    char *t1 = asyncio_await(task), *t2 = asyncio_await(task);
    if (asyncio_failed())
        return NULL;
    printf("task: %s %s\n", t1, t2);

    asyncio_future *future = asyncio_loop_create_future(loop);
    asyncio_loop_call_later(loop, 1 * U, set_result, future);
    char *f1 = asyncio_await(future), *f2 = asyncio_await(future);
    if (asyncio_failed())
        return NULL;
    printf("future: %s %s\n", f1, f2);

    char *custom = countdown(3);
    if (asyncio_failed())
        return NULL;
    printf("custom: %s\n", custom);

    /* asyncio_await(42) does not compile. What is left to be found at run time is a handle that is NULL. */
    asyncio_future *nothing = NULL;
    asyncio_await(nothing);
    if (asyncio_except(ASYNCIO_TYPE_ERROR))
        printf("an int: TypeError\n");
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
