// Time: one timer, one tick, the time budget, deadlines that are kept in order and never early, and the virtual clock.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers';
import { before, beforeEach, describe, test } from 'node:test';
import { counted } from './counted-timers.mjs';
import { CancelledError, load } from '../../build/wasm/asyncio.mjs';
import {
  built,
  command,
  deferred,
  hook,
  macrotask,
  output,
  rejection,
  temporaryFolder,
  until,
  within,
} from './support.mjs';

const LOADER = new URL('../../build/wasm/asyncio.mjs', import.meta.url).href;
const files = {};
let modes, library;

before(async () => {
  for (const name of ['modes', 'border']) files[name] = await built(name);
  modes = await WebAssembly.compile(readFileSync(files.modes));
  library = await WebAssembly.compile(readFileSync(files.border));
});

beforeEach(() => counted.reset());

async function start(scenario, options = {}) {
  const printed = output(),
    program = await load(modes, { args: ['modes', scenario], ...printed.options, ...options });
  return { program, printed, status: within(`run() of ${scenario}`, program.run()) };
}

const assertQuiet = (when) =>
  assert.deepEqual({ when, armed: counted.armed, ticks: counted.ticks }, { when, armed: 0, ticks: 0 });

describe('one timer, one tick', () => {
  test('two hundred sleeping tasks need one timer at a time, and none is left', async () => {
    const { status } = await start('many-timers');
    assert.equal(await status, 0);
    assert.ok(counted.most.armed === 1 && counted.most.ticks <= 1, JSON.stringify(counted.most));
    assertQuiet('after the end');
  });

  test('a hundred calls, promises and sleeps at once need one of each', async () => {
    const program = await load(library);
    hook({ answer: async () => 1 });
    await within(
      'the calls',
      Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          i % 3
            ? program.call('sleep_ms', i % 7)
            : i % 2
              ? program.call('await_number', 'answer')
              : program.call('take_turns', 50),
        ),
      ),
    );
    assert.ok(counted.most.armed <= 1 && counted.most.ticks <= 1, JSON.stringify(counted.most));
    assertQuiet('when all is done');
  });

  test('a hundred promises under one timeout need one timer', async () => {
    hook({ answer: async () => {} });
    const { status } = await start('promises-under-a-timeout');
    assert.equal(await status, 0);
    assert.equal(counted.everArmed, 1);
    assertQuiet('after the end');
  });

  test('a timer that is not needed any more is cleared', async () => {
    const { asked } = hook({ end: new Promise(() => {}) });
    const program = await load(modes, { args: ['modes', 'cancel-timers'], ...output().options });
    program.run(); // which it never ends: nobody is to wait for that
    await until('main() to wait for a promise', () => asked.includes('end'));
    await macrotask();
    assertQuiet('while only a promise is waited for');
  });

  test('the timer of a cancelled call is cleared', async () => {
    const program = await load(library),
      promise = program.call('sleep_ms', 3_600_000),
      ended = rejection(promise);
    await until('the timer to be armed', () => counted.armed === 1);
    promise.cancel();
    assert.ok((await ended) instanceof CancelledError);
    await macrotask();
    assertQuiet('after the cancel');
  });

  test('timers that are left over when main() ends are cleared', async () => {
    const { status } = await start('leave-timers');
    assert.equal(await status, 0);
    assertQuiet('after the end');
  });

  test('the timer goes when the program crashes', async () => {
    const program = await load(library),
      sleeping = rejection(program.call('sleep_ms', 3_600_000));
    await until('the timer to be armed', () => counted.armed === 1);
    await rejection(program.call('crash', 'trap'));
    await sleeping;
    assertQuiet('after the crash');
  });

  test('a program that computes and awaits promises arms no timer at all', async () => {
    const program = await load(library);
    hook({ answer: async () => 1 });
    await within('the calls', Promise.all([program.call('await_number', 'answer'), program.call('take_turns', 1000)]));
    assert.equal(counted.everArmed, 0);
  });

  for (const [name, text] of [
    [
      'a program with timers left over',
      `
      const program = await load(await readFile(process.argv[2]), { args: ['modes', 'leave-timers'] });
      console.log(await program.run());`,
    ],
    [
      'a library after a cancelled call',
      `
      const program = await load(await readFile(process.argv[3])), promise = program.call('sleep_ms', 3_600_000);
      setTimeout(() => promise.cancel(), 5);
      console.log(await promise.catch((error) => 0));`,
    ],
    [
      'a library with a call that waits for ever',
      `
      globalThis.hooks = { tell() {} };
      const program = await load(await readFile(process.argv[3]));
      program.call('wait_for_ever');
      console.log(await program.call('add_one', -1));`,
    ],
  ])
    test(`Node can end: ${name}`, async (t) => {
      const script = join(temporaryFolder(t), 'script.mjs');
      writeFileSync(
        script,
        `import { readFile } from 'node:fs/promises';
        import { load } from ${JSON.stringify(LOADER)};${text}\n`,
      );
      const { status, signal, stdout, stderr } = await command(script, [files.modes, files.border]);
      assert.deepEqual({ status, signal, stdout, stderr }, { status: 0, signal: null, stdout: '0\n', stderr: '' });
    });
});

