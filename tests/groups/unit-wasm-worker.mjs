// The thread in which unit tests run in WebAssembly: for each message { file, args } it answers with the outcome.

import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { load } from '../../build/wasm/asyncio.mjs';

let last = { file: undefined, module: undefined };

function moduleOf(file) {
  if (last.file !== file) last = { file, module: new WebAssembly.Module(readFileSync(file)) };
  return last.module;
}

async function outcomeOf({ file, args }) {
  const outcome = { status: undefined, crash: undefined, stdout: '', stderr: '' };
  try {
    const program = await load(moduleOf(file), {
      args, env: {}, clock: 'virtual',
      stdout: (text) => (outcome.stdout += text), stderr: (text) => (outcome.stderr += text),
    });
    outcome.status = await program.run();
  } catch (error) {
    outcome.crash = error.message;
  }
  return outcome;
}

parentPort.on('message', async (message) => parentPort.postMessage(await outcomeOf(message)));
