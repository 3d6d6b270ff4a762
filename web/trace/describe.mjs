// Events and states in words: for the list of steps, for the screen reader, and for titles in the drawing. Pure.

import { shortSeconds } from './format.mjs';

/// How a task is called on the page: {main, minor}. A name that the program gave comes first; "Task-3" says less than
/// the coroutine's name, so there the coroutine comes first.
export function labelOf(task) {
  return /^Task-\d+$/.test(task.name) ? { main: task.coro, minor: task.name } : { main: task.name, minor: task.coro };
}

/// The same in running text.
export function nameOf(state, id) {
  const task = state.tasks.get(id);
  if (!task) return id ? `#${id}` : 'the program';
  const { main, minor } = labelOf(task);
  return main === minor ? main : `${main} (${minor})`;
}

/// Who did something: a task, else the callback that runs, else code outside of both.
function whoIs(state, id) {
  if (id) return nameOf(state, id);
  return state.calling ? `Callback ${state.calling.name}` : 'The program';
}

/// One event in a sentence. `state` is the state after it.
export function describe(event, state) {
  return Object.hasOwn(sentences, event.ev) ? sentences[event.ev](event, state) : event.ev;
}

const QUEUE_WAITS = {
  put: 'finds the queue full',
  get: 'finds the queue empty',
  join: 'joins the queue, whose items are not all done',
};

