/* Step 9 - Futures.
 * Question: who hears of a future's end, in which order, and how does it end?
 * Prediction: callbacks and waiters share one queue and run in later turns; one
 * that is added late runs too; a removed one does not; an error in one does not
 * keep the others from running. What has ended stays as it is.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;
static asyncio_contextvar *var;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

static const char *repr(asyncio_exception *e)
{
    static char text[100];

    snprintf(text, sizeof text, "%s('%s')", asyncio_exception_name(e), asyncio_exception_message(e));
    return text;
}

static const char *state(asyncio_future *f)
{
    static char text[100];

    snprintf(text, sizeof text, "done=%s cancelled=%s", str(asyncio_future_done(f)), str(asyncio_future_cancelled(f)));
    return text;
}

static void told(asyncio_future *f, void *name)
{
    if (asyncio_future_cancelled(f))
        printf("%s: cancelled\n", (const char *)name);
    else if (asyncio_future_exception(f))
        printf("%s: exception %s\n", (const char *)name, repr(asyncio_future_exception(f)));
    else
        printf("%s: result %s\n", (const char *)name, (const char *)asyncio_future_result(f));
}

static void fails(asyncio_future *f, void *arg)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "in a callback");
}

static void tells_var(asyncio_future *f, void *arg)
{
    printf("var is %s\n", (const char *)asyncio_contextvar_get(var));
    asyncio_contextvar_set(var, "set by a callback");
}

static void waits(const char *name, asyncio_future *f)
{
    asyncio_exception *e;
    const char *value = asyncio_await(f);

    if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR)) || (e = asyncio_except(ASYNCIO_EXCEPTION)))
        printf("%s got %s(%s)\n", name, asyncio_exception_name(e), asyncio_exception_message(e));
    else
        printf("%s got %s\n", name, value);
}

struct waiter {
    const char *name;
    asyncio_future *f;
};

static void *waiter(void *arg)
{
    struct waiter *waiter = arg;

    waits(waiter->name, waiter->f);
    return NULL;
}

static asyncio_task *wait_in_task(const char *name, asyncio_future *f)
{
    asyncio_task *task = asyncio_create_task(waiter, asyncio_args(struct waiter, name, f));

    asyncio_sleep(0);
    return task;
}

/* What Python's message goes on with is Python's own. */
static void handler(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    printf("handler: %.21s %s\n", context->message, repr(context->exception));
}

static void set_result(void *f, const char *value)
{
    asyncio_future_set_result((asyncio_future *)f, (void *)value);
}

static void set_by_timer(void *f)
{
    set_result(f, "timer");
}

static void set_soon(void *f)
{
    set_result(f, "soon");
}

static void never(void *f)
{
    told(f, "never");
}

