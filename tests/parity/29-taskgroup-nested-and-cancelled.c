/* Step 8 - TaskGroup, nested and cancelled.
 * Question: how do errors and cancellations cross the borders of groups?
 * Prediction: an inner group ends before the outer goes on; its errors arrive as
 * one group within the outer one's; a cancellation from outside comes out as
 * CancelledError when nothing has failed, and as the errors when something has.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

struct work {
    const char *name;
    double units;
    const asyncio_exception_type *error;
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
    if (work->error) {
        printf("%s: raises %s\n", work->name, work->error->name);
        return asyncio_raise(work->error, work->error == ASYNCIO_KEY_ERROR ? "'%s'" : "%s", work->name);
    }
    printf("%s: done\n", work->name);
    return (void *)work->name;
}

/* work(name, units) and work(name, units, error) */
#define WORK(name, units) asyncio_coro(work, asyncio_args(struct work, (name), (units), NULL))
#define FAILING_WORK(name, units, error) asyncio_coro(work, asyncio_args(struct work, (name), (units), (error)))

static void *fails_in_cleanup(void *name)
{
    asyncio_sleep(9 * U);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        printf("%s: fails in its cleanup\n", (const char *)name);
        return asyncio_raise(ASYNCIO_KEY_ERROR, "'%s'", (const char *)name);
    }
    return NULL;
}

static void *shrugs(void *name)
{
    asyncio_sleep(9 * U);
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR))
        printf("%s: shrugs\n", (const char *)name);
    return name;
}

/* What stands in a group's str(e) behind its message is not part of e.message. */
static void show(asyncio_exception *e)
{
    size_t count = asyncio_exception_group_count(e);

    printf("%s(", asyncio_exception_name(e));
    if (!count) {
        printf("%s)", asyncio_exception_message(e));
        return;
    }
    printf("unhandled errors in a TaskGroup: ");
    for (size_t i = 0; i < count; i++) {
        printf("%s", i ? ", " : "");
        show(asyncio_exception_group_get(e, i));
    }
    printf(")");
}

static void tell(const char *what)
{
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);

    printf("%s: ", what);
    if (e)
        show(e);
    else
        printf("ended");
    printf(", cancelling=%d\n", asyncio_task_cancelling(asyncio_current_task()));
}

struct function {
    const char *name;
    asyncio_body *body;
};

static void *told(void *arg)
{
    struct function *function = arg;

    asyncio_await(asyncio_coro(function->body, NULL));
    tell(function->name);
    return NULL;
}

static void *inner_fails(void *arg)
{
    asyncio_task_group *outer = asyncio_task_group_new();
    asyncio_with (outer) {
        asyncio_task_group_create_task(outer, WORK("sibling", 9), .name = "sibling");
        asyncio_task_group *inner = asyncio_task_group_new();
        asyncio_with (inner) {
            asyncio_task_group_create_task(inner, FAILING_WORK("child", 1, ASYNCIO_VALUE_ERROR));
            asyncio_task_group_create_task(inner, WORK("other child", 9));
        }
        if (asyncio_failed())
            continue;
        printf("not reached\n");
    }
    return NULL;
}

static void *outer_fails(void *arg)
{
    asyncio_task_group *outer = asyncio_task_group_new();
    asyncio_with (outer) {
        asyncio_task_group_create_task(outer, FAILING_WORK("sibling", 1, ASYNCIO_VALUE_ERROR));
        asyncio_task_group *inner = asyncio_task_group_new();
        asyncio_with (inner) {
            asyncio_task_group_create_task(inner, fails_in_cleanup, "child");
        }
        if (asyncio_failed())
            continue;
        printf("not reached\n");
    }
    return NULL;
}

static void *child_with_a_group(void *arg)
{
    asyncio_task_group *inner = asyncio_task_group_new();
    asyncio_with (inner) {
        asyncio_task_group_create_task(inner, FAILING_WORK("grandchild", 1, ASYNCIO_VALUE_ERROR));
        asyncio_sleep(9 * U);
    }
    return NULL;
}

static void *group_in_a_child(void *arg)
{
    asyncio_task_group *outer = asyncio_task_group_new();
    asyncio_with (outer) {
        asyncio_task_group_create_task(outer, child_with_a_group);
        asyncio_task_group_create_task(outer, WORK("sibling", 9));
    }
    return NULL;
}

static void *handled_in_between(void *arg)
{
    asyncio_exception *eg;
    asyncio_task *sibling = NULL;
    asyncio_task_group *outer = asyncio_task_group_new();
    asyncio_with (outer) {
        sibling = asyncio_task_group_create_task(outer, WORK("sibling", 3));
        asyncio_task_group *inner = asyncio_task_group_new();
        asyncio_with (inner)
            asyncio_task_group_create_task(inner, FAILING_WORK("child", 1, ASYNCIO_VALUE_ERROR));
        if ((eg = asyncio_except_star(ASYNCIO_VALUE_ERROR))) {
            printf("handled: ");
            show(eg);
            printf("\n");
        }
        printf("the outer goes on\n");
    }
    printf("sibling: %s\n", (const char *)asyncio_task_result(sibling));
    return NULL;
}

