/* The outside world in Node and browsers: JavaScript, through the imports and exports of this file and of bridge/,
 * whose counterpart is wasm/loader/program.mjs. How main() and its loop get their turns there: host_js.h. */
#include "host/host_js.h"

#include "coro/coro.h"
#include "base/die.h"
#include "base/exceptions.h"
#include "base/interrupts.h"
#include "base/runtime.h"
#include "base/trace.h"

#include <stdarg.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const double BUDGET = 0.008; /* seconds a tick may take when more is ready: half a frame */
enum { CHECK_EVERY = 64 /* turns, at most */ };

IMPORT(block) void js_block(double seconds);
IMPORT(trace_open) int js_trace_open(const char *path);
IMPORT(trace_write) void js_trace_write(const char *text, size_t length);
IMPORT(trace_close) void js_trace_close(void);
static void host_begin(void) {}

static double host_time(void)
{
    return js_now();
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

static void die(int status, const char *format, ...)
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

static double resume_root(void)
{
    coro_state state;
    while ((state = coro_resume(&js.root)) == CORO_UNSAVED)
        exception_raise_no_memory(); /* in host_wait, where it stands */
    if (state == CORO_NO_MEMORY)
        die(1, "MemoryError: there is no memory for the stack of main()\n");
    return js.wait;
}

/* ---- signals ---- */

/* The C library has signal() and raise() here, and calls the handler through __call_sighandler: which older
 * Emscriptens leave to JavaScript and newer ones define. The linker is told to have either call this (--wrap, in
 * wasm/build/build.mjs). */
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
