/* Queue, LifoQueue and PriorityQueue; every order in which a cancellation and a hand-over can meet. */
#include "unit.h"

static void *number(long n)
{
    return (void *)n;
}

static int by_number(const void *a, const void *b)
{
    return (long)a<(long)b ? -1 : (long)a>(long) b;
}

struct client {
    const char *name;
    asyncio_queue *queue;
    long item; /* to put */
};

static void *getter(void *arg)
{
    struct client *me = arg;
    long item = (long)asyncio_queue_get(me->queue);
    if (asyncio_failed())
        log_("%s:%s", me->name, asyncio_exception_name(asyncio_pending()));
    else
        log_("%s:%ld", me->name, item);
    asyncio_except(ASYNCIO_EXCEPTION);
    return NULL;
}

static void *putter(void *arg)
{
    struct client *me = arg;
    if (asyncio_queue_put(me->queue, number(me->item)) < 0)
        log_("%s!%s", me->name, asyncio_exception_name(asyncio_pending()));
    else
        log_("%s!%ld", me->name, me->item);
    asyncio_except(ASYNCIO_EXCEPTION);
    return NULL;
}

static void *joiner(void *arg)
{
    struct client *me = arg;
    if (asyncio_queue_join(me->queue) < 0)
        log_("%s:%s", me->name, asyncio_exception_name(asyncio_pending()));
    else
        log_("%s:joined", me->name);
    return NULL;
}

static asyncio_task *begin(asyncio_body *body, const char *name, asyncio_queue *queue, long item)
{
    return asyncio_create_task(body, asyncio_args(struct client, name, queue, item));
}

/* ---- items ---- */

ASYNC_TEST(first_in_first_out)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    for (long n = 1; n <= 3; n++)
        CHECK_INT(asyncio_queue_put(queue, number(n)), 0);
    CHECK_INT(asyncio_queue_qsize(queue), 3);
    for (long n = 1; n <= 3; n++)
        CHECK_INT((long)asyncio_queue_get(queue), n);
    CHECK(asyncio_queue_empty(queue));
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(last_in_first_out)
{
    asyncio_queue *queue = asyncio_lifo_queue_new(0);
    for (long n = 1; n <= 20; n++)
        asyncio_queue_put_nowait(queue, number(n));
    for (long n = 20; n >= 1; n--)
        CHECK_INT((long)asyncio_queue_get_nowait(queue), n);
    CHECK(asyncio_queue_empty(queue));
}

ASYNC_TEST(lowest_first)
{
    asyncio_queue *queue = asyncio_priority_queue_new(0, by_number);
    long state = 12345, last = -1;
    for (int n = 0; n < 1000; n++)
        asyncio_queue_put_nowait(queue, number(state = state * 1103 % 9973));
    for (int n = 0; n < 1000; n++) {
        long item = (long)asyncio_queue_get_nowait(queue);
        CHECK(item >= last);
        last = item;
    }
    CHECK(asyncio_queue_empty(queue));
}

static int by_tens(const void *a, const void *b)
{
    return (int)((long)a / 10 - (long)b / 10);
}

/* heapq is not stable; what CPython's heapq makes of these items, compared by their tens alone. */
ASYNC_TEST(equal_items_come_in_the_order_of_heapq)
{
    asyncio_queue *queue = asyncio_priority_queue_new(0, by_tens);
    for (long n = 0; n < 10; n++)
        asyncio_queue_put_nowait(queue, number(n % 3 * 10 + n));
    while (!asyncio_queue_empty(queue))
        log_("%ld", (long)asyncio_queue_get_nowait(queue));
    CHECK_LOG("0 6 3 9 14 11 17 25 22 28");
}

ASYNC_TEST(a_ring_that_grows_while_it_turns)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    long in = 0, out = 0;
    for (int round = 0; round < 50; round++) {
        for (int n = 0; n < 5; n++)
            asyncio_queue_put_nowait(queue, number(in++));
        for (int n = 0; n < 3; n++)
            CHECK_INT((long)asyncio_queue_get_nowait(queue), out++);
    }
    CHECK_INT(asyncio_queue_qsize(queue), 100);
    while (!asyncio_queue_empty(queue))
        CHECK_INT((long)asyncio_queue_get_nowait(queue), out++);
    CHECK_INT(in, out);
}

