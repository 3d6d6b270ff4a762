// One coroutine: the generators that its task takes turns with.

import { CO, OP, Request } from './requests.mjs';
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
    this.calls = []; // what that has asked for: { steps, resolve, reject }
  }

  /** Begins: calls the function. Gives { done, value } as a generator does. */
  begin() {
    const { body } = this;
    this.body = undefined;
    const made = typeof body === 'function' ? body(this.task) : body;
    if (isGenerator(made)) this.stack.push(made);
    else if (made?.isOperation) this.stack.push(stepsOf(made));
    else if (isThenable(made)) this.stack.push(this.serve(made));
    else return { done: true, value: made };
    return this.stack[0].next();
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
      else if (!end) yield new Request(OP.WAIT_OUTSIDE);
      else if ('error' in end) throw end.error;
      else return end.value;
    }
  }

  /** Whether the task has nothing to do but wait for its function. */
  get idle() {
    return this.outside !== 0 && !this.calls.length;
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
