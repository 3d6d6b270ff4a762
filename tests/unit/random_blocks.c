/* Two thousand random programs of blocks within blocks, which must do what they do in CPython, event for event.
 * random_blocks.py is the oracle: it says what such a program is, and makes the sums below. The functions here are its
 * methods.
 *
 * When a sum differs, `PROGRAM=17 build/unit-native/random_blocks log_of_one_program` prints the log of one program,
 * and `python3.13 tests/unit/random_blocks.py 17` what it should be. */
#include "random.h"

enum { ACTORS = 20, LENGTH = 5, DEPTH = 4, FIRST = 4, LEAVES = 30, BLOCKS = 14, MIX = 8 };

/* What CPython 3.13.0 makes of each hundred. */
static const uint32_t sums[PROGRAMS / BLOCK] = {
#include "random_blocks.inc"
};

static struct {
    random_state randoms[ACTORS + 1];
    bool swallows[ACTORS], catches[ACTORS], flags[2], over;
    asyncio_task *tasks[ACTORS];
    asyncio_contextvar_token *tokens[ACTORS];
    int count, delays;
    long items;
    asyncio_lock *locks[2];
    asyncio_semaphore *semaphores[2];
    asyncio_event *events[2];
    asyncio_future *futures[3];
    asyncio_condition *conditions[2];
    asyncio_barrier *barriers[2];
    asyncio_queue *queues[3];
    asyncio_contextvar *variable;
} program;

static unsigned below(long i, unsigned n)
{
    return random_below(&program.randoms[i], n);
}

static void prepare(unsigned seed)
{
    memset(&program, 0, sizeof program);
    for (unsigned i = 0; i <= ACTORS; i++)
        program.randoms[i] = random_new(seed * (ACTORS + 1) + i);
    for (int i = 0; i < ACTORS; i++)
        program.swallows[i] = below(ACTORS, 4) == 0;
    for (int i = 0; i < ACTORS; i++)
        program.catches[i] = below(ACTORS, 2) == 0;
}

static void add_with_cause(const asyncio_exception *e)
{
    add_exception(e);
    if (asyncio_exception_cause(e)) {
        add(" from ");
        add_with_cause(asyncio_exception_cause(e));
    }
}

/* ---- actors ---- */

static void guarded(long i, int depth);

static void log_end(asyncio_task *task, void *arg)
{
    add("%ld ", (long)arg);
    if (asyncio_task_cancelled(task))
        add("cancelled");
    else if (asyncio_task_exception(task))
        add_with_cause(asyncio_task_exception(task));
    else
        add("=%ld", (long)asyncio_task_result(task));
    add("\n");
}

static void remember_task(long i, asyncio_task *task)
{
    if (!program.tasks[i])
        program.tasks[i] = asyncio_keep(task);
}

static void *run_actor(void *arg)
{
    long i = (long)arg;
    remember_task(i, asyncio_current_task());
    add("%ld begins\n", i);
    for (int k = 0; k < LENGTH && !asyncio_failed(); k++)
        guarded(i, 0);
    return (void *)(i * 10);
}

static asyncio_coroutine *new_actor(void)
{
    return program.count == ACTORS ? NULL : asyncio_coro(run_actor, (void *)(long)program.count++);
}

static void set_eager(bool on)
{
    asyncio_loop_set_task_factory(asyncio_get_running_loop(), on ? asyncio_eager_task_factory : NULL);
}

/* The next actor as a task, of the group or of nobody. */
static void create(asyncio_task_group *group, bool is_eager)
{
    asyncio_coroutine *coro = new_actor();
    long j = program.count - 1;
    if (!coro)
        return;
    set_eager(is_eager);
    asyncio_task *task = group ? asyncio_task_group_create_task(group, coro) : asyncio_create_task(coro);
    if (!task)
        return;
    set_eager(false);
    remember_task(j, task);
    asyncio_task_add_done_callback(task, log_end, (void *)j);
}

