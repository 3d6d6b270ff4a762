// C tasks and JavaScript tasks in one loop: each awaits, cancels and locks with the other.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, beforeEach, describe, test } from 'node:test';
import {
  CancelledError,
  KeyError,
  Queue,
  TypeError as AsyncioTypeError,
  load,
  sleep,
} from '../../build/wasm/asyncio.mjs';
import { built, hook, rejection, within } from './support.mjs';

let module, program, call;

before(async () => {
  module = await WebAssembly.compile(readFileSync(await built('shared')));
});
beforeEach(async () => {
  program = await load(module, { clock: 'virtual' });
  call = (...args) => within(args[0], program.call(...args));
  await call('begin');
});

/** A JavaScript coroutine in the program's loop. */
const task = (body, options) => program.createTask(body, options);

describe('JavaScript and C', () => {
  test('wait for the same lock, in the order in which they came', async () => {
    const { told } = hook(),
      lock = await call('get_lock');
    const use = (name) =>
      function* () {
        yield* lock.use(function* () {
          told.push(`${name} has the lock`);
          yield* sleep(1);
          told.push(`${name} lets go`);
        });
      };
    const all = [call('hold_lock', 1), task(use('JavaScript')), call('hold_lock', 2), task(use('again'))];
    await within('all', Promise.all(all));
    assert.deepEqual(
      told,
      ['C', 'JavaScript', 'C', 'again'].flatMap((name) => [`${name} has the lock`, `${name} lets go`]),
    );
  });

  test('C awaits a task of JavaScript: its result, its error, its cancellation', async () => {
    const error = new KeyError('k');
    assert.equal(
      await call(
        'await_task',
        task(function* () {
          yield* sleep(1);
          return 42;
        }),
      ),
      42,
    );
    assert.equal(
      await call(
        'await_task',
        task(async (me) => {
          await sleep(1, me);
          return 43;
        }),
      ),
      43,
    );
    assert.equal(
      await rejection(
        program.call(
          'await_task',
          task(function* () {
            throw error;
          }),
        ),
      ),
      error,
    );
    const waited = task(function* () {
        yield* sleep(1000);
      }),
      waiting = program.call('await_task', waited);
    await within(
      'a sleep',
      task(() => sleep(1)),
    );
    waiting.cancel();
    assert.ok((await rejection(waiting)) instanceof CancelledError);
    assert.equal(waited.cancelled, true, 'who waits passes it on');
  });

  test('C cancels a task of JavaScript', async () => {
    const waited = task(function* () {
      yield* sleep(1000);
    });
    await within(
      'a sleep',
      task(() => sleep(1)),
    );
    await call('cancel_task', waited);
    assert.equal((await rejection(waited.then())).message, 'from C');
  });

  test('JavaScript awaits and cancels a task of C', async () => {
    const seven = await call('make_task', 7);
    assert.equal(
      await within(
        'it',
        task(function* () {
          return yield* seven;
        }),
      ),
      7,
    );
    assert.equal(await within('it', seven.wait()), 7);
    const made = await call('make_task', 8);
    await within(
      'a sleep',
      task(() => sleep(0)),
    );
    assert.equal(made.cancel(), true);
    await within(
      'a sleep',
      task(() => sleep(0)),
    );
    assert.equal(await call('made_is_cancelled'), 1);
    assert.equal(made.cancelled, true);
  });

  test('a queue of C holds numbers, one of JavaScript values', async () => {
    const numbers = await call('get_numbers'),
      sum = call('add_numbers');
    await within(
      'put',
      task(function* () {
        for (const n of [1, 2, -4]) yield* numbers.put(n);
      }),
    );
    assert.equal(await sum, -1);
    const values = new Queue();
    task(function* () {
      for (const n of [1.5, 2, 3.5]) yield* values.put(n);
      values.shutdown();
    });
    await within(
      'a sleep',
      task(() => sleep(1)),
    );
    assert.equal(await call('sum_values', values), 7);
  });

  test('an event of C, set from outside', async () => {
    const event = await call('get_event'),
      waiting = task(() => event.wait());
    assert.equal(event.isSet, false);
    event.set();
    assert.equal(await within('it', waiting), true);
  });

  test('what is something else is refused', async () => {
    const error = await rejection(program.call('wrong', new Queue()));
    assert.equal(error.constructor, AsyncioTypeError);
    const other = await load(readFileSync(await built('border')));
    assert.throws(() => other.createTask(function* () {}), /ASYNCIO_SHARE/);
  });
});
