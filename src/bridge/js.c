/* Promises and coroutines across the border: asyncio_js.h on the C side, wasm/loader/bridge.mjs on the other. */
#include "include/asyncio_js.h"

#include "base/border.h"
#include "core/futures.h"
#include "base/memory.h"
#include "host/host_js.h"
#include "core/tasks.h"

#include <string.h>

IMPORT(abort) void js_abort(uint32_t promise);
IMPORT(unclaimed) void js_unclaimed(uint32_t promise); /* keep what it has come to: nobody here has asked yet */
IMPORT(claim) void js_claim(uint32_t promise);         /* somebody asks now: say it again, if it was said before */
IMPORT(number) double js_number(uint32_t value);
IMPORT(copy) void *js_copy(uint32_t value, int as_text, size_t *length); /* into memory from `allocate`, or NULL */
IMPORT(from_number) uint32_t js_from_number(double number);
IMPORT(from_memory) uint32_t js_from_memory(const void *bytes, size_t length, int as_text);
IMPORT(task_done) void js_task_done(asyncio_task *task, asyncio_exception *exception, const void *result);
IMPORT(coroutine_done) void js_coroutine_done(uint32_t coroutine, asyncio_exception *exception, int cancelled);
IMPORT(retain) uint32_t js_retain(uint32_t value);

/* ---- values ---- */

struct asyncio_js {
    asyncio_object object;
    uint32_t value; /* the bridge's number for it */
    char *text, *bytes;
    size_t length;
};

static asyncio_js *value_new(uint32_t value, list *owner)
{
    asyncio_js *handle = value ? object_new(OBJECT_JS, sizeof *handle, owner) : NULL;
    if (handle)
        handle->value = value;
    else if (value)
        js_release(value);
    return handle;
}

static void border_release(uint32_t js)
{
    js_release(js);
}

static size_t js_value_finalize(asyncio_object *object)
{
    asyncio_js *handle = (asyncio_js *)object;
    js_release(handle->value);
    free(handle->text);
    free(handle->bytes);
    return sizeof *handle;
}

double asyncio_js_number(asyncio_js *value)
{
    return value && object_check(value, OBJECT_JS, "asyncio_js_number") ? js_number(value->value) : NAN;
}

const char *asyncio_js_text(asyncio_js *value)
{
    if (!value || !object_check(value, OBJECT_JS, "asyncio_js_text"))
        return "";
    size_t length;
    if (!value->text)
        value->text = js_copy(value->value, true, &length);
    return value->text ? value->text : "";
}

const void *asyncio_js_bytes(asyncio_js *value, size_t *length)
{
    *length = 0;
    if (!value || !object_check(value, OBJECT_JS, "asyncio_js_bytes"))
        return NULL;
    if (!value->bytes)
        value->bytes = js_copy(value->value, false, &value->length);
    *length = value->bytes ? value->length : 0;
    return value->bytes;
}

asyncio_js *asyncio_js_from_number(double number)
{
    return value_new(js_from_number(number), object_owner());
}

asyncio_js *asyncio_js_from_text(const char *text)
{
    return value_new(js_from_memory(text, strlen(text), true), object_owner());
}

asyncio_js *asyncio_js_from_bytes(const void *bytes, size_t length)
{
    return value_new(js_from_memory(bytes, length, false), object_owner());
}

asyncio_js *asyncio_exception_js(asyncio_exception *exception)
{
    if (!object_check(exception, OBJECT_EXCEPTION, "asyncio_exception_js") || !exception->js)
        return NULL;
    return value_new(js_retain(exception->js), object_owner());
}

EXPORT(value_of) uint32_t js_value_of(const asyncio_js *handle)
{
    return handle ? handle->value : 0;
}

/* For the bridge: memory that this side will free. */
EXPORT(allocate) void *js_allocate(size_t size)
{
    return malloc(size);
}

EXPORT(free) void js_free(void *memory)
{
    free(memory);
}

/* ---- promises ----
 *
 * A promise that a JavaScript function has returned is watched from then on, under a number. So waiting for it takes no
 * further call into JavaScript: asyncio_from_promise writes down here whose it is, and the bridge gives the number when
 * it is settled. The numbers are small, and are used again. */

typedef struct promise_future {
    asyncio_future future;
    uint32_t promise; /* the bridge's number for it, until it is settled */
    bool outstanding; /* counted in js.outstanding: somebody here may be waiting for it */
} promise_future;

static struct {
    promise_future **of; /* by number: NULL for those that nobody has asked for yet */
    size_t capacity;
} promises;