static asyncio_task *other(long i)
{
    long j = i + 1 + (long)below(i, (unsigned)(ACTORS - i));
    return j < ACTORS ? program.tasks[j] : NULL;
}

typedef struct mix {
    size_t count;
    asyncio_future *things[MIX]; /* or what else can be awaited */
} mix;

static void mix_add(mix *chosen, void *thing)
{
    for (size_t k = 0; k < chosen->count; k++)
        if (chosen->things[k] == thing)
            return;
    if (thing)
        chosen->things[chosen->count++] = thing;
}

static mix new_mix(long i, bool coroutines)
{
    mix chosen = {0};
    for (int k = 0; k < 2; k++)
        mix_add(&chosen, other(i));
    if (below(i, 3) == 0)
        mix_add(&chosen, program.futures[below(i, 3)]);
    for (unsigned k = coroutines ? below(i, 3) : 0; k > 0; k--)
        mix_add(&chosen, new_actor());
    return chosen;
}

static double delay(unsigned ticks)
{
    program.delays++;
    return ticks ? ticks * TICK + program.delays * 1e-6 : 0;
}

static double limit(unsigned arg)
{
    return arg % 8 == 7 ? INFINITY : delay(arg % 8 / 2);
}

/* ---- operations that contain no others ---- */

static void end_future(unsigned arg)
{
    asyncio_future *future = program.futures[arg % 3];
    unsigned how = arg / 3 % 4;
    char message[16];
    snprintf(message, sizeof message, "of %u", arg);
    if (how == 0)
        add("cancelled %d\n", asyncio_future_cancel(future, message));
    else if (how == 1)
        asyncio_future_set_exception(future, asyncio_exception_new(ASYNCIO_KEY_ERROR, "%u", arg));
    else
        asyncio_future_set_result(future, (void *)(long)arg);
    if (arg > 150 && !asyncio_failed()) {
        if (asyncio_future_done(future) && !asyncio_future_cancelled(future))
            asyncio_future_exception(future);
        asyncio_drop(future);
        program.futures[arg % 3] = asyncio_keep(asyncio_loop_create_future(asyncio_get_running_loop()));
    }
}

static long variable(void)
{
    return (long)asyncio_contextvar_get(program.variable);
}

static void change_variable(long i, unsigned arg)
{
    if (arg % 3 == 0) {
        asyncio_drop(program.tokens[i]);
        program.tokens[i] = asyncio_keep(asyncio_contextvar_set(program.variable, (void *)(long)arg));
    } else if (arg % 3 == 1 && program.tokens[i]) {
        if (asyncio_contextvar_reset(program.variable, program.tokens[i]) < 0)
            add("%s\n", raised());
    }
    add("variable %ld\n", variable());
}

static void in_callback(void *pointer)
{
    unsigned arg = (unsigned)(long)pointer;
    asyncio_task *task = program.tasks[arg % ACTORS];
    add("callback %ld\n", variable());
    if (arg % 4 == 0)
        asyncio_contextvar_set(program.variable, pointer);
    else if (arg % 4 == 1)
        asyncio_event_set(program.events[arg / 2 % 2]);
    else if (arg % 4 == 2 && task)
        asyncio_task_cancel(task);
    else if (arg % 4 == 3)
        create(NULL, arg & 16);
}

static void call_back(unsigned arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    void *pointer = (void *)(long)arg;
    asyncio_handle *handle = arg & 32 ? asyncio_loop_call_later(loop, delay(arg % 3), in_callback, pointer)
                                      : asyncio_loop_call_soon(loop, in_callback, pointer);
    if (arg > 240)
        asyncio_handle_cancel(handle);
}

static void add_result(const char *what, void *result)
{
    if (!asyncio_failed())
        add("%s %ld\n", what, (long)result);
}

