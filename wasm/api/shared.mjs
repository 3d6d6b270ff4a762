// What belongs to a program: objects of the library that JavaScript holds. Each belongs to the loop in which it is
// first used. asyncio.h says what each call does; the order in which waiters go on is the library's, for C and
// JavaScript alike.

import { RuntimeError } from '../loader/errors.mjs';
import { Operation, needProgram } from './operations.mjs';
import * as CO from './co.mjs';
import * as OP from './op.mjs';
import { Request, now } from './requests.mjs';

export const dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
export const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

const held = new FinalizationRegistry(({ program, pointer, values }) => {
  if (!program.host.alive()) return;
  program.forget(pointer);
  program.share(CO.RELEASE, pointer, values);
});

/** The object stands for a pointer of a program's, whose reference it has until it is collected. */
export function hold(object, program, pointer, values = 0) {
  object.program = program;
  object.pointer = pointer;
  held.register(object, { program, pointer, values });
}

export class Shared {
  program = undefined;
  pointer = 0;

  /** Its pointer in a program; it is made there if this is the first use of it. */
  pointerIn(program) {
    if (!this.pointer)
      hold(this, program, /** @type {any} */ (this).make(program), /** @type {any} */ (this).values ?? 0);
    if (this.program !== program) throw new RuntimeError(`${this.constructor.name} is bound to a different event loop`);
    return this.pointer;
  }

  do(what, number = 0) {
    const program = this.program ?? needProgram(`a new ${this.constructor.name}`);
    return program.ask(CO.DO, what, this.pointerIn(program), /** @type {any} */ (this).values ?? 0, 0, number);
  }

  /** An operation of one request. */
  ask(op, scope, { number = 0, b = 0, c = 0, answer = () => undefined } = {}) {
    return new Operation(() => this.#asking(op, number, b, c, answer), scope ?? this, this.constructor.name);
  }

  *#asking(op, number, b, c, answer) {
    return answer(yield new Request(op, this.pointerIn(now.coroutine.program), number, b, c));
  }
}

/** What `async with` takes. */
export class Context extends Shared {
  #scope;

  /** `async with this: body`. The body is a function, a generator function or an async function, and is given this and
   * the task; what it gives is the result. */
  use(body, scope) {
    return new Operation(() => this.#using(body), scope ?? this, this.constructor.name);
  }

  *#using(body) {
    const { program, task } = now.coroutine,
      pointer = this.pointerIn(program);
    yield new Request(OP.ENTER, pointer);
    let result;
    try {
      const { coroutine } = now,
        made = coroutine.call(() => body(this, task));
      result = made.steps ? yield* made.steps : made.value;
      const late = coroutine.task.pending; // a request that the body was not told of any more
      if (late) throw late.error;
    } catch (error) {
      program.restore(error);
      yield new Request(OP.EXIT, pointer);
      return undefined;
    }
    yield new Request(OP.EXIT, pointer);
    return result;
  }

  /** Enters, for `await using x = await context.enter(task)`. Gives this. */
  enter(scope) {
    this.#scope = scope;
    return this.ask(OP.ENTER, scope, { answer: () => this });
  }

  /** Leaves, after enter(). `error` is what the block ended with, if it failed. */
  exit(error, scope = this.#scope) {
    return new Operation(() => this.#leaving(error), scope ?? this, this.constructor.name);
  }

  *#leaving(error) {
    const { program } = now.coroutine;
    if (error !== undefined) program.restore(error);
    yield new Request(OP.EXIT, this.pointerIn(program));
  }

  [asyncDispose]() {
    return this.exit(this.disposedWith()).then();
  }

  /** A disposer is not told what the block ended with. */
  disposedWith() {
    return undefined;
  }
}
