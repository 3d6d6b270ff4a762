// Pure modules of the page, in Node.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { align } from '../../web/panes/sources/align.mjs';
import { programs } from '../../web/lessons/lessons.mjs';
import { chromeTrace, jsonLines } from '../../web/trace/export.mjs';
import { lanes } from '../../web/trace/lanes.mjs';
import { callsIn } from '../../web/tools/make-calls.mjs';
import { readManual } from '../../web/tools/manual.mjs';
import { defaults, sane, withValues } from '../../web/run/params.mjs';
import { hasTimes, puzzle, shuffled, timeVerdicts, verdicts } from '../../web/panes/predict.mjs';
import { common, findOther, firstDifference } from '../../web/trace/orders.mjs';
import { decode, encode } from '../../web/page/share.mjs';
import { root } from './harness.mjs';
import { runLesson } from './run-lesson.mjs';

describe('links', () => {
  it('give back what went in', async () => {
    const view = { id: 'lock', params: { tasks: 5, locked: true, ümlaut: '<b>~#' }, at: 17, axis: 'time' };
    const hash = await encode(view);
    assert.match(hash, /^#lock~[\w-]+$/);
    assert.deepEqual(await decode(hash), view);
  });

  it('are short where there is nothing to say', async () => {
    assert.equal(await encode({ id: 'lock', params: undefined, at: undefined }), '#lock');
    assert.deepEqual(await decode('#lock'), { id: 'lock' });
  });

  it('that are broken, or unpack to very much, are told from good ones', async () => {
    const huge = await encode({ id: 'lock', params: 'x'.repeat(1_000_000) });
    for (const hash of ['#lock~', '#lock~!!!', '#lock~AAAA', '#lock~H4sIAAAA', huge])
      assert.deepEqual(await decode(hash), { id: 'lock', broken: true }, hash.slice(0, 20));
  });
});

describe('parameters', () => {
  const delay = { value: 2, min: 0, max: 6, step: 0.5 };

  it('are what they may be, whatever is given', () => {
    const given = [
      [3, 3],
      ['3', 3],
      [99, 6],
      [-1, 0],
      [1.3, 1.5],
      [NaN, 2],
      [null, 2],
      ['x', 2],
      [Infinity, 2],
    ];
    for (const [value, expected] of given) assert.equal(sane(delay, value), expected, String(value));
    for (const [value, expected] of [
      [false, false],
      [0, true],
      ['no', true],
    ])
      assert.equal(sane({ value: true }, value), expected, String(value));
  });

  it('stand in the source as values, and it is known where', () => {
    const source = 'sleep(PARAM("a", 2));\nif (PARAM("b", false) && PARAM("a", 2))';
    const { text, places } = withValues(source, { a: 12.5, b: true }, 'c');
    assert.equal(text, 'sleep(12.5);\nif (true && 12.5)');
    const lines = text.split('\n');
    assert.deepEqual(
      places.map(({ line, from, to, name }) => [name, lines[line - 1].slice(from, to)]),
      [
        ['a', '12.5'],
        ['b', 'true'],
        ['a', '12.5'],
      ],
    );
  });
});

describe('predictions', () => {
  const lines = (...texts) => texts.map((text, t) => ({ text, t }));

  it('begin in another order than the right one', () => {
    for (const all of [
      lines('a', 'b', 'c'),
      lines('b', 'a'),
      lines(...Array.from({ length: 20 }, (_, n) => `line ${n}`)),
    ]) {
      const some = puzzle(all),
        texts = (list) => list.map(({ text }) => text);
      assert.notDeepEqual(texts(shuffled(some)), texts(some));
      assert.deepEqual(texts(shuffled(some)).toSorted(), texts(some).toSorted());
    }
  });

  it('take lines of the same text for each other', () => {
    assert.deepEqual(verdicts(lines('x', 'x', 'y'), lines('x', 'x', 'y')), [true, true, true]);
    assert.deepEqual(verdicts(lines('y', 'x', 'x'), lines('x', 'x', 'y')), [false, true, false]);
  });

  it('of times are right to the millisecond, each printed line once, and nothing said is wrong', () => {
    const printed = [
      { text: 'x', t: 0 },
      { text: 'x', t: 1 },
      { text: 'y', t: 0.1 + 0.2 },
    ];
    const judged = (...guess) =>
      timeVerdicts(
        guess.map(([text, said]) => ({ text, said })),
        printed,
      );
    assert.deepEqual(judged(['x', 1], ['y', 0.3], ['x', 0]), [true, true, true]);
    assert.deepEqual(judged(['x', 1], ['y', 0.302], ['x', 1]), [true, false, false]);
    assert.deepEqual(judged(['x', undefined], ['y', undefined], ['x', 0]), [false, false, true]);
  });

  it('of times are asked for only where lines have different ones', () => {
    assert.equal(
      hasTimes([
        { text: 'a', t: 2 },
        { text: 'b', t: 2 },
      ]),
      false,
    );
    assert.equal(
      hasTimes([
        { text: 'a', t: 2 },
        { text: 'b', t: 2.001 },
      ]),
      true,
    );
  });
});

describe('twins', () => {
  /** The line of C that belongs to a line of Python, as text. */
  function twin(c, python, wanted) {
    const line = python.split('\n').findIndex((text) => text.includes(wanted)) + 1;
    const [other] = align(c, python).toC(line);
    return c.split('\n')[other - 1]?.trim();
  }

  it('are found by what the lines say', async () => {
    const read = (name) => readFile(join(root, 'tests/parity', name), 'utf8');
    const [c, python] = [await read('20-task-cancel-and-cleanup.c'), await read('20-task-cancel-and-cleanup.py')];
    assert.equal(twin(c, python, 'print("worker: connected")'), 'printf("worker: connected\\n");');
    assert.equal(twin(c, python, 'async def never_started'), 'static void *never_started(void *arg)');
    assert.equal(
      twin(c, python, 't = asyncio.create_task(worker())'),
      'asyncio_task *t = asyncio_create_task(worker, NULL);',
    );
    assert.equal(twin(c, python, 'asyncio.run(main())'), 'return asyncio_run(main_, NULL);');
  });

  it('exist for most lines of every lesson, in order', async () => {
    for (const { id } of programs.filter(({ params }) => params)) {
      const [c, python] = await Promise.all(
        ['c', 'py'].map((ending) => readFile(join(root, 'web/lessons', `${id}.${ending}`), 'utf8')),
      );
      const { toC } = align(c, python);
      const lines = python
        .split('\n')
        .map((text, index) => ({ text: text.trim(), at: toC(index + 1)[0] }))
        .filter(({ text }) => /\w/.test(text) && !/^(import|from|try|else)/.test(text));
      const found = lines.filter(({ at }) => at).map(({ at }) => at);
      assert.deepEqual(
        found,
        found.toSorted((a, b) => a - b),
        id,
      );
      assert.ok(
        found.length >= lines.length * 0.7,
        `${id}: ${found.length} of ${lines.length}; not: ${lines
          .filter(({ at }) => !at)
          .map(({ text }) => text)
          .join(' | ')}`,
      );
    }
  });
});

describe('other orders', () => {
  const print = (text, t = 0) => ({ t, ev: 'print', task: 2, fd: 1, text });

  it('are found by what is printed, and begin where something else happens', async () => {
    const runs = { 1: [print('a', 5), print('b')], 2: [print('a'), print('c'), print('b')] };
    const found = await findOther([print('a'), print('b')], (seed) => runs[seed] ?? [], 3);
    assert.deepEqual([found.seed, found.parts], [2, 1]);
    assert.equal(await findOther([print('a'), print('b')], () => runs[1], 3), null);
    assert.equal(common(runs[1], runs[2]), 1);
    assert.deepEqual(firstDifference(['a', 'b'], ['a']), { line: 2, before: 'b', after: null });
  });
});

describe('the trace to keep', () => {
  const events = [
    { n: 1, t: 0, ev: 'task', task: 2, name: 'Task-1', coro: 'main_', by: 0, file: 'x.c', line: 9, func: 'main' },
    { n: 2, t: 0, ev: 'turn', loop: 1, turn: 1, ready: 1 },
    { n: 3, t: 0, ev: 'step', task: 2 },
    { n: 4, t: 0, ev: 'print', task: 2, fd: 1, text: '"quoted"' },
    { n: 5, t: 0, ev: 'done', task: 2, how: 'result', text: null },
    { n: 6, t: 0, ev: 'turn_end', loop: 1, turn: 1, sleep: null },
  ];

  it('has a line for each event', () => {
    assert.deepEqual(
      jsonLines(events)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
      events,
    );
  });

  it('is sound in Chrome’s format', () => {
    const { traceEvents } = JSON.parse(chromeTrace(events, lanes(events)));
    for (const { ph, dur } of traceEvents) assert.ok('XMisf'.includes(ph) && !(dur < 0));
    assert.deepEqual(
      traceEvents.filter(({ ph }) => ph === 'X').map(({ tid, name }) => [tid, name]),
      [
        [0, 'turn 1'],
        [2, 'ready'],
        [2, 'running'],
      ],
    );
    assert.equal(traceEvents.find(({ ph }) => ph === 'i').name, '"quoted"');
  });

  it('has arrows in Chrome’s format that begin and end in slices: who made, woke and cancelled whom', async () => {
    for (const id of ['cancel', 'lock']) {
      const program = programs.find((one) => one.id === id),
        { events } = await runLesson(program, defaults(program)),
        drawing = lanes(events);
      const { traceEvents } = JSON.parse(chromeTrace(events, drawing));
      const slices = traceEvents.filter(({ ph }) => ph === 'X'),
        arrows = traceEvents.filter(({ ph }) => ph === 's' || ph === 'f');
      const fromTasks = drawing.arrows.filter(({ from }) => from > 0).length;
      assert.ok(arrows.length >= 2 * fromTasks && fromTasks > 0, `${id}: ${arrows.length} ends of ${fromTasks} arrows`);
      for (const { tid, ts, ph, name } of arrows)
        assert.ok(
          slices.some((slice) => slice.tid === tid && slice.ts <= ts && ts <= slice.ts + slice.dur + 1e-3),
          `${id}: ${ph} of ${name} at ${ts} on ${tid}`,
        );
      if (id === 'cancel') assert.ok(arrows.some(({ name }) => name === 'cancel'));
    }
  });
});

describe('the manual', () => {
  it('says of every call in the lessons what it means', async () => {
    const manual = readManual(join(root, 'src/include'));
    const calls = callsIn(manual.join('\n'));
    for (const { id } of programs.filter(({ params }) => params)) {
      const source = await readFile(join(root, 'web/lessons', `${id}.c`), 'utf8');
      for (const [, name] of source.matchAll(/\b(asyncio_[a-z_]+)\s*\(/g)) {
        if (!/_new$|_done$|_cancelled$|_locked$|_running_loop$|_isinstance$|_create_future$/.test(name))
          assert.ok(calls[name]?.text.length > 4, `${name} in ${id}: ${JSON.stringify(calls[name])}`);
      }
    }
    assert.equal(calls.asyncio_sleep.python, 'asyncio.sleep');
  });
});
