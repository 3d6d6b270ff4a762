// What can go wrong in a page before a program runs, in both browsers: each says what it was and what to do.
// tests/node/loading.test.mjs does the same in Node.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assemble } from '../node/support.mjs';
import { browsers, launch, root } from './harness.mjs';

const SELF = "default-src 'self'; script-src 'self'",
  WASM = "'wasm-unsafe-eval'";

/** The same program as of another version of the package: the version is a custom section, whose length stays. */
function ofAnotherVersion(bytes) {
  const at = bytes.indexOf('asyncio_version') + 'asyncio_version'.length,
    other = Buffer.from(bytes);
  assert.match(bytes.subarray(at, at + 5).toString(), /^\d+\.\d+\.\d+/);
  other.write('9', at);
  return other;
}

const early = '(module (import "asyncify" "start_unwind" (func (param i32))) (func (export "asyncio_start")))';

/** In a Worker: runs the program it is given, and says what it printed. What is waited for in seconds is so in
 * milliseconds. */
const WORKER = `import { load } from '/asyncio/asyncio.mjs';
  const later = setTimeout;
  globalThis.setTimeout = (act, time, ...rest) => later(act, time / 1000, ...rest);
  addEventListener('message', async ({ data }) => {
    let printed = '';
    const out = (text) => { printed += text; };
    const program = await load(data, { borrowWorkers: true, stdout: out, stderr: out });
    postMessage([await program.run(), printed]);
  });`;

/** What the site answers: path -> [type, bytes]. */
async function filesOfSite() {
  const program = await readFile(join(root, 'build/browser/status.wasm')),
    threaded = await readFile(join(root, 'build/browser/thread.wasm'));
  const text = (html) => /** @type {any} */ (['text/html; charset=utf-8', Buffer.from(html)]);
  return new Map([
    ['/', text('<!doctype html><link rel="icon" href="data:,"><title>A page</title>')],
    ['/whole.wasm', ['application/wasm', program]],
    ['/untyped.wasm', ['application/octet-stream', program]],
    ['/half.wasm', ['application/wasm', program.subarray(0, program.length >> 1)]],
    ['/empty.wasm', ['application/wasm', Buffer.alloc(0)]],
    ['/sign-in.wasm', text('<!doctype html><title>Sign in</title>')],
    ['/other.wasm', ['application/wasm', await assemble('(module (func (export "main")))')]],
    ['/early.wasm', ['application/wasm', await assemble(early)]],
    ['/threaded.wasm', ['application/wasm', threaded]],
    ['/worker.mjs', ['text/javascript', Buffer.from(WORKER)]],
    ['/older.wasm', ['application/wasm', ofAnotherVersion(program)]],
  ]);
}

/** A site of two policies: /strict/ is where WebAssembly is forbidden. `gone` is the address of one that is not there
 * any more. */
