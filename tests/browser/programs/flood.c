/* Prints more than anybody reads. */
#include <stdio.h>

int main(void)
{
    for (int n = 0; n < 200000; n++)
        printf("line %d\n", n);
    return 0;
}
