/* Never gives control back: no loop could take it away. */
#include <asyncio.h>
#include <stdio.h>

static void *main_(void *arg)
{
    (void)arg;
    printf("going round\n");
    fflush(stdout);
    asyncio_sleep(0.1);
    for (volatile unsigned n = 0;; n++) {
    }
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
