import asyncio
from lesson import PARAM


async def work(name, delay):
    print(f"{name}: starts")
    await asyncio.sleep(delay)
    print(f"{name}: ready")


async def main():
    tea = asyncio.create_task(work("tea", PARAM("tea", 3)), name="tea")
    toast = asyncio.create_task(work("toast", PARAM("toast", 2)), name="toast")
    print("main: both are tasks now")
    if PARAM("tea_first", True):
        await tea
        print("main: has tea")
    await toast
    print("main: has toast")
    await tea
    print("main: breakfast")


asyncio.run(main())
