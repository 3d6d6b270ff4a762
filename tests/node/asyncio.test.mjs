// asyncio for JavaScript. The order of events of generators is held against CPython by random-programs.test.mjs; here
// is what else there is: async functions, cancellation through signals, and what is JavaScript's own.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Barrier,
  CancelledError,
  Condition,
  Event,
  ExceptionGroup,
  FIRST_COMPLETED,
  Future,
  InvalidStateError,
  KeyError,
  Lock,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueShutDown,
  RuntimeError,
  Semaphore,
  TaskGroup,
  TimeoutError,
  ValueError,
  asCompleted,
  callLater,
  callSoon,
  createTask,
  currentTask,
  gather,
  queueFrom,
  readableFrom,
  run,
  shield,
  sleep,
  time,
  timeout,
  wait,
  waitFor,
  wrapFuture,
  writableFrom,
} from '../../build/wasm/node.mjs';
import { deferred, macrotask, rejection, within } from './support.mjs';

const virtual = /** @type {const} */ ({ clock: 'virtual' });
const go = (main, options) => within('run()', run(main, { ...virtual, ...options }));

/** What an operation is rejected with, in an async function. */
const failure = (operation) => rejection(Promise.resolve(operation));

describe('run()', () => {
  test('gives what its coroutine gives: generators, async functions, plain ones, objects', async () => {
    assert.equal(
      await go(function* () {
        yield* sleep(1);
        return 1;
      }),
      1,
    );
    assert.equal(
      await go(async (task) => {
        await sleep(1, task);
        return 2;
      }),
      2,
    );
    assert.equal(await go(() => 3), 3);
    assert.equal(
      await go(
        (function* () {
          return 4;
        })(),
      ),
      4,
    );
    assert.equal(await go(sleep(1)), undefined);
    assert.equal(await go(() => null), null);
  });

  test('rejects with the very error that comes out', async () => {
    const error = new KeyError('k'),
      other = { not: 'an Error' };
    assert.equal(
      await rejection(
        run(function* () {
          throw error;
        }, virtual),
      ),
      error,
    );
    assert.equal(
      await rejection(
        run(async () => {
          throw error;
        }, virtual),
      ),
      error,
    );
    assert.equal(
      await rejection(
        run(async () => {
          throw other;
        }, virtual),
      ),
      other,
    );
  });

  test('is traced, and replayed by a seed, by the library that has the tools for it', async () => {
    const steps = async (options) => {
      const told = [];
      await go(
        function* () {
          yield* gather(sleep(1), sleep(2));
        },
        { trace: ({ ev, n }) => told.push(`${n} ${ev}`), ...options },
      );
      return told;
    };
    const plain = await steps({}),
      seeded = await steps({ seed: 7 });
    assert.ok(
      plain.some((line) => line.endsWith(' suspend')),
      plain.join(),
    );
    assert.ok(
      seeded.some((line) => line.endsWith(' seed')),
      seeded.join(),
    );
    assert.ok(!plain.some((line) => line.endsWith(' seed')), plain.join());
  });

  for (const [what, option] of /** @type {any[][]} */ ([
    ['a trace', { trace() {} }],
    ['a seed', { seed: 7 }],
  ]))
    test(`says which library is needed for ${what}`, async () => {
      const wasm = new URL('../../build/wasm/asyncio.wasm', import.meta.url);
      assert.match((await rejection(run(() => 1, { wasm, ...option }))).message, /pass asyncio-tools\.wasm/);
      assert.equal(await go(() => 1, { wasm }), 1);
      assert.equal(await go(() => 1, { ...option, wasm: new URL('asyncio-tools.wasm', wasm) }), 1);
    });

  test('cancels what is left over, and lets it clean up', async () => {
    const told = [];
    await go(function* () {
      createTask(function* () {
        try {
          yield* sleep(1000);
        } finally {
          told.push('cleaning');
          yield* sleep(1);
          told.push('clean');
        }
      });
      yield* sleep(0);
    });
    assert.deepEqual(told, ['cleaning', 'clean']);
  });

  test("several run beside each other; a lock of one is not the other's", async () => {
    const lock = new Lock(),
      told = [];
    const one = (name) =>
      run(function* () {
        for (let i = 0; i < 3; i++) {
          told.push(name + i);
          yield* sleep(0.001);
        }
      });
    await within('both', Promise.all([one('a'), one('b')]));
    assert.deepEqual(told.toSorted(), ['a0', 'a1', 'a2', 'b0', 'b1', 'b2']);
    await go(() => lock.acquire());
    assert.match(
      (await rejection(run(() => lock.acquire(), virtual))).message,
      /Lock is bound to a different event loop/,
    );
  });

  test('an AbortSignal cancels it, and its reason comes out', async () => {
    const controller = new AbortController(),
      reason = new Error('enough');
    const told = [],
      running = run(
        function* () {
          setTimeout(() => controller.abort(reason)); // not before it has begun
          try {
            yield* sleep(1000);
          } catch (error) {
            told.push(error.name, error.message);
            throw error;
          }
        },
        { signal: controller.signal },
      );
    assert.equal(await rejection(running), reason);
    assert.deepEqual(told, ['CancelledError', 'enough']);
    assert.equal(await rejection(run(() => 1, { signal: AbortSignal.abort(reason) })), reason);
  });

  test('an exception that nobody retrieves is told', async () => {
    const told = [],
      error = new ValueError('lost');
    await go(
      function* () {
        const task = createTask(
          function* () {
            throw error;
          },
          { name: 'loser' },
        );
        yield* sleep(0);
        callSoon(() => {
          throw new KeyError('in a callback');
        });
        yield* sleep(0);
        assert.equal(task.done, true);
      },
      { exceptionHandler: ({ message, exception, task }) => told.push([message, exception.message, task?.name]) },
    );
    assert.deepEqual(told, [
      ['Exception in callback a JavaScript function()', 'in a callback', undefined],
      ['Task exception was never retrieved', 'lost', undefined],
    ]);
  });

  test('aborted while the library is being loaded, or before the first step', async () => {
    const controller = new AbortController(),
      running = rejection(run(() => sleep(1000), { signal: controller.signal }));
    controller.abort('early');
    assert.equal(await running, 'early');
  });

  test('is refused inside a coroutine, and what is no coroutine, too', async () => {
    assert.match(
      (
        await rejection(
          run(function* () {
            yield* wrapFuture(run(() => 1));
          }, virtual),
        )
      ).message,
      /cannot be called from a running event loop/,
    );
    assert.ok(
      (await rejection(
        run(function* () {
          createTask(/** @type {any} */ (7));
        }, virtual),
      )) instanceof TypeError,
    );
    assert.match(
      (
        await rejection(
          run(function* () {
            yield 7;
          }, virtual),
        )
      ).message,
      /7 can't be used in 'await' expression/,
    );
  });

  test('an operation awaited without any loop gets one of its own', async () => {
    const queue = new Queue(),
      event = new Event();
    event.set();
    const got = queue.get();
    await within('put', queue.put('x'));
    assert.equal(await within('get', got), 'x');
    await within('event', event.wait());
    await within('sleep', sleep(0.001));
    assert.throws(
      () => new Queue().getNowait(),
      (error) => error instanceof RuntimeError && /no running event loop/.test(error.message),
    );
  });
});

