/* Low level - debug mode.
 * Question: what does debug mode find?
 * Prediction: callbacks that hold the loop too long are logged; without debug mode
 * they are not noticed. (In WebAssembly there is no foreign thread that could call
 * call_soon.)
 */
#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double U;
static bool slow_callback;

static void collect(const char *message, void *arg)
{
    if (!strncmp(message, "Executing", 9))
        slow_callback = true;
}

static void block(void *arg)
{
    asyncio_time_sleep(1 * U);
}

static void *main_(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_slow_callback_duration(loop, 0.5 * U);
    asyncio_loop_call_soon(loop, block, NULL);
    if (asyncio_sleep(2 * U) < 0)
        return NULL;
    printf("debug: %s | logged: %s\n", asyncio_loop_get_debug(loop) ? "True" : "False",
           slow_callback ? "slow callback" : "nothing");
    slow_callback = false;
    return NULL;
}

int main(void)
{
    U = getenv("GUIDE_UNIT") ? atof(getenv("GUIDE_UNIT")) : 0.1;
    asyncio_set_logger(collect, NULL);
    asyncio_run(main_, NULL, .debug = false);
    asyncio_run(main_, NULL, .debug = true);
    return 0;
}
