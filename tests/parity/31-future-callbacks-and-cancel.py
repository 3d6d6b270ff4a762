"""Step 9 - Futures.
Question: who hears of a future's end, in which order, and how does it end?
Prediction: callbacks and waiters share one queue and run in later turns; one
that is added late runs too; a removed one does not; an error in one does not
keep the others from running. What has ended stays as it is.
"""
import asyncio
import contextvars
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))
var = contextvars.ContextVar("var", default="nothing")


def state(f):
    return f"done={f.done()} cancelled={f.cancelled()}"


def told(name):
    def callback(f):
        how = "cancelled" if f.cancelled() else f"exception {f.exception()!r}" if f.exception() else f"result {f.result()}"
        print(f"{name}: {how}")
    return callback


def fails(f):
    raise ValueError("in a callback")


def tells_var(f):
    print("var is", var.get())
    var.set("set by a callback")


async def waits(name, f):
    try:
        print(f"{name} got {await f}")
    except asyncio.CancelledError as e:
        print(f"{name} got CancelledError({e})")
    except Exception as e:
        print(f"{name} got {type(e).__name__}({e})")


async def wait_in_task(name, f):
    task = asyncio.create_task(waits(name, f))
    await asyncio.sleep(0)
    return task


def handler(loop, context):
    print("handler:", context["message"][:21], repr(context["exception"]))


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    print("-- callbacks and waiters in one queue")
    f = loop.create_future()
    f.add_done_callback(told("callback 1"))
    first = await wait_in_task("waiter 1", f)
    f.add_done_callback(told("callback 2"))
    second = await wait_in_task("waiter 2", f)
    print(state(f))
    f.set_result("value")
    print(state(f))
    f.add_done_callback(told("callback 3, late"))
    await asyncio.wait([first, second])
    print("-- removed, added twice")
    f = loop.create_future()
    a, b = told("a"), told("b")
    for callback in (a, b, a):
        f.add_done_callback(callback)
    print("removed:", f.remove_done_callback(a), f.remove_done_callback(a))
    f.add_done_callback(b)
    f.set_exception(KeyError("k"))
    await asyncio.sleep(0)
    print("exception:", repr(f.exception()))
    print("-- an error in a callback")
    f = loop.create_future()
    f.add_done_callback(fails)
    f.add_done_callback(told("the next one"))
    f.set_result(1)
    await asyncio.sleep(0)
    print("-- in a context")
    context = contextvars.copy_context()
    f = loop.create_future()
    f.add_done_callback(tells_var)
    var.set("set by main")
    f.add_done_callback(tells_var)
    f.add_done_callback(tells_var, context=context)
    f.add_done_callback(tells_var, context=context)
    f.set_result(None)
    await asyncio.sleep(0)
    print("in main it is", var.get(), "and in the context", context[var])
    print("-- cancelled")
    f = loop.create_future()
    f.add_done_callback(told("callback"))
    waiter = await wait_in_task("waiter", f)
    print(f.cancel("not needed"), f.cancel("again"), state(f))
    await waiter
    await waits("late waiter", f)
    print("-- a waiter is cancelled, and with it the future, and with that the others")
    f = loop.create_future()
    f.add_done_callback(told("callback"))
    first = await wait_in_task("waiter 1", f)
    second = await wait_in_task("waiter 2", f)
    first.cancel("only me?")
    print(state(f))
    await asyncio.wait([first, second])
    print("-- ended by a timer, by hand, by both")
    f = loop.create_future()
    timer = loop.call_later(1 * U, f.set_result, "timer")
    await waits("main", f)
    print("timer cancelled:", timer.cancelled())
    f = loop.create_future()
    timer = loop.call_later(1 * U, f.set_result, "timer")
    loop.call_soon(f.set_result, "soon")
    await waits("main", f)
    await asyncio.sleep(2 * U)
    timer = loop.call_later(1 * U, told("never"), f)
    timer.cancel()
    print("timer cancelled:", timer.cancelled())
    await asyncio.sleep(2 * U)
    print("-- awaited again and again")
    f = loop.create_future()
    f.set_exception(ZeroDivisionError("division by zero"))
    for n in range(3):
        await waits(f"main {n}", f)
    f = loop.create_future()
    f.set_result("there")
    print(await f, await f, f.result(), f.exception())


asyncio.run(main())
