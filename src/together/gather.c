/* asyncio.gather, on the public calls of futures and tasks. */

#include "together/gather.h"

#include "core/coroutines.h"
#include "base/exceptions.h"
#include "core/futures.h"
#include "base/memory.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <stdlib.h>

typedef struct gathering {
    asyncio_future future;
    size_t count, unfinished;    /* unfinished: distinct children whose end has not been seen */
    asyncio_future *cancel_from; /* while it passes a request to cancel on to its children, */
    size_t asked;                /* and so many of them have been asked */
    bool any_accepted;
    bool return_exceptions;
    void *results; /* void * or asyncio_outcome for each, when it is done */
    asyncio_future **children;
} gathering;

static asyncio_future *gathering_pass_cancel_on(asyncio_future *future, cancel_request *request)
{
    gathering *outer = (gathering *)future;
    if (request->arrives) {
        request->accepted = false;
        if (future_done(future) || request->comes_back)
            return NULL;
        outer->asked = 0;
        outer->any_accepted = false;
    }
    outer->any_accepted |= request->accepted;
    if (outer->children && outer->asked < outer->count)
        return outer->children[outer->asked++];
    if (outer->any_accepted) /* the CancelledError that comes up is to win over return_exceptions */
        future->object.flags |= FUTURE_MUST_CANCEL;
    request->accepted = outer->any_accepted;
    return NULL;
}

static void let_children_go(gathering *outer)
{
    for (size_t i = 0; outer->children && i < outer->count; i++)
        object_unref(outer->children[i]);
    free(outer->children);
    outer->children = NULL;
    list_remove(&outer->future.place);
}

static void gathering_finalize(asyncio_future *future)
{
    gathering *outer = (gathering *)future;
    if (outer->return_exceptions && outer->results)
        for (size_t i = 0; i < outer->count; i++)
            object_unref(((asyncio_outcome *)outer->results)[i].exception);
    let_children_go(outer);
    free(outer->results);
    outer->results = NULL;
}

static const future_kind gathering_kind = {.label = "gather",
                                           .pass_cancel_on = gathering_pass_cancel_on,
                                           .way_back = offsetof(gathering, cancel_from),
                                           .finalize = gathering_finalize,
                                           .size = sizeof(gathering)};

/* ---- when the children end ---- */

static asyncio_exception *seen_exception(asyncio_future *child)
{
    asyncio_exception *e = asyncio_future_exception(child);
    return e ? object_ref(e) : NULL;
}

/* How a child ended, as an entry of the results. */
static asyncio_outcome outcome_of(asyncio_future *child)
{
    if (future_cancelled(child)) {
        const char *message = child->cancel_message ? child->cancel_message : "";
        return (asyncio_outcome){.exception = exception_new(ASYNCIO_CANCELLED_ERROR, message)};
    }
    asyncio_exception *e = seen_exception(child);
    return (asyncio_outcome){.exception = e, .value = e ? NULL : asyncio_future_result(child)};
}

static void *collect(const gathering *outer)
{
    size_t entry = outer->return_exceptions ? sizeof(asyncio_outcome) : sizeof(void *);
    void *results = calloc(outer->count ? outer->count : 1, entry);
    for (size_t i = 0; results && i < outer->count; i++) {
        if (outer->return_exceptions)
            ((asyncio_outcome *)results)[i] = outcome_of(outer->children[i]);
        else
            ((void **)results)[i] = asyncio_future_result(outer->children[i]);
    }
    return results;
}

static asyncio_exception *cancelled_error_of(asyncio_future *child)
{
    if (future_cancelled(child))
        return future_cancelled_error(child);
    return exception_new(ASYNCIO_CANCELLED_ERROR, child->cancel_message ? child->cancel_message : "");
}

