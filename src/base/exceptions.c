#include "base/exceptions.h"

#include "base/border.h"
#include "base/exception_web.h"
#include "base/handlers.h"
#include "base/interrupts.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define DEFINE_TYPE(constant, name, base) \
    const asyncio_exception_type ASYNCIO_##constant[1] = {{#name, ASYNCIO_##base}};
ASYNCIO_EXCEPTION_TYPES(DEFINE_TYPE)

/* It must exist when nothing else can be had. Its count starts high, so that it never is freed. */
static asyncio_exception no_memory = {
    .object = {.type = OBJECT_EXCEPTION, .refs = UINT32_MAX / 2}, .type = ASYNCIO_MEMORY_ERROR, .message = ""};

/* The exceptions that a task has taken, a ring: they stay alive until sixteen more have come. */
enum { TAKEN = 16 };
typedef struct taken {
    asyncio_exception *slots[TAKEN];
    unsigned next;
} taken;

static asyncio_exception *exception_new(const asyncio_exception_type *type, const char *message)
{
    size_t length = strlen(message);
    asyncio_exception *e = memory_take(sizeof *e + length + 1);
    if (!e)
        return object_ref(&no_memory);
    e->object = (asyncio_object){.type = OBJECT_EXCEPTION, .refs = 1, .id = ++runtime.ids};
    e->type = type;
    memcpy(e->message, message, length + 1);
    return e;
}

static asyncio_exception *exception_new_no_memory(void)
{
    return object_ref(&no_memory);
}

static void exception_let_go(asyncio_exception *e)
{
    object_unref(e->cause);
    object_unref(e->context);
    for (uint32_t i = 0; i < e->count; i++)
        object_unref(e->members[i]);
    free(e->members);
    e->cause = e->context = NULL;
    e->members = NULL;
    e->count = 0;
}

static size_t exception_finalize(asyncio_exception *e)
{
    web_forget(e);
    exception_let_go(e);
    free(e->group_message);
    if (e->js)
        border_release(e->js);
    return sizeof *e + strlen(e->message) + 1;
}

static asyncio_exception *exception_format(const asyncio_exception_type *type, const char *format, va_list arguments)
{
    char small[128];
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof small, format, arguments);
    char *text = small;
    if (length >= (int)sizeof small && (text = malloc((size_t)length + 1)))
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    if (length < 0)
        small[0] = '\0';
    asyncio_exception *e = exception_new(type, text ? text : small);
    if (text != small)
        free(text);
    return e;
}

/* ---- the pending exception ---- */

/* Whether e is in the chain of contexts that begins at `from`: adding it there again would close a ring. */
static bool in_chain(const asyncio_exception *e, const asyncio_exception *from)
{
    while (from && from != e)
        from = from->context;
    return from == e;
}

/* Makes it pending and hands over the caller's reference; what was pending becomes its context. */
static void exception_set_pending(asyncio_exception *e)
{
    exception_state *here = exception_here();
    asyncio_exception *before = here->pending;
    here->pending = e;
    bool is_new = e->object.refs == 1; /* otherwise it is raised again: others may refer to it, `before` too */
    if (e == &no_memory || e->context || (!is_new && in_chain(e, before))) {
        object_unref(before);
        return;
    }
    e->context = before;
    if (before && !is_new)
        web_suspect(e);
}

/* Python gives whatever is raised in an `except` block that one's exception as its context, also what has another. If
 * that closed a ring, it is opened where it led on to e. */
COLD static void set_context(asyncio_exception *e, asyncio_exception *handled)
{
    if (e == &no_memory || e == handled)
        return;
    asyncio_exception *first = handled;
    while (first->context && first->context != e)
        first = first->context;
    if (first->context) {
        object_unref(e);
        first->context = NULL;
    }
    object_unref(e->context);
    e->context = object_ref(handled);
    web_suspect(e);
}

/* Raises it, with the caller's reference, in what this function (NULL: any) handles. */
COLD static void raise_in(asyncio_exception *e, const char *function)
{
    exception_state *here = exception_here();
    if (here->handlers && !here->pending) {
        asyncio_exception *handled = handlers_innermost(here->handlers, function);
        if (handled)
            set_context(e, handled);
        if (function)
            handlers_forget(&here->handlers, function);
    }
    exception_set_pending(e);
}

