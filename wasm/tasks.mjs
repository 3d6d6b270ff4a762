// Tasks, and what waits for several: asyncio's for JavaScript.

import { callGraphOfTask } from './call-graph.mjs';
import { CO, OP, Request, now, settled, stepsOf } from './coroutines.mjs';
import { InvalidStateError, RuntimeError, ValueError } from './errors.mjs';
import { Operation, needProgram, taskOfSignal } from './operations.mjs';
import { Future, Timeout, addDoneCallback, hold } from './primitives.mjs';

/** A task that runs a coroutine. Promise-like: `await task`, `yield* task`. */
export class Task {
  #coroutine;
  #name;
  #outcome; // { error, cancelled } once it is done
  #pending; // a CancelledError that the function has still to be told of
  #controller; // of the signal that was handed out
  #children = new Set(); // tasks that perform what the function does at the same time
  #promise;
  #waiters = [];
  #early; // the arguments of a cancel() that came before there was a task to cancel

  constructor(program, coroutine) {
    this.program = program;
    this.#coroutine = coroutine;
  }

  /** Part of createTask(). */
  bindTo(program, pointer) {
    hold(this, program, pointer);
    const at = program.host.exports().asyncio_task_name(pointer);
    this.#name = program.bridge.text(at);
    if (this.#early) this.cancel(...this.#early);
  }

  get name() {
    return this.#name;
  }

  get done() {
    return this.#outcome !== undefined;
  }

  get cancelled() {
    return this.#outcome?.cancelled ?? false;
  }

  /** What it failed with; undefined while it runs and if it has not failed. Counts as retrieved. */
  get exception() {
    if (this.#outcome?.error) this.#retrieved();
    return this.#outcome?.error;
  }

  result() {
    if (!this.#outcome) throw new InvalidStateError('Result is not set.');
    if (this.#outcome.error) throw this.exception;
    return this.returned;
  }

  cancel(message) {
    if (this.done) return false;
    if (!this.pointer) {
      // the main task, before it has begun
      this.#early = [message];
      return true;
    }
    const work = (at) => this.program.ask(CO.CANCEL, this.pointer, at) !== 0;
    return message === undefined ? work(0) : this.program.bridge.withText([String(message)], work);
  }

  /** How many requests to cancel it there have been, less the calls of uncancel(). */
  cancelling() {
    return this.done ? 0 : this.program.ask(CO.TASK_INFO, this.pointer, 0);
  }

  uncancel() {
    return this.done ? 0 : this.program.ask(CO.TASK_INFO, this.pointer, 1);
  }

  /** asyncio.capture_call_graph: where it stands, and who waits for it; undefined once it is done, and before it has
   * begun. */
  callGraph() {
    return this.done || !this.pointer || !this.program.host.alive()
      ? undefined
      : callGraphOfTask(this.program.bridge, this.pointer);
  }

  /** Aborted when the task is cancelled. Each request to cancel is delivered once, so it is a new one afterwards. */
  get signal() {
    if (!this.#controller) {
      this.#controller = new AbortController();
      taskOfSignal.set(this.#controller.signal, this);
      if (this.#pending) this.abort(this.#takePending());
    }
    return this.#controller?.signal ?? AbortSignal.abort();
  }

  then(resolve, reject) {
    this.#promise ??= new Promise((fulfil, fail) => {
      const settle = () => (this.#outcome.error ? fail(this.exception) : fulfil(this.returned));
      if (this.done) settle();
      else this.#waiters.push(settle);
    });
    return this.#promise.then(resolve, reject);
  }

  catch(reject) {
    return this.then(undefined, reject);
  }

  finally(call) {
    return this.then().finally(call);
  }

  *[Symbol.iterator]() {
    if (now.coroutine.program !== this.program) return yield* settled(this.then());
    yield new Request(OP.AWAIT, this.pointer); // also if it is done: the C side knows which CancelledError to raise
    return this.returned;
  }

  pointerIn(program) {
    return program === this.program ? this.pointer : 0;
  }

  /** Has the loop call a function with the task once it is done, in the order in which they were added. */
  addDoneCallback(callback) {
    addDoneCallback(this.program, this, callback);
  }

  #retrieved() {
    if (this.pointer && this.program.host.alive()) this.program.share(CO.TASK_INFO, this.pointer, 2);
  }

  // ---- for coroutines.mjs and operations.mjs ----

  end(outcome) {
    this.#outcome ??= outcome;
    this.#coroutine = undefined;
    for (const settle of this.#waiters.splice(0)) settle();
  }

  /** What an async function asks for as this task. */
  perform(steps, name) {
    if (this.#pending) return Promise.reject(this.#takePending());
    if (this.done)
      return Promise.reject(new RuntimeError(`task ${this.name} is done: it can wait for nothing any more`));
    if (!this.#coroutine.idle) return this.#performBeside(steps, name);
    this.#controller = undefined;
    return new Promise((resolve, reject) => this.#coroutine.ask({ steps, resolve, reject }));
  }

  async #performBeside(steps, name) {
    const child = this.program.createTask(steps, { name: name ?? this.name });
    this.#children.add(child);
    try {
      return await child;
    } finally {
      this.#children.delete(child);
    }
  }

  /** A request to cancel has come while an async function runs: it is told through what it waits for, or else later. */
  deliver(error) {
    for (const child of this.#children) child.cancel(error.message || undefined);
    if (this.#controller) this.abort(error);
    else if (!this.#children.size) this.#pending = error;
  }

  abort(error) {
    const controller = this.#controller;
    this.#controller = undefined;
    for (const child of this.#children) child.cancel(error.message || undefined);
    controller?.abort(error);
  }

  #takePending() {
    const error = this.#pending;
    this.#pending = undefined;
    return error;
  }
}
Object.defineProperty(Task.prototype, 'isTask', { value: true });
Object.defineProperty(Task.prototype, 'isOperation', { value: true });
Object.defineProperty(Task.prototype, Symbol.toStringTag, { value: 'Task' });

/** Schedules a coroutine as a task, which starts soon. */
export function createTask(coroutine, { name, program = needProgram('createTask()') } = {}) {
  return program.createTask(coroutine, { name });
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
  constructor(program, callback, later, delay) {
    hold(this, program, program.ask(CO.CALL, program.keep(callback), later ? 1 : 0, 0, 0, delay));
  }

  cancel() {
    if (this.program.host.alive()) this.program.ask(CO.CANCEL_HANDLE, this.pointer);
  }
}

/** The time of the loop's clock, in seconds. */
export const time = (program = needProgram('time()')) => program.ask(CO.TASK_INFO, 0, 5);

// ---- several ----

/** Tasks and futures as they are; a new task for anything else. */
function ensureFuture(program, awaitable) {
  return awaitable instanceof Task || awaitable instanceof Future ? awaitable : program.createTask(awaitable);
}

const pointersOf = (program, futures) => program.pointers(futures.map((future) => future.pointerIn(program)));

function* borrowed(program, pointer, use) {
  try {
    return yield* use();
  } finally {
    if (program.host.alive()) program.share(CO.RELEASE, pointer);
  }
}

/** What gather(..., { returnExceptions: true }) made of each: an array of asyncio_outcome. */
function outcomesAt(program, pointer) {
  const exceptions = new Uint32Array(program.host.memory().buffer, pointer);
  return (future, i) => (exceptions[2 * i + 1] ? program.bridge.errorOf(exceptions[2 * i + 1]) : future.result());
}

/** Runs awaitables concurrently; gives their results in order. */
export function gather(...args) {
  const options = args.length && isOptions(args.at(-1)) ? args.pop() : {};
  return new Operation(
    () =>
      (function* () {
        const { program } = now.coroutine,
          known = new Map();
        const futures = args.map((one) => known.get(one) ?? known.set(one, ensureFuture(program, one)).get(one));
        if (!futures.length) return [];
        const all = program.share(
          CO.GATHER,
          pointersOf(program, futures),
          futures.length,
          options.returnExceptions ? 1 : 0,
        );
        return yield* borrowed(program, all, function* () {
          const outcomes = yield new Request(OP.AWAIT, all);
          return futures.map(options.returnExceptions ? outcomesAt(program, outcomes) : (future) => future.result());
        });
      })(),
    options,
    'gather',
  );
}

const isOptions = (x) =>
  typeof x === 'object' && x !== null && typeof x.next !== 'function' && typeof x.then !== 'function';

/** A wait that leaves what it waits for alone when it is cancelled. */
export function shield(awaitable, scope) {
  return new Operation(
    () =>
      (function* () {
        const { program } = now.coroutine,
          inner = ensureFuture(program, awaitable);
        if (inner.done) return yield* inner;
        const outer = program.share(CO.SHIELD, inner.pointerIn(program));
        return yield* borrowed(program, outer, function* () {
          yield new Request(OP.AWAIT, outer);
          return inner.result();
        });
      })(),
    scope,
    'shield',
  );
}

export const ALL_COMPLETED = 'ALL_COMPLETED',
  FIRST_COMPLETED = 'FIRST_COMPLETED',
  FIRST_EXCEPTION = 'FIRST_EXCEPTION';

/** Waits until enough are done, or the time is up: { done, pending }, two arrays. */
export function wait(futures, { timeout, returnWhen = ALL_COMPLETED, ...scope } = {}) {
  return new Operation(
    () =>
      (function* () {
        const { program } = now.coroutine,
          all = [...new Set(futures)];
        if (all.some((one) => !(one instanceof Task || one instanceof Future)))
          throw new TypeError('Passing coroutines is forbidden, use tasks explicitly.');
        if (!all.length) throw new ValueError('Set of Tasks/Futures is empty.');
        const when = [ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION].indexOf(returnWhen);
        if (when < 0) throw new ValueError(`Invalid return_when value: ${returnWhen}`);
        yield new Request(OP.WAIT, pointersOf(program, all), timeout ?? Infinity, all.length, when);
        return { done: all.filter((one) => one.done), pending: all.filter((one) => !one.done) };
      })(),
    scope,
    'wait',
  );
}

/** Awaits with a limit of seconds; TimeoutError when the time is up. */
export function waitFor(awaitable, seconds, scope) {
  return new Operation(
    () =>
      (function* () {
        const { program } = now.coroutine;
        if (
          seconds === null ||
          seconds === undefined ||
          (seconds > 0 && !(awaitable instanceof Task || awaitable instanceof Future))
        ) {
          return yield* timeout(seconds).use(() =>
            stepsOf(typeof awaitable === 'function' ? awaitable(now.coroutine.task) : awaitable),
          );
        }
        const future = ensureFuture(program, awaitable);
        yield new Request(OP.WAIT_FOR, future.pointerIn(program), seconds);
        return future.result();
      })(),
    scope,
    'waitFor',
  );
}

/** A limit for a block: `timeout(1.5).use(body)`. Seconds, or nothing for no limit yet. */
export const timeout = (seconds) => new Timeout(seconds ?? Infinity, false);
export const timeoutAt = (when) => new Timeout(when ?? Infinity, true);

/**
 * Hands out tasks and futures as they end: `for await (const task of asCompleted(list))`, or in a generator
 * `while ((task = yield* ends.next()))`, which gives undefined at the end.
 */
export function asCompleted(awaitables, { timeout: seconds, ...scope } = {}) {
  return new AsCompleted([...new Set(awaitables)], seconds ?? Infinity, scope);
}

class AsCompleted {
  #awaitables;
  #seconds;
  #scope;
  #futures; // by pointer
  #left;

  constructor(awaitables, seconds, scope) {
    this.#awaitables = awaitables;
    this.#seconds = seconds;
    this.#scope = scope;
    this.#left = awaitables.length;
  }

  #begin(program) {
    const futures = this.#awaitables.map((one) => ensureFuture(program, one));
    this.#futures = new Map(futures.map((one) => [one.pointerIn(program), one]));
    hold(
      this,
      program,
      program.share(CO.AS_COMPLETED, pointersOf(program, futures), futures.length, 0, 0, this.#seconds),
    );
  }

  next(scope = this.#scope) {
    return new Operation(() => this.#next(), scope, 'asCompleted');
  }

  *#next() {
    if (!this.#left) return undefined;
    if (!this.#futures) this.#begin(now.coroutine.program);
    const pointer = yield new Request(OP.NEXT, this.pointer);
    this.#left--;
    return this.#futures.get(pointer);
  }

  async *[Symbol.asyncIterator]() {
    for (let next = await this.next(); next; next = await this.next()) yield next;
  }
}
