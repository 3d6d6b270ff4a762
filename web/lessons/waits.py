import asyncio
import time
from lesson import PARAM


async def request(name, delay):
    print(f"{name}: asked")
    await asyncio.sleep(delay)
    print(f"{name}: answered")


async def main():
    start = time.monotonic()
    a = request("a", PARAM("a", 3))
    b = request("b", PARAM("b", 1))
    if PARAM("together", True):
        await asyncio.gather(a, b)
    else:
        await a
        await b
    print(f"all in {time.monotonic() - start:g} s")


asyncio.run(main())
