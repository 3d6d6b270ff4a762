// All that `make lint` looks at: jobs of { check, what, count, run }. check: the name of the check; what: the file, or
// what is looked at; count: how many files these are, if not one; run() answers the faults, each as "file:line: what".

import { jobs as arrows } from './arrows.mjs';
import { jobs as c } from './c.mjs';
import { jobs as layout } from './format.mjs';
import { jobs as imports } from './imports.mjs';
import { jobs as scripts } from './scripts.mjs';
import { jobs as sizes } from './sizes.mjs';

/** Those that take longest first: the others fill what time is left. */
export async function allJobs() {
  const all = [scripts, c, layout, sizes, arrows, imports];
  return (await Promise.all(all.map((jobs) => jobs()))).flat();
}
