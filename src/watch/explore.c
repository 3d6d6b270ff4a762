/* asyncio_explore: one program under many seeds, until it fails. */
#include "base/exceptions.h"
#include "core/reports.h"
#include "base/runtime.h"
#include "base/seeds.h"
#include "core/tasks.h"

#include <stdio.h>

static struct {
    bool under_way;
    unsigned errors; /* that came to the default exception handler in this run */
} exploration;

static void report_error(void)
{
    exploration.errors++;
}

static void tell_failure(long seed, long before, const asyncio_exception *e)
{
    fflush(stdout);
    fprintf(stderr, "asyncio: seed %ld fails, %ld before it did not%s\n", seed, before,
            e ? ":" : "; what nobody has looked at is told above");
    if (e)
        exception_print(stderr, e);
    fprintf(stderr,
            "asyncio: replay it with ASYNCIO_SEED=%ld in the environment (SEED=%ld for make run), or .seed = %ld for "
            "asyncio_run\n",
            seed, seed, seed);
}

/* One run: whether it failed; `e`: with what, if that came out of main. */
static bool run_with_seed(asyncio_body *main, const char *name, const asyncio_site *site,
                          const asyncio__explore_options *options, schedule wanted, asyncio_exception **e)
{
    exploration.errors = 0;
    schedule_set(wanted);
    schedule_restart();
    tasks_restart_names();
    int status =
        asyncio__run(main, name, site,
                     (asyncio__run_options){.arg = options->arg, .size = options->size, .exception = e, .debug = -1});
    return status || exploration.errors;
}

/* The seeds to try: those asked for, or the one that the environment wants replayed. */
static long last_seed(long *first, const asyncio__explore_options *options)
{
    long replay = (long)seeds_from_environment();
    *first = replay ? replay : options->first ? options->first : 1;
    return replay ? replay : *first + (options->seeds ? options->seeds : 100) - 1;
}

static long explore(asyncio_body *main, const char *name, const asyncio_site *site,
                    const asyncio__explore_options *options)
{
    long first, last = last_seed(&first, options);
    for (long seed = first; seed <= last; seed++) {
        schedule wanted = schedule_now();
        asyncio_exception *e = NULL;
        if (!schedule_of(&wanted, ASYNCIO_CLOCK_VIRTUAL, seed, options->jitter))
            return -1;
        if (!run_with_seed(main, name, site, options, wanted, &e))
            continue;
        if (asyncio_isinstance(e, ASYNCIO_KEYBOARD_INTERRUPT)) {
            exception_raise(e);
            return -1;
        }
        if (options->exception)
            *options->exception = e;
        else
            tell_failure(seed, seed - first, e);
        return seed;
    }
    return 0;
}

long asyncio__explore(asyncio_body *main, const char *name, const asyncio_site *site, asyncio__explore_options options)
{
    if (asyncio_failed())
        return -1;
    if (runtime.loop || exploration.under_way) {
        exception_raise_format(ASYNCIO_RUNTIME_ERROR, "asyncio_explore() cannot be called from a running event loop");
        return -1;
    }
    if (options.seeds < 0 || options.first < 0)
        return exception_raise_text(ASYNCIO_VALUE_ERROR,
                                    "asyncio_explore() needs a number of seeds, and a first one, above 0");
    if (options.exception)
        *options.exception = NULL;
    schedule before = schedule_now();
    exploration.under_way = true;
    long seed = explore(main, name, site, &options);
    exploration.under_way = false;
    schedule_set(before);
    return seed;
}
