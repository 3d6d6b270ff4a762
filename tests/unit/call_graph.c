/* Who awaits whom: stacks of tasks, call graphs, pstree and ps. */
#include "unit.h"

/* ---- what the tests look at ---- */

static void *sleeps(void *arg)
{
    asyncio_sleep(10);
    return arg;
}

static void plain_function_that_sleeps(void)
{
    asyncio_sleep(10);
}

static void *sleeps_below(void *arg)
{
    plain_function_that_sleeps();
    return arg;
}

static void *inner_awaiting_task(void *arg)
{
    asyncio_await((asyncio_task *)arg);
    return NULL;
}

static void *outer(void *arg)
{
    return asyncio_await(asyncio_coro(inner_awaiting_task, arg));
}

static void *gathers(void *arg)
{
    asyncio_await(asyncio_gather(asyncio_coro(sleeps, NULL), asyncio_coro(sleeps, NULL)));
    return arg;
}

static void *shields(void *arg)
{
    asyncio_await(asyncio_shield((asyncio_task *)arg));
    return NULL;
}

static void *waits(void *arg)
{
    asyncio_wait((asyncio_task *[]){arg}, 1);
    return NULL;
}

static void *iterates(void *arg)
{
    asyncio_as_completed *ends = asyncio_as_completed((asyncio_task *[]){arg}, 1);
    asyncio_as_completed_next(ends);
    return NULL;
}

static void *groups(void *arg)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        asyncio_task_group_create_task(group, sleeps, NULL, .name = "first");
        asyncio_task_group_create_task(group, sleeps, NULL, .name = "second");
    }
    return arg;
}

static asyncio_task *let_run(asyncio_task *task)
{
    turns(3);
    return task;
}

/* A task that has got to where it waits. A macro, because a task is known by what its body is called where it is made.
 * */
#define started(body, arg, title) let_run(asyncio_create_task(body, (arg), .name = (title)))

/* A text that a call has made, without the numbers of objects and lines: "#12" becomes "#", ":12" ":", "=12" "=". */
static const char *bare(char *text)
{
    static char result[1024 * 1024];
    size_t length = 0;
    CHECK(text != NULL);
    for (const char *c = text; *c && length + 1 < sizeof result; c++) {
        result[length++] = *c;
        if (strchr("#:=", *c) || (length > 5 && !strncmp(result + length - 5, "line ", 5)))
            while (c[1] >= '0' && c[1] <= '9')
                c++;
    }
    result[length] = '\0';
    free(text);
    return result;
}

/* ---- stacks ---- */

ASYNC_TEST(the_stack_of_a_task_that_waits_is_where_it_waits)
{
    asyncio_site frames[4];
    asyncio_task *task = started(sleeps, NULL, NULL);
    CHECK_INT(asyncio_task_get_stack(task, frames, 4), 1);
    CHECK_STRING(frames[0].function, "sleeps");
    CHECK_STRING(frames[0].file, "call_graph.c");
    CHECK_INT(frames[0].line, 8);
}

ASYNC_TEST(a_stack_goes_from_the_oldest_frame_to_the_newest_through_coroutine_objects)
{
    asyncio_site frames[4];
    asyncio_task *task = started(outer, asyncio_create_task(sleeps), NULL);
    CHECK_INT(asyncio_task_get_stack(task, frames, 4), 2);
    CHECK_STRING(frames[0].function, "outer");
    CHECK_STRING(frames[1].function, "inner_awaiting_task");
    CHECK_INT(frames[1].line, 25);
}

ASYNC_TEST(a_body_is_told_by_its_name_when_a_function_that_it_called_waits)
{
    asyncio_site frames[4];
    asyncio_task *task = started(sleeps_below, NULL, NULL);
    CHECK_INT(asyncio_task_get_stack(task, frames, 4), 2);
    CHECK_STRING(frames[0].function, "sleeps_below");
    CHECK(frames[0].file == NULL);
    CHECK_STRING(frames[1].function, "plain_function_that_sleeps");
}

ASYNC_TEST(a_stack_may_be_longer_than_there_is_room_for_and_the_newest_frames_are_kept)
{
    asyncio_site frames[1];
    asyncio_task *task = started(outer, asyncio_create_task(sleeps), NULL);
    CHECK_INT(asyncio_task_get_stack(task, frames, 1), 2);
    CHECK_STRING(frames[0].function, "inner_awaiting_task");
    CHECK_INT(asyncio_task_get_stack(task, NULL, 0), 2);
}

