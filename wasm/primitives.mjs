// Locks, events, queues, groups, timeouts, futures: the library's own, for JavaScript. Each belongs to the loop in
// which it is first used. asyncio.h says what each call does; the order in which waiters go on is the library's, for C
// and JavaScript alike.

import { CO, OP, Request, now, stepsOf } from './coroutines.mjs';
import { CancelledError, InvalidStateError, QueueShutDown, RuntimeError } from './errors.mjs';
import { Operation, needProgram, presentProgram } from './operations.mjs';

const MAKE = Object.fromEntries(
  [
    'LOCK',
    'SEMAPHORE',
    'BOUNDED_SEMAPHORE',
    'EVENT',
    'CONDITION',
    'BARRIER',
    'QUEUE',
    'LIFO_QUEUE',
    'PRIORITY_QUEUE',
    'TASK_GROUP',
    'TIMEOUT',
    'TIMEOUT_AT',
    'FUTURE',
  ].map((name, i) => [name, i]),
);
const DO = Object.fromEntries(
  [
    'RELEASE',
    'LOCKED',
    'SET',
    'CLEAR',
    'IS_SET',
    'NOTIFY',
    'N_WAITING',
    'BROKEN',
    'PUT',
    'GET',
    'TASK_DONE',
    'SHUTDOWN',
    'SIZE',
    'FULL',
    'RESCHEDULE',
    'WHEN',
    'EXPIRED',
    'SET_RESULT',
    'SET_EXCEPTION',
  ].map((name, i) => [name, i]),
);

const dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

// ---- what belongs to a program ----

const held = new FinalizationRegistry(({ program, pointer, values }) => {
  if (!program.host.alive()) return;
  program.forget(pointer);
  program.share(CO.RELEASE, pointer, values);
});

/** The object stands for a pointer of a program's, whose reference it has until it is collected. */
export function hold(object, program, pointer, values = 0) {
  object.program = program;
  object.pointer = pointer;
  held.register(object, { program, pointer, values });
}

class Shared {
  program = undefined;
  pointer = 0;

  /** Its pointer in a program; it is made there if this is the first use of it. */
  pointerIn(program) {
    if (!this.pointer) hold(this, program, this.make(program), this.values ?? 0);
    if (this.program !== program) throw new RuntimeError(`${this.constructor.name} is bound to a different event loop`);
    return this.pointer;
  }

  do(what, number = 0) {
    const program = this.program ?? needProgram(`a new ${this.constructor.name}`);
    return program.ask(CO.DO, what, this.pointerIn(program), this.values ?? 0, 0, number);
  }

  /** An operation of one request. */
  ask(op, scope, { number = 0, b = 0, c = 0, answer = () => undefined } = {}) {
    return new Operation(() => this.#asking(op, number, b, c, answer), scope ?? this, this.constructor.name);
  }

  *#asking(op, number, b, c, answer) {
    return answer(yield new Request(op, this.pointerIn(now.coroutine.program), number, b, c));
  }
}

/** What `async with` takes. */
class Context extends Shared {
  #scope;

  /** `async with this: body`. The body is a function, a generator function or an async function, and is given this and
   * the task; what it gives is the result. */
  use(body, scope) {
    return new Operation(() => this.#using(body), scope ?? this, this.constructor.name);
  }

  *#using(body) {
    const { program, task } = now.coroutine,
      pointer = this.pointerIn(program);
    yield new Request(OP.ENTER, pointer);
    let result;
    try {
      const made = body(this, task),
        run = typeof made?.then === 'function' && !made.isOperation ? now.coroutine.serve(made) : made;
      result =
        typeof run?.[Symbol.iterator] === 'function' && (run.isOperation || typeof run.throw === 'function')
          ? yield* stepsOf(run)
          : run;
    } catch (error) {
      program.restore(error);
      yield new Request(OP.EXIT, pointer);
      return undefined;
    }
    yield new Request(OP.EXIT, pointer);
    return result;
  }

  /** Enters, for `await using x = await context.enter(task)`. Gives this. */
  enter(scope) {
    this.#scope = scope;
    return this.ask(OP.ENTER, scope, { answer: () => this });
  }

  /** Leaves, after enter(). `error` is what the block ended with, if it failed. */
  exit(error, scope = this.#scope) {
    return new Operation(() => this.#leaving(error), scope ?? this, this.constructor.name);
  }

  *#leaving(error) {
    const { program } = now.coroutine;
    if (error !== undefined) program.restore(error);
    yield new Request(OP.EXIT, this.pointerIn(program));
  }

  [asyncDispose]() {
    return this.exit(this.disposedWith()).then();
  }

  /** A disposer is not told what the block ended with. */
  disposedWith() {
    return undefined;
  }
}

// ---- Lock, Semaphore, Event, Condition, Barrier ----

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
    return this.ask(OP.BARRIER_WAIT, scope, { answer: (position) => position });
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

// ---- queues ----

export class Queue extends Shared {
  values = 1; // what JavaScript makes holds values; what C made, numbers
  #maxsize;

  constructor(maxsize = 0) {
    super();
    this.#maxsize = maxsize;
  }

  make(program) {
    return program.share(CO.NEW, this.kind, 0, 0, 0, this.#maxsize);
  }

  get kind() {
    return MAKE.QUEUE;
  }

  #item(program, item) {
    return this.values ? program.keep(this.packed(item)) : Number(item) | 0;
  }

