// JavaScript coroutines as tasks of a program: the JavaScript half of src/bridge/js_tasks.c.
//
// A coroutine is a generator. The task that runs it takes turns with it: the generator yields a request (to sleep, to
// acquire, ...), the task performs it as C code would, and the generator goes on with the outcome, in the same turn. An
// async function is run by such a generator, too: it waits until the function asks for something or ends (`serve`).

import { CancelledError, classes } from '../loader/errors.mjs';
import { messageOf } from '../loader/texts.mjs';
import { Coroutine } from './coroutine.mjs';
import { compareItems } from './queues.mjs';
import * as CO from './co.mjs';
import * as OP from './op.mjs';
import { Request, now } from './requests.mjs';
import { isGenerator, isThenable } from './steps.mjs';
import { nameIn } from './scope.mjs';
import { Task } from './task.mjs';
import { wrapperOf } from './wrappers.mjs';

/** The JavaScript side of one program: its coroutines, and what they may do. */
export class Coroutines {
  #list = []; // by number; 0 is the main coroutine
  #free = [];
  #tasks = new Map(); // by pointer: those that are not done
  #sites = new Map(); // by name
  #failed = new Set(); // tasks whose exception may never be retrieved, by pointer
  #words; // of the request in memory
  #number;
  #mainName;
  #mainSite;

  /** host: exports(), memory(), tell(call), alive(). */
  constructor(bridge, host) {
    this.bridge = bridge;
    this.host = host;
    this.tell = host.tell;
    this.unhandled = undefined; // is told of errors that nobody awaits
  }

  // ---- asking the program ----

  check() {
    if (!this.host.alive()) throw new classes.RuntimeError('Event loop is closed');
  }

  /** Calls asyncio__js_share; what that raises is thrown. */
  share(what, a = 0, b = 0, c = 0, d = 0, number = 0) {
    const answer = this.host.exports().asyncio_share(what, a, b, c, d, number);
    this.bridge.flush();
    // biome-ignore lint/suspicious/noSelfCompare: only NaN differs from itself, and every page loads this
    if (answer !== answer) this.bridge.throwPending();
    return answer;
  }

  /** The same from anywhere: what it makes ready runs in the next tick. */
  ask(...args) {
    this.check();
    return now.coroutine?.program === this ? this.share(...args) : this.tell(() => this.share(...args));
  }

  /** An array of pointers, which the other side frees. */
  pointers(list) {
    return this.bridge.copyIn(new Uint8Array(Uint32Array.from(list).buffer));
  }

  keep(value) {
    return value === undefined ? 0 : this.bridge.values.put(value);
  }

  /** For C code that gets a result. Where there is none nobody would, and what refers to its own task would stay. */
  keepForC(value) {
    return this.#mainSite === undefined ? this.keep(value) : 0;
  }

  /** The value behind a number that is ours. */
  taken(at) {
    return this.bridge.values.take(at);
  }

  /** Hands over a function, which is given back if that fails. */
  withFunction(call, use) {
    const at = this.keep(call);
    try {
      return use(at);
    } catch (error) {
      this.bridge.values.release(at);
      throw error;
    }
  }

  // ---- tasks ----

  #site(name) {
    if (!this.#sites.has(name)) this.#sites.set(name, this.share(CO.SITE, this.bridge.textIn(name)));
    return this.#sites.get(name);
  }

  #add(body, number = this.#free.pop() ?? Math.max(1, this.#list.length)) {
    return (this.#list[number] = new Coroutine(this, number, body));
  }

  /** A task for a function, generator, operation or promise. */
  createTask(body, options, group = 0) {
    const name = nameIn(options);
    if (typeof body !== 'function' && !isGenerator(body) && !isThenable(body) && !body?.isOperation)
      throw new TypeError(`a coroutine was expected, got ${Object.prototype.toString.call(body)}`);
    this.check();
    const coroutine = this.#add(body),
      work = (at) => this.share(CO.TASK, coroutine.number, this.#site(nameOf(body)), at, group);
    const create = () => (name === undefined ? work(0) : this.bridge.withText([name], work));
    try {
      const pointer = now.coroutine?.program === this ? create() : this.tell(create);
      return this.#adopt(coroutine, pointer);
    } catch (error) {
      this.#release(coroutine);
      throw error;
    }
  }

  #adopt(coroutine, pointer) {
    coroutine.task ??= new Task(this, coroutine);
    coroutine.task.bindTo(this, pointer);
    this.#tasks.set(pointer, coroutine.task);
    return coroutine.task;
  }

