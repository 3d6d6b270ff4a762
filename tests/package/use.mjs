// A program and a script that uses it and the package, as every user does.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { cli, install, project, write } from './consumer.mjs';

const PROGRAM = `#include <asyncio_js.h>
ASYNCIO_JS(asyncio_promise, answer, (int n), { return n + 1; })
static void *add(void *arg)
{
    asyncio_sleep(0.001);
    return (void *)(long)asyncio_js_number(asyncio_await(asyncio_from_promise(answer((int)(long)arg))));
}
ASYNCIO_EXPORT(add, number)
static void *fail(void *arg)
{
    (void)arg;
    return asyncio_raise(ASYNCIO_KEY_ERROR, "none");
}
ASYNCIO_EXPORT(fail, nothing)
static void *twice(void *arg)
{
    return (void *)(2 * (long)arg);
}
static void *in_thread(void *arg)
{
    return asyncio_await(asyncio_to_thread(twice, arg));
}
ASYNCIO_EXPORT(in_thread, number)
`;

/** What every user of the package here does: two instances side by side, a result, an error, a cancellation; and a loop
 * of JavaScript coroutines. */
const USE = `import { CancelledError, KeyError, Queue, TaskGroup, run, sleep } from 'asyncio-wasm';
import { load } from './program.mjs';

export async function use() {
  const [one, two] = await Promise.all([load({ borrowWorkers: true }), load({ borrowWorkers: true })]);
  const task = one.call('add', 7);
  task.cancel('no');
  const results = await Promise.allSettled([
    one.call('add', 41), two.call('add', 1), two.call('fail'), two.call('in_thread', 4), task,
  ]);
  const sum = await run(async (task) => {
    const queue = new Queue(1);
    let all = 0;
    await new TaskGroup().use(async (group) => {
      group.createTask(function* () {
        for (let i = 1; i < 4; i++) { yield* sleep(0.001); yield* queue.put(i); }
        queue.shutdown();
      });
      for await (const n of queue.items(task)) all += n;
    }, task);
    return all;
  });
  const told = [];
  await run(() => sleep(0), { trace: ({ ev }) => told.push(ev) });
  results.push({ value: sum }, { value: told.includes('suspend') ? 'traced' : told.join() });
  const tell = (reason) =>
    reason instanceof KeyError ? 'KeyError' : reason instanceof CancelledError ? reason.message : String(reason);
  return results.map(({ value, reason }) => value ?? tell(reason)).join(' ');
}
`;

/** What use() answers where all is well. */
export const WANTED = '42 2 KeyError 8 no 6 traced';

/** Installs the package; builds src/program.mjs, and puts src/use.mjs beside it. */
export async function prepareUse() {
  await install();
  const source = write('src/program.c', PROGRAM);
  const { stderr } = await cli('build', '--library', '-o', join(project, 'src/program.mjs'), source);
  assert.equal(stderr, '');
  write('src/use.mjs', USE);
}
