/* Context variables: who sees what was set where. What each test expects is what CPython 3.13's contextvars do. */
#include "unit.h"

static asyncio_contextvar *user;

static const char *who(void)
{
    return asyncio_contextvar_get(user, "nobody");
}

static void *log_user(void *arg)
{
    log_("%s=%s", (char *)arg, who());
    return arg;
}

static void *set_user(void *arg)
{
    asyncio_contextvar_set(user, arg);
    return log_user("set");
}

#define WITH_USER() user = asyncio_contextvar_new("user")

ASYNC_TEST(a_variable_that_was_never_set_raises_lookup_error)
{
    WITH_USER();
    CHECK_STRING(asyncio_contextvar_name(user), "user");
    CHECK_POINTER(asyncio_contextvar_get(user), NULL);
    CHECK_RAISES(ASYNCIO_LOOKUP_ERROR, "'user'");
}

ASYNC_TEST(a_fallback_goes_before_the_default_and_a_value_before_both)
{
    user = asyncio_contextvar_new("user", "default");
    CHECK_STRING(asyncio_contextvar_get(user), "default");
    CHECK_STRING(asyncio_contextvar_get(user, "fallback"), "fallback");
    asyncio_contextvar_set(user, "ann");
    CHECK_STRING(asyncio_contextvar_get(user, "fallback"), "ann");
    asyncio_contextvar_set(user, NULL); /* a value, too */
    CHECK_POINTER(asyncio_contextvar_get(user, "fallback"), NULL);
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(a_task_sees_what_was_set_when_it_was_made_and_keeps_its_own_to_itself)
{
    WITH_USER();
    asyncio_contextvar_set(user, "ann");
    asyncio_task *a = asyncio_create_task(log_user, "a"), *b = asyncio_create_task(set_user, "bob");
    asyncio_contextvar_set(user, "cy");
    asyncio_task *c = asyncio_create_task(log_user, "c");
    asyncio_await(asyncio_gather(a, b, c));
    log_user("main");
    CHECK_LOG("a=ann set=bob c=cy main=cy");
}

ASYNC_TEST(a_coroutine_that_is_awaited_shares_the_callers_context)
{
    WITH_USER();
    asyncio_await(asyncio_coro(set_user, "ann"));
    log_user("main");
    asyncio_await(asyncio_coro(set_user, "bob"));
    log_user("main");
    CHECK_LOG("set=ann main=ann set=bob main=bob");
}

ASYNC_TEST(a_gathered_coroutine_has_a_context_of_its_own)
{
    WITH_USER();
    asyncio_await(asyncio_gather(asyncio_coro(set_user, "ann"), asyncio_coro(log_user, "b")));
    log_user("main");
    CHECK_LOG("set=ann b=nobody main=nobody");
}

ASYNC_TEST(reset_restores_what_was_before_also_nothing)
{
    WITH_USER();
    asyncio_contextvar_token *first = asyncio_contextvar_set(user, "ann");
    asyncio_contextvar_token *second = asyncio_contextvar_set(user, "bob");
    CHECK_POINTER(asyncio_contextvar_token_var(second), user);
    CHECK_STRING(asyncio_contextvar_token_old_value(second), "ann");
    CHECK_POINTER(asyncio_contextvar_token_old_value(first), NULL);
    CHECK_INT(asyncio_contextvar_reset(user, second), 0);
    log_user("2");
    CHECK_INT(asyncio_contextvar_reset(user, first), 0);
    log_user("1");
    CHECK_LOG("2=ann 1=nobody");
    CHECK_INT(asyncio_contextvar_reset(user, first), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "already been used");
}

static void *reset_token(void *arg)
{
    CHECK_INT(asyncio_contextvar_reset(user, arg), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "different context");
    return NULL;
}

ASYNC_TEST(a_token_serves_its_variable_in_its_context)
{
    WITH_USER();
    asyncio_contextvar *other = asyncio_contextvar_new("other");
    asyncio_contextvar_token *token = asyncio_contextvar_set(user, "ann");
    CHECK_INT(asyncio_contextvar_reset(other, token), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "different context variable");
    asyncio_await(asyncio_create_task(reset_token, token));
    CHECK_INT(asyncio_contextvar_reset(user, token), 0);
}

ASYNC_TEST(a_with_block_resets_however_it_ends)
{
    WITH_USER();
    asyncio_with (asyncio_contextvar_set(user, "ann")) {
        asyncio_with (asyncio_contextvar_set(user, "bob"))
            log_user("inner");
        log_user("outer");
        asyncio_raise(ASYNCIO_VALUE_ERROR, "out");
    }
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "out");
    log_user("after");
    CHECK_LOG("inner=bob outer=ann after=nobody");
}

