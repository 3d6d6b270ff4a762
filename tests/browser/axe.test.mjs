// What axe-core finds in the page before and after a run, light and dark, at desktop and phone width, and in the
// element's example: nothing serious.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Visit, browsers, root, siteIn } from './harness.mjs';

/** Serious and critical findings, in a few words. Runs in the page. */
async function findings() {
  if (!globalThis.axe) {
    await new Promise((loaded, failed) => {
      const script = document.createElement('script');
      script.src = '/axe/axe.min.js';
      script.onload = loaded;
      script.onerror = failed;
      document.head.append(script);
    });
  }
  const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ target, failureSummary }) => `${target} (${failureSummary.split('\n')[1]})`)
          .join(', ')}`,
    );
}

describe('axe-core finds nothing serious', () => {
  const own = siteIn(browsers[0], { '/axe/': join(root, 'node_modules/axe-core') });

  for (const [name, width, scheme] of [
    ['desktop, light', 1280, 'light'],
    ['phone, dark', 360, 'dark'],
  ]) {
    it(`in the page: ${name}`, { timeout: 60_000 }, async () => {
      const visit = await own.open({ hash: '#cancel', width });
      await visit.page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      assert.deepEqual(await visit.page.evaluate(findings), [], 'before the run');
      await visit.run();
      await visit.page.evaluate(() => document.querySelector('.state-task summary').click());
      assert.deepEqual(await visit.page.evaluate(findings), [], 'after the run');
      await visit.page.close();
    });
  }

  it('in the page for a link that leads nowhere', { timeout: 60_000 }, async () => {
    const visit = await own.open();
    await visit.page.evaluate(() => {
      location.hash = 'nowhere';
    });
    await visit.until('the heading', () => document.title.startsWith('Not found'));
    assert.deepEqual(await visit.page.evaluate(findings), []);
    await visit.page.close();
  });

  it('in the example of the element', { timeout: 60_000 }, async () => {
    const visit = new Visit(await own.browser.newPage(), own.site);
    await visit.page.goto(`${own.site.url}example.html`);
    await visit.page.evaluate(async () => {
      for (const element of document.querySelectorAll('asyncio-playground')) await element.run();
    });
    assert.deepEqual(await visit.page.evaluate(findings), []);
    await visit.page.close();
  });
});
