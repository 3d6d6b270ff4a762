/* 15. Context variables
 *
 * What belongs to a request, without passing it from call to call: contextvars. A variable has a value in each context.
 * A task runs in a copy of the context in which it was made (as does a callback), so it sees what was set before, and
 * what it sets itself is seen by what it calls and by the tasks that it makes, and by nobody else.
 *
 *     static asyncio_contextvar *user;
 *
 *     static void *handle_request(void *arg)
 *     {
 *         asyncio_with (asyncio_contextvar_set(user, arg))
 *             answer();                         printf("%s\n", (char *)asyncio_contextvar_get(user)) in there
 *         return NULL;
 *     }
 *
 *     ASYNCIO_CONTEXTVAR(user, "user");     at the top of the file
 */
#ifndef ASYNCIO_CONTEXTVARS_H
#define ASYNCIO_CONTEXTVARS_H

/* contextvars.ContextVar(name, default=...) at the top of a file, where Python programs make theirs: defines
 * `asyncio_contextvar *user`, which is there before main() and for ever. What it is set to goes along into the
 * functions that asyncio_to_thread calls, as an argument does: a number, or a struct that is copied (asyncio_args).
 * What a function sets there stays there.
 *
 *     ASYNCIO_CONTEXTVAR(user, "user");
 *     ASYNCIO_CONTEXTVAR(user, "user", "nobody");         with a default */
#define ASYNCIO_CONTEXTVAR(variable, name, ...)                                                  \
    static asyncio__contextvar_storage variable##_storage_;                                      \
    static asyncio_contextvar *const variable = (asyncio_contextvar *)&variable##_storage_;      \
    __attribute__((constructor)) static void variable##_make_(void)                              \
    {                                                                                            \
        asyncio__make_contextvar(&variable##_storage_, (name), ASYNCIO__COUNT(__VA_ARGS__) != 0, \
                                 ASYNCIO__FIRST(__VA_ARGS__ __VA_OPT__(, ) NULL));               \
    }                                                                                            \
    static asyncio_contextvar *const variable

/* The same while the program runs. Make it once, in main(), and keep it. The name is copied. Into threads its value
 * goes along natively alone: in WebAssembly it does not exist there.
 *
 *     asyncio_contextvar_new("user")
 *     asyncio_contextvar_new("user", "nobody")          with a default */
#define asyncio_contextvar_new(name, ...) \
    asyncio__new_contextvar((name), ASYNCIO__COUNT(__VA_ARGS__) != 0, ASYNCIO__FIRST(__VA_ARGS__ __VA_OPT__(, ) NULL))
const char *asyncio_contextvar_name(const asyncio_contextvar *variable);

/* ContextVar.get: the value in the current context; otherwise the fallback, if one is given here, or the variable's
 * default; otherwise NULL with LookupError.
 *
 *     asyncio_contextvar_get(user)
 *     asyncio_contextvar_get(user, "nobody") */
#define asyncio_contextvar_get(variable, ...)                             \
    asyncio__contextvar_get((variable), ASYNCIO__COUNT(__VA_ARGS__) != 0, \
                            ASYNCIO__FIRST(__VA_ARGS__ __VA_OPT__(, ) NULL))

/* ContextVar.set: gives it a value in the current context. What a pointer points to stays yours, and has to live as
 * long as tasks that were made meanwhile; asyncio_args copies it instead:
 *
 *     asyncio_contextvar_set(user, "ann")
 *     asyncio_contextvar_set(request, asyncio_args(struct request, 17, "GET"))
 *
 * Returns a token with which asyncio_contextvar_reset restores what was before: once, and in the same context. It is
 * yours like any object (drop it in a long loop); asyncio_with resets at the end of its block and drops it.
 * NULL with MemoryError. */
#define asyncio_contextvar_set(variable, ...) \
    asyncio__contextvar_set((variable), (asyncio__value_options){.self = 0, __VA_ARGS__})

/* ContextVar.reset: 0, or -1 with RuntimeError for a token that was used, ValueError for one of another variable or
 * from another context. */
int asyncio_contextvar_reset(asyncio_contextvar *variable, asyncio_contextvar_token *token);
asyncio_contextvar *asyncio_contextvar_token_var(const asyncio_contextvar_token *token); /* Token.var */
void *asyncio_contextvar_token_old_value(const asyncio_contextvar_token *token); /* Token.old_value; NULL for none */

/* contextvars.copy_context, contextvars.Context, Context.copy: a context to run things in. Copying takes no time. */
asyncio_context *asyncio_copy_context(void);
asyncio_context *asyncio_context_new(void); /* an empty one */
asyncio_context *asyncio_context_copy(const asyncio_context *context);

/* Context.run: calls function(arg) in the context and returns what that does. May suspend if the function does. NULL
 * with RuntimeError if the context is entered already, also if it is the current one. To have a task or callback run in
 * a context, give it as .context:
 *
 *     asyncio_create_task(work, arg, .context = context)
 *     asyncio_loop_call_soon(loop, callback, arg, .context = context)
 *     asyncio_task_add_done_callback(task, callback, arg, .context = context) */
void *(asyncio_context_run)(asyncio_context * context, asyncio_body *function, void *arg);
#define asyncio_context_run(context, f, ...)                               \
    (ASYNCIO__REQUIRE_BODY(f, #f, "asyncio_context_run(context, f, arg)"), \
     asyncio_context_run((context), (f), (__VA_ARGS__)))

/* context.get(variable) / context[variable], `variable in context`, len(context). What was never set in it counts as
 * missing, whatever the variable's default: the fallback if one is given, otherwise NULL with KeyError. */
#define asyncio_context_get(context, variable, ...)                               \
    asyncio__context_get((context), (variable), ASYNCIO__COUNT(__VA_ARGS__) != 0, \
                         ASYNCIO__FIRST(__VA_ARGS__ __VA_OPT__(, ) NULL))
bool asyncio_context_contains(const asyncio_context *context, const asyncio_contextvar *variable);
size_t asyncio_context_len(const asyncio_context *context);

/* Task.get_context: the context that it runs in. */
asyncio_context *asyncio_task_get_context(asyncio_task *task);

#endif
