// The threads of a program: workers, each with an instance of the program's module. Its C side is
// src/threads/threads_js.c, which also decides how many there may be at a time; what runs in a worker is thread.mjs.
//
// Nothing is shared: arguments and results are copied. A thread's messages are handled in the order in which it sent
// them, so what it printed is there before its result.

// @ts-expect-error: workers.d.mts says only what the package's users are to call
import { node, startWorker } from './workers.mjs';

const HOW =
  "In a page its Content-Security-Policy must allow worker-src 'self' (blob:, if the modules come from " +
  'elsewhere), and ' +
  'thread.mjs must stand beside workers.mjs; in Node it takes version 20.16 or newer';

/** The functions of src/threads/threads_js.c, in the order of their table; the last four are for workers. */
const CALLS = [
  'ended',
  'failed',
  'rested',
  'called',
  'requested',
  'cancelled',
  'printed',
  'begin',
  'run',
  'woken',
  'answered',
];

/** Functions of an instance by their places in its table, which are the same in every instance of a module. */
export const functionsAt = (exports, places) =>
  Object.fromEntries(Object.entries(places).map(([name, at]) => [name, exports.__indirect_function_table.get(at)]));

/** How many processors there are, as far as one is told. */
export function processors() {
  return (
    globalThis.navigator?.hardwareConcurrency ??
    globalThis.process?.getBuiltinModule?.('node:os').availableParallelism() ??
    4
  );
}

/** One worker: Node's and a page's, alike. */
class Thread {
  #worker;
  work = 0; // what it runs
  decoders = { 1: new TextDecoder(), 2: new TextDecoder() };

  constructor({ borrow, message, error }) {
    this.#worker = startWorker({ borrow });
    if (node) {
      this.#worker.on('message', message);
      this.#worker.on('error', error);
    } else {
      this.#worker.onmessage = ({ data }) => message(data);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        error(new Error(event.message || 'its script could not be loaded'));
      };
      this.#worker.onmessageerror = () => error(new Error('the module could not be handed over'));
    }
  }

  post(message) {
    this.#worker.postMessage(message);
  }

  /** Whether Node is to stay for it. */
  hold(held) {
    if (node) held ? this.#worker.ref() : this.#worker.unref();
  }

  end() {
    if (node) this.#worker.removeAllListeners();
    else this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
  }
}

export class Threads {
  #host;
  #places; // of the functions above in the table
  #calls; // the functions
  #idle = [];
  #busy = new Map(); // by their work
  #requests = new Map(); // coroutines that threads wait for: { thread, ticket } by the request

  /**
   * host: begin() → what thread.mjs needs, exports(), tell(exports => …), copyIn(bytes) → pointer, bytes(at, length),
   *       word(at), traced(), print(fd, text), exit(status), borrow: whether the page makes the workers
   */
  constructor(host) {
    this.#host = host;
  }

