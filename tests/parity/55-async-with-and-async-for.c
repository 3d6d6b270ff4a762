/* Real-world pattern - async with, async for, async generators.
 * Question: where may a with block and a loop wait?
 * Prediction: on entry, on exit and between items; exit runs on errors and on
 * cancellation too; an async generator left early is closed by aclose(), or at the
 * end of run().
 *
 * Python's methods are plain functions here: __aenter__ and __aexit__ go into a context
 * manager, __anext__ into an iterator. A generator's body is a coroutine that yields.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

typedef struct connection {
    int row;
    char text[16];
} connection;

static int open_connection(void *self)
{
    if (asyncio_sleep(1 * U) < 0)
        return -1;
    printf("connection: open\n");
    return 0;
}

static bool close_connection(void *self, asyncio_exception *e)
{
    asyncio_sleep(1 * U);
    printf("connection: closed after %s\n", e ? asyncio_exception_name(e) : "success");
    return asyncio_isinstance(e, ASYNCIO_VALUE_ERROR); /* swallow only this one */
}

static void *next_row(void *self)
{
    connection *c = self;

    if (++c->row > 3)
        return asyncio_raise(ASYNCIO_STOP_ASYNC_ITERATION);
    asyncio_sleep(0.5 * U);
    snprintf(c->text, sizeof c->text, "row %d", c->row);
    return c->text;
}

static asyncio_context_manager *connect(connection *c)
{
    return asyncio_context_manager_new(open_connection, close_connection, c);
}

struct numbers {
    const char *name;
    long limit;
};

static void *numbers(void *arg)
{
    struct numbers *self = arg;

    for (long n = 0; n < self->limit; n++)
        if (asyncio_sleep(0.5 * U) < 0 || asyncio_yield((void *)n) < 0)
            break;
    asyncio_finally {
        printf("%s: generator closed\n", self->name);
    }
    return NULL;
}

static void *uses_it(void *arg)
{
    static connection c;

    asyncio_with (connect(&c)) {
        asyncio_sleep(60);
    }
    return NULL;
}

static void *main_(void *arg)
{
    static connection c, other;

    asyncio_with (connect(&c)) {
        asyncio_for (char *, row, asyncio_aiter_new(next_row, &c))
            printf("%s\n", row);
    }

    asyncio_with (connect(&other)) {
        asyncio_raise(ASYNCIO_VALUE_ERROR, "swallowed by the exit");
    }

    asyncio_task *t = asyncio_create_task(uses_it);
    if (asyncio_sleep(2 * U) < 0)
        return NULL;
    asyncio_task_cancel(t);
    asyncio_await(asyncio_gather_return_exceptions(t));
    printf("user cancelled: %s\n", asyncio_task_cancelled(t) ? "True" : "False");

    long all[4], count = 0;
    asyncio_for (long, n, asyncio_agen_new(numbers, asyncio_args(struct numbers, "all", 4)))
        all[count++] = n;
    printf("all: [%ld, %ld, %ld, %ld]\n", all[0], all[1], all[2], all[3]);

    long last = 0;
    asyncio_agen *gen = asyncio_agen_new(numbers, asyncio_args(struct numbers, "left early", 9));
    asyncio_for (long, n, gen) {
        last = n;
        if (n == 1)
            break;
    }
    printf("left at %ld\n", last);
    if (asyncio_agen_aclose(gen) < 0)
        return NULL;

    asyncio_agen *abandoned = asyncio_agen_new(numbers, asyncio_args(struct numbers, "abandoned", 9));
    printf("first of abandoned: %ld\n", (long)asyncio_anext(abandoned));
    printf("main: returns\n");
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    int status = asyncio_run(main_);
    printf("run is over\n");
    return status;
}