ASYNC_TEST(the_running_task_stands_where_it_asks)
{
    asyncio_site frames[2];
    CHECK_INT(asyncio_task_get_stack(asyncio_current_task(), frames, 2), 2);
    CHECK_INT(frames[1].line, __LINE__ - 1);
    CHECK_STRING(frames[1].function, "the_running_task_stands_where_it_asks_body");
}

ASYNC_TEST(a_task_that_has_not_begun_is_known_by_its_body_and_one_that_is_done_has_no_stack)
{
    asyncio_site frames[2];
    asyncio_task *task = asyncio_create_task(sleeps);
    CHECK_INT(asyncio_task_get_stack(task, frames, 2), 1);
    CHECK_STRING(frames[0].function, "sleeps");
    CHECK(frames[0].file == NULL);
    asyncio_task_cancel(task);
    turns(2);
    CHECK_INT(asyncio_task_get_stack(task, frames, 2), 0);
}

ASYNC_TEST(print_stack_tells_name_state_and_frames)
{
    expect_stderr("Stack for worker (outer, waiting) (most recent call last):\n"
                  "  File \"call_graph.c\", line 31, in outer()\n"
                  "  File \"call_graph.c\", line 25, in inner_awaiting_task()");
    asyncio_task_print_stack(started(outer, asyncio_create_task(sleeps), "worker"));
}

ASYNC_TEST(print_stack_with_a_limit_tells_the_newest_frames)
{
    char text[256] = "";
    FILE *file = fmemopen(text, sizeof text, "w");
    asyncio_task_print_stack(started(outer, asyncio_create_task(sleeps), "worker"), .limit = 1, .file = file);
    fclose(file);
    CHECK_STRING(text, "Stack for worker (outer, waiting) (most recent call last):\n"
                       "  File \"call_graph.c\", line 25, in inner_awaiting_task()\n");
}

ASYNC_TEST(a_stack_of_what_is_no_task_is_a_type_error)
{
    CHECK_INT(asyncio_task_get_stack(NULL, NULL, 0), 0);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_task_get_stack() needs a task");
}

static asyncio_site seen[4];

static void *looks_at_the_stack(void *count)
{
    *(size_t *)count = asyncio_task_get_stack(asyncio_current_task(), seen, 4);
    return NULL;
}

ASYNC_TEST(a_coroutine_that_is_driven_by_hand_is_a_frame_of_whoever_drives_it)
{
    size_t count = 0;
    asyncio_coroutine *coro = asyncio_coro(looks_at_the_stack, &count);
    asyncio_coro_send(coro, NULL);
    asyncio_except(ASYNCIO_STOP_ITERATION);
    CHECK_INT(count, 2);
    CHECK_STRING(seen[1].function, "looks_at_the_stack");
    CHECK_STRING(seen[0].function, "a_coroutine_that_is_driven_by_hand_is_a_frame_of_whoever_drives_it_main");
}

static void *yields_after_sleeping(void *arg)
{
    asyncio_sleep(1);
    asyncio_yield(arg);
    return NULL;
}

static void *iterates_over_generator(void *arg)
{
    asyncio_for (long, value, asyncio_agen_new(yields_after_sleeping, (void *)1))
        log_("%ld", value);
    return arg;
}

ASYNC_TEST(a_generator_is_a_frame_of_the_task_that_asks_it)
{
    asyncio_site frames[4];
    asyncio_task *task = started(iterates_over_generator, NULL, NULL);
    CHECK_INT(asyncio_task_get_stack(task, frames, 4), 2);
    CHECK_STRING(frames[0].function, "iterates_over_generator");
    CHECK_STRING(frames[1].function, "yields_after_sleeping");
}

/* ---- captured ---- */

ASYNC_TEST(a_call_graph_tells_who_awaits_and_who_awaits_those)
{
    asyncio_task *task = started(sleeps, NULL, "task"), *first = started(outer, task, "first");
    asyncio_task *second = started(inner_awaiting_task, first, "second");
    const asyncio_future_call_graph *graph = asyncio_capture_call_graph(task);
    CHECK_POINTER(graph->future, asyncio_task_as_future(task));
    CHECK_STRING(graph->kind, "task");
    CHECK_INT(graph->call_stack_count, 1);
    CHECK_INT(graph->awaited_by_count, 1);
    CHECK_POINTER(graph->awaited_by[0]->future, asyncio_task_as_future(first));
    CHECK_INT(graph->awaited_by[0]->call_stack_count, 2);
    CHECK_STRING(graph->awaited_by[0]->call_stack[0].function, "inner_awaiting_task"); /* newest first */
    CHECK_POINTER(graph->awaited_by[0]->awaited_by[0]->future, asyncio_task_as_future(second));
    CHECK_INT(graph->awaited_by[0]->awaited_by[0]->awaited_by_count, 0);
    asyncio_drop(graph->captured);
}

