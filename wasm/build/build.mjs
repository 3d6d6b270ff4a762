// Builds C programs for asyncio-wasm: compiles and links them with emcc and makes them suspendable (pass.mjs).
//
//   node build.mjs [-o out.wasm | -o out.mjs | --dir folder] [--library] [--names] [-Iwhere -Dname -On ...]
//   program.c...
//
// With -o all sources make one program, with --dir each makes one of its own. --library is for programs without main(),
// --names keeps the function names (for stack traces). --archive is for another library than the usual one. What is
// newer than its sources is left alone. Programs that carry JavaScript (ASYNCIO_JS) get a NAME.functions.mjs beside
// NAME.wasm; -o out.mjs makes a module that loads out.wasm.

import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BuildError } from './build-error.mjs';
import { declaredFunctions, functionsModule } from '../loader/glue.mjs';
import { PassThread, withoutOptimising } from './pass-thread.mjs';
import { here, places } from './places.mjs';

const COMPILE = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Wno-unused-parameter']; // a body's arg often goes unused
/** How to link what the pass is to work on. */
export const LINK = [
  '-O1',
  '-sSTANDALONE_WASM',
  '-sERROR_ON_UNDEFINED_SYMBOLS=0',
  '-sWARN_ON_UNDEFINED_SYMBOLS=0',
  '-sALLOW_MEMORY_GROWTH=1',
  '-sMAXIMUM_MEMORY=2GB',
  '-sINITIAL_MEMORY=4MB',
  '-sTOTAL_STACK=256KB',
  '-sMALLOC=emmalloc',
  '-Wl,--export-table',
  // Emscripten's own definition, where its library has one, would let a handler suspend: see src/host/host_js.c
  '-Wl,--wrap=__call_sighandler',
  // theirs has memory grow by a page at a time: see src/host/growth_js.c
  '-Wl,--wrap=emscripten_resize_heap',
  '--profiling-funcs',
];

/** Flags that break suspension, and why. */
export const REFUSED = [
  [/^-sASYNCIFY/, "Emscripten's own Asyncify: this library brings its own, and two of them do not go together"],
  [/^-sJSPI|^-sASYNCIFY=2/, 'JSPI: the library suspends inside the module and needs none'],
  [/^-fwasm-exceptions/, 'wasm exceptions: Asyncify cannot suspend a function that catches one'],
  [/^-mtail-call/, 'tail calls: Asyncify cannot suspend a function that makes one'],
  [
    /^-(pthread|sUSE_PTHREADS|sPTHREADS|matomics|sSHARED_MEMORY|sWASM_WORKERS)/,
    'threads that share memory: asyncio_to_thread has functions run in workers, which share none and need no ' +
      'special headers',
  ],
  [/^-s(MAIN_MODULE|SIDE_MODULE)/, 'dynamic linking: the pass must see the whole program, to know what may suspend'],
  [
    /^-flto/,
    'link-time optimisation: it inlines the stack switch before the pass can find it; the pass optimises the ' +
      'whole program anyway',
  ],
];

function refuse(flags, where = '') {
  for (const flag of flags)
    for (const [pattern, why] of REFUSED)
      if (pattern.test(flag)) throw new BuildError(`${flag}${where} cannot be used with asyncio-wasm: ${why}`);
}

/** Debian's emcc needs its own copy of acorn. */
const environment = {
  ...process.env,
  NODE_PATH: process.env.NODE_PATH ?? (existsSync('/usr/share/nodejs/acorn') ? '/usr/share/nodejs' : ''),
};

function emcc(args, tool = 'emcc') {
  return new Promise((resolve, reject) => {
    execFile(tool, args, { env: environment, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT')
        return reject(
          new BuildError("emcc is not installed: `make setup`, your system's package emscripten, or emscripten.org"),
        );
      const said = (stdout + stderr)
        .split('\n')
        .filter((line) => !/^emcc: error: '.*' failed|\w+:INFO: |^\d+ warnings? generated|^$/.test(line))
        .join('\n');
      if (error) return reject(new BuildError(said || error.message));
      if (said && !args.includes('--version')) console.error(said);
      return resolve(stdout);
    });
  });
}

// ---- the library ----

/** Whether the flags ask for a small program rather than a fast one. */
const isSmall = (flags) => /^-O[sz]$/.test(flags.findLast((flag) => /^-O/.test(flag)) ?? '');

