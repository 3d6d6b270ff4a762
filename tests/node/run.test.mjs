// The command that runs programs (run.mjs): its output is the program's own, and so is its exit status.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { built, command, root, runner, temporaryFolder, until } from './support.mjs';

let modes;

before(async () => {
  modes = await built('modes');
});

/** @param {any} scenario  @param {{ flags?: string[], input?: string, env?: object }} options */
const run = (scenario, { flags = [], ...options } = {}) =>
  command(runner, [...flags, modes, ...[scenario].flat()], options);

describe('exit status and output', () => {
  for (const [scenario, wanted] of /** @type {any[][]} */ ([
    ['hello', { status: 0, stdout: 'hello\nworld\n', stderr: '' }],
    ['plain', { status: 3, stdout: 'plain\n', stderr: '' }],
    ['exit', { status: 7, stdout: 'leaving', stderr: '' }],
  ]))
    for (const flags of [[], ['--time-limit=60']])
      test(`of ${scenario} ${flags}`, async () =>
        assert.deepEqual(await run(scenario, { flags }), { signal: null, ...wanted }));

  test('1 for an uncaught exception, which is told on stderr', async () => {
    const { status, stderr } = await run('fail');
    assert.equal(status, 1);
    assert.match(stderr, /ValueError: no luck/);
  });

  test('1 for a deadlock', async () => assert.equal((await run('deadlock')).status, 1));

  test('134 for a crash, which is told on stderr, and nothing of JavaScript with it', async () => {
    const { status, stderr } = await run('crash-now');
    assert.equal(status, 134);
    assert.match(stderr, /^asyncio: .*trapped in task culprit/);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  });
});

describe('arguments, environment and input', () => {
  test('come from the command line', async () => {
    const { stdout } = await run(['surroundings', '--flag', 'ä b'], { env: { COLOUR: 'green' } });
    assert.equal(stdout, '[modes]\n[surroundings]\n[--flag]\n[ä b]\nCOLOUR=green\nno line end');
  });

  test('input is read to its end', async () => {
    const input = `${'line\n'.repeat(10_000)}last`;
    const { stdout } = await run('input', { input });
    assert.equal(
      stdout,
      input
        .split('\n')
        .map((line) => `read ${line}`)
        .join('\n'),
    );
  });

  test('input is waited for', async () => {
    const child = spawn(process.execPath, [runner, modes, 'input'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '',
      status;
    child.stdout.on('data', (data) => {
      text += data;
    });
    child.on('close', (code) => {
      status = code;
    });
    child.stdin.write('first\n');
    await until(
      'the first line',
      () => text.includes('read first') || status !== undefined,
      () => JSON.stringify({ text, status }),
    );
    child.stdin.end('second\n');
    await until('the end', () => status !== undefined);
    assert.deepEqual({ text, status }, { text: 'read first\nread second\n', status: 0 });
  });

  test('much output arrives whole, although the reader is slow', async () => {
    const input = `${'x'.repeat(100)}\n`,
      { stdout } = await run('input', { input: input.repeat(20_000) });
    assert.equal(stdout.length, (input.length + 5) * 20_000);
  });
});

describe('options', () => {
  test('--clock=virtual', async () => {
    const { status, stdout } = await run('sleepers', { flags: ['--clock=virtual'] });
    assert.equal(status, 0);
    assert.deepEqual(
      stdout.trimEnd().split('\n').map(parseFloat),
      [0, 1, 2, 3, 5, 7, 10, 10, 11, 13, 17, 20, 20, 30, 30],
    );
  });

  test('--trace=file.jsonl and --trace=file.json', async (t) => {
    const folder = temporaryFolder(t),
      lines = join(folder, 'trace.jsonl'),
      chrome = join(folder, 'trace.json');
    assert.equal((await run('hello', { flags: [`--trace=${lines}`] })).stdout, 'hello\nworld\n');
    const events = readFileSync(lines, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ n }) => n),
      events.map((_, i) => i + 1),
    );
    await run('hello', { flags: [`--trace=${chrome}`, '--clock=virtual'] });
    const parsed = JSON.parse(readFileSync(chrome, 'utf8'));
    assert.ok((parsed.traceEvents ?? parsed).length > 5);
  });

  test('--trace of a program that calls exit() is complete', async (t) => {
    const folder = temporaryFolder(t),
      chrome = join(folder, 'trace.json'),
      lines = join(folder, 'trace.jsonl');
    assert.equal((await run('exit', { flags: [`--trace=${lines}`] })).status, 7);
    assert.ok(readFileSync(lines, 'utf8').endsWith('}\n'));
    assert.equal((await run('exit', { flags: [`--trace=${chrome}`] })).status, 7);
    JSON.parse(readFileSync(chrome, 'utf8'));
  });

  test('--trace to a folder that is not there is told, and nothing runs', async () => {
    const { status, stdout, stderr } = await run('hello', { flags: ['--trace=/no/such/folder/trace.jsonl'] });
    assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
    assert.match(stderr, /^asyncio-wasm: .*\/no\/such\/folder/);
  });
});

describe('--time-limit', () => {
  for (const scenario of ['compute', 'turn-blindly', 'sleep-long'])
    test(`ends ${scenario} with status 124, keeps its output, and says so`, async () => {
      const { status, stdout, stderr } = await run(scenario, { flags: ['--time-limit=2'] });
      assert.deepEqual({ status, stdout }, { status: 124, stdout: 'on and on\n' });
      assert.match(stderr, /^asyncio: the time limit of 2 s is over/);
    });

  test('leaves a crash and a load error as they are', async () => {
    assert.equal((await run('crash-now', { flags: ['--time-limit=60'] })).status, 134);
    const { status, stderr } = await command(runner, ['--time-limit=60', '/no/such/program.wasm']);
    assert.match(stderr, /^asyncio-wasm: /);
    assert.equal(status, 2);
  });

  for (const limit of ['0', '-1', 'soon', ''])
    test(`"${limit}" is refused`, async () => {
      const { status, stdout, stderr } = await run('hello', { flags: [`--time-limit=${limit}`] });
      assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
      assert.match(stderr, /--time-limit wants seconds above 0/);
    });
});

describe('what it does not understand', () => {
  for (const [name, args, wanted] of /** @type {any[][]} */ ([
    ['no program', [], /^asyncio-wasm: usage: /],
    ['an unknown option', ['--clok=virtual', 'x.wasm'], /unknown option --clok/],
    ['a program that is not there', ['/no/such/program.wasm'], /\/no\/such\/program\.wasm/],
    ['a file that is no program', [join(root, 'package.json')], /no WebAssembly module/],
    ['an unknown clock', ['--clock=sundial', 'MODES', 'hello'], /clock/],
  ]))
    test(`${name} gives status 2 and one line`, async () => {
      const { status, stdout, stderr } = await command(
        runner,
        args.map((arg) => (arg === 'MODES' ? modes : arg)),
      );
      assert.match(stderr, wanted);
      assert.deepEqual(
        { status, stdout, lines: stderr.trimEnd().split('\n').length },
        { status: 2, stdout: '', lines: 1 },
      );
    });

  test('a library, which has nothing to run', async () => {
    const { status, stderr } = await command(runner, [await built('border')]);
    assert.match(stderr, /no main\(\)/);
    assert.notEqual(status, 0);
  });
});
