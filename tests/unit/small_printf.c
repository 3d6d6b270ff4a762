/* wasm/api/small_printf.c says what libc's printf says. White-box: its functions under names of their own, beside
 * libc's. */
#include "unit.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#define vsnprintf small_vsnprintf
#define snprintf small_snprintf
#define vfprintf small_vfprintf
#define fprintf small_fprintf
#define fiprintf small_fiprintf
#define vfiprintf small_vfiprintf
#define __small_vfprintf small_small_vfprintf
#define __small_fprintf small_small_fprintf
#include "../../wasm/api/small_printf.c"
#undef vsnprintf
#undef snprintf
#undef vfprintf
#undef fprintf
#undef fiprintf
#undef vfiprintf
#undef __small_vfprintf
#undef __small_fprintf

enum { ROOM = 200 };

/* So that the compiler does not see, and warn of, what is meant to be cut. */
static int libc_snprintf(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return length;
}

#define CHECK_SAME_IN(room, ...)                                                                      \
    do {                                                                                              \
        char ours[ROOM], theirs[ROOM];                                                                \
        memset(ours, '#', ROOM - 1), memset(theirs, '#', ROOM - 1);                                   \
        ours[ROOM - 1] = theirs[ROOM - 1] = '\0';                                                     \
        CHECK_INT(small_snprintf(ours, room, __VA_ARGS__), libc_snprintf(theirs, room, __VA_ARGS__)); \
        CHECK_STRING(ours, theirs);                                                                   \
        CHECK(!memcmp(ours, theirs, ROOM)); /* and nothing beyond */                                  \
    } while (0)
#define CHECK_SAME(...) CHECK_SAME_IN(ROOM - 1, __VA_ARGS__)

TEST(text)
{
    CHECK_SAME("%s", "");
    CHECK_SAME("%s and %s%%", "one", "two");
    CHECK_SAME("%.3s|%.0s|%.9s", "longer", "none", "short");
    CHECK_SAME("%10s|%2s|%*s|%c", "right", "wide", 6, "six", 'c');
}

TEST(integers)
{
    static const int numbers[] = {0, 1, -1, 9, 10, -10, 123456789, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        CHECK_SAME("%d %u %x %4d %04d %ld %lld %llu %zu", numbers[i], (unsigned)numbers[i], (unsigned)numbers[i],
                   numbers[i] & 63, numbers[i] & 63, (long)numbers[i], numbers[i] * 1000000007LL,
                   (unsigned long long)numbers[i], (size_t)numbers[i]);
    CHECK_SAME("%lld %llu", LLONG_MIN, ULLONG_MAX);
}

TEST(doubles)
{
    static const double numbers[] = {0,    -0.0,       1,          -1,         0.1,    0.5, 0.02,     1.0 / 3,  1e-6,
                                     4e-7, 123.456789, 99.9999999, 1234567.25, -42.75, 8e9, INFINITY, -INFINITY};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        CHECK_SAME("%f %.6f %.3f %.0f %.1f %12.3f", numbers[i], numbers[i], numbers[i], numbers[i], numbers[i],
                   numbers[i]);
    CHECK_SAME("%g %g %g %g", 0.02, 0.5, 3.0, 0.125);
    CHECK_SAME("%.6f", 123456789012.0 / 64);
}

TEST(what_does_not_fit_is_cut)
{
    CHECK_SAME_IN(5, "%s", "hello");
    CHECK_SAME_IN(6, "%s", "hello");
    CHECK_SAME_IN(1, "%s", "hello");
    CHECK_SAME_IN(9, "%s %d", "hello", 123456);
    CHECK_INT(small_snprintf(NULL, 0, "%s", "hello"), 5);
}

TEST(to_a_stream)
{
    expect_stderr("-12 of 0.250000: text\n");
    CHECK_INT(small_fprintf(stderr, "%d of %f: %s\n", -12, 0.25, "text"), 22);
}

TEST(a_long_text_to_a_stream)
{
    char text[2001] = {0};
    memset(text, 'x', sizeof text - 1);
    expect_stderr(text);
    CHECK_INT(small_fprintf(stderr, "%s\n", text), 2001);
}
