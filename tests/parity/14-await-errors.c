/* Step 4 - await, and what is raised in it.
 * Question: how does an error travel through nested awaits, and what of it is kept?
 * Prediction: as through nested calls: frame by frame, running each finally, until
 * somebody takes it. A task hands the same exception to everybody who awaits it.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double U;

ASYNCIO_EXCEPTION_TYPE(APP_ERROR, "AppError", ASYNCIO_EXCEPTION);
ASYNCIO_EXCEPTION_TYPE(NOT_FOUND, "NotFound", APP_ERROR);

static const char *str(bool value)
{
    return value ? "True" : "False";
}

static const char *show(const asyncio_exception *e)
{
    static char text[4][100];
    static int turn;
    char *s = text[turn++ % 4];

    if (!e)
        return "nothing";
    snprintf(s, sizeof text[0], "%s(%s)", asyncio_exception_name(e), asyncio_exception_message(e));
    return s;
}

static void *leaf(void *arg)
{
    long units = (long)arg;

    if (asyncio_sleep(units * U) < 0)
        return NULL;
    return asyncio_raise(NOT_FOUND, "leaf %ld", units);
}

static void *branch(void *units)
{
    void *result = leaf(units);

    asyncio_finally
        printf("branch: finally\n");
    return result;
}

static void *translates(void *units)
{
    asyncio_exception *e;
    void *result = branch(units);

    if ((e = asyncio_except(NOT_FOUND)))
        return asyncio_raise_from(e, APP_ERROR, "translated");
    return result;
}

static void *fails_in_finally(void *units)
{
    void *result = branch(units);

    asyncio_finally {
        asyncio_sleep(1 * U);
        asyncio_raise(ASYNCIO_VALUE_ERROR, "in finally");
    }
    return result;
}

static void *handles_in_finally(void *units)
{
    asyncio_exception *e;
    void *result = branch(units);

    asyncio_finally {
        leaf(0);
        if ((e = asyncio_except(NOT_FOUND)))
            printf("handled in finally: %s\n", show(e));
    }
    return result;
}

static void *handles(void *units)
{
    asyncio_exception *e;
    void *result = branch(units);

    if ((e = asyncio_except(APP_ERROR))) {
        printf("handles: %s is NotFound: %s\n", show(e), str(asyncio_isinstance(e, NOT_FOUND)));
        asyncio_sleep(1 * U);
        return "handled";
    }
    return result;
}

static void *wrong_handler(void *units)
{
    void *result = branch(units);

    if (asyncio_except(ASYNCIO_KEY_ERROR))
        return "never";
    return result;
}

static void *reraises(void *units)
{
    void *result = branch(units);

    if (asyncio_except(NOT_FOUND)) {
        asyncio_sleep(1 * U);
        printf("reraises\n");
        return asyncio_reraise();
    }
    return result;
}

static asyncio_exception *tell(const char *what, const char *result)
{
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);

    if (e)
        printf("%s: %s, cause %s, context %s\n", what, show(e), show(asyncio_exception_cause(e)),
               show(asyncio_exception_context(e)));
    else
        printf("%s: %s\n", what, result);
    return e;
}

/* told(what, awaitable): the await is in the caller. */
#define told(what, awaitable) tell((what), asyncio_await(awaitable))

struct teller {
    const char *what;
    asyncio_task *task;
};

static void *tells(void *arg)
{
    struct teller *teller = arg;

    return told(teller->what, teller->task);
}

static void *cleanup_when_cancelled(void *arg)
{
    asyncio_sleep(9 * U);
    asyncio_finally
        fails_in_finally(0);
    return NULL;
}

static void *sleeps(void *arg)
{
    asyncio_sleep(9 * U);
    return NULL;
}

static void *group(void *arg)
{
    asyncio_outcome *results =
        asyncio_await(asyncio_gather_return_exceptions(asyncio_coro(leaf, (void *)1), asyncio_coro(leaf, (void *)2)));
    asyncio_exception *errors[] = {results[0].exception, results[1].exception};

    return asyncio_raise_exception(asyncio_exception_group_new("both", errors, 2));
}

