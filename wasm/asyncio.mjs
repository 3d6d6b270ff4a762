// asyncio-wasm for JavaScript: loads programs written on asyncio.h and compiled to WebAssembly, runs them, and calls
// the coroutines that they export; and asyncio itself, for coroutines in JavaScript. README.md has the map of this
// folder.

import { libraries } from './api/runtime.mjs';

// Written out, so that bundlers see which files these are.
libraries.tools = () => new URL('./asyncio-tools.wasm', import.meta.url);
libraries.lean = () => new URL('./asyncio.wasm', import.meta.url);

export { load } from './loader/load.mjs';
export { Program } from './loader/program.mjs';
export { explore } from './api/explore.mjs';
export { run } from './api/runtime.mjs';
export { Future } from './api/futures.mjs';
export { TaskGroup, Timeout } from './api/groups.mjs';
export { Barrier, BoundedSemaphore, Condition, Event, Lock, Semaphore } from './api/locks.mjs';
export { LifoQueue, PriorityQueue, Queue } from './api/queues.mjs';
export { Task } from './api/task.mjs';
export {
  callLater,
  callSoon,
  createTask,
  currentTask,
  sleep,
  time,
  timeout,
  timeoutAt,
  wrapFuture,
} from './api/tasks.mjs';
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  asCompleted,
  gather,
  shield,
  wait,
  waitFor,
} from './api/waiting.mjs';
export { queueFrom, readableFrom, writableFrom } from './api/streams.mjs';
export * from './loader/errors.mjs';