static void cancel(long i, unsigned arg)
{
    asyncio_task *task = program.tasks[arg % ACTORS];
    char message[16];
    if (!task)
        return;
    snprintf(message, sizeof message, "by %ld", i);
    bool accepted = arg & 64 ? asyncio_task_cancel(task, message) : asyncio_task_cancel(task);
    add("cancel%u %d\n", arg % ACTORS, accepted);
}

static void cancel_self(unsigned arg)
{
    asyncio_task *self = asyncio_current_task();
    if (arg & 1)
        asyncio_task_cancel(self, "self");
    else if (arg & 2)
        add("uncancel %d\n", asyncio_task_uncancel(self));
    else
        add("cancelling %d\n", asyncio_task_cancelling(self));
}

static void notify(unsigned arg)
{
    asyncio_condition *condition = program.conditions[arg % 2];
    if (arg & 4 && asyncio_condition_notify(condition, arg % 4) < 0)
        return;
    asyncio_with (condition) {
        if (arg & 8)
            asyncio_condition_notify(condition, arg % 3);
        else
            asyncio_condition_notify_all(condition);
    }
}

static bool is_set(void *flag)
{
    return *(bool *)flag;
}

static void wait_for_flag(unsigned arg)
{
    asyncio_condition *condition = program.conditions[arg % 2];
    bool *flag = &program.flags[arg % 2];
    asyncio_with (condition)
        if (asyncio_condition_wait_for(condition, is_set, flag) == 0)
            *flag = false;
}

static void await_other(long i)
{
    asyncio_task *task = other(i);
    if (task)
        add_result("got", asyncio_await(task));
}

static void pass_barrier(asyncio_barrier *barrier)
{
    int place = asyncio_barrier_wait(barrier);
    add_result("passed", (void *)(long)place);
}

static void leaf(long i, unsigned op)
{
    unsigned arg = below(i, 256);
    asyncio_queue *queue = program.queues[arg % 3];
    asyncio_event *event = program.events[arg % 2];
    asyncio_condition *condition = program.conditions[arg % 2];
    asyncio_barrier *barrier = program.barriers[arg % 2];
    switch (op) {
    case 0: asyncio_sleep(0); break;
    case 1: asyncio_sleep(delay(arg % 4 + 1)); break;
    case 2: asyncio_event_wait(event); break;
    case 3: asyncio_event_set(event); break;
    case 4: asyncio_event_clear(event); break;
    case 5:
    case 6:
        program.items++;
        asyncio_queue_put(queue, (void *)program.items);
        break;
    case 7:
    case 8: add_result("got", asyncio_queue_get(queue)); break;
    case 9:
        program.items++;
        asyncio_queue_put_nowait(queue, (void *)program.items);
        break;
    case 10: add_result("got", asyncio_queue_get_nowait(queue)); break;
    case 11: asyncio_queue_task_done(queue); break;
    case 12: asyncio_queue_join(queue); break;
    case 13:
        add("%ld %d %d\n", asyncio_queue_qsize(queue), asyncio_queue_empty(queue), asyncio_queue_full(queue));
        if (arg > 200)
            asyncio_queue_shutdown(queue, .immediate = arg > 230);
        break;
    case 14: pass_barrier(barrier); break;
    case 15:
        add("barrier %ld %d\n", asyncio_barrier_n_waiting(barrier), asyncio_barrier_broken(barrier));
        if (arg >= 240)
            asyncio_barrier_abort(barrier);
        else if (arg > 180)
            asyncio_barrier_reset(barrier);
        break;
    case 16: cancel(i, arg); break;
    case 17: cancel_self(arg); break;
    case 18: await_other(i); break;
    case 19: add_result("got", asyncio_await(program.futures[arg % 3])); break;
    case 20: end_future(arg); break;
    case 21:
        if (arg & 1)
            asyncio_raise(ASYNCIO_VALUE_ERROR, "%ld.%u", i, arg);
        else
            asyncio_raise(ASYNCIO_KEY_ERROR, "%u", arg);
        break;
    case 22: create(NULL, arg & 1); break;
    case 23: change_variable(i, arg); break;
    case 24: notify(arg); break;
    case 25:
        asyncio_with (condition)
            asyncio_condition_wait(condition);
        break;
    case 26: wait_for_flag(arg); break;
    case 27: program.flags[arg % 2] = !program.flags[arg % 2]; break;
    case 28: call_back(arg); break;
    case 29:
        add("locked %d %d\n", asyncio_lock_locked(program.locks[arg % 2]),
            asyncio_semaphore_locked(program.semaphores[arg % 2]));
        if (arg > 220)
            asyncio_semaphore_release(program.semaphores[arg % 2]);
        break;
    }
}

