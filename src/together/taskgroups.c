/* asyncio.TaskGroup, as in CPython 3.15: it takes back its own request to cancel the parent, and loses no outer one. */

#include "base/exceptions.h"
#include "core/futures.h"
#include "base/memory.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <stdlib.h>
#include <string.h>

enum { ERRORS_AT_FIRST = 8 };

struct asyncio_task_group {
    asyncio_object object;
    asyncio_task *parent; /* that is in the block; with a reference: the block of a generator may outlive it */
    list tasks; /* whose end has not been seen, in the order in which they were made, by their place; references */
    size_t count;
    asyncio_exception **errors; /* each with a reference */
    size_t error_count, error_capacity;
    asyncio_exception *base_error;     /* KeyboardInterrupt or SystemExit, which comes out as it is; with a reference */
    asyncio_exception *cancelled;      /* what the block is to end with if there are no errors; with a reference */
    asyncio_exception *cancelled_last; /* the last CancelledError while the end waited; with a reference */
    asyncio_future *all_done;          /* what the exit waits on, or NULL; the parent's own */
    const asyncio_site *entered_at;
    bool entered, exiting, aborting, parent_cancel_requested, cancelled_early;
};

asyncio_task_group *asyncio_task_group_new(void)
{
    asyncio_task_group *group = object_new(OBJECT_TASK_GROUP, sizeof *group, object_owner());
    if (group)
        TRACE("new", TEXT("kind", "task_group"), ID("obj", group->object.id), COUNT("value", 0));
    return group;
}

/* ---- its tasks ---- */

static asyncio_task *task_at(list *place)
{
    return CONTAINER(place, asyncio_task, future.place);
}

static void group_forget(asyncio_task_group *group, asyncio_task *task)
{
    if (!list_linked(&task->future.place))
        return;
    list_remove(&task->future.place);
    group->count--;
    object_unref(task);
}

static size_t task_group_finalize(asyncio_task_group *group)
{
    while (group->count)
        group_forget(group, task_at(list_first(&group->tasks)));
    for (size_t i = 0; i < group->error_count; i++)
        object_unref(group->errors[i]);
    object_unref(group->parent);
    object_unref(group->base_error);
    object_unref(group->cancelled);
    object_unref(group->cancelled_last);
    free(group->errors);
    return sizeof *group;
}

/* The task that is in its block: not if that has ended, or went with its loop. */
static asyncio_task *task_group_parent(const asyncio_task_group *group)
{
    return group->parent && task_is_alive(group->parent) ? group->parent : NULL;
}

static size_t task_group_awaiters(const asyncio_task_group *group, asyncio_object **awaiters, size_t max)
{
    asyncio_task *parent = task_group_parent(group);
    if (parent && max)
        awaiters[0] = &parent->future.object;
    return parent ? 1 : 0;
}

static void group_abort(asyncio_task_group *group)
{
    group->aborting = true;
    LIST_EACH (&group->tasks, place)
        if (!asyncio_task_done(task_at(place)))
            asyncio_task_cancel(task_at(place));
}

static void group_add_error(asyncio_task_group *group, asyncio_exception *e)
{
    if (!memory_reserve(&group->errors, &group->error_capacity, group->error_count + 1, sizeof *group->errors,
                        ERRORS_AT_FIRST))
        return; /* the others come out without it: there is no memory to keep it in */
    group->errors[group->error_count++] = object_ref(e);
    if (exception_is_exit(e) && !group->base_error)
        group->base_error = object_ref(e);
}

/* Cancels its tasks and the block that they belong to. */
static void group_cancel(asyncio_task_group *group)
{
    if (group->aborting)
        return;
    group_abort(group);
    group->parent_cancel_requested = true;
    asyncio_task_cancel(group->parent);
}

static void group_task_failed(asyncio_task_group *group, asyncio_exception *e)
{
    group_add_error(group, e);
    group_cancel(group);
}

/* Once its tasks have ended, so has the group, even if the block goes on only in a later turn. */
static bool group_is_finished(const asyncio_task_group *group)
{
    return group->exiting && !group->count;
}

static void group_task_done(asyncio_future *future, void *arg)
{
    asyncio_task *task = (asyncio_task *)future;
    asyncio_task_group *group = arg;
    asyncio_exception *e = asyncio_task_cancelled(task) ? NULL : asyncio_task_exception(task);
    if (e)
        object_ref(e);
    group_forget(group, task);
    if (group->all_done && !group->count && !asyncio_future_done(group->all_done))
        asyncio_future_set_result(group->all_done, NULL);
    if (e)
        group_task_failed(group, e);
    object_unref(e);
}

