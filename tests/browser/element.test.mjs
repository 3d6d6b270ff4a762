// <asyncio-playground> in other people's pages, in both browsers: the authors' example, and a page of another origin
// with a strict Content-Security-Policy.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, describe, it } from 'node:test';
import { Visit, browsers, siteIn } from './harness.mjs';

/** A page of another origin: it allows what web/README.md says, and nothing else. */
async function serveStrictly(site, html) {
  const origin = site.url.replace(/\/$/, '');
  const policy =
    `default-src 'none'; script-src 'wasm-unsafe-eval' ${origin}; ` +
    `worker-src blob: ${origin}; connect-src ${origin}; img-src data:`;
  const server = createServer((request, response) => {
    if (request.url !== '/') return response.writeHead(204).end();
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy });
    return response.end(
      `<!doctype html><link rel="icon" href="data:,"><title>A page of somebody else</title>
<script type="module" src="${origin}/element.mjs"></script>${html}`,
    );
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  return {
    url: `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

// --- what runs in the page ---

const outputs = () =>
  [...document.querySelectorAll('asyncio-playground')].map(
    ({ shadowRoot }) =>
      [...shadowRoot.querySelectorAll('.output .text')].map(({ textContent }) => textContent).at(-1) ?? '',
  );

async function runAll() {
  for (const element of document.querySelectorAll('asyncio-playground')) await element.run();
}

for (const kind of browsers) {
  describe(`the element in ${kind.name}`, () => {
    const own = siteIn(kind);
    let toClose = [];
    afterEach(async () => {
      for (const each of toClose) await each.close();
      toClose = [];
    });

    async function foreign(html) {
      const server = await serveStrictly(own.site, html);
      toClose.push(server);
      return server;
    }

    /** A visit of a page that is not the playground's own. */
    async function visit(url, allowed = [url]) {
      const guest = new Visit(await own.browser.newPage(), { url, also: allowed });
      toClose.unshift(guest);
      await guest.page.setViewport({ width: 1000, height: 700 });
      await guest.page.goto(url);
      return guest;
    }

    it(
      'the example page holds three, each with panels, parameters and looks of its own',
      { timeout: 60_000 },
      async () => {
        const guest = await visit(`${own.site.url}example.html`, [own.site.url]);
        const { page } = guest;
        await guest.until('the second one to have run by itself', () =>
          Boolean(document.querySelectorAll('asyncio-playground')[1].shadowRoot?.querySelector('[data-phase="ran"]')),
        );
        await page.evaluate(runAll);
        assert.deepEqual(await page.evaluate(outputs), ['main: 3 s', 'main: 2 s', 'elapsed units: 2']);
        const shown = await page.evaluate(() =>
          [...document.querySelectorAll('asyncio-playground')].map(({ shadowRoot }) => ({
            panels: [...shadowRoot.querySelectorAll('[data-of]')]
              .filter((each) => each.clientHeight > 0)
              .map((each) => each.dataset.of),
            accent: getComputedStyle(shadowRoot.querySelector('.run')).backgroundColor,
          })),
        );
        assert.deepEqual(
          shown.map(({ panels }) => panels),
          [
            ['python', 'predict', 'output', 'timeline'],
            ['c', 'python', 'meaning', 'output', 'modify', 'timeline'],
            ['c', 'output', 'timeline', 'details'],
          ],
        );
        assert.equal(shown[2].accent, 'rgb(127, 209, 174)', 'the author’s colour');
        assert.notEqual(shown[0].accent, shown[2].accent);
        assert.deepEqual(guest.problems, []);
      },
    );

    it(
      'works in a page of another origin with a strict policy, and tells what the reader does',
      { timeout: 60_000 },
      async () => {
        const other = await foreign(
          '<asyncio-playground lesson="lock" params=\'{"locked": true}\'><pre>static</pre></asyncio-playground>',
        );
        const guest = await visit(other.url, [other.url, own.site.url]);
        const { page } = guest;
        assert.equal(await page.evaluate(() => crossOriginIsolated), false);
        await page.evaluate(() => {
          globalThis.told = [];
          for (const type of ['run', 'step', 'solved', 'predict'])
            document.addEventListener(`playground-${type}`, (/** @type {any} */ { detail }) =>
              told.push([type, detail?.id ?? detail?.outcome?.how ?? '']),
            );
        });
        await page.evaluate(runAll);
        assert.deepEqual(await page.evaluate(outputs), ['balance: 3 of 3']);
        assert.deepEqual(await page.evaluate(() => told.filter(([type]) => type === 'run')), [['run', 'exit']]);
        await page.evaluate(() => {
          const { shadowRoot } = document.querySelector('asyncio-playground');
          shadowRoot.querySelector('[data-action="back"]').click();
        });
        assert.ok(await page.evaluate(() => told.filter(([type]) => type === 'step').length >= 2), 'stepping is told');
        await page.evaluate(() =>
          document.querySelector('asyncio-playground').setAttribute('params', '{"wait": false}'),
        );
        await page.evaluate(runAll);
        await guest.until('the task', () => told.some(([type, id]) => type === 'solved' && id === 'lock'));
        assert.deepEqual(guest.problems, []);
      },
    );

    it('is loaded when it comes near, and shows the author’s content until then', { timeout: 60_000 }, async () => {
      const other = await foreign(
        '<p>…</p><br>'.repeat(400) +
          '<asyncio-playground lesson="await"><pre>static content</pre></asyncio-playground>',
      );
      const guest = await visit(other.url, [other.url, own.site.url]);
      await guest.until('the element to be known', () => Boolean(customElements.get('asyncio-playground')));
      const state = () =>
        guest.page.evaluate(() => {
          const element = document.querySelector('asyncio-playground');
          return {
            loaded: Boolean(element.shadowRoot.querySelector('.workbench')),
            staticHeight: element.querySelector('pre').clientHeight > 0,
          };
        });
      assert.deepEqual(await state(), { loaded: false, staticHeight: true });
      await guest.page.evaluate(() => document.querySelector('asyncio-playground').scrollIntoView());
      await guest.until('it to be loaded', () =>
        Boolean(document.querySelector('asyncio-playground').shadowRoot.querySelector('.line')),
      );
      assert.deepEqual(await state(), { loaded: true, staticHeight: false });
      assert.deepEqual(guest.problems, []);
    });

    it('keeps the author’s content, and says why, when there is no such lesson', { timeout: 60_000 }, async () => {
      const other = await foreign(
        '<asyncio-playground lesson="nonsense"><pre>static content</pre></asyncio-playground>',
      );
      const guest = await visit(other.url, [other.url, own.site.url]);
      await guest.until('the word', () =>
        /there is no lesson "nonsense"; there are waits, /.test(
          document.querySelector('asyncio-playground').shadowRoot?.textContent,
        ),
      );
      assert.ok(await guest.page.evaluate(() => document.querySelector('pre').clientHeight > 0));
    });
  });
}
