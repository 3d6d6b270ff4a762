/* Where a program may suspend, as it is seen from outside: everywhere; and what happens when a stack is too small. */
#include "unit.h"

/* ---- where a program may suspend: everywhere ---- */

static int yields;

static void yield_once(void)
{
    yields++;
    CHECK_INT(asyncio_sleep(0), 0);
}

static void *tick(void *arg)
{
    for (int *ticks = arg;; ++*ticks)
        if (asyncio_sleep(0) < 0)
            return NULL;
}

/* Runs a function while another task counts turns: each suspension must have given it one. */
static void check_suspends(void (*function)(void), int least)
{
    int ticks = 0;
    yields = 0;
    asyncio_task *other = asyncio_create_task(tick, &ticks);
    function();
    CHECK(yields >= least);
    CHECK(ticks >= yields - 1);
    CHECK(ticks <= yields + 1);
    asyncio_task_cancel(other);
    asyncio_sleep(0);
}

static int compare_and_yield(const void *a, const void *b)
{
    yield_once();
    return *(const int *)a - *(const int *)b;
}

static void sort_with_a_comparator_that_awaits(void)
{
    int numbers[] = {5, 3, 9, 1, 7, 2, 8, 6, 4, 0};
    qsort(numbers, 10, sizeof numbers[0], compare_and_yield);
    for (int i = 0; i < 10; i++)
        CHECK_INT(numbers[i], i);
}

ASYNC_TEST(a_qsort_comparator_may_await)
{
    check_suspends(sort_with_a_comparator_that_awaits, 9);
}

static void search_with_a_comparator_that_awaits(void)
{
    int numbers[] = {1, 3, 5, 7, 9, 11, 13}, wanted = 11;
    CHECK_POINTER(bsearch(&wanted, numbers, 7, sizeof numbers[0], compare_and_yield), &numbers[5]);
}

ASYNC_TEST(a_bsearch_comparator_may_await)
{
    check_suspends(search_with_a_comparator_that_awaits, 1);
}

/* A tree and a visitor, as any C program has them. */
typedef struct binary_tree {
    int value;
    struct binary_tree *left, *right;
} binary_tree;

typedef void visitor(binary_tree *node, void *context);

static void visit(binary_tree *node, visitor *function, void *context)
{
    if (!node)
        return;
    visit(node->left, function, context);
    function(node, context);
    visit(node->right, function, context);
}

static void add_and_yield(binary_tree *node, void *context)
{
    yield_once();
    *(int *)context += node->value;
}

static void visit_a_tree(void)
{
    binary_tree leaves[] = {{1, NULL, NULL}, {2, NULL, NULL}, {4, NULL, NULL}};
    binary_tree inner = {8, &leaves[0], &leaves[1]}, root = {16, &inner, &leaves[2]};
    int sum = 0;
    visit(&root, add_and_yield, &sum);
    CHECK_INT(sum, 31);
}

ASYNC_TEST(a_visitor_callback_may_await)
{
    check_suspends(visit_a_tree, 5);
}

static int add_up(int count, ...)
{
    va_list arguments;
    int sum = 0;
    va_start(arguments, count);
    for (int i = 0; i < count; i++) {
        yield_once();
        sum += va_arg(arguments, int);
    }
    va_end(arguments);
    return sum;
}

static void call_variadic(void)
{
    CHECK_INT(add_up(4, 1, 2, 3, 4), 10);
}

ASYNC_TEST(a_variadic_function_may_await)
{
    check_suspends(call_variadic, 4);
}

static double through_switch_and_loops(int n)
{
    double sum = 0.5;
    for (int i = 0; i < n; i++) {
        switch (i % 3) {
        case 0: yield_once(); break;
        case 1: sum += i; /* fallthrough */
        default:
            do
                yield_once();
            while (0);
        }
        sum *= 2;
    }
    return sum;
}

static void await_in_control_flow(void)
{
    CHECK_NUMBER(through_switch_and_loops(6), 80);
}

ASYNC_TEST(any_control_flow_may_await)
{
    check_suspends(await_in_control_flow, 6);
}

static struct wide {
    long long a[6];
} by_value(struct wide w, double factor)
{
    yield_once();
    for (int i = 0; i < 6; i++)
        w.a[i] = (long long)((double)w.a[i] * factor);
    return w;
}

static void pass_a_struct_by_value(void)
{
    struct wide w = by_value((struct wide){{1, 2, 3, 4, 5, 6}}, 3);
    for (int i = 0; i < 6; i++)
        CHECK_INT(w.a[i], 3 * (i + 1));
}

ASYNC_TEST(a_function_that_takes_and_returns_a_struct_may_await)
{
    check_suspends(pass_a_struct_by_value, 1);
}

