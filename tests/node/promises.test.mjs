// C awaits JavaScript: promises, their values, their rejections, and functions that throw.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import * as asyncio from '../../build/wasm/asyncio.mjs';
import { built, deferred, elsewhere, hook, macrotask, output, rejection, until, within } from './support.mjs';

const { load } = asyncio;
let module, program, printed;

before(async () => {
  module = await WebAssembly.compile(readFileSync(await built('border')));
});

beforeEach(async () => {
  printed = output();
  program = await load(module, printed.options);
});

const call = (...parameters) => within(`call(${parameters[0]})`, program.call(...parameters));

describe('fulfilment', () => {
  test('with a number', async () => {
    hook({ answer: Promise.resolve(42) });
    assert.equal(await call('await_number', 'answer'), 42);
  });

  for (const [given, wanted] of [
    [0.1, 'value 0.10000000000000001'],
    [-0, 'value -0'],
    [0, 'value 0'],
    [Infinity, 'value inf'],
    [true, 'value 1'],
    ['12', 'value 12'],
    ['no number', 'value nan'],
    [undefined, 'NULL nan'],
    [null, 'NULL nan'],
  ])
    test(`with ${inspect(given)} as a number`, async () => {
      hook({ answer: Promise.resolve(given) });
      assert.equal(await call('await_number_text', 'answer'), wanted);
    });

  for (const text of ['plain', '', 'grüße, 世界 🙂', 'x'.repeat(100_000)])
    test(`with a string of ${text.length} characters (${JSON.stringify(text.slice(0, 12))})`, async () => {
      hook({ answer: Promise.resolve(text) });
      assert.equal(await call('await_text', 'answer'), text);
    });

  for (const [name, given, wanted] of [
    ['a Uint8Array', new Uint8Array([1, 0, 255]), 'bytes 3: 1 0 255'],
    ['a view into the middle of a buffer', new Uint8Array([9, 1, 2, 9]).subarray(1, 3), 'bytes 2: 1 2'],
    ['a DataView', new DataView(new Uint8Array([4, 5]).buffer), 'bytes 2: 4 5'],
    ['an ArrayBuffer', new Uint8Array([7, 8]).buffer, 'bytes 2: 7 8'],
    ['no bytes', new Uint8Array(0), 'bytes 0:'],
    ['a string', 'aé', 'bytes 3: 97 195 169'],
    ['an object that has none', { a: 1 }, 'NULL 0:'],
    ['undefined', undefined, 'NULL 0:'],
  ])
    test(`with ${name} as bytes`, async () => {
      hook({ answer: Promise.resolve(given) });
      assert.equal(await call('await_bytes', 'answer'), wanted);
    });

  test('with an object, kept behind a handle and given back as the same one', async () => {
    const value = { some: 'object' };
    hook({ answer: Promise.resolve(value) });
    assert.equal(await call('await_value', 'answer'), value);
  });

  test('values made in C arrive in JavaScript', async () => {
    const sent = [];
    hook({ hooks: { send: (value, bytes) => sent.push([value, [...bytes]]) } });
    await call('send_values');
    assert.deepEqual(sent, [
      ['grüße', []],
      [0.5, [0]],
      [new Uint8Array([0, 1, 254, 255]), [0, 1]],
      [undefined, [0, 1, 254]],
    ]);
  });

  test('a promise that is settled already, and one that is settled much later', async () => {
    const later = deferred();
    hook({ now: Promise.resolve(1), later: later.promise });
    const pending = call('await_number', 'later');
    assert.equal(await call('await_number', 'now'), 1);
    for (let i = 0; i < 5; i++) await macrotask();
    later.resolve(2);
    assert.equal(await pending, 2);
  });

  test('what is no promise, and a thenable', async () => {
    hook({ plain: () => 5, thenable: { then: (resolve) => resolve(6) } });
    assert.equal(await call('await_number', 'plain'), 5);
    assert.equal(await call('await_number', 'thenable'), 6);
  });

  test('the same promise awaited by three', async () => {
    const later = deferred();
    hook({ answer: later.promise });
    const pending = call('await_thrice', 'answer');
    await macrotask();
    later.resolve('once');
    assert.equal(await pending, 'once once once');
  });
});

