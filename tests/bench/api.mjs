// The JavaScript API, played against the packages that people use for the same: reads "name count" lines and answers
// with nanoseconds per operation. What is limited or locked takes one turn of the event loop's microtasks.

import { createInterface } from 'node:readline';
import { Lock, Semaphore, createTask, run } from '../../build/wasm/node.mjs';

const TASKS = 100,
  AT_ONCE = 10;

/** So many tasks, each of which does it so often. */
function inTasks(count, body) {
  const turns = Math.ceil(count / TASKS);
  return run(async (main) => {
    const shared = { lock: new Lock(), semaphore: new Semaphore(AT_ONCE) };
    const all = Array.from({ length: TASKS }, () => createTask((task) => body(shared, turns, task)));
    for (const task of all) await task;
    return main && turns * TASKS;
  });
}

async function soon() {
  await null;
}

const rounds = {
  js_semaphore: (count) =>
    inTasks(count, async ({ semaphore }, turns, task) => {
      for (let left = turns; left; left--) await semaphore.use(soon, task);
    }),
  js_lock: (count) =>
    inTasks(count, async ({ lock }, turns, task) => {
      for (let left = turns; left; left--) await lock.use(soon, task);
    }),
  js_tasks: (count) =>
    run(async () => {
      const turns = Math.ceil(count / TASKS);
      for (let left = turns; left; left--) {
        const all = Array.from({ length: TASKS }, () => createTask(soon));
        for (const task of all) await task;
      }
      return turns * TASKS;
    }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, count] = [line.split(' ')[0], Number(line.split(' ')[1])];
  const start = performance.now(),
    done = await rounds[name](count);
  console.log((((performance.now() - start) * 1e6) / done).toFixed(3));
}
process.exit();
