// The manual: the public headers in the order in which one learns from them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const BOOKS = ['asyncio.h', 'asyncio_js.h', 'asyncio_fetch.h'];

/// The texts of the headers in the folder: asyncio.h, its chapters, and what stands beside it.
export function readManual(folder, books = BOOKS) {
  const text = (name) => readFileSync(join(folder, name), 'utf8');
  return books.flatMap((book) => {
    const chapters = [...text(book).matchAll(/^#include "(asyncio\/\w+\.h)"$/gm)].map(([, name]) => text(name));
    return [text(book), ...chapters];
  });
}
