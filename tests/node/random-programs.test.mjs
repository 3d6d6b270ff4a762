// A thousand random programs, in JavaScript: they must do what they do in CPython, event for event. What such a program
// is stands in tests/unit/random_programs.py, whose methods the ones here are; so do the sums in random_programs.inc.
// When one differs, `PROGRAM=17 node tests/node/random-programs.test.mjs` prints the log of one, and
// `python3.13 tests/unit/random_programs.py 17` what it should be.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  BaseExceptionGroup,
  BoundedSemaphore,
  CancelledError,
  Event,
  Future,
  InvalidStateError,
  KeyError,
  Lock,
  LookupError,
  RuntimeError,
  Semaphore,
  TaskGroup,
  ValueError,
  callSoon,
  createTask,
  currentTask,
  gather,
  run,
  sleep,
} from '../../build/wasm/node.mjs';

const BLOCK = 100,
  SCRIPTS = 10,
  LENGTH = 7,
  FIRST = 4,
  DRIVER = 24,
  TICK = 0.001;

const PROGRAMS = 1000;
const sums = readFileSync(new URL('../unit/random_programs.inc', import.meta.url), 'utf8')
  .match(/0x[0-9a-f]{8}/g)
  .map(Number)
  .slice(0, PROGRAMS / 100);

const str = (value) => (value ? 'True' : 'False');

function describeError(e) {
  if (e instanceof BaseExceptionGroup) return `${e.name}[${e.errors.map(describeError).join()}]`;
  return e instanceof RuntimeError || e instanceof InvalidStateError ? e.name : `${e.name}(${e.message})`;
}

class Program {
  #state;
  text = '';
  tasks = Array(SCRIPTS);
  next = 0;
  sleeps = 0;

  constructor(seed) {
    this.#state = (Math.imul(seed, 2654435761) + 12345) >>> 0;
    const below = (n) => this.#below(n),
      pair = (n) => [below(n), below(256)];
    this.swallows = Array.from({ length: SCRIPTS }, () => below(4) === 0);
    this.catches = Array.from({ length: SCRIPTS }, () => below(2) === 0);
    this.scripts = Array.from({ length: SCRIPTS }, () => Array.from({ length: LENGTH }, () => pair(20)));
    this.driver = Array.from({ length: DRIVER }, () => pair(6));
  }

