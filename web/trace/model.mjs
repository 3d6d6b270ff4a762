// The state of the loop at any moment, rebuilt from the trace alone. Pure: no DOM, no clock.
//
// A trace is an array of events (src/base/trace.h lists the kinds). A *position* is a number of events: 0 is before the
// first one, n is after the last. `stateAt(p)` is what the events 1..p say.
//
// The maps of a state belong to it; what stands in them is never changed, only replaced. So a copy of a state copies
// maps, not what is in them, and is cheap.

import { apply } from './rules.mjs';

export { apply, timersInOrder } from './rules.mjs';

/// Before anything has happened.
export function initialState() {
  return {
    time: 0,
    loop: { id: 0, turn: 0, phase: 'none', sleep: null, batch: [] }, // phase: none | turn | sleep, between two turns
    running: 0, //        id of the running task, 0 for none
    calling: null, //     the callback that runs: {id, name}, a done callback: {id: 0, name, future}
    //         what the loop will take, in order: {task}, {handle, name}, {future, name}: a done callback, {timer, name,
    //         wakes}: one that is due
    ready: [],
    tasks: new Map(), //  id -> see `task` below
    handles: new Map(), // callbacks that are scheduled: id -> {name, by}
    timers: new Map(), // armed timers: id -> {id, when, future, name, task}
    // id -> {id, kind, obj, how, waiter, members}; how is null while pending, waiter: the last task that waited
    futures: new Map(),
    things: new Map(), // locks, queues, timeouts, ...: id -> see `new` below
  };
}

function copyOf(state) {
  return {
    ...state,
    ready: [...state.ready],
    tasks: new Map(state.tasks),
    handles: new Map(state.handles),
    timers: new Map(state.timers),
    futures: new Map(state.futures),
    things: new Map(state.things),
  };
}

/// The tasks that wait at a lock, a queue, ..., in the order in which they came.
export function waitersOf(state, thing) {
  return [...state.futures.values()].flatMap((future) => {
    const task = future.obj === thing && future.how === null && state.tasks.get(future.waiter);
    return task && task.status === 'suspended' && task.obj === future.id ? [task.id] : [];
  });
}

/// A trace that can be asked for its state anywhere. Going back costs as much as going forward: a copy of the nearest
/// checkpoint before the position, and at most CHECKPOINT events on top of it.
export class TraceModel {
  static CHECKPOINT = 128;

  /// `events` may grow: those that were there at the last catchUp() count.
  constructor(events) {
    this.events = events;
    this.length = 0;
    this.checkpoints = [initialState()];
    this.last = initialState();
    this.catchUp();
  }

  catchUp() {
    while (this.length < this.events.length) {
      apply(this.last, this.events[this.length++]);
      if (this.length % TraceModel.CHECKPOINT === 0) this.checkpoints.push(copyOf(this.last));
    }
  }

  /// The event that led to this position; null for the beginning.
  eventAt(position) {
    return position > 0 ? this.events[position - 1] : null;
  }

  /// What `describe(event, state after it)` says of the events from..to, 0 being the first.
  sentences(from, to, describe) {
    const state = this.stateAt(from);
    return this.events.slice(from, to).map((event) => {
      apply(state, event);
      return describe(event, state);
    });
  }

  stateAt(position) {
    const nearest = Math.floor(position / TraceModel.CHECKPOINT);
    const state = copyOf(this.checkpoints[nearest]);
    for (let index = nearest * TraceModel.CHECKPOINT; index < position; index++) apply(state, this.events[index]);
    return state;
  }
}
