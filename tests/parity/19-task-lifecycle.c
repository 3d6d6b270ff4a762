/* Step 6 - Tasks (create_task).
 * Question: what can be asked of a task, and when?
 * Prediction: before the end result() and exception() are invalid; done callbacks
 * run in the order they were added, in a later turn, before a waiter that began
 * to wait after they were added.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double U;

static void *good(void *arg)
{
    asyncio_task *me = asyncio_current_task();
    printf("good: my name is %s\n", asyncio_task_get_name(me));
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    return (void *)7;
}

static void *bad(void *arg)
{
    if (asyncio_sleep(2 * U) < 0)
        return NULL;
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "broken");
}

static const char *str(bool value)
{
    return value ? "True" : "False";
}

static const char *name_or_none(asyncio_exception *e)
{
    return e ? asyncio_exception_name(e) : "None";
}

static const char *state(asyncio_task *task)
{
    static char text[64];

    snprintf(text, sizeof text, "%s done=%s cancelled=%s", asyncio_task_get_name(task), str(asyncio_task_done(task)),
             str(asyncio_task_cancelled(task)));
    return text;
}

/* Python is given a method and calls it; here the call has been made, and what it raised is pending. */
static const char *early(const void *what)
{
    return asyncio_except(ASYNCIO_INVALID_STATE_ERROR) ? "InvalidStateError" : "None";
}

static int by_name(const void *a, const void *b)
{
    asyncio_task *const *left = a, *const *right = b;

    return strcmp(asyncio_task_get_name(*left), asyncio_task_get_name(*right));
}

static void print_all_tasks(void)
{
    asyncio_task *tasks[8];
    size_t count = asyncio_all_tasks(tasks, 8);

    qsort(tasks, count, sizeof tasks[0], by_name);
    printf("all tasks:");
    for (size_t i = 0; i < count; i++)
        printf(" %s", asyncio_task_get_name(tasks[i]));
    printf("\n");
}

static void callback_1(asyncio_task *t, void *arg)
{
    printf("callback 1: %s result %ld\n", asyncio_task_get_name(t), (long)asyncio_task_result(t));
}

static void callback_2(asyncio_task *t, void *arg)
{
    printf("callback 2: %s\n", asyncio_task_get_name(t));
}

static void *main_(void *arg)
{
    asyncio_exception *e;

    asyncio_task_set_name(asyncio_current_task(), "main");
    asyncio_task *g = asyncio_create_task(good, NULL, .name = "good-task");
    asyncio_task *b = asyncio_create_task(bad, NULL, .name = "bad-task");
    asyncio_task_add_done_callback(g, callback_1, NULL);
    asyncio_task_add_done_callback(g, callback_2, NULL);
    printf("%s\n", state(g));
    printf("result too early: %s\n", early(asyncio_task_result(g)));
    printf("exception too early: %s\n", early(asyncio_task_exception(g)));
    print_all_tasks();
    long got = (long)asyncio_await(g);
    if (asyncio_failed())
        return NULL;
    printf("main got %ld\n", got);
    printf("%s exception: %s\n", state(g), name_or_none(asyncio_task_exception(g)));
    print_all_tasks();
    asyncio_await(b);
    if ((e = asyncio_except(ASYNCIO_VALUE_ERROR)))
        printf("main caught %s\n", asyncio_exception_message(e));
    if (asyncio_failed())
        return NULL;
    printf("%s exception: %s\n", state(b), name_or_none(asyncio_task_exception(b)));
    asyncio_task_result(b);
    if ((e = asyncio_except(ASYNCIO_VALUE_ERROR)))
        printf("result() raises it again: %s\n", asyncio_exception_message(e));
    printf("cancel a finished task: %s\n", str(asyncio_task_cancel(g)));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
