/* Two thousand random programs, which must do what they do in CPython, event for event. random_programs.py is the
 * oracle: it says what such a program is, and makes the sums below. The functions here are its methods.
 *
 * When a sum differs, `PROGRAM=17 build/unit-native/random_programs log_of_one_program` prints the log of one program,
 * and `python3.13 tests/unit/random_programs.py 17` what it should be. */
#include "random.h"

enum { SCRIPTS = 10, LENGTH = 7, FIRST = 4, DRIVER = 24 };

/* What CPython 3.13.0 makes of each hundred. */
static const uint32_t sums[PROGRAMS / BLOCK] = {
#include "random_programs.inc"
};

typedef struct operation {
    unsigned op, arg;
} operation;

static struct {
    random_state random;
    bool swallows[SCRIPTS], catches[SCRIPTS];
    operation scripts[SCRIPTS][LENGTH], driver[DRIVER];
    asyncio_task *tasks[SCRIPTS];
    int next, sleeps;
    asyncio_lock *locks[2];
    asyncio_semaphore *semaphores[2];
    asyncio_event *events[2];
    asyncio_future *futures[3];
} program;

static unsigned below(unsigned n)
{
    return random_below(&program.random, n);
}

static void prepare(unsigned seed)
{
    memset(&program, 0, sizeof program);
    program.random = random_new(seed);
    for (int i = 0; i < SCRIPTS; i++)
        program.swallows[i] = below(4) == 0;
    for (int i = 0; i < SCRIPTS; i++)
        program.catches[i] = below(2) == 0;
    for (int i = 0; i < SCRIPTS; i++)
        for (int k = 0; k < LENGTH; k++) {
            unsigned op = below(20);
            program.scripts[i][k] = (operation){op, below(256)};
        }
    for (int k = 0; k < DRIVER; k++) {
        unsigned op = below(6);
        program.driver[k] = (operation){op, below(256)};
    }
}

static const char *str(bool value)
{
    return value ? "True" : "False";
}

/* ---- tasks ---- */

static void do_operation(long i, unsigned op, unsigned arg);

static void log_end(asyncio_task *task, void *arg)
{
    add("%ld:", (long)arg);
    if (asyncio_task_cancelled(task))
        add("cancelled");
    else if (asyncio_task_exception(task))
        add_exception(asyncio_task_exception(task));
    else
        add("=%ld", (long)asyncio_task_result(task));
    add("\n");
}

static void *run_script(void *arg)
{
    long i = (long)arg;
    for (int k = 0; k < LENGTH; k++) {
        operation o = program.scripts[i][k];
        do_operation(i, o.op, o.arg);
        asyncio_exception *e = asyncio_except(ASYNCIO_BASE_EXCEPTION);
        add("%ld:%u", i, o.op);
        if (e) {
            add(":");
            add_exception(e);
        }
        add("\n");
        if (e && !(asyncio_isinstance(e, ASYNCIO_CANCELLED_ERROR) ? program.swallows[i] : program.catches[i]))
            return asyncio_raise_exception(e);
    }
    return (void *)(i * 10);
}

/* The next script as a task, of the group or of nobody; NULL if there are no more. */
static asyncio_task *create(asyncio_task_group *group)
{
    if (program.next == SCRIPTS)
        return NULL;
    long i = program.next++;
    asyncio_task *task = group ? asyncio_task_group_create_task(group, run_script, (void *)i)
                               : asyncio_create_task(run_script, (void *)i);
    program.tasks[i] = asyncio_keep(task);
    asyncio_task_add_done_callback(task, log_end, (void *)i);
    return task;
}

static asyncio_task *other(long i, unsigned arg)
{
    long j = i + 1 + (long)(arg % (unsigned)(SCRIPTS - i));
    return j < SCRIPTS ? program.tasks[j] : NULL;
}

/* ---- operations ---- */

/* No two deadlines are alike: whether 0.1 + 0.2 is 0.3 is not the question here. */
static void sleep_for(unsigned ticks)
{
    program.sleeps++;
    asyncio_sleep(ticks ? ticks * TICK + program.sleeps * 1e-6 : 0);
}

static void end_future(unsigned arg)
{
    asyncio_future *future = program.futures[arg % 3];
    unsigned how = arg / 3 % 4;
    if (how == 0)
        add("cancelled %s\n", str(asyncio_future_cancel(future)));
    else if (how == 1)
        asyncio_future_set_exception(future, asyncio_exception_new(ASYNCIO_KEY_ERROR, "%u", arg));
    else
        asyncio_future_set_result(future, (void *)(long)arg);
}

static void gather(long i, unsigned arg)
{
    asyncio_task *candidates[] = {other(i, arg), other(i, arg / 4), other(i, arg / 16)}, *chosen[3];
    size_t count = 0;
    for (int k = 0; k < 3; k++)
        if (candidates[k])
            chosen[count++] = candidates[k];
    if (arg & 1) {
        asyncio_outcome *outcomes = asyncio_await(asyncio_gather_array_return_exceptions(chosen, count));
        if (!outcomes)
            return;
        add("gathered ");
        for (size_t k = 0; k < count; k++) {
            add(k ? "," : "");
            if (outcomes[k].exception)
                add_exception(outcomes[k].exception);
            else
                add("%ld", (long)outcomes[k].value);
        }
    } else {
        void **results = asyncio_await(asyncio_gather_array(chosen, count));
        if (!results)
            return;
        add("gathered ");
        for (size_t k = 0; k < count; k++)
            add("%s%ld", k ? "," : "", (long)results[k]);
    }
    add("\n");
}

