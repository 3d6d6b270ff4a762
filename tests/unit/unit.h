/* What a file of unit tests includes: it registers its tests by itself, checks, and tells what went wrong.
 *
 *     TEST(a_new_list_is_empty)              runs in main(), outside any loop
 *     {
 *         list head = {0};
 *         CHECK(list_empty(&head));
 *     }
 *
 *     ASYNC_TEST(a_sleep_lets_time_pass)     runs in the main task of asyncio_run, which must end well
 *     {
 *         double before = now();
 *         CHECK_INT(asyncio_sleep(2), 0);
 *         CHECK_NUMBER(now() - before, 2);
 *     }
 *
 * One test is one process (in WebAssembly: one instance): `locks.test name` runs it, without a name the program lists
 * them. The first check that fails ends it. All run on the virtual clock. What a test prints on stderr counts as a
 * failure unless it has said before that it expects it: see "What the runner is told" below. */
#ifndef UNIT_H
#define UNIT_H

#include "../../src/include/asyncio.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNIT_UNUSED __attribute__((unused))

/* ---- the tests of this file ---- */

typedef struct unit_test {
    const char *name;
    void (*body)(void);
    struct unit_test *next;
} unit_test;

static unit_test *unit_tests, **unit_last = &unit_tests;

#define TEST(test)                                                 \
    static void test(void);                                        \
    __attribute__((constructor)) static void test##_register(void) \
    {                                                              \
        static unit_test self = {#test, test, NULL};               \
        *unit_last = &self;                                        \
        unit_last = &self.next;                                    \
    }                                                              \
    static void test(void)

#define ASYNC_TEST(test)                        \
    static void test##_body(void);              \
    static void *test##_main(void *arg)         \
    {                                           \
        test##_body();                          \
        return arg;                             \
    }                                           \
    TEST(test)                                  \
    {                                           \
        CHECK_INT(asyncio_run(test##_main), 0); \
    }                                           \
    static void test##_body(void)

/* ---- what the runner is told ----
 *
 * Lines on stdout that begin with @: what the runner (verdict.mjs) is to look for when the program is over. */

/* stderr will contain this text (several calls: in this order). */
UNIT_UNUSED static void expect_stderr(const char *part)
{
    printf("@stderr %s\n", part);
    fflush(stdout);
}

/* The program will end with this exit status. */
UNIT_UNUSED static void expect_status(int status)
{
    printf("@status %d\n", status);
    fflush(stdout);
}

/* The runtime will end the program, natively with status 134, and say this. */
UNIT_UNUSED static void expect_crash(const char *part)
{
    printf("@crash %s\n", part);
    fflush(stdout);
}

/* ---- checks ---- */

/* At once: nothing more of the test is to run, nor is the leak checker to complain of a test cut short. */
UNIT_UNUSED __attribute__((noreturn)) static void unit_stop(void)
{
    fflush(stdout);
    fflush(stderr);
    _Exit(1);
}

UNIT_UNUSED __attribute__((format(printf, 3, 4))) static void unit_fail(const char *file, int line, const char *format,
                                                                        ...)
{
    va_list arguments;
    const char *name = strrchr(file, '/');
    fflush(stdout);
    fprintf(stderr, "%s:%d: ", name ? name + 1 : file, line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    unit_stop();
}

#define CHECK(condition)                                                          \
    do {                                                                          \
        if (!(condition))                                                         \
            unit_fail(__FILE__, __LINE__, "CHECK(%s) does not hold", #condition); \
    } while (0)

#define CHECK_INT(actual, expected) \
    unit_check_int((long long)(actual), (long long)(expected), #actual, __FILE__, __LINE__)
#define CHECK_NUMBER(actual, expected) unit_check_number((actual), (expected), #actual, __FILE__, __LINE__)
#define CHECK_STRING(actual, expected) unit_check_string((actual), (expected), #actual, __FILE__, __LINE__)
#define CHECK_CONTAINS(text, part) unit_check_contains((text), (part), #text, __FILE__, __LINE__)
#define CHECK_POINTER(actual, expected) unit_check_pointer((actual), (expected), #actual, __FILE__, __LINE__)

/* An exception of exactly this type is pending, and its message contains the text. Takes it. */
#define CHECK_RAISES(type, part) unit_check_raises((type), (part), __FILE__, __LINE__)

/* No exception is pending. */
#define CHECK_NOTHING_RAISED() unit_check_nothing_raised(__FILE__, __LINE__)

UNIT_UNUSED static void unit_check_int(long long actual, long long expected, const char *text, const char *file,
                                       int line)
{
    if (actual != expected)
        unit_fail(file, line, "%s is %lld, expected %lld", text, actual, expected);
}

UNIT_UNUSED static void unit_check_number(double actual, double expected, const char *text, const char *file, int line)
{
    if (!(fabs(actual - expected) < 1e-6))
        unit_fail(file, line, "%s is %.9g, expected %.9g", text, actual, expected);
}

UNIT_UNUSED static void unit_check_string(const char *actual, const char *expected, const char *text, const char *file,
                                          int line)
{
    if (!actual || strcmp(actual, expected))
        unit_fail(file, line, "%s is\n    \"%s\", expected\n    \"%s\"", text, actual ? actual : "(NULL)", expected);
}

UNIT_UNUSED static void unit_check_contains(const char *actual, const char *part, const char *text, const char *file,
                                            int line)
{
    if (!actual || !strstr(actual, part))
        unit_fail(file, line, "%s is\n    \"%s\", which does not contain\n    \"%s\"", text, actual ? actual : "(NULL)",
                  part);
}

UNIT_UNUSED static void unit_check_pointer(const void *actual, const void *expected, const char *text, const char *file,
                                           int line)
{
    if (actual != expected)
        unit_fail(file, line, "%s is %p, expected %p", text, actual, expected);
}

UNIT_UNUSED static void unit_check_raises(const asyncio_exception_type *type, const char *part, const char *file,
                                          int line)
{
    asyncio_exception *e = asyncio_pending();
    if (!e)
        unit_fail(file, line, "nothing was raised, expected %s: %s", type->name, part);
    if (asyncio_exception_get_type(e) != type || !strstr(asyncio_exception_message(e), part))
        unit_fail(file, line, "raised was %s: %s\n    expected %s: ...%s...", asyncio_exception_name(e),
                  asyncio_exception_message(e), type->name, part);
    asyncio_except(type);
}

UNIT_UNUSED static void unit_check_nothing_raised(const char *file, int line)
{
    asyncio_exception *e = asyncio_pending();
    if (e)
        unit_fail(file, line, "raised was %s: %s, expected nothing", asyncio_exception_name(e),
                  asyncio_exception_message(e));
}

/* ---- the log: what happened, in order ---- */

static char unit_log[16 * 1024];

/* Adds an entry: log_("+%d", n). */
UNIT_UNUSED __attribute__((format(printf, 1, 2))) static void log_(const char *format, ...)
{
    size_t length = strlen(unit_log);
    va_list arguments;
    if (length && length + 1 < sizeof unit_log)
        unit_log[length++] = ' ';
    va_start(arguments, format);
    vsnprintf(unit_log + length, sizeof unit_log - length, format, arguments);
    va_end(arguments);
}

/* The entries since the last check are these, with a space between them. */
#define CHECK_LOG(expected) unit_check_log((expected), __FILE__, __LINE__)

UNIT_UNUSED static void unit_check_log(const char *expected, const char *file, int line)
{
    if (strcmp(unit_log, expected))
        unit_fail(file, line, "the log is\n    %s\n  expected\n    %s", unit_log, expected);
    unit_log[0] = '\0';
}

/* ---- small things that many tests want ---- */

UNIT_UNUSED static double now(void)
{
    return asyncio_time_monotonic();
}

/* Lets every task that is ready run as often as it wants to: turns enough for any test here. */
UNIT_UNUSED static void settle(void)
{
    for (int turn = 0; turn < 20; turn++)
        asyncio_sleep(0);
}

UNIT_UNUSED static void turns(int count)
{
    while (count-- > 0)
        asyncio_sleep(0);
}

/* The name of what is pending, taken: "CancelledError", or "-" for nothing. For logs. */
UNIT_UNUSED static const char *raised(void)
{
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);
    return e ? asyncio_exception_name(e) : "-";
}

/* How a task ended, likewise. */
UNIT_UNUSED static const char *ending(asyncio_task *task)
{
    if (!asyncio_task_done(task))
        return "pending";
    if (asyncio_task_cancelled(task))
        return "cancelled";
    asyncio_exception *e = asyncio_task_exception(task);
    return e ? asyncio_exception_name(e) : "result";
}

/* ---- main ---- */

static int unit_run(const char *name)
{
    for (unit_test *test = unit_tests; test; test = test->next)
        if (!strcmp(test->name, name)) {
            test->body();
            CHECK_NOTHING_RAISED();
            return 0;
        }
    fprintf(stderr, "there is no test %s\n", name);
    return 2;
}

int main(int argc, char **argv)
{
    setenv("ASYNCIO_CLOCK", "virtual", 0);
    if (argc > 1)
        return unit_run(argv[1]);
    for (unit_test *test = unit_tests; test; test = test->next)
        puts(test->name);
    return 0;
}

#endif
