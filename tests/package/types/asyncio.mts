// asyncio for JavaScript, as TypeScript sees it. The lines after @ts-expect-error must not compile.

import {
  type Operation,
  Queue,
  Semaphore,
  type Task,
  TaskGroup,
  TimeoutError,
  asCompleted,
  createTask,
  currentTask,
  gather,
  run,
  sleep,
  timeout,
  wait,
  waitFor,
} from 'asyncio-wasm';

function* fetch(n: number) {
  yield* sleep(n);
  return `page ${n}`;
}

const pages: number = await run(
  function* () {
    const task: Task<string> = createTask(() => fetch(1), { name: 'fetcher' });
    const waiting: number | undefined = task.callGraph()?.tasks.length;
    const text: string = yield* task;
    const both = yield* gather(fetch(1), task);
    const limited: string = yield* timeout(1.5).use(() => fetch(2));
    const { done } = yield* wait([task], { timeout: 1, returnWhen: 'FIRST_COMPLETED' });
    const first: string | undefined = done[0]?.result();
    const name: string | undefined = currentTask()?.name;
    return [text, ...both, limited, first, name].length;
  },
  { clock: 'virtual', exceptionHandler: ({ message, exception }) => [message.length, exception] },
);

const results: string[] = await run(async (task) => {
  const limit = new Semaphore(2),
    queue = new Queue<string>(10),
    all: string[] = [];
  await new TaskGroup().use(async (group) => {
    group.createTask(async (me) => {
      await limit.use(() => queue.put('item', me), me);
      queue.shutdown();
    });
    for await (const item of queue.items(task)) all.push(item.toUpperCase());
  }, task);
  try {
    const late: string = await waitFor(fetch(9), 1, task);
    all.push(late);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
  for await (const ended of asCompleted([fetch(1), fetch(2)], { signal: task.signal })) all.push(await ended);
  const operation: Operation<void> = sleep(1, { signal: AbortSignal.timeout(100) });
  await operation;
  return all;
});

// @ts-expect-error: seconds are a number
sleep('1');
// @ts-expect-error: an item of another type
new Queue<string>().putNowait(1);
// @ts-expect-error: a number is no coroutine
createTask(7);

export { pages, results };
