// Options that are none, and functions of the user's that throw: always a rejected promise, and the program lives on,
// or has ended with that very error. Nothing is left unsettled.
// @ts-nocheck: what is tested here is what does not fit

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { load } from '../../build/wasm/asyncio.mjs';
import { Bridge } from '../../build/wasm/loader/bridge.mjs';
import {
  TaskGroup,
  asCompleted,
  callLater,
  callSoon,
  createTask,
  gather,
  run,
  sleep,
  wait,
} from '../../build/wasm/node.mjs';
import { built, hook, rejection, within } from './support.mjs';

let border, modes;
before(async () => {
  border = await WebAssembly.compile(readFileSync(await built('border')));
  modes = await WebAssembly.compile(readFileSync(await built('modes')));
});

const boom = () => {
  throw new RangeError('boom');
};
const getter = (name) => Object.defineProperty({}, name, { get: boom });
const controller = () => new AbortController();

const BAD = {
  'a controller in place of its signal': () => ({ signal: controller() }),
  'a signal that is an object': () => ({ signal: {} }),
  'a signal that is a number': () => ({ signal: 5 }),
  'a signal that is a text': () => ({ signal: 'now' }),
  'a signal whose getter throws': () => getter('signal'),
  'a name whose getter throws': () => getter('name'),
  'a name whose toString throws': () => ({ name: { toString: boom } }),
  'a name without a text': () => ({ name: Object.create(null) }),
};

describe('options', () => {
  for (const [name, make] of Object.entries(BAD)) {
    test(`of call(): ${name}`, async () => {
      const program = await load(border);
      hook({ answer: Promise.resolve(42) });
      const call = program.call('await_number', 'answer', make());
      assert.ok(call instanceof Promise, 'a promise');
      const error = await rejection(call);
      assert.ok(error instanceof TypeError || error instanceof RangeError, `${error}`);
      assert.equal(program.state, 'running');
      assert.equal(await program.call('await_number', 'answer'), 42);
    });

    test(`of run(): ${name}`, async () => {
      const error = await rejection(run(async () => 1, make()));
      assert.ok(error instanceof TypeError || error instanceof RangeError, `${error}`);
      assert.equal(await run(async () => 2), 2);
    });
  }

  test('none: null, and other values', async () => {
    const program = await load(border, null);
    hook({ answer: () => Promise.resolve(42) });
    for (const options of [null, undefined, 5, 'x', true])
      assert.equal(await program.call('await_number', 'answer', options), 42, String(options));
    assert.equal(await run(async () => 1, null), 1);
  });

  test('a name for what is exported, whatever it is', async () => {
    const program = await load(border);
    for (const name of [undefined, null, 5, Symbol('x'), {}, Object.create(null)])
      assert.match((await rejection(program.call(name))).message, /exports no coroutine/);
  });

  test('an exception handler that is no function', async () => {
    assert.ok((await rejection(run(async () => 1, { exceptionHandler: 5 }))) instanceof TypeError);
  });

  test('scopes that would mean nobody', () =>
    run(async (me) => {
      for (const scope of [5, 'x', true, me.signal])
        assert.match((await rejection(Promise.resolve(sleep(0, scope)))).message, /scope/, String(scope));
      for (const scope of [{ signal: {} }, { signal: 5 }])
        assert.match((await rejection(Promise.resolve(sleep(0, scope)))).message, /AbortSignal/);
      await sleep(0, null);
      await sleep(0, {});
      await sleep(0, { signal: me.signal });
    }));

  test('a task is the scope of whatever takes one among its options', () =>
    run(
      async (me) => {
        const task = createTask(async (own) => {
          await assert.rejects(Promise.resolve(wait([createTask(() => sleep(5))], own)), { name: 'CancelledError' });
          return 'told';
        });
        await sleep(1, me);
        task.cancel();
        assert.equal(await task, 'told');
        const other = createTask(async (own) => {
          const ends = asCompleted([createTask(() => sleep(5))], own);
          await assert.rejects(Promise.resolve(ends.next()), { name: 'CancelledError' });
          return 'told';
        });
        await sleep(1, me);
        other.cancel();
        assert.equal(await other, 'told');
      },
      { clock: 'virtual' },
    ));

  test('a task in place of the options of a new one does not lend its name', () =>
    run(async (me) => {
      const named = createTask(async () => {}, me);
      assert.notEqual(named.name, me.name);
      await new TaskGroup().use((group) => {
        assert.notEqual(group.createTask(async () => {}, me).name, me.name);
      }, me);
      await named;
    }));

  test('a callback that is none', () =>
    run(function* () {
      for (const call of [() => callSoon(5), () => callSoon(undefined), () => callLater(1, {})])
        assert.throws(call, /callable/);
    }));

  test('results in place of what gather awaits', () =>
    run(async (me) => {
      assert.match((await rejection(Promise.resolve(gather(5, { signal: me.signal })))).message, /coroutine/);
    }));
});