static promise_future settled_before; /* its place in the table: that of one which was settled before anybody asked */

/* Writes down whose a promise is, with a reference to that; false with an exception pending. */
static bool promise_claim(uint32_t promise, promise_future *p)
{
    enum { FIRST = 32 };
    bool may_be_settled = promise >= promises.capacity; /* the table has not had a place for it so far */
    if (may_be_settled) {
        if (!memory_reserve(&promises.of, &promises.capacity, promise + 1, sizeof *promises.of, FIRST)) {
            exception_raise_no_memory();
            return false;
        }
    } else {
        may_be_settled = promises.of[promise] == &settled_before;
        if (promises.of[promise] && !may_be_settled) {
            exception_raise_text(ASYNCIO_RUNTIME_ERROR,
                                 "asyncio_from_promise() was given this promise before: keep the future that it gave");
            return false;
        }
    }
    promises.of[promise] = object_ref(p);
    if (may_be_settled)
        js_claim(promise);
    return true;
}

/* Whose the promise was that is settled now; NULL if nobody has asked yet. Takes over the reference. */
static promise_future *promise_settled(uint32_t promise)
{
    promise_future *p = promise < promises.capacity ? promises.of[promise] : NULL;
    if (promise < promises.capacity)
        promises.of[promise] = p ? NULL : &settled_before;
    if (!p)
        js_unclaimed(promise);
    return p;
}

static void promise_expect(promise_future *p)
{
    p->outstanding = true;
    js.outstanding++;
}

static void promise_expect_no_more(promise_future *p)
{
    if (p->outstanding)
        js.outstanding--;
    p->outstanding = false;
}

static bool promise_cancel(asyncio_future *future, const char *message)
{
    promise_future *p = (promise_future *)future;
    if (future_done(future))
        return false;
    js_abort(p->promise); /* it may never be settled: its number is somebody else's from now on */
    js.owes_turn = true;
    promises.of[p->promise] = NULL;
    promise_expect_no_more(p);
    future_cancel_plainly(future, message);
    object_unref(p);
    return true;
}

static const future_kind promise_kind = {
    .label = "promise", .cancel = promise_cancel, .size = sizeof(promise_future), .holds_result = true};

static promise_future *promise_new(asyncio_promise promise, list *owner)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    promise_future *p = loop ? (promise_future *)future_new(loop, &promise_kind, sizeof *p, owner) : NULL;
    if (!p)
        return NULL;
    p->promise = (uint32_t)(uintptr_t)promise;
    if (!promise_claim(p->promise, p)) {
        object_disown(p);
        return NULL;
    }
    TRACE("future", ID("future", p->future.object.id), TEXT("kind", "promise"), ID("obj", 0));
    promise_expect(p);
    return p;
}

asyncio_future *asyncio__from_promise(asyncio_promise promise)
{
    promise_future *p = promise_new(promise, object_owner());
    return p ? &p->future : NULL;
}

/* ---- promises that say what they bring ----
 *
 * Their futures are nobody's handles: they are there as long as they are awaited. */

NEVER_SUSPENDS bool asyncio__js_await_begins(asyncio_promise promise, const asyncio_site *site)
{
    promise_future *p = promise_new(promise, NULL);
    asyncio_task *task = p ? task_about_to_wait("asyncio_js_await") : NULL;
    if (task)
        wait_begins(task, &p->future, site);
    else
        object_unref(p);
    return task;
}

/* What it has brought, as a handle of the task's own; NULL for undefined, or with an exception pending. */
NEVER_SUSPENDS asyncio_js *asyncio__js_ends_value(void)
{
    asyncio_js *value = NULL;
    asyncio_future *future = object_ref(runtime.task->awaited);
    if (task_goes_on(runtime.task)) {
        value = future->result;
        future->result = NULL;
        list_append(object_owner(), &value->object.owned);
    }
    object_unref(future);
    return value;
}

NEVER_SUSPENDS double asyncio__js_ends_number(void)
{
    asyncio_js *value = asyncio__js_ends_value();
    double number = asyncio_js_number(value);
    if (value)
        object_disown(value);
    return number;
}

NEVER_SUSPENDS const char *asyncio__js_ends_text(void)
{
    asyncio_js *value = asyncio__js_ends_value();
    return asyncio_failed() ? NULL : asyncio_js_text(value);
}

NEVER_SUSPENDS asyncio_bytes asyncio__js_ends_bytes(void)
{
    asyncio_js *value = asyncio__js_ends_value();
    asyncio_bytes bytes = {NULL, 0};
    if (asyncio_failed())
        return bytes;
    bytes.data = asyncio_js_bytes(value, &bytes.length);
    if (!bytes.data)
        exception_raise_text(ASYNCIO_TYPE_ERROR,
                             "what JavaScript returned has no bytes: a string, an ArrayBuffer or a view is needed");
    return bytes;
}

