/* The kinds of objects: one line for each, and no other list of them anywhere.
 *
 *   constant  object.type is OBJECT_ and this
 *   stem      what its functions begin with; its own files define them:
 *                size_t STEM_finalize(TYPE *)
 *                    lets go of all that it holds; answers its size, or 0: it is not to be freed yet
 *   type      TYPE is asyncio_ and this: the type of its handles; asyncio_object for what only its own file knows
 *   noun      what it is called in messages: "asyncio_lock_release() needs a lock, got a queue"
 *   label     what it is called in traces and reports; "object": it is in none
 *   with      whether asyncio_with takes it: NO; C; or JS, if its counterpart in JavaScript does, too. Then there are
 *                bool STEM_enter(TYPE *, const asyncio_site *)
 *                    may suspend; false: it raised, and there is nothing to exit
 *                void STEM_exit(TYPE *)
 *                    may suspend; an exception may be pending
 *   held      whether a task has it while others wait for it, which reports tell: NO; or YES, and there is
 *                uint32_t STEM_holder(const TYPE *)
 *                    who took it last, by the task's id; 0: nobody has
 *   awaited   whether tasks wait through it for others, which graphs show: NO; or YES, and there is
 *                size_t STEM_awaiters(const TYPE *, asyncio_object **awaiters, size_t max)
 *                    as future_awaiters
 *   iterated  whether asyncio_for takes it: NO; or YES, and there is
 *                bool STEM_next(TYPE *, const asyncio_site *)
 *                    may suspend; the next value is in runtime.next_value; false: there is none, or it raised
 *
 * These functions are declared here, below the folders in which they are defined: each is a door. Whoever goes through
 * the table (object.c, with.c, iteration.c, inspect.c) calls them in a switch that is made of it. A call through a
 * pointer would be one that may suspend, for Asyncify, and would link all of them into every program. */
#ifndef KINDS_H
#define KINDS_H

#include "include/asyncio.h"

/* clang-format off */
#define OBJECT_KINDS(KIND) \
    /*   constant           stem, type, noun, label, with, held, awaited, iterated */ \
    KIND(LOOP,              loop, loop, "a loop", "object", NO, NO, NO, NO) \
    KIND(RUNNER,            runner, runner, "a runner", "object", C, NO, NO, NO) \
    KIND(HANDLE,            handle, handle, "a handle", "object", NO, NO, NO, NO) \
    KIND(FUTURE,            future, future, "a future", "future", NO, NO, YES, NO) \
    KIND(TASK,              task, task, "a task", "task", NO, NO, YES, NO) \
    KIND(COROUTINE,         coroutine, coroutine, "a coroutine", "object", NO, NO, NO, NO) \
    KIND(EXCEPTION,         exception, exception, "an exception", "object", NO, NO, NO, NO) \
    KIND(TASK_GROUP,        task_group, task_group, "a task group", "task_group", JS, NO, YES, NO) \
    KIND(LOCK,              lock, lock, "a lock", "lock", JS, YES, NO, NO) \
    KIND(SEMAPHORE,         semaphore, semaphore, "a semaphore", "semaphore", JS, YES, NO, NO) \
    KIND(EVENT,             event, event, "an event", "event", NO, NO, NO, NO) \
    KIND(TIMEOUT,           timeout, timeout, "a timeout", "object", JS, NO, NO, NO) \
    KIND(QUEUE,             queue, queue, "a queue", "queue", NO, NO, NO, NO) \
    KIND(AS_COMPLETED,      as_completed, as_completed, "an as_completed iterator", "as_completed", NO, NO, YES, YES) \
    KIND(CONDITION,         condition, condition, "a condition", "condition", JS, NO, NO, NO) \
    KIND(BARRIER,           barrier, barrier, "a barrier", "barrier", JS, NO, NO, NO) \
    KIND(CALL_GRAPH,        call_graph, object, "a call graph", "object", NO, NO, NO, NO) \
    KIND(EXECUTOR,          executor, executor, "an executor", "executor", C, NO, NO, NO) \
    KIND(CONCURRENT_FUTURE, concurrent_future, concurrent_future, "a concurrent future", "object", NO, NO, NO, NO) \
    KIND(REQUEST,           request, object, "a request", "object", NO, NO, NO, NO) \
    KIND(RESULT,            result, object, "a result", "object", NO, NO, NO, NO) \
    KIND(GUARD,             guard, object, "a guard", "object", NO, NO, NO, NO) \
    KIND(JS,                js_value, object, "a JavaScript value", "object", NO, NO, NO, NO) \
    KIND(CONTEXT,           context, context, "a context", "object", NO, NO, NO, NO) \
    KIND(CONTEXTVAR,        contextvar, contextvar, "a context variable", "object", NO, NO, NO, NO) \
    KIND(TOKEN,             token, contextvar_token, "a context variable's token", "object", C, NO, NO, NO) \
    KIND(AGEN,              agen, agen, "an async generator", "object", C, NO, NO, YES) \
    KIND(AITER,             aiter, aiter, "an async iterator", "object", NO, NO, NO, YES) \
    KIND(CONTEXT_MANAGER,   manager, context_manager, "a context manager", "object", C, NO, NO, NO)
/* clang-format on */

typedef enum object_type {
    OBJECT_FREED, /* zero, and left in freed memory: how a stale handle is known */
#define KIND(constant, ...) OBJECT_##constant,
    OBJECT_KINDS(KIND)
#undef KIND
        OBJECT_TYPES
} object_type;

/* What is made of the line of a kind that has such functions: nothing if the column says NO. */
#define KIND_IF(column, ...) KIND_IF_##column(__VA_ARGS__)
#define KIND_IF_NO(...)
#define KIND_IF_YES(...) __VA_ARGS__
#define KIND_IF_C(...) __VA_ARGS__
#define KIND_IF_JS(...) __VA_ARGS__
#define KIND_IF_ALSO_JS(column, ...) KIND_IF_ALSO_JS_##column(__VA_ARGS__)
#define KIND_IF_ALSO_JS_NO(...)
#define KIND_IF_ALSO_JS_C(...)
#define KIND_IF_ALSO_JS_JS(...) __VA_ARGS__
#define KIND_IF_ONLY_C(column, ...) KIND_IF_ONLY_C_##column(__VA_ARGS__)
#define KIND_IF_ONLY_C_NO(...)
#define KIND_IF_ONLY_C_C(...) __VA_ARGS__
#define KIND_IF_ONLY_C_JS(...)

#define KIND(constant, stem, type, noun, label, with, held, awaited, iterated)                          \
    static size_t stem##_finalize(asyncio_##type *);                                                    \
    KIND_IF(with, static bool stem##_enter(asyncio_##type *, const asyncio_site *);                     \
            static void stem##_exit(asyncio_##type *);)                                                 \
    KIND_IF(held, static uint32_t stem##_holder(const asyncio_##type *);)                               \
    KIND_IF(awaited, static size_t stem##_awaiters(const asyncio_##type *, asyncio_object **, size_t);) \
    KIND_IF(iterated, static bool stem##_next(asyncio_##type *, const asyncio_site *);)
OBJECT_KINDS(KIND)
#undef KIND

#endif
