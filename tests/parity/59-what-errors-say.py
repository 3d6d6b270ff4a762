"""Beyond the ten steps - errors of use.
Question: what does asyncio say when it is used wrongly?
Prediction: each mistake is an exception at the call that makes it (or in the
coroutine that was to run), and its text says what is wrong.
"""
import asyncio
import concurrent.futures
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))


def tell(what, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except BaseException as e:
        print(f"{what}: {type(e).__name__}: {e}")
    else:
        print(f"{what}: no error")


async def tell_await(what, awaitable):
    try:
        await awaitable
    except BaseException as e:
        print(f"{what}: {type(e).__name__}: {e}")
    else:
        print(f"{what}: no error")


async def one():
    return 1


async def sleeper():
    await asyncio.sleep(9 * U)


async def stops():
    raise StopIteration("early")


async def numbers():
    yield 1
    await asyncio.sleep(1 * U)
    yield 2


async def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


async def raises_stop():
    yield 1
    raise StopAsyncIteration


async def anext_of(agen):
    return await agen.__anext__()


async def adds_late(tg):
    try:
        await asyncio.sleep(9 * U)
    finally:
        coro = one()
        tell("group shutting down", tg.create_task, coro)
        coro.close()


async def futures(loop):
    print("-- futures")
    f = loop.create_future()
    tell("result", f.result)
    tell("exception", f.exception)
    f.set_result(1)
    tell("set_result", f.set_result, 2)
    tell("set_exception", f.set_exception, ValueError())
    print("cancel:", f.cancel())
    f = loop.create_future()
    f.cancel("no need")
    tell("cancelled result", f.result)
    tell("cancelled exception", f.exception)
    tell("cancelled set_result", f.set_result, 1)
    f = loop.create_future()
    f.set_exception(StopIteration())
    await tell_await("StopIteration", f)


async def tasks(loop):
    print("-- tasks and coroutines")
    t = asyncio.create_task(one())
    tell("result", t.result)
    tell("exception", t.exception)
    tell("set_result", t.set_result, 1)
    tell("set_exception", t.set_exception, ValueError())
    await t
    coro = one()
    await coro
    await tell_await("awaited again", coro)
    coro = sleeper()
    t = asyncio.create_task(coro)
    await asyncio.sleep(0)
    await tell_await("awaited by two", coro)
    t.cancel()
    await tell_await("StopIteration in a task", asyncio.create_task(stops()))
    await tell_await("StopIteration in a coroutine", stops())
    await tell_await("sleep", asyncio.sleep(float("nan")))
    await tell_await("wait for nothing", asyncio.wait([]))
    coro = one()
    tell("send", coro.send, 1)
    coro.close()
    tell("send to a closed one", coro.send, None)


async def blocks(loop):
    print("-- timeouts and groups")
    timeout = asyncio.timeout(1 * U)
    tell("reschedule too early", timeout.reschedule, 1)
    async with timeout:
        await tell_await("entered twice", timeout.__aenter__())
    tell("reschedule too late", timeout.reschedule, 1)
    timeout = asyncio.timeout(0)
    try:
        async with timeout:
            try:
                await asyncio.sleep(1 * U)
            except asyncio.CancelledError as e:
                print(f"inside: CancelledError({e})")
                tell("reschedule while expiring", timeout.reschedule, 1)
                raise
    except TimeoutError as e:
        print(f"outside: TimeoutError({e}) from {type(e.__cause__).__name__}({e.__cause__})")
    tell("reschedule when expired", timeout.reschedule, 1)

    tg = asyncio.TaskGroup()
    coro = one()
    tell("group not entered", tg.create_task, coro)
    async with tg:
        await tell_await("group entered twice", tg.__aenter__())
    tell("group finished", tg.create_task, coro)
    coro.close()
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(adds_late(tg))
            await asyncio.sleep(0)
            raise ValueError("body")
    except ExceptionGroup as e:
        print(f"{type(e).__name__}: {e}")


async def locks(loop):
    print("-- locks")
    tell("Lock.release", asyncio.Lock().release)
    condition = asyncio.Condition()
    tell("Condition.release", condition.release)
    tell("Condition.notify", condition.notify)
    tell("Condition.notify_all", condition.notify_all)
    await tell_await("Condition.wait", condition.wait())
    await tell_await("Condition.wait_for, true", condition.wait_for(lambda: True))
    await tell_await("Condition.wait_for, false", condition.wait_for(lambda: False))
    tell("Semaphore", asyncio.Semaphore, -1)
    tell("BoundedSemaphore.release", asyncio.BoundedSemaphore(1).release)
    tell("Barrier", asyncio.Barrier, 0)
    barrier = asyncio.Barrier(2)
    waiter = asyncio.create_task(barrier.wait())
    await asyncio.sleep(0)
    await barrier.reset()
    await tell_await("Barrier.reset", waiter)
    waiter = asyncio.create_task(barrier.wait())
    await asyncio.sleep(0)
    await barrier.abort()
    await tell_await("Barrier.abort", waiter)
    await tell_await("Barrier.wait, aborted", barrier.wait())
    queue = asyncio.Queue(1)
    tell("Queue.get_nowait", queue.get_nowait)
    queue.put_nowait(1)
    tell("Queue.put_nowait", queue.put_nowait, 2)
    queue.task_done()
    tell("Queue.task_done", queue.task_done)


async def generators(loop):
    print("-- asynchronous generators")
    agen = numbers()
    await agen.__anext__()
    t = asyncio.create_task(anext_of(agen))
    await asyncio.sleep(0)
    await tell_await("anext", agen.__anext__())
    await tell_await("athrow", agen.athrow(ValueError("thrown")))
    await tell_await("aclose", agen.aclose())
    print("the one that runs:", await t)
    await tell_await("the end", agen.__anext__())
    await tell_await("asend", numbers().asend(1))
    agen = stubborn()
    await agen.__anext__()
    await tell_await("aclose of a stubborn one", agen.aclose())
    agen = raises_stop()
    await agen.__anext__()
    await tell_await("StopAsyncIteration", agen.__anext__())


async def loops(loop):
    print("-- loops and executors")
    coro = one()
    tell("run", asyncio.run, coro)
    runner = asyncio.Runner()
    tell("Runner.run", runner.run, coro)
    runner.close()
    coro.close()
    future = loop.create_future()
    tell("run_until_complete", loop.run_until_complete, future)
    tell("close", loop.close)
    other = asyncio.new_event_loop()
    tell("run_until_complete of another", other.run_until_complete, future)
    other.close()
    tell("call_soon when closed", other.call_soon, print)
    tell("ThreadPoolExecutor", concurrent.futures.ThreadPoolExecutor, 0)
    pool = concurrent.futures.ThreadPoolExecutor(1)
    pool.shutdown()
    tell("after its shutdown", loop.run_in_executor, pool, print)
    await loop.shutdown_default_executor()
    await tell_await("after the default one's", asyncio.to_thread(print))


async def main():
    loop = asyncio.get_running_loop()
    for part in (futures, tasks, blocks, locks, generators, loops):
        await part(loop)


coro = one()
tell("create_task without a loop", asyncio.create_task, coro)
coro.close()
tell("get_running_loop", asyncio.get_running_loop)
asyncio.run(main())
runner = asyncio.Runner()
print("ran:", runner.run(one()))
runner.close()
coro = one()
tell("get_loop of a closed runner", runner.get_loop)
coro.close()
