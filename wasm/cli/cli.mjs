#!/usr/bin/env node
// The command line: npx asyncio-wasm COMMAND. Each command is a function below; COMMANDS says what --help prints.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
// @ts-expect-error: build.d.mts says only what the package's users are to call
import { build, findLibrary, parse } from '../build/build.mjs';
import { BuildError } from '../build/build-error.mjs';
import { places } from '../build/places.mjs';
import { starter } from './starter.mjs';
import { summary } from './summary.mjs';
import { unsupported } from '../loader/supported.mjs';

const COMMANDS = {
  run: {
    call: run,
    usage:
      'run [--clock=virtual] [--seed=N | --explore=N] [--trace=FILE] [--time-limit=SECONDS] [compiler flags] ' +
      'PROGRAM.c|PROGRAM.wasm [arguments...]',
    does: 'compiles a program and runs it; ends with its exit status',
    more:
      '--clock=virtual does not wait: time jumps to the next deadline. --seed=N varies what\n' +
      'real timing may vary, reproducibly; --explore=N looks for a seed that makes it fail. --time-limit ends a ' +
      'program that never gives way.\n' +
      'What was compiled is kept and used again until a source changes.',
  },
  build: {
    call: compile,
    usage: 'build [-o OUT.wasm | -o OUT.mjs | --dir FOLDER] [--library] [--names] [compiler flags] PROGRAM.c...',
    does: 'compiles programs for pages and Node',
    more:
      'With -o, all sources make one program, with --dir each makes one of its own. OUT.mjs is a module that ' +
      'loads OUT.wasm\n' +
      '(export load and run). --library is for programs without main(). --names keeps the function names, for ' +
      'stack traces.\n' +
      'emcc (Emscripten) must be installed; the rest is in this package.',
  },
  pass: {
    call: pass,
    usage: 'pass LINKED.wasm OUT.wasm [--names]',
    does: 'makes a module suspendable that your own build has linked',
    more: 'The last step of a build with CMake or make: see `asyncio-wasm paths --help`.',
  },
  paths: {
    call: paths,
    usage: 'paths [--include | --library | --cmake | --pkg-config | --src]',
    does: 'where headers, library, CMake and pkg-config files are',
    more:
      'Without an option, all of them.\n  cmake -Dasyncio-wasm_DIR=$(npx asyncio-wasm paths --cmake) ...\n' +
      '  PKG_CONFIG_PATH=$(npx asyncio-wasm paths --pkg-config) pkg-config --cflags asyncio-wasm',
  },
  trace: {
    call: trace,
    usage: 'trace [--summary] [-o TRACE.json | -o TRACE.jsonl] [--clock=virtual] PROGRAM.c|PROGRAM.wasm [arguments...]',
    does: 'runs a program and records what the event loop did',
    more:
      'TRACE.json opens at ui.perfetto.dev; TRACE.jsonl has one event a line. --summary prints a table: how long ' +
      'each task\n' +
      'ran, was ready to run, and waited. These options may stand behind the program, too; what follows a -- is ' +
      "the program's own.",
  },
  examples: {
    call: examples,
    usage: 'examples [NAME] [-o FILE]',
    does: 'lists example programs, or prints one',
    more: 'Each is the twin of a Python program: NAME.c, NAME.py and NAME.out, what both print.',
  },
  play: {
    call: play,
    usage: 'play [PORT]',
    does: 'serves the playground on this machine',
    more: 'Nothing leaves this machine; no network is needed.',
  },
  new: {
    call: create,
    usage: 'new FOLDER',
    does: 'makes a starter project',
    more:
      'A C program, a page and a Node script that run it, and a package.json with the commands to build and ' +
      'serve it.',
  },
};

const HELP = `usage: asyncio-wasm COMMAND ...

${Object.values(COMMANDS)
  .map(({ usage, does }) => `  ${usage.split(' ')[0].padEnd(10)} ${does}`)
  .join('\n')}

asyncio-wasm COMMAND --help tells more. asyncio-wasm --version`;

class UsageError extends Error {}