static void *print_numbers(void *arg)
{
    long n = (long)arg;
    char text[64];
    snprintf(text, sizeof text, "%.3f", (double)n / 8); /* printf of a double is the greediest user of the stack */
    asyncio_sleep(0);
    snprintf(text + strlen(text), 20, "/%.3f", (double)n / 8);
    char expected[64];
    snprintf(expected, sizeof expected, "%.3f/%.3f", (double)n / 8, (double)n / 8);
    CHECK_STRING(text, expected);
    return NULL;
}

ASYNC_TEST(printf_of_a_double_fits_on_the_usual_stack)
{
    asyncio_coroutine *all[10];
    for (long n = 0; n < 10; n++)
        all[n] = asyncio_coro(print_numbers, (void *)n);
    asyncio_await(asyncio_gather_array(all, 10));
}

/* The names of a program's functions are its own: none of these may be taken for one of the runtime's. */
static void group_by_name(void)
{
    yield_once();
}
static void trace_a_request(void)
{
    yield_once();
}
static void object_visit(void)
{
    yield_once();
}
static void exception_retry(void)
{
    yield_once();
}
static void future_wait_for(void)
{
    yield_once();
}
static void tasks_run_all(void)
{
    yield_once();
}
static void gathering_nuts(void)
{
    yield_once();
}
static void chrome_plate(void)
{
    yield_once();
}
static void child_done_waiting(void)
{
    yield_once();
}

static void call_functions_of_many_names(void)
{
    void (*volatile functions[])(void) = {group_by_name,   trace_a_request, object_visit,
                                          exception_retry, future_wait_for, tasks_run_all,
                                          gathering_nuts,  chrome_plate,    child_done_waiting};
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        functions[i]();
}

ASYNC_TEST(functions_of_any_name_may_await)
{
    check_suspends(call_functions_of_many_names, 9);
}

/* ---- stacks that are too small ---- */

static volatile bool deeper = true;

static int recurse_for_ever(int n)
{
    volatile char frame[512];
    frame[n % 512] = (char)n;
    return deeper ? recurse_for_ever(n + 1) + frame[n % 512] : 0;
}

static void *recursing(void *arg)
{
    recurse_for_ever(0);
    return arg;
}

static void *start_recursing(void *arg)
{
    asyncio_await(asyncio_create_task(recursing, NULL, .name = "climber"));
    return arg;
}

TEST(recursion_without_end_is_a_crash_that_names_the_task)
{
    expect_crash("stack overflow in task climber (recursing)");
    asyncio_run(start_recursing);
}

static void fill_frame(volatile char *array, size_t size)
{
    for (size_t i = 0; i < size; i += 256)
        array[i] = 'x';
}

static void *with_a_huge_array(void *arg)
{
    volatile char array[3 * 1024 * 1024];
    fill_frame(array, sizeof array);
    return arg;
}

static void *start_huge_array(void *arg)
{
    asyncio_create_task(with_a_huge_array, NULL, .name = "hoarder");
    asyncio_sleep(0);
    return arg;
}

TEST(an_array_larger_than_the_stack_is_a_crash_that_names_the_task)
{
    expect_crash("stack overflow in task hoarder (with_a_huge_array)");
    asyncio_run(start_huge_array);
}

static void *overflow_after_a_suspension(void *arg)
{
    asyncio_sleep(1);
    recurse_for_ever(0);
    return arg;
}

static void *start_late_overflow(void *arg)
{
    (void)arg;
    asyncio_task *t = asyncio_create_task(overflow_after_a_suspension);
    asyncio_sleep(2);
    return t;
}

TEST(a_stack_overflow_in_an_unnamed_task_tells_its_number)
{
    expect_crash("stack overflow in task Task-2 (overflow_after_a_suspension)");
    asyncio_run(start_late_overflow);
}

#ifndef __wasm__ /* there the stack of main() and of callbacks is the engine's, which throws */
static void overflowing(void *arg)
{
    (void)arg;
    recurse_for_ever(0);
}

static void *start_callback(void *arg)
{
    asyncio_loop_call_soon(asyncio_get_running_loop(), overflowing, NULL);
    asyncio_sleep(1);
    return arg;
}

TEST(recursion_without_end_in_a_callback_is_told)
{
    expect_crash("stack overflow in a callback");
    asyncio_run(start_callback);
}

TEST(recursion_without_end_in_main_is_told)
{
    expect_crash("stack overflow in main()");
    recurse_for_ever(0);
}

static void *start_thread(void *arg)
{
    asyncio_await(asyncio_to_thread(recursing, arg));
    return arg;
}

TEST(recursion_without_end_in_a_thread_is_told)
{
    expect_crash("stack overflow in recursing() in its thread");
    asyncio_run(start_thread);
}
#endif
