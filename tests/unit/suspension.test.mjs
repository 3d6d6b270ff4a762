// What must not happen to a build: that it goes through and the program then never suspends. The tests of coro.c show
// that a good build does.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { build, execute, filesIn } from '../groups/support.mjs';

/** Builds tests/unit/programs/NAME.c, which is not there before. */
async function make(name) {
  const output = join(build, 'programs', `${name}.wasm`);
  rmSync(output, { force: true });
  const args = ['wasm/build/build.mjs', '--quiet', '-Isrc', '-o', output, `tests/unit/programs/${name}.c`];
  const outcome = await execute(process.execPath, args, { limit: 120 });
  return { ...outcome, output };
}

describe('a build is refused in which suspension would be broken', () => {
  for (const [where, name] of [
    ['everywhere', 'inlined'],
    ['in one place', 'inlined_once'],
  ])
    test(`asyncio__suspend is inlined ${where}`, async () => {
      const { status, stderr, output } = await make(name);
      assert.equal(status, 1, stderr);
      assert.match(stderr, /asyncio__suspend|coro_resume|inlined_copy/);
      assert.ok(!existsSync(output), 'no program is left that looks like one');
    });

  test('a function suspends that the pass is told never does', async () => {
    const { status, stderr, output } = await make('listed');
    assert.equal(status, 1, stderr);
    assert.match(stderr, /trace_that_sleeps may suspend/);
    assert.ok(!existsSync(output), 'no program is left that looks like one');
  });
});

test('a program that uses nothing that suspends is built and run all the same', async () => {
  const { status, stderr, output } = await make('plain');
  assert.equal(status, 0, stderr);
  const outcome = await execute(process.execPath, [join(build, 'wasm/cli/run.mjs'), output]);
  assert.deepEqual([outcome.status, outcome.stdout], [5, 'plain\n']);
});

test('no program that was built still imports anything from asyncify', () => {
  const files = filesIn('build/unit', '.wasm').filter((file) => !file.endsWith('.linked.wasm'));
  assert.ok(files.length > 10);
  for (const file of files) {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(file)));
    assert.deepEqual(
      imports.filter(({ module }) => module === 'asyncify'),
      [],
      file,
    );
  }
});

test("custom sections of the program's own are kept", async () => {
  const { status, stderr, output } = await make('sections');
  assert.equal(status, 0, stderr);
  const sections = WebAssembly.Module.customSections(new WebAssembly.Module(readFileSync(output)), 'of_my_own');
  assert.deepEqual(
    sections.map((section) => new TextDecoder().decode(section)),
    ['kept as it is'],
  );
});
