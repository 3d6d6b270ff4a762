/* Cross-cutting - timeouts with wait_for.
 * Question: what happens to the work when the time is up?
 * Prediction: it is cancelled, wait_for waits for its cleanup, then TimeoutError.
 * A result in time is passed through; an inner error too; timeout None waits for
 * ever; a timeout of 0 does not even start unfinished work; work that swallows
 * the cancellation and returns a value wins over the timeout.
 */
#include <asyncio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

struct work {
    int units, cleanup;
    char result[16]; /* Python makes the text anew */
};

static void *work(void *arg)
{
    struct work *args = arg;

    if (asyncio_sleep(args->units * U) < 0 && asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        printf("work: cancelled\n");
        if (asyncio_sleep(args->cleanup * U) < 0)
            return NULL;
        printf("work: cleaned up\n");
        return asyncio_reraise();
    }
    snprintf(args->result, sizeof args->result, "worked %d", args->units);
    return args->result;
}

static void *fails(void *arg)
{
    long units = (long)arg;

    if (asyncio_sleep(units * U) < 0)
        return NULL;
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "inner");
}

static void *stubborn(void *arg)
{
    long units = (long)arg;

    if (asyncio_sleep(units * U) < 0 && asyncio_except(ASYNCIO_CANCELLED_ERROR))
        printf("stubborn: returns a value anyway\n");
    return "stubborn value";
}

/* The timeout is in units; INFINITY stands for None. */
static void *attempt(asyncio_coroutine *coro, double timeout)
{
    double t0 = asyncio_time_monotonic();
    char text[32];
    asyncio_exception *e;
    const char *result = asyncio_wait_for(coro, timeout * U);

    if (asyncio_except(ASYNCIO_TIMEOUT_ERROR))
        result = "TimeoutError";
    else if ((e = asyncio_except(ASYNCIO_VALUE_ERROR))) {
        snprintf(text, sizeof text, "ValueError(%s)", asyncio_exception_message(e));
        result = text;
    } else if (asyncio_failed())
        return NULL;
    printf("%s after %d units\n", result, (int)((asyncio_time_monotonic() - t0) / U + 0.05));
    return NULL;
}

static void *attempt_work_5_9(void *arg)
{
    struct work five = {.units = 5};

    return attempt(asyncio_coro(work, &five), 9);
}

static void *main_(void *arg)
{
    attempt(asyncio_coro(work, asyncio_args(struct work, .units = 1)), 3);
    attempt(asyncio_coro(work, asyncio_args(struct work, .units = 5, .cleanup = 2)), 1);
    attempt(asyncio_coro(fails, (void *)1), 3);
    attempt(asyncio_coro(work, asyncio_args(struct work, .units = 2)), INFINITY);
    attempt(asyncio_coro(work, asyncio_args(struct work, .units = 1)), 0);
    attempt(asyncio_coro(stubborn, (void *)5), 1);
    if (asyncio_failed())
        return NULL;

    printf("-- the waiter itself is cancelled\n");
    asyncio_task *t = asyncio_create_task(attempt_work_5_9, NULL);
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    asyncio_task_cancel(t);
    asyncio_await(asyncio_gather_return_exceptions(t));
    if (asyncio_failed())
        return NULL;
    printf("waiter cancelled: %s\n", str(asyncio_task_cancelled(t)));
    printf("TimeoutError is the built-in one: %s\n", str(ASYNCIO_TIMEOUT_ERROR->base == ASYNCIO_OS_ERROR));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
