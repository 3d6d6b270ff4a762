import asyncio
from lesson import PARAM


async def greet(name):
    print(f"greet: hello, {name}")


async def main():
    print("main: making it")
    greeting = greet("reader")
    print("main: made")
    task = asyncio.create_task(greeting) if PARAM("task", False) else None
    await asyncio.sleep(PARAM("pause", 1))
    print("main: awaiting it")
    if task:
        await task
    else:
        await greeting
    print("main: done")


asyncio.run(main())
