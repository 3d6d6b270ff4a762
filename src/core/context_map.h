/* What a context consists of: a map from variables to the values that they were set to, which never changes. Setting a
 * variable makes another map, which shares all but a few of its parts with the one before. So contexts can be copied,
 * as they are for each task, by sharing their map. */
#ifndef CONTEXT_MAP_H
#define CONTEXT_MAP_H

#include "base/object.h"

struct argument;

/* A value that a variable was set to. */
typedef struct binding {
    uint32_t refs;
    asyncio_contextvar *variable; /* with a reference */
    void *value;
    struct argument *copy; /* what value points to, if that was to be copied, or NULL */
    bool borrowed;         /* in a thread: the context that this one was made from holds the variable */
} binding;

/* With a reference for the caller. `size`: of what value points to, which is copied; 0: only the pointer is. NULL with
 * MemoryError. */
static binding *binding_new(asyncio_contextvar *variable, void *value, size_t size, bool borrowed);
static binding *binding_ref(binding *b); /* may be NULL */
static void binding_unref(binding *b);

/* NULL is the empty one. */
typedef struct map map;

static map *map_ref(map *m);
static void map_unref(map *m);

static binding *map_find(const map *m, const asyncio_contextvar *variable); /* borrowed; NULL if it is not set */

/* The same map, but for this variable, which has the binding `put` in it; with NULL none. The reference to *changed is
 * the caller's. False with MemoryError. */
static bool map_put(map *m, const asyncio_contextvar *variable, binding *put, map **changed);

/* Calls function(binding, arg) for each, in no particular order. */
typedef void binding_visitor(const binding *b, void *arg);
static void map_visit(const map *m, binding_visitor *function, void *arg);

#endif
