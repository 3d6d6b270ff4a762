"""The oracle of random_programs.c: the same random programs in Python, and what CPython makes of them.

    python3.13 random_programs.py            the table of sums for random_programs.c
    python3.13 random_programs.py 17         the log of program 17, to compare with what
                                             `PROGRAM=17 build/unit-native/random_programs log_of_one_program` prints

A program is a handful of tasks, each with a script of operations that come from a random number generator, the same one
in both languages: sleeping, locking, waiting, cancelling each other, gathering, task groups. Each operation logs how it
went. So the two logs are the same only if every task did the same things in the same order.

CPython is set right in two things that are otherwise a matter of chance: timers with the same deadline fire in the order
in which they were set, and a TaskGroup cancels its tasks in the order in which they were made. Its clock is virtual.
"""
import asyncio
import itertools
import math
import sys

PROGRAMS, BLOCK = 2000, 100
SCRIPTS, LENGTH, FIRST = 10, 7, 4  # scripts in a program, operations in each, how many start at once
TICK = 0.001


class Random:
    def __init__(self, seed):
        self.state = (seed * 2654435761 + 12345) & 0xFFFFFFFF

    def below(self, n):
        self.state = (self.state * 1664525 + 1013904223) & 0xFFFFFFFF
        return (self.state >> 16) % n


# ---- CPython, set right ----

class Loop(asyncio.SelectorEventLoop):
    def __init__(self):
        super().__init__()
        self.ticks = 0
        self._clock_resolution = 1e-9
        self._selector.select = self.jump

    def time(self):
        return self.ticks * TICK

    def jump(self, timeout):
        assert timeout is not None, "deadlock"
        if timeout > 0:
            self.ticks += math.ceil(timeout / TICK - 1e-6)
        return []


numbers = itertools.count()


