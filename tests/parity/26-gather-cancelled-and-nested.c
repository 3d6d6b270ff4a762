/* Step 7 - asyncio.gather, cancelled and nested.
 * Question: who is cancelled when a gather is, when a child is, when one fails?
 * Prediction: a cancelled gather cancels all children and waits for them; a child
 * that is cancelled counts as failed; with return_exceptions=True the gather
 * waits for all, and what it was cancelled for comes out at the end.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

struct work {
    const char *name;
    double units;
    bool fails;
};

static void *work(void *arg)
{
    struct work *work = arg;
    asyncio_exception *e;

    asyncio_sleep(work->units * U);
    if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR))) {
        printf("%s: cancelled (%s)\n", work->name, asyncio_exception_message(e));
        return asyncio_raise_exception(e);
    }
    if (work->fails) {
        printf("%s: fails\n", work->name);
        return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", work->name);
    }
    printf("%s: done\n", work->name);
    return (void *)work->name;
}

#define WORK(...) asyncio_coro(work, asyncio_args(struct work, __VA_ARGS__))

static void *stubborn(void *name)
{
    asyncio_sleep(9 * U);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        printf("%s: does not mind\n", (const char *)name);
    return name;
}

static void *slow_cleanup(void *name)
{
    asyncio_sleep(9 * U);
    asyncio_finally {
        asyncio_sleep(1 * U);
        printf("%s: cleaned up\n", (const char *)name);
    }
    return NULL;
}

static void show_error(asyncio_exception *e)
{
    printf("%s(%s)", asyncio_exception_name(e), asyncio_exception_message(e));
}

/* A list's length is not part of it. */
static void outcome(const char *what, asyncio_future *gather, int count)
{
    asyncio_exception *e;
    const char **results = asyncio_await(gather);

    printf("%s: ", what);
    if ((e = asyncio_except(ASYNCIO_BASE_EXCEPTION))) {
        show_error(e);
    } else {
        printf("[");
        for (int i = 0; i < count; i++)
            printf("%s%s", i ? ", " : "", results[i]);
        printf("]");
    }
    printf("\n");
}

static void outcome_with_exceptions(const char *what, asyncio_future *gather, int count)
{
    asyncio_exception *e;
    asyncio_outcome *results = asyncio_await(gather);

    printf("%s: ", what);
    if ((e = asyncio_except(ASYNCIO_BASE_EXCEPTION))) {
        show_error(e);
    } else {
        printf("[");
        for (int i = 0; i < count; i++) {
            printf("%s", i ? ", " : "");
            if (results[i].exception)
                show_error(results[i].exception);
            else
                printf("%s", (const char *)results[i].value);
        }
        printf("]");
    }
    printf("\n");
}

static void *gather_of_gathers(void *what)
{
    asyncio_exception *e;
    void **outer =
        asyncio_await(asyncio_gather(WORK("x", 1, false), asyncio_gather(WORK("y", 1, false), WORK("z", 2, false))));

    if ((e = asyncio_except(ASYNCIO_BASE_EXCEPTION))) {
        printf("%s: ", (const char *)what);
        show_error(e);
        printf("\n");
        return NULL;
    }
    const char **inner = outer[1];
    printf("%s: [%s, [%s, %s]]\n", (const char *)what, (const char *)outer[0], inner[0], inner[1]);
    return NULL;
}

static void cancel_future(void *future)
{
    asyncio_future_cancel((asyncio_future *)future);
}

static void enough(void *future)
{
    asyncio_future_cancel((asyncio_future *)future, "enough");
}

static void all_of_you(void *future)
{
    asyncio_future_cancel((asyncio_future *)future, "all of you");
}

static void from_outside(void *task)
{
    asyncio_task_cancel((asyncio_task *)task, "from outside");
}

