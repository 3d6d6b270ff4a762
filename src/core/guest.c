/* Guest mode: a loop that somebody else's loop drives, turn by turn. */
#include "base/exceptions.h"
#include "host/host.h"
#include "core/loop.h"
#include "base/runtime.h"
#include "base/trace.h"

#include <math.h>

double asyncio_loop_step(asyncio_loop *loop)
{
    enum { FAILED = -1 };
    if (!loop_may_run(loop, "asyncio_loop_step"))
        return FAILED;
    loop_take_over(loop);
    host_poll();
    double wait = loop_step(loop);
    loop_give_back(loop);
    trace_flush();
    return runtime.errors.pending ? FAILED : wait;
}

double asyncio_loop_timeout(const asyncio_loop *loop)
{
    return loop_check(loop, "asyncio_loop_timeout") ? seconds_to_wait(loop) : NAN;
}

int asyncio_loop_backend_fd(const asyncio_loop *loop)
{
    return loop_check(loop, "asyncio_loop_backend_fd") ? host_descriptor() : -1;
}