/** Takes the options that are listed (name: whether it has a value) off the front; what follows is left. */
function options(argv, known) {
  const given = {},
    rest = [...argv];
  while (rest[0]?.startsWith('-')) {
    const [, name, value] = /^--?([\w-]+?)(?:=(.*))?$/s.exec(rest[0]) ?? [];
    if (!(name in known)) break;
    rest.shift();
    given[name] = !known[name] ? true : (value ?? rest.shift());
    if (given[name] === undefined) throw new UsageError(`${name} wants a value`);
  }
  return { given, rest };
}

// ---- run, build, trace ----

/** Compiles a program into the cache, unless it is compiled already; gives the path of its wasm. */
async function compiled(file, flags) {
  if (!existsSync(file)) throw new BuildError(`there is no file ${file}`);
  if (extname(file) === '.wasm') return file;
  if (extname(file) !== '.c') throw new UsageError(`${file} is neither a .c nor a .wasm file`);
  const folder = join(places.cache, 'run', createHash('sha256').update(realpathSync(file)).digest('hex').slice(0, 12));
  const output = join(folder, `${basename(file, '.c')}.wasm`);
  await withProgress(`compiling ${file}`, () => build({ sources: [file], output, flags, names: true, quiet: true }));
  return output;
}

/** Says what is going on if it takes long enough for somebody to wonder; only on a terminal. */
async function withProgress(text, work) {
  const began = Date.now(),
    terminal = process.stderr.isTTY;
  const timer =
    terminal &&
    setInterval(() => process.stderr.write(`\r${text} … ${((Date.now() - began) / 1000).toFixed(0)} s`), 500);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (terminal) process.stderr.write('\r\x1b[K');
  }
}

/** run.mjs takes this process over: output, input, exit status and signals are the program's own. */
async function become(args) {
  process.argv = [process.argv[0], join(places.loader, 'cli/run.mjs'), ...args];
  await import(pathToFileURL(process.argv[1]).href);
}

const RUNNING = { 'clock': true, 'trace': true, 'time-limit': true, 'seed': true, 'explore': true };
const asWords = (given) => Object.entries(given).map(([name, value]) => `--${name}=${value}`);

function program(rest) {
  const at = rest.findIndex((word) => !word.startsWith('-'));
  if (at < 0) throw new UsageError('no program is named');
  return { flags: rest.slice(0, at), file: rest[at], args: rest.slice(at + 1) };
}

async function run(argv) {
  const { given, rest } = options(argv, RUNNING),
    { flags, file, args } = program(rest);
  await become([...asWords(given), await compiled(file, flags), ...args]);
}

async function compile(argv) {
  const wanted = parse(argv);
  await withProgress('compiling', () => build(wanted));
}

async function pass([input, output, ...flags]) {
  if (!input || !output) throw new UsageError('two files are wanted');
  const { makeSuspendable } = await import('../build/pass.mjs');
  const { version } = await import(pathToFileURL(places.version).href);
  writeFileSync(output, makeSuspendable(readFileSync(input), { names: flags.includes('--names'), version }));
}