  #below(n) {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return (this.#state >>> 16) % n;
  }

  log(text) {
    this.text += `${text}\n`;
  }

  // ---- tasks ----

  logEnd(i, task) {
    this.log(
      `${i}:${task.cancelled ? 'cancelled' : task.exception ? describeError(task.exception) : `=${task.result()}`}`,
    );
  }

  create(make) {
    if (this.next === SCRIPTS) return;
    const i = this.next++,
      task = (this.tasks[i] = make(this.runScript(i)));
    task.addDoneCallback(() => this.logEnd(i, task));
  }

  *runScript(i) {
    for (const [op, arg] of this.scripts[i]) {
      try {
        yield* this.operation(i, op, arg);
      } catch (e) {
        this.log(`${i}:${op}:${describeError(e)}`);
        if (!(e instanceof CancelledError ? this.swallows : this.catches)[i]) throw e;
        continue;
      }
      this.log(`${i}:${op}`);
    }
    return i * 10;
  }

  other(i, arg) {
    return this.tasks[i + 1 + (arg % (SCRIPTS - i))];
  }

  // ---- operations ----

  sleep(ticks) {
    this.sleeps++;
    return sleep(ticks ? ticks * TICK + this.sleeps * 1e-6 : 0);
  }

  *hold(thing, arg) {
    yield* thing.use(() => this.sleep((arg >> 1) % 3));
  }

  *operation(i, op, arg) {
    switch (op) {
      case 0:
        yield* sleep(0);
        break;
      case 1:
        yield* this.sleep((arg % 4) + 1);
        break;
      case 2:
      case 3:
        yield* this.hold(this.locks[arg % 2], arg);
        break;
      case 4:
      case 5:
        yield* this.hold(this.semaphores[arg % 2], arg);
        break;
      case 6:
        yield* this.events[arg % 2].wait();
        break;
      case 7:
        this.events[arg % 2].set();
        break;
      case 8:
        this.events[arg % 2].clear();
        break;
      case 9: {
        const task = this.tasks[arg % SCRIPTS];
        if (task) this.log(`cancel${arg % SCRIPTS}:${str(arg & 64 ? task.cancel(`by ${i}`) : task.cancel())}`);
        break;
      }
      case 10:
      case 11: {
        const task = this.other(i, arg);
        if (task) this.log(`got ${yield* task}`);
        break;
      }
      case 12:
        this.log(`got ${yield* this.futures[arg % 3]}`);
        break;
      case 13:
        this.endFuture(arg);
        break;
      case 14:
        this.create(createTask);
        break;
      case 15:
        throw new ValueError(`${i}.${arg}`);
      case 16:
        this.log(`uncancel ${currentTask().uncancel()}`);
        break;
      case 17:
        yield* this.gather(i, arg);
        break;
      case 18:
        yield* this.group(i, arg);
        break;
      default:
        this.odd(arg);
    }
  }

  endFuture(arg) {
    const future = this.futures[arg % 3],
      how = Math.trunc(arg / 3) % 4;
    if (how === 0) this.log(`cancelled ${str(future.cancel())}`);
    else if (how === 1) future.setException(new KeyError(`${arg}`));
    else future.setResult(arg);
  }

  *gather(i, arg) {
    const chosen = [this.other(i, arg), this.other(i, arg >> 2), this.other(i, arg >> 4)].filter(Boolean);
    const results = yield* gather(...chosen, { returnExceptions: (arg & 1) === 1 });
    this.log(`gathered ${results.map((r) => (r instanceof Error ? describeError(r) : r)).join()}`);
  }

  *group(i, arg) {
    const group = new TaskGroup(),
      self = this;
    yield* group.use(function* () {
      for (let k = 0; k < arg % 3; k++) self.create((script) => group.createTask(script));
      if (arg & 8) yield* self.sleep(arg & 3);
      if (arg & 16) throw new LookupError(`${i}`);
    });
  }

  odd(arg) {
    switch (arg % 5) {
      case 0:
        this.locks[Math.trunc(arg / 5) % 2].release();
        break;
      case 1:
        this.semaphores[1].release();
        break;
      case 2:
        currentTask().cancel('self');
        break;
      case 3:
        this.log(`cancelling ${currentTask().cancelling()}`);
        break;
      default:
        callSoon(() => this.inCallback(Math.trunc(arg / 5)));
    }
  }

  inCallback(arg) {
    this.log('callback');
    if (arg & 1) this.events[(arg >> 1) % 2].set();
    else this.tasks[arg % SCRIPTS]?.cancel();
  }

  // ---- the driver ----

  *main() {
    this.locks = [new Lock(), new Lock()];
    this.semaphores = [new Semaphore(2), new BoundedSemaphore(1)];
    this.events = [new Event(), new Event()];
    this.futures = [new Future(), new Future(), new Future()];
    for (let k = 0; k < FIRST; k++) this.create(createTask);
    for (const [op, arg] of this.driver) yield* this.drive(op, arg);
    yield* this.endAll();
  }

  *drive(op, arg) {
    const task = this.tasks[arg % SCRIPTS];
    if (op === 0 && task) task.cancel(`driver ${arg}`);
    else if (op === 1) this.events[arg % 2].set();
    else if (op === 2 && !this.futures[arg % 3].done) this.endFuture(arg);
    else if (op === 3) yield* this.sleep((arg % 3) + 1);
    else yield* sleep(0);
  }

  *endAll() {
    this.log('end');
    for (let round = 0; round < 100; round++) {
      for (const task of this.tasks.slice(0, this.next)) if (!task.done) task.cancel();
      for (let turn = 0; turn < 4; turn++) yield* sleep(0);
    }
    this.log(
      this.tasks
        .slice(0, this.next)
        .map((task) => Number(task.done))
        .join(' '),
    );
    this.log(this.locks.map((lock) => Number(lock.locked)).join(''));
    const first = yield* this.permits(this.semaphores[0]);
    this.log(`${first}${yield* this.permits(this.semaphores[1])}`);
  }

  *permits(semaphore) {
    let count = 0;
    for (; !semaphore.locked; count++) yield* semaphore.acquire();
    return count;
  }
}

async function logOf(seed) {
  const program = new Program(seed);
  await run(() => program.main(), { clock: 'virtual', exceptionHandler() {} });
  return program.text;
}

/** FNV-1a; the logs are ASCII. */
function fnv(text, value) {
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619) >>> 0;
  return value;
}

if (process.env.PROGRAM) {
  process.stdout.write(await logOf(Number(process.env.PROGRAM)));
} else {
  describe('random programs do what they do in CPython', () => {
    for (const [block, wanted] of sums.entries())
      test(`${block * BLOCK} to ${block * BLOCK + BLOCK - 1}`, async () => {
        let sum = 2166136261;
        for (let seed = block * BLOCK; seed < (block + 1) * BLOCK; seed++) sum = fnv(await logOf(seed), sum);
        assert.equal(sum, wanted);
      });
  });
}
