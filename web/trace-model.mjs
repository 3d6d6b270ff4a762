// The state of the loop at any moment, rebuilt from the trace alone. Pure: no DOM, no clock.
//
// A trace is an array of events (the list of kinds stands in wasm/README.md). A *position* is a number of events:
// 0 is before the first one, n is after the last. `stateAt(p)` is what the events 1..p say.

/// Before anything has happened.
export function initialState() {
  return {
    time: 0,
    loop: { id: 0, turn: 0, phase: 'none', sleep: null, batch: [] }, // phase: none | turn | sleep, between two turns
    running: 0, //        id of the running task, 0 for none
    calling: 0, //        id of the running callback's handle
    ready: [], //         ids of tasks and handles, in the order in which the loop will take them
    tasks: new Map(), //  id -> see `task` below
    handles: new Map(), // callbacks that are scheduled: id -> {name, by}
    timers: new Map(), // armed timers: id -> {when, future, name}
    futures: new Map(), // id -> {kind, obj, how}; how is null while pending
    things: new Map(), // locks, semaphores, events: id -> {kind, value, holders, set}
  };
}

/// What each kind of event changes. A kind that is not listed changes nothing but the time.
const rules = {
  turn(state, e) {
    state.loop = { id: e.loop, turn: e.turn, phase: 'turn', sleep: null, batch: [...state.ready] };
  },
  turn_end(state, e) {
    // A turn runs all that was ready when it began. A callback of those that is still here was cancelled before.
    const skipped = state.loop.batch.filter((id) => state.handles.has(id));
    state.ready = state.ready.filter((id) => !skipped.includes(id));
    for (const id of skipped) state.handles.delete(id);
    // A loop whose last task is done may well never say so: when nothing is left to run, there is no loop to speak of.
    const over = e.sleep === null && state.ready.length === 0;
    state.loop = { ...state.loop, phase: over ? 'none' : 'sleep', sleep: e.sleep, batch: [] };
  },

  // status: ready | running | suspended | done. `woken` is the ready event's {by, from, via}, kept to tell why it is ready.
  // `site` is where it stands in the source: null until its first suspension.
  task(state, e) {
    state.tasks.set(e.task, {
      id: e.task, name: e.name, coro: e.coro, parent: e.by, status: 'ready', started: false,
      on: null, obj: 0, woken: null, site: null, frames: [], how: null, text: '', cancelled: 0,
    });
    state.ready.push(e.task);
  },
  step(state, e) {
    unqueue(state, e.task);
    state.running = e.task;
    change(state, e.task, { status: 'running', started: true, on: null, obj: 0, woken: null });
  },
  suspend(state, e) {
    leaveStep(state, e.task);
    const again = e.on === 'yield'; // sleep(0) waits for nothing but its next turn
    change(state, e.task, { status: again ? 'ready' : 'suspended', on: e.on, obj: e.obj, site: siteOf(e) });
    if (again) state.ready.push(e.task);
  },
  ready(state, e) {
    if (!change(state, e.task, { status: 'ready', woken: { by: e.by, from: e.from, via: e.via } })) return;
    if (!state.ready.includes(e.task)) state.ready.push(e.task);
  },
  done(state, e) {
    leaveStep(state, e.task);
    unqueue(state, e.task);
    change(state, e.task, { status: 'done', on: null, obj: 0, how: e.how, text: e.text ?? '', frames: [] });
  },
  cancel(state, e) {
    const task = state.tasks.get(e.task);
    if (task) task.cancelled += 1;
  },
  enter(state, e) {
    const task = state.tasks.get(e.task);
    if (!task) return;
    task.frames.push({ coro: e.coro, name: e.name });
    task.site = siteOf(e);
  },
  leave(state, e) {
    const task = state.tasks.get(e.task);
    if (task) task.frames = task.frames.filter((frame) => frame.coro !== e.coro);
  },

  future(state, e) {
    state.futures.set(e.future, { kind: e.kind, obj: e.obj, how: null });
  },
  future_done(state, e) {
    const future = state.futures.get(e.future);
    if (future) future.how = e.how;
  },

  soon(state, e) {
    state.handles.set(e.handle, { name: e.name, by: e.by });
    state.ready.push(e.handle);
  },
  call(state, e) {
    unqueue(state, e.handle);
    state.handles.set(e.handle, { name: e.name, by: 0 });
    state.calling = e.handle;
  },
  called(state, e) {
    state.handles.delete(e.handle);
    state.calling = 0;
  },

  timer(state, e) {
    state.timers.set(e.timer, { when: e.when, future: e.future, name: e.name });
  },
  timer_fired(state, e) {
    state.timers.delete(e.timer);
  },
  timer_cancelled(state, e) {
    state.timers.delete(e.timer);
  },

  new(state, e) {
    state.things.set(e.obj, { kind: e.kind, value: e.value, holders: [], set: false });
  },
  acquire(state, e) {
    const thing = state.things.get(e.obj);
    if (!thing) return;
    thing.value = e.value;
    thing.holders.push(e.task);
  },
  release(state, e) {
    const thing = state.things.get(e.obj);
    if (!thing) return;
    thing.value = e.value;
    const holder = thing.holders.indexOf(e.task);
    if (holder >= 0) thing.holders.splice(holder, 1);
    else thing.holders.pop(); // released by another task than the one that took it, which is allowed
  },
  set(state, e) {
    const thing = state.things.get(e.obj);
    if (thing) thing.set = true;
  },
  clear(state, e) {
    const thing = state.things.get(e.obj);
    if (thing) thing.set = false;
  },
};

/// Carries the state over one event, in place.
export function apply(state, event) {
  if (typeof event.t === 'number') state.time = event.t;
  if (Object.hasOwn(rules, event.ev)) rules[event.ev](state, event);
}

function change(state, id, fields) {
  const task = state.tasks.get(id);
  return task && Object.assign(task, fields);
}

function leaveStep(state, id) {
  if (state.running === id) state.running = 0;
}

function unqueue(state, id) {
  const index = state.ready.indexOf(id);
  if (index >= 0) state.ready.splice(index, 1);
}

function siteOf(event) {
  return { file: event.file, line: event.line, func: event.func };
}

/// A trace that can be asked for its state anywhere. Going back costs as much as going forward: a copy of the nearest
/// checkpoint before the position, and at most CHECKPOINT events on top of it.
export class TraceModel {
  static CHECKPOINT = 128;

  constructor(events) {
    this.events = events;
    this.checkpoints = [initialState()];
    const state = initialState();
    events.forEach((event, index) => {
      apply(state, event);
      if ((index + 1) % TraceModel.CHECKPOINT === 0) this.checkpoints.push(structuredClone(state));
    });
  }

  get length() {
    return this.events.length;
  }

  /// The event that led to this position; null for the beginning.
  eventAt(position) {
    return position > 0 ? this.events[position - 1] : null;
  }

  stateAt(position) {
    const nearest = Math.floor(position / TraceModel.CHECKPOINT);
    const state = structuredClone(this.checkpoints[nearest]);
    for (const event of this.events.slice(nearest * TraceModel.CHECKPOINT, position)) apply(state, event);
    return state;
  }
}
