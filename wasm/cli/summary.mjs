// A trace as a table: how long each task ran, was ready to run but had to wait its turn, and waited for something.

/** trace: the text of one, as JSON lines (src/base/trace.h) or in Chrome's format (src/watch/trace_chrome.c); gives the
 * table as text. */
export function summary(trace) {
  const events = trace.startsWith('{"displayTimeUnit"')
    ? ofChrome(trace)
    : trace
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
  const tasks = new Map(),
    end = events.at(-1)?.t ?? 0;
  for (const event of events) RULES[event.ev]?.(tasks, event);
  for (const task of tasks.values()) if (task.state) enter(task, undefined, end);
  const rows = [...tasks.values()].map(({ name, coro, steps, spent, how }) => [
    name,
    coro,
    String(steps),
    ...['running', 'ready', 'waiting'].map((state) => milliseconds(spent[state])),
    how ?? 'not done',
  ]);
  return table([['task', 'coroutine', 'steps', 'run ms', 'ready ms', 'wait ms', 'ended'], ...rows]);
}

/** The events that matter here: of tasks that began with their coroutine's name, and are ready, run or wait in between.
 * Where a program crashed, the end of the text is missing. */
function ofChrome(text) {
  const whole = text.trimEnd().endsWith(']}') ? text : `${text.trimEnd().replace(/,$/, '')}]}`,
    names = new Map();
  return JSON.parse(whole).traceEvents.flatMap(({ ph, tid: task, ts, name, args }) => {
    // a nanosecond for each event has been added to it
    const event = (ev, more) => [{ ev, task, t: Math.floor(ts) / 1e6, ...more }];
    if (ph === 'M') names.set(task, args.name);
    if (ph === 'B' && args?.coro !== undefined) return event('task', { name: names.get(task), coro: args.coro });
    if (ph === 'B') return event({ running: 'step', ready: 'ready' }[name] ?? 'suspend');
    return ph === 'E' && !['running', 'ready', 'await'].includes(name) ? event('done', { how: name }) : [];
  });
}

const RULES = {
  task(tasks, { task, name, coro, t }) {
    tasks.set(task, { name, coro, steps: 0, spent: { running: 0, ready: 0, waiting: 0 }, state: 'ready', since: t });
  },
  step: change('running', (task) => {
    task.steps++;
  }),
  suspend(tasks, event) {
    enter(tasks.get(event.task), event.on === 'yield' ? 'ready' : 'waiting', event.t);
  },
  ready: change('ready'),
  done: change(undefined, (task, { how }) => {
    task.how = how;
  }),
};

function change(state, also = (_task, _event) => {}) {
  return (tasks, event) => {
    const task = tasks.get(event.task);
    if (!task) return;
    enter(task, state, event.t);
    also(task, event);
  };
}

function enter(task, state, time) {
  if (!task) return;
  if (task.state) task.spent[task.state] += time - task.since;
  task.state = state;
  task.since = time;
}

const milliseconds = (seconds) => (seconds * 1000).toFixed(seconds && seconds < 0.1 ? 3 : 1);

/** Columns as wide as they need to be; what is a number in every row stands to the right. */
function table([head, ...rows]) {
  const width = head.map((title, i) => Math.max(...[head, ...rows].map((row) => row[i].length)));
  const right = head.map((_, i) => rows.length > 0 && rows.every((row) => /^[\d.]+$/.test(row[i])));
  return [head, ...rows]
    .map((row) =>
      row
        .map((text, i) => (right[i] ? text.padStart(width[i]) : text.padEnd(width[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
