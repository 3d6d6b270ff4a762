/* Exceptions: objects, the pending one, and those that were taken. */
#ifndef EXCEPTIONS_H
#define EXCEPTIONS_H

#include "include/asyncio.h"
#include "base/object.h"
#include "base/runtime.h"

#include <stdio.h>

enum { EXCEPTION_SITES = 6 };

struct asyncio_exception {
    asyncio_object object;
    const asyncio_exception_type *type;
    asyncio_exception *cause, *context;
    asyncio_exception **members; /* of a group, each with a reference */
    char *group_message;         /* of a group that was asked for it: its message without the count of its members */
    uint32_t count;
    uint32_t js;   /* the JavaScript Error that it carries, as a handle of the bridge, or 0 */
    uint32_t mark; /* its place in the web that is being looked at, or 0: see exception_web.h */
    list suspect;  /* of being in a ring */
    uint32_t sites_count;
    uint32_t sites_within;                      /* those of them that it had when a future ended with it */
    const asyncio_site *sites[EXCEPTION_SITES]; /* where it was raised, then the awaits that it came out of */
    char message[];
};

/* Where the pending exception of the running task (or of the thread) is kept. A door: behind it stands core/here.c. */
static exception_state *exception_here(void);

/* A new exception whose one reference is the caller's. Never NULL: for lack of memory it is the one MemoryError. */
static asyncio_exception *exception_new(const asyncio_exception_type *type, const char *message);

static asyncio_exception *exception_new_no_memory(void); /* that one, with a reference */

/* Raises it, in what is being handled, which becomes its context. exception_raise takes a reference of its own. */
static void exception_raise(asyncio_exception *exception);
static void exception_throw(asyncio_exception *exception);
static void exception_raise_no_memory(void);

/* asyncio_raise without a place: the runtime's own lines tell a user nothing. */
#define exception_raise_format(type, ...) asyncio__raise(NULL, NULL, (type), __VA_ARGS__)

/* Raises one with a fixed text, without the stack frame that asyncio_raise needs (see COLD). Returns -1. */
COLD static int exception_raise_text(const asyncio_exception_type *type, const char *text);

static asyncio_exception *exception_take(void);              /* the pending one and its reference, or NULL */
static void exception_restore(asyncio_exception *exception); /* pending again, with its reference; NULL is ignored */
static void exception_add_site(asyncio_exception *exception, const asyncio_site *site); /* NULL: nowhere to tell of */

/* A future may be awaited again and again, and its exception comes out of each await alone. So the future tells when it
 * ends with it, and when it is raised from there. */
static void exception_ends_future(asyncio_exception *exception);
static void exception_comes_out(asyncio_exception *exception, const asyncio_site *site);
static void exception_print(FILE *stream, const asyncio_exception *exception); /* as Python's traceback */
static void exception_state_free(exception_state *state);

/* The RuntimeError that comes from a StopIteration where that would be taken for an end. Takes over the reference. */
COLD static asyncio_exception *exception_from_stop_iteration(asyncio_exception *stop_iteration, const char *text);
static bool exception_is_exit(const asyncio_exception *exception); /* KeyboardInterrupt or SystemExit */

/* The built-in type of that name, or NULL; and whether e is the one MemoryError, which carries nothing. */
static const asyncio_exception_type *exception_type_named(const char *name) __attribute__((unused));
static bool exception_is_static(const asyncio_exception *exception);

static void exception_let_go(asyncio_exception *exception); /* of cause, context and members */

#endif
