/* 3. Exceptions
 *
 * An exception is an object, and one may be *pending* on the running task: it has been raised and not yet taken.
 * A call that fails returns NULL, -1 or false with the exception pending. Returning passes it on to the caller. While
 * one is pending, every call that may suspend fails at once with it, so that a forgotten check loses no error and waits
 * for nothing.
 *
 *     try:
 *         await sleep(1)              asyncio_sleep(1);
 *     except CancelledError as e:     asyncio_except_as (e, ASYNCIO_CANCELLED_ERROR) {
 *         print(e)                        puts(asyncio_exception_message(e));
 *         raise                           return asyncio_reraise();
 *                                     }
 *
 *     raise ValueError("no 7")        return asyncio_raise(ASYNCIO_VALUE_ERROR, "no %d", 7);
 */
#ifndef ASYNCIO_EXCEPTIONS_H
#define ASYNCIO_EXCEPTIONS_H

#include "exception_types.h"

/* The types: ASYNCIO_VALUE_ERROR, ASYNCIO_CANCELLED_ERROR, ASYNCIO_TIMEOUT_ERROR, ... as in exception_types.h.
 * A type is a constant pointer, so that types can be compared, stored and passed. */
struct asyncio_exception_type {
    const char *name;
    const asyncio_exception_type *base; /* itself for BaseException */
};
#define ASYNCIO__DECLARE(constant, name, base) extern const asyncio_exception_type ASYNCIO_##constant[1];
ASYNCIO_EXCEPTION_TYPES(ASYNCIO__DECLARE)
#undef ASYNCIO__DECLARE

/* A type of the program's own, at file scope: ASYNCIO_EXCEPTION_TYPE(parse_error, "ParseError", ASYNCIO_VALUE_ERROR);
 * it is then used like the others: asyncio_raise(parse_error, "line %d", 3). */
#define ASYNCIO_EXCEPTION_TYPE(identifier, text, base_type) \
    static const asyncio_exception_type identifier[1] = {{(text), (base_type)}}

/* `raise TYPE(message)`: makes an exception pending; what was pending before, or else what is handled here, becomes its
 * context. The message is made as by printf, and may be left out. Always returns NULL, so that a body can
 * `return asyncio_raise(...)`. Type NULL is a TypeError. */
#define asyncio_raise(type, ...) asyncio__raise(ASYNCIO_HERE, NULL, (type)ASYNCIO__MESSAGE(__VA_ARGS__))

/* `raise TYPE(message) from cause`; the cause is its context, too, if there is no other. */
#define asyncio_raise_from(cause, type, ...) asyncio__raise(ASYNCIO_HERE, (cause), (type)ASYNCIO__MESSAGE(__VA_ARGS__))

/* `raise e`, for an exception object. Returns NULL. */
void *asyncio_raise_exception(asyncio_exception *exception);

/* Whether an exception is pending on the running task (outside any task: on the thread). */
bool asyncio_failed(void);

/* The pending exception or NULL; it stays pending. */
asyncio_exception *asyncio_pending(void);

/* `except TYPE as e:` a block that runs if an exception of this type, or of one derived from it, is pending: it is
 * taken, and is e. asyncio_except_do is the same without a name. Until the block ends, however it does, this is the
 * exception that is being handled, as in Python, also in functions that the block calls and in generators that they
 * ask: what is raised has it as its context, and asyncio_reraise raises it again. A task keeps what it handles while
 * others run. `break` and `continue` are as in asyncio_with: `continue` ends the block.
 *
 *     asyncio_except_as (e, ASYNCIO_KEY_ERROR) {
 *         return asyncio_raise(ASYNCIO_VALUE_ERROR, "no such row: %s", asyncio_exception_message(e));
 *     }
 *
 * What is raised in the block and not taken there is pending after it: `return` then, as a block for another type that
 * follows would take it. e is good as what asyncio_except returns. Without memory the block does not run, and
 * MemoryError is pending. */
#define asyncio_except_as(e, type) ASYNCIO__EXCEPT_AS(e, asyncio__handler_enter(type), __COUNTER__)
#define asyncio_except_do(type) ASYNCIO__EXCEPT(asyncio__handler_enter(type), __COUNTER__)

