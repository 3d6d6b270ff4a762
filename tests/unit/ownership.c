/* Who owns what, and until when: nothing has to be freed, nothing is freed too early. The leak checker holds the other
 * half of each test. */
#include "unit.h"

static void *return_arg(void *arg)
{
    return arg;
}

static void *sleep_a_second(void *arg)
{
    asyncio_sleep(1);
    log_("%s", (char *)arg);
    return arg;
}

/* ---- things go with their maker ---- */

static void do_nothing(void *arg)
{
    (void)arg;
}

static void *make_everything(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_lock_new();
    asyncio_semaphore_new(1);
    asyncio_event_new();
    asyncio_task_group_new();
    asyncio_loop_create_future(loop);
    asyncio_exception_new(ASYNCIO_VALUE_ERROR, "x");
    asyncio_create_task(return_arg);
    asyncio_gather(asyncio_coro(return_arg, NULL));
    asyncio_coro_close(asyncio_coro(return_arg, NULL));
    asyncio_loop_call_soon(loop, do_nothing, NULL);
    asyncio_handle_cancel(asyncio_loop_call_later(loop, 1, do_nothing, NULL));
    return arg;
}

TEST(a_task_leaves_nothing_behind)
{
    CHECK_INT(asyncio_run(make_everything), 0);
}

ASYNC_TEST(a_child_task_leaves_nothing_behind)
{
    for (int i = 0; i < 10; i++)
        asyncio_await(asyncio_create_task(make_everything));
}

TEST(what_is_made_outside_any_loop_lives_until_the_program_ends)
{
    asyncio_lock *lock = asyncio_lock_new();
    asyncio_exception *e = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "x");
    CHECK_INT(asyncio_run(return_arg), 0);
    CHECK(!asyncio_lock_locked(lock));
    CHECK_STRING(asyncio_exception_message(e), "x");
    CHECK_INT(asyncio_run(return_arg), 0);
}

static asyncio_event *made_in_callback;
static void make_in_callback(void *arg)
{
    (void)arg;
    made_in_callback = asyncio_event_new();
}

ASYNC_TEST(what_a_callback_makes_lives_until_its_loop_is_closed)
{
    asyncio_loop_call_soon(asyncio_get_running_loop(), make_in_callback, NULL);
    settle();
    asyncio_event_set(made_in_callback);
    CHECK(asyncio_event_is_set(made_in_callback));
}

/* ---- the loop keeps what runs ---- */

static void *maker_that_ends(void *arg)
{
    asyncio_create_task(sleep_a_second, arg);
    return NULL;
}

ASYNC_TEST(a_task_runs_on_after_its_maker_has_ended)
{
    asyncio_await(asyncio_create_task(maker_that_ends, "child"));
    asyncio_sleep(2);
    CHECK_LOG("child");
}

ASYNC_TEST(a_dropped_task_runs_on)
{
    asyncio_drop(asyncio_create_task(sleep_a_second, "dropped"));
    asyncio_sleep(2);
    CHECK_LOG("dropped");
}

static asyncio_future *future;
static void *wait_for_future(void *arg)
{
    log_("%s", (char *)asyncio_await(future));
    return arg;
}

static void *make_a_future_for_another(void *arg)
{
    future = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_spawn(wait_for_future);
    asyncio_sleep(0);
    return arg;
}

ASYNC_TEST(a_future_lives_as_long_as_somebody_waits_for_it)
{
    asyncio_await(asyncio_create_task(make_a_future_for_another));
    asyncio_future_set_result(future, "r");
    settle();
    CHECK_LOG("r");
}

/* The most usual shape of a program: main makes what its tasks share, and may fail before they have ended. */
static asyncio_event *shared_event;
static asyncio_lock *shared_lock;
static void *use_what_main_made(void *arg)
{
    asyncio_with (shared_lock) {
        asyncio_sleep(10);
        asyncio_finally {
            asyncio_sleep(0);
            asyncio_event_set(shared_event);
            log_("%s:%d", (char *)arg, asyncio_lock_locked(shared_lock));
        }
    }
    return NULL;
}

static void *make_for_others_and_end(void *arg)
{
    shared_event = asyncio_event_new();
    shared_lock = asyncio_lock_new();
    asyncio_spawn(use_what_main_made, "first");
    asyncio_spawn(use_what_main_made, "second");
    asyncio_sleep(0);
    return arg;
}

