// Guest mode: a loop of the page's own, which counts frames, decides when a program goes on, and what time it is.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { counted } from './counted-timers.mjs';
import { load } from '../../build/wasm/asyncio.mjs';
import { built, hook, macrotask, output } from './support.mjs';

const FRAMES_A_SECOND = 50;

/** The foreign loop: calls back what is due, once a frame, when step() is called. */
class Frames {
  frame = 0;
  most = 0; // requests that were there at once
  #waiting = new Set();

  host = {
    now: () => this.frame / FRAMES_A_SECOND,
    schedule: (tick, seconds) => {
      const request = { tick, at: this.frame + seconds * FRAMES_A_SECOND };
      this.#waiting.add(request);
      this.most = Math.max(this.most, this.#waiting.size);
      return () => this.#waiting.delete(request);
    },
  };

  get waiting() {
    return this.#waiting.size;
  }

  step() {
    this.frame++;
    for (const request of [...this.#waiting]) {
      if (request.at > this.frame) continue;
      this.#waiting.delete(request);
      request.tick();
    }
  }

  /** How many frames go by until the condition holds. */
  async until(condition, limit = 10_000) {
    const begin = this.frame;
    while (!condition()) {
      assert.ok(this.frame - begin < limit, 'it never happens');
      this.step();
      await macrotask(); // promises are heard
    }
    return this.frame - begin;
  }
}

let modes, library;

before(async () => {
  modes = await WebAssembly.compile(readFileSync(await built('modes')));
  library = await WebAssembly.compile(readFileSync(await built('border')));
});

test('a program goes on in frames, by their clock, and sets no timer itself', async () => {
  const frames = new Frames(),
    printed = output();
  const program = await load(modes, { args: ['modes', 'sleepers'], ...printed.options, ...frames.host });
  counted.reset();
  let status;
  program.run().then((value) => {
    status = value;
  });
  await frames.until(() => status !== undefined);
  assert.equal(status, 0);
  const order = printed.texts.stdout
    .trim()
    .split('\n')
    .map((line) => parseInt(line, 10));
  assert.deepEqual(
    order,
    [...order].sort((a, b) => a - b),
  );
  assert.equal(order.length, 15);
  assert.doesNotMatch(printed.texts.stdout, /EARLY/);
  assert.deepEqual([counted.everArmed, frames.most, frames.waiting], [0, 1, 0]);
});

test('while no frame comes, nothing goes on', async () => {
  const frames = new Frames(),
    printed = output();
  const program = await load(modes, { args: ['modes', 'hello'], ...printed.options, ...frames.host });
  let status;
  program.run().then((value) => {
    status = value;
  });
  for (let i = 0; i < 20; i++) await macrotask();
  assert.deepEqual([printed.texts.stdout, status, frames.waiting], ['hello\n', undefined, 1]);
  await frames.until(() => status !== undefined);
  assert.equal(printed.texts.stdout, 'hello\nworld\n');
});

test('calls of a library are steps of frames too; a promise that is settled asks for one at once', async () => {
  const frames = new Frames();
  hook();
  const program = await load(library, frames.host),
    order = [];
  const slow = program.call('sleep_ms', 400).then(() => order.push('slow')),
    quick = program.call('sleep_ms', 100).then(() => order.push('quick'));
  assert.equal(frames.waiting, 1);
  assert.ok((await frames.until(() => order.length === 1)) >= 5);
  assert.deepEqual(order, ['quick']);
  assert.ok((await frames.until(() => order.length === 2)) >= 14);
  await Promise.all([slow, quick]);
  assert.deepEqual([order, frames.most, frames.waiting], [['quick', 'slow'], 1, 0]);
});

test('a tick that comes too early does no harm', async () => {
  const frames = new Frames(),
    ticks = [];
  const { now } = frames.host,
    schedule = (tick, seconds) => {
      ticks.push({ tick, seconds });
    };
  const program = await load(library, { now, schedule });
  let done = false;
  const call = program.call('sleep_ms', 100).then(() => {
    done = true;
  });
  for (let i = 0; i < 10 && !done; i++) {
    ticks.at(-1).tick();
    await macrotask();
  }
  assert.equal(done, false);
  frames.frame = FRAMES_A_SECOND;
  ticks[0].tick(); // one that is void by now
  await macrotask();
  assert.equal(done, false);
  ticks.at(-1).tick();
  ticks.at(-1).tick();
  await call;
});
