// The loop at the current step: the ready queue, the timers, who holds what and who waits for it, and each task with
// what it awaits and the answer to "Why is this task not running?".

import { labelOf, loopStatusOf, nameOf, statusOf, thingName } from '../trace/describe.mjs';
import { el } from './dom.mjs';
import { plural, shortSeconds } from '../trace/format.mjs';
import { laneClass } from './lane-colors.mjs';
import { timersInOrder, waitersOf } from '../trace/model.mjs';
import { entryName, framesOf, why } from '../trace/why.mjs';

const MANY = 40; // more tasks than that are counted, not listed

export class StateView {
  constructor(root) {
    this.root = el('div', { 'class': 'state', 'role': 'region', 'aria-label': 'State at this step', 'tabindex': 0 });
    this.answered = new Set(); // ids of the tasks whose answer the reader wants to see
    root.append(this.root);
    this.root.addEventListener(
      'toggle',
      ({ target }) => this.answered[target.open ? 'add' : 'delete'](Number(target.dataset.task)),
      true,
    );
  }

  clear() {
    this.answered.clear();
    this.root.replaceChildren();
  }

  show(_, state) {
    const index = new Map([...state.tasks.keys()].map((id, at) => [id, at]));
    const tasks = [...state.tasks.values()];
    const shown = tasks.length > MANY ? tasks.filter((task) => task.status !== 'done').slice(0, MANY) : tasks;
    const hidden = tasks.length - shown.length;
    this.root.replaceChildren(
      row('Loop', loopStatusOf(state)),
      row('Ready queue', state.ready.length ? queue(state, index) : 'empty'),
      row('Timers', state.timers.size ? timers(state, index) : 'none'),
      ...[...state.things.values()]
        .filter(isOfInterest)
        .map((thing) => row(thingLabel(thing), thingStatus(state, thing))),
      el(
        'ul',
        { 'class': 'state-tasks', 'aria-label': 'Tasks' },
        shown.map((task) => this.taskRow(state, task, index.get(task.id))),
      ),
      hidden > 0 ? el('p', { class: 'state-more' }, `and ${plural(hidden, 'task')} more`) : '',
    );
  }

  taskRow(state, task, index) {
    const { main, minor } = labelOf(task);
    const frames = framesOf(task).map(
      ({ name, line, plain }) => `${name}${plain ? '()' : ''}${line ? `:${line}` : ''}`,
    );
    return el(
      'li',
      { class: `state-task ${laneClass(index)} ${task.status}` },
      el(
        'details',
        { 'data-task': task.id, 'open': this.answered.has(task.id) },
        el(
          'summary',
          {},
          el('span', { class: 'state-name' }, main, ' ', el('span', { class: 'label-minor' }, minor)),
          el(
            'span',
            { class: 'state-status' },
            statusOf(state, task),
            task.site && task.status !== 'done' ? `, line ${task.site.line}` : '',
          ),
        ),
        frames.length > 1 && task.status !== 'done' && el('p', { class: 'state-frames' }, frames.join(' › ')),
        el(
          'div',
          { class: 'state-why' },
          task.status !== 'running' && el('p', { class: 'state-question' }, 'Why is it not running?'),
          why(state, task.id).map((sentence) => el('p', {}, sentence)),
        ),
      ),
    );
  }
}

function row(label, ...content) {
  return el(
    'div',
    { class: 'state-row' },
    el('span', { class: 'state-label' }, label),
    el('span', { class: 'state-value' }, ...content),
  );
}

function chip(index, id, ...content) {
  return el('li', { class: `chip ${index.has(id) ? laneClass(index.get(id)) : 'lane-loop'}` }, ...content);
}

function queue(state, index) {
  return el(
    'ol',
    { class: 'chips' },
    state.ready.slice(0, MANY).map((entry) => chip(index, entry.task, entryName(state, entry))),
    state.ready.length > MANY && el('li', {}, `and ${state.ready.length - MANY} more`),
  );
}

function timers(state, index) {
  return el(
    'ol',
    { class: 'chips' },
    timersInOrder(state)
      .slice(0, MANY)
      .map((timer) =>
        chip(
          index,
          timer.task,
          timer.when === null ? 'never' : shortSeconds(timer.when),
          ` ${timer.task ? `wakes ${nameOf(state, timer.task)}` : `calls ${timer.name}`}`,
        ),
      ),
    state.timers.size > MANY && el('li', {}, `and ${state.timers.size - MANY} more`),
  );
}

/// A timeout that has been left, a task group whose tasks are listed below: nothing to tell.
function isOfInterest(thing) {
  return (
    !(thing.kind === 'task_group' && !thing.members.length) && !(thing.kind === 'timeout' && thing.phase !== 'running')
  );
}

function thingLabel(thing) {
  const name = thingName(thing.kind);
  return name[0].toUpperCase() + name.slice(1);
}

function thingStatus(state, thing) {
  const names = (ids) => ids.map((id) => nameOf(state, id)).join(', ');
  const waiting = waitersOf(state, thing.id);
  const words = [(statuses[thing.kind] ?? statuses.lock)(thing, names)];
  if (waiting.length) words.push(`waiting: ${names(waiting)}`);
  return words.join('; ');
}

const statuses = {
  lock: ({ holders }, names) => (holders.length ? `held by ${names(holders)}` : 'free'),
  semaphore: ({ value, holders }, names) => `${value} free${holders.length ? `; held by ${names(holders)}` : ''}`,
  event: ({ set }) => (set ? 'set' : 'not set'),
  condition: () => 'waits for a notify',
  barrier: ({ value, limit, phase }) =>
    `${value} of ${limit} are there${phase === 'filling' || !phase ? '' : `, ${phase}`}`,
  queue: ({ value, limit, unfinished, phase }) =>
    `${value}${limit > 0 ? ` of ${limit}` : ''} inside` +
    `${unfinished ? `, ${unfinished} not done` : ''}${phase ? `, ${phase}` : ''}`,
  timeout: ({ value, task }, names) =>
    `cancels ${names([task])} ${value === null ? 'never' : `at ${shortSeconds(value)}`}`,
  task_group: ({ members }, names) => names(members),
};
statuses.lifo_queue = statuses.priority_queue = statuses.queue;
