// What must be true of any trace: src/base/trace.h in the form of checks. Each answers with a complaint, or undefined.

/** The fields of each event, in order; site stands for file, line, func, and ? for a field that may be missing. */
const FIELDS = {
  turn: 'loop turn ready',
  turn_end: 'loop turn sleep',
  close: 'loop',
  seed: 'loop seed jitter',
  task: 'task name coro by site?',
  step: 'task',
  goes_on: 'task',
  suspend: 'task on obj site?',
  enter: 'task coro name site?',
  leave: 'task coro',
  ready: 'task by from via',
  done: 'task how text',
  cancel: 'task by msg',
  interrupt: 'count task',
  future: 'future kind obj',
  future_done: 'future how',
  done_callback: 'future name',
  done_callback_run: 'future name',
  member: 'obj of',
  soon: 'handle name by site',
  call: 'handle name',
  called: 'handle',
  call_cancelled: 'handle',
  timer: 'timer when future name site?',
  timer_fired: 'timer',
  timer_cancelled: 'timer',
  new: 'kind obj value',
  acquire: 'kind obj task value',
  release: 'kind obj task value',
  give_back: 'kind obj task value',
  wake: 'kind obj via',
  set: 'kind obj',
  clear: 'kind obj',
  notify: 'kind obj task value',
  barrier: 'obj task state value',
  put: 'kind obj task value',
  get: 'kind obj task value',
  queue_wait: 'obj task how',
  task_done: 'kind obj task value',
  shutdown: 'kind obj task value',
  timeout: 'obj task timer when',
  expired: 'obj task',
  timeout_end: 'obj task how',
  submit: 'future name by site',
  thread_run: 'future name',
  thread_rest: 'future when',
  thread_end: 'future how',
  print: 'task fd text',
};

const SITE = ['file', 'line', 'func'];

/** The field lists that an event of that kind may have. */
function shapes(kind) {
  const fields = FIELDS[kind].split(' ');
  const expand = (names) => names.flatMap((name) => (name === 'site' ? SITE : [name]));
  if (!fields.at(-1).endsWith('?')) return [expand(fields)];
  return [expand(fields.slice(0, -1)), expand([...fields.slice(0, -1), 'site'])];
}

/** What a task may do after what: its life as a state machine. */
const NEXT = {
  new: { step: 'running', cancelled: 'done' },
  running: { suspend: 'waiting', done: 'done', goes_on: 'running' },
  waiting: { ready: 'ready' },
  yielding: { step: 'running' },
  ready: { step: 'running' },
  done: {},
};

class Tasks {
  #states = new Map();

  check(event) {
    if (event.ev === 'task') return this.#begin(event);
    return ['step', 'goes_on', 'suspend', 'ready', 'done'].includes(event.ev) ? this.#change(event) : undefined;
  }

  #begin({ task }) {
    if (this.#states.has(task)) return `task ${task} is made twice`;
    this.#states.set(task, 'new');
    return undefined;
  }

  #change({ task, ev, on }) {
    const state = this.#states.get(task);
    if (!state) return `${ev} of task ${task}, which was never made`;
    if (ev === 'done' && state === 'new') return void this.#states.set(task, 'done'); // cancelled before its first step
    const next = NEXT[state][ev];
    if (!next) return `${ev} of task ${task}, which is ${state}`;
    this.#states.set(task, ev === 'suspend' && on === 'yield' ? 'yielding' : next);
    return undefined;
  }
}

function checkEvent(event, n, before) {
  if (event.n !== n) return `n is ${event.n}`;
  if (typeof event.t !== 'number' || event.t < before) return `time goes back from ${before} to ${event.t}`;
  if (!FIELDS[event.ev]) return `unknown event ${event.ev}`;
  const got = Object.keys(event).slice(3).join(' ');
  const allowed = shapes(event.ev).map((fields) => fields.join(' '));
  if (allowed.includes(got)) return undefined;
  return `${event.ev} has the fields "${got}", documented are "${allowed.join('" or "')}"`;
}

/** JSON lines: numbered, in time, with the documented fields; each task's life is one that a task can have. */
export function checkEvents(text) {
  const tasks = new Tasks();
  let before = 0;
  for (const [i, line] of text.trimEnd().split('\n').entries()) {
    let event;
    try {
      event = JSON.parse(line);
    } catch (error) {
      return `line ${i + 1} is no JSON: ${error.message}: ${line}`;
    }
    const complaint = checkEvent(event, i + 1, before) ?? tasks.check(event);
    if (complaint) return `line ${i + 1}: ${complaint}: ${line}`;
    before = event.t;
  }
  return undefined;
}

/** Whether B and E nest on each thread; the last slices may be open, as a program may end in them. */
function checkSlices(events) {
  const open = new Map();
  for (const { ph, tid, name } of events) {
    const depth = open.get(tid) ?? 0;
    if (ph === 'B') open.set(tid, depth + 1);
    if (ph === 'E' && depth === 0) return `an E without a B on thread ${tid} (${name})`;
    if (ph === 'E') open.set(tid, depth - 1);
  }
  const left = [...open].filter(([, depth]) => depth > 0).map(([tid]) => tid);
  return left.length ? `slices left open on the threads ${left.join(', ')}` : undefined;
}

/** Every flow has one beginning and, after it, one end; each lies within a slice. */
function checkFlows(events) {
  const begun = new Set(),
    ended = new Set();
  for (const { ph, id } of events) {
    if (ph === 's' && begun.has(id)) return `flow ${id} begins twice`;
    if (ph === 's') begun.add(id);
    if (ph === 'f' && (!begun.has(id) || ended.has(id))) return `flow ${id} ends without a beginning`;
    if (ph === 'f') ended.add(id);
  }
  const open = [...begun].filter((id) => !ended.has(id));
  return open.length ? `the flows ${open.join(', ')} have no end` : undefined;
}

function checkTimes(events) {
  let before = -1;
  for (const { ph, ts } of events) {
    if (ph === 'M') continue;
    if (typeof ts !== 'number' || ts < before) return `ts goes back from ${before} to ${ts}`;
    before = ts;
  }
  return undefined;
}

/** Chrome's Trace Event format: valid JSON, slices that nest, flows with two ends, times that never go back. */
export function checkChrome(text) {
  let trace;
  try {
    trace = JSON.parse(text);
  } catch (error) {
    return `no JSON: ${error.message}`;
  }
  const events = Array.isArray(trace) ? trace : trace.traceEvents;
  if (!events?.length) return 'no events';
  const isEvent = ({ ph, pid, tid, name }) =>
    'BEMsfiX'.includes(ph) && pid !== undefined && tid !== undefined && typeof name === 'string';
  const strange = events.find((event) => !isEvent(event));
  if (strange) return `not an event: ${JSON.stringify(strange)}`;
  return checkTimes(events) ?? checkSlices(events) ?? checkFlows(events);
}