/* RuntimeError about a group as Python shows it: "TaskGroup <TaskGroup tasks=2 cancelling> is shutting down". */
COLD static bool group_complain(const asyncio_task_group *group, const char *why)
{
    char tasks[32] = "", errors[32] = "";
    if (group->count)
        snprintf(tasks, sizeof tasks, " tasks=%zu", group->count);
    if (group->error_count)
        snprintf(errors, sizeof errors, " errors=%zu", group->error_count);
    exception_raise_format(ASYNCIO_RUNTIME_ERROR, "TaskGroup <TaskGroup%s%s%s> %s", tasks, errors,
                           group->aborting  ? " cancelling"
                           : group->entered ? " entered"
                                            : "",
                           why);
    return false;
}

static bool group_may_add(asyncio_task_group *group)
{
    if (!object_check(group, OBJECT_TASK_GROUP, "asyncio_task_group_create_task"))
        return false;
    const char *why = !group->entered            ? "has not been entered"
                      : group_is_finished(group) ? "is finished"
                      : group->aborting          ? "is shutting down"
                                                 : NULL;
    return !why || group_complain(group, why);
}

static asyncio_task *group_add(asyncio_task_group *group, asyncio_task *task)
{
    if (!task)
        return NULL;
    if (list_linked(&task->future.place))
        return exception_raise_format(ASYNCIO_RUNTIME_ERROR, "the task factory returned a task that belongs to a "
                                                             "TaskGroup already: it is to make a new one each time");
    if (future_add_held_callback(&task->future, group_task_done, &group->object) < 0) {
        asyncio_task_cancel(task);
        return NULL;
    }
    if (trace_on)
        trace_member(&group->object, &task->future);
    list_append(&group->tasks, &task->future.place);
    group->count++;
    object_ref(task);
    if (group->aborting && !asyncio_task_done(task)) /* it began eagerly, and has cancelled the group itself */
        asyncio_task_cancel(task);
    return task;
}

asyncio_task *asyncio__new_group_task(asyncio_task_group *group, asyncio_body *body, const char *coro,
                                      const asyncio_site *site, void *arg, size_t size, const char *name,
                                      asyncio_context *context, int eager_start)
{
    if (!group_may_add(group))
        return NULL;
    return group_add(group, asyncio__new_task(body, coro, site, arg, size, name, context, eager_start));
}

asyncio_task *asyncio__new_group_task_of(asyncio_task_group *group, asyncio_coroutine *coro, const asyncio_site *site,
                                         const char *name, asyncio_context *context, int eager_start)
{
    if (group_may_add(group))
        return group_add(group, asyncio__new_task_of(coro, site, name, context, eager_start));
    if (coro)
        coroutine_discard(coro);
    return NULL;
}

/* ---- the block ---- */

static bool task_group_enter(asyncio_task_group *group, const asyncio_site *site)
{
    asyncio_task *task = task_running("asyncio_with (task group)");
    if (!task)
        return false;
    if (group->entered)
        return group_complain(group, "has already been entered");
    group->entered = true;
    group->parent = object_ref(task);
    group->entered_at = site;
    if (group->cancelled_early)
        group_cancel(group);
    return true;
}

void asyncio_task_group_cancel(asyncio_task_group *group)
{
    if (!object_check(group, OBJECT_TASK_GROUP, "asyncio_task_group_cancel"))
        return;
    if (!group->entered)
        group->cancelled_early = true;
    else if (!group_is_finished(group))
        group_cancel(group);
}

/* Waits until all are done or something is raised in the parent, which it answers with a reference. */
static asyncio_exception *group_wait_once(asyncio_task_group *group)
{
    if ((group->all_done = future_new_waiter(&group->object, &waiter_that_stays))) {
        asyncio__await_future(&group->all_done->object, group->entered_at);
        object_disown(group->all_done);
        group->all_done = NULL;
    }
    return exception_take();
}

/* No memory to wait for all of them with: MemoryError is one more error, and they are waited for one by one. False if
 * there is no memory for that either: they are cancelled then, and end without being waited for. */
static bool group_wait_without_memory(asyncio_task_group *group, asyncio_exception *no_memory)
{
    group_add_error(group, no_memory);
    group_abort(group);
    if (!group->count) /* it came with the end of the last one */
        return true;
    asyncio_task *task = object_ref(task_at(list_first(&group->tasks)));
    asyncio__await_future(&task->future.object, group->entered_at);
    object_unref(exception_take());
    bool waited = asyncio_task_done(task);
    if (waited) {
        asyncio__sleep(0, group->entered_at); /* its callback, which takes it out of the group, comes next */
        asyncio_exception *e = exception_take();
        waited = !asyncio_isinstance(e, ASYNCIO_MEMORY_ERROR);
        object_unref(e);
    }
    object_unref(task);
    return waited;
}

