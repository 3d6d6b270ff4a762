/* A library without main(): coroutines that JavaScript calls, and JavaScript that they call. The tests put what
 * JavaScript is to do into globalThis.hooks. */
#include <asyncio_js.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ASYNCIO_JS(asyncio_promise, ask, (const char *what), { return hooks.ask(text(what), signal); })
ASYNCIO_JS(asyncio_promise, ask_number, (double n), { return hooks.askNumber(n, signal); })
ASYNCIO_JS(asyncio_promise, send_value, (asyncio_js *handle, const char *at, long length), {
    return hooks.send(value(handle), bytes(at, length));
})
ASYNCIO_JS(double, twice, (double x), {
    if (x < 0)
        throw new RangeError("negative: " + x);
    if (x > 1000)
        throw Object.assign(new Error("too slow"), { name: 'TimeoutError' });
    return 2 * x;
})
ASYNCIO_JS(void, tell, (const char *what), { hooks.tell(text(what)); })

ASYNCIO_JS(double, odd_double, (void), { return hooks.odd(); })
ASYNCIO_JS(int64_t, odd_large, (void), { return hooks.odd(); })
ASYNCIO_JS(void, odd_nothing, (void), { return hooks.odd(); })
/* functions of the library have such names, behind a prefix */
ASYNCIO_JS(double, create_task, (double x), { return x + 1; })
ASYNCIO_JS(double, share, (double x), { return x + 2; })

static char answer[4096]; /* of the coroutines that return text; copied before another one runs */

/* ---- C awaits JavaScript ---- */

static asyncio_js *await_ask(const char *what)
{
    return asyncio_await(asyncio_from_promise(ask(what)));
}

static void *await_number(void *what)
{
    return (void *)(long)asyncio_js_number(await_ask(what));
}
ASYNCIO_EXPORT(await_number, number)

/* asyncio_js_number as text, so that NaN and fractions can be seen. */
static void *await_number_text(void *what)
{
    asyncio_js *value = await_ask(what);
    if (asyncio_failed())
        return NULL;
    snprintf(answer, sizeof answer, "%s %.17g", value ? "value" : "NULL", asyncio_js_number(value));
    return answer;
}
ASYNCIO_EXPORT(await_number_text, text)

static void *await_text(void *what)
{
    return (void *)asyncio_js_text(await_ask(what));
}
ASYNCIO_EXPORT(await_text, text)

static void *await_bytes(void *what)
{
    size_t length;
    asyncio_js *value = await_ask(what);
    const unsigned char *bytes = asyncio_js_bytes(value, &length);
    int end = snprintf(answer, sizeof answer, "%s %d:", bytes ? "bytes" : "NULL", (int)length);
    for (size_t i = 0; i < length; i++)
        end += snprintf(answer + end, sizeof answer - (size_t)end, " %d", bytes[i]);
    return answer;
}
ASYNCIO_EXPORT(await_bytes, text)

static void *await_value(void *what)
{
    return await_ask(what);
}
ASYNCIO_EXPORT(await_value, value)

/* The values that C makes, sent to JavaScript: the answer says what arrived there. */
static void *send_values(void *arg)
{
    (void)arg;
    static const unsigned char some[] = {0, 1, 254, 255};
    asyncio_js *text = asyncio_js_from_text("grüße");
    asyncio_js *number = asyncio_js_from_number(0.5);
    asyncio_js *bytes = asyncio_js_from_bytes(some, sizeof some);
    asyncio_js *handles[] = {text, number, bytes, NULL};
    for (int i = 0; i < 4; i++) {
        asyncio_await(asyncio_from_promise(send_value(handles[i], (const char *)some, i)));
        if (asyncio_failed())
            return NULL;
    }
    return NULL;
}
ASYNCIO_EXPORT(send_values, nothing)

/* Numbers 0..n-1 awaited all at once: their results in order, as text. */
static void *gather_numbers(void *arg)
{
    long n = (long)arg;
    asyncio_future *promises[64];
    for (long i = 0; i < n; i++)
        promises[i] = asyncio_from_promise(ask_number((double)i));
    void **results = asyncio_await(asyncio_gather_array(promises, (size_t)n));
    if (!results)
        return NULL;
    int end = 0;
    for (long i = 0; i < n; i++)
        end += snprintf(answer + end, sizeof answer - (size_t)end, "%s%g", i ? " " : "", asyncio_js_number(results[i]));
    return answer;
}
ASYNCIO_EXPORT(gather_numbers, text)

