// The Makefile: what it would do again, and what it says of itself. Everything is built before tests run.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execute } from '../groups/support.mjs';

/** make as a user calls it: not as a part of the make that runs these tests. */
async function make(...args) {
  const { status, stdout, stderr } = await execute('make', ['--no-print-directory', ...args], {
    env: { MAKEFLAGS: '', MAKELEVEL: '', MFLAGS: '' },
  });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout;
}

/** What would be compiled, copied and installed if these files had just changed. */
async function plan(...changed) {
  const told = await make('--dry-run', ...changed.flatMap((file) => ['-W', file]), 'wasm', 'native');
  return [...told.matchAll(/-c (src\/\S+)|cp (\S+)|npm (ci)|(apt-get)/g)]
    .map((found) => found.slice(1).find(Boolean))
    .sort();
}

test('what has not changed is not built again', async () => assert.deepEqual(await plan(), []));

// native, with the sanitizers, for WebAssembly, small, and without tools
test('a source of the library leads to its builds', async () =>
  assert.deepEqual(await plan('src/core/loop.c'), [
    'src/native.c',
    'src/native.c',
    'src/wasm.c',
    'src/wasm.c',
    'src/wasm_lean.c',
  ]));

test('a module of the loader is copied, and that is all', async () =>
  assert.deepEqual(await plan('wasm/loader/driver.mjs'), ['wasm/loader/driver.mjs']));

test('help lists what there is to do', async () => {
  const listed = [...(await make('help')).matchAll(/^ {2}(\S+) {2,}\S/gm)].map(([, name]) => name);
  for (const name of [
    'help',
    'play',
    'test',
    'wasm',
    'native',
    'web',
    'package',
    'run',
    'run-native',
    'bench',
    'clean',
    'setup',
  ])
    assert.ok(listed.includes(name), `${name} is not in ${listed.join(' ')}`);
});

test('clean removes what was built, and nothing else', async () =>
  assert.equal(await make('--dry-run', 'clean'), 'rm -rf build\n'));
