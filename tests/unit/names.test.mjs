// The table of asyncio's names in src/README.md: what it says is there is declared in the header.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readManual } from '../../web/tools/manual.mjs';

const text = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('every function that the READMEs name is in asyncio.h', () => {
  const header = readManual('src/include').join('');
  const declared = new Set(header.match(/\basyncio_[a-z0-9_]+\b/g));
  for (const file of ['src/README.md', 'README.md']) {
    const named = new Set(text(file).match(/(?<![\w/])asyncio_[a-z0-9_]*[a-z0-9]\b(?![*.])/g));
    const missing = [...named].filter((name) => !declared.has(name));
    assert.deepEqual(missing, [], `${file} names what asyncio.h does not declare`);
  }
});
