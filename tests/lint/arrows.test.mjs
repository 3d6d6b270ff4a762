// Arrows that go up are found, and both files named; those that go down are none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrows } from './arrows.mjs';

const README = '# Made up\n\n## Folders\n\n- **roof/**: above.\n- **floor/**: below.\n\n## Rules\n';
const GOOD = {
  'src/README.md': README,
  'src/all.c': '#include "roof/tiles.c"\n#include "floor/boards.c"\n',
  'src/roof/tiles.c': '#include "floor/boards.h"\n\nstatic int tiles(void)\n{\n    return boards();\n}\n',
  'src/floor/boards.h': 'static int boards(void);\nstatic int weight_above(void); /* a door */\n',
  'src/floor/boards.c': '#include "floor/boards.h"\n\nstatic int boards(void)\n{\n    return weight_above();\n}\n',
  'src/roof/weight.c': '#include "floor/boards.h"\n\nstatic int weight_above(void)\n{\n    return 2;\n}\n',
};
const change = (file, from, to) => ({ ...GOOD, [file]: GOOD[file].replace(from, to) });

test('arrows that go down, and doors, are right', () => {
  assert.deepEqual(arrows(GOOD), []);
});

test('an include that goes up', () => {
  const texts = { ...change('src/floor/boards.c', 'floor/boards.h', 'roof/tiles.h'), 'src/roof/tiles.h': '' };
  assert.deepEqual(arrows(texts), ['src/floor/boards.c:1: includes src/roof/tiles.h, which stands above it']);
});

test('an include of what puts the library together', () => {
  const texts = change('src/floor/boards.c', 'floor/boards.h', 'all.c');
  assert.deepEqual(arrows(texts), ['src/floor/boards.c:1: includes src/all.c, which stands above it']);
});

test('a function from above without a door, with a declaration of its own or none', () => {
  const wanted = 'uses tiles(), which src/roof/tiles.c above it defines, and no door leads there';
  assert.deepEqual(arrows(change('src/floor/boards.c', 'weight_above()', 'tiles()')), [
    `src/floor/boards.c:5: ${wanted}`,
  ]);
  assert.deepEqual(arrows(change('src/floor/boards.c', '\n\n', '\n\nstatic int tiles(void);\n')), [
    `src/floor/boards.c:3: ${wanted}`,
  ]);
});

test('a README that lists other folders than there are', () => {
  assert.deepEqual(arrows({ ...GOOD, 'src/cellar/coal.h': '' }), [
    'src/README.md:1: src/cellar/ is not among the folders',
  ]);
  assert.deepEqual(arrows(change('src/README.md', '- **floor', '- **attic/**: none.\n- **floor')), [
    'src/README.md:1: there is no folder src/attic/',
  ]);
});
