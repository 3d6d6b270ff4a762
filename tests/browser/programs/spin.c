/* Goes on after a wait and never gives control back, without a word. */
#include <asyncio.h>

static void *main_(void *arg)
{
    asyncio_sleep(0.1);
    for (volatile unsigned n = 0;; n++) {
    }
    return arg;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
