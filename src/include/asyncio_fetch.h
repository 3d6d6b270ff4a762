/* asyncio_fetch.h: HTTP requests in C, by the fetch() of whatever runs the program. For programs compiled to
 * WebAssembly.
 *
 *     asyncio_response *page = asyncio_fetch("https://example.org/data.json");
 *     const char *text = asyncio_response_text(page);
 *     if (asyncio_failed())
 *         return NULL;
 *     printf("%d %s\n", asyncio_response_status(page), text);
 *
 * Cancelling a task that waits here aborts its request, so asyncio_timeout and asyncio_wait_for work as on anything
 * else. Everything that is called while an exception is pending fails at once with that: one check at the end is
 * enough.
 *
 * A status of 404 or 500 is an answer like any other (asyncio_response_ok tells). Raised are ConnectionError if there
 * is no answer or it breaks off, ValueError for an address, method or header that fetch does not take. In a page a
 * relative address counts from what runs the program, the page or its worker; elsewhere it must be absolute. */
#ifndef ASYNCIO_FETCH_H
#define ASYNCIO_FETCH_H

#include "asyncio_js.h"

/* What has come back. A handle, owned as any object is; JavaScript sees { response, controller, ... } in it. */
typedef asyncio_js asyncio_response;

/* fetch(): sends a request and waits for the head of the answer, after any redirects. May suspend. NULL with its
 * exception pending.
 *
 * .method   const char *   otherwise GET, or POST if there is a body
 * .headers  const char *   one a line: "Accept: text/plain\nX-Token: 1"
 * .body     asyncio_bytes  what to send; it is copied
 */
#define asyncio_fetch(url, ...) asyncio__fetch((url), ASYNCIO_HERE, (asyncio__fetch_options){.self = 0, __VA_ARGS__})

typedef struct {
    int self;
    const char *method, *headers;
    asyncio_bytes body;
} asyncio__fetch_options;

ASYNCIO_JS_ASYNC(value, asyncio__js_fetch,
                 (const char *url, const char *method, const char *headers, asyncio_bytes body), {
    const controller = new AbortController();
    const named = (name, error) =>
        Object.assign(new Error(`${url}: ${error.cause?.message || error.message}`, { cause: error }), { name });
    const explain = (error) => controller.signal.aborted ? error : named("ConnectionError", error);
    signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
    let request;
    try {
        const list = headers.split("\n").filter((line) => line.trim());
        request = new Request(url, {
            method: method || (body.length ? "POST" : "GET"),
            headers: list.map((line) => [line.split(":", 1)[0].trim(), line.slice(line.indexOf(":") + 1).trim()]),
            body: body.length ? body : undefined,
            signal: controller.signal
        });
    } catch (error) {
        throw named("ValueError", error);
    }
    try {
        return { response: await fetch(request), controller, explain };
    } catch (error) {
        throw explain(error);
    }
})

static inline asyncio_response *asyncio__fetch(const char *url, const asyncio_site *site,
                                               asyncio__fetch_options options)
{
    if (asyncio_failed())
        return NULL;
    return asyncio__js_await_value(
        (asyncio_promise)asyncio__js_fetch(url, options.method, options.headers, options.body), site);
}

ASYNCIO_JS(int, asyncio__js_response_status, (asyncio_response *response), { return value(response).response.status; })
ASYNCIO_JS(asyncio_js_value, asyncio__js_response_url, (asyncio_response *response), {
    return value(response).response.url;
})
ASYNCIO_JS(asyncio_js_value, asyncio__js_response_header, (asyncio_response *response, const char *name), {
    return value(response).response.headers.get(text(name));
})

/* Response.status; 0 for NULL. Response.ok: whether it is one of 200 to 299. */
static inline int asyncio_response_status(asyncio_response *response)
{
    return response ? asyncio__js_response_status(response) : 0;
}

static inline bool asyncio_response_ok(asyncio_response *response)
{
    return asyncio_response_status(response) / 100 == 2;
}

/* Response.url: where the answer came from in the end. Headers.get: NULL if there is none of that name; case does not
 * matter. Both live until the task ends. */
static inline const char *asyncio_response_url(asyncio_response *response)
{
    return response ? asyncio_js_text(asyncio_js_take(asyncio__js_response_url(response))) : "";
}

static inline const char *asyncio_response_header(asyncio_response *response, const char *name)
{
    asyncio_js *found = response ? asyncio_js_take(asyncio__js_response_header(response, name)) : NULL;
    return found ? asyncio_js_text(found) : NULL;
}

ASYNCIO_JS_ASYNC(value, asyncio__js_response_read, (asyncio_response *from), {
    signal.addEventListener("abort", () => from.controller.abort(signal.reason), { once: true });
    // C before C23 has a trigraph in a shorter form of this.
    from.reader = from.reader || from.response.body?.getReader();
    try {
        return (await from.reader?.read())?.value;
    } catch (error) {
        throw from.explain(error);
    }
})

ASYNCIO_JS_ASYNC(value, asyncio__js_response_rest, (asyncio_response *from), {
    signal.addEventListener("abort", () => from.controller.abort(signal.reason), { once: true });
    try {
        if (!from.reader) return new Uint8Array(await from.response.arrayBuffer());
        const parts = [];
        for (let part = await from.reader.read(); !part.done; part = await from.reader.read()) parts.push(part.value);
        return new Uint8Array(await new Blob(parts).arrayBuffer());
    } catch (error) {
        throw from.explain(error);
    }
})

/* The body as it comes, part by part; how large they are, the network decides. May suspend. NULL at the end, or with an
 * exception pending. asyncio_js_bytes() gives what is in a part; drop each when it is done with.
 *
 *     for (asyncio_js *part; (part = asyncio_response_read(page)); asyncio_drop(part)) {
 *         size_t length;
 *         const char *bytes = asyncio_js_bytes(part, &length);
 *         fwrite(bytes, 1, length, stdout);
 *     }
 */
#define asyncio_response_read(response) asyncio__response_read((response), ASYNCIO_HERE)

static inline asyncio_js *asyncio__response_read(asyncio_response *response, const asyncio_site *site)
{
    if (asyncio_failed() || !response)
        return NULL;
    return asyncio__js_await_value((asyncio_promise)asyncio__js_response_read(response), site);
}

/* The whole body, or what read has left of it: as bytes, and as text in UTF-8 with a zero byte behind. Once. May
 * suspend. They live until the task ends. NULL with its exception pending. */
#define asyncio_response_bytes(response) asyncio__response_bytes((response), ASYNCIO_HERE)
#define asyncio_response_text(response) ((const char *)asyncio__response_bytes((response), ASYNCIO_HERE).data)

static inline asyncio_bytes asyncio__response_bytes(asyncio_response *response, const asyncio_site *site)
{
    if (asyncio_failed() || !response)
        return (asyncio_bytes){NULL, 0};
    return asyncio__js_await_bytes((asyncio_promise)asyncio__js_response_rest(response), site);
}

/* Gives up what has not been read of the body; the connection is free for others. */
ASYNCIO_JS(void, asyncio__js_response_close, (asyncio_response *response), { value(response).controller.abort(); })
static inline void asyncio_response_close(asyncio_response *response)
{
    if (response)
        asyncio__js_response_close(response);
}

#endif
