// What the timeline draws, worked out of the trace once: lanes with segments, marks, ends, and the arrows between them.
// Pure, and without geometry: everything is placed by event number (1 is the first); axis.mjs turns those into pixels.

import { apply, initialState } from './model.mjs';

/// The lane of the loop itself, and of code that runs outside any task. Tasks' lanes carry the task's id.
export const LOOP = 0;

const ROWS = 4; // of timers, and of promises

/// events -> { loop, tasks, waits, arrows }
///
///   loop    { turns, sleeps, calls, plain: [{from, to, ...}], marks: [{at, text}] }
///   tasks   [{ id, index, depth, born, segments: [{from, to, status, on, obj, line}], marks, end: {at, how, text} |
///   null }]
///           each below the task that made it; `index` is its place in the order of creation, `depth` how far it is
///           indented
///   waits   { timers, promises: [{from, to, row, how, ...}] }: what is awaited outside of any task; rows do not
///   overlap arrows  [{ at, kind: 'create' | 'wake' | 'cancel', from: lane, to: lane }]
///
/// A segment lasts from the event that begins it to the one that ends it; the last ones end at `events.length + 1`.
export function lanes(events) {
  /** @type {any} */
  const drawing = {
    loop: { turns: [], sleeps: [], calls: [], plain: [], marks: [] },
    tasks: [],
    waits: { timers: { list: [], taken: [] }, promises: { list: [], taken: [] } },
    arrows: [],
    byId: new Map(),
  };
  const open = new Map(); // timers and promises by id
  const state = initialState();
  events.forEach((event, index) => {
    const at = index + 1;
    noteLoop(drawing.loop, event, at, state);
    apply(state, event);
    noteTask(drawing, event, at, state);
    noteWait(drawing.waits, open, event, at);
    noteArrow(drawing, event, at);
    noteMark(drawing, event, at);
  });
  closeAll(drawing, open, events.length + 1);
  drawing.tasks = asTree(drawing.tasks);
  drawing.waits = { timers: drawing.waits.timers.list, promises: drawing.waits.promises.list };
  return drawing;
}

/// A loop's turns, what it does between them, and the code that runs where no loop does.
function noteLoop(loop, event, at, before) {
  if (event.ev === 'turn') {
    close(loop.plain, at);
    close(loop.sleeps, at);
    loop.turns.push({ from: at, to: null, turn: event.turn, ready: event.ready });
  } else if (event.ev === 'turn_end') {
    close(loop.turns, at);
    if (event.sleep > 0) loop.sleeps.push({ from: at, to: null, sleep: event.sleep });
  } else if (event.ev === 'call') {
    loop.calls.push({ from: at, to: null, name: event.name });
  } else if (event.ev === 'called') {
    close(loop.calls, at);
  } else if (isPlain(loop, event, before)) {
    if (!isOpen(loop.plain)) loop.plain.push({ from: at, to: null });
    close(loop.sleeps, at);
  }
}

/// Whether this comes from code that runs outside of any loop. Between two turns things may happen that no code of the
/// program did (a promise is kept), so there only what is printed tells that the loop has been left.
function isPlain(loop, event, { loop: { phase } }) {
  return phase === 'none' || isOpen(loop.plain) || (phase === 'sleep' && event.ev === 'print' && !event.task);
}

/// A new segment of a task's lane wherever its status changes.
function noteTask(drawing, event, at, state) {
  const task = state.tasks.get(event.task);
  if (!task) return;
  if (event.ev === 'task') addLane(drawing, task, at);
  const lane = drawing.byId.get(task.id);
  if (isOpen(lane.segments) && lane.segments.at(-1).status === task.status && event.ev !== 'suspend') return;
  close(lane.segments, at);
  if (task.status === 'done') {
    lane.end ??= { at, how: task.how, text: task.text };
    return;
  }
  lane.segments.push({
    from: at,
    to: null,
    status: task.status,
    on: task.on,
    obj: task.obj,
    line: task.site?.line ?? null,
  });
}

function addLane(drawing, task, at) {
  const lane = {
    id: task.id,
    parent: task.parent,
    index: drawing.tasks.length,
    depth: 0,
    born: at,
    segments: [],
    marks: [],
    end: null,
  };
  drawing.byId.set(task.id, lane);
  drawing.tasks.push(lane);
}

/// Timers from being set to firing, promises from being awaited to being settled.
function noteWait(waits, open, event, at) {
  if (event.ev === 'timer') beginWait(waits.timers, open, event.timer, at, { when: event.when, name: event.name });
  if (event.ev === 'timer_fired') endWait(open, event.timer, at, 'fired');
  if (event.ev === 'timer_cancelled') endWait(open, event.timer, at, 'cancelled');
  if (event.ev === 'future' && event.kind === 'promise') beginWait(waits.promises, open, event.future, at, {});
  if (event.ev === 'future_done') endWait(open, event.future, at, event.how);
}

/// In the first row that is free; what is beyond the last shares it.
function beginWait({ list, taken }, open, id, at, more) {
  let row = 0;
  while (taken[row] && row < ROWS - 1) row++;
  taken[row] = true;
  const wait = { from: at, to: null, row, how: null, ...more };
  list.push(wait);
  open.set(id, { wait, taken });
}

function endWait(open, id, at, how) {
  const { wait, taken } = open.get(id) ?? {};
  if (!wait) return;
  Object.assign(wait, { to: at, how });
  taken[wait.row] = false;
  open.delete(id);
}

/// Who created, woke or asked to cancel whom. What comes from a timer, a plain callback or the loop comes from the
/// loop's lane; the callback of a task that has ended (gather has such) from that task's.
function noteArrow(drawing, event, at) {
  const known = (id) => (drawing.byId.has(id) ? id : LOOP);
  if (event.ev === 'task') drawing.arrows.push({ at, kind: 'create', from: known(event.by), to: event.task });
  if (event.ev === 'cancel') drawing.arrows.push({ at, kind: 'cancel', from: known(event.by), to: event.task });
  if (event.ev !== 'ready') return;
  drawing.arrows.push({ at, kind: 'wake', from: known(event.from), to: event.task });
}

function noteMark(drawing, event, at) {
  if (event.ev !== 'print') return;
  const lane = drawing.byId.get(event.task) ?? drawing.loop;
  lane.marks.push({ at, text: event.text, fd: event.fd });
}

/// Each lane below its parent's, the children of one parent in the order of their creation.
function asTree(list) {
  const children = new Map(list.map(({ id }) => [id, []]));
  for (const lane of list) children.get(lane.parent)?.push(lane);
  const known = new Set(list.map(({ id }) => id));
  const ordered = [];
  const todo = list.filter(({ parent }) => !known.has(parent)).reverse();
  while (todo.length) {
    const lane = todo.pop();
    ordered.push(lane);
    for (const child of children.get(lane.id).toReversed()) {
      child.depth = lane.depth + 1;
      todo.push(child);
    }
  }
  return ordered;
}

function isOpen(list) {
  return list.length > 0 && list.at(-1).to === null;
}

function close(list, at) {
  if (isOpen(list)) list.at(-1).to = at;
}

function closeAll(drawing, open, at) {
  for (const list of Object.values(drawing.loop)) close(list, at);
  for (const lane of drawing.tasks) close(lane.segments, at);
  for (const { wait } of open.values()) wait.to = at;
}
