/**
 * asyncio for JavaScript: tasks, locks, queues, timeouts, on the same scheduler as the C programs', with CPython's
 * order of events.
 *
 * A coroutine is a generator function or an async function. A generator waits with `yield*`; which task runs it is
 * known, so nothing has to be handed on. An async function waits with `await` and hands on the task that it is given:
 * an engine's promise knows nothing of tasks.
 *
 * ```js
 * function* main() {                               async function main(task) {
 *   yield* sleep(1);                                 await sleep(1, task);
 *   yield* lock.use(function* () { ... });           await lock.use(async () => { ... }, task);
 * }                                                }
 * ```
 */

import type { LoadOptions, ProgramSource, TaskCallGraph } from '../asyncio.mjs';

/** The steps of a coroutine: what a generator yields is its own affair and the library's. */
export type Steps<T> = Generator<unknown, T, any>;

/** Whose an operation is: a task, any object with an AbortSignal (aborting it cancels the operation), or nobody's. */
export type Scope = { readonly signal?: AbortSignal };

/** What an operation gives. Nothing happens before it is awaited: with `yield*` in a generator, or with `await`. */
export interface Operation<T> extends PromiseLike<T> {
  /** For `yield*`. */
  [Symbol.iterator](): Steps<T>;
  /** As of a promise. */
  catch<U = never>(reject?: ((reason: any) => U | PromiseLike<U>) | null): Promise<T | U>;
  /** As of a promise. */
  finally(call?: (() => void) | null): Promise<T>;
}

/** What can be waited for. */
export type Awaitable<T> = Operation<T> | Steps<T> | PromiseLike<T>;

/** The body of a task: a generator function or an async function, which is given its task; or what calling one gave. */
export type Coroutine<T> = ((task: Task<T>) => Awaitable<T> | T) | Awaitable<T>;

/** A coroutine that the loop runs, and the promise of its result. */
export interface Task<T = unknown> extends Operation<T>, Scope {
  /** `Task-1`, `Task-2`, ... or the name it was given. */
  readonly name: string;
  /** Whether it has ended. */
  readonly done: boolean;
  /** Whether it ended by being cancelled. */
  readonly cancelled: boolean;
  /** What it failed with; undefined if it has not ended or not failed. Looking at it counts as retrieving it. */
  readonly exception: unknown;
  /**
   * Aborted when the task is cancelled, with the CancelledError as its reason. A request to cancel is delivered once:
   * to the operation the task waits for; else, if its function waits for something else, through this signal if it has
   * asked for it since its last operation; else to its next operation. Afterwards this is a new signal, so that it can
   * clean up.
   */
  readonly signal: AbortSignal;
  /** asyncio.capture_call_graph: where it stands, and who waits for it; undefined before it begins and once it is done.
   * */
  callGraph(): TaskCallGraph | undefined;
  /** Its result; throws what it failed with, InvalidStateError if it has not ended. */
  result(): T;
  /** Has CancelledError raised in it, with this message. False if it is done. */
  cancel(message?: string): boolean;
  /** How many requests to cancel it there have been, less the calls of uncancel. */
  cancelling(): number;
  /** Takes one request back; gives what cancelling() is then. */
  uncancel(): number;
  /** Has the loop call a function once it is done, in a later turn. */
  addDoneCallback(callback: (task: this) => void): void;
}
/** The class of tasks, for instanceof; createTask makes them. */
export const Task: { prototype: Task; [Symbol.hasInstance](x: unknown): boolean };

/** How run() is given its surroundings. */
export interface RunOptions extends Omit<LoadOptions, 'functions' | 'args' | 'stdin'> {
  /** The main task's name. */
  name?: string;
  /** Aborting it cancels the main task; its reason is what run() then rejects with. */
  signal?: AbortSignal;
  /** Told of exceptions that nobody retrieves, and of those in callbacks. Otherwise they are printed to stderr. */
  exceptionHandler?(context: { message: string; exception?: unknown; task?: Task }): void;
  /** Where the platform has scheduler.postTask: how urgent the loop's turns are. */
  priority?: 'user-blocking' | 'user-visible' | 'background';
  /** Where the library is, if not beside this module: asyncio.wasm, or asyncio-tools.wasm for traces and seeds. */
  wasm?: ProgramSource;
}

/**
 * asyncio.run: runs a coroutine in a loop of its own until it is done, cancels the tasks that are left over, and lets
 * them clean up. The library is fetched once, at the first call.
 */
export function run<T>(main: Coroutine<T>, options?: RunOptions): Promise<T>;

/** asyncio.create_task: schedules a coroutine; it starts soon. */
export function createTask<T>(coroutine: Coroutine<T>, options?: { name?: string }): Task<T>;

/** asyncio.current_task: the task whose generator is running; undefined elsewhere. (An async function is given its
 * task.) */
export function currentTask(): Task | undefined;

/** asyncio.sleep: seconds; 0 lets every other ready task run once. */
export function sleep(seconds: number, scope?: Scope): Operation<void>;

