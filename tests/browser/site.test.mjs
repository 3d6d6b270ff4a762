// What is around the page: its lessons, the build, the server.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build } from '../../web/tools/build.mjs';
import { lessons, programs } from '../../web/lessons/lessons.mjs';
import { serve } from '../../web/tools/serve.mjs';
import { root } from './harness.mjs';

describe('lessons', () => {
  it('are the ten steps and more beyond, each with a question and a text of two to five sentences', () => {
    assert.equal(lessons.filter(({ beyond }) => !beyond).length, 10);
    for (const { question, text } of lessons) {
      assert.match(question, /\?$/);
      const sentences = text.join(' ').match(/[.?!](?=\s|$)/g).length;
      assert.ok(sentences >= 2 && sentences <= 5, `${question}: ${sentences} sentences`);
    }
  });

  it('show every program of tests/parity that belongs to the ten steps, once', async () => {
    const LAST = 35; // what comes after is beyond the guide
    const files = await readdir(join(root, 'tests/parity'));
    const ids = files
      .filter((name) => name.endsWith('.c') && parseInt(name, 10) <= LAST)
      .map((name) => name.slice(0, -2));
    const own = programs.filter(({ params, lesson }) => !params && !lesson.beyond);
    assert.deepEqual(
      own.map(({ id }) => id),
      ids.toSorted(),
    );
  });
});

describe('build', () => {
  let out;
  before(async () => {
    out = await mkdtemp(join(tmpdir(), 'asyncio-wasm-site-'));
  });
  after(() => rm(out, { recursive: true }));

  it('writes everything once, and nothing again', async () => {
    const first = await build({ out });
    assert.equal(first.written, first.files);
    assert.deepEqual(await build({ out }), { files: first.files, written: 0 });
  });

  it('writes again only what differs, and removes what does not belong', async () => {
    const long = new Date('2020-01-01');
    await writeFile(join(out, 'page.css'), 'old');
    await writeFile(join(out, 'gone.mjs'), 'old');
    await utimes(join(out, 'main.mjs'), long, long);
    assert.equal((await build({ out })).written, 1);
    assert.deepEqual((await stat(join(out, 'main.mjs'))).mtime, long, 'main.mjs is untouched');
    await assert.rejects(readFile(join(out, 'gone.mjs')), { code: 'ENOENT' });
  });

  it('keeps files for Node out of the page', async () => {
    for (const name of (await readdir(out, { recursive: true })).filter((file) => /\.m?js$/.test(file))) {
      assert.doesNotMatch(await readFile(join(out, name), 'utf8'), /from ?['"]node:/, name);
    }
  });
});

describe('server', () => {
  let folder, site, server;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asyncio-wasm-serve-'));
    site = await mkdtemp(join(folder, 'site-'));
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await writeFile(join(site, 'index.html'), '<!doctype html>hello');
    await writeFile(join(site, 'm.mjs'), 'export {}');
    await writeFile(join(site, 'p.wasm'), new Uint8Array([0, 97, 115, 109]));
    await symlink(join(folder, 'secret.txt'), join(site, 'link.txt'));
    server = await serve({ root: site, port: 0 });
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  /// A raw request: fetch would tidy up the path before sending it.
  function get(path, method = 'GET', headers = {}) {
    const { hostname, port } = new URL(server.url);
    return new Promise((done, failed) => {
      request({ hostname, port, path, method, headers }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () =>
          done({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }),
        );
      })
        .on('error', failed)
        .end();
    });
  }

  it('gives each file its type, and the page its policy', async () => {
    const types = {
      '/': 'text/html; charset=utf-8',
      '/m.mjs': 'text/javascript; charset=utf-8',
      '/p.wasm': 'application/wasm',
    };
    for (const [path, type] of Object.entries(types)) {
      const { status, headers } = await get(path);
      assert.deepEqual([status, headers['content-type']], [200, type], path);
      assert.equal(headers['content-security-policy'], "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'");
    }
    assert.equal((await get('/?from=somewhere')).text, '<!doctype html>hello');
    assert.equal((await get('/', 'HEAD')).text, '');
  });

  it('compresses for those who take it, and sends nothing twice', async () => {
    await writeFile(join(site, 'long.mjs'), `export {};${'\n'.repeat(1000)}`);
    const ask = (headers) => get('/long.mjs', 'GET', headers);
    const lengthOf = async (accepted) => {
      const { status, headers } = await ask({ 'accept-encoding': accepted });
      return [status, headers['content-encoding'], Number(headers['content-length']) < 1010];
    };
    assert.deepEqual(await lengthOf('gzip, deflate, br'), [200, 'br', true]);
    assert.deepEqual(await lengthOf('gzip;q=0.8, br;q=0'), [200, 'gzip', true]);
    assert.deepEqual(await lengthOf('identity'), [200, undefined, false]);
    const {
      headers: { etag },
    } = await ask({});
    for (const known of [etag, `"other", ${etag}`, etag.replace('W/', ''), '*'])
      assert.deepEqual(
        [(await ask({ 'if-none-match': known })).status, (await ask({ 'if-none-match': known })).text],
        [304, ''],
        known,
      );
    assert.equal((await ask({ 'if-none-match': '"other"' })).status, 200);
  });

  it('serves nothing outside of its folder', async () => {
    const paths = [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/link.txt',
      '//etc/passwd',
      '/%00',
      '/%',
      '/none',
    ];
    for (const path of paths) {
      const { status, text } = await get(path);
      assert.equal(status, 404, path);
      assert.doesNotMatch(text, /secret|root:/, path);
    }
    assert.equal((await get('/', 'POST')).status, 405);
  });

  it('takes the next port if one is taken', async () => {
    const { port } = new URL(server.url);
    const second = await serve({ root: site, port: Number(port) });
    assert.ok(Number(new URL(second.url).port) > Number(port), `${second.url} beside ${server.url}`);
    await second.close();
  });
});
