#include "watch/graph.h"

#include "base/memory.h"

#include "watch/inspect.h"
#include "core/loop.h"
#include "core/tasks.h"

#include <stdlib.h>

/* ---- nodes ---- */

enum { NODES_AT_FIRST = 64 };

static bool graph_rehash(graph *graph)
{
    uint32_t *buckets = calloc(graph->capacity, sizeof *buckets);
    if (!buckets)
        return false;
    free(graph->buckets);
    graph->buckets = buckets;
    graph->bucket_count = graph->capacity; /* a power of two */
    for (uint32_t i = 0; i < graph->count; i++) {
        uint32_t *bucket = &buckets[graph->nodes[i].object->id & (graph->bucket_count - 1)];
        graph->nodes[i].next = *bucket;
        *bucket = i + 1;
    }
    return true;
}

/* The node of an object + 1, or 0. */
static uint32_t graph_find(const graph *graph, const asyncio_object *object)
{
    uint32_t node = graph->bucket_count ? graph->buckets[object->id & (graph->bucket_count - 1)] : 0;
    while (node && graph->nodes[node - 1].object != object)
        node = graph->nodes[node - 1].next;
    return node;
}

/* The node of an object, which is added if it is not there; -1 for lack of memory. */
static long graph_node_of(graph *graph, asyncio_object *object)
{
    uint32_t found = graph_find(graph, object);
    if (found)
        return (long)found - 1;
    if (graph->count == graph->capacity &&
        (!memory_reserve(&graph->nodes, &graph->capacity, graph->count + 1, sizeof *graph->nodes, NODES_AT_FIRST) ||
         !graph_rehash(graph)))
        return -1;
    uint32_t *bucket = &graph->buckets[object->id & (graph->bucket_count - 1)];
    graph->nodes[graph->count] = (graph_node){.object = object, .next = *bucket};
    *bucket = (uint32_t)++graph->count;
    return (long)graph->count - 1;
}

/* ---- edges ---- */

/* Adds those who wait for a node, and has them among the nodes. */
static bool graph_add_awaiters(graph *graph, size_t i)
{
    asyncio_object *object = graph->nodes[i].object;
    size_t count = inspect_awaiters(object, NULL, 0), first = graph->awaiter_count;
    asyncio_object **awaiters = calloc(count ? count : 1, sizeof *awaiters);
    bool added = awaiters && memory_reserve(&graph->awaiters, &graph->awaiter_capacity, first + count,
                                            sizeof *graph->awaiters, NODES_AT_FIRST);
    if (added)
        inspect_awaiters(object, awaiters, count);
    for (size_t j = 0; added && j < count; j++) {
        long node = graph_node_of(graph, awaiters[j]);
        added = node >= 0;
        graph->awaiters[first + j] = (uint32_t)node;
    }
    free(awaiters);
    graph->nodes[i].awaiters = (uint32_t)first;
    graph->nodes[i].awaiter_count = (uint32_t)count;
    graph->awaiter_count = first + count;
    return added;
}

/* The same edges by the node that waits; each node's in the order of those that it waits for. */
static bool graph_turn_round(graph *graph)
{
    graph->awaited = calloc(graph->awaiter_count + 1, sizeof *graph->awaited);
    if (!graph->awaited)
        return false;
    for (size_t e = 0; e < graph->awaiter_count; e++)
        graph->nodes[graph->awaiters[e]].awaited_count++;
    for (uint32_t i = 0, at = 0; i < graph->count; i++) {
        graph->nodes[i].awaited = at;
        at += graph->nodes[i].awaited_count;
        graph->nodes[i].awaited_count = 0;
    }
    for (uint32_t i = 0; i < graph->count; i++)
        for (uint32_t e = 0; e < graph->nodes[i].awaiter_count; e++) {
            graph_node *waiting = &graph->nodes[graph->awaiters[graph->nodes[i].awaiters + e]];
            graph->awaited[waiting->awaited + waiting->awaited_count++] = i;
        }
    return true;
}

/* The task whose lock an object, a task, waits for; or NULL. (Of a semaphore it is only known who took it last.) */
static asyncio_task *blocking_holder(const asyncio_object *object)
{
    const asyncio_task *task = object_as_task(object);
    if (!task || !task->waits_for || !task->waits_for->of || task->waits_for->of->type != OBJECT_LOCK)
        return NULL;
    return inspect_holder(task);
}