/* One task for each of n promises; each tells when its own is there. */
static void *tell_number(void *arg)
{
    char text[32];
    asyncio_js *value = asyncio_await(asyncio_from_promise(ask_number((double)(long)arg)));
    snprintf(text, sizeof text, "%ld: %g", (long)arg, asyncio_js_number(value));
    tell(text);
    return NULL;
}

static void *tell_numbers(void *arg)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        for (long i = 0; i < (long)arg; i++)
            asyncio_task_group_create_task(group, tell_number, (void *)i);
    }
    return NULL;
}
ASYNCIO_EXPORT(tell_numbers, nothing)

/* Two tasks that await the same promise, and one that awaits it again when it is settled. */
static void *await_shared_text(void *arg)
{
    return (void *)asyncio_js_text(asyncio_await((asyncio_future *)arg));
}

static void *await_thrice(void *what)
{
    asyncio_future *promise = asyncio_from_promise(ask(what));
    asyncio_task *a = asyncio_create_task(await_shared_text, promise),
                 *b = asyncio_create_task(await_shared_text, promise);
    asyncio_await(asyncio_gather(a, b));
    if (asyncio_failed())
        return NULL;
    snprintf(answer, sizeof answer, "%s %s %s", (char *)asyncio_task_result(a), (char *)asyncio_task_result(b),
             asyncio_js_text(asyncio_await(promise)));
    return answer;
}
ASYNCIO_EXPORT(await_thrice, text)

/* What a rejection is in C: type, base, message, whether the Error is there. */
static void *await_caught(void *what)
{
    await_ask(what);
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);
    if (!e)
        return "nothing";
    snprintf(answer, sizeof answer, "%s(%s)%s", asyncio_exception_name(e), asyncio_exception_message(e),
             asyncio_exception_js(e) ? " with its Error" : "");
    return answer;
}
ASYNCIO_EXPORT(await_caught, text)

static void *await_passed(void *what)
{
    await_ask(what);
    return NULL;
}
ASYNCIO_EXPORT(await_passed, nothing)

/* The same through another task and gather. */
static void *await_passed_far(void *what)
{
    asyncio_await(asyncio_gather(asyncio_coro(await_passed, what)));
    return NULL;
}
ASYNCIO_EXPORT(await_passed_far, nothing)

static void *await_reraised(void *what)
{
    await_ask(what);
    if (asyncio_except(ASYNCIO_EXCEPTION))
        return asyncio_reraise();
    return NULL;
}
ASYNCIO_EXPORT(await_reraised, nothing)

static void *call_twice(void *arg)
{
    double doubled = twice((double)(long)arg);
    if (asyncio_failed())
        return NULL;
    return (void *)(long)doubled;
}
ASYNCIO_EXPORT(call_twice, number)

static void *call_twice_caught(void *arg)
{
    twice((double)(long)arg);
    asyncio_exception *e = asyncio_except(ASYNCIO_EXCEPTION);
    snprintf(answer, sizeof answer, "%s(%s)", e ? asyncio_exception_name(e) : "",
             e ? asyncio_exception_message(e) : "");
    return answer;
}
ASYNCIO_EXPORT(call_twice_caught, text)

/* A promise that nobody awaits any more when it is settled. */
static void *await_dropped(void *what)
{
    asyncio_drop(asyncio_from_promise(ask(what)));
    return NULL;
}
ASYNCIO_EXPORT(await_dropped, nothing)

/* Promises that are asked for when they are settled already, the last one first: the sum of what they brought. */
static void *await_late(void *arg)
{
    enum { MANY = 100 };
    asyncio_promise promises[MANY];
    double sum = 0;
    (void)arg;
    for (int i = 0; i < MANY; i++)
        promises[i] = ask_number(i);
    await_ask("pause");
    for (int i = MANY; i--;)
        sum += asyncio_js_number(asyncio_await(asyncio_from_promise(promises[i])));
    return (void *)(long)sum;
}
ASYNCIO_EXPORT(await_late, number)

static void *await_late_passed(void *what)
{
    asyncio_promise promise = ask(what);
    await_ask("pause");
    asyncio_await(asyncio_from_promise(promise));
    return NULL;
}
ASYNCIO_EXPORT(await_late_passed, nothing)

static void *claim_twice(void *what)
{
    asyncio_promise promise = ask(what);
    asyncio_future *future = asyncio_from_promise(promise);
    asyncio_from_promise(promise);
    asyncio_exception *e = asyncio_except(ASYNCIO_RUNTIME_ERROR);
    snprintf(answer, sizeof answer, "%s; %s", e ? asyncio_exception_message(e) : "no error",
             asyncio_js_text(asyncio_await(future)));
    return answer;
}
ASYNCIO_EXPORT(claim_twice, text)