async function trace(argv) {
  const known = { ...RUNNING, o: true, summary: false },
    before = options(argv, known),
    { flags, file, args: words } = program(before.rest);
  const behind = options(words, known),
    args = behind.rest[0] === '--' ? behind.rest.slice(1) : behind.rest;
  const { o: output, summary: wanted, ...given } = /** @type {any} */ ({ ...before.given, ...behind.given });
  if (!wanted && !output) throw new UsageError('-o FILE or --summary is wanted');
  if (output && !/\.jsonl?$/.test(output)) throw new UsageError(`-o names a .json or a .jsonl file, not "${output}"`);
  const folder = mkdtempSync(join(tmpdir(), 'asyncio-wasm-')),
    events = resolve(output ?? join(folder, 'trace.jsonl'));
  try {
    const wasm = await compiled(file, flags);
    await child([join(places.loader, 'cli/run.mjs'), ...asWords({ ...given, trace: events }), wasm, ...args]);
    if (wanted) console.error(summary(readFileSync(events, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A Node of its own; this one passes signals on to it, and ends as it did. */
function child(args) {
  const started = spawn(process.execPath, args, { stdio: 'inherit' });
  const forward = (signal) => started.kill(signal),
    signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return new Promise((done, failed) => {
    started.on('error', failed);
    started.on('exit', (status, signal) => {
      for (const name of signals) process.off(name, forward);
      process.exitCode = status ?? 128 + constants.signals[signal];
      done(undefined);
    });
  });
}

// ---- the rest ----

/** Where things are, of those that are asked for: what depends on the Emscripten that is here is made for it first. */
const PATHS = {
  'include': () => resolve(places.include),
  'library': async () => resolve(await findLibrary({})),
  'src': () => resolve(places.sources),
  'cmake': () => resolve(places.library, '../cmake/asyncio-wasm'),
  'pkg-config': async () => (await import('../build/pkg-config.mjs')).preparePkgConfig(),
};

async function paths(argv) {
  const { given, rest } = options(argv, Object.fromEntries(Object.keys(PATHS).map((name) => [name, false])));
  if (rest.length) throw new UsageError(`unknown: ${rest.join(' ')}`);
  const asked = Object.keys(given);
  for (const name of asked) console.log(await PATHS[name]());
  if (asked.length) return;
  for (const [name, find] of Object.entries(PATHS)) {
    const found = await Promise.resolve(find()).catch(({ message }) => `(${message})`);
    console.log(`${name.padEnd(11)} ${found}`);
  }
}

function examples(argv) {
  const at = argv.indexOf('-o'),
    output = at < 0 ? undefined : argv[at + 1];
  const [name] = argv.filter((_, i) => at < 0 || (i !== at && i !== at + 1));
  const names = readdirSync(places.examples)
    .filter((file) => file.endsWith('.c'))
    .map((file) => basename(file, '.c'))
    .sort();
  if (at >= 0 && !output) throw new UsageError('-o wants a file');
  if (!name) return console.log(names.map((one) => `${one.padEnd(40)} ${join(places.examples, one)}.c`).join('\n'));
  const found = names.filter((one) => one === name || one.startsWith(`${name}-`));
  if (found.length !== 1) throw new UsageError(`there is no example "${name}"; \`asyncio-wasm examples\` lists them`);
  const text = readFileSync(join(places.examples, `${found[0]}.c`), 'utf8');
  if (output) writeFileSync(output, text, { flag: 'wx' });
  else process.stdout.write(text);
}

async function play([port]) {
  if (port !== undefined && !/^\d+$/.test(port)) throw new UsageError(`a port is a number, not "${port}"`);
  if (!places.site || !existsSync(join(places.site, 'index.html')))
    throw new BuildError('the playground is not built yet: `make web`');
  const { serve } = await import(pathToFileURL(places.serve).href);
  const { url } = await serve({ root: places.site, port: Number(port ?? 8080) });
  console.log(`asyncio-wasm playground: ${url}`);
}

async function create([folder]) {
  if (!folder) throw new UsageError('a folder is wanted');
  if (existsSync(folder) && readdirSync(folder).length)
    throw new BuildError(`${folder} is there already, and not empty`);
  const { version } = await import(pathToFileURL(places.version).href);
  const files = starter({
    name: basename(resolve(folder))
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-'),
    version,
  });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  console.log(
    `${folder} is made. Now:\n\n  cd ${folder}\n  npm install\n  npm start        # builds it and runs it in ` +
      'Node\n  npm run page     # builds it and serves the page',
  );
}

// ---- which command ----

const capital = (text) => text[0].toUpperCase() + text.slice(1);

async function main([name, ...argv]) {
  const wrong = unsupported();
  if (wrong) throw new BuildError(wrong);
  if (name === '--version' || name === '-v')
    return console.log((await import(pathToFileURL(places.version).href)).version);
  if (!name || name === '--help' || name === '-h' || name === 'help') return console.log(HELP);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`there is no command "${name}".\n\n${HELP}`);
  const end = argv.findIndex((word) => !word.startsWith('-')); // after a program's name, --help is the program's
  if (argv.slice(0, end < 0 ? undefined : end).some((word) => word === '--help' || word === '-h'))
    return console.log(`usage: asyncio-wasm ${command.usage}\n\n${capital(command.does)}.\n${command.more}`);
  try {
    return await command.call(argv);
  } catch (error) {
    if (error instanceof UsageError) error.message += `\nusage: asyncio-wasm ${command.usage}`;
    throw error;
  }
}

main(/** @type {any} */ (process.argv.slice(2))).catch((error) => {
  const expected = error instanceof UsageError || error instanceof BuildError || error.code === 'EEXIST';
  console.error(expected ? `asyncio-wasm: ${error.message}` : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