struct request {
    int number;
    const char *path;
};

static void *show_request(void *arg)
{
    const struct request *request = asyncio_contextvar_get(user);
    asyncio_sleep(1);
    log_("%d%s", request->number, request->path);
    return arg;
}

ASYNC_TEST(a_value_that_was_copied_lives_as_long_as_a_context_has_it)
{
    WITH_USER();
    asyncio_task *task = NULL;
    asyncio_with (asyncio_contextvar_set(user, asyncio_args(struct request, 7, "/index")))
        task = asyncio_create_task(show_request);
    asyncio_contextvar_set(user, NULL);
    asyncio_await(task);
    CHECK_LOG("7/index");
}

/* ---- callbacks ---- */

static void log_user_in_callback(void *arg)
{
    log_user(arg);
}

static void set_user_in_callback(void *arg)
{
    set_user(arg);
}

static void when_done(asyncio_task *task, void *arg)
{
    (void)task;
    log_user(arg);
}

ASYNC_TEST(a_callback_runs_in_a_copy_of_the_context_in_which_it_was_scheduled)
{
    WITH_USER();
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_contextvar_set(user, "ann");
    asyncio_loop_call_soon(loop, set_user_in_callback, "bob");
    asyncio_loop_call_soon(loop, log_user_in_callback, "soon");
    asyncio_loop_call_later(loop, 1, log_user_in_callback, "later");
    asyncio_task *task = asyncio_create_task(set_user, "cy");
    asyncio_task_add_done_callback(task, when_done, "done");
    asyncio_contextvar_set(user, "dee");
    asyncio_sleep(2);
    log_user("main");
    CHECK_LOG("set=bob soon=ann set=cy done=ann later=ann main=dee");
}

ASYNC_TEST(callbacks_and_tasks_can_share_a_context_that_is_given)
{
    WITH_USER();
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_context *context = asyncio_copy_context();
    asyncio_loop_call_soon(loop, set_user_in_callback, "ann", .context = context);
    asyncio_loop_call_soon(loop, log_user_in_callback, "soon", .context = context);
    asyncio_sleep(0);
    asyncio_task *task = asyncio_create_task(log_user, "task", .context = context);
    CHECK_POINTER(asyncio_task_get_context(task), context);
    asyncio_task_add_done_callback(task, when_done, "done", .context = context);
    asyncio_await(task);
    asyncio_sleep(0);
    log_user("main");
    CHECK_LOG("set=ann soon=ann task=ann done=ann main=nobody");
}

/* ---- contexts ---- */

static void *set_and_sleep(void *arg)
{
    set_user(arg);
    asyncio_sleep(1);
    return log_user("inside");
}

ASYNC_TEST(a_function_runs_in_a_context_and_leaves_what_it_set_there)
{
    WITH_USER();
    asyncio_contextvar_set(user, "main");
    asyncio_context *context = asyncio_copy_context();
    CHECK_STRING(asyncio_context_run(context, set_and_sleep, "ann"), "inside");
    log_user("main");
    CHECK_STRING(asyncio_context_get(context, user), "ann");
    CHECK_LOG("set=ann inside=ann main=main");
}

