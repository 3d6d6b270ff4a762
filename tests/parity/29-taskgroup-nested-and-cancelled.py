"""Step 8 - TaskGroup, nested and cancelled.
Question: how do errors and cancellations cross the borders of groups?
Prediction: an inner group ends before the outer goes on; its errors arrive as
one group within the outer one's; a cancellation from outside comes out as
CancelledError when nothing has failed, and as the errors when something has.
"""
import asyncio
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))


async def work(name, units, error=None):
    try:
        await asyncio.sleep(units * U)
    except asyncio.CancelledError as e:
        print(f"{name}: cancelled ({e})")
        raise
    if error:
        print(f"{name}: raises {error.__name__}")
        raise error(name)
    print(f"{name}: done")
    return name


async def fails_in_cleanup(name):
    try:
        await asyncio.sleep(9 * U)
    except asyncio.CancelledError:
        print(f"{name}: fails in its cleanup")
        raise KeyError(name)


async def shrugs(name):
    try:
        await asyncio.sleep(9 * U)
    except asyncio.CancelledError:
        print(f"{name}: shrugs")
        return name


def show(e):
    if isinstance(e, BaseExceptionGroup):
        return f"{type(e).__name__}({e.message}: " + ", ".join(show(x) for x in e.exceptions) + ")"
    return f"{type(e).__name__}({e})"


async def told(what, coro):
    try:
        await coro
        print(f"{what}: ended, cancelling={asyncio.current_task().cancelling()}")
    except BaseException as e:
        print(f"{what}: {show(e)}, cancelling={asyncio.current_task().cancelling()}")


async def inner_fails():
    async with asyncio.TaskGroup() as outer:
        outer.create_task(work("sibling", 9), name="sibling")
        async with asyncio.TaskGroup() as inner:
            inner.create_task(work("child", 1, ValueError))
            inner.create_task(work("other child", 9))
        print("not reached")


async def outer_fails():
    async with asyncio.TaskGroup() as outer:
        outer.create_task(work("sibling", 1, ValueError))
        async with asyncio.TaskGroup() as inner:
            inner.create_task(fails_in_cleanup("child"))
        print("not reached")


async def group_in_a_child():
    async def child():
        async with asyncio.TaskGroup() as inner:
            inner.create_task(work("grandchild", 1, ValueError))
            await asyncio.sleep(9 * U)

    async with asyncio.TaskGroup() as outer:
        outer.create_task(child())
        outer.create_task(work("sibling", 9))


async def handled_in_between():
    async with asyncio.TaskGroup() as outer:
        sibling = outer.create_task(work("sibling", 3))
        try:
            async with asyncio.TaskGroup() as inner:
                inner.create_task(work("child", 1, ValueError))
        except* ValueError as eg:
            print("handled:", show(eg))
        print("the outer goes on")
    print("sibling:", sibling.result())


async def waits_in_the_body():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(work("child", 9))
        await asyncio.sleep(9 * U)


async def waits_at_the_end():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(shrugs("child"))
    print("not reached")


async def fails_when_cancelled():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(fails_in_cleanup("child"))
        await asyncio.sleep(9 * U)


async def body_shrugs():
    async with asyncio.TaskGroup() as tg:
        child = tg.create_task(work("child", 2))
        try:
            await asyncio.sleep(9 * U)
        except asyncio.CancelledError as e:
            print(f"body: shrugs ({e})")
    print("child:", child.result())


async def body_fails_while_children_fail():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(work("first", 1, ValueError))
        tg.create_task(work("second", 1, KeyError))
        tg.create_task(fails_in_cleanup("third"))
        try:
            await asyncio.sleep(9 * U)
        finally:
            raise IndexError("body")


async def children_add_children():
    async def parent(tg, n):
        print(f"parent {n}")
        if n:
            tg.create_task(parent(tg, n - 1))
            await asyncio.sleep(1 * U)
        return n

    async with asyncio.TaskGroup() as tg:
        t = tg.create_task(parent(tg, 3))
        await asyncio.sleep(0)
        print("body: ends")
    print("all done:", t.result(), len(asyncio.all_tasks()))


async def a_child_is_cancelled():
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(work("a", 9))
        b = tg.create_task(work("b", 2))
        await asyncio.sleep(1 * U)
        a.cancel("just this one")
    print("a:", a.cancelled(), "b:", b.result())


async def awaits_a_cancelled_child():
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(work("a", 9))
        tg.create_task(work("b", 9))
        await asyncio.sleep(0)
        a.cancel("just this one")
        await a


async def timeout_around():
    async with asyncio.timeout(1 * U):
        async with asyncio.TaskGroup() as tg:
            tg.create_task(work("child", 9))


async def timeout_inside():
    async with asyncio.TaskGroup() as tg:
        tg.create_task(work("sibling", 9))
        async with asyncio.timeout(1 * U):
            await asyncio.sleep(9 * U)


async def main():
    loop = asyncio.get_running_loop()
    for function in (inner_fails, outer_fails, group_in_a_child, handled_in_between,
                     body_fails_while_children_fail, children_add_children, a_child_is_cancelled,
                     awaits_a_cancelled_child, timeout_around, timeout_inside):
        print("--", function.__name__)
        await told(function.__name__, function())
    for function in (waits_in_the_body, waits_at_the_end, fails_when_cancelled, body_shrugs, outer_fails):
        print("--", function.__name__, "and is cancelled")
        task = asyncio.create_task(told(function.__name__, function()))
        loop.call_later(0.5 * U, task.cancel, "from outside")
        await told("its task", task)


asyncio.run(main())
