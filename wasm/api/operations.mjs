// Operations: what asyncio's coroutine functions (sleep, Lock.acquire, ...) give. Nothing happens before one is
// awaited:
//
//   yield* sleep(1)            in a generator: the task that runs it waits, with CPython's order of events
//   await sleep(1, task)       in an async function: an engine's promise knows nothing of tasks, so the task is handed
//   on await sleep(1, { signal }) anywhere: aborting the signal cancels it
//   await sleep(1)             anywhere: nobody's; nothing cancels it

import { CancelledError, RuntimeError } from '../loader/errors.mjs';
import { messageOf } from '../loader/texts.mjs';
import { now } from './requests.mjs';
import { scopeOf } from './scope.mjs';

export class Operation {
  #steps;
  #scope;
  #promise;

  /** steps: makes a generator of requests; scope: a task, { signal } or nothing, also { program }. */
  constructor(steps, scope, name) {
    this.#steps = steps;
    this.#scope = scope;
    this.coroutineName = name;
  }

  [Symbol.iterator]() {
    return this.#steps();
  }

  then(resolve, reject) {
    return (this.#promise ??= perform(this.#steps, this.#scope, this.coroutineName)).then(resolve, reject);
  }

  catch(reject) {
    return this.then(undefined, reject);
  }

  finally(call) {
    return this.then().finally(call);
  }
}
Object.defineProperty(Operation.prototype, 'isOperation', { value: true });
Object.defineProperty(Operation.prototype, Symbol.toStringTag, { value: 'Operation' });

export const defaults = { program: undefined }; // () → promise of the program for what runs outside of any other

/** The program that is meant where none is named: that of the running coroutine, or the one that runs. */
export function presentProgram() {
  return now.coroutine?.program ?? now.programs.at(-1);
}

export function needProgram(what) {
  const program = presentProgram();
  if (!program) throw new RuntimeError(`no running event loop: ${what} is for coroutines; start one with run()`);
  return program;
}

async function perform(steps, scope, name) {
  const { task, signal, program: named } = scopeOf(scope);
  if (task) return task.perform(steps, name);
  if (signal?.aborted) throw signal.reason;
  const program = named ?? presentProgram() ?? (await defaults.program());
  const own = program.createTask(steps, { name });
  if (!signal) return own;
  const abort = () => own.cancel(messageOf(signal.reason));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await own;
  } catch (error) {
    throw signal.aborted && error instanceof CancelledError ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
