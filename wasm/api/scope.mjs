// Scopes: who is cancelled when an operation is. A task, { signal }, or nothing; and options that are a scope besides.

import { signalIn, textOf } from '../loader/texts.mjs';

/** Which task a signal is of, for those who hand on `task.signal`. */
export const taskOfSignal = new WeakMap();

/** The task that a scope means, or its signal; TypeError for what would mean nobody without a word. */
export function scopeOf(scope) {
  if (scope === undefined || scope === null) return {};
  if (scope.isTask) return { task: scope };
  if (typeof scope !== 'object') throw new TypeError(`a scope is a task or { signal }, not ${textOf(scope)}`);
  if (typeof scope.aborted === 'boolean')
    throw new TypeError('a scope is a task or { signal }: put the signal in braces');
  const signal = signalIn(scope);
  return { task: signal && taskOfSignal.get(signal), signal, program: scope.program };
}

/** The name among the options of a task that is made. A task in their place is the scope that others take, and has its
 * own name. */
export function nameIn(options) {
  const name = options?.isTask ? undefined : options?.name;
  return name === undefined ? name : String(name);
}