NEVER_SUSPENDS int asyncio__js_ends_nothing(void)
{
    asyncio_task *task = runtime.task;
    task_goes_on(task);
    return task->errors.pending ? -1 : 0;
}

asyncio_js *asyncio_js_take(asyncio_js_value value)
{
    return value_new((uint32_t)(uintptr_t)value, object_owner());
}

SMALL_BEGIN
/* An Error without a counterpart here: its name goes into the message. */
static asyncio_exception *js_error(const char *name, const char *message)
{
    size_t size = strlen(name) + strlen(message) + sizeof ": ";
    char *text = malloc(size);
    if (!text)
        return exception_new(ASYNCIO_MEMORY_ERROR, "");
    snprintf(text, size, "%s: %s", name, message);
    asyncio_exception *e = exception_new(ASYNCIO_JS_ERROR, text);
    free(text);
    return e;
}

static asyncio_exception *exception_from_js(uint32_t error, const char *name, const char *message)
{
    const asyncio_exception_type *type = exception_type_named(name);
    asyncio_exception *e = type ? exception_new(type, message) : js_error(name, message);
    if (exception_is_static(e))
        js_release(error);
    else
        e->js = error;
    return e;
}

SMALL_END

/* A promise was fulfilled: value 0 is undefined. Called between ticks. If `run`, no more is expected at the moment, and
 * the next tick is part of this call, which answers as that does; otherwise nothing runs here. */
EXPORT(fulfill) double js_fulfill(uint32_t promise, uint32_t value, int run)
{
    promise_future *p = promise_settled(promise);
    if (!p || future_done(&p->future)) {
        js_release(value);
    } else {
        promise_expect_no_more(p);
        runtime.cause = (cause){"promise", p->future.object.id};
        future_finish(&p->future, value ? value_new(value, NULL) : NULL);
    }
    object_unref(p);
    return run ? js_tick(false) : 0;
}

/* It was rejected with an Error (or whatever) of that name and message. */
EXPORT(reject) void js_reject(uint32_t promise, uint32_t error, const char *name, const char *message)
{
    promise_future *p = promise_settled(promise);
    if (!p || future_done(&p->future)) {
        js_release(error);
    } else {
        promise_expect_no_more(p);
        runtime.cause = (cause){"promise", p->future.object.id};
        asyncio_exception *e = exception_from_js(error, name, message);
        if (asyncio_isinstance(e, ASYNCIO_CANCELLED_ERROR))
            future_end_cancelled(&p->future, e);
        else
            future_fail(&p->future, e);
    }
    object_unref(p);
}

/* A JavaScript function that C called threw: pending in the caller. */
EXPORT(raise) void js_raise(uint32_t error, const char *name, const char *message)
{
    exception_throw(exception_from_js(error, name, message));
}

/* ---- tasks that JavaScript started ---- */

/* What such a task owes to JavaScript; its argument, if it is memory of ours or a value. */
typedef struct call {
    char *text;
    asyncio_js *value; /* of a coroutine in JavaScript (js_tasks.c): its result, as long as the task is there */
    int32_t coroutine; /* its number, or NO_COROUTINE */
    list values;       /* among several arguments */
} call;

enum { NO_COROUTINE = -1 };

/* The loop that runs, or one for calls alone, which the ticks step. */
static asyncio_loop *loop_for_calls(void)
{
    if (runtime.loop)
        return runtime.loop;
    if (!js.library_loop && (js.library_loop = asyncio_new_event_loop()))
        js.library_loop->running = true;
    return js.library_loop;
}

/* How a task ended, as an exception with a reference, or NULL. */
static asyncio_exception *exception_of_call(asyncio_future *future)
{
    if (future_cancelled(future))
        return future_cancelled_error(future);
    asyncio_exception *e = asyncio_future_exception(future);
    return e ? object_ref(e) : NULL;
}

static void call_drop_arguments(call *c)
{
    free(c->text);
    object_unref(c->value);
    object_disown_all(&c->values);
}

static void call_free(asyncio_task *task)
{
    call_drop_arguments(task->call);
    memory_give(task->call, sizeof *task->call);
    task->call = NULL;
}

