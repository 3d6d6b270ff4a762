"""The oracle of random_blocks.c: random programs of blocks within blocks, and what CPython makes of them.

    python3.13 random_blocks.py            the table of sums for random_blocks.c
    python3.13 random_blocks.py 17         the log of program 17, to compare with what
                                           `PROGRAM=17 build/unit-native/random_blocks log_of_one_program` prints

These go deep where random_programs.py goes wide: an operation may be a block (a lock, a timeout, a task group, a finally,
...) or a call that takes a coroutine (wait_for, gather, as_completed, ...), and what is in there is again an operation.
Some tasks start eagerly. Each actor, which is a task and what it calls, draws its operations when it comes to them.

CPython is set right as random_programs.py tells, and in two more things: as_completed starts and watches in the order of
its arguments, and a TaskGroup hears of an eager task's end in a later turn (3.14).
"""
import asyncio
import contextvars
import sys

from random_programs import TICK, Loop, OrderedSet, Random, TaskGroup, describe, main

ACTORS, LENGTH, DEPTH, FIRST = 20, 5, 4, 4  # actors in a program, operations in each, blocks in blocks, how many start at once
LEAVES, BLOCKS = 30, 14  # kinds of operations


# ---- CPython, set right ----

class Group(TaskGroup):
    creating = 0

    def create_task(self, coro):
        self.creating += 1
        try:
            return super().create_task(coro)
        finally:
            self.creating -= 1

    def _on_task_done(self, task):
        if self.creating:
            self._tasks.add(task)
            task.add_done_callback(self._on_task_done)
        else:
            super()._on_task_done(task)


class Todo(OrderedSet):
    remove = OrderedSet.discard


class AsCompleted(asyncio.tasks._AsCompletedIterator):
    def __init__(self, awaitables, timeout):
        super().__init__((), None)
        for awaitable in dict.fromkeys(awaitables):
            self._todo = self._todo or Todo()
            self._todo.add(asyncio.ensure_future(awaitable))
        for future in self._todo:
            future.add_done_callback(self._handle_completion)
        if self._todo and timeout is not None:
            self._timeout_handle = asyncio.get_running_loop().call_later(timeout, self._handle_timeout)
        self._todo_left = len(self._todo)


# ---- a program ----

def with_cause(e):
    return describe(e) + (" from " + with_cause(e.__cause__) if e.__cause__ else "")


