// JavaScript functions that say what they take and bring (ASYNCIO_JS_ASYNC), and asyncio_fetch, against a server of its
// own.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { load } from '../../build/wasm/asyncio.mjs';
import { built, deferred, output, rejection, within } from './support.mjs';

let program;

before(async () => {
  program = await load(readFileSync(await built('typed')), output().options);
});

const call = (...parameters) => within(`call(${parameters[0]})`, program.call(...parameters));

describe('ASYNCIO_JS_ASYNC', () => {
  test('arguments arrive as what they are', async () => {
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
  });

  test('a number comes back as a double', async () => assert.equal(await call('halves'), '1.5 -0.0005'));
  test('bytes go there and come back', async () => assert.equal(await call('reverse', 'abc'), 'cba'));
  test('values are passed on, nothing comes back as nothing', async () =>
    assert.equal(await call('pass_on', 'key'), 'found'));
  test('a function that does not wait can give a value, or none', async () =>
    assert.equal(await call('take_nothing'), 1));
  test('what has no bytes is a TypeError', async () => {
    const error = await rejection(call('expect_bytes'));
    assert.equal(error.name, 'TypeError');
    assert.match(error.message, /has no bytes: a string, an ArrayBuffer or a view/);
  });
  test('what is thrown there is raised here', async () => {
    const error = await rejection(call('fail', 'too far'));
    assert.ok(error instanceof RangeError);
    assert.equal(error.message, 'too far');
  });
  test('cancelling aborts the signal', async () => {
    globalThis.aborted = false;
    assert.equal(await call('time_out'), 1);
    assert.equal(globalThis.aborted, 'yes');
  });
  test('several can be under way', async () => assert.equal(await call('gather_halves'), 1));
});

