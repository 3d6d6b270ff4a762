// Links that name what there is not: the page says so, and shows nothing in its place.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encode } from '../../web/page/share.mjs';
import { browsers, siteIn } from './harness.mjs';

/** What the page says of its link. */
const told = ({ page }) =>
  page.evaluate(() => ({
    title: document.title,
    heading: document.querySelector('h1').textContent,
    notice: document.querySelector('#link-notice').textContent,
    workbench: !document.querySelector('#workbench').hidden,
    hash: location.hash,
  }));

for (const kind of browsers) {
  describe(`links in ${kind.name}`, () => {
    const { open, visited } = siteIn(kind);

    it('that name no program say so; from there the keyboard leads to a lesson', () =>
      visited({ hash: '' }, async (visit) => {
        const { page } = visit;
        for (const id of ['nowhere', 'constructor', '__proto__', '<b>']) {
          await page.evaluate((to) => {
            location.hash = to;
          }, id);
          await visit.until('the heading', () => document.title.startsWith('Not found'));
          const { heading, workbench, hash } = await told(visit);
          assert.deepEqual(
            { heading, workbench, hash: decodeURIComponent(hash) },
            { heading: `There is no program “${id}” here.`, workbench: false, hash: `#${id}` },
          );
          await page.evaluate(() => {
            location.hash = 'lock';
          });
          await visit.until('a lesson', () => !document.title.startsWith('Not found'));
        }
        await page.evaluate(() => {
          location.hash = 'nowhere';
        });
        await visit.until('the heading', () => document.activeElement === document.querySelector('h1'));
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await visit.until('the first lesson', () => document.title.startsWith('Two requests'));
        assert.equal((await told(visit)).workbench, true);
      }));

    for (const [what, view, notice] of [
      ['a step', { at: 999 }, /: there is no step 999: the run has \d+, and stands at its end\.$/],
      ['a step before the first', { at: -1 }, /: there is no step -1\.$/],
      ['a parameter', { params: { moon: 1 } }, /: this program has no parameter “moon”\.$/],
      ['a value', { params: { a: 'x' } }, /: “a” cannot be "x"\.$/],
      ['a parameter of the pinned run', { pin: { params: { moon: 1 } } }, /: this program has no parameter “moon”\.$/],
      ['a seed, an axis and a clock', { seed: -1, axis: 'x', clock: 'y' }, /no seed -1; .* axis "x"; .* clock "y"\.$/],
    ]) {
      it(`that name ${what} that there is not say so, and show the rest`, async () => {
        const visit = await open({ hash: await encode({ id: 'waits', .../** @type {any} */ (view) }) });
        await visit.until('the notice', () => document.querySelector('#link-notice').textContent);
        const { notice: said, workbench, title } = await told(visit);
        assert.match(said, /** @type {RegExp} */ (notice));
        assert.ok(workbench && title.startsWith('Two requests'), title);
        assert.deepEqual(visit.problems, []);
        await visit.close();
      });
    }

    it('that are cut off say so; good ones say nothing', async () => {
      const whole = await encode({ id: 'waits', params: { a: 2 }, at: 3 });
      for (const [hash, notice] of [
        [whole.slice(0, -6), /: its end cannot be read: it may have been cut off\.$/],
        [whole, /^$/],
      ]) {
        const visit = await open({ hash });
        await visit.until('the lines to be predicted', () => document.querySelector('#workbench').dataset.rehearsed);
        assert.match((await told(visit)).notice, /** @type {RegExp} */ (notice));
        await visit.close();
      }
    });
  });
}
