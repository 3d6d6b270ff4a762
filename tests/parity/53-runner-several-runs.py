"""Beyond the ten steps - Runner.
Question: what do several runs of one runner share, and what ends with it?
Prediction: the loop, its tasks and its context; a run that fails or is
cancelled does not end the others. Closing cancels what is left, waits for it,
closes generators that are open, and then the loop.
"""
import asyncio
import contextvars
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))
var = contextvars.ContextVar("var", default="default")
loops = []
background = None
generator = None


async def first():
    global background, generator
    loops.append(asyncio.get_running_loop())
    print("first:", var.get(), asyncio.current_task().get_name() != "")
    var.set("set by first")
    background = asyncio.create_task(ticks(), name="background")
    generator = numbers()
    print("from the generator:", await generator.__anext__())
    await asyncio.sleep(1.5 * U)
    return "first's result"


async def ticks():
    try:
        for n in range(9):
            print("tick", n)
            await asyncio.sleep(1 * U)
    except asyncio.CancelledError:
        print("background: cancelled")
        await asyncio.sleep(1 * U)
        print("background: cleaned up")
        raise


async def numbers():
    try:
        yield 1
        yield 2
    finally:
        print("generator: closed")


async def fails():
    print("fails:", var.get(), "all tasks:", len(asyncio.all_tasks()))
    raise ValueError("of a run")


async def cancels_itself():
    asyncio.current_task().cancel("by itself")
    await asyncio.sleep(0)


async def last():
    loops.append(asyncio.get_running_loop())
    print("last:", var.get(), "background done:", background.done())
    await asyncio.sleep(0.8 * U)


async def in_a_context():
    print("in a context:", var.get())
    var.set("set in the context")


async def exits():
    raise SystemExit(3)


async def leaves_a_failure():
    async def late():
        try:
            await asyncio.sleep(9 * U)
        finally:
            raise KeyError("late")

    asyncio.create_task(late(), name="late")
    await asyncio.sleep(0)


def handler(loop, context):
    print("handler:", context["message"], repr(context["exception"]), context["task"].get_name())


with asyncio.Runner() as runner:
    print("run:", runner.run(first()))
    print("outside:", var.get())
    try:
        runner.run(fails())
    except ValueError as e:
        print("ValueError:", e)
    try:
        runner.run(cancels_itself())
    except asyncio.CancelledError as e:
        print(f"CancelledError({e})")
    context = contextvars.copy_context()
    context.run(var.set, "set from outside")
    runner.run(in_a_context(), context=context)
    print("afterwards:", context[var])
    try:
        runner.run(exits())
    except SystemExit as e:
        print("SystemExit:", e)
    runner.run(last())
    print("same loop:", loops[0] is loops[1] is runner.get_loop())
    print("closing")
print("closed:", loops[0].is_closed())
print("-- closed without a run, and twice")
runner = asyncio.Runner(debug=True)
print("debug:", runner.get_loop().get_debug())
runner.close()
runner.close()
try:
    runner.get_loop()
except RuntimeError as e:
    print("RuntimeError:", e)
print("-- what is left fails")
with asyncio.Runner() as runner:
    runner.get_loop().set_exception_handler(handler)
    runner.run(leaves_a_failure())
print("-- an error in the block")
try:
    with asyncio.Runner() as runner:
        runner.get_loop()
        raise LookupError("outside of any run")
except LookupError as e:
    print("LookupError:", e)
