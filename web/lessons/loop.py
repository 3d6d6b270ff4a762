import asyncio
from lesson import PARAM


def say(text):
    print(text)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_later(PARAM("first", 2), say, "timer 1")
    loop.call_later(PARAM("second", 1), say, "timer 2")
    loop.call_soon(say, "callback")
    print("main: all is set")
    await asyncio.sleep(PARAM("pause", 0))
    print("main: after the pause")
    await asyncio.sleep(3)
    print("main: the end")


asyncio.run(main())
