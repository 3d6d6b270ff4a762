// The unit tests and the parity programs, in both browsers: the very files that run in Node (groups `wasm` and
// `parity`), judged by the same rules. All run in a Worker, where programs mostly live; some also on the page's own
// thread, which may not block and shares its event loop with the page.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { expected, programs } from '../groups/parity.mjs';
import { difference, stem } from '../groups/support.mjs';
import { describe as tell, problems } from '../unit/verdict.mjs';
import { Visit, browsers, root, siteIn } from './harness.mjs';

/// Unit tests that run on the page's thread, too: the loop and its clocks, what is built on them, and what ends badly.
const ON_PAGE = ['coro', 'suspending', 'deadlock', 'loop', 'timeouts'];

/// Parity programs that run there too, on the real clock: sleeping, timers, tasks that overlap.
const ON_PAGE_IN_REAL_TIME = ['02-when-waits-overlap', '17-task-runs-concurrently', '18-task-await-order'];

const INDEX = join(root, 'build/unit/index.json');
if (!existsSync(INDEX))
  throw new Error('build/unit/index.json is not there: `node tests/run.mjs browser specs` makes it');
const { files } = JSON.parse(readFileSync(INDEX, 'utf8'));

const unitJob = (file, test) => ({ file: `/build-unit/${file}`, args: [stem(file), test] });
const parityJob = (name, clock, unit) => ({
  file: `/build-parity/${name}.wasm`,
  args: [name],
  env: { GUIDE_UNIT: String(unit) },
  clock,
});

/// What is wrong with a unit test's outcome, as text; undefined: nothing.
const unitComplaint = (outcome) => (problems(outcome).length ? tell(outcome) : undefined);

function parityComplaint(program, outcome) {
  const different = difference(outcome.stdout, expected(program));
  return different || outcome.crash !== undefined || outcome.status > 1
    ? [different, tell(outcome)].filter(Boolean).join('\n')
    : undefined;
}

for (const kind of browsers) {
  describe(kind.name, () => {
    const own = siteIn(kind, {
      '/specs/': join(root, 'tests/browser/specs'),
      '/tests-unit/': join(root, 'tests/unit'),
      '/build-unit/': join(root, 'build/unit'),
      '/build-parity/': join(root, 'build/parity'),
    });
    let page;
    before(async () => {
      page = await Visit.openPath(own.browser, own.site, 'specs/');
    });

    const call = (where, jobs, ...more) =>
      page.page.evaluate(
        async (name, ...given) => (await import('/specs/page.mjs'))[name](...given),
        where,
        jobs,
        ...more,
      );

    /// Runs them all in one go, and counts each as a test.
    async function each(t, where, jobs, names, complaint) {
      const outcomes = await call(where, jobs);
      for (const [i, name] of names.entries())
        await t.test(name, () => {
          const text = complaint(outcomes[i], i);
          if (text) throw new Error(text);
        });
      assert.deepEqual(page.problems.splice(0), []);
    }

    for (const [where, how, chosen] of [
      ['runInWorkers', 'in a Worker', files],
      ['runOnPage', 'on the page', files.filter(({ file }) => ON_PAGE.includes(stem(file)))],
    ])
      for (const { file, tests } of chosen)
        it(`${stem(file)}, ${how}`, (t) =>
          each(
            t,
            where,
            tests.map((test) => unitJob(file, test)),
            tests,
            unitComplaint,
          ));

    it('parity programs, in a Worker, virtual clock', async (t) => {
      const all = programs(),
        jobs = all.map(({ name }) => parityJob(name, 'virtual', 0.1));
      await each(
        t,
        'runInWorkers',
        jobs,
        all.map(({ name }) => name),
        (outcome, i) => parityComplaint(all[i], outcome),
      );
    });

    it('parity programs, on the page, real clock', async (t) => {
      const some = programs().filter(({ name }) => ON_PAGE_IN_REAL_TIME.includes(name));
      assert.equal(some.length, ON_PAGE_IN_REAL_TIME.length);
      for (const program of some)
        await t.test(program.name, async () => {
          // A busy machine may be late for deadlines: then a second chance, with longer delays.
          const complaint = async (unit) =>
            parityComplaint(program, (await call('runOnPage', [parityJob(program.name, 'real', unit)]))[0]);
          const text = (await complaint(0.1)) && (await complaint(0.3));
          if (text) throw new Error(text);
        });
    });
  });
}
