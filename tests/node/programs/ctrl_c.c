/* What a program does when Ctrl+C comes: the first argument says which. */
#include <asyncio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static void *clean_up(void *arg)
{
    printf("ready\n");
    asyncio_sleep(1000);
    asyncio_finally {
        printf("cleaning up\n");
        asyncio_sleep(arg ? 1000 : 0.001);
        printf(asyncio_failed() ? "not clean\n" : "clean\n");
    }
    return NULL;
}

static void *swallow(void *arg)
{
    printf("ready\n");
    asyncio_sleep(1000);
    asyncio_except(ASYNCIO_CANCELLED_ERROR);
    printf("goes on\n");
    return NULL;
}

static void *take_turns(void *arg)
{
    printf("ready\n");
    while (asyncio_sleep(0) == 0) {
    }
    printf("cancelled\n");
    return NULL;
}

static volatile unsigned long spins;

static void *compute(void *arg)
{
    printf("ready\n");
    for (;;)
        spins++;
    return arg;
}

static void own_handler(int signal)
{
    printf("own handler: %d\n", signal);
}

static void *with_handler(void *arg)
{
    printf("ready\n");
    asyncio_sleep(0.001);
    return NULL;
}

static const struct {
    const char *name;
    asyncio_body *body;
    void *arg;
} scenarios[] = {{"clean-up", clean_up, NULL}, {"slow-clean-up", clean_up, ""},
                 {"swallow", swallow, NULL},   {"take-turns", take_turns, NULL},
                 {"compute", compute, NULL},   {"own-handler", with_handler, NULL}};

int main(int argc, char **argv)
{
    if (!strcmp(argv[1], "own-handler"))
        signal(SIGINT, own_handler);
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        if (!strcmp(argv[1], scenarios[i].name))
            return asyncio_run(scenarios[i].body, scenarios[i].arg);
    return 2;
}
