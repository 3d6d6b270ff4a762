import asyncio
from lesson import PARAM


async def baker(queue):
    for bread in range(1, PARAM("breads", 4) + 1):
        await asyncio.sleep(PARAM("bake", 1))
        await queue.put(bread)
        print(f"baker: bread {bread}")


async def seller(queue):
    while True:
        bread = await queue.get()
        await asyncio.sleep(PARAM("sell", 2))
        print(f"seller: sold {bread}")
        queue.task_done()


async def main():
    shelf = asyncio.Queue(PARAM("shelf", 1))
    sellers = []
    count = PARAM("sellers", 1)
    for n in range(count):
        sellers.append(asyncio.create_task(seller(shelf)))
    baking = asyncio.create_task(baker(shelf))
    await baking
    print("main: all is baked")
    await shelf.join()
    print("main: all is sold")
    for n in range(count):
        sellers[n].cancel()


asyncio.run(main())
