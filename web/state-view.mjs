// The loop at the current step, as a table: what each task does, who is ready, which timers run, who holds what.

import { labelOf, loopStatusOf, nameOf, statusOf } from './describe.mjs';
import { el } from './dom.mjs';
import { shortSeconds } from './format.mjs';
import { laneClass } from './timeline.mjs';

export class StateView {
  constructor(root) {
    this.root = el('div', { class: 'state', role: 'region', 'aria-label': 'State at this step', tabindex: 0 });
    root.append(this.root);
  }

  clear() {
    this.root.replaceChildren();
  }

  show(state) {
    this.root.replaceChildren(
      row('Loop', loopStatusOf(state)),
      row('Ready queue', state.ready.length ? queue(state) : 'empty'),
      row('Timers', state.timers.size ? timers(state) : 'none'),
      ...[...state.things].map(([id, thing]) => row(thingLabel(thing), thingStatus(state, id, thing))),
      el('ul', { class: 'state-tasks', 'aria-label': 'Tasks' }, [...state.tasks.values()].map((task, index) => taskRow(state, task, index))),
    );
  }
}

function row(label, ...content) {
  return el('div', { class: 'state-row' }, el('span', { class: 'state-label' }, label), el('span', { class: 'state-value' }, ...content));
}

function queue(state) {
  return state.ready.map((id) => (state.tasks.has(id) ? nameOf(state, id) : state.handles.get(id)?.name ?? 'callback')).join(', ');
}

function timers(state) {
  const ordered = [...state.timers.values()].sort((a, b) => a.when - b.when);
  return ordered.map((timer) => shortSeconds(timer.when) + (timer.name ? ` ${timer.name}` : '')).join(', ');
}

function thingLabel(thing) {
  const name = thing.kind.replaceAll('_', ' ');
  return name[0].toUpperCase() + name.slice(1);
}

function thingStatus(state, id, thing) {
  const waiting = [...state.tasks.values()].filter((task) => task.status === 'suspended' && state.futures.get(task.obj)?.obj === id);
  const words = [];
  if (thing.kind === 'event') words.push(thing.set ? 'set' : 'not set');
  else if (thing.holders.length) words.push(`held by ${thing.holders.map((holder) => nameOf(state, holder)).join(', ')}`);
  else words.push('free');
  if (thing.kind === 'semaphore') words.push(`value ${thing.value}`);
  if (waiting.length) words.push(`waiting: ${waiting.map((task) => nameOf(state, task.id)).join(', ')}`);
  return words.join('; ');
}

function taskRow(state, task, index) {
  const { main, minor } = labelOf(task);
  const place = task.frames.length ? [task.coro, ...task.frames.map((frame) => frame.name)].join(' › ') : '';
  return el('li', { class: `state-task ${laneClass(index)} ${task.status}` },
    el('span', { class: 'state-name' }, main, ' ', el('span', { class: 'label-minor' }, minor)),
    el('span', { class: 'state-status' }, statusOf(state, task), task.site && task.status !== 'done' ? `, line ${task.site.line}` : ''),
    place && el('span', { class: 'state-frames' }, place));
}