/* ---- operations that do ---- */

typedef struct place {
    long i;
    int depth;
} place;

static void *nested(void *arg)
{
    place here = *(place *)arg;
    guarded(here.i, here.depth);
    return (void *)(here.i * 10 + here.depth);
}

static void wait_for_nested(long i, unsigned arg, int depth)
{
    asyncio_coroutine *coro = asyncio_coro(nested, asyncio_args(place, i, depth));
    add_result("got", asyncio_wait_for(coro, limit(arg)));
}

static void wait_for_other(long i, unsigned arg)
{
    asyncio_task *task = other(i);
    set_eager(arg & 16);
    asyncio_coroutine *coro = arg & 8 || !task ? new_actor() : NULL;
    asyncio_future *future = !coro && !task      ? NULL
                             : coro && arg & 128 ? asyncio_shield(coro)
                             : coro              ? asyncio_ensure_future(coro)
                             : arg & 128         ? asyncio_shield(task)
                                                 : asyncio_ensure_future(task);
    if (future)
        add_result("got", asyncio_wait_for(future, limit(arg)));
    set_eager(false);
}

static void timeout_block(long i, unsigned arg, int depth)
{
    double seconds = limit(arg);
    asyncio_timeout *timeout =
        arg & 8 && seconds != INFINITY ? asyncio_timeout_at(now() + seconds) : asyncio_timeout(seconds);
    asyncio_with (timeout) {
        guarded(i, depth);
        if (!asyncio_failed() && arg & 16 && asyncio_timeout_reschedule(timeout, now() + limit(arg / 32)) == 0)
            guarded(i, depth);
    }
    add("expired %d\n", asyncio_timeout_expired(timeout));
}

static void group_block(long i, unsigned arg, int depth)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        for (unsigned k = 0; k < arg % 3 && !asyncio_failed(); k++)
            create(group, arg >> k & 4);
        if (!asyncio_failed() && arg & 16) {
            guarded(i, depth);
            if (!asyncio_failed() && arg & 32)
                create(group, arg & 64);
        }
    }
    if (!asyncio_failed())
        add("left\n");
}

static void add_outcomes(const asyncio_outcome *outcomes, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        add(k ? "," : "");
        if (outcomes[k].exception)
            add_exception(outcomes[k].exception);
        else
            add("%ld", (long)outcomes[k].value);
    }
}

static void gather(long i, unsigned arg)
{
    mix chosen = new_mix(i, true);
    bool exceptions = arg & 1;
    if (arg & 64 && chosen.count) {
        asyncio_future *again = chosen.things[0];
        chosen.things[chosen.count++] = again;
    }
    set_eager(arg & 2);
    asyncio_future *future = exceptions ? asyncio_gather_array_return_exceptions(chosen.things, chosen.count)
                                        : asyncio_gather_array(chosen.things, chosen.count);
    set_eager(false);
    add("gathering %d\n", asyncio_future_done(future));
    void *results = arg & 128 ? asyncio_wait_for(future, limit(arg / 4)) : asyncio_await(future);
    if (asyncio_failed())
        return;
    add("gathered ");
    if (exceptions)
        add_outcomes(results, chosen.count);
    for (size_t k = 0; !exceptions && k < chosen.count; k++)
        add("%s%ld", k ? "," : "", (long)((void **)results)[k]);
    add("\n");
}

