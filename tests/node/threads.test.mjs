// Functions on threads, as JavaScript sees them: what they print, how they end, and that nothing of them is left.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, beforeEach, test } from 'node:test';
import { load } from '../../build/wasm/asyncio.mjs';
import { built, command, elsewhere, output, rejection, temporaryFolder, within } from './support.mjs';

let module, program, printed;

before(async () => {
  module = await WebAssembly.compile(readFileSync(await built('threads')));
});

beforeEach(async () => {
  printed = output();
  program = await load(module, printed.options);
});

const call = (...parameters) => within(`call(${parameters[0]})`, program.call(...parameters));

test('what a thread prints is there before its result, and so is a line without an end', async () => {
  assert.equal(await call('print_there', 7), 7);
  assert.deepEqual(printed.texts, { stdout: 'one\nthree without an end', stderr: 'two\n' });
});

test('a thread that traps is a RuntimeError for who awaits it, and the next call gets another thread', async () => {
  const error = await rejection(program.call('trap_there'));
  assert.equal(error.name, 'RuntimeError');
  assert.match(error.message, /trapped in traps\(\) in its thread/);
  assert.equal(await call('print_there', 1), 1);
});

test('so is one whose stack overflows', async () => {
  const error = await rejection(program.call('overflow_there', 0));
  assert.match(error.message, /stack overflow in overflows\(\) in its thread/);
  assert.equal(await call('print_there', 2), 2);
});

test('exit() in a thread ends the program', async () => {
  const error = await rejection(program.call('exit_there', 3));
  assert.match(error.message, /has ended with status 3/);
  assert.equal(printed.texts.stdout, 'leaving\n');
});

const haveWorkers = elsewhere && 'there are always workers';
test('where there are no workers the awaiting task is told what to do', { skip: haveWorkers }, async (t) => {
  const script = join(temporaryFolder(t), 'without.mjs');
  writeFileSync(
    script,
    `
    process.getBuiltinModule = undefined;
    const { load } = await import(${JSON.stringify(new URL('../../build/wasm/asyncio.mjs', import.meta.url).href)});
    const { readFileSync } = await import('node:fs');
    const program = await load(readFileSync(${JSON.stringify(await built('threads'))}));
    await program.call('print_there', 1).catch((error) => console.log(error.name + ': ' + error.message));
  `,
  );
  const { stdout, status } = await command(script, []);
  assert.match(
    stdout,
    /^RuntimeError: no thread can be had: there are no workers here\. In a page its Content-Security-Policy must allow/,
  );
  assert.equal(status, 0);
});

test('a Node process ends although threads are idle', async (t) => {
  const script = join(temporaryFolder(t), 'idle.mjs');
  writeFileSync(
    script,
    `
    const { load } = await import(${JSON.stringify(new URL('../../build/wasm/asyncio.mjs', import.meta.url).href)});
    const { readFileSync } = await import('node:fs');
    const program = await load(readFileSync(${JSON.stringify(await built('threads'))}), { stdout() {}, stderr() {} });
    console.log(await program.call('print_there', 5));
  `,
  );
  const { status, stdout } = await command(script, []);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: '5\n' });
});
