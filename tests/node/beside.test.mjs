// What an async function asks for before its first await, beside something else or through then(): whose it is, and who
// is cancelled.
// @ts-nocheck: what is tested here is what does not fit

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Lock, TaskGroup, createTask, run, shield, sleep, time, timeout } from '../../build/wasm/node.mjs';
import { rejection, within } from './support.mjs';

const go = (main) => within('run()', run(main, { clock: 'virtual' }));

const limited = (me) => timeout(1).use(async () => void (await sleep(5, me)), me);
const WAYS = {
  'at once': (me) => limited(me),
  'after an await': async (me) => {
    await sleep(0, me);
    await limited(me);
  },
  'beside something else': async (me) => {
    await Promise.all([sleep(0.5, me), limited(me)]);
  },
  'beside something else, and after an await of its own': async (me) => {
    const late = timeout(1).use(async () => {
      await sleep(0.1, me);
      await sleep(5, me);
    }, me);
    await Promise.all([sleep(0.5, me), late]);
  },
  'through then()': (me) => limited(me).then(() => {}),
  'by a function that is not async': (me) => new Promise((resolve, reject) => limited(me).then(resolve, reject)),
  'with the task that the block is given': (me) =>
    timeout(1).use(async (limit, task) => void (await sleep(5, task)), me),
  'around a lock': async (me) => {
    const lock = new Lock();
    await lock.acquire(me);
    await timeout(1).use(async () => void (await lock.use(async () => {}, me)), me);
  },
  'around a shield': async (me) => {
    await timeout(1).use(async () => void (await shield(sleep(3), me)), me);
  },
};

describe('a limit comes when it should', () => {
  for (const [name, main] of Object.entries(WAYS))
    test(name, () =>
      go(async (me) => {
        const start = time(),
          task = createTask(main);
        assert.equal((await rejection(Promise.resolve(task))).name, 'TimeoutError');
        assert.equal(Math.round((time(me.program) - start) * 10) / 10, 1);
      }),
    );

  test('for a body that cannot be told: when that ends', () =>
    go(async (me) => {
      assert.equal(
        (await rejection(Promise.resolve(timeout(1).use(async () => void (await sleep(2)), me)))).name,
        'TimeoutError',
      );
    }));
});

test('a group whose child fails ends a block that is beside something else', () =>
  go(async (me) => {
    const failing = new TaskGroup().use(async (group) => {
      group.createTask(async (own) => {
        await sleep(1, own);
        throw new Error('x');
      });
      await sleep(100, me);
    }, me);
    const error = await rejection(Promise.all([sleep(0.5, me), failing]));
    assert.equal(error.errors[0].message, 'x');
    assert.equal(time(me.program) < 50, true);
  }));

test('what a function has begun that returns something else is done beside', () =>
  go(async (me) => {
    const order = [];
    const task = createTask((own) => {
      sleep(1, own).then(
        () => order.push('slept'),
        (error) => order.push(error.name),
      );
      return 5;
    });
    assert.equal(await task, 5);
    await sleep(2, me);
    assert.deepEqual(order, ['slept']);
  }));
