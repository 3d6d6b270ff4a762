// run(): the event loop for programs that are JavaScript alone, on the library compiled without any C program.

import { now } from './requests.mjs';
import { CancelledError, RuntimeError } from '../loader/errors.mjs';
import { messageOf, signalIn } from '../loader/texts.mjs';
import { defaults } from './operations.mjs';
import { nameIn } from './scope.mjs';
import { compileSource } from '../loader/module.mjs';
import { Program } from '../loader/program.mjs';

/** Where the library is, with traces and seeds and without, which is smaller: asyncio.mjs, beside which they stand,
 * fills it in. */
export const libraries = { tools: undefined, lean: undefined }; // () → URL

const wantsTools = ({ trace, traceText, seed, env = {} }) =>
  trace || traceText || seed !== undefined || Object.keys(env).some((name) => /^ASYNCIO_(TRACE|SEED)$/.test(name));

const compiled = {};

/** Compiled once, instantiated for each loop. */
function library(options) {
  const which = wantsTools(options) ? 'tools' : 'lean';
  return (compiled[which] ??= compileSource(libraries[which]()).catch((error) => {
    compiled[which] = undefined; // to be tried again
    throw error;
  }));
}

async function runtime({ wasm, ...options }) {
  const program = new Program(await (wasm ? compileSource(wasm) : library(options)), options);
  await program.instantiate();
  return program;
}

/**
 * asyncio.run: runs a coroutine until it is done, cancels the tasks that are left over, and lets them clean up.
 *
 * @param main     a generator function, an async function, or what calling one gave
 * @param options  name: the main task's; signal: cancels it; exceptionHandler({ message, exception, task }) is told of
 * errors
 *                 that nobody awaits; wasm: where the library is, as for load(); clock, trace, stdout, ... as for
 *                 load()
 */
export async function run(main, options) {
  const { exceptionHandler, ...rest } = options ?? {},
    name = nameIn(options),
    signal = signalIn(options);
  if (exceptionHandler !== undefined && typeof exceptionHandler !== 'function')
    throw new TypeError('exceptionHandler is to be a function');
  if (now.coroutine) throw new RuntimeError('run() cannot be called from a running event loop');
  signal?.throwIfAborted();
  const program = await runtime(rest),
    { coroutines } = program;
  signal?.throwIfAborted();
  coroutines.unhandled = exceptionHandler;
  const task = coroutines.setMain(main, name);
  const abort = () => task.cancel(messageOf(signal.reason));
  signal?.addEventListener('abort', abort, { once: true });
  now.programs.push(coroutines);
  try {
    await program.run();
  } finally {
    now.programs.splice(now.programs.indexOf(coroutines), 1);
    signal?.removeEventListener('abort', abort);
  }
  const failure = coroutines.mainFailure;
  if (failure) throw signal?.aborted && failure.error instanceof CancelledError ? signal.reason : failure.error;
  return task.returned;
}

let background;

async function runForEver() {
  const program = await runtime(/** @type {any} */ ({}));
  program.coroutines.setMain(() => new Promise(() => {}), 'background');
  program.run();
  return program.coroutines;
}

/** The loop of what is awaited outside of run(): it never ends. */
defaults.program = () =>
  (background ??= runForEver().catch((error) => {
    background = undefined;
    throw error;
  }));