/** Emscripten promises no ABI between its versions. The prebuilt library says which one made it; with another one it is
 * made anew from the sources, once. */
export async function findLibrary({ quiet, flags = [] }) {
  const [name, level] = isSmall(flags) ? ['libasyncio-small.a', '-Os'] : ['libasyncio.a', '-O3'];
  const prebuilt = join(places.library, name),
    stamp = join(places.library, 'emscripten-version');
  if (!existsSync(prebuilt)) throw new BuildError(`${name} is not built yet: \`make wasm\``);
  if (!existsSync(stamp)) return prebuilt; // the repository's own, made by the emcc that is here
  const installed = (await emcc(['--version'])).match(/\d+\.\d+\.\d+/)?.[0] ?? 'unknown';
  if (readFileSync(stamp, 'utf8').trim() === installed) return prebuilt;
  const folder = join(places.cache, installed),
    made = join(folder, name);
  if (existsSync(made) && changed(made) > changed(prebuilt)) return made;
  if (!quiet) console.error(`  wasm     the library, for Emscripten ${installed} (once)`);
  mkdirSync(folder, { recursive: true });
  const object = join(folder, `asyncio.${process.pid}.o`),
    archive = `${made}.${process.pid}`;
  await emcc(['-std=gnu11', level, `-I${places.sources}`, '-c', join(places.sources, 'wasm.c'), '-o', object]);
  await emcc(['rcs', archive, object], 'emar');
  renameSync(archive, made);
  rmSync(object);
  return made;
}

// ---- what is up to date ----

const changed = (file) => (existsSync(file) ? statSync(file).mtimeMs : Infinity);

/** The files that a compiled file was made from, as the compiler wrote them down. */
function dependencies(list) {
  if (!existsSync(list)) return undefined;
  return readFileSync(list, 'utf8')
    .replace(/^[^:]*:/, '')
    .replace(/\\\n/g, ' ')
    .split(/(?<!\\)\s+/)
    .filter(Boolean)
    .map((name) => name.replace(/\\ /g, ' '));
}

function upToDate({ sources, output, module, list, command }, options) {
  const made = dependencies(list);
  if (
    !made ||
    !sources.every((source) => made.includes(source)) ||
    !existsSync(output) ||
    (module && !existsSync(module)) ||
    !existsSync(command) ||
    readFileSync(command, 'utf8') !== key(options)
  )
    return false;
  const at = changed(output);
  return [...made, options.archive, join(here, 'build/pass.mjs')].every((file) => changed(file) <= at);
}

const key = ({ flags, library, names }) => JSON.stringify([flags, library, names]);

// ---- building ----

/** What is written for one program: OUT.wasm, what the build remembers about it, and what goes again. */
function filesFor(sources, { output, folder }) {
  const name = basename(sources[0], extname(sources[0]));
  const target = output ?? join(folder ?? dirname(sources[0]), `${name}.wasm`);
  const stem = join(dirname(target), basename(target, extname(target)));
  const own = `${stem}.${process.pid}`; // two builds of the same program do not disturb each other
  return {
    sources,
    output: `${stem}.wasm`,
    module: extname(target) === '.mjs' ? target : undefined,
    objects: sources.map((_, i) => `${own}.${i}.o`),
    lists: sources.map((_, i) => `${own}.${i}.d`),
    linked: `${own}.linked.wasm`,
    finished: `${own}.wasm`,
    list: `${stem}.d`,
    command: `${stem}.command`,
    functions: `${stem}.functions.mjs`,
  };
}

async function compileAndLink({ sources, objects, lists, list, linked, output }, { flags, library, archive }) {
  mkdirSync(dirname(output), { recursive: true });
  await Promise.all(
    sources.map((source, i) =>
      emcc([...COMPILE, ...flags, `-I${places.include}`, '-MMD', '-MF', lists[i], '-c', source, '-o', objects[i]]),
    ),
  );
  writeFileSync(
    list,
    `${output}: ${lists
      .map((one) =>
        readFileSync(one, 'utf8')
          .replace(/^[^:]*:/, '')
          .trimEnd(),
      )
      .join(' \\\n ')}\n`,
  );
  await emcc([
    ...LINK,
    ...(library ? ['--no-entry'] : []),
    ...flags.filter((flag) => /^-[lL]|^-s/.test(flag)),
    ...objects,
    archive,
    '-o',
    linked,
  ]);
}

