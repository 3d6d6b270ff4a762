/* Beyond the ten steps - wait.
 * Question: when does wait return, and what does it do to the tasks?
 * Prediction: when all, one or a failed one is done, or the time is up; it
 * neither raises their errors nor cancels them. A cancelled task has not failed.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static const struct {
    const char *name;
    asyncio_return_when condition;
} conditions[] = {{"ALL_COMPLETED", ASYNCIO_ALL_COMPLETED},
                  {"FIRST_COMPLETED", ASYNCIO_FIRST_COMPLETED},
                  {"FIRST_EXCEPTION", ASYNCIO_FIRST_EXCEPTION}};

struct work {
    const char *name;
    double units;
    bool fails;
};

static void *work(void *arg)
{
    struct work *work = arg;

    if (asyncio_sleep(work->units * U) < 0)
        return NULL;
    printf("%s: %s\n", work->name, work->fails ? "fails" : "done");
    if (work->fails)
        return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", work->name);
    return (void *)work->name;
}

/* The tasks are in the order of their names, and so are those of them that are done. */
static void print_names(asyncio_task **tasks, int count, bool done)
{
    int found = 0;

    for (int i = 0; i < count; i++)
        if (asyncio_task_done(tasks[i]) == done)
            printf("%s%s", found++ ? " " : "", asyncio_task_get_name(tasks[i]));
    if (!found)
        printf("none");
}

#define tell(what, tasks, count, ...)                     \
    do {                                                  \
        asyncio_wait((tasks), (count), ##__VA_ARGS__);    \
        print_done_and_pending((what), (tasks), (count)); \
    } while (0)

static void print_done_and_pending(const char *what, asyncio_task **tasks, int count)
{
    printf("%s: done ", what);
    print_names(tasks, count, true);
    printf(", pending ");
    print_names(tasks, count, false);
    printf("\n");
}

static asyncio_task *make(const char *name, double units, bool fails)
{
    return asyncio_create_task(work, asyncio_args(struct work, name, units, fails), .name = name);
}

static void finish(asyncio_task **tasks, int count)
{
    asyncio_wait(tasks, count);
    for (int i = 0; i < count; i++)
        if (!asyncio_task_cancelled(tasks[i]))
            asyncio_task_exception(tasks[i]);
}

struct waiter {
    asyncio_task **tasks;
    const char *name;
    asyncio_return_when return_when;
};

static void *waits(void *arg)
{
    struct waiter *waiter = arg;

    asyncio_wait(waiter->tasks, 2);
    if (asyncio_failed())
        return NULL;
    printf("not reached\n");
    return NULL;
}

static void *tells(void *arg)
{
    struct waiter *waiter = arg;

    tell(waiter->name, waiter->tasks, 2, .return_when = waiter->return_when);
    return NULL;
}

static void cancel(void *task)
{
    asyncio_task_cancel((asyncio_task *)task);
}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_exception *e;
    asyncio_task *tasks[4];

    for (int i = 0; i < 3; i++) {
        printf("-- %s\n", conditions[i].name);
        tasks[0] = make("a", 1, false), tasks[1] = make("b", 2, true), tasks[2] = make("c", 3, false);
        tell("wait", tasks, 3, .return_when = conditions[i].condition);
        finish(tasks, 3);
    }
    printf("-- two in one turn\n");
    tasks[0] = make("a", 0, false), tasks[1] = make("b", 0, false), tasks[2] = make("c", 1, false);
    tell("wait", tasks, 3, .return_when = ASYNCIO_FIRST_COMPLETED);
    finish(tasks, 3);
    printf("-- no failure to be found\n");
    tasks[0] = make("a", 1, false), tasks[1] = make("b", 2, false);
    tell("wait", tasks, 2, .return_when = ASYNCIO_FIRST_EXCEPTION);
    printf("-- a cancelled task\n");
    for (int i = 0; i < 3; i++) {
        tasks[0] = make("a", 2, false), tasks[1] = make("b", 3, false);
        asyncio_loop_call_later(loop, 1 * U, cancel, tasks[0]);
        tell(conditions[i].name, tasks, 2, .return_when = conditions[i].condition);
        finish(tasks, 2);
    }
    printf("-- with a timeout\n");
    tasks[0] = make("a", 1, false), tasks[1] = make("b", 3, true);
    tell("short", tasks, 2, .timeout = 2 * U);
    tell("none at all", tasks, 2, .timeout = 0);
    tell("long enough", tasks, 2, .timeout = 9 * U);
    tell("done already", tasks, 2);
    tell("and no time", tasks, 2, .timeout = 0);
    e = asyncio_task_exception(tasks[1]);
    printf("exception: %s('%s')\n", asyncio_exception_name(e), asyncio_exception_message(e));
    printf("-- some are done already\n");
    tasks[2] = make("c", 1, false);
    tell("first completed", tasks, 3, .return_when = ASYNCIO_FIRST_COMPLETED);
    tell("first exception", tasks, 3, .return_when = ASYNCIO_FIRST_EXCEPTION);
    tell("all", tasks, 3);
    printf("-- who waits is cancelled\n");
    tasks[0] = make("a", 2, false), tasks[1] = make("b", 2, false);
    asyncio_task *waiter = asyncio_create_task(waits, asyncio_args(struct waiter, tasks, NULL, 0));
    asyncio_sleep(1 * U);
    asyncio_task_cancel(waiter, "no patience");
    asyncio_await(waiter);
    if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR)))
        printf("waiter: CancelledError(%s)\n", asyncio_exception_message(e));
    printf("pending: ");
    print_names(tasks, 2, false);
    printf("\n");
    finish(tasks, 2);
    printf("-- two wait for the same\n");
    tasks[0] = make("a", 1, false), tasks[1] = make("b", 2, false);
    asyncio_await(
        asyncio_gather(asyncio_coro(tells, asyncio_args(struct waiter, tasks, "one", ASYNCIO_ALL_COMPLETED)),
                       asyncio_coro(tells, asyncio_args(struct waiter, tasks, "another", ASYNCIO_FIRST_COMPLETED))));
    printf("-- as they are completed, with a time limit\n");
    tasks[0] = make("a", 3, false), tasks[1] = make("b", 1, false), tasks[2] = make("c", 9, false);
    tasks[3] = make("d", 2, true);
    asyncio_for (asyncio_future *, next_one, asyncio_as_completed(tasks, 4, .timeout = 5 * U)) {
        const char *name = asyncio_await(next_one);
        if ((e = asyncio_except(ASYNCIO_VALUE_ERROR)))
            printf("next: %s('%s')\n", asyncio_exception_name(e), asyncio_exception_message(e));
        else
            printf("next: %s\n", name);
    }
    if ((e = asyncio_except(ASYNCIO_TIMEOUT_ERROR))) {
        printf("TimeoutError(%s) pending: ", asyncio_exception_message(e));
        print_names(tasks, 4, false);
        printf("\n");
    }
    printf("cancelled: %s\n", asyncio_task_cancel(tasks[2]) ? "True" : "False");
    finish(tasks, 4);
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
