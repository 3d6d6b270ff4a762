/* Guest mode: a program that has an event loop of its own, which also drives asyncio's.
 *
 * The loop below is any poll() loop: it watches descriptors, has timers, calls back. All that it does for asyncio is
 * what drive() says: a step when one is wanted, and otherwise to sleep no longer than asyncio would. In the other
 * direction its callbacks complete futures that tasks wait for. */
#include <asyncio.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- the program's own loop ---- */

static struct {
    int pipe[2];
    double writes_at; /* its own timer: writes a line into the pipe then */
    int lines;
    asyncio_future *reader; /* a task waits for the next line; kept until it is there */
    char line[32];
} app;

static double app_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void app_timer(void)
{
    char line[32];
    int length = snprintf(line, sizeof line, "line %d", ++app.lines);
    if (write(app.pipe[1], line, (size_t)length) < 0)
        perror("write");
    app.writes_at = app.lines < 3 ? app_time() + 0.02 : INFINITY;
}

/* A callback of this loop: it completes a future, and no task runs in it. */
static void app_readable(void)
{
    ssize_t length = read(app.pipe[0], app.line, sizeof app.line - 1);
    app.line[length > 0 ? length : 0] = '\0';
    if (!asyncio_future_done(app.reader)) /* its task may have been cancelled */
        asyncio_future_set_result(app.reader, app.line);
    asyncio_drop(app.reader);
    app.reader = NULL;
}

/* One round: waits at most so many seconds, then calls back. */
static void app_round(double seconds, int asyncio_descriptor)
{
    struct pollfd watched[] = {{app.reader ? app.pipe[0] : -1, POLLIN, 0}, {asyncio_descriptor, POLLIN, 0}};
    double own = app.writes_at - app_time();
    double wait = fmax(0, fmin(seconds, own));
    poll(watched, 2, isinf(wait) ? -1 : (int)ceil(wait * 1000));
    if (app_time() >= app.writes_at)
        app_timer();
    if (watched[0].revents)
        app_readable();
}

/* ---- where the two meet ---- */

static int drive(asyncio_loop *loop, asyncio_task *main)
{
    while (!asyncio_task_done(main)) {
        if (asyncio_loop_step(loop) < 0)
            return -1;
        app_round(asyncio_loop_timeout(loop), asyncio_loop_backend_fd(loop));
    }
    return 0;
}

/* ---- the tasks ---- */

static const char *read_line(void)
{
    asyncio_future *line = asyncio_loop_create_future(asyncio_get_running_loop());
    app.reader = asyncio_keep(line);
    return asyncio_await(line);
}

static void *tick(void *arg)
{
    int *ticks = arg;
    while (asyncio_sleep(0.005) == 0)
        ++*ticks;
    printf("tick ends: %s\n", asyncio_exception_name(asyncio_pending()));
    return NULL;
}

static void *main_(void *arg)
{
    static int ticks;
    (void)arg;
    asyncio_create_task(tick, &ticks);
    for (int i = 0; i < 3; i++)
        printf("read %s\n", read_line());
    printf(ticks > 0 ? "and slept meanwhile\n" : "and could not sleep\n");
    return "done";
}

int main(void)
{
    if (pipe(app.pipe) < 0)
        return 1;
    app.writes_at = app_time() + 0.02;
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_loop *loop = asyncio_runner_get_loop(runner);
    asyncio_task *task = asyncio_task_new(loop, asyncio_coro(main_, NULL));
    int status = drive(loop, task);
    if (status == 0)
        printf("main has ended: %s\n", (const char *)asyncio_task_result(task));
    asyncio_runner_close(runner); /* cancels what is left over, and lets it clean up */
    asyncio_drop(task);
    asyncio_drop(runner);
    return status < 0;
}
