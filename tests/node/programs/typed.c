/* JavaScript functions with types on both sides (ASYNCIO_JS_ASYNC), and fetch. */
#include <asyncio_fetch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- typed functions ---- */

ASYNCIO_JS_ASYNC(text, describe,
                 (const char *name, double number, int whole, int64_t large, bool yes, asyncio_bytes data,
                  asyncio_js *thing), {
    const told = [name, number, whole, String(large) + typeof large, Boolean(yes),
        data.constructor.name, [...data].join("-"), thing?.key];
    return JSON.stringify(told);
})
ASYNCIO_JS_ASYNC(number, half, (double number), { return number / 2; })
ASYNCIO_JS_ASYNC(bytes, reversed, (asyncio_bytes data), { return data.reverse(); })
ASYNCIO_JS_ASYNC(bytes, no_bytes, (void), { return { a: 1 }; })
ASYNCIO_JS_ASYNC(value, make_map, (const char *key), { return new Map([[key, "found"]]); })
ASYNCIO_JS_ASYNC(text, look_up, (asyncio_js *map, const char *key), { return map.get(key); })
ASYNCIO_JS_ASYNC(nothing, note, (const char *text), { globalThis.noted = text; })
ASYNCIO_JS_ASYNC(number, fails, (const char *message), { throw new RangeError(message); })
ASYNCIO_JS_ASYNC(nothing, until_aborted, (void), {
    await new Promise((resolve, reject) => signal.addEventListener("abort", () => {
        globalThis.aborted = "yes";
        reject(signal.reason);
    }));
})
ASYNCIO_JS(asyncio_js_value, current, (const char *name), { return globalThis[text(name)]; })

static void *describe_all(void *arg)
{
    return (void *)asyncio_js_await(
        describe("grüße", 0.5, -7, INT64_C(9007199254740993), true, (asyncio_bytes){"\1\2\3", 3}, arg));
}
ASYNCIO_EXPORT(describe_all, text)

static void *halves(void *arg)
{
    static char text[64];
    double a = asyncio_js_await(half(3)), b = asyncio_js_await(half(-1e-3));
    snprintf(text, sizeof text, "%g %g", a, b);
    return text;
}
ASYNCIO_EXPORT(halves, text)

static void *reverse(void *arg)
{
    asyncio_bytes bytes = asyncio_js_await(reversed((asyncio_bytes){arg, strlen(arg)}));
    return (void *)bytes.data;
}
ASYNCIO_EXPORT(reverse, text)

static void *expect_bytes(void *arg)
{
    asyncio_js_await(no_bytes());
    return arg;
}
ASYNCIO_EXPORT(expect_bytes, nothing)

static void *pass_on(void *arg)
{
    asyncio_js *map = asyncio_js_await(make_map(arg));
    const char *found = asyncio_js_await(look_up(map, arg));
    asyncio_js_await(note(found));
    return (void *)asyncio_js_text(asyncio_js_take(current("noted")));
}
ASYNCIO_EXPORT(pass_on, text)

static void *take_nothing(void *arg)
{
    return (void *)(long)(asyncio_js_take(current("no such thing")) == NULL);
}
ASYNCIO_EXPORT(take_nothing, number)

static void *fail(void *arg)
{
    double number = asyncio_js_await(fails(arg));
    return number == number ? arg : NULL;
}
ASYNCIO_EXPORT(fail, text)

static void *time_out(void *arg)
{
    asyncio_with (asyncio_timeout(0.01))
        asyncio_js_await(until_aborted());
    return (void *)(long)(asyncio_except(ASYNCIO_TIMEOUT_ERROR) != NULL);
}
ASYNCIO_EXPORT(time_out, number)

static void *gather_halves(void *arg)
{
    asyncio_await(asyncio_gather(asyncio_from_promise(half(1)), asyncio_from_promise(half(2))));
    return (void *)(long)!asyncio_failed();
}
ASYNCIO_EXPORT(gather_halves, number)

/* ---- fetch ---- */

static char told[4096];

static void *get_page(void *url)
{
    asyncio_response *page = asyncio_fetch(url);
    const char *text = asyncio_response_text(page);
    if (asyncio_failed())
        return NULL;
    const char *type = asyncio_response_header(page, "Content-Type"), *none = asyncio_response_header(page, "x-none");
    snprintf(told, sizeof told, "%d %s %s %s %s: %s", asyncio_response_status(page),
             asyncio_response_ok(page) ? "ok" : "not ok", type ? type : "-", none ? none : "-",
             strrchr(asyncio_response_url(page), '/'), text);
    return told;
}
ASYNCIO_EXPORT(get_page, text)

