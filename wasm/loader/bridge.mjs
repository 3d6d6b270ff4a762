// Promises and Errors across the border; its C side is src/bridge/js.c.
//
// JavaScript values that C holds are numbers there (values.mjs). Pointers of C that come here are only given back.

import { bytesOf } from './bytes.mjs';
import { callGraphOfTask } from './call-graph.mjs';
import { classes } from './errors.mjs';
import { Promises } from './promises.mjs';
import { messageOf, nameAndMessage, signalIn, textOf } from './texts.mjs';
import { Values } from './values.mjs';

export class Bridge {
  values = new Values();
  #own = new Map(); // classes of the program's own exception types
  #calls = new Map(); // tasks that JavaScript awaits: by their pointer, who waits
  #encoder = new TextEncoder();
  #decoder = new TextDecoder();
  #later = [];

  /** host: exports(), memory(), alive(), enter(call) (completes futures or makes tasks, which the loop is then to run),
   * and fulfill, as Promises has it. */
  constructor(host) {
    this.host = host;
    this.promises = new Promises({
      alive: host.alive,
      fulfill: (number, value, last) => host.fulfill(number, this.values.keep(value), last),
      reject: (number, reason) => host.enter((exports) => this.#reject(exports, number, reason)),
    });
  }

  /** A text as memory that C frees. */
  textIn(text) {
    return this.copyIn(this.#encoder.encode(text));
  }

  // ---- strings and bytes ----

  text(at) {
    const memory = new Uint8Array(this.host.memory().buffer);
    return at ? this.#decoder.decode(memory.subarray(at, memory.indexOf(0, at))) : '';
  }

  #view() {
    return new DataView(this.host.memory().buffer);
  }

  bytes(at, length) {
    return new Uint8Array(this.host.memory().buffer).slice(at, at + length);
  }

  /** A copy in memory that C frees; 0 for lack of memory. One zero byte follows. */
  copyIn(bytes) {
    const at = this.host.exports().asyncio_allocate(bytes.length + 1);
    if (!at) return 0;
    const memory = new Uint8Array(this.host.memory().buffer);
    memory.set(bytes, at);
    memory[at + bytes.length] = 0;
    return at;
  }

  withText(texts, use) {
    const pointers = texts.map((text) => this.textIn(text));
    try {
      if (pointers.includes(0)) throw new classes.MemoryError('there is no memory for a text');
      return use(...pointers);
    } finally {
      for (const pointer of pointers) this.host.exports().asyncio_free(pointer);
    }
  }

  /** Has a function called that is not to run within the call into C that runs now: listeners, which may call in. */
  afterwards(call) {
    if (this.#later.push(call) === 1) Promise.resolve().then(() => this.flush());
  }

  /** No call into C runs now, or none that would mind. */
  flush() {
    while (this.#later.length) this.#later.shift()();
  }

  // ---- what C imports ----

  imports() {
    const values = this.values;
    return {
      release: (at) => values.release(at),
      retain: (at) => at && values.put(values.get(at)),
      ...this.promises.imports((call) => this.afterwards(call)),
      number: (at) => numberOf(values.get(at)),
      from_number: (number) => values.keep(number),
      from_memory: (at, length, asText) => {
        const bytes = this.bytes(at, length);
        return values.keep(asText ? this.#decoder.decode(bytes) : bytes);
      },
      copy: (at, asText, length) => {
        const value = values.get(at),
          bytes = bytesOf(asText ? textOf(value) : value);
        const copy = bytes ? this.copyIn(bytes) : 0;
        this.#view().setUint32(length, copy ? bytes.length : 0, true);
        return copy;
      },
      task_done: (task, exception, result) => this.#taskDone(task, exception, result),
    };
  }

  /** A program's own JavaScript (glue.mjs), as imports. What it throws becomes a pending exception. */
  functionImports(functions) {
    const host = {
      text: (at) => this.text(at),
      bytes: (at, length) => this.bytes(at, length),
      value: (handle) => this.#valueOf(handle),
    };
    return Object.fromEntries(functions(host).map((f) => [f.name, f.async ? this.#promising(f) : this.#plain(f)]));
  }

  #valueOf(handle) {
    return this.values.get(this.host.exports().asyncio_value_of(handle));
  }

  #promising({ call, signal, kinds }) {
    const converts = kinds?.some((kind) => kind !== 'number'); // which arrive as they are
    const start = converts
      ? (signal, ...parameters) =>
          call(signal, ...parameters.map((parameter, i) => this.#argument(kinds[i], parameter)))
      : call;
    if (!signal) return this.#watching(start, call.length - 1);
    return (...parameters) => {
      const controller = new AbortController();
      return this.promises.watch(start(controller.signal, ...parameters), controller);
    };
  }

  /** The import for a function that takes so many parameters after the signal. To gather a few and spread them again
   * would take longer than all else that C's call comes to here. */
  #watching(start, count) {
    const { promises } = this;
    switch (count) {
      case 0:
        return () => promises.watch(start(undefined));
      case 1:
        return (a) => promises.watch(start(undefined, a));
      case 2:
        return (a, b) => promises.watch(start(undefined, a, b));
      default:
        return (...parameters) => promises.watch(start(undefined, ...parameters));
    }
  }

  /** What a parameter of a function with types stands for. */
  #argument(kind, parameter) {
    if (kind === 'text') return this.text(parameter);
    if (kind === 'value') return parameter ? this.#valueOf(parameter) : undefined;
    if (kind !== 'bytes') return parameter;
    const fields = this.#view(); // a struct of a pointer and a length
    return this.bytes(fields.getUint32(parameter, true), fields.getUint32(parameter + 4, true));
  }

  #plain({ call, value, result }) {
    const given = value ? (x) => this.values.keep(x) : (RESULTS[result] ?? ((x) => x));
    return (...parameters) => {
      try {
        return given(call(...parameters));
      } catch (error) {
        this.withTextsOf(error, (name, message) =>
          this.host.exports().asyncio_raise(this.values.put(error), name, message),
        );
        return result === 'large' ? 0n : 0;
      }
    };
  }

  #reject(exports, number, reason) {
    this.withTextsOf(reason, (name, message) => exports.asyncio_reject(number, this.values.put(reason), name, message));
  }

  /** What was thrown, as C is to know it; without memory for that, as a MemoryError. */
  withTextsOf(error, use, name) {
    const [own, message] = nameAndMessage(error);
    try {
      return this.withText([name ?? own, message], use);
    } catch (lack) {
      if (!(lack instanceof classes.MemoryError)) throw lack;
      return this.withText([lack.name, ''], use);
    }
  }

  // ---- JavaScript awaits a task ----

  /** Starts an exported coroutine; the promise has cancel(message), done, cancelled, exception, callGraph() and name.
   * */
  call(start, result, argument, options) {
    const exports = this.host.exports(),
      known = callOptions(options);
    const text = typeof argument === 'string' ? this.textIn(argument) : 0;
    if (typeof argument === 'string' && !text) throw new classes.MemoryError('there is no memory for the argument');
    const plain = typeof argument === 'number' || argument === undefined || argument === null;
    const value = text || plain ? 0 : this.values.keep(argument);
    const pointer = exports.asyncio_prepare_call(text, value);
    return this.#started(start(plain ? Number(argument ?? 0) : pointer), result, known);
  }

  /** The same with several arguments, which the signature (arguments.mjs) takes. */
  callTyped(start, signature, list, options) {
    const exports = this.host.exports(),
      known = callOptions(options);
    const at = signature.place(list, {
      exports,
      handle: (value) => exports.asyncio_prepare_value(this.values.keep(value)),
    });
    if (!at) throw new classes.MemoryError(`there is no memory for the arguments of ${signature}`);
    exports.asyncio_prepare_call(at, 0);
    return this.#started(start(at), signature.result, known);
  }

  #started(task, result, { signal, name }) {
    const exports = this.host.exports();
    if (!task) this.throwPending();
    if (name !== undefined) this.withText([name], (at) => exports.asyncio_task_set_name(task, at));
    return this.#awaiting(task, result, signal);
  }

  #awaiting(task, result, signal) {
    let entry;
    const promise = new Promise((resolve, reject) => {
      entry = { resolve, reject, result, reason: undefined, error: undefined, settled: false };
    });
    const cancel = (message) => {
      if (entry.settled || !this.host.alive()) return false;
      const texts = message === undefined ? [] : [textOf(message)];
      return this.withText(texts, (at = 0) =>
        this.host.enter((exports) => exports.asyncio_task_cancel(task, at) !== 0),
      );
    };
    const abort = () => {
      entry.reason = signal.reason;
      cancel(messageOf(signal.reason));
    };
    entry.stopListening = () => signal?.removeEventListener('abort', abort);
    this.#calls.set(task, entry);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    Object.defineProperties(promise, {
      cancel: { value: cancel },
      done: { get: () => entry.settled },
      cancelled: { get: () => entry.settled && entry.error instanceof classes.CancelledError },
      exception: { get: () => entry.error },
      callGraph: { value: () => (entry.settled || !this.host.alive() ? undefined : callGraphOfTask(this, task)) },
      name: { get: () => (entry.settled ? undefined : this.text(this.host.exports().asyncio_task_name(task))) },
    });
    return promise;
  }

  #taskDone(task, exception, result) {
    const entry = this.#calls.get(task);
    this.#calls.delete(task);
    entry.settled = true;
    entry.stopListening();
    if (exception) entry.reject((entry.error = this.errorOf(exception, entry.reason)));
    else if (entry.result === 'text') entry.resolve(this.text(result));
    else if (entry.result === 'value') entry.resolve(this.#valueOf(result));
    else if (entry.result === 'double') entry.resolve(this.#view().getFloat64(result, true));
    else if (entry.result === 'bytes')
      entry.resolve(this.bytes(this.#view().getUint32(result, true), this.#view().getUint32(result + 4, true)));
    else entry.resolve(entry.result === 'nothing' ? undefined : result | 0);
  }

  /** The program is over: nobody will answer any more. */
  rejectAll(error) {
    for (const entry of this.#calls.values()) {
      entry.settled = true;
      entry.stopListening();
      entry.reject((entry.error = error));
    }
    this.#calls.clear();
    this.values.clear();
  }

  // ---- Errors ----

  /** Throws the exception that is pending outside any task, as an Error. */
  throwPending() {
    const exports = this.host.exports(),
      exception = exports.asyncio_take_exception();
    if (!exception) throw new Error('the program has raised nothing');
    const error = this.errorOf(exception);
    exports.asyncio_drop_exception(exception);
    throw error;
  }

  /** The class for a type of C's, by its address: one of asyncio's, or one made for the program's own. */
  #classOf(at) {
    const exports = this.host.exports(),
      name = this.text(exports.asyncio_type_name(at));
    if (classes[name]) return classes[name];
    if (!this.#own.has(at)) {
      const type = { [name]: class extends this.#classOf(exports.asyncio_type_base(at)) {} }[name];
      Object.defineProperty(type.prototype, 'name', { value: name });
      this.#own.set(at, type);
    }
    return this.#own.get(at);
  }

  errorOf(exception, cause) {
    const exports = this.host.exports(),
      known = exports.asyncio_exception_error(exception);
    if (known) return this.values.get(known);
    const type = this.#classOf(exports.asyncio_exception_type(exception));
    const message = this.text(exports.asyncio_exception_message(exception));
    const members = Array.from({ length: exports.asyncio_exception_count(exception) }, (_, i) =>
      this.errorOf(exports.asyncio_exception_member(exception, i)),
    );
    const options = cause === undefined ? undefined : { cause };
    const error = members.length ? new type(members, message, options) : new type(message, options);
    const stack = exports.asyncio_exception_stack(exception);
    const here = typeof error.stack === 'string' ? error.stack.split('\n').slice(1).join('\n') : '';
    error.stack = `${error.name}: ${message}\n${this.text(stack)}${here}`;
    exports.asyncio_free(stack);
    exports.asyncio_exception_set_error(exception, this.values.keep(error));
    return error;
  }
}

/** Number(x); for what has none, NaN. */
function numberOf(x) {
  try {
    return Number(x);
  } catch {
    return NaN;
  }
}

/** What a function gives C, by what its type says (glue.mjs): for anything else it throws, as long as it may. */
const RESULTS = {
  nothing: () => 0,
  number: (x) => +x,
  large: (x) => BigInt.asIntN(64, BigInt(x)),
};

/** The options of a call, looked at before anything has begun. */
function callOptions(options) {
  const name = options?.name;
  return { signal: signalIn(options), name: name === undefined ? name : String(name) };
}