class Program:
    def __init__(self, seed):
        self.entries = []
        self.randoms = [Random(seed * (ACTORS + 1) + i) for i in range(ACTORS + 1)]
        self.random = self.randoms[ACTORS]
        self.swallows = [self.random.below(4) == 0 for _ in range(ACTORS)]
        self.catches = [self.random.below(2) == 0 for _ in range(ACTORS)]
        self.tasks = [None] * ACTORS
        self.tokens = [None] * ACTORS
        self.count = self.delays = self.items = 0
        self.flags = [False, False]
        self.over = False

    def log(self, text):
        self.entries.append(text)

    def below(self, i, n):
        return self.randoms[i].below(n)

    # -- actors --

    def log_end(self, j, task):
        if task.cancelled():
            self.log(f"{j} cancelled")
        elif task.exception():
            self.log(f"{j} {with_cause(task.exception())}")
        else:
            self.log(f"{j} ={task.result()}")

    def new_actor(self):
        """The coroutine of the next actor; None if there are no more."""
        if self.count == ACTORS:
            return None
        self.count += 1
        return self.run_actor(self.count - 1)

    async def run_actor(self, i):
        self.tasks[i] = self.tasks[i] or asyncio.current_task()
        self.log(f"{i} begins")
        for _ in range(LENGTH):
            await self.guarded(i, 0)
        return i * 10

    def create(self, make, eager):
        """The next actor as a task."""
        coro = self.new_actor()
        if coro:
            j = self.count - 1
            self.eager(eager)
            task = make(coro)
            self.eager(False)
            self.tasks[j] = self.tasks[j] or task
            task.add_done_callback(lambda task: self.log_end(j, task))

    def eager(self, on):
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory if on else None)

    def other(self, i):
        """A task with a higher number than this one, if there is one: so that tasks never wait in a ring."""
        j = i + 1 + self.below(i, ACTORS - i)
        return self.tasks[j] if j < ACTORS else None

    def mix(self, i, coroutines):
        """Tasks, a future, coroutines: no object twice."""
        chosen = OrderedSet()
        for _ in range(2):
            task = self.other(i)
            if task:
                chosen.add(task)
        if self.below(i, 3) == 0:
            chosen.add(self.futures[self.below(i, 3)])
        for _ in range(self.below(i, 3) if coroutines else 0):
            coro = self.new_actor()
            if coro:
                chosen.add(coro)
        return list(chosen)

    def delay(self, ticks):
        """No two deadlines are alike: whether 0.1 + 0.2 is 0.3 is not the question here."""
        self.delays += 1
        return ticks * TICK + self.delays * 1e-6 if ticks else 0

    # -- operations --

    async def guarded(self, i, depth):
        if self.over:
            return
        op = self.below(i, LEAVES + BLOCKS if depth < DEPTH else LEAVES)
        try:
            await (self.leaf(i, op) if op < LEAVES else self.block(i, op - LEAVES, depth + 1))
        except asyncio.CancelledError as e:
            self.log(f"{i}:{op}:{with_cause(e)}")
            if not self.swallows[i]:
                raise
        except (Exception, BaseExceptionGroup) as e:
            self.log(f"{i}:{op}:{with_cause(e)}")
            if not self.catches[i]:
                raise
        else:
            self.log(f"{i}:{op}")

    async def nested(self, i, depth):
        await self.guarded(i, depth)
        return i * 10 + depth

    async def leaf(self, i, op):
        arg = self.below(i, 256)
        queue, event, future = self.queues[arg % 3], self.events[arg % 2], self.futures[arg % 3]
        condition, barrier, me = self.conditions[arg % 2], self.barriers[arg % 2], asyncio.current_task()
        if op == 0:
            await asyncio.sleep(0)
        elif op == 1:
            await asyncio.sleep(self.delay(arg % 4 + 1))
        elif op == 2:
            await event.wait()
        elif op == 3:
            event.set()
        elif op == 4:
            event.clear()
        elif op in (5, 6):
            self.items += 1
            await queue.put(self.items)
        elif op in (7, 8):
            self.log(f"got {await queue.get()}")
        elif op == 9:
            self.items += 1
            queue.put_nowait(self.items)
        elif op == 10:
            self.log(f"got {queue.get_nowait()}")
        elif op == 11:
            queue.task_done()
        elif op == 12:
            await queue.join()
        elif op == 13:
            self.log(f"{queue.qsize()} {queue.empty():d} {queue.full():d}")
            if arg > 200:
                queue.shutdown(immediate=arg > 230)
        elif op == 14:
            self.log(f"passed {await barrier.wait()}")
        elif op == 15:
            self.log(f"barrier {barrier.n_waiting} {barrier.broken:d}")
            if arg > 180:
                await (barrier.reset() if arg < 240 else barrier.abort())
        elif op == 16:
            task = self.tasks[arg % ACTORS]
            if task:
                self.log(f"cancel{arg % ACTORS} {(task.cancel(f'by {i}') if arg & 64 else task.cancel()):d}")
        elif op == 17:
            if arg & 1:
                me.cancel("self")
            elif arg & 2:
                self.log(f"uncancel {me.uncancel()}")
            else:
                self.log(f"cancelling {me.cancelling()}")
        elif op == 18:
            task = self.other(i)
            if task:
                self.log(f"got {await task}")
        elif op == 19:
            self.log(f"got {await future}")
        elif op == 20:
            self.end_future(arg)
        elif op == 21:
            if arg & 1:
                raise ValueError(f"{i}.{arg}")
            raise KeyError(arg)
        elif op == 22:
            self.create(asyncio.create_task, arg & 1)
        elif op == 23:
            self.change_variable(i, arg)
        elif op == 24:
            if arg & 4:
                condition.notify(arg % 4)
            async with condition:
                condition.notify(arg % 3) if arg & 8 else condition.notify_all()
        elif op == 25:
            async with condition:
                await condition.wait()
        elif op == 26:
            async with condition:
                await condition.wait_for(lambda: self.flags[arg % 2])
                self.flags[arg % 2] = False
        elif op == 27:
            self.flags[arg % 2] = not self.flags[arg % 2]
        elif op == 28:
            loop = asyncio.get_running_loop()
            handle = loop.call_later(self.delay(arg % 3), self.in_callback, arg) if arg & 32 else \
                loop.call_soon(self.in_callback, arg)
            if arg > 240:
                handle.cancel()
        elif op == 29:
            self.log(f"locked {self.locks[arg % 2].locked():d} {self.semaphores[arg % 2].locked():d}")
            if arg > 220:
                self.semaphores[arg % 2].release()

    def end_future(self, arg):
        future, how = self.futures[arg % 3], arg // 3 % 4
        if how == 0:
            self.log(f"cancelled {future.cancel(f'of {arg}'):d}")
        elif how == 1:
            future.set_exception(KeyError(arg))
        else:
            future.set_result(arg)
        if arg > 150:
            self.futures[arg % 3] = asyncio.get_running_loop().create_future()

    def change_variable(self, i, arg):
        if arg % 3 == 0:
            self.tokens[i] = self.variable.set(arg)
        elif arg % 3 == 1 and self.tokens[i]:
            try:
                self.variable.reset(self.tokens[i])
            except (RuntimeError, ValueError) as e:
                self.log(type(e).__name__)
        self.log(f"variable {self.variable.get()}")

    def in_callback(self, arg):
        task = self.tasks[arg % ACTORS]
        self.log(f"callback {self.variable.get()}")
        if arg % 4 == 0:
            self.variable.set(arg)
        elif arg % 4 == 1:
            self.events[arg // 2 % 2].set()
        elif arg % 4 == 2 and task:
            task.cancel()
        elif arg % 4 == 3:
            self.create(asyncio.create_task, arg & 16)

    async def block(self, i, op, depth):
        arg = self.below(i, 256)
        if op == 0:
            async with self.locks[arg % 2]:
                await self.guarded(i, depth)
        elif op == 1:
            async with self.semaphores[arg % 2]:
                await self.guarded(i, depth)
        elif op in (2, 3):
            await self.timeout(i, arg, depth)
        elif op == 4:
            self.log(f"got {await asyncio.wait_for(self.nested(i, depth), self.limit(arg))}")
        elif op == 5:
            task = self.other(i)
            self.eager(arg & 16)
            try:
                coro = self.new_actor() if arg & 8 or not task else None
                if task or coro:
                    awaitable = (asyncio.shield if arg & 128 else asyncio.ensure_future)(coro or task)
                    self.log(f"got {await asyncio.wait_for(awaitable, self.limit(arg))}")
            finally:
                self.eager(False)
        elif op in (6, 7):
            await self.group(i, arg, depth)
        elif op == 8:
            await self.gather(i, arg)
        elif op == 9:
            await self.as_completed(i, arg)
        elif op == 10:
            try:
                await self.guarded(i, depth)
            finally:
                await self.guarded(i, depth)
        elif op == 11:
            async with self.conditions[arg % 2]:
                await self.guarded(i, depth)
                self.flags[arg // 2 % 2] = True
                self.conditions[arg % 2].notify(1)
        elif op == 12:
            await self.wait(i, arg)
        elif op == 13:
            task = self.other(i)
            if task or arg & 1:
                self.log(f"got {await asyncio.shield(self.futures[arg % 3] if arg & 1 else task)}")

    def limit(self, arg):
        return None if arg % 8 == 7 else self.delay(arg % 8 // 2)

    async def timeout(self, i, arg, depth):
        limit = self.limit(arg)
        if arg & 8 and limit is not None:
            timeout = asyncio.timeout_at(asyncio.get_running_loop().time() + limit)
        else:
            timeout = asyncio.timeout(limit)
        try:
            async with timeout:
                await self.guarded(i, depth)
                if arg & 16:
                    limit = self.limit(arg // 32)
                    timeout.reschedule(None if limit is None else asyncio.get_running_loop().time() + limit)
                    await self.guarded(i, depth)
        finally:
            self.log(f"expired {timeout.expired():d}")

    async def group(self, i, arg, depth):
        async with Group() as group:
            for k in range(arg % 3):
                self.create(group.create_task, arg >> k & 4)
            if arg & 16:
                await self.guarded(i, depth)
                if arg & 32:
                    self.create(group.create_task, arg & 64)
        self.log("left")

    async def gather(self, i, arg):
        chosen = self.mix(i, True)
        if arg & 64 and chosen:
            chosen.append(chosen[0])
        self.eager(arg & 2)
        future = asyncio.gather(*chosen, return_exceptions=bool(arg & 1))
        self.eager(False)
        self.log(f"gathering {future.done():d}")
        results = await (asyncio.wait_for(future, self.limit(arg // 4)) if arg & 128 else future)
        self.log("gathered " + ",".join(describe(r) if isinstance(r, BaseException) else str(r) for r in results))

    async def as_completed(self, i, arg):
        chosen = self.mix(i, True)
        self.eager(arg & 64)
        ends = AsCompleted(chosen, self.limit(arg))
        self.eager(False)
        async for future in ends:
            try:
                self.log(f"completed {await future}")
            except (asyncio.CancelledError, Exception, BaseExceptionGroup) as e:
                self.log(f"completed {with_cause(e)}")

    async def wait(self, i, arg):
        chosen = self.mix(i, False)
        when = [asyncio.ALL_COMPLETED, asyncio.FIRST_COMPLETED, asyncio.FIRST_EXCEPTION][arg // 8 % 3]
        if chosen:
            done, pending = await asyncio.wait(chosen, timeout=self.limit(arg), return_when=when)
            self.log(f"waited {len(done)} {len(pending)}")

    # -- the driver --

    async def main(self):
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)
        self.locks = [asyncio.Lock(), asyncio.Lock()]
        self.semaphores = [asyncio.Semaphore(2), asyncio.Semaphore(1)]
        self.events = [asyncio.Event(), asyncio.Event()]
        self.futures = [loop.create_future() for _ in range(3)]
        self.conditions = [asyncio.Condition(), asyncio.Condition(self.locks[1])]
        self.barriers = [asyncio.Barrier(2), asyncio.Barrier(3)]
        self.queues = [asyncio.Queue(2), asyncio.LifoQueue(1), asyncio.PriorityQueue()]
        self.variable = contextvars.ContextVar("variable", default=-1)
        for k in range(FIRST):
            self.create(asyncio.create_task, k == 2)
        for _ in range(24):
            await self.drive(self.random.below(6), self.random.below(256))
        await self.end_all()

    async def drive(self, op, arg):
        task = self.tasks[arg % ACTORS]
        if op == 0 and task:
            task.cancel(f"driver {arg}")
        elif op == 1:
            self.events[arg % 2].set()
        elif op == 2 and not self.futures[arg % 3].done():
            self.end_future(arg)
        elif op == 3:
            await asyncio.sleep(self.delay(arg % 3 + 1))
        else:
            await asyncio.sleep(0)

    async def end_all(self):
        """Cancels what still runs until nothing does: what begins now ends at once."""
        self.log("end")
        self.over = True
        for _ in range(50):
            for task in self.tasks:
                if task and not task.done():
                    task.cancel()
            for _ in range(4):
                await asyncio.sleep(0)
        self.log(" ".join(f"{t.done():d}{t.cancelling()}" for t in self.tasks if t))
        self.log(f"{self.locks[0].locked():d}{self.locks[1].locked():d}{self.conditions[0].locked():d}")
        self.log(f"{self.semaphores[0].locked():d}{self.semaphores[1].locked():d}")
        self.log(" ".join(f"{b.n_waiting}{b.broken:d}" for b in self.barriers))
        self.log(" ".join(f"{q.qsize()}" for q in self.queues))
        for future in self.futures:
            if future.done() and not future.cancelled():
                future.exception()


def log_of(seed):
    program = Program(seed)
    loop = Loop()
    try:
        loop.run_until_complete(program.main())
    finally:
        loop.close()
    return "\n".join(program.entries) + "\n"


if __name__ == "__main__":
    main(log_of, sys.argv)
