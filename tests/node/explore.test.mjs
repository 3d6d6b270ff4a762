// explore() and load({ seed }): the schedule under which a program fails, looked for from JavaScript.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { explore, load } from '../../build/wasm/asyncio.mjs';
import { command, output, root, within } from './support.mjs';

const FOLDER = 'build/node-seeds';
let races;

before(async () => {
  const { status, stderr } = await command('wasm/build/build.mjs', [
    '--quiet',
    '--dir',
    FOLDER,
    'tests/unit/programs/races.c',
  ]);
  assert.equal(status, 0, stderr);
  races = await WebAssembly.compile(readFileSync(join(root, FOLDER, 'races.wasm')));
});

async function run(how, seed) {
  const printed = output(),
    program = await load(races, { args: ['races', how], clock: 'virtual', seed, ...printed.options });
  try {
    return { seed, status: await within('run()', program.run()), crash: undefined, ...printed.texts };
  } catch (crash) {
    return { seed, status: undefined, crash: crash.message, ...printed.texts };
  }
}

test('the first run that fails comes back, and its seed is the same run again', async () => {
  const failed = await explore(races, { args: ['races', 'race'] });
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /AssertionError: counter is 2/);
  assert.deepEqual(await run('race', failed.seed), failed);
  assert.equal((await run('race', 0)).status, 0);
  assert.equal((await run('race')).status, 0);
});

test('a crash is a failure, and names the seed', async () => {
  const failed = await explore(races, { args: ['races', 'assert'] });
  assert.equal(failed.status, undefined);
  assert.match(failed.crash.message, new RegExp(`trapped in task Task-1 \\(.*\\), seed ${failed.seed}`));
  assert.match(failed.stderr, /counter == 3/);
});

test('first and seeds say which are tried; a right program fails under none', async () => {
  const { seed } = await explore(races, { args: ['races', 'race'] }),
    tried = [];
  const options = { args: ['races', 'race'], running: (program) => tried.push(program.state) };
  assert.equal(await explore(races, { ...options, seeds: seed - 1 }), undefined);
  assert.deepEqual(tried, Array(seed - 1).fill('new'));
  assert.equal((await explore(races, { ...options, first: seed, seeds: 1 })).seed, seed);
  assert.equal(await explore(races, { args: ['races', 'right'], seeds: 200 }), undefined);
});
