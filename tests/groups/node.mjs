// tests/node/*.test.mjs: promises, loading, and all else that JavaScript sees of a program.

import { filesIn, processors, stem } from './support.mjs';
import { runFiles } from './node-test.mjs';

export const run = ({ wants, report }) =>
  runFiles(filesIn('tests/node', '.test.mjs').filter((file) => wants(stem(file))), report, { concurrency: processors, limit: 300 });
