import asyncio
import time
from lesson import PARAM


async def download():
    try:
        for part in range(1, PARAM("parts", 4) + 1):
            await asyncio.sleep(PARAM("part", 1))
            print(f"download: part {part}")
    except asyncio.CancelledError:
        print("download: interrupted")
        await asyncio.sleep(PARAM("cleanup", 0.5))
        raise


async def main():
    start = time.monotonic()
    try:
        async with asyncio.timeout(PARAM("limit", 2.5)):
            await download()
            print("main: all is there")
    except TimeoutError:
        print("main: it took too long")
    print(f"main: {time.monotonic() - start:g} s")


asyncio.run(main())
