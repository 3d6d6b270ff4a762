// What is falsy, has no text, or throws when it is asked for one: thrown, passed, returned, kept. It arrives as what it
// is.
// @ts-nocheck: what is tested here is what does not fit

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { load } from '../../build/wasm/asyncio.mjs';
import {
  ExceptionGroup,
  Future,
  PriorityQueue,
  Queue,
  TaskGroup,
  callSoon,
  createTask,
  gather,
  run,
  shield,
  sleep,
  timeout,
  wait,
  waitFor,
  wrapFuture,
} from '../../build/wasm/node.mjs';
import { built, hook, within } from './support.mjs';

const throwing = (name) =>
  Object.defineProperty(new Error('x'), name, {
    get() {
      throw new Error(`${name} was asked for`);
    },
  });

const ODD = {
  undefined,
  'null': null,
  '0': 0,
  '-0': -0,
  '""': '',
  'false': false,
  NaN,
  '0n': 0n,
  'a symbol': Symbol('odd'),
  'an object without a prototype': Object.create(null),
  'a function': () => {},
  'an Error without a message that can be asked for': throwing('message'),
  'an Error without a name that can be asked for': throwing('name'),
  'an Error whose class cannot be asked for': throwing('constructor'),
  'an Error whose name is a symbol': Object.assign(new Error('x'), { name: Symbol('name') }),
  'an Error without a stack': Object.assign(new Error('x'), { stack: undefined }),
  'an object whose text throws': {
    toString() {
      throw new Error('asked');
    },
  },
};

const odd = (what, body) => {
  for (const [name, value] of Object.entries(ODD)) test(`${what}: ${name}`, () => within(name, body(value)));
};

const go = (main, options) => run(main, { clock: 'virtual', ...options });

/** What it is rejected with, in a box: assert.rejects cannot tell undefined. */
const thrown = (promise) =>
  promise.then(
    (value) => assert.fail(`fulfilled with ${typeof value}`),
    (error) => ({ error }),
  );

const isThrown = async (promise, value) =>
  assert.ok(Object.is((await thrown(promise)).error, value), 'another value was thrown');

describe('thrown', () => {
  odd('by an async main', (v) =>
    isThrown(
      go(async () => {
        throw v;
      }),
      v,
    ),
  );

  odd('by a promise that a generator awaits', (v) =>
    go(function* () {
      const task = createTask(function* () {
        yield Promise.reject(v);
      });
      let caught;
      try {
        yield* task;
      } catch (error) {
        caught = { error };
      }
      assert.ok(caught && Object.is(caught.error, v));
      assert.ok(Object.is(task.exception, v));
      assert.throws(
        () => task.result(),
        (error) => Object.is(error, v),
      );
    }),
  );

  odd('by a task that is awaited as a promise', (v) =>
    go(async () => {
      await isThrown(
        createTask(async () => {
          throw v;
        }).then(),
        v,
      );
    }),
  );

  for (const [through, wrapped] of Object.entries({
    'gather': (task) => gather(task),
    'shield': (task) => shield(task),
    'waitFor': (task) => waitFor(task, 5),
    'a block': (task, v) =>
      timeout(5).use(async () => {
        throw v;
      }),
    'wrapFuture': (task, v) => wrapFuture(() => Promise.reject(v)),
  }))
    odd(`through ${through}`, (v) =>
      go(async (me) => {
        const task = createTask(function* () {
          yield* sleep(0);
          throw v;
        });
        task.catch(() => {});
        await isThrown(Promise.resolve(wrapped(task, v)), v);
      }),
    );

  odd('to gather, as one of the results', (v) =>
    go(async (me) => {
      const [got] = await gather(
        createTask(async () => {
          throw v;
        }),
        { returnExceptions: true, signal: me.signal },
      );
      assert.ok(Object.is(got, v));
    }),
  );

  odd('in a task group', (v) =>
    go(async (me) => {
      const { error } = await thrown(
        Promise.resolve(
          new TaskGroup().use(async (group) => {
            group.createTask(function* () {
              yield* sleep(0);
              throw v;
            });
            await sleep(1, me);
          }, me),
        ),
      );
      assert.ok(error instanceof ExceptionGroup, `${error}`);
      assert.ok(Object.is(error.errors[0], v));
    }),
  );

  odd('into a future', (v) =>
    go(function* () {
      const future = new Future();
      createTask(function* () {
        yield* sleep(0);
        future.setException(v);
      });
      let caught;
      try {
        yield* future;
      } catch (error) {
        caught = { error };
      }
      assert.ok(caught && Object.is(caught.error, v));
    }),
  );

  odd('by a callback of the loop', async (v) => {
    const told = [];
    await go(
      function* () {
        callSoon(() => {
          throw v;
        });
        yield* sleep(0);
        yield* sleep(0);
      },
      { exceptionHandler: (context) => told.push(context) },
    );
    assert.equal(told.length, 1);
    assert.ok(Object.is(told[0].exception, v));
  });

  odd('as the reason of a signal', async (v) => {
    const controller = new AbortController();
    const main = go(
      async (me) => {
        controller.abort(v);
        await sleep(1, me);
      },
      { signal: controller.signal },
    );
    if (v !== undefined) await isThrown(main, v);
    else assert.equal((await thrown(main)).error.name, 'AbortError');
  });
});

