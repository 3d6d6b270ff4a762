// What tools say of the sources, and the tests of these tools: tests/lint/README.md.

import { filesIn, forEach, stem } from './support.mjs';
import { allJobs } from '../lint/lint.mjs';
import { tellFunctions } from '../lint/sizes.mjs';
import { runFiles } from './node-test.mjs';

async function runJob({ check, what, count = 1, run }, report) {
  const faults = await run();
  const files = new Set(faults.map((fault) => fault.split(':')[0]));
  report.pass(Math.max(count - files.size, 0));
  if (faults.length) report.fail(`${check}, ${what}`, faults.join('\n'));
}

export async function run({ wants, report }) {
  const jobs = (await allJobs()).filter(({ check, what }) => wants(`${check}/${what}`));
  await forEach(jobs, (job) => runJob(job, report));
  const tests = filesIn('tests/lint', '.test.mjs').filter((file) => wants(stem(file)));
  await runFiles(tests, report, { concurrency: 2, limit: 120 });
  console.log(`  lint     ${tellFunctions()}`);
}