/* Cancels a task that awaits a promise, from C. */
static void *cancel_waiter(void *what)
{
    asyncio_task *waiter = asyncio_create_task(await_passed, what);
    asyncio_sleep(0);
    asyncio_task_cancel(waiter, "enough");
    asyncio_await(waiter);
    asyncio_exception *e = asyncio_except(ASYNCIO_CANCELLED_ERROR);
    snprintf(answer, sizeof answer, "%s(%s)", e ? asyncio_exception_name(e) : "not cancelled",
             e ? asyncio_exception_message(e) : "");
    return answer;
}
ASYNCIO_EXPORT(cancel_waiter, text)

/* A task that is cancelled while it awaits a promise, and goes on. */
static void *survive_cancel(void *what)
{
    await_ask(what);
    asyncio_exception *e = asyncio_except(ASYNCIO_CANCELLED_ERROR);
    snprintf(answer, sizeof answer, "went on after %s(%s)", e ? asyncio_exception_name(e) : "nothing",
             e ? asyncio_exception_message(e) : "");
    return answer;
}
ASYNCIO_EXPORT(survive_cancel, text)

/* ---- JavaScript awaits C ---- */

static void *add_one(void *arg)
{
    return (char *)arg + 1;
}
ASYNCIO_EXPORT(add_one, number)

static void *greet(void *name)
{
    asyncio_sleep(0);
    snprintf(answer, sizeof answer, "hello, %s", (const char *)name);
    return answer;
}
ASYNCIO_EXPORT(greet, text)

static void *give_back(void *value)
{
    asyncio_sleep(0);
    return value;
}
ASYNCIO_EXPORT(give_back, value)

static void *nothing_much(void *arg)
{
    asyncio_sleep(0);
    return arg;
}
ASYNCIO_EXPORT(nothing_much, nothing)

static void *bytes_in_use(void *arg)
{
    (void)arg;
    return (void *)mallinfo().uordblks;
}
ASYNCIO_EXPORT(bytes_in_use, number)

/* Sleeps that many milliseconds; gives them back. */
static void *sleep_ms(void *arg)
{
    if (asyncio_sleep((double)(long)arg / 1000) < 0)
        return NULL;
    return arg;
}
ASYNCIO_EXPORT(sleep_ms, number)

static void *sleep_and_tell(void *what)
{
    const char *text = what;
    asyncio_sleep(atof(text) / 1000);
    tell(text);
    return NULL;
}
ASYNCIO_EXPORT(sleep_and_tell, nothing)

static void tell_callback(void *what)
{
    tell(what);
}

/* Timers in pairs of equal deadlines, set in another order than that in which they are due. */
static void *timers_in_pairs(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    double now = asyncio_loop_time(loop);
    asyncio_loop_call_at(loop, now + 0.020, tell_callback, "20 first");
    asyncio_loop_call_at(loop, now + 0.010, tell_callback, "10 first");
    asyncio_loop_call_at(loop, now + 0.020, tell_callback, "20 second");
    asyncio_loop_call_at(loop, now + 0.010, tell_callback, "10 second");
    asyncio_loop_call_at(loop, now + 0.015, tell_callback, "15");
    asyncio_loop_call_at(loop, now + 0.010, tell_callback, "10 third");
    asyncio_sleep(0.021);
    return arg;
}
ASYNCIO_EXPORT(timers_in_pairs, nothing)

/* Runs turns until it is cancelled; tells at the beginning. */
static void *turn_for_ever(void *arg)
{
    tell("turning");
    while (asyncio_sleep(0) == 0)
        ;
    return arg;
}
ASYNCIO_EXPORT(turn_for_ever, nothing)

static void *take_turns(void *arg)
{
    for (long i = 0; i < (long)arg; i++)
        if (asyncio_sleep(0) < 0)
            return NULL;
    return arg;
}
ASYNCIO_EXPORT(take_turns, number)

static void *wait_for_ever(void *arg)
{
    asyncio_future *never = asyncio_loop_create_future(asyncio_get_running_loop());
    tell("waiting");
    asyncio_await(never);
    return arg;
}
ASYNCIO_EXPORT(wait_for_ever, nothing)

static void *tell_argument(void *what)
{
    tell(what);
    return NULL;
}
ASYNCIO_EXPORT(tell_argument, nothing)

/* Tells before and after: what a call in between may not come between. */
static void *tell_thrice(void *arg)
{
    tell("before");
    tell("call");
    tell("after");
    asyncio_sleep(0);
    tell("next turn");
    return arg;
}
ASYNCIO_EXPORT(tell_thrice, nothing)

