/* Beyond the ten steps - timeout blocks.
 * Question: which timeout fired, and when is a cancellation one from outside?
 * Prediction: the block whose time is up turns the CancelledError that it made
 * into TimeoutError, no other one. It can be moved, earlier or later, while it
 * runs. What was requested from outside stays CancelledError.
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

static int cancelling(void)
{
    return asyncio_task_cancelling(asyncio_current_task());
}

struct function {
    const char *name;
    asyncio_body *body;
};

static void *told(void *arg)
{
    struct function *function = arg;
    asyncio_exception *e;
    const char *result = asyncio_await(asyncio_coro(function->body, NULL));

    if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR))) {
        printf("%s: CancelledError(%s), cancelling=%d\n", function->name, asyncio_exception_message(e), cancelling());
    } else if ((e = asyncio_except(ASYNCIO_EXCEPTION))) {
        const char *cause = asyncio_exception_cause(e) ? asyncio_exception_name(asyncio_exception_cause(e)) : "nothing";
        printf("%s: %s(%s) from %s, cancelling=%d\n", function->name, asyncio_exception_name(e),
               asyncio_exception_message(e), cause, cancelling());
    } else {
        printf("%s: %s, cancelling=%d\n", function->name, result ? result : "None", cancelling());
    }
    return NULL;
}

static void *in_time(void *arg)
{
    asyncio_timeout *timeout = asyncio_timeout(2 * U);
    asyncio_with (timeout)
        asyncio_sleep(1 * U);
    return asyncio_timeout_expired(timeout) ? "expired=True" : "expired=False";
}

static void *too_late(void *arg)
{
    asyncio_with (asyncio_timeout(1 * U))
        asyncio_sleep(9 * U);
    return NULL;
}

static void *no_limit(void *arg)
{
    asyncio_timeout *timeout = asyncio_timeout(INFINITY);
    asyncio_with (timeout)
        asyncio_sleep(1 * U);
    return !asyncio_timeout_expired(timeout) && isinf(asyncio_timeout_when(timeout)) ? "expired=False when=None" : "?";
}

static void *at_once(void *arg)
{
    asyncio_timeout *timeout = asyncio_timeout(-1);
    asyncio_with (timeout) {
        printf("the block begins, expired: %s\n", str(asyncio_timeout_expired(timeout)));
        if (asyncio_sleep(0) < 0)
            continue;
        printf("not reached\n");
    }
    return NULL;
}

static void *never_waits(void *arg)
{
    asyncio_timeout *timeout = asyncio_timeout(0);
    asyncio_with (timeout)
        ;
    asyncio_sleep(1 * U);
    return asyncio_timeout_expired(timeout) ? "expired=True" : "expired=False";
}

static void *at_a_time(void *arg)
{
    double when = asyncio_loop_time(asyncio_get_running_loop()) + 1 * U;
    asyncio_timeout *timeout = asyncio_timeout_at(when);
    asyncio_with (timeout) {
        printf("when: %s\n", str(asyncio_timeout_when(timeout) == when));
        asyncio_sleep(9 * U);
    }
    return NULL;
}

static void *inner_of_two(void *arg)
{
    asyncio_timeout *inner = NULL, *outer = asyncio_timeout(3 * U);
    asyncio_with (outer) {
        inner = asyncio_timeout(1 * U);
        asyncio_with (inner)
            asyncio_sleep(9 * U);
        if (asyncio_except(ASYNCIO_TIMEOUT_ERROR))
            printf("inside the outer: inner %s outer %s\n", str(asyncio_timeout_expired(inner)),
                   str(asyncio_timeout_expired(outer)));
        asyncio_sleep(1 * U);
    }
    return asyncio_timeout_expired(inner) && !asyncio_timeout_expired(outer) ? "inner True outer False" : "?";
}

static void *outer_of_two(void *arg)
{
    asyncio_timeout *inner = NULL, *outer = asyncio_timeout(1 * U);
    asyncio_with (outer) {
        inner = asyncio_timeout(3 * U);
        asyncio_with (inner)
            asyncio_sleep(9 * U);
    }
    asyncio_finally
        printf("inner %s outer %s\n", str(asyncio_timeout_expired(inner)), str(asyncio_timeout_expired(outer)));
    return NULL;
}

static void *another_error(void *arg)
{
    asyncio_with (asyncio_timeout(1 * U))
        asyncio_raise(ASYNCIO_KEY_ERROR, "'first'");
    return NULL;
}

static void *another_error_at_the_end(void *arg)
{
    asyncio_with (asyncio_timeout(1 * U)) {
        asyncio_sleep(9 * U);
        asyncio_finally
            asyncio_raise(ASYNCIO_KEY_ERROR, "'instead'");
    }
    return NULL;
}

static void *swallowed(void *arg)
{
    asyncio_timeout *timeout = asyncio_timeout(1 * U);
    asyncio_with (timeout) {
        asyncio_sleep(9 * U);
        if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
            printf("swallowed, cancelling: %d\n", cancelling());
    }
    return asyncio_timeout_expired(timeout) ? "expired=True" : "expired=False";
}

static void *long_cleanup(void *arg)
{
    asyncio_with (asyncio_timeout(1 * U)) {
        asyncio_sleep(9 * U);
        asyncio_finally {
            asyncio_sleep(2 * U);
            printf("cleaned up\n");
        }
    }
    return NULL;
}

static void *moved(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_timeout *timeout = asyncio_timeout(1 * U);
    asyncio_with (timeout) {
        asyncio_timeout_reschedule(timeout, asyncio_loop_time(loop) + 3 * U);
        asyncio_sleep(2 * U);
        printf("still there\n");
        asyncio_timeout_reschedule(timeout, INFINITY);
        asyncio_sleep(2 * U);
        printf("still there, no limit\n");
        asyncio_timeout_reschedule(timeout, asyncio_loop_time(loop) - 1);
        printf("expired: %s\n", str(asyncio_timeout_expired(timeout)));
        asyncio_sleep(9 * U);
    }
    return NULL;
}

static void *waits_forever(void *arg)
{
    asyncio_with (asyncio_timeout(9 * U))
        asyncio_event_wait(asyncio_event_new());
    return NULL;
}

static void *cancelled_then_late(void *arg)
{
    asyncio_with (asyncio_timeout(2 * U)) {
        asyncio_sleep(9 * U);
        asyncio_finally
            asyncio_sleep(9 * U);
    }
    return NULL;
}

static void *late_then_cancelled(void *arg)
{
    asyncio_with (asyncio_timeout(0.5 * U)) {
        asyncio_sleep(9 * U);
        asyncio_finally
            asyncio_sleep(9 * U);
    }
    return NULL;
}

static void *sleeps(void *arg)
{
    asyncio_sleep(9 * U);
    return NULL;
}

static void *wait_for_in_a_timeout(void *arg)
{
    asyncio_with (asyncio_timeout(1 * U))
        asyncio_wait_for(asyncio_coro(sleeps, NULL), 3 * U);
    return NULL;
}

static void *inner(void *arg)
{
    asyncio_timeout *timeout = asyncio_timeout(3 * U);
    asyncio_with (timeout) {
        asyncio_sleep(9 * U);
        asyncio_finally
            printf("inner expired: %s\n", str(asyncio_timeout_expired(timeout)));
    }
    return NULL;
}

static void *timeout_in_a_wait_for(void *arg)
{
    asyncio_wait_for(asyncio_coro(inner, NULL), 1 * U);
    return NULL;
}

static void from_outside(void *task)
{
    asyncio_task_cancel((asyncio_task *)task, "from outside");
}

#define FUNCTION(name) {#name, name}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    static struct function functions[] = {FUNCTION(in_time),
                                          FUNCTION(too_late),
                                          FUNCTION(no_limit),
                                          FUNCTION(at_once),
                                          FUNCTION(never_waits),
                                          FUNCTION(at_a_time),
                                          FUNCTION(inner_of_two),
                                          FUNCTION(outer_of_two),
                                          FUNCTION(another_error),
                                          FUNCTION(another_error_at_the_end),
                                          FUNCTION(swallowed),
                                          FUNCTION(long_cleanup),
                                          FUNCTION(moved),
                                          FUNCTION(wait_for_in_a_timeout),
                                          FUNCTION(timeout_in_a_wait_for)};
    static struct function cancelled[] = {FUNCTION(waits_forever), FUNCTION(cancelled_then_late),
                                          FUNCTION(late_then_cancelled)};

    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        printf("-- %s\n", functions[i].name);
        told(&functions[i]);
    }
    for (size_t i = 0; i < sizeof cancelled / sizeof cancelled[0]; i++) {
        printf("-- %s\n", cancelled[i].name);
        asyncio_task *task = asyncio_create_task(told, &cancelled[i]);
        asyncio_loop_call_later(loop, 1 * U, from_outside, task);
        asyncio_await(task);
    }
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
