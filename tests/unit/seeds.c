/* The clock as an option, the seeded scheduler, and asyncio_explore: what a seed may change, and what it never does. */
#include "unit.h"

enum { MANY = 1000 };

/* ---- clock and seed as options ---- */

static void *sleeps_an_hour(void *arg)
{
    double before = now();
    asyncio_sleep(3600);
    log_("%g", now() - before);
    return arg;
}

TEST(run_takes_the_clock_as_an_option)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    CHECK_INT(asyncio_run(sleeps_an_hour, NULL, .clock = ASYNCIO_CLOCK_VIRTUAL), 0);
    CHECK_LOG("3600");
    double before = now(); /* on the real one again, which does not jump */
    asyncio_time_sleep(0.002);
    CHECK(now() - before < 1000);
    CHECK(now() > before);
}

TEST(set_schedule_is_for_all_loops_from_then_on)
{
    setenv("ASYNCIO_CLOCK", "real", 1);
    CHECK_INT(asyncio_set_schedule(.clock = ASYNCIO_CLOCK_VIRTUAL), 0);
    for (int i = 0; i < 2; i++)
        CHECK_INT(asyncio_run(sleeps_an_hour), 0);
    CHECK_LOG("3600 3600");
}

ASYNC_TEST(set_schedule_in_a_running_loop_is_a_runtime_error)
{
    CHECK_INT(asyncio_set_schedule(.seed = 1), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "asyncio_set_schedule() cannot be called while a loop is running");
}

TEST(what_is_no_schedule_is_a_value_error)
{
    CHECK_INT(asyncio_set_schedule(.seed = -1), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "a seed is a number from 1 to 2147483647");
    CHECK_INT(asyncio_set_schedule(.jitter = -0.1), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "jitter");
    CHECK_INT(asyncio_set_schedule(.jitter = NAN), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "jitter");
    CHECK_INT(asyncio_set_schedule(.clock = (asyncio_clock)7), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "no such clock");
    CHECK_INT(asyncio_set_schedule(.seed = 1, .clock = ASYNCIO_CLOCK_REAL), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "a seed needs the virtual clock");
    expect_stderr("ValueError: a seed is a number");
    CHECK_INT(asyncio_run(sleeps_an_hour, NULL, .seed = -1), 1);
    CHECK_LOG("");
}

/* ---- the logs of programs ---- */

static void *sleeps(void *arg)
{
    asyncio_sleep((double)(long)arg / 1000);
    log_("%ld", (long)arg);
    return NULL;
}

/* Three tasks of which two have nearly the same deadline and the third has a far later one. */
static void *near_and_far(void *arg)
{
    asyncio_gather(asyncio_coro(sleeps, (void *)100), asyncio_coro(sleeps, (void *)101),
                   asyncio_coro(sleeps, (void *)300));
    asyncio_sleep(1);
    return arg;
}

static void *takes_turns(void *arg)
{
    for (int turn = 0; turn < 4; turn++) {
        log_("%ld", (long)arg);
        asyncio_sleep(0);
    }
    return NULL;
}

static asyncio_lock *lock;

static void *takes_lock(void *arg)
{
    asyncio_with (lock) {
        log_("+%ld", (long)arg);
        asyncio_sleep(0);
    }
    return NULL;
}

static void fires(void *arg)
{
    log_("!%s", (const char *)arg);
}

/* Without timers of different steps: turns, hand-over of a lock, callbacks, timers that one step sets. */
static void *nothing_to_decide(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    lock = asyncio_lock_new();
    for (long i = 1; i <= 3; i++) {
        asyncio_create_task(takes_turns, (void *)i);
        asyncio_create_task(takes_lock, (void *)i);
    }
    asyncio_loop_call_soon(loop, fires, "soon");
    asyncio_loop_call_later(loop, 0.101, fires, "third");
    asyncio_loop_call_later(loop, 0.1, fires, "first");
    asyncio_loop_call_later(loop, 0.1, fires, "second");
    settle();
    asyncio_sleep(1);
    return arg;
}

static char *log_of_run(asyncio_body *body, long seed)
{
    static char text[sizeof unit_log];
    CHECK_INT(asyncio_run(body, NULL, .seed = seed, .clock = ASYNCIO_CLOCK_VIRTUAL), 0);
    strcpy(text, unit_log);
    unit_log[0] = '\0';
    return text;
}

TEST(without_a_seed_the_order_is_exact)
{
    CHECK_STRING(log_of_run(near_and_far, 0), "100 101 300");
}

