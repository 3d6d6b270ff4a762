// Each check finds a fault of its kind in a small file, names its line, and has nothing against the file without it.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { cppcheck, tidy } from './c.mjs';
import { layout } from './format.mjs';
import { biome, types } from './scripts.mjs';
import { functionLengths, tooLong } from './sizes.mjs';

const FOLDER = join('build/lint', String(process.pid));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

/** Writes a file; gives its path. */
function write(name, text) {
  const file = join(FOLDER, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** The faults are these: [[line, pattern]...]. */
function names(faults, file, ...wanted) {
  assert.equal(faults.length, wanted.length, faults.join('\n'));
  wanted.forEach(([line, pattern], at) => {
    assert.ok(faults[at].startsWith(`${file}:${line}: `), `${faults[at]} is at ${file}:${line}`);
    assert.match(faults[at], pattern);
  });
}

test('layout: C', async () => {
  names(await layout(write('laid-out.c', 'int one(void)\n{\n    return 1;\n}\n')), '');
  const file = write('odd.c', 'int one(void)\n{\n  return 1;\n}\n');
  names(await layout(file), file, [3, /not laid out/]);
});

test('layout: JavaScript, and a line that cannot be broken', async () => {
  names(await layout(write('laid-out.mjs', 'export const one = 1;\n')), '');
  const odd = write('odd.mjs', 'export const one = 1;\nexport const two = "2"\n');
  names(await layout(odd), odd, [2, /not laid out/]);
  const long = write('long.mjs', `export const one =\n  '${'1'.repeat(120)}';\n`);
  names(await layout(long), long, [2, /too long/]);
});

test('clang-tidy', async () => {
  names(await tidy(write('plain.c', 'int same(int a, int b)\n{\n    return a < b;\n}\n')), '');
  const file = write('same.c', 'int same(int a)\n{\n    return a - a;\n}\n');
  names(await tidy(file), file, [3, /both sides of operator are equivalent/]);
});

test('clang-tidy: a value that nobody reads, and what a compiler would refuse', async () => {
  const unread = write('unread.c', 'int f(int a)\n{\n    int b = a;\n    b = 2;\n    return a;\n}\n');
  assert.match((await tidy(unread)).join('\n'), /unread\.c:4: Value stored to 'b' is never read/);
  const broken = write('broken.c', 'int f(int a)\n{\n    return c;\n}\n');
  names(await tidy(broken), broken, [3, /undeclared identifier 'c'/]);
});

test('cppcheck', async () => {
  const text = '#include <stdlib.h>\nint f(int a)\n{\n    char *b = malloc(4);\n    if (a)\n        return 1;\n';
  names(await cppcheck(write('freed.c', `${text.replace('if', 'free(b);\n    if')}    return 0;\n}\n`)), '');
  const file = write('leak.c', `${text}    free(b);\n    return 0;\n}\n`);
  names(await cppcheck(file), file, [6, /Memory leak: b/]);
});

test('Biome: JavaScript and CSS', async () => {
  names(await biome([write('used.mjs', "import { join } from 'node:path';\nconsole.log(join('a', 'b'));\n")]), '');
  const unused = write('unused.mjs', "import { join } from 'node:path';\nconsole.log('a');\n");
  names(await biome([unused]), unused, [1, /unused/]);
  const twice = write('twice.css', 'p {\n  color: red;\n  color: red;\n}\n');
  names(await biome([twice]), twice, [3, /noDuplicateProperties/]);
});

test('tsc: what comments say, and what does not exist', async () => {
  const options = (name) =>
    write(
      `${name}/tsconfig.json`,
      JSON.stringify({ extends: '../../../../tests/lint/tsconfig.json', include: ['*.mjs'] }),
    );
  const half = (given) => `/** @param {number} n */\nconst half = (n) => n / 2;\nconsole.log(half(${given}));\n`;
  write('fits/a.mjs', half('1'));
  names(await types(options('fits')), '');
  const file = write('misfits/a.mjs', `${half("'1'")}console.log([].lenght);\n`);
  names(await types(options('misfits')), file, [3, /not assignable to parameter of type 'number'/], [4, /'lenght'/]);
});

test('a tool that cannot look is a fault', async () => {
  assert.match((await tidy(join(FOLDER, 'nowhere.c')))[0], /nowhere\.c|clang-tidy/);
  assert.match((await cppcheck(join(FOLDER, 'nowhere.c')))[0], /cppcheck: status 1: .*could not find/);
  assert.match((await biome([join(FOLDER, 'nowhere.mjs')]))[0], /Biome: /);
  assert.match((await types(join(FOLDER, 'nowhere.json')))[0], /tsc: |nowhere\.json/);
});

test('sizes: modules', () => {
  names(tooLong({ 'a.mjs': `${'one();\n'.repeat(350)}` }), '');
  names(tooLong({ 'a.mjs': `${'one();\n'.repeat(351)}` }), 'a.mjs', [351, /at most 350/]);
});

test('sizes: functions, from their first line to their last', () => {
  const c = 'static int one(void)\n{\n    return 1;\n}\n\nint two(int a,\n        int b)\n{\n    if (a) {\n    }\n}\n';
  assert.deepEqual(functionLengths(c, '.c'), [4, 6]);
  const js = 'class A {\n  one() {\n    if (a) {\n      b();\n    }\n  }\n}\nconst two = (a) => {\n  a();\n};\n';
  assert.deepEqual(functionLengths(js, '.mjs'), [5, 3]);
});