static void *splits(void *arg)
{
    asyncio_exception *eg;
    asyncio_exception *inner[] = {asyncio_exception_new(APP_ERROR, "c"),
                                  asyncio_exception_new(ASYNCIO_KEY_ERROR, "'d'")};
    asyncio_exception *mixed[] = {asyncio_exception_new(NOT_FOUND, "a"),
                                  asyncio_exception_new(ASYNCIO_VALUE_ERROR, "b"),
                                  asyncio_exception_group_new("inner", inner, 2)};

    asyncio_raise_exception(asyncio_exception_group_new("mixed", mixed, 3));
    if ((eg = asyncio_except_star(APP_ERROR))) {
        asyncio_finally {
            asyncio_sleep(1 * U);
            printf("AppErrors: %s ['%s'] %zu\n", asyncio_exception_group_message(eg),
                   show(asyncio_exception_group_get(eg, 0)), asyncio_exception_group_count(eg));
        }
    }
    if ((eg = asyncio_except_star(ASYNCIO_VALUE_ERROR)))
        printf("ValueErrors: ['%s']\n", show(asyncio_exception_group_get(eg, 0)));
    return NULL;
}

static bool has_a_1(const asyncio_exception *e, void *arg)
{
    return asyncio_exception_group_count(e) == 0 && strchr(asyncio_exception_message(e), '1');
}

#define FUNCTION(name) {#name, name}

static void *main_(void *arg)
{
    static const struct {
        const char *name;
        asyncio_body *body;
    } functions[] = {
        FUNCTION(branch),  FUNCTION(translates),    FUNCTION(fails_in_finally), FUNCTION(handles_in_finally),
        FUNCTION(handles), FUNCTION(wrong_handler), FUNCTION(reraises)};
    asyncio_exception *e, *matched, *rest;

    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        printf("-- %s\n", functions[i].name);
        told(functions[i].name, asyncio_coro(functions[i].body, (void *)1));
    }
    printf("-- a task, awaited by several\n");
    asyncio_task *task = asyncio_create_task(branch, (void *)1);
    void **both = asyncio_await(asyncio_gather(asyncio_coro(tells, asyncio_args(struct teller, "first", task)),
                                               asyncio_coro(tells, asyncio_args(struct teller, "second", task))));
    printf("the same: %s\n", str(both[0] == both[1] && both[1] == asyncio_task_exception(task)));
    e = told("later", task);
    printf("the same: %s\n", str(e == both[0]));
    printf("-- cancelled, with a cleanup that fails\n");
    task = asyncio_create_task(cleanup_when_cancelled, NULL);
    asyncio_sleep(1 * U);
    asyncio_task_cancel(task);
    e = told("task", task);
    printf("context of the context: %s\n", show(asyncio_exception_context(asyncio_exception_context(e))));
    printf("-- timeouts\n");
    tell("wait_for", asyncio_wait_for(asyncio_coro(sleeps, NULL), 1 * U));
    tell("wait_for", asyncio_wait_for(asyncio_coro(branch, (void *)0), 1 * U));
    printf("-- groups\n");
    e = asyncio_keep(told("group", asyncio_coro(group, NULL)));
    printf("%s ['%s', '%s']\n", asyncio_exception_group_message(e), show(asyncio_exception_group_get(e, 0)),
           show(asyncio_exception_group_get(e, 1)));
    asyncio_exception_group_split_by(e, has_a_1, NULL, &matched, &rest);
    printf("split: %s and %s\n", show(matched), show(rest));
    printf("no match: %s\n", asyncio_exception_group_subgroup(e, ASYNCIO_KEY_ERROR) ? "something" : "None");
    asyncio_drop(e);
    e = told("splits", asyncio_coro(splits, NULL));
    asyncio_exception *left = asyncio_exception_group_get(e, 0);
    printf("left over: %s of %s\n", asyncio_exception_name(left), show(asyncio_exception_group_get(left, 0)));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
