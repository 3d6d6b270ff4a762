/* The outside world on Linux: libuv. */
#include "host/host.h"
#include "host/mail.h"

#include "coro/coro.h"
#include "base/die.h"
#include "base/exceptions.h"
#include "base/interrupts.h"
#include "base/runtime.h"

#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "base/trace.h"

static _Thread_local struct {
    bool begun;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_async_t waker;
    bool woken;
    unsigned outstanding;
} outside;

static void on_wake(uv_async_t *waker)
{
    (void)waker;
    outside.woken = true;
    read_mail();
}

/* ---- threads of the program's own: what they leave behind when they end ---- */

static pthread_key_t at_thread_end;

static void outside_end(void)
{
    if (!outside.begun)
        return;
    uv_close((uv_handle_t *)&outside.timer, NULL);
    uv_close((uv_handle_t *)&outside.waker, NULL);
    uv_run(&outside.loop, UV_RUN_DEFAULT);
    uv_loop_close(&outside.loop);
    outside.begun = false;
}

static void thread_ends(void *unused)
{
    (void)unused;
    loop_thread_ends();
    coro_thread_ends();
    memory_thread_ends();
    outside_end();
}

static void make_key(void)
{
    pthread_key_create(&at_thread_end, thread_ends);
}

static void host_thread_known(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_key);
    if (!pthread_getspecific(at_thread_end))
        pthread_setspecific(at_thread_end, &outside);
}

static uv_loop_t *outside_loop(void)
{
    if (!outside.begun) {
        outside.begun = true;
        host_thread_known();
        uv_loop_init(&outside.loop);
        uv_timer_init(&outside.loop, &outside.timer);
        uv_async_init(&outside.loop, &outside.waker, on_wake);
    }
    return &outside.loop;
}

/* ---- the end from within a signal handler ---- */

static struct {
    char text[300];
    int length, status;
} last_words;

static void say_them_and_exit(int signal)
{
    (void)signal;
    if (write(2, last_words.text, (size_t)last_words.length) < 0) {
    }
    _exit(last_words.status);
}

static void on_signal(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_flags = SA_NODEFER};
    sigset_t only;
    action.sa_handler = handler;
    sigaction(number, &action, NULL);
    sigemptyset(&only);
    sigaddset(&only, number);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
}

/* Writing out what stdio holds is more than a signal handler may do: the stream may be locked or in the middle of a
 * change, and the pipe behind it full. So it has a second, and if it faults or hangs the end comes all the same. */
static void die(int status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(last_words.text, sizeof last_words.text, format, arguments);
    va_end(arguments);
    last_words.length = length < (int)sizeof last_words.text ? length : (int)sizeof last_words.text - 1;
    last_words.status = status;
    on_signal(SIGALRM, say_them_and_exit);
    on_signal(SIGSEGV, say_them_and_exit);
    on_signal(SIGABRT, say_them_and_exit);
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {.tv_sec = 1}}, NULL);
    if (trace_on)
        trace_stop();
    fflush(NULL);
    say_them_and_exit(0);
    __builtin_unreachable();
}

/* ---- the time limit ---- */

enum { TIMED_OUT = 124 }; /* what timeout(1) says */

static struct {
    atomic_bool begun;
    bool nearly_over;
    double seconds;
    uint64_t turns; /* of the loop when it was nearly over */
} time_limit;

static void time_limit_in(double seconds)
{
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {(time_t)seconds, (suseconds_t)(fmod(seconds, 1) * 1e6)}},
              NULL);
}

/* A task that has run through the last quarter of the time is the one that does not give way. */
static void on_time_limit(int signal)
{
    (void)signal;
    if (!time_limit.nearly_over) {
        time_limit.nearly_over = true;
        time_limit.turns = loop_turns();
        time_limit_in(time_limit.seconds / 4);
        return;
    }
    bool stays = runtime.task && loop_turns() == time_limit.turns;
    die(TIMED_OUT, "asyncio: the time limit of %s s is over, and the program has not ended; it was in %s%s\n",
        getenv("ASYNCIO_TIME_LIMIT"), coro_running_name(),
        stays ? ", which has not given way to the loop (await asyncio_sleep(0) now and then)" : "");
}

static void host_begin(void)
{
    const char *limit = getenv("ASYNCIO_TIME_LIMIT");
    double seconds = limit ? atof(limit) : 0;
    if (!(seconds > 0) || atomic_exchange(&time_limit.begun, true))
        return;
    time_limit.seconds = seconds;
    signal(SIGALRM, on_time_limit);
    time_limit_in(time_limit.seconds * 3 / 4);
}

/* The time is the whole program's, also before it has a loop. */
__attribute__((constructor)) static void time_limit_from_the_start(void)
{
    host_begin();
}