/* One that was cancelled, but whose children all ended, raises the CancelledError of its last argument. */
static void gathering_finish(gathering *outer)
{
    outer->results = collect(outer);
    if (!outer->results)
        future_fail(&outer->future, exception_new(ASYNCIO_MEMORY_ERROR, ""));
    else if (outer->future.object.flags & FUTURE_MUST_CANCEL)
        future_fail(&outer->future, cancelled_error_of(outer->children[outer->count - 1]));
    else
        future_finish(&outer->future, outer->results);
}

static void see_end_of(asyncio_future *child, gathering *outer)
{
    outer->unfinished--;
    if (future_done(&outer->future)) {
        if (!future_cancelled(child))
            asyncio_future_exception(child); /* seen: it came too late to be told */
    } else if (!outer->return_exceptions && future_cancelled(child)) {
        future_fail(&outer->future, future_cancelled_error(child));
    } else {
        asyncio_exception *e = outer->return_exceptions ? NULL : seen_exception(child);
        if (e)
            future_fail(&outer->future, e);
        else if (!outer->unfinished)
            gathering_finish(outer);
    }
}

/* When the gather is done it has no more use for the children. Those that go on still have this called, and hold the
 * gather; if it held them, a future that never ends would never be freed. */
static void child_done(asyncio_future *child, void *outer)
{
    see_end_of(child, outer);
    if (future_done(outer))
        let_children_go(outer);
}

/* ---- making ----
 *
 * Each child is watched as soon as it is there: the next one may start eagerly, and end it. But what is seen of those
 * that were done already comes last, when all are there. */

typedef enum role { ROLE_WATCHED, ROLE_DONE, ROLE_DOUBLE } role; /* of an argument; a double was there before */

static bool is_future(const asyncio_object *awaitable)
{
    return awaitable && object_as_future(awaitable);
}

static void find_doubles(size_t count, asyncio_object *const *awaitables, uint8_t *roles)
{
    for (size_t i = 0; i < count; i++)
        if (is_future(awaitables[i])) {
            if (awaitables[i]->flags & FUTURE_MARKED)
                roles[i] = ROLE_DOUBLE;
            awaitables[i]->flags |= FUTURE_MARKED;
        }
    for (size_t i = 0; i < count; i++)
        if (is_future(awaitables[i]))
            awaitables[i]->flags &= (uint8_t)~FUTURE_MARKED;
}

/* The future for one argument, with a reference. A coroutine object becomes a task; given again, it is that task. */
static asyncio_future *child_of(const gathering *outer, asyncio_object *awaitable, const asyncio_site *site,
                                uint8_t *role)
{
    asyncio_coroutine *coro = awaitable && awaitable->type == OBJECT_COROUTINE ? (asyncio_coroutine *)awaitable : NULL;
    if (coro && coro->gathered_by == outer) {
        *role = ROLE_DOUBLE;
        return object_ref(coro->task);
    }
    asyncio_future *child = future_of_awaitable(outer->future.loop, awaitable, site);
    if (coro && child) {
        coro->gathered_by = outer;
        coro->task = (asyncio_task *)child;
    }
    return child;
}

static bool watch_child(gathering *outer, asyncio_future *child, uint8_t *role)
{
    if (trace_on)
        trace_member(&outer->future.object, child);
    if (*role == ROLE_DOUBLE)
        return true;
    outer->unfinished++;
    if (future_done(child))
        *role = ROLE_DONE;
    return *role == ROLE_DONE || future_add_held_callback(child, child_done, &outer->future.object) == 0;
}

static bool adopt_children(gathering *outer, size_t count, asyncio_object *const *awaitables, const asyncio_site *site,
                           uint8_t *roles)
{
    find_doubles(count, awaitables, roles);
    while (outer->count < count) {
        size_t i = outer->count;
        if (!(outer->children[i] = child_of(outer, awaitables[i], site, &roles[i])))
            return false;
        outer->count++;
        if (!watch_child(outer, outer->children[i], &roles[i]))
            return false;
    }
    return true;
}

