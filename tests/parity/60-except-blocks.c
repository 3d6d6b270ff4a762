/* Beyond the ten steps - what is being handled.
 * Question: which exception is the context of one that is raised in an `except` or
 * `finally` block, and which one does a bare `raise` raise?
 * Prediction: that of the innermost block which is open where it happens, also in
 * functions that the block calls and after awaits in it, whatever was caught meanwhile.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;

static void tell(const char *what, const asyncio_exception *e)
{
    printf("%s: ", what);
    for (int length = 0; e && length < 8; length++, e = asyncio_exception_context(e))
        printf("%s%s(%s)", length ? " < " : "", asyncio_exception_name(e), asyncio_exception_message(e));
    puts("");
}

static void *fail(const char *text)
{
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", text);
}

static void helper_that_catches(void)
{
    fail("in the helper");
    asyncio_except_do(ASYNCIO_VALUE_ERROR) continue;
}

static void helper_that_reraises(void)
{
    asyncio_reraise();
}

static void context(void)
{
    fail("first");
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        asyncio_raise(ASYNCIO_INDEX_ERROR, "second");
        return;
    }
}

static void nested(void)
{
    fail("outer");
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        fail("inner");
        asyncio_except_as(e, ASYNCIO_VALUE_ERROR)
        {
            tell("inner", e);
        }
        helper_that_catches();
        asyncio_reraise();
    }
}

static void nested_helper(void)
{
    fail("outer");
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        helper_that_catches();
        for (int i = 0; i < 40; i++) {
            asyncio_raise(ASYNCIO_VALUE_ERROR, "turn %d", i);
            asyncio_except_do(ASYNCIO_VALUE_ERROR)
            {
                (void)i; /* pass */
            }
        }
        helper_that_reraises();
    }
}

static void after(void)
{
    fail("over");
    asyncio_except_do(ASYNCIO_VALUE_ERROR) {}
    fail("after it");
}

static void none(void)
{
    fail("over");
    asyncio_except_do(ASYNCIO_VALUE_ERROR) {}
    asyncio_reraise();
}

static void in_a_loop(void)
{
    for (int i = 0; i < 3; i++) {
        asyncio_raise(ASYNCIO_VALUE_ERROR, "turn %d", i);
        asyncio_except_do(ASYNCIO_VALUE_ERROR)
        {
            if (i == 1) {
                asyncio_raise(ASYNCIO_LOOKUP_ERROR, "out of the loop");
                return;
            }
        }
    }
}

static void finally_raises(void)
{
    fail("interrupted");
    asyncio_finally {
        asyncio_raise(ASYNCIO_LOOKUP_ERROR, "in finally");
    }
}

static void finally_reraises(void)
{
    fail("interrupted");
    asyncio_finally {
        helper_that_catches();
        asyncio_reraise();
    }
}

static void finally_in_handler(void)
{
    fail("handled");
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        asyncio_raise(ASYNCIO_LOOKUP_ERROR, "interrupted");
        asyncio_finally {
            helper_that_catches();
            asyncio_raise(ASYNCIO_OS_ERROR, "in finally");
        }
    }
}

static void raise_from(void)
{
    fail("handled");
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        asyncio_exception *cause = asyncio_exception_new(ASYNCIO_LOOKUP_ERROR, "cause");
        asyncio_raise_from(cause, ASYNCIO_OS_ERROR, "from");
    }
}

static void raise_again(void)
{
    asyncio_exception *first = asyncio_exception_new(ASYNCIO_VALUE_ERROR, "first");
    asyncio_raise_exception(first);
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        asyncio_raise(ASYNCIO_LOOKUP_ERROR, "second");
        asyncio_except_do(ASYNCIO_LOOKUP_ERROR)
        {
            asyncio_raise_exception(first);
        }
    }
}

static void same_again(void)
{
    fail("same");
    asyncio_except_as(e, ASYNCIO_VALUE_ERROR)
    {
        asyncio_raise_exception(e);
    }
}

static void *worker(void *arg)
{
    asyncio_sleep(10 * U);
    asyncio_except_do(ASYNCIO_CANCELLED_ERROR)
    {
        asyncio_with (asyncio_timeout(U))
            asyncio_sleep(5 * U);
        asyncio_except_as(e, ASYNCIO_TIMEOUT_ERROR)
        {
            tell("cleanup took too long", e);
        }
        return asyncio_reraise();
    }
    return NULL;
}

