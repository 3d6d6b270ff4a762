// tests/unit/*.test.mjs: the build, the pass, the command line, and whole programs that end badly.

import { filesIn, processors, stem } from './support.mjs';
import { runFiles } from './node-test.mjs';

export const run = ({ wants, report }) =>
  runFiles(filesIn('tests/unit', '.test.mjs').filter((file) => wants(stem(file))), report, { concurrency: processors, limit: 300 });
