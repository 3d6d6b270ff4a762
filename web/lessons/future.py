import asyncio
from lesson import PARAM


async def reader(n, box):
    print(f"reader {n}: waits")
    value = await box
    print(f"reader {n}: got {value}")


async def main():
    box = asyncio.get_running_loop().create_future()
    readers = [asyncio.create_task(reader(n, box)) for n in range(1, PARAM("readers", 2) + 1)]
    if PARAM("early", False):
        box.set_result(7)
    await asyncio.sleep(PARAM("delay", 1))
    if not box.done():
        box.set_result(42)
    print("main: the value is set")
    await asyncio.sleep(1)
    print("main: the end")


asyncio.run(main())
