/* What the C programs of the bench share: they read "name count" from standard input, a line at a time, do that many
 * operations, and answer each line with the nanoseconds that one took. */
#ifndef ROUNDS_H
#define ROUNDS_H

#include <asyncio.h>

#include <stdio.h>
#include <string.h>

typedef struct round_ {
    const char *name;
    asyncio_body *body; /* gets the round; says in `value` what it has measured, unless that is its own time */
    long argument;      /* the scenario's own: how many tasks, how deep */
    long count;
    double value;
} round_;

/* Nanoseconds per operation from `start` to now. */
static inline double per_operation(double start, long count)
{
    return (asyncio_time_monotonic() - start) * 1e9 / (double)count;
}

static inline int play(round_ *rounds, size_t known)
{
    char line[128], name[64];
    while (fgets(line, sizeof line, stdin)) {
        long count;
        round_ *wanted = NULL;
        if (sscanf(line, "%63s %ld", name, &count) == 2)
            for (size_t i = 0; i < known; i++)
                if (!strcmp(rounds[i].name, name))
                    wanted = &rounds[i];
        if (!wanted)
            return 2;
        wanted->count = count;
        if (asyncio_run(wanted->body, wanted) != 0)
            return 1;
        printf("%.3f\n", wanted->value);
        fflush(stdout);
    }
    return 0;
}

#define PLAY(...)                                            \
    int main(void)                                           \
    {                                                        \
        static round_ rounds[] = {__VA_ARGS__};              \
        return play(rounds, sizeof rounds / sizeof *rounds); \
    }

#endif
