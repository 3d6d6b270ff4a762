/* asyncio_js.h: promises in C and coroutines in JavaScript. For programs compiled to WebAssembly.
 *
 * C awaits JavaScript. ASYNCIO_JS declares a C function whose body is JavaScript; one that returns an asyncio_promise
 * starts something that C can await, any number of them at once:
 *
 *     ASYNCIO_JS(asyncio_promise, get, (const char *url), {
 *         const response = await fetch(text(url), { signal });
 *         return await response.text();
 *     })
 *
 * ASYNCIO_JS_ASYNC says what a function takes and brings, and needs neither `text` nor handles. (To fetch, asyncio_fetch.h has all
 * there is to it.)
 *
 *     ASYNCIO_JS_ASYNC(text, digest, (const char *name, asyncio_bytes data), {
 *         return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest(name, data))));
 *     })
 *
 * Then, in a coroutine:
 *
 *     asyncio_js *page = asyncio_await(asyncio_from_promise(get("data.txt")));
 *     const char *hash = asyncio_js_await(digest("SHA-256", (asyncio_bytes){"abc", 3}));
 *     if (asyncio_failed())
 *         return NULL;
 *     printf("%s %s\n", asyncio_js_text(page), hash);
 *
 * JavaScript awaits C. ASYNCIO_EXPORT makes a coroutine callable as `await program.call('name', argument)`.
 */
#ifndef ASYNCIO_JS_H
#define ASYNCIO_JS_H

#include "asyncio.h"

#ifndef __wasm__
#error "asyncio_js.h needs JavaScript around it: compile to WebAssembly"
#endif

/* A promise on its way into C. It is used up by asyncio_from_promise, which every one must be given to. */
typedef struct asyncio_promise_ *asyncio_promise;

/* A JavaScript value. Handles follow the ownership rule of asyncio.h. NULL stands for undefined and null. */
typedef struct asyncio_js asyncio_js;

/* Bytes on their way to or from JavaScript; borrowed. */
typedef struct asyncio_bytes {
    const void *data;
    size_t length;
} asyncio_bytes;

/* At file scope: declares `type name parameters` with a JavaScript body. Parameters are numbers: C's numbers as they are, pointers as
 * addresses. Within the body:
 *
 *   text(pointer)             the string at a `const char *`
 *   bytes(pointer, length)    a copy of memory as a Uint8Array
 *   value(handle)             the value behind an `asyncio_js *`
 *   signal                    an AbortSignal, aborted when the C side stops waiting (asyncio_promise functions only)
 *
 * The type is a number type, void, asyncio_js_value, whose result is given to asyncio_js_take, or asyncio_promise; then the body
 * is that of an async function. What a body throws
 * becomes a pending exception (of an asyncio_promise: when it is awaited). The text passes through the C preprocessor:
 * quotes must balance, // comments are C's, line ends become spaces, so statements need their semicolons, and macros are
 * replaced: `true` becomes 1. */
