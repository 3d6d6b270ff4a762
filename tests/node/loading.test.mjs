// What can go wrong before a program runs, and what is said about it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { load } from '../../build/wasm/node.mjs';
import { assemble, built, output, rejection, within } from './support.mjs';

let server, site, file, bytes;

before(async () => {
  file = await built('modes');
  bytes = readFileSync(file);
  server = createServer((request, response) => {
    if (request.url === '/modes.wasm') return response.setHeader('content-type', 'application/wasm').end(bytes);
    if (request.url === '/octets.wasm')
      return response.setHeader('content-type', 'application/octet-stream').end(bytes);
    if (request.url === '/page.wasm')
      return response.setHeader('content-type', 'text/html').end('<!doctype html><title>Sign in</title>');
    return response.writeHead(404).end('not found');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = `http://127.0.0.1:${server.address().port}`;
});

after(() => server.close());

const runs = async (source) => {
  const printed = output(),
    program = await load(source, printed.options);
  return [await within('run()', program.run()), printed.texts.stdout];
};

describe('a program can be loaded from', () => {
  const wanted = [0, 'hello\nworld\n'];
  test('bytes: a Buffer, a Uint8Array, an ArrayBuffer', async () => {
    assert.deepEqual(await runs(bytes), wanted);
    assert.deepEqual(await runs(new Uint8Array(bytes)), wanted);
    assert.deepEqual(await runs(new Uint8Array(bytes).buffer), wanted);
  });
  test('a WebAssembly.Module', async () => assert.deepEqual(await runs(await WebAssembly.compile(bytes)), wanted));
  test('a URL, as a string and as an object', async () => {
    assert.deepEqual(await runs(`${site}/modes.wasm`), wanted);
    assert.deepEqual(await runs(new URL(`${site}/modes.wasm`)), wanted);
  });
  test('a Response, and the promise of one', async () => {
    assert.deepEqual(await runs(await fetch(`${site}/modes.wasm`)), wanted);
    assert.deepEqual(await runs(fetch(`${site}/modes.wasm`)), wanted);
  });
  test('a server that does not know the type of wasm', async () =>
    assert.deepEqual(await runs(`${site}/octets.wasm`), wanted));
  test('a file, by its URL', async () => assert.deepEqual(await runs(pathToFileURL(file)), wanted));
});

describe('what cannot be loaded is told clearly', () => {
  test('404', async () => {
    const { message } = await rejection(load(`${site}/missing.wasm`));
    assert.match(message, /missing\.wasm could not be loaded: HTTP status 404/);
  });

  test('a server that is not there', async () => {
    const { message } = await rejection(load('http://127.0.0.1:1/nowhere.wasm'));
    assert.match(message, /nowhere\.wasm/);
  });

  test('a file that is not there', async () => {
    const { message } = await rejection(load(new URL('./no-such-file.wasm', import.meta.url)));
    assert.match(message, /no-such-file\.wasm/);
  });

  for (const [name, source] of /** @type {any[][]} */ ([
    ['a truncated module', () => bytes.subarray(0, bytes.length >> 1)],
    ['a module cut in its header', () => bytes.subarray(0, 6)],
    ['no bytes at all', () => new Uint8Array()],
    ['a web page', () => new TextEncoder().encode('<!doctype html>')],
    ['an error page with status 200', () => `${site}/page.wasm`],
  ]))
    test(name, async () =>
      assert.match((await rejection(load(source()))).message, /no WebAssembly module, or not all of it/),
    );

  test('something that is no source', async () => {
    for (const source of [undefined, null, 7, {}]) {
      const error = await rejection(load(source));
      assert.ok(error instanceof Error && error.message, `${error}`);
    }
  });

  test('a module of something else', async () => {
    const other = await assemble('(module (func (export "main") (result i32) (i32.const 0)))');
    assert.match((await rejection(load(other))).message, /not linked with asyncio-wasm's library.*make run FILE/);
  });

  test('a program that has not been through the pass', async () => {
    const early = await assemble(
      '(module (import "asyncify" "start_unwind" (func (param i32))) (func (export "asyncio_start")))',
    );
    assert.match((await rejection(load(early))).message, /not been through the Asyncify pass.*make run FILE/);
  });

  test('a program that wants what the loader does not have', async () => {
    const newer = await assemble('(module (import "asyncio" "future_thing" (func)) (func (export "asyncio_start")))');
    assert.match((await rejection(load(newer))).message, /wants "future_thing" from "asyncio".*another version/);
  });

  test('an ASYNCIO_JS function that is no JavaScript', async () => {
    const broken = await WebAssembly.compile(
      bytes.toString('latin1').includes('hooks.tell(')
        ? Buffer.from(bytes.toString('latin1').replace('hooks.tell(', 'hooks.tell{'), 'latin1')
        : bytes,
    );
    const error = await rejection(load(broken));
    assert.ok(error instanceof SyntaxError, `${error}`);
    assert.match(error.message, /in the JavaScript of an ASYNCIO_JS function/);
  });
});
