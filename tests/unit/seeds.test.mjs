// `make run` and `make run-native` with SEED and EXPLORE: the same seeds fail in both, and a seed is the same run, byte
// for byte.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { difference, execute } from '../groups/support.mjs';
import { checkChrome, checkEvents } from './trace-rules.mjs';

const TARGETS = ['run', 'run-native'];

function make(target, ...settings) {
  const env = { MAKEFLAGS: '', MAKELEVEL: '', MFLAGS: '', ASYNCIO_CLOCK: '', ASYNCIO_TRACE: '', ASYNCIO_SEED: '' };
  return execute('make', ['--no-print-directory', target, 'FILE=tests/unit/programs/races.c', ...settings], {
    env,
    limit: 240,
  });
}

const failingSeed = (text) => Number(/asyncio: seed (\d+) of \d+ fails/.exec(text)?.[1]);

for (const target of TARGETS)
  describe(`make ${target}`, () => {
    test('EXPLORE finds a lost update, which SEED replays', async () => {
      const found = await make(target, 'ARGS=race', 'EXPLORE=100'),
        seed = failingSeed(found.stderr);
      assert.equal(found.status, 1, found.stderr);
      assert.match(found.stdout, /^(\d has added\n){3}$/);
      assert.match(
        found.stderr,
        new RegExp(
          'AssertionError: counter is 2\n' +
            `asyncio: seed ${seed} of 100 fails, with status 1: replay it with SEED=${seed} `,
        ),
      );
      const replayed = await make(target, 'ARGS=race', `SEED=${seed}`);
      assert.deepEqual([replayed.status, replayed.stdout], [1, found.stdout]);
      assert.match(replayed.stderr, /AssertionError: counter is 2\n$/);
      assert.equal((await make(target, 'ARGS=race', 'CLOCK=virtual')).status, 0, 'without a seed nothing is lost');
    });

    test('EXPLORE finds a deadlock, and tells it', async () => {
      const { status, stderr } = await make(target, 'ARGS=deadlock', 'EXPLORE=100');
      assert.equal(status, 1);
      assert.match(stderr, /^asyncio: deadlock.*cycle: .*RuntimeError: deadlock.*\nasyncio: seed \d+ of 100 fails/s);
    });

    test('EXPLORE finds an assert() that fails', async () => {
      const { status, stderr } = await make(target, 'ARGS=assert', 'EXPLORE=100');
      assert.equal(status, 134, stderr);
      assert.match(stderr, /counter == 3.*\nasyncio: seed \d+ of 100 fails, with status 134/s);
    });

    test('EXPLORE of a right program ends well and prints nothing of it', async () => {
      const { status, stdout, stderr } = await make(target, 'ARGS=right', 'EXPLORE=100');
      assert.deepEqual([status, stdout, stderr], [0, '', 'asyncio: none of 100 seeds fails\n']);
    });

    for (const wrong of ['0', '-1', 'many'])
      test(`EXPLORE=${wrong} is refused`, async () => {
        const { status, stderr } = await make(target, `EXPLORE=${wrong}`);
        assert.equal(status, 2);
        assert.match(stderr, /a number of seeds above 0/);
      });

    test('SEED that is none is told of', async () => {
      assert.match((await make(target, 'SEED=x')).stderr, /a number from 1 to 2147483647/);
    });
  });

test('the same seed is the first that fails in both', async () => {
  const [wasm, native] = await Promise.all(TARGETS.map((target) => make(target, 'ARGS=race', 'EXPLORE=100')));
  assert.ok(failingSeed(wasm.stderr) > 0);
  assert.equal(failingSeed(wasm.stderr), failingSeed(native.stderr));
  assert.equal(wasm.stdout, native.stdout);
});

describe('the trace of a seed', () => {
  let folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'asyncio-wasm-'));
    await Promise.all(TARGETS.map((target) => make(target))); // so that neither is built twice at once
  });

  const traced = (target, how, seed, ending) => {
    const file = join(folder, `${how}-${seed}-${target}.${ending}`);
    return make(target, `ARGS=${how}`, `SEED=${seed}`, `TRACE=${file}`).then(() => readFileSync(file, 'utf8'));
  };

  for (const how of ['race', 'right', 'deadlock'])
    test(`is the same natively and in WebAssembly, byte for byte (${how})`, async () => {
      const seen = new Set();
      for (const seed of [1, 2, 3, 2147483647]) {
        const wasm = await traced('run', how, seed, 'jsonl'),
          native = await traced('run-native', how, seed, 'jsonl');
        assert.equal(difference(wasm, native), undefined);
        assert.equal(checkEvents(native), undefined);
        assert.match(native, new RegExp(`"ev":"seed","loop":\\d+,"seed":${seed},"jitter":0.02\\}`));
        seen.add(native.replace(/.*"ev":"seed".*/, ''));
      }
      assert.ok(seen.size > 1, 'seeds that all do the same are none');
    });

  test("is the same in Chrome's format", async () => {
    const wasm = await traced('run', 'race', 5, 'json'),
      native = await traced('run-native', 'race', 5, 'json');
    assert.equal(difference(wasm, native), undefined);
    assert.equal(checkChrome(native), undefined);
  });
});
