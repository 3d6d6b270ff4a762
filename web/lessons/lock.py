import asyncio
from lesson import PARAM

balance = 0


async def deposit(lock):
    global balance
    if PARAM("locked", False):
        await lock.acquire()
    seen = balance
    print("reads", seen)
    if PARAM("wait", True):
        await asyncio.sleep(1)
    balance = seen + 1
    print("writes", balance)
    if lock.locked():
        lock.release()


async def main():
    tasks = PARAM("tasks", 3)
    lock = asyncio.Lock()
    async with asyncio.TaskGroup() as tg:
        for n in range(tasks):
            tg.create_task(deposit(lock))
    print(f"balance: {balance} of {tasks}")


asyncio.run(main())
