// tests/browser/*.test.mjs: one browser at a time.

import { filesIn, stem } from './support.mjs';
import { runFiles } from './node-test.mjs';

export const run = ({ wants, report }) =>
  runFiles(filesIn('tests/browser', '.test.mjs').filter((file) => wants(stem(file))), report, { concurrency: 1, limit: 600 });
