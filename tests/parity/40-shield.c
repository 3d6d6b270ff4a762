/* Beyond the ten steps - shield.
 * Question: what does shield protect, and from what?
 * Prediction: the inner task from the cancellation of whoever awaits the shield,
 * and from nothing else. The inner task goes on, and can be awaited again.
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
    double units;
    const asyncio_exception_type *error;
    const char *message;
};

static void *work(void *arg)
{
    struct work *work = arg;
    asyncio_exception *e;

    asyncio_sleep(work->units * U);
    if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR))) {
        printf("work: cancelled (%s)\n", asyncio_exception_message(e));
        return asyncio_raise_exception(e);
    }
    if (work->error)
        return asyncio_raise(work->error, "%s", work->message);
    printf("work: done\n");
    return "result";
}

#define WORK(units) asyncio_coro(work, asyncio_args(struct work, (units), NULL, NULL))
#define FAILING_WORK(units, error, message) asyncio_coro(work, asyncio_args(struct work, (units), (error), (message)))

/* outcome(what, awaitable): the await is in the caller. */
#define outcome(what, awaitable) print_outcome((what), asyncio_await(awaitable))

static void print_outcome(const char *what, const char *result)
{
    asyncio_exception *e;

    if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR)) || (e = asyncio_except(ASYNCIO_EXCEPTION)))
        printf("%s: %s(%s)\n", what, asyncio_exception_name(e), asyncio_exception_message(e));
    else
        printf("%s: %s\n", what, result);
}

static void *shields(void *inner)
{
    return asyncio_await(asyncio_shield((asyncio_task *)inner));
}

static void cancel(void *future)
{
    asyncio_future_cancel((asyncio_future *)future);
}

struct listener {
    const char *name;
    asyncio_future *shield;
};

static void *listens(void *arg)
{
    struct listener *listener = arg;

    outcome(listener->name, listener->shield);
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();

    printf("-- undisturbed\n");
    outcome("shield", asyncio_shield(WORK(1)));
    outcome("shield", asyncio_shield(FAILING_WORK(1, ASYNCIO_VALUE_ERROR, "v")));
    printf("-- who awaits is cancelled\n");
    asyncio_task *inner = asyncio_create_task(WORK(2));
    asyncio_task *outer = asyncio_create_task(shields, inner);
    asyncio_sleep(1 * U);
    asyncio_task_cancel(outer, "outer only");
    outcome("outer", outer);
    printf("inner done: %s cancelling: %d\n", str(asyncio_task_done(inner)), asyncio_task_cancelling(inner));
    outcome("inner", inner);
    printf("-- the inner is cancelled\n");
    inner = asyncio_create_task(WORK(2));
    outer = asyncio_create_task(shields, inner);
    asyncio_sleep(1 * U);
    asyncio_task_cancel(inner, "inner");
    outcome("outer", outer);
    printf("outer cancelled: %s\n", str(asyncio_task_cancelled(outer)));
    printf("-- the shield itself is cancelled\n");
    inner = asyncio_create_task(WORK(2));
    asyncio_future *shield = asyncio_shield(inner);
    bool asked = asyncio_future_cancel(shield, "the shield");
    printf("%s %s\n", str(asked), str(asyncio_future_cancelled(shield)));
    outcome("shield", shield);
    outcome("inner", inner);
    printf("-- done already: the same object comes back\n");
    printf("same: %s\n", str(asyncio_shield(inner) == asyncio_task_as_future(inner)));
    asyncio_future *f = asyncio_loop_create_future(loop);
    printf("same when pending: %s\n", str(asyncio_shield(f) == f));
    asyncio_future_set_result(f, NULL);
    printf("-- with a timeout around it\n");
    inner = asyncio_create_task(WORK(3));
    print_outcome("wait_for", asyncio_wait_for(asyncio_shield(inner), 1 * U));
    printf("inner done: %s\n", str(asyncio_task_done(inner)));
    outcome("inner", inner);
    printf("-- it is cancelled when nobody listens\n");
    inner = asyncio_create_task(WORK(2));
    outer = asyncio_create_task(shields, inner);
    asyncio_sleep(1 * U);
    asyncio_task_cancel(outer);
    outcome("outer", outer);
    asyncio_task_cancel(inner, "later");
    outcome("inner", inner);
    printf("-- gathered\n");
    asyncio_task *a = asyncio_create_task(WORK(2)), *b = asyncio_create_task(WORK(2));
    asyncio_future *g = asyncio_gather(asyncio_shield(a), b);
    asyncio_loop_call_later(loop, 1 * U, cancel, g);
    outcome("gather", g);
    printf("a: %s b: %s\n", str(asyncio_task_done(a)), str(asyncio_task_cancelled(b)));
    outcome("a", a);
    printf("-- awaited twice, cancelled once\n");
    inner = asyncio_create_task(WORK(2));
    shield = asyncio_shield(inner);
    asyncio_task *first = asyncio_create_task(listens, asyncio_args(struct listener, "first", shield));
    asyncio_task *second = asyncio_create_task(listens, asyncio_args(struct listener, "second", shield));
    asyncio_sleep(1 * U);
    asyncio_task_cancel(first, "first");
    asyncio_wait(((asyncio_task *[]){first, second}), 2);
    outcome("inner", inner);
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
