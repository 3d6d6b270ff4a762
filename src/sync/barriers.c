/* asyncio.Barrier: a condition and a count. */

#include "sync/conditions.h"
#include "base/exceptions.h"
#include "sync/locks.h"
#include "core/tasks.h"
#include "base/trace.h"

/* The state says what those who are inside (count) and those who come are to do:
 *
 *   FILLING ── the last one arrives ──► DRAINING ── the last one has left ──► FILLING
 *      ├────── reset, somebody inside ► RESETTING ─ the last one has left ──► FILLING
 *      └────── abort ─────────────────► BROKEN ──── reset ──────────────────► FILLING or RESETTING
 *
 * While it drains or resets, who comes waits outside; in BROKEN nobody waits. */
typedef enum barrier_state { BARRIER_FILLING, BARRIER_DRAINING, BARRIER_RESETTING, BARRIER_BROKEN } barrier_state;

struct asyncio_barrier {
    asyncio_object object;
    asyncio_condition *condition; /* with a reference */
    long parties, count;
    long left; /* how many have left since the last one arrived */
    barrier_state state;
    bool has_gap; /* somebody has given up before the last one arrived: indexes go by the order of leaving */
};

asyncio_barrier *asyncio_barrier_new(long parties)
{
    if (parties < 1)
        return exception_raise_format(ASYNCIO_VALUE_ERROR, "parties must be > 0");
    asyncio_barrier *barrier = object_new(OBJECT_BARRIER, sizeof *barrier, object_owner());
    if (!barrier)
        return NULL;
    barrier->parties = parties;
    barrier->condition = condition_new(NULL, &barrier->object, NULL);
    if (!barrier->condition) {
        object_unref(object_claim(barrier));
        return NULL;
    }
    trace_new(&barrier->object, "barrier", parties);
    return barrier;
}

static size_t barrier_finalize(asyncio_barrier *barrier)
{
    object_unref(barrier->condition);
    return sizeof *barrier;
}

COLD static void trace_barrier(const asyncio_barrier *barrier)
{
    static const char *const states[] = {"filling", "draining", "resetting", "broken"};
    TRACE("barrier", ID("obj", barrier->object.id), ID("task", task_id(runtime.task)),
          TEXT("state", states[barrier->state]), COUNT("value", barrier->count));
}

/* Everybody looks again at what is to be done. */
static void barrier_becomes(asyncio_barrier *barrier, barrier_state state)
{
    barrier->state = state;
    if (trace_on)
        trace_barrier(barrier);
    condition_notify_all(barrier->condition);
}

/* ---- wait ---- */

/* Until those of the round before have left. */
static int barrier_wait_outside(asyncio_barrier *barrier, const asyncio_site *site)
{
    while (barrier->state == BARRIER_DRAINING || barrier->state == BARRIER_RESETTING)
        if (condition_wait(barrier->condition, site) < 0)
            return -1;
    return barrier->state == BARRIER_BROKEN ? exception_raise_text(ASYNCIO_BROKEN_BARRIER_ERROR, "Barrier aborted") : 0;
}

static void barrier_wait_inside(asyncio_barrier *barrier, const asyncio_site *site)
{
    while (barrier->state == BARRIER_FILLING)
        if (condition_wait(barrier->condition, site) < 0)
            return;
    if (barrier->state == BARRIER_BROKEN || barrier->state == BARRIER_RESETTING)
        exception_raise_text(ASYNCIO_BROKEN_BARRIER_ERROR, "Abort or reset of barrier");
}

/* The index is the place in the order of arriving, as in CPython; but there one may be given out twice once somebody
 * has given up waiting. Those who are left arrive in the order in which they leave. Only the last one, whose index was
 * nobody's, does not wait. */
static long barrier_index(asyncio_barrier *barrier, long index)
{
    return barrier->has_gap && index < barrier->parties - 1 ? barrier->left++ : index;
}

