/* Tasks that start eagerly, and task factories. What each test expects is what CPython 3.13 does. */
#include "unit.h"

static void *at_once(void *arg)
{
    log_("%s", asyncio_task_get_name(asyncio_current_task()));
    return arg;
}

static void *yields(void *arg)
{
    log_("+%s", (char *)arg);
    asyncio_sleep(0);
    log_("-%s", (char *)arg);
    return arg;
}

static void *fail(void *arg)
{
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", (char *)arg);
}

static void log_done(asyncio_task *task, void *arg)
{
    (void)task;
    log_("done:%s", (char *)arg);
}

ASYNC_TEST(an_eager_task_that_need_not_wait_is_done_when_it_is_made)
{
    asyncio_task *main = asyncio_current_task();
    asyncio_task *t = asyncio_create_task(at_once, "x", .name = "eager", .eager_start = true);
    CHECK(asyncio_task_done(t));
    CHECK_STRING(asyncio_task_result(t), "x");
    CHECK_POINTER(asyncio_current_task(), main);
    CHECK_INT(asyncio_all_tasks(NULL, 0), 1);
    CHECK_STRING(asyncio_await(t), "x");
    CHECK_LOG("eager");
}

ASYNC_TEST(an_eager_task_that_waits_goes_on_like_any_other)
{
    asyncio_task *a = asyncio_create_task(yields, "a"), *b = asyncio_create_task(yields, "b", .eager_start = true);
    log_("main");
    asyncio_await(asyncio_gather(a, b));
    CHECK_LOG("+b main +a -b -a");
}

ASYNC_TEST(the_error_of_an_eager_task_is_its_own)
{
    asyncio_task *t = asyncio_create_task(fail, "x", .eager_start = true);
    CHECK_NOTHING_RAISED();
    asyncio_await(t);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "x");
}

static void *leave(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_KEYBOARD_INTERRUPT, "stop");
}

ASYNC_TEST(keyboard_interrupt_comes_out_of_create_task)
{
    expect_stderr("Task exception was never retrieved");
    asyncio_create_task(leave, NULL, .eager_start = true);
    CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "stop");
}

ASYNC_TEST(done_callbacks_of_an_eager_task_run_in_a_later_turn)
{
    asyncio_task *t = asyncio_create_task(at_once, NULL, .name = "t", .eager_start = true);
    asyncio_task_add_done_callback(t, log_done, "t");
    log_("main");
    asyncio_sleep(0);
    CHECK_LOG("t main done:t");
}

static void *nest(void *arg)
{
    long depth = (long)arg;
    log_("(%ld", depth);
    asyncio_task *inner = depth ? asyncio_create_task(nest, (void *)(depth - 1), .eager_start = true) : NULL;
    asyncio_sleep(0);
    log_("%ld)", depth);
    if (inner)
        asyncio_await(inner);
    return arg;
}

ASYNC_TEST(eager_tasks_start_inside_each_other)
{
    asyncio_await(asyncio_create_task(nest, (void *)2, .eager_start = true));
    CHECK_LOG("(2 (1 (0 0) 1) 2)");
}

static void *cancel_and_end(void *arg)
{
    log_("%d", asyncio_task_cancel(arg));
    return arg;
}

ASYNC_TEST(an_eager_task_can_cancel_its_maker)
{
    asyncio_create_task(cancel_and_end, asyncio_current_task(), .eager_start = true);
    log_("main");
    asyncio_sleep(0);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    asyncio_task_uncancel(asyncio_current_task());
    CHECK_LOG("1 main");
}

ASYNC_TEST(an_eager_task_that_is_done_cannot_be_cancelled)
{
    asyncio_task *t = asyncio_create_task(at_once, "x", .name = "t", .eager_start = true);
    CHECK(!asyncio_task_cancel(t));
    CHECK_INT(asyncio_task_cancelling(t), 0);
    CHECK_STRING(asyncio_await(t), "x");
    CHECK_LOG("t");
}

