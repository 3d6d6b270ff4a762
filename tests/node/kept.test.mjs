// What JavaScript and C keep of each other is given back, on every path: the table of values is counted, and WeakRefs.
// @ts-nocheck: what is tested here is what does not fit

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  Event,
  Future,
  Lock,
  Queue,
  TaskGroup,
  asCompleted,
  callLater,
  callSoon,
  createTask,
  currentTask,
  gather,
  run,
  shield,
  sleep,
  timeout,
  wait,
  waitFor,
  wrapFuture,
} from '../../build/wasm/node.mjs';
import { macrotask, within } from './support.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const ROUNDS = 40,
  SPARE = 6; // what an engine's frames and caches may still hold

async function settle() {
  for (let i = 0; i < 6; i++) {
    collect();
    await macrotask();
  }
}

/** Does something many times in one program, and counts what is kept afterwards: values, and what `make` gave. */
async function counted(make, options) {
  const counts = await within(
    'run()',
    run(
      async (me) => {
        const { program } = me,
          refs = [];
        const before = program.bridge.values.size;
        for (let i = 0; i < ROUNDS; i++) {
          const made = await make(me, i);
          refs.push(new WeakRef(made[0])); // in an array: an async function waits for a task that it returns
        }
        await settle();
        await sleep(0, me);
        await settle();
        return { values: program.bridge.values.size - before, objects: refs.filter((ref) => ref.deref()).length };
      },
      { stderr: () => {}, ...options },
    ),
  );
  return counts;
}

const failing = function* () {
  yield* sleep(0);
  throw new Error('x');
};
const never = () => new Promise(() => {});

/** Each gives what is to be collected, in an array. */
const PATHS = {
  'a callback that was called': async (me) => {
    const f = () => me;
    callSoon(f);
    await sleep(0, me);
    return [f];
  },
  'a callback that was cancelled': async (me, i) => {
    const f = () => i;
    callSoon(f).cancel();
    return [f];
  },
  'a timer that was cancelled': async (me, i) => {
    const f = () => i;
    callLater(1e6, f).cancel();
    return [f];
  },
  'a timer that was cancelled twice': async (me, i) => {
    const f = () => i,
      handle = callLater(1e6, f);
    handle.cancel();
    handle.cancel();
    return [f];
  },
  'a callback that throws': async (me, i) => {
    const f = () => {
      throw new Error(String(i));
    };
    callSoon(f);
    await sleep(0, me);
    return [f];
  },
  'a done callback': async (me) => {
    const f = () => me,
      task = createTask(() => sleep(0));
    task.addDoneCallback(f);
    await task;
    return [f];
  },
  'a task': async () => {
    const task = createTask(() => sleep(0));
    await task;
    return [task];
  },
  'a task with a result': async () => {
    const task = createTask(async () => ({}));
    await task;
    return [task];
  },
  'a task whose result is itself': async (me) => {
    const task = createTask(function* () {
      yield* sleep(0);
      return { task: currentTask() };
    });
    await wait([task], me);
    return [task];
  },
  'a task that failed': async () => {
    const task = createTask(failing);
    await task.catch(() => {});
    return [task];
  },
  'an async task that failed': async () => {
    const task = createTask(async () => {
      await null;
      throw new Error('x');
    });
    await task.catch(() => {});
    return [task];
  },
  'a task that was cancelled': async (me) => {
    const task = createTask(() => sleep(5));
    await sleep(0, me);
    task.cancel();
    await task.catch(() => {});
    return [task];
  },
  'a promise that is never settled': async (me) => {
    const promise = never(),
      task = createTask(function* () {
        yield promise;
      });
    await sleep(0, me);
    task.cancel();
    await task.catch(() => {});
    return [task];
  },
  'the signal of one that is never settled': async (me) => {
    let heard;
    const task = createTask(() =>
      wrapFuture((signal) => {
        heard = signal;
        return never();
      }),
    );
    await sleep(0, me);
    task.cancel();
    await task.catch(() => {});
    assert.equal(heard.aborted, true);
    return [heard];
  },
  'gather, one of which fails': async (me) => {
    const task = createTask(failing);
    await gather(task, sleep(0), { signal: me.signal }).catch(() => {});
    return [task];
  },
  'gather, with exceptions as results': async (me) => {
    const task = createTask(failing);
    await gather(task, { returnExceptions: true, signal: me.signal });
    return [task];
  },
  'shield': async (me) => {
    const task = createTask(() => sleep(0));
    await shield(task, me);
    return [task];
  },
  'waitFor': async (me) => {
    const late = createTask(() => sleep(5));
    await waitFor(late, 0.0001, me).catch(() => {});
    return [late];
  },
  'asCompleted': async (me) => {
    const task = createTask(failing);
    await asCompleted([task], me)
      .next()
      .catch(() => {});
    return [task];
  },
  'a limit that is met': async (me) => {
    const limit = timeout(0.0001);
    await limit.use(() => sleep(5), me).catch(() => {});
    return [limit];
  },
  'a task group that fails': async (me) => {
    const group = new TaskGroup();
    await group
      .use(async (g) => {
        g.createTask(failing);
        await sleep(5, me);
      }, me)
      .catch(() => {});
    return [group];
  },
  'a queue with items': async () => {
    const queue = new Queue();
    queue.putNowait({});
    return [queue];
  },
  'an item that was taken': async (me) => {
    const queue = new Queue(),
      item = {};
    await queue.put(item, me);
    await queue.get(me);
    return [item];
  },
  'an item that nobody takes any more': async () => {
    const queue = new Queue(),
      item = {};
    queue.putNowait(item);
    queue.shutdown({ immediate: true });
    return [item];
  },
  'an item that finds no room': async (me) => {
    const queue = new Queue(1),
      item = {};
    queue.putNowait(1);
    assert.throws(() => queue.putNowait(item));
    const putting = createTask(() => queue.put(item));
    await sleep(0, me);
    putting.cancel();
    await putting.catch(() => {});
    return [item];
  },
  'a future with a result': async (me) => {
    const future = new Future();
    callSoon(() => future.setResult({ future }));
    await wait([future], me);
    return [future];
  },
  'a future with an exception': async (me) => {
    const future = new Future();
    callSoon(() => future.setException(new Error('x')));
    await future.then(undefined, () => {});
    return [future];
  },
  'a lock and an event': async (me) => {
    const lock = new Lock(),
      event = new Event();
    await lock.acquire(me);
    lock.release();
    event.set();
    await event.wait(me);
    return [lock];
  },
};

describe('values and objects that are left', () => {
  for (const [name, make] of Object.entries(PATHS))
    test(name, async () => {
      const { values, objects } = await counted(make);
      assert.ok(values <= SPARE, `${values} values are kept after ${ROUNDS} rounds`);
      assert.ok(objects <= SPARE, `${objects} of ${ROUNDS} objects are still there`);
    });
});

test('what a program kept goes with it, though its tasks are known', async () => {
  const tasks = [],
    refs = [];
  for (let i = 0; i < 10; i++) {
    tasks.push(
      await run(async (me) => {
        const f = () => me;
        callLater(1e6, f);
        refs.push(new WeakRef(f));
        return [me];
      }),
    );
  }
  await settle();
  const left = refs.filter((ref) => ref.deref()).length;
  assert.ok(left <= 2, `${left} of 10 functions are still there; ${tasks.length} tasks are known`);
});