static void as_completed(long i, unsigned arg)
{
    mix chosen = new_mix(i, true);
    set_eager(arg & 64);
    asyncio_as_completed *ends = asyncio_as_completed(chosen.things, chosen.count, .timeout = limit(arg));
    set_eager(false);
    asyncio_future *next;
    while ((next = asyncio_as_completed_next(ends))) {
        long result = (long)asyncio_await(next);
        asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);
        add("completed ");
        if (e)
            add_with_cause(e);
        else
            add("%ld", result);
        add("\n");
    }
}

static void wait_for_some(long i, unsigned arg)
{
    mix chosen = new_mix(i, false);
    if (!chosen.count)
        return;
    int done = asyncio_wait(chosen.things, chosen.count, .timeout = limit(arg),
                            .return_when = (asyncio_return_when)(arg / 8 % 3));
    if (done >= 0)
        add("waited %d %d\n", done, (int)chosen.count - done);
}

static void shield(long i, unsigned arg)
{
    asyncio_task *task = other(i);
    if (arg & 1)
        add_result("got", asyncio_await(asyncio_shield(program.futures[arg % 3])));
    else if (task)
        add_result("got", asyncio_await(asyncio_shield(task)));
}

static void hold_condition(long i, unsigned arg, int depth)
{
    asyncio_condition *condition = program.conditions[arg % 2];
    asyncio_with (condition) {
        guarded(i, depth);
        if (!asyncio_failed()) {
            program.flags[arg / 2 % 2] = true;
            asyncio_condition_notify(condition, 1);
        }
    }
}

static void block(long i, unsigned op, int depth)
{
    unsigned arg = below(i, 256);
    switch (op) {
    case 0:
        asyncio_with (program.locks[arg % 2])
            guarded(i, depth);
        break;
    case 1:
        asyncio_with (program.semaphores[arg % 2])
            guarded(i, depth);
        break;
    case 2:
    case 3: timeout_block(i, arg, depth); break;
    case 4: wait_for_nested(i, arg, depth); break;
    case 5: wait_for_other(i, arg); break;
    case 6:
    case 7: group_block(i, arg, depth); break;
    case 8: gather(i, arg); break;
    case 9: as_completed(i, arg); break;
    case 10:
        guarded(i, depth);
        asyncio_finally {
            guarded(i, depth);
        }
        break;
    case 11: hold_condition(i, arg, depth); break;
    case 12: wait_for_some(i, arg); break;
    case 13: shield(i, arg); break;
    }
}

/* One operation, and how it went. What it raises comes out, unless this actor takes it. */
static void guarded(long i, int depth)
{
    if (program.over)
        return;
    unsigned op = below(i, depth < DEPTH ? LEAVES + BLOCKS : LEAVES);
    if (op < LEAVES)
        leaf(i, op);
    else
        block(i, op - LEAVES, depth + 1);
    asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);
    add("%ld:%u", i, op);
    if (e) {
        add(":");
        add_with_cause(e);
    }
    add("\n");
    if (e && !(asyncio_isinstance(e, ASYNCIO_CANCELLED_ERROR) ? program.swallows[i] : program.catches[i]))
        asyncio_raise_exception(e);
}

/* ---- the driver ---- */

static void drive(unsigned op, unsigned arg)
{
    asyncio_task *task = program.tasks[arg % ACTORS];
    char message[16];
    snprintf(message, sizeof message, "driver %u", arg);
    if (op == 0 && task)
        asyncio_task_cancel(task, message);
    else if (op == 1)
        asyncio_event_set(program.events[arg % 2]);
    else if (op == 2 && !asyncio_future_done(program.futures[arg % 3]))
        end_future(arg);
    else if (op == 3)
        asyncio_sleep(delay(arg % 3 + 1));
    else
        asyncio_sleep(0);
}

