/* The trace in Chrome's Trace Event format, which Perfetto and chrome://tracing open.
 *
 * A thread per task: slices "running" and "await ..." follow one another, an arrow (a flow) leads from whoever woke a
 * task to the step that this brought about. Thread 0 is the loop, with its turns. Lines of output are instants. Events
 * at the same time are set a nanosecond apart, in their order: under the virtual clock all of a turn has the same time.
 * */
#include "base/memory.h"
#include "base/trace.h"

#include <stdlib.h>
#include <string.h>

/* The flow that leads to each task's next step, by the task's id: the number of the event that made it ready. */
static struct {
    uint64_t *flows;
    size_t count;
    bool first;
} chrome;

static const trace_field *field(const trace_field *fields, const char *name)
{
    for (; fields->name; fields++)
        if (!strcmp(fields->name, name))
            return fields;
    return NULL;
}

static uint32_t id_of(const trace_field *fields, const char *name)
{
    const trace_field *f = field(fields, name);
    return f ? f->id : 0;
}

static const char *text_of(const trace_field *fields, const char *name)
{
    const trace_field *f = field(fields, name);
    return f && f->text ? f->text : "";
}

static uint64_t *flow_of(uint32_t task)
{
    enum { FIRST = 64 };
    return memory_reserve(&chrome.flows, &chrome.count, task + 1, sizeof *chrome.flows, FIRST) ? &chrome.flows[task]
                                                                                               : NULL;
}

/* {"ph":phase,"pid":1,"tid":thread,"ts":...,"name":name  and leaves the object open. */
static void open_event(const char *phase, uint32_t thread, double ts, const char *name)
{
    trace_write_format("%s{\"ph\":\"%s\",\"pid\":1,\"tid\":%u,\"ts\":%.3f,\"name\":", chrome.first ? "\n" : ",\n",
                       phase, (unsigned)thread, ts);
    chrome.first = false;
    trace_write_string(name);
}

static void plain_event(const char *phase, uint32_t thread, double ts, const char *name)
{
    open_event(phase, thread, ts, name);
    trace_write("}");
}

static void name_thread(uint32_t thread, const char *name)
{
    open_event("M", thread, 0, "thread_name");
    trace_write(",\"args\":{\"name\":");
    trace_write_string(name);
    trace_write("}}");
}

static void begin_wait(uint32_t task, double ts, const trace_field *fields)
{
    char name[64];
    snprintf(name, sizeof name, "await %s", text_of(fields, "on"));
    open_event("B", task, ts, name);
    const trace_field *site = field(fields, "site");
    if (site && site->site) {
        trace_write(",\"args\":{\"at\":");
        char at[256];
        snprintf(at, sizeof at, "%s:%d in %s", site->site->file, site->site->line, site->site->function);
        trace_write_string(at);
        trace_write("}");
    }
    trace_write("}");
}

static void flow_event(const char *phase, uint32_t thread, double ts, uint64_t flow)
{
    open_event(phase, thread, ts, "wake");
    trace_write_format(",\"cat\":\"wake\",\"bp\":\"e\",\"id\":%llu}", (unsigned long long)flow);
}

static void begin_flow(uint32_t task, uint32_t from, double ts, uint64_t n)
{
    uint64_t *flow = flow_of(task);
    if (!flow)
        return;
    *flow = n;
    flow_event("s", from, ts, n);
}

static void end_flow(uint32_t task, double ts)
{
    uint64_t *flow = flow_of(task);
    if (!flow || !*flow)
        return;
    flow_event("f", task, ts, *flow);
    *flow = 0;
}

static void begin_task(uint32_t task, double ts, const trace_field *fields)
{
    name_thread(task, text_of(fields, "name"));
    open_event("B", task, ts, "ready");
    trace_write(",\"args\":{\"coro\":");
    trace_write_string(text_of(fields, "coro"));
    trace_write("}}");
}

/* A function on a thread has a row of its own, as if it were a task. False for other events. */
static bool thread_event(const char *event, double ts, const trace_field *fields)
{
    uint32_t work = id_of(fields, "future");
    if (!strcmp(event, "submit")) {
        char name[96];
        snprintf(name, sizeof name, "thread: %s", text_of(fields, "name"));
        name_thread(work, name);
        plain_event("B", work, ts, "queued");
    } else if (!strcmp(event, "thread_run")) {
        plain_event("E", work, ts, "ready");
        plain_event("B", work, ts, "running");
    } else if (!strcmp(event, "thread_rest")) {
        plain_event("E", work, ts, "running");
        plain_event("B", work, ts, "sleep");
    } else if (!strcmp(event, "thread_end"))
        plain_event("E", work, ts, text_of(fields, "how"));
    else
        return false;
    return true;
}

static void chrome_event(uint64_t n, double time, const char *event, const trace_field *fields)
{
    double ts = time * 1e6 + (double)n * 1e-3;
    uint32_t task = id_of(fields, "task");
    if (!strcmp(event, "turn"))
        plain_event("B", 0, ts, "turn");
    else if (!strcmp(event, "turn_end"))
        plain_event("E", 0, ts, "turn");
    else if (!strcmp(event, "task")) {
        begin_task(task, ts, fields);
        begin_flow(task, id_of(fields, "by"), ts, n);
    } else if (!strcmp(event, "ready")) {
        plain_event("E", task, ts, "await");
        plain_event("B", task, ts, "ready");
        begin_flow(task, !strcmp(text_of(fields, "by"), "task") ? id_of(fields, "from") : 0, ts, n);
    } else if (!strcmp(event, "step")) {
        plain_event("E", task, ts, "ready");
        plain_event("B", task, ts, "running");
        end_flow(task, ts);
    } else if (!strcmp(event, "suspend")) {
        plain_event("E", task, ts, "running");
        bool yields = !strcmp(text_of(fields, "on"), "yield");
        if (yields)
            plain_event("B", task, ts, "ready");
        else
            begin_wait(task, ts, fields);
    } else if (!strcmp(event, "done")) {
        end_flow(task, ts); /* it was cancelled before its first step */
        plain_event("E", task, ts, text_of(fields, "how"));
    } else if (id_of(fields, "future") && thread_event(event, ts, fields)) {
    } else if (!strcmp(event, "call"))
        plain_event("B", 0, ts, text_of(fields, "name"));
    else if (!strcmp(event, "called"))
        plain_event("E", 0, ts, "call");
    else if (!strcmp(event, "print") || !strcmp(event, "cancel") || !strcmp(event, "interrupt")) {
        open_event("i", task, ts, *event == 'p' ? text_of(fields, "text") : event);
        trace_write(",\"s\":\"t\"}");
    }
}

static void chrome_begin(void)
{
    chrome.first = true;
    trace_write("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[");
    name_thread(0, "loop");
}

static void chrome_end(void)
{
    trace_write("\n]}\n");
    free(chrome.flows);
    chrome.flows = NULL;
    chrome.count = 0;
}
