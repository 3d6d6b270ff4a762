#include "core/debug.h"

#include "host/clock.h"
#include "base/exceptions.h"
#include "core/futures.h"
#include "watch/inspect.h"
#include "core/tasks.h"
#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the logger ---- */

static _Thread_local struct {
    asyncio_logger *logger;
    void *arg;
} logging;

void asyncio_set_logger(asyncio_logger *logger, void *arg)
{
    logging.logger = logger;
    logging.arg = arg;
}

/* The loop calls it, but it is no part of what the loop runs: what it raises disturbs nobody. */
static void call_logger(const char *message)
{
    asyncio_exception *before = exception_take();
    const char *not_here = without_suspending("a logger");
    logging.logger(message, logging.arg);
    runtime.must_not_suspend = not_here;
    object_unref(exception_take());
    exception_restore(before);
}

COLD static void log_warning(const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (logging.logger) {
        call_logger(message);
        return;
    }
    fflush(stdout);
    fprintf(stderr, "%s\n", message);
}

static bool debug_wanted(void)
{
    const char *wanted = getenv("ASYNCIO_DEBUG");
    return wanted && *wanted;
}

/* ---- slow callbacks ---- */

static void add_site(text_buffer *text, const char *before, const asyncio_site *site)
{
    if (site)
        text_add_format(text, "%s%s:%d", before, site->file, site->line);
}

/* As Python's repr, with the place from which this step went on. */
static void describe_task(text_buffer *text, const asyncio_task *task, const asyncio_site *from)
{
    bool done = future_done(&task->future);
    text_add_format(text, "<Task %s name='%s' coro=<%s()",
                    !done                             ? "pending"
                    : future_cancelled(&task->future) ? "cancelled"
                                                      : "finished",
                    asyncio_task_get_name(task), task->coro_name);
    add_site(text, " went on from ", from);
    if (done)
        text_add(text, from ? ", done" : " done");
    else
        add_site(text, from ? ", running at " : " running at ", task->waits_at);
    text_add(text, ">");
    add_site(text, " created at ", task->made_at);
    text_add(text, ">");
}

static void describe_callback(text_buffer *text, const callback_place *place)
{
    if (isnan(place->when))
        text_add_format(text, "<Handle %s()", place->name);
    else
        text_add_format(text, "<TimerHandle when=%g %s()", place->when, place->name);
    add_site(text, " created at ", place->made_at);
    text_add(text, ">");
}

static bool is_slow(const asyncio_loop *loop, double seconds)
{
    enum { RESOLUTION = 1000000 }; /* differences of times are exact to a microsecond at least */
    return round(seconds * RESOLUTION) >= round(loop->slow_callback_duration * RESOLUTION);
}

static void tell_slow(text_buffer *text, double seconds)
{
    char *description = text_take(text);
    if (description)
        log_warning("Executing %s took %.3f seconds", description, seconds);
    else
        object_unref(exception_take()); /* no memory to tell it with */
    free(description);
}

static void debug_run_task(asyncio_loop *loop, asyncio_task *task)
{
    const asyncio_site *from = task->started ? task->waits_at : NULL;
    text_buffer text = {0};
    object_ref(task);
    double began = clock_time();
    task_run(&task->ready);
    double took = clock_time() - began;
    if (is_slow(loop, took)) {
        describe_task(&text, task, from);
        tell_slow(&text, took);
    }
    object_unref(task);
}

COLD static void debug_run(asyncio_loop *loop, ready *next)
{
    if (next->kind == &task_ready) {
        debug_run_task(loop, CONTAINER(next, asyncio_task, ready));
        return;
    }
    callback_place place = {.when = NAN};
    text_buffer text = {0};
    if (next->kind->place)
        next->kind->place(next, &place); /* before: it may be gone afterwards */
    double began = clock_time();
    next->kind->run(next);
    double took = clock_time() - began;
    if (!place.name || !is_slow(loop, took))
        return;
    describe_callback(&text, &place);
    tell_slow(&text, took);
}

/* ---- lost wake-ups ---- */

/* What would have to be touched to wake the task: the event, ..., or the future that it waits for. */
static asyncio_object *what_wakes(const asyncio_task *task)
{
    asyncio_future *future = task->waits_for;
    if (!future || future_done(future))
        return NULL;
    return future->of ? future->of : future_is_plain(future) ? &future->object : NULL;
}

/* Whether only those refer to it who wait for it, with one reference each. While its owner is there, which may be one
 * of them, others may have it from that one without a reference. */
static bool is_lost(const asyncio_loop *loop, const asyncio_object *object)
{
    uint32_t waiters = 0;
    if (object->kept || list_linked(&object->owned))
        return false;
    LIST_EACH (&loop->tasks, link)
        waiters += what_wakes(CONTAINER(link, asyncio_task, among_all)) == object;
    return waiters == object->refs;
}

COLD static void debug_tell_lost_wakeups(asyncio_loop *loop)
{
    LIST_EACH (&loop->tasks, link) {
        asyncio_task *task = CONTAINER(link, asyncio_task, among_all);
        asyncio_object *object = what_wakes(task);
        if (!object || task->told_lost || !is_lost(loop, object))
            continue;
        task->told_lost = true;
        text_buffer text = {0};
        inspect_awaited(&text, task);
        char *awaited = text_take(&text);
        if (!awaited) {
            object_unref(exception_take());
            return;
        }
        log_warning("Lost wake-up: task %s (%s) waits for %s, which nobody else refers to any more, in %s at %s:%d",
                    asyncio_task_get_name(task), task->coro_name, awaited,
                    task->waits_at ? task->waits_at->function : "?", task->waits_at ? task->waits_at->file : "?",
                    task->waits_at ? task->waits_at->line : 0);
        free(awaited);
    }
}

/* ---- threads ---- */

COLD static bool debug_complain_of_thread(void)
{
    exception_raise_text(ASYNCIO_RUNTIME_ERROR,
                         "Non-thread-safe operation invoked on an event loop other than the current one");
    return false;
}