TEST(what_main_made_is_there_until_the_left_over_tasks_have_cleaned_up)
{
    CHECK_INT(asyncio_run(make_for_others_and_end), 0);
    CHECK_LOG("first:1");
}

/* ---- keep and drop ---- */

static asyncio_task *kept;
static void *make_a_kept_task(void *arg)
{
    kept = asyncio_keep(asyncio_create_task(return_arg, arg));
    return NULL;
}

ASYNC_TEST(a_kept_handle_outlives_its_maker)
{
    asyncio_await(asyncio_create_task(make_a_kept_task, "r"));
    settle();
    CHECK_STRING((char *)asyncio_task_result(kept), "r");
    asyncio_drop(kept);
}

ASYNC_TEST(each_keep_wants_its_drop)
{
    asyncio_event *event = asyncio_event_new();
    CHECK_POINTER(asyncio_keep(event), event);
    asyncio_keep(event);
    asyncio_drop(event);
    asyncio_event_set(event);
    asyncio_drop(event);
    CHECK(asyncio_event_is_set(event)); /* the maker's own handle */
    asyncio_drop(event);
}

ASYNC_TEST(borrowed_tasks_can_be_kept)
{
    asyncio_task *tasks[2];
    asyncio_spawn(sleep_a_second, "spawned");
    CHECK_INT(asyncio_all_tasks(tasks, 2), 2);
    asyncio_keep(tasks[1]);
    asyncio_sleep(2);
    CHECK(asyncio_task_done(tasks[1]));
    CHECK_STRING((char *)asyncio_task_result(tasks[1]), "spawned");
    asyncio_drop(tasks[1]);
    CHECK_LOG("spawned");
}

ASYNC_TEST(dropping_twice_is_a_runtime_error_while_that_can_be_known)
{
    asyncio_task *t = asyncio_create_task(sleep_a_second, "t");
    asyncio_drop(t);
    asyncio_drop(t); /* the loop still holds it */
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "not held");
    asyncio_sleep(2);
    CHECK_LOG("t");
}

ASYNC_TEST(keep_and_drop_of_null_do_nothing)
{
    CHECK(asyncio_keep((asyncio_task *)NULL) == NULL);
    asyncio_drop((asyncio_event *)NULL);
    asyncio_drop((asyncio_exception *)NULL);
}

ASYNC_TEST(a_loop_that_drops_early_needs_no_more_memory_with_every_round)
{
    for (int i = 0; i < 20000; i++) {
        asyncio_task *t = asyncio_create_task(return_arg);
        asyncio_await(t);
        asyncio_drop(t);
        asyncio_drop(asyncio_loop_create_future(asyncio_get_running_loop()));
    }
}

#ifdef __wasm__
/* Natively AddressSanitizer strikes at a stale handle. In WebAssembly the runtime knows it until its memory is used
 * again. */
ASYNC_TEST(a_stale_handle_is_a_type_error_that_says_so)
{
    asyncio_event *event = asyncio_event_new();
    asyncio_drop(event);
    asyncio_event_set(event);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "has been freed");
    asyncio_drop(event);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "dropped before");
    asyncio_future *f = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_drop(f);
    CHECK(asyncio_await(f) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "has been freed");
    CHECK(asyncio_keep(f) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "has been freed");
}

static asyncio_lock *stale;
static void *make_a_lock(void *arg)
{
    stale = asyncio_lock_new();
    return arg;
}

