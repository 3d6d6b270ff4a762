// pkg-config's file for the Emscripten that is installed. A .pc file cannot run anything, and what it names must fit
// the compiler. So the package has a template alone, which is filled in here, in the cache, with the library for this
// emcc.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
// @ts-expect-error: build.d.mts says only what the package's users are to call
import { findLibrary } from './build.mjs';
import { here, places } from './places.mjs';

/** Makes it, and the library if need be; gives the folder, for PKG_CONFIG_PATH. Throws BuildError without an emcc. */
export async function preparePkgConfig() {
  const library = resolve(await findLibrary({})),
    folder = join(
      places.cache,
      'pkgconfig',
      createHash('sha256').update(here).update(library).digest('hex').slice(0, 12),
    ),
    file = join(folder, 'asyncio-wasm.pc');
  const template = readFileSync(resolve(places.library, '../pkgconfig/asyncio-wasm.pc.in'), 'utf8');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    `${file}.${process.pid}`,
    template.replace('@PREFIX@', resolve(here, '..')).replace('@LIBRARY@', library),
  );
  renameSync(`${file}.${process.pid}`, file);
  return folder;
}
