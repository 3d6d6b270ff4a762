/* Calls itself until the task's stack is full. */
#include <asyncio.h>
#include <stdio.h>

static long down(const volatile long *above)
{
    volatile long here[64];
    if (*above < 0) /* never; but the compiler must not know that this has no end */
        return 0;
    here[0] = *above + 1;
    return down(here) + here[0];
}

static void *main_(void *arg)
{
    (void)arg;
    volatile long top = 0;
    printf("going down\n");
    fflush(stdout);
    asyncio_sleep(0.1);
    printf("%ld\n", down(&top));
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