static void exception_throw(asyncio_exception *e)
{
    raise_in(e, NULL);
}

static void exception_raise(asyncio_exception *e)
{
    exception_throw(object_ref(e));
}

static void exception_raise_no_memory(void)
{
    exception_raise(&no_memory);
}

COLD static int exception_raise_text(const asyncio_exception_type *type, const char *text)
{
    exception_throw(exception_new(type, text));
    return -1;
}

static asyncio_exception *exception_take(void)
{
    exception_state *here = exception_here();
    asyncio_exception *e = here->pending;
    here->pending = NULL;
    return e;
}

static void exception_restore(asyncio_exception *e)
{
    if (e)
        exception_set_pending(e);
}

COLD static asyncio_exception *exception_from_stop_iteration(asyncio_exception *e, const char *text)
{
    asyncio_exception *error = exception_new(ASYNCIO_RUNTIME_ERROR, text);
    if (error != &no_memory) {
        error->cause = object_ref(e);
        error->context = object_ref(e);
    }
    object_unref(e);
    return error;
}

static void exception_add_site(asyncio_exception *e, const asyncio_site *site)
{
    if (site && e != &no_memory && e->sites_count < EXCEPTION_SITES)
        e->sites[e->sites_count++] = site;
}

static void exception_ends_future(asyncio_exception *e)
{
    if (e != &no_memory) /* which all threads share */
        e->sites_within = e->sites_count;
}

static void exception_comes_out(asyncio_exception *e, const asyncio_site *site)
{
    if (e != &no_memory)
        e->sites_count = e->sites_within;
    exception_add_site(e, site);
}

bool asyncio_failed(void)
{
    interrupts_poll();
    return exception_here()->pending != NULL;
}

asyncio_exception *asyncio_pending(void)
{
    return exception_here()->pending;
}

void *asyncio__raise(const asyncio_site *site, asyncio_exception *cause, const asyncio_exception_type *type,
                     const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    asyncio_exception *e = type
                               ? exception_format(type, format, arguments)
                               : exception_new(ASYNCIO_TYPE_ERROR, "asyncio_raise() needs an exception type, got NULL");
    va_end(arguments);
    if (cause && e != &no_memory)
        e->cause = object_ref(cause);
    if (e->cause && !exception_here()->pending) /* it has been taken: Python would still be in its except block */
        e->context = object_ref(cause);
    exception_add_site(e, site);
    raise_in(e, site ? site->function : NULL);
    return NULL;
}

void *asyncio_raise_exception(asyncio_exception *e)
{
    if (object_check(e, OBJECT_EXCEPTION, "asyncio_raise_exception"))
        exception_raise(e);
    return NULL;
}

/* ---- taking ---- */

static void remember_taken(asyncio_exception *e)
{
    exception_state *here = exception_here();
    if (!here->taken && !(here->taken = memory_take(sizeof *here->taken))) {
        /* No memory to remember it in: its owner does. */
        if (list_linked(&e->object.owned))
            object_unref(e);
        else if (e != &no_memory)
            list_append(object_owner(), &e->object.owned);
        return;
    }
    taken *taken = here->taken;
    asyncio_exception *oldest = taken->slots[taken->next];
    taken->slots[taken->next] = e;
    taken->next = (taken->next + 1) % TAKEN;
    object_unref(oldest);
}

/* By asyncio_except, in this function. Without memory for that, reraise will say that there is none. */
static void handles(asyncio_exception *e, const char *function)
{
    handler **all = &exception_here()->handlers;
    handlers_forget(all, function);
    if (handler_open(all, e, function))
        object_ref(e);
    remember_taken(e);
}

static void exception_state_free(exception_state *state)
{
    object_unref(state->pending);
    state->pending = NULL;
    handlers_forget(&state->handlers, NULL);
    if (!state->taken)
        return;
    for (unsigned i = 0; i < TAKEN; i++)
        object_unref(state->taken->slots[i]);
    memory_give(state->taken, sizeof *state->taken);
    state->taken = NULL;
}