static asyncio_context *entered;

static void *enter_again(void *arg)
{
    CHECK_POINTER(asyncio_context_run(entered, log_user, "again"), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "already entered");
    return arg;
}

static void *enter_again_within_another(void *arg)
{
    asyncio_context *another = asyncio_context_new();
    asyncio_context_run(another, enter_again, NULL);
    CHECK_POINTER(asyncio_context_run(another, enter_again, arg), arg); /* it has been left */
    return enter_again(arg);
}

ASYNC_TEST(the_current_context_and_those_around_it_cannot_be_entered)
{
    entered = asyncio_task_get_context(asyncio_current_task());
    enter_again_within_another("x");
    CHECK_POINTER(asyncio_create_task(log_user, "eager", .context = entered, .eager_start = true), NULL);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "already entered");
    WITH_USER();
    asyncio_await(asyncio_create_task(log_user, "later", .context = entered));
    CHECK_LOG("later=nobody");
}

static void *tell_contexts(void *context)
{
    asyncio_task *task = asyncio_current_task();
    CHECK_POINTER(asyncio_task_get_context(task), context);
    return asyncio_context_run(asyncio_context_new(), log_user, "innermost");
}

static void *enter_another(void *arg)
{
    asyncio_context *own = asyncio_task_get_context(asyncio_current_task()), *another = asyncio_copy_context();
    asyncio_context_run(another, tell_contexts, own);
    CHECK_POINTER(asyncio_task_get_context(asyncio_current_task()), own);
    return arg;
}

ASYNC_TEST(the_context_of_a_task_is_its_own_while_it_runs_something_in_another)
{
    WITH_USER();
    set_user("ann");
    enter_another(NULL);
    asyncio_await(asyncio_create_task(enter_another));
    asyncio_await(asyncio_create_task(enter_another, NULL, .context = asyncio_context_new()));
    CHECK_LOG("set=ann innermost=nobody innermost=nobody innermost=nobody");
}

ASYNC_TEST(a_context_is_entered_once_at_a_time)
{
    entered = asyncio_context_new();
    asyncio_context_run(entered, enter_again, NULL);
    WITH_USER();
    CHECK_STRING(asyncio_context_run(entered, log_user, "x"), "x");
    CHECK_LOG("x=nobody");
}

ASYNC_TEST(a_context_is_a_mapping_of_what_was_set)
{
    user = asyncio_contextvar_new("user", "default");
    asyncio_contextvar *other = asyncio_contextvar_new("other");
    asyncio_context *empty = asyncio_context_new();
    asyncio_contextvar_set(user, "ann");
    asyncio_contextvar_set(other, "x");
    asyncio_contextvar_set(user, "bob");
    asyncio_context *context = asyncio_copy_context(), *copy = asyncio_context_copy(context);
    asyncio_contextvar_set(user, "cy");
    CHECK_INT(asyncio_context_len(context), 2);
    CHECK_INT(asyncio_context_len(empty), 0);
    CHECK_STRING(asyncio_context_get(copy, user), "bob");
    CHECK(asyncio_context_contains(context, other) && !asyncio_context_contains(empty, other));
    CHECK_STRING(asyncio_context_get(empty, user, "fallback"), "fallback");
    CHECK_POINTER(asyncio_context_get(empty, user), NULL);
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "'user'");
}

static void *see_what_main_set(void *arg)
{
    log_user("run");
    asyncio_contextvar_set(user, "task");
    return arg;
}

TEST(asyncio_run_sees_what_was_set_before_and_keeps_its_own)
{
    WITH_USER();
    asyncio_contextvar_set(user, "thread");
    CHECK_INT(asyncio_run(see_what_main_set), 0);
    log_user("after");
    CHECK_LOG("run=thread after=thread");
}

static void *set_and_fail(void *arg)
{
    set_user(arg);
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "inside");
}

