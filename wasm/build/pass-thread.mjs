// The pass in a thread of its own: it computes for seconds, and who builds many programs has more than one processor.

import { setFlagsFromString } from 'node:v8';
import { Worker, parentPort, workerData } from 'node:worker_threads';
import { BuildError } from './build-error.mjs';

const ROLE = 'asyncio-wasm pass'; // this module is both ends; what the worker was given tells which

/** Does one module at a time. The thread and what it has loaded stay for the next one, until end(). */
export class PassThread {
  #worker;

  /** makeSuspendable (pass.mjs), elsewhere. Rejects with its BuildError, or with what ended the thread. */
  makeSuspendable(bytes, options) {
    this.#worker ??= new Worker(new URL(import.meta.url), { workerData: ROLE });
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', ({ wasm, refused }) => {
        worker.off('error', reject);
        if (refused === undefined) resolve(wasm);
        else reject(new BuildError(refused));
      });
      worker.postMessage({ bytes, options });
    });
  }

  end() {
    return this.#worker?.terminate();
  }
}

const OPTIMISING = ['wasm-tier-up', 'wasm-dynamic-tiering'];

/** Does what a few passes are part of, in which V8 is not to optimise Binaryen's code: that takes longer than they do,
 * and pays from some six passes in a thread on. Whatever else this process compiles meanwhile is not optimised. */
export async function withoutOptimising(work) {
  for (const flag of OPTIMISING) setFlagsFromString(`--no-${flag}`);
  try {
    return await work();
  } finally {
    for (const flag of OPTIMISING) setFlagsFromString(`--${flag}`);
  }
}

async function serve() {
  const { makeSuspendable } = await import('./pass.mjs');
  parentPort.on('message', ({ bytes, options }) => {
    try {
      parentPort.postMessage({ wasm: makeSuspendable(bytes, options) });
    } catch (error) {
      if (!(error instanceof BuildError)) throw error;
      parentPort.postMessage({ refused: error.message });
    }
  });
}

if (workerData === ROLE) serve();
