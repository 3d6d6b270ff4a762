/**
 * asyncio-wasm: asyncio in a WebAssembly module. Loads C programs that are written on asyncio.h, runs them, and calls
 * the coroutines that they export; and gives JavaScript the same asyncio ({@link run}).
 *
 * @module asyncio-wasm
 */

import type { Coroutine, Task } from './api/asyncio.mjs';

export * from './loader/errors.mjs';
export * from './api/asyncio.mjs';

/** Where a program may come from: a URL, what fetch() gives, the bytes, or a module that is compiled already. */
export type ProgramSource = string | URL | Response | ArrayBuffer | ArrayBufferView | WebAssembly.Module;

/** One event of the trace. src/base/trace.h lists the kinds and their fields. */
export interface TraceEvent {
  /** Its number, from 1. */
  n: number;
  /** The loop's clock, in seconds since the first event. */
  t: number;
  /** What happened: `task`, `step`, `suspend`, `ready`, `done`, `turn`, ... */
  ev: string;
  /** Fields of that kind of event. */
  [field: string]: unknown;
}

/** How a program is given its surroundings. */
export interface LoadOptions {
  /** The arguments of main(), the program's name first. Otherwise `['program']`. */
  args?: string[];
  /** The environment that getenv() sees. */
  env?: Record<string, string | undefined>;
  /** `virtual`: time stands still while code runs and jumps to the next deadline when every task waits. */
  clock?: 'real' | 'virtual';
  /** Another schedule of the kind that real timing may bring about, the same for the same number. It implies the
   * virtual clock; src/include/asyncio.h says what it decides. 0: none. */
  seed?: number;
  /** What the program reads: text, bytes, or a function that fills an array and returns how many bytes it put there. */
  stdin?: string | Uint8Array | ((into: Uint8Array) => number);
  /** Called with what the program prints, in pieces as they come. Otherwise console.log, by lines. */
  stdout?(text: string): void;
  /** The same for standard error. Otherwise console.error. */
  stderr?(text: string): void;
  /** Called with every event of the trace. Without it, tracing costs nothing. */
  trace?(event: TraceEvent): void;
  /** The trace as text instead: Chrome's format (for Perfetto) if the name ends in .json, else one JSON object a line.
   * */
  traceText?: { name: string; write(text: string): void; close(): void };
  /**
   * Guest mode: a loop of your own drives the program's (a game's frames, a simulation). Called when the program wants
   * its loop to go on, with what to call then, and after how many seconds: 0 for as soon as it suits. Call it later,
   * never at once; too early does no harm. What is returned, if anything, takes the request back. There is one at a
   * time.
   */
  schedule?(tick: () => void, seconds: number): (() => void) | void;
  /** The real clock, in seconds, that never goes back. Otherwise performance.now() / 1000. */
  now?(): number;
  /** The program's own JavaScript (ASYNCIO_JS), the default export of its NAME.functions.mjs: needed where a
   * Content-Security-Policy does not allow `unsafe-eval`. */
  functions?: ProgramFunctions;
  /** For a program with threads in a Worker: the page makes the workers for them, which it must have agreed to, with
   * lendWorkers() of `asyncio-wasm/workers`. Firefox needs that: a Worker there that starts workers of its own may, now
   * and then, never come back from it. On a page and in Node it changes nothing. */
  borrowWorkers?: boolean;
}

/** The default export of a NAME.functions.mjs, which the build writes. */
export type ProgramFunctions = (host: never) => unknown[];

/** How a coroutine is called. */
export interface CallOptions {
  /** Aborting it cancels the task. */
  signal?: AbortSignal;
  /** The task's name, in traces and reports. Otherwise `Task-1`, `Task-2`, ... */
  name?: string;
}

/** A task that runs in a program: a promise of its result, and a handle. */
export interface Call<T = unknown> extends Promise<T> {
  /** The task's name; undefined once it is done. */
  readonly name: string | undefined;
  /** Whether it has ended. */
  readonly done: boolean;
  /** Whether it ended by being cancelled. */
  readonly cancelled: boolean;
  /** What it failed with, undefined if it did not or has not ended. */
  readonly exception: unknown;
  /** Has CancelledError raised in it, with this message. False if it is done. */
  cancel(message?: string): boolean;
  /** Where it stands, and who waits for it; undefined once it is done. */
  callGraph(): TaskCallGraph | undefined;
}

