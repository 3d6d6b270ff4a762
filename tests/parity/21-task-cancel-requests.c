/* Step 6 - Tasks (create_task).
 * Question: what becomes of a request to cancel, and of several?
 * Prediction: each request is counted; one exception is thrown for those that
 * come before it is; who takes the exception and means it calls uncancel. The
 * message travels to whoever awaits. What is done cannot be cancelled.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double U;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

static const char *state(asyncio_task *task)
{
    static char text[4][100];
    static int turn;
    char *s = text[turn++ % 4];

    snprintf(s, sizeof text[0], "%s: done=%s cancelled=%s cancelling=%d", asyncio_task_get_name(task),
             str(asyncio_task_done(task)), str(asyncio_task_cancelled(task)), asyncio_task_cancelling(task));
    return s;
}

static void outcome(asyncio_task *task)
{
    asyncio_exception *e;
    const char *result = asyncio_await(task);

    if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR)))
        printf("%s -> CancelledError(%s)\n", asyncio_task_get_name(task), asyncio_exception_message(e));
    else if ((e = asyncio_except(ASYNCIO_EXCEPTION)))
        printf("%s -> %s(%s)\n", asyncio_task_get_name(task), asyncio_exception_name(e), asyncio_exception_message(e));
    else
        printf("%s -> %s\n", asyncio_task_get_name(task), result);
}

static void *plain(void *arg)
{
    printf("plain: begins\n");
    if (asyncio_sleep(2 * U) < 0)
        return NULL;
    return "plain";
}

static void *swallows(void *arg)
{
    asyncio_task *me = asyncio_current_task();
    asyncio_exception *e;

    for (int n = 0; n < 2; n++) {
        asyncio_sleep(5 * U);
        if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR)))
            printf("swallows: took '%s', cancelling=%d\n", asyncio_exception_message(e), asyncio_task_cancelling(me));
    }
    return asyncio_task_cancelling(me) == 2 ? "after 2 requests" : "after another number of requests";
}

static void *takes_back(void *arg)
{
    asyncio_task *me = asyncio_current_task();

    asyncio_sleep(5 * U);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        printf("takes_back: uncancel -> %d\n", asyncio_task_uncancel(me));
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    printf("takes_back: uncancel below zero -> %d\n", asyncio_task_uncancel(me));
    return "went on";
}

static void *cleans_up(void *arg)
{
    asyncio_exception *e;

    asyncio_sleep(5 * U);
    asyncio_finally {
        printf("cleans_up: finally\n");
        asyncio_sleep(5 * U);
        if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR))) {
            printf("cleans_up: cleanup cancelled, '%s'\n", asyncio_exception_message(e));
            asyncio_raise_exception(e);
        }
        asyncio_finally {
            printf("cleans_up: end\n");
        }
    }
    return NULL;
}

static void *answers(void *arg)
{
    asyncio_sleep(5 * U);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        return asyncio_raise(ASYNCIO_VALUE_ERROR, "instead");
    return NULL;
}

static void *cancels_itself(void *arg)
{
    const char *then = arg;
    asyncio_task *me = asyncio_current_task();

    bool asked = asyncio_task_cancel(me, "by myself");
    printf("cancels_itself: %s %d\n", str(asked), asyncio_task_cancelling(me));
    if (!strcmp(then, "return"))
        return "nevertheless";
    if (!strcmp(then, "raise"))
        return asyncio_raise(ASYNCIO_VALUE_ERROR, "nevertheless");
    if (!strcmp(then, "uncancel"))
        asyncio_task_uncancel(me);
    if (asyncio_sleep(0) < 0)
        return NULL;
    return "not cancelled";
}

static void *raises_cancelled(void *arg)
{
    return asyncio_raise(ASYNCIO_CANCELLED_ERROR, "raised by hand");
}

static void *report_cancelled(void *result)
{
    asyncio_exception *e = asyncio_except(ASYNCIO_CANCELLED_ERROR);

    if (!e)
        return result;
    printf("awaits: CancelledError(%s), mine=%d\n", asyncio_exception_message(e),
           asyncio_task_cancelling(asyncio_current_task()));
    return asyncio_raise_exception(e);
}

static void *awaits(void *task)
{
    return report_cancelled(asyncio_await((asyncio_task *)task));
}

static void *awaits_future(void *future)
{
    return report_cancelled(asyncio_await((asyncio_future *)future));
}

static void callback(asyncio_task *task, void *arg)
{
    printf("callback: %s\n", state(task));
}

static void *main_(void *arg)
{
    bool first, second;

    printf("-- before the first step\n");
    asyncio_task *t = asyncio_create_task(plain, NULL, .name = "early");
    first = asyncio_task_cancel(t, "too early");
    second = asyncio_task_cancel(t, "again");
    printf("%s %s %s\n", str(first), str(second), state(t));
    outcome(t);
    printf("%s\n", state(t));
    printf("-- uncancelled before the first step\n");
    t = asyncio_create_task(plain, NULL, .name = "spared");
    asyncio_task_cancel(t);
    int left = asyncio_task_uncancel(t);
    printf("%d %s\n", left, state(t));
    outcome(t);
    printf("-- two requests in one turn, then when it is done\n");
    t = asyncio_create_task(plain, NULL, .name = "twice");
    asyncio_task_add_done_callback(t, callback);
    asyncio_sleep(0);
    first = asyncio_task_cancel(t, "first");
    second = asyncio_task_cancel(t, "second");
    printf("%s %s\n", str(first), str(second));
    printf("%s\n", state(t));
    outcome(t);
    first = asyncio_task_cancel(t, "third");
    printf("%s %s\n", str(first), state(t));
    printf("-- swallowed twice\n");
    t = asyncio_create_task(swallows, NULL, .name = "swallows");
    asyncio_sleep(1 * U);
    asyncio_task_cancel(t, "one");
    asyncio_sleep(1 * U);
    asyncio_task_cancel(t, "two");
    outcome(t);
    printf("%s\n", state(t));
    printf("-- taken back\n");
    t = asyncio_create_task(takes_back, NULL, .name = "takes_back");
    asyncio_sleep(1 * U);
    asyncio_task_cancel(t);
    outcome(t);
    printf("%s\n", state(t));
    printf("-- while it cleans up\n");
    t = asyncio_create_task(cleans_up, NULL, .name = "cleans_up");
    asyncio_sleep(1 * U);
    asyncio_task_cancel(t, "stop");
    asyncio_sleep(1 * U);
    printf("%s\n", state(t));
    asyncio_task_cancel(t, "stop it now");
    outcome(t);
    printf("-- answered with another error\n");
    t = asyncio_create_task(answers, NULL, .name = "answers");
    asyncio_sleep(1 * U);
    asyncio_task_cancel(t);
    outcome(t);
    printf("%s\n", state(t));
    printf("-- by itself\n");
    const char *then[] = {"return", "raise", "uncancel", "sleep"};
    for (int i = 0; i < 4; i++) {
        t = asyncio_create_task(cancels_itself, (void *)then[i], .name = then[i]);
        outcome(t);
        printf("%s\n", state(t));
    }
    t = asyncio_create_task(raises_cancelled, NULL, .name = "by hand");
    outcome(t);
    printf("%s\n", state(t));
    printf("-- down a chain, from its end and from its beginning\n");
    asyncio_task *inner = asyncio_create_task(plain, NULL, .name = "inner");
    asyncio_task *middle = asyncio_create_task(awaits, inner, .name = "middle");
    asyncio_task *outer = asyncio_create_task(awaits, middle, .name = "outer");
    asyncio_sleep(1 * U);
    asyncio_task_cancel(outer, "from outside");
    printf("%s\n%s\n%s\n", state(inner), state(middle), state(outer));
    outcome(outer);
    inner = asyncio_create_task(plain, NULL, .name = "inner");
    middle = asyncio_create_task(awaits, inner, .name = "middle");
    outer = asyncio_create_task(awaits, middle, .name = "outer");
    asyncio_sleep(1 * U);
    asyncio_task_cancel(inner, "from inside");
    outcome(outer);
    printf("%s\n%s\n%s\n", state(inner), state(middle), state(outer));
    printf("-- in the turn in which what it waits for is done\n");
    for (int result_first = 1; result_first >= 0; result_first--) {
        asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());
        t = asyncio_create_task(awaits_future, future, .name = result_first ? "result first" : "cancel first");
        asyncio_sleep(0);
        if (result_first) {
            asyncio_future_set_result(future, "the result");
            asyncio_task_cancel(t, "too late?");
        } else {
            asyncio_task_cancel(t, "in time");
            printf("set_result possible: %s\n", str(!asyncio_future_done(future)));
        }
        outcome(t);
        printf("future cancelled: %s\n", str(asyncio_future_cancelled(future)));
    }
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
