/* Beyond the ten steps - kinds of queues, and their end.
 * Question: in which order do items come out, and how does a queue end?
 * Prediction: first in first out, last in first out, or lowest first; who waits is
 * served in turn. After a shutdown what is left can be got, after an immediate
 * one nothing, and all that wait are told.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static const char *str(bool value)
{
    return value ? "True" : "False";
}

/* outcome(what, coro): the await is in the caller, what it raised is pending. A result of NULL is None. */
static void outcome(const char *what, const char *result)
{
    asyncio_exception *e;

    if ((e = asyncio_except(ASYNCIO_CANCELLED_ERROR))) {
        printf("%s: CancelledError\n", what);
        asyncio_raise_exception(e);
    } else if ((e = asyncio_except(ASYNCIO_EXCEPTION))) {
        printf("%s: %s(%s)\n", what, asyncio_exception_name(e), asyncio_exception_message(e));
    } else {
        printf("%s: %s\n", what, result ? result : "None");
    }
}

static const char *state(asyncio_queue *q)
{
    static char text[100];

    snprintf(text, sizeof text, "qsize=%ld maxsize=%ld empty=%s full=%s", asyncio_queue_qsize(q),
             asyncio_queue_maxsize(q), str(asyncio_queue_empty(q)), str(asyncio_queue_full(q)));
    return text;
}

static void turns(int n)
{
    while (n--)
        asyncio_sleep(0);
}

struct task {
    const char *what;
    asyncio_queue *q;
    const char *item;
};

static void *gets(void *arg)
{
    struct task *task = arg;

    outcome(task->what, asyncio_queue_get(task->q));
    return NULL;
}

static void *puts_(void *arg)
{
    struct task *task = arg;

    asyncio_queue_put(task->q, (void *)task->item);
    outcome(task->what, NULL);
    return NULL;
}

static void *joins(void *arg)
{
    struct task *task = arg;

    asyncio_queue_join(task->q);
    outcome(task->what, NULL);
    return NULL;
}

static void *gets_item(void *q)
{
    return asyncio_queue_get((asyncio_queue *)q);
}

#define start(body, ...) asyncio_create_task(body, asyncio_args(struct task, __VA_ARGS__))
#define put_all(q, ...)                                                          \
    for (const char **item = (const char *[]){__VA_ARGS__, NULL}; *item; item++) \
    asyncio_queue_put((q), (void *)*item)

static int by_value(const void *a, const void *b)
{
    return (int)((long)a - (long)b);
}

static int by_text(const void *a, const void *b)
{
    return *(const char *)a - *(const char *)b;
}

static void numbers(const char *name, asyncio_queue *q)
{
    printf("-- %s\n", name);
    for (int i = 0; i < 5; i++)
        asyncio_queue_put(q, (void *)(long[]){3, 1, 4, 1, 5}[i]);
    printf("%s\n", state(q));
    for (int i = 0; i < 3; i++)
        printf("%ld%s", (long)asyncio_queue_get_nowait(q), i < 2 ? " " : "\n");
    asyncio_queue_put_nowait(q, (void *)0);
    asyncio_queue_put_nowait(q, (void *)9);
    for (int i = 0; i < 4; i++)
        printf("%ld%s", (long)asyncio_queue_get(q), i < 3 ? " " : "\n");
    printf("%s\n", state(q));
}

static const char *get_nowait(asyncio_queue *q)
{
    return asyncio_queue_get_nowait(q);
}