ASYNC_TEST(an_eager_task_that_waits_is_cancelled_there_with_the_message)
{
    asyncio_task *t = asyncio_create_task(yields, "a", .eager_start = true);
    CHECK(asyncio_task_cancel(t, "enough"));
    CHECK_INT(asyncio_task_cancelling(t), 1);
    CHECK(!asyncio_task_done(t));
    asyncio_await(t);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "enough");
    CHECK_LOG("+a -a"); /* yields pays no heed */
}

static void *look_around(void *arg)
{
    asyncio_task *all[3], *self = asyncio_current_task();
    CHECK_INT(asyncio_all_tasks(all, 3), 2);
    CHECK_POINTER(all[1], self);
    if (arg)
        asyncio_await((asyncio_future *)arg);
    CHECK_POINTER(asyncio_current_task(), self);
    return self;
}

ASYNC_TEST(an_eager_task_is_the_current_one_and_among_all_from_its_first_step_to_its_end)
{
    asyncio_future *future = asyncio_future_new();
    asyncio_task *done = asyncio_create_task(look_around, NULL, .eager_start = true);
    CHECK_POINTER(asyncio_task_result(done), done);
    CHECK_INT(asyncio_all_tasks(NULL, 0), 1);
    asyncio_task *waiting = asyncio_create_task(look_around, future, .eager_start = true);
    CHECK_INT(asyncio_all_tasks(NULL, 0), 2);
    asyncio_future_set_result(future, NULL);
    CHECK_POINTER(asyncio_await(waiting), waiting);
    CHECK_INT(asyncio_all_tasks(NULL, 0), 1);
}

ASYNCIO_CONTEXTVAR(depth, "depth", "none");

static void *set_depth_twice(void *arg)
{
    log_("%s", (char *)asyncio_contextvar_get(depth));
    asyncio_contextvar_set(depth, "first step");
    asyncio_sleep(1);
    log_("%s", (char *)asyncio_contextvar_get(depth));
    asyncio_contextvar_set(depth, "second step");
    return arg;
}

ASYNC_TEST(an_eager_task_starts_in_a_copy_of_its_makers_context)
{
    asyncio_contextvar_set(depth, "maker");
    asyncio_task *t = asyncio_create_task(set_depth_twice, NULL, .eager_start = true);
    CHECK_STRING(asyncio_contextvar_get(depth), "maker");
    asyncio_contextvar_set(depth, "elsewhere");
    asyncio_await(t);
    CHECK_STRING(asyncio_contextvar_get(depth), "elsewhere");
    CHECK_STRING(asyncio_context_get(asyncio_task_get_context(t), depth), "second step");
    CHECK_LOG("maker first step");
}

ASYNC_TEST(an_eager_task_that_is_done_has_let_go_of_its_coroutine_object)
{
    asyncio_coroutine *coro = asyncio_coro(at_once);
    asyncio_task *t = asyncio_create_task(coro, .name = "t", .eager_start = true);
    CHECK_POINTER(asyncio_task_get_coro(t), NULL);
    CHECK_INT(asyncio_coro_get_state(coro), ASYNCIO_CORO_CLOSED);
    CHECK_LOG("t");
}

ASYNC_TEST(eager_tasks_of_a_group_end_and_fail_as_others_do)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        asyncio_task_group_create_task(group, at_once, NULL, .name = "a", .eager_start = true);
        asyncio_task_group_create_task(group, fail, "b", .eager_start = true);
        log_("body");
        if (asyncio_sleep(10) == 0)
            log_("not here");
    }
    asyncio_exception *e = asyncio_except(ASYNCIO_EXCEPTION_GROUP);
    CHECK(e != NULL);
    CHECK_STRING(asyncio_exception_message(asyncio_exception_group_get(e, 0)), "b");
    CHECK_LOG("a body");
}

/* ---- factories ---- */

