// Where things stand for the tools: in the npm package first, otherwise in the repository. Paths are seen from the
// folder wasm, which both have, and of which build/wasm is a copy.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(dirname(fileURLToPath(import.meta.url)));

const firstOf = (...names) => names.map((name) => join(here, name)).find(existsSync);

export const places = {
  sources: firstOf('../src', '../../src'), // of the library
  include: firstOf('../include', '../src/include', '../../src/include'),
  library: firstOf('../lib/wasm32-emscripten', '../build/wasm') ?? here,
  version: firstOf('loader/version.mjs', '../build/wasm/loader/version.mjs'),
  // the folder of node.mjs, cli/run.mjs and what they import
  loader: firstOf('loader/version.mjs') ? here : firstOf('../build/wasm'),
  examples: firstOf('../examples', '../tests/parity', '../../tests/parity'),
  site: firstOf('../play', '../build/web', '../web'),
  serve: firstOf('cli/serve.mjs', '../web/tools/serve.mjs', '../../web/tools/serve.mjs'),
  /** For what is made once and used again: programs that `run` compiled, the library for another Emscripten. */
  cache:
    process.env.ASYNCIO_WASM_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'asyncio-wasm'),
};