/** Waits for a promise, in a generator. A function is given an AbortSignal, aborted when the task is cancelled. */
export function wrapFuture<T>(
  promise: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T> | T),
  scope?: Scope,
): Operation<T>;

/** asyncio.gather: runs awaitables concurrently; their results in the order of the arguments. The first exception is
 * passed on at once. An object as the last argument is the scope. */
export function gather<T extends (Coroutine<any> | Scope)[]>(...awaitables: T): Operation<any[]>;

/** asyncio.shield: being cancelled while waiting leaves the awaitable alone. */
export function shield<T>(awaitable: Coroutine<T>, scope?: Scope): Operation<T>;

/** For wait(): when all are done. */
export const ALL_COMPLETED: 'ALL_COMPLETED';
/** For wait(): when one is done. */
export const FIRST_COMPLETED: 'FIRST_COMPLETED';
/** For wait(): when one has failed, or all are done. */
export const FIRST_EXCEPTION: 'FIRST_EXCEPTION';

/** asyncio.wait: waits until enough of the tasks are done or the time is up. Raises none of their exceptions. */
export function wait<T extends Task<any> | Future<any>>(
  futures: Iterable<T>,
  options?: Scope & { timeout?: number; returnWhen?: 'ALL_COMPLETED' | 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' },
): Operation<{ done: T[]; pending: T[] }>;

/** asyncio.wait_for: TimeoutError when the time, in seconds, is up; the awaitable is cancelled then. null: no limit. */
export function waitFor<T>(awaitable: Coroutine<T>, seconds: number | null, scope?: Scope): Operation<T>;

/** asyncio.timeout: a limit for a block, in seconds: `timeout(1.5).use(body, task)`. */
export function timeout(seconds?: number | null): Timeout;

/** asyncio.timeout_at: the same with a time of the loop's clock. */
export function timeoutAt(when?: number | null): Timeout;

/** asyncio.as_completed: hands out tasks as they end; await each for its result. */
export function asCompleted<T>(
  awaitables: Iterable<Coroutine<T>>,
  options?: Scope & { timeout?: number },
): AsyncIterable<Task<T>> & {
  /** The next one, or undefined at the end. */
  next(scope?: Scope): Operation<Task<T> | undefined>;
};

/** A queue that a task fills from an iterable, an async iterable or a ReadableStream, and shuts down at the end. */
export function queueFrom<T>(
  source: Iterable<T> | AsyncIterable<T> | ReadableStream<T>,
  options?: { maxsize?: number; name?: string },
): { queue: Queue<T>; task: Task<void> };

/** A ReadableStream of a queue's items, until that is shut down and empty. Each counts as done. Cancelling it shuts the
 * queue down. */
export function readableFrom<T>(queue: Queue<T>, strategy?: QueuingStrategy<T>): ReadableStream<T>;

/** A WritableStream into a queue: who writes waits while it is full. Closing it shuts the queue down. */
export function writableFrom<T>(queue: Queue<T>): WritableStream<T>;

/** Loop.call_soon: has the loop call a function in its next turn. */
export function callSoon(callback: () => void): Handle;
/** Loop.call_later: after a delay in seconds. */
export function callLater(delay: number, callback: () => void): Handle;
/** A callback that is scheduled. */
export interface Handle {
  /** It will not be called. */
  cancel(): void;
}

/** Loop.time: the time of the loop's clock, in seconds. */
export function time(): number;

/** What `async with` takes. */
export interface Context {
  /** Enters, runs the body, and leaves however the body ends. Gives the body's result. */
  use<T>(body: (context: this, task: Task) => Awaitable<T> | T, scope?: Scope): Operation<T>;
  /** Enters, for `await using x = await context.enter(task)`. */
  enter(scope?: Scope): Operation<this>;
  /** Leaves, after enter(). `error` is what the block ended with, if it failed. */
  exit(error?: unknown, scope?: Scope): Operation<void>;
  /** Leaves. JavaScript does not tell a disposer what the block failed with: a group then waits for its tasks, and does
   * not cancel them. Prefer use(). */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A lock, semaphore or condition. */
export interface Lockable extends Context {
  /** Waits until it is free, and takes it. `using held = await lock.acquire(task)` releases it at the end of the block.
   * */
  acquire(scope?: Scope): Operation<this>;
  /** Gives it back; whoever waits longest is next. */
  release(): void;
  /** Whether acquire() would have to wait. */
  readonly locked: boolean;
  /** Releases it. */
  [Symbol.dispose](): void;
}

/** asyncio.Lock. Fair: who waits longest is served first. */
export class Lock {}
export interface Lock extends Lockable {}

/** asyncio.Semaphore. */
export class Semaphore {
  /** How many may hold it at once. */
  constructor(value?: number);
}
export interface Semaphore extends Lockable {}

/** asyncio.BoundedSemaphore: ValueError if it is released too often. */
export class BoundedSemaphore extends Semaphore {}

/** asyncio.Event. May be set from anywhere. */
export class Event {
  /** Waits until it is set. */
  wait(scope?: Scope): Operation<true>;
  /** Sets it; all who wait go on. */
  set(): void;
  /** The next one who waits, waits. */
  clear(): void;
  /** Whether it is set. */
  readonly isSet: boolean;
}

/** asyncio.Condition. */
export class Condition {
  /** With a lock that several may share, or one of its own. */
  constructor(lock?: Lock);
  /** Gives the lock back, waits to be notified, takes the lock again. */
  wait(scope?: Scope): Operation<true>;
  /** Waits until a function says something true, and gives that. */
  waitFor<T>(predicate: () => T, scope?: Scope): Operation<T>;
  /** Wakes so many who wait. */
  notify(count?: number): void;
  /** Wakes all who wait. */
  notifyAll(): void;
}
export interface Condition extends Lockable {}

/** asyncio.Barrier. */
export class Barrier {
  /** How many tasks must arrive before they go on. */
  constructor(parties: number);
  /** Waits for the others; gives each another number, from 0. */
  wait(scope?: Scope): Operation<number>;
  /** Empties it: who waits gets BrokenBarrierError. */
  reset(scope?: Scope): Operation<void>;
  /** The same, and whoever comes gets it too. */
  abort(scope?: Scope): Operation<void>;
  /** As constructed. */
  readonly parties: number;
  /** How many wait. */
  readonly waiting: number;
  /** Whether it was aborted. */
  readonly broken: boolean;
}
export interface Barrier extends Context {}

/** asyncio.Queue: first in, first out. */
export class Queue<T = any> {
  /** A maxsize of zero is no limit. */
  constructor(maxsize?: number);
  /** Adds an item; waits while it is full. */
  put(item: T, scope?: Scope): Operation<void>;
  /** Takes an item out; waits while it is empty. */
  get(scope?: Scope): Operation<T>;
  /** Adds an item; QueueFull if there is no room. From anywhere. */
  putNowait(item: T): void;
  /** Takes an item out; QueueEmpty if there is none. */
  getNowait(): T;
  /** Waits until every item that was put has been marked done. */
  join(scope?: Scope): Operation<void>;
  /** Marks an item that was got as done. */
  taskDone(): void;
  /** No more can be put; get() throws QueueShutDown once it is empty. */
  shutdown(options?: { immediate?: boolean }): void;
  /** Its items, until it is shut down and empty. */
  items(scope?: Scope): AsyncGenerator<T, void, void>;
  /** The same, nobody's. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, void>;
  /** How many items are in it. */
  readonly size: number;
  /** As constructed. */
  readonly maxsize: number;
  /** Whether there are none. */
  readonly empty: boolean;
  /** Whether put() would have to wait. */
  readonly full: boolean;
}

/** asyncio.LifoQueue: last in, first out. */
export class LifoQueue<T = any> extends Queue<T> {}

/** asyncio.PriorityQueue: lowest first. */
export class PriorityQueue<T = any> extends Queue<T> {
  /** `compare` as for Array.sort; otherwise `<`. */
  constructor(maxsize?: number, compare?: (a: T, b: T) => number);
}

/** asyncio.TaskGroup: a block that ends when all of its tasks have ended. If one fails, the others are cancelled, and
 * the errors come out as one ExceptionGroup. */
export class TaskGroup {
  /** A task of the group, while its block runs. */
  createTask<T>(coroutine: Coroutine<T>, options?: { name?: string }): Task<T>;
}
export interface TaskGroup extends Context {}

/** asyncio.timeout: leaving its block turns its own CancelledError into TimeoutError. */
export class Timeout {
  private constructor();
  /** The time at which it expires. */
  readonly when: number;
  /** Whether it has. */
  readonly expired: boolean;
  /** Another time; null: no limit. */
  reschedule(when: number | null): void;
}
export interface Timeout extends Context {}

/** asyncio.Future. */
export class Future<T = any> {
  /** Ends it with a result; InvalidStateError if it is done. From anywhere. */
  setResult(value: T): void;
  /** Ends it with an error. */
  setException(error: unknown): void;
  /** Cancels it. False if it is done. */
  cancel(message?: string): boolean;
  /** Its result; throws what it failed with, InvalidStateError if it is not done. */
  result(): T;
  /** What it failed with. */
  readonly exception: unknown;
  /** Whether it is done. */
  readonly done: boolean;
  /** Whether it was cancelled. */
  readonly cancelled: boolean;
  /** Has the loop call a function once it is done. */
  addDoneCallback(callback: (future: this) => void): void;
  /** For `yield*`. */
  [Symbol.iterator](): Steps<T>;
  /** As of a promise. */
  then<U = T, V = never>(
    resolve?: ((value: T) => U | PromiseLike<U>) | null,
    reject?: ((reason: any) => V | PromiseLike<V>) | null,
  ): Promise<U | V>;
}
