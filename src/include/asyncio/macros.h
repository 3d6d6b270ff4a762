/* What the macros above stand on. Nothing below is for use by name. */
#ifndef ASYNCIO_MACROS_H
#define ASYNCIO_MACROS_H

/* What x is, checked by the compiler: the branch for its type is x itself, and there is no other. */
#define ASYNCIO__AWAITABLE(x) \
    ((asyncio_object *)_Generic((x), asyncio_task *: (x), asyncio_future *: (x), asyncio_coroutine *: (x)))
#define ASYNCIO__CONTEXT(x)               \
    ((asyncio_object *)_Generic((x),      \
         asyncio_lock *: (x),             \
         asyncio_semaphore *: (x),        \
         asyncio_task_group *: (x),       \
         asyncio_condition *: (x),        \
         asyncio_barrier *: (x),          \
         asyncio_timeout *: (x),          \
         asyncio_runner *: (x),           \
         asyncio_contextvar_token *: (x), \
         asyncio_executor *: (x),         \
         asyncio_agen *: (x),             \
         asyncio_context_manager *: (x)))
#define ASYNCIO__ITERABLE(x) \
    ((asyncio_object *)_Generic((x), asyncio_agen *: (x), asyncio_aiter *: (x), asyncio_as_completed *: (x)))

/* Whether what is written in asyncio_with's parentheses makes a timeout or a token there and then: it goes when the
 * block ends. */
#define ASYNCIO__BEGINS(text, name) \
    (sizeof(text) > sizeof(name) && __builtin_memcmp((text), (name), sizeof(name) - 1) == 0)
#define ASYNCIO__MADE_FOR_IT(text)                                                                   \
    ((ASYNCIO__BEGINS(text, "asyncio_timeout") || ASYNCIO__BEGINS(text, "asyncio_contextvar_set") || \
      ASYNCIO__BEGINS(text, "asyncio_context_manager_new")) &&                                       \
     (text)[sizeof(text) - 2] == ')')
#define ASYNCIO__OBJECT(x)                 \
    ((asyncio_object *)_Generic((x),       \
         asyncio_task *: (x),              \
         asyncio_future *: (x),            \
         asyncio_coroutine *: (x),         \
         asyncio_runner *: (x),            \
         asyncio_handle *: (x),            \
         asyncio_exception *: (x),         \
         asyncio_task_group *: (x),        \
         asyncio_lock *: (x),              \
         asyncio_semaphore *: (x),         \
         asyncio_event *: (x),             \
         asyncio_condition *: (x),         \
         asyncio_barrier *: (x),           \
         asyncio_queue *: (x),             \
         asyncio_timeout *: (x),           \
         asyncio_as_completed *: (x),      \
         asyncio_context *: (x),           \
         asyncio_contextvar *: (x),        \
         asyncio_contextvar_token *: (x),  \
         asyncio_agen *: (x),              \
         asyncio_aiter *: (x),             \
         asyncio_context_manager *: (x),   \
         asyncio_executor *: (x),          \
         asyncio_concurrent_future *: (x), \
         struct asyncio_js *: (x),         \
         asyncio_object *: (x)))
#define ASYNCIO__ARRAY(x)                   \
    ((asyncio_object *const *)_Generic((x), \
         asyncio_task * *: (x),             \
         asyncio_task *const *: (x),        \
         asyncio_future **: (x),            \
         asyncio_future *const *: (x),      \
         asyncio_coroutine **: (x),         \
         asyncio_coroutine *const *: (x)))
#define ASYNCIO__FUTURES(x)                 \
    ((asyncio_object *const *)_Generic((x), \
         asyncio_task * *: (x),             \
         asyncio_task *const *: (x),        \
         asyncio_future **: (x),            \
         asyncio_future *const *: (x)))

/* The arguments of gather as a list of objects, filled in their order. It is not an array of the caller's: that would
 * be part of the caller's stack frame, and keep its whole stack in use while it waits. */
