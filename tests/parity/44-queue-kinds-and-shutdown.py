"""Beyond the ten steps - kinds of queues, and their end.
Question: in which order do items come out, and how does a queue end?
Prediction: first in first out, last in first out, or lowest first; who waits is
served in turn. After a shutdown what is left can be got, after an immediate
one nothing, and all that wait are told.
"""
import asyncio
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))


async def outcome(what, coro):
    try:
        result = await coro
        print(f"{what}: {result}")
    except asyncio.CancelledError:
        print(f"{what}: CancelledError")
        raise
    except Exception as e:
        print(f"{what}: {type(e).__name__}({e})")


def state(q):
    return f"qsize={q.qsize()} maxsize={q.maxsize} empty={q.empty()} full={q.full()}"


async def turns(n):
    for _ in range(n):
        await asyncio.sleep(0)


def start(*coros):
    return [asyncio.create_task(coro) for coro in coros]


async def put_all(q, *items):
    for item in items:
        await q.put(item)


async def main():
    for kind in (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue):
        print("--", kind.__name__)
        q = kind(5)
        await put_all(q, 3, 1, 4, 1, 5)
        print(state(q))
        print(*(q.get_nowait() for _ in range(3)))
        q.put_nowait(0)
        q.put_nowait(9)
        print(*[await q.get() for _ in range(4)])
        print(state(q))
    print("-- getters and putters in turn")
    q = asyncio.LifoQueue(2)
    getters = start(*(outcome(f"getter {n}", q.get()) for n in range(3)))
    await turns(1)
    await put_all(q, "x", "y", "z")
    await asyncio.wait(getters)
    putters = start(*(outcome(f"putter {n}", q.put(n)) for n in range(4)))
    await turns(2)
    print(state(q))
    print("get:", q.get_nowait())
    await turns(2)
    print("get:", q.get_nowait(), state(q))
    await turns(2)
    while not q.empty():
        print("get:", await q.get())
        await turns(2)
    await asyncio.wait(putters)
    print("-- cancelled getters and putters")
    q = asyncio.Queue(1)
    getters = start(outcome("getter 0", q.get()), outcome("getter 1", q.get()))
    await turns(1)
    q.put_nowait("item")
    getters[0].cancel()
    await asyncio.wait(getters)
    q.put_nowait("item")
    putters = start(outcome("putter 0", q.put("p0")), outcome("putter 1", q.put("p1")))
    await turns(1)
    print("get:", q.get_nowait())
    putters[0].cancel()
    await asyncio.wait(putters)
    print("get:", q.get_nowait(), state(q))
    print("-- a timeout loses no item")
    q = asyncio.Queue()
    await outcome("wait_for", asyncio.wait_for(q.get(), 1 * U))
    q.put_nowait("item")
    await outcome("wait_for", asyncio.wait_for(q.get(), 1 * U))
    print("-- join")
    q = asyncio.Queue()
    await outcome("join of an empty queue", q.join())
    await put_all(q, 1, 2)
    joiners = start(outcome("join 1", q.join()), outcome("join 2", q.join()))
    q.get_nowait()
    q.task_done()
    await turns(2)
    print("one done:", joiners[0].done())
    q.task_done()
    await asyncio.wait(joiners)
    print("-- shutdown, with items in it")
    q = asyncio.Queue(3)
    await put_all(q, "a", "b", "c")
    putters = start(outcome("putter", q.put("d")))
    joiner = start(outcome("join", q.join()))
    await turns(1)
    q.shutdown()
    await asyncio.wait(putters)
    await outcome("put", q.put("e"))
    for _ in range(4):
        await outcome("get", q.get())
    for _ in range(3):
        q.task_done()
    await asyncio.wait(joiner)
    q.shutdown()
    print(state(q))
    print("-- shutdown, with getters that wait")
    q = asyncio.PriorityQueue()
    getters = start(outcome("getter 0", q.get()), outcome("getter 1", q.get()))
    await turns(1)
    q.put_nowait("item")
    q.shutdown()
    await asyncio.wait(getters)
    print("-- immediate")
    q = asyncio.LifoQueue()
    await put_all(q, "a", "b", "c")
    print("get:", q.get_nowait())
    joiner = start(outcome("join", q.join()))
    await turns(1)
    q.shutdown(immediate=True)
    await outcome("get", q.get())
    print(state(q), "joined:", joiner[0].done())
    q.task_done()
    await asyncio.wait(joiner)


asyncio.run(main())
