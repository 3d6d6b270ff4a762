"""Beyond the ten steps - what is being handled.

Question: which exception is the context of one that is raised in an `except` or
`finally` block, and which one does a bare `raise` raise?
Prediction: that of the innermost block which is open where it happens, also in
functions that the block calls and after awaits in it, whatever was caught meanwhile.
"""
import asyncio
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))


def tell(what, e):
    chain = []
    while e and len(chain) < 8:
        chain.append(f"{type(e).__name__}({e})")
        e = e.__context__
    print(f"{what}: {' < '.join(chain)}")


def fail(text):
    raise ValueError(text)


def helper_that_catches():
    try:
        fail("in the helper")
    except ValueError:
        pass


def helper_that_reraises():
    raise


def context():
    try:
        fail("first")
    except ValueError:
        raise IndexError("second")


def nested():
    try:
        fail("outer")
    except ValueError:
        try:
            fail("inner")
        except ValueError as e:
            tell("inner", e)
        helper_that_catches()
        raise


def nested_helper():
    try:
        fail("outer")
    except ValueError:
        helper_that_catches()
        for i in range(40):
            try:
                fail(f"turn {i}")
            except ValueError:
                continue
        helper_that_reraises()


def after():
    try:
        fail("over")
    except ValueError:
        pass
    fail("after it")


def none():
    try:
        fail("over")
    except ValueError:
        pass
    raise


def in_a_loop():
    for i in range(3):
        try:
            fail(f"turn {i}")
        except ValueError:
            if i == 1:
                raise LookupError("out of the loop")


def finally_raises():
    try:
        fail("interrupted")
    finally:
        raise LookupError("in finally")


def finally_reraises():
    try:
        fail("interrupted")
    finally:
        helper_that_catches()
        raise


def finally_in_handler():
    try:
        fail("handled")
    except ValueError:
        try:
            raise LookupError("interrupted")
        finally:
            helper_that_catches()
            raise OSError("in finally")


def raise_from():
    try:
        fail("handled")
    except ValueError as e:
        cause = LookupError("cause")
        raise OSError("from") from cause


def raise_again():
    first = ValueError("first")
    try:
        raise first
    except ValueError:
        try:
            raise LookupError("second")
        except LookupError:
            raise first


def same_again():
    try:
        fail("same")
    except ValueError as e:
        raise e


async def worker():
    try:
        await asyncio.sleep(10 * U)
    except asyncio.CancelledError:
        try:
            async with asyncio.timeout(U):
                await asyncio.sleep(5 * U)
        except TimeoutError as e:
            tell("cleanup took too long", e)
        raise


async def cancelled_while_handling():
    try:
        fail("handled")
    except ValueError:
        try:
            await asyncio.sleep(10 * U)
        except asyncio.CancelledError as e:
            tell("cancelled", e)
            raise


async def fails(text):
    fail(text)


async def awaits():
    try:
        fail("handled")
    except ValueError:
        try:
            await fails("coroutine")
        except ValueError as e:
            tell("coroutine", e)
        try:
            await asyncio.create_task(fails("task"))
        except ValueError as e:
            tell("task", e)
        raise


async def two(name):
    try:
        fail(name)
    except ValueError:
        for _ in range(3):
            await asyncio.sleep(U)
        raise


async def numbers():
    try:
        yield 1
        fail("in the generator")
    except ValueError as e:
        tell("generator", e)
        yield 2
        try:
            raise
        except ValueError as e:
            tell("generator again", e)
    yield 3
    fail("at its end")


async def asks():
    try:
        fail("asker's")
    except ValueError:
        source = numbers()
        print(await anext(source))
        print(await anext(source))
        try:
            raise
        except ValueError as e:
            tell("asker", e)
        print(await anext(source))
    try:
        await anext(source)
    except ValueError as e:
        tell("the end", e)


async def main():
    for f in (context, nested, nested_helper, after, none, in_a_loop, finally_raises, finally_reraises,
              finally_in_handler, raise_from, raise_again, same_again):
        try:
            f()
        except Exception as e:
            tell(f.__name__, e)
    for f in (worker, cancelled_while_handling):
        task = asyncio.create_task(f())
        await asyncio.sleep(U)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError as e:
            print(f"{f.__name__}: cancelled, {task.cancelled()}")
    try:
        await awaits()
    except ValueError as e:
        tell("awaits", e)
    for task in [asyncio.create_task(two("one")), asyncio.create_task(two("two"))]:
        try:
            await task
        except ValueError as e:
            tell("two", e)
    await asks()


asyncio.run(main())
