/* Threads on Linux: POSIX ones, kept idle for the next function. What a thread has to say to a loop goes into the
 * loop's mailbox, and the loop's thread is woken to read it. */
#include "threads/threads.h"

#include "host/clock.h"
#include "core/coroutines.h"
#include "base/exceptions.h"

#include <dirent.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>

/* ---- letters ---- */

typedef struct letter {
    struct letter *next;
    enum { LETTER_RUNS, LETTER_ENDED, LETTER_RESTS, LETTER_CALL, LETTER_REQUEST, LETTER_CANCEL, LETTER_PRINT } kind;
    bool part_of_more; /* otherwise it is memory of its own */
    work *work;
    double when;
    ticket *ticket;
    asyncio_callback *callback;
    asyncio__spec spec;
    int fd;
    char *bytes; /* the argument, if that is to be copied; or what was printed */
    size_t size;
} letter;

struct mailbox {
    pthread_mutex_t lock;
    pthread_cond_t sent; /* a letter */
    letter *first, **last;
    host_waker *waker; /* of the thread in which the loop runs; NULL: it does not run */
    pthread_t thread;  /* that, or the one in which it was made */
    bool closed;
    atomic_bool full;
};

/* One of ours: it runs functions, one after the other. */
typedef struct runner {
    struct runner *next; /* among the idle ones */
    sem_t go;            /* there is a work, or its rest is over */
    work *work;
} runner;

/* What a work is given while it is on a thread. */
typedef struct stint {
    runner *runner;
    letter runs, news;     /* news: that it rests, then that it has ended; each is read before the next is sent */
    atomic_bool abandoned; /* its loop is closed: it rests no more */
} stint;

static pthread_mutex_t threads_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t answered = PTHREAD_COND_INITIALIZER;
static runner *idle;
static unsigned runners; /* idle or not */
static _Thread_local runner *this_runner;

static void host_lock(void)
{
    pthread_mutex_lock(&threads_lock);
}

static void host_unlock(void)
{
    pthread_mutex_unlock(&threads_lock);
}

/* False: the loop is closed, and the letter remains the caller's. */
static bool send_letter(struct mailbox *box, letter *l)
{
    pthread_mutex_lock(&box->lock);
    bool open = !box->closed;
    if (open) {
        l->next = NULL;
        *box->last = l;
        box->last = &l->next;
        atomic_store(&box->full, true);
        if (box->waker)
            host_wake(box->waker);
        pthread_cond_broadcast(&box->sent);
    }
    pthread_mutex_unlock(&box->lock);
    return open;
}

static letter *take_letters(struct mailbox *box)
{
    pthread_mutex_lock(&box->lock);
    letter *all = box->first;
    box->first = NULL;
    box->last = &box->first;
    atomic_store(&box->full, false);
    pthread_mutex_unlock(&box->lock);
    return all;
}

/* False with MemoryError. */
static bool argument_in(const letter *l, struct argument **argument)
{
    *argument = l->bytes ? argument_copy(l->bytes, l->size) : NULL;
    return *argument || !l->bytes;
}

static void read_call(asyncio_loop *loop, const letter *l)
{
    struct argument *argument;
    if (argument_in(l, &argument))
        threads_call(loop, l->callback, l->spec.arg, argument, l->spec.coro, l->spec.site);
    else
        threads_tell_of_lost_call(loop);
}

static ticket *ticket_ref(ticket *t)
{
    host_lock();
    t->refs++;
    host_unlock();
    return t;
}

/* The parcel, which the ticket takes over, is for who has it. */
static void answer(ticket *t, parcel what)
{
    host_lock();
    t->parcel = what;
    t->done = true;
    t->request = NULL;
    pthread_cond_broadcast(&answered);
    host_unlock();
    ticket_unref(t);
}

static void read_request(asyncio_loop *loop, letter *l)
{
    ticket *t = ticket_ref(l->ticket);
    struct argument *argument;
    request *r = argument_in(l, &argument) ? threads_request(loop, &l->spec, argument, t) : NULL;
    if (r)
        t->request = r;
    else if (!ticket_is_done(t)) { /* who waits for an answer gets one */
        object_unref(exception_take());
        answer(t, (parcel){.no_memory = true});
    }
    ticket_unref(t);
}