  #release({ number }) {
    this.#list[number] = undefined;
    if (number) this.#free.push(number);
  }

  /** The main coroutine, for asyncio__js_main. */
  setMain(body, name) {
    this.#mainSite = nameOf(body);
    const coroutine = this.#add(body, 0);
    coroutine.task = new Task(this, coroutine);
    this.#mainName = name;
    return coroutine.task;
  }

  #beginMain(coroutine) {
    const pointer = this.share(CO.CURRENT);
    if (this.#mainName !== undefined)
      this.bridge.withText([this.#mainName], (at) => this.host.exports().asyncio_task_set_name(pointer, at));
    this.#adopt(coroutine, pointer);
  }

  /** The JavaScript side of a task. */
  taskAt(pointer) {
    return this.#tasks.get(pointer);
  }

  get running() {
    return now.coroutine?.program === this ? now.coroutine.task : undefined;
  }

  // ---- what C imports ----

  imports() {
    return {
      step: (number, thrown, answer) => this.#step(this.#list[number], thrown, answer),
      waiting: (number, outside) => {
        this.#list[number].outside = outside;
      },
      cancelling: (number, message) => this.#list[number].task.deliver(new CancelledError(this.bridge.text(message))),
      coroutine_done: (number, exception, cancelled) => this.#done(this.#list[number], exception, cancelled),
      unhandled: (message, exception, task) =>
        this.#unhandled(this.bridge.text(message), exception, this.#tasks.get(task)),
      main_site: () => this.#site(this.#mainSite),
      main_done: (exception) => this.#mainDone(exception),
      compare: (a, b) => this.#compare(this.bridge.values.get(a), this.bridge.values.get(b)),
      callback: (at) => this.#call(at),
      wrap: (object, type) => this.bridge.values.keep(this.taskAt(object) ?? wrapperOf(this, object, type)),
      unwrap: (at) => this.bridge.values.get(at)?.pointerIn?.(this) ?? 0,
    };
  }

  #step(coroutine, thrown, answer) {
    const before = now.coroutine;
    now.coroutine = coroutine;
    try {
      if (!coroutine.task.pointer) this.#beginMain(coroutine);
      const error = thrown ? this.bridge.errorOf(thrown) : undefined;
      if (error instanceof CancelledError) coroutine.task.abort(error);
      const step = coroutine.advance(answer, error, thrown !== 0);
      return step instanceof Request
        ? this.#ask(step)
        : this.#ask(new Request(OP.RETURN, this.keepForC((coroutine.task.returned = step.value))));
    } catch (error) {
      this.restore(error);
      return OP.RAISE;
    } finally {
      now.coroutine = before;
    }
  }

  #compare(a, b) {
    try {
      return compareItems(a, b);
    } catch (error) {
      this.restore(error); // comes out of the put or get that asks
      return 0;
    }
  }

  #call(at) {
    const before = now.coroutine;
    now.coroutine = undefined;
    try {
      this.taken(at)();
    } catch (error) {
      this.restore(error); // the loop's exception handler is told
    } finally {
      now.coroutine = before;
    }
  }

  #viewRequest() {
    const { buffer } = this.host.memory(),
      at = this.share(CO.REQUEST);
    this.#words = new Uint32Array(buffer, at, 3);
    this.#number = new Float64Array(buffer, at + 16, 1);
  }

  #ask({ op, a, b, c, number }) {
    if (!this.#words?.length) this.#viewRequest(); // of memory that has grown meanwhile, nothing is left
    const words = this.#words;
    words[0] = a;
    words[1] = b;
    words[2] = c;
    this.#number[0] = number;
    return op;
  }

  #done(coroutine, exception, cancelled) {
    const { task } = coroutine,
      failed = exception !== 0 || cancelled !== 0;
    const error = exception ? this.bridge.errorOf(exception) : failed ? new CancelledError() : undefined;
    this.#release(coroutine);
    coroutine.task = undefined; // whose Error remembers the coroutine, where nobody has read its stack
    if (task.pointer) this.#tasks.delete(task.pointer);
    if (failed && !cancelled && coroutine.number) this.#failed.add(task.pointer);
    task.end({ failed, error, cancelled: cancelled !== 0 });
  }

  /** The loop is closed. What is collected later could not be told any more: so it is now. */
  #mainDone(exception) {
    this.mainFailure = exception ? { error: this.bridge.errorOf(exception) } : undefined;
    for (const pointer of this.#failed) this.share(CO.TASK_INFO, pointer, 6);
  }

  /** Told by the program that a task goes which is among those that failed. */
  forget(pointer) {
    this.#failed.delete(pointer);
  }

  #unhandled(message, exception, task) {
    if (!this.unhandled) return 0;
    try {
      this.unhandled({ message, exception: exception ? this.bridge.errorOf(exception) : undefined, task });
    } catch (error) {
      this.restore(error); // as any handler's: the loop tells it
    }
    return 1;
  }

  /** The program is over. */
  end(error) {
    for (const task of this.#tasks.values()) task.end({ failed: true, error, cancelled: false });
    this.#tasks.clear();
    this.#list = [];
  }

  // ---- exceptions ----

  /** Makes an Error pending. */
  restore(error) {
    this.share(CO.RESTORE, this.exceptionFor(error));
  }

  /** around: the groups that it is in, which may be in themselves. */
  exceptionFor(error, around = [error]) {
    const { values } = this.bridge,
      inner = membersOf(error).filter((member) => !around.includes(member));
    if (!inner.length)
      return this.bridge.withTextsOf(
        error,
        (...texts) => this.share(CO.EXCEPTION, values.put(error), ...texts),
        typeName(error),
      );
    const members = this.pointers(inner.map((member) => this.exceptionFor(member, [...around, error])));
    return this.bridge.withText([messageOf(error)], (message) =>
      this.share(CO.EXCEPTION_GROUP, values.put(error), members, inner.length, message),
    );
  }
}

/** Of a group: what is in it. */
const membersOf = (/** @type {any} */ error) =>
  error instanceof classes.BaseExceptionGroup && Array.isArray(/** @type {any} */ (error).errors)
    ? /** @type {any} */ (error).errors
    : [];

/** The nearest of asyncio's classes that an Error is of. */
function typeName(error) {
  try {
    for (let type = error?.constructor; type; type = Object.getPrototypeOf(type))
      if (Object.hasOwn(classes, type.name) && classes[type.name] === type) return type.name;
  } catch {} // what throws when it is asked is an Error like any other
  return undefined;
}

const nameOf = (body) =>
  (typeof body === 'function' ? body.name : (body?.coroutineName ?? body?.[Symbol.toStringTag])) || 'anonymous';
