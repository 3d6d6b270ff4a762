"""Step 6 - Tasks (create_task).
Question: what becomes of a request to cancel, and of several?
Prediction: each request is counted; one exception is thrown for those that
come before it is; who takes the exception and means it calls uncancel. The
message travels to whoever awaits. What is done cannot be cancelled.
"""
import asyncio
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))


def state(task):
    return f"{task.get_name()}: done={task.done()} cancelled={task.cancelled()} cancelling={task.cancelling()}"


async def outcome(task):
    try:
        result = await task
    except asyncio.CancelledError as e:
        print(f"{task.get_name()} -> CancelledError({e})")
    except Exception as e:
        print(f"{task.get_name()} -> {type(e).__name__}({e})")
    else:
        print(f"{task.get_name()} -> {result}")


async def plain():
    print("plain: begins")
    await asyncio.sleep(2 * U)
    return "plain"


async def swallows():
    me = asyncio.current_task()
    for n in range(2):
        try:
            await asyncio.sleep(5 * U)
        except asyncio.CancelledError as e:
            print(f"swallows: took '{e}', cancelling={me.cancelling()}")
    return f"after {me.cancelling()} requests"


async def takes_back():
    me = asyncio.current_task()
    try:
        await asyncio.sleep(5 * U)
    except asyncio.CancelledError:
        print("takes_back: uncancel ->", me.uncancel())
    await asyncio.sleep(1 * U)
    print("takes_back: uncancel below zero ->", me.uncancel())
    return "went on"


async def cleans_up():
    try:
        await asyncio.sleep(5 * U)
    finally:
        print("cleans_up: finally")
        try:
            await asyncio.sleep(5 * U)
        except asyncio.CancelledError as e:
            print(f"cleans_up: cleanup cancelled, '{e}'")
            raise
        finally:
            print("cleans_up: end")


async def answers():
    try:
        await asyncio.sleep(5 * U)
    except asyncio.CancelledError:
        raise ValueError("instead")


async def cancels_itself(then):
    me = asyncio.current_task()
    print("cancels_itself:", me.cancel("by myself"), me.cancelling())
    if then == "return":
        return "nevertheless"
    if then == "raise":
        raise ValueError("nevertheless")
    if then == "uncancel":
        me.uncancel()
    await asyncio.sleep(0)
    return "not cancelled"


async def raises_cancelled():
    raise asyncio.CancelledError("raised by hand")


async def awaits(task):
    try:
        return await task
    except asyncio.CancelledError as e:
        print(f"awaits: CancelledError({e}), mine={asyncio.current_task().cancelling()}")
        raise


def callback(task):
    print("callback:", state(task))


async def main():
    print("-- before the first step")
    t = asyncio.create_task(plain(), name="early")
    print(t.cancel("too early"), t.cancel("again"), state(t))
    await outcome(t)
    print(state(t))
    print("-- uncancelled before the first step")
    t = asyncio.create_task(plain(), name="spared")
    t.cancel()
    print(t.uncancel(), state(t))
    await outcome(t)
    print("-- two requests in one turn, then when it is done")
    t = asyncio.create_task(plain(), name="twice")
    t.add_done_callback(callback)
    await asyncio.sleep(0)
    print(t.cancel("first"), t.cancel("second"))
    print(state(t))
    await outcome(t)
    print(t.cancel("third"), state(t))
    print("-- swallowed twice")
    t = asyncio.create_task(swallows(), name="swallows")
    await asyncio.sleep(1 * U)
    t.cancel("one")
    await asyncio.sleep(1 * U)
    t.cancel("two")
    await outcome(t)
    print(state(t))
    print("-- taken back")
    t = asyncio.create_task(takes_back(), name="takes_back")
    await asyncio.sleep(1 * U)
    t.cancel()
    await outcome(t)
    print(state(t))
    print("-- while it cleans up")
    t = asyncio.create_task(cleans_up(), name="cleans_up")
    await asyncio.sleep(1 * U)
    t.cancel("stop")
    await asyncio.sleep(1 * U)
    print(state(t))
    t.cancel("stop it now")
    await outcome(t)
    print("-- answered with another error")
    t = asyncio.create_task(answers(), name="answers")
    await asyncio.sleep(1 * U)
    t.cancel()
    await outcome(t)
    print(state(t))
    print("-- by itself")
    for then in ("return", "raise", "uncancel", "sleep"):
        t = asyncio.create_task(cancels_itself(then), name=then)
        await outcome(t)
        print(state(t))
    t = asyncio.create_task(raises_cancelled(), name="by hand")
    await outcome(t)
    print(state(t))
    print("-- down a chain, from its end and from its beginning")
    inner = asyncio.create_task(plain(), name="inner")
    middle = asyncio.create_task(awaits(inner), name="middle")
    outer = asyncio.create_task(awaits(middle), name="outer")
    await asyncio.sleep(1 * U)
    outer.cancel("from outside")
    print(state(inner), state(middle), state(outer), sep="\n")
    await outcome(outer)
    inner = asyncio.create_task(plain(), name="inner")
    middle = asyncio.create_task(awaits(inner), name="middle")
    outer = asyncio.create_task(awaits(middle), name="outer")
    await asyncio.sleep(1 * U)
    inner.cancel("from inside")
    await outcome(outer)
    print(state(inner), state(middle), state(outer), sep="\n")
    print("-- in the turn in which what it waits for is done")
    for first in ("result", "cancel"):
        future = asyncio.get_running_loop().create_future()
        t = asyncio.create_task(awaits(future), name=first + " first")
        await asyncio.sleep(0)
        if first == "result":
            future.set_result("the result")
            t.cancel("too late?")
        else:
            t.cancel("in time")
            print("set_result possible:", not future.done())
        await outcome(t)
        print("future cancelled:", future.cancelled())


asyncio.run(main())