  imports() {
    const notHere = () => {
      throw new Error('this is for threads alone');
    };
    return {
      threads_begin: (table) => this.#begin(table),
      processors,
      thread_start: (work, body, arg, bytes, size, context, contextSize, name, time) =>
        this.#run(work, {
          type: 'run',
          places: this.#places,
          body,
          arg,
          bytes: this.#bytesOf(bytes, size),
          context: this.#bytesOf(context, contextSize),
          name,
          time,
        }),
      thread_wake: (work, time) => this.#busy.get(work).post({ type: 'wake', time }),
      thread_abandon: (work) => this.#drop(this.#busy.get(work)),
      thread_answer: (request, ...parcel) => this.#answer(request, parcelOf(this.#host, ...parcel)),
      thread_ended: notHere,
      thread_rests: notHere,
      post_call: notHere,
      post_request: notHere,
      post_cancel: notHere,
    };
  }

  /** Starts a worker ahead of its first use, which takes some 40 ms. */
  prepare() {
    try {
      const thread = this.#start();
      thread.hold(false);
      this.#idle.push(thread);
    } catch {} // the first use will say why
  }

  #begin(table) {
    this.#places = Object.fromEntries(CALLS.map((name, i) => [name, this.#host.word(table + 4 * i)]));
    this.#calls = functionsAt(this.#host.exports(), this.#places);
  }

  /** The program is over. */
  end() {
    for (const thread of [...this.#idle, ...this.#busy.values()]) thread.end();
    this.#idle = [];
    this.#busy.clear();
    this.#requests.clear();
  }

  // ---- threads ----

  #start() {
    const thread = new Thread({
      borrow: this.#host.borrow,
      message: (message) => this.#hear(thread, message),
      error: (error) => this.#fail(thread, error),
    });
    thread.post({ type: 'begin', ...this.#host.begin() });
    return thread;
  }

  #run(work, message) {
    try {
      const thread = this.#idle.pop() ?? this.#start();
      thread.work = work;
      thread.hold(true);
      this.#busy.set(work, thread);
      thread.post(message);
    } catch (error) {
      queueMicrotask(() => this.#tellFailure(work, error)); // not within the call that wants it started
    }
  }

  #free(thread) {
    this.#busy.delete(thread.work);
    thread.work = 0;
    thread.hold(false);
    this.#idle.push(thread);
  }

  #drop(thread) {
    if (!thread) return;
    this.#busy.delete(thread.work);
    this.#idle = this.#idle.filter((other) => other !== thread);
    for (const [request, asked] of this.#requests) if (asked.thread === thread) this.#requests.delete(request);
    thread.end();
  }

  /** A worker that could not start, or broke. */
  #fail(thread, error) {
    const { work } = thread;
    this.#drop(thread);
    if (work) this.#tellFailure(work, error);
  }

  #tellFailure(work, error) {
    this.#failWith(work, `no thread can be had: ${error.message}. ${HOW}`);
  }

  #failWith(work, message) {
    this.#host.tell((exports) => {
      const text = this.#host.copyIn(new TextEncoder().encode(message));
      this.#calls.failed(work, text);
      exports.asyncio_free(text);
    });
  }

  // ---- what they say ----

  #hear(thread, message) {
    if (thread.work) this.#heard[message.type](thread, message);
  }

  #heard = {
    ended: (thread, { value, bytes, exception, noMemory }) => {
      const { work } = thread;
      this.#free(thread);
      this.#host.tell(() => this.#calls.ended(work, ...this.#parcelIn({ value, bytes, exception, noMemory })));
    },
    rests: ({ work }, { when, ticket }) => {
      const request =
        [...this.#requests].find(([, asked]) => ticket && asked.ticket === ticket && asked.thread.work === work)?.[0] ??
        0;
      this.#host.tell(() => this.#calls.rested(work, when, ticket ? 1 : 0, request));
    },
    call: (thread, { loop, callback, arg, bytes, name, site }) => {
      this.#host.tell(() => this.#calls.called(loop, callback, arg, ...this.#bytesIn(bytes), name, site));
    },
    request: (thread, { loop, body, arg, bytes, name, site, ticket }) => {
      this.#host.tell(() => {
        const request = this.#calls.requested(loop, body, arg, ...this.#bytesIn(bytes), name, site);
        if (request) this.#requests.set(request, { thread, ticket });
      });
    },
    cancel: (thread, { ticket }) => {
      const request = [...this.#requests].find(([, asked]) => asked.thread === thread && asked.ticket === ticket)?.[0];
      if (request) this.#host.tell(() => this.#calls.cancelled(request));
    },
    print: (thread, { fd, bytes }) => {
      if (this.#host.traced()) this.#tracePrint(thread.work, fd, bytes);
      this.#host.print(fd, thread.decoders[fd].decode(bytes, { stream: true }));
    },
    exit: (thread, { status }) => this.#host.exit(status),
    crash: (thread, { message }) => {
      const { work } = thread;
      this.#drop(thread);
      this.#failWith(work, message);
    },
  };

  #tracePrint(work, fd, bytes) {
    this.#host.tell((exports) => {
      const text = this.#host.copyIn(bytes);
      this.#calls.printed(work, fd, text, bytes.length);
      exports.asyncio_free(text);
    });
  }

  #answer(request, parcel) {
    const asked = this.#requests.get(request);
    this.#requests.delete(request);
    asked?.thread.post({ type: 'answer', ticket: asked.ticket, ...parcel });
  }

  // ---- bytes ----

  #bytesOf(at, size) {
    return at ? this.#host.bytes(at, size) : null;
  }

  #bytesIn(bytes) {
    return bytes ? [this.#host.copyIn(bytes), bytes.length] : [0, 0];
  }

  #parcelIn(parcel) {
    return parcelIn(parcel, (bytes) => this.#host.copyIn(bytes));
  }
}

/** What src/threads/parcel.h calls a parcel, taken out of an instance's memory, */
export function parcelOf({ bytes: copyOf }, value, bytes, size, exception, exceptionSize, noMemory) {
  return {
    value,
    bytes: bytes ? copyOf(bytes, size) : null,
    exception: exception ? copyOf(exception, exceptionSize) : null,
    noMemory,
  };
}

/** and put into another's, as arguments. */
export function parcelIn({ value, bytes, exception, noMemory }, copyIn) {
  const into = (copied) => (copied ? [copyIn(copied), copied.length] : [0, 0]);
  return [value, ...into(bytes), ...into(exception), noMemory];
}
