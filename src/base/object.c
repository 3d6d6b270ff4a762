#include "base/object.h"

#include "sync/barriers.h"
#include "watch/call_graph.h"
#include "sync/conditions.h"
#include "core/contextvars.h"
#include "core/coroutines.h"
#include "base/exceptions.h"
#include "core/futures.h"
#include "core/generators.h"
#include "together/guard.h"
#include "host/host.h"
#include "together/iteration.h"
#include "sync/locks.h"
#include "core/loop.h"
#include "together/managers.h"
#include "base/memory.h"
#include "sync/queues.h"
#include "core/runners.h"
#include "base/runtime.h"
#include "together/taskgroups.h"
#include "core/tasks.h"
#include "threads/threads.h"
#include "together/timeouts.h"
#include "together/waiting.h"

#include <string.h>

static const char *const object_names[OBJECT_TYPES] = {
    "an object that has been freed (its maker has ended, or it was dropped: asyncio_keep() holds it longer)",
    "a loop",
    "a runner",
    "a handle",
    "a future",
    "a task",
    "a coroutine",
    "an exception",
    "a task group",
    "a lock",
    "a semaphore",
    "an event",
    "a timeout",
    "a queue",
    "an as_completed iterator",
    "a condition",
    "a barrier",
    "a call graph",
    "an executor",
    "a concurrent future",
    "a request",
    "a result",
    "a guard",
    "a JavaScript value",
    "a context",
    "a context variable",
    "a context variable's token",
    "an async generator",
    "an async iterator",
    "a context manager"};

static void *object_new(object_type type, size_t size, list *owner)
{
    asyncio_object *object = memory_take(size);
    if (!object) {
        exception_raise_no_memory();
        return NULL;
    }
    object->type = type;
    object->refs = 1;
    object->id = ++runtime.ids;
    if (owner)
        list_append(owner, &object->owned);
    return object;
}

static list *object_owner(void)
{
    asyncio_agen *agen = *agen_here();
    if (agen)
        return agen_owned(agen);
    if (runtime.task)
        return task_owned(runtime.task);
    return runtime.loop ? loop_owned(runtime.loop) : &runtime.owned;
}

static void *object_ref(void *object)
{
    ((asyncio_object *)object)->refs++;
    return object;
}

static void *object_claim(void *pointer)
{
    asyncio_object *object = pointer;
    if (object)
        list_remove(&object->owned);
    return object;
}

/* What each type lets go of before its memory goes; returns its size, or 0 if it is not to be freed yet. */
static size_t object_finalize(asyncio_object *object)
{
    switch (object->type) {
    case OBJECT_RUNNER: return runner_finalize((asyncio_runner *)object);
    case OBJECT_HANDLE: return handle_finalize((asyncio_handle *)object);
    case OBJECT_FUTURE: return future_finalize((asyncio_future *)object);
    case OBJECT_TASK: return task_finalize((asyncio_task *)object);
    case OBJECT_COROUTINE: return coroutine_finalize((asyncio_coroutine *)object);
    case OBJECT_EXCEPTION: return exception_finalize((asyncio_exception *)object);
    case OBJECT_TASK_GROUP: return task_group_finalize((asyncio_task_group *)object);
    case OBJECT_GUARD: return guard_finalize((guard *)object);
    case OBJECT_LOCK: return lock_finalize((asyncio_lock *)object);
    case OBJECT_SEMAPHORE: return semaphore_finalize((asyncio_semaphore *)object);
    case OBJECT_EVENT: return event_finalize((asyncio_event *)object);
    case OBJECT_QUEUE: return queue_finalize((asyncio_queue *)object);
    case OBJECT_AS_COMPLETED: return as_completed_finalize((asyncio_as_completed *)object);
    case OBJECT_CONDITION: return condition_finalize((asyncio_condition *)object);
    case OBJECT_BARRIER: return barrier_finalize((asyncio_barrier *)object);
    case OBJECT_TIMEOUT: return timeout_finalize((asyncio_timeout *)object);
    case OBJECT_CALL_GRAPH: return call_graph_finalize(object);
    case OBJECT_CONTEXT: return context_finalize((asyncio_context *)object);
    case OBJECT_CONTEXTVAR: return contextvar_finalize((asyncio_contextvar *)object);
    case OBJECT_TOKEN: return token_finalize((asyncio_contextvar_token *)object);
    case OBJECT_AGEN: return agen_finalize((asyncio_agen *)object);
    case OBJECT_AITER: return aiter_finalize((asyncio_aiter *)object);
    case OBJECT_CONTEXT_MANAGER: return manager_finalize((asyncio_context_manager *)object);
    case OBJECT_EXECUTOR: return executor_finalize((asyncio_executor *)object);
    case OBJECT_CONCURRENT_FUTURE: return concurrent_future_finalize((asyncio_concurrent_future *)object);
    case OBJECT_REQUEST: return request_finalize((request *)object);
    case OBJECT_RESULT: return result_finalize(object);
    case OBJECT_JS: return host_finalize(object);
    default: return 0;
    }
}

