"""Step 10 - Condition.
Question: who is woken by notify, and when do they go on?
Prediction: those that wait longest; each takes the lock again before wait
returns, also one that is cancelled. A notification that comes to a cancelled
waiter goes on to another one.
"""
import asyncio
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))
log = []


def flush(what):
    print(f"{what}: {' '.join(log)}")
    log.clear()


async def turns(n):
    for _ in range(n):
        await asyncio.sleep(0)


async def waits(name, condition):
    async with condition:
        log.append(f"{name} waits")
        try:
            await condition.wait()
        except asyncio.CancelledError:
            log.append(f"{name} cancelled, locked={condition.locked()}")
            raise
        log.append(f"{name} woken, locked={condition.locked()}")


async def waits_for(name, condition, predicate):
    async with condition:
        result = await condition.wait_for(predicate)
        log.append(f"{name} has {result}")


async def start(condition, *names):
    tasks = [asyncio.create_task(waits(name, condition), name=name) for name in names]
    await turns(2)
    return tasks


async def finish(condition, tasks):
    async with condition:
        condition.notify_all()
    await asyncio.wait(tasks)


async def main():
    condition = asyncio.Condition()
    print("-- notify one, two, all")
    tasks = await start(condition, "a", "b", "c", "d", "e")
    flush("started")
    for n in (1, 2):
        async with condition:
            condition.notify(n)
            await turns(3)
            flush("lock held")
        await turns(4)
        flush(f"after notify({n})")
    await finish(condition, tasks)
    flush("after notify_all")
    print("-- a notification that nobody waits for is lost")
    async with condition:
        condition.notify_all()
    tasks = await start(condition, "late")
    flush("late")
    await finish(condition, tasks)
    flush("notified")
    print("-- cancelled while it waits")
    tasks = await start(condition, "a", "b")
    tasks[0].cancel()
    await asyncio.wait(tasks[:1])
    flush("a")
    async with condition:
        condition.notify()
    await asyncio.wait(tasks)
    flush("b")
    print("-- cancelled when it has been notified")
    tasks = await start(condition, "a", "b")
    async with condition:
        condition.notify()
        tasks[0].cancel()
    await turns(5)
    flush("both")
    print("a cancelled:", tasks[0].cancelled(), "b done:", tasks[1].done())
    await finish(condition, tasks)
    log.clear()
    print("-- cancelled while it waits for the lock")
    tasks = await start(condition, "a")
    async with condition:
        condition.notify()
        await turns(2)
        tasks[0].cancel()
        await turns(2)
        flush("lock held")
    await asyncio.wait(tasks)
    flush("lock free")
    print("locked:", condition.locked())
    print("-- wait_for")
    box = []
    waiters = [asyncio.create_task(waits_for(str(n), condition, lambda n=n: len(box) >= n and f"{n} of {len(box)}"))
               for n in (2, 1, 3)]
    await turns(2)
    for item in "xyz":
        async with condition:
            box.append(item)
            condition.notify_all()
        await turns(8)
        flush(f"after {item}")
    await asyncio.gather(*waiters)
    print("-- with a timeout")
    try:
        async with asyncio.timeout(1 * U):
            async with condition:
                try:
                    await condition.wait()
                finally:
                    print("locked:", condition.locked())
    except TimeoutError:
        print("TimeoutError, locked:", condition.locked())
    print("-- two conditions, one lock")
    lock = asyncio.Lock()
    empty, full = asyncio.Condition(lock), asyncio.Condition(lock)
    tasks = await start(empty, "empty") + await start(full, "full")
    async with lock:
        full.notify()
        print("locked:", empty.locked(), full.locked())
    await turns(4)
    flush("full")
    await finish(empty, tasks)
    flush("empty")
    print("-- an error of the predicate")
    try:
        await waits_for("x", condition, lambda: 1 / 0)
    except ZeroDivisionError as e:
        print("ZeroDivisionError:", e, "locked:", condition.locked())


asyncio.run(main())
