/* JavaScript coroutines as tasks, and the library's objects for JavaScript: the C side of wasm/api/coroutines.mjs.
 *
 * A coroutine in JavaScript is a generator. The task that runs it is an ordinary one whose body, js_body, takes turns
 * with it: the generator runs until it yields an operation (sleep, acquire, ...), js_body performs that, which may
 * suspend the task, and hands the outcome back. So JavaScript waits in the same functions as C does, in the same queues
 * and the same order.
 *
 * JavaScript enters through asyncio__js_share alone, at the end of this file, which only a program with ASYNCIO_SHARE
 * exports (asyncio_js.h): from others the linker leaves all this out. */
#include "base/exceptions.h"
#include "core/coroutines.h"
#include "core/tasks.h"
#include "host/host_js.h"
#include "sync/locks.h"
#include "sync/queues.h"
#include "together/with.h"

/* What a generator may ask for; wasm/api/op.mjs is the same list. */
enum {
    OP_RETURN,  /* a: its result, a value */
    OP_RAISE,   /* an exception is pending */
    OP_SLEEP,   /* number: seconds */
    OP_AWAIT,   /* a: future; answers with its result */
    OP_PROMISE, /* a: promise, a value; answers with its value */
    /* until co_go_on is called, or the task is cancelled: then JavaScript is told, and may take its time */
    OP_WAIT_OUTSIDE,
    OP_ENTER,          /* a: lock, task group, ...: `async with` begins; number for a barrier */
    OP_EXIT,           /* a: it ends; what is pending is what the block ended with */
    OP_EVENT_WAIT,     /* a: event */
    OP_CONDITION_WAIT, /* a: condition */
    OP_BARRIER_WAIT,   /* a: barrier; answers with a number */
    OP_BARRIER_RESET,  /* a: barrier, b: whether to abort it */
    OP_QUEUE_PUT,      /* a: queue, b: item, c: whether it is a value */
    OP_QUEUE_GET,      /* a: queue, c: whether its items are values; answers with an item */
    OP_QUEUE_JOIN,     /* a: queue */
    OP_WAIT,           /* a: array of futures, which this side frees, b: how many, c: return_when, number: seconds */
    OP_NEXT,           /* a: as_completed iterator; answers with a future, or 0 */
    OP_WAIT_FOR,       /* a: future, number: seconds */
};

static struct {
    uintptr_t a, b, c;
    double number;
} asked; /* the operation that was asked for last */

IMPORT(step) int js_step(uint32_t coroutine, asyncio_exception *thrown, uintptr_t answer);
IMPORT(waiting) void js_waiting(uint32_t coroutine, asyncio_future *outside);
IMPORT(cancelling) void js_cancelling(uint32_t coroutine, const char *message);
IMPORT(unhandled) int js_unhandled(const char *message, asyncio_exception *exception, asyncio_task *task);
IMPORT(main_site) const asyncio_site *js_main_site(void);
IMPORT(main_done) void js_main_done(asyncio_exception *exception);

/* ---- items of queues ----
 *
 * In a queue that JavaScript made, an item is a value to JavaScript and an asyncio_js * to C, kept (asyncio_keep) for
 * whoever gets it. In one that C made it is a number to JavaScript. */

static void *item_of_value(uint32_t value)
{
    asyncio_js *handle = value_new(value, NULL);
    if (handle)
        handle->object.kept = 1;
    return handle;
}

static void item_drop(void *item)
{
    asyncio_js *handle = item;
    if (handle && handle->object.kept)
        handle->object.kept--;
    object_unref(handle);
}

static uint32_t value_of_item(asyncio_js *handle)
{
    if (!handle || !object_check(handle, OBJECT_JS, "Queue.get"))
        return 0;
    uint32_t value = js_retain(handle->value);
    item_drop(handle);
    return value;
}

/* ---- waiting for JavaScript itself ---- */

typedef struct outside_future {
    asyncio_future future;
    uint32_t coroutine;
} outside_future;

/* The request is on its way: the operation or the signal that the function waits for will see to it. */
static bool outside_cancel(asyncio_future *future, const char *message)
{
    if (future_done(future))
        return false;
    js_cancelling(((outside_future *)future)->coroutine, message);
    js.owes_turn = true; /* it hears of that when this call is over */
    return true;
}

static const future_kind outside_kind = {
    .label = "javascript", .cancel = outside_cancel, .size = sizeof(outside_future)};

