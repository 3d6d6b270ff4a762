import asyncio
from lesson import PARAM


async def save():
    print("save: begins")
    try:
        await asyncio.sleep(PARAM("save", 3))
        print("save: complete")
    except asyncio.CancelledError:
        print("save: cut off")
        raise


async def request(saving):
    try:
        if PARAM("shielded", True):
            await asyncio.shield(saving)
        else:
            await saving
    except asyncio.CancelledError:
        print("request: cancelled")
        raise
    print("request: answered")


async def main():
    saving = asyncio.create_task(save())
    asking = asyncio.create_task(request(saving))
    await asyncio.sleep(PARAM("patience", 1))
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    print("main: the request is over")
    if PARAM("waits", True):
        await asyncio.gather(saving, return_exceptions=True)
    print("main: the end")


asyncio.run(main())
