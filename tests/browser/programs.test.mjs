// Every program of every step, run through the page in both browsers; the lessons' own are walked through, too.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { programs } from '../../web/lessons/lessons.mjs';
import { browsers, siteIn } from './harness.mjs';
import { expected } from './run-lesson.mjs';

/// Programs that are walked through besides the lessons' own: with frames, cancellation, and waiters of a lock.
const WALKED = ['12-await-chain', '20-task-cancel-and-cleanup', '33-lock'];

for (const kind of browsers) {
  describe(kind.name, () => {
    const { open } = siteIn(kind);
    let visit;
    before(async () => {
      visit = await open();
    });

    for (const program of programs.filter(({ live }) => !live)) {
      it(`step ${program.step}: ${program.id} prints what it has to`, async () => {
        await visit.choose(program);
        assert.deepEqual(await visit.run(), await expected(program));
        const { status } = await visit.status();
        assert.match(status, /^Ended after /, 'what the page says of the end');
        assert.deepEqual(visit.problems, []);
      });

      it(`step ${program.step}: ${program.id} is no wider than a phone of 360 px`, async () => {
        await visit.page.setViewport({ width: 360, height: 740 });
        const { page, window } = await visit.page.evaluate(widths);
        await visit.page.setViewport({ width: 1280, height: 900 });
        assert.ok(page <= window, `the page is ${page} px wide, the window ${window}`);
      });

      if (program.params || WALKED.includes(program.id))
        it(`step ${program.step}: ${program.id}: n steps back and n steps forward show the same again`, async () => {
          const { back, forward } = await visit.page.evaluate(walkThere);
          assert.ok(back.length > 20, `only ${back.length} positions`);
          assert.deepEqual(forward, back.toReversed());
          assert.equal(new Set(back).size, back.length, 'each position looks different from the others');
        });
    }
  });
}

// --- what runs in the page ---

/// In pixels, once it is laid out.
async function widths() {
  await new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)));
  return { page: document.documentElement.scrollWidth, window: innerWidth };
}

/// All that the reader sees of each position, first going back to the beginning and then forward again.
function walkThere() {
  const texts = (selector) => [...document.querySelectorAll(selector)].map((node) => node.textContent);
  const look = () =>
    JSON.stringify({
      labels: texts('.timeline-label'),
      state: texts('.state-row, .state-task'),
      sentence: texts('.stepper-words'),
      marks: [...document.querySelectorAll('.line.marked')].map((line) => [
        line.dataset.line,
        line.className,
        line.textContent,
      ]),
      later: document.querySelectorAll('.output .later').length,
      slider: document.querySelector('.stepper input').value,
      current: texts('.steps [aria-current="step"]'),
      cursor: document.querySelector('.cursor').getAttribute('x'),
    });
  const walk = (action) => {
    const seen = [look()];
    for (let n = Number(document.querySelector('.stepper input').max); n > 0; n--) {
      document.querySelector(`[data-action="${action}"]`).click();
      seen.push(look());
    }
    return seen;
  };
  return { back: walk('back'), forward: walk('forward') };
}