static asyncio_future *outside_new(uint32_t coroutine)
{
    outside_future *outside = (outside_future *)future_new(runtime.loop, &outside_kind, sizeof *outside, NULL);
    if (!outside)
        return NULL;
    outside->coroutine = coroutine;
    if (trace_on)
        trace_future(&outside->future);
    js.owes_turn = true;
    js_waiting(coroutine, &outside->future);
    return &outside->future;
}

static void wait_outside(uint32_t coroutine, const asyncio_site *site)
{
    asyncio_future *outside = outside_new(coroutine);
    asyncio__await_future(outside ? &outside->object : NULL, site);
    object_unref(outside);
}

static void co_go_on(asyncio_future *outside)
{
    runtime.cause = (cause){"promise", outside->object.id};
    if (!future_done(outside))
        future_finish(outside, NULL);
}

/* ---- performing ---- */

static uintptr_t await_promise(uintptr_t promise, const asyncio_site *site)
{
    asyncio_future *future = object_claim(asyncio_from_promise((asyncio_promise)promise));
    asyncio_js *value = asyncio__await_future(future ? &future->object : NULL, site);
    uintptr_t answer = value ? js_retain(value->value) : 0;
    object_unref(future);
    return answer;
}

static void put(asyncio_queue *queue, uintptr_t item, bool is_value, const asyncio_site *site)
{
    void *pointer = is_value ? item_of_value((uint32_t)item) : (void *)item;
    asyncio__queue_put(queue, pointer, site);
    if (is_value && asyncio_failed())
        item_drop(pointer);
}

static uintptr_t get(asyncio_queue *queue, bool are_values, const asyncio_site *site)
{
    void *item = asyncio__queue_get(queue, site);
    return are_values ? value_of_item(item) : (uintptr_t)item;
}

static uintptr_t wait_until(uintptr_t futures, uintptr_t count, asyncio_return_when when, double seconds,
                            const asyncio_site *site)
{
    uintptr_t done = (uintptr_t)asyncio__wait_until((asyncio_object *const *)futures, count, seconds, when, site);
    free((void *)futures);
    return done;
}

static inline uintptr_t perform(int op, uint32_t coroutine)
{
    uintptr_t a = asked.a, b = asked.b;
    double number = asked.number;
    const asyncio_site *site = runtime.task->made_at;
    switch (op) {
    case OP_SLEEP: asyncio__sleep(number, site); return 0;
    case OP_AWAIT: return (uintptr_t)asyncio__await_future((asyncio_object *)a, site);
    case OP_PROMISE: return await_promise(a, site);
    case OP_WAIT_OUTSIDE: wait_outside(coroutine, site); return 0;
    case OP_ENTER: with_enter((asyncio_object *)a, site); return 0;
    case OP_EXIT: with_exit((asyncio_object *)a); return 0;
    case OP_EVENT_WAIT: asyncio__event_wait((asyncio_event *)a, site); return 0;
    case OP_CONDITION_WAIT: asyncio__condition_wait((asyncio_condition *)a, site); return 0;
    case OP_BARRIER_WAIT: return (uintptr_t)asyncio__barrier_wait((asyncio_barrier *)a, site);
    case OP_BARRIER_RESET:
        if (b)
            asyncio__barrier_abort((asyncio_barrier *)a, site);
        else
            asyncio__barrier_reset((asyncio_barrier *)a, site);
        return 0;
    case OP_QUEUE_PUT: put((asyncio_queue *)a, b, asked.c, site); return 0;
    case OP_QUEUE_GET: return get((asyncio_queue *)a, asked.c, site);
    case OP_QUEUE_JOIN: asyncio__queue_join((asyncio_queue *)a, site); return 0;
    case OP_WAIT: return wait_until(a, b, (asyncio_return_when)asked.c, number, site);
    case OP_NEXT: return (uintptr_t)asyncio__next_as_completed((asyncio_as_completed *)a, site);
    case OP_WAIT_FOR: asyncio__wait_for((asyncio_object *)a, number, site); return 0;
    default: abort();
    }
}

/* Lets the generator run to its next yield, with what the operation before came to. */
__attribute__((noinline)) static int resume_generator(uint32_t coroutine, uintptr_t answer)
{
    asyncio_exception *thrown = exception_take();
    int op = js_step(coroutine, thrown, answer);
    object_unref(thrown);
    return op;
}

static void *keep_result(void)
{
    asyncio_js *result = value_new((uint32_t)asked.a, NULL);
    call *c = runtime.task->call;
    if (c)
        c->value = result;
    return result;
}

