// asyncio-wasm for JavaScript: loads programs written on asyncio.h and compiled to WebAssembly, runs them, and calls
// the coroutines that they export; and asyncio itself, for coroutines in JavaScript. README.md has the map of this
// folder.

export { load, Program } from './program.mjs';
export { explore } from './explore.mjs';
export { run } from './runtime.mjs';
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  Task,
  asCompleted,
  callLater,
  callSoon,
  createTask,
  currentTask,
  gather,
  shield,
  sleep,
  time,
  timeout,
  timeoutAt,
  wait,
  waitFor,
  wrapFuture,
} from './tasks.mjs';
export {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Future,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  TaskGroup,
  Timeout,
} from './primitives.mjs';
export { queueFrom, readableFrom, writableFrom } from './streams.mjs';
export * from './errors.mjs';
