// What each kind of event changes in the state of the loop (model.mjs): one rule a kind.

/// What each kind of event changes. A kind that is not listed changes nothing but the time.
const rules = {
  turn(state, e) {
    // What it is about to run is what was ready, and the timers that are due: as many as that leaves.
    for (const timer of timersInOrder(state).slice(0, Math.max(0, e.ready - state.ready.length))) {
      state.timers.delete(timer.id);
      state.ready.push({ timer: timer.id, name: timer.name, wakes: timer.task });
    }
    state.loop = { id: e.loop, turn: e.turn, phase: 'turn', sleep: null, batch: [...state.ready] };
  },
  turn_end(state, e) {
    state.calling = null;
    // A turn runs all that was ready when it began, and passes over callbacks that were cancelled meanwhile.
    const batch = new Set(state.loop.batch.map(({ handle, timer }) => handle ?? timer));
    const passed = state.ready.filter(({ handle }) => batch.has(handle) && state.handles.get(handle)?.cancelled);
    forget(state, passed);
    // A loop whose last task is done may well never say so: when nothing is left to run, there is no loop to speak of.
    const over = e.sleep === null && state.ready.length === 0;
    state.loop = { ...state.loop, phase: over ? 'none' : 'sleep', sleep: e.sleep, batch: [] };
  },
  close(state) {
    state.loop = { ...state.loop, phase: 'none', sleep: null, batch: [] };
    state.ready = state.ready.filter(({ task }) => task);
    state.handles.clear();
    state.timers.clear();
  },

  // status: ready | running | suspended | done. `woken` is the ready event's {by, from, via}, kept to tell why it is
  // ready.
  // `site` is where it stands in the source, as far as it is known: where it waits or last waited, or has made a task
  // or set a timer since; null before. `frames` are the coroutines that it awaits,
  // one inside the other: {coro, name, site}, site being where the outer one awaits it.
  task(state, e) {
    state.tasks.set(e.task, {
      id: e.task,
      name: e.name,
      coro: e.coro,
      parent: e.by,
      group: 0,
      made: siteOf(e),
      status: 'ready',
      started: false,
      on: null,
      obj: 0,
      woken: null,
      site: null,
      frames: [],
      how: null,
      text: '',
      cancelled: 0,
      queueing: null,
    });
    state.ready.push({ task: e.task });
    stand(state, e);
  },
  goes_on(state, e) {
    state.running = e.task;
  },
  step(state, e) {
    state.calling = null;
    unqueue(state, 'task', e.task);
    state.running = e.task;
    change(state.tasks, e.task, { status: 'running', started: true, on: null, obj: 0, woken: null, queueing: null });
  },
  suspend(state, e) {
    leaveStep(state, e.task);
    const again = e.on === 'yield'; // sleep(0) waits for nothing but its next turn
    change(state.tasks, e.task, { status: again ? 'ready' : 'suspended', on: e.on, obj: e.obj, site: siteOf(e) });
    if (again) state.ready.push({ task: e.task });
    change(state.futures, e.obj, { waiter: e.task });
    const timer = [...state.timers.values()].findLast(({ future }) => future && future === e.obj);
    if (timer) change(state.timers, timer.id, { task: e.task });
  },
  ready(state, e) {
    if (!change(state.tasks, e.task, { status: 'ready', woken: { by: e.by, from: e.from, via: e.via } })) return;
    if (!state.ready.some(({ task }) => task === e.task)) state.ready.push({ task: e.task });
  },
  done(state, e) {
    leaveStep(state, e.task);
    unqueue(state, 'task', e.task);
    change(state.tasks, e.task, { status: 'done', on: null, obj: 0, how: e.how, text: e.text ?? '', frames: [] });
  },
  cancel(state, e) {
    const task = state.tasks.get(e.task);
    if (task) change(state.tasks, e.task, { cancelled: task.cancelled + 1 });
  },
  enter(state, e) {
    const task = state.tasks.get(e.task);
    if (!task) return;
    const site = siteOf(e);
    change(state.tasks, e.task, { frames: [...task.frames, { coro: e.coro, name: e.name, site }], site });
  },
  leave(state, e) {
    const task = state.tasks.get(e.task);
    if (task) change(state.tasks, e.task, { frames: task.frames.filter((frame) => frame.coro !== e.coro) });
  },

  future(state, e) {
    state.futures.set(e.future, { id: e.future, kind: e.kind, obj: e.obj, how: null, waiter: 0, members: [] });
  },
  future_done(state, e) {
    change(state.futures, e.future, { how: e.how });
  },
  member(state, e) {
    const holder = [state.futures, state.things].find((map) => map.has(e.obj));
    if (!holder) return;
    change(holder, e.obj, { members: [...holder.get(e.obj).members, e.of] });
    if (holder === state.things) change(state.tasks, e.of, { group: e.obj });
  },

  soon(state, e) {
    state.handles.set(e.handle, { name: e.name, by: e.by });
    state.ready.push({ handle: e.handle, name: e.name });
    stand(state, e);
  },
  call(state, e) {
    unqueue(state, 'handle', e.handle);
    state.handles.set(e.handle, { name: e.name, by: 0 });
    state.calling = { id: e.handle, name: e.name };
  },
  called(state, e) {
    state.handles.delete(e.handle);
    state.calling = null;
  },
  call_cancelled(state, e) {
    const due = state.ready.findIndex(({ timer }) => timer === e.handle);
    if (due >= 0) {
      const { name } = state.ready[due];
      state.ready[due] = { handle: e.handle, name };
      state.handles.set(e.handle, { name, by: 0 });
    }
    change(state.handles, e.handle, { cancelled: true });
  },
  done_callback(state, e) {
    state.ready.push({ future: e.future, name: e.name });
  },
  done_callback_run(state, e) {
    unqueue(state, 'future', e.future);
    state.calling = { id: 0, name: e.name, future: e.future };
  },

  timer(state, e) {
    state.timers.set(e.timer, { id: e.timer, when: e.when, future: e.future, name: e.name, task: 0 });
    stand(state, e);
  },
  timer_fired(state, e) {
    state.timers.delete(e.timer);
    unqueue(state, 'timer', e.timer);
  },
  timer_cancelled(state, e) {
    state.timers.delete(e.timer);
    unqueue(state, 'timer', e.timer);
  },

  // `value` is what the kind makes of it: a semaphore's counter, a queue's size, a barrier's number of tasks inside.
  // `limit` is what it was made with. A task group's members are its tasks.
  new(state, e) {
    state.things.set(e.obj, {
      id: e.obj,
      kind: e.kind,
      value: counts.has(e.kind) ? 0 : e.value,
      limit: e.value,
      holders: [],
      set: false,
      members: [],
      phase: '',
      task: 0,
      unfinished: 0,
    });
  },
  acquire(state, e) {
    const thing = state.things.get(e.obj);
    if (thing) change(state.things, e.obj, { value: e.value, holders: [...thing.holders, e.task] });
  },
  release(state, e) {
    const thing = state.things.get(e.obj);
    if (!thing) return;
    // It may be released by another task than the one that took it.
    const holder = thing.holders.includes(e.task) ? thing.holders.indexOf(e.task) : thing.holders.length - 1;
    change(state.things, e.obj, { value: e.value, holders: thing.holders.filter((_, index) => index !== holder) });
  },
  wake(state, e) {
    const thing = state.things.get(e.obj);
    if (thing?.kind === 'semaphore') change(state.things, e.obj, { value: thing.value - 1 });
  },
  give_back(state, e) {
    change(state.things, e.obj, { value: e.value });
  },
  set(state, e) {
    change(state.things, e.obj, { set: true });
  },
  clear(state, e) {
    change(state.things, e.obj, { set: false });
  },
  barrier(state, e) {
    change(state.things, e.obj, { phase: e.state, value: e.value });
  },
  put(state, e) {
    const thing = state.things.get(e.obj);
    if (thing) change(state.things, e.obj, { value: e.value, unfinished: thing.unfinished + 1 });
  },
  get(state, e) {
    change(state.things, e.obj, { value: e.value });
  },
  queue_wait(state, e) {
    change(state.tasks, e.task, { queueing: e.how });
  },
  task_done(state, e) {
    change(state.things, e.obj, { unfinished: e.value });
  },
  shutdown(state, e) {
    change(state.things, e.obj, { phase: 'shut down', value: e.value });
  },
  timeout(state, e) {
    change(state.things, e.obj, { phase: 'running', task: e.task, value: e.when });
  },
  expired(state, e) {
    change(state.things, e.obj, { phase: 'expired' });
  },
  timeout_end(state, e) {
    change(state.things, e.obj, { phase: e.how });
  },
};