  #taken(program, answer) {
    return this.values ? this.unpacked(program.taken(answer)) : answer | 0;
  }

  packed(item) {
    return item;
  }

  unpacked(item) {
    return item;
  }

  put(item, scope) {
    return new Operation(() => this.#putting(item), scope ?? this, 'Queue');
  }

  *#putting(item) {
    const { program } = now.coroutine;
    yield new Request(OP.QUEUE_PUT, this.pointerIn(program), 0, this.#item(program, item), this.values);
  }

  get(scope) {
    return new Operation(() => this.#getting(), scope ?? this, 'Queue');
  }

  *#getting() {
    const { program } = now.coroutine;
    return this.#taken(program, yield new Request(OP.QUEUE_GET, this.pointerIn(program), 0, 0, this.values));
  }

  putNowait(item) {
    const program = this.program ?? needProgram('a new Queue');
    this.do(DO.PUT, this.#item(program, item));
  }

  getNowait() {
    const answer = this.do(DO.GET);
    return this.#taken(this.program, answer);
  }

  join(scope) {
    return this.ask(OP.QUEUE_JOIN, scope);
  }

  taskDone() {
    this.do(DO.TASK_DONE);
  }

  shutdown({ immediate = false } = {}) {
    this.do(DO.SHUTDOWN, immediate ? 1 : 0);
  }

  get size() {
    return this.pointer ? this.do(DO.SIZE) : 0;
  }

  get maxsize() {
    return this.#maxsize;
  }

  get empty() {
    return this.size === 0;
  }

  get full() {
    return this.pointer !== 0 && this.do(DO.FULL) !== 0;
  }

  /** Its items, until it is shut down and empty. */
  async *items(scope) {
    for (;;) {
      let item;
      try {
        item = await this.get(scope);
      } catch (error) {
        if (error instanceof QueueShutDown) return;
        throw error;
      }
      yield item;
    }
  }

  [Symbol.asyncIterator]() {
    return this.items();
  }
}

export class LifoQueue extends Queue {
  get kind() {
    return MAKE.LIFO_QUEUE;
  }
}

/** The lowest first; `compare` as for Array.sort. An item is kept with it: the program knows of one function for all.
 * */
export class PriorityQueue extends Queue {
  #compare;

  constructor(maxsize = 0, compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)) {
    super(maxsize);
    this.#compare = compare;
  }

  get kind() {
    return MAKE.PRIORITY_QUEUE;
  }

  packed(item) {
    return { item, compare: this.#compare };
  }

  unpacked({ item }) {
    return item;
  }
}

export const compareItems = (a, b) => Math.sign(a.compare(a.item, b.item));

// ---- TaskGroup, timeout ----

export class TaskGroup extends Context {
  make(program) {
    return program.share(CO.NEW, MAKE.TASK_GROUP);
  }

  createTask(coroutine, { name } = {}) {
    const program = this.program ?? needProgram('TaskGroup.createTask()');
    return program.createTask(coroutine, { name, group: this.pointerIn(program) });
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

// ---- futures ----

/** For tasks and futures. */
export function addDoneCallback(program, future, callback) {
  if (!program?.host.alive())
    callback(future); // whatever it is, it has ended
  else
    program.ask(
      CO.ON_DONE,
      future.pointerIn(program),
      program.keep(() => callback(future)),
    );
}

const CANCELLED = 1,
  STATE = 3;

class Awaitable extends Shared {
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
    return message === undefined ? work(0) : program.bridge.withText([String(message)], work);
  }

  addDoneCallback(callback) {
    addDoneCallback(this.program ?? needProgram(`a new ${this.constructor.name}`), this, callback);
  }
}
Object.defineProperty(Awaitable.prototype, 'isOperation', { value: true });

export class Future extends Awaitable {
  #outcome; // { value } or { error }

  make(program) {
    return program.share(CO.NEW, MAKE.FUTURE);
  }

  get done() {
    return this.#outcome !== undefined || super.done;
  }

  #end(outcome, tell) {
    if (this.done) throw new InvalidStateError('invalid state');
    this.#outcome = outcome;
    if (this.pointer) tell(this.program);
  }

  setResult(value) {
    this.#end({ value }, (program) => {
      const handle = this.do(DO.SET_RESULT, program.keep(value));
      // what C gets of it, as long as this is there
      if (handle) hold(Object.assign(this, { kept: {} }).kept, program, handle);
    });
  }

  setException(error) {
    this.#end({ error }, (program) => {
      program.restore(error);
      this.do(DO.SET_EXCEPTION);
    });
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

/** A task or future that C made; its result is a number. No promise: one that is fulfilled with it is not to wait for
 * it. */
class ForeignTask extends Awaitable {
  *[Symbol.iterator]() {
    return (yield new Request(OP.AWAIT, this.pointerIn(now.coroutine.program))) | 0;
  }

  /** Waits for it; cancelling that cancels it. */
  wait(scope) {
    return new Operation(() => this[Symbol.iterator](), scope ?? this, 'ForeignTask');
  }
}

class ForeignQueue extends Queue {
  values = 0;
}

/** What C hands over; the list in src/bridge/js_tasks.c. */
const WRAPPERS = [ForeignTask, ForeignTask, Lock, Semaphore, Event, Condition, Barrier, ForeignQueue];

export function wrapperOf(program, pointer, type) {
  const wrapper = new WRAPPERS[type](1);
  hold(wrapper, program, pointer, 0);
  return wrapper;
}
