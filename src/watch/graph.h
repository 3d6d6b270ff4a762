/* The graph of who awaits whom, as it is at this moment: made when somebody asks for it, from the lists in which the
 * futures keep those who wait for them. So awaiting costs nothing more for it. */
#ifndef GRAPH_H
#define GRAPH_H

#include "base/object.h"
#include "base/text.h"

/* A task, or what tasks wait through: a gather, a shield, a task group, ... */
typedef struct graph_node {
    asyncio_object *object;           /* borrowed */
    uint32_t awaiters, awaiter_count; /* its part of graph->awaiters */
    uint32_t awaited, awaited_count;  /* its part of graph->awaited */
    uint32_t next;                    /* in its bucket + 1 */
    uint32_t holder; /* the node of the task that holds the lock which this one waits for, + 1; 0: none */
    uint32_t path;   /* while the graph is walked: its place on the path + 1 */
    bool seen;
} graph_node;

typedef struct graph {
    graph_node *nodes;
    size_t count, capacity;
    uint32_t *awaiters; /* nodes, those of each node together */
    size_t awaiter_count, awaiter_capacity;
    uint32_t *awaited; /* the other way round: what a node waits for */
    uint32_t *buckets; /* by id: a node + 1 */
    size_t bucket_count;
    const asyncio_site *here; /* where the running task is, if that is known */
} graph;

/* Fills a graph of zeros: with all tasks of a loop and what they wait through; or with an object and who waits for it,
 * and for those, and so on. False for lack of memory. */
static bool graph_of_loop(graph *graph, asyncio_loop *loop);
static bool graph_of_object(graph *graph, asyncio_object *object);
static void graph_free(graph *graph);

/* A line "cycle: a → b → a" for each ring of tasks that wait for each other, or for the locks that they hold. */
static size_t graph_tell_cycles(graph *graph, text_buffer *text, const char *indent);

#endif
