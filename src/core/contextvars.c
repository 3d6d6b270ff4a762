/* contextvars: a context maps variables to values. Every task runs in a copy of the context in which it was made, so
 * what it sets is seen by what it calls and by the tasks that it makes, and by nobody else.
 *
 * Contexts are copied much more often than changed, so a copy shares the map and setting a variable makes a new one. */
#include "core/contextvars.h"

#include "core/context_map.h"
#include "core/coroutines.h"
#include "base/exceptions.h"
#include "host/host.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "core/tasks.h"

#include <stdlib.h>
#include <string.h>

struct asyncio_contextvar {
    asyncio_object object;
    const char *name;
    void *otherwise;
    bool has_default;
    bool is_static; /* of ASYNCIO_CONTEXTVAR: it is there for ever, in all threads, so nobody counts references to it */
};

struct asyncio_context {
    asyncio_object object;
    map *map;     /* NULL: empty */
    size_t count; /* of the variables that are set */
    bool entered;
};

struct asyncio_contextvar_token {
    asyncio_object object;
    asyncio_context *context;
    asyncio_contextvar *variable;
    binding *before; /* NULL: it was not set */
    bool used;
};

static asyncio_contextvar *variable_ref(asyncio_contextvar *variable)
{
    return variable->is_static ? variable : object_ref(variable);
}

static void variable_unref(asyncio_contextvar *variable)
{
    if (variable && !variable->is_static)
        object_unref(variable);
}

/* Gives the context a map in which the variable has this binding, or none. False with MemoryError. */
static bool context_put(asyncio_context *context, const asyncio_contextvar *variable, binding *put)
{
    map *old = context->map;
    bool was_set = map_find(old, variable);
    if (!map_put(old, variable, put, &context->map)) {
        context->map = old;
        return false;
    }
    context->count += (size_t)(put != NULL) - was_set;
    map_unref(old);
    return true;
}

/* ---- contexts ---- */

/* One with what is set in another; NULL: empty. */
static asyncio_context *context_new(const asyncio_context *like, list *owner)
{
    asyncio_context *context = object_new(OBJECT_CONTEXT, sizeof *context, owner);
    if (context && like) {
        context->map = map_ref(like->map);
        context->count = like->count;
    }
    return context;
}

static asyncio_context **context_here(void)
{
    return runtime.task ? &runtime.task->context : &runtime.context;
}

static bool context_for_new(asyncio_context *given, asyncio_context **context)
{
    *context = NULL;
    if (given) {
        if (object_check(given, OBJECT_CONTEXT, ".context"))
            *context = object_ref(given);
        return *context;
    }
    const asyncio_context *here = *context_here();
    return !here || !here->map || (*context = context_new(here, NULL));
}

static asyncio_context *context_of(asyncio_context **slot)
{
    return *slot ? *slot : (*slot = context_new(NULL, NULL));
}

static void context_return(asyncio_context **slot)
{
    asyncio_context *before = *slot;
    if (before == runtime.context)
        return;
    *slot = runtime.context;
    object_unref(before);
}

static asyncio_context *context_copy(list *owner)
{
    return context_new(*context_here(), owner);
}

asyncio_context *asyncio_context_new(void)
{
    return context_new(NULL, object_owner());
}

asyncio_context *asyncio_copy_context(void)
{
    return context_copy(object_owner());
}

asyncio_context *asyncio_context_copy(const asyncio_context *context)
{
    return object_check(context, OBJECT_CONTEXT, "asyncio_context_copy") ? context_new(context, object_owner()) : NULL;
}

static bool context_may_be_entered(const asyncio_context *context)
{
    if (!context->entered && context != *context_here())
        return true;
    exception_raise_format(ASYNCIO_RUNTIME_ERROR, "cannot enter context: it is already entered");
    return false;
}

void *(asyncio_context_run)(asyncio_context * context, asyncio_body *function, void *arg)
{
    if (asyncio_failed() || !object_check(context, OBJECT_CONTEXT, "asyncio_context_run"))
        return NULL;
    if (!context_may_be_entered(context))
        return NULL;
    asyncio_task *task = runtime.task;
    asyncio_context **slot = context_here(), *outer = context_of(slot);
    if (!outer)
        return NULL;
    bool is_outermost = task && !task->own_context, outer_was_entered = outer->entered;
    if (task)
        object_ref(task); /* the function may wait in a generator, and the task end meanwhile */
    if (is_outermost)
        task->own_context = outer;
    outer->entered = true;
    *slot = object_ref(context);
    context->entered = true;
    void *result = function(arg);
    context->entered = false;
    *slot = outer;
    outer->entered = outer_was_entered;
    if (is_outermost)
        task->own_context = NULL;
    object_unref(context);
    object_unref(task);
    return result;
}

