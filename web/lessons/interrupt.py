import asyncio
import os
import signal
from lesson import PARAM


def press():
    print("(Ctrl+C)")
    os.kill(os.getpid(), signal.SIGINT)


async def main():
    loop = asyncio.get_running_loop()
    for n in range(1, PARAM("presses", 1) + 1):
        loop.call_later(PARAM("first", 1) + (n - 1) * PARAM("apart", 1), press)
    print("main: working")
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("main: cleaning up")
        await asyncio.sleep(PARAM("cleanup", 2))
        print("main: clean")
        if PARAM("reraise", True):
            raise
    print("main: returns")


signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("KeyboardInterrupt")
