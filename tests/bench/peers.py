"""The peer: the same things in CPython's asyncio. Reads "name count" lines, answers with nanoseconds per operation."""

import asyncio
import contextvars
import sys
import time


async def yielder(turns):
    for _ in range(turns):
        await asyncio.sleep(0)


async def switching(tasks, count):
    turns = count // tasks
    all_ = [asyncio.create_task(yielder(turns)) for _ in range(tasks)]
    for task in all_:
        await task
    return turns * tasks


async def deep(depth, turns):
    if depth > 1:
        return depth + await deep(depth - 1, turns)
    for _ in range(turns):
        await asyncio.sleep(0)
    return depth


async def suspending_deep(depth, count):
    await deep(depth, count)
    return count


async def nothing(arg=None):
    return arg


async def spawning(_, count):
    for _ in range(count):
        await asyncio.create_task(nothing())
    return count


async def gathering(width, count):
    times = -(-count // width)
    for _ in range(times):
        await asyncio.gather(*[nothing() for _ in range(width)])
    return times * width


async def contending(lock, times):
    for _ in range(times):
        await lock.acquire()
        await asyncio.sleep(0)
        lock.release()


async def handing_over(tasks, count):
    lock = asyncio.Lock()
    times = count // tasks
    all_ = [asyncio.create_task(contending(lock, times)) for _ in range(tasks)]
    for task in all_:
        await task
    return times * tasks


async def waiter(event, times):
    for _ in range(times):
        await event.wait()


async def waking_all(waiters, count):
    event = asyncio.Event()
    times = -(-count // waiters)
    tasks = [asyncio.create_task(waiter(event, times)) for _ in range(waiters)]
    await asyncio.sleep(0)
    global start
    start = time.perf_counter()
    for _ in range(times):
        event.set()
        event.clear()
        await asyncio.sleep(0)
    assert tasks
    return times * waiters


async def echo(there, back, times):
    for _ in range(times):
        await back.put(await there.get())


async def sending(_, count):
    there, back = asyncio.Queue(1), asyncio.Queue(1)
    other = asyncio.create_task(echo(there, back, count))
    for _ in range(count):
        await there.put(None)
        await back.get()
    await other
    return count


class Turns:
    def __init__(self, left):
        self.condition = asyncio.Condition()
        self.left = left

    async def take(self, side):
        async with self.condition:
            while self.left > 0:
                await self.condition.wait_for(lambda: self.left <= 0 or self.left % 2 == side)
                self.left -= 1
                self.condition.notify()


async def playing(_, count):
    turns = Turns(count)
    other = asyncio.create_task(turns.take(0))
    await turns.take(1)
    await other
    return count


async def yield_once():
    await asyncio.sleep(0)


async def waiting_for(_, count):
    for _ in range(count):
        await asyncio.wait_for(yield_once(), 1000)
    return count


async def under_a_timeout(_, count):
    for _ in range(count):
        async with asyncio.timeout(1000):
            await asyncio.sleep(0)
    return count


async def setting_context(_, count):
    variable = contextvars.ContextVar("variable")
    for _ in range(count):
        token = variable.set(count)
        variable.get()
        variable.reset(token)
    return count


async def setting_timers(_, count):
    loop = asyncio.get_running_loop()
    for i in range(count):
        loop.call_later(1000, nothing).cancel()
        if i % 1000 == 999:
            await asyncio.sleep(0)
    return count


def idle():
    pass


async def calling_in_threads(_, count):
    for _ in range(count):
        await asyncio.to_thread(idle)
    return count


ROUNDS = {
    "switch_1": (switching, 1),
    "switch_1000": (switching, 1000),
    "depth_1": (suspending_deep, 1),
    "depth_10": (suspending_deep, 10),
    "depth_50": (suspending_deep, 50),
    "spawn_await": (spawning, 0),
    "gather_10000": (gathering, 10_000),
    "lock_handover": (handing_over, 10),
    "event_wake_1000": (waking_all, 1000),
    "queue_roundtrip": (sending, 0),
    "condition_turns": (playing, 0),
    "wait_for": (waiting_for, 0),
    "timeout": (under_a_timeout, 0),
    "contextvar_set_get_reset": (setting_context, 0),
    "timer_set_cancel": (setting_timers, 0),
    "to_thread": (calling_in_threads, 0),
}


async def measure(name, count):
    global start
    scenario, argument = ROUNDS[name]
    start = time.perf_counter()
    done = await scenario(argument, count)
    return (time.perf_counter() - start) * 1e9 / done


# ---- memory: a task asleep in a function that its coroutine has called ----


async def asleep():
    await asyncio.sleep(1_000_000)


async def sleeper(number):
    await asleep()
    return number + 1


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


async def parked(count):
    before = resident()
    tasks = [asyncio.create_task(sleeper(i)) for i in range(count)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    after = resident()
    return (after - before) / len(tasks)


for line in sys.stdin:
    name, count = line.split()
    if name == "parked_task_bytes":
        print(f"{asyncio.run(parked(int(count))):.3f}", flush=True)
        break
    print(f"{asyncio.run(measure(name, int(count))):.3f}", flush=True)
