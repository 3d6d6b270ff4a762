#include "watch/inspect.h"

#include "core/coroutines.h"
#include "watch/graph.h"
#include "core/loop.h"
#include "core/reports.h"
#include "core/tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one task ---- */

static bool is_waiting(const asyncio_task *task)
{
    return task->waits_for && !future_done(task->waits_for);
}

static const char *inspect_state(const asyncio_task *task)
{
    return future_done(&task->future) ? "done"
           : task == runtime.task     ? "running"
           : !task->started           ? "new"
           : is_waiting(task)         ? "waiting"
                                      : "ready";
}

/* Frames that are found from the inside out. */
typedef struct frame_list {
    asyncio_site *frames;
    size_t max, count;
    const char *innermost; /* the function that was found last */
} frame_list;

static void add_frame(frame_list *list, asyncio_site frame)
{
    if (list->count < list->max)
        list->frames[list->count] = frame;
    list->count++;
    list->innermost = frame.function;
}

/* A body that is known to have been called, unless its frame is the one that was found last. */
static void add_body(frame_list *list, const char *function)
{
    if (!list->innermost || strcmp(list->innermost, function))
        add_frame(list, (asyncio_site){.function = function});
}

static size_t inspect_frames(const asyncio_task *task, const asyncio_site *here, asyncio_site *frames, size_t max)
{
    frame_list list = {frames, max, 0, NULL};
    const asyncio_site *site = task == runtime.task ? here : task->waits_at;
    if (future_done(&task->future))
        return 0;
    if (site)
        add_frame(&list, *site);
    for (const asyncio_coroutine *c = task->innermost; c; c = c->awaiter) {
        add_body(&list, c->spec.coro);
        if (c->awaited_at) /* not one that is driven by hand */
            add_frame(&list, *c->awaited_at);
    }
    add_body(&list, task->coro_name);
    return list.count;
}

/* ---- what it waits for ---- */

static size_t inspect_awaiters(const asyncio_object *object, asyncio_object **awaiters, size_t max)
{
    switch (object->type) {
#define AWAITERS(constant, stem, type) \
    case OBJECT_##constant: return stem##_awaiters((const asyncio_##type *)object, awaiters, max);
#define KIND(constant, stem, type, noun, label, with, held, awaited, ...) \
    KIND_IF(awaited, AWAITERS(constant, stem, type))
        OBJECT_KINDS(KIND)
#undef KIND
    default: return 0;
    }
}

/* The task that took a lock, ... last, by its id; 0: none. */
static uint32_t holder_of(const asyncio_object *object)
{
    switch (object->type) {
#define HOLDER(constant, stem, type) \
    case OBJECT_##constant: return stem##_holder((const asyncio_##type *)object);
#define KIND(constant, stem, type, noun, label, with, held, ...) KIND_IF(held, HOLDER(constant, stem, type))
        OBJECT_KINDS(KIND)
#undef KIND
    default: return 0;
    }
}

static asyncio_task *inspect_holder(const asyncio_task *waiting)
{
    const asyncio_object *of = is_waiting(waiting) ? waiting->waits_for->of : NULL;
    return of ? task_by_id(waiting->future.loop, holder_of(of)) : NULL;
}

static const char *inspect_kind(const asyncio_object *object)
{
    const asyncio_future *future = object_as_future(object);
    return future ? future_label(future) : object_label(object);
}

/* The lock, ... that a future belongs to, or the future itself. */
static const asyncio_object *subject_of(const asyncio_future *future)
{
    return future->of ? future->of : &future->object;
}

static void inspect_name(text_buffer *text, const asyncio_object *object)
{
    const asyncio_task *task = object_as_task(object);
    const asyncio_future *future = object_as_future(object);
    const asyncio_object *subject = future ? subject_of(future) : object;
    if (task)
        text_add_format(text, "task %s", asyncio_task_get_name(task));
    else
        text_add_format(text, "%s #%u", inspect_kind(object), (unsigned)subject->id);
}

static void inspect_awaited(text_buffer *text, const asyncio_task *waiting)
{
    const asyncio_future *future = waiting->waits_for;
    asyncio_task *holder = inspect_holder(waiting);
    inspect_name(text, &future->object);
    if (holder)
        text_add_format(text, ", taken last by %s", asyncio_task_get_name(holder));
    else if (future->of && holder_of(future->of))
        text_add(text, ", taken last by a task that has ended");
}

static void inspect_print(FILE *stream, char *text)
{
    if (!text)
        return;
    if (stream == stderr)
        fflush(stdout);
    fputs(text, stream ? stream : stdout);
    free(text);
}

/* ---- the deadlock report ---- */

static void report_task(text_buffer *text, const asyncio_task *task)
{
    text_add_format(text, "  %s (%s) waits for ", asyncio_task_get_name(task), task->coro_name);
    inspect_awaited(text, task);
    if (task->waits_at)
        text_add_format(text, ", in %s at %s:%d", task->waits_at->function, task->waits_at->file, task->waits_at->line);
    text_add(text, "\n");
    for (const asyncio_coroutine *c = task->innermost; c; c = c->awaiter)
        if (c->awaited_at)
            text_add_format(text, "      in coroutine %s, awaited in %s at %s:%d\n", c->spec.coro,
                            c->awaited_at->function, c->awaited_at->file, c->awaited_at->line);
}

NEVER_SUSPENDS static void report_deadlock(asyncio_loop *loop)
{
    text_buffer text = {0};
    LIST_EACH (&loop->tasks, link) {
        asyncio_task *task = CONTAINER(link, asyncio_task, among_all);
        if (task->waits_for)
            report_task(&text, task);
    }
    graph graph = {0};
    if (graph_of_loop(&graph, loop))
        graph_tell_cycles(&graph, &text, "  ");
    graph_free(&graph);
    fflush(stdout);
    fprintf(stderr, "asyncio: deadlock: nothing is ready, no timer is set, and nothing outside is under way\n%s",
            text.bytes ? text.bytes : "");
    free(text.bytes);
}
