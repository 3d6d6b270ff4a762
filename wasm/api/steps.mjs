// What may be awaited, as steps: a generator whose requests the task performs.

import * as OP from './op.mjs';
import { Request, now } from './requests.mjs';

export const isGenerator = (x) =>
  typeof x?.next === 'function' && typeof x.throw === 'function' && typeof x[Symbol.iterator] === 'function';
export const isThenable = (x) => typeof x?.then === 'function';

/** What a generator may yield, besides requests, and what may be awaited: anything with steps of its own, and promises.
 * */
export function stepsOf(x) {
  if (isGenerator(x)) return x;
  if (typeof x?.[Symbol.iterator] === 'function' && x.isOperation) return x[Symbol.iterator]();
  if (isThenable(x)) return settled(x);
  const error = new TypeError(
    `${typeof x === 'object' ? Object.prototype.toString.call(x) : String(x)} can't be used in 'await' expression`,
  );
  return (function* () {
    throw error;
  })();
}

/** Waits for a promise; being cancelled, aborts the controller. */
export function* settled(promise, controller = new AbortController()) {
  let value;
  const known = Promise.resolve(promise).then((result) => {
    value = result;
  });
  yield new Request(OP.PROMISE, now.coroutine.program.bridge.promises.watch(known, controller));
  return value;
}
