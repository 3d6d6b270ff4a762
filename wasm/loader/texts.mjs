// What can be said of anything that may be thrown, passed or be a reason: its own code may throw when it is asked.

/** String(x), for everything. */
export function textOf(x) {
  try {
    return String(x);
  } catch {
    return `an ${typeof x} without a text`;
  }
}

/** What a reason says. */
export function messageOf(reason) {
  try {
    return String(reason?.message ?? reason);
  } catch {
    return textOf(reason);
  }
}

/** The name and message of whatever was thrown, as C is to know it. */
export function nameAndMessage(reason) {
  try {
    if (reason instanceof Error || (typeof DOMException === 'function' && reason instanceof DOMException))
      return [reason.name === 'AbortError' ? 'CancelledError' : String(reason.name), String(reason.message)];
  } catch {}
  return ['Error', textOf(reason)];
}

/** A signal that was passed, or undefined; a TypeError for what is none, which could not cancel anything. */
export function signalIn(options) {
  const signal = options?.signal;
  if (signal === undefined || signal === null) return undefined;
  if (typeof signal.addEventListener === 'function' && typeof signal.aborted === 'boolean') return signal;
  const what = signal.signal ? ': pass the signal of the controller' : `, not ${textOf(signal)}`;
  throw new TypeError(`signal is to be an AbortSignal${what}`);
}
