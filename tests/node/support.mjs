// What the tests of the JavaScript side share: programs built when they are needed, and ways to wait without guessing.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers'; // the tests' own: those of the loader are counted
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './counted-timers.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const runner = join(root, 'build/wasm/cli/run.mjs');

const FOLDER = join(root, 'build/node');
const PATIENCE = 30_000; // milliseconds; only ever waited out in full by a test that fails

const sourceOf = (name) => join(root, 'tests/node/programs', `${name}.c`);
const hasMain = (source) => /\bint main\(/.test(readFileSync(source, 'utf8'));

/** Builds one of tests/node/programs unless it is up to date; gives the path of its wasm. In another runtime
 * (tests/versions) they have been built before. */
export async function built(name) {
  if (process.env.ASYNCIO_TESTS_BUILT) return join(FOLDER, `${name}.wasm`);
  const source = sourceOf(name),
    library = hasMain(source) ? [] : ['--library'];
  const { status, stderr } = await command('wasm/build/build.mjs', [...library, '--quiet', '--dir', FOLDER, source]);
  if (status !== 0) throw new Error(`${name}.c could not be built:\n${stderr}`);
  return join(FOLDER, `${name}.wasm`);
}

/** Not Node: tests/versions runs these tests in Bun and Deno, too, which lack a few things. */
export const elsewhere = Boolean(process.versions.bun ?? process.versions.deno);

/** How a runtime is told that a script may do what it does. */
export const PERMITTED = process.versions.deno ? ['run', '--allow-all'] : [];

/**
 * Runs a script of the repository in a Node of its own: { status, signal, stdout, stderr }. It never throws.
 * @param {string} script
 * @param {string[]} args
 * @param {{ input?: string, env?: object, node?: string[] }} options  node: options of Node's
 */
export function command(script, args, { input, env, node = [] } = {}) {
  return new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: 1 << 26, timeout: 4 * PATIENCE, env: { ...process.env, ...env } };
    const child = execFile(
      process.execPath,
      [...PERMITTED, ...node, script, ...args],
      options,
      (error, stdout, stderr) =>
        resolve({ status: error ? (error.code ?? null) : 0, signal: error?.signal ?? null, stdout, stderr }),
    );
    child.stdin.on('error', () => {}); // a program that ends without reading
    child.stdin.end(input ?? '');
  });
}

/** A folder that goes with the test. */
export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'asyncio-wasm-node-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A promise with its ends in hand. */
export function deferred() {
  const ends = {};
  ends.promise = new Promise((resolve, reject) => Object.assign(ends, { resolve, reject }));
  return ends;
}

/** Node's event loop has gone round once. */
export const macrotask = () => new Promise((resolve) => setImmediate(resolve));

/** Waits until a condition holds; fails with what `tell` says if it never does. */
export async function until(what, condition, tell = () => '') {
  const end = performance.now() + PATIENCE;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what} ${tell()}`);
    await macrotask();
  }
}

/** The value of a promise, or an Error that says what was waited for: a test does not hang. */
export function within(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** What a promise is rejected with; fails if it is fulfilled. */
export async function rejection(promise) {
  try {
    const value = await within('a rejection', promise);
    throw Object.assign(new Error(`fulfilled with ${String(value)}, where a rejection was expected`), {
      fulfilled: true,
    });
  } catch (error) {
    if (error?.fulfilled) throw error;
    return error;
  }
}

/** Collects what a program prints. */
export function output() {
  const texts = { stdout: '', stderr: '' };
  return {
    texts,
    options: {
      stdout: (text) => {
        texts.stdout += text;
      },
      stderr: (text) => {
        texts.stderr += text;
      },
    },
  };
}

/** The JavaScript that the programs call: `tell` collects into told, `ask` gives promises by name; both can be
 * replaced. */
export function hook(answers = {}) {
  const told = [],
    signals = {},
    asked = [];
  globalThis.hooks = {
    tell: (text) => told.push(text),
    ask: (what, signal) => {
      asked.push(what);
      signals[what] = signal;
      if (!(what in answers)) throw new Error(`nothing is hooked up for "${what}"`);
      return typeof answers[what] === 'function' ? answers[what](signal) : answers[what];
    },
    ...answers.hooks,
  };
  return { told, asked, signals };
}

/** A WebAssembly module, from its text. */
export async function assemble(text) {
  const { default: binaryen } = await import('binaryen'); // large, and few want it
  const module = binaryen.parseText(text);
  try {
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
