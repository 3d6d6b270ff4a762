// Builds C programs for asyncio-wasm: compiles and links them with emcc and makes them suspendable (pass.mjs).
//
//   node build.mjs [-o out.wasm | --dir folder] [--library] [--names] [-Iwhere -Dname -On ...] program.c...
//
// --library is for programs without main(), --names keeps the function names (for stack traces). What is newer than its
// sources is left alone. Programs that carry JavaScript (ASYNCIO_JS) get a NAME.functions.mjs beside NAME.wasm.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { declaredFunctions, functionsModule } from './glue.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const INCLUDE = [join(here, 'include'), join(here, '../../src'), join(here, '../src')].find((folder) => existsSync(join(folder, 'asyncio.h')));
const LIBRARY = [join(here, 'libasyncio.a'), join(here, '../build/wasm/libasyncio.a')].find(existsSync);

const COMPILE = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Wno-unused-parameter']; // a body's arg often goes unused
const LINK = ['-O1', '-sSTANDALONE_WASM', '-sERROR_ON_UNDEFINED_SYMBOLS=0', '-sWARN_ON_UNDEFINED_SYMBOLS=0', '-sALLOW_MEMORY_GROWTH=1',
  '-sMAXIMUM_MEMORY=2GB', '-sINITIAL_MEMORY=4MB', '-sTOTAL_STACK=256KB', '--profiling-funcs'];

/** Flags that break suspension, and why. */
const REFUSED = [
  [/^-sASYNCIFY/, 'Emscripten\'s own Asyncify: this library brings its own, and two of them do not go together'],
  [/^-sJSPI|^-sASYNCIFY=2/, 'JSPI: the library suspends inside the module and needs none'],
  [/^-fwasm-exceptions/, 'wasm exceptions: Asyncify cannot suspend a function that catches one'],
  [/^-mtail-call/, 'tail calls: Asyncify cannot suspend a function that makes one'],
];

/** Debian's emcc needs its own copy of acorn. */
const environment = { ...process.env, NODE_PATH: process.env.NODE_PATH ?? (existsSync('/usr/share/nodejs/acorn') ? '/usr/share/nodejs' : '') };

function emcc(args) {
  return new Promise((resolve, reject) => {
    execFile('emcc', args, { env: environment, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') return reject(new Error('emcc is not installed: `make setup`, or your system\'s package emscripten'));
      const said = (stdout + stderr).split('\n').filter((line) => !/^emcc: error: '.*' failed|^\d+ warnings? generated|^$/.test(line)).join('\n');
      if (error) return reject(new Error(said || error.message));
      if (said) console.error(said);
      return resolve();
    });
  });
}

// ---- what is up to date ----

const changed = (file) => (existsSync(file) ? statSync(file).mtimeMs : Infinity);

/** The files that a compiled file was made from, as the compiler wrote them down. */
function dependencies(list) {
  if (!existsSync(list)) return undefined;
  return readFileSync(list, 'utf8').replace(/^[^:]*:/, '').replace(/\\\n/g, ' ').split(/(?<!\\)\s+/).filter(Boolean).map((name) => name.replace(/\\ /g, ' '));
}

function upToDate({ output, list, command }, options) {
  const made = dependencies(list);
  if (!made || !existsSync(output) || !existsSync(command) || readFileSync(command, 'utf8') !== key(options)) return false;
  const at = changed(output);
  return [...made, LIBRARY, join(here, 'pass.mjs')].every((file) => changed(file) <= at);
}

const key = ({ flags, library, names }) => JSON.stringify([flags, library, names]);

// ---- building ----

function filesFor(source, { output, folder }) {
  const name = basename(source, extname(source));
  const target = output ?? join(folder ?? dirname(source), `${name}.wasm`);
  const stem = join(dirname(target), basename(target, '.wasm'));
  const own = `${stem}.${process.pid}`; // two builds of the same program do not disturb each other
  return { source, output: target, object: `${own}.o`, linked: `${own}.linked.wasm`, finished: `${own}.wasm`, list: `${stem}.d`, command: `${stem}.command`, functions: `${stem}.functions.mjs` };
}

async function compileAndLink(files, { flags, library }) {
  mkdirSync(dirname(files.output), { recursive: true });
  await emcc([...COMPILE, ...flags, `-I${INCLUDE}`, '-MMD', '-MF', files.list, '-c', files.source, '-o', files.object]);
  await emcc([...LINK, ...(library ? ['--no-entry'] : []), files.object, LIBRARY, '-o', files.linked]);
}

async function suspend(files, options) {
  const { makeSuspendable } = await import('./pass.mjs');
  const wasm = makeSuspendable(readFileSync(files.linked), options);
  writeFileSync(files.finished, wasm);
  renameSync(files.finished, files.output);
  const module = new WebAssembly.Module(wasm);
  if (declaredFunctions(module).length) writeFileSync(files.functions, functionsModule(module));
  writeFileSync(files.command, key(options));
}

async function build(all, options) {
  const waiting = all.filter((files) => !upToDate(files, options));
  const workers = Array.from({ length: Math.min(availableParallelism(), waiting.length) }, async () => {
    for (let files = waiting.shift(); files; files = waiting.shift()) {
      if (!options.quiet) console.log(`  wasm     ${files.output}`);
      try {
        await compileAndLink(files, options);
        await suspend(files, options);
      } finally {
        for (const left of [files.object, files.linked, files.finished]) rmSync(left, { force: true });
      }
    }
  });
  await Promise.all(workers);
}

function parse(argv) {
  const options = { flags: [], sources: [], library: false, names: false, quiet: false };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '-o') options.output = argv[++i];
    else if (argv[i] === '--dir') options.folder = argv[++i];
    else if (['--library', '--names', '--quiet'].includes(argv[i])) options[argv[i].slice(2)] = true;
    else if (argv[i].startsWith('-')) options.flags.push(argv[i]);
    else options.sources.push(argv[i]);
  }
  for (const flag of options.flags)
    for (const [pattern, why] of REFUSED)
      if (pattern.test(flag)) throw new Error(`${flag} cannot be used with asyncio-wasm: ${why}`);
  if (!options.sources.length) throw new Error('usage: node build.mjs [-o out.wasm | --dir folder] [--library] [--names] [flags] program.c...');
  if (options.output && options.sources.length > 1) throw new Error('-o is for one program; use --dir for several');
  const missing = options.sources.find((source) => !existsSync(source));
  if (missing) throw new Error(`there is no file ${missing}`);
  if (!LIBRARY) throw new Error('libasyncio.a is not built yet: `make wasm`');
  return options;
}

try {
  const options = parse(process.argv.slice(2));
  await build(options.sources.map((source) => filesFor(source, options)), options);
} catch (error) {
  console.error(error.message.startsWith('usage') ? error.message : `asyncio-wasm: ${error.message}`);
  process.exitCode = 1;
}
