// Runs programs in this thread: each file is compiled once for all its runs. The page imports this, and so does its
// Worker.

import { load } from '/asyncio/asyncio.mjs';
import { outcomeOf } from '/tests-unit/outcome.mjs';

let last = { file: undefined, module: undefined };

async function moduleOf(file) {
  if (last.file !== file) {
    const response = await fetch(file);
    if (!response.ok) throw new Error(`${file}: HTTP status ${response.status}`);
    last = { file, module: await WebAssembly.compile(await response.arrayBuffer()) };
  }
  return last.module;
}

/// In a Worker what a program starts comes from the page, which is asked by it (asyncio/threads/workers.mjs).
const loadHere = (module, options) => load(module, { borrowWorkers: true, ...options });

/// A run { file, args, env, clock }; the answer is its outcome.
export const run = async (job) => outcomeOf(loadHere, await moduleOf(job.file), job);
