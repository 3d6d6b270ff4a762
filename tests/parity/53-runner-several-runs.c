/* Beyond the ten steps - Runner.
 * Question: what do several runs of one runner share, and what ends with it?
 * Prediction: the loop, its tasks and its context; a run that fails or is
 * cancelled does not end the others. Closing cancels what is left, waits for it,
 * closes generators that are open, and then the loop.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;
static asyncio_contextvar *var;
static asyncio_loop *loops[2];
static asyncio_task *background;
static asyncio_agen *generator;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

static const char *value_of_var(void)
{
    return asyncio_contextvar_get(var);
}

static void *ticks(void *arg)
{
    asyncio_exception *e;

    for (int n = 0; n < 9 && !asyncio_failed(); n++) {
        printf("tick %d\n", n);
        asyncio_sleep(1 * U);
    }
    if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR))) {
        printf("background: cancelled\n");
        asyncio_sleep(1 * U);
        printf("background: cleaned up\n");
        asyncio_raise_exception(e);
    }
    return NULL;
}

static void *numbers(void *arg)
{
    if (asyncio_yield((void *)1) == 0)
        asyncio_yield((void *)2);
    asyncio_finally
        printf("generator: closed\n");
    return NULL;
}

static void *first(void *arg)
{
    loops[0] = asyncio_get_running_loop();
    printf("first: %s %s\n", value_of_var(), str(*asyncio_task_get_name(asyncio_current_task())));
    asyncio_contextvar_set(var, "set by first");
    background = asyncio_create_task(ticks, NULL, .name = "background");
    generator = asyncio_agen_new(numbers, NULL);
    printf("from the generator: %ld\n", (long)asyncio_anext(generator));
    asyncio_sleep(1.5 * U);
    return "first's result";
}

static void *fails(void *arg)
{
    printf("fails: %s all tasks: %zu\n", value_of_var(), asyncio_all_tasks(NULL, 0));
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "of a run");
}

static void *cancels_itself(void *arg)
{
    asyncio_task_cancel(asyncio_current_task(), "by itself");
    asyncio_sleep(0);
    return NULL;
}

static void *last(void *arg)
{
    loops[1] = asyncio_get_running_loop();
    printf("last: %s background done: %s\n", value_of_var(), str(asyncio_task_done(background)));
    asyncio_sleep(0.8 * U);
    return NULL;
}

static void *set_from_outside(void *arg)
{
    asyncio_contextvar_set(var, "set from outside");
    return NULL;
}

static void *in_a_context(void *arg)
{
    printf("in a context: %s\n", value_of_var());
    asyncio_contextvar_set(var, "set in the context");
    return NULL;
}

static void *exits(void *arg)
{
    return asyncio_raise(ASYNCIO_SYSTEM_EXIT, "3");
}

static void *late(void *arg)
{
    asyncio_sleep(9 * U);
    asyncio_finally
        asyncio_raise(ASYNCIO_KEY_ERROR, "late");
    return NULL;
}

static void *leaves_a_failure(void *arg)
{
    asyncio_create_task(late, NULL, .name = "late");
    asyncio_sleep(0);
    return NULL;
}

static void handler(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    printf("handler: %s %s('%s') %s\n", context->message, asyncio_exception_name(context->exception),
           asyncio_exception_message(context->exception), asyncio_task_get_name(context->task));
}

int main(void)
{
    asyncio_exception *e;

    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    var = asyncio_contextvar_new("var", "default");

    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        printf("run: %s\n", (const char *)asyncio_runner_run(runner, first, NULL));
        printf("outside: %s\n", value_of_var());
        asyncio_runner_run(runner, fails, NULL);
        if ((e = asyncio_except(ASYNCIO_VALUE_ERROR)))
            printf("ValueError: %s\n", asyncio_exception_message(e));
        asyncio_runner_run(runner, cancels_itself, NULL);
        if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR)))
            printf("CancelledError(%s)\n", asyncio_exception_message(e));
        asyncio_context *context = asyncio_copy_context();
        asyncio_context_run(context, set_from_outside, NULL);
        asyncio_runner_run(runner, in_a_context, NULL, .context = context);
        printf("afterwards: %s\n", (const char *)asyncio_context_get(context, var));
        asyncio_runner_run(runner, exits, NULL);
        if ((e = asyncio_except(ASYNCIO_SYSTEM_EXIT)))
            printf("SystemExit: %s\n", asyncio_exception_message(e));
        asyncio_runner_run(runner, last, NULL);
        printf("same loop: %s\n", str(loops[0] == loops[1] && loops[1] == asyncio_runner_get_loop(runner)));
        printf("closing\n");
    }
    printf("closed: %s\n", str(asyncio_loop_is_closed(loops[0])));
    printf("-- closed without a run, and twice\n");
    runner = asyncio_runner_new(.debug = true);
    printf("debug: %s\n", str(asyncio_loop_get_debug(asyncio_runner_get_loop(runner))));
    asyncio_runner_close(runner);
    asyncio_runner_close(runner);
    asyncio_runner_get_loop(runner);
    if ((e = asyncio_except(ASYNCIO_RUNTIME_ERROR)))
        printf("RuntimeError: %s\n", asyncio_exception_message(e));
    printf("-- what is left fails\n");
    runner = asyncio_runner_new();
    asyncio_with (runner) {
        asyncio_loop_set_exception_handler(asyncio_runner_get_loop(runner), handler, NULL);
        asyncio_runner_run(runner, leaves_a_failure, NULL);
    }
    printf("-- an error in the block\n");
    runner = asyncio_runner_new();
    asyncio_with (runner) {
        asyncio_runner_get_loop(runner);
        asyncio_raise(ASYNCIO_LOOKUP_ERROR, "outside of any run");
    }
    if ((e = asyncio_except(ASYNCIO_LOOKUP_ERROR)))
        printf("LookupError: %s\n", asyncio_exception_message(e));
    return 0;
}
