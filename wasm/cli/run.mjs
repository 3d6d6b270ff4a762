// Runs a program in Node:
//
//   node run.mjs [--clock=virtual] [--seed=n | --explore=n] [--trace=file] [--time-limit=seconds] program.wasm
//   [arguments...]
//
// Its output is the program's own, and its exit status too. Ctrl+C is SIGINT for the program, which runs in a thread of
// its own so that it can be ended if it does not hear that.

import { closeSync, openSync, readSync, readFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { explore, load } from '../asyncio.mjs';
import { breakIn } from './break-in.mjs';
import { Interrupts } from '../loader/interrupts.mjs';
import { unsupported } from '../loader/supported.mjs';

const TIMED_OUT = 124; // what timeout(1) says
const INTERRUPTED = 130;
const CRASHED = 134; // and a shell for a program that aborted
const PATIENCE = 1; // seconds for a program that is about to be ended to say where it is

function parse(argv) {
  const options = {};
  while (argv[0]?.startsWith('--')) {
    const [, name, value] = argv.shift().match(/^--([\w-]+)=?(.*)$/);
    if (!['clock', 'trace', 'time-limit', 'seed', 'explore'].includes(name))
      throw new Error(`unknown option --${name}`);
    options[name] = value;
  }
  if (options.clock !== undefined && !['real', 'virtual'].includes(options.clock))
    throw new Error(`--clock is real or virtual, not "${options.clock}"`);
  if (options['time-limit'] !== undefined && !(Number(options['time-limit']) > 0))
    throw new Error(`--time-limit wants seconds above 0, got "${options['time-limit']}"`);
  checkSeeds(/** @type {any} */ (options));
  if (!argv.length)
    throw new Error(
      'usage: node run.mjs [--clock=virtual] [--seed=n | --explore=n] [--trace=file] [--time-limit=seconds] ' +
        'program.wasm [arguments...]',
    );
  return { options, file: argv[0], args: [basename(argv[0], '.wasm'), ...argv.slice(1)] };
}

function checkSeeds({ seed, explore: seeds, clock, trace }) {
  if (seed !== undefined && !(/^\d+$/.test(seed) && seed < 2 ** 31))
    throw new Error(`a seed is a number from 1 to 2147483647, or 0 for none, not "${seed}"`);
  if (seeds !== undefined && !(/^\d+$/.test(seeds) && seeds > 0))
    throw new Error(`--explore wants a number of seeds above 0, not "${seeds}"`);
  if (seeds !== undefined && (seed !== undefined || trace))
    throw new Error('--explore looks for a seed; --seed and --trace are for one');
  if (clock === 'real' && (seeds || seed > 0)) throw new Error('a seed needs the virtual clock');
}

/** All of the text, however often the pipe is full. */
function write(fd, text) {
  let bytes = halted ? Buffer.alloc(0) : Buffer.from(text);
  while (bytes.length) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      if (error.code === 'EPIPE') process.exit(141);
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

function read(into) {
  try {
    return readSync(0, into);
  } catch (error) {
    if (error.code === 'EOF' || error.code === 'EAGAIN') return 0;
    throw error;
  }
}

function traceFile(name) {
  if (!name) return undefined;
  const fd = openSync(name, 'w');
  return { name, write: (text) => write(fd, text), close: () => closeSync(fd) };
}

let running; // the program of this thread
let halted = false; // it is about to be ended

async function exploreSeeds({ options, file, args }) {
  const module = await WebAssembly.compile(readFileSync(file)),
    seeds = Number(options.explore);
  const failed = await explore(module, {
    seeds,
    args,
    env: process.env,
    stdin: read,
    running: (program) => {
      running = program;
    },
  });
  if (!failed) {
    write(2, `asyncio: none of ${seeds} seeds fails\n`);
    return 0;
  }
  const { seed, crash, status = CRASHED } = failed;
  write(1, failed.stdout);
  write(2, failed.stderr + (crash ? `asyncio: ${crash.message}\n` : ''));
  if (status !== INTERRUPTED)
    write(
      2,
      `asyncio: seed ${seed} of ${seeds} fails, with status ${status}: replay it with SEED=${seed} ` +
        `(ASYNCIO_SEED=${seed} in the environment)\n`,
    );
  return status;
}

async function run({ options, file, args }) {
  if (options.explore) return exploreSeeds({ options, file, args });
  running = await load(readFileSync(file), {
    args,
    env: process.env,
    clock: options.clock || undefined,
    seed: options.seed,
    traceText: traceFile(options.trace),
    stdin: read,
    stdout: (text) => write(1, text),
    stderr: (text) => write(2, text),
  });
  try {
    return await running.run();
  } catch (error) {
    write(2, `asyncio: ${error.message}\n`);
    return CRASHED;
  }
}

// ---- the thread that runs it ----

function hear() {
  parentPort.postMessage('heard');
  if (running) running.interrupt();
  else process.exit(INTERRUPTED); // it is still being loaded
}

/** Tells where the program is. What it does until this thread is ended does not count any more. */
globalThis.asyncioHalt = () => {
  parentPort.postMessage({ haltedIn: running?.runningName() });
  halted = true;
};

async function work() {
  parentPort.on('message', hear);
  try {
    parentPort.postMessage(await run(workerData));
  } catch ({ message }) {
    parentPort.postMessage({ failed: message }); // uncaught, some runtimes would print it, too
  }
  parentPort.off('message', hear); // this thread may end; not every runtime's port has close()
}

// ---- the thread that owns it: a program that never gives way can be ended ----

/** Stops the program wherever it is, and answers who ran; undefined if it does not answer. */
function halt(worker) {
  return new Promise((resolve) => {
    worker.on('message', (said) => said.haltedIn && resolve(said.haltedIn));
    setTimeout(resolve, PATIENCE * 1000);
    breakIn('asyncioHalt()');
  });
}

/** As the terminal would: whatever else is going on in this process, it is over. */
async function dieOfInterrupt(worker, stop) {
  const name = await halt(worker);
  write(
    2,
    `asyncio: ended by Ctrl+C: ${name ?? 'the program'} has not given way, although it was asked twice. ` +
      '(A task that computes awaits asyncio_sleep(0) now and then.)\n',
  );
  stop();
  process.kill(process.pid, 'SIGINT');
}

function timeLimit({ 'time-limit': limit }, worker) {
  if (limit === undefined) return undefined;
  const seconds = Number(limit);
  return setTimeout(async () => {
    const name = await halt(worker);
    await worker.terminate();
    const advice =
      name === 'main()' ? '' : ', which has not given way to the loop (await asyncio_sleep(0) now and then)';
    const where = name ? `; it was in ${name}${advice}` : '; it was stopped';
    write(2, `asyncio: the time limit of ${seconds} s is over, and the program has not ended${where}\n`);
    process.exit(TIMED_OUT);
  }, seconds * 1000);
}

function start(command) {
  const worker = new Worker(new URL(import.meta.url), { workerData: command });
  const timer = timeLimit(command.options, worker);
  let dying;
  const interrupts = new Interrupts({
    send: () => worker.postMessage('interrupt'),
    force: () => (dying ??= dieOfInterrupt(worker, end)),
  });
  const press = () => interrupts.press();
  const end = () => {
    clearTimeout(timer);
    process.off('SIGINT', press);
  };
  process.on('SIGINT', press);
  worker.on('message', (said) => {
    if (said === 'heard') interrupts.heard();
    else if (typeof said === 'number') process.exitCode = said;
    else if (said.failed) fail({ message: said.failed });
  });
  worker.on('error', fail);
  worker.on('exit', (status) => {
    end();
    process.exitCode ??= status;
  });
}

function fail(error) {
  console.error(`asyncio-wasm: ${error.message}`);
  process.exitCode = 2;
}

if (isMainThread) {
  try {
    const wrong = unsupported();
    if (wrong) throw new Error(wrong);
    start(parse(process.argv.slice(2)));
  } catch (error) {
    fail(error);
  }
} else {
  await work();
}
