/* Step 3 - Coroutines.
 * Question: what is the smallest complete program? (the example of the notes)
 * Prediction: hello
 */
#include <asyncio.h>
#include <stdio.h>

static void *get_data(void *arg)
{
    return "hello";
}

static void *main_(void *arg)
{
    asyncio_coroutine *coro = asyncio_coro(get_data, NULL);
    char *data = asyncio_await(coro);
    if (asyncio_failed())
        return NULL;
    printf("%s\n", data);
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
