// "Why is this task not running?" in words, and what it awaits down to the source line. Pure.

import { nameOf, statusOf, thing, thingName } from './describe.mjs';
import { plural, shortSeconds } from './format.mjs';
import { waitersOf } from './model.mjs';

/// The functions that a task is in, the outermost first: [{name, line, plain}]. `line` is where it stands in each, 0 if
/// unknown; `plain`: a function that was simply called, without a coroutine object.
export function framesOf(task) {
  const names = [task.coro, ...task.frames.map((frame) => frame.name)];
  const sites = [...task.frames.map((frame) => frame.site), task.site];
  const frames = names.map((name, index) => ({ name, line: lineIn(name, sites[index]), plain: false }));
  const { func, line } = task.site ?? {};
  if (func && func !== names.at(-1) && task.status !== 'running') frames.push({ name: func, line, plain: true });
  return frames;
}

const lineIn = (name, site) => (site?.func === name ? site.line : 0);

/// Sentences: what it does, and, as long as it waits for others, what those do.
export function why(state, id) {
  const task = state.tasks.get(id);
  if (!task) return [];
  const sentences = { running: whyRunning, ready: whyReady, suspended: whySuspended, done: whyDone }[task.status](
    state,
    task,
  );
  return [...sentences, ...deadlines(state, task)];
}

function whyRunning() {
  return ['It is running: the loop gets no turn until it waits for something or ends.'];
}

function whyDone(state, task) {
  if (task.how === 'cancelled') return ['It has ended: it was cancelled.'];
  if (task.how === 'exception') return [`It has ended: it failed with ${task.text}.`];
  return ['It has ended, with a result.'];
}

function whyReady(state, task) {
  const place = state.ready.findIndex((entry) => entry.task === task.id);
  const reason = !task.started
    ? 'It has not started yet'
    : task.woken
      ? capital(statusOf(state, task))
      : 'It let the others run';
  const ahead = state.ready.slice(0, place).map((entry) => entryName(state, entry));
  const queue = ahead.length
    ? `${ordinal(place + 1)} in the ready queue, behind ${list(ahead)}`
    : 'next in the ready queue';
  return [`${reason}; it is ${queue}.`, loopNow(state, task)];
}

function loopNow(state, task) {
  const inBatch = state.loop.batch.some((entry) => entry.task === task.id);
  const later =
    state.loop.phase === 'turn' && !inBatch
      ? ' This turn runs only what was ready when it began, so its turn is the next.'
      : '';
  if (state.running)
    return `${nameOf(state, state.running)} is running, and the loop runs one thing at a time.${later}`;
  if (state.calling) return `The loop is calling ${state.calling.name}, and runs one thing at a time.${later}`;
  if (state.loop.phase === 'none') return 'No loop is running.';
  return `The loop is ${state.loop.phase === 'turn' ? 'about to take its next entry' : 'between two turns'}.${later}`;
}

function whySuspended(state, task) {
  const sentences = [];
  const seen = new Set();
  let current = task;
  while (current?.status === 'suspended') {
    if (seen.has(current.id))
      return [
        ...sentences,
        `So it waits, in the end, for ` +
          `${current.id === task.id ? 'itself' : `${nameOf(state, current.id)} twice over`}: a deadlock.`,
      ];
    seen.add(current.id);
    const who = current === task ? 'It' : nameOf(state, current.id);
    const line = current.site ? ` at line ${current.site.line}` : '';
    const { words, next } = blocker(state, current);
    sentences.push(`${who} ${words.replace('§', line)}.`);
    current = next && state.tasks.get(next);
  }
  if (current && current !== task)
    sentences.push(
      `${nameOf(state, current.id)} is ${
        state.running === current.id ? 'running' : current.status === 'ready' ? 'ready and will run soon' : 'done'
      }.`,
    );
  return sentences;
}

/// What a suspended task waits for: {words, next}; § in the words is where the line belongs, `next` a task it depends
/// on.
function blocker(state, task) {
  if (task.on === 'task') return { words: `awaits ${nameOf(state, task.obj)}§`, next: task.obj };
  const future = state.futures.get(task.obj);
  const of = state.things.get(future?.obj);
  const explain = explanations[of && explanations[of.kind] ? of.kind : task.on];
  return explain ? explain(state, task, { future, of }) : { words: `waits for ${thing(task.on)}§` };
}

