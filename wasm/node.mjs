// asyncio-wasm in Node: as in asyncio.mjs, and programs may be loaded from file: URLs too.

import { readFile } from 'node:fs/promises';
import { files } from './loader/files.mjs';
import { unsupported } from './loader/supported.mjs';

const wrong = unsupported();
if (wrong) throw new Error(`asyncio-wasm: ${wrong}`);

files.read = readFile;

export * from './asyncio.mjs';