static void *waits_in_the_body(void *arg)
{
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task_group_create_task(tg, WORK("child", 9));
        asyncio_sleep(9 * U);
    }
    return NULL;
}

static void *waits_at_the_end(void *arg)
{
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task_group_create_task(tg, shrugs, "child");
    }
    if (asyncio_failed())
        return NULL;
    printf("not reached\n");
    return NULL;
}

static void *fails_when_cancelled(void *arg)
{
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task_group_create_task(tg, fails_in_cleanup, "child");
        asyncio_sleep(9 * U);
    }
    return NULL;
}

static void *body_shrugs(void *arg)
{
    asyncio_exception *e;
    asyncio_task *child = NULL;
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        child = asyncio_task_group_create_task(tg, WORK("child", 2));
        asyncio_sleep(9 * U);
        if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR)))
            printf("body: shrugs (%s)\n", asyncio_exception_message(e));
    }
    if (asyncio_failed())
        return NULL;
    printf("child: %s\n", (const char *)asyncio_task_result(child));
    return NULL;
}

static void *body_fails_while_children_fail(void *arg)
{
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task_group_create_task(tg, FAILING_WORK("first", 1, ASYNCIO_VALUE_ERROR));
        asyncio_task_group_create_task(tg, FAILING_WORK("second", 1, ASYNCIO_KEY_ERROR));
        asyncio_task_group_create_task(tg, fails_in_cleanup, "third");
        asyncio_sleep(9 * U);
        asyncio_finally
            asyncio_raise(ASYNCIO_INDEX_ERROR, "body");
    }
    return NULL;
}

struct parent {
    asyncio_task_group *tg;
    long n;
};

static void *parent(void *arg)
{
    struct parent *parent_ = arg;

    printf("parent %ld\n", parent_->n);
    if (parent_->n) {
        asyncio_task_group_create_task(parent_->tg, parent, asyncio_args(struct parent, parent_->tg, parent_->n - 1));
        if (asyncio_sleep(1 * U) < 0)
            return NULL;
    }
    return (void *)parent_->n;
}

static void *children_add_children(void *arg)
{
    asyncio_task *t = NULL;
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        t = asyncio_task_group_create_task(tg, parent, asyncio_args(struct parent, tg, 3));
        asyncio_sleep(0);
        printf("body: ends\n");
    }
    printf("all done: %ld %zu\n", (long)asyncio_task_result(t), asyncio_all_tasks(NULL, 0));
    return NULL;
}

static void *a_child_is_cancelled(void *arg)
{
    asyncio_task *a = NULL, *b = NULL;
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        a = asyncio_task_group_create_task(tg, WORK("a", 9));
        b = asyncio_task_group_create_task(tg, WORK("b", 2));
        asyncio_sleep(1 * U);
        asyncio_task_cancel(a, "just this one");
    }
    printf("a: %s b: %s\n", asyncio_task_cancelled(a) ? "True" : "False", (const char *)asyncio_task_result(b));
    return NULL;
}

static void *awaits_a_cancelled_child(void *arg)
{
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task *a = asyncio_task_group_create_task(tg, WORK("a", 9));
        asyncio_task_group_create_task(tg, WORK("b", 9));
        asyncio_sleep(0);
        asyncio_task_cancel(a, "just this one");
        asyncio_await(a);
    }
    return NULL;
}

static void *timeout_around(void *arg)
{
    asyncio_with (asyncio_timeout(1 * U)) {
        asyncio_task_group *tg = asyncio_task_group_new();
        asyncio_with (tg)
            asyncio_task_group_create_task(tg, WORK("child", 9));
    }
    return NULL;
}

static void *timeout_inside(void *arg)
{
    asyncio_task_group *tg = asyncio_task_group_new();
    asyncio_with (tg) {
        asyncio_task_group_create_task(tg, WORK("sibling", 9));
        asyncio_with (asyncio_timeout(1 * U))
            asyncio_sleep(9 * U);
    }
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
    static struct function functions[] = {FUNCTION(inner_fails),
                                          FUNCTION(outer_fails),
                                          FUNCTION(group_in_a_child),
                                          FUNCTION(handled_in_between),
                                          FUNCTION(body_fails_while_children_fail),
                                          FUNCTION(children_add_children),
                                          FUNCTION(a_child_is_cancelled),
                                          FUNCTION(awaits_a_cancelled_child),
                                          FUNCTION(timeout_around),
                                          FUNCTION(timeout_inside)};
    static struct function cancelled[] = {FUNCTION(waits_in_the_body), FUNCTION(waits_at_the_end),
                                          FUNCTION(fails_when_cancelled), FUNCTION(body_shrugs), FUNCTION(outer_fails)};

    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        printf("-- %s\n", functions[i].name);
        told(&functions[i]);
    }
    for (size_t i = 0; i < sizeof cancelled / sizeof cancelled[0]; i++) {
        printf("-- %s and is cancelled\n", cancelled[i].name);
        asyncio_task *task = asyncio_create_task(told, &cancelled[i]);
        asyncio_loop_call_later(loop, 0.5 * U, from_outside, task);
        asyncio_await(task);
        tell("its task");
    }
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