ASYNC_TEST(with_the_eager_factory_every_task_starts_at_once)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    CHECK(!asyncio_loop_get_task_factory(loop));
    asyncio_loop_set_task_factory(loop, asyncio_eager_task_factory);
    CHECK(asyncio_loop_get_task_factory(loop) == asyncio_eager_task_factory);
    asyncio_task *t = asyncio_create_task(at_once, "1", .name = "one");
    CHECK(asyncio_task_done(t));
    char **results = asyncio_await(asyncio_gather(asyncio_coro(yields, "a"), asyncio_coro(yields, "b"), t));
    CHECK_STRING(results[1], "b");
    CHECK_STRING(results[2], "1");
    asyncio_with (asyncio_timeout(5))
        asyncio_await(asyncio_create_task(yields, "c"));
    CHECK_LOG("one +a +b -a -b +c -c");
}

static asyncio_task *counted_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                     asyncio_context *context, int eager_start)
{
    asyncio_task *task =
        asyncio_task_new(loop, coro, .name = name ? name : "made", .context = context, .eager_start = eager_start);
    log_("make:%s", asyncio_task_get_coro_name(task));
    return task;
}

ASYNC_TEST(a_factory_makes_the_tasks_of_its_loop)
{
    asyncio_loop_set_task_factory(asyncio_get_running_loop(), counted_factory);
    asyncio_await(asyncio_create_task(at_once));
    asyncio_await(asyncio_create_task(at_once, NULL, .name = "mine"));
    asyncio_await(asyncio_gather(asyncio_coro(at_once)));
    asyncio_wait_for(asyncio_create_task(at_once), 1);
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group)
        asyncio_task_group_create_task(group, at_once);
    CHECK_INT(asyncio_spawn(at_once), 0);
    asyncio_sleep(0);
    asyncio_loop_set_task_factory(asyncio_get_running_loop(), NULL);
    asyncio_await(asyncio_create_task(at_once, NULL, .name = "usual"));
    CHECK_LOG(
        "make:at_once made make:at_once mine make:at_once made make:at_once made make:at_once made make:at_once made "
        "usual");
}

TEST(a_loop_makes_tasks_before_it_runs_through_its_factory)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_loop_set_task_factory(loop, counted_factory);
    asyncio_coroutine *coro = asyncio_coro(at_once, "x");
    asyncio_task *t = asyncio_loop_create_task(loop, coro, .name = "t");
    CHECK_POINTER(asyncio_task_get_coro(t), coro);
    CHECK_STRING(asyncio_loop_run_until_complete(loop, t), "x");
    CHECK_POINTER(asyncio_task_get_coro(t), NULL);
    CHECK_LOG("make:at_once t");
    asyncio_loop_close(loop);
}

/* ---- trees of tasks: each node makes as many tasks as the tree is wide, down to its depth ---- */

enum { WIDTH = 5, DEPTH = 4, NODES = 1 + 5 + 25 + 125 + 625 };

static int tasks_made;

static asyncio_task *counting_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                      asyncio_context *context, int eager_start)
{
    tasks_made++;
    return asyncio_task_new(loop, coro, .name = name, .context = context, .eager_start = eager_start);
}

static asyncio_task *eager_counting_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                            asyncio_context *context, int eager_start)
{
    (void)eager_start;
    return counting_factory(loop, coro, name, context, true);
}

static void *tree_of_groups(void *left)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group)
        for (int i = 0; left && i < WIDTH; i++)
            asyncio_task_group_create_task(group, tree_of_groups, (char *)left - 1);
    return left;
}

static void *tree_of_gathers(void *left)
{
    asyncio_coroutine *below[WIDTH];
    for (int i = 0; left && i < WIDTH; i++)
        below[i] = asyncio_coro(tree_of_gathers, (char *)left - 1);
    if (left)
        asyncio_await(asyncio_gather_array(below, WIDTH));
    return left;
}