describe('async functions', () => {
  test('wait as the task that they are given', async () => {
    const told = [];
    await go(async (task) => {
      const lock = new Lock(),
        one = async (me, name) => {
          await lock.use(async () => {
            told.push(`${name} in`);
            await sleep(1, me);
            told.push(`${name} out`);
          }, me);
        };
      const tasks = ['a', 'b'].map((name) => createTask((me) => one(me, name), { name }));
      await gather(...tasks, { signal: task.signal });
      told.push(`${lock.locked}`);
    });
    assert.deepEqual(told, ['a in', 'a out', 'b in', 'b out', 'false']);
  });

  test('cancel() rejects what they wait for, once: they can clean up', async () => {
    const told = [];
    await go(async (task) => {
      const other = createTask(async (me) => {
        try {
          await sleep(1000, me);
        } catch (error) {
          told.push(`${error}`);
          await sleep(1, me);
          told.push('clean');
          throw error;
        }
      });
      await sleep(1, task);
      assert.equal(other.cancel('why'), true);
      const error = await failure(other);
      assert.deepEqual(
        [error.constructor, error.message, other.cancelled, other.done],
        [CancelledError, 'why', true, true],
      );
      assert.equal(other.cancel(), false);
    });
    assert.deepEqual(told, ['CancelledError: why', 'clean']);
  });

  test('while they wait for something else, the signal is aborted', async () => {
    await go(async (task) => {
      const { promise, reject } = deferred(),
        other = createTask(async (me) => {
          me.signal.addEventListener('abort', () => reject(me.signal.aborted ? 'a new signal' : 'told'));
          await promise.catch(() => {});
          await sleep(1, me); // delivered once: this is not cancelled again
          return 'cleaned up';
        });
      await sleep(1, task);
      other.cancel('why');
      assert.equal(await within('the task', other), 'cleaned up');
    });
  });

  test('the reason of the signal is the CancelledError', async () => {
    await go(async (task) => {
      const other = createTask(
        (me) =>
          new Promise((_, reject) => {
            const { signal } = me;
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      );
      await sleep(1, task);
      other.cancel('why');
      assert.equal((await failure(other)).message, 'why');
      assert.equal(other.cancelled, true);
    });
  });

  test('without a signal, their next operation is cancelled', async () => {
    await go(async (task) => {
      const { promise, resolve } = deferred(),
        told = [],
        other = createTask(async (me) => {
          await promise;
          told.push('goes on');
          await sleep(1, me);
          told.push('never');
        });
      await sleep(1, task);
      other.cancel();
      resolve();
      assert.ok((await failure(other)) instanceof CancelledError);
      assert.deepEqual(told, ['goes on']);
    });
  });

  test('several operations at once: each is cancelled with the task', async () => {
    await go(async (task) => {
      const ends = [],
        told = (name) => (error) => {
          ends.push(`${name} ${error.name}`);
          throw error;
        };
      const queue = new Queue(),
        other = createTask(async (me) =>
          Promise.all([sleep(1000, me).catch(told('sleep')), queue.get(me).catch(told('get')), sleep(5, me)]),
        );
      await sleep(10, task);
      other.cancel();
      assert.ok((await failure(other)) instanceof CancelledError);
      assert.deepEqual(ends.toSorted(), ['get CancelledError', 'sleep CancelledError']);
    });
  });

  test('timeout: TimeoutError, and an outer cancellation stays one', async () => {
    await go(async (task) => {
      assert.ok((await failure(timeout(1).use(() => sleep(10, task), task))) instanceof TimeoutError);
      assert.equal(
        await timeout(10).use(async () => {
          await sleep(1, task);
          return 'in time';
        }, task),
        'in time',
      );
      const other = createTask((me) =>
        timeout(10).use(async () => {
          await sleep(100, me);
        }, me),
      );
      await sleep(1, task);
      other.cancel('outer');
      assert.equal((await failure(other)).message, 'outer');
    });
  });

  test('TaskGroup: the first error cancels the others and the block', async () => {
    await go(async (task) => {
      const told = [],
        error = new KeyError('k');
      const group = await failure(
        new TaskGroup().use(async (tg) => {
          tg.createTask(async (me) => {
            await sleep(1, me);
            throw error;
          });
          tg.createTask(async (me) => {
            await sleep(100, me).catch((e) => {
              told.push(`task ${e.name}`);
              throw e;
            });
          });
          await sleep(100, task).catch((e) => {
            told.push(`block ${e.name}`);
            throw e;
          });
        }, task),
      );
      assert.ok(group instanceof ExceptionGroup && group instanceof AggregateError);
      assert.deepEqual([group.errors, task.cancelling()], [[error], 0]);
      assert.deepEqual(told.toSorted(), ['block CancelledError', 'task CancelledError']);
    });
  });

  test('enter and asyncDispose, as `await using` calls them', async () => {
    await go(async (task) => {
      const group = await new TaskGroup().enter(task),
        told = [];
      group.createTask(async (me) => {
        await sleep(1, me);
        told.push('task');
      });
      await group[Symbol.asyncDispose]();
      told.push('left');
      assert.deepEqual(told, ['task', 'left']);
      const lock = await new Lock().acquire(task);
      assert.equal(lock.locked, true);
      lock[Symbol.dispose]();
      assert.equal(lock.locked, false);
      const limit = await timeout(1).enter(task);
      assert.ok((await failure(sleep(5, task))) instanceof CancelledError);
      assert.ok((await failure(limit[Symbol.asyncDispose]())) instanceof TimeoutError);
      assert.equal(task.cancelling(), 0);
    });
  });

  test('{ signal }: any AbortSignal ends an operation, with its reason', async () => {
    await go(
      async () => {
        const error = await failure(sleep(1000, { signal: AbortSignal.timeout(1) }));
        assert.equal(error.name, 'TimeoutError');
        const controller = new AbortController();
        assert.equal(await failure(new Queue().get({ signal: AbortSignal.abort('gone') })), 'gone');
        const waiting = failure(
          new Event().wait({ signal: AbortSignal.any([controller.signal, AbortSignal.timeout(1e6)]) }),
        );
        controller.abort('now');
        assert.equal(await waiting, 'now');
      },
      { clock: 'real' },
    );
  });

  test('something outside makes them go on: events, queues, futures', async () => {
    const event = new Event(),
      queue = new Queue(),
      future = new Future(),
      running = run(async (task) => {
        await event.wait(task);
        const item = await queue.get(task);
        return [item, await future];
      });
    await macrotask();
    setTimeout(() => event.set());
    setTimeout(() => queue.putNowait(null), 1);
    setTimeout(() => future.setResult('f'), 2);
    assert.deepEqual(await within('run()', running), [null, 'f']);
  });
});

describe('streams', () => {
  test('a queue from an iterable, an async iterable, a stream', async () => {
    const chunks = async function* () {
      yield* ['a', 'b', 'c'];
    };
    for (const source of [
      ['a', 'b', 'c'],
      chunks(),
      new Blob(['abc']).stream().pipeThrough(new TextDecoderStream()),
      new Set('abc'),
    ]) {
      const text = await go(async (task) => {
        const { queue } = queueFrom(source),
          parts = [];
        for await (const part of queue.items(task)) parts.push(part);
        return parts.join('');
      });
      assert.equal(text, 'abc');
    }
  });

  test('an error of the source comes out of the task; cancelling that lets go of the source', async () => {
    await go(async (task) => {
      const error = new Error('torn');
      const broken = queueFrom(
        (async function* () {
          yield 1;
          throw error;
        })(),
      );
      assert.equal(await broken.queue.get(task), 1);
      assert.ok((await failure(broken.queue.get(task))) instanceof QueueShutDown);
      assert.equal(await failure(broken.task), error);
      let closed = false;
      const endless = queueFrom({
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise(() => {}),
          return: async () => {
            closed = true;
            return { done: true, value: undefined };
          },
        }),
      });
      await sleep(1, task);
      endless.task.cancel();
      assert.ok((await failure(endless.task)) instanceof CancelledError);
      assert.equal(closed, true);
    });
  });

  test('streams from and into a queue: writing waits while it is full', async () => {
    await go(async (task) => {
      const queue = new Queue(1),
        writer = writableFrom(queue).getWriter(),
        written = [];
      for (const item of [1, 2, 3]) writer.write(item).then(() => written.push(item));
      const closed = writer.close();
      await sleep(1, task);
      assert.deepEqual([written, queue.full], [[1], true]);
      const items = [];
      for await (const item of readableFrom(queue)) items.push(item);
      await closed;
      await queue.join(task);
      assert.deepEqual(
        [items, written],
        [
          [1, 2, 3],
          [1, 2, 3],
        ],
      );
      const cut = new Queue();
      await readableFrom(cut).cancel();
      assert.throws(() => cut.putNowait(1), QueueShutDown);
    });
  });
});

