// tests/package/*.test.mjs: the npm package, packed, installed and used. Each file has an installation of its own.

import { filesIn, processors, stem } from './support.mjs';
import { runFiles } from './node-test.mjs';

export function run({ wants, report }) {
  const files = filesIn('tests/package', '.test.mjs').filter((file) => wants(stem(file)));
  return runFiles(files, report, { concurrency: processors, limit: 600 });
}