ASYNC_TEST(a_handle_whose_maker_has_ended_is_stale)
{
    asyncio_await(asyncio_create_task(make_a_lock));
    CHECK_INT(asyncio_lock_acquire(stale), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a lock, got an object that has been freed");
}
#endif

/* ---- exceptions ---- */

static asyncio_exception *from_child;
static void *fail(void *arg)
{
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", (char *)arg);
}

static void *take_and_end(void *arg)
{
    asyncio_await(asyncio_create_task(fail, arg));
    from_child = asyncio_keep(asyncio_except(ASYNCIO_VALUE_ERROR));
    return NULL;
}

ASYNC_TEST(a_kept_exception_outlives_the_tasks_that_it_came_through)
{
    asyncio_await(asyncio_create_task(take_and_end, "far"));
    CHECK_STRING(asyncio_exception_message(from_child), "far");
    asyncio_drop(from_child);
}

ASYNC_TEST(the_exception_of_a_task_lives_as_long_as_the_task)
{
    asyncio_task *t = asyncio_create_task(fail, "x");
    settle();
    asyncio_exception *e = asyncio_task_exception(t);
    for (int i = 0; i < 40; i++) {
        asyncio_raise(ASYNCIO_KEY_ERROR, "other");
        raised();
    }
    CHECK_STRING(asyncio_exception_message(e), "x");
}

/* ---- closing a loop over tasks that have not ended ---- */

static asyncio_event *event;
static asyncio_lock *lock;

static void *wait_by(void *arg)
{
    const char *how = arg;
    if (!strcmp(how, "sleep"))
        asyncio_sleep(10);
    else if (!strcmp(how, "yield"))
        asyncio_sleep(0);
    else if (!strcmp(how, "event"))
        asyncio_event_wait(event);
    else if (!strcmp(how, "lock"))
        asyncio_lock_acquire(lock);
    else if (!strcmp(how, "with"))
        asyncio_with (lock) {
        }
    else if (!strcmp(how, "future"))
        asyncio_await(asyncio_loop_create_future(asyncio_get_running_loop()));
    else if (!strcmp(how, "task"))
        asyncio_await(asyncio_create_task(sleep_a_second, "never"));
    else if (!strcmp(how, "gather"))
        asyncio_await(asyncio_gather(asyncio_coro(sleep_a_second, "never"), asyncio_coro(sleep_a_second, "never")));
    else if (!strcmp(how, "coroutine"))
        asyncio_await(asyncio_coro(sleep_a_second, "never"));
    else if (!strcmp(how, "group")) {
        asyncio_task_group *group = asyncio_task_group_new();
        asyncio_with (group)
            asyncio_task_group_create_task(group, sleep_a_second, "never");
    } else if (!strcmp(how, "finally")) {
        asyncio_raise(ASYNCIO_VALUE_ERROR, "waits for the end of finally");
        asyncio_finally {
            asyncio_sleep(10);
        }
    }
    log_("went on");
    return NULL;
}

static void *begin(void *arg)
{
    event = asyncio_event_new();
    lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_spawn(wait_by, arg);
    asyncio_sleep(0);
    return arg;
}

/* The waiting task is destroyed with a word; nothing that the runtime holds for it is leaked. */
static void close_over(char *how)
{
    expect_stderr("Task was destroyed but it is pending!");
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_loop_run_until_complete(loop, asyncio_coro(begin, how));
    asyncio_loop_close(loop);
    CHECK_LOG("");
}

TEST(a_loop_can_be_closed_over_a_task_that_sleeps)
{
    close_over("sleep");
}
TEST(a_loop_can_be_closed_over_a_task_that_waits_for_an_event)
{
    close_over("event");
}
TEST(a_loop_can_be_closed_over_a_task_that_waits_for_a_lock)
{
    close_over("lock");
}
TEST(a_loop_can_be_closed_over_a_task_that_enters_a_block)
{
    close_over("with");
}
TEST(a_loop_can_be_closed_over_a_task_that_awaits_a_future)
{
    close_over("future");
}
TEST(a_loop_can_be_closed_over_a_task_that_awaits_a_task)
{
    close_over("task");
}
TEST(a_loop_can_be_closed_over_a_task_that_awaits_a_gather)
{
    close_over("gather");
}
TEST(a_loop_can_be_closed_over_a_task_that_is_in_a_coroutine)
{
    close_over("coroutine");
}
TEST(a_loop_can_be_closed_over_a_task_that_is_in_a_group)
{
    close_over("group");
}
TEST(a_loop_can_be_closed_over_a_task_that_is_in_finally)
{
    close_over("finally");
}

static void *begin_and_stop(void *arg)
{
    asyncio_spawn(wait_by, arg);
    return arg;
}

TEST(a_loop_can_be_closed_over_a_task_that_is_ready)
{
    expect_stderr("Task was destroyed but it is pending!");
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_loop_run_until_complete(loop, asyncio_coro(begin_and_stop, "yield"));
    asyncio_loop_close(loop);
    CHECK_LOG("");
}