describe('asked for later', () => {
  const pause = () => macrotask().then(macrotask);

  test('promises that were fulfilled before C asked for them', async () => {
    hook({ pause, hooks: { askNumber: async (n) => n } });
    assert.equal(await call('await_late'), 4950);
    assert.equal(await call('await_late'), 4950);
  });

  const skip = elsewhere && 'what nobody handles goes to the test runner';
  test('one that was rejected before: JavaScript hears that nobody handles it, and C gets it', { skip }, async () => {
    const before = process.listeners('unhandledRejection'),
      told = [],
      error = new RangeError('early');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', (reason) => told.push(reason));
    try {
      hook({ pause, failing: () => Promise.reject(error) });
      assert.equal(await rejection(program.call('await_late_passed', 'failing')), error);
      assert.deepEqual(told, [error]);
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of before) process.on('unhandledRejection', listener);
    }
  });

  test('one that is never asked for does no harm', async () => {
    const later = deferred();
    hook({ pause: new Promise(() => {}), later: later.promise });
    const task = program.call('await_late_passed', 'later'),
      cancelled = rejection(task);
    await macrotask();
    task.cancel();
    assert.ok((await cancelled) instanceof asyncio.CancelledError, String(await cancelled));
    later.resolve();
    await macrotask();
    hook({ answer: Promise.resolve(42) });
    assert.equal(await call('await_number', 'answer'), 42);
  });

  test('the same promise asked for twice is an error that says what to do', async () => {
    hook({ answer: Promise.resolve('once') });
    assert.equal(
      await call('claim_twice', 'answer'),
      'asyncio_from_promise() was given this promise before: keep the future that it gave; once',
    );
  });
});

describe('many at once', () => {
  const ask = () => {
    const waiting = [];
    hook({ hooks: { askNumber: (n) => (waiting[n] = deferred()).promise } });
    return waiting;
  };

  test('gather gives the results in order, whatever the order of fulfilment', async () => {
    const waiting = ask(),
      pending = call('gather_numbers', 10);
    await until(
      '10 promises',
      () => waiting.length === 10,
      () => `(${waiting.length})`,
    );
    for (const n of [3, 9, 0, 1, 8, 2, 7, 6, 4, 5]) {
      waiting[n].resolve(n * n);
      if (n % 2) await macrotask();
    }
    assert.equal(await pending, '0 1 4 9 16 25 36 49 64 81');
  });

  test('tasks go on in the order in which their promises are fulfilled', async () => {
    const waiting = [],
      told = [];
    hook({ hooks: { askNumber: (n) => (waiting[n] = deferred()).promise, tell: (text) => told.push(text) } });
    const pending = call('tell_numbers', 5);
    await until(
      '5 promises',
      () => waiting.length === 5,
      () => `(${waiting.length})`,
    );
    for (const n of [4, 0, 3]) {
      waiting[n].resolve(n + 10);
      await macrotask();
    }
    waiting[2].resolve(12);
    waiting[1].resolve(11);
    await pending;
    assert.deepEqual(told, ['4: 14', '0: 10', '3: 13', '2: 12', '1: 11']);
  });

  test('one rejection goes through gather at once; the others are fulfilled in peace', async () => {
    const waiting = ask(),
      pending = rejection(program.call('gather_numbers', 3)),
      error = new Error('the second');
    await until(
      '3 promises',
      () => waiting.length === 3,
      () => `(${waiting.length})`,
    );
    waiting[1].reject(error);
    assert.equal(await pending, error);
    waiting[0].resolve(0);
    waiting[2].reject(new Error('nobody waits for this one'));
    await macrotask();
    hook({ answer: 1 });
    assert.equal(await call('await_number', 'answer'), 1);
  });

  test('ten thousand promises leave no memory taken', async () => {
    hook({ answer: () => Promise.resolve('some text') });
    const round = async (count) => {
      for (let i = 0; i < count; i += 100)
        await Promise.all(Array.from({ length: 100 }, () => call('await_text', 'answer')));
      return call('bytes_in_use');
    };
    const early = await round(500),
      late = await round(10_000);
    assert.ok(late <= early + 1024, `in use after 500: ${early} bytes, after 10,000 more: ${late} bytes`);
  });
});