describe('ASYNCIO_EXPORT_ASYNC', () => {
  const typed = (name, ...list) => within(name, program.functions[name](...list));

  test('up to eight arguments arrive as what they are', async () => {
    assert.equal(
      await typed(
        'told',
        'grüße',
        -0.5,
        -7,
        9007199254740993n,
        true,
        new Uint8Array([65, 66, 67]),
        { toString: () => 'thing' },
        0.25,
      ),
      'grüße -0.5 -7 9007199254740993 1 3:ABC thing 0.25',
    );
    assert.equal(
      await typed('told', '', 1e300, 2 ** 31 - 1, -5, 2, 'xy', null, 0),
      ' 1e+300 2147483647 -5 1 2:xy none 0',
    );
    assert.equal(await typed('told', null, NaN, 0, 0, false, null, undefined, 0), 'NULL nan 0 0 0 0: none 0');
  });
  test('results come back as what they are', async () => {
    assert.equal(await typed('third', 1), 1 / 3);
    assert.deepEqual(await typed('doubled', new Uint8Array([0, 1, 255])), new Uint8Array([0, 1, 255, 0, 1, 255]));
    assert.deepEqual(await typed('doubled', new Uint16Array([513]).buffer), new Uint8Array([1, 2, 1, 2]));
    const [a, b] = [{}, []];
    assert.equal(await typed('first_or_second', a, b, false), a);
    assert.equal(await typed('first_or_second', a, b, true), b);
  });
  test('call() takes them as an array, with a name and a signal', async () => {
    const controller = new AbortController();
    const waiting = program.call('wait_for_ever', [], { signal: controller.signal, name: 'patient' });
    assert.equal(waiting.name, 'patient');
    controller.abort();
    assert.equal((await rejection(within('the cancelled one', waiting))).name, 'CancelledError');
  });
  test('many at once', async () => {
    const results = await within('a hundred', Promise.all(Array.from({ length: 100 }, (_, i) => typed('third', i))));
    assert.deepEqual(
      results,
      Array.from({ length: 100 }, (_, i) => i / 3),
    );
  });
  test('an exception rejects', async () => {
    const error = await rejection(typed('refuse', 'no'));
    assert.deepEqual([error.name, error.message], ['ValueError', 'no']);
  });
  for (const [list, says] of /** @type {any[][]} */ ([
    [[], /^third\(double number\) takes 1 argument, not 0$/],
    [[1, 2], /takes 1 argument, not 2$/],
    [['1'], /: number is to be a number, not string$/],
    [[null], /: number is to be a number, not null$/],
  ])) {
    test(`what does not fit is a TypeError: ${JSON.stringify(list)}`, async () => {
      const error = await rejection(typed('third', ...list));
      assert.ok(error instanceof TypeError);
      assert.match(error.message, says);
    });
  }
  test('so are a fraction for 64 bits, an array for a string, and no array', async () => {
    for (const [list, says] of /** @type {any[][]} */ ([
      [['', 0, 0, 0.5], /takes 8 arguments, not 4/],
      [['', 0, 0, 0.5, 0, '', 0, 0], /large is to be a BigInt or a whole number/],
      [[[], 0, 0, 0, 0, '', 0, 0], /^told\(const char \*name, .*: name is to be a string or null, not an array$/],
    ])) {
      assert.match((await rejection(typed('told', ...list))).message, says);
    }
    assert.match(
      (await rejection(within('third', program.call('third', 1)))).message,
      /takes its arguments as an array/,
    );
  });
  test('values that were passed are let go of', async () => {
    const alive = new FinalizationRegistry(() => freed++);
    let freed = 0;
    await (async () => {
      for (let i = 0; i < 50; i++) {
        const thing = {};
        alive.register(thing, undefined);
        await typed('first_or_second', thing, null, true);
      }
    })();
    const { gc } = globalThis;
    for (let i = 0; gc && freed < 40 && i < 50; i++) {
      gc();
      await new Promise((soon) => setImmediate(soon));
    }
    if (gc) assert.ok(freed >= 40, `${freed} of 50`);
  });
});

describe('asyncio_fetch', () => {
  let server, url;
  let gone; // a promise: the client has left the endless answer

  const answers = {
    '/page': (request, response) => response.setHeader('Content-Type', 'text/x-test').end('grüße'),
    '/missing': (request, response) => response.writeHead(404).end('no such page'),
    '/moved': (request, response) => response.writeHead(302, { Location: '/page' }).end(),
    '/empty': (request, response) => response.writeHead(204).end(),
    '/bytes': (request, response) => response.end(Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 256))),
    '/echo': async (request, response) => {
      const parts = await request.toArray();
      response.end(
        JSON.stringify([
          request.method,
          request.headers['x-token'],
          request.headers.accept,
          Buffer.concat(parts).toString('latin1'),
        ]),
      );
    },
    '/parts': (request, response) => {
      response.write('first');
      setTimeout(() => response.end('second'), 30);
    },
    '/endless': (request, response) => {
      response.write('part');
      response.on('close', () => gone.resolve());
    },
    '/broken': (request, response) => {
      response.write('part');
      setTimeout(() => response.destroy(), 10);
    },
  };

  before(async () => {
    server = createServer((request, response) => answers[request.url](request, response));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${server.address().port}`;
  });
  after(() => server.closeAllConnections() ?? server.close());

  for (const [path, wanted] of [
    ['/page', '200 ok text/x-test - /page: grüße'],
    ['/missing', '404 not ok - - /missing: no such page'],
    ['/moved', '200 ok text/x-test - /page: grüße'],
    ['/empty', '204 ok - - /empty: '],
  ])
    test(`a page: ${path}`, async () => assert.equal(await call('get_page', url + path), wanted));

  test('a body, headers and the method that goes with them', async () =>
    assert.deepEqual(JSON.parse(await call('post', `${url}/echo`)), ['POST', 'a:b', 'text/plain', 'a\0b']));
  test('a method of its own', async () => assert.equal(JSON.parse(await call('put', `${url}/echo`))[0], 'PUT'));
  test('bytes', async () => {
    const sum = Array.from({ length: 100_000 }, (_, i) => i % 256).reduce((a, b) => a + b);
    assert.equal(await call('get_bytes', `${url}/bytes`), `100000 ${sum}`);
  });
  test('a body in parts, as it comes', async () =>
    assert.equal(await call('get_in_parts', `${url}/parts`), '[first][second]'));
  test('a body to its end', async () => assert.equal(await call('get_to_the_end', `${url}/parts`), '[first][second]'));
  test('an empty body ends at once', async () => assert.equal(await call('get_in_parts', `${url}/empty`), '[][]'));

  for (const name of ['give_up', 'read_for_ever'])
    test(`${name}: the server sees that nobody reads on`, async () => {
      gone = deferred();
      assert.equal(await call(name, `${url}/endless`), 1);
      await within('the connection to be closed', gone.promise);
    });

  test('cancelling the task aborts the request', async () => {
    gone = deferred();
    const task = program.call('get_bytes', `${url}/endless`),
      cancelled = rejection(task);
    setTimeout(() => task.cancel('enough'), 20);
    assert.equal((await cancelled).name, 'CancelledError');
    await within('the connection to be closed', gone.promise);
  });

  for (const name of ['get_bytes', 'get_to_the_end'])
    test(`an answer that breaks off is a ConnectionError (${name})`, async () => {
      const error = await rejection(call(name, `${url}/broken`));
      assert.equal(error.name, 'ConnectionError');
      assert.match(error.message, /\/broken: /);
    });
  test('no answer is a ConnectionError', async () => {
    const error = await rejection(call('get_page', 'http://127.0.0.1:1/'));
    assert.equal(error.name, 'ConnectionError');
    assert.match(error.message, /^http:\/\/127\.0\.0\.1:1\/: ./);
  });
  test('an address that is none is a ValueError', async () => {
    const error = await rejection(call('get_page', 'http://'));
    assert.equal(error.name, 'ValueError');
  });
});
