// `make run` and `make run-native`, as in the README: quiet, exit status kept, options passed on.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { execute } from '../groups/support.mjs';

const FILE = 'tests/unit/programs/ends.c';

/** make as a user calls it: not as a part of the make that runs these tests. */
function make(target, ...settings) {
  const env = { MAKEFLAGS: '', MAKELEVEL: '', MFLAGS: '', ASYNCIO_CLOCK: '', ASYNCIO_TRACE: '' };
  return execute('make', ['--no-print-directory', target, ...settings], { env, limit: 120 });
}

for (const target of ['run', 'run-native']) {
  describe(`make ${target}`, () => {
    const run = (how, ...settings) => make(target, `FILE=${FILE}`, `ARGS=${how}`, ...settings);

    test('prints what the program prints, and nothing else', async () => {
      assert.deepEqual(await run('well'), { status: 0, stdout: 'begin well\nend\n', stderr: '', timedOut: undefined });
    });

    for (const [how, status] of [
      ['status', 42],
      ['exit', 7],
      ['interrupt', 130],
      ['overflow', 134],
    ])
      test(`keeps the exit status ${status} (${how})`, async () => {
        const outcome = await run(how);
        assert.equal(outcome.status, status, outcome.stderr);
        assert.equal(outcome.stdout.split('\n')[0], `begin ${how}`, 'what it had printed is not lost');
        assert.doesNotMatch(outcome.stderr, /make/);
      });

    test('tells an uncaught exception', async () => {
      const { status, stderr } = await run('raise');
      assert.equal(status, 1);
      assert.match(stderr, /ValueError: uncaught/);
    });

    test("tells a stack overflow with the task's name", async () => {
      assert.match((await run('overflow')).stderr, /stack overflow in task deep \(overflow\)/);
    });

    test('tells a deadlock, with status 1', async () => {
      const { status, stderr } = await run('deadlock');
      assert.equal(status, 1);
      assert.match(stderr, /deadlock.*\n.*Task-1 \(main_\) waits for event/);
    });

    test('CLOCK=virtual: no time passes', async () => {
      const { status, stdout } = await run('sleep', 'CLOCK=virtual', 'TIME_LIMIT=60');
      assert.deepEqual([status, stdout], [0, 'begin sleep\nend\n']);
    });

    test('TIME_LIMIT ends a task that never yields', async () => {
      const { status, stdout, stderr } = await run('spin', 'TIME_LIMIT=2');
      assert.deepEqual([status, stdout], [124, 'begin spin\n'], stderr);
      assert.match(stderr, /time limit of 2 s is over, .* it was in task Task-2 \(spin\), which has not given way/);
    });

    test('TIME_LIMIT ends a program that sleeps too long', async () => {
      const { status, stderr } = await run('sleep', 'TIME_LIMIT=1');
      assert.equal(status, 124, stderr);
      assert.match(stderr, /time limit of 1 s/);
    });

    test('TRACE=file writes a trace', async () => {
      const file = join(mkdtempSync(join(tmpdir(), 'asyncio-wasm-')), 'out.jsonl');
      const { status, stdout } = await run('well', 'CLOCK=virtual', `TRACE=${file}`);
      assert.deepEqual([status, stdout], [0, 'begin well\nend\n']);
      assert.match(readFileSync(file, 'utf8'), /"ev":"print","task":\d+,"fd":1,"text":"begin well"/);
    });

    test('the trace of a program that hangs tells all until then', async () => {
      const file = join(mkdtempSync(join(tmpdir(), 'asyncio-wasm-')), 'out.jsonl');
      await run('spin', `TRACE=${file}`, 'TIME_LIMIT=2');
      const events = readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const { name } = events.findLast(({ ev }) => ev === 'task');
      assert.deepEqual([name, events.at(-1).ev], ['Task-2', 'step'], 'the last event is the step that has not ended');
    });

    test('without being asked there is no trace', async () => {
      const before = readdirSync('.');
      const { stderr } = await run('well');
      assert.equal(stderr, '');
      assert.deepEqual(readdirSync('.'), before);
    });

    test('says how it is called', async () => {
      const { status, stderr } = await make(target);
      assert.notEqual(status, 0);
      assert.match(stderr, new RegExp(`usage: make ${target} FILE=program.c`));
    });

    test('says that there is no such file', async () => {
      const { status, stderr } = await make(target, 'FILE=no/such.c');
      assert.notEqual(status, 0);
      assert.match(stderr, /there is no file no\/such\.c/);
    });
  });
}

/** ends.c as a native program, ended by a limit of a second: its status and what it says. */
async function endedByLimit(how) {
  await execute('src/build-native.sh', [FILE, 'build/programs/ends', 'build/sanitized/libasyncio.a']);
  return execute('build/programs/ends', [how], { env: { ASYNCIO_TIME_LIMIT: '1' }, limit: 60 });
}

test('natively a time limit holds before there is a loop', async () => {
  const { status, stderr } = await endedByLimit('spin-in-main');
  assert.equal(status, 124, stderr);
  assert.match(stderr, /time limit of 1 s is over, .* it was in main\(\)\n$/);
});

test('natively a program that gives way is not told to', async () => {
  const { status, stderr } = await endedByLimit('gives-way');
  assert.equal(status, 124, stderr);
  assert.doesNotMatch(stderr, /has not given way/);
});

test('natively a time limit holds even where nobody reads what the program prints', async () => {
  const { status, stderr } = await execute('src/build-native.sh', [
    FILE,
    'build/programs/ends',
    'build/sanitized/libasyncio.a',
  ]);
  assert.equal(status, 0, stderr);
  const child = spawn('build/programs/ends', ['flood'], {
    env: { ASYNCIO_TIME_LIMIT: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.setEncoding('utf8');
  const ended = new Promise((resolve) => child.on('exit', resolve)),
    said = child.stderr.toArray();
  const watchdog = setTimeout(() => child.kill('SIGKILL'), 60_000);
  assert.equal(await ended, 124);
  clearTimeout(watchdog);
  child.stdout.destroy();
  assert.match((await said).join(''), /time limit of 1 s/);
});