asyncio_exception *asyncio__except(const asyncio_exception_type *type, const char *function)
{
    if (!asyncio_isinstance(exception_here()->pending, type))
        return NULL;
    asyncio_exception *e = exception_take();
    handles(e, function);
    return e;
}

void *asyncio__reraise(const char *function)
{
    exception_state *here = exception_here();
    if (here->pending) /* it is on its way out already; one that was taken earlier is not to replace it */
        return NULL;
    asyncio_exception *handled = handlers_innermost(here->handlers, function);
    if (!handled)
        return exception_raise_format(ASYNCIO_RUNTIME_ERROR, "No active exception to reraise");
    exception_restore(object_ref(handled));
    handlers_forget(&here->handlers, function);
    return NULL;
}

/* The guard of an except block: what stands for it among what is handled. */
static asyncio_object *handle_in_block(asyncio_exception *e)
{
    handler *block = handler_open(&exception_here()->handlers, e, NULL);
    if (block)
        return (asyncio_object *)block;
    object_unref(e);
    exception_raise_no_memory();
    return NULL;
}

asyncio_object *asyncio__handler_enter(const asyncio_exception_type *type)
{
    return asyncio_isinstance(exception_here()->pending, type) ? handle_in_block(exception_take()) : NULL;
}

asyncio_exception *asyncio__handler_exception(asyncio_object *guard)
{
    return guard ? ((handler *)guard)->exception : NULL;
}

/* What the block has handled is as good afterwards as what asyncio_except has taken. */
void asyncio__handler_exit(asyncio_object *guard)
{
    asyncio_exception *e = handler_close(&exception_here()->handlers, (handler *)guard);
    if (e)
        remember_taken(e);
}

/* The guard of a finally block, which handles what it interrupts, as in Python; or this stand-in if that is nothing. */
static handler nothing_pending;

/* There is no memory for a guard: the exception itself has to do, and is known by this bit. */
enum { ITSELF = 1 };

asyncio_object *asyncio__finally_enter(void)
{
    asyncio_exception *e = exception_take();
    handler *guard = e ? handler_open(&exception_here()->handlers, e, NULL) : &nothing_pending;
    return guard ? (asyncio_object *)guard : (asyncio_object *)((char *)e + ITSELF);
}

void asyncio__finally_exit(asyncio_object *guard)
{
    if (guard == (asyncio_object *)&nothing_pending)
        return;
    asyncio_exception *interrupted = (uintptr_t)guard & ITSELF
                                         ? (asyncio_exception *)((char *)guard - ITSELF)
                                         : handler_close(&exception_here()->handlers, (handler *)guard);
    if (exception_here()->pending) /* what was raised in the block wins */
        object_unref(interrupted);
    else
        exception_restore(interrupted);
}

/* ---- looking at them ---- */

bool asyncio_isinstance(const asyncio_exception *e, const asyncio_exception_type *type)
{
    if (!e || !type)
        return false;
    const asyncio_exception_type *t = e->type;
    /* Python's ExceptionGroup has two bases; a table of single bases holds the other one here. */
    if (t == ASYNCIO_EXCEPTION_GROUP && type == ASYNCIO_EXCEPTION)
        return true;
    while (t != type && t->base != t)
        t = t->base;
    return t == type;
}

static const asyncio_exception_type *exception_type_named(const char *name)
{
#define LIST_TYPE(constant, name, base) ASYNCIO_##constant,
    static const asyncio_exception_type *const types[] = {ASYNCIO_EXCEPTION_TYPES(LIST_TYPE)};
#undef LIST_TYPE
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (!strcmp(types[i]->name, name))
            return types[i];
    return NULL;
}

static bool exception_is_static(const asyncio_exception *e)
{
    return e == &no_memory;
}

static bool exception_is_exit(const asyncio_exception *e)
{
    return asyncio_isinstance(e, ASYNCIO_KEYBOARD_INTERRUPT) || asyncio_isinstance(e, ASYNCIO_SYSTEM_EXIT);
}