/* In the loop's thread. A letter may be gone when what it tells has been done. */
static void read_letter(asyncio_loop *loop, letter *l)
{
    letter *own = l->part_of_more ? NULL : l;
    switch (l->kind) {
    case LETTER_RUNS: work_runs(l->work); break;
    case LETTER_ENDED: work_ended(l->work); break;
    case LETTER_RESTS: work_rests(l->work, l->when, l->ticket, l->ticket ? l->ticket->request : NULL); break;
    case LETTER_CALL: read_call(loop, l); break;
    case LETTER_REQUEST: read_request(loop, l); break;
    case LETTER_CANCEL:
        if (l->ticket->request)
            threads_cancel(l->ticket->request);
        ticket_unref(l->ticket);
        break;
    case LETTER_PRINT: threads_print(l->work, l->fd, l->bytes, l->size); break;
    }
    if (own) {
        free(own->bytes);
        free(own);
    }
}

static void read_letters(asyncio_loop *loop)
{
    for (letter *l = take_letters(loop->mailbox), *next; l; l = next) {
        next = l->next;
        read_letter(loop, l);
    }
}

static void read_mail(void)
{
    if (runtime.loop)
        read_letters(runtime.loop);
}

static bool mail_waits(void)
{
    return runtime.loop && atomic_load(&runtime.loop->mailbox->full);
}

static bool mail_has_come(void)
{
    return runtime.loop && !clock_virtual() && atomic_load_explicit(&runtime.loop->mailbox->full, memory_order_relaxed);
}

/* ---- loops ---- */

static bool host_loop_open(asyncio_loop *loop)
{
    struct mailbox *box = calloc(1, sizeof *box);
    if (!box) {
        exception_raise_no_memory();
        return false;
    }
    pthread_mutex_init(&box->lock, NULL);
    pthread_cond_init(&box->sent, NULL);
    box->last = &box->first;
    box->thread = pthread_self();
    loop->mailbox = box;
    return true;
}

static void mailbox_belongs_here(struct mailbox *box, host_waker *waker)
{
    pthread_mutex_lock(&box->lock);
    box->thread = pthread_self();
    box->waker = waker;
    if (waker && box->first)
        host_wake(waker);
    pthread_mutex_unlock(&box->lock);
}

static void host_loop_enter(asyncio_loop *loop)
{
    mailbox_belongs_here(loop->mailbox, host_own_waker());
}

static void host_loop_leave(asyncio_loop *loop)
{
    mailbox_belongs_here(loop->mailbox, NULL);
}

static bool host_on_thread_of(asyncio_loop *loop)
{
    pthread_mutex_lock(&loop->mailbox->lock);
    bool here = pthread_equal(loop->mailbox->thread, pthread_self());
    pthread_mutex_unlock(&loop->mailbox->lock);
    return here;
}

/* What comes now is refused. What has come before is read: who waits for an answer gets one. */
static void host_loop_close(asyncio_loop *loop)
{
    read_letters(loop);
    pthread_mutex_lock(&loop->mailbox->lock);
    loop->mailbox->closed = true;
    pthread_mutex_unlock(&loop->mailbox->lock);
    read_letters(loop);
}

static void host_loop_free(asyncio_loop *loop)
{
    pthread_cond_destroy(&loop->mailbox->sent);
    pthread_mutex_destroy(&loop->mailbox->lock);
    free(loop->mailbox);
}

#if RACES_WATCHED
/* libuv closes descriptors in a way that ThreadSanitizer does not see: it takes the next one of that number for the
 * same. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "race:others_may_call\n";
}
#endif

/* Only the kernel knows whether there are threads that may call call_soon_threadsafe one day. */
static bool others_may_call(void)
{
    unsigned count = 0, ours;
    DIR *tasks = opendir("/proc/self/task");
    while (tasks && readdir(tasks))
        count++;
    if (tasks)
        closedir(tasks);
    host_lock();
    ours = runners;
    host_unlock();
    return count > 3 + ours; /* ".", ".." and this one */
}

