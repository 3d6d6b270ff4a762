#include <asyncio_fetch.h>
#include <stdio.h>
#include <string.h>
#include "lesson.h"

/* The page's button sends { click } to the worker that the program runs in. */
ASYNCIO_JS_ASYNC(number, next_click, (void), {
    for (;;) {
        const { data } = await new Promise((resolve, reject) => {
            addEventListener("message", resolve, { once: true, signal });
            signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        });
        if (data.click) return data.click;
    }
})

static void *tick(void *arg)
{
    (void)arg;
    for (int n = 1;; n++) {
        if (asyncio_sleep(PARAM("pause", 0.5)) < 0)
            return NULL;
        printf("tick %d\n", n);
    }
}

static void *read_file(void *arg)
{
    asyncio_response *file = asyncio_fetch(arg);
    const char *text = asyncio_response_text(file);
    if (asyncio_failed())
        return NULL;
    printf("file: %s\n", strncmp(text, "import", 6) ? "what is that?" : "Python");
    return NULL;
}

static void *count_clicks(void *arg)
{
    (void)arg;
    for (int n = 1; n <= PARAM("clicks", 3); n++) {
        asyncio_js_await(next_click());
        if (asyncio_failed())
            return NULL;
        printf("click %d\n", n);
    }
    return NULL;
}

static void *main_(void *arg)
{
    asyncio_task *ticker = asyncio_create_task(asyncio_coro(tick, NULL));
    asyncio_task *reader = asyncio_create_task(asyncio_coro(read_file, arg));
    asyncio_wait_for(asyncio_coro(count_clicks, NULL), PARAM("patience", 10));
    if (asyncio_except(ASYNCIO_TIMEOUT_ERROR))
        puts("main: no more clicks");
    asyncio_await(reader);
    asyncio_task_cancel(ticker);
    puts("main: the end");
    return NULL;
}

int main(void)
{
    return asyncio_run(main_, getenv("FILE"));
}
