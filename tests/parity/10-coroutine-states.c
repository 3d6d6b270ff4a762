/* Step 3 - Coroutines.
 * Question: what is a coroutine object between its call and its end?
 * Prediction: CREATED until somebody runs it, then RUNNING/SUSPENDED, CLOSED at
 * the end; making one prints nothing; a second await is an error; a coroutine
 * that is dropped without ever being awaited earns a warning.
 *
 * In Python the call makes the object and dropping the last reference frees it; here
 * asyncio_coro and asyncio_drop say so. Whether something is a coroutine object is
 * known when it is compiled.
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>

static double U;
static asyncio_coroutine *box;

static const char *boolean(bool b)
{
    return b ? "True" : "False";
}

static const char *state(asyncio_coroutine *coro)
{
    return asyncio_coro_state_name(asyncio_coro_get_state(coro));
}

static void *worker(void *arg)
{
    printf("worker: body entered, state %s\n", state(box));
    if (asyncio_sleep(2 * U) < 0)
        return NULL;
    printf("worker: body left\n");
    return "ok";
}

static void *forgotten(void *arg)
{
    printf("never printed\n");
    return NULL;
}

static void count(const char *category, const char *message, const asyncio_site *site, void *arg)
{
    ++*(int *)arg;
}

static void *main_(void *arg)
{
    static int caught;

    printf("function is a coroutine object: %s\n", boolean(asyncio_iscoroutine(worker)));
    printf("function makes coroutines: %s\n", boolean(asyncio_iscoroutinefunction(worker)));
    asyncio_coroutine *coro = box = asyncio_coro(worker);
    printf("call result is a coroutine object: %s\n", boolean(asyncio_iscoroutine(coro)));
    printf("state after the call: %s\n", state(coro));
    asyncio_task *task = asyncio_create_task(coro);
    printf("state after create_task: %s\n", state(coro));
    if (asyncio_sleep(1 * U) < 0)
        return NULL;
    printf("state while it sleeps: %s\n", state(coro));
    printf("result: %s\n", (char *)asyncio_await(task));
    printf("state at the end: %s\n", state(coro));
    asyncio_await(coro);
    if (asyncio_except(ASYNCIO_RUNTIME_ERROR))
        printf("second await: RuntimeError\n");

    asyncio_set_warning_handler(count, &caught);
    asyncio_drop(asyncio_coro(forgotten));
    asyncio_set_warning_handler(NULL, NULL);
    printf("warnings for the forgotten coroutine: %d\n", caught);

    asyncio_coroutine *unused = asyncio_coro(forgotten);
    asyncio_coro_close(unused);
    printf("closed without running: %s\n", state(unused));
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    return asyncio_run(main_);
}
