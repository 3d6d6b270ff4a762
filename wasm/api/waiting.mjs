// What waits for several, or within a limit: gather, shield, wait, wait_for, as_completed.

import { ValueError } from '../loader/errors.mjs';
import { Future } from './futures.mjs';
import { Operation } from './operations.mjs';
import * as CO from './co.mjs';
import * as OP from './op.mjs';
import { Request, now } from './requests.mjs';
import { hold } from './shared.mjs';
import { stepsOf } from './steps.mjs';
import { Task } from './task.mjs';
import { timeout } from './tasks.mjs';

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
export function wait(futures, options) {
  const { timeout, returnWhen = ALL_COMPLETED } = options ?? {};
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
    options,
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

/**
 * Hands out tasks and futures as they end: `for await (const task of asCompleted(list))`, or in a generator
 * `while ((task = yield* ends.next()))`, which gives undefined at the end.
 */
export function asCompleted(awaitables, options) {
  return new AsCompleted([...new Set(awaitables)], options?.timeout ?? Infinity, options);
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
    const pointer = yield new Request(OP.NEXT, /** @type {any} */ (this).pointer);
    this.#left--;
    return this.#futures.get(pointer);
  }

  async *[Symbol.asyncIterator]() {
    for (let next; (next = await /** @type {any} */ (this.next()));) yield next;
  }
}