const asyncio_exception_type *asyncio_exception_get_type(const asyncio_exception *e)
{
    return object_check(e, OBJECT_EXCEPTION, "asyncio_exception_get_type") ? e->type : NULL;
}

const char *asyncio_exception_name(const asyncio_exception *e)
{
    return object_check(e, OBJECT_EXCEPTION, "asyncio_exception_name") ? e->type->name : "";
}

const char *asyncio_exception_message(const asyncio_exception *e)
{
    return object_check(e, OBJECT_EXCEPTION, "asyncio_exception_message") ? e->message : "";
}

asyncio_exception *asyncio_exception_cause(const asyncio_exception *e)
{
    return object_check(e, OBJECT_EXCEPTION, "asyncio_exception_cause") ? e->cause : NULL;
}

asyncio_exception *asyncio_exception_context(const asyncio_exception *e)
{
    return object_check(e, OBJECT_EXCEPTION, "asyncio_exception_context") ? e->context : NULL;
}

asyncio_exception *asyncio__exception_new(const asyncio_exception_type *type, const char *format, ...)
{
    if (!type)
        return exception_raise_format(ASYNCIO_TYPE_ERROR, "asyncio_exception_new() needs an exception type, got NULL");
    va_list arguments;
    va_start(arguments, format);
    asyncio_exception *e = exception_format(type, format, arguments);
    va_end(arguments);
    if (e != &no_memory)
        list_append(object_owner(), &e->object.owned);
    return e;
}

/* ---- groups ---- */

static asyncio_exception *group_new(const char *message, asyncio_exception *const *members, size_t count)
{
    const asyncio_exception_type *type = ASYNCIO_EXCEPTION_GROUP;
    for (size_t i = 0; i < count; i++)
        if (!asyncio_isinstance(members[i], ASYNCIO_EXCEPTION))
            type = ASYNCIO_BASE_EXCEPTION_GROUP;
    asyncio_exception **copy = malloc(count * sizeof *copy);
    text_buffer text = {0};
    text_add_format(&text, "%s (%zu sub-exception%s)", message, count, count == 1 ? "" : "s");
    asyncio_exception *group = copy && !text.failed ? exception_new(type, text.bytes) : object_ref(&no_memory);
    free(text.bytes);
    if (group == &no_memory) {
        free(copy);
        return group;
    }
    for (size_t i = 0; i < count; i++)
        copy[i] = object_ref(members[i]);
    group->members = copy;
    group->count = (uint32_t)count;
    return group;
}

asyncio_exception *asyncio_exception_group_new(const char *message, asyncio_exception *const *members, size_t count)
{
    if (!count)
        return exception_raise_format(ASYNCIO_VALUE_ERROR, "an exception group needs at least one exception");
    for (size_t i = 0; i < count; i++)
        if (!object_check(members[i], OBJECT_EXCEPTION, "asyncio_exception_group_new"))
            return NULL;
    asyncio_exception *group = group_new(message, members, count);
    if (group == &no_memory) {
        exception_restore(group);
        return NULL;
    }
    list_append(object_owner(), &group->object.owned);
    return group;
}

size_t asyncio_exception_group_count(const asyncio_exception *group)
{
    return object_check(group, OBJECT_EXCEPTION, "asyncio_exception_group_count") ? group->count : 0;
}

asyncio_exception *asyncio_exception_group_get(const asyncio_exception *group, size_t index)
{
    return index < asyncio_exception_group_count(group) ? group->members[index] : NULL;
}

/* What stands before " (N sub-exceptions)". */
const char *asyncio_exception_group_message(const asyncio_exception *group)
{
    if (!object_check(group, OBJECT_EXCEPTION, "asyncio_exception_group_message") || !group->count)
        return group ? asyncio_exception_message(group) : "";
    if (!group->group_message) {
        size_t length = (size_t)(strrchr(group->message, '(') - group->message) - 1;
        ((asyncio_exception *)group)->group_message = strndup(group->message, length);
    }
    return group->group_message ? group->group_message : group->message;
}

