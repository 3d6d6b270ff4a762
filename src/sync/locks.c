/* asyncio.Lock, Semaphore, BoundedSemaphore and Event. A waiter is a future in the queue of the thing that it waits
 * for; handing over is setting its result. */
#include "sync/locks.h"

#include "base/exceptions.h"
#include "core/futures.h"
#include "core/tasks.h"
#include "base/trace.h"

struct asyncio_lock {
    asyncio_object object;
    list waiters;    /* futures, by their place */
    uint32_t loop;   /* the one that it is bound to; see wait_in */
    uint32_t holder; /* the id of the task that took it */
    bool locked;
};

struct asyncio_semaphore {
    asyncio_object object;
    list waiters;      /* neither woken nor cancelled, */
    list woken;        /* and those that have not run since they were woken: they go before who comes now */
    long value, bound; /* bound: LONG_MAX for a plain one */
    uint32_t loop, holder;
};

struct asyncio_event {
    asyncio_object object;
    list waiters;
    uint32_t loop;
    bool set;
};

#define UNBOUNDED ((long)(~0ul >> 1))

static asyncio_future *waiter_at(list *place)
{
    return CONTAINER(place, asyncio_future, place);
}

/* Whether anybody waits who has not been cancelled. */
static bool somebody_waits(const list *waiters)
{
    LIST_EACH (waiters, place)
        if (!future_cancelled(waiter_at(place)))
            return true;
    return false;
}

static size_t count_waiting(const list *waiters)
{
    size_t count = 0;
    LIST_EACH (waiters, place)
        count += !future_done(waiter_at(place));
    return count;
}

COLD static void trace_wake(const asyncio_future *waiter)
{
    TRACE("wake", TEXT("kind", object_label(waiter->of)), ID("obj", waiter->of->id), ID("via", waiter->object.id));
}

/* Lets a waiter go on. */
static void wake(asyncio_future *waiter)
{
    if (trace_on)
        trace_wake(waiter);
    future_finish(waiter, NULL);
}

static void wake_all(list *waiters)
{
    LIST_EACH (waiters, place)
        if (!future_done(waiter_at(place)))
            wake(waiter_at(place));
}

/* CPython's mixins._LoopBoundMixin. */
COLD static bool bind_to_loop(const asyncio_object *object, uint32_t *bound_to)
{
    uint32_t loop = ((asyncio_object *)runtime.loop)->id;
    if (!bound_to || !*bound_to || *bound_to == loop) {
        if (bound_to)
            *bound_to = loop;
        return true;
    }
    const char *label = object_label(object); /* the class, but for its capital letter */
    exception_raise_format(ASYNCIO_RUNTIME_ERROR, "%c%s is bound to a different event loop", *label - ('a' - 'A'),
                           label + 1);
    return false;
}

static waited wait_in(asyncio_object *object, uint32_t *bound_to, list *waiters, const future_kind *kind,
                      const asyncio_site *site)
{
    if (!bind_to_loop(object, bound_to))
        return WAITED_IN_VAIN;
    asyncio_future *waiter = future_new_waiter(object, kind);
    if (!waiter)
        return WAITED_IN_VAIN;
    task_queue_in(object);
    list_append(waiters, &waiter->place);
    asyncio__await_future(&waiter->object, site);
    list_remove(&waiter->place);
    bool woken = future_done(waiter) && !future_cancelled(waiter);
    object_disown(waiter);
    return !asyncio_failed() ? WAITED_FOR_SUCCESS : woken ? WAITED_TOO_LONG : WAITED_IN_VAIN;
}

static bool may_wait(const void *object, object_type type, const char *call)
{
    return !asyncio_failed() && object_check(object, type, call) && task_running(call);
}

COLD static void trace_new(const asyncio_object *object, const char *kind, long value)
{
    TRACE("new", TEXT("kind", kind), ID("obj", object->id), COUNT("value", value));
}

COLD static void trace_change(const char *event, const asyncio_object *object, const char *kind, long value)
{
    TRACE_NAMED(event, TEXT("kind", kind), ID("obj", object->id), ID("task", task_id(runtime.task)),
                COUNT("value", value));
}

/* ---- Lock ---- */

asyncio_lock *asyncio_lock_new(void)
{
    asyncio_lock *lock = object_new(OBJECT_LOCK, sizeof *lock, object_owner());
    if (lock)
        trace_new(&lock->object, "lock", 1);
    return lock;
}