ASYNC_TEST(a_context_is_left_and_keeps_what_was_set_if_the_function_raises)
{
    WITH_USER();
    asyncio_context *context = asyncio_context_new();
    CHECK_POINTER(asyncio_context_run(context, set_and_fail, "ann"), NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "inside");
    log_user("main");
    asyncio_context_run(context, log_user, "again");
    CHECK_LOG("set=ann main=nobody again=ann");
}

static void *change_a_copy_and_itself(void *arg)
{
    asyncio_contextvar_set(user, "ann");
    asyncio_context *copy = asyncio_context_copy(arg);
    asyncio_contextvar_set(user, "bob");
    asyncio_context_run(copy, log_user, "copy");
    asyncio_context_run(copy, set_user, "cy");
    log_user("itself");
    CHECK_STRING(asyncio_context_get(arg, user), "bob"); /* also while it is entered */
    CHECK_STRING(asyncio_context_get(copy, user), "cy");
    return arg;
}

ASYNC_TEST(a_context_that_is_copied_while_it_runs_and_its_copy_know_nothing_of_each_other)
{
    WITH_USER();
    asyncio_context *context = asyncio_context_new();
    asyncio_context_run(context, change_a_copy_and_itself, context);
    CHECK_LOG("copy=ann set=cy itself=bob");
}

static void *set_and_reset(void *arg)
{
    asyncio_contextvar_token *token = asyncio_contextvar_set(user, "ann");
    CHECK_INT(asyncio_context_len(arg), 1);
    CHECK_INT(asyncio_contextvar_reset(user, token), 0);
    CHECK_INT(asyncio_context_len(arg), 0);
    CHECK(!asyncio_context_contains(arg, user));
    return arg;
}

ASYNC_TEST(what_was_reset_to_nothing_is_missing_from_the_context)
{
    user = asyncio_contextvar_new("user", "default");
    asyncio_context *context = asyncio_context_new();
    CHECK_POINTER(asyncio_context_run(context, set_and_reset, context), context);
}

ASYNC_TEST(each_token_restores_what_was_before_it_in_whatever_order)
{
    WITH_USER();
    asyncio_contextvar_token *first = asyncio_contextvar_set(user, "ann"),
                             *second = asyncio_contextvar_set(user, "bob");
    CHECK_INT(asyncio_contextvar_reset(user, first), 0);
    log_user("1");
    CHECK_INT(asyncio_contextvar_reset(user, second), 0);
    log_user("2");
    CHECK_LOG("1=nobody 2=ann");
}

static void *set_and_return_the_token(void *arg)
{
    return asyncio_contextvar_set(user, arg);
}

ASYNC_TEST(a_token_of_a_context_that_was_left_does_not_serve_outside)
{
    WITH_USER();
    asyncio_context *context = asyncio_context_new();
    asyncio_contextvar_token *token = asyncio_context_run(context, set_and_return_the_token, "ann");
    CHECK_INT(asyncio_contextvar_reset(user, token), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "different context");
    asyncio_context_run(context, log_user, "inside");
    CHECK_LOG("inside=ann");
}