static asyncio_exception *group_of(const asyncio_exception *like, asyncio_exception **members, size_t count)
{
    if (!count)
        return NULL;
    asyncio_exception *group = group_new(asyncio_exception_group_message(like), members, count);
    if (group->object.type == OBJECT_EXCEPTION && group != &no_memory)
        group->cause = like->cause ? object_ref(like->cause) : NULL;
    return group;
}

typedef struct criterion {
    asyncio_exception_predicate *function; /* NULL: being of the type */
    void *arg;
    const asyncio_exception_type *type;
} criterion;

static bool meets(const asyncio_exception *e, const criterion *wanted)
{
    return wanted->function ? wanted->function(e, wanted->arg) : asyncio_isinstance(e, wanted->type);
}

/* A group whose members are being parted. */
typedef struct parting {
    struct parting *outer;
    asyncio_exception *group;
    uint32_t next; /* member */
    size_t matches, rests;
    asyncio_exception *parts[]; /* the matches; from group->count on the rests */
} parting;

typedef struct parts {
    asyncio_exception *match, *rest; /* each with a reference, or NULL */
} parts;

static parts no_parts(void)
{
    return (parts){NULL, object_ref(&no_memory)};
}

/* Of a member: where it belongs among those of its group. */
static void parting_add(parting *p, parts of_member)
{
    if (of_member.match)
        p->parts[p->matches++] = of_member.match;
    if (of_member.rest)
        p->parts[p->group->count + p->rests++] = of_member.rest;
}

static parts parting_end(parting *p)
{
    asyncio_exception *e = p->group, **others = p->parts + e->count;
    parts result = {group_of(e, p->parts, p->matches), NULL};
    result.rest = p->rests == e->count && !p->matches ? object_ref(e) : group_of(e, others, p->rests);
    for (size_t i = 0; i < p->matches; i++)
        object_unref(p->parts[i]);
    for (size_t i = 0; i < p->rests; i++)
        object_unref(others[i]);
    free(p);
    return result;
}

/* Parts an exception into what meets the criterion and the rest, keeping the shape of groups, which may be nested to
 * any depth. */
static parts group_split(asyncio_exception *e, const criterion *wanted)
{
    parting *inner = NULL;
    parts result = {0};
    while (e) {
        parting *p = NULL;
        if (meets(e, wanted))
            result = (parts){object_ref(e), NULL};
        else if (!e->count)
            result = (parts){NULL, object_ref(e)};
        else if ((p = calloc(1, sizeof *p + 2 * (size_t)e->count * sizeof *p->parts)))
            *p = (parting){.outer = inner, .group = e};
        else
            result = no_parts();
        if (!p && inner)
            parting_add(inner, result);
        inner = p ? p : inner;
        while (inner && inner->next == inner->group->count) {
            parting *outer = inner->outer;
            result = parting_end(inner);
            if ((inner = outer))
                parting_add(inner, result);
        }
        e = inner ? inner->group->members[inner->next++] : NULL;
    }
    return result;
}

asyncio_exception *asyncio__except_star(const asyncio_exception_type *type, const char *function)
{
    asyncio_exception *e = exception_here()->pending;
    if (!e)
        return NULL;
    parts p = group_split(e, &(criterion){.type = type});
    asyncio_exception *match = p.match, *rest = p.rest;
    if (!match || match == &no_memory) {
        if (match || rest == &no_memory)
            exception_raise_no_memory();
        object_unref(match);
        object_unref(rest);
        return NULL;
    }
    if (!match->count) { /* a single exception: Python hands it over in a group of one */
        asyncio_exception *single = match;
        match = group_new("", &single, 1);
        object_unref(single);
    }
    object_unref(exception_take());
    exception_restore(rest);
    handles(match, function);
    return match;
}

