// @ts-nocheck: a task gets its pointer from hold(), and what it returned from outside, which tsc does not see
// A task, for JavaScript.

import { callGraphOfTask } from '../loader/call-graph.mjs';
import { InvalidStateError, RuntimeError } from '../loader/errors.mjs';
import { textOf } from '../loader/texts.mjs';
import { addDoneCallback } from './futures.mjs';
import * as CO from './co.mjs';
import * as OP from './op.mjs';
import { Request, now } from './requests.mjs';
import { taskOfSignal } from './scope.mjs';
import { hold } from './shared.mjs';
import { settled } from './steps.mjs';

/** A task that runs a coroutine. Promise-like: `await task`, `yield* task`. */
export class Task {
  #coroutine;
  #name;
  #outcome; // { failed, error, cancelled } once it is done
  #pending; // a CancelledError that the function has still to be told of
  #controller; // of the signal that was handed out
  #besides; // the task that this one does something for, beside what that does itself
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
    if (this.#outcome?.failed) this.#retrieved();
    return this.#outcome?.error;
  }

  result() {
    if (!this.#outcome) throw new InvalidStateError('Result is not set.');
    if (this.#outcome.failed) throw this.exception;
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
    return message === undefined ? work(0) : this.program.bridge.withText([textOf(message)], work);
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
      const settle = () => (this.#outcome.failed ? fail(this.exception) : fulfil(this.returned));
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
    const running = now.coroutine?.task;
    if (running !== this && running?.isFor(this)) return running.perform(steps, name);
    if (this.#pending) return Promise.reject(this.#takePending());
    if (this.done)
      return Promise.reject(new RuntimeError(`task ${this.name} is done: it can wait for nothing any more`));
    if (!this.#coroutine?.idle) return this.#performBeside(steps, name);
    this.#controller = undefined;
    return new Promise((resolve, reject) => this.#coroutine.ask({ steps, resolve, reject, name }));
  }

  /** What was asked for while a function was called that turned out to wait for nothing. */
  performLater({ steps, resolve, reject, name }) {
    this.#performBeside(steps, name).then(resolve, reject);
  }

  /** Whether it performs what that task, or who does so for it, has asked for beside something else. */
  isFor(task) {
    return this.#besides === task || this.#besides?.isFor(task);
  }

  async #performBeside(steps, name) {
    const child = this.program.createTask(steps, { name: name ?? this.name });
    child.#besides = this;
    this.#children.add(child);
    try {
      return await child;
    } finally {
      this.#children.delete(child);
    }
  }

  /** A request to cancel has come while an async function runs: it is told through what it waits for, or else later.
   * Listeners may call in again, so they are not called from within the call that brings it. */
  deliver(error) {
    this.#pending = error;
    this.program.bridge.afterwards(() => this.#tell(error));
  }

  #tell(error) {
    const heard = this.#controller || this.#children.size;
    if (heard && this.#pending === error) this.#pending = undefined;
    if (heard) this.abort(error);
    else if (this.#besides && this.#pending === error) this.#coroutine?.leave(this.#takePending());
  }

  abort(error) {
    const controller = this.#controller;
    this.#controller = undefined;
    for (const child of this.#children) child.cancel(error.message || undefined);
    controller?.abort(error);
  }

  /** A request to cancel that has not been told yet. */
  get pending() {
    return this.#pending && { error: this.#takePending() };
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
