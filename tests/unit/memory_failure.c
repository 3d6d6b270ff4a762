/* Lack of memory: each allocation of a few whole programs is made to fail in turn, once alone and once with all that
 * follow. Nothing crashes, nothing leaks (natively the leak checker looks), what cannot go on ends with MemoryError.
 *
 * White-box: the library is compiled into this file with an allocator that fails on demand, and without its pools. */
#define _GNU_SOURCE
#pragma GCC diagnostic ignored "-Wunused-function"
#include "unit.h"

#ifndef __wasm__
#include <sys/mman.h>
#endif

/* The allocation that fails, counted from the next one; 0: none. With `and_all_after`, every later one fails, too. */
static long until_failure;
static bool and_all_after, has_failed;

static bool fails(void)
{
    if (!until_failure)
        return false;
    if (until_failure > 1) {
        until_failure--;
        return false;
    }
    if (!and_all_after)
        until_failure = 0;
    return has_failed = true;
}

static void *failing_malloc(size_t size)
{
    return fails() ? NULL : malloc(size);
}
static void *failing_calloc(size_t count, size_t size)
{
    return fails() ? NULL : calloc(count, size);
}
static void *failing_realloc(void *memory, size_t size)
{
    return fails() ? NULL : realloc(memory, size);
}
static char *failing_strdup(const char *text)
{
    return fails() ? NULL : strdup(text);
}
#define malloc failing_malloc
#define calloc failing_calloc
#define realloc failing_realloc
#undef strdup
#define strdup failing_strdup

#include "../../src/base/memory_malloc.c"
#ifdef __wasm__
#include "../../src/coro/coro_asyncify.c"
#include "../../src/portable.h"
#include "../../src/tools.h"
#include "../../src/webassembly.h"

/* Nor what main() had for its frames when it last waited: it does not need that while it runs. */
static void forget_stacks(void)
{
    memory_give(js.root.saved, js.root.capacity);
    js.root.saved = NULL;
    js.root.capacity = 0;
    while (coros.pool) {
        block *b = coros.pool;
        coros.pool = b->next;
        free(b);
    }
}
#else
static void *failing_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
    return fails() ? MAP_FAILED : mmap(at, size, protection, flags, file, offset);
}
#define mmap failing_mmap
#include "../../src/coro/coro_native.c"
#include "../../src/portable.h"
#include "../../src/tools.h"
#include "../../src/linux.h"

static void forget_stacks(void)
{
    while (coros.pool) {
        stack *s = coros.pool;
        coros.pool = s->next;
        free_stack(s);
    }
}
#endif

/* ---- the test ---- */

enum { MOST = 2000 }; /* allocations of a program here: more means that it never ends */

static void quiet(asyncio_loop *l, const asyncio_error_context *context, void *arg)
{
    (void)l, (void)context, (void)arg;
}

/* Whether MemoryError is what it ended with, or in it, or what it came from. */
static bool is_of_memory(const asyncio_exception *e)
{
    if (!e)
        return false;
    if (asyncio_isinstance(e, ASYNCIO_MEMORY_ERROR))
        return true;
    for (size_t i = 0; i < asyncio_exception_group_count(e); i++)
        if (is_of_memory(asyncio_exception_group_get(e, i)))
            return true;
    return is_of_memory(asyncio_exception_context(e)) || is_of_memory(asyncio_exception_cause(e));
}

/* Makes what a program's tasks share: before each run, as they may outlive a main() that fails early, and each time
 * anew, for a task that could not be given its stack keeps what it had locked. */
static void (*prepare)(void);

