"""Beyond the ten steps - wait.
Question: when does wait return, and what does it do to the tasks?
Prediction: when all, one or a failed one is done, or the time is up; it
neither raises their errors nor cancels them. A cancelled task has not failed.
"""
import asyncio
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))
CONDITIONS = (asyncio.ALL_COMPLETED, asyncio.FIRST_COMPLETED, asyncio.FIRST_EXCEPTION)


async def work(name, units, fails=False):
    await asyncio.sleep(units * U)
    print(f"{name}: {'fails' if fails else 'done'}")
    if fails:
        raise ValueError(name)
    return name


def names(tasks):
    return " ".join(sorted(t.get_name() for t in tasks)) or "none"


async def tell(what, tasks, **kwargs):
    done, pending = await asyncio.wait(tasks, **kwargs)
    print(f"{what}: done {names(done)}, pending {names(pending)}")
    return done, pending


def make(*specs):
    return [asyncio.create_task(work(*spec), name=spec[0]) for spec in specs]


async def finish(tasks):
    await asyncio.wait(tasks)
    for t in tasks:
        if not t.cancelled():
            t.exception()


async def waits(tasks):
    await asyncio.wait(tasks)
    print("not reached")


async def main():
    loop = asyncio.get_running_loop()
    for condition in CONDITIONS:
        print("--", condition)
        tasks = make(("a", 1), ("b", 2, True), ("c", 3))
        await tell("wait", tasks, return_when=condition)
        await finish(tasks)
    print("-- two in one turn")
    tasks = make(("a", 0), ("b", 0), ("c", 1))
    await tell("wait", tasks, return_when=asyncio.FIRST_COMPLETED)
    await finish(tasks)
    print("-- no failure to be found")
    tasks = make(("a", 1), ("b", 2))
    await tell("wait", tasks, return_when=asyncio.FIRST_EXCEPTION)
    print("-- a cancelled task")
    for condition in CONDITIONS:
        tasks = make(("a", 2), ("b", 3))
        loop.call_later(1 * U, tasks[0].cancel)
        await tell(condition, tasks, return_when=condition)
        await finish(tasks)
    print("-- with a timeout")
    tasks = make(("a", 1), ("b", 3, True))
    await tell("short", tasks, timeout=2 * U)
    await tell("none at all", tasks, timeout=0)
    await tell("long enough", tasks, timeout=9 * U)
    await tell("done already", tasks)
    await tell("and no time", tasks, timeout=0)
    print("exception:", repr(tasks[1].exception()))
    print("-- some are done already")
    tasks += make(("c", 1))
    await tell("first completed", tasks, return_when=asyncio.FIRST_COMPLETED)
    await tell("first exception", tasks, return_when=asyncio.FIRST_EXCEPTION)
    await tell("all", tasks)
    print("-- who waits is cancelled")
    tasks = make(("a", 2), ("b", 2))
    waiter = asyncio.create_task(waits(tasks))
    await asyncio.sleep(1 * U)
    waiter.cancel("no patience")
    try:
        await waiter
    except asyncio.CancelledError as e:
        print(f"waiter: CancelledError({e})")
    print("pending:", names(t for t in tasks if not t.done()))
    await finish(tasks)
    print("-- two wait for the same")
    tasks = make(("a", 1), ("b", 2))
    await asyncio.gather(tell("one", tasks), tell("another", tasks, return_when=asyncio.FIRST_COMPLETED))
    print("-- as they are completed, with a time limit")
    tasks = make(("a", 3), ("b", 1), ("c", 9), ("d", 2, True))
    try:
        for next_one in asyncio.as_completed(tasks, timeout=5 * U):
            try:
                print("next:", await next_one)
            except ValueError as e:
                print("next:", repr(e))
    except TimeoutError as e:
        print(f"TimeoutError({e})", "pending:", names(t for t in tasks if not t.done()))
    print("cancelled:", tasks[2].cancel())
    await finish(tasks)


asyncio.run(main())
