// The thread in which unit tests run in WebAssembly: for each message { file, args } it answers with the outcome.

import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { load } from '../../build/wasm/asyncio.mjs';
import { outcomeOf } from '../unit/outcome.mjs';

let last = { file: undefined, module: undefined };

function moduleOf(file) {
  if (last.file !== file) last = { file, module: new WebAssembly.Module(readFileSync(file)) };
  return last.module;
}

parentPort.on('message', async (job) => parentPort.postMessage(await outcomeOf(load, moduleOf(job.file), job)));
