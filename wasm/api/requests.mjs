// What a coroutine asks its task for (op.mjs), and which coroutine runs.

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