ASYNC_TEST(an_item_may_be_written_there_and_then)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    CHECK_INT(asyncio_queue_put(queue, &(struct { int first, second; }){7, 8}.second), 0);
    CHECK_INT(*(int *)asyncio_queue_get(queue), 8);
}

ASYNC_TEST(null_is_an_item)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_queue_put(queue, NULL);
    CHECK_INT(asyncio_queue_qsize(queue), 1);
    CHECK(!asyncio_queue_get(queue));
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(full_and_empty)
{
    asyncio_queue *queue = asyncio_queue_new(1), *endless = asyncio_queue_new(-1);
    CHECK_INT(asyncio_queue_maxsize(queue), 1);
    CHECK(!asyncio_queue_get_nowait(queue));
    CHECK_RAISES(ASYNCIO_QUEUE_EMPTY, "");
    CHECK_INT(asyncio_queue_put_nowait(queue, NULL), 0);
    CHECK(asyncio_queue_full(queue));
    CHECK_INT(asyncio_queue_put_nowait(queue, NULL), -1);
    CHECK_RAISES(ASYNCIO_QUEUE_FULL, "");
    for (int n = 0; n < 100; n++)
        CHECK_INT(asyncio_queue_put(endless, NULL), 0);
    CHECK(!asyncio_queue_full(endless));
}

/* ---- waiting ---- */

ASYNC_TEST(getters_are_served_in_order)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    begin(getter, "a", queue, 0);
    begin(getter, "b", queue, 0);
    begin(getter, "c", queue, 0);
    settle();
    CHECK_LOG("");
    for (long n = 1; n <= 3; n++)
        asyncio_queue_put_nowait(queue, number(n));
    CHECK_LOG("");
    settle();
    CHECK_LOG("a:1 b:2 c:3");
}

ASYNC_TEST(putters_are_served_in_order)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(1));
    begin(putter, "a", queue, 2);
    begin(putter, "b", queue, 3);
    settle();
    CHECK_LOG("");
    for (long n = 1; n <= 3; n++) {
        CHECK_INT((long)asyncio_queue_get(queue), n);
        settle();
    }
    CHECK_LOG("a!2 b!3");
}

/* As in asyncio, a place is not kept for the one who was woken. */
ASYNC_TEST(somebody_may_be_quicker_than_the_one_that_was_woken)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    begin(getter, "a", queue, 0);
    settle();
    asyncio_queue_put_nowait(queue, number(1));
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 1);
    settle();
    CHECK_LOG("");
    asyncio_queue_put_nowait(queue, number(2));
    settle();
    CHECK_LOG("a:2");
}

ASYNC_TEST(who_was_woken_in_vain_queues_up_again_at_the_end)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    begin(getter, "a", queue, 0);
    begin(getter, "b", queue, 0);
    settle();
    asyncio_queue_put_nowait(queue, number(1));
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 1);
    settle();
    asyncio_queue_put_nowait(queue, number(2));
    asyncio_queue_put_nowait(queue, number(3));
    settle();
    CHECK_LOG("b:2 a:3");
}

ASYNC_TEST(so_does_a_putter)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(0));
    begin(putter, "a", queue, 1);
    begin(putter, "b", queue, 2);
    settle();
    asyncio_queue_get_nowait(queue);
    asyncio_queue_put_nowait(queue, number(9));
    settle();
    CHECK_LOG("");
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 9);
    settle();
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 2);
    settle();
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 1);
    CHECK_LOG("b!2 a!1");
}

ASYNC_TEST(as_many_putters_are_let_in_as_there_is_room)
{
    asyncio_queue *queue = asyncio_queue_new(2);
    asyncio_queue_put_nowait(queue, number(0));
    asyncio_queue_put_nowait(queue, number(0));
    begin(putter, "a", queue, 1);
    begin(putter, "b", queue, 2);
    begin(putter, "c", queue, 3);
    settle();
    asyncio_queue_get_nowait(queue);
    asyncio_queue_get_nowait(queue);
    CHECK(asyncio_queue_empty(queue));
    settle();
    CHECK_LOG("a!1 b!2");
    CHECK(asyncio_queue_full(queue));
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 1);
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 2);
    settle();
    CHECK_LOG("c!3");
}

