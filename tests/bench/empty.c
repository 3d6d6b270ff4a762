/* The smallest program: what it contains, every program does. */
#include <asyncio.h>

static void *main_(void *arg)
{
    return arg;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