TEST(the_same_seed_is_the_same_run)
{
    for (long seed = 1; seed < 50; seed++) {
        char *first = strdup(log_of_run(near_and_far, seed));
        CHECK_STRING(log_of_run(near_and_far, seed), first);
        free(first);
    }
}

TEST(timers_of_different_tasks_that_lie_nearly_together_change_places_far_ones_never)
{
    int changed = 0;
    for (long seed = 1; seed <= 200; seed++) {
        char *order = log_of_run(near_and_far, seed);
        CHECK_STRING(order + strlen(order) - 4, " 300");
        changed += !strcmp(order, "101 100 300");
    }
    CHECK(changed > 20);
    CHECK(changed < 180);
}

TEST(more_jitter_brings_further_deadlines_together)
{
    int changed = 0;
    for (long seed = 1; seed <= 200; seed++) {
        CHECK_INT(asyncio_run(near_and_far, NULL, .seed = seed, .jitter = 0.5), 0);
        changed += strcmp(unit_log + strlen(unit_log) - 4, " 300") != 0;
        unit_log[0] = '\0';
    }
    CHECK(changed > 10);
}

TEST(what_is_not_of_timing_is_the_same_under_every_seed)
{
    char *exact = strdup(log_of_run(nothing_to_decide, 0));
    for (long seed = 1; seed <= MANY; seed++)
        CHECK_STRING(log_of_run(nothing_to_decide, seed), exact);
    free(exact);
}

static void *is_never_early(void *arg)
{
    for (int i = 1; i < 20; i++) {
        double before = now(), seconds = i * 0.0037;
        asyncio_sleep(seconds);
        if (now() - before < seconds - 1e-9)
            return asyncio_raise(ASYNCIO_ASSERTION_ERROR, "slept %g s instead of %g", now() - before, seconds);
        if (now() - before > seconds + 0.02 * 2 + 0.002)
            return asyncio_raise(ASYNCIO_ASSERTION_ERROR, "slept %g s instead of %g", now() - before, seconds);
    }
    return arg;
}

TEST(no_timer_fires_early_or_much_later_than_the_jitter)
{
    CHECK_INT(asyncio_explore(is_never_early, NULL, .seeds = MANY), 0);
}

static void notes_its_turn(void *turn)
{
    *(uint64_t *)turn = asyncio_loop_statistics(asyncio_get_running_loop()).turns;
}

static uint64_t fired_in[2];

static void *sets_two_timers(void *arg)
{
    asyncio_loop_call_later(asyncio_get_running_loop(), 0.1, notes_its_turn, &fired_in[0]);
    asyncio_loop_call_later(asyncio_get_running_loop(), 0.11, notes_its_turn, &fired_in[1]);
    asyncio_sleep(1);
    return arg;
}

/* Both are late by the same, as one step has set them: so it is the wake-up that was late. */
TEST(a_late_wake_up_finds_more_than_one_timer_due)
{
    int together = 0;
    for (long seed = 1; seed <= 200; seed++) {
        CHECK_INT(asyncio_run(sets_two_timers, NULL, .seed = seed), 0);
        CHECK(fired_in[0] <= fired_in[1]);
        together += fired_in[0] == fired_in[1];
    }
    CHECK(together > 2);
    CHECK(together < 100);
}

static void *spins_until_a_timer_fires(void *arg)
{
    asyncio_event *event = asyncio_event_new();
    asyncio_loop_call_later(asyncio_get_running_loop(), 0.001, (asyncio_callback *)asyncio_event_set, event);
    long spins = 0;
    while (!asyncio_event_is_set(event) && spins < 5000) {
        spins++;
        asyncio_sleep(0);
    }
    *(long *)arg = spins;
    return NULL;
}

TEST(time_passes_while_tasks_are_ready)
{
    long spins = 0, fewest = 5000, most = 0;
    for (long seed = 1; seed <= 100; seed++) {
        CHECK_INT(asyncio_run(spins_until_a_timer_fires, &spins, .seed = seed), 0);
        fewest = spins < fewest ? spins : fewest;
        most = spins > most ? spins : most;
    }
    CHECK(most < 5000);
    CHECK(fewest * 4 < most);
}

/* ---- what comes from outside ---- */

static void done_callback(asyncio_future *future, void *arg)
{
    (void)future;
    log_("%s", (const char *)arg);
}