const counts = new Set(['queue', 'lifo_queue', 'priority_queue', 'barrier']); // what is new is empty

/// Carries the state over one event, in place.
export function apply(state, event) {
  if (typeof event.t === 'number') state.time = event.t;
  if (Object.hasOwn(rules, event.ev)) rules[event.ev](state, event);
}

function change(map, id, fields) {
  const old = map.get(id);
  if (!old) return false;
  map.set(id, { ...old, ...fields });
  return true;
}

/// The running task has come to the line where this is done.
function stand(state, e) {
  const site = siteOf(e);
  if (site) change(state.tasks, state.running, { site });
}

function leaveStep(state, id) {
  if (state.running === id) state.running = 0;
}

/// Takes an entry out. Cancelled callbacks that stood before it have been passed over.
function unqueue(state, kind, id) {
  const index = state.ready.findIndex((entry) => entry[kind] === id);
  if (index < 0) return;
  const passed = state.ready.slice(0, index).filter(({ handle }) => state.handles.get(handle)?.cancelled);
  state.ready.splice(index, 1);
  forget(state, passed);
}

function forget(state, passed) {
  if (!passed.length) return;
  state.ready = state.ready.filter((entry) => !passed.includes(entry));
  for (const { handle } of passed) state.handles.delete(handle);
}

function siteOf(event) {
  return event.line ? { file: event.file, line: event.line, func: event.func } : null;
}

/// The timers in the order in which they will fire: by deadline, equal ones as they were set.
export function timersInOrder(state) {
  return [...state.timers.values()].sort((a, b) => (a.when ?? Infinity) - (b.when ?? Infinity));
}
