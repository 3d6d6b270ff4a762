// tests/unit/*.test.mjs: the build, the pass, the command line, and whole programs that end badly.

import { filesIn, processors, stem } from './support.mjs';
import { runFiles } from './node-test.mjs';

export function run({ wants, report }) {
  const files = filesIn('tests/unit', '.test.mjs').filter((file) => wants(stem(file)));
  return runFiles(files, report, { concurrency: processors, limit: 600 });
}
