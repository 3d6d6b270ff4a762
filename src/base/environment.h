/* Numbers that the environment sets. */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Digits, perhaps with a point among them; NAN for anything else. (strtod would add ten kilobytes to every program.) */
static inline double number_in(const char *text)
{
    double value = 0, unit = 1;
    bool fraction = false;
    for (; *text; text++) {
        if (*text == '.' && !fraction) {
            fraction = true;
            continue;
        }
        if (*text < '0' || *text > '9')
            return NAN;
        value = value * 10 + (*text - '0');
        unit *= fraction ? 10 : 1;
    }
    return value / unit;
}

/* The value of a variable; what it is otherwise, if it is not set or empty. */
static inline double environment_number(const char *name, double otherwise)
{
    const char *text = getenv(name);
    return text && *text ? number_in(text) : otherwise;
}

#endif
