#include "base/object.h"
#include "core/warnings.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local struct {
    asyncio_warning_handler *handler;
    void *arg;
} warnings;

void asyncio_set_warning_handler(asyncio_warning_handler *handler, void *arg)
{
    warnings.handler = handler;
    warnings.arg = arg;
}

COLD static void warn(const char *category, const asyncio_site *site, const char *format, ...)
{
    char message[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (warnings.handler) {
        const char *before = without_suspending("a warning handler");
        warnings.handler(category, message, site, warnings.arg);
        runtime.must_not_suspend = before;
        return;
    }
    fflush(stdout);
    fprintf(stderr, "%s:%d: %s: %s\n", site->file, site->line, category, message);
}
