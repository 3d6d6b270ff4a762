/* Step 10 - Synchronization: Event.
 * Question: how does one task tell many that something has happened?
 * Prediction: set() wakes all waiters in the order they came, the setter goes on
 * first; a wait on a set event does not wait; clear() closes the gate again.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

struct waiter {
    const char *name;
    asyncio_event *event;
};

static void *waiter(void *arg)
{
    struct waiter *args = arg;

    printf("%s: waits for the event\n", args->name);
    if (asyncio_event_wait(args->event) < 0)
        return NULL;
    printf("%s: goes on\n", args->name);
    return NULL;
}

static void *setter(void *event)
{
    if (asyncio_sleep(2 * U) < 0)
        return NULL;
    printf("setter: sets the event\n");
    asyncio_event_set(event);
    printf("setter: is done\n");
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_event *event = asyncio_event_new();
    printf("is_set: %s\n", str(asyncio_event_is_set(event)));
    asyncio_await(asyncio_gather(asyncio_coro(waiter, asyncio_args(struct waiter, "A", event)),
                                 asyncio_coro(waiter, asyncio_args(struct waiter, "B", event)),
                                 asyncio_coro(setter, event)));
    if (asyncio_failed())
        return NULL;
    printf("is_set: %s\n", str(asyncio_event_is_set(event)));
    asyncio_await(asyncio_coro(waiter, asyncio_args(struct waiter, "C", event)));
    if (asyncio_failed())
        return NULL;
    asyncio_event_clear(event);
    printf("is_set after clear: %s\n", str(asyncio_event_is_set(event)));
    asyncio_task *late = asyncio_create_task(waiter, asyncio_args(struct waiter, "D", event));
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    printf("D done: %s\n", str(asyncio_task_done(late)));
    asyncio_event_set(event);
    asyncio_event_clear(event); /* too late: D is woken already */
    asyncio_await(late);
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
