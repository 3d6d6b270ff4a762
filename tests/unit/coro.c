/* Stack switching: what has to survive a suspension, and where one may happen. White-box, and then from outside. */
#include "inside.h"
#include "unit.h"

/* ---- the door itself ---- */

static void *twice(void *arg)
{
    log_("%s1", (char *)arg);
    coro_suspend();
    log_("%s2", (char *)arg);
    coro_suspend();
    log_("%s3", (char *)arg);
    return (char *)arg + 1;
}

TEST(a_coroutine_runs_until_it_suspends_and_goes_on_from_there)
{
    char name[] = "a";
    coro c = {0};
    coro_prepare(&c, twice, name, 0);
    CHECK_LOG("");
    CHECK_INT(coro_resume(&c), CORO_SUSPENDED);
    CHECK_LOG("a1");
    CHECK_INT(coro_resume(&c), CORO_SUSPENDED);
    CHECK_LOG("a2");
    CHECK_INT(coro_resume(&c), CORO_DONE);
    CHECK_LOG("a3");
    CHECK_POINTER(coro_result(&c), name + 1);
    coro_free(&c);
}

TEST(coroutines_are_resumed_in_any_order)
{
    coro a = {0}, b = {0};
    coro_prepare(&a, twice, "a", 0);
    coro_prepare(&b, twice, "b", 0);
    coro_resume(&a);
    coro_resume(&b);
    coro_resume(&b);
    coro_resume(&a);
    coro_resume(&b);
    coro_resume(&a);
    CHECK_LOG("a1 b1 b2 a2 b3 a3");
    coro_free(&a);
    coro_free(&b);
}

static void *outer_of_two(void *arg)
{
    coro inner = {0};
    coro_prepare(&inner, twice, arg, 0);
    for (int step = 1; coro_resume(&inner) == CORO_SUSPENDED; step++)
        log_("outer%d", step);
    coro_free(&inner);
    return arg;
}

TEST(a_coroutine_may_resume_another)
{
    coro outer = {0};
    coro_prepare(&outer, outer_of_two, "i", 0);
    CHECK_INT(coro_resume(&outer), CORO_DONE);
    CHECK_LOG("i1 outer1 i2 outer2 i3");
    coro_free(&outer);
}

static coro *seen_running;

static void *look_who_runs(void *arg)
{
    seen_running = coro_running();
    coro_suspend();
    return arg;
}

TEST(the_running_coroutine_is_known)
{
    coro c = {0}, *before = coro_running();
    coro_prepare(&c, look_who_runs, NULL, 0);
    coro_resume(&c);
    CHECK_POINTER(seen_running, &c);
    CHECK_POINTER(coro_running(), before);
    coro_resume(&c);
    coro_free(&c);
}

TEST(a_suspended_coroutine_can_be_freed)
{
    for (int i = 0; i < 3; i++) {
        coro c = {0};
        coro_prepare(&c, twice, "x", 0);
        coro_resume(&c);
        coro_free(&c);
    }
    CHECK_LOG("x1 x1 x1");
}

TEST(a_coroutine_that_never_ran_can_be_freed)
{
    coro c = {0};
    coro_prepare(&c, twice, "x", 0);
    coro_free(&c);
    CHECK_LOG("");
}

static void *use_much_stack(void *arg)
{
    volatile char array[200 * 1024];
    memset((char *)array, 'x', sizeof array);
    coro_suspend();
    for (size_t i = 0; i < sizeof array; i += 1000)
        CHECK_INT(array[i], 'x');
    return arg;
}

TEST(a_coroutine_may_ask_for_a_larger_stack)
{
    coro c = {0};
    coro_prepare(&c, use_much_stack, NULL, 1024 * 1024);
    CHECK_INT(coro_resume(&c), CORO_SUSPENDED);
    CHECK_INT(coro_resume(&c), CORO_DONE);
    coro_free(&c);
}

/* ---- what survives ---- */