describe('kept', () => {
  odd('as a result', (v) =>
    go(function* () {
      const task = createTask(function* () {
        return v;
      });
      assert.ok(Object.is(yield* task, v));
      assert.ok(Object.is((yield* gather(task))[0], v));
      const { done } = yield* wait([task]);
      assert.ok(Object.is(done[0].result(), v));
    }),
  );

  odd('as an item', (v) =>
    go(function* () {
      const queue = new Queue(),
        sorted = new PriorityQueue(0, () => 0);
      for (const each of [queue, sorted]) {
        each.putNowait(v);
        yield* each.put(v);
        assert.ok(Object.is(each.getNowait(), v));
        assert.ok(Object.is(yield* each.get(), v));
      }
    }),
  );

  odd('as the result of a future', (v) =>
    go(function* () {
      const future = new Future();
      createTask(function* () {
        yield* sleep(0);
        future.setResult(v);
      });
      assert.ok(Object.is(yield* future, v));
    }),
  );
});

test('a group that is in itself is told', () =>
  go(async () => {
    const group = new ExceptionGroup('round', [new Error('x')]);
    group.errors.push(group);
    await isThrown(
      createTask(async () => {
        throw group;
      }).then(),
      group,
    );
  }));

describe('in C', () => {
  let module;
  before(async () => {
    module = await WebAssembly.compile(readFileSync(await built('border')));
  });

  odd('a rejection', async (v) => {
    const program = await load(module, {});
    hook({ answer: () => Promise.reject(v) });
    await isThrown(program.call('await_text', 'answer'), v);
    hook({ answer: Promise.resolve(42) });
    assert.equal(await program.call('await_number', 'answer'), 42);
  });

  odd('a value that a promise brings, as a text and as a number', async (v) => {
    const program = await load(module, {});
    hook({ answer: Promise.resolve(v) });
    assert.equal(typeof (await program.call('await_text', 'answer')), 'string');
    assert.match(await program.call('await_number_text', 'answer'), /^(value|NULL) /);
  });

  odd('what a function throws', async (v) => {
    const program = await load(module, {});
    for (const kind of [0, 1, 2]) {
      hook({
        hooks: {
          odd() {
            throw v;
          },
        },
      });
      await isThrown(program.call('call_odd', kind), v);
    }
  });

  for (const [name, value, wanted] of [
    ['a BigInt', 5n, [TypeError, '5', '7']],
    ['a symbol', Symbol('x'), [TypeError, TypeError, '7']],
    ['an object without a prototype', Object.create(null), [TypeError, TypeError, '7']],
    ['a number', 5, ['5', '5', '7']],
    ['a fraction', 0.5, ['0.5', RangeError, '7']],
    ['undefined', undefined, ['nan', TypeError, '7']],
  ])
    test(`what a function returns for a double, an int64_t and nothing: ${name}`, async () => {
      const program = await load(module, {});
      hook({ hooks: { odd: () => value } });
      for (const [kind, what] of wanted.entries())
        if (typeof what === 'string') assert.equal(await program.call('call_odd', kind), what);
        else await assert.rejects(program.call('call_odd', kind), what);
    });
});
