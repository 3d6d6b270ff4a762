#include "inspect.h"

#include "coroutines.h"
#include "locks.h"
#include "loop.h"
#include "tasks.h"

#include <stdio.h>

static asyncio_task *task_by_id(asyncio_loop *loop, uint32_t id)
{
    LIST_EACH(&loop->tasks, link) {
        asyncio_task *task = CONTAINER(link, asyncio_task, among_all);
        if (task_id(task) == id)
            return task;
    }
    return NULL;
}

static void report_holder(asyncio_loop *loop, const asyncio_object *of)
{
    uint32_t id = lock_holder(of);
    asyncio_task *holder = task_by_id(loop, id);
    if (holder)
        fprintf(stderr, ", taken last by %s", asyncio_task_get_name(holder));
    else if (id)
        fprintf(stderr, ", taken last by a task that has ended");
}

static void report_awaited(asyncio_loop *loop, asyncio_future *future)
{
    if (future->object.type == OBJECT_TASK) {
        fprintf(stderr, "task %s", asyncio_task_get_name((asyncio_task *)future));
        return;
    }
    fprintf(stderr, "%s #%u", future->kind->label, (unsigned)(future->of ? future->of->id : future->object.id));
    if (future->of)
        report_holder(loop, future->of);
}

static void report_task(asyncio_loop *loop, asyncio_task *task)
{
    fprintf(stderr, "  %s (%s) waits for ", asyncio_task_get_name(task), task->coro_name);
    report_awaited(loop, task->waits_for);
    if (task->waits_at)
        fprintf(stderr, ", in %s at %s:%d", task->waits_at->function, task->waits_at->file, task->waits_at->line);
    fprintf(stderr, "\n");
    for (asyncio_coroutine *c = task->innermost; c; c = c->awaiter)
        fprintf(stderr, "      in coroutine %s, awaited in %s at %s:%d\n", c->spec.coro, c->awaited_at->function,
                c->awaited_at->file, c->awaited_at->line);
}

static void inspect_report_deadlock(asyncio_loop *loop)
{
    fflush(stdout);
    fprintf(stderr, "asyncio: deadlock: nothing is ready, no timer is set, and nothing outside is under way\n");
    LIST_EACH(&loop->tasks, link) {
        asyncio_task *task = CONTAINER(link, asyncio_task, among_all);
        if (task->waits_for)
            report_task(loop, task);
    }
}