class TimerHandle(asyncio.TimerHandle):
    __slots__ = ("number",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.number = next(numbers)

    def __lt__(self, other):
        return (self._when, self.number) < (other._when, other.number)


asyncio.events.TimerHandle = TimerHandle


class OrderedSet(dict):
    def add(self, x):
        self[x] = True

    def discard(self, x):
        self.pop(x, None)


class TaskGroup(asyncio.TaskGroup):
    def __init__(self):
        super().__init__()
        self._tasks = OrderedSet()


# ---- a program ----

def describe(e):
    if isinstance(e, BaseExceptionGroup):
        return type(e).__name__ + "[" + ",".join(map(describe, e.exceptions)) + "]"
    if isinstance(e, (RuntimeError, asyncio.InvalidStateError)):
        return type(e).__name__  # the words are each language's own
    return f"{type(e).__name__}({e})"


class Program:
    def __init__(self, seed):
        self.random = Random(seed)
        self.entries = []
        self.tasks = [None] * SCRIPTS
        self.next = self.sleeps = 0
        below = self.random.below
        self.swallows = [below(4) == 0 for _ in range(SCRIPTS)]
        self.catches = [below(2) == 0 for _ in range(SCRIPTS)]
        self.scripts = [[(below(20), below(256)) for _ in range(LENGTH)] for _ in range(SCRIPTS)]
        self.driver = [(below(6), below(256)) for _ in range(24)]

    def log(self, text):
        self.entries.append(text)

    # -- tasks --

    def log_end(self, i, task):
        if task.cancelled():
            self.log(f"{i}:cancelled")
        elif task.exception():
            self.log(f"{i}:{describe(task.exception())}")
        else:
            self.log(f"{i}:={task.result()}")

    def create(self, make):
        """The next script as a task, made by `make`; None if there are no more or `make` refuses."""
        if self.next == SCRIPTS:
            return None
        i = self.next
        self.next += 1
        task = self.tasks[i] = make(self.run_script(i))
        task.add_done_callback(lambda task: self.log_end(i, task))
        return task

    async def run_script(self, i):
        for op, arg in self.scripts[i]:
            try:
                await self.operation(i, op, arg)
            except asyncio.CancelledError as e:
                self.log(f"{i}:{op}:{describe(e)}")
                if not self.swallows[i]:
                    raise
            except (Exception, BaseExceptionGroup) as e:
                self.log(f"{i}:{op}:{describe(e)}")
                if not self.catches[i]:
                    raise
            else:
                self.log(f"{i}:{op}")
        return i * 10

    def other(self, i, arg):
        """A task with a higher number than this one, if there is one: so that tasks never wait in a ring."""
        j = i + 1 + arg % (SCRIPTS - i) if i < SCRIPTS else SCRIPTS
        return self.tasks[j] if j < SCRIPTS else None

    async def sleep(self, ticks):
        """No two deadlines are alike: whether 0.1 + 0.2 is 0.3 is not the question here."""
        self.sleeps += 1
        await asyncio.sleep(ticks * TICK + self.sleeps * 1e-6 if ticks else 0)

    async def hold(self, thing, arg):
        async with thing:
            await self.sleep(arg // 2 % 3)

    async def operation(self, i, op, arg):
        if op == 0:
            await asyncio.sleep(0)
        elif op == 1:
            await self.sleep(arg % 4 + 1)
        elif op in (2, 3):
            await self.hold(self.locks[arg % 2], arg)
        elif op in (4, 5):
            await self.hold(self.semaphores[arg % 2], arg)
        elif op == 6:
            await self.events[arg % 2].wait()
        elif op == 7:
            self.events[arg % 2].set()
        elif op == 8:
            self.events[arg % 2].clear()
        elif op == 9:
            task = self.tasks[arg % SCRIPTS]
            if task:
                self.log(f"cancel{arg % SCRIPTS}:{task.cancel(f'by {i}') if arg & 64 else task.cancel()}")
        elif op in (10, 11):
            task = self.other(i, arg)
            if task:
                self.log(f"got {await task}")
        elif op == 12:
            self.log(f"got {await self.futures[arg % 3]}")
        elif op == 13:
            self.end_future(arg)
        elif op == 14:
            self.create(asyncio.create_task)
        elif op == 15:
            raise ValueError(f"{i}.{arg}")
        elif op == 16:
            self.log(f"uncancel {asyncio.current_task().uncancel()}")
        elif op == 17:
            await self.gather(i, arg)
        elif op == 18:
            await self.group(i, arg)
        elif op == 19:
            await self.odd(arg)

    def end_future(self, arg):
        future = self.futures[arg % 3]
        how = arg // 3 % 4
        if how == 0:
            self.log(f"cancelled {future.cancel()}")
        elif how == 1:
            future.set_exception(KeyError(arg))
        else:
            future.set_result(arg)

    async def gather(self, i, arg):
        chosen = [t for t in (self.other(i, arg), self.other(i, arg // 4), self.other(i, arg // 16)) if t]
        if arg & 1:
            results = await asyncio.gather(*chosen, return_exceptions=True)
            self.log("gathered " + ",".join(describe(r) if isinstance(r, BaseException) else str(r) for r in results))
        else:
            self.log("gathered " + ",".join(map(str, await asyncio.gather(*chosen))))

    async def group(self, i, arg):
        async with TaskGroup() as group:
            for _ in range(arg % 3):
                self.create(group.create_task)
            if arg & 8:
                await self.sleep(arg & 3)
            if arg & 16:
                raise LookupError(f"{i}")

    async def odd(self, arg):
        what = arg % 5
        if what == 0:
            self.locks[arg // 5 % 2].release()
        elif what == 1:
            self.semaphores[1].release()
        elif what == 2:
            asyncio.current_task().cancel("self")
        elif what == 3:
            self.log(f"cancelling {asyncio.current_task().cancelling()}")
        else:
            asyncio.get_running_loop().call_soon(self.in_callback, arg // 5)

    def in_callback(self, arg):
        task = self.tasks[arg % SCRIPTS]
        self.log("callback")
        if arg & 1:
            self.events[arg // 2 % 2].set()
        elif task:
            task.cancel()

    # -- the driver --

    async def main(self):
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        self.locks = [asyncio.Lock(), asyncio.Lock()]
        self.semaphores = [asyncio.Semaphore(2), asyncio.BoundedSemaphore(1)]
        self.events = [asyncio.Event(), asyncio.Event()]
        self.futures = [asyncio.get_running_loop().create_future() for _ in range(3)]
        for _ in range(FIRST):
            self.create(asyncio.create_task)
        for op, arg in self.driver:
            await self.drive(op, arg)
        await self.end_all()

    async def drive(self, op, arg):
        task = self.tasks[arg % SCRIPTS]
        if op == 0 and task:
            task.cancel(f"driver {arg}")
        elif op == 1:
            self.events[arg % 2].set()
        elif op == 2 and not self.futures[arg % 3].done():
            self.end_future(arg)
        elif op == 3:
            await self.sleep(arg % 3 + 1)
        else:
            await asyncio.sleep(0)

    async def end_all(self):
        """Cancels what still runs until nothing does: each time takes a task one operation further at least."""
        self.log("end")
        for _ in range(100):
            for task in self.tasks:
                if task and not task.done():
                    task.cancel()
            for _ in range(4):
                await asyncio.sleep(0)
        self.log(" ".join(str(int(t.done())) for t in self.tasks if t))
        self.log(f"{self.locks[0].locked():d}{self.locks[1].locked():d}")
        self.log(f"{await self.permits(self.semaphores[0])}{await self.permits(self.semaphores[1])}")
        for future in self.futures:
            if future.done() and not future.cancelled():
                future.exception()


    async def permits(self, semaphore):
        count = 0
        while not semaphore.locked():
            await semaphore.acquire()
            count += 1
        return count


def log_of(seed):
    program = Program(seed)
    loop = Loop()
    try:
        loop.run_until_complete(program.main())
    finally:
        loop.close()
    return "\n".join(program.entries) + "\n"


def fnv(text, value=2166136261):
    for byte in text.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def table(log_of):
    sums = []
    for first in range(0, PROGRAMS, BLOCK):
        value = 2166136261
        for seed in range(first, first + BLOCK):
            value = fnv(log_of(seed), value)
        sums.append(f"0x{value:08x}")
    for i in range(0, len(sums), 8):
        print("    " + ", ".join(sums[i:i + 8]) + ",")


def main(log_of, argv):
    if len(argv) > 1:
        print(log_of(int(argv[1])), end="")
    else:
        table(log_of)


if __name__ == "__main__":
    main(log_of, sys.argv)