ASYNC_TEST(who_waits_at_a_priority_queue_gets_what_is_lowest_when_it_runs)
{
    asyncio_queue *queue = asyncio_priority_queue_new(0, by_number);
    begin(getter, "a", queue, 0);
    begin(getter, "b", queue, 0);
    settle();
    asyncio_queue_put_nowait(queue, number(2));
    asyncio_queue_put_nowait(queue, number(1));
    settle();
    CHECK_LOG("a:1 b:2");
}

static void put_one(void *queue)
{
    asyncio_queue_put_nowait(queue, number(1));
}

ASYNC_TEST(a_callback_may_put)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_loop_call_later(asyncio_get_running_loop(), 1, put_one, queue);
    CHECK_INT((long)asyncio_queue_get(queue), 1);
}

ASYNC_TEST(get_with_a_timeout)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_with (asyncio_timeout(1))
        asyncio_queue_get(queue);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    asyncio_queue_put_nowait(queue, number(1));
    CHECK_INT((long)asyncio_queue_get(queue), 1);
}

/* ---- cancellation meets hand-over ---- */

ASYNC_TEST(a_cancelled_getter_leaves_the_queue)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_task *a = begin(getter, "a", queue, 0);
    begin(getter, "b", queue, 0);
    settle();
    asyncio_task_cancel(a);
    settle();
    asyncio_queue_put_nowait(queue, number(1));
    settle();
    CHECK_LOG("a:CancelledError b:1");
}

ASYNC_TEST(a_getter_cancelled_then_an_item_put)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_task *a = begin(getter, "a", queue, 0);
    begin(getter, "b", queue, 0);
    settle();
    asyncio_task_cancel(a);
    asyncio_queue_put_nowait(queue, number(1));
    settle();
    CHECK_LOG("a:CancelledError b:1");
}

ASYNC_TEST(an_item_put_then_the_getter_cancelled)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_task *a = begin(getter, "a", queue, 0);
    begin(getter, "b", queue, 0);
    settle();
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("a:CancelledError b:1");
}

ASYNC_TEST(an_item_put_then_the_only_getter_cancelled)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_task *a = begin(getter, "a", queue, 0);
    settle();
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("a:CancelledError");
    CHECK_INT((long)asyncio_queue_get(queue), 1);
}

ASYNC_TEST(two_items_put_and_both_getters_cancelled)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_task *a = begin(getter, "a", queue, 0), *b = begin(getter, "b", queue, 0);
    begin(getter, "c", queue, 0);
    begin(getter, "d", queue, 0);
    settle();
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_queue_put_nowait(queue, number(2));
    asyncio_task_cancel(a);
    asyncio_task_cancel(b);
    settle();
    CHECK_LOG("a:CancelledError b:CancelledError c:1 d:2");
}

ASYNC_TEST(a_cancelled_putter_leaves_the_queue)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_task *a = begin(putter, "a", queue, 2);
    begin(putter, "b", queue, 3);
    settle();
    asyncio_task_cancel(a);
    settle();
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 1);
    settle();
    CHECK_LOG("a!CancelledError b!3");
}

ASYNC_TEST(a_putter_cancelled_then_room_made)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_task *a = begin(putter, "a", queue, 2);
    begin(putter, "b", queue, 3);
    settle();
    asyncio_task_cancel(a);
    asyncio_queue_get_nowait(queue);
    settle();
    CHECK_LOG("a!CancelledError b!3");
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 3);
}

ASYNC_TEST(room_made_then_the_putter_cancelled)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_task *a = begin(putter, "a", queue, 2);
    begin(putter, "b", queue, 3);
    settle();
    asyncio_queue_get_nowait(queue);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("a!CancelledError b!3");
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 3);
}