const sentences = {
  turn: (e) => `Turn ${e.turn} of the loop begins: ${e.ready ? `${e.ready} ready` : 'nothing is ready yet'}`,
  turn_end: (e) => `Turn ${e.turn} ends${afterTurn(e.sleep)}`,
  close: () => 'The loop is closed',
  seed: (e) => `Seed ${e.seed} decides what real timing would: how late things are, by up to ${shortSeconds(e.jitter)}`,
  task: (e, s) => `${whoIs(s, e.by)} creates task ${nameOf(s, e.task)}: ready, not started`,
  step: (e, s) => `${nameOf(s, e.task)} runs${atLine(s.tasks.get(e.task)?.site, ', goes on from')}`,
  suspend: (e, s) => `${nameOf(s, e.task)} ${waitOf(s, { ...s.tasks.get(e.task), ...e })}${atLine(e, ',')}`,
  ready: (e, s) => `${nameOf(s, e.task)} is ready: woken by ${wakerOf(s, e)}`,
  done: (e, s) => `${nameOf(s, e.task)} ${ended(e)}`,
  cancel: (e, s) => `${whoIs(s, e.by)} asks to cancel ${nameOf(s, e.task)}${e.msg ? `: “${e.msg}”` : ''}`,
  interrupt: (e) => (e.count === 1 ? 'Ctrl+C is heard' : `Ctrl+C is heard, for the ${ordinal(e.count)} time`),
  enter: (e, s) => `${nameOf(s, e.task)} awaits ${e.name}: it runs here, inside the same task${atLine(e, ',')}`,
  leave: (e, s) => `${nameOf(s, e.task)} comes back from the coroutine it awaited`,
  future: (e) => `A future is made${e.kind && e.kind !== 'future' ? ` for ${thing(e.kind)}` : ''}`,
  future_done: (e, s) => `The future${futureFor(s, e.future)} is done: ${e.how}`,
  soon: (e, s) => `${whoIs(s, e.by)} puts callback ${e.name} into the ready queue`,
  call: (e) => `The loop calls ${e.name}`,
  called: (e) => (e.name ? `${e.name} returns` : 'The callback returns'),
  timer: (e) => `A timer is set${e.when === null ? '' : ` for ${shortSeconds(e.when)}`}${e.name ? `: ${e.name}` : ''}`,
  timer_fired: () => 'A timer is due',
  timer_cancelled: () => 'A timer is cancelled',
  new: (e) => `${capital(madeOf(e.kind))} is made${making(e)}`,
  acquire: (e, s) => `${whoIs(s, e.task)} takes the ${thingName(e.kind)}${left(e)}`,
  release: (e, s) => `${whoIs(s, e.task)} releases the ${thingName(e.kind)}${left(e)}`,
  give_back: (e, s) =>
    `${whoIs(s, e.task)} is cancelled, and does not come into the ${thingName(e.kind)} any more${left(e)}`,
  wake: (e) => `The ${thingName(e.kind)} is offered to its first waiter`,
  done_callback: (e, s) => `${callbackName(e.name)} is put into the ready queue, as ${awaited(s, e.future)} is done`,
  done_callback_run: (e, s) => `The loop calls ${e.name}, as ${awaited(s, e.future)} is done`,
  member: (e, s) => `${capital(ownerOf(s, e.obj))} waits for ${awaited(s, e.of)}, too`,
  put: (e, s) => `${whoIs(s, e.task)} puts an item into the queue: ${inside(e.value)}`,
  get: (e, s) => `${whoIs(s, e.task)} takes an item from the queue: ${inside(e.value)}`,
  task_done: (e, s) => `${whoIs(s, e.task)} says that an item is done: ${e.value ? `${e.value} are not` : 'all are'}`,
  queue_wait: (e, s) => `${whoIs(s, e.task)} ${QUEUE_WAITS[e.how]}`,
  shutdown: (e, s) => `${whoIs(s, e.task)} shuts the queue down: ${inside(e.value)}`,
  notify: (e, s) =>
    `${whoIs(s, e.task)} notifies ${
      e.value > 1e6 ? 'all who wait' : e.value === 1 ? 'one who waits' : `up to ${e.value} who wait`
    } for the condition`,
  barrier: (e, s) =>
    e.state === 'filling'
      ? `${whoIs(s, e.task)} is at the barrier: ${inside(e.value)}`
      : `The barrier is ${e.state}: ${inside(e.value)}`,
  timeout: (e, s) =>
    e.when === null
      ? `${whoIs(s, e.task)} enters a timeout without a deadline`
      : `${whoIs(s, e.task)} has time until ${shortSeconds(e.when)}`,
  expired: (e, s) => `The time of ${nameOf(s, e.task)} is up`,
  timeout_end: (e, s) =>
    `${whoIs(s, e.task)} leaves the timeout: ${e.how === 'expired' ? 'it had expired' : 'in time'}`,
  call_cancelled: () => 'A callback is cancelled: it will not be called',
  set: (e) => `The ${thingName(e.kind)} is set`,
  clear: (e) => `The ${thingName(e.kind)} is cleared`,
  submit: (e, s) => `${whoIs(s, e.by)} hands ${e.name}() to a thread`,
  thread_run: (e) => `${e.name}() runs on its thread`,
  thread_rest: (e) =>
    e.when === null
      ? "The thread waits for a coroutine of the loop's"
      : `The thread sleeps until ${shortSeconds(e.when)}`,
  thread_end: (e) => `The function on the thread has returned: ${e.how}`,
  print: (e, s) => `${whoIs(s, e.task)} prints “${e.text}”`,
};

function afterTurn(sleep) {
  if (sleep === 0) return ': something is ready already';
  if (sleep > 0) return `: nothing is ready, the loop sleeps ${shortSeconds(sleep)}`;
  return '';
}

function atLine(site, before) {
  return site?.line ? `${before} line ${site.line}` : '';
}

function ended(e) {
  if (e.how === 'exception') return `fails: ${e.text}`;
  if (e.how === 'cancelled') return 'ends cancelled';
  return 'is done';
}

function wakerOf(state, woken) {
  if (state.tasks.has(woken.from)) return nameOf(state, woken.from);
  return (
    {
      task: 'a task',
      timer: 'a timer',
      callback: 'a callback',
      promise: 'a promise',
      thread: 'a thread',
      signal: 'Ctrl+C',
      loop: 'the loop',
    }[woken.by] ?? 'the loop'
  );
}

/// What `new` says of the number that a thing is made with.
function making(e) {
  if (e.kind === 'semaphore') return ` with value ${e.value}`;
  if (e.kind === 'barrier') return ` for ${e.value} tasks`;
  if (e.kind === 'timeout') return e.value === null ? ' without a deadline' : ` for ${shortSeconds(e.value)}`;
  return /queue$/.test(e.kind) && e.value > 0 ? ` with room for ${e.value}` : '';
}

