/* Ends with an exit status of its own. */
#include <asyncio.h>
#include <stdio.h>

static void *main_(void *arg)
{
    asyncio_sleep(0.1);
    return arg;
}

int main(void)
{
    asyncio_run(main_, NULL);
    printf("about to fail\n");
    return 3;
}
