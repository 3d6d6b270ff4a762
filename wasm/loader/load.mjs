// load(): what most users call.

import { compileSource } from './module.mjs';
import { Program } from './program.mjs';

/**
 * Loads a program.
 *
 * @param source   a URL (or string), Response, bytes, or WebAssembly.Module
 * @param options  args: string[] (argv[0] first); env: object; clock: 'real' | 'virtual';
 *                 seed: a number, for another schedule of the kind that real timing may bring about (it implies the
 *                 virtual clock); stdout, stderr: (text) => void; stdin: string | Uint8Array | (Uint8Array) => count;
 *                 trace: (event) => void, called with each event of the trace (src/base/trace.h);
 *                 traceText: { name, write(text), close() }, the trace as text instead, Chrome's format for name.json;
 *                 schedule: (tick, seconds) => cancel, and now: () => seconds: a loop of your own drives the program's
 *                 (README.md), and a clock of your own says the time;
 *                 functions: the program's functions module (glue.mjs), where a page may not make functions of text
 * @returns {Promise<Program>}
 */
export async function load(source, options) {
  const program = new Program(await compileSource(source), options ?? {});
  await program.instantiate();
  return program;
}
