"""Beyond the ten steps - shield.
Question: what does shield protect, and from what?
Prediction: the inner task from the cancellation of whoever awaits the shield,
and from nothing else. The inner task goes on, and can be awaited again.
"""
import asyncio
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))


async def work(units, error=None):
    try:
        await asyncio.sleep(units * U)
    except asyncio.CancelledError as e:
        print(f"work: cancelled ({e})")
        raise
    if error:
        raise error
    print("work: done")
    return "result"


async def outcome(what, awaitable):
    try:
        print(f"{what}: {await awaitable}")
    except asyncio.CancelledError as e:
        print(f"{what}: CancelledError({e})")
    except Exception as e:
        print(f"{what}: {type(e).__name__}({e})")


async def shields(inner):
    return await asyncio.shield(inner)


async def main():
    loop = asyncio.get_running_loop()
    print("-- undisturbed")
    await outcome("shield", asyncio.shield(work(1)))
    await outcome("shield", asyncio.shield(work(1, ValueError("v"))))
    print("-- who awaits is cancelled")
    inner = asyncio.create_task(work(2))
    outer = asyncio.create_task(shields(inner))
    await asyncio.sleep(1 * U)
    outer.cancel("outer only")
    await outcome("outer", outer)
    print("inner done:", inner.done(), "cancelling:", inner.cancelling())
    await outcome("inner", inner)
    print("-- the inner is cancelled")
    inner = asyncio.create_task(work(2))
    outer = asyncio.create_task(shields(inner))
    await asyncio.sleep(1 * U)
    inner.cancel("inner")
    await outcome("outer", outer)
    print("outer cancelled:", outer.cancelled())
    print("-- the shield itself is cancelled")
    inner = asyncio.create_task(work(2))
    shield = asyncio.shield(inner)
    print(shield.cancel("the shield"), shield.cancelled())
    await outcome("shield", shield)
    await outcome("inner", inner)
    print("-- done already: the same object comes back")
    print("same:", asyncio.shield(inner) is inner)
    f = loop.create_future()
    print("same when pending:", asyncio.shield(f) is f)
    f.set_result(None)
    print("-- with a timeout around it")
    inner = asyncio.create_task(work(3))
    await outcome("wait_for", asyncio.wait_for(asyncio.shield(inner), 1 * U))
    print("inner done:", inner.done())
    await outcome("inner", inner)
    print("-- it is cancelled when nobody listens")
    inner = asyncio.create_task(work(2))
    outer = asyncio.create_task(shields(inner))
    await asyncio.sleep(1 * U)
    outer.cancel()
    await outcome("outer", outer)
    inner.cancel("later")
    await outcome("inner", inner)
    print("-- gathered")
    a, b = asyncio.create_task(work(2)), asyncio.create_task(work(2))
    g = asyncio.gather(asyncio.shield(a), b)
    loop.call_later(1 * U, g.cancel)
    await outcome("gather", g)
    print("a:", a.done(), "b:", b.cancelled())
    await outcome("a", a)
    print("-- awaited twice, cancelled once")
    inner = asyncio.create_task(work(2))
    shield = asyncio.shield(inner)
    first = asyncio.create_task(outcome("first", shield))
    second = asyncio.create_task(outcome("second", shield))
    await asyncio.sleep(1 * U)
    first.cancel("first")
    await asyncio.wait([first, second])
    await outcome("inner", inner)


asyncio.run(main())
