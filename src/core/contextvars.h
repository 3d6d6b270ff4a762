/* Context variables: contextvars. */
#ifndef CONTEXTVARS_H
#define CONTEXTVARS_H

#include "base/object.h"

/* A reference to a variable: those that are there for ever are not counted. */
static asyncio_contextvar *variable_ref(asyncio_contextvar *variable);
static void variable_unref(asyncio_contextvar *variable);

/* The context of whatever runs now: the running task's, a callback's, or the thread's own. NULL stands for one that is
 * still empty: most programs have no context variables, and their tasks pay nothing for them. */
static asyncio_context **context_here(void);

/* What a new task or callback runs in: `given` itself, or a copy of the current context; with a reference, or NULL for
 * an empty one. False with MemoryError. */
static bool context_for_new(asyncio_context *given, asyncio_context **context);

/* False with RuntimeError for the current context and those around it. */
static bool context_may_be_entered(const asyncio_context *context);

/* A copy of the current context, the owner's; with NULL the reference is the caller's. NULL with MemoryError. */
static asyncio_context *context_copy(list *owner);

/* The context of a slot, made if it is still empty; borrowed. NULL with MemoryError. */
static asyncio_context *context_of(asyncio_context **slot);

/* The current context was lent from this slot for a callback outside any task, which is over: it may have been made. */
static void context_return(asyncio_context **slot);

/* The current context as bytes, to be made anew in a thread; NULL if there is nothing in it that could go along. False
 * with MemoryError. What is made of it there has to go before what it was made from; its reference is the caller's.
 * NULL with MemoryError. */
struct argument;
static bool context_pack(struct argument **bytes);
static asyncio_context *context_unpack(const char *bytes, size_t size);

#endif