/* Two futures with two waiters each, and two callbacks, that are all made ready while the loop stands still. */
static void arrive(long seed)
{
    CHECK_INT(asyncio_set_schedule(.seed = seed), 0);
    asyncio_loop *loop = asyncio_new_event_loop();
    asyncio_future *futures[2];
    for (int i = 0; i < 2; i++) {
        futures[i] = asyncio_loop_create_future(loop);
        asyncio_future_add_done_callback(futures[i], done_callback, i ? "c" : "a");
        asyncio_future_add_done_callback(futures[i], done_callback, i ? "d" : "b");
    }
    asyncio_loop_call_soon(loop, (asyncio_callback *)asyncio_loop_stop, loop);
    CHECK_INT(asyncio_loop_run_forever(loop), 0);
    asyncio_loop_call_soon(loop, fires, "1");
    asyncio_future_set_result(futures[0], NULL);
    asyncio_loop_call_soon(loop, fires, "2");
    asyncio_future_set_result(futures[1], NULL);
    asyncio_loop_call_soon(loop, (asyncio_callback *)asyncio_loop_stop, loop);
    CHECK_INT(asyncio_loop_run_forever(loop), 0);
    CHECK_INT(asyncio_loop_close(loop), 0);
    for (int i = 0; i < 2; i++)
        asyncio_drop(futures[i]);
}

static bool comes_before(const char *first, const char *second)
{
    const char *a = strstr(unit_log, first), *b = strstr(unit_log, second);
    CHECK(a && b);
    return a < b;
}

TEST(arrivals_from_outside_change_places_but_not_those_of_one_source)
{
    int changed = 0;
    arrive(0);
    CHECK_LOG("!1 a b !2 c d");
    for (long seed = 1; seed <= 100; seed++) {
        arrive(seed);
        CHECK(comes_before("a", "b"));
        CHECK(comes_before("c", "d"));
        CHECK(comes_before("!1", "!2"));
        changed += comes_before("c", "a");
        unit_log[0] = '\0';
    }
    CHECK(changed > 10);
    CHECK(changed < 90);
}

/* ---- wrong programs are found out ---- */

static int counter;

static void *adds_without_a_lock(void *arg)
{
    asyncio_sleep((double)(long)arg / 1000);
    int seen = counter;
    asyncio_sleep(0); /* an await between reading and writing */
    counter = seen + 1;
    return NULL;
}

static void *counts_to_three(void *body)
{
    counter = 0;
    asyncio_task *tasks[3];
    for (long i = 0; i < 3; i++)
        tasks[i] = asyncio_create_task((asyncio_body *)body, (void *)(100 + i * 10));
    asyncio_await(asyncio_gather_array(tasks, 3));
    return counter == 3 ? NULL : asyncio_raise(ASYNCIO_ASSERTION_ERROR, "counter is %d", counter);
}

TEST(a_lost_update_is_found_and_its_seed_replays_it)
{
    CHECK_INT(asyncio_run(counts_to_three, adds_without_a_lock), 0); /* in the exact order nothing is lost */
    asyncio_exception *e = NULL;
    long seed = asyncio_explore(counts_to_three, adds_without_a_lock, .exception = &e);
    CHECK(seed > 0);
    CHECK_STRING(asyncio_exception_message(e), "counter is 2");
    for (int i = 0; i < 2; i++) {
        asyncio_exception *again = NULL;
        CHECK_INT(asyncio_run(counts_to_three, adds_without_a_lock, .seed = seed, .exception = &again), 1);
        CHECK_STRING(asyncio_exception_message(again), "counter is 2");
    }
    CHECK_INT(asyncio_run(counts_to_three, adds_without_a_lock), 0); /* and the exact order is back */
}

static asyncio_lock *other;

static void *locks_in_an_order_of_its_own(void *arg)
{
    asyncio_lock *first = arg ? lock : other, *second = arg ? other : lock;
    asyncio_sleep(arg ? 0.1 : 0.11);
    asyncio_with (first) {
        asyncio_sleep(0);
        asyncio_with (second) {
        }
    }
    return NULL;
}

static void *locks_both_ways(void *arg)
{
    lock = asyncio_lock_new();
    other = asyncio_lock_new();
    asyncio_await(asyncio_gather(asyncio_coro(locks_in_an_order_of_its_own, arg),
                                 asyncio_coro(locks_in_an_order_of_its_own, lock)));
    return arg;
}

TEST(a_deadlock_by_the_order_of_locks_is_found_and_told)
{
    CHECK_INT(asyncio_run(locks_both_ways), 0);
    expect_stderr("asyncio: deadlock");
    expect_stderr("cycle: Task-");
    expect_stderr("asyncio: seed ");
    expect_stderr(" before it did not:");
    expect_stderr("RuntimeError: deadlock");
    expect_stderr("asyncio: replay it with ASYNCIO_SEED=");
    CHECK(asyncio_explore(locks_both_ways) > 0);
}

static bool is_loaded;
static int loads;

