// A program: a WebAssembly module that was written on asyncio.h, loaded and given what it imports.

import { Bridge } from './bridge.mjs';
import { callGraphOf } from './call-graph.mjs';
import { Driver, Guest } from './driver.mjs';
import { files } from './files.mjs';
import { version } from './version.mjs';
import { Exit, wasi } from './wasi.mjs';

/** Thrown through the program's frames by the stack check. */
class StackOverflow extends Error {}

const NO_TOOLS = 'asyncio.wasm is without traces and seeds: pass asyncio-tools.wasm, beside it';
const NOT_SHARED =
  'this program does not let JavaScript take part in its loop: say ASYNCIO_SHARE in it (asyncio_js.h), at file scope';

function notShared() {
  throw new Error(NOT_SHARED);
}

/** What a module has, seen from outside. */
const carriesFunctions = (module) => WebAssembly.Module.imports(module).some((i) => i.module === 'asyncio_js');
const hasTools = (module) => WebAssembly.Module.imports(module).some(({ name }) => name === 'trace_open');
const usesThreads = (module) => WebAssembly.Module.imports(module).some(({ name }) => name === 'threads_begin');
const exportsAny = (module, start) => WebAssembly.Module.exports(module).some(({ name }) => name.startsWith(start));

const BUILD_HINT =
  'build it with `npx asyncio-wasm build` (or `make run FILE=...` in the repository), which runs the pass';

// ---- loading ----

/** What a URL leads to: a Response, or the bytes of a file where there are files. */
async function request(url) {
  try {
    return files.read && /^file:/.test(url) ? await files.read(new URL(url)) : await fetch(url);
  } catch (error) {
    throw new Error(`${url} could not be loaded: ${error.cause?.message ?? error.message}`, { cause: error });
  }
}

async function compile(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source);
  const response = typeof Response === 'function' && source instanceof Response ? source : await request(source);
  if (response instanceof Uint8Array) return WebAssembly.compile(response);
  if (!response.ok) throw new Error(`${response.url || source} could not be loaded: HTTP status ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** A module from whatever load() takes, checked; or an Error that says what to do. */
export async function compileSource(source) {
  const module = await compileClearly(source);
  checkModule(module);
  return module;
}

async function compileClearly(source) {
  try {
    return await compile(await source);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError && /unsafe-eval|Content Security Policy|blocked/i.test(error.message))
      throw new Error(
        `this page's Content-Security-Policy forbids WebAssembly: allow script-src 'wasm-unsafe-eval' (${error.message})`,
      );
    if (error instanceof WebAssembly.CompileError)
      throw new Error(
        `this is no WebAssembly module, or not all of it (truncated, or an error page?): ${error.message}`,
      );
    throw error;
  }
}

function checkModule(module) {
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  if (!exported.has('asyncio_start'))
    throw new Error(`this module is not linked with asyncio-wasm's library; ${BUILD_HINT}`);
  if (WebAssembly.Module.imports(module).some((i) => i.module === 'asyncify' || i.module === 'pass'))
    throw new Error(`this module has not been through the Asyncify pass, so it could never suspend; ${BUILD_HINT}`);
  checkVersion(module);
}

/** What must be the same for a program and its loader to understand each other: 1 of 1.2.3, 0.1 of 0.1.2. */
const series = (text) => /^0*[1-9]\d*|^0+\.\d+/.exec(text)?.[0];

function checkVersion(module) {
  const [section] = WebAssembly.Module.customSections(module, 'asyncio_version');
  const built = section && new TextDecoder().decode(section);
  if (built !== undefined && series(built) !== series(version))
    throw new Error(
      `this program was built with asyncio-wasm ${built}, and this is the loader of ${version}: build it again`,
    );
}

/**
 * Loads a program.
 *
 * @param source   a URL (or string), Response, bytes, or WebAssembly.Module
 * @param options  args: string[] (argv[0] first); env: object; clock: 'real' | 'virtual';
 *                 seed: a number, for another schedule of the kind that real timing may bring about (it implies the
 *                 virtual clock); stdout, stderr: (text) => void; stdin: string | Uint8Array | (Uint8Array) => count;
 *                 trace: (event) => void, called with each event of the trace (src/base/trace.h);
 *                 traceText: { name, write(text), close() }, the trace as text instead, Chrome's format for name.json;
 *                 schedule: (tick, seconds) => cancel, and now: () => seconds: a loop of your own drives the program's
 *                 (README.md), and a clock of your own says the time;
 *                 functions: the program's functions module (glue.mjs), where a page may not make functions of text
 * @returns {Promise<Program>}
 */