static size_t lock_finalize(asyncio_lock *lock)
{
    return sizeof *lock;
}

static uint32_t lock_holder(const asyncio_lock *lock)
{
    return lock->holder;
}

static bool lock_enter(asyncio_lock *lock, const asyncio_site *site)
{
    return asyncio__lock_acquire(lock, site) == 0;
}

static void lock_exit(asyncio_lock *lock)
{
    asyncio_lock_release(lock);
}

static void lock_wake_first(asyncio_lock *lock)
{
    list *first = list_first(&lock->waiters);
    if (first && !future_done(waiter_at(first)))
        wake(waiter_at(first));
}

static void lock_take(asyncio_lock *lock)
{
    lock->locked = true;
    lock->holder = task_id(runtime.task);
    if (trace_on)
        trace_change("acquire", &lock->object, "lock", 0);
}

int asyncio__lock_acquire(asyncio_lock *lock, const asyncio_site *site)
{
    if (!may_wait(lock, OBJECT_LOCK, "asyncio_lock_acquire"))
        return -1;
    if (!lock->locked && !somebody_waits(&lock->waiters)) {
        lock_take(lock);
        return 0;
    }
    if (wait_in(&lock->object, &lock->loop, &lock->waiters, &waiter_that_stays, site) != WAITED_FOR_SUCCESS) {
        if (!lock->locked) /* it may have been this one's turn: the next one's now */
            lock_wake_first(lock);
        return -1;
    }
    lock_take(lock);
    return 0;
}

int asyncio_lock_release(asyncio_lock *lock)
{
    if (!object_check(lock, OBJECT_LOCK, "asyncio_lock_release"))
        return -1;
    if (!lock->locked)
        return exception_raise_text(ASYNCIO_RUNTIME_ERROR, "Lock is not acquired.");
    lock->locked = false;
    lock->holder = 0;
    if (trace_on)
        trace_change("release", &lock->object, "lock", 1);
    lock_wake_first(lock);
    return 0;
}

bool asyncio_lock_locked(const asyncio_lock *lock)
{
    return object_check(lock, OBJECT_LOCK, "asyncio_lock_locked") && lock->locked;
}

/* ---- Semaphore ---- */

static asyncio_semaphore *semaphore_new(long value, bool bounded)
{
    if (value < 0)
        return exception_raise_format(ASYNCIO_VALUE_ERROR, "Semaphore initial value must be >= 0");
    asyncio_semaphore *semaphore = object_new(OBJECT_SEMAPHORE, sizeof *semaphore, object_owner());
    if (!semaphore)
        return NULL;
    semaphore->value = value;
    semaphore->bound = bounded ? value : UNBOUNDED;
    trace_new(&semaphore->object, "semaphore", value);
    return semaphore;
}

asyncio_semaphore *asyncio_semaphore_new(long value)
{
    return semaphore_new(value, false);
}

asyncio_semaphore *asyncio_bounded_semaphore_new(long value)
{
    return semaphore_new(value, true);
}

static size_t semaphore_finalize(asyncio_semaphore *semaphore)
{
    return sizeof *semaphore;
}

static uint32_t semaphore_holder(const asyncio_semaphore *semaphore)
{
    return semaphore->holder;
}

static bool semaphore_enter(asyncio_semaphore *semaphore, const asyncio_site *site)
{
    return asyncio__semaphore_acquire(semaphore, site) == 0;
}

static void semaphore_exit(asyncio_semaphore *semaphore)
{
    asyncio_semaphore_release(semaphore);
}

static bool semaphore_wake_next(asyncio_semaphore *semaphore)
{
    list *place = list_pop(&semaphore->waiters);
    if (!place)
        return false;
    semaphore->value--;
    list_append(&semaphore->woken, place);
    wake(waiter_at(place));
    return true;
}

static void semaphore_taken(asyncio_semaphore *semaphore)
{
    semaphore->holder = task_id(runtime.task);
    if (trace_on)
        trace_change("acquire", &semaphore->object, "semaphore", semaphore->value);
}

