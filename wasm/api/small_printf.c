/* printf for asyncio.wasm, which every page that uses the JavaScript API loads: what the library writes in its messages
 * and traces, and no more. libc's can print any number exactly, and is a tenth of the whole. These functions take its
 * place when this file is linked; programs in C, whose own texts may ask for anything, are not linked with it.
 *
 *     %s %c %d %u %x   with l, ll, z, a width, * as a width, 0, and .N of %s
 *     %f %g            with .N: to at most nine places, for numbers below 9e15 */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where it goes: memory, of which a byte is left for the end. */
typedef struct output {
    char *text;
    size_t room, length;
} output;

typedef struct spec {
    int width, precision; /* precision -1: none is given */
    int longs;
    char pad;
} spec;

static void put(output *to, const char *text, size_t length)
{
    if (to->length < to->room)
        memcpy(to->text + to->length, text, length < to->room - to->length ? length : to->room - to->length);
    to->length += length;
}

static void put_padded(output *to, const spec *how, const char *text, size_t length)
{
    for (size_t i = length; (int)i < how->width; i++)
        put(to, &how->pad, 1);
    put(to, text, length);
}

/* The digits of a number, written so that they end at `end`; at least `least` of them. */
static char *digits(char *end, uint64_t number, unsigned base, int least)
{
    for (; number || least > 0; number /= base, least--)
        *--end = "0123456789abcdef"[number % base];
    return end;
}

static void put_integer(output *to, const spec *how, uint64_t number, unsigned base, bool negative)
{
    char text[24], *end = text + sizeof text, *begin = digits(end, number, base, 1);
    if (negative)
        *--begin = '-';
    put_padded(to, how, begin, (size_t)(end - begin));
}

static int64_t signed_argument(const spec *how, va_list *arguments)
{
    return how->longs > 1 ? va_arg(*arguments, long long)
           : how->longs   ? va_arg(*arguments, long)
                          : va_arg(*arguments, int);
}

static uint64_t unsigned_argument(const spec *how, va_list *arguments)
{
    return how->longs > 1 ? va_arg(*arguments, unsigned long long)
           : how->longs   ? va_arg(*arguments, unsigned long)
                          : va_arg(*arguments, unsigned);
}

/* brief: as %g, without the zeros at the end. */
static void put_double(output *to, const spec *how, double number, bool brief)
{
    enum { MOST = 9 };
    static const double LARGEST = 9e15;
    static const double SCALES[MOST + 1] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    int places = how->precision < 0 ? 6 : how->precision > MOST ? MOST : how->precision;
    while (places && fabs(number) * SCALES[places] > LARGEST) /* it has no digits there */
        places--;
    double scaled = fabs(number) * SCALES[places];
    if (!(scaled <= LARGEST)) {
        put_padded(to, how, isnan(number) ? "nan" : number < 0 ? "-inf" : "inf", number < 0 ? 4 : 3);
        return;
    }
    uint64_t whole = (uint64_t)nearbyint(scaled);
    for (; brief && places && whole % 10 == 0; places--)
        whole /= 10;
    char text[40], *end = text + sizeof text, *begin = digits(end, whole, 10, places + 1);
    if (places) {
        memmove(begin - 1, begin, (size_t)(end - begin - places));
        begin--;
        end[-places - 1] = '.';
    }
    if (signbit(number))
        *--begin = '-';
    put_padded(to, how, begin, (size_t)(end - begin));
}

static int number_in(const char **format, va_list *arguments)
{
    if (**format == '*') {
        ++*format;
        return va_arg(*arguments, int);
    }
    int number = 0;
    for (; **format >= '0' && **format <= '9'; ++*format)
        number = number * 10 + **format - '0';
    return number;
}

static spec spec_in(const char **format, va_list *arguments)
{
    spec how = {.precision = -1, .pad = ' '};
    if (**format == '0')
        how.pad = '0';
    how.width = number_in(format, arguments);
    if (**format == '.') {
        ++*format;
        how.precision = number_in(format, arguments);
    }
    for (; **format == 'l' || **format == 'z'; ++*format)
        how.longs++;
    return how;
}

static void put_argument(output *to, const spec *how, char kind, va_list *arguments)
{
    if (kind == 's') {
        const char *text = va_arg(*arguments, const char *);
        put_padded(to, how, text, how->precision < 0 ? strlen(text) : strnlen(text, (size_t)how->precision));
    } else if (kind == 'c') {
        char c = (char)va_arg(*arguments, int);
        put_padded(to, how, &c, 1);
    } else if (kind == 'd') {
        int64_t number = signed_argument(how, arguments);
        put_integer(to, how, number < 0 ? -(uint64_t)number : (uint64_t)number, 10, number < 0);
    } else if (kind == 'u' || kind == 'x')
        put_integer(to, how, unsigned_argument(how, arguments), kind == 'u' ? 10 : 16, false);
    else if (kind == 'f' || kind == 'g')
        put_double(to, how, va_arg(*arguments, double), kind == 'g');
    else
        __builtin_trap(); /* the library has learned to say something new: so must this file */
}

static int print(output *to, const char *format, va_list given)
{
    va_list arguments;
    va_copy(arguments, given);
    for (; *format; format++) {
        if (*format != '%' || *++format == '%') {
            put(to, format, 1);
            continue;
        }
        spec how = spec_in(&format, &arguments);
        put_argument(to, &how, *format, &arguments);
    }
    va_end(arguments);
    return (int)to->length;
}

int vsnprintf(char *text, size_t size, const char *format, va_list arguments)
{
    output to = {.text = text, .room = size ? size - 1 : 0};
    int length = print(&to, format, arguments);
    if (size)
        text[(size_t)length < size ? (size_t)length : size - 1] = '\0';
    return length;
}

/* In one piece, so that whoever hears of what is printed gets it so. */
int vfprintf(FILE *stream, const char *format, va_list arguments)
{
    char usual[512], *text = usual;
    int length = vsnprintf(usual, sizeof usual, format, arguments);
    size_t size = (size_t)length + 1;
    if (size > sizeof usual && (text = malloc(size)))
        vsnprintf(text, size, format, arguments);
    fwrite(text ? text : usual, 1, (text ? size : sizeof usual) - 1, stream);
    if (text != usual)
        free(text);
    return length;
}

int snprintf(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return length;
}

int fprintf(FILE *stream, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vfprintf(stream, format, arguments);
    va_end(arguments);
    return length;
}

/* What the compiler makes of fprintf where no argument is a double, or none is a long double. */
#define TEXT_OF(name) TEXT_OF_(name) /* a test has these functions under names of its own */
#define TEXT_OF_(name) #name
int fiprintf(FILE *stream, const char *format, ...) __attribute__((alias(TEXT_OF(fprintf))));
int __small_fprintf(FILE *stream, const char *format, ...) __attribute__((alias(TEXT_OF(fprintf))));
int vfiprintf(FILE *stream, const char *format, va_list arguments) __attribute__((alias(TEXT_OF(vfprintf))));
int __small_vfprintf(FILE *stream, const char *format, va_list arguments) __attribute__((alias(TEXT_OF(vfprintf))));
