/* The outside world in Node and browsers: JavaScript, through the imports and exports of this file, whose counterpart
 * is wasm/program.mjs.
 *
 * The program's main() runs as a coroutine of its own, the root. When its loop has to wait, the root suspends: the call
 * from JavaScript returns, with the time after which it wants to be called again. Every later call from JavaScript
 * either is a tick, which resumes the root, or completes futures and makes tasks, which the next tick will run: no task
 * ever runs inside somebody else's call.
 *
 * A program without main() (a library of coroutines that JavaScript calls) has no root: its loop is stepped by the
 * ticks themselves. */
#include "host/host.h"

#include "host/clock.h"
#include "coro/coro.h"
#include "base/exceptions.h"
#include "base/interrupts.h"
#include "core/loop.h"
#include "base/runtime.h"
#include "core/tasks.h"
#include "base/trace.h"

#include <math.h>
#include <stdarg.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define IMPORT(name) __attribute__((import_module("asyncio"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name("asyncio_" #name), used))

IMPORT(now) double js_now(void); /* seconds */
IMPORT(block) void js_block(double seconds);
IMPORT(trace_open) int js_trace_open(const char *path);
IMPORT(trace_write) void js_trace_write(const char *text, size_t length);
IMPORT(trace_close) void js_trace_close(void);
IMPORT(release) void js_release(uint32_t value);

enum {
    MAIN_STACK = 1024 * 1024,
    CHECK_EVERY = 64 /* turns, at most */
};
static const double BUDGET = 0.008; /* seconds a tick may take when more is ready: half a frame */

/* What a tick answers instead of seconds. */
static const double WAIT_FOR_EVER = -1;

static struct {
    coro root;
    double wait;                /* what the root wants when it suspends */
    double tick_began;          /* it, or the first of those in a row without the outside having had a turn */
    double checked_at;          /* when the time was last looked at, */
    unsigned turns;             /* how many turns ago, */
    unsigned turns_until_check; /* and how many there may be */
    bool owes_turn;             /* JavaScript has been told of something since the tick began */
    unsigned outstanding;       /* promises that C awaits */
    unsigned calls;             /* tasks that JavaScript awaits */
    asyncio_loop *library_loop; /* without a main() */
} js;

static void host_begin(void) {}

static double host_time(void)
{
    return js_now();
}

static void sleep_suspended(double seconds);

static double as_answer(double wait)
{
    return isinf(wait) ? WAIT_FOR_EVER : wait;
}

static void host_wait(double timeout)
{
    js.wait = as_answer(timeout);
    coro_suspend();
}

static void host_poll(void) {}

static int host_descriptor(void)
{
    return -1;
}

/* Asking JavaScript for the time in each turn would cost more than a short turn does: so it is asked again after as
 * many turns as would take a fraction of the budget, going by the last ones; and first when there is a second turn. */
enum { NOT_ASKED = -1 };

COLD static bool look_at_the_time(void)
{
    double now = js_now();
    if (js.tick_began == NOT_ASKED) {
        js.tick_began = now;
    } else {
        double per_turn = (now - js.checked_at) / js.turns;
        js.turns_until_check = per_turn * CHECK_EVERY < BUDGET / 8 ? CHECK_EVERY : 1;
    }
    js.turns = 0;
    js.checked_at = now;
    return now - js.tick_began > BUDGET;
}

INLINED bool budget_is_spent(void)
{
    return ++js.turns >= js.turns_until_check && look_at_the_time();
}

static void begin_tick(void)
{
    js.tick_began = NOT_ASKED;
    js.turns = 0;
    js.turns_until_check = 1;
}

static bool host_should_yield(void)
{
    return budget_is_spent();
}

static bool host_can_wait(void)
{
    return coro_running() == &js.root;
}

static bool host_owes_turn(void)
{
    return js.owes_turn;
}

static unsigned host_outstanding(void)
{
    return js.outstanding;
}

/* JavaScript that awaits a task may do anything next. */
static bool host_may_wake(void)
{
    return js.outstanding > 0 || js.calls > 0;
}

static void host_die(int status, const char *format, ...)
{
    va_list arguments;
    fflush(NULL);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    _Exit(status);
}

static void host_block(double seconds)
{
    if (host_may_block() &&
        !runtime.must_not_suspend) /* in a worker, which then waits without work, whether memory can be shared or not */
        sleep_suspended(seconds);
    else
        js_block(seconds);
}

static host_waker *host_own_waker(void)
{
    return NULL;
}

static void host_wake(host_waker *waker)
{
    (void)waker;
}

static bool host_trace_open(const char *path)
{
    return js_trace_open(path);
}

static void host_thread_known(void) {}

static void host_trace_lock(void) {}

static void host_trace_unlock(void) {}

static void host_trace_write(const char *text, size_t length)
{
    js_trace_write(text, length);
}