static void *js_body(void *arg)
{
    uint32_t coroutine = (uint32_t)(uintptr_t)arg;
    uintptr_t answer = 0;
    while (true) {
        int op = resume_generator(coroutine, answer);
        if (op == OP_RETURN)
            return keep_result();
        if (op == OP_RAISE)
            return NULL;
        answer = perform(op, coroutine);
    }
}

/* ---- tasks ---- */

/* The running loop, or the one for calls, which runs between ticks only in name. */
static asyncio_loop *enter_loop(void)
{
    asyncio_loop *before = runtime.loop;
    runtime.loop = loop_for_calls();
    return before;
}

static void leave_loop(asyncio_loop *before)
{
    runtime.loop = before;
}

/* What every coroutine of this name has in common; `name` is this side's from now on. */
static asyncio_site *co_site(const char *name)
{
    asyncio_site *site = malloc(sizeof *site);
    if (site)
        *site = (asyncio_site){"JavaScript", name, 0};
    return site;
}

static asyncio_task *adopt(asyncio_task *task, uint32_t coroutine)
{
    call *c = task ? memory_take(sizeof *c) : NULL;
    if (!c)
        return task;
    *c = (call){.coroutine = coroutine};
    task->call = c;
    js.calls++;
    return task;
}

/* A task for a coroutine, in a group or without; the reference is JavaScript's. 0 if it raised. */
static asyncio_task *co_task(uint32_t coroutine, const asyncio_site *site, const char *name, asyncio_task_group *group)
{
    void *arg = (void *)(uintptr_t)coroutine;
    asyncio_loop *before = enter_loop();
    asyncio_task *task =
        !runtime.loop ? NULL
        : group ? asyncio__new_group_task(group, js_body, site->function, site, arg, 0, name, NULL, false)
                : task_new(
                      runtime.loop,
                      &(asyncio__spec){.body = js_body, .coro = site->function, .site = site, .arg = arg, .name = name},
                      NULL);
    leave_loop(before);
    if (task && group) {
        object_ref(task);
        object_disown(task);
    }
    return adopt(task, coroutine);
}

static asyncio_task *co_current(void)
{
    return runtime.task ? object_ref(runtime.task) : NULL;
}

static double co_task_info(asyncio_task *task, int what)
{
    switch (what) {
    case 0: return asyncio_task_cancelling(task);
    case 1: return asyncio_task_uncancel(task);
    case 2: task->future.object.flags &= ~FUTURE_UNSEEN; return 0; /* its exception has been looked at */
    case 3: return task_id(task);
    case 4: return task->future.object.flags & (FUTURE_STATE | FUTURE_FAILED);
    case 5: return clock_time();
    case 6: return task->future.object.flags & FUTURE_UNSEEN ? future_report_unseen(&task->future) : 0;
    default: return 0;
    }
}

/* ---- the program that is nothing but a JavaScript coroutine ---- */

static void report_to_js(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)arg;
    if (!js_unhandled(context->message, context->exception, context->task))
        asyncio_loop_default_exception_handler(loop, context);
}

static void *main_body(void *arg)
{
    asyncio_loop_set_exception_handler(runtime.loop, report_to_js, NULL);
    adopt(object_ref(runtime.task), 0);
    return js_body(arg);
}

int asyncio__js_main(void)
{
    const asyncio_site *site = js_main_site();
    asyncio_exception *e = NULL;
    js.calls++; /* what is outside may wake it at any time */
    int status = asyncio__run(main_body, site->function, site, (asyncio__run_options){.debug = -1, .exception = &e});
    js_main_done(e);
    return status;
}

/* ---- objects: each function makes one whose reference is JavaScript's, or raises and gives 0 ---- */

enum {
    NEW_LOCK,
    NEW_SEMAPHORE,
    NEW_BOUNDED_SEMAPHORE,
    NEW_EVENT,
    NEW_CONDITION,
    NEW_BARRIER,
    NEW_QUEUE,
    NEW_LIFO_QUEUE,
    NEW_PRIORITY_QUEUE,
    NEW_TASK_GROUP,
    NEW_TIMEOUT,
    NEW_TIMEOUT_AT,
    NEW_FUTURE
};

IMPORT(compare) int js_compare(uint32_t a, uint32_t b);

static int compare_values(const void *a, const void *b)
{
    return js_compare(a ? ((const asyncio_js *)a)->value : 0, b ? ((const asyncio_js *)b)->value : 0);
}

