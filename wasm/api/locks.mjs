// Lock, Semaphore, Event, Condition, Barrier.

import { Operation, presentProgram } from './operations.mjs';
import * as CO from './co.mjs';
import * as OP from './op.mjs';
import { Request, now } from './requests.mjs';
import * as DO from './do.mjs';
import * as MAKE from './make.mjs';
import { Context, Shared, asyncDispose, dispose } from './shared.mjs';

class Lockable extends Context {
  acquire(scope) {
    return this.ask(OP.ENTER, scope, { answer: () => this });
  }

  release() {
    this.do(DO.RELEASE);
  }

  get locked() {
    return this.pointer !== 0 && this.do(DO.LOCKED) !== 0;
  }

  [dispose]() {
    this.release();
  }

  async [asyncDispose]() {
    this.release();
  }
}

export class Lock extends Lockable {
  make(program) {
    return program.share(CO.NEW, MAKE.LOCK);
  }
}

export class Semaphore extends Lockable {
  #value;

  constructor(value = 1) {
    super();
    this.#value = value;
    if (value < 0) throw new RangeError('Semaphore initial value must be >= 0');
  }

  make(program) {
    return program.share(CO.NEW, this.kind, 0, 0, 0, this.#value);
  }

  get kind() {
    return MAKE.SEMAPHORE;
  }

  get locked() {
    return this.pointer ? super.locked : this.#value === 0;
  }
}

export class BoundedSemaphore extends Semaphore {
  get kind() {
    return MAKE.BOUNDED_SEMAPHORE;
  }
}

export class Event extends Shared {
  #early = false; // set before there was a loop

  make(program) {
    const pointer = program.share(CO.NEW, MAKE.EVENT);
    if (this.#early) program.share(CO.DO, DO.SET, pointer);
    return pointer;
  }

  #change(what, early) {
    if (this.program ?? presentProgram()) this.do(what);
    else this.#early = early;
  }

  wait(scope) {
    return this.ask(OP.EVENT_WAIT, scope, { answer: () => true });
  }

  set() {
    this.#change(DO.SET, true);
  }

  clear() {
    this.#change(DO.CLEAR, false);
  }

  get isSet() {
    return this.pointer ? this.do(DO.IS_SET) !== 0 : this.#early;
  }
}

export class Condition extends Lockable {
  #lock;

  constructor(lock) {
    super();
    this.#lock = lock;
  }

  make(program) {
    return program.share(CO.NEW, MAKE.CONDITION, this.#lock?.pointerIn(program) ?? 0);
  }

  wait(scope) {
    return this.ask(OP.CONDITION_WAIT, scope, { answer: () => true });
  }

  /** Waits until a function says something true, and gives that. */
  waitFor(predicate, scope) {
    return new Operation(() => this.#waitingFor(predicate), scope ?? this, 'Condition');
  }

  *#waitingFor(predicate) {
    for (;;) {
      const answer = predicate();
      if (answer) return answer;
      yield new Request(OP.CONDITION_WAIT, this.pointerIn(now.coroutine.program));
    }
  }

  notify(count = 1) {
    this.do(DO.NOTIFY, count);
  }

  notifyAll() {
    this.do(DO.NOTIFY, 1e9);
  }
}

export class Barrier extends Context {
  #parties;

  constructor(parties) {
    super();
    this.#parties = parties;
    if (!(parties >= 1)) throw new RangeError('parties must be >= 1');
  }

  make(program) {
    return program.share(CO.NEW, MAKE.BARRIER, 0, 0, 0, this.#parties);
  }

  /** Gives 0, 1, ...: another number in each task. */
  wait(scope) {
    return this.ask(OP.BARRIER_WAIT, scope, /** @type {any} */ ({ answer: (position) => position }));
  }

  reset(scope) {
    return this.ask(OP.BARRIER_RESET, scope);
  }

  abort(scope) {
    return this.ask(OP.BARRIER_RESET, scope, { b: 1 });
  }

  get parties() {
    return this.#parties;
  }

  get waiting() {
    return this.pointer ? this.do(DO.N_WAITING) : 0;
  }

  get broken() {
    return this.pointer !== 0 && this.do(DO.BROKEN) !== 0;
  }
}
