#include "watch/pstree.h"

#include "base/exceptions.h"
#include "watch/graph.h"
#include "watch/inspect.h"
#include "core/loop.h"
#include "core/tasks.h"

#include <stdlib.h>
#include <string.h>

/* ---- parts of a line ---- */

/* The frames of a task, newest first, for the text; from malloc. Without memory there are none, and the text has
 * failed. */
static asyncio_site *frames_for(text_buffer *text, const graph *graph, const asyncio_task *task, size_t *count)
{
    asyncio_site *frames = frames_of(task, graph->here, count);
    if (frames)
        return frames;
    text->failed = true;
    *count = 0;
    return NULL;
}

/* The same from the outermost on. */
static asyncio_site *frames_from_outside(text_buffer *text, const graph *graph, const asyncio_task *task, size_t *count)
{
    asyncio_site *frames = frames_for(text, graph, task, count);
    if (frames)
        reverse(frames, *count);
    return frames;
}

static void add_frame_text(text_buffer *text, const asyncio_site *frame)
{
    text_add(text, frame->function);
    if (frame->file)
        text_add_format(text, " %s:%d", frame->file, frame->line);
}

static bool is_task(const asyncio_object *object)
{
    return object_as_task(object);
}

/* ---- pstree ---- */

enum { DEEPEST_BRANCH = 32 }; /* what is deeper has a tree of its own: lines have to be read */

/* A node whose branch is being drawn. */
typedef struct branch {
    uint32_t node;
    uint32_t next; /* of the nodes that it waits for */
    size_t prefix; /* how long the lines of those begin the same */
} branch;

typedef struct tree {
    graph *graph;
    text_buffer *text;
    text_buffer prefix; /* what the lines begin with */
    branch path[DEEPEST_BRANCH + 1];
    size_t depth;
} tree;

static void prefix_cut(tree *t, size_t length)
{
    t->prefix.length = length;
    if (t->prefix.bytes)
        t->prefix.bytes[length] = '\0';
}

static void draw_line_begin(tree *t, bool last)
{
    text_add(t->text, t->prefix.bytes ? t->prefix.bytes : "");
    text_add(t->text, last ? "└── " : "├── ");
    text_add(&t->prefix, last ? "    " : "│   ");
}

/* Whether what a task waits for stands among the nodes below it. */
static bool is_drawn_below(const graph *graph, const graph_node *node)
{
    const asyncio_future *future = ((const asyncio_task *)node->object)->waits_for;
    for (uint32_t i = 0; i < node->awaited_count; i++) {
        const asyncio_object *below = graph->nodes[graph->awaited[node->awaited + i]].object;
        if (below == &future->object || below == future->of)
            return true;
    }
    return false;
}

static void draw_frames(tree *t, const graph_node *node)
{
    const asyncio_task *task = (const asyncio_task *)node->object;
    size_t count;
    asyncio_site *frames = frames_from_outside(t->text, t->graph, task, &count);
    for (size_t i = 0; i < count; i++) {
        draw_line_begin(t, true);
        text_add(t->text, " ");
        add_frame_text(t->text, &frames[i]);
        text_add(t->text, "\n");
    }
    free(frames);
    if (!strcmp(inspect_state(task), "waiting") && !is_drawn_below(t->graph, node)) {
        size_t before = t->prefix.length;
        draw_line_begin(t, !node->awaited_count);
        inspect_awaited(t->text, task);
        text_add(t->text, "\n");
        prefix_cut(t, before);
    }
}

static void draw_head(text_buffer *text, const asyncio_object *object)
{
    if (!is_task(object)) {
        inspect_name(text, object);
        return;
    }
    const char *state = inspect_state((const asyncio_task *)object);
    text_add_format(text, "(T) %s", asyncio_task_get_name((const asyncio_task *)object));
    if (strcmp(state, "waiting"))
        text_add_format(text, " (%s)", state);
}

