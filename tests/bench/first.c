/* Prints a line as soon as its first task runs. */
#include <asyncio.h>

#include <stdio.h>

static void *main_(void *arg)
{
    puts("first");
    return arg;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