static void *print_line(void *arg)
{
    puts(arg);
    return NULL;
}
ASYNCIO_EXPORT(print_line, nothing)

static void *task_name(void *arg)
{
    (void)arg;
    asyncio_sleep(0); /* so that the caller has time to ask for the name */
    snprintf(answer, sizeof answer, "%s", asyncio_task_get_name(asyncio_current_task()));
    return answer;
}
ASYNCIO_EXPORT(task_name, text)

/* ---- failing ---- */

ASYNCIO_EXCEPTION_TYPE(parse_error, "ParseError", ASYNCIO_VALUE_ERROR);
ASYNCIO_EXCEPTION_TYPE(syntax_error, "DeepError", parse_error);

static void *fail_value(void *arg)
{
    asyncio_sleep(0);
    return asyncio_raise(ASYNCIO_VALUE_ERROR, "no %d", (int)(long)arg);
}
ASYNCIO_EXPORT(fail_value, number)

static void *fail_own(void *arg)
{
    (void)arg;
    return asyncio_raise(parse_error, "line 3");
}
ASYNCIO_EXPORT(fail_own, number)

static void *fail_own_deep(void *arg)
{
    (void)arg;
    return asyncio_raise(syntax_error, "line 4");
}
ASYNCIO_EXPORT(fail_own_deep, number)

static void *fail_cancelled(void *arg)
{
    asyncio_task_cancel(asyncio_current_task(), "by myself");
    asyncio_sleep(0);
    return arg;
}
ASYNCIO_EXPORT(fail_cancelled, nothing)

static void *fail_group(void *arg)
{
    asyncio_task_group *group = asyncio_task_group_new();
    (void)arg;
    asyncio_with (group) {
        asyncio_task_group_create_task(group, fail_value, (void *)1);
        asyncio_task_group_create_task(group, fail_own, NULL);
        asyncio_task_group_create_task(group, await_passed, "rejected");
    }
    return NULL;
}
ASYNCIO_EXPORT(fail_group, nothing)

static int innermost(void)
{
    asyncio_sleep(0);
    asyncio_raise(ASYNCIO_LOOKUP_ERROR, "deep down");
    return -1;
}

static void *inner(void *arg)
{
    innermost();
    return arg;
}

static void *middle(void *arg)
{
    return asyncio_await(asyncio_coro(inner, arg));
}

static void *fail_deep(void *arg)
{
    asyncio_task *task = asyncio_create_task(middle, arg);
    return asyncio_await(task);
}
ASYNCIO_EXPORT(fail_deep, nothing)

/* Waits for another task's failure that JavaScript gets twice: once from each. */
static asyncio_task *failing;

static void *fail_shared(void *arg)
{
    if (!failing)
        failing = asyncio_keep(asyncio_create_task(fail_value, arg));
    return asyncio_await(failing);
}
ASYNCIO_EXPORT(fail_shared, number)

/* ---- dying ---- */

static int depth(const volatile int *above)
{
    volatile int here[64];
    here[0] = *above + 1;
    return here[0] < 0 ? 0 : depth(here) + here[0];
}

static void *crash(void *how)
{
    volatile int zero = 0;
    asyncio_sleep(0);
    if (!strcmp(how, "trap"))
        __builtin_trap();
    if (!strcmp(how, "abort"))
        abort();
    if (!strcmp(how, "stack"))
        return (void *)(long)depth(&zero);
    if (!strcmp(how, "memory"))
        return (void *)(long)*(volatile int *)0xfffffff0u;
    return NULL;
}
ASYNCIO_EXPORT(crash, number)

/* Deeper than the engine's own stack without any use of the C stack. */
static long engine_depth(long n)
{
    if (asyncio_failed())
        return 0;
    return n + engine_depth(n + 1) * 3;
}

static void *crash_engine(void *arg)
{
    asyncio_sleep(0);
    return (void *)engine_depth((long)arg);
}
ASYNCIO_EXPORT(crash_engine, number)

/* ---- odd results ---- */

static void *call_odd(void *arg)
{
    double result = 7;
    if (arg == (void *)0)
        result = odd_double();
    else if (arg == (void *)1)
        result = (double)odd_large();
    else
        odd_nothing();
    snprintf(answer, sizeof answer, "%g", result);
    return asyncio_failed() ? NULL : answer;
}
ASYNCIO_EXPORT(call_odd, text)

static void *call_namesakes(void *arg)
{
    (void)arg;
    return (void *)(long)(create_task(1) * 10 + share(1));
}
ASYNCIO_EXPORT(call_namesakes, number)