static void *locals_of_every_kind(void *arg)
{
    char c = 'c';
    short s = -2;
    int i = 3;
    long long l = -4000000000000;
    float f = 5.5f;
    double d = 6.25;
    void *p = arg;
    struct {
        int x;
        char text[20];
    } in_memory = {7, "in memory"};
    int array[10];
    for (int n = 0; n < 10; n++)
        array[n] = n * n;
    for (int round = 0; round < 3; round++) {
        coro_suspend();
        CHECK_INT(c, 'c' + round);
        CHECK_INT(s, -2 + round);
        CHECK_INT(i, 3 + round);
        CHECK_INT(l, -4000000000000 + round);
        CHECK_NUMBER(f, 5.5 + round);
        CHECK_NUMBER(d, 6.25 + round);
        CHECK_POINTER(p, arg);
        CHECK_INT(in_memory.x, 7);
        CHECK_STRING(in_memory.text, "in memory");
        for (int n = 0; n < 10; n++)
            CHECK_INT(array[n], n * n);
        c++, s++, i++, l++, f++, d++;
    }
    return arg;
}

TEST(locals_of_every_kind_survive)
{
    coro many[20] = {0};
    for (int n = 0; n < 20; n++)
        coro_prepare(&many[n], locals_of_every_kind, &many[n], 0);
    for (int round = 0; round < 3; round++)
        for (int n = 0; n < 20; n++)
            CHECK_INT(coro_resume(&many[n]), CORO_SUSPENDED);
    for (int n = 19; n >= 0; n--) {
        CHECK_INT(coro_resume(&many[n]), CORO_DONE);
        CHECK_POINTER(coro_result(&many[n]), &many[n]);
        coro_free(&many[n]);
    }
}

static void *pointer_into_own_stack(void *arg)
{
    int value = 1, *address = &value;
    *(int **)arg = address;
    coro_suspend();
    CHECK_INT(value, 2); /* changed by somebody else meanwhile */
    CHECK_POINTER(&value, address);
    return NULL;
}

static void *uses_the_stack_meanwhile(void *arg)
{
    volatile char array[4000];
    memset((char *)array, 0xee, sizeof array);
    return arg;
}

TEST(addresses_of_locals_stay_good_while_others_run)
{
    int *address;
    coro a = {0}, b = {0};
    coro_prepare(&a, pointer_into_own_stack, &address, 0);
    coro_prepare(&b, uses_the_stack_meanwhile, NULL, 0);
    coro_resume(&a);
    coro_resume(&b);
    CHECK_INT(*address, 1);
    *address = 2;
    CHECK_INT(coro_resume(&a), CORO_DONE);
    coro_free(&a);
    coro_free(&b);
}

static int sum_down(int depth)
{
    if (depth == 0) {
        coro_suspend();
        return 0;
    }
    char text[16];
    snprintf(text, sizeof text, "%d", depth);
    int below = sum_down(depth - 1);
    CHECK_INT(atoi(text), depth);
    return below + depth;
}

static void *suspends_deep_down(void *arg)
{
    long depth = (long)arg;
    CHECK_INT(sum_down((int)depth), depth * (depth + 1) / 2);
    return arg;
}

TEST(a_deep_stack_suspends_as_a_whole)
{
    coro many[5] = {0};
    for (long n = 0; n < 5; n++)
        coro_prepare(&many[n], suspends_deep_down, (void *)(n * 50 + 1), 0);
    for (int n = 0; n < 5; n++)
        CHECK_INT(coro_resume(&many[n]), CORO_SUSPENDED);
    for (int n = 0; n < 5; n++) {
        CHECK_INT(coro_resume(&many[n]), CORO_DONE);
        coro_free(&many[n]);
    }
}

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
        default: do yield_once(); while (0);
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
static void group_by_name(void) { yield_once(); }
static void trace_a_request(void) { yield_once(); }
static void object_visit(void) { yield_once(); }
static void exception_retry(void) { yield_once(); }
static void future_wait_for(void) { yield_once(); }
static void tasks_run_all(void) { yield_once(); }
static void gathering_nuts(void) { yield_once(); }
static void chrome_plate(void) { yield_once(); }
static void child_done_waiting(void) { yield_once(); }

static void call_functions_of_many_names(void)
{
    void (*volatile functions[])(void) = {group_by_name, trace_a_request, object_visit, exception_retry, future_wait_for,
                                          tasks_run_all, gathering_nuts, chrome_plate, child_done_waiting};
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
