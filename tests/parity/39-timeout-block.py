"""Beyond the ten steps - timeout blocks.
Question: which timeout fired, and when is a cancellation one from outside?
Prediction: the block whose time is up turns the CancelledError that it made
into TimeoutError, no other one. It can be moved, earlier or later, while it
runs. What was requested from outside stays CancelledError.
"""
import asyncio
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))


def cancelling():
    return asyncio.current_task().cancelling()


async def told(what, coro):
    try:
        print(f"{what}: {await coro}, cancelling={cancelling()}")
    except asyncio.CancelledError as e:
        print(f"{what}: CancelledError({e}), cancelling={cancelling()}")
    except Exception as e:
        cause = type(e.__cause__).__name__ if e.__cause__ else "nothing"
        print(f"{what}: {type(e).__name__}({e}) from {cause}, cancelling={cancelling()}")


async def in_time():
    async with asyncio.timeout(2 * U) as timeout:
        await asyncio.sleep(1 * U)
    return f"expired={timeout.expired()}"


async def too_late():
    async with asyncio.timeout(1 * U):
        await asyncio.sleep(9 * U)


async def no_limit():
    async with asyncio.timeout(None) as timeout:
        await asyncio.sleep(1 * U)
    return f"expired={timeout.expired()} when={timeout.when()}"


async def at_once():
    async with asyncio.timeout(-1) as timeout:
        print("the block begins, expired:", timeout.expired())
        await asyncio.sleep(0)
        print("not reached")


async def never_waits():
    async with asyncio.timeout(0) as timeout:
        pass
    await asyncio.sleep(1 * U)
    return f"expired={timeout.expired()}"


async def at_a_time():
    loop = asyncio.get_running_loop()
    when = loop.time() + 1 * U
    async with asyncio.timeout_at(when) as timeout:
        print("when:", timeout.when() == when)
        await asyncio.sleep(9 * U)


async def inner_of_two():
    async with asyncio.timeout(3 * U) as outer:
        try:
            async with asyncio.timeout(1 * U) as inner:
                await asyncio.sleep(9 * U)
        except TimeoutError:
            print("inside the outer: inner", inner.expired(), "outer", outer.expired())
        await asyncio.sleep(1 * U)
    return f"inner {inner.expired()} outer {outer.expired()}"


async def outer_of_two():
    try:
        async with asyncio.timeout(1 * U) as outer:
            async with asyncio.timeout(3 * U) as inner:
                await asyncio.sleep(9 * U)
    finally:
        print("inner", inner.expired(), "outer", outer.expired())


async def another_error():
    async with asyncio.timeout(1 * U):
        raise KeyError("first")


async def another_error_at_the_end():
    async with asyncio.timeout(1 * U):
        try:
            await asyncio.sleep(9 * U)
        finally:
            raise KeyError("instead")


async def swallowed():
    async with asyncio.timeout(1 * U) as timeout:
        try:
            await asyncio.sleep(9 * U)
        except asyncio.CancelledError:
            print("swallowed, cancelling:", cancelling())
    return f"expired={timeout.expired()}"


async def long_cleanup():
    async with asyncio.timeout(1 * U):
        try:
            await asyncio.sleep(9 * U)
        finally:
            await asyncio.sleep(2 * U)
            print("cleaned up")


async def moved():
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(1 * U) as timeout:
        timeout.reschedule(loop.time() + 3 * U)
        await asyncio.sleep(2 * U)
        print("still there")
        timeout.reschedule(None)
        await asyncio.sleep(2 * U)
        print("still there, no limit")
        timeout.reschedule(loop.time() - 1)
        print("expired:", timeout.expired())
        await asyncio.sleep(9 * U)


async def waits_forever():
    async with asyncio.timeout(9 * U):
        await asyncio.Event().wait()


async def cancelled_then_late():
    async with asyncio.timeout(2 * U):
        try:
            await asyncio.sleep(9 * U)
        finally:
            await asyncio.sleep(9 * U)


async def late_then_cancelled():
    async with asyncio.timeout(0.5 * U):
        try:
            await asyncio.sleep(9 * U)
        finally:
            await asyncio.sleep(9 * U)


async def wait_for_in_a_timeout():
    async with asyncio.timeout(1 * U) as timeout:
        await asyncio.wait_for(asyncio.sleep(9 * U), 3 * U)


async def timeout_in_a_wait_for():
    async def inner():
        async with asyncio.timeout(3 * U) as timeout:
            try:
                await asyncio.sleep(9 * U)
            finally:
                print("inner expired:", timeout.expired())

    await asyncio.wait_for(inner(), 1 * U)


async def main():
    loop = asyncio.get_running_loop()
    for function in (in_time, too_late, no_limit, at_once, never_waits, at_a_time, inner_of_two, outer_of_two,
                     another_error, another_error_at_the_end, swallowed, long_cleanup, moved,
                     wait_for_in_a_timeout, timeout_in_a_wait_for):
        print("--", function.__name__)
        await told(function.__name__, function())
    for function in (waits_forever, cancelled_then_late, late_then_cancelled):
        print("--", function.__name__)
        task = asyncio.create_task(told(function.__name__, function()))
        loop.call_later(1 * U, task.cancel, "from outside")
        await task


asyncio.run(main())