/* Against arrays: what each of many variables is in each of many copies. */
ASYNC_TEST(copies_of_a_context_with_many_variables_keep_what_they_had)
{
    enum { VARIABLES = 300, COPIES = 40, CHANGES = 60 };
    static asyncio_contextvar *variables[VARIABLES];
    static asyncio_context *copies[COPIES];
    static long now_[VARIABLES], then[COPIES][VARIABLES]; /* 0: not set */
    unsigned chance = 1;
    for (int v = 0; v < VARIABLES; v++)
        variables[v] = asyncio_contextvar_new("v");
    for (int c = 0; c < COPIES; c++) {
        for (int i = 0; i < CHANGES; i++) {
            chance = chance * 1103515245u + 12345;
            int v = (int)(chance >> 16) % VARIABLES;
            asyncio_contextvar_token *token = asyncio_contextvar_set(variables[v], (void *)(long)(c * CHANGES + i + 1));
            if (i % 5 == 4)
                CHECK_INT(asyncio_contextvar_reset(variables[v], token), 0);
            else
                now_[v] = c * CHANGES + i + 1;
        }
        copies[c] = asyncio_copy_context();
        memcpy(then[c], now_, sizeof now_);
    }
    for (int c = 0; c < COPIES; c++) {
        size_t set = 0;
        for (int v = 0; v < VARIABLES; v++) {
            set += then[c][v] != 0;
            CHECK_INT((long)asyncio_context_get(copies[c], variables[v], NULL), then[c][v]);
            CHECK_INT(asyncio_context_contains(copies[c], variables[v]), then[c][v] != 0);
        }
        CHECK_INT(asyncio_context_len(copies[c]), set);
    }
}

/* ---- the exception handler ---- */

static void log_user_in_handler(asyncio_loop *loop, const asyncio_error_context *context, void *arg)
{
    (void)loop, (void)arg;
    log_("[%s]", context->exception ? asyncio_exception_message(context->exception) : context->message);
    log_user("handler");
    asyncio_contextvar_set(user, "handler's");
}

static void fail_in_callback(void *arg)
{
    set_and_fail(arg);
}

static void fail_when_done(asyncio_task *task, void *arg)
{
    (void)task;
    set_and_fail(arg);
}

ASYNC_TEST(an_exception_handler_runs_in_the_context_of_what_failed)
{
    WITH_USER();
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_exception_handler(loop, log_user_in_handler, NULL);
    asyncio_context *context = asyncio_copy_context();
    asyncio_loop_call_soon(loop, fail_in_callback, "ann", .context = context);
    asyncio_sleep(0);
    CHECK_STRING(asyncio_context_get(context, user), "handler's");
    CHECK_LOG("set=ann [inside] handler=ann");
    asyncio_spawn(set_and_fail, "bob");
    settle();
    CHECK_LOG("set=bob [inside] handler=bob");
    asyncio_task *task = asyncio_create_task(set_user, "cy");
    asyncio_contextvar_set(user, "dee");
    asyncio_task_add_done_callback(task, fail_when_done, "eve");
    asyncio_drop(task);
    settle();
    log_user("main");
    CHECK_LOG("set=cy set=eve [inside] handler=eve main=dee");
}

ASYNC_TEST(called_for_nothing_that_has_a_context_the_handler_runs_in_the_current_one)
{
    WITH_USER();
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_exception_handler(loop, log_user_in_handler, NULL);
    asyncio_contextvar_set(user, "main");
    asyncio_loop_call_exception_handler(loop, &(asyncio_error_context){.message = "by hand"});
    log_user("main");
    asyncio_contextvar_set(user, "ann");
    asyncio_future *future = asyncio_future_new();
    asyncio_future_set_exception(future, asyncio_exception_new(ASYNCIO_VALUE_ERROR, "lost"));
    asyncio_drop(future);
    log_user("main");
    CHECK_LOG("[by hand] handler=main main=handler's [lost] handler=ann main=handler's");
}

/* ---- bad input ---- */

