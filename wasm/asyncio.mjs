// asyncio-wasm for JavaScript: loads programs written on asyncio.h and compiled to WebAssembly, runs them, and calls the
// coroutines that they export. README.md has the map of this folder.

export { load, Program } from './program.mjs';
export { explore } from './explore.mjs';
export * from './errors.mjs';
