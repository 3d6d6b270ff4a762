"""Step 2 - The event loop.
Question: when does a loop that was told to stop stop?
Prediction: at the end of the turn in which it was told; what was scheduled
in that turn waits for the next run, and nothing of it is lost. Told before it
runs, it makes one turn.
"""
import asyncio
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))
loop = None


def say(what):
    print(what)


def stop_and_more():
    print("stop")
    loop.stop()
    loop.stop()
    loop.call_soon(say, "scheduled while stopping")
    print("still running:", loop.is_running())


def chain(n):
    print("chain", n)
    if n:
        loop.call_soon(chain, n - 1)


def fails():
    raise ValueError("from a callback")


def leaves():
    raise SystemExit("enough")


def handler(loop, context):
    print("handler:", repr(context["exception"]), "handle" in context, "future" in context)


def nested_runs():
    for run in (lambda: loop.run_until_complete(pending), lambda: other.run_until_complete(others), loop.close):
        try:
            run()
        except RuntimeError as e:
            print("RuntimeError:", e)


async def worker():
    for n in range(3):
        print("worker", n)
        await asyncio.sleep(1 * U)
    return "worker's result"


async def stops_its_loop():
    loop.call_soon(say, "after the stop, same turn or not")
    loop.stop()
    print("asked to stop")
    await asyncio.sleep(0)
    print("went on")
    return 7


loop = asyncio.new_event_loop()
other = asyncio.new_event_loop()
loop.set_exception_handler(handler)

print("-- stopped before it runs: one turn")
loop.call_soon(chain, 2)
loop.stop()
loop.run_forever()
print("-- the next run goes on where the first has ended")
loop.call_soon(loop.stop)
loop.run_forever()
print("-- stopped by a callback: the turn is finished")
loop.call_soon(stop_and_more)
loop.call_soon(say, "same turn")
loop.run_forever()
print("-- one more turn")
loop.call_soon(loop.stop)
loop.run_forever()
print("-- timers")
loop.call_later(1 * U, say, "1 unit")
loop.call_later(3 * U, say, "3 units")
loop.call_later(2 * U, loop.stop)
loop.run_forever()
print("stopped after 2")
loop.call_later(2 * U, loop.stop)
loop.run_forever()
print("-- errors of callbacks")
loop.call_soon(fails)
loop.call_soon(say, "the others run")
loop.call_soon(loop.stop)
loop.run_forever()
loop.call_soon(leaves)
loop.call_soon(say, "after SystemExit")
loop.call_later(1 * U, loop.stop)
try:
    loop.run_forever()
except SystemExit as e:
    print("SystemExit came out:", e)
print("running:", loop.is_running(), "closed:", loop.is_closed())
loop.run_forever()
print("-- runs within runs")
pending, others = loop.create_future(), other.create_future()
loop.call_soon(nested_runs)
loop.call_soon(loop.stop)
loop.run_forever()
print("-- run_until_complete, interrupted")
task = loop.create_task(worker(), name="worker")
loop.call_later(1.5 * U, loop.stop)
try:
    loop.run_until_complete(task)
except RuntimeError as e:
    print("RuntimeError:", e)
print("done:", task.done())
print("again:", loop.run_until_complete(task))
print("a third time:", loop.run_until_complete(task))
task = loop.create_task(stops_its_loop())
try:
    loop.run_until_complete(task)
except RuntimeError as e:
    print("RuntimeError:", e)
print("again:", loop.run_until_complete(task))
print("-- closed")
future = loop.create_future()
loop.call_soon(say, "never called")
loop.close()
loop.close()
other.close()
print("closed:", loop.is_closed(), "running:", loop.is_running())
for call in (lambda: loop.call_soon(say, 0), lambda: loop.call_later(1, say, 0), lambda: loop.call_at(1, say, 0),
             loop.run_forever, lambda: loop.run_until_complete(future)):
    try:
        call()
    except RuntimeError as e:
        print("RuntimeError:", e)
