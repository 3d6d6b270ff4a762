/* Ten thousand tasks, more than the page records: it must stay quick, and say what it leaves out. */
#include <asyncio.h>
#include <stdio.h>

static void *worker(void *arg)
{
    long n = (long)arg;
    for (int round = 0; round < 3; round++)
        if (asyncio_sleep((double)(n % 7 + 1) * 0.1) < 0)
            return NULL;
    return NULL;
}

static void *main_(void *arg)
{
    (void)arg;
    for (long wave = 0; wave < 100; wave++) {
        asyncio_task_group *group = asyncio_task_group_new();
        asyncio_with (group) {
            for (long n = 0; n < 100; n++)
                asyncio_task_group_create_task(group, worker, (void *)n);
        }
        if (asyncio_failed())
            return NULL;
        printf("wave %ld\n", wave);
    }
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
