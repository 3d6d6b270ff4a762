// tests/browser/*.test.mjs: one browser at a time.

import { filesIn, stem } from './support.mjs';
import { runFiles } from './node-test.mjs';

export function run({ wants, report }) {
  const files = filesIn('tests/browser', '.test.mjs').filter((file) => wants(stem(file)));
  return runFiles(files, report, { concurrency: 1, limit: 600 });
}
