import asyncio
import time
from lesson import PARAM


async def fetch(n, delay):
    print(f"fetch {n}: begins")
    await asyncio.sleep(delay)
    print(f"fetch {n}: ends")


async def main():
    start = time.monotonic()
    one = fetch(1, PARAM("one", 2))
    two = fetch(2, PARAM("two", 1))
    if PARAM("task", False):
        second = asyncio.create_task(two)
        await one
        await second
    else:
        await one
        await two
    print(f"main: {time.monotonic() - start:g} s")


asyncio.run(main())
