"""The peer: from before the import of asyncio to the first line of the first task."""

import time

began = time.perf_counter()
import asyncio  # noqa: E402


async def main():
    print(f"{(time.perf_counter() - began) * 1e3:.3f}")


asyncio.run(main())
