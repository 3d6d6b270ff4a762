/* Step 6 - Tasks: what is left when main returns.
 * Question: what does run() do with tasks that are still pending?
 * Prediction: it cancels them all, lets them clean up, and only then returns.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static void *ticker(void *arg)
{
    int n = 0;

    while (true) {
        n++;
        printf("tick %d\n", n);
        if (asyncio_sleep(1 * U) < 0)
            break;
    }
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        printf("ticker: cancelled by run()\n");
        if (asyncio_sleep(1 * U) < 0)
            return NULL;
        printf("ticker: cleaned up\n");
        return asyncio_reraise();
    }
    return NULL;
}

static void *short_(void *arg)
{
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    printf("short: finished by itself\n");
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_task *background[] = {asyncio_create_task(ticker, NULL), asyncio_create_task(short_, NULL)};
    if (asyncio_sleep(2.5 * U) < 0)
        return NULL;
    int pending = !asyncio_task_done(background[0]) + !asyncio_task_done(background[1]);
    printf("main: returns, %d task pending\n", pending);
    return "value of main";
}

int main(void)
{
    void *value;

    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    int status = asyncio_run(main_, NULL, .result = &value);
    if (status == 0)
        printf("run returned: %s\n", (char *)value);
    return status;
}