static size_t context_finalize(asyncio_context *context)
{
    map_unref(context->map);
    return sizeof *context;
}

/* ---- into a thread ----
 *
 * A context is packed into bytes, one entry after the other, and made anew there: threads share no objects, whose
 * references are counted without a lock, and in WebAssembly no memory. A variable is known by its address. */

typedef struct carried {
    asyncio_contextvar *variable;
    void *value;
    size_t size; /* of what value points to, if that was copied; its bytes follow */
} carried;

static size_t carried_size(const binding *b)
{
    enum { ALIGNMENT = _Alignof(carried) };
    size_t size = b->copy ? argument_size(b->copy) : 0;
    return sizeof(carried) + (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static bool goes_along(const binding *b)
{
    return host_threads_share_memory() || b->variable->is_static;
}

static void add_carried_size(const binding *b, void *size)
{
    *(size_t *)size += goes_along(b) ? carried_size(b) : 0;
}

static void carry(const binding *b, void *arg)
{
    char **into = arg;
    if (!goes_along(b))
        return;
    carried *entry = (carried *)*into;
    *entry = (carried){b->variable, b->value, b->copy ? argument_size(b->copy) : 0};
    if (b->copy)
        memcpy(entry + 1, b->value, entry->size);
    *into += carried_size(b);
}

static bool context_pack(struct argument **bytes)
{
    const asyncio_context *here = *context_here();
    map *m = here ? here->map : NULL;
    size_t size = 0;
    map_visit(m, add_carried_size, &size);
    *bytes = NULL;
    if (!size)
        return true;
    char *block = calloc(1, size), *end = block;
    if (!block) {
        exception_raise_no_memory();
        return false;
    }
    map_visit(m, carry, &end);
    *bytes = argument_copy(block, size);
    free(block);
    return *bytes;
}

static asyncio_context *context_unpack(const char *bytes, size_t size)
{
    asyncio_context *context = context_new(NULL, NULL);
    for (size_t at = 0; context && at < size;) {
        const carried *entry = (const carried *)(bytes + at);
        void *value = entry->size ? (void *)(entry + 1) : entry->value;
        binding *b = binding_new(entry->variable, value, entry->size, true);
        at += b ? carried_size(b) : 0;
        bool put = b && context_put(context, entry->variable, b);
        binding_unref(b);
        if (!put) {
            object_unref(context);
            return NULL;
        }
    }
    return context;
}

/* ---- variables ---- */

void asyncio__make_contextvar(asyncio__contextvar_storage *storage, const char *name, bool has_default, void *otherwise)
{
    _Static_assert(sizeof(asyncio_contextvar) <= sizeof *storage, "there is room for one");
    asyncio_contextvar *variable = (asyncio_contextvar *)storage;
    *variable = (asyncio_contextvar){.object = {.type = OBJECT_CONTEXTVAR, .refs = 1},
                                     .name = name,
                                     .otherwise = otherwise,
                                     .has_default = has_default,
                                     .is_static = true};
}

asyncio_contextvar *asyncio__new_contextvar(const char *name, bool has_default, void *otherwise)
{
    if (!name)
        return exception_raise_format(ASYNCIO_TYPE_ERROR, "asyncio_contextvar_new() needs a name, got NULL");
    char *copy = strdup(name);
    asyncio_contextvar *variable = copy ? object_new(OBJECT_CONTEXTVAR, sizeof *variable, object_owner()) : NULL;
    if (!variable) {
        free(copy);
        exception_raise_no_memory();
        return NULL;
    }
    variable->name = copy;
    variable->has_default = has_default;
    variable->otherwise = otherwise;
    return variable;
}

static size_t contextvar_finalize(asyncio_contextvar *variable)
{
    if (variable->is_static)
        return 0;
    free((char *)variable->name);
    return sizeof *variable;
}

const char *asyncio_contextvar_name(const asyncio_contextvar *variable)
{
    return object_check(variable, OBJECT_CONTEXTVAR, "asyncio_contextvar_name") ? variable->name : "";
}

COLD static void *complain_of_unset(const asyncio_contextvar *variable)
{
    return exception_raise_format(ASYNCIO_LOOKUP_ERROR, "context variable '%s' is not set and has no default",
                                  variable->name);
}

COLD static void *complain_of_missing(const asyncio_contextvar *variable)
{
    return exception_raise_format(ASYNCIO_KEY_ERROR, "context variable '%s' is not set in this context",
                                  variable->name);
}

static void *lookup(const asyncio_context *context, const asyncio_contextvar *variable, bool has_fallback,
                    void *fallback)
{
    const binding *found = context ? map_find(context->map, variable) : NULL;
    return found                   ? found->value
           : has_fallback          ? fallback
           : variable->has_default ? variable->otherwise
                                   : complain_of_unset(variable);
}

void *asyncio__contextvar_get(const asyncio_contextvar *variable, bool has_fallback, void *fallback)
{
    if (!object_check(variable, OBJECT_CONTEXTVAR, "asyncio_contextvar_get"))
        return NULL;
    return lookup(*context_here(), variable, has_fallback, fallback);
}

void *asyncio__context_get(const asyncio_context *context, const asyncio_contextvar *variable, bool has_fallback,
                           void *fallback)
{
    if (!object_check(context, OBJECT_CONTEXT, "asyncio_context_get") ||
        !object_check(variable, OBJECT_CONTEXTVAR, "asyncio_context_get"))
        return NULL;
    const binding *found = map_find(context->map, variable); /* as a mapping, it knows no defaults */
    return found ? found->value : has_fallback ? fallback : complain_of_missing(variable);
}

bool asyncio_context_contains(const asyncio_context *context, const asyncio_contextvar *variable)
{
    return object_check(context, OBJECT_CONTEXT, "asyncio_context_contains") && map_find(context->map, variable);
}

size_t asyncio_context_len(const asyncio_context *context)
{
    return object_check(context, OBJECT_CONTEXT, "asyncio_context_len") ? context->count : 0;
}

asyncio_contextvar_token *asyncio__set_contextvar(asyncio_contextvar *variable, void *value, size_t size)
{
    if (!object_check(variable, OBJECT_CONTEXTVAR, "asyncio_contextvar_set"))
        return NULL;
    asyncio_context *context = context_of(context_here());
    asyncio_contextvar_token *token = context ? object_new(OBJECT_TOKEN, sizeof *token, object_owner()) : NULL;
    binding *put = token ? binding_new(variable, value, size, false) : NULL;
    if (token) {
        token->context = object_ref(context);
        token->variable = variable_ref(variable);
        token->before = binding_ref(map_find(context->map, variable));
    }
    bool done = put && context_put(context, variable, put);
    binding_unref(put);
    if (token && !done)
        object_disown(token);
    return done ? token : NULL;
}

/* ---- tokens ---- */

static int complain_of_token(const asyncio_exception_type *type, const char *why)
{
    exception_raise_format(type, "asyncio_contextvar_reset(): this token %s", why);
    return -1;
}

int asyncio_contextvar_reset(asyncio_contextvar *variable, asyncio_contextvar_token *token)
{
    if (!object_check(variable, OBJECT_CONTEXTVAR, "asyncio_contextvar_reset") ||
        !object_check(token, OBJECT_TOKEN, "asyncio_contextvar_reset"))
        return -1;
    if (token->used)
        return complain_of_token(ASYNCIO_RUNTIME_ERROR, "has already been used once");
    if (token->variable != variable)
        return complain_of_token(ASYNCIO_VALUE_ERROR, "was created by a different context variable");
    if (token->context != *context_here())
        return complain_of_token(ASYNCIO_VALUE_ERROR, "was created in a different context");
    if (!context_put(token->context, variable, token->before))
        return -1;
    token->used = true;
    return 0;
}

asyncio_contextvar *asyncio_contextvar_token_var(const asyncio_contextvar_token *token)
{
    return object_check(token, OBJECT_TOKEN, "asyncio_contextvar_token_var") ? token->variable : NULL;
}

void *asyncio_contextvar_token_old_value(const asyncio_contextvar_token *token)
{
    return object_check(token, OBJECT_TOKEN, "asyncio_contextvar_token_old_value") && token->before
               ? token->before->value
               : NULL;
}

/* It was set already. */
static bool token_enter(asyncio_contextvar_token *token, const asyncio_site *site)
{
    (void)token, (void)site;
    return true;
}

/* Leaving resets the variable. */
static void token_exit(asyncio_contextvar_token *token)
{
    asyncio_exception *e = exception_take();
    asyncio_contextvar_reset(token->variable, token);
    if (e) {
        object_unref(exception_take());
        exception_restore(e);
    }
}

static size_t token_finalize(asyncio_contextvar_token *token)
{
    object_unref(token->context);
    variable_unref(token->variable);
    binding_unref(token->before);
    return sizeof *token;
}