static void *make(int what, double number, void *object)
{
    switch (what) {
    case NEW_LOCK: return asyncio_lock_new();
    case NEW_SEMAPHORE: return asyncio_semaphore_new((long)number);
    case NEW_BOUNDED_SEMAPHORE: return asyncio_bounded_semaphore_new((long)number);
    case NEW_EVENT: return asyncio_event_new();
    case NEW_CONDITION: return asyncio_condition_new(object);
    case NEW_BARRIER: return asyncio_barrier_new((long)number);
    case NEW_QUEUE: return asyncio_queue_new((long)number);
    case NEW_LIFO_QUEUE: return asyncio_lifo_queue_new((long)number);
    case NEW_PRIORITY_QUEUE: return asyncio_priority_queue_new((long)number, compare_values);
    case NEW_TASK_GROUP: return asyncio_task_group_new();
    case NEW_TIMEOUT: return asyncio__timeout(number);
    case NEW_TIMEOUT_AT: return asyncio__timeout_at(number);
    default: return asyncio_loop_create_future(runtime.loop);
    }
}

static void *co_new(int what, double number, void *object)
{
    asyncio_loop *before = enter_loop();
    void *made = runtime.loop ? object_claim(make(what, number, object)) : NULL;
    leave_loop(before);
    return made;
}

/* A queue of values that goes takes its items along. */
static void co_release(asyncio_object *object, int values)
{
    if (values && object->type == OBJECT_QUEUE && object->refs == 1)
        while (!asyncio_queue_empty((asyncio_queue *)object)) {
            void *item = asyncio_queue_get_nowait((asyncio_queue *)object);
            item_drop(item);
        }
    object_unref(object);
}

/* gather and shield, for an array of futures (freed here) or one of them. */
static asyncio_future *co_gather(asyncio_object **futures, size_t count, int return_exceptions)
{
    asyncio_loop *before = enter_loop();
    asyncio_future *gather = gather_new(runtime.loop, count, futures, return_exceptions, NULL, NULL);
    leave_loop(before);
    free(futures);
    return gather;
}

static asyncio_future *co_shield(asyncio_object *future)
{
    asyncio_loop *before = enter_loop();
    asyncio_future *shield = asyncio__shield(future, NULL);
    leave_loop(before);
    if (!shield || !list_linked(&shield->object.owned)) /* what is done already is its own shield */
        return shield ? object_ref(shield) : NULL;
    return object_claim(shield);
}

static asyncio_as_completed *co_as_completed(asyncio_object **futures, size_t count, double timeout)
{
    asyncio_loop *before = enter_loop();
    asyncio_as_completed *iterator = object_claim(asyncio__begin_as_completed(futures, count, timeout, NULL));
    leave_loop(before);
    free(futures);
    return iterator;
}

/* What never suspends, asked of an object: false, true or a number; an exception may be pending afterwards. */
enum {
    DO_RELEASE,
    DO_LOCKED,
    DO_SET,
    DO_CLEAR,
    DO_IS_SET,
    DO_NOTIFY,
    DO_N_WAITING,
    DO_BROKEN,
    DO_PUT,
    DO_GET,
    DO_TASK_DONE,
    DO_SHUTDOWN,
    DO_SIZE,
    DO_FULL,
    DO_RESCHEDULE,
    DO_WHEN,
    DO_EXPIRED,
    DO_SET_RESULT,
    DO_SET_EXCEPTION
};

static double set_result(asyncio_future *future, uint32_t value)
{
    asyncio_js *handle = item_of_value(value);
    if (asyncio_future_set_result(future, handle) < 0) {
        item_drop(handle);
        return 0;
    }
    return (double)(uintptr_t)handle; /* which JavaScript lets go of when the future goes */
}

static double set_exception(asyncio_future *future)
{
    asyncio_exception *e = exception_take();
    asyncio_future_set_exception(future, e);
    object_unref(e);
    return 0;
}

static double put_nowait(asyncio_queue *queue, uint32_t item, bool is_value)
{
    void *pointer = is_value ? item_of_value(item) : (void *)(uintptr_t)item;
    if (asyncio_queue_put_nowait(queue, pointer) < 0 && is_value)
        item_drop(pointer);
    return 0;
}

static double get_nowait(asyncio_queue *queue, bool are_values)
{
    void *item = asyncio_queue_get_nowait(queue);
    return are_values ? value_of_item(item) : (double)(intptr_t)item;
}

