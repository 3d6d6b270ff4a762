/* `async with`: entering and leaving whatever asyncio_with takes. */
#include "base/exceptions.h"
#include "base/guard.h"
#include "together/with.h"

#define ENTER(constant, stem, type) \
    case OBJECT_##constant: return stem##_enter((asyncio_##type *)context, site);
#define EXIT(constant, stem, type) \
    case OBJECT_##constant: stem##_exit((asyncio_##type *)context); break;

static bool with_enter(asyncio_object *context, const asyncio_site *site)
{
    switch (context->type) {
#define KIND(constant, stem, type, noun, label, with, ...) KIND_IF_ALSO_JS(with, ENTER(constant, stem, type))
        OBJECT_KINDS(KIND)
#undef KIND
    default: return object_check(context, OBJECT_LOCK, "asyncio_with");
    }
}

static void with_exit(asyncio_object *context)
{
    switch (context->type) {
#define KIND(constant, stem, type, noun, label, with, ...) KIND_IF_ALSO_JS(with, EXIT(constant, stem, type))
        OBJECT_KINDS(KIND)
#undef KIND
    }
}

static bool with_enter_any(asyncio_object *context, const asyncio_site *site)
{
    switch (context->type) {
#define KIND(constant, stem, type, noun, label, with, ...) KIND_IF_ONLY_C(with, ENTER(constant, stem, type))
        OBJECT_KINDS(KIND)
#undef KIND
    default: return with_enter(context, site);
    }
}

static void with_exit_any(asyncio_object *context)
{
    switch (context->type) {
#define KIND(constant, stem, type, noun, label, with, ...) KIND_IF_ONLY_C(with, EXIT(constant, stem, type))
        OBJECT_KINDS(KIND)
#undef KIND
    default: with_exit(context);
    }
}

/* Enters, with a guard that was made before: what is entered can be left for sure. What was made for the block alone
 * has nobody else who owns it. */
asyncio_object *asyncio__with_enter(asyncio_object *context, bool made_for_it, const asyncio_site *site)
{
    if (!context) {
        if (!asyncio_failed())
            object_check(NULL, OBJECT_LOCK, "asyncio_with");
        return NULL;
    }
    if (context->type == OBJECT_FREED || context->type >= OBJECT_TYPES) {
        object_check(context, OBJECT_LOCK, "asyncio_with");
        return NULL;
    }
    asyncio_object *held = made_for_it ? object_claim(context) : object_ref(context);
    asyncio_object *guard = guard_new(held);
    if (guard && !asyncio_failed() && with_enter_any(context, site))
        return guard;
    object_unref(guard ? guard_open(guard) : held);
    return NULL;
}

void asyncio__with_exit(asyncio_object *guard)
{
    with_exit_any(((struct guard *)guard)->inside);
    object_unref(guard_open(guard));
}