async function suspend(files, options, pass) {
  const { version } = await import(pathToFileURL(places.version));
  const wasm = await pass.makeSuspendable(readFileSync(files.linked), {
    names: options.names,
    small: isSmall(options.flags),
    version,
  });
  writeFileSync(files.finished, wasm);
  renameSync(files.finished, files.output);
  const module = new WebAssembly.Module(wasm),
    functions = declaredFunctions(module).length > 0;
  if (functions) writeFileSync(files.functions, functionsModule(module));
  if (files.module) writeFileSync(files.module, loadingModule(files, functions));
  writeFileSync(files.command, key(options));
}

/** The module of -o program.mjs: what a bundler or a page needs to find the program beside it. */
function loadingModule({ output, functions: file }, functions) {
  const name = basename(output);
  const given = `${functions ? 'functions, ' : ''}args: ['${basename(name, '.wasm')}'], ...options`;
  return `// Loads ${name}. Made by \`asyncio-wasm build\`.

import { load as loadProgram } from 'asyncio-wasm';
${functions ? `import functions from './${basename(file)}';\n` : ''}
/** Loads the program; the options are those of asyncio-wasm's load(). */
export function load(options) {
  return loadProgram(new URL('./${name}', import.meta.url), { ${given} });
}

/** Loads it and runs main(); gives the exit status. */
export async function run(options) {
  return (await load(options)).run();
}
`;
}

/** So many passes for each thread are worth that V8 optimises Binaryen. */
const MANY = 6;

/** Builds programs, each of [sources]; options: flags, output, folder, library, names, quiet. */
export async function build({ sources, ...given }) {
  const options = { flags: [], library: false, names: false, ...given };
  const missing = sources.find((source) => !existsSync(source));
  if (missing) throw new BuildError(`there is no file ${missing}`);
  refuse(options.flags);
  refuse((process.env.EMCC_CFLAGS ?? '').split(/\s+/), ' (in EMCC_CFLAGS)');
  options.archive ??= await findLibrary(options);
  const all = (options.output ? [sources] : sources.map((source) => [source])).map((program) =>
    filesFor(program, options),
  );
  const waiting = all.filter((files) => !upToDate(files, options));
  const threads = Math.min(availableParallelism(), waiting.length);
  const work = () => Promise.all(Array.from({ length: threads }, () => buildFrom(waiting, options)));
  await (waiting.length < MANY * threads ? withoutOptimising(work) : work());
  return all;
}

/** Builds one after the other of what waits; several of these share the work, each with a thread for the pass. */
async function buildFrom(waiting, options) {
  const pass = new PassThread();
  try {
    for (let files = waiting.shift(); files; files = waiting.shift()) {
      if (!options.quiet) console.log(`  wasm     ${files.output}`);
      try {
        await compileAndLink(files, options);
        await suspend(files, options, pass);
      } finally {
        for (const left of [...files.objects, ...files.lists, files.linked, files.finished])
          rmSync(left, { force: true });
      }
    }
  } finally {
    await pass.end();
  }
}

export function parse(argv) {
  const options = { flags: [], sources: [], library: false, names: false, quiet: false };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '-o') options.output = argv[++i];
    else if (argv[i] === '--dir') options.folder = argv[++i];
    else if (argv[i] === '--archive') options.archive = argv[++i];
    else if (['--library', '--names', '--quiet'].includes(argv[i])) options[argv[i].slice(2)] = true;
    else if (argv[i].startsWith('-')) options.flags.push(argv[i]);
    else options.sources.push(argv[i]);
  }
  if (!options.sources.length)
    throw new BuildError(
      'usage: node build.mjs [-o out.wasm | -o out.mjs | --dir folder] [--library] [--names] [flags] program.c...',
    );
  if (options.output !== undefined && !/\.(wasm|mjs)$/.test(options.output))
    throw new BuildError(`-o names a .wasm or an .mjs file, not "${options.output}"`);
  return options;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await build(parse(process.argv.slice(2)));
  } catch (error) {
    console.error(error.message.startsWith('usage') ? error.message : `asyncio-wasm: ${error.message}`);
    process.exitCode = 1;
  }
}
