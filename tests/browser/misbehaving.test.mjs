// Programs that trap, loop forever, overflow their stack, print without end or print markup, in both browsers: the page
// says what happened, and stays usable.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { programs } from '../../web/lessons/lessons.mjs';
import { browsers, siteIn } from './harness.mjs';

for (const kind of browsers) {
  describe(kind.name, () => {
    const { visited } = siteIn(kind);
    const visits = (name, options, test) => it(name, () => visited(options, test));

    /// After each of them the page must be as good as new.
    async function stillUsable(visit) {
      await visit.page.evaluate(() => {
        location.hash = '#09-coroutine-hello';
      });
      await visit.until(
        'another program',
        () => document.querySelector('.programs [aria-current]')?.hash === '#09-coroutine-hello',
      );
      await visit.choose(programs.find(({ id }) => id === '09-coroutine-hello'));
      await visit.setPatience(20);
      assert.deepEqual(await visit.run(), ['hello']);
    }

    const misbehaving = [
      { name: 'trap', shows: ['before the trap'], says: /broke off: ./ },
      { name: 'overflow', shows: ['going down'], says: /overflow/i },
      { name: 'forever', patience: 2, shows: ['going round'], says: /did not come back within 2 seconds/ },
      {
        name: 'spin',
        patience: 2,
        shows: [],
        says: /did not come back within 2 seconds/,
        last: /main_ \(Task-1\) runs, goes on from line 6/,
      },
      { name: 'endless', patience: 2, shows: ['never ends'], says: /did not come back within 2 seconds/ },
      { name: 'status', shows: ['about to fail'], says: /exit status 3\b/ },
    ];
    for (const { name, patience, shows, says, last = /./ } of misbehaving) {
      visits(`${name}: the page says what happened, and goes on`, {}, async (visit) => {
        await visit.show(name);
        if (patience) await visit.setPatience(patience);
        const lines = await visit.run();
        assert.deepEqual(lines.slice(0, shows.length), shows);
        assert.match((await visit.status()).status, says);
        const sentence = await visit.page.evaluate(() => document.querySelector('.stepper-sentence').textContent);
        assert.match(sentence, last, 'the last thing that it is known to have done');
        await stillUsable(visit);
      });
    }

    /// Clicks Run, then Stop so many times once it has printed something, and waits for the end.
    async function stopped(visit, name, presses) {
      await visit.show(name);
      await visit.page.click('.run');
      await visit.until('the first line', () => document.querySelectorAll('.output .text').length > 0);
      for (let i = 0; i < presses; i++) await visit.page.click('.stop');
      await visit.until(
        'the end',
        () => document.querySelector('#workbench').dataset.phase === 'ran' && document.querySelector('.stop').disabled,
      );
      return visit.status();
    }

    visits('Stop is Ctrl+C: a program that never ends does', {}, async (visit) => {
      assert.match((await stopped(visit, 'endless', 1)).status, /^Ended by Ctrl\+C after /);
      await stillUsable(visit);
    });

    visits('Stop ends a program that does not hear it, the second time', {}, async (visit) => {
      const { status } = await stopped(visit, 'forever', 2);
      assert.match(status, /computes without giving way to the loop, so it did not hear Ctrl\+C, and was ended/);
      assert.deepEqual(await visit.output(), ['going round']);
      await stillUsable(visit);
    });

    visits('a program that hangs on the real clock is ended, one that only waits is not', {}, async (visit) => {
      const onRealClock = async () => {
        await visit.page.click('[data-clock][value="real"]');
        await visit.setPatience(2);
        await visit.run();
        return (await visit.status()).status;
      };
      await visit.show('forever');
      assert.match(await onRealClock(), /did not come back within 2 seconds/);
      await visit.choose(programs.find(({ id }) => id === 'sequential')); // waits for three seconds
      assert.match(await onRealClock(), /^Ended after [3-9]/);
      await stillUsable(visit);
    });

    visits('flood: too much output is cut off, and the page stays usable', {}, async (visit) => {
      await visit.show('flood');
      await visit.setPatience(2);
      const lines = await visit.run();
      assert.equal(lines[0], 'line 0');
      assert.ok(lines.length < 20_000, `${lines.length} lines are shown`);
      assert.match((await visit.status()).status, /too many to show|did not come back/);
      await stillUsable(visit);
    });

    visits('many: ten thousand tasks are more than is shown', {}, async (visit) => {
      await visit.show('many');
      await visit.page.evaluate(countDrawings);
      assert.equal((await visit.run()).at(-1), 'wave 99');
      assert.equal(await visit.page.evaluate(() => window.drawings), 1, 'it takes long, and is drawn once');
      assert.match((await visit.status()).status, /^Ended after .* too many to show/);
      const { page } = visit;
      const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
      assert.ok(nodes < 6000, `${nodes} elements in the page`);
      await page.click('[data-action="first"]');
      assert.equal(await page.evaluate(() => document.querySelector('.steps li').dataset.at), '1');
      await page.click('[data-action="last"]');
      assert.equal(await page.evaluate(() => document.querySelector('.steps [aria-current]').dataset.at), '5000');
      await stillUsable(visit);
    });

    visits('markup: what is printed and what names are is shown as it is', {}, async (visit) => {
      await visit.show('markup');
      assert.deepEqual(await visit.run(), [
        '<img src="nowhere.png" onerror="alert(1)">',
        '<script>alert(2)</script>',
        '<b>bold</b> & &amp;',
      ]);
      const { page } = visit;
      assert.equal(
        await page.evaluate(() => document.querySelectorAll('#workbench :is(img, b, i)').length),
        0,
        'elements out of text',
      );
      const label = await page.evaluate(() => document.querySelectorAll('.timeline-label')[2].textContent);
      assert.match(label, /<i>name<\/i>/);
      await stillUsable(visit);
    });
  });
}

// --- what runs in the page ---

async function countDrawings() {
  const { timeline } = (await import('/main.mjs')).workbench.panes;
  const draw = timeline.draw;
  window.drawings = 0;
  timeline.draw = () => {
    window.drawings++;
    draw.call(timeline);
  };
}