static void only_you(void *task)
{
    asyncio_task_cancel((asyncio_task *)task, "only you");
}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    bool again;

    printf("-- nested\n");
    gather_of_gathers("nested");
    outcome("empty", asyncio_gather(), 0);
    asyncio_task *task = asyncio_create_task(work, asyncio_args(struct work, "shared", 1, false));
    outcome("the same twice", asyncio_gather(task, task), 2);
    printf("-- the gather is cancelled\n");
    asyncio_future *g = asyncio_gather(WORK("a", 1, false), WORK("b", 9, false), asyncio_coro(slow_cleanup, "c"));
    asyncio_loop_call_later(loop, 2 * U, enough, g);
    outcome("gather", g, 3);
    again = asyncio_future_cancel(g);
    printf("done: %s cancelled: %s again: %s\n", str(asyncio_future_done(g)), str(asyncio_future_cancelled(g)),
           str(again));
    printf("-- who awaits it is cancelled\n");
    asyncio_task *t = asyncio_create_task(gather_of_gathers, "task");
    asyncio_loop_call_later(loop, 0.5 * U, from_outside, t);
    asyncio_await(t);
    printf("-- children that do not mind\n");
    g = asyncio_gather(asyncio_coro(stubborn, "a"), asyncio_coro(stubborn, "b"));
    asyncio_loop_call_later(loop, 1 * U, cancel_future, g);
    outcome("gather", g, 2);
    g = asyncio_gather_return_exceptions(asyncio_coro(stubborn, "a"), WORK("b", 9, false));
    asyncio_loop_call_later(loop, 1 * U, all_of_you, g);
    outcome_with_exceptions("return_exceptions", g, 2);
    printf("-- a child is cancelled\n");
    asyncio_task *child = asyncio_create_task(work, asyncio_args(struct work, "child", 9, false));
    asyncio_loop_call_later(loop, 1 * U, only_you, child);
    g = asyncio_gather(child, WORK("sibling", 2, false));
    outcome("gather", g, 2);
    printf("gather cancelled: %s\n", str(asyncio_future_cancelled(g)));
    asyncio_sleep(2 * U);
    child = asyncio_create_task(work, asyncio_args(struct work, "child", 9, false));
    asyncio_loop_call_later(loop, 1 * U, only_you, child);
    outcome_with_exceptions("return_exceptions", asyncio_gather_return_exceptions(child, WORK("sibling", 2, false)), 2);
    printf("-- a child fails, then the gather is cancelled\n");
    g = asyncio_gather(WORK("bad", 1, true), WORK("good", 3, false));
    outcome("gather", g, 2);
    again = asyncio_future_cancel(g);
    printf("cancel: %s cancelled: %s exception: ", str(again), str(asyncio_future_cancelled(g)));
    show_error(asyncio_future_exception(g));
    printf("\n");
    asyncio_sleep(3 * U);
    printf("-- before the children's first step\n");
    asyncio_task *a = asyncio_create_task(work, asyncio_args(struct work, "a", 1, false));
    asyncio_task *b = asyncio_create_task(work, asyncio_args(struct work, "b", 1, false));
    g = asyncio_gather(a, b);
    printf("cancel: %s\n", str(asyncio_future_cancel(g, "at once")));
    outcome("gather", g, 2);
    printf("a: %s b: %s\n", str(asyncio_task_cancelled(a)), str(asyncio_task_cancelled(b)));
    printf("-- futures, of which one ends when the gather is cancelled\n");
    asyncio_future *f1 = asyncio_loop_create_future(loop), *f2 = asyncio_loop_create_future(loop);
    g = asyncio_gather(f1, f2);
    asyncio_future_set_result(f1, "f1");
    asyncio_future_cancel(g);
    outcome("gather", g, 2);
    printf("f1: %s f2: %s\n", str(asyncio_future_cancelled(f1)), str(asyncio_future_cancelled(f2)));
    f1 = asyncio_loop_create_future(loop), f2 = asyncio_loop_create_future(loop);
    g = asyncio_gather_return_exceptions(f1, f2);
    asyncio_future_set_exception(f1, asyncio_exception_new(ASYNCIO_KEY_ERROR, "'k'"));
    asyncio_future_cancel(f2, "gone");
    outcome_with_exceptions("return_exceptions", g, 2);
    printf("-- two that fail in one turn\n");
    outcome("gather", asyncio_gather(WORK("first", 1, true), WORK("second", 1, true)), 2);
    printf("-- what has ended already\n");
    a = asyncio_create_task(work, asyncio_args(struct work, "a", 0, false));
    b = asyncio_create_task(work, asyncio_args(struct work, "b", 0, false));
    asyncio_wait(((asyncio_task *[]){a, b}), 2);
    g = asyncio_gather(b, a, b);
    printf("done at once: %s\n", str(asyncio_future_done(g)));
    outcome("gather", g, 3);
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