/* Draws a node's own lines; what it waits for comes next. */
static void draw_node(tree *t, uint32_t i, bool last)
{
    graph_node *node = &t->graph->nodes[i];
    size_t before = t->prefix.length;
    draw_line_begin(t, last);
    draw_head(t->text, node->object);
    text_add(t->text, node->path                   ? " (cycle)\n"
                      : node->seen                 ? " (see above)\n"
                      : t->depth == DEEPEST_BRANCH ? " ...\n"
                                                   : "\n");
    if (node->seen || t->depth == DEEPEST_BRANCH) {
        prefix_cut(t, before);
        return;
    }
    node->seen = true;
    node->path = (uint32_t)t->depth + 1;
    if (is_task(node->object))
        draw_frames(t, node);
    t->path[t->depth++] = (branch){i, 0, t->prefix.length};
}

static void draw_tree(tree *t, uint32_t root)
{
    prefix_cut(t, 0);
    draw_node(t, root, true);
    while (t->depth) {
        branch *b = &t->path[t->depth - 1];
        graph_node *node = &t->graph->nodes[b->node];
        prefix_cut(t, b->prefix);
        if (b->next == node->awaited_count) {
            node->path = 0;
            t->depth--;
        } else {
            uint32_t child = t->graph->awaited[node->awaited + b->next++];
            draw_node(t, child, b->next == node->awaited_count);
        }
    }
}

/* The trees: of those for whom nobody waits, then of what is left, which is in rings. */
static void add_pstree(text_buffer *text, graph *graph)
{
    tree *t = calloc(1, sizeof *t);
    if (!t) {
        text->failed = true;
        return;
    }
    t->graph = graph;
    t->text = text;
    if (graph_tell_cycles(graph, text, ""))
        text_add(text, "\n");
    for (int rings = 0; rings <= 1; rings++)
        for (uint32_t i = 0; i < graph->count; i++)
            if (!graph->nodes[i].seen && (rings || !graph->nodes[i].awaiter_count))
                draw_tree(t, i);
    text->failed |= t->prefix.failed;
    free(t->prefix.bytes);
    free(t);
}

/* ---- ps ---- */

enum { COLUMNS = 7 };

static const char *const titles[COLUMNS] = {"task id",   "task name",     "state",       "coroutine stack",
                                            "waits for", "awaiter chain", "awaiter name"};

/* A row of the table is a line of cells with tabs between them, which are spaced when all are known. No name in a cell
 * may look like its end. */
static void end_cell(text_buffer *rows, size_t begin, const char *end)
{
    for (size_t i = begin; i < rows->length; i++)
        if ((unsigned char)rows->bytes[i] < ' ')
            rows->bytes[i] = ' ';
    text_add(rows, end);
}

static void add_cell(text_buffer *rows, const char *cell)
{
    size_t begin = rows->length;
    text_add(rows, cell);
    end_cell(rows, begin, "\t");
}

static void add_stack(text_buffer *text, const graph *graph, const asyncio_task *task)
{
    size_t count;
    asyncio_site *frames = frames_for(text, graph, task, &count);
    for (size_t i = 0; i < count; i++)
        text_add_format(text, "%s%s", i ? " -> " : "", frames[i].function);
    free(frames);
}

/* From an awaiter to the next task: what lies in between, then that one's stack. Returns the task, or NULL. */
static const asyncio_task *add_chain(text_buffer *rows, const graph *graph, const graph_node *awaiter)
{
    for (size_t steps = 0; awaiter && !is_task(awaiter->object) && steps < graph->count; steps++) {
        inspect_name(rows, awaiter->object);
        text_add(rows, awaiter->awaiter_count ? " -> " : "");
        awaiter = awaiter->awaiter_count ? &graph->nodes[graph->awaiters[awaiter->awaiters]] : NULL;
    }
    if (!awaiter || !is_task(awaiter->object))
        return NULL;
    add_stack(rows, graph, (const asyncio_task *)awaiter->object);
    return (const asyncio_task *)awaiter->object;
}