/* Has one of the group's references refer to another exception. */
static void group_remember(asyncio_exception **reference, asyncio_exception *e)
{
    asyncio_exception *before = *reference;
    *reference = e ? object_ref(e) : NULL;
    object_unref(before);
}

/* Waits until no task is left. The parent may be cancelled meanwhile, more than once. The first time that it was not
 * the group's own doing, the CancelledError is what the block is to end with. */
static void group_wait(asyncio_task_group *group)
{
    bool can_wait = true;
    while (group->count && can_wait) {
        asyncio_exception *e = group_wait_once(group);
        if (asyncio_isinstance(e, ASYNCIO_MEMORY_ERROR))
            can_wait = group_wait_without_memory(group, e);
        else if (e) {
            group_remember(&group->cancelled_last, e);
            if (!group->aborting) {
                group_remember(&group->cancelled, e);
                group_abort(group);
            }
        }
        object_unref(e);
    }
}

/* Takes the group's own request to cancel back. If there has been another one, the block ends cancelled. */
static void group_take_cancel_back(asyncio_task_group *group)
{
    if (!group->parent_cancel_requested || group->base_error)
        return;
    if (asyncio_task_uncancel(group->parent) == 0)
        group_remember(&group->cancelled, NULL);
    else if (!group->cancelled)
        group_remember(&group->cancelled, group->cancelled_last);
}

/* KeyboardInterrupt or SystemExit come out alone: the errors that they hide are told. */
COLD static void group_raise_base_error(asyncio_task_group *group)
{
    for (size_t i = 0; i < group->error_count; i++)
        if (group->errors[i] != group->base_error)
            asyncio_loop_call_exception_handler(
                asyncio_task_get_loop(group->parent),
                &(asyncio_error_context){.message = "TaskGroup task exception was not propagated because the TaskGroup "
                                                    "body is being closed with a BaseException",
                                         .exception = group->errors[i]});
    exception_raise(group->base_error);
}

/* The errors are told first. If the parent was cancelled from outside too, that is kept alive, its count unchanged. */
static void group_put_off_cancellation(asyncio_task_group *group)
{
    if (!asyncio_task_cancelling(group->parent))
        return;
    asyncio_task_uncancel(group->parent);
    asyncio_task_cancel(group->parent);
}

/* The errors as one exception group, pending. */
COLD static void group_raise_errors(asyncio_task_group *group)
{
    asyncio_exception *e =
        asyncio_exception_group_new("unhandled errors in a TaskGroup", group->errors, group->error_count);
    if (!e)
        return;
    exception_add_site(e, group->entered_at);
    exception_raise(e);
    list_remove(&e->object.owned);
    object_unref(e);
}

/* What comes out of the block, pending: `body` is what has come out of its statements. */
static void group_end(asyncio_task_group *group, asyncio_exception *body)
{
    if (group->base_error) {
        group_raise_base_error(group);
    } else if (group->cancelled && !group->error_count) {
        exception_raise(group->cancelled);
    } else {
        if (body && !asyncio_isinstance(body, ASYNCIO_CANCELLED_ERROR))
            group_add_error(group, body);
        if (group->error_count)
            group_put_off_cancellation(group);
        if (group->error_count == 1 && asyncio_isinstance(body, ASYNCIO_GENERATOR_EXIT))
            exception_raise(body); /* the generator that it closes is to end with it */
        else if (group->error_count)
            group_raise_errors(group);
    }
}

static void task_group_exit(asyncio_task_group *group)
{
    asyncio_exception *body = exception_take();
    group->exiting = true;
    if (body && exception_is_exit(body) && !group->base_error)
        group->base_error = object_ref(body);
    if (asyncio_isinstance(body, ASYNCIO_CANCELLED_ERROR))
        group->cancelled = object_ref(body);
    if (body && !group->aborting)
        group_abort(group);
    group_wait(group);
    group_take_cancel_back(group);
    group_end(group, body);
    object_unref(body);
    object_unref(group->parent);
    group->parent = NULL;
}

struct asyncio_task_group_statistics asyncio_task_group_statistics(const asyncio_task_group *group)
{
    struct asyncio_task_group_statistics statistics = {0};
    if (!object_check(group, OBJECT_TASK_GROUP, "asyncio_task_group_statistics"))
        return statistics;
    statistics.parent = task_group_parent(group);
    LIST_EACH (&group->tasks, place)
        statistics.tasks += !future_done(&task_at(place)->future);
    statistics.errors = group->error_count;
    statistics.exiting = group->exiting;
    statistics.aborting = group->aborting;
    return statistics;
}
