// What only some programs use is loaded for those: threads, JavaScript coroutines in the program's loop, the JavaScript
// that it carries, functions with types.

import { carriesFunctions, exportsAny, usesThreads } from './module.mjs';

/** { threads, coroutines, glue, Signature }, each if the module asks for it. host: what they have of the program. */
export async function partsFor(module, bridge, host) {
  return {
    coroutines: exportsAny(module, 'asyncio_share') ? await coroutinesFor(bridge, host) : undefined,
    glue: carriesFunctions(module) ? await import('./glue.mjs') : undefined,
    threads: usesThreads(module) ? await threadsFor(bridge, host) : undefined,
    Signature: exportsAny(module, 'asyncio_typed:') ? (await import('./arguments.mjs')).Signature : undefined,
  };
}

async function coroutinesFor(bridge, host) {
  const { Coroutines } = await import('../api/coroutines.mjs');
  return new Coroutines(bridge, host);
}

async function threadsFor(bridge, host) {
  const { Threads } = await import('../threads/threads.mjs');
  return new Threads({
    ...host,
    copyIn: (bytes) => bridge.copyIn(bytes),
    bytes: (at, length) => bridge.bytes(at, length),
    word: (at) => new DataView(host.memory().buffer).getUint32(at, true),
  });
}

/** What thread.mjs needs to begin. */
export function forThreads(module, { env, clock }) {
  const settings = { ...env };
  delete settings.ASYNCIO_TRACE;
  return { module, env: settings, clock, origin: performance.timeOrigin };
}