static void *post(void *url)
{
    asyncio_response *page = asyncio_fetch(url, .headers = "X-Token: a:b\nAccept: text/plain\n", .body = {"a\0b", 3});
    return (void *)asyncio_response_text(page);
}
ASYNCIO_EXPORT(post, text)

static void *put(void *url)
{
    return (void *)asyncio_response_text(asyncio_fetch(url, .method = "PUT"));
}
ASYNCIO_EXPORT(put, text)

static void *get_bytes(void *url)
{
    asyncio_bytes bytes = asyncio_response_bytes(asyncio_fetch(url));
    unsigned sum = 0;
    for (size_t i = 0; i < bytes.length; i++)
        sum += ((const unsigned char *)bytes.data)[i];
    snprintf(told, sizeof told, "%zu %u", bytes.length, sum);
    return asyncio_failed() ? NULL : told;
}
ASYNCIO_EXPORT(get_bytes, text)

/* The first part, then the rest. */
static void *get_in_parts(void *url)
{
    asyncio_response *page = asyncio_fetch(url);
    size_t length;
    asyncio_js *part = asyncio_response_read(page);
    const char *first = asyncio_js_bytes(part, &length);
    char *end = told + snprintf(told, sizeof told, "[%.*s]", (int)length, first ? first : "");
    asyncio_drop(part);
    snprintf(end, sizeof told - (size_t)(end - told), "[%s]", asyncio_response_text(page));
    return asyncio_failed() ? NULL : told;
}
ASYNCIO_EXPORT(get_in_parts, text)

static void *get_to_the_end(void *url)
{
    asyncio_response *page = asyncio_fetch(url);
    char *end = told;
    for (asyncio_js *part; (part = asyncio_response_read(page)); asyncio_drop(part)) {
        size_t length;
        const char *bytes = asyncio_js_bytes(part, &length);
        end += snprintf(end, sizeof told - (size_t)(end - told), "[%.*s]", (int)length, bytes);
    }
    return asyncio_failed() ? NULL : told;
}
ASYNCIO_EXPORT(get_to_the_end, text)

/* Reads one part of what never ends, and gives up. */
static void *give_up(void *url)
{
    asyncio_response *page = asyncio_fetch(url);
    asyncio_drop(asyncio_response_read(page));
    asyncio_response_close(page);
    return (void *)(long)!asyncio_failed();
}
ASYNCIO_EXPORT(give_up, number)

static void *read_for_ever(void *url)
{
    asyncio_response *page = asyncio_fetch(url);
    asyncio_with (asyncio_timeout(0.05))
        for (asyncio_js *part; (part = asyncio_response_read(page)); asyncio_drop(part)) {
        }
    return (void *)(long)(asyncio_except(ASYNCIO_TIMEOUT_ERROR) != NULL);
}
ASYNCIO_EXPORT(read_for_ever, number)

/* ---- C functions with types, called from JavaScript ---- */

ASYNCIO_EXPORT_ASYNC(text, told, (const char *, name), (double, number), (int, whole), (int64_t, large), (bool, yes),
                     (asyncio_bytes, data), (asyncio_js *, thing), (float, half_of))
{
    static char text[200];
    asyncio_sleep(0);
    snprintf(text, sizeof text, "%s %g %d %lld %d %zu:%.*s %s %g", name ? name : "NULL", number, whole,
             (long long)large, yes, data.length, (int)data.length, (const char *)data.data,
             thing ? asyncio_js_text(thing) : "none", (double)half_of);
    return text;
}
ASYNCIO_EXPORT_ASYNC(number, third, (double, number))
{
    asyncio_sleep(0.01);
    return number / 3;
}
ASYNCIO_EXPORT_ASYNC(bytes, doubled, (asyncio_bytes, data))
{
    char *twice = malloc(2 * data.length);
    memcpy(twice, data.data, data.length);
    memcpy(twice + data.length, data.data, data.length);
    asyncio_js *kept = asyncio_js_from_bytes(twice, 2 * data.length);
    free(twice);
    size_t length;
    const void *bytes = asyncio_js_bytes(kept, &length);
    return (asyncio_bytes){bytes, length};
}
ASYNCIO_EXPORT_ASYNC(value, first_or_second, (asyncio_js *, first), (asyncio_js *, second), (bool, which))
{
    asyncio_sleep(0);
    return which ? second : first;
}
ASYNCIO_EXPORT_ASYNC(nothing, wait_for_ever)
{
    asyncio_sleep(1e9);
}
ASYNCIO_EXPORT_ASYNC(number, refuse, (const char *, why))
{
    asyncio_raise(ASYNCIO_VALUE_ERROR, "%s", why);
    return 0;
}