/* The room is taken again before the cancelled putter runs: nobody else is to be woken in vain. */
ASYNC_TEST(room_made_and_taken_then_the_putter_cancelled)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_task *a = begin(putter, "a", queue, 2);
    begin(putter, "b", queue, 3);
    settle();
    asyncio_queue_get_nowait(queue);
    asyncio_queue_put_nowait(queue, number(9));
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("a!CancelledError");
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 9);
    settle();
    CHECK_LOG("b!3");
}

ASYNC_TEST(a_woken_getter_whose_item_was_taken_is_cancelled)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_task *a = begin(getter, "a", queue, 0);
    begin(getter, "b", queue, 0);
    settle();
    asyncio_queue_put_nowait(queue, number(1));
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 1);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("a:CancelledError");
    asyncio_queue_put_nowait(queue, number(2));
    settle();
    CHECK_LOG("b:2");
}

ASYNC_TEST(of_two_that_were_woken_one_is_cancelled)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    begin(getter, "a", queue, 0);
    asyncio_task *b = begin(getter, "b", queue, 0);
    begin(getter, "c", queue, 0);
    settle();
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_queue_put_nowait(queue, number(2));
    asyncio_task_cancel(b);
    settle();
    CHECK_LOG("a:1 b:CancelledError c:2");
}

ASYNC_TEST(all_getters_are_cancelled)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_task *tasks[] = {begin(getter, "a", queue, 0), begin(getter, "b", queue, 0), begin(getter, "c", queue, 0)};
    settle();
    for (int i = 0; i < 3; i++)
        asyncio_task_cancel(tasks[i]);
    settle();
    CHECK_LOG("a:CancelledError b:CancelledError c:CancelledError");
    CHECK_INT(asyncio_queue_statistics(queue).tasks_waiting_get, 0);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_queue_put_nowait(queue, number(2));
    CHECK_INT(asyncio_queue_qsize(queue), 2);
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 1);
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 2);
}

static void *getter_within_1(void *arg)
{
    asyncio_with (asyncio_timeout(1))
        getter(arg);
    log_("%s", raised());
    return NULL;
}

static void put_seven(void *queue)
{
    asyncio_queue_put_nowait(queue, number(7));
}

ASYNC_TEST(an_item_comes_and_then_time_is_up)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_loop_call_at(asyncio_get_running_loop(), 1, put_seven, queue);
    begin(getter_within_1, "a", queue, 0);
    begin(getter, "b", queue, 0);
    asyncio_sleep(2);
    CHECK_LOG("a:CancelledError TimeoutError b:7");
}

ASYNC_TEST(time_is_up_and_then_an_item_comes)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    begin(getter_within_1, "a", queue, 0);
    begin(getter, "b", queue, 0);
    asyncio_sleep(0);
    asyncio_loop_call_at(asyncio_get_running_loop(), 1, put_seven, queue);
    asyncio_sleep(2);
    CHECK_LOG("a:CancelledError TimeoutError b:7");
}

ASYNC_TEST(a_put_whose_time_is_up_has_put_nothing)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_with (asyncio_timeout(1))
        CHECK_INT(asyncio_queue_put(queue, number(2)), -1);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(asyncio_queue_full(queue));
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 1);
    CHECK(asyncio_queue_empty(queue));
    CHECK_INT(asyncio_queue_task_done(queue), 0);
    CHECK_INT(asyncio_queue_join(queue), 0); /* it is not counted as unfinished either */
}

ASYNC_TEST(cancelled_joiner)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_queue_put_nowait(queue, NULL);
    asyncio_task *a = begin(joiner, "a", queue, 0);
    begin(joiner, "b", queue, 0);
    settle();
    asyncio_task_cancel(a);
    asyncio_queue_task_done(queue);
    settle();
    CHECK_LOG("a:CancelledError b:joined");
}

/* ---- join ---- */

ASYNC_TEST(join_waits_for_every_item)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    CHECK_INT(asyncio_queue_join(queue), 0);
    asyncio_queue_put_nowait(queue, NULL);
    asyncio_queue_put_nowait(queue, NULL);
    begin(joiner, "j", queue, 0);
    settle();
    asyncio_queue_get_nowait(queue);
    asyncio_queue_get_nowait(queue);
    settle();
    CHECK_LOG("");
    asyncio_queue_task_done(queue);
    settle();
    CHECK_LOG("");
    asyncio_queue_task_done(queue);
    settle();
    CHECK_LOG("j:joined");
    CHECK_INT(asyncio_queue_task_done(queue), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "called too many times");
}