const explanations = {
  sleep(state, task) {
    const timer = [...state.timers.values()].find(({ future }) => future === task.obj);
    if (!timer || timer.when <= state.time)
      return { words: 'sleeps§, and its time has come: the loop will wake it in this turn' };
    return {
      words:
        `sleeps§; the timer for ${shortSeconds(timer.when)} wakes it, ` +
        `${shortSeconds(timer.when - state.time)} from now`,
    };
  },
  gather: (state, task, { future }) =>
    members(state, future.members, `waits for a gather of ${plural(future.members.length, 'awaitable')}§`),
  wait: (state, task, { future }) =>
    members(state, future.members, `waits§ until enough of ${plural(future.members.length, 'task')} are done`),
  task_group: (state, task, { of }) =>
    members(state, of.members, 'waits§ at the end of its TaskGroup for all tasks of the group'),
  shield: (state, task, { future }) => ({
    words: `waits§ for ${nameOf(state, future.obj)}, which is shielded from cancellation`,
    next: future.obj,
  }),
  lock(state, task, { of }) {
    const [holder] = of.holders;
    return { words: `waits for a lock§${heldBy(state, of)}${inLine(state, task, of)}`, next: holder };
  },
  semaphore: (state, task, { of }) => ({
    words: `waits for a place in the semaphore§${heldBy(state, of)}${inLine(state, task, of)}`,
  }),
  event: () => ({ words: 'waits§ for an event that nobody has set' }),
  condition: () => ({ words: 'waits§ to be notified by whoever changes what the condition is about' }),
  barrier: (state, task, { of }) => ({
    words:
      of.phase === 'draining'
        ? 'waits§ for the barrier’s last round to leave'
        : `waits§ at a barrier: ${of.value} of ${of.limit} have come`,
  }),
  queue: (state, task, { of }) => ({ words: `${queueWords(task, of)}${inLine(state, task, of)}` }),
  promise: () => ({ words: 'waits§ for a promise that JavaScript has not settled' }),
  future: () => ({ words: 'waits§ for a future whose result nobody has set' }),
};
explanations.lifo_queue = explanations.priority_queue = explanations.queue;

function queueWords(task, queue) {
  if (task.queueing === 'put')
    return `waits§ to put something into a queue that is full (${queue.value} of ${queue.limit})`;
  if (task.queueing === 'join') return `waits§ until all of a queue’s items are done: ${queue.unfinished} are not`;
  return 'waits§ for something to come into an empty queue';
}

function members(state, ids, words) {
  const open = ids.filter((id) => !isDone(state, id));
  if (!open.length) return { words: `${words}; all of them are done` };
  return { words: `${words}; not done: ${list(open.map((id) => nameWithStatus(state, id)))}` };
}

function isDone(state, id) {
  return state.tasks.has(id) ? state.tasks.get(id).status === 'done' : state.futures.get(id)?.how !== null;
}

function nameWithStatus(state, id) {
  const task = state.tasks.get(id);
  return task
    ? `${nameOf(state, id)}, which ${task.status === 'suspended' ? statusOf(state, task) : `is ${task.status}`}`
    : 'a future';
}

function heldBy(state, { kind, holders }) {
  return holders.length
    ? ` that ${list(holders.map((id) => nameOf(state, id)))} ${holders.length === 1 ? 'holds' : 'hold'}`
    : `, and the ${thingName(kind)} is about to be handed on`;
}

function inLine(state, task, of) {
  const ahead = waitersOf(state, of.id).indexOf(task.id);
  return ahead > 0 ? `; ${ahead === 1 ? 'one is' : `${ahead} are`} in line before it` : '';
}

/// A timeout, or a request to cancel, that is to reach the task yet.
function deadlines(state, task) {
  if (task.status === 'done') return [];
  return [...state.things.values()]
    .filter(
      (each) => each.kind === 'timeout' && each.task === task.id && each.phase === 'running' && each.value !== null,
    )
    .map((each) => `A timeout cancels it at ${shortSeconds(each.value)}, if its block is not left before.`);
}

/// What stands in the ready queue, in words.
export function entryName(state, entry) {
  if (entry.task) return nameOf(state, entry.task);
  if (entry.timer) return entry.wakes ? `the timer of ${nameOf(state, entry.wakes)}` : entry.name || 'a timer';
  return entry.future ? `${entry.name} of ${awaitableName(state, entry.future)}` : entry.name;
}

function awaitableName(state, id) {
  return state.tasks.has(id) ? nameOf(state, id) : 'a future';
}

function list(words) {
  const few = words.length > 4 ? [...words.slice(0, 3), `${words.length - 3} more`] : words;
  return few.length > 1 ? `${few.slice(0, -1).join(', ')} and ${few.at(-1)}` : few[0];
}

const ordinal = (n) => ({ 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth' })[n] ?? `number ${n}`;
const capital = (text) => text[0].toUpperCase() + text.slice(1);