/* Runs a program whose n-th allocation fails. Answers whether it has as many. */
static bool run_with_failure(asyncio_body *program, long n)
{
    asyncio_exception *e = NULL;
    forget_stacks();
    if (prepare)
        prepare();
    has_failed = false;
    until_failure = n;
    int status = asyncio_run(program, NULL, .exception = &e);
    until_failure = 0;
    if (status && !is_of_memory(e))
        unit_fail(__FILE__, __LINE__, "allocation %ld failed: it ended with %s: %s", n,
                  e ? asyncio_exception_name(e) : "nothing", e ? asyncio_exception_message(e) : "");
    if (asyncio_failed())
        unit_fail(__FILE__, __LINE__, "allocation %ld failed: %s is left pending", n,
                  asyncio_exception_name(asyncio_pending()));
    CHECK(asyncio_get_running_loop() == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    unit_log[0] = '\0';
    return has_failed;
}

static void let_each_fail(asyncio_body *program)
{
    expect_stderr(""); /* what is told on the way is not the point here */
    if (prepare)
        prepare();
    CHECK_INT(asyncio_run(program), 0);
    for (int all = 0; all < 2; all++) {
        long n = 1;
        and_all_after = all;
        while (run_with_failure(program, n))
            CHECK(++n < MOST);
        printf("%ld allocations\n", n - 1);
        CHECK(n > 3);
    }
    forget_stacks();
}

/* ---- the programs: each a careful one, which looks at what it gets ---- */

static void *return_arg(void *arg)
{
    return arg;
}

static void *sleep_and_return(void *arg)
{
    return asyncio_sleep(1) < 0 ? NULL : arg;
}

static void *sleep_long(void *arg)
{
    asyncio_sleep(100);
    return arg;
}

static void *fail(void *arg)
{
    (void)arg;
    char text[300];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", text);
}

static void *tasks_and_sleeps(void *arg)
{
    asyncio_task *a = asyncio_create_task(sleep_and_return, "a", .name = "named");
    asyncio_task *b = asyncio_create_task(asyncio_coro(sleep_and_return, "b"));
    if (!a || !b || asyncio_task_set_name(b, "renamed") < 0)
        return NULL;
    asyncio_await(a);
    asyncio_await(b);
    asyncio_await(asyncio_coro(sleep_and_return, "c"));
    return arg;
}

TEST(tasks_survive_any_allocation_failing)
{
    let_each_fail(tasks_and_sleeps);
}

static void *exceptions(void *arg)
{
    asyncio_await(asyncio_create_task(fail));
    asyncio_exception *e = asyncio_except(ASYNCIO_VALUE_ERROR);
    if (!e)
        return NULL;
    asyncio_exception *members[] = {e, asyncio_exception_new(ASYNCIO_KEY_ERROR, "k")};
    if (!members[1])
        return NULL;
    asyncio_raise_exception(asyncio_exception_group_new("group", members, 2));
    asyncio_except_star(ASYNCIO_VALUE_ERROR);
    asyncio_except_star(ASYNCIO_KEY_ERROR);
    if (asyncio_failed())
        return NULL;
    asyncio_raise_from(e, ASYNCIO_RUNTIME_ERROR, "from");
    asyncio_finally {
        asyncio_sleep(0);
    }
    asyncio_except(ASYNCIO_RUNTIME_ERROR);
    return arg;
}

TEST(exceptions_survive_any_allocation_failing)
{
    let_each_fail(exceptions);
}

static void *cancellation(void *arg)
{
    asyncio_task *a = asyncio_create_task(sleep_long, NULL, .name = "a"), *b = asyncio_create_task(sleep_long);
    if (!a || !b)
        return NULL;
    asyncio_sleep(0);
    asyncio_task_cancel(a, "with a message");
    asyncio_task_cancel(b);
    asyncio_task_cancel(b, "again");
    asyncio_await(a);
    asyncio_except(ASYNCIO_CANCELLED_ERROR);
    asyncio_await(b);
    asyncio_except(ASYNCIO_CANCELLED_ERROR);
    return arg;
}

TEST(cancellation_survives_any_allocation_failing)
{
    let_each_fail(cancellation);
}

static void *gather_some(void *arg)
{
    void **results = asyncio_await(asyncio_gather(asyncio_coro(return_arg, "a"), asyncio_coro(sleep_and_return, "b"),
                                                  asyncio_create_task(return_arg, "c")));
    if (!results)
        return NULL;
    asyncio_outcome *outcomes =
        asyncio_await(asyncio_gather_return_exceptions(asyncio_coro(fail, NULL), asyncio_coro(sleep_and_return, "b")));
    return outcomes ? arg : NULL;
}

TEST(gather_survives_any_allocation_failing)
{
    let_each_fail(gather_some);
}

static void *a_group(void *arg)
{
    asyncio_task_group *group = asyncio_task_group_new();
    if (!group)
        return NULL;
    asyncio_with (group) {
        asyncio_task_group_create_task(group, sleep_and_return, "a");
        asyncio_task_group_create_task(group, asyncio_coro(return_arg, "b"));
    }
    if (asyncio_failed() || !(group = asyncio_task_group_new()))
        return NULL;
    asyncio_with (group) {
        asyncio_task_group_create_task(group, sleep_long);
        asyncio_task_group_create_task(group, fail);
    }
    asyncio_except_star(ASYNCIO_VALUE_ERROR);
    return arg;
}

TEST(task_groups_survive_any_allocation_failing)
{
    let_each_fail(a_group);
}

static asyncio_lock *lock;
static asyncio_semaphore *semaphore;
static asyncio_event *event;

static void *use_everything(void *arg)
{
    asyncio_with (lock) {
        asyncio_with (semaphore)
            asyncio_sleep(1);
    }
    if (!asyncio_failed())
        asyncio_event_wait(event);
    return arg;
}

static void *locks(void *arg)
{
    if (!asyncio_lock_new() || !asyncio_semaphore_new(1) || !asyncio_event_new())
        return NULL;
    asyncio_task *a = asyncio_create_task(use_everything), *b = asyncio_create_task(use_everything);
    asyncio_task *c = asyncio_create_task(use_everything);
    if (!a || !b || !c)
        return NULL;
    asyncio_sleep(0);
    asyncio_task_cancel(b);
    asyncio_sleep(3);
    asyncio_event_set(event);
    asyncio_await(asyncio_gather_return_exceptions(a, b, c));
    return arg;
}

static void make_locks(void)
{
    lock = asyncio_lock_new();
    semaphore = asyncio_semaphore_new(1);
    event = asyncio_event_new();
}

TEST(locks_survive_any_allocation_failing)
{
    prepare = make_locks;
    let_each_fail(locks);
}

static void log_handle(void *arg)
{
    log_("%s", (char *)arg);
}
static void log_future(asyncio_future *f, void *arg)
{
    (void)f;
    log_("%s", (char *)arg);
}

static void *callbacks(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_exception_handler(loop, quiet, NULL);
    asyncio_future *f = asyncio_loop_create_future(loop);
    if (!f || !asyncio_loop_call_soon(loop, log_handle, "soon"))
        return NULL;
    for (int i = 0; i < 20; i++)
        if (!asyncio_loop_call_later(loop, i, log_handle, "later"))
            return NULL;
    if (asyncio_future_add_done_callback(f, log_future, "done") < 0)
        return NULL;
    asyncio_future_set_result(f, arg);
    asyncio_spawn(fail);
    if (asyncio_sleep(3) < 0)
        return NULL;
    return asyncio_await(f);
}

TEST(callbacks_survive_any_allocation_failing)
{
    let_each_fail(callbacks);
}

static void *deep(void *arg)
{
    long depth = (long)arg;
    return depth ? asyncio_await(asyncio_coro(deep, (void *)(depth - 1))) : sleep_and_return("bottom");
}

static void *nested(void *arg)
{
    asyncio_await(asyncio_create_task(deep, (void *)5));
    return arg;
}

TEST(nested_coroutines_survive_any_allocation_failing)
{
    let_each_fail(nested);
}

static void *left_over(void *arg)
{
    asyncio_spawn(sleep_long);
    asyncio_spawn(sleep_long);
    asyncio_sleep(0);
    return asyncio_failed() ? NULL : arg;
}

TEST(left_over_tasks_survive_any_allocation_failing)
{
    let_each_fail(left_over);
}

static void *waiting(void *arg)
{
    asyncio_wait_for(asyncio_coro(sleep_long, NULL), 1);
    asyncio_except(ASYNCIO_TIMEOUT_ERROR);
    asyncio_wait_for(asyncio_coro(sleep_and_return, NULL), 5);
    asyncio_await(asyncio_shield(asyncio_coro(sleep_and_return, NULL)));
    return arg;
}

TEST(waiting_survives_any_allocation_failing)
{
    let_each_fail(waiting);
}

static asyncio_queue *queue;
static void *produce(void *arg)
{
    for (int i = 0; i < 20; i++)
        if (asyncio_queue_put(queue, arg) < 0)
            return NULL;
    return arg;
}

static void *consume(void *arg)
{
    for (int i = 0; i < 20 && !asyncio_failed(); i++)
        asyncio_queue_get(queue);
    return arg;
}

static void *queues(void *arg)
{
    if (!asyncio_queue_new(3))
        return NULL;
    asyncio_await(asyncio_gather(asyncio_coro(produce, "x"), asyncio_coro(consume, NULL)));
    return arg;
}

static void make_queue(void)
{
    queue = asyncio_queue_new(3);
}

TEST(queues_survive_any_allocation_failing)
{
    prepare = make_queue;
    let_each_fail(queues);
}

static void *three(void *arg)
{
    for (int i = 0; i < 3; i++)
        if (asyncio_sleep(1) < 0 || asyncio_yield(arg) < 0)
            break;
    asyncio_finally {
        asyncio_sleep(1);
    }
    return NULL;
}

static void *generators(void *arg)
{
    asyncio_for (char *, value, asyncio_agen_new(three, "x"))
        CHECK_STRING(value, "x");
    if (asyncio_failed())
        return NULL;
    asyncio_agen *left = asyncio_agen_new(three, "left");
    if (left)
        asyncio_anext(left);
    return arg;
}

TEST(generators_survive_any_allocation_failing)
{
    let_each_fail(generators);
}

static asyncio_contextvar *variable;

static void make_variable(void)
{
    variable = asyncio_contextvar_new("variable", NULL);
}

static void *set_variable(void *arg)
{
    asyncio_with (asyncio_contextvar_set(variable, asyncio_args(int, 3)))
        asyncio_sleep(1);
    return arg;
}

static void *context_variables(void *arg)
{
    asyncio_contextvar_set(variable, "main");
    asyncio_task *a = asyncio_create_task(set_variable, NULL, .eager_start = true),
                 *b = asyncio_create_task(set_variable);
    if (!a || !b)
        return NULL;
    asyncio_await(a);
    asyncio_await(b);
    return asyncio_context_run(asyncio_copy_context(), set_variable, arg);
}

enum { VARIABLES = 40 };
static asyncio_contextvar *variables[VARIABLES];

static void make_variables(void)
{
    for (int i = 0; i < VARIABLES; i++)
        variables[i] = asyncio_contextvar_new("one of many", NULL);
}

static void *many_context_variables(void *arg)
{
    for (int i = 0; i < VARIABLES; i++)
        asyncio_with (asyncio_contextvar_set(variables[i], arg))
            asyncio_contextvar_set(variables[VARIABLES - 1 - i], &variables[i]);
    return NULL;
}

TEST(many_context_variables_survive_any_allocation_failing)
{
    prepare = make_variables;
    let_each_fail(many_context_variables);
}

TEST(context_variables_survive_any_allocation_failing)
{
    prepare = make_variable;
    let_each_fail(context_variables);
}

static void *call_graphs(void *arg)
{
    asyncio_task *task = asyncio_create_task(sleep_long, NULL, .name = "task");
    if (!task || !asyncio_shield(task) || asyncio_sleep(0) < 0)
        return NULL;
    bool all = asyncio_capture_call_graph(task);
    for (int i = 0; all && i < 3; i++) {
        char *text = i == 0 ? asyncio_format_call_graph(task) : i == 1 ? asyncio_format_pstree() : asyncio_format_ps();
        CHECK(!text == asyncio_failed());
        all = text;
        free(text);
    }
    asyncio_task_cancel(task);
    return all ? arg : NULL;
}

TEST(call_graphs_survive_any_allocation_failing)
{
    let_each_fail(call_graphs);
}

/* On the real clock main() waits, which takes memory in WebAssembly. */
static void *sleep_for_real(void *arg)
{
    return asyncio_sleep(0.001) < 0 ? NULL : arg;
}

static void *real_time(void *arg)
{
    asyncio_task *t = asyncio_create_task(sleep_for_real, arg);
    asyncio_await(t);
    return sleep_for_real(arg);
}

TEST(waiting_for_the_outside_survives_any_allocation_failing)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    let_each_fail(real_time);
}
