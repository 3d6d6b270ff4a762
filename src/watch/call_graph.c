/* The stack of a task, and the call graph of a future: its stack and who waits for it, as Python 3.14's asyncio.graph.
 * */
#include "core/coroutines.h"
#include "base/exceptions.h"
#include "watch/graph.h"
#include "watch/inspect.h"
#include "core/tasks.h"

#include <stdlib.h>

/* ---- the stack of one task ---- */

static void reverse(asyncio_site *frames, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        asyncio_site other = frames[i];
        frames[i] = frames[count - 1 - i];
        frames[count - 1 - i] = other;
    }
}

/* All frames of a task, from malloc; NULL with MemoryError. */
static asyncio_site *frames_of(const asyncio_task *task, const asyncio_site *here, size_t *count)
{
    *count = inspect_frames(task, here, NULL, 0);
    asyncio_site *frames = calloc(*count + 1, sizeof *frames);
    if (frames)
        inspect_frames(task, here, frames, *count);
    else
        exception_raise_no_memory();
    return frames;
}

size_t asyncio__task_get_stack(const asyncio_task *task, asyncio_site *frames, size_t max, const asyncio_site *here)
{
    if (!object_check(task, OBJECT_TASK, "asyncio_task_get_stack"))
        return 0;
    size_t count = inspect_frames(task, here, frames, max);
    reverse(frames, count < max ? count : max);
    return count;
}

/* "file.c:12, in f()", or what is known of it. */
static void add_place(text_buffer *text, const asyncio_site *frame)
{
    if (frame->file)
        text_add_format(text, "File \"%s\", line %d, in %s()", frame->file, frame->line, frame->function);
    else
        text_add_format(text, "in %s()", frame->function);
}

void asyncio__print_stack(const asyncio_task *task, const asyncio_site *here, asyncio__stack_options options)
{
    if (!object_check(task, OBJECT_TASK, "asyncio_task_print_stack"))
        return;
    text_buffer text = {0};
    size_t count, limit = options.limit > 0 ? (size_t)options.limit : SIZE_MAX;
    asyncio_site *frames = frames_of(task, here, &count);
    if (!frames)
        return;
    text_add_format(&text, count ? "Stack for %s (%s, %s) (most recent call last):\n" : "No stack for %s (%s, %s)\n",
                    asyncio_task_get_name(task), task->coro_name, inspect_state(task));
    for (size_t i = count < limit ? count : limit; i-- > 0;) {
        text_add(&text, "  ");
        add_place(&text, &frames[i]);
        text_add(&text, "\n");
    }
    free(frames);
    inspect_print(options.file ? options.file : stderr, text_take(&text));
}

/* ---- capturing ---- */

/* What asyncio_capture_call_graph returns is the first of the entries; the object lets go of them all. */
typedef struct call_graph {
    asyncio_object object;
    size_t count;
    asyncio_future_call_graph *entries;
    asyncio_future_call_graph **awaiters; /* of all entries */
} call_graph;

static size_t call_graph_finalize(asyncio_object *object)
{
    call_graph *captured = (call_graph *)object;
    for (size_t i = 0; i < captured->count; i++) {
        free((void *)captured->entries[i].call_stack);
        object_unref(captured->entries[i].object);
    }
    free(captured->entries);
    free(captured->awaiters);
    return sizeof *captured;
}

/* Of so many frames, newest first, the oldest ones; for a negative limit the newest ones. Returns how many are left. */
static size_t limit_frames(asyncio_site *frames, size_t count, int limit)
{
    size_t wanted = limit < 0 ? 0u - (unsigned)limit : (size_t)limit;
    if (count <= wanted)
        return count;
    if (limit > 0)
        memmove(frames, frames + (count - wanted), wanted * sizeof *frames);
    return wanted;
}

static bool fill_entry(asyncio_future_call_graph *entry, asyncio_object *object, const asyncio_site *here, int limit)
{
    entry->object = object_ref(object);
    entry->kind = inspect_kind(object);
    entry->future = (asyncio_future *)object_as_future(object);
    if (!object_as_task(object))
        return true;
    asyncio_site *frames = frames_of((asyncio_task *)object, here, &entry->call_stack_count);
    if (frames)
        entry->call_stack_count = limit_frames(frames, entry->call_stack_count, limit);
    entry->call_stack = frames;
    return frames;
}