ASYNC_TEST(what_is_no_variable_or_context_is_refused)
{
    WITH_USER();
    CHECK_POINTER(asyncio_contextvar_new(NULL), NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a name");
    CHECK_POINTER(asyncio_contextvar_get(NULL), NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_contextvar_get() needs a context variable, got NULL");
    CHECK_INT(asyncio_contextvar_reset(user, NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a context variable's token, got NULL");
    CHECK_POINTER(asyncio_create_task(log_user, NULL, .context = (asyncio_context *)user), NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, ".context() needs a context, got a context variable");
}

static void *set_user_for_later(void *arg)
{
    asyncio_contextvar_set(user, arg);
    return arg;
}

TEST(the_runs_of_a_runner_share_a_context_unless_one_is_given)
{
    WITH_USER();
    asyncio_contextvar_set(user, "thread");
    asyncio_runner *runner = asyncio_runner_new();
    asyncio_with (runner) {
        asyncio_runner_run(runner, log_user, "1");
        asyncio_runner_run(runner, set_user_for_later, "run");
        asyncio_runner_run(runner, log_user, "2");
        asyncio_runner_run(runner, log_user, "3", .context = asyncio_context_new());
    }
    log_user("after");
    CHECK_LOG("1=thread 2=run 3=nobody after=thread");
}

/* ---- at the top of a file ---- */

ASYNCIO_CONTEXTVAR(locale, "locale", "C");

ASYNC_TEST(a_variable_can_stand_at_the_top_of_a_file)
{
    CHECK_STRING(asyncio_contextvar_name(locale), "locale");
    CHECK_STRING(asyncio_contextvar_get(locale), "C");
    asyncio_with (asyncio_contextvar_set(locale, "de"))
        CHECK_STRING(asyncio_contextvar_get(locale), "de");
    asyncio_contextvar_token *token = asyncio_contextvar_set(locale, "fr");
    CHECK_POINTER(asyncio_contextvar_token_var(token), locale);
    CHECK_INT(asyncio_contextvar_reset(locale, token), 0);
    CHECK_STRING(asyncio_contextvar_get(locale), "C");
    asyncio_drop(locale);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "not held");
    CHECK_STRING(asyncio_contextvar_get(locale), "C");
}

/* ---- many variables ---- */

enum { MANY = 3000 };
static asyncio_contextvar *many[MANY];
static long values[MANY]; /* what each is set to; 0: it is not */

static void make_many(void)
{
    for (int i = 0; i < MANY; i++)
        many[i] = asyncio_contextvar_new("one");
}

/* How many do not have the value that they should have, all of them or none. */
static long wrong_in(const asyncio_context *context, const long *right)
{
    long wrong = 0;
    size_t set = 0;
    for (int i = 0; i < MANY; i++) {
        set += right[i] != 0;
        wrong += (long)asyncio_context_get(context, many[i], NULL) != right[i];
        wrong += asyncio_context_contains(context, many[i]) != (right[i] != 0);
    }
    return wrong + (asyncio_context_len(context) != set);
}

TEST(many_variables_are_set_and_reset_in_any_order)
{
    static asyncio_contextvar_token *tokens[MANY];
    static const long none[MANY];
    make_many();
    asyncio_context *empty = asyncio_copy_context();
    for (int i = 0; i < MANY; i++)
        tokens[i] = asyncio_contextvar_set(many[i * 7 % MANY], (void *)(values[i * 7 % MANY] = i + 1));
    asyncio_context *full = asyncio_copy_context();
    CHECK_INT(wrong_in(full, values), 0);
    CHECK_INT(wrong_in(empty, none), 0);
    for (int i = 0; i < MANY; i++) {
        int k = i * 11 % MANY;
        CHECK_INT(asyncio_contextvar_reset(many[k * 7 % MANY], tokens[k]), 0);
    }
    CHECK_INT(wrong_in(full, values), 0);
    CHECK_INT(wrong_in(asyncio_copy_context(), none), 0);
}

TEST(copies_of_a_context_with_many_variables_share_no_changes)
{
    static long before[MANY];
    make_many();
    for (int i = 0; i < MANY; i += 2)
        asyncio_contextvar_set(many[i], (void *)(before[i] = values[i] = i + 1));
    asyncio_context *copy = asyncio_copy_context();
    for (int i = 0; i < MANY; i += 3)
        asyncio_contextvar_set(many[i], (void *)(values[i] = -i - 1));
    CHECK_INT(wrong_in(copy, before), 0);
    CHECK_INT(wrong_in(asyncio_copy_context(), values), 0);
}