describe('generators', () => {
  test('wait for promises: fulfilled with anything, rejected with the very error', async () => {
    const error = new Error('e');
    for (const value of [1, 'text', null, undefined, { an: 'object' }, 0, false])
      assert.equal(
        await go(function* () {
          return yield* wrapFuture(Promise.resolve(value));
        }),
        value,
      );
    assert.equal(
      await rejection(
        run(function* () {
          yield Promise.reject(error);
        }, virtual),
      ),
      error,
    );
    assert.equal(
      await go(function* () {
        return yield Promise.resolve(5);
      }),
      5,
    );
  });

  test('being cancelled aborts the signal of what they wait for', async () => {
    await go(function* () {
      let seen;
      const task = createTask(function* () {
        yield* wrapFuture(
          (signal) =>
            new Promise((_, reject) => {
              seen = signal;
              signal.addEventListener('abort', () => reject(signal.reason));
            }),
        );
      });
      yield* sleep(1);
      task.cancel();
      yield* wait([task]);
      assert.deepEqual([task.cancelled, seen.aborted], [true, true]);
    });
  });

  test('gather, wait, waitFor, shield, asCompleted', async () => {
    const after = (seconds, value) =>
      (function* () {
        yield* sleep(seconds);
        return value;
      })();
    await go(function* () {
      assert.deepEqual(yield* gather(after(2, 'b'), after(1, 'a')), ['b', 'a']);
      const tasks = [3, 1, 2].map((n) => createTask(after(n, n)));
      const { done, pending } = yield* wait(tasks, { returnWhen: FIRST_COMPLETED });
      assert.deepEqual([done.map((task) => task.result()), pending.length], [[1], 2]);
      const ends = asCompleted(tasks),
        results = [];
      for (let next = yield* ends.next(); next; next = yield* ends.next()) results.push(yield* next);
      assert.deepEqual(results, [1, 2, 3]);
      for (const seconds of [0.5, 0, -1]) {
        try {
          yield* waitFor(after(1, 'x'), seconds);
          assert.fail('no TimeoutError');
        } catch (error) {
          assert.ok(error instanceof TimeoutError, `${error}`);
        }
      }
      assert.equal(yield* waitFor(createTask(after(1, 'x')), 5), 'x');
      const inner = createTask(after(5, 'inner')),
        outer = createTask(function* () {
          return yield* shield(inner);
        });
      yield* sleep(1);
      outer.cancel();
      yield* wait([outer]);
      assert.deepEqual([outer.cancelled, inner.done, yield* inner], [true, false, 'inner']);
    });
  });

  test('for await over asCompleted and queues', async () => {
    await go(async (task) => {
      const order = [];
      const tasks = [3, 1, 2].map((n) =>
        createTask(async (me) => {
          await sleep(n, me);
          return n;
        }),
      );
      for await (const next of asCompleted(tasks, { signal: task.signal })) order.push(await next);
      assert.deepEqual(order, [1, 2, 3]);
      const queue = new Queue(1);
      createTask(async (me) => {
        for (const item of 'abc') await queue.put(item, me);
        queue.shutdown();
      });
      const items = [];
      for await (const item of queue.items(task)) items.push(item);
      assert.equal(items.join(''), 'abc');
    });
  });

  test('Condition, Barrier, PriorityQueue, Semaphore', async () => {
    await go(function* () {
      const condition = new Condition(),
        told = [];
      let ready = false;
      const waiter = createTask(() =>
        condition.use(function* () {
          yield* condition.waitFor(() => ready);
          told.push('ready');
        }),
      );
      yield* sleep(1);
      yield* condition.use(function* () {
        ready = true;
        condition.notifyAll();
      });
      yield* waiter;
      assert.deepEqual(told, ['ready']);
      const barrier = new Barrier(3);
      const positions = yield* gather(...[0, 1, 2].map(() => barrier.wait()));
      assert.deepEqual(positions, [0, 1, 2]);
      const queue = new PriorityQueue(0, (a, b) => a.key - b.key);
      for (const key of [3, 1, 2]) queue.putNowait({ key });
      assert.deepEqual(
        [queue.size, queue.getNowait().key, (yield* queue.get()).key, queue.getNowait().key, queue.empty],
        [3, 1, 2, 3, true],
      );
      assert.throws(() => queue.getNowait(), QueueEmpty);
      queue.shutdown();
      assert.throws(() => queue.putNowait({ key: 1 }), QueueShutDown);
      const limit = new Semaphore(2);
      let most = 0,
        now = 0;
      yield* gather(
        ...Array.from({ length: 6 }, () =>
          limit.use(function* () {
            most = Math.max(most, ++now);
            yield* sleep(1);
            now--;
          }),
        ),
      );
      assert.deepEqual([most, now, limit.locked], [2, 0, false]);
    });
  });

  test('futures: results, errors, cancellation by the awaiting task', async () => {
    await go(function* () {
      const future = new Future(),
        task = createTask(function* () {
          return yield* future;
        });
      yield* sleep(0);
      future.setResult('r');
      assert.equal(yield* task, 'r');
      assert.throws(() => future.setResult(1), InvalidStateError);
      const failed = new Future(),
        error = new KeyError('k');
      failed.setException(error);
      try {
        yield* failed;
        assert.fail('no error');
      } catch (caught) {
        assert.equal(caught, error);
      }
      const cancelled = new Future(),
        waiter = createTask(function* () {
          yield* cancelled;
        });
      yield* sleep(0);
      waiter.cancel();
      yield* wait([waiter]);
      assert.deepEqual([cancelled.cancelled, cancelled.done], [true, true]);
    });
  });

  test('currentTask, time, callLater', async () => {
    await go(
      function* () {
        const began = time(),
          told = [],
          handle = callLater(1, () => told.push('never'));
        callLater(2, () => told.push(Math.round(time() - began)));
        handle.cancel();
        yield* sleep(3);
        assert.deepEqual(told, [2]);
        assert.equal(currentTask().name, 'main');
        const name = yield* createTask(
          function* () {
            return currentTask().name;
          },
          { name: 'grüße' },
        );
        assert.equal(name, 'grüße');
      },
      { name: 'main' },
    );
    assert.equal(currentTask(), undefined);
  });
});
