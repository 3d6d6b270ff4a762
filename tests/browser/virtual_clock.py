"""Runs a Python program on a virtual clock: python3 virtual_clock.py program.py

When nothing is ready, time jumps to the next deadline, and equal deadlines come in the order in which they were set, as in
the programs' C twins. A TaskGroup, which has its tasks in a set, cancels them in the order in which they were made, as
the twins do. So what CPython prints is there at once, and is always the same.
"""
import asyncio
import itertools
import os
import runpy
import selectors
import sys
import time

now = 0.0


class Selector(selectors.DefaultSelector):
    def select(self, timeout=None):
        global now
        events = super().select(0)
        if not events and timeout is None:
            raise RuntimeError("nothing can ever wake this program")
        if not events:
            now += timeout
        return events


def sleep(seconds):
    global now
    now += seconds


class InOrder(dict):
    def add(self, task):
        self[task] = None

    def discard(self, task):
        self.pop(task, None)


begin_group = asyncio.TaskGroup.__init__


def group(self):
    begin_group(self)
    self._tasks = InOrder()


asyncio.TaskGroup.__init__ = group

numbers = itertools.count()
order = {}
begin = asyncio.TimerHandle.__init__


def number(self, *args, **options):
    order[id(self)] = next(numbers)
    begin(self, *args, **options)


asyncio.TimerHandle.__init__ = number
asyncio.TimerHandle.__lt__ = lambda a, b: (a._when, order[id(a)]) < (b._when, order[id(b)])
time.monotonic = lambda: now
time.sleep = sleep
asyncio.DefaultEventLoopPolicy._loop_factory = staticmethod(lambda: asyncio.SelectorEventLoop(Selector()))

sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[1])))
runpy.run_path(sys.argv[1], run_name="__main__")