static void host_threads_begin(void) {}

static bool host_threads_share_memory(void)
{
    return true;
}

static unsigned host_processors(void)
{
    return uv_available_parallelism();
}

static bool host_may_block(void)
{
    return true;
}

/* ---- our threads ---- */

static void run_work(runner *self, work *w)
{
    struct mailbox *box = w->future.loop->mailbox;
    stint *s = w->host;
    if (trace_on && !w->in_turns)
        send_letter(box, &s->runs);
    thread_call(&w->parcel, w->body, w->arg, w->context ? argument_pointer(w->context) : NULL,
                w->context ? argument_size(w->context) : 0, w->name, w->time);
    host_lock();
    self->next = idle;
    idle = self;
    if (!w->in_turns)
        executor_leave(w);
    host_unlock();
    send_letter(box, &s->news); /* what follows is no longer ours to look at */
}

static void *runner_main(void *arg)
{
    this_runner = arg;
    watch_for_overflow();
    while (true) {
        while (sem_wait(&this_runner->go) < 0) {
        }
        run_work(this_runner, this_runner->work);
    }
    return NULL;
}

/* Signals are for the loop's thread. */
static bool start_thread(runner *r)
{
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    sigdelset(&all, SIGSEGV); /* a fault is its own, and told */
    sigdelset(&all, SIGBUS);
    sigdelset(&all, SIGFPE);
    sigdelset(&all, SIGILL);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&thread, NULL, runner_main, r) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started && pthread_detach(thread) == 0;
}

static runner *new_runner(void)
{
    runner *r = calloc(1, sizeof *r);
    if (!r || sem_init(&r->go, 0, 0) < 0 || !start_thread(r)) {
        free(r);
        return NULL;
    }
    runners++;
    return r;
}

/* There is no memory, or the system has no more threads. */
static void cannot_start(work *w, stint *s)
{
    asyncio_exception *e = exception_new(ASYNCIO_RUNTIME_ERROR, "can't start new thread");
    parcel_pack_exception(&w->parcel, e);
    object_unref(e);
    send_letter(w->future.loop->mailbox, &s->news);
}

static bool host_thread_prepare(work *w)
{
    return (w->room = calloc(1, sizeof(stint)));
}

static void host_thread_start(work *w)
{
    stint *s = w->room;
    *s = (stint){.runs = {.kind = LETTER_RUNS, .part_of_more = true, .work = w},
                 .news = {.kind = LETTER_ENDED, .part_of_more = true, .work = w}};
    w->host = s;
    runner *r = idle;
    if (r)
        idle = r->next;
    else if (!(r = new_runner())) {
        cannot_start(w, s);
        return;
    }
    s->runner = r;
    r->work = w;
    sem_post(&r->go);
}

static void host_thread_wake(work *w)
{
    sem_post(&((stint *)w->host)->runner->go);
}

static void host_thread_over(work *w)
{
    w->host = NULL;
}

/* The loop closes: waits until the function has returned, which nothing can stop. */
static void host_thread_abandon(work *w)
{
    struct mailbox *box = w->future.loop->mailbox;
    object_ref(w);
    ((stint *)w->host)->abandoned = true;
    while (w->state != WORK_ENDED) {
        if (w->state == WORK_RESTING) {
            loop_cancel_timer(w->future.loop, &w->rest);
            w->state = WORK_RUNNING;
            host_thread_wake(w);
        }
        pthread_mutex_lock(&box->lock);
        while (!box->first)
            pthread_cond_wait(&box->sent, &box->lock);
        pthread_mutex_unlock(&box->lock);
        read_letters(w->future.loop);
    }
    object_unref(w);
}

/* ---- in a thread ---- */

/* On the virtual clock: until the loop says that it is time. */
static void rest(double when, ticket *t)
{
    work *w = this_runner->work;
    stint *s = w->host;
    if (s->abandoned || !w->in_turns)
        return;
    s->news.kind = LETTER_RESTS;
    s->news.when = when;
    s->news.ticket = t;
    send_letter(w->future.loop->mailbox, &s->news);
    while (sem_wait(&this_runner->go) < 0) {
    }
    s->news.kind = LETTER_ENDED;
    clock_set(w->time);
}

