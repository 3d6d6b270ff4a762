// What the page's inspector shows, against what the runtime itself says: at every event of every lesson, all_tasks and
// the statistics of loop, locks, queues, ... are what the model has worked out of the events. (snapshots/snapshots.c
// puts them in.)
//
// An event tells of a change that is being made. Some changes take several events (a future is done, so its waiters are
// let in, so tasks are ready), and in the runtime each may be done a moment before it is told, or a moment after. So a
// figure has to be what the model says before the first event of the change, or after one of them. What goes wrong in
// the model stays wrong.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { programs } from '../../web/lessons/lessons.mjs';
import { defaults, environment } from '../../web/run/params.mjs';
import { TraceModel, waitersOf } from '../../web/trace/model.mjs';
import { root } from './harness.mjs';
import { sourcesOf } from './run-lesson.mjs';

const execute = promisify(execFile);
const folder = join(root, 'build/snapshots');
const gcc = (...args) =>
  execute('gcc', [
    '-std=gnu11',
    '-O1',
    '-g',
    '-Wno-unused-function',
    `-I${join(root, 'src')}`,
    `-I${join(root, 'src/include')}`,
    ...args,
  ]);

/// What no lesson shows.
const more = [{ id: 'give-back', folder: 'tests/browser/snapshots', events: ['give_back'] }];

async function traceWithSnapshots(program) {
  const source = join(root, program.folder ?? sourcesOf(program), `${program.id}.c`);
  const [binary, file] = ['', '.jsonl'].map((ending) => join(folder, program.id + ending));
  await rm(file, { force: true });
  await gcc(source, join(folder, 'asyncio.o'), '-luv', '-lm', '-o', binary);
  await execute(binary, [], {
    env: {
      ...process.env,
      ...environment(defaults(program)),
      ASYNCIO_CLOCK: 'virtual',
      ASYNCIO_TRACE: file,
      GUIDE_UNIT: '0.1',
    },
  });
  return (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const FOLLOWS = new Set(['future_done', 'ready', 'wake', 'done_callback', 'timer_cancelled', 'turn_end']);

/// The positions before and after each event of the change that events[index] belongs to.
function aroundTheChange(events, index) {
  let [first, last] = [index, index];
  while (first > 0 && FOLLOWS.has(events[first].ev)) first--;
  while (last + 1 < events.length && FOLLOWS.has(events[last + 1].ev)) last++;
  return Array.from({ length: last - first + 2 }, (_, offset) => first + offset);
}

/// What the model says, in the snapshots' words.
function modelled(state) {
  const word = { suspended: 'waiting', running: 'running' };
  const alive = [...state.tasks.values()].filter(({ status }) => status !== 'done');
  const tasks = Object.fromEntries(
    alive.map(({ id, status, started }) => [id, word[status] ?? (started ? 'ready' : 'new')]),
  );
  const things = Object.fromEntries(
    [...state.things.values()]
      .filter(({ kind }) => inWords[kind])
      .map((thing) => [thing.id, inWords[thing.kind](thing, state)]),
  );
  return { count: alive.length, timers: state.timers.size, ready: state.ready.length, tasks, things };
}

const waiting = (thing, state) => waitersOf(state, thing.id).length;
const waitingTo = (how, thing, state) =>
  waitersOf(state, thing.id).filter((id) => state.tasks.get(id).queueing === how).length;
const inWords = {
  lock: (thing, state) => ({
    locked: Number(thing.holders.length > 0),
    owner: thing.holders[0] ?? 0,
    waiting: waiting(thing, state),
  }),
  semaphore: (thing, state) => ({ value: thing.value, waiting: waiting(thing, state) }),
  event: (thing, state) => ({ set: Number(thing.set), waiting: waiting(thing, state) }),
  condition: (thing, state) => ({ waiting: waiting(thing, state) }),
  barrier: (thing) => ({ parties: thing.limit, inside: thing.value, broken: Number(thing.phase === 'broken') }),
  queue: (thing, state) => ({
    size: thing.value,
    unfinished: thing.unfinished,
    put: waitingTo('put', thing, state),
    get: waitingTo('get', thing, state),
    join: waitingTo('join', thing, state),
    shut: Number(thing.phase === 'shut down'),
  }),
  task_group: (thing, state) => ({
    members: thing.members.filter((id) => state.tasks.get(id)?.status !== 'done').length,
  }),
};

/// Every figure of a snapshot as [path, value].
function figures(now) {
  return [
    ...['count', 'timers', 'ready'].map((name) => [[name], now[name]]),
    ...Object.entries(now.tasks).map(([id, state]) => [['tasks', id], state]),
    ...Object.entries(now.things).flatMap(([id, thing]) =>
      Object.entries(thing).map(([name, value]) => [['things', id, name], value]),
    ),
  ];
}

/// While an exception handler of the loop's runs in the midst of a task, no task is the current one.
const inHandler = ({ ev, task }) => ev === 'print' && task === 0;

const at = (path, object) => path.reduce((value, key) => value?.[key], object);

describe('the inspector', () => {
  before(async () => {
    await mkdir(folder, { recursive: true });
    await gcc('-c', join(root, 'tests/browser/snapshots/snapshots.c'), '-o', join(folder, 'asyncio.o'));
  });

  let compared = 0;
  after(() => assert.ok(compared > 30_000, `${compared} figures are compared in all`));

  for (const program of [...programs.filter(({ live }) => !live), ...more]) {
    it(`${program.id}: shows what the runtime says, at every event`, async () => {
      const events = await traceWithSnapshots(program);
      for (const name of program.events ?? [])
        assert.ok(
          events.some(({ ev }) => ev === name),
          `there is a ${name}`,
        );
      const model = new TraceModel(events);
      const states = Array.from({ length: model.length + 1 }, (_, position) => modelled(model.stateAt(position)));
      for (const [index, { now, ...event }] of events.entries()) {
        if (!now) continue;
        const near = aroundTheChange(events, index).map((position) => states[position]);
        for (const [path, value] of figures(now)) {
          const said = near.map((state) => at(path, state));
          if (inHandler(event) && value === 'ready' && said.includes('running')) continue;
          assert.ok(
            said.includes(value),
            `${path.join(' ')} is ${value}, and by the model ${said.join(', ')} ` +
              `around event ${index + 1}: ${JSON.stringify(event)}`,
          );
          compared++;
        }
      }
    });
  }
});