ASYNC_TEST(who_joined_is_let_go_even_if_more_is_put_at_once)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_queue_put_nowait(queue, NULL);
    begin(joiner, "j", queue, 0);
    settle();
    asyncio_queue_task_done(queue);
    asyncio_queue_put_nowait(queue, NULL);
    begin(joiner, "k", queue, 0);
    settle();
    CHECK_LOG("j:joined");
    asyncio_queue_task_done(queue);
    settle();
    CHECK_LOG("k:joined");
}

ASYNC_TEST(an_item_may_be_marked_done_before_it_is_got)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    CHECK_INT(asyncio_queue_task_done(queue), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "called too many times");
    asyncio_queue_put_nowait(queue, number(1));
    CHECK_INT(asyncio_queue_task_done(queue), 0);
    CHECK_INT(asyncio_queue_join(queue), 0);
    CHECK_INT(asyncio_queue_qsize(queue), 1);
}

ASYNC_TEST(all_that_join_are_let_go_and_who_comes_later_does_not_wait)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_queue_put_nowait(queue, number(1));
    begin(joiner, "j", queue, 0);
    begin(joiner, "k", queue, 0);
    settle();
    asyncio_queue_task_done(queue);
    settle();
    CHECK_LOG("j:joined k:joined");
    CHECK_INT(asyncio_queue_join(queue), 0);
}

ASYNC_TEST(an_item_that_waits_to_be_put_is_not_joined)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(1));
    begin(putter, "a", queue, 2);
    begin(joiner, "j", queue, 0);
    settle();
    asyncio_queue_get_nowait(queue);
    asyncio_queue_task_done(queue);
    settle();
    CHECK_LOG("a!2 j:joined");
    CHECK_INT(asyncio_queue_qsize(queue), 1);
    CHECK_INT(asyncio_queue_task_done(queue), 0);
}

/* ---- shutdown ---- */

ASYNC_TEST(after_a_shutdown_the_rest_can_be_got)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_queue_put_nowait(queue, number(2));
    asyncio_queue_shutdown(queue);
    CHECK_INT(asyncio_queue_put(queue, NULL), -1);
    CHECK_RAISES(ASYNCIO_QUEUE_SHUT_DOWN, "");
    CHECK_INT(asyncio_queue_put_nowait(queue, NULL), -1);
    CHECK_RAISES(ASYNCIO_QUEUE_SHUT_DOWN, "");
    CHECK_INT((long)asyncio_queue_get(queue), 1);
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 2);
    CHECK(!asyncio_queue_get(queue));
    CHECK_RAISES(ASYNCIO_QUEUE_SHUT_DOWN, "");
    CHECK(!asyncio_queue_get_nowait(queue));
    CHECK_RAISES(ASYNCIO_QUEUE_SHUT_DOWN, "");
    begin(joiner, "j", queue, 0);
    settle();
    CHECK_LOG("");
    asyncio_queue_task_done(queue);
    asyncio_queue_task_done(queue);
    settle();
    CHECK_LOG("j:joined");
}

ASYNC_TEST(shutdown_wakes_all_getters)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    begin(getter, "a", queue, 0);
    begin(getter, "b", queue, 0);
    settle();
    asyncio_queue_shutdown(queue);
    settle();
    CHECK_LOG("a:QueueShutDown b:QueueShutDown");
}

ASYNC_TEST(shutdown_wakes_all_putters)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(1));
    begin(putter, "a", queue, 2);
    begin(putter, "b", queue, 3);
    settle();
    asyncio_queue_shutdown(queue);
    settle();
    CHECK_LOG("a!QueueShutDown b!QueueShutDown");
    CHECK_INT((long)asyncio_queue_get(queue), 1);
}

