/* Text that grows while it is written, and JSON's way of writing a string. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct text_buffer {
    char *bytes; /* from malloc */
    size_t length, capacity;
    bool failed; /* there was no memory: what was added since is lost */
} text_buffer;

static void text_add(text_buffer *text, const char *bytes);
static void text_add_format(text_buffer *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void text_add_repeated(text_buffer *text, const char *bytes, size_t times);
static void text_add_json(text_buffer *text, const char *string); /* quoted */

/* The text, to be freed with free(); NULL with MemoryError. Nothing of it is left in the buffer. */
static char *text_take(text_buffer *text);

/* The next character of *string as it stands in a JSON string, and its length; 0 at the end. What is not UTF-8 becomes
 * U+FFFD. */
enum { JSON_PIECE = 8 };
static size_t json_piece(const char **string, char piece[JSON_PIECE]);

#endif
