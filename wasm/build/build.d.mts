/** Builds C programs: `import { build } from 'asyncio-wasm/build'`, for Node. Emscripten (emcc) must be installed. */

/** What to build, and how. */
export interface BuildOptions {
  /** C files. With `output` they make one program, otherwise each makes one of its own. */
  sources: string[];
  /** OUT.wasm; or OUT.mjs, which makes OUT.wasm and a module that loads it. */
  output?: string;
  /** Where the programs go. Otherwise beside their sources. */
  folder?: string;
  /** For the compiler: -I, -D, -O, ... */
  flags?: string[];
  /** A program without main(), whose coroutines JavaScript calls. */
  library?: boolean;
  /** Keeps the functions' names, for stack traces. */
  names?: boolean;
  /** Prints nothing but errors. */
  quiet?: boolean;
}

/** What was built for one program. */
export interface Built {
  /** The C files that it was made of. */
  sources: string[];
  /** The .wasm file. */
  output: string;
  /** The .mjs file that loads it, if one was asked for. */
  module?: string;
}

/** Compiles, links and runs the Asyncify pass. What is newer than its sources is left alone. */
export function build(options: BuildOptions): Promise<Built[]>;