static bool fill(call_graph *captured, const graph *graph, const asyncio_site *here, int limit)
{
    captured->entries = calloc(graph->count, sizeof *captured->entries);
    captured->awaiters = calloc(graph->awaiter_count + 1, sizeof *captured->awaiters);
    if (!captured->entries || !captured->awaiters)
        return false;
    for (; captured->count < graph->count; captured->count++) {
        const graph_node *node = &graph->nodes[captured->count];
        asyncio_future_call_graph *entry = &captured->entries[captured->count];
        entry->captured = &captured->object;
        entry->awaited_by = captured->awaiters + node->awaiters;
        entry->awaited_by_count = node->awaiter_count;
        if (!fill_entry(entry, node->object, here, limit)) {
            object_unref(entry->object);
            return false;
        }
    }
    for (size_t e = 0; e < graph->awaiter_count; e++)
        captured->awaiters[e] = &captured->entries[graph->awaiters[e]];
    return true;
}

/* What is asked about: the object given, or the running task; NULL with an exception. */
static asyncio_object *subject(const void *given, const char *call)
{
    if (given)
        return object_check(given, OBJECT_FUTURE, call) ? (asyncio_object *)given : NULL;
    if (!runtime.task)
        exception_raise_format(ASYNCIO_RUNTIME_ERROR,
                               "%s() is called outside of a task: say which task or future it is about", call);
    return (asyncio_object *)runtime.task;
}

static call_graph *capture(asyncio_object *object, const asyncio_site *here, int limit, list *owner)
{
    graph graph = {0};
    call_graph *captured = object ? object_new(OBJECT_CALL_GRAPH, sizeof *captured, owner) : NULL;
    bool whole = captured && graph_of_object(&graph, object) && fill(captured, &graph, here, limit);
    graph_free(&graph);
    if (!captured || whole)
        return captured;
    object_unref(object_claim(captured));
    if (!asyncio_failed())
        exception_raise_no_memory();
    return NULL;
}

const asyncio_future_call_graph *asyncio__capture_call_graph(const asyncio_site *here, asyncio__graph_options options)
{
    call_graph *captured =
        capture(subject(options.x, "asyncio_capture_call_graph"), here, options.limit, object_owner());
    return captured ? captured->entries : NULL;
}

/* ---- as text ---- */

enum { DEEPEST = 100 };

static void add_head(text_buffer *text, const asyncio_future_call_graph *entry, int level)
{
    unsigned id = (unsigned)entry->object->id;
    text_add_repeated(text, "    ", (size_t)level);
    if (object_as_task(entry->object))
        text_add_format(text, "* Task(name='%s', id=%u)", asyncio_task_get_name((asyncio_task *)entry->future), id);
    else if (entry->future)
        text_add_format(text, "* Future(%s, id=%u)", entry->kind, id);
    else
        text_add_format(text, "* %s(id=%u)", entry->kind, id);
}

static void add_details(text_buffer *text, const asyncio_future_call_graph *entry, int level)
{
    if (entry->call_stack_count) {
        text_add_repeated(text, "    ", (size_t)level);
        text_add(text, "  + Call stack:\n");
    }
    for (size_t i = 0; i < entry->call_stack_count; i++) {
        text_add_repeated(text, "    ", (size_t)level);
        text_add(text, "  |   ");
        add_place(text, &entry->call_stack[i]);
        text_add(text, "\n");
    }
}

/* The entries that were told already are told by name only: a graph is no tree, and may have rings. */
static void add_level(text_buffer *text, const call_graph *captured, const asyncio_future_call_graph *entry, int level,
                      bool *told)
{
    size_t i = (size_t)(entry - captured->entries);
    add_head(text, entry, level);
    if (told[i] || level == DEEPEST) {
        text_add(text, told[i] ? " (see above)\n" : " ...\n");
        return;
    }
    told[i] = true;
    text_add(text, "\n");
    add_details(text, entry, level);
    if (!entry->awaited_by_count)
        return;
    text_add_repeated(text, "    ", (size_t)level);
    text_add(text, "  + Awaited by:\n");
    for (size_t awaiter = 0; awaiter < entry->awaited_by_count; awaiter++)
        add_level(text, captured, entry->awaited_by[awaiter], level + 1, told);
}

static char *format(const asyncio_site *here, const asyncio__graph_options *options, const char *call)
{
    text_buffer text = {0};
    call_graph *captured = capture(subject(options->x, call), here, options->limit, NULL);
    if (!captured)
        return NULL;
    bool *told = calloc(captured->count, sizeof *told);
    if (told)
        add_level(&text, captured, captured->entries, 0, told);
    else
        text.failed = true;
    free(told);
    object_unref(captured);
    return text_take(&text);
}

char *asyncio__format_call_graph(const asyncio_site *here, asyncio__graph_options options)
{
    return format(here, &options, "asyncio_format_call_graph");
}

int asyncio__print_call_graph(const asyncio_site *here, asyncio__graph_options options)
{
    char *text = format(here, &options, "asyncio_print_call_graph");
    inspect_print(options.file, text);
    return text ? 0 : -1;
}
