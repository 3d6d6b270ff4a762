// What a coroutine and its task say to each other: the same lists as in src/bridge/js_tasks.c. And which coroutine
// runs.

/** What a generator may ask for; the list in src/bridge/js_tasks.c. */
export const OP = Object.fromEntries(
  [
    'RETURN',
    'RAISE',
    'SLEEP',
    'AWAIT',
    'PROMISE',
    'WAIT_OUTSIDE',
    'ENTER',
    'EXIT',
    'EVENT_WAIT',
    'CONDITION_WAIT',
    'BARRIER_WAIT',
    'BARRIER_RESET',
    'QUEUE_PUT',
    'QUEUE_GET',
    'QUEUE_JOIN',
    'WAIT',
    'NEXT',
    'WAIT_FOR',
  ].map((name, i) => [name, i]),
);

/** What can be asked of the program at any time; likewise. */
export const CO = Object.fromEntries(
  [
    'REQUEST',
    'GO_ON',
    'SITE',
    'TASK',
    'CURRENT',
    'CANCEL',
    'TASK_INFO',
    'NEW',
    'RELEASE',
    'GATHER',
    'SHIELD',
    'AS_COMPLETED',
    'DO',
    'EXCEPTION',
    'EXCEPTION_GROUP',
    'RESTORE',
    'ON_DONE',
    'CALL',
    'CANCEL_HANDLE',
  ].map((name, i) => [name, i]),
);

/** The coroutine whose generator runs right now, further up the call stack; and the programs that run one. */
export const now = { coroutine: undefined, programs: [] };

export class Request {
  constructor(op, a = 0, number = 0, b = 0, c = 0) {
    this.op = op;
    this.a = a;
    this.b = b;
    this.c = c;
    this.number = number;
  }
}