ASYNC_TEST(an_immediate_shutdown_throws_the_items_away)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_queue_put_nowait(queue, number(2));
    begin(joiner, "j", queue, 0);
    settle();
    asyncio_queue_shutdown(queue, .immediate = true);
    CHECK(asyncio_queue_empty(queue));
    settle();
    CHECK_LOG("j:joined");
    CHECK(!asyncio_queue_get(queue));
    CHECK_RAISES(ASYNCIO_QUEUE_SHUT_DOWN, "");
    CHECK_INT(asyncio_queue_task_done(queue), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "");
}

ASYNC_TEST(an_immediate_shutdown_while_an_item_is_worked_on)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_queue_put_nowait(queue, number(2));
    asyncio_queue_get_nowait(queue);
    begin(joiner, "j", queue, 0);
    settle();
    asyncio_queue_shutdown(queue, .immediate = true);
    asyncio_queue_shutdown(queue, .immediate = true);
    settle();
    CHECK_LOG("");
    CHECK_INT(asyncio_queue_task_done(queue), 0);
    settle();
    CHECK_LOG("j:joined");
}

ASYNC_TEST(an_item_put_then_shutdown_reaches_its_getter)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    begin(getter, "a", queue, 0);
    begin(getter, "b", queue, 0);
    settle();
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_queue_shutdown(queue);
    settle();
    CHECK_LOG("a:1 b:QueueShutDown");
}

ASYNC_TEST(shutdown_and_cancel_in_one_turn)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_task *a = begin(getter, "a", queue, 0);
    settle();
    asyncio_queue_shutdown(queue);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("a:CancelledError");
}

ASYNC_TEST(an_item_put_then_an_immediate_shutdown_does_not_reach_its_getter)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    begin(getter, "a", queue, 0);
    settle();
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_queue_shutdown(queue, .immediate = true);
    settle();
    CHECK_LOG("a:QueueShutDown");
}

ASYNC_TEST(room_made_then_shutdown)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(1));
    begin(putter, "a", queue, 2);
    begin(putter, "b", queue, 3);
    settle();
    asyncio_queue_get_nowait(queue);
    asyncio_queue_shutdown(queue);
    settle();
    CHECK_LOG("a!QueueShutDown b!QueueShutDown");
    CHECK(asyncio_queue_empty(queue));
}

ASYNC_TEST(an_immediate_shutdown_makes_no_room_for_putters)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(1));
    begin(putter, "a", queue, 2);
    begin(putter, "b", queue, 3);
    begin(joiner, "j", queue, 0);
    settle();
    asyncio_queue_shutdown(queue, .immediate = true);
    settle();
    CHECK_LOG("j:joined a!QueueShutDown b!QueueShutDown");
    CHECK(asyncio_queue_empty(queue));
}

ASYNC_TEST(a_putter_cancelled_in_the_moment_of_a_shutdown)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_task *a = begin(putter, "a", queue, 2);
    settle();
    asyncio_queue_shutdown(queue);
    asyncio_task_cancel(a);
    settle();
    CHECK_LOG("a!CancelledError");
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 1);
    asyncio_queue_task_done(queue);
    CHECK_INT(asyncio_queue_join(queue), 0);
}

ASYNC_TEST(a_shutdown_may_become_immediate_later)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_queue_shutdown(queue);
    asyncio_queue_shutdown(queue);
    CHECK_INT(asyncio_queue_qsize(queue), 1);
    begin(joiner, "j", queue, 0);
    settle();
    CHECK_LOG("");
    asyncio_queue_shutdown(queue, .immediate = true);
    CHECK_INT(asyncio_queue_qsize(queue), 0);
    settle();
    CHECK_LOG("j:joined");
}

ASYNC_TEST(who_works_on_an_item_keeps_joiners_but_not_getters_waiting_after_a_shutdown)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_queue_get_nowait(queue);
    begin(getter, "g", queue, 0);
    begin(joiner, "j", queue, 0);
    settle();
    asyncio_queue_shutdown(queue, .immediate = true);
    settle();
    CHECK_LOG("g:QueueShutDown");
    asyncio_queue_task_done(queue);
    settle();
    CHECK_LOG("j:joined");
    CHECK_INT(asyncio_queue_task_done(queue), -1);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "called too many times");
}

