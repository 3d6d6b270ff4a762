/* Warnings: what is no error, but hardly meant. */
#ifndef WARNINGS_H
#define WARNINGS_H

#include "include/asyncio.h"

/* Tells the warning handler, or stderr; the message is made as by printf. */
COLD static void warn(const char *category, const asyncio_site *site, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
