/* The border with JavaScript where there is none: Linux. */
#include "base/border.h"
#include "base/object.h"

static void border_release(uint32_t js)
{
    (void)js;
}

static void border_task_ended(asyncio_task *task)
{
    (void)task;
}

static void border_task_freed(asyncio_task *task)
{
    (void)task;
}

static size_t js_value_finalize(asyncio_object *object)
{
    (void)object;
    return 0;
}
