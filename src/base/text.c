#include "base/text.h"

#include "base/memory.h"

#include "base/exceptions.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- growing ---- */

/* Room for so many bytes and a NUL. */
static bool text_reserve(text_buffer *text, size_t more)
{
    enum { FIRST = 256 };
    if (!text->failed && !memory_reserve(&text->bytes, &text->capacity, text->length + more + 1, 1, FIRST))
        text->failed = true;
    return !text->failed;
}

static void text_add_bytes(text_buffer *text, const char *bytes, size_t length)
{
    if (!text_reserve(text, length))
        return;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

static void text_add(text_buffer *text, const char *bytes)
{
    text_add_bytes(text, bytes, strlen(bytes));
}

static void text_add_repeated(text_buffer *text, const char *bytes, size_t times)
{
    while (times--)
        text_add(text, bytes);
}

static void text_add_format(text_buffer *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length > 0 && text_reserve(text, (size_t)length)) {
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

static char *text_take(text_buffer *text)
{
    text_add(text, ""); /* so that there is something */
    char *bytes = text->bytes;
    if (text->failed) {
        free(bytes);
        bytes = NULL;
        exception_raise_no_memory();
    }
    *text = (text_buffer){0};
    return bytes;
}

/* ---- JSON ---- */

/* The length of the UTF-8 sequence at text, 0 if it is none: a program may print any bytes, JSON may not hold them. */
static size_t utf8_length(const char *text)
{
    unsigned char first = (unsigned char)*text;
    size_t length = first < 0x80                    ? 1
                    : first >= 0xc2 && first < 0xe0 ? 2
                    : first >= 0xe0 && first < 0xf0 ? 3
                    : first >= 0xf0 && first < 0xf5 ? 4
                                                    : 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

static size_t json_piece(const char **string, char piece[JSON_PIECE])
{
    const char *at = *string;
    size_t length = utf8_length(at);
    if (!*at)
        return 0;
    *string += length ? length : 1;
    if (*at == '"' || *at == '\\')
        return (size_t)snprintf(piece, JSON_PIECE, "\\%c", *at);
    if ((unsigned char)*at < 0x20)
        return (size_t)snprintf(piece, JSON_PIECE, "\\u%04x", *at);
    memcpy(piece, length ? at : "\xef\xbf\xbd", length ? length : 3);
    return length ? length : 3;
}

static void text_add_json(text_buffer *text, const char *string)
{
    char piece[JSON_PIECE];
    size_t length;
    text_add(text, "\"");
    while ((length = json_piece(&string, piece)))
        text_add_bytes(text, piece, length);
    text_add(text, "\"");
}