export async function load(source, options = {}) {
  const program = new Program(await compileSource(source), options);
  await program.instantiate();
  return program;
}

// ---- the program ----

export class Program {
  #module;
  #options;
  #callable; // what call() knows, once it is asked
  #Signature; // the class, where the program exports functions with types
  #exports; // of the instance, whose getter for them is slow
  #fulfillIn; // one of them: to look it up there each time would take as long as what it does
  #bridge;
  #driver;
  #threads; // of a program that uses them
  #glue; // the module, for a program that carries JavaScript
  #inside = false; // the program is running, further down this call stack
  #state = 'new'; // 'running', 'exited', 'crashed'
  #over; // why it takes no more calls, as an Error
  #finish; // the promise of run()
  #decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
  #sinks; // where text goes that is written to 1 and 2
  #traceRest = '';

  constructor(module, options) {
    this.#module = module;
    this.#options = options;
    this.#sinks = {
      1: options.stdout ?? byLines((line) => console.log(line)),
      2: options.stderr ?? byLines((line) => console.error(line)),
    };
    // Virtual time must not run ahead of JavaScript that still has to say what it waits for next.
    const patient = (options.clock ?? options.env?.ASYNCIO_CLOCK) === 'virtual';
    const runLoop = [false, true].map((fresh) => (exports) => exports.asyncio_tick(fresh)),
      tick = (fresh) => this.#enter(runLoop[Number(fresh)]);
    this.#driver = options.schedule
      ? new Guest(tick, options.schedule)
      : new Driver(tick, { patient, priority: options.priority });
    this.#bridge = new Bridge({
      exports: () => this.#exports,
      memory: () => this.#exports.memory,
      alive: () => !this.#over,
      enter: (call) => this.#tell(call),
      fulfill: (number, value, last) => this.#fulfill(number, value, last),
    });
  }

  /** Runs a JavaScript coroutine as a task of this program, which has to say ASYNCIO_SHARE. */
  createTask(coroutine, options) {
    if (this.#state === 'new' && this.#exports._start)
      throw new Error('this program has a main(): run() it first, then it takes tasks');
    if (this.#state === 'new' && this.#exports._initialize) this.#exports._initialize();
    if (!this.coroutines) throw new Error(NOT_SHARED);
    if (this.#state === 'new') this.#state = 'running';
    return this.coroutines.createTask(coroutine, options);
  }

  /** Part of load(). What only some programs use is loaded for those. */
  async instantiate() {
    const { trace, traceText, seed } = this.#options;
    if ((trace || traceText || seed !== undefined) && !hasTools(this.#module)) throw new Error(NO_TOOLS);
    if (exportsAny(this.#module, 'asyncio_share')) await this.#share();
    if (carriesFunctions(this.#module)) this.#glue = await import('./glue.mjs');
    if (usesThreads(this.#module)) await this.#addThreads();
    if (exportsAny(this.#module, 'asyncio_typed:')) this.#Signature = (await import('./arguments.mjs')).Signature;
    this.#exports = (await WebAssembly.instantiate(this.#module, this.#imports())).exports;
    this.#fulfillIn = this.#exports.asyncio_fulfill;
  }

  async #addThreads() {
    const { Threads } = await import('./threads.mjs');
    this.#threads = new Threads({
      begin: () => this.#forThreads(),
      tell: (call) => this.#tell(call),
      copyIn: (bytes) => this.#bridge.copyIn(bytes),
      bytes: (at, length) => this.#bridge.bytes(at, length),
      word: (at) => new DataView(this.#exports.memory.buffer).getUint32(at, true),
      exports: () => this.#exports,
      traced: () => Boolean(this.#options.trace || this.#options.traceText),
      print: (fd, text) => this.#deliver(fd, text),
      exit: (status) => this.#end(new Exit(status)),
      borrow: this.#options.borrowWorkers,
    });
  }

  async #share() {
    const { Coroutines } = await import('./coroutines.mjs');
    this.coroutines = new Coroutines(this.#bridge, {
      exports: () => this.#exports,
      memory: () => this.#exports.memory,
      alive: () => !this.#over,
      tell: (call) => this.#tell(call),
    });
  }

  /** Runs main() and gives its exit status. Rejects if the program crashes. */
  run() {
    if (this.#over) return Promise.reject(this.#over);
    if (this.#state !== 'new')
      return Promise.reject(new Error('this program is running already: load it again for a second run'));
    if (!this.#exports._start)
      return Promise.reject(new Error('this program has no main(): call what it exports, with call()'));
    this.#state = 'running';
    this.#threads?.prepare();
    return new Promise((resolve, reject) => {
      this.#finish = { resolve, reject };
      const wait = this.#enter((exports) => exports.asyncio_start());
      if (wait !== undefined) this.#driver.plan(wait);
    });
  }

  /**
   * Runs an exported coroutine (ASYNCIO_EXPORT) as a task.
   *
   * @param name      the C function's name
   * @param argument  a number, string, or any value; of a function with types (ASYNCIO_EXPORT_ASYNC) an array of all
   * arguments
   * @param options   signal: an AbortSignal that cancels the task; name: the task's name
   * @returns a promise of its result, which also has cancel(message), done and name. It rejects with an Error of the
   * class
   *          that the exception's type has (CancelledError, ...), with the C awaits in its stack.
   */
  call(name, argument, options) {
    if (this.#over) return Promise.reject(this.#over);
    const exports = this.#exports,
      exported = this.#exported().get(name);
    if (!exported)
      return Promise.reject(
        new TypeError(`this program exports no coroutine "${name}" (ASYNCIO_EXPORT makes one of a C function)`),
      );
    const { start, result, signature } = exported;
    try {
      signature?.check(argument);
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#state === 'new' && exports._start)
      return Promise.reject(new Error('this program has a main(): run() it first, then it takes calls'));
    if (this.#state === 'new' && exports._initialize) exports._initialize();
    if (this.#state === 'new') this.#threads?.prepare();
    if (this.#state === 'new') this.#state = 'running';
    return this.#tell(() =>
      signature
        ? this.#bridge.callTyped(start, signature, argument, options)
        : this.#bridge.call(start, result, argument, options),
    );
  }

  /** The functions that the program exports with types (ASYNCIO_EXPORT_ASYNC): name -> (...arguments) => promise, as
   * call() gives it. */
  get functions() {
    const typed = [...this.#exported()].filter(([, { signature }]) => signature);
    return Object.fromEntries(typed.map(([name]) => [name, (...list) => this.call(name, list)]));
  }

  /** name -> { start, result, signature }, the signature of those that have types. */
  #exported() {
    this.#callable ??= new Map(
      Object.entries(this.#exports).flatMap(([key, start]) => {
        const [kind, result, name] = key.split(':');
        if (kind !== 'asyncio_export' && kind !== 'asyncio_typed') return [];
        return [[name, { start, result, signature: kind === 'asyncio_typed' ? new this.#Signature(key) : undefined }]];
      }),
    );
    return this.#callable;
  }

  /**
   * Ctrl+C: SIGINT for the program. While its loop runs the first one cancels the main task, the second one raises
   * KeyboardInterrupt (src/include/asyncio.h, section 1). A program whose loop does not run and that has no handler for it ends
   * with status 130. It is heard when the program next waits, or its loop gives way: one that computes cannot be
   * interrupted, except by ending its Worker.
   */
  interrupt() {
    if (this.#over) return;
    try {
      this.#exports.asyncio_interrupt();
    } catch (error) {
      if (this.#inside) throw error; // it goes through the program's frames
      this.#end(error);
    }
    if (!this.#over) this.#driver.wake();
  }

  get state() {
    return this.#state;
  }

  /** Who runs, as 'task Task-2 (fetch)' or 'main()': for whoever has stopped the program in the middle, and is going to
   * end it. */
  runningName() {
    return this.#bridge.text(this.#exports.asyncio_running_name());
  }

  /**
   * What every task is doing, at any time: while the program waits, from a function that it calls, after a crash.
   *
   * @returns {{ tasks, between, text }}  tasks: those that are not done, as { id, name, coro, state: 'new' | 'ready' |
   * 'running' |
   *          'waiting', stack: [{ function, file, line }], outermost first, waitsFor: { kind, id, holder }, awaitedBy:
   *          ids }; between: what tasks wait through (a gather, a task group, ...), as { id, kind, awaitedBy: ids };
   *          text: the same as a tree
   */
  callGraph() {
    // its memory is not in order yet, so it cannot be asked
    if (this.#state === 'new') return { tasks: [], between: [], text: '' };
    try {
      if (this.#state === 'crashed') this.#exports.asyncio_crashed(); // which leaves the stack that it crashed on
      return callGraphOf(this.#bridge);
    } catch (error) {
      throw new Error(`the tasks of this program cannot be told: ${error.message}`, { cause: error });
    }
  }

  // ---- as a thread of another one (thread.mjs) ----

  /** Instead of run(): functions will be called one by one, by the calls that callsOf(exports) gives, and that this
   * returns. finish: { resolve(status), reject(error) } of exit() and crashes. */
  beginThread(callsOf, finish) {
    const calls = callsOf(this.#exports);
    this.#state = 'running';
    this.#finish = finish;
    this.#enter(() => calls.begin());
    return calls;
  }

  /** Has the root run, and does what it asks for then. */
  drive(call) {
    this.#driver.stop();
    const wait = this.#enter(call);
    if (wait !== undefined) this.#driver.plan(wait);
  }

  tell(call) {
    return this.#tell(call);
  }

  copyIn(bytes) {
    return this.#bridge.copyIn(bytes);
  }

  /** What thread.mjs needs to begin. */
  #forThreads() {
    const { env = {}, clock } = this.#options;
    const { ASYNCIO_TRACE, ...settings } = env;
    return { module: this.#module, env: settings, clock, origin: performance.timeOrigin };
  }

  // ---- calling in ----

  /** Runs the loop: nothing else may be running. Returns undefined if the program ended in it. */
  #enter(call) {
    if (this.#over) return undefined;
    if (this.#inside) throw new Error('the program is running already, further down the call stack: calls take turns');
    this.#inside = true;
    try {
      return call(this.#exports);
    } catch (error) {
      this.#end(error);
      return undefined;
    } finally {
      this.#inside = false;
    }
  }

  /** Completes futures or makes tasks, which the next tick runs. Also from within the program, when it calls
   * JavaScript. */
  #tell(call) {
    try {
      return call(this.#exports);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) this.#end(error);
      throw error;
    } finally {
      if (!this.#over) this.#driver.wake();
    }
  }

  /** A promise is fulfilled that C may wait for. This is a microtask of its own: where nothing else is expected (last),
   * the next tick may be part of it, and of the same call. */
  #fulfill(number, value, last) {
    const here = last && this.#driver.begin();
    this.#inside = here;
    try {
      const wait = this.#fulfillIn(number, value, here ? 1 : 0);
      if (here) this.#driver.plan(wait);
      else this.#driver.wake();
    } catch (error) {
      this.#end(error);
    } finally {
      this.#inside = false;
    }
  }

  // ---- the end ----

  #end(error) {
    this.#driver.stop();
    this.#threads?.end();
    this.#flush();
    if (error instanceof Exit) {
      this.#state = 'exited';
      this.#over = new Error(`the program has ended with status ${error.status}: load it again`);
      this.#finish?.resolve(error.status);
    } else {
      const crash = this.#describe(error);
      this.#state = 'crashed';
      this.#over = new Error(`the program has crashed (${crash.message}): load it again`, { cause: error });
      this.#finish?.reject(crash);
    }
    this.#bridge.rejectAll(this.#over);
    this.coroutines?.end(this.#over);
  }

  /** What happened, in words that say what to do. The program's memory may be in any state. */
  #describe(error) {
    const exports = this.#exports;
    let who = 'the program',
      unwinding = false;
    try {
      exports.asyncio_crashed();
      who = this.runningName();
      unwinding = exports.asyncio_unwinding() !== 0;
    } catch {}
    const because = (message) => new Error(message, { cause: error });
    if (error instanceof StackOverflow)
      return because(
        `stack overflow in ${who}: its C stack is used up (recursion without end, or large arrays; ASYNCIO_STACK_SIZE=bytes in the environment gives more)`,
      );
    if (
      (error instanceof RangeError && /call stack/i.test(error.message)) ||
      (error?.name === 'InternalError' && /recursion/i.test(error.message))
    )
      return because(`stack overflow in ${who}: the engine's call stack is used up (recursion without end?)`);
    if (!(error instanceof WebAssembly.RuntimeError)) return error instanceof Error ? error : because(String(error));
    if (unwinding) return because(`${who} suspended from too deep a call stack: its frames do not fit into 512 KB`);
    if (/unreachable/i.test(error.message))
      return because(
        `the program trapped in ${who}: abort(), a failed assertion, or undefined behaviour (${error.message})`,
      );
    return because(`the program trapped in ${who}: ${error.message}`);
  }

  #flush() {
    try {
      this.#exports.asyncio_trace_flush();
    } catch {}
    for (const fd of [1, 2]) {
      this.#deliver(fd, this.#decoders[fd].decode());
      this.#sinks[fd].end?.();
    }
  }

  // ---- what it imports ----

  #imports() {
    const available = {
      asyncio: {
        ...this.#bridge.imports(),
        ...(this.coroutines ? this.coroutines.imports() : { coroutine_done: notShared }),
        ...this.#threads?.imports(),
        ...this.#hostImports(),
      },
      asyncio_js: this.#functionImports(),
      wasi_snapshot_preview1: wasi(this.#streams(), () => this.#exports.memory),
      env: {
        stack_overflow() {
          throw new StackOverflow();
        },
      },
    };
    const wanted = {};
    for (const { module, name } of WebAssembly.Module.imports(this.#module)) {
      const given =
        available[module]?.[name] ?? (module === 'wasi_snapshot_preview1' ? available[module].unsupported : undefined);
      if (!given)
        throw new Error(
          `the program wants "${name}" from "${module}": it was built for another version of asyncio-wasm`,
        );
      (wanted[module] ??= {})[name] = given;
    }
    return wanted;
  }

  #functionImports() {
    return this.#glue ? this.#bridge.functionImports(this.#options.functions ?? this.#compileFunctions()) : {};
  }

  /** In a thread the functions module is not there, and if the page's policy forbids to make functions of text they are
   * missed only when they are called. */
  #compileFunctions() {
    try {
      return this.#glue.compileFunctions(this.#module);
    } catch (error) {
      if (!this.#options.thread) throw error;
      return () =>
        this.#glue
          .declaredFunctions(this.#module)
          .map(({ name, type }) => notInThreads(name, type === 'asyncio_promise', error));
    }
  }

  #hostImports() {
    const { thread } = this.#options;
    const shift = thread ? performance.timeOrigin - thread.origin : 0; // a worker's clock begins with the worker
    return {
      ...thread?.imports({ bytes: (at, length) => this.#bridge.bytes(at, length) }),
      now: this.#options.now ?? (() => (performance.now() + shift) / 1000),
      block: (seconds) => block(seconds),
      trace_open: () => (this.#options.trace || this.#options.traceText ? 1 : 0),
      trace_write: (at, length) => this.#trace(new TextDecoder().decode(this.#bridge.bytes(at, length))),
      trace_close: () => this.#options.traceText?.close(),
    };
  }

  #streams() {
    const { args = ['program'], env = {}, clock, seed, trace, traceText } = this.#options;
    const settings = { ...env };
    if (clock) settings.ASYNCIO_CLOCK = clock;
    if (seed !== undefined) settings.ASYNCIO_SEED = String(seed);
    if (trace || traceText) settings.ASYNCIO_TRACE = traceText?.name ?? 'events.jsonl';
    return { args, env: settings, read: reader(this.#options.stdin), write: (fd, bytes) => this.#write(fd, bytes) };
  }

  #write(fd, bytes) {
    if (this.#options.thread) return this.#options.thread.print(fd, bytes.slice());
    if (this.#options.trace || this.#options.traceText)
      this.#exports.asyncio_printed(fd, bytes.byteOffset, bytes.length);
    this.#deliver(fd, this.#decoders[fd].decode(bytes, { stream: true }));
  }

  #deliver(fd, text) {
    if (text) this.#sinks[fd](text);
  }

  #trace(text) {
    if (this.#options.traceText) return this.#options.traceText.write(text);
    const lines = (this.#traceRest + text).split('\n');
    this.#traceRest = lines.pop();
    for (const line of lines) this.#options.trace(JSON.parse(line));
  }
}

/** The console makes a line of whatever it is told: text is collected until the line is whole. */
function byLines(tell) {
  let rest = '';
  const sink = (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    lines.forEach(tell);
  };
  sink.end = () => rest && sink('\n');
  return sink;
}

/** For a function that a thread cannot have. */
function notInThreads(name, async, { message }) {
  const complain = () => {
    throw new Error(`${name}() cannot be called in a thread here: ${message}`);
  };
  return { name, async, call: async ? async () => complain() : complain };
}

/** Standard input: text, bytes, or a function that fills an array and returns how much; nothing otherwise. */
function reader(stdin) {
  if (typeof stdin === 'function') return stdin;
  let rest = typeof stdin === 'string' ? new TextEncoder().encode(stdin) : (stdin ?? new Uint8Array());
  return (into) => {
    const part = rest.subarray(0, into.length);
    into.set(part);
    rest = rest.subarray(part.length);
    return part.length;
  };
}

/** Blocks the thread, as asyncio_time_sleep promises: without work where that may be, spinning where not (a page). */
function block(seconds) {
  const end = performance.now() + seconds * 1000;
  try {
    const cell = new Int32Array(new SharedArrayBuffer(4));
    for (let left = end - performance.now(); left > 0; left = end - performance.now()) Atomics.wait(cell, 0, 0, left);
  } catch {
    while (performance.now() < end);
  }
}
