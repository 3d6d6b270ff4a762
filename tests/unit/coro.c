/* Stack switching, from inside: what has to survive a suspension. suspending.c goes on from outside. */
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
