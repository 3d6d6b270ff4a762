// JavaScript awaits C: exported coroutines, their results, and the Errors that their exceptions become.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, beforeEach, describe, test } from 'node:test';
import * as asyncio from '../../build/wasm/asyncio.mjs';
import { built, deferred, hook, macrotask, output, rejection, until, within } from './support.mjs';

const { load } = asyncio;
let library, modes, program, printed;

before(async () => {
  library = await WebAssembly.compile(readFileSync(await built('border')));
  modes = await WebAssembly.compile(readFileSync(await built('modes')));
});

beforeEach(async () => {
  printed = output();
  program = await load(library, printed.options);
});

const call = (...parameters) => within(`call(${parameters[0]})`, program.call(...parameters));
const failure = (...parameters) => rejection(program.call(...parameters));

describe('results and arguments', () => {
  for (const [given, wanted] of [
    [41, 42],
    [-1, 0],
    [0, 1],
    [undefined, 1],
    [null, 1],
    [3.9, 4],
    [-2147483648, -2147483647],
    [NaN, 1],
  ])
    test(`a number: ${given} + 1 is ${wanted}`, async () => assert.equal(await call('add_one', given), wanted));

  for (const text of ['world', '', 'Grüße 🙂'])
    test(`text: ${JSON.stringify(text)}`, async () => assert.equal(await call('greet', text), `hello, ${text}`));

  for (const value of [{ an: 'object' }, [1, 2], () => {}, true, 10n, Symbol('s'), new Uint8Array(3)])
    test(`any value: ${Object.prototype.toString.call(value)}`, async () =>
      assert.equal(await call('give_back', value), value));

  test('nothing', async () => assert.equal(await call('nothing_much', 7), undefined));

  test('a text that belongs to the task is copied before the task lets go of it', async () => {
    const texts = ['one', 'two', 'three', 'four'].map((word) => `${word} `.repeat(20));
    hook({ hooks: { ask: async (which) => texts[which] } });
    assert.deepEqual(await Promise.all(texts.map((_, i) => call('await_text', String(i)))), texts);
  });

  test('a value that belongs to the task is taken before the task lets go of it', async () => {
    const values = [{ one: 1 }, { two: 2 }, { three: 3 }];
    hook({ hooks: { ask: async (which) => values[which] } });
    assert.deepEqual(await Promise.all(values.map((_, i) => call('await_value', String(i)))), values);
  });

  test('a text in a static buffer is copied before the next task uses the buffer', async () => {
    assert.deepEqual(await Promise.all([call('greet', 'a'), call('greet', 'b'), call('greet', 'c')]), [
      'hello, a',
      'hello, b',
      'hello, c',
    ]);
  });

  test('a thousand calls at once', async () => {
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    assert.deepEqual(
      await Promise.all(numbers.map((i) => call('add_one', i))),
      numbers.map((i) => i + 1),
    );
  });
});

describe('the promise of a call', () => {
  test("has the task's name, and the one it was given", async () => {
    const named = program.call('task_name', undefined, { name: 'grüße' }),
      plain = program.call('task_name');
    assert.equal(named.name, 'grüße');
    assert.match(plain.name, /^Task-\d+$/);
    const wanted = plain.name;
    assert.equal(await within('the name', named), 'grüße');
    assert.equal(await within('the name', plain), wanted);
    assert.equal(named.name, undefined);
  });

  test('says whether it is done', async () => {
    const promise = program.call('add_one', 1);
    assert.equal(promise.done, false);
    await within('the result', promise);
    assert.equal(promise.done, true);
  });

  test('says how it ended', async () => {
    const fine = program.call('add_one', 1),
      failed = program.call('fail_value', 7),
      cancelled = program.call('add_one', 1);
    cancelled.cancel('enough');
    assert.deepEqual([failed.cancelled, failed.exception], [false, undefined]);
    const [, { reason }, gone] = /** @type {any[]} */ (await Promise.allSettled([fine, failed, cancelled]));
    assert.deepEqual([fine.cancelled, fine.exception], [false, undefined]);
    assert.deepEqual([failed.cancelled, failed.exception], [false, reason]);
    assert.deepEqual([cancelled.cancelled, cancelled.exception], [true, gone.reason]);
  });

  test('is always a promise, whatever is wrong with the call', async () => {
    const error = await failure('no_such_function');
    assert.ok(error instanceof TypeError, `${error}`);
    assert.match(error.message, /exports no coroutine "no_such_function"/);
  });

  test("a name in the object's prototype chain is no coroutine", async () => {
    assert.ok((await failure('constructor')) instanceof TypeError);
  });
});

