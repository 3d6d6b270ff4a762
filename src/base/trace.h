/* The trace: what the runtime tells about itself, event by event, so that a viewer can rebuild the state of the loop at
 * any moment. Off, it costs one test of a flag.
 *
 * ASYNCIO_TRACE=name.jsonl in the environment writes one JSON object a line, name.json a Chrome Trace (for Perfetto).
 * Every event has "n" (its number, from 1), "t" (the loop's clock in seconds since the first event) and "ev". Objects
 * are named by ids, which are unique over all kinds of one run and the same in every run. Under the virtual clock a
 * program gives the same events natively and in WebAssembly, byte for byte.
 *
 *   turn          loop, turn, ready              a turn of the loop begins; how many callbacks it will run
 *   turn_end      loop, turn, sleep              it is over; seconds to the next deadline, 0: more is ready, null:
 *   nothing close         loop                           it is closed: what callbacks and timers it still has come to
 *   nothing seed          loop, seed, jitter             the loop's first turn is about to begin, with a seed (seeds.h)
 *   task          task, name, coro, by, site     a task is made, and is ready; by: the task that made it or 0
 *   step          task                           it begins to run
 *   goes_on       task                           it goes on after a task that it started eagerly: what was made in the
 *   middle
 *                                                of its step has suspended or is done
 *   suspend       task, on, obj, site            it stops and waits: on "yield" (sleep(0)), "sleep", "future", "task",
 *                                                "gather", "lock", "semaphore", "event", "task_group", "promise",
 *                                                "condition", "barrier", "queue", "wait_for", "wait", "shield",
 *                                                "javascript"
 *   enter, leave  task, coro, name, site         a coroutine object is awaited in this task; is over
 *   ready         task, by, from, via            it was woken: by "task", "timer", "callback", "promise", "signal",
 *   "thread",
 *                                                "loop" or (for want of it) "memory", which one, and the id of what it
 *                                                waited for
 *   done          task, how, text                how: "result", "exception", "cancelled"
 *   cancel        task, by, msg                  somebody wants it cancelled
 *   interrupt     count, task                    a Ctrl+C is heard, while this task (or 0) runs; how many there were in
 *   this run future        future, kind, obj              made; kind as `on` above, obj: the lock, ... that it belongs
 *   to, or 0 future_done   future, how
 *   done_callback, done_callback_run  future, name
 *                                                a done callback of a future goes into the ready queue; it runs
 *   member        obj, of                        obj, a gather, a wait or a task group, waits for the future (task) of,
 *   too soon          handle, name, by               a callback is scheduled
 *   call, called  handle, name                   it begins; is over
 *   call_cancelled  handle                       it will not be called
 *   timer         timer, when, future, name      set: for a future or a callback
 *   timer_fired, timer_cancelled  timer
 *   new           kind, obj, value               a lock, semaphore, event, condition (value: its lock), barrier
 *                                                (parties), queue (maxsize), timeout (when) is made
 *   acquire, release  kind, obj, task, value     taken, given back; what is left
 *   wake          kind, obj, via                 a waiter (its future) is let in; a semaphore has one place less from
 *   then on give_back     kind, obj, task, value         a waiter that was let in has been cancelled before it came in;
 *   what is left set, clear    kind, obj
 *   notify        kind, obj, task, value         up to so many waiters of a condition are woken
 *   barrier       obj, task, state, value        a task has arrived, or the state has changed: "filling", "draining",
 *                                                "resetting", "broken"; how many are inside
 *   put, get      kind, obj, task, value         an item goes into a queue, comes out; how many are in it then
 *   queue_wait    obj, task, how                 the task is about to wait in the queue: "put", "get", "join"
 *   task_done     kind, obj, task, value         an item of a queue is done with; how many are not
 *   shutdown      kind, obj, task, value         a queue is shut down; how many items are left in it
 *   timeout       obj, task, timer, when         a timeout is entered or rescheduled: what is to cancel its task, and
 *   when expired       obj, task                      its time is up
 *   timeout_end   obj, task, how                 its block is left: "expired", "finished"
 *   submit        future, name, by, site         a function is handed to an executor (future: kind "thread", obj:
 *   which) thread_run    future, name                   it begins on a thread; on the virtual clock also: it goes on
 *   thread_rest   future, when                   virtual clock: it sleeps until then, or (null) waits for a coroutine
 *   thread_end    future, how                    it has returned: "result", "exception"
 *   print         task, fd, text                 a line of output; task: a function's future, if it runs on a thread
 *
 * site is three fields: file, line, func; what the library itself does has none.
 *
 * A door: who writes stands above, in watch/trace.c, or nobody does, in watch/lean.c. */
