// asyncio_fetch and typed JavaScript functions in a page with a strict Content-Security-Policy: the program of
// tests/node/typed.test.mjs, whose functions come from the module that the build has written beside it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { built } from '../node/support.mjs';
import { Visit, browsers, root, siteIn } from './harness.mjs';

await built('typed');

for (const kind of browsers) {
  describe(kind.name, () => {
    const own = siteIn(kind, {
      '/specs/': join(root, 'tests/browser/specs'),
      '/node-programs/': join(root, 'build/node'),
    });
    let page;
    before(async () => {
      page = await Visit.openPath(own.browser, own.site, 'specs/');
    });

    /// The result of an exported coroutine, or [name, message] of what it failed with.
    const call = (name, argument) =>
      page.page.evaluate(
        async (...given) => {
          const [{ load }, { default: functions }] = await Promise.all([
            import('/asyncio/asyncio.mjs'),
            import('/node-programs/typed.functions.mjs'),
          ]);
          globalThis.program ??= load('/node-programs/typed.wasm', { functions, stdout() {} });
          return (await globalThis.program).call(...given).catch((error) => [error.name, error.message]);
        },
        name,
        argument,
      );

    it('types on both sides', async () => {
      assert.deepEqual(JSON.parse(await call('describe_all', { key: 'k' })), [
        'grüße',
        0.5,
        -7,
        '9007199254740993bigint',
        true,
        'Uint8Array',
        '1-2-3',
        'k',
      ]);
      assert.equal(await call('halves'), '1.5 -0.0005');
      assert.equal(await call('reverse', 'abc'), 'cba');
    });

    it('a file of the site: text, bytes, parts', async () => {
      const file = await readFile(join(root, 'web/page/favicon.svg'));
      assert.equal(await call('get_page', '/favicon.svg'), `200 ok image/svg+xml - /favicon.svg: ${file}`);
      assert.equal(await call('get_bytes', '/favicon.svg'), `${file.length} ${file.reduce((a, b) => a + b)}`);
      assert.equal((await call('get_to_the_end', '/favicon.svg')).replace('][', ''), `[${file}]`);
      assert.deepEqual(page.problems, []);
    });

    it('a page that is not there is an answer; no answer is a ConnectionError', async () => {
      assert.match(await call('get_page', '/no-such-page'), /^404 not ok .*Not found/);
      const [name, message] = await call('get_page', 'http://localhost:1/');
      assert.equal(name, 'ConnectionError');
      assert.match(message, /^http:\/\/localhost:1\/: ./);
    });
  });
}