/* Grows a tree and returns how many turns of the loop that took. */
static int turns_to_grow(asyncio_body *tree, asyncio_task_factory *factory)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_task_factory(loop, factory);
    int before = (int)asyncio_loop_statistics(loop).turns;
    tasks_made = 0;
    asyncio_await(asyncio_create_task(tree, (void *)DEPTH));
    CHECK_NOTHING_RAISED();
    CHECK_INT(tasks_made, NODES);
    asyncio_loop_set_task_factory(loop, NULL);
    return (int)asyncio_loop_statistics(loop).turns - before;
}

ASYNC_TEST(a_tree_of_tasks_takes_turns_to_grow_and_to_end)
{
    CHECK_INT(turns_to_grow(tree_of_groups, counting_factory), 14);
    CHECK_INT(turns_to_grow(tree_of_gathers, counting_factory), 14);
}

ASYNC_TEST(a_tree_of_gathered_eager_tasks_that_need_not_wait_takes_none)
{
    CHECK_INT(turns_to_grow(tree_of_gathers, eager_counting_factory), 0);
}

/* Since 3.14: before, it ended as soon as they did, and with that its parent was cancelled too early. */
ASYNC_TEST(a_group_hears_of_the_end_of_its_eager_tasks_a_turn_later)
{
    CHECK_INT(turns_to_grow(tree_of_groups, eager_counting_factory), 2 * DEPTH + 1);
}

static void *set_result(void *future)
{
    asyncio_future_set_result(future, "by an eager task");
    return NULL;
}

ASYNC_TEST(what_an_eager_task_has_ended_can_be_awaited_without_a_turn)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_future *future = asyncio_future_new();
    int before = (int)asyncio_loop_statistics(loop).turns;
    asyncio_create_task(set_result, future, .eager_start = true);
    CHECK_STRING(asyncio_await(future), "by an eager task");
    CHECK_INT((int)asyncio_loop_statistics(loop).turns, before);
}

static asyncio_task *no_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name, asyncio_context *context,
                                int eager_start)
{
    (void)loop, (void)name, (void)context, (void)eager_start;
    asyncio_coro_close(coro);
    return NULL;
}

ASYNC_TEST(a_factory_that_makes_nothing_is_told)
{
    asyncio_loop_set_task_factory(asyncio_get_running_loop(), no_factory);
    CHECK_POINTER(asyncio_create_task(at_once), NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "made no task of coroutine 'at_once'");
    asyncio_loop_set_task_factory(asyncio_get_running_loop(), NULL);
}

ASYNC_TEST(a_task_may_decline_the_eager_factory)
{
    asyncio_loop_set_task_factory(asyncio_get_running_loop(), asyncio_eager_task_factory);
    asyncio_create_task(yields, "eager");
    asyncio_task *t = asyncio_create_task(yields, "not", .eager_start = ASYNCIO_NOT_EAGER);
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        asyncio_task_group_create_task(group, yields, "nor", .eager_start = ASYNCIO_NOT_EAGER);
        log_("main");
    }
    asyncio_await(t);
    CHECK_LOG("+eager main -eager +not +nor -not -nor");
}

static asyncio_task *telling_factory(asyncio_loop *loop, asyncio_coroutine *coro, const char *name,
                                     asyncio_context *context, int eager_start)
{
    log_("%d", eager_start);
    return asyncio_task_new(loop, coro, .name = name, .context = context, .eager_start = eager_start);
}

ASYNC_TEST(a_factory_hears_what_was_said_of_eager_start)
{
    asyncio_loop_set_task_factory(asyncio_get_running_loop(), telling_factory);
    asyncio_create_task(yields, "a", .eager_start = true);
    asyncio_create_task(yields, "b", .eager_start = ASYNCIO_NOT_EAGER);
    asyncio_await(asyncio_create_task(yields, "c"));
    CHECK_LOG("1 +a -1 0 -a +b +c -b -c");
}

TEST(a_task_of_a_loop_that_does_not_run_starts_when_that_runs)
{
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_task *t = asyncio_task_new(loop, asyncio_coro(at_once, "x"), .name = "t", .eager_start = true);
    CHECK(!asyncio_task_done(t));
    CHECK_STRING(asyncio_loop_run_until_complete(loop, t), "x");
    CHECK_LOG("t");
    asyncio_loop_close(loop);
}