ASYNC_TEST(a_captured_graph_holds_its_tasks_after_they_have_ended)
{
    asyncio_task *task = started(sleeps, NULL, NULL);
    const asyncio_future_call_graph *graph = asyncio_capture_call_graph(task);
    asyncio_task_cancel(task);
    turns(3);
    asyncio_drop(task);
    CHECK(asyncio_future_cancelled(graph->future));
}

ASYNC_TEST(without_an_argument_it_is_of_the_running_task)
{
    const asyncio_future_call_graph *graph = asyncio_capture_call_graph();
    CHECK_POINTER(graph->future, asyncio_task_as_future(asyncio_current_task()));
    CHECK_INT(graph->call_stack[0].line, __LINE__ - 2);
}

ASYNC_TEST(a_limit_leaves_the_oldest_frames_of_each_stack_or_the_newest)
{
    asyncio_task *task = started(sleeps, NULL, "task");
    started(outer, task, "first");
    const asyncio_future_call_graph *graph = asyncio_capture_call_graph(task, .limit = 1)->awaited_by[0];
    CHECK_INT(graph->call_stack_count, 1);
    CHECK_STRING(graph->call_stack[0].function, "outer");
    graph = asyncio_capture_call_graph(task, .limit = -1)->awaited_by[0];
    CHECK_INT(graph->call_stack_count, 1);
    CHECK_STRING(graph->call_stack[0].function, "inner_awaiting_task");
    graph = asyncio_capture_call_graph(task, .limit = -7)->awaited_by[0];
    CHECK_INT(graph->call_stack_count, 2);
    char *text = asyncio_format_call_graph(task, .limit = 0);
    CHECK_CONTAINS(text, "+ Awaited by:");
    CHECK(!strstr(text, "Call stack"));
    free(text);
}

TEST(outside_a_task_there_is_nothing_to_capture)
{
    CHECK(asyncio_capture_call_graph() == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "outside of a task");
    CHECK(asyncio_format_call_graph() == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "asyncio_format_call_graph() is called outside of a task");
}

ASYNC_TEST(a_plain_future_is_awaited_by_tasks_too)
{
    asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_task *task = started(inner_awaiting_task, future, "task");
    const asyncio_future_call_graph *graph = asyncio_capture_call_graph(future);
    CHECK_STRING(graph->kind, "future");
    CHECK_INT(graph->call_stack_count, 0);
    CHECK_POINTER(graph->awaited_by[0]->future, asyncio_task_as_future(task));
}

ASYNC_TEST(a_done_future_is_awaited_by_nobody)
{
    asyncio_future *future = asyncio_loop_create_future(asyncio_get_running_loop());
    started(inner_awaiting_task, future, NULL);
    asyncio_future_set_result(future, NULL);
    CHECK_INT(asyncio_capture_call_graph(future)->awaited_by_count, 0);
}

static const char *kind_of_first_awaiter(asyncio_task *task)
{
    const asyncio_future_call_graph *graph = asyncio_capture_call_graph(task);
    CHECK_INT(graph->awaited_by_count, 1);
    return graph->awaited_by[0]->kind;
}

ASYNC_TEST(what_tasks_wait_through_is_told_by_its_kind)
{
    asyncio_body *bodies[] = {shields, waits, iterates};
    const char *kinds[] = {"shield", "wait", "as_completed"};
    for (int i = 0; i < 3; i++) {
        asyncio_task *task = started(sleeps, NULL, NULL);
        started(bodies[i], task, NULL);
        CHECK_STRING(kind_of_first_awaiter(task), kinds[i]);
    }
}