async function serveFiles() {
  const files = await filesOfSite(),
    loader = join(root, 'build/web');
  const server = createServer(async ({ url }, response) => {
    const strict = url.startsWith('/strict/'),
      path = strict ? url.slice('/strict'.length) : url;
    const known =
      files.get(path) ??
      (path.startsWith('/asyncio/') && extname(path) === '.mjs'
        ? ['text/javascript', await readFile(join(loader, path))]
        : undefined);
    response.setHeader(
      'Content-Security-Policy',
      strict ? SELF : `${SELF} ${WASM}; connect-src 'self' http://localhost:*`,
    );
    if (!known) return response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found');
    return response.writeHead(200, { 'Content-Type': known[0] }).end(known[1]);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  return {
    url: `http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

/** In the page: what loading and running comes to, as [status, printed] or what is said. */
async function attempt(path) {
  const { load } = await import('/asyncio/asyncio.mjs');
  let printed = '';
  try {
    const program = await load(path, {
      stdout: (text) => {
        printed += text;
      },
    });
    return [await program.run(), printed];
  } catch (error) {
    return error.message;
  }
}

/** In the page: the outcome of a program with a thread in a Worker: [status, printed]. `how` the page lends: not at
 * all, or with something in the way. */
async function attemptThread(how) {
  const { lendWorkers } = await import('/asyncio/threads/workers.mjs');
  const worker = new Worker('/worker.mjs', { type: 'module' }),
    Real = Worker;
  const stray = [];
  const end = how === 'no lender' ? () => {} : lendWorkers(worker);
  if (how === 'refused')
    globalThis.Worker = /** @type {any} */ (
      class {
        constructor() {
          throw new Error('not today');
        }
      }
    );
  if (how === 'gone')
    globalThis.Worker = class extends Real {
      constructor() {
        super('/gone.mjs', { type: 'module' });
      }
    };
  const outcome = await new Promise((resolve) => {
    worker.onmessage = ({ data }) => (Array.isArray(data) ? resolve(data) : stray.push(data));
    worker.postMessage('/threaded.wasm');
  });
  globalThis.Worker = Real;
  worker.terminate();
  end();
  return [...outcome, stray.length];
}

/** @type {[string, string, RegExp][]} */
const TOLD = [
  ['404', '/missing.wasm', /\/missing\.wasm could not be loaded: HTTP status 404$/],
  ['a truncated file', '/half.wasm', /no WebAssembly module, or not all of it \(truncated, or an error page\?\)/],
  ['an empty file', '/empty.wasm', /no WebAssembly module, or not all of it/],
  ['a web page in its place', '/sign-in.wasm', /no WebAssembly module, or not all of it/],
  [
    'a module of something else',
    '/other.wasm',
    /not linked with asyncio-wasm's library; build it with `npx asyncio-wasm build`/,
  ],
  [
    'a module that has not been through the pass',
    '/early.wasm',
    /not been through the Asyncify pass, so it could never suspend; build it with/,
  ],
  [
    'a program of another version',
    '/older.wasm',
    /built with asyncio-wasm 9\.\d+\.\d+, and this is the loader of \d+\.\d+\.\d+: build it again/,
  ],
];

for (const kind of browsers) {
  describe(`loading in ${kind.name}`, () => {
    let site, browser, close, page;
    before(async () => {
      site = await serveFiles();
      ({ browser, close } = await launch(kind));
      page = await browser.newPage();
      await page.goto(site.url);
    });
    after(async () => {
      await close?.();
      await site?.close();
    });

    it('a program loads, whatever type the server calls it', async () => {
      for (const path of ['/whole.wasm', '/untyped.wasm'])
        assert.deepEqual(await page.evaluate(attempt, path), [3, 'about to fail\n']);
    });

    for (const [name, path, expected] of TOLD)
      it(`is told clearly: ${name}`, async () => assert.match(String(await page.evaluate(attempt, path)), expected));

    it('is told clearly: a server that does not answer', async () => {
      const message = String(await page.evaluate(attempt, 'http://localhost:1/gone.wasm'));
      assert.match(message, /^http:\/\/localhost:1\/gone\.wasm could not be loaded: ./);
    });

    it('a Worker borrows its threads from the page, whose other listeners hear nothing of it', async () => {
      assert.deepEqual(await page.evaluate(attemptThread, 'lends'), [0, 'a thread says 42\n', 0]);
    });

    for (const [how, expected] of /** @type {any[][]} */ ([
      [
        'no lender',
        /had: the page has lent no worker, which it does once it has called lendWorkers\(worker\)\. In a page/,
      ],
      ['refused', /no thread can be had: not today\./],
      ['gone', /no thread can be had: ./],
    ]))
      it(`is told clearly: no worker can be borrowed (${how})`, async () => {
        const [status, printed] = await page.evaluate(attemptThread, how);
        assert.equal(status, 1, printed);
        assert.match(printed, expected);
      });

    it('is told clearly: a policy that forbids WebAssembly, and what to allow', async () => {
      const strict = await browser.newPage();
      await strict.goto(`${site.url}strict/`);
      assert.match(
        String(await strict.evaluate(attempt, '/whole.wasm')),
        /Content-Security-Policy forbids WebAssembly: allow script-src 'wasm-unsafe-eval'/,
      );
      await strict.close();
    });
  });
}
