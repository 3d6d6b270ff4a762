/* The library, which puts into each event of a trace how things stand in the runtime at that moment, by its own
 * all_tasks and statistics: what the page's model, which has nothing but the events, must have worked out. For
 * inspector.test.mjs.
 *
 *   "now": { "tasks": {id: state}, "ready", "timers", "things": {id: {...}} }    the tasks that are not done, and the
 *   locks, queues, ...
 *                                                                            that belong to a task or the loop */
static void trace_snapshot(void);
#define TRACE_ALSO() trace_snapshot()
#include "../../../src/native.c"

enum { MOST_TASKS = 200 };

static const char *snapshot_comma;

static void snapshot_key(uint32_t id)
{
    trace_write_format("%s\"%u\":", snapshot_comma, (unsigned)id);
    snapshot_comma = ",";
}

static unsigned snapshot_id(const asyncio_task *task)
{
    return task ? (unsigned)task_id(task) : 0;
}

static void snapshot_thing(asyncio_object *object)
{
    const void *thing = object;
    switch (object->type) {
    case OBJECT_LOCK: {
        struct asyncio_lock_statistics s = asyncio_lock_statistics(thing);
        snapshot_key(object->id);
        trace_write_format("{\"locked\":%d,\"owner\":%u,\"waiting\":%zu}", s.locked, snapshot_id(s.owner),
                           s.tasks_waiting);
        break;
    }
    case OBJECT_SEMAPHORE: {
        struct asyncio_semaphore_statistics s = asyncio_semaphore_statistics(thing);
        snapshot_key(object->id);
        trace_write_format("{\"value\":%ld,\"waiting\":%zu}", s.value, s.tasks_waiting);
        break;
    }
    case OBJECT_EVENT: {
        struct asyncio_event_statistics s = asyncio_event_statistics(thing);
        snapshot_key(object->id);
        trace_write_format("{\"set\":%d,\"waiting\":%zu}", s.is_set, s.tasks_waiting);
        break;
    }
    case OBJECT_CONDITION: {
        struct asyncio_condition_statistics s = asyncio_condition_statistics(thing);
        snapshot_key(object->id);
        trace_write_format("{\"waiting\":%zu}", s.tasks_waiting);
        break;
    }
    case OBJECT_BARRIER: {
        struct asyncio_barrier_statistics s = asyncio_barrier_statistics(thing);
        snapshot_key(object->id);
        trace_write_format("{\"parties\":%ld,\"inside\":%zu,\"broken\":%d}", s.parties, s.tasks_waiting, s.broken);
        break;
    }
    case OBJECT_QUEUE: {
        struct asyncio_queue_statistics s = asyncio_queue_statistics(thing);
        snapshot_key(object->id);
        trace_write_format("{\"size\":%zu,\"unfinished\":%zu,\"put\":%zu,\"get\":%zu,\"join\":%zu,\"shut\":%d}", s.size,
                           s.unfinished, s.tasks_waiting_put, s.tasks_waiting_get, s.tasks_waiting_join,
                           s.is_shut_down);
        break;
    }
    case OBJECT_TASK_GROUP: {
        struct asyncio_task_group_statistics s = asyncio_task_group_statistics(thing);
        snapshot_key(object->id);
        trace_write_format("{\"members\":%zu}", s.tasks);
        break;
    }
    default: break;
    }
}

static void snapshot_owned(list *owner)
{
    for (list *link = list_first(owner); link; link = list_after(owner, link))
        snapshot_thing(CONTAINER(link, asyncio_object, owned));
}

static void trace_snapshot(void)
{
    asyncio_loop *loop = runtime.loop;
    if (!loop || asyncio_pending()) /* what is asked while an exception is pending answers with that */
        return;
    asyncio_task *tasks[MOST_TASKS];
    size_t count = asyncio_all_tasks(tasks, MOST_TASKS);
    struct asyncio_loop_statistics s = asyncio_loop_statistics(loop);
    trace_write_format(",\"now\":{\"ready\":%zu,\"timers\":%zu,\"count\":%zu,\"tasks\":{", s.ready, s.timers, s.tasks);
    snapshot_comma = "";
    for (size_t i = 0; i < count && i < MOST_TASKS; i++) {
        snapshot_key(task_id(tasks[i]));
        trace_write_string(inspect_state(tasks[i]));
    }
    trace_write("},\"things\":{");
    snapshot_comma = "";
    snapshot_owned(loop_owned(loop));
    for (size_t i = 0; i < count && i < MOST_TASKS; i++)
        snapshot_owned(task_owned(tasks[i]));
    trace_write("}}");
}