ASYNC_TEST(format_call_graph_is_as_pythons)
{
    asyncio_task *task = started(sleeps, NULL, "sleeper");
    started(shields, task, "guard");
    CHECK_STRING(bare(asyncio_format_call_graph(task)), "* Task(name='sleeper', id=)\n"
                                                        "  + Call stack:\n"
                                                        "  |   File \"call_graph.c\", line , in sleeps()\n"
                                                        "  + Awaited by:\n"
                                                        "    * Future(shield, id=)\n"
                                                        "      + Awaited by:\n"
                                                        "        * Task(name='guard', id=)\n"
                                                        "          + Call stack:\n"
                                                        "          |   File \"call_graph.c\", line , in shields()\n");
}

static asyncio_task *ring[2];

static void *awaits_the_other(void *arg)
{
    asyncio_await(ring[1 - (long)arg]);
    return NULL;
}

static void tie_ring(void)
{
    for (long i = 0; i < 2; i++)
        ring[i] = asyncio_create_task(awaits_the_other, (void *)i, .name = i ? "b" : "a");
    turns(3);
}

static void untie_ring(void)
{
    asyncio_task_cancel(ring[0]);
    turns(5);
}

ASYNC_TEST(a_ring_of_tasks_has_an_end_in_a_call_graph)
{
    tie_ring();
    CHECK_CONTAINS(bare(asyncio_format_call_graph(ring[0])), "* Task(name='a', id=) (see above)\n");
    const asyncio_future_call_graph *graph = asyncio_capture_call_graph(ring[0]);
    CHECK_POINTER(graph->awaited_by[0]->awaited_by[0], graph);
    untie_ring();
}

/* ---- pstree ---- */

ASYNC_TEST(pstree_draws_what_each_task_waits_for_below_it)
{
    started(gathers, NULL, "gatherer");
    CHECK_STRING(bare(asyncio_format_pstree()),
                 "└── (T) Task-1 (running)\n"
                 "    └──  pstree_draws_what_each_task_waits_for_below_it_main\n"
                 "        └──  pstree_draws_what_each_task_waits_for_below_it_body call_graph.c:\n"
                 "└── (T) gatherer\n"
                 "    └──  gathers call_graph.c:\n"
                 "        └── gather #\n"
                 "            ├── (T) Task-2\n"
                 "            │   └──  sleeps call_graph.c:\n"
                 "            │       └── sleep #\n"
                 "            └── (T) Task-3\n"
                 "                └──  sleeps call_graph.c:\n"
                 "                    └── sleep #\n");
}

ASYNC_TEST(pstree_tells_of_task_groups_and_of_tasks_that_are_ready_or_new)
{
    started(groups, NULL, "parent");
    asyncio_create_task(sleeps, NULL, .name = "fresh");
    const char *text = bare(asyncio_format_pstree());
    CHECK_CONTAINS(text, "└── (T) parent\n"
                         "    └──  groups call_graph.c:\n"
                         "        └── task_group #\n"
                         "            ├── (T) first\n");
    CHECK_CONTAINS(text, "└── (T) fresh (new)\n    └──  sleeps\n");
}

static asyncio_lock *locks[2];

static void *takes_both(void *arg)
{
    long first = (long)arg;
    asyncio_lock_acquire(locks[first]);
    asyncio_sleep(0);
    asyncio_with (locks[1 - first]) {
    }
    asyncio_lock_release(locks[first]);
    return NULL;
}

static void *holds(void *arg)
{
    asyncio_with (locks[0])
        asyncio_sleep(10);
    return arg;
}

ASYNC_TEST(pstree_tells_who_holds_a_lock)
{
    locks[0] = asyncio_lock_new();
    started(holds, NULL, "holder");
    started(holds, NULL, "waiter");
    CHECK_CONTAINS(bare(asyncio_format_pstree()), "└── (T) waiter\n"
                                                  "    └──  holds call_graph.c:\n"
                                                  "        └── lock #, taken last by holder\n");
}

ASYNC_TEST(pstree_names_rings_of_tasks_first)
{
    tie_ring();
    const char *text = bare(asyncio_format_pstree());
    CHECK_INT(strncmp(text, "cycle: a → b → a\n\n", strlen("cycle: a → b → a\n\n")), 0);
    CHECK_CONTAINS(text, "└── (T) a\n"
                         "    └──  awaits_the_other call_graph.c:\n"
                         "        └── (T) b\n"
                         "            └──  awaits_the_other call_graph.c:\n"
                         "                └── (T) a (cycle)\n");
    untie_ring();
}

static void *lock_both_ways(void *arg)
{
    for (int i = 0; i < 2; i++)
        locks[i] = asyncio_lock_new();
    asyncio_task *a = asyncio_create_task(takes_both, (void *)0, .name = "a");
    asyncio_create_task(takes_both, (void *)1, .name = "b");
    asyncio_await(a);
    return arg;
}