static void *loads_what_is_not_there(void *arg)
{
    asyncio_sleep((double)(long)arg / 1000);
    if (!is_loaded) {
        asyncio_sleep(0.001);
        loads++;
        is_loaded = true;
    }
    return NULL;
}

static void *loads_once(void *arg)
{
    is_loaded = false;
    loads = 0;
    asyncio_await(asyncio_gather(asyncio_coro(loads_what_is_not_there, (void *)50),
                                 asyncio_coro(loads_what_is_not_there, (void *)60)));
    return loads == 1 ? arg : asyncio_raise(ASYNCIO_ASSERTION_ERROR, "loaded %d times", loads);
}

TEST(check_then_act_is_found)
{
    CHECK_INT(asyncio_run(loads_once), 0);
    asyncio_exception *e = NULL;
    CHECK(asyncio_explore(loads_once, NULL, .exception = &e) > 0);
    CHECK_STRING(asyncio_exception_message(e), "loaded 2 times");
}

static asyncio_future *answer;

static void *answers(void *arg)
{
    asyncio_sleep(0.05);
    answer = asyncio_loop_create_future(asyncio_get_running_loop());
    asyncio_future_set_result(answer, arg);
    return NULL;
}

static void *asks(void *arg)
{
    asyncio_sleep(0.052); /* long enough, surely */
    return answer ? arg : asyncio_raise(ASYNCIO_ASSERTION_ERROR, "no answer yet");
}

static void *asks_in_the_background(void *arg)
{
    answer = NULL;
    asyncio_spawn(asks);
    asyncio_create_task(answers);
    asyncio_sleep(1);
    return arg;
}

TEST(a_task_that_fails_with_nobody_looking_counts_as_a_failure)
{
    expect_stderr("Task exception was never retrieved");
    expect_stderr("AssertionError: no answer yet");
    expect_stderr("before it did not; what nobody has looked at is told above");
    CHECK(asyncio_explore(asks_in_the_background) > 0);
}

/* ---- right programs never fail ---- */

static void *adds_with_a_lock(void *arg)
{
    asyncio_sleep((double)(long)arg / 1000);
    asyncio_with (lock) {
        int seen = counter;
        asyncio_sleep(0.005);
        counter = seen + 1;
    }
    return NULL;
}

static void *counts_with_a_lock(void *arg)
{
    lock = asyncio_lock_new();
    (void)arg;
    return counts_to_three(adds_with_a_lock);
}

static asyncio_queue *queue;

static void *produces(void *arg)
{
    for (long i = 0; i < 10; i++) {
        asyncio_sleep(0.003);
        asyncio_queue_put(queue, (void *)((long)arg + i));
    }
    return NULL;
}

/* Each producer's items come in their order. */
static void *consumes(void *arg)
{
    long last[2] = {-1, 99};
    for (int i = 0; i < 20; i++) {
        long item = (long)asyncio_queue_get(queue);
        if (asyncio_failed() || item <= last[item >= 100])
            return asyncio_raise(ASYNCIO_ASSERTION_ERROR, "%ld after %ld", item, last[item >= 100]);
        last[item >= 100] = item;
        asyncio_sleep(0.002);
        asyncio_queue_task_done(queue);
    }
    return arg;
}

static void *produces_and_consumes(void *arg)
{
    queue = asyncio_queue_new(2);
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        asyncio_task_group_create_task(group, consumes);
        asyncio_task_group_create_task(group, produces, (void *)0);
        asyncio_task_group_create_task(group, produces, (void *)100);
    }
    return arg;
}

static int inside, most_inside;

static void *goes_in(void *semaphore)
{
    asyncio_with ((asyncio_semaphore *)semaphore) {
        inside++;
        most_inside = inside > most_inside ? inside : most_inside;
        asyncio_sleep(0.01);
        inside--;
    }
    return NULL;
}

static void *goes_in_two_at_a_time(void *arg)
{
    asyncio_semaphore *semaphore = asyncio_bounded_semaphore_new(2);
    asyncio_task *tasks[6];
    inside = most_inside = 0;
    for (int i = 0; i < 6; i++)
        tasks[i] = asyncio_create_task(goes_in, semaphore);
    asyncio_await(asyncio_gather_array(tasks, 6));
    return most_inside == 2 && !inside ? arg : asyncio_raise(ASYNCIO_ASSERTION_ERROR, "%d inside", most_inside);
}

