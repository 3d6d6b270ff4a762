// A program: a WebAssembly module that was written on asyncio.h, loaded and given what it imports.

import { Bridge } from './bridge.mjs';
import { callGraphOf } from './call-graph.mjs';
import { Driver, Guest } from './driver.mjs';
import { StackOverflow, describeCrash, errorsOf } from './crash.mjs';
import { exportedCoroutines, notExported } from './exported.mjs';
import { checkTools } from './module.mjs';
import { Output, TraceOutput } from './output.mjs';
import { NOT_SHARED, functionImports, hostImports, notShared, settingsOf, wantedOf, watched } from './imports.mjs';
import { forThreads, partsFor } from './parts.mjs';
import { Exit, wasi } from './wasi.mjs';

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
  #broken = false; // something was thrown through the program's frames
  #output;
  #trace;

  constructor(module, options) {
    this.#module = module;
    this.#options = options;
    this.#output = new Output(options);
    this.#trace = new TraceOutput(options);
    // Virtual time must not run ahead of JavaScript that still has to say what it waits for next.
    const patient = (options.clock ?? options.env?.ASYNCIO_CLOCK) === 'virtual';
    const { schedule } = options;
    const runLoop = [false, true].map((fresh) => (exports) => exports.asyncio_tick(fresh)),
      tick = (fresh) => this.#enter(runLoop[Number(fresh)]);
    this.#driver = schedule
      ? new Guest(tick, schedule, (error) => this.#end(error))
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

  /** Part of load(). */
  async instantiate() {
    checkTools(this.#module, this.#trace.wanted || this.#options.seed !== undefined);
    const parts = await partsFor(this.#module, this.#bridge, this.#host());
    this.coroutines = parts.coroutines;
    [this.#threads, this.#glue, this.#Signature] = [parts.threads, parts.glue, parts.Signature];
    const instance = /** @type {any} */ (await WebAssembly.instantiate(this.#module, this.#imports()));
    this.#exports = instance.exports;
    this.#fulfillIn = this.#exports.asyncio_fulfill;
  }

  /** What its parts have of it. */
  #host() {
    return {
      begin: () => forThreads(this.#module, this.#options),
      tell: (call) => this.#tell(call),
      exports: () => this.#exports,
      memory: () => this.#exports.memory,
      alive: () => !this.#over,
      traced: () => this.#trace.wanted,
      print: (fd, text) => this.#output.deliver(fd, text),
      exit: (status) => this.#end(new Exit(status)),
      borrow: this.#options.borrowWorkers,
    };
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
   * @param options   signal: an AbortSignal that cancels the task; name: the task's name
   * @returns a promise of its result, which also has cancel(message), done and name. It rejects with an Error of the
   *          class that the exception's type has (CancelledError, ...), with the C awaits in its stack.
   */
  call(name, argument, options) {
    try {
      return this.#call(name, argument, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #call(name, argument, options) {
    if (this.#over) throw this.#over;
    const exported = this.#exportedOnes.get(name);
    if (!exported) throw notExported(name);
    const { start, result, signature } = exported;
    const list = signature?.check(argument);
    this.#begin();
    return this.#tell(() =>
      signature
        ? this.#bridge.callTyped(start, signature, list, options)
        : this.#bridge.call(start, result, argument, options),
    );
  }

  /** Before the first call. */
  #begin() {
    if (this.#state !== 'new') return;
    if (this.#exports._start) throw new Error('this program has a main(): run() it first, then it takes calls');
    if (this.#exports._initialize) this.#tell(() => this.#exports._initialize());
    this.#threads?.prepare();
    this.#state = 'running';
  }

  /** The functions that the program exports with types (ASYNCIO_EXPORT_ASYNC): name -> (...arguments) => promise, as
   * call() gives it. */
  get functions() {
    const typed = [...this.#exportedOnes].filter(([, { signature }]) => signature);
    return Object.fromEntries(typed.map(([name]) => [name, (...list) => this.call(name, list)]));
  }

  get #exportedOnes() {
    return (this.#callable ??= exportedCoroutines(this.#exports, this.#Signature));
  }

  /**
   * Ctrl+C: SIGINT for the program. While its loop runs the first one cancels the main task, the second one raises
   * KeyboardInterrupt (src/include/asyncio.h, section 1). A program whose loop does not run and that has no handler for
   * it ends with status 130. It is heard when the program next waits, or its loop gives way: one that computes cannot
   * be interrupted, except by ending its Worker.
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
   *          'running' | 'waiting', stack: [{ function, file, line }], outermost first, waitsFor: { kind, id, holder },
   *          awaitedBy: ids }; between: what tasks wait through (a gather, a task group, ...), as { id, kind,
   *          awaitedBy: ids }; text: the same as a tree
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
      if (this.#broken || error instanceof WebAssembly.RuntimeError) this.#end(error);
      throw error;
    } finally {
      if (!this.#over) this.#driver.wake();
      this.#bridge.flush();
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

  #end(cause) {
    if (this.#over) return;
    this.#over = new Error('the program is ending');
    const error = this.#flush(cause);
    if (error instanceof Exit) {
      this.#state = 'exited';
      this.#over = new Error(`the program has ended with status ${error.status}: load it again`);
      this.#finish?.resolve(error.status);
    } else {
      const crash = describeCrash(error, this.#exports, () => this.runningName());
      this.#state = 'crashed';
      this.#over = new Error(`the program has crashed (${crash.message}): load it again`, { cause: error });
      this.#finish?.reject(crash);
    }
    this.#bridge.rejectAll(this.#over);
    this.coroutines?.end(this.#over);
  }

  /** Whatever somebody's functions throw at the end, all is done: the first such error is what it ends with. */
  #flush(cause) {
    const thrown = errorsOf([
      () => this.#driver.stop(),
      () => this.#threads?.end(),
      () => this.#exports.asyncio_trace_flush(),
      () => this.#output.end(),
    ]).filter((error) => !(error instanceof WebAssembly.RuntimeError));
    return cause instanceof Exit && thrown.length ? thrown[0] : cause;
  }

  // ---- what it imports ----

  #imports() {
    const seen = (functions) =>
      watched(functions, () => {
        this.#broken = true;
      });
    const available = {
      asyncio: {
        ...this.#bridge.imports(),
        ...(this.coroutines ? this.coroutines.imports() : { coroutine_done: notShared }),
        ...this.#threads?.imports(),
        ...seen(hostImports(this.#options, this.#trace, (at, length) => this.#bridge.bytes(at, length))),
      },
      asyncio_js: functionImports(this.#bridge, this.#glue, this.#module, this.#options),
      wasi_snapshot_preview1: seen(
        wasi(
          { ...settingsOf(this.#options, this.#trace), write: (fd, bytes) => this.#write(fd, bytes) },
          () => this.#exports.memory,
        ),
      ),
      env: seen({
        stack_overflow() {
          throw new StackOverflow();
        },
      }),
    };
    return wantedOf(this.#module, available);
  }

  #write(fd, bytes) {
    if (this.#options.thread) return this.#options.thread.print(fd, bytes.slice());
    if (this.#trace.wanted) this.#exports.asyncio_printed(fd, bytes.byteOffset, bytes.length);
    this.#output.write(fd, bytes);
  }
}