/* Values among the items that nobody takes any more are given back. */
static double shut_down_queue(asyncio_queue *queue, bool immediate, bool are_values)
{
    if (immediate && are_values)
        queue_discard_items(queue, item_drop);
    asyncio__shut_down_queue(queue, immediate);
    return 0;
}

static double release(asyncio_object *object)
{
    if (object->type == OBJECT_LOCK)
        return asyncio_lock_release((asyncio_lock *)object);
    if (object->type == OBJECT_CONDITION)
        return asyncio_condition_release((asyncio_condition *)object);
    return asyncio_semaphore_release((asyncio_semaphore *)object);
}

static double locked(asyncio_object *object)
{
    if (object->type == OBJECT_LOCK)
        return asyncio_lock_locked((asyncio_lock *)object);
    if (object->type == OBJECT_CONDITION)
        return asyncio_condition_locked((asyncio_condition *)object);
    return asyncio_semaphore_locked((asyncio_semaphore *)object);
}

static double co_do(int what, void *object, double number, int values)
{
    if (!runtime.task)
        runtime.cause = (cause){"promise", 0};
    switch (what) {
    case DO_RELEASE: return release(object);
    case DO_LOCKED: return locked(object);
    case DO_SET: asyncio_event_set(object); return 0;
    case DO_CLEAR: asyncio_event_clear(object); return 0;
    case DO_IS_SET: return asyncio_event_is_set(object);
    case DO_NOTIFY: return asyncio__notify(object, number > 1e9 ? (long)1e9 : (long)number);
    case DO_N_WAITING: return (double)asyncio_barrier_n_waiting(object);
    case DO_BROKEN: return asyncio_barrier_broken(object);
    case DO_PUT: return put_nowait(object, (uint32_t)(int32_t)number, values);
    case DO_GET: return get_nowait(object, values);
    case DO_TASK_DONE: return asyncio_queue_task_done(object);
    case DO_SHUTDOWN: return shut_down_queue(object, number != 0, values);
    case DO_SIZE: return (double)asyncio_queue_qsize(object);
    case DO_FULL: return asyncio_queue_full(object);
    case DO_RESCHEDULE: return asyncio_timeout_reschedule(object, number);
    case DO_WHEN: return asyncio_timeout_when(object);
    case DO_EXPIRED: return asyncio_timeout_expired(object);
    case DO_SET_RESULT: return set_result(object, (uint32_t)number);
    case DO_SET_EXCEPTION: return set_exception(object);
    default: return 0;
    }
}

/* ---- callbacks ---- */

IMPORT(callback) void js_callback(uint32_t function); /* calls it, and lets go of it */

static void run_callback(void *function)
{
    js_callback((uint32_t)(uintptr_t)function);
}

static void run_done_callback(asyncio_future *future, void *function)
{
    (void)future;
    js_callback((uint32_t)(uintptr_t)function);
}

static const char callback_name[] = "a JavaScript function";

static int co_on_done(asyncio_future *future, uintptr_t function)
{
    return asyncio__future_add_done_callback(future, run_done_callback, callback_name, (void *)function, NULL);
}

/* call_soon, or with a delay call_later. */
static asyncio_handle *co_call(uintptr_t function, bool later, double delay)
{
    asyncio_loop *before = enter_loop(), *loop = runtime.loop;
    void *arg = (void *)function;
    asyncio_handle *handle = !loop ? NULL
                             : later
                                 ? asyncio__loop_call_later(loop, delay, run_callback, arg, NULL, callback_name, NULL)
                                 : asyncio__loop_call_soon(loop, run_callback, arg, NULL, callback_name, NULL);
    leave_loop(before);
    return handle ? object_ref(handle) : NULL;
}

/* ---- exceptions that JavaScript makes ---- */

/* A group of `count` exceptions, whose references are taken over, as is the array. */
static asyncio_exception *co_exception_group(uint32_t error, asyncio_exception **members, size_t count,
                                             const char *message)
{
    asyncio_exception *group = object_claim(asyncio_exception_group_new(message, members, count));
    if (!group)
        group = exception_take();
    for (size_t i = 0; i < count; i++)
        object_unref(members[i]);
    free(members);
    js_exception_set_error(group, error);
    return group;
}

/* ---- objects across the border ---- */

IMPORT(wrap) uint32_t js_wrap(asyncio_object *object, int type);
IMPORT(unwrap) asyncio_object *js_unwrap(uint32_t value);

