/* Static functions that suspend, and are named like functions inside the runtime and the C library. */
#include <asyncio.h>

#include <stdio.h>

static long turns;

#define SUSPENDS(name)                               \
    __attribute__((noinline)) static int name(int n) \
    {                                                \
        turns++;                                     \
        return asyncio_sleep(0) < 0 ? -1 : n + 1;    \
    }
// clang-format off: it lays a row of calls out otherwise each time
#define FOR_EACH_NAME(X) \
    X(loop_step)         \
    X(task_run)          \
    X(handle_run)        \
    X(child_done)        \
    X(call_done)         \
    X(sleep_over)        \
    X(step_library_loop) \
    X(group_work)        \
    X(object_load)       \
    X(future_load)       \
    X(task_abandon)      \
    X(gathering_all)     \
    X(trace_route)       \
    X(chrome_start)      \
    X(exception_test)    \
    X(stop_when_done)    \
    X(done_callback_run) \
    X(coro_resume)       \
    X(coro_suspend)      \
    X(save_frames)       \
    X(report)            \
    X(close_file)        \
    X(sn_write)          \
    X(printf_core)
// clang-format on
FOR_EACH_NAME(SUSPENDS)

static void *main_(void *arg)
{
    int n = 0;
#define CALL(name) n = name(n);
    FOR_EACH_NAME(CALL)
    printf("%d functions, %ld turns\n", n, turns);
    return arg;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
