// Two runs of a program, compared: in Node, on traces of the lessons' programs; and on the page, in both browsers.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stepAxis, timeAxis } from '../../web/trace/axis.mjs';
import { beside, compareRuns, differentChoices } from '../../web/trace/compare.mjs';
import { programs } from '../../web/lessons/lessons.mjs';
import { defaults } from '../../web/run/params.mjs';
import { TraceModel } from '../../web/trace/model.mjs';
import { decode } from '../../web/page/share.mjs';
import { browsers, siteIn } from './harness.mjs';
import { runLesson } from './run-lesson.mjs';

async function run(program, params = {}) {
  const values = { ...defaults(program), ...params };
  const { events, lines } = await runLesson(program, values);
  return { model: new TraceModel(events), lines, values, seed: 0 };
}

const named = (id) => programs.find((program) => program.id === id);

describe('two runs', () => {
  it('one after the other against at once: what parts them, in words', async () => {
    const program = named('sequential');
    const [before, now] = [await run(program), await run(program, { task: true })];
    const { parts, words } = compareRuns(before, now);
    assert.equal(before.model.eventAt(parts + 1).ev, 'enter', 'the coroutine runs inside main');
    assert.equal(now.model.eventAt(parts + 1).ev, 'task', 'or becomes a task');
    const text = words.join(' ');
    assert.match(text, /^This run takes 2\.000 s, the pinned one 3\.000 s: 1\.000 s less\. Line 2 is/);
    assert.match(text, / Line 2 is “fetch 2: begins”, in the pinned run “fetch 1: ends”, which is line \d here\./);
    assert.match(text, new RegExp(`They part at step ${parts + 1}\\. Here: main_ \\(Task-1\\) creates task`));
    assert.deepEqual(differentChoices(program, before, now), {
      before: 'fetch 2 is a task: no',
      now: 'fetch 2 is a task: yes',
    });
  });

  it('that differ in their times alone part nowhere', async () => {
    const [before, now] = [await run(named('gather')), await run(named('gather'), { after: 5 })];
    const { parts, words } = compareRuns(before, now);
    assert.equal(parts, before.model.length);
    assert.deepEqual(words.slice(-1), ['Step by step they do the same, if not at the same times.']);
  });

  it('are told apart by their seeds, too', () => {
    const before = { values: {}, seed: 0 };
    assert.deepEqual(differentChoices({}, before, { values: {}, seed: 7 }), {
      before: 'exact order',
      now: 'timing of seed 7',
    });
  });
});

for (const program of programs.filter(({ against }) => against)) {
  it(`${program.id}: what it is to be compared with is something else, and stands on the same scale`, async () => {
    for (const name of Object.keys(program.against.params))
      assert.ok(Object.hasOwn(program.params, name), `there is no parameter ${name}`);
    const [before, now] = [await run(program), await run(program, program.against.params)];
    const { parts } = compareRuns(before, now);
    assert.ok(parts < before.model.length, 'they part');

    const traces = [before, now].map(({ model }) => model.events);
    const both = (axis) => [
      axis(traces[0], 900, 1, { other: traces[1] }),
      axis(traces[1], 900, 1, { other: traces[0] }),
    ];
    const [one, two] = both(timeAxis);
    assert.deepEqual(one.ticks, two.ticks);
    for (const [at, { t }] of traces[0].entries()) {
      const same = traces[1].findIndex((event) => event.t === t);
      const first = traces[0].findIndex((event) => event.t === t);
      if (same >= 0 && first === at) assert.equal(one.start(at + 1), two.start(same + 1), `${t} s`);
    }
    const [stepsOne, stepsTwo] = both(stepAxis);
    for (let at = 1; at <= parts; at++) assert.equal(stepsOne.start(at), stepsTwo.start(at), `step ${at}`);

    const [a, b] = [before.model, now.model];
    let last = 0;
    for (let at = 0; at <= a.length; at++) {
      const other = beside(at, a, b, parts);
      assert.ok(other >= last && other <= b.length, `${at} stands beside ${other}, after ${last}`);
      if (at <= parts) assert.equal(other, at);
      else if (at < a.length && other > parts)
        assert.ok(b.stateAt(other).time <= a.stateAt(at).time, `${at} beside ${other}`);
      last = other;
    }
    assert.equal(last, b.length, 'the ends stand side by side');
  });
}

