/* Prints more than anybody reads. */
#include <asyncio.h>
#include <stdio.h>

static void *main_(void *arg)
{
    for (int n = 0; n < 200000; n++)
        printf("line %d\n", n);
    asyncio_sleep(0);
    return arg;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