static void forget_coroutines(const gathering *outer, size_t count, asyncio_object *const *awaitables)
{
    for (size_t i = 0; i < count; i++)
        if (awaitables[i] && awaitables[i]->type == OBJECT_COROUTINE &&
            ((asyncio_coroutine *)awaitables[i])->gathered_by == outer)
            ((asyncio_coroutine *)awaitables[i])->gathered_by = NULL;
}

static void see_children_that_are_done(gathering *outer, const uint8_t *roles)
{
    for (size_t i = 0; i < outer->count; i++)
        if (roles[i] == ROLE_DONE)
            see_end_of(outer->children[i], outer);
    if (!outer->count)
        gathering_finish(outer);
    if (future_done(&outer->future))
        let_children_go(outer);
}

static bool gathering_begin(gathering *outer, size_t count, asyncio_object *const *awaitables, const asyncio_site *site)
{
    uint8_t *roles = calloc(count + 1, sizeof *roles);
    outer->children = calloc(count + 1, sizeof *outer->children);
    bool begun = roles && outer->children;
    if (!begun)
        exception_raise_no_memory();
    awaitables_hold(count, awaitables, true);
    begun = begun && adopt_children(outer, count, awaitables, site, roles);
    forget_coroutines(outer, count, awaitables);
    awaitables_hold(count, awaitables, false);
    if (begun)
        see_children_that_are_done(outer, roles);
    else
        future_end_cancelled(&outer->future, NULL); /* there is none, for those that are watched already */
    free(roles);
    return begun;
}

static asyncio_future *gather_new(asyncio_loop *loop, size_t count, asyncio_object *const *awaitables,
                                  bool return_exceptions, const asyncio_site *site, list *owner)
{
    gathering *outer = (gathering *)future_new(loop, &gathering_kind, sizeof *outer, owner);
    if (!outer)
        return NULL;
    outer->return_exceptions = return_exceptions;
    list_append(&loop->gathers, &outer->future.place);
    TRACE("future", ID("future", outer->future.object.id), TEXT("kind", "gather"), ID("obj", 0));
    if (gathering_begin(outer, count, awaitables, site))
        return &outer->future;
    object_disown(outer);
    return NULL;
}

/* ---- the arguments, one by one ---- */

struct asyncio__list {
    size_t count;
    asyncio_object *objects[];
};

asyncio__list *asyncio__list_new(size_t count)
{
    asyncio__list *list = malloc(sizeof *list + count * sizeof list->objects[0]);
    if (list)
        list->count = 0;
    else
        exception_raise_no_memory();
    return list;
}

void asyncio__list_add(asyncio__list *list, asyncio_object *object)
{
    if (list)
        list->objects[list->count++] = object;
    else if (object && object->type == OBJECT_COROUTINE) /* it will not run, which is no oversight */
        coroutine_discard((asyncio_coroutine *)object);
}

asyncio_future *asyncio__gather_list(asyncio__list *list, bool return_exceptions, const asyncio_site *site)
{
    asyncio_future *outer = list ? asyncio__gather(list->count, list->objects, return_exceptions, site) : NULL;
    free(list);
    return outer;
}

/* A gather is of the loop of what comes first in it, which need not be the one that runs, if any does. */
static asyncio_loop *loop_for(size_t count, asyncio_object *const *awaitables)
{
    if (!count || !is_future(awaitables[0]))
        return asyncio_get_running_loop();
    asyncio_loop *loop = ((asyncio_future *)awaitables[0])->loop;
    return loop_check(loop, "asyncio_gather") ? loop : NULL;
}

asyncio_future *asyncio__gather(size_t count, asyncio_object *const *awaitables, bool return_exceptions,
                                const asyncio_site *site)
{
    asyncio_loop *loop = loop_for(count, awaitables);
    return loop ? gather_new(loop, count, awaitables, return_exceptions, site, object_owner()) : NULL;
}
