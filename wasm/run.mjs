// Runs a program in Node: node run.mjs [--clock=virtual] [--trace=file] [--time-limit=seconds] program.wasm [arguments...]
//
// Its output is the program's own, and its exit status too.

import { closeSync, openSync, readSync, readFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { load } from './asyncio.mjs';

const TIMED_OUT = 124; // what timeout(1) says
const CRASHED = 134; // and a shell for a program that aborted

function parse(argv) {
  const options = {};
  while (argv[0]?.startsWith('--')) {
    const [, name, value] = argv.shift().match(/^--([\w-]+)=?(.*)$/);
    if (!['clock', 'trace', 'time-limit'].includes(name)) throw new Error(`unknown option --${name}`);
    options[name] = value;
  }
  if (options.clock !== undefined && !['real', 'virtual'].includes(options.clock))
    throw new Error(`--clock is real or virtual, not "${options.clock}"`);
  if (!argv.length) throw new Error('usage: node run.mjs [--clock=virtual] [--trace=file] [--time-limit=seconds] program.wasm [arguments...]');
  return { options, file: argv[0], args: [basename(argv[0], '.wasm'), ...argv.slice(1)] };
}

/** All of the text, however often the pipe is full. */
function write(fd, text) {
  let bytes = Buffer.from(text);
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

async function run({ options, file, args }) {
  const program = await load(readFileSync(file), {
    args, env: process.env, clock: options.clock || undefined, traceText: traceFile(options.trace),
    stdin: read, stdout: (text) => write(1, text), stderr: (text) => write(2, text),
  });
  try {
    return await program.run();
  } catch (error) {
    write(2, `asyncio: ${error.message}\n`);
    return CRASHED;
  }
}

/** In a thread of its own, so that a program that never gives way can be ended. */
function runLimited(command) {
  const seconds = Number(command.options['time-limit']);
  if (!(seconds > 0)) throw new Error(`--time-limit wants seconds above 0, got "${command.options['time-limit']}"`);
  const worker = new Worker(new URL(import.meta.url), { workerData: command });
  const timer = setTimeout(async () => {
    await worker.terminate();
    write(2, `asyncio: the time limit of ${seconds} s is over and the program has not ended; it was stopped. ` +
      '(A task that computes without awaiting keeps every other one from running: await asyncio_sleep(0) now and then.)\n');
    process.exit(TIMED_OUT);
  }, seconds * 1000);
  worker.on('error', (error) => {
    clearTimeout(timer);
    fail(error);
  });
  worker.on('message', (status) => {
    clearTimeout(timer);
    process.exitCode = status;
  });
}

function fail(error) {
  console.error(`asyncio-wasm: ${error.message}`);
  process.exitCode = 2;
}

if (isMainThread) {
  try {
    const command = parse(process.argv.slice(2));
    if (command.options['time-limit'] !== undefined) runLimited(command);
    else process.exitCode = await run(command);
  } catch (error) {
    fail(error);
  }
} else {
  const { parentPort } = await import('node:worker_threads');
  parentPort.postMessage(await run(workerData));
}
