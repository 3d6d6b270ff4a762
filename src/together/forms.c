/* The coroutine forms of what awaits: coroutine objects that do it when they run, and hold what they do it with. */
#include "base/exceptions.h"
#include "core/coroutines.h"

typedef struct form {
    asyncio_object *with; /* with a reference, or NULL */
    void *value;
    asyncio_predicate *predicate;
    double seconds;
    const asyncio_site *site;
} form;

static void form_end(void *bytes)
{
    object_unref(((form *)bytes)->with);
}

static asyncio_coroutine *form_new(asyncio_body *body, const char *name, form f)
{
    asyncio_coroutine *coro = asyncio__new_coro(body, name, f.site, &f, sizeof f);
    if (coro && f.with) {
        object_ref(f.with);
        argument_end_with(coro->argument, form_end);
    }
    return coro;
}

static asyncio_coroutine *form_of(void *with, object_type type, asyncio_body *body, const char *name, form f)
{
    if (!object_check(with, type, name))
        return NULL;
    f.with = with;
    return form_new(body, name, f);
}

/* What a coroutine returns whose call answers 0 or -1. */
static void *truth(int status)
{
    return (void *)(intptr_t)(status == 0);
}

static void *sleep_body(void *arg)
{
    const form *f = arg;
    return asyncio__sleep(f->seconds, f->site) < 0 ? NULL : f->value;
}

asyncio_coroutine *asyncio__sleep_coro(double seconds, const asyncio_site *site, void *result)
{
    return form_new(sleep_body, "asyncio_sleep", (form){.seconds = seconds, .value = result, .site = site});
}

static void *wait_for_body(void *arg)
{
    const form *f = arg;
    return asyncio__wait_for(f->with, f->seconds, f->site);
}

asyncio_coroutine *asyncio__wait_for_coro(asyncio_object *x, double seconds, const asyncio_site *site)
{
    object_type type = x && x->type == OBJECT_COROUTINE ? OBJECT_COROUTINE : OBJECT_FUTURE;
    return form_of(x, type, wait_for_body, "asyncio_wait_for", (form){.seconds = seconds, .site = site});
}

static void *condition_wait_for_body(void *arg)
{
    const form *f = arg;
    return truth(asyncio__condition_wait_for((asyncio_condition *)f->with, f->predicate, f->value, f->site));
}

asyncio_coroutine *asyncio__condition_wait_for_coro(asyncio_condition *condition, asyncio_predicate *predicate,
                                                    void *arg, const asyncio_site *site)
{
    return form_of(condition, OBJECT_CONDITION, condition_wait_for_body, "asyncio_condition_wait_for",
                   (form){.value = arg, .predicate = predicate, .site = site});
}

static void *queue_put_body(void *arg)
{
    const form *f = arg;
    asyncio__queue_put((asyncio_queue *)f->with, f->value, f->site);
    return NULL;
}

asyncio_coroutine *asyncio__queue_put_coro(asyncio_queue *queue, void *item, const asyncio_site *site)
{
    return form_of(queue, OBJECT_QUEUE, queue_put_body, "asyncio_queue_put", (form){.value = item, .site = site});
}

/* Those that take their object and nothing besides. */
#define FORM(type, constant, name, result)                                                            \
    static void *name##_body(void *arg)                                                               \
    {                                                                                                 \
        const form *f = arg;                                                                          \
        return result(asyncio__##name((asyncio_##type *)f->with, f->site));                           \
    }                                                                                                 \
    asyncio_coroutine *asyncio__##name##_coro(asyncio_##type *type, const asyncio_site *site)         \
    {                                                                                                 \
        return form_of(type, OBJECT_##constant, name##_body, "asyncio_" #name, (form){.site = site}); \
    }
#define AS_NUMBER(number) (void *)(intptr_t)(number)
#define AS_IT_IS(result) (void *)(result)
#define AS_NOTHING(status) ((void)(status), NULL)

FORM(lock, LOCK, lock_acquire, truth)
FORM(semaphore, SEMAPHORE, semaphore_acquire, truth)
FORM(event, EVENT, event_wait, truth)
FORM(condition, CONDITION, condition_acquire, truth)
FORM(condition, CONDITION, condition_wait, truth)
FORM(barrier, BARRIER, barrier_wait, AS_NUMBER)
FORM(queue, QUEUE, queue_get, AS_IT_IS)
FORM(queue, QUEUE, queue_join, AS_NOTHING)

static void *anext_body(void *arg)
{
    const form *f = arg;
    return asyncio__agen_send((asyncio_agen *)f->with, NULL, f->site);
}

asyncio_coroutine *asyncio__anext_coro(asyncio_agen *agen, const asyncio_site *site)
{
    return form_of(agen, OBJECT_AGEN, anext_body, "asyncio_anext", (form){.site = site});
}
