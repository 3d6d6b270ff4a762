// tests/browser/*.test.mjs: three files at a time, those first that take longest. They wait for the browsers more than
// they compute, and each has its own.

import { filesIn, stem } from './support.mjs';
import { runFiles } from './node-test.mjs';
import { prepareAll } from './unit-wasm.mjs';

const LONG = ['programs.test', 'page.test', 'misbehaving.test', 'specs.test'];

/** How soon a file begins. */
const turn = (file) => LONG.indexOf(stem(file)) + 1 || LONG.length + 1;

export async function run({ wants, report }) {
  const files = filesIn('tests/browser', '.test.mjs')
    .filter((file) => wants(stem(file)))
    .sort((a, b) => turn(a) - turn(b));
  if (files.some((file) => stem(file) === 'specs.test')) await prepareAll(report);
  await runFiles(files, report, { concurrency: 3, limit: 600 });
}
