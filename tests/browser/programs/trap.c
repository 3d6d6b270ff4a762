/* Dies in the middle of a task. */
#include <asyncio.h>
#include <stdio.h>

static void *main_(void *arg)
{
    (void)arg;
    printf("before the trap\n");
    fflush(stdout);
    asyncio_sleep(0.1);
    __builtin_trap();
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
