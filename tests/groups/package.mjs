// tests/package/*.test.mjs: the npm package, packed, installed and used. One after the other: they share an installation.

import { filesIn, stem } from './support.mjs';
import { runFiles } from './node-test.mjs';

export function run({ wants, report }) {
  const files = filesIn('tests/package', '.test.mjs').filter((file) => wants(stem(file)));
  return runFiles(files, report, { concurrency: 1, limit: 300 });
}
