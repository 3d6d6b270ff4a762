/* Coroutine forms of what awaits. */
#include "unit.h"

static void *free_queue(void *arg)
{
    (void)arg;
    return asyncio_create_task(asyncio_queue_get_coro(asyncio_queue_new(0)));
}

static bool is_set(void *arg)
{
    return *(bool *)arg;
}

ASYNC_TEST(sleep_has_a_result)
{
    CHECK_STRING(asyncio_sleep(1, "done"), "done");
    CHECK_INT(asyncio_sleep(1), 0);
    CHECK_STRING(asyncio_await(asyncio_sleep_coro(1, "awaited")), "awaited");
    CHECK_POINTER(asyncio_await(asyncio_sleep_coro(1)), NULL);
    CHECK(asyncio_sleep(__builtin_nan(""), "done") == NULL);
    CHECK_RAISES(ASYNCIO_VALUE_ERROR, "");
}

ASYNC_TEST(create_task_gather_and_wait_for_take_forms)
{
    asyncio_queue *queue = asyncio_queue_new(1);
    asyncio_task *get = asyncio_create_task(asyncio_queue_get_coro(queue), .name = "getter");
    asyncio_await(asyncio_gather(asyncio_queue_put_coro(queue, "a"), asyncio_queue_put_coro(queue, "b")));
    CHECK_STRING(asyncio_await(get), "a");
    CHECK_STRING(asyncio_task_get_coro_name(get), "asyncio_queue_get");
    CHECK_STRING(asyncio_wait_for(asyncio_queue_get_coro(queue), 1), "b");
    CHECK(asyncio_wait_for(asyncio_queue_get_coro(queue), 1) == NULL);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(asyncio_await(asyncio_wait_for_coro(asyncio_queue_get_coro(queue), 1)) == NULL);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    asyncio_queue_task_done(queue);
    asyncio_queue_task_done(queue);
    CHECK_POINTER(asyncio_await(asyncio_queue_join_coro(queue)), NULL);
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(locks_and_their_like_have_forms_whose_result_is_true)
{
    asyncio_lock *lock = asyncio_lock_new();
    asyncio_event *event = asyncio_event_new();
    asyncio_condition *condition = asyncio_condition_new(lock);
    bool set = true;
    asyncio_event_set(event);
    CHECK_INT((long)asyncio_await(asyncio_lock_acquire_coro(lock)), 1);
    CHECK(asyncio_lock_locked(lock));
    CHECK_INT((long)asyncio_await(asyncio_condition_wait_for_coro(condition, is_set, &set)), 1);
    CHECK(asyncio_wait_for(asyncio_condition_wait_coro(condition), 1) == NULL);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK(asyncio_wait_for(asyncio_condition_acquire_coro(condition), 1) == NULL);
    CHECK_RAISES(ASYNCIO_TIMEOUT_ERROR, "");
    CHECK_INT((long)asyncio_await(asyncio_semaphore_acquire_coro(asyncio_semaphore_new(1))), 1);
    CHECK_INT((long)asyncio_await(asyncio_event_wait_coro(event)), 1);
    CHECK_POINTER(asyncio_await(asyncio_barrier_wait_coro(asyncio_barrier_new(1))), NULL);
    CHECK_NOTHING_RAISED();
}

ASYNC_TEST(a_form_holds_what_it_is_made_with)
{
    asyncio_task *get = asyncio_await(asyncio_create_task(free_queue, NULL));
    asyncio_keep(get);
    asyncio_sleep(1);
    CHECK(!asyncio_task_done(get));
    asyncio_task_cancel(get);
    asyncio_await(get);
    CHECK_RAISES(ASYNCIO_CANCELLED_ERROR, "");
    asyncio_drop(get);
}

ASYNC_TEST(a_form_of_nothing_is_a_type_error)
{
    CHECK(asyncio_queue_get_coro(NULL) == NULL);
    CHECK_RAISES(ASYNCIO_TYPE_ERROR, "asyncio_queue_get");
}