describe('rejection', () => {
  class ConnectionResetError extends Error {
    get name() {
      return 'ConnectionResetError';
    }
  }
  const timeout = Object.assign(new Error('too late'), { name: 'TimeoutError' });

  for (const [name, reason, wanted] of [
    ['an Error named like an exception', timeout, 'TimeoutError(too late) with its Error'],
    ['an Error of a class of that name', new ConnectionResetError('gone'), 'ConnectionResetError(gone) with its Error'],
    ['a TypeError, which both languages have', new TypeError('no function'), 'TypeError(no function) with its Error'],
    ['an Error that Python knows nothing of', new RangeError('out'), 'JsError(RangeError: out) with its Error'],
    ['a plain Error', new Error('plain'), 'JsError(Error: plain) with its Error'],
    ['an Error without a message', new TypeError(), 'TypeError() with its Error'],
    ['an error class of asyncio.mjs', new asyncio.KeyError('k'), 'KeyError(k) with its Error'],
    ['a string', 'just text', 'JsError(Error: just text) with its Error'],
    ['a number', 7, 'JsError(Error: 7) with its Error'],
    ['an abort', new DOMException('stopped', 'AbortError'), 'CancelledError(stopped) with its Error'],
    ['a timeout of the DOM', new DOMException('late', 'TimeoutError'), 'TimeoutError(late) with its Error'],
  ])
    test(`with ${name} becomes an exception`, async () => {
      hook({ answer: () => Promise.reject(reason) });
      assert.equal(await call('await_caught', 'answer'), wanted);
    });

  for (const reason of [undefined, null])
    test(`with ${reason} becomes an exception`, async () => {
      hook({ answer: () => Promise.reject(reason) });
      assert.match(await call('await_caught', 'answer'), /^JsError\(.*\) with its Error$/);
    });

  test('a long message is kept whole', async () => {
    const message = 'ö'.repeat(1000);
    hook({ answer: () => Promise.reject(new TypeError(message)) });
    assert.equal(await call('await_caught', 'answer'), `TypeError(${message}) with its Error`);
  });

  test('a long message of an Error without a counterpart is kept whole', async () => {
    const message = 'ö'.repeat(1000);
    hook({ answer: () => Promise.reject(new RangeError(message)) });
    assert.equal(await call('await_caught', 'answer'), `JsError(RangeError: ${message}) with its Error`);
  });

  for (const coroutine of ['await_passed', 'await_passed_far', 'await_reraised'])
    test(`the very same Error comes out of call() again (${coroutine})`, async () => {
      hook({ answer: () => Promise.reject(timeout) });
      assert.equal(await rejection(program.call(coroutine, 'answer')), timeout);
    });

  test('what is thrown need not be an Error: the same comes out again', async () => {
    const thrown = { not: 'an Error' };
    hook({ answer: () => Promise.reject(thrown) });
    assert.equal(await rejection(program.call('await_passed', 'answer')), thrown);
  });

  test('an async function that throws before its first await', async () => {
    const error = new Error('at once');
    hook({
      answer: () => {
        throw error;
      },
    });
    assert.equal(await rejection(program.call('await_passed', 'answer')), error);
  });

  test('of a promise whose future was dropped is told, as asyncio does', async () => {
    const later = deferred();
    hook({ answer: later.promise });
    await call('await_dropped', 'answer');
    later.reject(new Error('nobody looks'));
    await until(
      'a report',
      () => printed.texts.stderr.includes('nobody looks'),
      () => JSON.stringify(printed.texts.stderr),
    );
    assert.match(printed.texts.stderr, /exception was never retrieved/);
  });
});

describe('a function that is not async', () => {
  test('gives its number', async () => {
    assert.equal(await call('call_twice', 21), 42);
  });

  test('throws: the Error is pending in C, and comes out again as the same kind and message', async () => {
    const error = await rejection(program.call('call_twice', -1));
    assert.ok(error instanceof RangeError, `${error}`);
    assert.equal(error.message, 'negative: -1');
  });

  test('throws: C takes it by its type', async () => {
    assert.equal(await call('call_twice_caught', 2000), 'TimeoutError(too slow)');
    assert.equal(await call('call_twice_caught', -1), 'JsError(RangeError: negative: -1)');
  });
});

test('a function may have a name that the C library has too', async () => {
  const named = await load(readFileSync(await built('names')));
  hook({ hooks: { send: (number) => number + 1, read: async () => 'from JavaScript' } });
  assert.equal(await within('send()', named.call('call_send', 1)), 2);
  assert.equal(await within('read()', named.call('call_read')), 'from JavaScript');
});

test('the functions module can be given instead of the text in the program', async () => {
  const file = (await built('border')).replace(/\.wasm$/, '.functions.mjs');
  const { default: functions } = await import(file);
  const strict = await load(module, { functions });
  hook({ answer: Promise.resolve('through a module') });
  assert.equal(await within('the text', strict.call('await_text', 'answer')), 'through a module');
});
