import asyncio
import sys
from lesson import PARAM


async def next_click(clicks):
    # There is no button here: a line on standard input is a click.
    if not await clicks.readline():
        await asyncio.Future()


async def tick():
    n = 1
    while True:
        await asyncio.sleep(PARAM("pause", 0.5))
        print(f"tick {n}")
        n += 1


async def read_file(path):
    text = open(path).read()  # on a disk there is nothing to wait for
    print("file:", "Python" if text.startswith("import") else "what is that?")


async def count_clicks(clicks):
    for n in range(1, PARAM("clicks", 3) + 1):
        await next_click(clicks)
        print(f"click {n}")


async def main():
    clicks = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(clicks), sys.stdin)
    ticker = asyncio.create_task(tick())
    reader = asyncio.create_task(read_file(__file__))
    try:
        await asyncio.wait_for(count_clicks(clicks), PARAM("patience", 10))
    except TimeoutError:
        print("main: no more clicks")
    await reader
    ticker.cancel()
    print("main: the end")


asyncio.run(main())