describe('errors', () => {
  test("are of the class with the exception's name", async () => {
    const error = await failure('fail_value', 7);
    assert.equal(error.constructor, asyncio.ValueError);
    assert.ok(error instanceof asyncio.Exception && error instanceof Error);
    assert.equal(error.name, 'ValueError');
    assert.equal(error.message, 'no 7');
  });

  test('CancelledError is no Exception', async () => {
    const error = await failure('fail_cancelled');
    assert.equal(error.constructor, asyncio.CancelledError);
    assert.ok(!(error instanceof asyncio.Exception));
    assert.equal(error.message, 'by myself');
  });

  test("the program's own types get classes, which derive from their bases", async () => {
    const error = await failure('fail_own'),
      another = await failure('fail_own');
    assert.equal(error.name, 'ParseError');
    assert.equal(error.constructor.name, 'ParseError');
    assert.ok(error instanceof asyncio.ValueError, 'a ParseError is a ValueError');
    assert.equal(error.constructor, another.constructor);
  });

  test("a type that derives from the program's own is one of those, too", async () => {
    const deep = await failure('fail_own_deep'),
      error = await failure('fail_own');
    assert.equal(deep.name, 'DeepError');
    assert.ok(deep instanceof error.constructor, 'a DeepError is a ParseError');
    assert.ok(deep instanceof asyncio.ValueError, 'a DeepError is a ValueError');
    assert.ok(error instanceof asyncio.ValueError, 'a ParseError is a ValueError');
  });

  test('an exception group is an AggregateError of its members', async () => {
    const rejected = new Error('in JavaScript');
    hook({ rejected: () => Promise.reject(rejected) });
    const error = await failure('fail_group');
    assert.equal(error.constructor, asyncio.ExceptionGroup);
    assert.ok(error instanceof AggregateError);
    assert.match(error.message, /unhandled errors in a TaskGroup/);
    assert.deepEqual(
      error.errors.map((member) => member.name),
      ['ParseError', 'ValueError'],
    );
    assert.equal(error.errors[1].message, 'no 1');
  });

  test('a group holds the very Error that JavaScript has thrown', async () => {
    const rejected = new TypeError('in JavaScript');
    hook({
      hooks: {
        askNumber: async () => {
          throw rejected;
        },
      },
    });
    const error = await failure('tell_numbers', 1);
    assert.equal(error.constructor, asyncio.ExceptionGroup);
    assert.deepEqual(error.errors.length, 1);
    assert.equal(error.errors[0], rejected);
  });

  test('have the C awaits in their stack, innermost first', async () => {
    const { stack } = await failure('fail_deep');
    const lines = stack.split('\n');
    assert.equal(lines[0], 'LookupError: deep down');
    const places = lines
      .filter((line) => line.includes('border.c'))
      .map((line) => line.match(/at (\w+) \(border\.c:\d+\)/)?.[1]);
    assert.deepEqual(places, ['innermost', 'middle', 'fail_deep']);
  });

  test('the same exception that comes out twice is the same Error', async () => {
    const [one, two] = await Promise.all([failure('fail_shared', 5), failure('fail_shared', 5)]);
    assert.equal(one.message, 'no 5');
    assert.equal(one, two);
  });

  test('an Error goes through two programs and comes back as itself', async () => {
    const other = await load(library, printed.options),
      error = new Error('round trip');
    hook({ first: () => other.call('await_passed', 'second'), second: () => Promise.reject(error) });
    assert.equal(await failure('await_passed', 'first'), error);
  });

  test('an exception of one program is an exception of the same type in another', async () => {
    const other = await load(library, printed.options);
    hook({ answer: () => other.call('fail_value', 3) });
    assert.equal(await call('await_caught', 'answer'), 'ValueError(no 3) with its Error');
  });
});

