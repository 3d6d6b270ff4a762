// What a program imports: chosen out of what there is, and some of it.

import { reader } from './text-streams.mjs';

export const NOT_SHARED =
  'this program does not let JavaScript take part in its loop: say ASYNCIO_SHARE in it (asyncio_js.h), at file scope';

export function notShared() {
  throw new Error(NOT_SHARED);
}

/** Of what is available, by modules, what a module imports. */
export function wantedOf(module, available) {
  const wanted = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const given =
      available[from]?.[name] ?? (from === 'wasi_snapshot_preview1' ? available[from].unsupported : undefined);
    if (!given)
      throw new Error(`the program wants "${name}" from "${from}": it was built for another version of asyncio-wasm`);
    (wanted[from] ??= {})[name] = given;
  }
  return wanted;
}

/** The same functions; tell() is called if one throws: then the program's frames are lost. */
export function watched(functions, tell) {
  const watch =
    (call) =>
    (...list) => {
      try {
        return call(...list);
      } catch (error) {
        tell();
        throw error;
      }
    };
  return Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, watch(call)]));
}

/** What C asks of the platform: time, and a place for the trace. bytes: (at, length) => its memory. */
export function hostImports({ thread, now }, trace, bytes) {
  const shift = thread ? performance.timeOrigin - thread.origin : 0; // a worker's clock begins with the worker
  return {
    ...thread?.imports({ bytes }),
    now: now ? () => +now() : () => (performance.now() + shift) / 1000,
    block: (seconds) => block(seconds),
    trace_open: () => (trace.wanted ? 1 : 0),
    trace_write: (at, length) => trace.write(new TextDecoder().decode(bytes(at, length))),
    trace_close: () => trace.close(),
  };
}

/** The program's arguments, environment and standard input. */
export function settingsOf({ args = ['program'], env = {}, clock, seed, stdin }, trace) {
  /** @type {Record<string, string>} */
  const settings = { ...env };
  if (clock) settings.ASYNCIO_CLOCK = clock;
  if (seed !== undefined) settings.ASYNCIO_SEED = String(seed);
  if (trace.wanted) settings.ASYNCIO_TRACE = trace.name;
  return { args, env: settings, read: reader(stdin) };
}

/** The JavaScript that a program carries, compiled. In a thread the functions module is not there, and if the page's
 * policy forbids to make functions of text they are missed only when they are called. */
function compiledFunctions(glue, module, { thread }) {
  try {
    return glue.compileFunctions(module);
  } catch (error) {
    if (!thread) throw error;
    return () =>
      glue.declaredFunctions(module).map(({ name, type }) => notInThreads(name, type === 'asyncio_promise', error));
  }
}

/** For a function that a thread cannot have. */
function notInThreads(name, async, { message }) {
  const complain = () => {
    throw new Error(`${name}() cannot be called in a thread here: ${message}`);
  };
  return { name, async, call: async ? async () => complain() : complain };
}

/** Blocks the thread, as asyncio_time_sleep promises: without work where that may be, spinning where not (a page). */
export function block(seconds) {
  const end = performance.now() + seconds * 1000;
  try {
    const cell = new Int32Array(new SharedArrayBuffer(4));
    for (let left = end - performance.now(); left > 0; left = end - performance.now()) Atomics.wait(cell, 0, 0, left);
  } catch {
    while (performance.now() < end);
  }
}

/** The JavaScript that C calls by name, if the program carries any. */
export function functionImports(bridge, glue, module, options) {
  return glue ? bridge.functionImports(options.functions ?? compiledFunctions(glue, module, options)) : {};
}
