/* Never gives control back: no loop could take it away. */
#include <asyncio.h>
#include <stdio.h>

static void *main_(void *arg)
{
    printf("going round\n");
    for (volatile unsigned n = 0;; n++) {
    }
    return arg;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
