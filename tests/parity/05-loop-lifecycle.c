/* Step 2 - Event loop.
 * Question: when does a loop exist, and who creates and closes it?
 * Prediction: only inside run(); each run() gets its own loop and closes it;
 * run() inside a running loop is refused.
 */
#include <asyncio.h>
#include <stdio.h>

static asyncio_loop *seen[2];

static const char *str(bool value)
{
    return value ? "True" : "False";
}

static void probe(const char *where)
{
    if (asyncio_get_running_loop())
        printf("%s: a loop is running\n", where);
    else if (asyncio_except(ASYNCIO_RUNTIME_ERROR))
        printf("%s: no running loop\n", where);
}

static void *main_(void *arg)
{
    long tag = (long)arg;
    char where[32];

    snprintf(where, sizeof where, "inside main %ld", tag);
    probe(where);
    asyncio_loop *loop = asyncio_get_running_loop();
    seen[tag - 1] = loop;
    printf("is_running: %s is_closed: %s\n", str(asyncio_loop_is_running(loop)), str(asyncio_loop_is_closed(loop)));
    asyncio_coroutine *other = asyncio_coro(main_, "nested");
    asyncio_run(other);
    if (asyncio_except(ASYNCIO_RUNTIME_ERROR))
        printf("nested run: RuntimeError\n");
    asyncio_finally {
        asyncio_coro_close(other);
    }
    return (void *)(tag * 10);
}

static void *sleep_(void *result) /* asyncio.sleep(0, result): asyncio_sleep itself returns no value */
{
    return asyncio_sleep(0) < 0 ? NULL : result;
}

static void print(void *text)
{
    puts(text);
}

int main(void)
{
    void *result;

    probe("before run");
    if (asyncio_run(main_, (void *)1, .result = &result) != 0)
        return 1;
    printf("run 1 returned %ld\n", (long)result);
    probe("between runs");
    if (asyncio_run(main_, (void *)2, .result = &result) != 0)
        return 1;
    printf("run 2 returned %ld\n", (long)result);
    probe("after runs");
    printf("same loop object: %s\n", str(seen[0] == seen[1]));
    printf("closed afterwards: %s %s\n", str(asyncio_loop_is_closed(seen[0])), str(asyncio_loop_is_closed(seen[1])));

    asyncio_loop *loop = asyncio_new_event_loop();
    char *done = asyncio_loop_run_until_complete(loop, asyncio_coro(sleep_, "done"));
    if (asyncio_failed())
        return 1;
    printf("manual loop result: %s\n", done);
    asyncio_loop_close(loop);
    asyncio_loop_call_soon(loop, print, "never");
    if (asyncio_except(ASYNCIO_RUNTIME_ERROR))
        printf("call_soon on a closed loop: RuntimeError\n");
    return 0;
}