static void host_thread_sleep_until(double when)
{
    rest(when, NULL);
}

static struct timespec real_time_after(double seconds)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    double end = (double)now.tv_nsec * 1e-9 + fmin(seconds, 1e8);
    return (struct timespec){now.tv_sec + (time_t)end, (long)(fmod(end, 1) * 1e9)};
}

static bool host_ticket_wait(ticket *t, double timeout)
{
    if (this_runner && this_runner->work->in_turns) {
        rest(clock_time() + timeout, t);
        return ticket_is_done(t);
    }
    struct timespec end = real_time_after(timeout);
    host_lock();
    while (!t->done && pthread_cond_timedwait(&answered, &threads_lock, &end) == 0) {
    }
    bool done = t->done;
    host_unlock();
    return done;
}

/* ---- from any thread ---- */

static letter *new_letter(const asyncio__spec *spec)
{
    letter *l = calloc(1, sizeof *l);
    if (l && spec->size && !(l->bytes = malloc(spec->size))) {
        free(l);
        l = NULL;
    }
    if (!l) {
        exception_raise_no_memory();
        return NULL;
    }
    l->spec = *spec;
    l->size = spec->size;
    if (spec->size)
        memcpy(l->bytes, spec->arg, spec->size);
    return l;
}

static int send_or_raise(asyncio_loop *loop, letter *l)
{
    if (send_letter(loop->mailbox, l))
        return 0;
    free(l->bytes);
    free(l);
    return exception_raise_text(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
}

static int host_post_call(asyncio_loop *loop, const asyncio__spec *spec, asyncio_callback *callback)
{
    letter *l = object_check(loop, OBJECT_LOOP, "asyncio_loop_call_soon_threadsafe") ? new_letter(spec) : NULL;
    if (!l)
        return -1;
    l->kind = LETTER_CALL;
    l->callback = callback;
    if (!host_on_thread_of(loop) || loop->is_closed)
        return send_or_raise(loop, l);
    read_letter(loop, l);
    return 0;
}

static int host_post_request(asyncio_loop *loop, const asyncio__spec *spec, ticket *t)
{
    letter *l = object_check(loop, OBJECT_LOOP, "asyncio_run_coroutine_threadsafe") ? new_letter(spec) : NULL;
    if (!l)
        return -1;
    l->kind = LETTER_REQUEST;
    l->ticket = t;
    t->refs = 2; /* until it is answered */
    if (host_on_thread_of(loop) && !loop->is_closed) {
        read_letter(loop, l);
        return 0;
    }
    if (send_or_raise(loop, l) == 0)
        return 0;
    t->refs = 1;
    return -1;
}

static void host_post_cancel(ticket *t)
{
    if (host_on_thread_of(t->loop)) {
        if (t->request)
            threads_cancel(t->request);
        return;
    }
    letter *l = calloc(1, sizeof *l);
    if (!l)
        return;
    ticket_ref(t);
    *l = (letter){.kind = LETTER_CANCEL, .ticket = t};
    if (send_letter(t->loop->mailbox, l))
        return;
    free(l);
    ticket_unref(t);
}

static void host_answer(request *r)
{
    answer(r->ticket, r->parcel);
    r->parcel = (parcel){0};
}

/* ---- output ---- */

/* Whether text is printed in a thread of ours, whose prints the loop's thread is to tell of. */
static bool printed_in_a_thread(int fd, const char *text, size_t length)
{
    if (!this_runner || !thread_function())
        return false;
    work *w = this_runner->work;
    letter *l = new_letter(&(asyncio__spec){.arg = (void *)text, .size = length});
    if (l) {
        l->kind = LETTER_PRINT;
        l->work = w;
        l->fd = fd;
        if (!send_letter(w->future.loop->mailbox, l)) {
            free(l->bytes);
            free(l);
        }
    }
    return true;
}
