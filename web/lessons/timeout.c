#include <asyncio.h>
#include <stdio.h>
#include "lesson.h"

static void *download(void *arg)
{
    for (int part = 1; part <= PARAM("parts", 4); part++) {
        if (asyncio_sleep(PARAM("part", 1)) < 0)
            break;
        printf("download: part %d\n", part);
    }
    if (asyncio_except(ASYNCIO_CANCELLED_ERROR)) {
        puts("download: interrupted");
        if (asyncio_sleep(PARAM("cleanup", 0.5)) < 0)
            return NULL;
        return asyncio_reraise();
    }
    return NULL;
}

static void *main_(void *arg)
{
    double start = asyncio_time_monotonic();
    asyncio_with (asyncio_timeout(PARAM("limit", 2.5))) {
        download(NULL);
        if (!asyncio_failed())
            puts("main: all is there");
    }
    if (asyncio_except(ASYNCIO_TIMEOUT_ERROR))
        puts("main: it took too long");
    printf("main: %g s\n", asyncio_time_monotonic() - start);
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
