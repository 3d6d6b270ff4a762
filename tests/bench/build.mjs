// Builds what the bench measures, unless it is up to date.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readManual } from '../../web/tools/manual.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const here = fileURLToPath(new URL('.', import.meta.url));
export const out = join(root, 'build/bench');

const execute = promisify(execFile);
const library = join(root, 'build/native/libasyncio.a');

async function run(command, args, env = {}) {
  try {
    return (await execute(command, args, { cwd: root, maxBuffer: 1 << 26, env: { ...process.env, ...env } })).stdout;
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')}\n${error.stderr || error.message}`);
  }
}

const isNewer = (made, from) =>
  existsSync(made) && from.every((file) => statSync(made).mtimeMs >= statSync(file).mtimeMs);

async function wasm(...names) {
  await run(process.execPath, ['wasm/build/build.mjs', '--quiet', '--dir', out, ...names]);
}

async function native(name) {
  const made = join(out, name),
    source = join(here, `${name}.c`);
  if (isNewer(made, [source, join(here, 'rounds.h'), library])) return;
  await run('gcc', [
    '-std=gnu11',
    '-O2',
    '-Wall',
    '-Wextra',
    '-Isrc/include',
    source,
    library,
    '-luv',
    '-lm',
    '-o',
    made,
  ]);
}

async function fibers() {
  const made = join(out, 'fibers.cjs'),
    written = join(out, 'fibers.js'),
    source = join(here, 'fibers.c');
  if (isNewer(made, [source])) return;
  await run(
    'emcc',
    [
      '-O3',
      '-Wall',
      '-Wextra',
      '-sASYNCIFY',
      '-sASYNCIFY_STACK_SIZE=16384',
      '-sINITIAL_MEMORY=128MB',
      '-sMODULARIZE',
      '--no-entry',
      '-sENVIRONMENT=node',
      source,
      '-o',
      written,
    ],
    { NODE_PATH: process.env.NODE_PATH ?? '/usr/share/nodejs' },
  );
  renameSync(written, made); // it is CommonJS, in a package of ES modules
}

/** Plain emcc: the engine does the rest. */
async function jspi() {
  const made = join(out, 'jspi.wasm'),
    source = join(here, 'jspi.c');
  if (isNewer(made, [source])) return;
  await run(
    'emcc',
    [
      '-O3',
      '-sSTANDALONE_WASM',
      '--no-entry',
      '-sERROR_ON_UNDEFINED_SYMBOLS=0',
      '-sWARN_ON_UNDEFINED_SYMBOLS=0',
      source,
      '-o',
      made,
    ],
    { NODE_PATH: process.env.NODE_PATH ?? '/usr/share/nodejs' },
  );
}

/** Go is compared with where it is; nothing else needs it. Answers whether it is. */
async function go() {
  const made = join(out, 'peers-go'),
    source = join(here, 'peers.go');
  try {
    if (!isNewer(made, [source]))
      await execute('go', ['build', '-o', made, source], { env: { ...process.env, GO111MODULE: 'off', GOFLAGS: '' } });
    return true;
  } catch (error) {
    if (error.code !== 'ENOENT') throw new Error(`go build ${source}\n${error.stderr || error.message}`);
    return false;
  }
}

/** A program that refers to every function that asyncio.h declares: nothing of the runtime is left out of it. */
function writeEverything() {
  const header = readManual(join(root, 'src/include'), ['asyncio.h'])
    .join('')
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/^#.*(\\\n.*)*$/gm, '');
  const declared = [...header.matchAll(/^(?!static|typedef)[\w][\w *]*?\b(asyncio__?\w+)\(/gm)].map(([, name]) => name);
  // some are there to be seen by the compiler alone
  const names = [...new Set(declared)].filter(
    (name) => !/^asyncio__((with|finally)_leave|break_in_a_block)$/.test(name),
  );
  const text = `#include <asyncio.h>

void *const volatile everything[] = {
${names.map((name) => `    (void *)${name},\n`).join('')}};

static void *main_(void *arg)
{
    return everything[(long)arg];
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
`;
  const file = join(out, 'everything.c');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  return { file, count: names.length };
}

/** Gives the number of functions that everything.wasm contains, and which peers are not to be had. */
export async function build() {
  mkdirSync(out, { recursive: true });
  const everything = writeEverything();
  const sources = ['scenarios', 'threads', 'promises', 'memory', 'growth', 'empty', 'first'].map((name) =>
    join(here, `${name}.c`),
  );
  const [hasGo] = await Promise.all([
    go(),
    wasm(...sources, everything.file),
    native('scenarios'),
    native('threads'),
    native('growth'),
    fibers(),
    jspi(),
  ]);
  return { functions: everything.count, missing: hasGo ? [] : ['Go'] };
}
