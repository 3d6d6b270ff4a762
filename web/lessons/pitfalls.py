import asyncio
import time
from lesson import PARAM


async def heartbeat():
    for beat in range(1, 4):
        await asyncio.sleep(1)
        print(f"heartbeat {beat}")


async def job():
    print("job: begins")
    if PARAM("blocking", True):
        time.sleep(PARAM("length", 2.5))
    else:
        await asyncio.sleep(PARAM("length", 2.5))
    print("job: ends")


async def main():
    beats = asyncio.create_task(heartbeat())
    await asyncio.sleep(0.5)
    if PARAM("forgotten", False):
        asyncio.create_task(job())
    else:
        await job()
    print("main: has had its job done")
    if PARAM("waits", True):
        await beats
    print("main: the end")


asyncio.run(main())