static void *main_(void *arg)
{
    bool yes, again;
    asyncio_loop *loop = asyncio_get_running_loop();

    asyncio_loop_set_exception_handler(loop, handler, NULL);
    printf("-- callbacks and waiters in one queue\n");
    asyncio_future *f = asyncio_loop_create_future(loop);
    asyncio_future_add_done_callback(f, told, "callback 1");
    asyncio_task *first = wait_in_task("waiter 1", f);
    asyncio_future_add_done_callback(f, told, "callback 2");
    asyncio_task *second = wait_in_task("waiter 2", f);
    printf("%s\n", state(f));
    asyncio_future_set_result(f, "value");
    printf("%s\n", state(f));
    asyncio_future_add_done_callback(f, told, "callback 3, late");
    asyncio_wait(((asyncio_task *[]){first, second}), 2);
    printf("-- removed, added twice\n");
    f = asyncio_loop_create_future(loop);
    char *a = "a", *b = "b";
    asyncio_future_add_done_callback(f, told, a);
    asyncio_future_add_done_callback(f, told, b);
    asyncio_future_add_done_callback(f, told, a);
    int removed = asyncio_future_remove_done_callback(f, told, a);
    printf("removed: %d %d\n", removed, asyncio_future_remove_done_callback(f, told, a));
    asyncio_future_add_done_callback(f, told, b);
    asyncio_future_set_exception(f, asyncio_exception_new(ASYNCIO_KEY_ERROR, "k"));
    asyncio_sleep(0);
    printf("exception: %s\n", repr(asyncio_future_exception(f)));
    printf("-- an error in a callback\n");
    f = asyncio_loop_create_future(loop);
    asyncio_future_add_done_callback(f, fails);
    asyncio_future_add_done_callback(f, told, "the next one");
    asyncio_future_set_result(f, "1");
    asyncio_sleep(0);
    printf("-- in a context\n");
    asyncio_context *context = asyncio_copy_context();
    f = asyncio_loop_create_future(loop);
    asyncio_future_add_done_callback(f, tells_var);
    asyncio_contextvar_set(var, "set by main");
    asyncio_future_add_done_callback(f, tells_var);
    asyncio_future_add_done_callback(f, tells_var, .context = context);
    asyncio_future_add_done_callback(f, tells_var, .context = context);
    asyncio_future_set_result(f, NULL);
    asyncio_sleep(0);
    printf("in main it is %s and in the context %s\n", (const char *)asyncio_contextvar_get(var),
           (const char *)asyncio_context_get(context, var));
    printf("-- cancelled\n");
    f = asyncio_loop_create_future(loop);
    asyncio_future_add_done_callback(f, told, "callback");
    first = wait_in_task("waiter", f);
    yes = asyncio_future_cancel(f, "not needed");
    again = asyncio_future_cancel(f, "again");
    printf("%s %s %s\n", str(yes), str(again), state(f));
    asyncio_await(first);
    waits("late waiter", f);
    printf("-- a waiter is cancelled, and with it the future, and with that the others\n");
    f = asyncio_loop_create_future(loop);
    asyncio_future_add_done_callback(f, told, "callback");
    first = wait_in_task("waiter 1", f);
    second = wait_in_task("waiter 2", f);
    asyncio_task_cancel(first, "only me?");
    printf("%s\n", state(f));
    asyncio_wait(((asyncio_task *[]){first, second}), 2);
    printf("-- ended by a timer, by hand, by both\n");
    f = asyncio_loop_create_future(loop);
    asyncio_handle *timer = asyncio_loop_call_later(loop, 1 * U, set_by_timer, f);
    waits("main", f);
    printf("timer cancelled: %s\n", str(asyncio_handle_cancelled(timer)));
    f = asyncio_loop_create_future(loop);
    asyncio_loop_call_later(loop, 1 * U, set_by_timer, f);
    asyncio_loop_call_soon(loop, set_soon, f);
    waits("main", f);
    asyncio_sleep(2 * U);
    timer = asyncio_loop_call_later(loop, 1 * U, never, f);
    asyncio_handle_cancel(timer);
    printf("timer cancelled: %s\n", str(asyncio_handle_cancelled(timer)));
    asyncio_sleep(2 * U);
    printf("-- awaited again and again\n");
    f = asyncio_loop_create_future(loop);
    asyncio_future_set_exception(f, asyncio_exception_new(ASYNCIO_ZERO_DIVISION_ERROR, "division by zero"));
    for (int n = 0; n < 3; n++) {
        char name[20];
        snprintf(name, sizeof name, "main %d", n);
        waits(name, f);
    }
    f = asyncio_loop_create_future(loop);
    asyncio_future_set_result(f, "there");
    printf("%s %s ", (const char *)asyncio_await(f), (const char *)asyncio_await(f));
    printf("%s %s\n", (const char *)asyncio_future_result(f), asyncio_future_exception(f) ? "an exception" : "None");
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    var = asyncio_contextvar_new("var", "nothing");
    return asyncio_run(main_, NULL);
}