static void add_row(text_buffer *rows, const graph *graph, const graph_node *node, const graph_node *awaiter)
{
    const asyncio_task *task = (const asyncio_task *)node->object;
    text_add_format(rows, "%u\t", (unsigned)task_id(task));
    add_cell(rows, asyncio_task_get_name(task));
    add_cell(rows, inspect_state(task));
    size_t begin = rows->length;
    add_stack(rows, graph, task);
    end_cell(rows, begin, "\t");
    begin = rows->length;
    if (!strcmp(inspect_state(task), "waiting"))
        inspect_awaited(rows, task);
    end_cell(rows, begin, "\t");
    begin = rows->length;
    const asyncio_task *next = add_chain(rows, graph, awaiter);
    end_cell(rows, begin, "\t");
    begin = rows->length;
    text_add(rows, next ? asyncio_task_get_name(next) : "");
    end_cell(rows, begin, "\n");
}

static void add_rows(text_buffer *rows, const graph *graph)
{
    for (size_t c = 0; c < COLUMNS; c++)
        text_add_format(rows, "%s%s", titles[c], c + 1 < COLUMNS ? "\t" : "\n");
    for (size_t i = 0; i < graph->count; i++) {
        const graph_node *node = &graph->nodes[i];
        for (uint32_t a = 0; is_task(node->object) && (a == 0 || a < node->awaiter_count); a++)
            add_row(rows, graph, node, node->awaiter_count ? &graph->nodes[graph->awaiters[node->awaiters + a]] : NULL);
    }
}

static void measure(const char *rows, size_t *widths)
{
    size_t column = 0;
    for (const char *cell = rows; *cell; cell += strcspn(cell, "\t\n"), cell++) {
        size_t width = strcspn(cell, "\t\n");
        if (width > widths[column])
            widths[column] = width;
        column = cell[width] == '\n' ? 0 : column + 1;
    }
}

static void end_line(text_buffer *text)
{
    while (text->length && text->bytes[text->length - 1] == ' ')
        text->length--;
    text_add(text, "\n");
}

static void add_ps(text_buffer *text, graph *graph)
{
    text_buffer rows = {0};
    size_t widths[COLUMNS] = {0}, column = 0;
    add_rows(&rows, graph);
    measure(rows.bytes ? rows.bytes : "", widths);
    for (const char *cell = rows.bytes; cell && *cell; cell += strcspn(cell, "\t\n"), cell++) {
        int width = (int)strcspn(cell, "\t\n");
        text_add_format(text, "%-*.*s  ", (int)widths[column], width, cell);
        if (cell[width] == '\n')
            end_line(text);
        column = cell[width] == '\n' ? 0 : column + 1;
    }
    text->failed |= rows.failed;
    free(rows.bytes);
}

/* ---- JSON ---- */

static void add_ids(text_buffer *text, const graph *graph, const graph_node *node)
{
    text_add(text, ",\"awaitedBy\":[");
    for (uint32_t a = 0; a < node->awaiter_count; a++)
        text_add_format(text, "%s%u", a ? "," : "",
                        (unsigned)graph->nodes[graph->awaiters[node->awaiters + a]].object->id);
    text_add(text, "]}");
}

static void add_json_stack(text_buffer *text, const graph *graph, const asyncio_task *task)
{
    size_t count;
    asyncio_site *frames = frames_from_outside(text, graph, task, &count);
    text_add(text, ",\"stack\":[");
    for (size_t i = 0; i < count; i++) {
        text_add(text, i ? ",{\"function\":" : "{\"function\":");
        text_add_json(text, frames[i].function);
        if (frames[i].file) {
            text_add(text, ",\"file\":");
            text_add_json(text, frames[i].file);
            text_add_format(text, ",\"line\":%d", frames[i].line);
        }
        text_add(text, "}");
    }
    text_add(text, "]");
    free(frames);
}

