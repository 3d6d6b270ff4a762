// TaskGroup and Timeout.

import { CancelledError } from '../loader/errors.mjs';
import { needProgram } from './operations.mjs';
import * as CO from './co.mjs';
import * as DO from './do.mjs';
import * as MAKE from './make.mjs';
import { Context } from './shared.mjs';

export class TaskGroup extends Context {
  make(program) {
    return program.share(CO.NEW, MAKE.TASK_GROUP);
  }

  createTask(coroutine, options) {
    const program = this.program ?? needProgram('TaskGroup.createTask()');
    return program.createTask(coroutine, options, this.pointerIn(program));
  }
}

export class Timeout extends Context {
  #limit;
  #absolute;

  constructor(limit, absolute) {
    super();
    this.#limit = Number(limit);
    this.#absolute = absolute;
  }

  make(program) {
    return program.share(CO.NEW, this.#absolute ? MAKE.TIMEOUT_AT : MAKE.TIMEOUT, 0, 0, 0, this.#limit);
  }

  get when() {
    return this.do(DO.WHEN);
  }

  get expired() {
    return this.pointer !== 0 && this.do(DO.EXPIRED) !== 0;
  }

  reschedule(when) {
    this.do(DO.RESCHEDULE, when ?? Infinity);
  }

  disposedWith() {
    return this.expired ? new CancelledError() : undefined;
  }
}