static void border_task_ended(asyncio_task *task)
{
    call *c = task->call;
    js.calls--;
    js.owes_turn = true;
    if (c->coroutine != NO_COROUTINE) { /* told, not retrieved: who awaits it retrieves its exception */
        bool failed = future_cancelled(&task->future) || task->future.object.flags & FUTURE_FAILED;
        js_coroutine_done((uint32_t)c->coroutine, failed ? task->future.exception : NULL,
                          future_cancelled(&task->future));
        return;
    }
    asyncio_exception *e = exception_of_call(&task->future);
    js_task_done(task, e, e ? NULL : task->future.result);
    object_unref(e);
    call_free(task);
    object_unref(task);
}

static void border_task_freed(asyncio_task *task)
{
    call_free(task);
}

/* The bridge says what the argument of the next call is: memory that this side now owns (text, or several arguments),
 * or a value; or neither. */
static call next_call;

/* A value among several arguments, before the memory that refers to it. */
EXPORT(prepare_value) asyncio_js *js_prepare_value(uint32_t value)
{
    return value_new(value, &next_call.values);
}

EXPORT(prepare_call) void *js_prepare_call(char *text, uint32_t value)
{
    next_call.text = text;
    next_call.value = value_new(value, NULL);
    next_call.coroutine = NO_COROUTINE;
    return text ? (void *)text : (void *)next_call.value;
}

asyncio_task *asyncio__js_create_task(asyncio_body *body, const char *name, const asyncio_site *site, void *arg)
{
    asyncio_loop *loop = loop_for_calls();
    call *c = loop ? memory_take(sizeof *c) : NULL;
    asyncio_task *task =
        c ? task_new(loop, &(asyncio__spec){.body = body, .coro = name, .site = site, .arg = arg}, NULL) : NULL;
    if (!task) {
        call_drop_arguments(&next_call);
        next_call = (call){0};
        if (c)
            memory_give(c, sizeof *c);
        return NULL;
    }
    *c = (call){next_call.text, next_call.value, next_call.coroutine, {0}};
    list_move_all(&next_call.values, &c->values);
    task->call = c;
    next_call = (call){0};
    js.calls++;
    return task;
}

EXPORT(task_cancel) int js_task_cancel(asyncio_task *task, const char *message)
{
    runtime.cause = (cause){"promise", 0};
    return future_cancel(&task->future, message);
}

EXPORT(task_name) const char *js_task_name(asyncio_task *task)
{
    return asyncio_task_get_name(task);
}

EXPORT(task_id) uint32_t js_task_id(const asyncio_task *task)
{
    return task_id(task);
}

EXPORT(task_set_name) void js_task_set_name(asyncio_task *task, const char *name)
{
    asyncio_task_set_name(task, name);
}

/* ---- exceptions, for the bridge to make Errors of ---- */

SMALL_BEGIN

EXPORT(exception_type) const asyncio_exception_type *js_exception_type(const asyncio_exception *e)
{
    return e->type;
}

EXPORT(type_name) const char *js_type_name(const asyncio_exception_type *type)
{
    return type->name;
}

EXPORT(type_base) const asyncio_exception_type *js_type_base(const asyncio_exception_type *type)
{
    return type->base;
}

EXPORT(exception_message) const char *js_exception_message(const asyncio_exception *e)
{
    return e->message;
}

EXPORT(exception_count) uint32_t js_exception_count(const asyncio_exception *e)
{
    return e->count;
}

EXPORT(exception_member) asyncio_exception *js_exception_member(const asyncio_exception *e, uint32_t index)
{
    return e->members[index];
}

EXPORT(exception_error) uint32_t js_exception_error(const asyncio_exception *e)
{
    return e->js;
}

/* The Error that was made of it: later crossings give the same one. */
EXPORT(exception_set_error) void js_exception_set_error(asyncio_exception *e, uint32_t error)
{
    if (exception_is_static(e))
        js_release(error);
    else
        e->js = error;
}

/* Where it came from, one line for each await, innermost first; memory for `free`. */
EXPORT(exception_stack) char *js_exception_stack(const asyncio_exception *e)
{
    char text[EXCEPTION_SITES * 160], *end = text;
    *end = '\0';
    for (uint32_t i = 0; i < e->sites_count; i++)
        end += snprintf(end, 160, "    at %.60s (%.60s:%d)\n", e->sites[i]->function, e->sites[i]->file,
                        e->sites[i]->line);
    return strdup(text);
}

/* The exception that is pending outside any task, taken, with its reference; or NULL. */
EXPORT(take_exception) asyncio_exception *js_take_exception(void)
{
    return exception_take();
}

EXPORT(drop_exception) void js_drop_exception(asyncio_exception *e)
{
    object_unref(e);
}

SMALL_END
