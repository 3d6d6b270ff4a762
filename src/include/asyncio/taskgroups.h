/* 8. TaskGroup, and `async with` */
#ifndef ASYNCIO_TASKGROUPS_H
#define ASYNCIO_TASKGROUPS_H

/* `async with x:` enters x, runs the block, and leaves x however the block ends: at its end, by `return` or `goto`.
 * `continue` ends this block, not a turn of a loop around it; `break` does not compile, as in Python it would end the
 * loop: `goto` what comes after that. Entering and leaving may suspend. If x cannot
 * be entered, the block is not run and the exception is pending; otherwise the block's exception, or one from leaving,
 * is: check asyncio_failed() after the block.
 *
 *     asyncio_with (lock) {
 *         counter++;
 *     }
 *
 * Takes a lock, a semaphore, a condition, a barrier, a task group, a timeout, an executor, or what section 16 tells of;
 * and, outside any task, a runner. */
#define asyncio_with(x) ASYNCIO__WITH(x, #x, __COUNTER__)

/* asyncio.TaskGroup: a block that ends when all of its tasks have ended.
 *
 *     asyncio_task_group *tg = asyncio_task_group_new();
 *     asyncio_with (tg) {
 *         a = asyncio_task_group_create_task(tg, fetch, (void *)1);
 *         b = asyncio_task_group_create_task(tg, fetch, (void *)2);
 *     }
 *     if (asyncio_failed())
 *         return NULL;
 *     ... asyncio_task_result(a) ...
 *
 * If a task (or the block itself) fails, the others are cancelled and waited for, and all errors come out of the block
 * in one ExceptionGroup, in the order in which the tasks ended. KeyboardInterrupt and SystemExit come out alone, and
 * the loop's exception handler is told of the errors that they hide; so does GeneratorExit, if there is no error
 * besides. A group serves for one block. The block belongs to the task that enters it; in a generator this may end
 * first, and then only the group's tasks are cancelled. */
asyncio_task_group *asyncio_task_group_new(void);

/* TaskGroup.cancel (3.15): has the group's tasks cancelled, and the block itself at its next await. The block then ends
 * without CancelledError, as though it had come to its end; other errors come out as always. Called before the block is
 * entered it takes effect there; called when the tasks are being cancelled already or have all ended, it does nothing.
 * */
void asyncio_task_group_cancel(asyncio_task_group *group);

/* TaskGroup.create_task: as asyncio_create_task, the same options. Tasks of the group may call it too.
 * RuntimeError if the block has not been entered, is over, or is shutting down after an error. */
#define asyncio_task_group_create_task(group, f, ...)                                                                  \
    (ASYNCIO__REQUIRE_CORO_OR_BODY(f, #f, "asyncio_task_group_create_task(group, f, arg)"),                            \
     _Generic((f), asyncio_coroutine *: asyncio__task_group_create_task_of, default: asyncio__task_group_create_task)( \
         (group), (f), #f, ASYNCIO_HERE, (asyncio__task_options){.self = 0, __VA_ARGS__}))

#endif