static void object_free(asyncio_object *object)
{
    size_t size = object_finalize(object);
    if (size) {
        object->type = OBJECT_FREED;
        memory_give(object, size);
    }
}

/* What an object lets go of may end in its turn, and so on along chains of any length: from some depth on it waits until
 * the outermost one is over. Then it is looked at again, as it may have come back to life (future_report_unseen). */
NEVER_SUSPENDS static void object_end(asyncio_object *object)
{
    enum { DEEPEST = 32 };
    if (runtime.ending == DEEPEST) {
        if (!list_linked(&object->owned))
            list_append(&runtime.to_end, &object->owned);
        return;
    }
    list_remove(&object->owned);
    runtime.ending++;
    object_free(object);
    runtime.ending--;
    list *link;
    while (!runtime.ending && (link = list_first(&runtime.to_end))) {
        list_remove(link);
        object = CONTAINER(link, asyncio_object, owned);
        if (!object->refs)
            object_end(object);
    }
}

static void object_disown(void *pointer)
{
    asyncio_object *object = pointer;
    list_remove(&object->owned);
    object_unref(object);
}

static void object_disown_all(list *owner)
{
    list *link;
    while ((link = list_first(owner))) {
        list_remove(link);
        object_unref(CONTAINER(link, asyncio_object, owned));
    }
}

COLD static bool object_complain(const asyncio_object *object, object_type type, const char *call)
{
    const char *given = !object                       ? "NULL (did the call that made it fail?)"
                        : object->type < OBJECT_TYPES ? object_names[object->type]
                                                      : "a pointer that is no asyncio object";
    exception_raise_format(ASYNCIO_TYPE_ERROR, "%s() needs %s, got %s", call, object_names[type], given);
    return false;
}

asyncio_object *asyncio__keep(asyncio_object *object)
{
    if (!object)
        return NULL;
    if (object->type == OBJECT_FREED || object->type >= OBJECT_TYPES) {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "asyncio_keep() of %s", object_names[OBJECT_FREED]);
        return NULL;
    }
    if (object->kept == UINT16_MAX) {
        exception_raise_format(ASYNCIO_OVERFLOW_ERROR, "asyncio_keep() was called 65535 times for the same object");
        return NULL;
    }
    object->kept++;
    return object_ref(object);
}

void asyncio__drop(asyncio_object *object)
{
    if (!object)
        return;
    if (object->type != OBJECT_FREED && object->kept > 0)
        object->kept--;
    else if (object->type != OBJECT_FREED && list_linked(&object->owned))
        list_remove(&object->owned);
    else {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR,
                               "asyncio_drop() of an object that is not held: it was dropped before");
        return;
    }
    object_unref(object);
}
