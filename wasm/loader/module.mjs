// The module of a program, from whatever load() takes, checked; and what it has, seen from outside.

import { files } from './files.mjs';
import { version } from './version.mjs';

/** What a module has, seen from outside. */
export const carriesFunctions = (module) => WebAssembly.Module.imports(module).some((i) => i.module === 'asyncio_js');
const hasTools = (module) => WebAssembly.Module.imports(module).some(({ name }) => name === 'trace_open');
export const usesThreads = (module) => WebAssembly.Module.imports(module).some(({ name }) => name === 'threads_begin');
export const exportsAny = (module, start) =>
  WebAssembly.Module.exports(module).some(({ name }) => name.startsWith(start));

const BUILD_HINT =
  'build it with `npx asyncio-wasm build` (or `make run FILE=...` in the repository), which runs the pass';

/** What a URL leads to: a Response, or the bytes of a file where there are files. */
async function request(url) {
  try {
    return files.read && /^file:/.test(url) ? await files.read(new URL(url)) : await fetch(url);
  } catch (error) {
    throw new Error(`${url} could not be loaded: ${error.cause?.message ?? error.message}`, { cause: error });
  }
}

async function compile(/** @type {any} */ source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source))
    return WebAssembly.compile(/** @type {any} */ (source));
  const response = typeof Response === 'function' && source instanceof Response ? source : await request(source);
  if (response instanceof Uint8Array) return WebAssembly.compile(/** @type {any} */ (response));
  if (!response.ok) throw new Error(`${response.url || source} could not be loaded: HTTP status ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Whether it has what is wanted of it. */
export function checkTools(module, wanted) {
  if (wanted && !hasTools(module))
    throw new Error('asyncio.wasm is without traces and seeds: pass asyncio-tools.wasm, beside it');
}

/** A module from whatever load() takes, checked; or an Error that says what to do. */
export async function compileSource(source) {
  const module = await compileClearly(source);
  checkModule(module);
  return module;
}

async function compileClearly(source) {
  try {
    return await compile(await source);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError && /unsafe-eval|Content Security Policy|blocked/i.test(error.message))
      throw new Error(
        `this page's Content-Security-Policy forbids WebAssembly: allow script-src 'wasm-unsafe-eval' ` +
          `(${error.message})`,
      );
    if (error instanceof WebAssembly.CompileError)
      throw new Error(
        `this is no WebAssembly module, or not all of it (truncated, or an error page?): ${error.message}`,
      );
    throw error;
  }
}

function checkModule(module) {
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  if (!exported.has('asyncio_start'))
    throw new Error(`this module is not linked with asyncio-wasm's library; ${BUILD_HINT}`);
  if (WebAssembly.Module.imports(module).some((i) => i.module === 'asyncify' || i.module === 'pass'))
    throw new Error(`this module has not been through the Asyncify pass, so it could never suspend; ${BUILD_HINT}`);
  checkVersion(module);
}

/** What must be the same for a program and its loader to understand each other: 1 of 1.2.3, 0.1 of 0.1.2. */
const series = (text) => /^0*[1-9]\d*|^0+\.\d+/.exec(text)?.[0];

function checkVersion(module) {
  const [section] = WebAssembly.Module.customSections(module, 'asyncio_version');
  const built = section && new TextDecoder().decode(section);
  if (built !== undefined && series(built) !== series(version))
    throw new Error(
      `this program was built with asyncio-wasm ${built}, and this is the loader of ${version}: build it again`,
    );
}
