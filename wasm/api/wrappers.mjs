// What C hands over to JavaScript: tasks, locks, queues that C made, as objects here.

import { Awaitable } from './futures.mjs';
import { Barrier, Condition, Event, Lock, Semaphore } from './locks.mjs';
import { Operation } from './operations.mjs';
import { Queue } from './queues.mjs';
import * as OP from './op.mjs';
import { Request, now } from './requests.mjs';
import { hold } from './shared.mjs';

/** A task or future that C made; its result is a number. No promise: one that is fulfilled with it is not to wait for
 * it. */
class ForeignTask extends Awaitable {
  *[Symbol.iterator]() {
    return (yield new Request(OP.AWAIT, this.pointerIn(now.coroutine.program))) | 0;
  }

  /** Waits for it; cancelling that cancels it. */
  wait(scope) {
    return new Operation(() => this[Symbol.iterator](), scope ?? this, 'ForeignTask');
  }
}

class ForeignQueue extends Queue {
  values = 0;
}

/** What C hands over; the list in src/bridge/js_tasks.c. */
const WRAPPERS = [ForeignTask, ForeignTask, Lock, Semaphore, Event, Condition, Barrier, ForeignQueue];

export function wrapperOf(program, pointer, type) {
  const wrapper = new WRAPPERS[type](1);
  hold(wrapper, program, pointer, 0);
  return wrapper;
}