static void barrier_leave(asyncio_barrier *barrier)
{
    if (barrier->state == BARRIER_FILLING)
        barrier->has_gap = true;
    if (--barrier->count)
        return;
    barrier->has_gap = false;
    barrier->left = 0;
    bool over = barrier->state == BARRIER_DRAINING || barrier->state == BARRIER_RESETTING;
    barrier_becomes(barrier, over ? BARRIER_FILLING : barrier->state);
}

static int barrier_pass(asyncio_barrier *barrier, const asyncio_site *site)
{
    if (barrier_wait_outside(barrier, site) < 0)
        return -1;
    long index = barrier->count++;
    if (barrier->count == barrier->parties) {
        barrier_becomes(barrier, BARRIER_DRAINING);
    } else {
        if (trace_on)
            trace_barrier(barrier);
        barrier_wait_inside(barrier, site);
    }
    index = barrier_index(barrier, index);
    barrier_leave(barrier);
    return asyncio_failed() ? -1 : (int)index;
}

/* Takes the condition's lock, and holds the barrier, until barrier_let_go. */
static bool barrier_hold(asyncio_barrier *barrier, const char *call, const asyncio_site *site)
{
    if (!may_wait(barrier, OBJECT_BARRIER, call))
        return false;
    object_ref(barrier);
    if (condition_enter(barrier->condition, site))
        return true;
    object_unref(barrier);
    return false;
}

static void barrier_let_go(asyncio_barrier *barrier)
{
    condition_exit(barrier->condition);
    object_unref(barrier);
}

int asyncio__barrier_wait(asyncio_barrier *barrier, const asyncio_site *site)
{
    if (!barrier_hold(barrier, "asyncio_barrier_wait", site))
        return -1;
    int index = barrier_pass(barrier, site);
    barrier_let_go(barrier);
    return index;
}

/* ---- reset and abort ---- */

int asyncio__barrier_reset(asyncio_barrier *barrier, const asyncio_site *site)
{
    if (!barrier_hold(barrier, "asyncio_barrier_reset", site))
        return -1;
    barrier_becomes(barrier, barrier->count ? BARRIER_RESETTING : BARRIER_FILLING);
    barrier_let_go(barrier);
    return 0;
}

int asyncio__barrier_abort(asyncio_barrier *barrier, const asyncio_site *site)
{
    if (!barrier_hold(barrier, "asyncio_barrier_abort", site))
        return -1;
    barrier_becomes(barrier, BARRIER_BROKEN);
    barrier_let_go(barrier);
    return 0;
}

/* ---- looking at it ---- */

long asyncio_barrier_parties(const asyncio_barrier *barrier)
{
    return object_check(barrier, OBJECT_BARRIER, "asyncio_barrier_parties") ? barrier->parties : 0;
}

long asyncio_barrier_n_waiting(const asyncio_barrier *barrier)
{
    return object_check(barrier, OBJECT_BARRIER, "asyncio_barrier_n_waiting") && barrier->state == BARRIER_FILLING
               ? barrier->count
               : 0;
}

bool asyncio_barrier_broken(const asyncio_barrier *barrier)
{
    return object_check(barrier, OBJECT_BARRIER, "asyncio_barrier_broken") && barrier->state == BARRIER_BROKEN;
}

struct asyncio_barrier_statistics asyncio_barrier_statistics(const asyncio_barrier *barrier)
{
    struct asyncio_barrier_statistics statistics = {0};
    if (!object_check(barrier, OBJECT_BARRIER, "asyncio_barrier_statistics"))
        return statistics;
    statistics.parties = barrier->parties;
    statistics.tasks_waiting = (size_t)asyncio_barrier_n_waiting(barrier);
    statistics.broken = asyncio_barrier_broken(barrier);
    return statistics;
}

static bool barrier_enter(asyncio_barrier *barrier, const asyncio_site *site)
{
    return asyncio__barrier_wait(barrier, site) >= 0;
}

static void barrier_exit(asyncio_barrier *barrier)
{
    (void)barrier;
}
