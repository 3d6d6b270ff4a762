// A program's life: its status, its streams, its end, its crash, and other programs beside it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { CancelledError, load } from '../../build/wasm/asyncio.mjs';
import { built, deferred, hook, macrotask, output, rejection, until, within } from './support.mjs';

let modes, library;

before(async () => {
  modes = await WebAssembly.compile(readFileSync(await built('modes')));
  library = await WebAssembly.compile(readFileSync(await built('border')));
});

/** Runs a scenario of modes.c to its end. */
async function run(scenario, options = {}) {
  const printed = output();
  const program = await load(modes, { args: ['modes', scenario], ...printed.options, ...options });
  const status = await within(`run() of ${scenario}`, program.run());
  return { status, program, ...printed.texts };
}

async function start(scenario, options = {}) {
  const printed = output(),
    program = await load(modes, { args: ['modes', scenario], ...printed.options, ...options });
  return { program, printed, status: program.run() };
}

describe('status', () => {
  test('0 when main() is through', async () => {
    const { status, stdout, stderr, program } = await run('hello');
    assert.deepEqual(
      { status, stdout, stderr, state: program.state },
      { status: 0, stdout: 'hello\nworld\n', stderr: '', state: 'exited' },
    );
  });

  test('without listeners, the console gets whole lines', async (t) => {
    const lines = [];
    t.mock.method(console, 'log', (line) => lines.push(line));
    t.mock.method(console, 'error', (line) => lines.push(line));
    const program = await load(modes, { args: ['modes', 'fragments'] });
    await within('run()', program.run());
    assert.deepEqual(lines, ['one 1, two 2', 'told', 'no end']);
  });

  test('1 with the exception told when it has failed', async () => {
    const { status, stderr } = await run('fail');
    assert.equal(status, 1);
    assert.match(stderr, /ValueError: no luck/);
  });

  test('what exit() says, from within a task; what was printed comes out', async () => {
    const { status, stdout } = await run('exit');
    assert.deepEqual({ status, stdout }, { status: 7, stdout: 'leaving' });
  });

  test('what main() returns in a program that never asks for a loop', async () => {
    const { status, stdout } = await run('plain');
    assert.deepEqual({ status, stdout }, { status: 3, stdout: 'plain\n' });
  });
});

describe('run()', () => {
  test('twice at once is refused', async () => {
    const { program, status } = await start('hello');
    assert.match((await rejection(program.run())).message, /running already.*load it again/);
    assert.equal(await within('run()', status), 0);
  });

  test('after the end is refused', async () => {
    const { program } = await run('hello');
    assert.match((await rejection(program.run())).message, /has ended with status 0: load it again/);
  });

  test('without a main() is refused, with a way on', async () => {
    const program = await load(library);
    assert.match((await rejection(program.run())).message, /no main\(\).*call\(\)/);
    assert.equal(await within('a call', program.call('add_one', 1)), 2);
  });
});

describe('streams and surroundings', () => {
  test('args, env, stdout, stderr; no files', async () => {
    const { stdout, stderr } = await run('surroundings', {
      args: ['modes', 'surroundings', 'ä b', ''],
      env: { COLOUR: 'blau 🙂' },
    });
    assert.equal(stdout, '[modes]\n[surroundings]\n[ä b]\n[]\nCOLOUR=blau 🙂\nno line end');
    const [first, second] = stderr.split('\n');
    assert.equal(first, 'to stderr');
    assert.doesNotMatch(second, /opened a file/);
  });

  test('the environment is empty unless it is given', async () => {
    assert.match((await run('surroundings')).stdout, /COLOUR=\(none\)/);
  });

  test('a character that is printed byte by byte comes out whole', async () => {
    const parts = [],
      { stdout } = await run('utf8', { stdout: (text) => parts.push(text) });
    assert.equal(stdout, '');
    assert.equal(parts.join(''), 'grüße, 世界\n');
    assert.ok(
      parts.every((part) => !part.includes('\ufffd')),
      JSON.stringify(parts),
    );
  });

  const chunks = ['one\ntw', 'o\n'].map((text) => new TextEncoder().encode(text));
  for (const [name, stdin, wanted] of [
    ['a string', 'one\ntwo\n', 'read one\nread two\n'],
    ['bytes', new TextEncoder().encode('äö\n'), 'read äö\n'],
    [
      'a function',
      (into) => {
        const next = chunks.shift() ?? [];
        into.set(next);
        return next.length;
      },
      'read one\nread two\n',
    ],
    ['nothing', undefined, ''],
    ['more than a buffer', `${'x'.repeat(200)}\n`.repeat(100), `read ${'x'.repeat(200)}\n`.repeat(100)],
  ])
    test(`stdin from ${name}`, async () => assert.equal((await run('input', { stdin })).stdout, wanted));
});