#ifndef TRACE_H
#define TRACE_H

#include "include/asyncio.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct trace_field {
    const char *name; /* NULL ends the list */
    char kind;
    union {
        uint32_t id;
        double number;    /* infinite: null */
        const char *text; /* NULL: null */
        const asyncio_site *site;
    };
} trace_field;

/* An event is told as TRACE("done", ID("task", 3), TEXT("how", "result")), with up to five fields. There are many such
 * places, in every program and even where nothing is traced, so each is to be small: names and kinds become one
 * literal, "done#task$how", and the values arguments that need no memory. */
#define ID(name, value) ("#" name, (value))
#define COUNT(name, value) ID(name, value)
#define NUMBER(name, value) ("%" name, trace_number(value)) /* one in an event */
#define TEXT(name, value) ("$" name, (value))
#define SITE(value) ("@site", (value))

#define TRACE(event, ...)                                                                                              \
    do {                                                                                                               \
        if (__builtin_expect(trace_on, 0))                                                                             \
            TRACE__CALL(event TRACE__EACH(TRACE__FORMAT, __VA_ARGS__) TRACE__EACH(TRACE__VALUE, __VA_ARGS__), 0, 0, 0, \
                        0, 0);                                                                                         \
    } while (0)

/* Where the event's name is not a literal. */
#define TRACE_NAMED(event, ...) TRACE("", TEXT("", event), __VA_ARGS__)

#define TRACE__CALL(...) TRACE__CALL_(__VA_ARGS__)
#define TRACE__CALL_(format, a, b, c, d, e, ...) trace_emit(format, a, b, c, d, e)
#define TRACE__FORMAT(field) TRACE__FORMAT_ field
#define TRACE__FORMAT_(format, value) format
#define TRACE__VALUE(field) TRACE__VALUE_ field
#define TRACE__VALUE_(format, value) , (uintptr_t)(value)
#define TRACE__EACH(use, ...) \
    TRACE__PICK(__VA_ARGS__, TRACE__5, TRACE__4, TRACE__3, TRACE__2, TRACE__1)(use, __VA_ARGS__)
#define TRACE__PICK(a, b, c, d, e, picked, ...) picked
#define TRACE__1(use, a) use(a)
#define TRACE__2(use, a, ...) use(a) TRACE__1(use, __VA_ARGS__)
#define TRACE__3(use, a, ...) use(a) TRACE__2(use, __VA_ARGS__)
#define TRACE__4(use, a, ...) use(a) TRACE__3(use, __VA_ARGS__)
#define TRACE__5(use, a, ...) use(a) TRACE__4(use, __VA_ARGS__)

/* Whether there is a trace: asked before anything else, so that all of it costs one test. */
static bool trace_on;

static void trace_emit(const char *format, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e);

/* Puts the number of the next event where trace_emit finds it. */
static uintptr_t trace_number(double number);

/* Hands to the host what it has not yet got: before the loop sleeps, and at the end. */
static void trace_flush(void);

/* The clock has been changed, and showed `before` till then: the trace's time goes on. */
static void trace_clock_changed(double before);

/* Ends the trace: writes what is left of it and closes it. */
static void trace_stop(void);

/* Text that the program prints; it is cut into lines. */
static void trace_print(int fd, const char *text, size_t length);
static void trace_print_of(uint32_t id, int fd, const char *text, size_t length); /* a function's on a thread */

/* Chrome Trace Event format: writes an event's counterpart, if it has one. In trace_chrome.c. */
static void chrome_begin(void);
static void chrome_event(uint64_t n, double time, const char *event, const trace_field *fields);
static void chrome_end(void);

/* For the formats. */
static void trace_write(const char *text);
static void trace_write_string(const char *text); /* quoted and escaped as JSON */
static void trace_write_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
