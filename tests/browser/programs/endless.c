/* Gives control back, but is never done: its trace grows for ever. */
#include <asyncio.h>
#include <stdio.h>

static void *main_(void *arg)
{
    (void)arg;
    printf("never ends\n");
    while (asyncio_sleep(0) == 0) {
    }
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