describe('deadlock', () => {
  test('is reported: who waits for what, and who has it', async () => {
    const { status, stderr } = await run('deadlock');
    assert.equal(status, 1);
    assert.match(stderr, /deadlock/);
    assert.match(stderr, /holder \(holds_lock\) waits for future/);
    assert.match(
      stderr,
      /wanter \(wants_lock\) waits for lock #\d+, taken last by holder, in wants_lock at modes\.c:\d+/,
    );
  });

  test('is reported although a promise is left that was cancelled and is never settled', async () => {
    hook({ never: new Promise(() => {}) });
    const { status, stderr } = await run('deadlock-after-cancel');
    assert.equal(status, 1);
    assert.match(stderr, /deadlock.*waits for future/s);
  });

  test('is none while a promise is under way', async () => {
    const later = deferred(),
      { asked } = hook({ promise: later.promise }),
      { status, printed } = await start('print');
    await until('the promise to be awaited', () => asked.length === 1);
    await macrotask();
    later.resolve('there it is');
    assert.equal(await within('run()', status), 0);
    assert.deepEqual(printed.texts, { stdout: 'there it is\n', stderr: '' });
  });
});

describe('a crash', () => {
  for (const [scenario, wanted] of /** @type {any[][]} */ ([
    ['trap', /trapped in task culprit/],
    ['abort', /trapped in task culprit.*abort\(\)/],
    ['overflow', /stack overflow in task culprit.*ASYNCIO_STACK_SIZE/],
  ]))
    test(`(${scenario}) rejects run() and names the task; the program takes no more calls`, async () => {
      hook({ crash: new Promise(() => {}) });
      const { program, status } = await start(scenario),
        error = await rejection(status);
      assert.match(error.message, wanted);
      assert.ok(error.cause instanceof Error, `its cause: ${error.cause}`);
      assert.equal(program.state, 'crashed');
      assert.match((await rejection(program.run())).message, /has crashed.*load it again/);
      assert.match((await rejection(program.call('add_one', 1))).message, /has crashed.*load it again/);
    });

  for (const [how, wanted] of /** @type {any[][]} */ ([
    ['trap', /trapped in task \S+ \(crash\)/],
    ['abort', /trapped in task \S+ \(crash\)/],
    ['stack', /stack overflow in task \S+ \(crash\)/],
    ['memory', /trapped in task \S+ \(crash\).*out of bounds/i],
  ]))
    test(`(${how}) in a library rejects the call, names the task, and refuses the next one`, async () => {
      const program = await load(library);
      assert.match((await rejection(program.call('crash', how))).message, wanted);
      assert.equal(program.state, 'crashed');
      assert.match((await rejection(program.call('add_one', 1))).message, /has crashed.*load it again/);
    });

  test("(the engine's stack used up) is told as a stack overflow", async () => {
    const program = await load(library);
    assert.match(
      (await rejection(program.call('crash_engine', 1))).message,
      /stack overflow in task \S+ \(crash_engine\)/,
    );
    assert.equal(program.state, 'crashed');
  });

  test('rejects the calls that are under way, and run()', async () => {
    const crash = deferred(),
      { asked } = hook({ crash: crash.promise }),
      { program, status } = await start('crash-while-called');
    await until('main() to wait', () => asked.length === 1);
    const sleeping = rejection(program.call('sleep_ms', 3_600_000)),
      ended = rejection(status);
    await macrotask();
    crash.resolve();
    assert.match((await ended).message, /trapped in task culprit/);
    assert.match((await sleeping).message, /has crashed.*culprit.*load it again/);
  });

  test('leaves cancel() of a call without effect', async () => {
    const program = await load(library),
      sleeping = program.call('sleep_ms', 3_600_000),
      pending = rejection(sleeping);
    await rejection(program.call('crash', 'trap'));
    assert.match((await pending).message, /has crashed/);
    assert.equal(sleeping.cancel(), false);
    assert.equal(sleeping.done, true);
  });

  test('leaves promises that are settled later without effect', async () => {
    const later = deferred(),
      { asked } = hook({ later: later.promise }),
      program = await load(library);
    const pending = rejection(program.call('await_passed', 'later'));
    await until('the promise to be awaited', () => asked.length === 1);
    await rejection(program.call('crash', 'trap'));
    later.reject(new Error('nobody is there'));
    assert.match((await pending).message, /has crashed/);
    await macrotask();
  });

  test('leaves other instances of the same module alone', async () => {
    const one = await load(library),
      other = await load(library),
      sleeping = other.call('sleep_ms', 5);
    await rejection(one.call('crash', 'trap'));
    assert.equal(await within('the other instance', sleeping), 5);
    assert.equal(await within('a call', other.call('add_one', 1)), 2);
    assert.equal(other.state, 'running');
  });
});