/* The same as a call: takes the pending exception if it is of this type or of one derived from it, and returns it;
 * otherwise returns NULL and leaves it pending. The exception is good for as long as something refers to it, and at
 * least until this task has taken sixteen more; hold it longer with asyncio_keep().
 *
 * Where you have done with it, C does not tell. It counts as handled in the function that took it, and there alone,
 * until that takes another or raises, or the block around it ends: the next asyncio_raise of the function has it as its
 * context, asyncio_reraise raises it again, whatever other functions have taken meanwhile. So it cannot know these:
 * that one `if` stands in another, after which the inner one's exception is raised again, and not the outer one's (a
 * block in place of either puts it right); that the `if` has ended, after which an asyncio_raise in the same function
 * still gets the context; that the function has returned, if this task calls it again; and what a function that is
 * called handles is not what its caller does.
 * Where that matters, write the block. */
#define asyncio_except(type) asyncio__except((type), __func__)

/* `except* TYPE as eg:` takes what matches out of a pending exception group and returns it as a group of the same
 * shape; the rest stays pending. A single exception that matches comes in a group of one. NULL if nothing matches. */
#define asyncio_except_star(type) asyncio__except_star((type), __func__)

/* `raise` alone: what is handled here is pending again, as it was. That is the exception of the innermost block that is
 * open (asyncio_except_as, asyncio_finally), wherever that stands, or what this function has taken by asyncio_except
 * within it. If an exception is pending, that stays so. Returns NULL. RuntimeError if nothing is handled. */
#define asyncio_reraise() asyncio__reraise(__func__)

/* `finally:` a block that runs with nothing pending, so that it can await; what was pending is pending again at its
 * end. In the block that one is being handled: what is raised there has it as its context, and wins if it is not taken.
 * It runs where it stands: place it where both paths come by. `break` and `continue` are as in asyncio_with.
 *
 *     void *row = read_row(key);
 *     asyncio_finally {
 *         asyncio_lock_release(lock);
 *     }
 *     return row;
 */
#define asyncio_finally ASYNCIO__FINALLY(__COUNTER__)

/* `TYPE(message)`: a new exception object that is not raised, for asyncio_future_set_exception and the like. The
 * message is made as by printf, and may be left out. NULL with TypeError for type NULL. */
#define asyncio_exception_new(type, ...) asyncio__exception_new((type)ASYNCIO__MESSAGE(__VA_ARGS__))

const asyncio_exception_type *asyncio_exception_get_type(const asyncio_exception *exception); /* type(e) */
const char *asyncio_exception_name(const asyncio_exception *exception);    /* type(e).__name__, "ValueError" */
const char *asyncio_exception_message(const asyncio_exception *exception); /* str(e); "" if it was raised with none */
asyncio_exception *asyncio_exception_cause(const asyncio_exception *exception);   /* e.__cause__ or NULL */
asyncio_exception *asyncio_exception_context(const asyncio_exception *exception); /* e.__context__ or NULL */

/* isinstance(e, type); false for NULL. */
bool asyncio_isinstance(const asyncio_exception *exception, const asyncio_exception_type *type);

/* ExceptionGroup(message, members): an ExceptionGroup if every member is an Exception, else a BaseExceptionGroup.
 * ValueError for no members. */
asyncio_exception *asyncio_exception_group_new(const char *message, asyncio_exception *const *members, size_t count);

/* eg.message; asyncio_exception_message is str(eg), which says how many there are: "message (2 sub-exceptions)". */
const char *asyncio_exception_group_message(const asyncio_exception *group);

/* len(eg.exceptions), 0 for an exception that is no group; and eg.exceptions[index], NULL beyond the end. */
size_t asyncio_exception_group_count(const asyncio_exception *group);
asyncio_exception *asyncio_exception_group_get(const asyncio_exception *group, size_t index);

/* eg.split(type), eg.subgroup(type): what matches, as a group of the same shape, and the rest; NULL for nothing. The
 * group itself stays as it is; an exception that is no group is all match or all rest. The parts are good for as long
 * as what asyncio_except takes. 0, or -1 with MemoryError. split_by is split with a predicate. */
typedef bool asyncio_exception_predicate(const asyncio_exception *exception, void *arg);
int asyncio_exception_group_split(asyncio_exception *group, const asyncio_exception_type *type,
                                  asyncio_exception **match, asyncio_exception **rest);
int asyncio_exception_group_split_by(asyncio_exception *group, asyncio_exception_predicate *predicate, void *arg,
                                     asyncio_exception **match, asyncio_exception **rest);
asyncio_exception *asyncio_exception_group_subgroup(asyncio_exception *group, const asyncio_exception_type *type);

#endif
