// Queues.

import { QueueShutDown } from '../loader/errors.mjs';
import { Operation, needProgram } from './operations.mjs';
import * as CO from './co.mjs';
import * as OP from './op.mjs';
import { Request, now } from './requests.mjs';
import * as DO from './do.mjs';
import * as MAKE from './make.mjs';
import { Shared } from './shared.mjs';

export class Queue extends Shared {
  values = 1; // what JavaScript makes holds values; what C made, numbers
  #maxsize;

  constructor(maxsize = 0) {
    super();
    this.#maxsize = maxsize;
  }

  make(program) {
    return program.share(CO.NEW, this.kind, 0, 0, 0, this.#maxsize);
  }

  get kind() {
    return MAKE.QUEUE;
  }

  #item(program, item) {
    return this.values ? program.keep(this.packed(item)) : Number(item) | 0;
  }

  #taken(program, answer) {
    return this.values ? this.unpacked(program.taken(answer)) : answer | 0;
  }

  packed(item) {
    return item;
  }

  unpacked(item) {
    return item;
  }

  put(item, scope) {
    return new Operation(() => this.#putting(item), scope ?? this, 'Queue');
  }

  *#putting(item) {
    const { program } = now.coroutine;
    yield new Request(OP.QUEUE_PUT, this.pointerIn(program), 0, this.#item(program, item), this.values);
  }

  get(scope) {
    return new Operation(() => this.#getting(), scope ?? this, 'Queue');
  }

  *#getting() {
    const { program } = now.coroutine;
    return this.#taken(program, yield new Request(OP.QUEUE_GET, this.pointerIn(program), 0, 0, this.values));
  }

  putNowait(item) {
    const program = this.program ?? needProgram('a new Queue');
    this.do(DO.PUT, this.#item(program, item));
  }

  getNowait() {
    const answer = this.do(DO.GET);
    return this.#taken(this.program, answer);
  }

  join(scope) {
    return this.ask(OP.QUEUE_JOIN, scope);
  }

  taskDone() {
    this.do(DO.TASK_DONE);
  }

  shutdown({ immediate = false } = {}) {
    this.do(DO.SHUTDOWN, immediate ? 1 : 0);
  }

  get size() {
    return this.pointer ? this.do(DO.SIZE) : 0;
  }

  get maxsize() {
    return this.#maxsize;
  }

  get empty() {
    return this.size === 0;
  }

  get full() {
    return this.pointer !== 0 && this.do(DO.FULL) !== 0;
  }

  /** Its items, until it is shut down and empty. */
  async *items(scope) {
    for (;;) {
      let item;
      try {
        item = await /** @type {any} */ (this.get(scope));
      } catch (error) {
        if (error instanceof QueueShutDown) return;
        throw error;
      }
      yield item;
    }
  }

  [Symbol.asyncIterator]() {
    return this.items();
  }
}

export class LifoQueue extends Queue {
  get kind() {
    return MAKE.LIFO_QUEUE;
  }
}

/** The lowest first; `compare` as for Array.sort. An item is kept with it: the program knows of one function for all.
 * */
export class PriorityQueue extends Queue {
  #compare;

  constructor(maxsize = 0, compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)) {
    super(maxsize);
    this.#compare = compare;
  }

  get kind() {
    return MAKE.PRIORITY_QUEUE;
  }

  packed(item) {
    return { item, compare: this.#compare };
  }

  unpacked({ item }) {
    return item;
  }
}

export const compareItems = (a, b) => Math.sign(a.compare(a.item, b.item));