/* ---- the states of a coroutine object ---- */

static asyncio_coroutine *watched;

static const char *state(void)
{
    return asyncio_coro_state_name(asyncio_coro_get_state(watched));
}

static void *tell_state(void *arg)
{
    log_("%s", state());
    asyncio_sleep(1);
    log_("%s", state());
    return arg;
}

ASYNC_TEST(a_coroutine_object_tells_its_state_as_a_task)
{
    watched = asyncio_coro(tell_state);
    log_("%s", state());
    asyncio_task *t = asyncio_create_task(watched);
    log_("%s", state());
    asyncio_sleep(0.5);
    log_("%s", state());
    asyncio_await(t);
    log_("%s", state());
    CHECK_LOG("CORO_CREATED CORO_CREATED CORO_RUNNING CORO_SUSPENDED CORO_RUNNING CORO_CLOSED");
}

static void *await_watched(void *arg)
{
    asyncio_await(watched);
    return arg;
}

ASYNC_TEST(a_coroutine_object_tells_its_state_when_it_is_awaited)
{
    watched = asyncio_coro(tell_state);
    asyncio_task *t = asyncio_create_task(await_watched);
    asyncio_sleep(0.5);
    log_("%s", state());
    asyncio_await(t);
    log_("%s", state());
    CHECK_LOG("CORO_RUNNING CORO_SUSPENDED CORO_RUNNING CORO_CLOSED");
}

ASYNC_TEST(a_coroutine_object_that_was_closed_or_whose_task_never_began_is_closed)
{
    watched = asyncio_coro(tell_state);
    asyncio_coro_close(watched);
    log_("%s", state());
    watched = asyncio_coro(tell_state);
    asyncio_task *t = asyncio_create_task(watched);
    asyncio_task_cancel(t);
    asyncio_sleep(0);
    log_("%s", state());
    CHECK_LOG("CORO_CLOSED CORO_CLOSED");
}

/* ---- eager tasks in gather and as_completed ---- */

static void *end_future(void *future)
{
    asyncio_future_set_result(future, "ended");
    return "ender";
}

ASYNC_TEST(a_gather_hears_a_turn_later_of_what_an_eager_child_has_ended)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_task_factory(loop, asyncio_eager_task_factory);
    asyncio_future *before = asyncio_loop_create_future(loop), *behind = asyncio_loop_create_future(loop);
    asyncio_future *gathered = asyncio_gather(before, asyncio_coro(end_future, before));
    CHECK(!asyncio_future_done(gathered));
    asyncio_sleep(0);
    CHECK(asyncio_future_done(gathered));
    void **results = asyncio_await(gathered);
    CHECK_STRING(results[0], "ended");
    CHECK_STRING(results[1], "ender");
    CHECK(asyncio_future_done(asyncio_gather(asyncio_coro(end_future, behind), behind)));
}

static void *complete_it(void *future)
{
    asyncio_future *futures[] = {future};
    asyncio_as_completed *ends = asyncio_as_completed(futures, 1);
    return asyncio_as_completed_next(ends);
}

ASYNC_TEST(an_eager_child_of_as_completed_may_wait_for_what_the_others_wait_for)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_task_factory(loop, asyncio_eager_task_factory);
    asyncio_future *future = asyncio_loop_create_future(loop);
    asyncio_future *things[] = {future, (asyncio_future *)asyncio_coro(complete_it, future), future};
    asyncio_as_completed *ends = asyncio_as_completed(things, 3);
    asyncio_future_set_result(future, "ended");
    CHECK_POINTER(asyncio_as_completed_next(ends), future);
    CHECK_POINTER(asyncio_await(asyncio_as_completed_next(ends)), future);
    CHECK(asyncio_as_completed_next(ends) == NULL);
    CHECK_NOTHING_RAISED();
}
