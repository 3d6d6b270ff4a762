// Without a network: what has been visited once works, in Chromium.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Visit, browsers, launch, serveSite } from './harness.mjs';

describe('offline', () => {
  let site, browser, close;
  before(async () => {
    site = await serveSite();
    ({ browser, close } = await launch(browsers[0]));
  });
  after(async () => {
    await close?.();
    await site?.close();
  });

  it('the page comes again, and runs a lesson that was not opened before', { timeout: 90_000 }, async () => {
    const visit = await Visit.open(browser, site, { hash: '#waits', worker: true });
    await visit.until(
      'the service worker',
      async () => Boolean((await navigator.serviceWorker.ready).active) && Boolean(navigator.serviceWorker.controller),
    );
    await site.close();
    await visit.page.goto(`${site.url}?again#queue`);
    await visit.until('the lesson', () => document.querySelectorAll('.line').length > 0);
    await visit.setPatience(20);
    assert.equal((await visit.run()).at(-1), 'main: all is sold');
    await visit.page.close();
    site = null;
  });
});
