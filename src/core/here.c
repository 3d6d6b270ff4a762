/* The doors of base/ to whoever runs now: a generator, a task, a loop, or the program itself. */
#include "base/exceptions.h"
#include "base/object.h"
#include "core/generators.h"
#include "core/loop.h"
#include "core/tasks.h"
#include "host/host.h"

static list *object_owner(void)
{
    asyncio_agen *agen = *agen_here();
    if (agen)
        return agen_owned(agen);
    if (runtime.task)
        return task_owned(runtime.task);
    if (runtime.loop)
        return loop_owned(runtime.loop);
    host_thread_known();
    return &runtime.owned;
}

static exception_state *exception_here(void)
{
    return runtime.task ? task_errors(runtime.task) : &runtime.errors;
}