static void graph_find_holders(graph *graph)
{
    for (size_t i = 0; i < graph->count; i++) {
        asyncio_task *holder = blocking_holder(graph->nodes[i].object);
        if (holder)
            graph->nodes[i].holder = graph_find(graph, &holder->future.object);
    }
}

/* Follows the edges from the nodes that are there. */
static bool graph_complete(graph *graph)
{
    for (size_t i = 0; i < graph->count; i++)
        if (!graph_add_awaiters(graph, i))
            return false;
    graph_find_holders(graph);
    return graph_turn_round(graph);
}

static bool graph_of_loop(graph *graph, asyncio_loop *loop)
{
    LIST_EACH (&loop->tasks, link)
        if (graph_node_of(graph, &CONTAINER(link, asyncio_task, among_all)->future.object) < 0)
            return false;
    return graph_complete(graph);
}

static bool graph_of_object(graph *graph, asyncio_object *object)
{
    return graph_node_of(graph, object) >= 0 && graph_complete(graph);
}

static void graph_free(graph *graph)
{
    free(graph->nodes);
    free(graph->awaiters);
    free(graph->awaited);
    free(graph->buckets);
}

/* ---- cycles ---- */

/* The n-th node that a node cannot go on without, or -1: what it waits for, then who holds that. */
static long graph_blocker(const graph *graph, const graph_node *node, uint32_t n)
{
    if (n < node->awaited_count)
        return graph->awaited[node->awaited + n];
    return n == node->awaited_count && node->holder ? (long)node->holder - 1 : -1;
}

static void tell_step(text_buffer *text, const asyncio_object *object)
{
    if (object_as_task(object))
        text_add(text, asyncio_task_get_name((const asyncio_task *)object));
    else
        inspect_name(text, object);
}

/* The ring that the end of the path closes by leading to `back`, which is on it. */
static void tell_cycle(const graph *graph, text_buffer *text, const char *indent, const uint32_t *path, size_t length,
                       uint32_t back)
{
    text_add_format(text, "%scycle: ", indent);
    for (size_t i = graph->nodes[back].path - 1; i < length; i++) {
        const graph_node *node = &graph->nodes[path[i]];
        uint32_t next = i + 1 < length ? path[i + 1] : back;
        tell_step(text, node->object);
        text_add(text, " → ");
        if (node->holder == next + 1) { /* by way of a lock */
            inspect_name(text, &((asyncio_task *)node->object)->waits_for->object);
            text_add(text, " → ");
        }
    }
    tell_step(text, graph->nodes[back].object);
    text_add(text, "\n");
}

/* A walk that goes deep first, on a path of its own instead of the stack: a chain of tasks may be long. */
static size_t graph_tell_cycles_from(graph *graph, uint32_t start, uint32_t *path, uint32_t *turn, text_buffer *text,
                                     const char *indent)
{
    size_t length = 0, cycles = 0;
    path[length] = start;
    turn[length++] = 0;
    graph->nodes[start].path = 1;
    while (length) {
        graph_node *node = &graph->nodes[path[length - 1]];
        long next = graph_blocker(graph, node, turn[length - 1]++);
        node->seen = true;
        if (next < 0) {
            node->path = 0;
            length--;
        } else if (graph->nodes[next].path) {
            tell_cycle(graph, text, indent, path, length, (uint32_t)next);
            cycles++;
        } else if (!graph->nodes[next].seen) {
            path[length] = (uint32_t)next;
            turn[length++] = 0;
            graph->nodes[next].path = (uint32_t)length;
        }
    }
    return cycles;
}

static size_t graph_tell_cycles(graph *graph, text_buffer *text, const char *indent)
{
    uint32_t *path = calloc(graph->count + 1, sizeof *path), *turn = calloc(graph->count + 1, sizeof *turn);
    size_t cycles = 0;
    for (uint32_t i = 0; path && turn && i < graph->count; i++)
        if (!graph->nodes[i].seen)
            cycles += graph_tell_cycles_from(graph, i, path, turn, text, indent);
    for (size_t i = 0; i < graph->count; i++)
        graph->nodes[i].seen = false;
    free(path);
    free(turn);
    return cycles;
}
