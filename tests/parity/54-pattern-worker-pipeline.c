/* Real-world pattern - bounded downloads, then blocking processing in threads.
 * Question: how do the pieces fit together?
 * Prediction: a semaphore keeps at most three downloads under way, each file is
 * processed in a worker thread as soon as it is there, an error of one file is
 * retried with a growing pause and given up after three attempts.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double U;

static struct file { /* Python keeps them in dicts, by name */
    const char *name;
    double delay;
    int failures; /* number of failing attempts */
    int attempts;
    size_t size;
    char report[32];
} SITE[] = {
    {"a.png", 1, 0, 0, 0, ""},   {"b.png", 2, 0, 0, 0, ""},   {"c.png", 1.5, 1, 0, 0, ""},
    {"d.png", 1.6, 0, 0, 0, ""}, {"e.png", 0.8, 9, 0, 0, ""},
};
enum { FILES = sizeof SITE / sizeof SITE[0] };
static asyncio_semaphore *gate;
static int active = 0, peak = 0;

/* Fills in the size; -1 with an exception pending. */
static int download(struct file *file)
{
    asyncio_with (gate) {
        active++;
        peak = active > peak ? active : peak;
        int slept = asyncio_sleep(file->delay * U);
        active--;
        if (slept < 0)
            return -1;
        file->attempts++;
        if (file->attempts <= file->failures)
            asyncio_raise(ASYNCIO_CONNECTION_ERROR, "%s", file->name);
        else
            file->size = strlen(file->name) * 100;
    }
    return asyncio_failed() ? -1 : 0;
}

static int with_retry(struct file *file, int tries, double pause)
{
    for (int n = 1; n <= tries; n++) {
        if (download(file) == 0)
            return 0;
        if (!asyncio_except(ASYNCIO_CONNECTION_ERROR))
            return -1;
        if (n == tries) {
            printf("%s: given up after %d attempts\n", file->name, n);
            asyncio_reraise();
            return -1;
        }
        printf("%s: attempt %d failed\n", file->name, n);
        if (asyncio_sleep(pause * U) < 0)
            return -1;
        pause *= 2;
    }
    return -1;
}

struct process {
    const char *name;
    size_t size;
    double unit;
};
static void *process(void *arg)
{
    struct process *a = arg;
    asyncio_time_sleep(0.1 * a->unit);
    return asyncio_result_text("%s:%zu", a->name, a->size / 100);
}

static void *one_file(void *arg)
{
    struct file *file = arg;

    if (with_retry(file, 3, 0.25) < 0)
        return NULL;
    const char *done =
        asyncio_await(asyncio_to_thread(process, asyncio_args(struct process, file->name, file->size, U)));
    if (asyncio_failed())
        return NULL;
    printf("%s: processed\n", file->name);
    snprintf(file->report, sizeof file->report, "%s", done); /* what was made in this task goes with it */
    return file->report;
}

static void *main_(void *arg)
{
    gate = asyncio_semaphore_new(3);
    asyncio_coroutine *files[FILES];
    for (int i = 0; i < FILES; i++)
        files[i] = asyncio_coro(one_file, &SITE[i]);
    asyncio_outcome *results = asyncio_await(asyncio_gather_array_return_exceptions(files, FILES));
    if (asyncio_failed())
        return NULL;
    printf("report:");
    for (int i = 0; i < FILES; i++)
        if (results[i].exception)
            printf(" failed(%s)", asyncio_exception_message(results[i].exception));
        else
            printf(" %s", (char *)results[i].value);
    printf("\npeak downloads: %d\n", peak);
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_, NULL);
}