describe('functions that throw', () => {
  const STREAMS = ['stdout', 'stderr'];

  for (const name of STREAMS)
    test(`${name}: run() is rejected with what it has thrown`, async () => {
      const program = await load(modes, { args: ['modes', 'print'], [name]: boom });
      const outcome = await within(
        'run()',
        program.run().then(
          (status) => status,
          (error) => error,
        ),
      );
      if (typeof outcome === 'number') return; // nothing was printed there
      assert.match(String(outcome), /boom/);
      assert.equal(program.state, 'crashed');
    });

  test('stdout at the very end', async () => {
    // half of a character is told when there is nothing more to come
    const program = await load(modes, {
      args: ['modes', 'half'],
      stdout: (text) => {
        if (text.includes('\ufffd')) boom();
      },
    });
    const outcome = await within(
      'run()',
      program.run().catch((error) => error),
    );
    assert.match(String(outcome), /boom/);
  });

  test('an exception handler: it is told as the default handler tells it, and the loop goes on', async () => {
    let stderr = '';
    const value = await within(
      'run()',
      run(
        function* () {
          callSoon(() => {
            throw new Error('first');
          });
          yield* sleep(0);
          yield* sleep(0);
          return 'went on';
        },
        { exceptionHandler: boom, stderr: (text) => (stderr += text) },
      ),
    );
    assert.equal(value, 'went on');
    assert.match(stderr, /boom/);
  });

  for (const [name, options] of Object.entries({
    'schedule': { schedule: boom },
    'schedule, with nothing thrown': {
      schedule() {
        throw undefined;
      },
    },
    'what schedule gives': {
      schedule: (tick, seconds) => {
        setTimeout(tick, seconds * 1000);
        return boom;
      },
    },
    'now': { now: boom },
    'now, a symbol': { now: () => Symbol('late') },
    'now, a BigInt': { now: () => 5n },
  }))
    test(`${name}: run() is rejected`, async () => {
      await rejection(
        run(async (me) => {
          callLater(0.01, () => {});
          await sleep(0.001, me);
          await sleep(0.001, me);
        }, options),
      );
    });

  test('an abort listener may call in again', () =>
    run(
      async (me) => {
        const heard = [];
        const task = createTask(async (own) => {
          own.signal.addEventListener('abort', () => {
            heard.push(task.cancel());
            createTask(async (other) => {
              await sleep(0, other);
            });
          });
          await new Promise((resolve) => own.signal.addEventListener('abort', resolve));
        });
        await sleep(1, me);
        task.cancel();
        await task;
        assert.equal(heard.length, 1);
        await sleep(1, me);
      },
      { clock: 'virtual' },
    ));

  test("so may that of a promise's signal, in a call that is cancelled", async () => {
    const program = await load(border);
    let call;
    const { signals } = hook({ answer: () => new Promise(() => {}), other: Promise.resolve(42) });
    call = program.call('await_number', 'answer');
    await within('the question', new Promise((resolve) => setTimeout(resolve)));
    signals.answer.addEventListener('abort', () => call.cancel());
    call.cancel();
    assert.equal((await rejection(call)).name, 'CancelledError');
    assert.equal(await program.call('await_number', 'other'), 42);
  });
});

test("the program's own functions may have the names of the library's", async () => {
  assert.equal(await (await load(border)).call('call_namesakes'), 23);
});

test('a text that does not fit into memory is refused', () => {
  const exports = {
    asyncio_allocate: () => 0,
    asyncio_free() {},
    asyncio_prepare_call: () => assert.fail('it went on'),
  };
  const bridge = new Bridge({
    exports: () => exports,
    memory: () => new WebAssembly.Memory({ initial: 1 }),
    alive: () => true,
  });
  assert.throws(() => bridge.call(() => 0, 'number', 'a text', {}), { name: 'MemoryError' });
  assert.throws(() => bridge.withText(['a text'], () => assert.fail('it went on')), { name: 'MemoryError' });
  assert.equal(bridge.values.size, 0);
});