#define ASYNCIO__COUNT(...)                                                                                            \
    ASYNCIO__COUNT_(__VA_ARGS__ __VA_OPT__(, ) 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, \
                    14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define ASYNCIO__COUNT_(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, \
                        a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, n, ...)                        \
    n
#define ASYNCIO__LIST(...)                                                             \
    (__extension__({                                                                   \
        asyncio__list *asyncio_list_ = asyncio__list_new(ASYNCIO__COUNT(__VA_ARGS__)); \
        __VA_OPT__(ASYNCIO__EACH(ASYNCIO__NEXT(__VA_ARGS__)))                          \
        asyncio_list_;                                                                 \
    }))
#define ASYNCIO__NEXT(x, ...)                                \
    asyncio__list_add(asyncio_list_, ASYNCIO__AWAITABLE(x)); \
    __VA_OPT__(ASYNCIO__AGAIN ASYNCIO__PAREN(__VA_ARGS__))
#define ASYNCIO__AGAIN() ASYNCIO__NEXT
#define ASYNCIO__PAREN ()
#define ASYNCIO__EACH(...) ASYNCIO__EACH3(ASYNCIO__EACH3(ASYNCIO__EACH3(ASYNCIO__EACH3(__VA_ARGS__))))
#define ASYNCIO__EACH3(...) ASYNCIO__EACH2(ASYNCIO__EACH2(ASYNCIO__EACH2(ASYNCIO__EACH2(__VA_ARGS__))))
#define ASYNCIO__EACH2(...) ASYNCIO__EACH1(ASYNCIO__EACH1(__VA_ARGS__))
#define ASYNCIO__EACH1(...) __VA_ARGS__

/* Keyword arguments. `self` stands first so that what follows may be positional, named, or missing. */
typedef struct {
    int self;
    void *arg;
    size_t size;
    void **result;
    asyncio_exception **exception;
    int debug; /* negative: not given */
    asyncio_loop_factory *loop_factory;
    asyncio_clock clock;
    long seed;
    double jitter;
} asyncio__run_options;

typedef struct {
    int self;
    asyncio_clock clock;
    long seed;
    double jitter;
} asyncio__schedule_options;

typedef struct {
    int self;
    void *arg;
    size_t size;
    long seeds, first;
    double jitter;
    asyncio_exception **exception;
} asyncio__explore_options;

typedef struct {
    int self;
    int debug;
    asyncio_loop_factory *loop_factory;
} asyncio__runner_options;

typedef struct {
    int self;
    void *arg;
    size_t size; /* of what arg points to, if that is to be copied */
    const char *name;
    asyncio_context *context;
    int eager_start;
} asyncio__task_options;

typedef struct {
    int self;
    void *arg;
    asyncio_context *context;
} asyncio__callback_options;

/* What a coroutine object or task is made of. */
typedef struct {
    asyncio_body *body;
    const char *coro; /* the body's name */
    const asyncio_site *site;
    void *arg;
    size_t size;
    const char *name; /* the task's, as are the next two */
    asyncio_context *context;
    int eager_start;
} asyncio__spec;

typedef struct {
    int self;
    void *value;
    size_t size; /* of what value points to, if that is to be copied */
} asyncio__value_options;

typedef struct {
    int self;
    const char *message;
} asyncio__cancel_options;

typedef struct {
    int self;
    bool immediate;
} asyncio__shutdown_options;

typedef struct {
    int self;
    double timeout;
    asyncio_return_when return_when;
} asyncio__wait_options;

typedef struct {
    int self;
    int limit;
    FILE *file;
} asyncio__stack_options;

typedef struct {
    int self;
    const void *x; /* a task or a future */
    FILE *file;
    int limit;
} asyncio__graph_options;

typedef struct {
    int self;
    asyncio_loop *loop; /* NULL: the running one */
} asyncio__loop_options;

typedef struct {
    int self;
    asyncio_loop *loop;
    FILE *file;
} asyncio__tasks_options;

typedef struct {
    int self;
    void *arg;
    size_t size;
} asyncio__thread_options;

#define ASYNCIO__USUAL (-__LONG_MAX__ - 1) /* as many workers as are usual */

typedef struct {
    int self;
    long max_workers;
} asyncio__executor_options;

typedef struct {
    int self;
    bool wait, cancel_futures;
} asyncio__executor_shutdown_options;

#define ASYNCIO__FIRST(x, ...) (x)

/* A format and its arguments, or what stands for none; with the comma before them. */
#define ASYNCIO__MESSAGE(...) ASYNCIO__PICK(__VA_OPT__(ASYNCIO__SOME, ) ASYNCIO__NONE, )(__VA_ARGS__)
#define ASYNCIO__PICK(x, ...) x
#define ASYNCIO__SOME(...) , __VA_ARGS__
#define ASYNCIO__NONE() , "%s", ""

/* An expression in which a field may be given a default and then a value. */
#define ASYNCIO__WITH_DEFAULTS(...)                                                                         \
    (__extension__({                                                                                        \
        _Pragma("GCC diagnostic push")                                                                      \
            _Pragma("GCC diagnostic ignored \"-Woverride-init\"") __auto_type asyncio_value_ = __VA_ARGS__; \
        _Pragma("GCC diagnostic pop") asyncio_value_;                                                       \
    }))

int asyncio__run(asyncio_body *main, const char *name, const asyncio_site *site, asyncio__run_options options);
int asyncio__run_of(asyncio_coroutine *main, const char *name, const asyncio_site *site, asyncio__run_options options);
asyncio_runner *asyncio__new_runner(asyncio__runner_options options);
void *asyncio__runner_run(asyncio_runner *runner, asyncio_body *body, const char *coro, const asyncio_site *site,
                          asyncio__task_options options);
void *asyncio__runner_run_coro(asyncio_runner *runner, asyncio_coroutine *object, const char *coro,
                               const asyncio_site *site, asyncio__task_options options);
asyncio_coroutine *asyncio__new_coro(asyncio_body *body, const char *name, const asyncio_site *site, void *arg,
                                     size_t size);
void *asyncio__await(asyncio_object *awaitable, const asyncio_site *site);
void asyncio__suspend(void);
bool asyncio__await_begins(asyncio_object *future, const asyncio_site *site);
void *asyncio__await_at_once(asyncio_object *future, const asyncio_site *site);
void *asyncio__await_ends(void);
bool asyncio__sleep_begins(double seconds, const asyncio_site *site);
int asyncio__sleep_ends(void);

/* Here, so that a task that waits has no frame of the library's to put away. */
static inline __attribute__((always_inline)) void *asyncio__await_future(asyncio_object *future,
                                                                         const asyncio_site *site)
{
    if (!asyncio__await_begins(future, site))
        return asyncio__await_at_once(future, site);
    asyncio__suspend();
    return asyncio__await_ends();
}

static inline __attribute__((always_inline)) int asyncio__sleep(double seconds, const asyncio_site *site)
{
    if (!asyncio__sleep_begins(seconds, site))
        return -1;
    asyncio__suspend();
    return asyncio__sleep_ends();
}

/* With a result: that, or NULL with an exception pending. */
static inline __attribute__((always_inline)) void *asyncio__sleep_for(double seconds, const asyncio_site *site,
                                                                      void *result)
{
    return asyncio__sleep(seconds, site) < 0 ? NULL : result;
}

asyncio_coroutine *asyncio__sleep_coro(double seconds, const asyncio_site *site, void *result);
asyncio_coroutine *asyncio__wait_for_coro(asyncio_object *x, double seconds, const asyncio_site *site);
asyncio_coroutine *asyncio__lock_acquire_coro(asyncio_lock *lock, const asyncio_site *site);
asyncio_coroutine *asyncio__semaphore_acquire_coro(asyncio_semaphore *semaphore, const asyncio_site *site);
asyncio_coroutine *asyncio__event_wait_coro(asyncio_event *event, const asyncio_site *site);
asyncio_coroutine *asyncio__condition_acquire_coro(asyncio_condition *condition, const asyncio_site *site);
asyncio_coroutine *asyncio__condition_wait_coro(asyncio_condition *condition, const asyncio_site *site);
asyncio_coroutine *asyncio__condition_wait_for_coro(asyncio_condition *condition, asyncio_predicate *predicate,
                                                    void *arg, const asyncio_site *site);
asyncio_coroutine *asyncio__barrier_wait_coro(asyncio_barrier *barrier, const asyncio_site *site);
asyncio_coroutine *asyncio__queue_put_coro(asyncio_queue *queue, void *item, const asyncio_site *site);
asyncio_coroutine *asyncio__queue_get_coro(asyncio_queue *queue, const asyncio_site *site);
asyncio_coroutine *asyncio__queue_join_coro(asyncio_queue *queue, const asyncio_site *site);
asyncio_coroutine *asyncio__anext_coro(asyncio_agen *agen, const asyncio_site *site);

asyncio_exception *asyncio__exception_new(const asyncio_exception_type *type, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
asyncio_future *asyncio__future(asyncio__loop_options options);
size_t asyncio__all_tasks(asyncio_task **tasks, size_t max, asyncio__loop_options options);
void *asyncio__raise(const asyncio_site *site, asyncio_exception *cause, const asyncio_exception_type *type,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));
asyncio_exception *asyncio__except(const asyncio_exception_type *type, const char *function);
asyncio_exception *asyncio__except_star(const asyncio_exception_type *type, const char *function);
void *asyncio__reraise(const char *function);
asyncio_object *asyncio__handler_enter(const asyncio_exception_type *type);
asyncio_exception *asyncio__handler_exception(asyncio_object *guard);
void asyncio__handler_exit(asyncio_object *guard);
asyncio_object *asyncio__finally_enter(void);
void asyncio__finally_exit(asyncio_object *guard);

asyncio_task *asyncio__new_task(asyncio_body *body, const char *coro, const asyncio_site *site, void *arg, size_t size,
                                const char *name, asyncio_context *context, int eager_start);
asyncio_task *asyncio__new_task_of(asyncio_coroutine *coro, const asyncio_site *site, const char *name,
                                   asyncio_context *context, int eager_start);
asyncio_task *asyncio__task_of(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio_site *site, const char *name,
                               asyncio_context *context, int eager_start);
asyncio_task *asyncio__loop_task_of(asyncio_loop *loop, asyncio_coroutine *coro, const asyncio_site *site,
                                    const char *name, asyncio_context *context, int eager_start);
int asyncio__spawn_task(asyncio_body *body, const char *coro, const asyncio_site *site, void *arg, size_t size,
                        const char *name, asyncio_context *context, int eager_start);
int asyncio__task_add_done_callback(asyncio_task *task, asyncio_task_callback *callback, const char *name, void *arg,
                                    asyncio_context *context);
int asyncio__future_add_done_callback(asyncio_future *future, asyncio_future_callback *callback, const char *name,
                                      void *arg, asyncio_context *context);
bool asyncio__cancel_task(asyncio_task *task, const char *message);
bool asyncio__cancel_future(asyncio_future *future, const char *message);
asyncio_future *asyncio__ensure_future(asyncio_object *awaitable, const asyncio_site *site);
typedef struct asyncio__list asyncio__list;
asyncio__list *asyncio__list_new(size_t count);
void asyncio__list_add(asyncio__list *list, asyncio_object *object);
asyncio_future *asyncio__gather_list(asyncio__list *list, bool return_exceptions, const asyncio_site *site);
asyncio_future *asyncio__gather(size_t count, asyncio_object *const *awaitables, bool return_exceptions,
                                const asyncio_site *site);

asyncio_object *asyncio__with_enter(asyncio_object *context, bool made_for_it, const asyncio_site *site);
void asyncio__with_exit(asyncio_object *guard);
asyncio_task *asyncio__new_group_task(asyncio_task_group *group, asyncio_body *body, const char *coro,
                                      const asyncio_site *site, void *arg, size_t size, const char *name,
                                      asyncio_context *context, int eager_start);
asyncio_task *asyncio__new_group_task_of(asyncio_task_group *group, asyncio_coroutine *coro, const asyncio_site *site,
                                         const char *name, asyncio_context *context, int eager_start);

int asyncio__lock_acquire(asyncio_lock *lock, const asyncio_site *site);
int asyncio__semaphore_acquire(asyncio_semaphore *semaphore, const asyncio_site *site);
int asyncio__event_wait(asyncio_event *event, const asyncio_site *site);

int asyncio__condition_acquire(asyncio_condition *condition, const asyncio_site *site);
int asyncio__condition_wait(asyncio_condition *condition, const asyncio_site *site);
int asyncio__condition_wait_for(asyncio_condition *condition, asyncio_predicate *predicate, void *arg,
                                const asyncio_site *site);
int asyncio__notify(asyncio_condition *condition, long count);
int asyncio__barrier_wait(asyncio_barrier *barrier, const asyncio_site *site);
int asyncio__barrier_reset(asyncio_barrier *barrier, const asyncio_site *site);
int asyncio__barrier_abort(asyncio_barrier *barrier, const asyncio_site *site);

int asyncio__queue_put(asyncio_queue *queue, void *item, const asyncio_site *site);
void *asyncio__queue_get(asyncio_queue *queue, const asyncio_site *site);
int asyncio__queue_join(asyncio_queue *queue, const asyncio_site *site);
void asyncio__shut_down_queue(asyncio_queue *queue, bool immediate);

asyncio_timeout *asyncio__timeout(double seconds);
asyncio_timeout *asyncio__timeout_at(double when);
int asyncio__wait_until(asyncio_object *const *futures, size_t count, double timeout, asyncio_return_when return_when,
                        const asyncio_site *site);
asyncio_as_completed *asyncio__begin_as_completed(asyncio_object *const *awaitables, size_t count, double timeout,
                                                  const asyncio_site *site);
asyncio_future *asyncio__next_as_completed(asyncio_as_completed *iterator, const asyncio_site *site);
asyncio_future *asyncio__shield(asyncio_object *awaitable, const asyncio_site *site);
void *asyncio__wait_for(asyncio_object *awaitable, double seconds, const asyncio_site *site);

void *asyncio__loop_run_until_complete(asyncio_loop *loop, asyncio_object *awaitable, const asyncio_site *site);
asyncio_handle *asyncio__loop_call_soon(asyncio_loop *loop, asyncio_callback *callback, void *arg,
                                        asyncio_context *context, const char *name, const asyncio_site *site);
asyncio_handle *asyncio__loop_call_later(asyncio_loop *loop, double delay, asyncio_callback *callback, void *arg,
                                         asyncio_context *context, const char *name, const asyncio_site *site);
asyncio_handle *asyncio__loop_call_at(asyncio_loop *loop, double when, asyncio_callback *callback, void *arg,
                                      asyncio_context *context, const char *name, const asyncio_site *site);

asyncio_agen *asyncio__new_agen(asyncio_body *body, const char *name, const asyncio_site *site, void *arg, size_t size);
void *asyncio__agen_send(asyncio_agen *agen, void *value, const asyncio_site *site);
void *asyncio__agen_throw(asyncio_agen *agen, asyncio_exception *exception, const asyncio_site *site);
int asyncio__agen_close(asyncio_agen *agen, const asyncio_site *site);
bool asyncio__for_next(asyncio_object *iterable, const asyncio_site *site);
void *asyncio__for_value(void);

typedef union {
    void *aligned;
    char bytes[8 * sizeof(void *)];
} asyncio__contextvar_storage;
void asyncio__make_contextvar(asyncio__contextvar_storage *storage, const char *name, bool has_default,
                              void *otherwise);
asyncio_contextvar *asyncio__new_contextvar(const char *name, bool has_default, void *otherwise);
void *asyncio__contextvar_get(const asyncio_contextvar *variable, bool has_fallback, void *fallback);
void *asyncio__context_get(const asyncio_context *context, const asyncio_contextvar *variable, bool has_fallback,
                           void *fallback);
asyncio_contextvar_token *asyncio__set_contextvar(asyncio_contextvar *variable, void *value, size_t size);

size_t asyncio__task_get_stack(const asyncio_task *task, asyncio_site *frames, size_t max, const asyncio_site *here);
void asyncio__print_stack(const asyncio_task *task, const asyncio_site *here, asyncio__stack_options options);
const asyncio_future_call_graph *asyncio__capture_call_graph(const asyncio_site *here, asyncio__graph_options options);
char *asyncio__format_call_graph(const asyncio_site *here, asyncio__graph_options options);
int asyncio__print_call_graph(const asyncio_site *here, asyncio__graph_options options);
int asyncio__set_schedule(asyncio__schedule_options options);
long asyncio__explore(asyncio_body *main, const char *name, const asyncio_site *site, asyncio__explore_options options);
void asyncio__print_pstree(const asyncio_site *here, asyncio__tasks_options options);
void asyncio__print_ps(const asyncio_site *here, asyncio__tasks_options options);
char *asyncio__format_pstree(const asyncio_site *here, asyncio__tasks_options options);
char *asyncio__format_ps(const asyncio_site *here, asyncio__tasks_options options);

asyncio_coroutine *asyncio__to_thread(asyncio_body *body, const char *name, const asyncio_site *site, void *arg,
                                      size_t size);
asyncio_executor *asyncio__new_thread_pool_executor(long max_workers);
asyncio_future *asyncio__run_in_executor(asyncio_loop *loop, asyncio_executor *executor, asyncio_body *body,
                                         const char *name, const asyncio_site *site, void *arg, size_t size);
int asyncio__shut_down_executor(asyncio_executor *executor, bool wait, bool cancel_futures, const asyncio_site *site);
int asyncio__loop_shutdown_default_executor(asyncio_loop *loop, const asyncio_site *site);
int asyncio__loop_call_soon_threadsafe(asyncio_loop *loop, asyncio_callback *callback, void *arg, size_t size,
                                       const char *name, const asyncio_site *site);
asyncio_concurrent_future *asyncio__run_coroutine_threadsafe(asyncio_loop *loop, asyncio_body *body, const char *name,
                                                             const asyncio_site *site, void *arg, size_t size);
void *asyncio__concurrent_future_result(asyncio_concurrent_future *future, double timeout);

asyncio_object *asyncio__keep(asyncio_object *object);
void asyncio__drop(asyncio_object *object);

/* What follows is inline for the sake of the functions that use it. If they keep something in memory on their stack (a
 * struct of options, a guard whose address is taken), they keep a whole stack alive while they are suspended;
 * coro_asyncify.c tells why. Inlined, it all stays in registers. */

static inline asyncio_coroutine *asyncio__coro(asyncio_body *body, const char *coro, const asyncio_site *site,
                                               asyncio__task_options options)
{
    return asyncio__new_coro(body, coro, site, options.arg, options.size);
}

static inline asyncio_agen *asyncio__agen(asyncio_body *body, const char *coro, const asyncio_site *site,
                                          asyncio__task_options options)
{
    return asyncio__new_agen(body, coro, site, options.arg, options.size);
}

static inline asyncio_task *asyncio__create_task(asyncio_body *body, const char *coro, const asyncio_site *site,
                                                 asyncio__task_options options)
{
    return asyncio__new_task(body, coro, site, options.arg, options.size, options.name, options.context,
                             options.eager_start);
}

static inline asyncio_task *asyncio__create_task_of(asyncio_coroutine *object, const char *coro,
                                                    const asyncio_site *site, asyncio__task_options options)
{
    (void)coro;
    return asyncio__new_task_of(object, site, options.name, options.context, options.eager_start);
}

static inline asyncio_task *asyncio__task_new(asyncio_loop *loop, asyncio_coroutine *object, const asyncio_site *site,
                                              asyncio__task_options options)
{
    return asyncio__task_of(loop, object, site, options.name, options.context, options.eager_start);
}

static inline asyncio_task *asyncio__create_loop_task(asyncio_loop *loop, asyncio_coroutine *object,
                                                      const asyncio_site *site, asyncio__task_options options)
{
    return asyncio__loop_task_of(loop, object, site, options.name, options.context, options.eager_start);
}

static inline int asyncio__spawn(asyncio_body *body, const char *coro, const asyncio_site *site,
                                 asyncio__task_options options)
{
    return asyncio__spawn_task(body, coro, site, options.arg, options.size, options.name, options.context,
                               options.eager_start);
}

static inline asyncio_task *asyncio__task_group_create_task(asyncio_task_group *group, asyncio_body *body,
                                                            const char *coro, const asyncio_site *site,
                                                            asyncio__task_options options)
{
    return asyncio__new_group_task(group, body, coro, site, options.arg, options.size, options.name, options.context,
                                   options.eager_start);
}

static inline asyncio_task *asyncio__task_group_create_task_of(asyncio_task_group *group, asyncio_coroutine *object,
                                                               const char *coro, const asyncio_site *site,
                                                               asyncio__task_options options)
{
    (void)coro;
    return asyncio__new_group_task_of(group, object, site, options.name, options.context, options.eager_start);
}

static inline int asyncio__task_when_done(asyncio_task *task, asyncio_task_callback *callback, const char *name,
                                          asyncio__callback_options options)
{
    return asyncio__task_add_done_callback(task, callback, name, options.arg, options.context);
}

static inline int asyncio__future_when_done(asyncio_future *future, asyncio_future_callback *callback, const char *name,
                                            asyncio__callback_options options)
{
    return asyncio__future_add_done_callback(future, callback, name, options.arg, options.context);
}

static inline asyncio_handle *asyncio__call_soon(asyncio_loop *loop, asyncio_callback *callback, const char *name,
                                                 const asyncio_site *site, asyncio__callback_options options)
{
    return asyncio__loop_call_soon(loop, callback, options.arg, options.context, name, site);
}

static inline asyncio_handle *asyncio__call_later(asyncio_loop *loop, double delay, asyncio_callback *callback,
                                                  const char *name, const asyncio_site *site,
                                                  asyncio__callback_options options)
{
    return asyncio__loop_call_later(loop, delay, callback, options.arg, options.context, name, site);
}

static inline asyncio_handle *asyncio__call_at(asyncio_loop *loop, double when, asyncio_callback *callback,
                                               const char *name, const asyncio_site *site,
                                               asyncio__callback_options options)
{
    return asyncio__loop_call_at(loop, when, callback, options.arg, options.context, name, site);
}

static inline asyncio_contextvar_token *asyncio__contextvar_set(asyncio_contextvar *variable,
                                                                asyncio__value_options options)
{
    return asyncio__set_contextvar(variable, options.value, options.size);
}

static inline bool asyncio__task_cancel(asyncio_task *task, asyncio__cancel_options options)
{
    return asyncio__cancel_task(task, options.message);
}

static inline bool asyncio__future_cancel(asyncio_future *future, asyncio__cancel_options options)
{
    return asyncio__cancel_future(future, options.message);
}

static inline int asyncio__wait(asyncio_object *const *futures, size_t count, const asyncio_site *site,
                                asyncio__wait_options options)
{
    return asyncio__wait_until(futures, count, options.timeout, options.return_when, site);
}

static inline asyncio_as_completed *asyncio__as_completed(asyncio_object *const *awaitables, size_t count,
                                                          const asyncio_site *site, asyncio__wait_options options)
{
    return asyncio__begin_as_completed(awaitables, count, options.timeout, site);
}

static inline void asyncio__queue_shutdown(asyncio_queue *queue, asyncio__shutdown_options options)
{
    asyncio__shut_down_queue(queue, options.immediate);
}

static inline asyncio_coroutine *asyncio__in_thread(asyncio_body *body, const char *name, const asyncio_site *site,
                                                    asyncio__thread_options options)
{
    return asyncio__to_thread(body, name, site, options.arg, options.size);
}

static inline asyncio_executor *asyncio__new_executor(asyncio__executor_options options)
{
    return asyncio__new_thread_pool_executor(options.max_workers);
}

static inline asyncio_future *asyncio__loop_run_in_executor(asyncio_loop *loop, asyncio_executor *executor,
                                                            asyncio_body *body, const char *name,
                                                            const asyncio_site *site, asyncio__thread_options options)
{
    return asyncio__run_in_executor(loop, executor, body, name, site, options.arg, options.size);
}

static inline int asyncio__executor_shutdown(asyncio_executor *executor, const asyncio_site *site,
                                             asyncio__executor_shutdown_options options)
{
    return asyncio__shut_down_executor(executor, options.wait, options.cancel_futures, site);
}

static inline int asyncio__threadsafe_call(asyncio_loop *loop, asyncio_callback *callback, const char *name,
                                           const asyncio_site *site, asyncio__thread_options options)
{
    return asyncio__loop_call_soon_threadsafe(loop, callback, options.arg, options.size, name, site);
}

static inline asyncio_concurrent_future *asyncio__threadsafe_run(asyncio_loop *loop, asyncio_body *body,
                                                                 const char *name, const asyncio_site *site,
                                                                 asyncio__thread_options options)
{
    return asyncio__run_coroutine_threadsafe(loop, body, name, site, options.arg, options.size);
}

static inline void *asyncio__concurrent_result(asyncio_concurrent_future *future, asyncio__wait_options options)
{
    return asyncio__concurrent_future_result(future, options.timeout);
}

static inline void asyncio__with_leave(asyncio_object **guard)
{
    if (*guard)
        asyncio__with_exit(*guard);
}

static inline void asyncio__handler_leave(asyncio_object **guard)
{
    if (*guard)
        asyncio__handler_exit(*guard);
}

static inline void asyncio__finally_leave(asyncio_object **guard)
{
    asyncio__finally_exit(*guard);
}

/* A block with a guard, which is left however the block ends. The variables are numbered, so that a block within a
 * block shadows nothing. The innermost loop has no condition: its block ends by `continue` or at its end, and then the
 * jump leads out. Only `break` leads to the step of the loop around it, and a compiler leaves out what nothing leads
 * to, also when it does not optimise: what is called there is an error to call. */
#define ASYNCIO__WITH(x, text, number)  \
    ASYNCIO__BLOCK(asyncio__with_leave, \
                   asyncio__with_enter(ASYNCIO__CONTEXT(x), ASYNCIO__MADE_FOR_IT(text), ASYNCIO_HERE), , number)
#define ASYNCIO__FINALLY(number) ASYNCIO__BLOCK(asyncio__finally_leave, asyncio__finally_enter(), , number)
#define ASYNCIO__EXCEPT(enter, number) ASYNCIO__BLOCK(asyncio__handler_leave, enter, , number)
#define ASYNCIO__EXCEPT_AS(e, enter, number) ASYNCIO__EXCEPT_AS_(e, enter, number)
#define ASYNCIO__EXCEPT_AS_(e, enter, number)                                                                         \
    ASYNCIO__BLOCK(asyncio__handler_leave, enter,                                                                     \
                   asyncio_exception *e __attribute__((unused)) = asyncio__handler_exception(asyncio_guard_##number), \
                   number)
#define ASYNCIO__BLOCK(leave, enter, begin, number) ASYNCIO__BLOCK_(leave, enter, begin, number)
#define ASYNCIO__BLOCK_(leave, enter, begin, number)                                                        \
    for (asyncio_object * asyncio_guard_##number __attribute__((cleanup(leave))) = enter,                   \
                                                 *asyncio_once_##number = asyncio_guard_##number;           \
         asyncio_once_##number;)                                                                            \
    asyncio_end_##number                                                                                    \
        : for (; asyncio_once_##number; asyncio__break_in_a_block()) for (begin;; (__extension__({          \
                                                                              asyncio_once_##number = NULL; \
                                                                              goto asyncio_end_##number;    \
                                                                          })))

void asyncio__break_in_a_block(void) __attribute__((error(
    "`break` in asyncio_with, asyncio_except_as or asyncio_finally would end only that block, not a loop around it: "
    "write `continue` to end the block, or `goto` a label after the loop")));

#endif
