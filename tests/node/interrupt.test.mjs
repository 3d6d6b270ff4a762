// Ctrl+C: program.interrupt(), and what the command that runs programs makes of SIGINT.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { load } from '../../build/wasm/asyncio.mjs';
import { readFile } from 'node:fs/promises';
import { PERMITTED, built, elsewhere, macrotask, rejection, root, runner, until, within } from './support.mjs';

let file, bytes;

before(async () => {
  file = await built('ctrl_c');
  bytes = await readFile(file);
});

/** A program that has said that it is ready: { program, status (a promise), printed() }. */
async function ready(scenario, options = {}) {
  let stdout = '',
    stderr = '';
  const program = await load(bytes, {
    args: ['ctrl_c', scenario],
    ...options,
    stdout: (text) => {
      stdout += text;
      options.heard?.(text, program);
    },
    stderr: (text) => {
      stderr += text;
    },
  });
  const status = program.run();
  await until('the program', () => stdout.includes('ready'));
  return { program, status, printed: () => stdout, told: () => stderr };
}

describe('program.interrupt()', () => {
  test('cancels the main task, which cleans up; the status is 130', async () => {
    const { program, status, printed, told } = await ready('clean-up');
    program.interrupt();
    assert.equal(await within('the end', status), 130);
    assert.equal(printed(), 'ready\ncleaning up\nclean\n');
    assert.match(
      told(),
      /CancelledError\n\nDuring handling of the above exception, another exception occurred:\n\nKeyboardInterrupt\n$/,
    );
  });

  test('the second one raises KeyboardInterrupt at once, and main is cancelled again', async () => {
    const { program, status, printed } = await ready('slow-clean-up');
    program.interrupt();
    await until('the cleanup', () => printed().includes('cleaning up'));
    program.interrupt();
    assert.equal(await within('the end', status), 130);
    assert.equal(printed(), 'ready\ncleaning up\nnot clean\n');
  });

  test('two in a row are heard as two', async () => {
    const { program, status, printed } = await ready('slow-clean-up');
    program.interrupt();
    program.interrupt();
    assert.equal(await within('the end', status), 130);
    assert.match(printed(), /not clean/);
  });

  test('main may swallow it', async () => {
    const { program, status, printed } = await ready('swallow');
    program.interrupt();
    assert.equal(await within('the end', status), 0);
    assert.equal(printed(), 'ready\ngoes on\n');
  });

  for (const clock of ['real', 'virtual'])
    test(`is heard by a loop that never sleeps, on the ${clock} clock`, async () => {
      const { program, status, printed } = await ready('take-turns', { clock });
      await macrotask();
      program.interrupt();
      assert.equal(await within('the end', status), 130);
      assert.equal(printed(), 'ready\ncancelled\n');
    });

  test("calls the program's own handler for SIGINT", async () => {
    const { program, status, printed } = await ready('own-handler');
    program.interrupt();
    assert.equal(await within('the end', status), 0);
    assert.equal(printed(), 'ready\nown handler: 2\n');
  });

  test('may come from what the program calls', async () => {
    const heard = (text, program) => text.includes('ready') && program.interrupt();
    const { status, printed } = await ready('clean-up', { heard });
    assert.equal(await within('the end', status), 130);
    assert.match(printed(), /\nclean\n/);
  });

  test('ends a program whose loop does not run; later ones do nothing', async () => {
    const program = await load(bytes, { args: ['ctrl_c', 'swallow'] });
    program.interrupt();
    assert.equal(program.state, 'exited');
    assert.match((await rejection(program.run())).message, /has ended with status 130/);
    program.interrupt();
  });
});

/** Runs the command, sends it SIGINT each time the next of the texts has been printed (then again and again, if
 * wanted), and gives how it ended. */
async function pressed(scenario, texts, { again = false } = {}) {
  const child = spawn(process.execPath, [...PERMITTED, runner, file, scenario], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outcome = { stdout: '', stderr: '' };
  let over = false;
  child.stdout.on('data', (data) => {
    outcome.stdout += data;
  });
  child.stderr.on('data', (data) => {
    outcome.stderr += data;
  });
  child.on('close', (status, signal) => {
    over = true;
    Object.assign(outcome, { status, signal });
  });
  for (const text of texts) {
    await until(
      text,
      () => over || outcome.stdout.includes(text),
      () => JSON.stringify(outcome),
    );
    child.kill('SIGINT');
  }
  await until(
    'the end',
    () => over || (again && !child.kill('SIGINT')),
    () => JSON.stringify(outcome),
  );
  await until('the output', () => over);
  return outcome;
}

describe('SIGINT for the command that runs programs', () => {
  test('the first one lets main clean up', async () => {
    const { status, signal, stdout } = await pressed('clean-up', ['ready']);
    assert.deepEqual({ status, signal, stdout }, { status: 130, signal: null, stdout: 'ready\ncleaning up\nclean\n' });
  });

  test('the second one does not', async () => {
    const { status, stdout } = await pressed('slow-clean-up', ['ready', 'cleaning up']);
    assert.deepEqual({ status, stdout }, { status: 130, stdout: 'ready\ncleaning up\nnot clean\n' });
  });

  test('those after the second one end a program that computes', async () => {
    const { signal, stdout, stderr } = await pressed('compute', ['ready'], { again: true });
    assert.deepEqual({ signal, stdout }, { signal: 'SIGINT', stdout: 'ready\n' });
    const who = elsewhere ? 'the program' : 'task Task-1 \\(.*\\)'; // a worker that computes is asked by its debugger
    assert.match(
      stderr,
      new RegExp(`^asyncio: ended by Ctrl\\+C: ${who} has not given way, although it was asked twice`),
    );
  });
});
