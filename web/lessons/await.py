import asyncio
from lesson import PARAM


async def read_row():
    print("read_row: begins")
    if PARAM("suspends", True):
        await asyncio.sleep(PARAM("delay", 1))
    print("read_row: ends")
    return "row"


async def load():
    row = await read_row()
    print(f"load: has a {row}")
    return row


async def other():
    print("other: gets its turn")


async def main():
    task = asyncio.create_task(other())
    await load()
    print("main: loaded")
    await task


asyncio.run(main())
