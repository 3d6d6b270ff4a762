// The trace model, without a browser: on traces of all programs, run in Node by the same loader as in the page.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { describe as inWords } from '../../web/trace/describe.mjs';
import { lanes } from '../../web/trace/lanes.mjs';
import { programs } from '../../web/lessons/lessons.mjs';
import { defaults } from '../../web/run/params.mjs';
import { TraceModel, apply, initialState, timersInOrder, waitersOf } from '../../web/trace/model.mjs';
import { stepAxis, timeAxis } from '../../web/trace/axis.mjs';
import { framesOf, why } from '../../web/trace/why.mjs';
import { root } from './harness.mjs';
import { runLesson } from './run-lesson.mjs';

const ids = (await readdir(join(root, 'tests/parity')))
  .filter((name) => name.endsWith('.c'))
  .map((name) => name.slice(0, -2));
const lessonsOwn = programs.filter(({ params, live }) => params && !live);

for (const program of [...lessonsOwn, ...ids.map((id) => ({ id }))]) {
  describe(program.id, async () => {
    const { events } = await runLesson(program, defaults(program));
    const model = new TraceModel(events);

    it('has the same state at a position, whichever way one comes there', () => {
      const state = initialState();
      for (let position = 0; position <= model.length; position++) {
        if (position > 0) apply(state, events[position - 1]);
        assert.deepEqual(model.stateAt(position), state, `position ${position}`);
      }
      for (let position = model.length; position >= 0; position -= 7) model.stateAt(position);
      assert.deepEqual(model.stateAt(model.length), state);
    });

    it('keeps its books right at every position', () => {
      for (let position = 0; position <= model.length; position++) {
        const state = model.stateAt(position);
        const at = `at ${position}, after ${JSON.stringify(model.eventAt(position))}`;
        const tasks = [...state.tasks.values()];
        const running = tasks.filter((task) => task.status === 'running').map((task) => task.id);
        assert.deepEqual(running, state.running ? [state.running] : [], `who runs ${at}`);
        const ready = tasks.filter((task) => task.status === 'ready').map((task) => task.id);
        const queued = state.ready.flatMap((entry) => entry.task ?? []);
        assert.deepEqual(queued.toSorted(), ready.toSorted(), `who is ready ${at}`);
        for (const task of tasks) {
          if (task.status !== 'suspended') continue;
          assert.ok(task.on, `${task.name} waits for something ${at}`);
          // the library's own tasks do not
          if (task.made) assert.ok(task.site?.line > 0, `${task.name} waits somewhere ${at}`);
        }
      }
    });

    it('has the ready queue that the loop has: as long, with the timers that are due, and taken from its front', () => {
      const state = initialState();
      // cancelled ones are passed over
      const front = () => state.ready.find(({ handle }) => !state.handles.get(handle)?.cancelled);
      for (const event of events) {
        const at = JSON.stringify(event);
        if (event.ev === 'step') assert.equal(front().task, event.task, at);
        if (event.ev === 'done_callback_run') assert.equal(front().future, event.future, at);
        if (event.ev === 'timer_fired' && front()?.timer) assert.equal(front().timer, event.timer, at);
        const armed = event.ev === 'turn' && new Map(state.timers);
        apply(state, event);
        if (event.ev !== 'turn') continue;
        assert.equal(state.ready.length, event.ready, at);
        for (const { timer } of state.ready)
          if (timer)
            assert.ok(armed.get(timer).when <= event.t, `timer ${timer} for ${armed.get(timer).when} is due: ${at}`);
      }
    });

    it('knows who waits at what, in order, and when the timers fire', () => {
      for (let position = 0; position <= model.length; position += 3) {
        const state = model.stateAt(position);
        const deadlines = timersInOrder(state).map((timer) => timer.when ?? Infinity);
        assert.deepEqual(
          deadlines,
          deadlines.toSorted((a, b) => a - b),
        );
        for (const thing of state.things.values()) {
          const waiting = waitersOf(state, thing.id);
          for (const id of waiting) assert.equal(state.tasks.get(id).status, 'suspended');
          for (const id of thing.holders) assert.ok(id === 0 || state.tasks.has(id), `holder ${id} of ${thing.kind}`);
        }
      }
    });

    it('says of every task why it does not run', () => {
      for (let position = 0; position <= model.length; position += 2) {
        const state = model.stateAt(position);
        for (const task of state.tasks.values()) {
          const text = why(state, task.id).join(' ');
          assert.match(text, /^[A-Z].*\.$/);
          assert.doesNotMatch(text, /undefined|NaN|null|\[object|#\d|§/, `${task.name} at ${position}`);
          assert.equal(framesOf(task)[0].name, task.coro);
        }
      }
    });

    it('ends with every task done and nothing left over', () => {
      const state = model.stateAt(model.length);
      for (const task of state.tasks.values()) assert.equal(task.status, 'done', task.name);
      assert.deepEqual([state.ready, state.running, state.calling], [[], 0, null]);
      for (const thing of state.things.values()) if (thing.kind === 'lock') assert.deepEqual(thing.holders, []);
    });

    it('can be drawn: segments follow each other, and arrows end at lanes', () => {
      const { tasks, arrows, loop } = lanes(events);
      for (const lane of tasks) {
        lane.segments.forEach((segment, index) => {
          assert.ok(segment.from < segment.to, `${JSON.stringify(segment)} of ${lane.id}`);
          if (index > 0) assert.equal(lane.segments[index - 1].to, segment.from);
        });
        assert.ok(lane.end, `${lane.id} has an end`);
      }
      const known = new Set([0, ...tasks.map((lane) => lane.id)]);
      for (const arrow of arrows) assert.ok(known.has(arrow.from) && known.has(arrow.to), JSON.stringify(arrow));
      assert.equal(loop.turns.length, events.filter((event) => event.ev === 'turn').length);
    });

    for (const [name, axis] of /** @type {any[][]} */ ([
      ['steps', stepAxis(events, 900)],
      ['time', timeAxis(events, 900)],
    ])) {
      it(`has its events from left to right on the axis of ${name}`, () => {
        for (let at = 1; at <= events.length; at++) {
          assert.ok(axis.start(at) <= axis.end(at) && axis.end(at) <= axis.start(at + 1) + 1e-6, `event ${at}`);
          assert.equal(axis.eventAt((axis.start(at) + axis.end(at)) / 2), at);
        }
        assert.ok(axis.end(events.length) <= axis.width);
      });
    }

    it('can be told in words', () => {
      const state = initialState();
      for (const event of events) {
        apply(state, event);
        const own = event.ev === 'print' ? inWords({ ...event, text: '' }, state) : inWords(event, state);
        assert.doesNotMatch(own, /undefined|NaN|null|\[object|#\d/, JSON.stringify(event));
      }
    });
  });
}