static void group_block(long i, unsigned arg)
{
    asyncio_task_group *group = asyncio_task_group_new();
    asyncio_with (group) {
        for (unsigned k = 0; k < arg % 3; k++)
            create(group);
        if (arg & 8)
            sleep_for(arg & 3);
        if (!asyncio_failed() && arg & 16)
            asyncio_raise(ASYNCIO_LOOKUP_ERROR, "%ld", i);
    }
}

static void in_callback(void *pointer)
{
    unsigned arg = (unsigned)(long)pointer;
    asyncio_task *task = program.tasks[arg % SCRIPTS];
    add("callback\n");
    if (arg & 1)
        asyncio_event_set(program.events[arg / 2 % 2]);
    else if (task)
        asyncio_task_cancel(task);
}

static void odd(unsigned arg)
{
    switch (arg % 5) {
    case 0: asyncio_lock_release(program.locks[arg / 5 % 2]); break;
    case 1: asyncio_semaphore_release(program.semaphores[1]); break;
    case 2: asyncio_task_cancel(asyncio_current_task(), "self"); break;
    case 3: add("cancelling %d\n", asyncio_task_cancelling(asyncio_current_task())); break;
    default: asyncio_loop_call_soon(asyncio_get_running_loop(), in_callback, (void *)(long)(arg / 5));
    }
}

static void cancel(long i, unsigned arg)
{
    asyncio_task *task = program.tasks[arg % SCRIPTS];
    char message[16];
    if (!task)
        return;
    snprintf(message, sizeof message, "by %ld", i);
    bool accepted = arg & 64 ? asyncio_task_cancel(task, message) : asyncio_task_cancel(task);
    add("cancel%u:%s\n", arg % SCRIPTS, str(accepted));
}

static void await_task(asyncio_task *task)
{
    if (!task)
        return;
    long result = (long)asyncio_await(task);
    if (!asyncio_failed())
        add("got %ld\n", result);
}

static void await_future(asyncio_future *future)
{
    long result = (long)asyncio_await(future);
    if (!asyncio_failed())
        add("got %ld\n", result);
}

static void do_operation(long i, unsigned op, unsigned arg)
{
    switch (op) {
    case 0: asyncio_sleep(0); break;
    case 1: sleep_for(arg % 4 + 1); break;
    case 2:
    case 3:
        asyncio_with (program.locks[arg % 2])
            sleep_for(arg / 2 % 3);
        break;
    case 4:
    case 5:
        asyncio_with (program.semaphores[arg % 2])
            sleep_for(arg / 2 % 3);
        break;
    case 6: asyncio_event_wait(program.events[arg % 2]); break;
    case 7: asyncio_event_set(program.events[arg % 2]); break;
    case 8: asyncio_event_clear(program.events[arg % 2]); break;
    case 9: cancel(i, arg); break;
    case 10:
    case 11: await_task(other(i, arg)); break;
    case 12: await_future(program.futures[arg % 3]); break;
    case 13: end_future(arg); break;
    case 14: create(NULL); break;
    case 15: asyncio_raise(ASYNCIO_VALUE_ERROR, "%ld.%u", i, arg); break;
    case 16: add("uncancel %d\n", asyncio_task_uncancel(asyncio_current_task())); break;
    case 17: gather(i, arg); break;
    case 18: group_block(i, arg); break;
    case 19: odd(arg); break;
    }
}

/* ---- the driver ---- */

static void drive(unsigned op, unsigned arg)
{
    asyncio_task *task = program.tasks[arg % SCRIPTS];
    char message[16];
    snprintf(message, sizeof message, "driver %u", arg);
    if (op == 0 && task)
        asyncio_task_cancel(task, message);
    else if (op == 1)
        asyncio_event_set(program.events[arg % 2]);
    else if (op == 2 && !asyncio_future_done(program.futures[arg % 3]))
        end_future(arg);
    else if (op == 3)
        sleep_for(arg % 3 + 1);
    else
        asyncio_sleep(0);
}

static int permits(asyncio_semaphore *semaphore)
{
    int count = 0;
    for (; !asyncio_semaphore_locked(semaphore); count++)
        asyncio_semaphore_acquire(semaphore);
    return count;
}

static void end_all(void)
{
    add("end\n");
    for (int round = 0; round < 100; round++) {
        for (int i = 0; i < program.next; i++)
            if (!asyncio_task_done(program.tasks[i]))
                asyncio_task_cancel(program.tasks[i]);
        turns(4);
    }
    for (int i = 0; i < program.next; i++)
        add("%s%d", i ? " " : "", asyncio_task_done(program.tasks[i]));
    add("\n%d%d\n", asyncio_lock_locked(program.locks[0]), asyncio_lock_locked(program.locks[1]));
    int first = permits(program.semaphores[0]);
    add("%d%d\n", first, permits(program.semaphores[1]));
    for (int k = 0; k < 3; k++)
        if (asyncio_future_done(program.futures[k]) && !asyncio_future_cancelled(program.futures[k]))
            asyncio_future_exception(program.futures[k]);
    for (int i = 0; i < program.next; i++)
        asyncio_drop(program.tasks[i]);
}

static void *drive_program(void *arg)
{
    asyncio_loop *loop = asyncio_get_running_loop();
    asyncio_loop_set_exception_handler(loop, ignore, NULL);
    for (int k = 0; k < 2; k++) {
        program.locks[k] = asyncio_lock_new();
        program.events[k] = asyncio_event_new();
    }
    program.semaphores[0] = asyncio_semaphore_new(2);
    program.semaphores[1] = asyncio_bounded_semaphore_new(1);
    for (int k = 0; k < 3; k++)
        program.futures[k] = asyncio_loop_create_future(loop);
    for (int k = 0; k < FIRST; k++)
        create(NULL);
    for (int k = 0; k < DRIVER; k++)
        drive(program.driver[k].op, program.driver[k].arg);
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