static void *main_(void *arg)
{
    asyncio_task *getters[3], *putters[4], *joiners[2];
    const char *item;

    numbers("Queue", asyncio_queue_new(5));
    numbers("LifoQueue", asyncio_lifo_queue_new(5));
    numbers("PriorityQueue", asyncio_priority_queue_new(5, by_value));
    printf("-- getters and putters in turn\n");
    asyncio_queue *q = asyncio_lifo_queue_new(2);
    for (int n = 0; n < 3; n++)
        getters[n] = start(gets, (const char *[]){"getter 0", "getter 1", "getter 2"}[n], q, NULL);
    turns(1);
    put_all(q, "x", "y", "z");
    asyncio_wait(getters, 3);
    for (int n = 0; n < 4; n++)
        putters[n] = start(puts_, (const char *[]){"putter 0", "putter 1", "putter 2", "putter 3"}[n], q,
                           (const char *[]){"0", "1", "2", "3"}[n]);
    turns(2);
    printf("%s\n", state(q));
    printf("get: %s\n", get_nowait(q));
    turns(2);
    item = get_nowait(q);
    printf("get: %s %s\n", item, state(q));
    turns(2);
    while (!asyncio_queue_empty(q)) {
        item = asyncio_queue_get(q);
        printf("get: %s\n", item);
        turns(2);
    }
    asyncio_wait(putters, 4);
    printf("-- cancelled getters and putters\n");
    q = asyncio_queue_new(1);
    getters[0] = start(gets, "getter 0", q, NULL), getters[1] = start(gets, "getter 1", q, NULL);
    turns(1);
    asyncio_queue_put_nowait(q, "item");
    asyncio_task_cancel(getters[0]);
    asyncio_wait(getters, 2);
    asyncio_queue_put_nowait(q, "item");
    putters[0] = start(puts_, "putter 0", q, "p0"), putters[1] = start(puts_, "putter 1", q, "p1");
    turns(1);
    printf("get: %s\n", get_nowait(q));
    asyncio_task_cancel(putters[0]);
    asyncio_wait(putters, 2);
    item = get_nowait(q);
    printf("get: %s %s\n", item, state(q));
    printf("-- a timeout loses no item\n");
    q = asyncio_queue_new(0);
    outcome("wait_for", asyncio_wait_for(asyncio_coro(gets_item, q), 1 * U));
    asyncio_queue_put_nowait(q, "item");
    outcome("wait_for", asyncio_wait_for(asyncio_coro(gets_item, q), 1 * U));
    printf("-- join\n");
    q = asyncio_queue_new(0);
    asyncio_queue_join(q);
    outcome("join of an empty queue", NULL);
    put_all(q, "1", "2");
    joiners[0] = start(joins, "join 1", q, NULL), joiners[1] = start(joins, "join 2", q, NULL);
    asyncio_queue_get_nowait(q);
    asyncio_queue_task_done(q);
    turns(2);
    printf("one done: %s\n", str(asyncio_task_done(joiners[0])));
    asyncio_queue_task_done(q);
    asyncio_wait(joiners, 2);
    printf("-- shutdown, with items in it\n");
    q = asyncio_queue_new(3);
    put_all(q, "a", "b", "c");
    putters[0] = start(puts_, "putter", q, "d");
    joiners[0] = start(joins, "join", q, NULL);
    turns(1);
    asyncio_queue_shutdown(q);
    asyncio_wait(putters, 1);
    asyncio_queue_put(q, "e");
    outcome("put", NULL);
    for (int i = 0; i < 4; i++)
        outcome("get", asyncio_queue_get(q));
    for (int i = 0; i < 3; i++)
        asyncio_queue_task_done(q);
    asyncio_wait(joiners, 1);
    asyncio_queue_shutdown(q);
    printf("%s\n", state(q));
    printf("-- shutdown, with getters that wait\n");
    q = asyncio_priority_queue_new(0, by_text);
    getters[0] = start(gets, "getter 0", q, NULL), getters[1] = start(gets, "getter 1", q, NULL);
    turns(1);
    asyncio_queue_put_nowait(q, "item");
    asyncio_queue_shutdown(q);
    asyncio_wait(getters, 2);
    printf("-- immediate\n");
    q = asyncio_lifo_queue_new(0);
    put_all(q, "a", "b", "c");
    printf("get: %s\n", get_nowait(q));
    joiners[0] = start(joins, "join", q, NULL);
    turns(1);
    asyncio_queue_shutdown(q, .immediate = true);
    outcome("get", asyncio_queue_get(q));
    printf("%s joined: %s\n", state(q), str(asyncio_task_done(joiners[0])));
    asyncio_queue_task_done(q);
    asyncio_wait(joiners, 1);
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