describe('after the end', () => {
  test('by exit() in a task: calls under way are rejected', async () => {
    const printed = output(),
      program = await load(modes, { args: ['modes', 'exit'], ...printed.options });
    const status = program.run(),
      pending = rejection(program.call('sleep_ms', 3_600_000));
    assert.equal(await within('run()', status), 7);
    assert.match((await pending).message, /has ended with status 7/);
  });

  test('promises that are settled later have no effect', async () => {
    const end = deferred(),
      late = deferred(),
      { asked } = hook({ end: end.promise, late: late.promise });
    const { program, status } = await start('calls');
    await until('main() to wait', () => asked.length === 1);
    const pending = rejection(program.call('wait_for_promise', 'late'));
    await until('the other promise to be awaited', () => asked.length === 2);
    end.resolve();
    assert.equal(await within('run()', status), 0);
    assert.equal((await pending).constructor, CancelledError);
    late.resolve('too late');
    await macrotask();
  });
});

describe('side by side', () => {
  test('two instances of one module keep their worlds apart', async () => {
    const answers = { one: deferred(), two: deferred() };
    hook({ one: answers.one.promise, two: answers.two.promise });
    const one = await load(library),
      two = await load(library);
    const first = one.call('await_text', 'one'),
      second = two.call('await_text', 'two');
    answers.two.resolve('for the second');
    assert.equal(await within('the second', second), 'for the second');
    answers.one.resolve('for the first');
    assert.equal(await within('the first', first), 'for the first');
  });

  test('ten programs run at once, on real and virtual clocks', async () => {
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) => run('hello', { clock: i % 2 ? 'virtual' : 'real' })),
    );
    for (const { status, stdout } of all) assert.deepEqual({ status, stdout }, { status: 0, stdout: 'hello\nworld\n' });
  });

  test("one program's task awaits another program's", async () => {
    const one = await load(library),
      two = await load(library);
    hook({ relay: () => two.call('greet', 'neighbour') });
    assert.equal(await within('the relay', one.call('await_text', 'relay')), 'hello, neighbour');
  });
});

describe('trace', () => {
  test('as objects, numbered from 1, with what was printed', async () => {
    const events = [];
    await run('hello', { trace: (event) => events.push(event), clock: 'virtual' });
    assert.deepEqual(
      events.map(({ n }) => n),
      events.map((_, i) => i + 1),
    );
    assert.deepEqual(
      events.filter(({ ev }) => ev === 'print').map(({ text, t }) => [text, t]),
      [
        ['hello', 0],
        ['world', 0.001],
      ],
    );
    const kinds = new Set(events.map(({ ev }) => ev));
    for (const kind of ['turn', 'turn_end', 'task', 'step', 'suspend', 'timer', 'timer_fired', 'ready', 'done'])
      assert.ok(kinds.has(kind), `no event "${kind}" in ${[...kinds]}`);
    const suspended = events.find(({ ev }) => ev === 'suspend');
    assert.deepEqual(
      [suspended.on, suspended.file, suspended.func, typeof suspended.line],
      ['sleep', 'modes.c', 'hello', 'number'],
    );
  });

  test('tells of promises', async () => {
    const events = [];
    hook({ promise: Promise.resolve('text') });
    await run('print', { trace: (event) => events.push(event) });
    const suspended = events.find(({ ev }) => ev === 'suspend'),
      ready = events.find(({ ev }) => ev === 'ready');
    assert.equal(suspended.on, 'promise');
    assert.deepEqual([ready.by, ready.via], ['promise', suspended.obj]);
  });

  test("as text: JSON lines, and Chrome's format by the name's end", async () => {
    const collect = async (name) => {
      let text = '',
        closed = 0;
      await run('hello', {
        clock: 'virtual',
        traceText: {
          name,
          write: (part) => {
            text += part;
          },
          close: () => closed++,
        },
      });
      assert.equal(closed, 1, 'closed once');
      return text;
    };
    const lines = (await collect('trace.jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ n }) => n),
      lines.map((_, i) => i + 1),
    );
    const chrome = JSON.parse(await collect('trace.json')),
      events = chrome.traceEvents ?? chrome;
    assert.ok(events.length > 5 && events.every(({ ph }) => typeof ph === 'string'), `${events.length} events`);
  });

  test('is the same in every run on the virtual clock', async () => {
    const runs = [];
    for (let i = 0; i < 2; i++) {
      const events = [];
      await run('sleepers', { trace: (event) => events.push(event), clock: 'virtual' });
      runs.push(events);
    }
    assert.deepEqual(runs[0], runs[1]);
  });

  test('of a crash ends with what was running', async () => {
    const events = [];
    hook({ crash: new Promise(() => {}) });
    const { status } = await start('trap', { trace: (event) => events.push(event) });
    await rejection(status);
    const culprit = events.find(({ ev, name }) => ev === 'task' && name === 'culprit').task;
    const last = events.findLast(({ ev }) => ev === 'step');
    assert.equal(last.task, culprit);
  });
});

test("a program's functions may be named like functions of the runtime", async () => {
  const printed = output(),
    program = await load(readFileSync(await built('homonyms')), printed.options);
  assert.equal(await within('run()', program.run()), 0);
  assert.equal(printed.texts.stdout, '24 functions, 24 turns\n');
});
