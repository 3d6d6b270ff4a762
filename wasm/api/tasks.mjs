// Tasks, sleeping, callbacks of the loop and its time: asyncio's functions for JavaScript.

import { ValueError } from '../loader/errors.mjs';
import { Timeout } from './groups.mjs';
import { Operation, needProgram } from './operations.mjs';
import * as CO from './co.mjs';
import * as OP from './op.mjs';
import { Request, now } from './requests.mjs';
import { hold } from './shared.mjs';
import { settled } from './steps.mjs';

/** Schedules a coroutine as a task, which starts soon. */
export function createTask(coroutine, options) {
  return (options?.program ?? needProgram('createTask()')).createTask(coroutine, options);
}

/** The task whose generator runs; undefined elsewhere, and after an await of an async function. */
export const currentTask = () => now.coroutine?.task;

export function sleep(seconds, scope) {
  if (Number.isNaN(Number(seconds))) throw new ValueError('Invalid delay: NaN (not a number)');
  return new Operation(
    () =>
      (function* () {
        yield new Request(OP.SLEEP, 0, Number(seconds));
      })(),
    scope,
    'sleep',
  );
}

/** Waits for a promise; `make` may be a function that is given an AbortSignal. For generators, where it is `await`. */
export function wrapFuture(make, scope) {
  return new Operation(
    () =>
      (function* () {
        const controller = new AbortController();
        return yield* settled(typeof make === 'function' ? make(controller.signal) : make, controller);
      })(),
    scope,
    'wrapFuture',
  );
}

/** Has the loop call a function in its next turn, or after a delay in seconds. Gives a handle with cancel(). */
export function callSoon(callback, program = needProgram('callSoon()')) {
  return new Handle(program, callback, false, 0);
}

export function callLater(delay, callback, program = needProgram('callLater()')) {
  return new Handle(program, callback, true, Number(delay));
}

class Handle {
  #call; // what is still to be called: the program keeps no more than a way to it

  constructor(program, callback, later, delay) {
    if (typeof callback !== 'function') throw new TypeError('a callable object was expected');
    const call = (this.#call = { callback });
    hold(
      this,
      program,
      program.withFunction(
        () => call.callback(),
        (at) => program.ask(CO.CALL, (call.at = at), later ? 1 : 0, 0, 0, delay),
      ),
    );
    call.callback = () => {
      this.#call = undefined;
      callback();
    };
  }

  cancel() {
    const call = this.#call;
    this.#call = undefined;
    const { program, pointer } = /** @type {any} */ (this); // hold() gave them
    if (!call || !program.host.alive()) return;
    program.ask(CO.CANCEL_HANDLE, pointer);
    program.taken(call.at);
  }
}

/** The time of the loop's clock, in seconds. */
export const time = (program = needProgram('time()')) => program.ask(CO.TASK_INFO, 0, 5);

/** A limit for a block: `timeout(1.5).use(body)`. Seconds, or nothing for no limit yet. */
export const timeout = (seconds) => new Timeout(seconds ?? Infinity, false);
export const timeoutAt = (when) => new Timeout(when ?? Infinity, true);
