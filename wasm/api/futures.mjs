// Futures.

import { CancelledError, InvalidStateError } from '../loader/errors.mjs';
import { textOf } from '../loader/texts.mjs';
import { Operation, needProgram } from './operations.mjs';
import * as CO from './co.mjs';
import * as OP from './op.mjs';
import { Request, now } from './requests.mjs';
import * as DO from './do.mjs';
import * as MAKE from './make.mjs';
import { Shared, hold } from './shared.mjs';

/** For tasks and futures. */
export function addDoneCallback(program, future, callback) {
  if (!program?.host.alive())
    callback(future); // whatever it is, it has ended
  else
    program.withFunction(
      () => callback(future),
      (at) => program.ask(CO.ON_DONE, future.pointerIn(program), at),
    );
}

const CANCELLED = 1,
  STATE = 3;

export class Awaitable extends Shared {
  /** A task can cancel it, by being cancelled while it awaits it. */
  get state() {
    return this.pointer && this.program.host.alive() ? this.program.ask(CO.TASK_INFO, this.pointer, 4) & STATE : 0;
  }

  get done() {
    return this.state !== 0;
  }

  get cancelled() {
    return this.state === CANCELLED;
  }

  cancel(message) {
    if (this.done) return false;
    const program = this.program ?? needProgram(`a new ${this.constructor.name}`),
      pointer = this.pointerIn(program);
    const work = (at) => program.ask(CO.CANCEL, pointer, at) !== 0;
    return message === undefined ? work(0) : program.bridge.withText([textOf(message)], work);
  }

  addDoneCallback(callback) {
    addDoneCallback(this.program ?? needProgram(`a new ${this.constructor.name}`), this, callback);
  }
}
Object.defineProperty(Awaitable.prototype, 'isOperation', { value: true });

export class Future extends Awaitable {
  #outcome; // { value } or { error }

  make(program) {
    const pointer = program.share(CO.NEW, MAKE.FUTURE);
    if (this.#outcome) this.#tell(program, pointer); // it ended before anybody there asked
    return pointer;
  }

  get done() {
    return this.#outcome !== undefined || super.done;
  }

  #end(outcome) {
    if (this.done) throw new InvalidStateError('invalid state');
    this.#outcome = outcome;
    const { program, pointer } = this;
    if (pointer && program.host.alive()) program.tell(() => this.#tell(program, pointer));
  }

  #tell(program, pointer) {
    if ('error' in this.#outcome) {
      program.restore(this.#outcome.error);
      program.share(CO.DO, DO.SET_EXCEPTION, pointer);
      return;
    }
    const value = program.keepForC(this.#outcome.value),
      handle = program.share(CO.DO, DO.SET_RESULT, pointer, 0, 0, value);
    // what C gets of it, as long as this is there
    if (handle) hold(Object.assign(this, { kept: {} }).kept, program, handle);
  }

  setResult(value) {
    this.#end({ value });
  }

  setException(error) {
    this.#end({ error });
  }

  result() {
    if (this.cancelled) throw new CancelledError();
    if (!this.#outcome) throw new InvalidStateError('Result is not set.');
    if ('error' in this.#outcome) throw this.#outcome.error;
    return this.#outcome.value;
  }

  get exception() {
    return this.cancelled ? new CancelledError() : this.#outcome?.error;
  }

  *[Symbol.iterator]() {
    if (!this.#outcome) yield new Request(OP.AWAIT, this.pointerIn(now.coroutine.program));
    return this.result();
  }

  then(resolve, reject) {
    return new Operation(() => this[Symbol.iterator](), this, 'Future').then(resolve, reject);
  }
}
