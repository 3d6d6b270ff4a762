/* A program with main(): its first argument says which scenario it plays. */
#include <asyncio_js.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ASYNCIO_JS(asyncio_promise, ask, (const char *what), { return hooks.ask(text(what), signal); })
ASYNCIO_JS(void, tell, (const char *what), { hooks.tell(text(what)); })

static char **arguments;

static void *sleep_ms(void *arg)
{
    if (asyncio_sleep((double)(long)arg / 1000) < 0)
        return NULL;
    return arg;
}
ASYNCIO_EXPORT(sleep_ms, number)

static void *add_one(void *arg)
{
    return (char *)arg + 1;
}
ASYNCIO_EXPORT(add_one, number)

static void *greet(void *name)
{
    static char text[64];
    asyncio_sleep(0);
    snprintf(text, sizeof text, "hello, %s", (const char *)name);
    return text;
}
ASYNCIO_EXPORT(greet, text)

static void *wait_for_promise(void *what)
{
    asyncio_await(asyncio_from_promise(ask(what)));
    return NULL;
}
ASYNCIO_EXPORT(wait_for_promise, nothing)

/* ---- scenarios ---- */

static void *hello(void *arg)
{
    printf("hello\n");
    asyncio_sleep(0.001);
    printf("world\n");
    return arg;
}

static void *fragments(void *arg)
{
    for (int i = 1; i <= 2; i++) {
        printf("%s %d%s", i == 1 ? "one" : "two", i, i == 1 ? ", " : "\n");
        fflush(stdout);
    }
    fputs("to", stderr);
    fputs("ld\n", stderr);
    printf("no end");
    return arg;
}

static void *exit_soon(void *arg)
{
    printf("leaving"); /* no line end: exit() has to hand it over */
    asyncio_sleep(0);
    exit((int)(long)arg);
}

static void *exit_in_task(void *arg)
{
    asyncio_task *task = asyncio_create_task(exit_soon, arg);
    asyncio_sleep(3600);
    return task;
}

static void *fail(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "no luck");
}

static void *wait_for_calls(void *arg)
{
    tell("running");
    asyncio_await(asyncio_from_promise(ask("end")));
    return arg;
}

static void *print_text_of(void *what)
{
    printf("%s\n", asyncio_js_text(asyncio_await(asyncio_from_promise(ask(what)))));
    return NULL;
}

static void *holds_lock(void *lock)
{
    asyncio_lock_acquire(lock);
    asyncio_await(asyncio_loop_create_future(asyncio_get_running_loop()));
    return NULL;
}

static void *wants_lock(void *lock)
{
    asyncio_lock_acquire(lock);
    return NULL;
}

static void *deadlock(void *arg)
{
    asyncio_lock *lock = asyncio_lock_new();
    asyncio_task *first = asyncio_create_task(holds_lock, lock, .name = "holder");
    asyncio_create_task(wants_lock, lock, .name = "wanter");
    asyncio_await(first);
    return arg;
}

static void *deadlock_after_cancel(void *arg)
{
    asyncio_task *waiter = asyncio_create_task(wait_for_promise, "never");
    asyncio_sleep(0);
    asyncio_task_cancel(waiter);
    asyncio_sleep(0);
    asyncio_await(asyncio_loop_create_future(asyncio_get_running_loop()));
    return arg;
}

static void *turn_for_ever(void *arg)
{
    while (asyncio_sleep(0) == 0)
        ;
    return arg;
}

static void *turn_until_told(void *arg)
{
    asyncio_create_task(turn_for_ever, arg);
    tell("turning");
    asyncio_await(asyncio_from_promise(ask("end")));
    return arg;
}

static void *turn_blindly(void *arg)
{
    printf("on and on\n");
    return turn_for_ever(arg);
}

static void *sleep_long(void *arg)
{
    printf("on and on\n");
    asyncio_sleep(3600);
    return arg;
}

