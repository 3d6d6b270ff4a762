// Imports: what goes against a README's table, and rings, are named with the files and the line.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imports } from './imports.mjs';

const README = `
| folder                    | what it is | may import from |
| ------------------------- | ---------- | --------------- |
| [\`low/\`](low/README.md) | below      |                 |
| \`high/\`                 | above      | \`low\`         |
`;

const GOOD = {
  'top/README.md': README,
  'top/low/a.mjs': "import { b } from './b.mjs';\n",
  'top/low/b.mjs': "import 'node:fs';\n",
  'top/high/c.mjs': "import { a } from '../low/a.mjs';\nexport { b } from '../low/b.mjs';\n",
};

test('imports that the table allows are right', () => {
  assert.deepEqual(imports(GOOD, 'top'), []);
});

test('an import that it does not allow is named, over several lines and when it is made later, too', () => {
  const wrong = "\nimport {\n  c,\n} from '../high/c.mjs';\nconst d = () => import('../high/c.mjs');\n";
  const texts = { ...GOOD, 'top/high/c.mjs': '', 'top/low/b.mjs': wrong };
  const told = 'imports top/high/c.mjs; top/README.md does not let low/ import from high/';
  assert.deepEqual(imports(texts, 'top'), [`top/low/b.mjs:4: ${told}`, `top/low/b.mjs:5: ${told}`]);
});

test('a ring is named, with all who are in it', () => {
  const texts = { ...GOOD, 'top/low/b.mjs': "import { a } from './a.mjs';\n" };
  assert.deepEqual(imports(texts, 'top'), [
    'top/low/a.mjs:1: imports itself: top/low/a.mjs -> top/low/b.mjs -> top/low/a.mjs',
  ]);
});

test('a folder that the table does not have is named', () => {
  assert.deepEqual(imports({ ...GOOD, 'top/new/d.mjs': '' }, 'top'), [
    'top/README.md:1: new/ is not among the folders',
  ]);
});