#define ASYNCIO_JS(type, name, parameters, ...)                                                        \
    __attribute__((import_module("asyncio_js"), import_name(#name))) type name parameters              \
        __asm__("asyncio__js_" #name); /* a symbol of its own: libc may have a function of that name */ \
    __asm__(".section .custom_section.asyncio_js,\"\",@\n"                                             \
            ".ascii " ASYNCIO__QUOTE(#type "\1" #name "\1" #parameters "\1" #__VA_ARGS__ "\2") "\n"    \
            ".section .text,\"\",@\n");                                                                 \
    __attribute__((unused)) static inline void asyncio__js_stands_at_file_scope_##name(void) {}

/* Declares an async function with types on both sides. What it is called with arrives in JavaScript as
 *
 *   const char *, char *   a string (NULL: "")          asyncio_bytes   a Uint8Array, a copy
 *   asyncio_js *           the value behind it          int64_t, ...    a BigInt
 *   any other number       a number                     any other pointer: its address
 *
 * and `signal` is as above. It returns at once; asyncio_js_await waits for what it brings, which `result` says:
 *
 *   number   double           (NaN if it failed)        bytes    asyncio_bytes
 *   text     const char *                               value    asyncio_js *
 *   nothing  int, 0 or -1
 *
 * To have several under way, give each to asyncio_from_promise and gather those. */
#define ASYNCIO_JS_ASYNC(result, name, parameters, ...) ASYNCIO_JS(asyncio_promise_##result, name, parameters, __VA_ARGS__)
typedef struct asyncio_promise_number_ *asyncio_promise_number;
typedef struct asyncio_promise_text_ *asyncio_promise_text;
typedef struct asyncio_promise_bytes_ *asyncio_promise_bytes;
typedef struct asyncio_promise_value_ *asyncio_promise_value;
typedef struct asyncio_promise_nothing_ *asyncio_promise_nothing;

/* await for such a promise. May suspend; cancelling the task aborts the signal. If it failed, its exception is pending;
 * TypeError for what has no bytes. Text and bytes live until the task ends; a value is a handle of its own, which a long loop
 * had better asyncio_drop. */
#define asyncio_js_await(promise)                                                                                \
    _Generic((promise), asyncio_promise_number: asyncio__js_await_number, asyncio_promise_text: asyncio__js_await_text, \
        asyncio_promise_bytes: asyncio__js_await_bytes, asyncio_promise_value: asyncio__js_await_value,          \
        asyncio_promise_nothing: asyncio__js_await_nothing)((asyncio_promise)(promise), ASYNCIO_HERE)

/* A handle for what a function of the type asyncio_js_value has returned; NULL for undefined. Every one must be taken. */
typedef struct asyncio_js_value_ *asyncio_js_value;
asyncio_js *asyncio_js_take(asyncio_js_value value);

/* asyncio.wrap_future for a promise: a future that ends as the promise does. Its result is an asyncio_js * that lives as
 * long as the future. A rejection becomes an exception: of the type that the Error's name says if there is one of that
 * name (TimeoutError), otherwise JsError; it carries the very Error, and gives it back should it reach JavaScript again.
 * Cancelling the future aborts the promise's signal. NULL with MemoryError, RuntimeError without a running loop. */
#define asyncio_from_promise(promise) asyncio__from_promise((asyncio_promise)(promise))

/* What is behind a value: as Number(value) would have it (NaN for NULL); as String(value) in UTF-8, which lives as long
 * as the handle ("" for NULL); the bytes of an ArrayBuffer, a view or a string, likewise (NULL for what has none). */
double asyncio_js_number(asyncio_js *value);
const char *asyncio_js_text(asyncio_js *value);
const void *asyncio_js_bytes(asyncio_js *value, size_t *length);

/* Values for JavaScript, copied. NULL with MemoryError. */
asyncio_js *asyncio_js_from_number(double number);
asyncio_js *asyncio_js_from_text(const char *text);
asyncio_js *asyncio_js_from_bytes(const void *bytes, size_t length);

/* The Error that an exception came from or became, NULL if it has nothing to do with JavaScript. */
asyncio_js *asyncio_exception_js(asyncio_exception *exception);

/* At file scope: lets JavaScript run the coroutine `void *name(void *arg)` as a task.
 *
 *   result  what JavaScript gets: number (the pointer as an integer), text (a `char *`, copied before the task's things
 *           go), value (an asyncio_js *), or nothing
 *
 * The argument that JavaScript passes arrives as `arg`: a number as an integer, a string as a `char *` and anything else as
 * an asyncio_js *; the latter two live until the task ends. */
#define ASYNCIO_EXPORT(name, result)                                                                              \
    __attribute__((export_name("asyncio_export:" #result ":" #name), used)) asyncio_task *asyncio__export_##name( \
        void *arg)                                                                                                \
    {                                                                                                             \
        return asyncio__js_create_task(name, #name, ASYNCIO_HERE, arg);                                           \
    }

/* ---- JavaScript as a part of the program ----
 *
 * JavaScript can run coroutines of its own in this program's loop (program.createTask), beside those in C: each can await,
 * cancel and lock with the other. A program that is to allow it says ASYNCIO_SHARE, once, at file scope; so do those that
 * use the calls below. */
#define ASYNCIO_SHARE                                                                                        \
    __attribute__((export_name("asyncio_share"), used)) double asyncio__share_(                              \
        int what, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, double number)                         \
    {                                                                                                        \
        return asyncio__js_share(what, a, b, c, d, number);                                                  \
    }

/* A task, future, lock, semaphore, event, condition, barrier or queue as a value for JavaScript: the Lock, ... that it is
 * there. JavaScript holds it as long as it uses it. Items of a queue made in C are numbers to JavaScript. */
#define asyncio_js_of(x) asyncio__js_of(ASYNCIO__OBJECT(x))

/* What a value from JavaScript is here; NULL with TypeError if it is something else. It is borrowed: asyncio_keep() what
 * must outlive the task that was given the value. The result of a JavaScript task is an asyncio_js *. An item of a queue
 * made in JavaScript is an asyncio_js * too, kept for whoever gets it: asyncio_drop() it, and asyncio_keep() what you put. */
#define asyncio_js_task(value) ((asyncio_task *)asyncio__js_object((value), 0))
#define asyncio_js_future(value) ((asyncio_future *)asyncio__js_object((value), 1))
#define asyncio_js_lock(value) ((asyncio_lock *)asyncio__js_object((value), 2))
#define asyncio_js_semaphore(value) ((asyncio_semaphore *)asyncio__js_object((value), 3))
#define asyncio_js_event(value) ((asyncio_event *)asyncio__js_object((value), 4))
#define asyncio_js_condition(value) ((asyncio_condition *)asyncio__js_object((value), 5))
#define asyncio_js_barrier(value) ((asyncio_barrier *)asyncio__js_object((value), 6))
#define asyncio_js_queue(value) ((asyncio_queue *)asyncio__js_object((value), 7))

/* ---- what the macros stand on ---- */

#define ASYNCIO__QUOTE(text) ASYNCIO__QUOTE_(text)
#define ASYNCIO__QUOTE_(text) #text
asyncio_future *asyncio__from_promise(asyncio_promise promise);
double asyncio__js_await_number(asyncio_promise promise, const asyncio_site *site);
const char *asyncio__js_await_text(asyncio_promise promise, const asyncio_site *site);
asyncio_bytes asyncio__js_await_bytes(asyncio_promise promise, const asyncio_site *site);
asyncio_js *asyncio__js_await_value(asyncio_promise promise, const asyncio_site *site);
int asyncio__js_await_nothing(asyncio_promise promise, const asyncio_site *site);
double asyncio__js_share(int what, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, double number);
int asyncio__js_main(void);
asyncio_js *asyncio__js_of(asyncio_object *object);
asyncio_object *asyncio__js_object(asyncio_js *value, int type);
asyncio_task *asyncio__js_create_task(asyncio_body *body, const char *name, const asyncio_site *site, void *arg);

#endif
