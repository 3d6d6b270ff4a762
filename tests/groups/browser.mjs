// tests/browser/*.test.mjs: two files at a time. They wait for the browsers more than they compute, and each has its own.

import { filesIn, stem } from './support.mjs';
import { runFiles } from './node-test.mjs';
import { prepareAll } from './unit-wasm.mjs';

export async function run({ wants, report }) {
  const files = filesIn('tests/browser', '.test.mjs').filter((file) => wants(stem(file)));
  if (files.some((file) => stem(file) === 'specs.test')) await prepareAll(report);
  await runFiles(files, report, { concurrency: 2, limit: 600 });
}