describe('the time budget', () => {
  test("a library's task that never waits lets timers of Node run", async () => {
    const { told } = hook(),
      program = await load(library),
      promise = program.call('turn_for_ever'),
      ended = rejection(promise);
    await until('it to turn', () => told.includes('turning'));
    await within(
      'five timeouts',
      (async () => {
        for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 1));
      })(),
    );
    assert.equal(promise.done, false);
    promise.cancel();
    await ended;
  });

  test('so does a task of a program with main()', async () => {
    const end = deferred(),
      { told } = hook({ end: end.promise }),
      { status } = await start('turn');
    await until('it to turn', () => told.includes('turning'));
    await within(
      'five timeouts',
      (async () => {
        for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 1));
      })(),
    );
    end.resolve();
    assert.equal(await status, 0);
  });

  test('holds when the tasks compute: JavaScript is heard after some 8 ms of work', async () => {
    let steps = 0,
      longest = 0;
    const end = deferred();
    hook({ end: end.promise, hooks: { tell: () => steps++ } });
    const { status } = await start('busy');
    for (let i = 0; i < 6; i++) {
      const seen = steps;
      await within('Node to come round', macrotask());
      longest = Math.max(longest, steps - seen);
    }
    end.resolve();
    assert.equal(await status, 0);
    assert.ok(longest > 0, 'the tasks ran');
    assert.ok(
      longest <= 20,
      `JavaScript waited for ${longest} steps of 1 ms or more each, where 8 would use up the budget`,
    );
  });

  test('an endless chain of settled promises does not starve timers either', async () => {
    let over = false;
    hook({ answer: async () => 1 });
    const program = await load(library);
    const chain = (async () => {
      while (!over) await program.call('await_number', 'answer');
    })();
    await within('a timeout', new Promise((resolve) => setTimeout(resolve, 1)));
    over = true;
    await within('the chain', chain);
  });
});

describe('deadlines', () => {
  test('are never early, on the real clock', async () => {
    const { status, printed } = await start('sleepers');
    assert.equal(await status, 0);
    assert.equal(printed.texts.stdout.split('\n').length, 16, printed.texts.stdout);
    assert.doesNotMatch(printed.texts.stdout, /EARLY/);
  });

  test('are never early, even if the timers of JavaScript are', async () => {
    counted.hurry = true;
    const { status, printed } = await start('sleepers');
    assert.equal(await status, 0);
    assert.doesNotMatch(printed.texts.stdout, /EARLY/);
  });

  for (const clock of /** @type {const} */ (['real', 'virtual']))
    test(`are kept in order, equal ones in the order in which they were set (${clock} clock)`, async () => {
      const { told } = hook(),
        program = await load(library, { clock });
      await within('the timers', program.call('timers_in_pairs'));
      assert.deepEqual(told, ['10 first', '10 second', '10 third', '15', '20 first', '20 second']);
    });

  test('in equal sleeps are kept in order on the virtual clock', async () => {
    const { status, printed } = await start('sleepers', { clock: 'virtual' });
    assert.equal(await status, 0);
    assert.deepEqual(
      printed.texts.stdout.trimEnd().split('\n').map(parseFloat),
      [0, 1, 2, 3, 5, 7, 10, 10, 11, 13, 17, 20, 20, 30, 30],
    );
  });

  test('farther away than a timer of JavaScript can count are waited for in parts', async () => {
    const program = await load(library),
      promise = program.call('sleep_ms', 2 ** 31 - 1),
      longer = program.call('sleep_and_tell', '1e12');
    const ended = [rejection(promise), rejection(longer)];
    await until('the timer to be armed', () => counted.armed === 1);
    promise.cancel();
    await ended[0];
    await until('the timer to be armed again', () => counted.armed === 1);
    longer.cancel();
    await ended[1];
    assert.ok(
      counted.delays.every((delay) => delay >= 0 && delay <= 2 ** 31 - 1),
      `delays: ${counted.delays}`,
    );
    assert.ok(
      counted.delays.every((delay) => delay > 1e9),
      `delays: ${counted.delays}`,
    );
  });
});

describe('the virtual clock', () => {
  test('jumps over hours, and waits for promises in between', async () => {
    const later = deferred(),
      { asked } = hook({ promise: () => later.promise });
    const { status, printed } = await start('hours', { clock: 'virtual' });
    await until('the promise to be awaited', () => asked.length === 1);
    assert.equal(printed.texts.stdout, 'slept 3600, in full\n');
    setTimeout(() => later.resolve('fulfilled in real time'), 3);
    assert.equal(await status, 0);
    assert.equal(
      printed.texts.stdout,
      'slept 3600, in full\nfulfilled in real time\nslept 7200, in full\nslept 0, in full\nfulfilled in real time\n',
    );
  });

  test('works for the calls of a library', async () => {
    const { told } = hook(),
      program = await load(library, { clock: 'virtual' });
    const day = program.call('sleep_and_tell', '86400000 day'),
      hour = program.call('sleep_and_tell', '3600000 hour');
    await within('a day', day);
    await hour;
    assert.deepEqual(told, ['3600000 hour', '86400000 day']);
    assert.equal(counted.everArmed, 0);
  });

  test('does not wait for a promise that was cancelled and is never settled', async () => {
    const { told } = hook({ never: new Promise(() => {}) }),
      program = await load(library, { clock: 'virtual' });
    assert.equal(await within('the cancel', program.call('cancel_waiter', 'never')), 'CancelledError(enough)');
    await within('an hour', program.call('sleep_and_tell', '3600000 hour'));
    assert.deepEqual(told, ['3600000 hour']);
    assert.equal(counted.everArmed, 0);
  });

  test('does not jump over a promise that is under way', async () => {
    const later = deferred(),
      { told, asked } = hook({ later: later.promise }),
      program = await load(library, { clock: 'virtual' });
    const text = program.call('await_text', 'later');
    await until('the promise to be awaited', () => asked.length === 1);
    const sleeping = program.call('sleep_and_tell', '3600000 an hour'),
      ended = rejection(sleeping);
    for (let i = 0; i < 10; i++) await macrotask();
    assert.deepEqual(told, []);
    sleeping.cancel();
    await ended;
    later.resolve('text');
    assert.equal(await within('the text', text), 'text');
  });
});
