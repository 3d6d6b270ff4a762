// C: clang-tidy (.clang-tidy lists its checks) on the library's units and on each program, cppcheck on the units.

import { readFileSync } from 'node:fs';
import { execute } from '../groups/support.mjs';
import { sources } from './sources.mjs';

const WARNINGS = ['-std=gnu11', '-Wall', '-Wextra'];
/** One unit is the whole library, in which much is not called. */
const LIBRARY = [...WARNINGS, '-Isrc', '-Wno-unused-function'];
const PROGRAM = [...WARNINGS, '-Isrc', '-Isrc/include', '-Wno-unused-parameter', '-DASYNCIO_SANITIZED'];

/** Programs that say this are for WebAssembly alone. */
const FOR_WASM = /asyncio_(js|fetch)\.h|emscripten|ASYNCIO_JS|import_name|export_name|__builtin_wasm|src\/wasm\.c/;

/** What clang has to know to read as emcc does. */
async function emccFlags() {
  const { stdout } = await execute('emcc', ['--cflags'], {
    env: { NODE_PATH: process.env.NODE_PATH ?? '/usr/share/nodejs' },
  });
  return [...stdout.trim().split(/\s+/), '-Wno-unused-command-line-argument'];
}

/** The faults in what a tool printed that begin as file:line:column: kind: what, once each, with paths from here. */
function faultsIn(text, kinds) {
  const here = `${process.cwd()}/`;
  const found = text.matchAll(new RegExp(`^(.+?):(\\d+):\\d+: (?:${kinds}): (.*)$`, 'gm'));
  return [...new Set([...found].map(([, file, line, what]) => `${file.replace(here, '')}:${line}: ${what}`))];
}

/** A tool that says nothing of the file and ends badly has not looked at it. */
function faultsOf(tool, { status, stdout, stderr, timedOut }, kinds) {
  const faults = faultsIn(stdout + stderr, kinds);
  if (faults.length || (status === 0 && !timedOut)) return faults;
  return [`${tool}: ${timedOut ? `not done after ${timedOut} s` : `status ${status}: ${(stderr || stdout).trim()}`}`];
}

/** What clang-tidy says of a file, and of the headers whose paths fit the pattern. */
export async function tidy(file, flags = PROGRAM, headers = '.*') {
  const args = ['--quiet', `--header-filter=${headers}`, file, '--', ...flags];
  return faultsOf('clang-tidy', await execute('clang-tidy', args, { limit: 120 }), 'warning|error');
}

/** What cppcheck says of a unit, as a compiler with these definitions sees it. */
export async function cppcheck(file, definitions = []) {
  // 2.10 loses its way in what the public macros check, and says so as an error of its own.
  const args = [
    '--enable=warning,performance,portability',
    '--suppress=internalAstError',
    '--inline-suppr',
    '--quiet',
    '--std=c11',
    '-Isrc',
  ];
  const template = '--template={file}:{line}:{column}: fault: {message} [{id}]';
  const made = await execute('cppcheck', [...args, template, ...definitions.map((d) => `-D${d}`), file], {
    limit: 120,
  });
  return faultsOf('cppcheck', made, 'fault');
}

const NATIVE = ['__GNUC__=12', '__x86_64__', '__linux__', '__SIZEOF_POINTER__=8'];
const WASM = ['__GNUC__=4', '__clang__', '__wasm__', '__EMSCRIPTEN__', '__SIZEOF_POINTER__=4'];

/** The jobs: { check, what, run }; see lint.mjs. */
export async function jobs() {
  const emcc = await emccFlags();
  const programs = sources(/^(tests|web|wasm)\/.*\.c$/).filter((file) => !/make-exit\.c$/.test(file));
  const isForWasm = (file) => /^wasm\//.test(file) || FOR_WASM.test(readFileSync(file, 'utf8'));
  const flagsOf = (file) => (isForWasm(file) ? [...PROGRAM, ...emcc] : PROGRAM);
  return [
    { check: 'cppcheck', what: 'src/native.c', run: () => cppcheck('src/native.c', NATIVE) },
    { check: 'cppcheck', what: 'src/wasm.c', run: () => cppcheck('src/wasm.c', WASM) },
    { check: 'tidy', what: 'src/native.c', run: () => tidy('src/native.c', LIBRARY) },
    { check: 'tidy', what: 'src/wasm.c', run: () => tidy('src/wasm.c', [...LIBRARY, ...emcc]) },
    ...programs.map((file) => ({
      check: 'tidy',
      what: file,
      run: () => tidy(file, flagsOf(file), '/(tests|web|wasm)/'),
    })),
  ];
}