describe('AbortSignal', () => {
  test('of a call: aborting cancels the task, and the promise is rejected with CancelledError', async () => {
    const { told } = hook(),
      controller = new AbortController();
    const pending = rejection(program.call('wait_for_ever', 0, { signal: controller.signal }));
    await until('the task to wait', () => told.includes('waiting'));
    controller.abort();
    const error = await pending;
    assert.equal(error.constructor, asyncio.CancelledError);
    assert.equal(error.cause, controller.signal.reason);
  });

  test('of a call: the reason is told to C and comes back', async () => {
    const { asked } = hook({ never: new Promise(() => {}) }),
      controller = new AbortController(),
      reason = new Error('user left');
    const pending = call('survive_cancel', 'never', { signal: controller.signal });
    await until('the promise to be awaited', () => asked.length === 1);
    controller.abort(reason);
    assert.equal(await pending, 'went on after CancelledError(user left)');
  });

  test('of a call: aborted already, the task never begins', async () => {
    const { told } = hook(),
      error = await failure('tell_argument', 'begun', { signal: AbortSignal.abort(new Error('too late')) });
    assert.equal(error.constructor, asyncio.CancelledError);
    assert.equal(error.message, 'too late');
    assert.deepEqual(told, []);
  });

  test('of a call: aborting after the end does nothing', async () => {
    const controller = new AbortController();
    assert.equal(await call('add_one', 1, { signal: controller.signal }), 2);
    controller.abort();
    assert.equal(await call('add_one', 2), 3);
  });

  test('in an async function: cancelling the task by its promise aborts the signal', async () => {
    const { asked, signals } = hook({ never: new Promise(() => {}) }),
      promise = program.call('await_passed', 'never');
    await until('the promise to be awaited', () => asked.length === 1);
    assert.equal(signals.never.aborted, false);
    const pending = rejection(promise);
    assert.equal(promise.cancel(), true);
    assert.equal(signals.never.aborted, true);
    assert.equal((await pending).constructor, asyncio.CancelledError);
  });

  test('in an async function: cancelling the task in C aborts the signal', async () => {
    const { signals } = hook({ never: new Promise(() => {}) });
    assert.equal(await call('cancel_waiter', 'never'), 'CancelledError(enough)');
    assert.equal(signals.never.aborted, true);
  });

  test('in an async function: what stops with AbortError is over without a report', async () => {
    const { asked } = hook({
      stoppable: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const promise = program.call('await_passed', 'stoppable'),
      pending = rejection(promise);
    await until('the promise to be awaited', () => asked.length === 1);
    promise.cancel('enough');
    const error = await pending;
    await macrotask();
    assert.equal(error.constructor, asyncio.CancelledError);
    assert.equal(error.message, 'enough');
    assert.equal(printed.texts.stderr, '');
  });

  test('in an async function: it is not aborted when the promise is fulfilled', async () => {
    const { signals } = hook({ answer: Promise.resolve(1) });
    await call('await_number', 'answer');
    assert.equal(signals.answer.aborted, false);
  });

  test('goes through from the caller to the async function', async () => {
    const { asked, signals } = hook({ never: new Promise(() => {}) }),
      controller = new AbortController();
    const pending = rejection(program.call('await_passed_far', 'never', { signal: controller.signal }));
    await until('the promise to be awaited', () => asked.length === 1);
    controller.abort();
    assert.equal((await pending).constructor, asyncio.CancelledError);
    assert.equal(signals.never.aborted, true);
  });
});

describe('cancel', () => {
  test('with a message, once', async () => {
    const { told } = hook(),
      promise = program.call('wait_for_ever'),
      pending = rejection(promise);
    await until('the task to wait', () => told.includes('waiting'));
    assert.equal(promise.cancel('closing time'), true);
    const error = await pending;
    assert.equal(error.message, 'closing time');
    assert.equal(promise.cancel('again'), false);
    assert.equal(promise.done, true);
  });

  test('without a message', async () => {
    const promise = program.call('sleep_ms', 3_600_000),
      pending = rejection(promise);
    await macrotask();
    promise.cancel();
    assert.equal((await pending).message, '');
  });

  test('before the task has begun: it never does', async () => {
    const { told } = hook(),
      promise = program.call('tell_argument', 'begun'),
      pending = rejection(promise);
    promise.cancel('never mind');
    assert.equal((await pending).message, 'never mind');
    assert.deepEqual(told, []);
  });

  test('a task that goes on all the same is fulfilled', async () => {
    const { asked } = hook({ never: new Promise(() => {}) }),
      promise = program.call('survive_cancel', 'never');
    await until('the promise to be awaited', () => asked.length === 1);
    assert.equal(promise.cancel('please'), true);
    assert.equal(await within('the answer', promise), 'went on after CancelledError(please)');
  });

  test('from within the program', async () => {
    const told = [];
    let promise;
    hook({
      hooks: {
        tell: (text) => {
          told.push(text);
          if (text === 'call') promise.cancel('from within');
        },
      },
    });
    promise = program.call('tell_thrice');
    assert.equal((await rejection(promise)).message, 'from within');
    assert.deepEqual(told.slice(0, 3), ['before', 'call', 'after']);
  });
});

describe('calling from within the program', () => {
  test('only queues the task: it runs in a later turn', async () => {
    const told = [];
    let inner;
    hook({
      hooks: {
        tell: (text) => {
          told.push(text);
          if (text === 'call') inner = program.call('tell_argument', 'called');
        },
      },
    });
    await call('tell_thrice');
    await within('the inner call', inner);
    assert.deepEqual(told, ['before', 'call', 'after', 'called', 'next turn']);
  });

  test('run() there is refused, and the program goes on', async () => {
    let refused;
    const other = await load(modes, { ...printed.options, args: ['modes', 'calls'] });
    hook({
      end: Promise.resolve(),
      hooks: {
        tell: () => {
          refused = rejection(other.run());
        },
      },
    });
    assert.equal(await within('run()', other.run()), 0);
    assert.match((await refused).message, /running already/);
  });
});

describe('a program with main()', () => {
  test('takes calls while main() runs', async () => {
    const end = deferred(),
      { asked } = hook({ end: end.promise });
    const running = await load(modes, { ...printed.options, args: ['modes', 'calls'] }),
      status = running.run();
    await until('main() to wait', () => asked.includes('end'));
    assert.equal(await within('a call', running.call('add_one', 41)), 42);
    assert.deepEqual(
      await within(
        'three calls',
        Promise.all([running.call('greet', 'a'), running.call('sleep_ms', 3), running.call('greet', 'b')]),
      ),
      ['hello, a', 3, 'hello, b'],
    );
    end.resolve();
    assert.equal(await within('run()', status), 0);
  });

  test('cancels the calls that are left over when main() ends', async () => {
    const end = deferred(),
      { asked } = hook({ end: end.promise });
    const running = await load(modes, { ...printed.options, args: ['modes', 'calls'] }),
      status = running.run();
    await until('main() to wait', () => asked.includes('end'));
    const pending = rejection(running.call('sleep_ms', 3_600_000));
    await macrotask();
    end.resolve();
    assert.equal((await pending).constructor, asyncio.CancelledError);
    assert.equal(await within('run()', status), 0);
    assert.match((await rejection(running.call('add_one', 1))).message, /has ended with status 0: load it again/);
  });

  test('takes calls from JavaScript that main() calls before its loop runs', async () => {
    const told = [];
    const running = await load(modes, { ...printed.options, args: ['modes', 'tell-first'] });
    let early;
    hook({
      hooks: {
        tell: (text) => {
          told.push(text);
          early = running.call('add_one', 1).catch((error) => error);
        },
      },
    });
    assert.equal(await within('run()', running.run()), 0, printed.texts.stderr);
    assert.equal(printed.texts.stdout, 'hello\nworld\n');
    const answer = await within('the early call', early);
    assert.ok(answer === 2 || answer instanceof Error, `${answer}`);
  });

  test('wants run() before call()', async () => {
    const idle = await load(modes, { ...printed.options, args: ['modes', 'hello'] });
    assert.match((await rejection(idle.call('add_one', 1))).message, /run\(\)/);
    assert.equal(await within('run()', idle.run()), 0);
    assert.equal(printed.texts.stdout, 'hello\nworld\n');
  });
});

test('a library prints a line when it is printed', async () => {
  await call('print_line', 'a line');
  assert.equal(printed.texts.stdout, 'a line\n');
});

test('a library keeps nothing for tasks that have ended', async () => {
  const round = async (count) => {
    for (let i = 0; i < count; i += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_, n) => (n % 2 ? call('greet', 'you') : failure('fail_value', n))),
      );
    return call('bytes_in_use');
  };
  const early = await round(500),
    late = await round(10_000);
  assert.ok(late <= early + 1024, `in use after 500: ${early} bytes, after 10,000 more: ${late} bytes`);
});
