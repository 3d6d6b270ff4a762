#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

static void *read_row(void *arg)
{
    puts("read_row: begins");
    if (PARAM("suspends", true) && asyncio_sleep(PARAM("delay", 1)) < 0)
        return NULL;
    puts("read_row: ends");
    return "row";
}

static void *load(void *arg)
{
    char *row = read_row(NULL);
    printf("load: has a %s\n", row);
    return row;
}

static void *other(void *arg)
{
    puts("other: gets its turn");
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_task *task = asyncio_create_task(other, NULL);
    load(NULL);
    puts("main: loaded");
    asyncio_await(task);
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
