import asyncio
from lesson import PARAM


async def job(n, delay):
    await asyncio.sleep(delay)
    print(f"job {n}: over")
    if n == 2 and PARAM("fails", False):
        raise ValueError("job 2")
    return n * 10


async def main():
    try:
        results = await asyncio.gather(
            job(1, PARAM("one", 3)),
            job(2, PARAM("two", 2)),
            job(3, PARAM("three", 1)))
        print("main:", *results)
    except ValueError:
        print("main: one has failed")
    await asyncio.sleep(PARAM("after", 4))
    print("main: the end")


asyncio.run(main())
