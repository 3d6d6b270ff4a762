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
 * ASYNCIO_JS_ASYNC says what a function takes and brings, and needs neither `text` nor handles. (To fetch,
 * asyncio_fetch.h has all there is to it.)
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

/* At file scope: declares `type name parameters` with a JavaScript body. Parameters are numbers: C's numbers as they
 * are, pointers as addresses. Within the body:
 *
 *   text(pointer)             the string at a `const char *`
 *   bytes(pointer, length)    a copy of memory as a Uint8Array
 *   value(handle)             the value behind an `asyncio_js *`
 *   signal                    an AbortSignal, aborted when the C side stops waiting (asyncio_promise functions only)
 *
 * The type is a number type, void, asyncio_js_value, whose result is given to asyncio_js_take, or asyncio_promise; then
 * the body is that of an async function. What a body throws
 * becomes a pending exception (of an asyncio_promise: when it is awaited). The text passes through the C preprocessor:
 * quotes must balance, // comments are C's, line ends become spaces, so statements need their semicolons, and macros
 * are replaced: `true` becomes 1. */
#define ASYNCIO_JS(type, name, parameters, ...)                                                                        \
    __attribute__((import_module("asyncio_js"), import_name(#name))) type name parameters __asm__(                     \
        "asyncio_js." #name); /* no symbol of C's: libc or the library may have a function of that name */             \
    __asm__(                                                                                                           \
        ".section .custom_section.asyncio_js,\"\",@\n"                                                                 \
        ".ascii " ASYNCIO__QUOTE(#type "\1" #name "\1" #parameters "\1" #__VA_ARGS__ "\2") "\n"                        \
                                                                                           ".section .text,\"\",@\n"); \
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
#define ASYNCIO_JS_ASYNC(result, name, parameters, ...) \
    ASYNCIO_JS(asyncio_promise_##result, name, parameters, __VA_ARGS__)
typedef struct asyncio_promise_number_ *asyncio_promise_number;
typedef struct asyncio_promise_text_ *asyncio_promise_text;
typedef struct asyncio_promise_bytes_ *asyncio_promise_bytes;
typedef struct asyncio_promise_value_ *asyncio_promise_value;
typedef struct asyncio_promise_nothing_ *asyncio_promise_nothing;

/* await for such a promise. May suspend; cancelling the task aborts the signal. If it failed, its exception is pending;
 * TypeError for what has no bytes. Text and bytes live until the task ends; a value is a handle of its own, which a
 * long loop had better asyncio_drop. */
#define asyncio_js_await(promise)                         \
    _Generic((promise),                                   \
        asyncio_promise_number: asyncio__js_await_number, \
        asyncio_promise_text: asyncio__js_await_text,     \
        asyncio_promise_bytes: asyncio__js_await_bytes,   \
        asyncio_promise_value: asyncio__js_await_value,   \
        asyncio_promise_nothing: asyncio__js_await_nothing)((asyncio_promise)(promise), ASYNCIO_HERE)

/* A handle for what a function of the type asyncio_js_value has returned; NULL for undefined. Every one must be taken.
 * */
typedef struct asyncio_js_value_ *asyncio_js_value;
asyncio_js *asyncio_js_take(asyncio_js_value value);

/* asyncio.wrap_future for a promise: a future that ends as the promise does. Its result is an asyncio_js * that lives
 * as long as the future. A rejection becomes an exception: of the type that the Error's name says if there is one of
 * that name (TimeoutError), otherwise JsError; it carries the very Error, and gives it back should it reach JavaScript
 * again. Cancelling the future aborts the promise's signal. NULL with MemoryError, RuntimeError without a running loop.
 * */
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
 * The argument that JavaScript passes arrives as `arg`: a number as an integer, a string as a `char *` and anything
 * else as an asyncio_js *; the latter two live until the task ends. */
#define ASYNCIO_EXPORT(name, result)                                                                              \
    __attribute__((export_name("asyncio_export:" #result ":" #name), used)) asyncio_task *asyncio__export_##name( \
        void *arg)                                                                                                \
    {                                                                                                             \
        return asyncio__js_create_task(name, #name, ASYNCIO_HERE, arg);                                           \
    }

/* The same with types on both sides, as ASYNCIO_JS_ASYNC has them for the other direction. Each of up to eight
 * parameters is a pair; what follows is an ordinary function, which runs as a task of its own and may suspend:
 *
 *     ASYNCIO_EXPORT_ASYNC(number, area, (double, width), (double, height), (const char *, unit))
 *     {
 *         asyncio_sleep(1);
 *         return width * height * (strcmp(unit, "cm") ? 1 : 1e-4);
 *     }
 *
 * and in JavaScript `await program.call('area', [2, 3, 'cm'])`, or program.functions.area(2, 3, 'cm'). A parameter is
 *
 *   double, float, an integer, bool       a number (64 bits: a BigInt, too)       const char *    a string; NULL for
 *   null asyncio_bytes                         an ArrayBuffer, a view or a string      asyncio_js *    anything
 *
 * which live until the task ends; JavaScript that passes too few, too many or something else gets a TypeError. The
 * function's type, and what JavaScript gets, follow from `result`: number (double), text (const char *), bytes
 * (asyncio_bytes, a Uint8Array), value (asyncio_js *) or nothing (void). Text and bytes are copied before the task's
 * things go. An exception that is pending when it returns rejects the promise. */
#define ASYNCIO_EXPORT_ASYNC(result, name, ...)                                                                        \
    struct asyncio__arguments_##name {                                                                                 \
        ASYNCIO__PAIRS(ASYNCIO__FIELD, ASYNCIO__NO_COMMA, ##__VA_ARGS__)                                               \
        _Alignas(8) asyncio__outcome asyncio__result;                                                                  \
    };                                                                                                                 \
    static ASYNCIO__GIVES_##result asyncio__typed_##name(                                                              \
        ASYNCIO__PAIRS(ASYNCIO__PARAMETER, ASYNCIO__COMMA, ##__VA_ARGS__));                                            \
    static void *asyncio__body_##name(void *arg)                                                                       \
    {                                                                                                                  \
        struct asyncio__arguments_##name *a = arg;                                                                     \
        return ASYNCIO__GIVE_##result(                                                                                 \
            &a->asyncio__result, asyncio__typed_##name(ASYNCIO__PAIRS(ASYNCIO__PASS, ASYNCIO__COMMA, ##__VA_ARGS__))); \
    }                                                                                                                  \
    __attribute__((export_name("asyncio_typed:" #result ":" #name                                                      \
                               ":" ASYNCIO__PAIRS(ASYNCIO__SAY, ASYNCIO__NO_COMMA, ##__VA_ARGS__)),                    \
                   used)) asyncio_task *                                                                               \
    asyncio__export_##name(void *arg)                                                                                  \
    {                                                                                                                  \
        return asyncio__js_create_task(asyncio__body_##name, #name, ASYNCIO_HERE, arg);                                \
    }                                                                                                                  \
    static ASYNCIO__GIVES_##result asyncio__typed_##name(                                                              \
        ASYNCIO__PAIRS(ASYNCIO__PARAMETER, ASYNCIO__COMMA, ##__VA_ARGS__))

/* ---- JavaScript as a part of the program ----
 *
 * JavaScript can run coroutines of its own in this program's loop (program.createTask), beside those in C: each can
 * await, cancel and lock with the other. A program that is to allow it says ASYNCIO_SHARE, once, at file scope; so do
 * those that use the calls below. */
#define ASYNCIO_SHARE                                                                \
    __attribute__((export_name("asyncio_share"), used)) double asyncio__share_(      \
        int what, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, double number) \
    {                                                                                \
        return asyncio__js_share(what, a, b, c, d, number);                          \
    }

/* A task, future, lock, semaphore, event, condition, barrier or queue as a value for JavaScript: the Lock, ... that it
 * is there. JavaScript holds it as long as it uses it. Items of a queue made in C are numbers to JavaScript. */
#define asyncio_js_of(x) asyncio__js_of(ASYNCIO__OBJECT(x))

/* What a value from JavaScript is here; NULL with TypeError if it is something else. It is borrowed: asyncio_keep()
 * what must outlive the task that was given the value. The result of a JavaScript task is an asyncio_js *. An item of a
 * queue made in JavaScript is an asyncio_js * too, kept for whoever gets it: asyncio_drop() it, and asyncio_keep() what
 * you put. */
#define asyncio_js_task(value) ((asyncio_task *)asyncio__js_object((value), 0))
#define asyncio_js_future(value) ((asyncio_future *)asyncio__js_object((value), 1))
#define asyncio_js_lock(value) ((asyncio_lock *)asyncio__js_object((value), 2))
#define asyncio_js_semaphore(value) ((asyncio_semaphore *)asyncio__js_object((value), 3))
#define asyncio_js_event(value) ((asyncio_event *)asyncio__js_object((value), 4))
#define asyncio_js_condition(value) ((asyncio_condition *)asyncio__js_object((value), 5))
#define asyncio_js_barrier(value) ((asyncio_barrier *)asyncio__js_object((value), 6))
#define asyncio_js_queue(value) ((asyncio_queue *)asyncio__js_object((value), 7))

/* ---- what the macros stand on ---- */

/* Of ASYNCIO_EXPORT_ASYNC: JavaScript puts each argument into eight bytes of its own, and behind them is room for the
 * result. */
typedef union asyncio__outcome {
    double number;
    asyncio_bytes bytes;
} asyncio__outcome;
#define ASYNCIO__GIVES_number double
#define ASYNCIO__GIVES_text const char *
#define ASYNCIO__GIVES_bytes asyncio_bytes
#define ASYNCIO__GIVES_value asyncio_js *
#define ASYNCIO__GIVES_nothing void
#define ASYNCIO__GIVE_number(room, call) ((room)->number = (call), (void *)(room))
#define ASYNCIO__GIVE_text(room, call) ((void)(room), (void *)(call))
#define ASYNCIO__GIVE_bytes(room, call) ((room)->bytes = (call), (void *)(room))
#define ASYNCIO__GIVE_value(room, call) ((void)(room), (void *)(call))
#define ASYNCIO__GIVE_nothing(room, call) ((void)(room), (call), NULL)
#define ASYNCIO__FIELD_(type, name) _Alignas(8) type name;
#define ASYNCIO__FIELD(pair) ASYNCIO__FIELD_ pair
#define ASYNCIO__PARAMETER_(type, name) type name
#define ASYNCIO__PARAMETER(pair) ASYNCIO__PARAMETER_ pair
#define ASYNCIO__PASS_(type, name) a->name
#define ASYNCIO__PASS(pair) ASYNCIO__PASS_ pair
#define ASYNCIO__SAY_(type, name) #type " " #name ","
#define ASYNCIO__SAY(pair) ASYNCIO__SAY_ pair
#define ASYNCIO__NO_COMMA()
#define ASYNCIO__COMMA() ,
#define ASYNCIO__PAIRS(use, between, ...) \
    ASYNCIO__PAIRS_N(ASYNCIO__PAIR_COUNT(__VA_ARGS__), use, between, ##__VA_ARGS__)
#define ASYNCIO__PAIRS_N(n, use, between, ...) ASYNCIO__PAIRS_N_(n, use, between, ##__VA_ARGS__)
#define ASYNCIO__PAIRS_N_(n, use, between, ...) ASYNCIO__PAIRS_##n(use, between, ##__VA_ARGS__)
#define ASYNCIO__PAIR_COUNT(...) ASYNCIO__PAIR_COUNT_(0, ##__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define ASYNCIO__PAIR_COUNT_(zero, a, b, c, d, e, f, g, h, n, ...) n
#define ASYNCIO__PAIRS_0(use, between)
#define ASYNCIO__PAIRS_1(use, between, x) use(x)
#define ASYNCIO__PAIRS_2(use, between, x, ...) use(x) between() ASYNCIO__PAIRS_1(use, between, __VA_ARGS__)
#define ASYNCIO__PAIRS_3(use, between, x, ...) use(x) between() ASYNCIO__PAIRS_2(use, between, __VA_ARGS__)
#define ASYNCIO__PAIRS_4(use, between, x, ...) use(x) between() ASYNCIO__PAIRS_3(use, between, __VA_ARGS__)
#define ASYNCIO__PAIRS_5(use, between, x, ...) use(x) between() ASYNCIO__PAIRS_4(use, between, __VA_ARGS__)
#define ASYNCIO__PAIRS_6(use, between, x, ...) use(x) between() ASYNCIO__PAIRS_5(use, between, __VA_ARGS__)
#define ASYNCIO__PAIRS_7(use, between, x, ...) use(x) between() ASYNCIO__PAIRS_6(use, between, __VA_ARGS__)
#define ASYNCIO__PAIRS_8(use, between, x, ...) use(x) between() ASYNCIO__PAIRS_7(use, between, __VA_ARGS__)

#define ASYNCIO__QUOTE(text) ASYNCIO__QUOTE_(text)
#define ASYNCIO__QUOTE_(text) #text
asyncio_future *asyncio__from_promise(asyncio_promise promise);
bool asyncio__js_await_begins(asyncio_promise promise, const asyncio_site *site);
double asyncio__js_ends_number(void);
const char *asyncio__js_ends_text(void);
asyncio_bytes asyncio__js_ends_bytes(void);
asyncio_js *asyncio__js_ends_value(void);
int asyncio__js_ends_nothing(void);

/* Here, so that a task that waits has no frame of the library's to put away. */
#define ASYNCIO__JS_AWAIT(type, brings, failed)                                                            \
    static inline __attribute__((always_inline)) type asyncio__js_await_##brings(asyncio_promise promise,  \
                                                                                 const asyncio_site *site) \
    {                                                                                                      \
        if (!asyncio__js_await_begins(promise, site))                                                      \
            return failed;                                                                                 \
        asyncio__suspend();                                                                                \
        return asyncio__js_ends_##brings();                                                                \
    }
ASYNCIO__JS_AWAIT(double, number, __builtin_nan(""))
ASYNCIO__JS_AWAIT(const char *, text, NULL)
ASYNCIO__JS_AWAIT(asyncio_bytes, bytes, ((asyncio_bytes){NULL, 0}))
ASYNCIO__JS_AWAIT(asyncio_js *, value, NULL)
ASYNCIO__JS_AWAIT(int, nothing, -1)

double asyncio__js_share(int what, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, double number);
int asyncio__js_main(void);
asyncio_js *asyncio__js_of(asyncio_object *object);
asyncio_object *asyncio__js_object(asyncio_js *value, int type);
asyncio_task *asyncio__js_create_task(asyncio_body *body, const char *name, const asyncio_site *site, void *arg);

#endif
