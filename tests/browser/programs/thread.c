/* Has a thread compute. */
#include <asyncio.h>
#include <stdio.h>

static void *twice(void *arg)
{
    return (void *)(2 * (long)arg);
}

static void *root(void *arg)
{
    void *result = asyncio_await(asyncio_to_thread(twice, (void *)21));
    if (!result)
        return NULL; /* it is told */
    printf("a thread says %ld\n", (long)result);
    return arg;
}

int main(void)
{
    return asyncio_run(root, NULL);
}
