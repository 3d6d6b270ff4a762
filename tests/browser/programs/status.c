/* Ends with an exit status of its own. */
#include <stdio.h>

int main(void)
{
    printf("about to fail\n");
    return 3;
}
