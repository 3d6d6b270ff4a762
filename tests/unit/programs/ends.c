/* Ends as its first argument says: whole programs whose exit status and output are looked at from outside. */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile unsigned long spins;

static void *spin(void *arg)
{
    for (;;)
        spins++;
    return arg;
}

static void *sleep_long(void *arg)
{
    asyncio_sleep(1000);
    return arg;
}

static int recurse(int n)
{
    volatile char frame[256];
    frame[n % 256] = (char)n;
    return n < 0 ? 0 : recurse(n + 1) + frame[n % 256];
}

static void *overflow(void *arg)
{
    recurse(0);
    return arg;
}

static void *main_(void *arg)
{
    const char *how = arg;
    printf("begin %s\n", how);
    asyncio_sleep(0.01);
    if (!strcmp(how, "raise"))
        return asyncio_raise(ASYNCIO_VALUE_ERROR, "uncaught");
    if (!strcmp(how, "interrupt"))
        return asyncio_raise(ASYNCIO_KEYBOARD_INTERRUPT, "%s", "");
    if (!strcmp(how, "exit"))
        exit(7);
    if (!strcmp(how, "spin"))
        asyncio_await(asyncio_create_task(spin));
    while (!strcmp(how, "gives-way"))
        asyncio_sleep(0);
    while (!strcmp(how, "flood"))
        printf("%s %s %s %s %s %s %s %s\n", how, how, how, how, how, how, how, how);
    if (!strcmp(how, "sleep"))
        asyncio_await(asyncio_create_task(sleep_long));
    if (!strcmp(how, "overflow"))
        asyncio_await(asyncio_create_task(overflow, NULL, .name = "deep"));
    if (!strcmp(how, "deadlock"))
        asyncio_event_wait(asyncio_event_new());
    printf("end\n");
    return NULL;
}

int main(int argc, char **argv)
{
    char *how = argc > 1 ? argv[1] : "well";
    if (!strcmp(how, "spin-in-main"))
        spin(NULL);
    int status = asyncio_run(main_, how);
    return strcmp(how, "status") ? status : 42;
}
