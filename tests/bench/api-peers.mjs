// The packages: the same as in api.mjs with p-limit, p-queue and async-mutex (node api-peers.mjs PACKAGE).

import { createInterface } from 'node:readline';
import { Mutex } from 'async-mutex';
import pLimit from 'p-limit';
import PQueue from 'p-queue';

const TASKS = 100,
  AT_ONCE = 10;

async function inTasks(count, body) {
  const turns = Math.ceil(count / TASKS);
  await Promise.all(Array.from({ length: TASKS }, () => body(turns)));
  return turns * TASKS;
}

async function soon() {
  await null;
}

/** What limits how many run at once: a function that runs another. */
const limited = (limit) => (count) =>
  inTasks(count, async (turns) => {
    for (let left = turns; left; left--) await limit(soon);
  });

const packages = {
  'p-limit': () => ({ js_semaphore: limited(pLimit(AT_ONCE)) }),
  'p-queue': () => {
    const queue = new PQueue({ concurrency: AT_ONCE }),
      all = new PQueue();
    return {
      js_semaphore: limited((body) => queue.add(body)),
      js_tasks: async (count) => {
        const turns = Math.ceil(count / TASKS);
        for (let left = turns; left; left--) await all.addAll(Array.from({ length: TASKS }, () => soon));
        return turns * TASKS;
      },
    };
  },
  'async-mutex': () => {
    const mutex = new Mutex();
    return { js_lock: limited((body) => mutex.runExclusive(body)) };
  },
};

const rounds = packages[process.argv[2]]();

for await (const line of createInterface({ input: process.stdin })) {
  const [name, count] = [line.split(' ')[0], Number(line.split(' ')[1])];
  const start = performance.now(),
    done = await rounds[name](count);
  console.log((((performance.now() - start) * 1e6) / done).toFixed(3));
}
process.exit();