static void add_json_awaited(text_buffer *text, const asyncio_task *task)
{
    const asyncio_future *future = task->waits_for;
    asyncio_task *holder = inspect_holder(task);
    text_add_format(text, ",\"waitsFor\":{\"kind\":\"%s\",\"id\":%u", inspect_kind(&future->object),
                    (unsigned)(future->of ? future->of : &future->object)->id);
    if (holder)
        text_add_format(text, ",\"holder\":%u", (unsigned)task_id(holder));
    text_add(text, "}");
}

static void add_json_task(text_buffer *text, const graph *graph, const graph_node *node)
{
    const asyncio_task *task = (const asyncio_task *)node->object;
    text_add_format(text, "{\"id\":%u,\"name\":", (unsigned)task_id(task));
    text_add_json(text, asyncio_task_get_name(task));
    text_add(text, ",\"coro\":");
    text_add_json(text, task->coro_name);
    text_add_format(text, ",\"state\":\"%s\"", inspect_state(task));
    add_json_stack(text, graph, task);
    if (!strcmp(inspect_state(task), "waiting"))
        add_json_awaited(text, task);
    add_ids(text, graph, node);
}

static void add_json_nodes(text_buffer *text, const graph *graph, bool tasks)
{
    const char *separator = "";
    for (size_t i = 0; i < graph->count; i++) {
        const graph_node *node = &graph->nodes[i];
        if (is_task(node->object) != tasks)
            continue;
        text_add(text, separator);
        separator = ",";
        if (tasks) {
            add_json_task(text, graph, node);
        } else {
            text_add_format(text, "{\"id\":%u,\"kind\":\"%s\"", (unsigned)node->object->id, inspect_kind(node->object));
            add_ids(text, graph, node);
        }
    }
}

static void add_json(text_buffer *text, graph *graph)
{
    text_buffer drawn = {0};
    text_add(text, "{\"tasks\":[");
    add_json_nodes(text, graph, true);
    text_add(text, "],\"between\":[");
    add_json_nodes(text, graph, false);
    text_add(text, "],\"text\":");
    add_pstree(&drawn, graph);
    text_add_json(text, drawn.bytes ? drawn.bytes : "");
    text_add(text, "}");
    text->failed |= drawn.failed;
    free(drawn.bytes);
}

/* ---- the calls ---- */

static char *describe(asyncio_loop *loop, const asyncio_site *here, void (*add)(text_buffer *, graph *))
{
    graph graph = {.here = here};
    text_buffer text = {0};
    if (!loop || graph_of_loop(&graph, loop))
        add(&text, &graph);
    else
        text.failed = true;
    graph_free(&graph);
    return text_take(&text);
}

/* Of the loop given, or of the one that runs; NULL with an exception. */
static char *describe_loop(asyncio_loop *given, const asyncio_site *here, void (*add)(text_buffer *, graph *),
                           const char *call)
{
    asyncio_loop *loop = given ? given : asyncio_get_running_loop();
    return loop && loop_check(loop, call) ? describe(loop, here, add) : NULL;
}

char *asyncio__format_pstree(const asyncio_site *here, asyncio__tasks_options options)
{
    return describe_loop(options.loop, here, add_pstree, "asyncio_format_pstree");
}

char *asyncio__format_ps(const asyncio_site *here, asyncio__tasks_options options)
{
    return describe_loop(options.loop, here, add_ps, "asyncio_format_ps");
}

void asyncio__print_pstree(const asyncio_site *here, asyncio__tasks_options options)
{
    inspect_print(options.file, describe_loop(options.loop, here, add_pstree, "asyncio_print_pstree"));
}

void asyncio__print_ps(const asyncio_site *here, asyncio__tasks_options options)
{
    inspect_print(options.file, describe_loop(options.loop, here, add_ps, "asyncio_print_ps"));
}

COLD static char *pstree_json(asyncio_loop *loop)
{
    asyncio_exception *before = exception_take();
    char *json = describe(loop, NULL, add_json);
    object_unref(exception_take());
    exception_restore(before);
    return json;
}
