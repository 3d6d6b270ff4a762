"""Step 4 - await, and what is raised in it.
Question: how does an error travel through nested awaits, and what of it is kept?
Prediction: as through nested calls: frame by frame, running each finally, until
somebody takes it. A task hands the same exception to everybody who awaits it.
"""
import asyncio
import os

U = float(os.environ.get("GUIDE_UNIT", "0.1"))


class AppError(Exception):
    pass


class NotFound(AppError):
    pass


def show(e):
    return f"{type(e).__name__}({e})" if e else "nothing"


def chain(e):
    return f"{show(e)}, cause {show(e.__cause__)}, context {show(e.__context__)}"


async def leaf(units):
    await asyncio.sleep(units * U)
    raise NotFound(f"leaf {units}")


async def branch(units):
    try:
        return await leaf(units)
    finally:
        print("branch: finally")


async def translates(units):
    try:
        return await branch(units)
    except NotFound as e:
        raise AppError("translated") from e


async def fails_in_finally(units):
    try:
        return await branch(units)
    finally:
        await asyncio.sleep(1 * U)
        raise ValueError("in finally")


async def handles_in_finally(units):
    try:
        return await branch(units)
    finally:
        try:
            await leaf(0)
        except NotFound as e:
            print("handled in finally:", show(e))


async def handles(units):
    try:
        return await branch(units)
    except AppError as e:
        print("handles:", show(e), "is NotFound:", isinstance(e, NotFound))
        await asyncio.sleep(1 * U)
        return "handled"


async def wrong_handler(units):
    try:
        return await branch(units)
    except KeyError:
        return "never"


async def reraises(units):
    try:
        return await branch(units)
    except NotFound:
        await asyncio.sleep(1 * U)
        print("reraises")
        raise


async def told(what, awaitable):
    try:
        print(f"{what}: {await awaitable}")
    except BaseException as e:
        print(f"{what}: {chain(e)}")
        return e


async def cleanup_when_cancelled():
    try:
        await asyncio.sleep(9 * U)
    finally:
        await fails_in_finally(0)


async def group():
    errors = await asyncio.gather(leaf(1), leaf(2), return_exceptions=True)
    raise ExceptionGroup("both", errors)


async def splits():
    try:
        raise ExceptionGroup("mixed", [NotFound("a"), ValueError("b"), ExceptionGroup("inner", [AppError("c"), KeyError("d")])])
    except* AppError as eg:
        await asyncio.sleep(1 * U)
        print("AppErrors:", eg.message, [show(e) for e in eg.exceptions[:1]], len(eg.exceptions))
    except* ValueError as eg:
        print("ValueErrors:", [show(e) for e in eg.exceptions])


async def main():
    for function in (branch, translates, fails_in_finally, handles_in_finally, handles, wrong_handler, reraises):
        print("--", function.__name__)
        await told(function.__name__, function(1))
    print("-- a task, awaited by several")
    task = asyncio.create_task(branch(1))
    first, second = await asyncio.gather(told("first", task), told("second", task))
    print("the same:", first is second is task.exception())
    third = await told("later", task)
    print("the same:", third is first)
    print("-- cancelled, with a cleanup that fails")
    task = asyncio.create_task(cleanup_when_cancelled())
    await asyncio.sleep(1 * U)
    task.cancel()
    e = await told("task", task)
    print("context of the context:", show(e.__context__.__context__))
    print("-- timeouts")
    e = await told("wait_for", asyncio.wait_for(asyncio.sleep(9 * U), 1 * U))
    e = await told("wait_for", asyncio.wait_for(branch(0), 1 * U))
    print("-- groups")
    e = await told("group", group())
    print(e.message, [show(x) for x in e.exceptions])
    matched, rest = e.split(lambda x: "1" in str(x))
    print("split:", show(matched), "and", show(rest))
    print("no match:", e.subgroup(KeyError))
    e = await told("splits", splits())
    print("left over:", type(e.exceptions[0]).__name__, "of", show(e.exceptions[0].exceptions[0]))


asyncio.run(main())
