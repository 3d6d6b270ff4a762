import asyncio
from lesson import PARAM


async def job(name, delay):
    try:
        await asyncio.sleep(delay)
        print(f"{name}: finished")
    except asyncio.CancelledError:
        print(f"{name}: cancelled")
        raise


async def bad():
    await asyncio.sleep(PARAM("bad", 2))
    print("bad: raises")
    raise ValueError("bad")


async def main():
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(job("quick", PARAM("quick", 1)))
            tg.create_task(job("slow", PARAM("slow", 3)))
            if PARAM("with_bad", True):
                tg.create_task(bad())
            print("main: at the end of the block")
    except* ValueError:
        print("main: a ValueError in the group")
    print("main: nobody is left behind")


asyncio.run(main())