int asyncio__semaphore_acquire(asyncio_semaphore *semaphore, const asyncio_site *site)
{
    if (!may_wait(semaphore, OBJECT_SEMAPHORE, "asyncio_semaphore_acquire"))
        return -1;
    if (!asyncio_semaphore_locked(semaphore)) {
        semaphore->value--;
        semaphore_taken(semaphore);
        return 0;
    }
    waited how = wait_in(&semaphore->object, &semaphore->loop, &semaphore->waiters, &waiter_that_leaves, site);
    if (how == WAITED_TOO_LONG) {
        semaphore->value++;
        if (trace_on)
            trace_change("give_back", &semaphore->object, "semaphore", semaphore->value);
    }
    while (semaphore->value > 0 && semaphore_wake_next(semaphore)) {
    } /* who came meanwhile waited for order's sake */
    if (how != WAITED_FOR_SUCCESS)
        return -1;
    semaphore_taken(semaphore);
    return 0;
}

int asyncio_semaphore_release(asyncio_semaphore *semaphore)
{
    if (!object_check(semaphore, OBJECT_SEMAPHORE, "asyncio_semaphore_release"))
        return -1;
    if (semaphore->value >= semaphore->bound)
        return exception_raise_text(ASYNCIO_VALUE_ERROR, "BoundedSemaphore released too many times");
    semaphore->value++;
    if (trace_on)
        trace_change("release", &semaphore->object, "semaphore", semaphore->value);
    semaphore_wake_next(semaphore);
    return 0;
}

bool asyncio_semaphore_locked(const asyncio_semaphore *semaphore)
{
    return object_check(semaphore, OBJECT_SEMAPHORE, "asyncio_semaphore_locked") &&
           (semaphore->value == 0 || !list_empty(&semaphore->waiters) || !list_empty(&semaphore->woken));
}

/* ---- Event ---- */

asyncio_event *asyncio_event_new(void)
{
    asyncio_event *event = object_new(OBJECT_EVENT, sizeof *event, object_owner());
    if (event)
        trace_new(&event->object, "event", 0);
    return event;
}

static size_t event_finalize(asyncio_event *event)
{
    return sizeof *event;
}

int asyncio__event_wait(asyncio_event *event, const asyncio_site *site)
{
    if (!may_wait(event, OBJECT_EVENT, "asyncio_event_wait"))
        return -1;
    if (event->set)
        return 0;
    return wait_in(&event->object, &event->loop, &event->waiters, &waiter_that_stays, site) == WAITED_FOR_SUCCESS ? 0
                                                                                                                  : -1;
}

void asyncio_event_set(asyncio_event *event)
{
    if (!object_check(event, OBJECT_EVENT, "asyncio_event_set") || event->set)
        return;
    event->set = true;
    TRACE("set", TEXT("kind", "event"), ID("obj", event->object.id));
    wake_all(&event->waiters);
}

void asyncio_event_clear(asyncio_event *event)
{
    if (!object_check(event, OBJECT_EVENT, "asyncio_event_clear") || !event->set)
        return;
    event->set = false;
    TRACE("clear", TEXT("kind", "event"), ID("obj", event->object.id));
}

bool asyncio_event_is_set(const asyncio_event *event)
{
    return object_check(event, OBJECT_EVENT, "asyncio_event_is_set") && event->set;
}

/* ---- statistics ---- */

struct asyncio_lock_statistics asyncio_lock_statistics(const asyncio_lock *lock)
{
    struct asyncio_lock_statistics statistics = {0};
    if (!object_check(lock, OBJECT_LOCK, "asyncio_lock_statistics"))
        return statistics;
    statistics.locked = lock->locked;
    statistics.owner = task_by_id(runtime.loop, lock->holder);
    statistics.tasks_waiting = count_waiting(&lock->waiters);
    return statistics;
}

struct asyncio_semaphore_statistics asyncio_semaphore_statistics(const asyncio_semaphore *semaphore)
{
    struct asyncio_semaphore_statistics statistics = {0};
    if (!object_check(semaphore, OBJECT_SEMAPHORE, "asyncio_semaphore_statistics"))
        return statistics;
    statistics.value = semaphore->value;
    statistics.bound = semaphore->bound == UNBOUNDED ? -1 : semaphore->bound;
    statistics.last_owner = task_by_id(runtime.loop, semaphore->holder);
    statistics.tasks_waiting = count_waiting(&semaphore->waiters);
    return statistics;
}

struct asyncio_event_statistics asyncio_event_statistics(const asyncio_event *event)
{
    struct asyncio_event_statistics statistics = {0};
    if (!object_check(event, OBJECT_EVENT, "asyncio_event_statistics"))
        return statistics;
    statistics.is_set = event->set;
    statistics.tasks_waiting = count_waiting(&event->waiters);
    return statistics;
}