/* Two parts of an exception, which stays what it was: handles as if they had been taken. */
static int split(asyncio_exception *e, const criterion *wanted, asyncio_exception **match, asyncio_exception **rest)
{
    *match = *rest = NULL;
    if (!object_check(e, OBJECT_EXCEPTION, "asyncio_exception_group_split"))
        return -1;
    object_ref(e); /* whatever the predicate does */
    parts p = group_split(e, wanted);
    object_unref(e);
    *match = p.match;
    *rest = p.rest;
    if (*match == &no_memory || *rest == &no_memory) {
        object_unref(*match);
        object_unref(*rest);
        *match = *rest = NULL;
        exception_raise_no_memory();
        return -1;
    }
    if (*match)
        remember_taken(*match);
    if (*rest)
        remember_taken(*rest);
    return 0;
}

int asyncio_exception_group_split(asyncio_exception *group, const asyncio_exception_type *type,
                                  asyncio_exception **match, asyncio_exception **rest)
{
    return split(group, &(criterion){.type = type}, match, rest);
}

int asyncio_exception_group_split_by(asyncio_exception *group, asyncio_exception_predicate *predicate, void *arg,
                                     asyncio_exception **match, asyncio_exception **rest)
{
    return split(group, &(criterion){predicate, arg, NULL}, match, rest);
}

asyncio_exception *asyncio_exception_group_subgroup(asyncio_exception *group, const asyncio_exception_type *type)
{
    asyncio_exception *match, *rest;
    asyncio_exception_group_split(group, type, &match, &rest);
    return match;
}

/* ---- telling ---- */

/* Python's limit on groups within groups. */
enum { DEEPEST_GROUP = 10 };

typedef struct telling {
    FILE *stream;
    exception_web told; /* what has been told is left out where it comes again, as in a ring */
    int depth;          /* of groups within groups */
} telling;

/* What is told before e, if anything. */
static asyncio_exception *told_before(const asyncio_exception *e)
{
    asyncio_exception *before = e->cause ? e->cause : e->context;
    return before && !before->mark ? before : NULL;
}

static void tell_sites(const telling *t, const asyncio_exception *e, int indent)
{
    if (e->sites_count)
        fprintf(t->stream, "%*sTraceback (most recent call last):\n", indent, "");
    for (uint32_t i = e->sites_count; i-- > 0;)
        fprintf(t->stream, "%*s  File \"%s\", line %d, in %s\n", indent, "", e->sites[i]->file, e->sites[i]->line,
                e->sites[i]->function);
}

static void tell_with_what_led_to_it(telling *t, asyncio_exception *e, int indent);

static void tell_one(telling *t, const asyncio_exception *e, int indent)
{
    tell_sites(t, e, indent);
    fprintf(t->stream, "%*s%s%s%s\n", indent, "", e->type->name, *e->message ? ": " : "", e->message);
    if (e->count && t->depth == DEEPEST_GROUP) {
        fprintf(t->stream, "%*s... (max_group_depth is %d)\n", indent + 2, "", DEEPEST_GROUP);
        return;
    }
    t->depth++;
    for (uint32_t i = 0; i < e->count; i++) {
        fprintf(t->stream, "%*s+---------------- %u ----------------\n", indent + 2, "", i + 1);
        tell_with_what_led_to_it(t, e->members[i], indent + 4);
    }
    t->depth--;
}

/* From the oldest one on. Without memory for all of them only e is told. */
static void tell_with_what_led_to_it(telling *t, asyncio_exception *e, int indent)
{
    static const char between[] = "\n%*sThe above exception was the direct cause of the following exception:\n\n";
    static const char during[] = "\n%*sDuring handling of the above exception, another exception occurred:\n\n";
    size_t first = t->told.count;
    asyncio_exception *older = e->mark ? NULL : e;
    while (older && web_add(&t->told, older))
        older = told_before(older);
    for (size_t i = t->told.count; i-- > first + 1;) {
        const asyncio_exception *newer = t->told.all[i - 1];
        tell_one(t, t->told.all[i], indent);
        fprintf(t->stream, newer->cause ? between : during, indent, "");
    }
    tell_one(t, e, indent);
}

static void exception_print(FILE *stream, const asyncio_exception *e)
{
    telling t = {.stream = stream};
    tell_with_what_led_to_it(&t, (asyncio_exception *)e, 0);
    web_end(&t.told);
}