/// asyncio's own are not called by a name.
const callbackName = (name) => (name.includes(' ') ? capital(name) : `Callback ${name}`);

const inside = (count) => `${count} in it now`;

/// A future or a task that something waits for.
function awaited(state, id) {
  if (state.tasks.has(id)) return nameOf(state, id);
  const kind = state.futures.get(id)?.kind;
  return kind && kind !== 'future' ? `the future of ${thing(kind)}` : 'a future';
}

/// Who has members: a gather, a wait, a task group.
function ownerOf(state, id) {
  return state.things.has(id) ? 'the task group' : thing(state.futures.get(id)?.kind ?? 'future');
}

const nouns = {
  sleep: 'a sleep',
  future: 'a future',
  task: 'a task',
  gather: 'gather',
  lock: 'a lock',
  semaphore: 'a semaphore',
  event: 'an event',
  task_group: 'the tasks of a group',
  promise: 'a promise',
  yield: 'its next turn',
  thread: 'a function on a thread',
  executor: 'an executor',
  condition: 'a condition',
  barrier: 'a barrier',
  queue: 'a queue',
  lifo_queue: 'a stack',
  priority_queue: 'a priority queue',
  wait_for: 'wait_for',
  wait: 'the first of some tasks',
  shield: 'a shielded task',
  timeout: 'a timeout',
};

const ordinal = (n) => ['first', 'second', 'third'][n - 1] ?? `${n}th`;
export const thing = (kind) => nouns[kind] ?? kind;
const madeOf = (kind) => (kind === 'task_group' ? 'a task group' : thing(kind));
export const thingName = (kind) => kind.replaceAll('_', ' ');
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const left = (e) => (e.kind === 'semaphore' ? `, ${e.value} left` : '');

function futureFor(state, id) {
  const kind = state.futures.get(id)?.kind;
  return kind && kind !== 'future' ? ` of ${thing(kind)}` : '';
}

/// What a task does that has stopped running; `wait` is {on, obj} (a suspend event, or a task of the state).
export function waitOf(state, wait) {
  if (wait.on === 'yield') return 'lets the others run, and is ready again';
  if (wait.on === 'task') return `waits for ${nameOf(state, wait.obj)}`;
  if (wait.on === 'queue' || wait.on?.endsWith('_queue')) {
    return (
      { put: 'waits for room in a queue', join: 'waits for all of a queue to be done' }[wait.queueing] ??
      'waits for an item in a queue'
    );
  }
  if (wait.on === 'sleep') {
    const timer = [...state.timers.values()].find((candidate) => candidate.future === wait.obj);
    return timer ? `sleeps until ${shortSeconds(timer.when)}` : 'sleeps';
  }
  return `waits for ${thing(wait.on)}${heldBy(state, wait)}`;
}

/// Who has the lock that is waited for.
function heldBy(state, wait) {
  const holders = state.things.get(state.futures.get(wait.obj)?.obj)?.holders ?? [];
  return wait.on === 'lock' && holders.length ? ` that ${holders.map((id) => whoIs(state, id)).join(', ')} holds` : '';
}

/// A task's status in a few words: "running", "sleeps until 0.2 s", "ready: woken by fetch (Task-2)".
export function statusOf(state, task) {
  if (task.status === 'running') return 'running';
  if (task.status === 'suspended') return waitOf(state, task);
  if (task.status === 'done')
    return task.how === 'exception' ? `failed: ${task.text}` : task.how === 'cancelled' ? 'cancelled' : 'done';
  if (!task.started) return 'ready, not started';
  return task.woken ? `ready: woken by ${wakerOf(state, task.woken)}` : 'ready again';
}

/// What the loop does, in a few words.
export function loopStatusOf(state) {
  if (state.loop.phase === 'none') return state.tasks.size ? 'no loop runs' : 'no loop yet';
  const turn = `turn ${state.loop.turn}`;
  if (state.loop.phase === 'turn') return turn;
  return state.loop.sleep > 0
    ? `asleep for ${shortSeconds(state.loop.sleep)} after ${turn}`
    : `between turns, after ${turn}`;
}
