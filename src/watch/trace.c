#include "base/trace.h"

#include "host/clock.h"
#include "host/host.h"
#include "base/runtime.h"
#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A test may put more into each event (tests/browser/snapshots). */
#ifndef TRACE_ALSO
#define TRACE_ALSO()
#endif

enum { BUFFER = 32 * 1024, LINE = 1024, FIELDS = 5, FORMAT = 96 };

static struct {
    bool chrome;
    uint64_t events;
    double begin;
    size_t length; /* of what is in the buffer */
    char buffer[BUFFER];
    struct {
        size_t length;
        char text[LINE];
    } lines[2]; /* what was printed to stdout and stderr since their last line ended */
} trace;

static _Thread_local double next_number; /* of the next event */

/* ---- the way out ---- */

static void trace_flush(void)
{
    if (!trace_on)
        return;
    host_trace_lock();
    if (trace.length)
        host_trace_write(trace.buffer, trace.length);
    trace.length = 0;
    host_trace_unlock();
}

static void trace_write_bytes(const char *text, size_t length)
{
    while (length) {
        if (trace.length == BUFFER)
            trace_flush();
        size_t part = BUFFER - trace.length < length ? BUFFER - trace.length : length;
        memcpy(trace.buffer + trace.length, text, part);
        trace.length += part;
        text += part;
        length -= part;
    }
}

static void trace_write(const char *text)
{
    trace_write_bytes(text, strlen(text));
}

static void trace_write_format(const char *format, ...)
{
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    trace_write(text);
}

static void trace_write_string(const char *text)
{
    char piece[JSON_PIECE];
    size_t length;
    trace_write("\"");
    while ((length = json_piece(&text, piece)))
        trace_write_bytes(piece, length);
    trace_write("\"");
}

/* ---- JSON lines ---- */

/* Microseconds are as fine as any clock here is; fewer digits where fewer say it all. */
static void write_number(double number)
{
    if (!isfinite(number)) {
        trace_write("null");
        return;
    }
    char text[64];
    int length = snprintf(text, sizeof text, "%.6f", number);
    while (text[length - 1] == '0')
        text[--length] = '\0';
    if (text[length - 1] == '.')
        text[--length] = '\0';
    trace_write(!strcmp(text, "-0") ? "0" : text);
}

static void write_site(const asyncio_site *site)
{
    if (!site)
        return;
    trace_write(",\"file\":");
    trace_write_string(site->file);
    trace_write_format(",\"line\":%d,\"func\":", site->line);
    trace_write_string(site->function);
}

static void write_field(const trace_field *field)
{
    if (field->kind == '@') {
        write_site(field->site);
        return;
    }
    trace_write_format(",\"%s\":", field->name);
    if (field->kind == '#')
        trace_write_format("%u", (unsigned)field->id);
    else if (field->kind == '%')
        write_number(field->number);
    else if (field->text)
        trace_write_string(field->text);
    else
        trace_write("null");
}

/* A program that does not come back takes along what the host has not got: so it gets all before code of the program's
 * own runs on. */
static void flush_before_code_runs(const char *event)
{
    if (!strcmp(event, "step") || !strcmp(event, "call") || !strcmp(event, "print"))
        trace_flush();
}

static void write_event(const char *event, const trace_field *fields)
{
    double time = clock_time() - trace.begin;
    trace.events++;
    if (trace.chrome) {
        chrome_event(trace.events, time, event, fields);
        return;
    }
    trace_write_format("{\"n\":%llu,\"t\":", (unsigned long long)trace.events);
    write_number(time);
    trace_write_format(",\"ev\":\"%s\"", event);
    for (; fields->name; fields++)
        write_field(fields);
    TRACE_ALSO();
    trace_write("}\n");
    flush_before_code_runs(event);
}

static uintptr_t trace_number(double number)
{
    next_number = number;
    return 0;
}

static void set_value(trace_field *field, uintptr_t value)
{
    if (field->kind == '#')
        field->id = (uint32_t)value;
    else if (field->kind == '%')
        field->number = next_number;
    else if (field->kind == '$')
        field->text = (const char *)value;
    else
        field->site = (const asyncio_site *)value;
}

static void trace_emit(const char *format, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e)
{
    uintptr_t values[FIELDS] = {a, b, c, d, e};
    trace_field fields[FIELDS + 1];
    char names[FORMAT], *at = names;
    int count = 0;
    strcpy(names, format);
    while ((at = strpbrk(at, "#%$@"))) { /* each kind ends the name before it */
        fields[count] = (trace_field){.name = at + 1, .kind = *at};
        set_value(&fields[count], values[count]);
        *at++ = '\0';
        count++;
    }
    fields[count].name = NULL;
    bool named = !*names; /* the first field is the name */
    host_trace_lock();
    write_event(named ? fields[0].text : names, fields + named);
    host_trace_unlock();
}

static void trace_clock_changed(double before)
{
    trace.begin += clock_time() - before;
}

/* ---- printed text ---- */

static uint32_t printer; /* a thread's function; 0: the running task */

static uint32_t printer_id(void)
{
    return printer ? printer : runtime.task ? ((asyncio_object *)runtime.task)->id : 0;
}

static void print_line(int fd)
{
    size_t *length = &trace.lines[fd - 1].length;
    char *text = trace.lines[fd - 1].text;
    text[*length] = '\0';
    *length = 0;
    TRACE("print", ID("task", printer_id()), ID("fd", (uint32_t)fd), TEXT("text", text));
}

static void trace_print(int fd, const char *text, size_t length)
{
    if (fd < 1 || fd > 2)
        return;
    host_trace_lock();
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n' || trace.lines[fd - 1].length == LINE - 1)
            print_line(fd);
        if (text[i] != '\n' && text[i] != '\0')
            trace.lines[fd - 1].text[trace.lines[fd - 1].length++] = text[i];
    }
    host_trace_unlock();
}

static void trace_print_of(uint32_t id, int fd, const char *text, size_t length)
{
    host_trace_lock();
    printer = id;
    trace_print(fd, text, length);
    printer = 0;
    host_trace_unlock();
}

/* ---- beginning and end ---- */

static void trace_stop(void)
{
    for (int fd = 1; fd <= 2; fd++)
        if (trace.lines[fd - 1].length)
            print_line(fd);
    if (trace.chrome)
        chrome_end();
    trace_flush();
    host_trace_close();
    trace_on = false;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && !strcmp(text + length - tail, end);
}

static void trace_start(void)
{
    const char *path = getenv("ASYNCIO_TRACE");
    if (trace_on || !path || !*path)
        return;
    if (!host_trace_open(path)) {
        fprintf(stderr, "asyncio: cannot write the trace to %s; running without it\n", path);
        unsetenv("ASYNCIO_TRACE");
        return;
    }
    trace_on = true;
    trace.chrome = ends_with(path, ".json");
    trace.begin = clock_time();
    if (trace.chrome)
        chrome_begin();
    atexit(trace_stop);
}

/* From the very start: what main() prints before it has a loop belongs to the trace too. */
__attribute__((constructor)) static void trace_from_the_start(void)
{
    trace_start();
}
