/* A program with a custom section of its own, which is still there when it has been made suspendable. */
#include <asyncio.h>

__asm__(".section .custom_section.of_my_own,\"\",@\n"
        ".ascii \"kept as it is\"\n"
        ".section .text,\"\",@\n");

static void *main_(void *arg)
{
    asyncio_sleep(1);
    return arg;
}

int main(void)
{
    return asyncio_run(main_);
}
