// One coroutine: the generators that its task takes turns with.

import * as CO from './co.mjs';
import * as OP from './op.mjs';
import { Request } from './requests.mjs';
import { isGenerator, isThenable, stepsOf } from './steps.mjs';

/** One coroutine: its generators, the innermost last, and its task. */
export class Coroutine {
  constructor(program, number, body) {
    this.program = program;
    this.number = number;
    this.body = body; // until it begins
    this.stack = [];
    this.task = undefined;
    this.outside = 0; // what the task waits on while an async function runs
    this.calls = []; // what that has asked for: { steps, resolve, reject, name }
    this.calling = false; // it is called just now
    this.left = undefined; // { error }: it is to be waited for no longer
  }

  /** Begins: calls the function. Gives { done, value } as a generator does. */
  begin() {
    const { body } = this;
    this.body = undefined;
    const made = typeof body === 'function' ? this.call(() => body(this.task)) : this.stepsOf(body);
    if (!made.steps) return { done: true, value: made.value };
    this.stack.push(made.steps);
    return made.steps.next();
  }

  /** Calls a function that may be an async one, or a generator's: { steps } or { value }. What an async one asks for
   * before its first await is performed by its task, as everything after is. */
  call(body) {
    this.calling = true;
    try {
      return this.stepsOf(body());
    } finally {
      this.calling = false;
      if (!this.serving) for (const call of this.calls.splice(0)) this.task.performLater(call);
    }
  }

  stepsOf(made) {
    this.serving = false;
    if (isGenerator(made) || made?.isOperation) return { steps: stepsOf(made) };
    if (!isThenable(made) && !this.calls.length) return { value: made };
    this.serving = true;
    return { steps: this.serve(Promise.resolve(made)) };
  }

  /** Runs to the next request. Gives that, or { done: true, value } at the end; throws what comes out of it. */
  advance(value, error, failed) {
    for (;;) {
      let step;
      try {
        const top = this.stack.at(-1);
        step = this.body !== undefined ? this.begin() : failed ? top.throw(error) : top.next(value);
      } catch (thrown) {
        this.stack.pop();
        if (!this.stack.length) throw thrown;
        [error, failed] = [thrown, true];
        continue;
      }
      if (step.done) {
        this.stack.pop();
        if (!this.stack.length) return step;
        [value, failed] = [step.value, false];
      } else if (step.value instanceof Request) {
        return step.value;
      } else {
        this.stack.push(stepsOf(step.value));
        [value, failed] = [undefined, false];
      }
    }
  }

  // ---- async functions ----

  /** The steps of an async function: performs what it asks for, one thing at a time, until its promise is settled. */
  *serve(promise) {
    let end;
    promise.then(
      (value) => {
        end = { value };
        this.goOn();
      },
      (error) => {
        end = { error };
        this.goOn();
      },
    );
    for (;;) {
      const call = this.calls.shift();
      if (call) yield* perform(call);
      else if (this.left) throw this.#leaving().error;
      else if (!end) yield new Request(OP.WAIT_OUTSIDE);
      else if ('error' in end) throw end.error;
      else return end.value;
    }
  }

  /** Has the task go on with an error although its function has not ended: it cannot be told. */
  leave(error) {
    this.left = { error };
    this.goOn();
  }

  #leaving() {
    const { left } = this;
    this.left = undefined;
    return left;
  }

  /** Whether the task has nothing to do but wait for its function. */
  get idle() {
    return (this.outside !== 0 || this.calling) && !this.calls.length;
  }

  ask(call) {
    this.calls.push(call);
    this.goOn();
  }

  goOn() {
    const { outside } = this;
    this.outside = 0;
    if (outside) this.program.tell(() => this.program.share(CO.GO_ON, outside));
  }
}

function* perform({ steps, resolve, reject }) {
  try {
    resolve(yield* steps());
  } catch (error) {
    reject(error);
  }
}