static void cancel_all(void)
{
    for (int i = 0; i < ACTORS; i++)
        if (program.tasks[i] && !asyncio_task_done(program.tasks[i]))
            asyncio_task_cancel(program.tasks[i]);
}

static void log_state(void)
{
    const char *between = "";
    for (int i = 0; i < ACTORS; i++)
        if (program.tasks[i]) {
            add("%s%d%d", between, asyncio_task_done(program.tasks[i]), asyncio_task_cancelling(program.tasks[i]));
            between = " ";
        }
    add("\n%d%d%d\n", asyncio_lock_locked(program.locks[0]), asyncio_lock_locked(program.locks[1]),
        asyncio_condition_locked(program.conditions[0]));
    add("%d%d\n", asyncio_semaphore_locked(program.semaphores[0]), asyncio_semaphore_locked(program.semaphores[1]));
    for (int k = 0; k < 2; k++)
        add("%s%ld%d", k ? " " : "", asyncio_barrier_n_waiting(program.barriers[k]),
            asyncio_barrier_broken(program.barriers[k]));
    add("\n");
    for (int k = 0; k < 3; k++)
        add("%s%ld", k ? " " : "", asyncio_queue_qsize(program.queues[k]));
    add("\n");
}

static void end_all(void)
{
    add("end\n");
    program.over = true;
    for (int round = 0; round < 50; round++) {
        cancel_all();
        turns(4);
    }
    log_state();
    for (int k = 0; k < 3; k++) {
        if (asyncio_future_done(program.futures[k]) && !asyncio_future_cancelled(program.futures[k]))
            asyncio_future_exception(program.futures[k]);
        asyncio_drop(program.futures[k]);
    }
    for (int i = 0; i < ACTORS; i++) {
        asyncio_drop(program.tasks[i]);
        asyncio_drop(program.tokens[i]);
    }
}

static int compare_items(const void *a, const void *b)
{
    return ((long)a > (long)b) - ((long)a < (long)b);
}

static void make_all(asyncio_loop *loop)
{
    for (int k = 0; k < 2; k++) {
        program.locks[k] = asyncio_lock_new();
        program.semaphores[k] = asyncio_semaphore_new(2 - k);
        program.events[k] = asyncio_event_new();
        program.barriers[k] = asyncio_barrier_new(2 + k);
    }
    for (int k = 0; k < 3; k++)
        program.futures[k] = asyncio_keep(asyncio_loop_create_future(loop));
    program.conditions[0] = asyncio_condition_new(NULL);
    program.conditions[1] = asyncio_condition_new(program.locks[1]);
    program.queues[0] = asyncio_queue_new(2);
    program.queues[1] = asyncio_lifo_queue_new(1);
    program.queues[2] = asyncio_priority_queue_new(0, compare_items);
    program.variable = asyncio_contextvar_new("variable", (void *)-1);
}

static void *drive_program(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_exception_handler(loop, ignore, NULL);
    make_all(loop);
    for (int k = 0; k < FIRST; k++)
        create(NULL, k == 2);
    for (int k = 0; k < 24; k++) {
        unsigned op = below(ACTORS, 6), what = below(ACTORS, 256);
        drive(op, what);
    }
    end_all();
    return arg;
}

/* ---- the tests ---- */

static void run_program(unsigned seed)
{
    prepare(seed);
    CHECK_INT(asyncio_run(drive_program), 0);
}

TEST(programs_0_to_499_do_what_they_do_in_cpython)
{
    check_blocks(run_program, sums, 0, 5);
}
TEST(programs_500_to_999_do_what_they_do_in_cpython)
{
    check_blocks(run_program, sums, 5, 5);
}
TEST(programs_1000_to_1499_do_what_they_do_in_cpython)
{
    check_blocks(run_program, sums, 10, 5);
}
TEST(programs_1500_to_1999_do_what_they_do_in_cpython)
{
    check_blocks(run_program, sums, 15, 5);
}
TEST(log_of_one_program)
{
    print_log_of_one_program(run_program);
}