/* Time limits with room to spare. */
static void *keeps_to_its_limits(void *arg)
{
    asyncio_with (asyncio_timeout(0.2))
        asyncio_sleep(0.05);
    asyncio_wait_for(asyncio_coro(sleeps, (void *)50), 0.2);
    if (asyncio_failed())
        return NULL;
    asyncio_with (asyncio_timeout(0.05))
        asyncio_sleep(1);
    unit_log[0] = '\0';
    return asyncio_except(ASYNCIO_TIMEOUT_ERROR) ? arg : asyncio_raise(ASYNCIO_ASSERTION_ERROR, "no timeout");
}

/* Waiters get a lock in the order in which they came, however late everything is. */
static void *is_served_in_order(void *arg)
{
    asyncio_with (lock) {
        asyncio_sleep(0.01);
        if (counter++ != (long)arg)
            asyncio_raise(ASYNCIO_ASSERTION_ERROR, "%ld came as number %d", (long)arg, counter - 1);
    }
    return NULL;
}

static void *serves_in_order(void *arg)
{
    asyncio_task *tasks[5];
    lock = asyncio_lock_new();
    counter = 0;
    for (long i = 0; i < 5; i++)
        tasks[i] = asyncio_create_task(is_served_in_order, (void *)i);
    asyncio_await(asyncio_gather_array(tasks, 5));
    return arg;
}

TEST(right_programs_fail_under_no_seed)
{
    asyncio_body *programs[] = {counts_with_a_lock, produces_and_consumes, goes_in_two_at_a_time, keeps_to_its_limits,
                                serves_in_order};
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        CHECK_INT(asyncio_explore(programs[i], NULL, .seeds = MANY), 0);
}

/* ---- exploring ---- */

TEST(explore_begins_at_the_first_seed_that_is_asked_for)
{
    asyncio_exception *e = NULL;
    long seed = asyncio_explore(counts_to_three, adds_without_a_lock, .exception = &e);
    CHECK_INT(asyncio_explore(counts_to_three, adds_without_a_lock, .seeds = seed - 1, .exception = &e), 0);
    CHECK_POINTER(e, NULL);
    CHECK_INT(asyncio_explore(counts_to_three, adds_without_a_lock, .first = seed, .seeds = 1, .exception = &e), seed);
    CHECK(asyncio_explore(counts_to_three, adds_without_a_lock, .first = seed + 1, .exception = &e) > seed);
}

TEST(every_run_begins_with_task_1_at_zero)
{
    asyncio_exception *e = NULL;
    asyncio_explore(sleeps_an_hour, NULL, .seeds = 3);
    unit_log[0] = '\0';
    CHECK(asyncio_explore(counts_to_three, adds_without_a_lock, .exception = &e) > 0);
    CHECK(now() < 1);
}

TEST(with_a_seed_in_the_environment_explore_replays_that_one)
{
    asyncio_exception *e = NULL;
    long seed = asyncio_explore(counts_to_three, adds_without_a_lock, .exception = &e);
    char text[16];
    snprintf(text, sizeof text, "%ld", seed);
    setenv("ASYNCIO_SEED", text, 1);
    CHECK_INT(asyncio_explore(counts_to_three, adds_without_a_lock, .seeds = 1000, .exception = &e), seed);
}

TEST(explore_says_what_is_wrong_with_its_arguments)
{
    CHECK_INT(asyncio_explore(sleeps_an_hour, NULL, .seeds = -1), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "asyncio_explore() needs a number of seeds");
    CHECK_INT(asyncio_explore(sleeps_an_hour, NULL, .jitter = -1), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "jitter");
}

ASYNC_TEST(explore_in_a_running_loop_is_a_runtime_error)
{
    CHECK_INT(asyncio_explore(sleeps_an_hour), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "asyncio_explore() cannot be called from a running event loop");
}

static void *interrupts(void *arg)
{
    (void)arg;
    counter++;
    return asyncio_raise(ASYNCIO_KEYBOARD_INTERRUPT, "%s", "");
}

TEST(keyboard_interrupt_ends_the_exploration_and_comes_out_of_it)
{
    counter = 0;
    CHECK_INT(asyncio_explore(interrupts), -1);
    CHECK_RAISES(ASYNCIO_KEYBOARD_INTERRUPT, "");
    CHECK_INT(counter, 1);
}

static int recurse(volatile int *above)
{
    volatile char room[1024];
    room[0] = (char)*above;
    return *above < 0 ? room[0] : recurse(above) + room[0];
}

static void *overflows(void *arg)
{
    volatile int zero = 0;
    recurse(&zero);
    return arg;
}

TEST(a_crash_names_the_seed)
{
    expect_crash("stack overflow in task Task-1 (overflows), seed 9");
    asyncio_run(overflows, NULL, .seed = 9);
}
