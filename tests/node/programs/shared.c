/* Tasks in C and in JavaScript in one loop. */
#include <asyncio_js.h>

#include <stdio.h>

ASYNCIO_SHARE

ASYNCIO_JS(void, tell, (const char *what), { hooks.tell(text(what)); })

static asyncio_lock *lock;
static asyncio_queue *numbers;
static asyncio_event *event;

static void *begin(void *arg)
{
    lock = asyncio_keep(asyncio_lock_new());
    numbers = asyncio_keep(asyncio_queue_new(1));
    event = asyncio_keep(asyncio_event_new());
    return arg;
}
ASYNCIO_EXPORT(begin, nothing)

static void *get_lock(void *arg)
{
    (void)arg;
    return asyncio_js_of(lock);
}
static void *get_numbers(void *arg)
{
    (void)arg;
    return asyncio_js_of(numbers);
}
static void *get_event(void *arg)
{
    (void)arg;
    return asyncio_js_of(event);
}
ASYNCIO_EXPORT(get_lock, value)
ASYNCIO_EXPORT(get_numbers, value)
ASYNCIO_EXPORT(get_event, value)

static void *hold_lock(void *seconds)
{
    asyncio_with (lock) {
        tell("C has the lock");
        asyncio_sleep((long)seconds);
        tell("C lets go");
    }
    return NULL;
}
ASYNCIO_EXPORT(hold_lock, nothing)

/* Awaits a task that JavaScript made. */
static void *await_task(void *value)
{
    asyncio_js *result = asyncio_await(asyncio_js_task(value));
    if (asyncio_failed())
        return NULL;
    return (void *)(long)asyncio_js_number(result);
}
ASYNCIO_EXPORT(await_task, number)

static void *cancel_task(void *value)
{
    asyncio_task_cancel(asyncio_js_task(value), "from C");
    return NULL;
}
ASYNCIO_EXPORT(cancel_task, nothing)

static void *add_numbers(void *arg)
{
    long sum = 0;
    for (int i = 0; i < 3; i++)
        sum += (long)asyncio_queue_get(numbers);
    (void)arg;
    return (void *)sum;
}
ASYNCIO_EXPORT(add_numbers, number)

/* A queue that JavaScript made: its items are values. */
static void *sum_values(void *queue)
{
    asyncio_queue *values = asyncio_js_queue(queue);
    double sum = 0;
    while (true) {
        asyncio_js *item = asyncio_queue_get(values);
        if (asyncio_except(ASYNCIO_QUEUE_SHUT_DOWN))
            return (void *)(long)sum;
        if (asyncio_failed())
            return NULL;
        sum += asyncio_js_number(item);
        asyncio_drop(item);
    }
}
ASYNCIO_EXPORT(sum_values, number)

static void *sleeper(void *arg)
{
    return asyncio_sleep(1) < 0 ? NULL : arg;
}

static asyncio_task *made;

static void *make_task(void *arg)
{
    made = asyncio_keep(asyncio_create_task(sleeper, arg, .name = "in C"));
    return asyncio_js_of(made);
}
ASYNCIO_EXPORT(make_task, value)

static void *made_is_cancelled(void *arg)
{
    (void)arg;
    return (void *)(long)asyncio_task_cancelled(made);
}
ASYNCIO_EXPORT(made_is_cancelled, number)

static void *wrong(void *value)
{
    asyncio_js_lock(value);
    return NULL;
}
ASYNCIO_EXPORT(wrong, nothing)
