#include "base/interrupts.h"

#include "coro/coro.h"
#include "base/die.h"
#include "base/exceptions.h"
#include "core/futures.h"
#include "host/host.h"
#include "base/runtime.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

static struct {
    bool taken;         /* SIGINT is ours */
    asyncio_task *main; /* of the runner, which holds it */
    unsigned count;
    host_waker *waker; /* of the thread that runs the loop */
} interrupts;

static _Thread_local bool interrupts_here; /* this is that thread */

/* ---- the signal ---- */

enum { PATIENCE = 2 }; /* so many may wait for a program that does not come to a place where something can be done */

static void on_sigint(int signal)
{
    int error = errno;
    (void)signal;
    if (atomic_fetch_add(&interrupts_waiting, 1) >= PATIENCE)
        die(STATUS_INTERRUPTED, "asyncio: ended by Ctrl+C: %s has not given way, although it was asked twice\n",
            coro_running_name());
    host_wake(interrupts.waker);
    errno = error;
}

static bool handler_is(void (*handler)(int))
{
    struct sigaction now;
    return sigaction(SIGINT, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) && now.sa_handler == handler;
}

static void set_handler(void (*handler)(int))
{
    struct sigaction action = {.sa_flags = SA_RESTART | SA_ONSTACK};
    action.sa_handler = handler;
    sigaction(SIGINT, &action, NULL);
}

static bool interrupts_begin(asyncio_task *main)
{
    if (!host_first_thread() || interrupts.taken || !handler_is(SIG_DFL))
        return false;
    interrupts.taken = interrupts_here = true;
    interrupts.main = main;
    interrupts.count = 0;
    interrupts.waker = host_own_waker();
    set_handler(on_sigint);
    return true;
}

/* One that came at the last moment is not lost. */
static void interrupts_end(void)
{
    if (handler_is(on_sigint)) /* not if the program has set one meanwhile */
        set_handler(SIG_DFL);
    interrupts_poll();
    interrupts.taken = interrupts_here = false;
    interrupts.main = NULL;
}

static unsigned interrupts_count(void)
{
    return interrupts.count;
}

/* ---- what is done about it ---- */

/* On behalf of nobody: the task that happened to run has not asked for it. */
static void cancel_main(void)
{
    asyncio_task *task = runtime.task;
    cause cause_before = runtime.cause;
    runtime.task = NULL;
    runtime.cause = (cause){"signal", 0};
    asyncio_task_cancel(interrupts.main);
    runtime.cause = cause_before;
    runtime.task = task;
}

static void interrupt(void)
{
    interrupts.count++;
    TRACE("interrupt", ID("count", interrupts.count), ID("task", task_id(runtime.task)));
    if (interrupts.count == 1 && interrupts.main && !asyncio_task_done(interrupts.main))
        cancel_main();
    else
        exception_raise_text(ASYNCIO_KEYBOARD_INTERRUPT, "");
}

COLD static void interrupts_deliver(void)
{
    if (!interrupts_here)
        return;
    for (unsigned waiting = atomic_exchange(&interrupts_waiting, 0); waiting; waiting--)
        interrupt();
}