TEST(the_deadlock_report_names_the_ring_of_locks)
{
    expect_stderr("asyncio: deadlock");
    expect_stderr("a (takes_both) waits for lock #");
    expect_stderr(", taken last by b, in takes_both at call_graph.c:");
    expect_stderr("  cycle: a → lock #");
    expect_stderr(" → b → lock #");
    expect_stderr(" → a\n");
    CHECK_INT(asyncio_run(lock_both_ways), 1);
}

static void *locks_twice(void *arg)
{
    asyncio_lock *lock = asyncio_lock_new();
    asyncio_lock_acquire(lock);
    asyncio_lock_acquire(lock);
    return arg;
}

TEST(the_deadlock_report_names_a_task_that_waits_for_its_own_lock)
{
    expect_stderr("  cycle: Task-1 → lock #");
    expect_stderr(" → Task-1\n");
    CHECK_INT(asyncio_run(locks_twice), 1);
}

/* Far deeper than it is drawn; and no stack is used up by it. */
ASYNC_TEST(a_long_chain_of_tasks_is_drawn_to_a_certain_depth)
{
    asyncio_task *task = asyncio_create_task(sleeps);
    for (int i = 0; i < 3000; i++)
        task = asyncio_create_task(inner_awaiting_task, task, .name = "link");
    turns(3);
    CHECK_CONTAINS(bare(asyncio_format_pstree()), "(T) link ...\n");
    char *text = asyncio_format_ps();
    CHECK_CONTAINS(text, "inner_awaiting_task");
    free(text);
    asyncio_task_cancel(task); /* which goes down the chain */
    turns(4);
}

/* Every task of a row waits for every one of the next: there are more paths than can be told. */
ASYNC_TEST(a_graph_with_many_paths_tells_each_task_once)
{
    enum { ROWS = 8, WIDTH = 3 };
    asyncio_task *row[WIDTH], *below[WIDTH];
    for (int i = 0; i < WIDTH; i++)
        below[i] = asyncio_create_task(sleeps);
    for (int r = 0; r < ROWS; r++) {
        for (int i = 0; i < WIDTH; i++)
            row[i] = (asyncio_task *)asyncio_ensure_future(
                asyncio_coro(inner_awaiting_task, asyncio_gather_array(below, WIDTH)));
        memcpy(below, row, sizeof row);
    }
    turns(3);
    CHECK_CONTAINS(bare(asyncio_format_pstree()), "(see above)\n");
    CHECK_CONTAINS(bare(asyncio_format_call_graph(row[0])), "* Task(");
}

/* ---- ps ---- */

ASYNC_TEST(ps_is_a_table_with_a_row_for_each_task_and_awaiter)
{
    asyncio_task *task = started(sleeps, NULL, "tab\there");
    started(inner_awaiting_task, task, "one");
    started(shields, task, "two");
    char *text = asyncio_format_ps();
    CHECK_INT(strncmp(text, "task id  task name  state    coroutine stack", 44), 0);
    CHECK_CONTAINS(text, "tab here   waiting  sleeps ");
    CHECK_CONTAINS(text, "  inner_awaiting_task    one\n");
    CHECK_CONTAINS(text, " -> shields");
    CHECK(strchr(text, '\t') == NULL);
    free(text);
}

/* ---- when it may be called ---- */

static void look(void *arg)
{
    asyncio_print_pstree(.file = arg);
}

ASYNC_TEST(a_callback_may_ask)
{
    char text[1024] = "";
    FILE *file = fmemopen(text, sizeof text, "w");
    asyncio_loop_call_soon(asyncio_get_running_loop(), look, file);
    turns(2);
    fclose(file);
    CHECK_CONTAINS(text, "└── (T) Task-1 (ready)\n    └──  a_callback_may_ask_main\n        └──  turns unit.h:");
}

TEST(no_loop_is_a_runtime_error_but_a_loop_that_stands_still_may_be_given)
{
    CHECK(asyncio_format_pstree() == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "no running event loop");
    asyncio_loop *loop = asyncio_new_event_loop();
    CHECK_STRING(bare(asyncio_format_pstree(loop)), "");
    asyncio_loop_close(loop);
    CHECK(asyncio_format_pstree(loop) == NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "Event loop is closed");
}
