// tests/node/*.test.mjs: promises, loading, and all else that JavaScript sees of a program.

import { filesIn, processors, stem } from './support.mjs';
import { runFiles } from './node-test.mjs';

export function run({ wants, report }) {
  const files = filesIn('tests/node', '.test.mjs').filter((file) => wants(stem(file)));
  return runFiles(files, report, { concurrency: processors, limit: 600 });
}