static void *compute_for_ever(void *arg)
{
    printf("on and on\n");
    for (volatile long i = 0;; i++)
        ;
    return arg;
}

/* Tasks that compute for a millisecond in each turn: JavaScript counts how many such steps go by before it is heard. */
static void *busy(void *arg)
{
    do {
        double end = asyncio_time_monotonic() + 0.001;
        while (asyncio_time_monotonic() < end)
            ;
        tell("step");
    } while (asyncio_sleep(0) == 0);
    return arg;
}

static void *busy_until_told(void *arg)
{
    for (int i = 0; i < 5; i++)
        asyncio_create_task(busy, arg);
    asyncio_await(asyncio_from_promise(ask("end")));
    return arg;
}

static void *sleeper(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    double start = asyncio_loop_time(loop), wanted = (double)(long)arg / 1000;
    asyncio_sleep(wanted);
    double late = asyncio_loop_time(loop) - start - wanted;
    printf("%ld %s\n", (long)arg, late >= -1e-9 ? "not early" : "EARLY");
    return NULL;
}

static void *sleepers(void *arg)
{
    static const long times[] = {30, 10, 20, 10, 0, 1, 2, 3, 5, 7, 11, 13, 17, 20, 30};
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        for (size_t i = 0; i < sizeof times / sizeof *times; i++)
            asyncio_task_group_create_task(group, sleeper, (void *)times[i]);
    }
    return arg;
}

/* Sleeping beside a promise, on whatever clock. */
static void *sleep_and_print(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    double start = asyncio_loop_time(loop);
    asyncio_sleep((double)(long)arg);
    printf("slept %ld, %s\n", (long)arg,
           asyncio_loop_time(loop) - start >= (double)(long)arg ? "in full" : "TOO SHORT");
    return NULL;
}

static void *hours(void *arg)
{
    sleep_and_print((void *)3600);
    print_text_of("promise");
    sleep_and_print((void *)7200);
    asyncio_await(asyncio_gather(asyncio_coro(print_text_of, "promise"), asyncio_coro(sleep_and_print, (void *)0)));
    return arg;
}

static int depth(const volatile int *above)
{
    volatile int here[64];
    here[0] = *above + 1;
    return here[0] < 0 ? 0 : depth(here) + here[0];
}

static void *overflow(void *arg)
{
    volatile int zero = 0;
    asyncio_sleep(0);
    depth(&zero);
    return arg;
}

static void *trap(void *arg)
{
    asyncio_sleep(0);
    __builtin_trap();
    return arg;
}

static void *abort_soon(void *arg)
{
    asyncio_sleep(0);
    abort();
    return arg;
}

static void *crash_later(void *body)
{
    asyncio_task *task = asyncio_create_task((asyncio_body *)body, NULL, .name = "culprit");
    asyncio_await(asyncio_from_promise(ask("crash")));
    return asyncio_await(task);
}

static void *crash_now(void *arg)
{
    asyncio_task *task = asyncio_create_task(trap, arg, .name = "culprit");
    return asyncio_await(task);
}

/* Crashes when the promise "crash" is there, so that JavaScript can have calls under way. */
static void *wait_then_trap(void *arg)
{
    asyncio_await(asyncio_from_promise(ask("crash")));
    __builtin_trap();
    return arg;
}

static void *crash_while_called(void *arg)
{
    asyncio_task *task = asyncio_create_task(wait_then_trap, arg, .name = "culprit");
    return asyncio_await(task);
}

static void *read_input(void *arg)
{
    char line[256];
    while (fgets(line, sizeof line, stdin))
        printf("read %s", line);
    if (ferror(stdin))
        printf("error %s\n", strerror(errno));
    return arg;
}

static void *print_surroundings(void *arg)
{
    for (char **a = arguments; *a; a++)
        printf("[%s]\n", *a);
    printf("COLOUR=%s\n", getenv("COLOUR") ? getenv("COLOUR") : "(none)");
    fprintf(stderr, "to stderr\n");
    printf("no line end");
    FILE *file = fopen("/etc/passwd", "r");
    fprintf(stderr, "%s\n", file ? "opened a file" : strerror(errno));
    return arg;
}

