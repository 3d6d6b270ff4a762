/* What every handle begins with: its type, who refers to it, and whose it is.
 *
 * An object lives while its count of references is above zero. A user's handles are references too: one held by the
 * owner (the task that was running when the object was made, or its loop, or the program), which lets go when it ends,
 * and one for each asyncio_keep. The runtime's own references (a scheduled task, a future that is waited for) are the
 * rest. */
#ifndef OBJECT_H
#define OBJECT_H

#include "include/asyncio.h"
#include "base/attributes.h"
#include "base/kinds.h"
#include "base/list.h"

struct asyncio_object {
    uint8_t type;
    uint8_t flags; /* the type's own use */
    uint16_t kept; /* references from asyncio_keep */
    uint32_t refs;
    uint32_t id; /* in the trace; counted in the order of making, so the same in every run */
    list owned;  /* in its owner's list, if that still refers to it */
};

/* A new object with one reference: its owner's, if `owner` is given, otherwise the caller's. NULL with MemoryError. */
static void *object_new(object_type type, size_t size, list *owner);

/* The list of whoever makes things now: the running generator or task, else the running loop, else the program. A door:
 * behind it stands core/here.c. */
static list *object_owner(void);

static void *object_ref(void *object);

/* Lets go of a reference; NULL is ignored. */
static void object_end(asyncio_object *object); /* that was the last one */
INLINED void object_unref(void *pointer)
{
    asyncio_object *object = pointer;
    if (object && --object->refs == 0)
        object_end(object);
}

/* Takes the reference of a new object's owner over: it is the caller's. Returns the object; NULL is ignored. */
static void *object_claim(void *pointer);

/* Lets go of one object before its owner ends. */
static void object_disown(void *pointer);

/* Lets go of everything that an ending owner owns. */
static void object_disown_all(list *owner);

/* What a kind is called in traces: "lock", "task_group". */
static const char *object_label(const asyncio_object *object);

/* Whether a handle that a user gave is live and of the type; if not, an error that says what it is instead is raised.
 * */
COLD static bool object_complain(const asyncio_object *object, object_type type, const char *call);

static inline bool object_check(const void *pointer, object_type type, const char *call)
{
    const asyncio_object *object = pointer;
    if (object && (object->type == type || (type == OBJECT_FUTURE && object->type == OBJECT_TASK)))
        return true;
    return object_complain(object, type, call);
}

#endif