static void host_trace_close(void)
{
    js_trace_close();
}

/* ---- ticks ---- */

SMALL_BEGIN

void _start(void)
    __attribute__((weak)); /* the C library's: runs the constructors, main(), and exit() with its status */

static void *root_main(void *arg)
{
    _start();
    return arg;
}

static double resume_root(void)
{
    coro_state state;
    while ((state = coro_resume(&js.root)) == CORO_UNSAVED)
        exception_raise_no_memory(); /* in host_wait, where it stands */
    if (state == CORO_NO_MEMORY)
        host_die(1, "MemoryError: there is no memory for the stack of main()\n");
    return js.wait;
}

/* Runs main() until it waits. Returns after how many seconds it wants a tick: 0 at once, -1 when something happens.
 * It does not return when main() does: exit() leaves through the host. */
EXPORT(start) double js_start(void)
{
    begin_tick();
    setvbuf(stdout, NULL, _IOLBF, 0); /* a line is there when it is printed, not when a buffer is full */
    coro_prepare(&js.root, root_main, NULL, MAIN_STACK);
    return resume_root();
}

static double step_library_loop(void)
{
    double wait;
    asyncio_loop *before = runtime.loop; /* main()'s, if that is waiting */
    runtime.loop = js.library_loop;
    do
        wait = loop_step(js.library_loop);
    while ((wait == 0 || (!js.owes_turn && clock_jump(wait))) && !budget_is_spent());
    runtime.loop = before;
    trace_flush();
    if (js.owes_turn && clock_virtual())
        return 0;
    return as_answer(wait);
}

/* Turns of the loop in which main() waits, as long as it may go on waiting: its stack need not be wound up and down for
 * them. */
static void step_main_loop(void)
{
    asyncio_loop *loop = runtime.loop;
    do
        if (!loop_go_on(loop))
            return;
    while (loop->wait == 0 && !budget_is_spent());
    trace_flush();
    loop->has_gone_on = false;
    js.wait = isinf(loop->wait) ? WAIT_FOR_EVER : clock_whole_ticks(loop->wait);
}

/* Whatever main() waits for: what comes next. */
static double go_on_with_main(void)
{
    asyncio_loop *loop = runtime.loop;
    if (loop && loop->waiting && !clock_virtual()) {
        coro_call_on(&js.root, step_main_loop);
        if (!loop->has_gone_on)
            return js.wait;
    }
    return resume_root();
}

static double sooner(double a, double b)
{
    return a == WAIT_FOR_EVER ? b : b == WAIT_FOR_EVER ? a : fmin(a, b);
}

/* Goes on after a wait, or when something was made ready from outside. fresh: the outside has had its turn; otherwise
 * this is the microtask after other ticks, which share one budget. */
EXPORT(tick) double js_tick(int fresh)
{
    if (fresh)
        begin_tick();
    else if (budget_is_spent())
        return 0;
    js.owes_turn = false;
    runtime.cause = (cause){"promise", 0};
    double wait = js.library_loop ? step_library_loop() : WAIT_FOR_EVER;
    return js.root.state == CORO_SUSPENDED ? sooner(wait, go_on_with_main()) : wait;
}

/* ---- signals ---- */

/* The C library has signal() and raise() here, and calls the handler through __call_sighandler: which older
 * Emscriptens leave to JavaScript and newer ones define. The linker is told to have either call this (--wrap, in
 * wasm/build.mjs). */
void __wrap___call_sighandler(void (*handler)(int), int signal);
void __wrap___call_sighandler(void (*handler)(int), int signal)
{
    const char *before = without_suspending("a signal handler");
    handler(signal);
    runtime.must_not_suspend = before;
}

/* Ctrl+C from outside, which a terminal would send as SIGINT. */
EXPORT(interrupt) void js_interrupt(void)
{
    struct sigaction now;
    sigaction(SIGINT, NULL, &now);
    if (now.sa_handler == SIG_DFL)
        _Exit(STATUS_INTERRUPTED);
    raise(SIGINT);
}

/* A trap has struck. What the host asks from here on needs a stack that is in order. */
EXPORT(crashed) void js_crashed(void)
{
    coro_lift_limits();
}

/* What the host says when a trap has struck, or when it stops a program: who ran, and whether it was suspending. */
EXPORT(running_name) const char *js_running_name(void)
{
    return coro_running_name();
}

EXPORT(unwinding) int js_unwinding(void)
{
    return asyncio__asyncify_state() == UNWINDING;
}

EXPORT(printed) void js_printed(int fd, const char *text, size_t length)
{
    if (trace_on)
        trace_print(fd, text, length);
}

EXPORT(trace_flush) void js_trace_flush(void)
{
    if (trace_on)
        trace_flush();
}

SMALL_END

#include "bridge/js.c"
#include "bridge/js_tasks.c"
SMALL_BEGIN
#include "threads/threads_js.c"
SMALL_END
