// Every name that the types declare says what it is: exports, and what they have.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './support.mjs';

const EXPORT = /^export (?:declare )?(?:abstract )?(?:async )?(?:function|class|interface|type|const|let) (\w+)/;
const MEMBER = /^ {2}(?:static |readonly |get )*(\[?[\w.]+\]?)\??[(:<]/;

/** Declarations without a comment before them; of overloads, and of a class that is merged with an interface, one will
 * do. */
function undocumented(text) {
  const lines = text.split('\n'),
    missing = new Set(),
    told = new Set();
  let block; // the class or interface that a line is in
  lines.forEach((line, i) => {
    const exported = line.match(EXPORT)?.[1],
      member = line.match(MEMBER)?.[1];
    if (exported) block = / (class|interface) /.test(line) ? exported : undefined;
    if (!exported && !(member && block)) return;
    const name = exported ?? `${block}.${member}`;
    if (lines[i - 1]?.trimEnd().endsWith('*/')) told.add(name);
    else missing.add(name);
  });
  return [...missing].filter((name) => !told.has(name));
}

const FEW = { 'threads/workers.d.mts': 1 }; // the others declare more than two things

for (const name of readdirSync(join(root, 'build/wasm'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.d.mts'),
))
  test(`${name} documents what it declares`, () => {
    const text = readFileSync(join(root, 'build/wasm', name), 'utf8');
    assert.ok((text.match(new RegExp(EXPORT, 'gm')) ?? []).length >= (FEW[name] ?? 3), 'there are declarations');
    assert.deepEqual(undocumented(text), []);
  });

test('what has no comment is found', () => {
  assert.deepEqual(
    undocumented('/** a */\nexport class A {\n  /** b */\n  b(): void;\n  c: number;\n}\nexport type D = 1;'),
    ['A.c', 'D'],
  );
});