static void *cancelled_while_handling(void *arg)
{
    fail("handled");
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        asyncio_sleep(10 * U);
        asyncio_except_as(e, ASYNCIO_CANCELLED_ERROR)
        {
            tell("cancelled", e);
            return asyncio_reraise();
        }
    }
    return NULL;
}

static void *fails(void *arg)
{
    return fail(arg);
}

static void *awaits(void *arg)
{
    fail("handled");
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        asyncio_await(asyncio_coro(fails, "coroutine"));
        asyncio_except_as(e, ASYNCIO_VALUE_ERROR)
        {
            tell("coroutine", e);
        }
        asyncio_await(asyncio_create_task(fails, "task"));
        asyncio_except_as(e, ASYNCIO_VALUE_ERROR)
        {
            tell("task", e);
        }
        return asyncio_reraise();
    }
    return NULL;
}

static void *two(void *name)
{
    fail(name);
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        for (int i = 0; i < 3; i++)
            asyncio_sleep(U);
        return asyncio_reraise();
    }
    return NULL;
}

static void *numbers(void *arg)
{
    asyncio_yield((void *)1);
    fail("in the generator");
    asyncio_except_as(e, ASYNCIO_VALUE_ERROR)
    {
        tell("generator", e);
        asyncio_yield((void *)2);
        asyncio_reraise();
        asyncio_except_as(again, ASYNCIO_VALUE_ERROR)
        {
            tell("generator again", again);
        }
    }
    asyncio_yield((void *)3);
    return fail("at its end");
}

static void *asks(void *arg)
{
    asyncio_agen *source = NULL;
    fail("asker's");
    asyncio_except_do(ASYNCIO_VALUE_ERROR)
    {
        source = asyncio_agen_new(numbers);
        printf("%ld\n", (long)asyncio_anext(source));
        printf("%ld\n", (long)asyncio_anext(source));
        asyncio_reraise();
        asyncio_except_as(e, ASYNCIO_VALUE_ERROR)
        {
            tell("asker", e);
        }
        printf("%ld\n", (long)asyncio_anext(source));
    }
    asyncio_anext(source);
    asyncio_except_as(e, ASYNCIO_VALUE_ERROR)
    {
        tell("the end", e);
    }
    return NULL;
}

static void in_functions(void)
{
    static const struct {
        const char *name;
        void (*function)(void);
    } all[] = {{"context", context},
               {"nested", nested},
               {"nested_helper", nested_helper},
               {"after", after},
               {"none", none},
               {"in_a_loop", in_a_loop},
               {"finally_raises", finally_raises},
               {"finally_reraises", finally_reraises},
               {"finally_in_handler", finally_in_handler},
               {"raise_from", raise_from},
               {"raise_again", raise_again},
               {"same_again", same_again}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        all[i].function();
        asyncio_except_as(e, ASYNCIO_EXCEPTION)
        {
            tell(all[i].name, e);
        }
    }
}

static void cancel_while_it_runs(asyncio_body *f, const char *name)
{
    asyncio_task *task = asyncio_create_task(f);
    asyncio_sleep(U);
    asyncio_task_cancel(task);
    asyncio_await(task);
    asyncio_except_do(ASYNCIO_CANCELLED_ERROR)
    {
        printf("%s: cancelled, %s\n", name, asyncio_task_cancelled(task) ? "True" : "False");
    }
}

static void *main_(void *arg)
{
    in_functions();
    cancel_while_it_runs(worker, "worker");
    cancel_while_it_runs(cancelled_while_handling, "cancelled_while_handling");
    asyncio_await(asyncio_coro(awaits));
    asyncio_except_as(e, ASYNCIO_VALUE_ERROR)
    {
        tell("awaits", e);
    }
    asyncio_task *tasks[] = {asyncio_create_task(two, "one"), asyncio_create_task(two, "two")};
    for (int i = 0; i < 2; i++) {
        asyncio_await(tasks[i]);
        asyncio_except_as(e, ASYNCIO_VALUE_ERROR)
        {
            tell("two", e);
        }
    }
    return asyncio_await(asyncio_coro(asks));
}

int main(void)
{
    const char *unit = getenv("GUIDE_UNIT");
    U = unit ? atof(unit) : 0.1;
    return asyncio_run(main_);
}