/* ---- time ---- */

static double host_time(void)
{
    return (double)uv_hrtime() * 1e-9;
}

static void on_timer(uv_timer_t *timer)
{
    (void)timer; /* uv_run returns, which is all that is wanted */
}

/* libuv counts in whole milliseconds of its own cached clock and may be up to one early: so it is asked again until the
 * time has really come, because the order of events may hang on it (a turn runs every timer that is due). Its versions
 * before 1.45 run due timers before they poll: if this thread has not been scheduled for so long that ours is among
 * them, the poll has no limit, as the waker keeps it going. So the timer repeats. */
static void host_wait(double timeout)
{
    enum { LONGEST = 24 * 3600 };
    uv_loop_t *loop = outside_loop();
    unsigned before = outside.outstanding;
    double end = host_time() + timeout;
    outside.woken = false;
    if (timeout <= 0) {
        uv_run(loop, UV_RUN_NOWAIT);
        return;
    }
    for (double left = timeout; left > 0 && outside.outstanding == before && !outside.woken; left = end - host_time()) {
        uv_update_time(loop);
        uv_timer_start(&outside.timer, on_timer, (uint64_t)ceil(fmin(left, LONGEST) * 1e3), 1);
        uv_run(loop, UV_RUN_ONCE);
        uv_timer_stop(&outside.timer);
    }
}

static void host_poll(void)
{
    uv_run(outside_loop(), UV_RUN_NOWAIT);
}

static int host_descriptor(void)
{
    return uv_backend_fd(outside_loop());
}

static bool host_should_yield(void)
{
    return mail_has_come(); /* a process of its own has nobody else to yield to */
}

static bool host_can_wait(void)
{
    return true;
}

static bool host_owes_turn(void)
{
    return false;
}

static unsigned host_outstanding(void)
{
    return outside.outstanding;
}

static bool host_may_wake(void)
{
    return outside.outstanding > 0 || others_may_call() || mail_waits(); /* in this order: a thread may end meanwhile */
}

static host_waker *host_own_waker(void)
{
    outside_loop();
    return (host_waker *)&outside.waker;
}

static void host_wake(host_waker *waker)
{
    uv_async_send((uv_async_t *)waker);
}

static bool host_first_thread(void)
{
    return getpid() == (pid_t)syscall(SYS_gettid);
}

/* SIGINT is let in only while it waits: one that came just before could not end it. */
static void host_block(double seconds)
{
    double end = host_time() + seconds;
    asyncio_exception *before = asyncio_pending();
    sigset_t interrupt, mask;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, &mask);
    interrupts_poll();
    for (double left = seconds; left > 0 && asyncio_pending() == before; left = end - host_time()) {
        ppoll(NULL, 0, &(struct timespec){(time_t)left, (long)((left - floor(left)) * 1e9)}, &mask);
        interrupts_poll();
    }
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

/* ---- the trace ---- */

static FILE *trace_file, *real_stdout, *real_stderr;

static pthread_mutex_t trace_lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static void host_trace_lock(void)
{
    pthread_mutex_lock(&trace_lock);
}

static void host_trace_unlock(void)
{
    pthread_mutex_unlock(&trace_lock);
}

static void host_trace_write(const char *text, size_t length)
{
    fwrite(text, 1, length, trace_file);
}

static ssize_t print_out(void *stream, const char *text, size_t length)
{
    FILE *real = *(FILE **)stream;
    int fd = real == real_stdout ? 1 : 2;
    if (!printed_in_a_thread(fd, text, length))
        trace_print(fd, text, length);
    size_t written = fwrite(text, 1, length, real);
    fflush(real);
    return (ssize_t)written;
}

/* What the program prints passes through here, so that the trace sees it in its place among the events. */
static FILE *tapped(FILE **real, int mode)
{
    FILE *tap = fopencookie(real, "w", (cookie_io_functions_t){.write = print_out});
    if (tap)
        setvbuf(tap, NULL, mode, BUFSIZ);
    return tap;
}

static bool host_trace_open(const char *path)
{
    trace_file = fopen(path, "w");
    if (!trace_file)
        return false;
    fflush(stdout);
    real_stdout = stdout;
    real_stderr = stderr;
    FILE *out = tapped(&real_stdout, _IOLBF), *error = tapped(&real_stderr, _IOLBF);
    stdout = out ? out : stdout;
    stderr = error ? error : stderr;
    return true;
}

static void host_trace_close(void)
{
    if (!trace_file)
        return;
    if (stdout != real_stdout)
        fclose(stdout);
    if (stderr != real_stderr)
        fclose(stderr);
    stdout = real_stdout;
    stderr = real_stderr;
    fclose(trace_file);
    trace_file = NULL;
}