ASYNC_TEST(a_full_queue_that_was_shut_down_serves_getters_to_the_end)
{
    asyncio_queue *queue = asyncio_queue_new(2);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_queue_put_nowait(queue, number(2));
    begin(putter, "a", queue, 3); /* begins after the shutdown */
    asyncio_queue_shutdown(queue);
    settle();
    begin(getter, "g", queue, 0);
    begin(getter, "h", queue, 0);
    begin(getter, "i", queue, 0);
    settle();
    CHECK_LOG("a!QueueShutDown g:1 h:2 i:QueueShutDown");
}

ASYNC_TEST(the_other_kinds_shut_down_alike)
{
    asyncio_queue *queues[] = {asyncio_lifo_queue_new(0), asyncio_priority_queue_new(0, by_number)};
    for (int i = 0; i < 2; i++) {
        for (long n = 1; n <= 3; n++)
            asyncio_queue_put_nowait(queues[i], number(n));
        asyncio_queue_shutdown(queues[i]);
        CHECK_INT(asyncio_queue_put_nowait(queues[i], number(4)), -1);
        CHECK_RAISES(ASYNCIO_QUEUE_SHUT_DOWN, "");
        CHECK_INT((long)asyncio_queue_get_nowait(queues[i]), i == 0 ? 3 : 1);
        begin(joiner, "j", queues[i], 0);
        settle();
        asyncio_queue_shutdown(queues[i], .immediate = true);
        CHECK(asyncio_queue_empty(queues[i]));
        settle();
        CHECK_LOG("");
        asyncio_queue_task_done(queues[i]);
        begin(getter, "g", queues[i], 0);
        settle();
        CHECK_LOG("j:joined g:QueueShutDown");
    }
}

/* ---- wrong use, and memory ---- */

ASYNC_TEST(wrong_handles)
{
    asyncio_queue *none = NULL;
    CHECK_INT(asyncio_queue_put(none, NULL), -1);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a queue, got NULL");
    CHECK(!asyncio_queue_get((asyncio_queue *)asyncio_event_new()));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "needs a queue, got an event");
    CHECK(!asyncio_priority_queue_new(0, NULL));
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "compares");
    asyncio_queue_shutdown(none);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "");
    asyncio_queue_qsize(none);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "");
}

TEST(outside_a_task)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    CHECK_INT(asyncio_queue_put_nowait(queue, number(1)), 0);
    CHECK_INT((long)asyncio_queue_get_nowait(queue), 1);
    CHECK(!asyncio_queue_get(queue));
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "asyncio_queue_get");
    CHECK_INT(asyncio_queue_put(queue, NULL), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "asyncio_queue_put");
    CHECK_INT(asyncio_queue_join(queue), -1);
    CHECK_RAISES(ASYNCIO_RUNTIME_ERROR, "asyncio_queue_join");
    asyncio_drop(queue);
}

ASYNC_TEST(with_an_exception_pending_nothing_is_taken)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    asyncio_queue_put_nowait(queue, number(1));
    asyncio_raise(ASYNCIO_KEY_ERROR, "k");
    CHECK(!asyncio_queue_get(queue));
    CHECK_INT(asyncio_queue_put(queue, NULL), -1);
    CHECK_RAISES(ASYNCIO_KEY_ERROR, "k");
    CHECK_INT(asyncio_queue_qsize(queue), 1);
}

/* The queue's maker ends while others wait in it. */
static void *make_and_leave(void *arg)
{
    asyncio_queue *queue = asyncio_queue_new(0);
    begin(getter, "a", queue, 0);
    asyncio_sleep(1);
    asyncio_queue_put_nowait(queue, number(1));
    return arg;
}

ASYNC_TEST(a_queue_lives_while_somebody_waits)
{
    asyncio_await(asyncio_create_task(make_and_leave, NULL));
    settle();
    CHECK_LOG("a:1");
}

static void *a_deadlock(void *arg)
{
    asyncio_queue_get(asyncio_queue_new(0));
    return arg;
}

TEST(a_deadlock_report_names_the_queue)
{
    expect_stderr("waits for queue #");
    expect_stderr("in a_deadlock");
    CHECK_INT(asyncio_run(a_deadlock), 1);
}