for (const kind of browsers) {
  describe(kind.name, () => {
    const { open, visited } = siteIn(kind);
    const visits = (name, options, test) => it(name, () => visited(options, test));
    const tool = (visit, text) =>
      visit.page.evaluate(
        (start) =>
          [...document.querySelectorAll('.extras button')]
            .find((button) => button.textContent.startsWith(start))
            .click(),
        text,
      );
    const bothShown = (visit) =>
      visit.until(
        'both timelines',
        () =>
          document.querySelector('#workbench').dataset.phase === 'ran' &&
          document.querySelectorAll('.timeline:not([hidden]) svg').length === 2,
      );
    const words = (visit) => visit.page.evaluate(() => document.querySelector('.compare-words').textContent);

    visits('a run that is pinned stands above the next one, in a link, too', { hash: '#sequential' }, async (visit) => {
      const { page } = visit;
      await visit.run();
      await tool(visit, 'Pin');
      assert.match(await words(visit), /^A run is pinned\./);
      await page.evaluate(async () => {
        const { workbench } = await import('/main.mjs');
        workbench.changeParams({ ...workbench.values, task: true });
      });
      await bothShown(visit);
      assert.match(
        await words(visit),
        /^Above, pinned: fetch 2 is a task: no\. Below: fetch 2 is a task: yes\. This run takes 2\.000 s/,
      );
      assert.equal(
        await page.evaluate(() => document.querySelectorAll('.parting').length),
        2,
        'both show where they part',
      );
      await page.focus('.timeline.pinned');
      const width = () =>
        page.evaluate(() => [...document.querySelectorAll('.timeline svg')].map((svg) => svg.clientWidth));
      const before = await width();
      await page.keyboard.press('+');
      const [above, below] = await width();
      assert.ok(above > before[0], `${above} px, from ${before[0]}`);
      assert.ok(below > before[1], `${below} px, from ${before[1]}: they are zoomed together`);
      let hash = '';
      await visit.until('the link to follow', () => location.hash.length > '#sequential~'.length);
      while (!(await decode(hash)).pin) ({ hash } = await visit.status());

      const other = await open({ hash });
      await bothShown(other);
      assert.equal(await words(other), await words(visit));
      assert.deepEqual(other.problems, []);
      await other.close();

      await tool(visit, 'Unpin');
      assert.equal(
        await page.evaluate(
          () => document.querySelector('.timeline.pinned').hidden && document.querySelector('.compare-words').hidden,
        ),
        true,
      );
      assert.equal(await page.evaluate(() => document.querySelectorAll('.timeline:not([hidden]) .parting').length), 0);
    });

    visits('sequential against concurrent is one click away', { hash: '#sequential' }, async (visit) => {
      const { page } = visit;
      await visit.run();
      await tool(visit, 'Against');
      await bothShown(visit);
      assert.match(await words(visit), /This run takes 3\.000 s, the pinned one 2\.000 s: 1\.000 s more/);
      await page.click('[data-action="first"]');
      const cursors = () =>
        page.evaluate(() =>
          [...document.querySelectorAll('.timeline .cursor')].map((cursor) => Number(cursor.getAttribute('x'))),
        );
      const begin = await cursors();
      assert.equal(begin[0], begin[1]);
      await page.click('[data-action="last"]');
      const [above, below] = await cursors();
      assert.ok(above > begin[0] && below > begin[1], `${above} and ${below} px`);
      await page.evaluate(() => {
        location.hash = '#lock';
      });
      await visit.until('another program', async () => (await import('/main.mjs')).workbench.program.id === 'lock');
      assert.equal(
        await page.evaluate(() => document.querySelector('.compare-words').hidden),
        true,
        'another program has no pinned run',
      );
    });
  });
}
