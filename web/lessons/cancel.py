import asyncio
from lesson import PARAM


async def worker():
    print("worker: connected")
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("worker: told to stop")
        await asyncio.sleep(PARAM("cleanup", 2))
        print("worker: disconnected")
        if not PARAM("swallow", False):
            raise


async def main():
    task = asyncio.create_task(worker())
    await asyncio.sleep(PARAM("patience", 1))
    task.cancel()
    print("main: cancel() has returned")
    try:
        await task
    except asyncio.CancelledError:
        print("main: the task was cancelled")
    print("cancelled:", task.cancelled())


asyncio.run(main())