static void *print_utf8(void *arg)
{
    (void)arg;
    const char *text = "grüße, 世界\n";
    for (const char *c = text; *c; c++) { /* byte by byte, so that every character is cut */
        putchar(*c);
        fflush(stdout);
    }
    return NULL;
}

/* Nothing scheduled is left behind when main ends. */
static void *leave_timers(void *arg)
{
    asyncio_loop_call_later(asyncio_get_running_loop(), 3600, (asyncio_callback *)hello, NULL);
    asyncio_create_task(sleep_ms, (void *)3600000);
    asyncio_sleep(0);
    return arg;
}

/* A long timer set and taken back, then a short one. */
static void *cancel_timers(void *arg)
{
    asyncio_task *task = asyncio_create_task(sleep_ms, (void *)3600000);
    asyncio_sleep(0.002);
    asyncio_task_cancel(task);
    asyncio_sleep(0.002);
    asyncio_await(asyncio_from_promise(ask("end")));
    return arg;
}

/* A deadline that is far away, and promises that are not. */
static void *promises_under_a_timeout(void *arg)
{
    asyncio_with (asyncio_timeout(3600))
        for (int i = 0; i < 100; i++)
            asyncio_await(asyncio_from_promise(ask("answer")));
    return arg;
}

static void *many_timers(void *arg)
{
    enum { MANY = 200 };
    asyncio_task *tasks[MANY];
    for (long i = 0; i < MANY; i++)
        tasks[i] = asyncio_create_task(sleep_ms, (void *)(i % 20));
    asyncio_await(asyncio_gather_array(tasks, MANY));
    return arg;
}

static const struct {
    const char *name;
    asyncio_body *body;
    void *arg;
} scenarios[] = {
    {"hello", hello, NULL},
    {"fragments", fragments, NULL},
    {"exit", exit_in_task, (void *)7},
    {"fail", fail, NULL},
    {"calls", wait_for_calls, NULL},
    {"print", print_text_of, "promise"},
    {"deadlock", deadlock, NULL},
    {"deadlock-after-cancel", deadlock_after_cancel, NULL},
    {"turn", turn_until_told, NULL},
    {"compute", compute_for_ever, NULL},
    {"turn-blindly", turn_blindly, NULL},
    {"sleep-long", sleep_long, NULL},
    {"crash-now", crash_now, NULL},
    {"busy", busy_until_told, NULL},
    {"sleepers", sleepers, NULL},
    {"hours", hours, NULL},
    {"overflow", crash_later, overflow},
    {"trap", crash_later, trap},
    {"abort", crash_later, abort_soon},
    {"crash-while-called", crash_while_called, NULL},
    {"input", read_input, NULL},
    {"surroundings", print_surroundings, NULL},
    {"utf8", print_utf8, NULL},
    {"leave-timers", leave_timers, NULL},
    {"cancel-timers", cancel_timers, NULL},
    {"many-timers", many_timers, NULL},
    {"promises-under-a-timeout", promises_under_a_timeout, NULL},
};

int main(int argc, char **argv)
{
    const char *wanted = argc > 1 ? argv[1] : "hello";
    arguments = argv;
    if (!strcmp(wanted, "plain")) { /* an ordinary C program, which never asks for a loop */
        printf("plain\n");
        return 3;
    }
    if (!strcmp(wanted, "half")) { /* of a character */
        printf("whole\303");
        return 0;
    }
    if (!strcmp(wanted, "tell-first"))
        tell("before the loop");
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        if (!strcmp(wanted, scenarios[i].name) || (!i && !strcmp(wanted, "tell-first")))
            return asyncio_run(scenarios[i].body, scenarios[i].arg);
    fprintf(stderr, "no scenario %s\n", wanted);
    return 99;
}
