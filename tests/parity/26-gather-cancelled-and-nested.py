"""Step 7 - asyncio.gather, cancelled and nested.
Question: who is cancelled when a gather is, when a child is, when one fails?
Prediction: a cancelled gather cancels all children and waits for them; a child
that is cancelled counts as failed; with return_exceptions=True the gather
waits for all, and what it was cancelled for comes out at the end.
"""
import asyncio
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))


async def work(name, units, fails=False):
    try:
        await asyncio.sleep(units * U)
    except asyncio.CancelledError as e:
        print(f"{name}: cancelled ({e})")
        raise
    if fails:
        print(f"{name}: fails")
        raise ValueError(name)
    print(f"{name}: done")
    return name


async def stubborn(name):
    try:
        await asyncio.sleep(9 * U)
    except asyncio.CancelledError:
        print(f"{name}: does not mind")
    return name


async def slow_cleanup(name):
    try:
        await asyncio.sleep(9 * U)
    finally:
        await asyncio.sleep(1 * U)
        print(f"{name}: cleaned up")


def show(x):
    if isinstance(x, BaseException):
        return f"{type(x).__name__}({x})"
    if isinstance(x, list):
        return "[" + ", ".join(show(y) for y in x) + "]"
    return str(x)


async def outcome(what, awaitable):
    try:
        result = await awaitable
    except BaseException as e:
        result = e
    print(f"{what}: {show(result)}")


async def gather_of_gathers():
    return await asyncio.gather(work("x", 1), asyncio.gather(work("y", 1), work("z", 2)))


async def main():
    loop = asyncio.get_running_loop()
    print("-- nested")
    await outcome("nested", gather_of_gathers())
    await outcome("empty", asyncio.gather())
    task = asyncio.create_task(work("shared", 1))
    await outcome("the same twice", asyncio.gather(task, task))
    print("-- the gather is cancelled")
    g = asyncio.gather(work("a", 1), work("b", 9), slow_cleanup("c"))
    loop.call_later(2 * U, g.cancel, "enough")
    await outcome("gather", g)
    print("done:", g.done(), "cancelled:", g.cancelled(), "again:", g.cancel())
    print("-- who awaits it is cancelled")
    t = asyncio.create_task(gather_of_gathers())
    loop.call_later(0.5 * U, t.cancel, "from outside")
    await outcome("task", t)
    print("-- children that do not mind")
    g = asyncio.gather(stubborn("a"), stubborn("b"))
    loop.call_later(1 * U, g.cancel)
    await outcome("gather", g)
    g = asyncio.gather(stubborn("a"), work("b", 9), return_exceptions=True)
    loop.call_later(1 * U, g.cancel, "all of you")
    await outcome("return_exceptions", g)
    print("-- a child is cancelled")
    child = asyncio.create_task(work("child", 9))
    loop.call_later(1 * U, child.cancel, "only you")
    g = asyncio.gather(child, work("sibling", 2))
    await outcome("gather", g)
    print("gather cancelled:", g.cancelled())
    await asyncio.sleep(2 * U)
    child = asyncio.create_task(work("child", 9))
    loop.call_later(1 * U, child.cancel, "only you")
    await outcome("return_exceptions", asyncio.gather(child, work("sibling", 2), return_exceptions=True))
    print("-- a child fails, then the gather is cancelled")
    g = asyncio.gather(work("bad", 1, True), work("good", 3))
    await outcome("gather", g)
    print("cancel:", g.cancel(), "cancelled:", g.cancelled(), "exception:", show(g.exception()))
    await asyncio.sleep(3 * U)
    print("-- before the children's first step")
    a, b = asyncio.create_task(work("a", 1)), asyncio.create_task(work("b", 1))
    g = asyncio.gather(a, b)
    print("cancel:", g.cancel("at once"))
    await outcome("gather", g)
    print("a:", a.cancelled(), "b:", b.cancelled())
    print("-- futures, of which one ends when the gather is cancelled")
    f1, f2 = loop.create_future(), loop.create_future()
    g = asyncio.gather(f1, f2)
    f1.set_result("f1")
    g.cancel()
    await outcome("gather", g)
    print("f1:", f1.cancelled(), "f2:", f2.cancelled())
    f1, f2 = loop.create_future(), loop.create_future()
    g = asyncio.gather(f1, f2, return_exceptions=True)
    f1.set_exception(KeyError("k"))
    f2.cancel("gone")
    await outcome("return_exceptions", g)
    print("-- two that fail in one turn")
    await outcome("gather", asyncio.gather(work("first", 1, True), work("second", 1, True)))
    print("-- what has ended already")
    a, b = asyncio.create_task(work("a", 0)), asyncio.create_task(work("b", 0))
    await asyncio.wait([a, b])
    g = asyncio.gather(b, a, b)
    print("done at once:", g.done())
    await outcome("gather", g)


asyncio.run(main())