/* What can cross, in the order of WRAPPERS in wasm/api/wrappers.mjs. */
static const struct {
    object_type type;
    const char *call;
} shared[] = {{OBJECT_TASK, "asyncio_js_task"},       {OBJECT_FUTURE, "asyncio_js_future"},
              {OBJECT_LOCK, "asyncio_js_lock"},       {OBJECT_SEMAPHORE, "asyncio_js_semaphore"},
              {OBJECT_EVENT, "asyncio_js_event"},     {OBJECT_CONDITION, "asyncio_js_condition"},
              {OBJECT_BARRIER, "asyncio_js_barrier"}, {OBJECT_QUEUE, "asyncio_js_queue"}};
enum { SHARED_TYPES = sizeof shared / sizeof shared[0] };

asyncio_js *asyncio__js_of(asyncio_object *object)
{
    int type = 0;
    while (object && type < SHARED_TYPES && shared[type].type != object->type)
        type++;
    if (object && type < SHARED_TYPES)
        return value_new(js_wrap(object_ref(object), type), object_owner());
    exception_raise_text(ASYNCIO_TYPE_ERROR,
                         "asyncio_js_of() needs a task, future, lock, semaphore, event, condition, barrier or queue");
    return NULL;
}

asyncio_object *asyncio__js_object(asyncio_js *value, int type)
{
    if (!object_check(value, OBJECT_JS, shared[type].call))
        return NULL;
    asyncio_object *object = js_unwrap(value->value);
    return object_check(object, shared[type].type, shared[type].call) ? object : NULL;
}

/* ---- the door ---- */

/* The same list as wasm/api/co.mjs. */
enum {
    CO_REQUEST,
    CO_GO_ON,
    CO_SITE,
    CO_TASK,
    CO_CURRENT,
    CO_CANCEL,
    CO_TASK_INFO,
    CO_NEW,
    CO_RELEASE,
    CO_GATHER,
    CO_SHIELD,
    CO_AS_COMPLETED,
    CO_DO,
    CO_EXCEPTION,
    CO_EXCEPTION_GROUP,
    CO_RESTORE,
    CO_ON_DONE,
    CO_CALL,
    CO_CANCEL_HANDLE
};

#define POINTER(x) ((double)(uintptr_t)(x))

static double co_dispatch(int what, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, double number)
{
    switch (what) {
    case CO_REQUEST: return POINTER(&asked);
    case CO_GO_ON: co_go_on((asyncio_future *)a); return 0;
    case CO_SITE: return POINTER(co_site((const char *)a));
    case CO_TASK:
        return POINTER(co_task((uint32_t)a, (const asyncio_site *)b, (const char *)c, (asyncio_task_group *)d));
    case CO_CURRENT: return POINTER(co_current());
    case CO_CANCEL: return future_cancel((asyncio_future *)a, (const char *)b);
    case CO_TASK_INFO: return co_task_info((asyncio_task *)a, (int)b);
    case CO_NEW: return POINTER(co_new((int)a, number, (void *)b));
    case CO_RELEASE: co_release((asyncio_object *)a, (int)b); return 0;
    case CO_GATHER: return POINTER(co_gather((asyncio_object **)a, b, (int)c));
    case CO_SHIELD: return POINTER(co_shield((asyncio_object *)a));
    case CO_AS_COMPLETED: return POINTER(co_as_completed((asyncio_object **)a, b, number));
    case CO_DO: return co_do((int)a, (void *)b, number, (int)c);
    case CO_EXCEPTION: return POINTER(exception_from_js((uint32_t)a, (const char *)b, (const char *)c));
    case CO_EXCEPTION_GROUP:
        return POINTER(co_exception_group((uint32_t)a, (asyncio_exception **)b, c, (const char *)d));
    case CO_ON_DONE: return co_on_done((asyncio_future *)a, b);
    case CO_CALL: return POINTER(co_call(a, b, number));
    case CO_CANCEL_HANDLE: asyncio_handle_cancel((asyncio_handle *)a); return 0;
    default: return NAN;
    }
}

/* NaN tells that an exception is pending, for asyncio_take_exception. */
double asyncio__js_share(int what, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, double number)
{
    if (what == CO_RESTORE) {
        exception_restore((asyncio_exception *)a);
        return 0;
    }
    double answer = co_dispatch(what, a, b, c, d, number);
    return asyncio_failed() ? NAN : answer;
}
