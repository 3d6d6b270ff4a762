// program.callGraph(): who awaits whom, asked from JavaScript at any time.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { load } from '../../build/wasm/asyncio.mjs';
import { built, deferred, hook, output, rejection, until, within } from './support.mjs';

let graph, library;

before(async () => {
  graph = await WebAssembly.compile(readFileSync(await built('graph')));
  library = await WebAssembly.compile(readFileSync(await built('border')));
});

const start = async (...args) => {
  const printed = output(),
    program = await load(graph, { args: ['graph', ...args], ...printed.options });
  return { program, status: program.run() };
};

const named = ({ tasks }, name) => tasks.find((task) => task.name === name);
const bare = (text) => text.replace(/([#:])\d+/g, '$1');

test('a program that waits tells its tasks, where they wait, for what, and for whom', async () => {
  const end = deferred(),
    { asked } = hook({ end: end.promise }),
    { program, status } = await start();
  await until('the promise to be awaited', () => asked.length === 1);
  const told = program.callGraph();
  end.resolve();
  assert.deepEqual(
    told.tasks.map(({ name, coro, state }) => [name, coro, state]),
    [
      ['Task-1', 'main_', 'waiting'],
      ['holder', 'holds_lock', 'waiting'],
      ['"waiter"', 'wants_lock', 'waiting'],
    ],
  );
  const [gather] = told.between,
    main = named(told, 'Task-1'),
    holder = named(told, 'holder'),
    waiter = named(told, '"waiter"');
  assert.deepEqual([gather.kind, gather.awaitedBy, main.awaitedBy], ['gather', [main.id], []]);
  assert.deepEqual([holder.awaitedBy, waiter.awaitedBy], [[gather.id], [gather.id]]);
  assert.deepEqual(main.waitsFor, { kind: 'gather', id: gather.id });
  assert.equal(holder.waitsFor.kind, 'promise');
  assert.deepEqual([waiter.waitsFor.kind, waiter.waitsFor.holder], ['lock', holder.id]);
  const [frame] = waiter.stack;
  assert.deepEqual([frame.function, frame.file, typeof frame.line], ['wants_lock', 'graph.c', 'number']);
  assert.equal(
    bare(told.text),
    [
      '└── (T) Task-1',
      '    └──  main_ graph.c:',
      '        └── gather #',
      '            ├── (T) holder',
      '            │   └──  holds_lock graph.c:',
      '            │       └── promise #',
      '            └── (T) "waiter"',
      '                └──  wants_lock graph.c:',
      '                    └── lock #, taken last by holder',
      '',
    ].join('\n'),
  );
  assert.equal(await within('run()', status), 0);
});

test('a function that the program calls may ask: the task that called is running', async () => {
  let told;
  const end = deferred(),
    { asked } = hook({
      end: end.promise,
      hooks: {
        tell: () => {
          told = program.callGraph();
        },
      },
    });
  const { program, status } = await start();
  await until('the promise to be awaited', () => asked.length === 1);
  end.resolve();
  assert.equal(await within('run()', status), 0);
  assert.equal(named(told, '"waiter"').state, 'running');
  assert.equal(named(told, 'holder'), undefined, 'it is done');
});

test('after a crash it tells what was going on', async () => {
  const crash = deferred(),
    { asked } = hook({ end: new Promise(() => {}), crash: crash.promise });
  const { program, status } = await start('crash');
  await until('both promises to be awaited', () => asked.length === 2);
  crash.resolve();
  await rejection(status);
  const told = program.callGraph();
  assert.equal(named(told, 'culprit').state, 'running');
  assert.equal(named(told, 'holder').state, 'waiting');
});

test('a library tells the tasks of calls', async () => {
  hook({ never: new Promise(() => {}) });
  const program = await load(library),
    call = program.call('sleep_ms', 3_600_000),
    ended = rejection(call);
  const before = program.callGraph();
  assert.deepEqual(
    before.tasks.map(({ coro, state }) => [coro, state]),
    [['sleep_ms', 'new']],
  );
  await until('it to sleep', () => program.callGraph().tasks[0].state === 'waiting');
  assert.match(program.callGraph().text, /^└── \(T\) Task-1\n {4}└── {2}sleep_ms border\.c:\d+\n {8}└── sleep #\d+\n$/);
  call.cancel();
  await ended;
  assert.deepEqual(program.callGraph(), { tasks: [], between: [], text: '' });
});

test('before run() and after the end there are no tasks', async () => {
  const end = deferred(),
    { asked } = hook({ end: end.promise });
  const program = await load(graph, { args: ['graph'], ...output().options });
  assert.deepEqual(program.callGraph(), { tasks: [], between: [], text: '' });
  const status = program.run();
  await until('the promise to be awaited', () => asked.length === 1);
  end.resolve();
  await within('run()', status);
  assert.deepEqual(program.callGraph().tasks, []);
});

test('a call tells of its own task, and of nobody else', async () => {
  hook({ never: new Promise(() => {}) });
  const program = await load(library),
    call = program.call('sleep_ms', 3_600_000, { name: 'sleeper' }),
    other = program.call('sleep_ms', 3_600_000);
  const ended = [rejection(call), rejection(other)],
    { tasks, between } = call.callGraph();
  assert.deepEqual(
    tasks.map(({ name, state, awaitedBy }) => [name, state, awaitedBy]),
    [['sleeper', 'new', []]],
  );
  assert.deepEqual(between, []);
  call.cancel();
  other.cancel();
  await within('their ends', Promise.all(ended));
  assert.equal(call.callGraph(), undefined);
});

test('a JavaScript task tells where it stands and who waits for it, through whatever it is', async () => {
  const { gather, createTask, run, sleep } = await import('../../build/wasm/node.mjs');
  await run(
    function* main() {
      const inner = createTask(
        function* () {
          yield* sleep(1);
        },
        { name: 'inner' },
      );
      const outer = createTask(
        function* () {
          yield* gather(inner);
        },
        { name: 'outer' },
      );
      createTask(
        function* () {
          yield* sleep(1);
        },
        { name: 'other' },
      );
      yield* sleep(0.5);
      const { tasks, between } = inner.callGraph();
      assert.deepEqual(
        tasks.map(({ name, state }) => [name, state]),
        [
          ['inner', 'waiting'],
          ['outer', 'waiting'],
        ],
      );
      assert.deepEqual(
        between.map(({ kind, awaitedBy }) => [kind, awaitedBy]),
        [['gather', [tasks[1].id]]],
      );
      assert.equal(tasks[0].waitsFor.kind, 'sleep');
      yield* outer;
      assert.equal(inner.callGraph(), undefined);
    },
    { clock: 'virtual' },
  );
});