/** Who awaits whom, at one moment. */
export interface CallGraph {
  /** Those that are not done. */
  tasks: {
    id: number;
    name: string;
    /** The C function that it runs. */
    coro: string;
    state: 'new' | 'ready' | 'running' | 'waiting';
    /** Where it stands, outermost first. Without a file: only its function is known. */
    stack: { function: string; file?: string; line?: number }[];
    /** While it waits. holder: the task that has taken the lock. */
    waitsFor?: { kind: string; id: number; holder?: number };
    /** The ids of who waits for it: tasks, or what is between them. */
    awaitedBy: number[];
  }[];
  /** What tasks wait through: a gather, a task group, ... */
  between: { id: number; kind: string; awaitedBy: number[] }[];
  /** The same as a tree, for people. */
  text: string;
}

/** What is known of one task: it comes first in `tasks`; the others wait for it, directly or through what is `between`.
 * */
export type TaskCallGraph = Pick<CallGraph, 'tasks' | 'between'>;

/** A program: an instance of its own, with its own memory, loop and clock. {@link load} makes them. */
export class Program {
  private constructor();
  /** Runs main() and gives its exit status. Rejects if the program crashes. */
  run(): Promise<number>;
  /**
   * Runs a coroutine that the program exports (ASYNCIO_EXPORT, ASYNCIO_EXPORT_ASYNC) as a task.
   *
   * @param name      the C function
   * @param argument  a number arrives as an integer, a string as a `char *`, anything else as an `asyncio_js *`; of a
   * function with
   *                  types (ASYNCIO_EXPORT_ASYNC), an array of all its arguments
   * @returns the promise of its result; rejected with the exception's class, as {@link ValueError}
   */
  call<T = unknown>(name: string, argument?: unknown, options?: CallOptions): Call<T>;
  /**
   * The functions that the program exports with types (ASYNCIO_EXPORT_ASYNC), by name: `program.functions.area(2, 3,
   * 'cm')` is
   * `program.call('area', [2, 3, 'cm'])`. A TypeError says what a function takes.
   */
  readonly functions: Record<string, (...list: unknown[]) => Call<unknown>>;
  /**
   * Ctrl+C, SIGINT for the program: the first one cancels main's task, which can clean up, the second one raises
   * KeyboardInterrupt at once; run() then gives 130. A program that computes without giving way cannot hear it: where
   * that matters, run it in a Worker, which can be ended.
   */
  interrupt(): void;
  /** What every task is doing, at any time: while the program waits, from a function that it calls, after a crash. */
  callGraph(): CallGraph;
  /** Who runs, as `task Task-2 (fetch)` or `main()`: for whoever stopped the program in the middle and is going to end
   * it. */
  runningName(): string;
  /** Runs a JavaScript coroutine as a task in the program's loop, beside those in C. The program has to say
   * ASYNCIO_SHARE. */
  createTask<T>(coroutine: Coroutine<T>, options?: { name?: string }): Task<T>;
  /** `new`, `running`, `exited` or `crashed`. */
  readonly state: 'new' | 'running' | 'exited' | 'crashed';
}

/**
 * Loads a program. Each call makes an instance of its own.
 *
 * @throws an Error that says what to do: not found, no WebAssembly, not built with the pass, of another version,
 * forbidden
 *   by the Content-Security-Policy
 */
export function load(source: ProgramSource | Promise<ProgramSource>, options?: LoadOptions): Promise<Program>;

/** A run that failed: it ended with another status than 0, or crashed. */
export interface FailedRun {
  /** Which one. */
  seed: number;
  /** What it ended with. */
  status: number | undefined;
  /** How it crashed. */
  crash: Error | undefined;
  /** What it printed. */
  stdout: string;
  /** And to standard error. */
  stderr: string;
}

/** Runs a program under one seed after the other, until it fails. Undefined if it never does. */
export function explore(
  source: ProgramSource,
  options?: Omit<LoadOptions, 'seed' | 'stdout' | 'stderr'> & {
    seeds?: number;
    first?: number;
    running?(program: Program): void;
  },
): Promise<FailedRun | undefined>;
