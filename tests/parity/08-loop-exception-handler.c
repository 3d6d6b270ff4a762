/* Step 2 - Event loop.
 * Question: where does an error go when nobody awaits it?
 * Prediction: to the loop's exception handler; the loop itself goes on.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double U;

static void handler(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    asyncio_exception *exc = context->exception;
    const char *what = context->message;

    if (strncmp(what, "Exception in callback", strlen("Exception in callback")) == 0)
        what = "callback failed";
    else if (strstr(what, "never retrieved"))
        what = "exception never retrieved";
    printf("handler: %s: %s(%s)\n", what, asyncio_exception_name(exc), asyncio_exception_message(exc));
}

static void bad_callback(void *arg)
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "from a callback");
}

static void print(void *text)
{
    puts(text);
}

static void *bad_task(void *arg)
{
    return asyncio_raise(ASYNCIO_LOOKUP_ERROR, "from a task nobody awaits");
}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();

    bool in_place = asyncio_loop_get_exception_handler(loop) == NULL;
    printf("default handler in place: %s\n", in_place ? "True" : "False");
    asyncio_loop_set_exception_handler(loop, handler, NULL);
    asyncio_loop_call_soon(loop, bad_callback, NULL);
    asyncio_loop_call_soon(loop, print, "the next callback still runs");
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    asyncio_task *t = asyncio_create_task(bad_task, NULL);
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    printf("task done, reference dropped now\n");
    asyncio_drop(t); /* del t, gc.collect() */
    t = asyncio_create_task(bad_task, NULL);
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    printf("looked at: %s\n", asyncio_exception_name(asyncio_task_exception(t)));
    asyncio_drop(t);
    printf("a retrieved exception is not reported\n");
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
