/* A program that knows asyncio.h and uses nothing of it that could suspend. */
#include <asyncio.h>
#include <stdio.h>

int main(void)
{
    puts("plain");
    return asyncio_failed() ? 1 : 5;
}
