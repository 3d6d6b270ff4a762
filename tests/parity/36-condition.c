/* Step 10 - Condition.
 * Question: who is woken by notify, and when do they go on?
 * Prediction: those that wait longest; each takes the lock again before wait
 * returns, also one that is cancelled. A notification that comes to a cancelled
 * waiter goes on to another one.
 */
#include <asyncio.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static double U;
static char log_[1000];
static int logged;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

static void append(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    log_[logged++] = ' ';
    logged += vsnprintf(log_ + logged, sizeof log_ - logged, format, arguments);
    va_end(arguments);
}

static void flush(const char *what)
{
    printf("%s:%s\n", what, logged ? log_ : " ");
    logged = 0;
    log_[0] = '\0';
}

static void turns(int n)
{
    while (n--)
        asyncio_sleep(0);
}

struct waits {
    const char *name;
    asyncio_condition *condition;
};

static void *waits(void *arg)
{
    struct waits *my = arg;
    asyncio_exception *e;

    asyncio_with (my->condition) {
        append("%s waits", my->name);
        asyncio_condition_wait(my->condition);
        if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR))) {
            append("%s cancelled, locked=%s", my->name, str(asyncio_condition_locked(my->condition)));
            asyncio_raise_exception(e);
            continue;
        }
        append("%s woken, locked=%s", my->name, str(asyncio_condition_locked(my->condition)));
    }
    return NULL;
}

static asyncio_task *start(asyncio_condition *condition, const char *name)
{
    return asyncio_create_task(waits, asyncio_args(struct waits, name, condition), .name = name);
}

static void finish(asyncio_condition *condition, asyncio_task **tasks, int count)
{
    asyncio_with (condition)
        asyncio_condition_notify_all(condition);
    asyncio_wait(tasks, count);
}

static char box[4];
static int boxed;

struct waits_for {
    long n;
    asyncio_condition *condition;
};

static bool enough(void *arg)
{
    return boxed >= (long)arg;
}

static void *waits_for(void *arg)
{
    struct waits_for *my = arg;

    asyncio_with (my->condition) {
        asyncio_condition_wait_for(my->condition, enough, (void *)my->n);
        append("%ld has %ld of %d", my->n, my->n, boxed);
    }
    return NULL;
}

static bool divides_by_zero(void *arg)
{
    asyncio_raise(ASYNCIO_ZERO_DIVISION_ERROR, "division by zero");
    return false;
}

static void *main_(void *arg)
{
    asyncio_exception *e;
    asyncio_condition *condition = asyncio_condition_new(NULL);
    asyncio_task *tasks[5];

    printf("-- notify one, two, all\n");
    for (int i = 0; i < 5; i++)
        tasks[i] = start(condition, (const char *[]){"a", "b", "c", "d", "e"}[i]);
    turns(2);
    flush("started");
    for (int n = 1; n <= 2; n++) {
        asyncio_with (condition) {
            asyncio_condition_notify(condition, n);
            turns(3);
            flush("lock held");
        }
        turns(4);
        flush(n == 1 ? "after notify(1)" : "after notify(2)");
    }
    finish(condition, tasks, 5);
    flush("after notify_all");
    printf("-- a notification that nobody waits for is lost\n");
    asyncio_with (condition)
        asyncio_condition_notify_all(condition);
    tasks[0] = start(condition, "late");
    turns(2);
    flush("late");
    finish(condition, tasks, 1);
    flush("notified");
    printf("-- cancelled while it waits\n");
    tasks[0] = start(condition, "a"), tasks[1] = start(condition, "b");
    turns(2);
    asyncio_task_cancel(tasks[0]);
    asyncio_wait(tasks, 1);
    flush("a");
    asyncio_with (condition)
        asyncio_condition_notify(condition);
    asyncio_wait(tasks, 2);
    flush("b");
    printf("-- cancelled when it has been notified\n");
    tasks[0] = start(condition, "a"), tasks[1] = start(condition, "b");
    turns(2);
    asyncio_with (condition) {
        asyncio_condition_notify(condition);
        asyncio_task_cancel(tasks[0]);
    }
    turns(5);
    flush("both");
    printf("a cancelled: %s b done: %s\n", str(asyncio_task_cancelled(tasks[0])), str(asyncio_task_done(tasks[1])));
    finish(condition, tasks, 2);
    logged = 0;
    printf("-- cancelled while it waits for the lock\n");
    tasks[0] = start(condition, "a");
    turns(2);
    asyncio_with (condition) {
        asyncio_condition_notify(condition);
        turns(2);
        asyncio_task_cancel(tasks[0]);
        turns(2);
        flush("lock held");
    }
    asyncio_wait(tasks, 1);
    flush("lock free");
    printf("locked: %s\n", str(asyncio_condition_locked(condition)));
    printf("-- wait_for\n");
    for (int i = 0; i < 3; i++)
        tasks[i] = asyncio_create_task(waits_for, asyncio_args(struct waits_for, (long[]){2, 1, 3}[i], condition));
    turns(2);
    for (const char *item = "xyz"; *item; item++) {
        char what[] = "after ?";
        asyncio_with (condition) {
            box[boxed++] = *item;
            asyncio_condition_notify_all(condition);
        }
        turns(8);
        what[6] = *item;
        flush(what);
    }
    asyncio_await(asyncio_gather_array(tasks, 3));
    printf("-- with a timeout\n");
    asyncio_with (asyncio_timeout(1 * U))
        asyncio_with (condition) {
            asyncio_condition_wait(condition);
            asyncio_finally
                printf("locked: %s\n", str(asyncio_condition_locked(condition)));
        }
    if (asyncio_except(ASYNCIO_TIMEOUT_ERROR))
        printf("TimeoutError, locked: %s\n", str(asyncio_condition_locked(condition)));
    printf("-- two conditions, one lock\n");
    asyncio_lock *lock = asyncio_lock_new();
    asyncio_condition *empty = asyncio_condition_new(lock), *full = asyncio_condition_new(lock);
    tasks[0] = start(empty, "empty");
    turns(2);
    tasks[1] = start(full, "full");
    turns(2);
    asyncio_with (lock) {
        asyncio_condition_notify(full);
        printf("locked: %s %s\n", str(asyncio_condition_locked(empty)), str(asyncio_condition_locked(full)));
    }
    turns(4);
    flush("full");
    finish(empty, tasks, 2);
    flush("empty");
    printf("-- an error of the predicate\n");
    asyncio_with (condition)
        asyncio_condition_wait_for(condition, divides_by_zero, NULL);
    if ((e = asyncio_except(ASYNCIO_ZERO_DIVISION_ERROR)))
        printf("ZeroDivisionError: %s locked: %s\n", asyncio_exception_message(e),
               str(asyncio_condition_locked(condition)));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
