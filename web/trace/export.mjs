// The trace in other forms: JSON lines, as the runtime writes them, and Chrome's Trace Event format, which Perfetto
// opens. Pure.

export function jsonLines(events) {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/// A thread per task, with slices for running, ready and waiting, and arrows from whoever made, woke or cancelled it;
/// thread 0 is the loop. Events at the same time are set a nanosecond apart, in their order.
export function chromeTrace(events, drawing) {
  const at = (number) => (events[Math.min(number, events.length) - 1]?.t ?? 0) * 1e6 + number * 1e-3;
  const out = [];
  const slice = (tid, { from, to }, name, args) =>
    out.push({ ph: 'X', pid: 1, tid, ts: at(from), dur: at(to) - at(from), name, ...(args && { args }) });
  const title = (tid, name) => out.push({ ph: 'M', pid: 1, tid, ts: 0, name: 'thread_name', args: { name } });
  const names = new Map(
    events.filter(({ ev }) => ev === 'task').map(({ task, name, coro }) => [task, `${name} ${coro}`]),
  );
  title(0, 'loop');
  for (const turn of drawing.loop.turns) slice(0, turn, `turn ${turn.turn}`);
  for (const lane of drawing.tasks) {
    title(lane.id, names.get(lane.id));
    for (const segment of lane.segments) {
      slice(
        lane.id,
        segment,
        segment.status === 'suspended' ? `await ${segment.on}` : segment.status,
        segment.line ? { line: segment.line } : undefined,
      );
    }
  }
  events.forEach((event, index) => {
    if (event.ev === 'print')
      out.push({ ph: 'i', pid: 1, tid: event.task ?? 0, ts: at(index + 1), name: event.text, s: 't' });
  });
  const slices = out.filter(({ ph }) => ph === 'X');
  const isIn = (lane, ts) => slices.some(({ tid, ts: begin, dur }) => tid === lane && begin <= ts && ts <= begin + dur);
  drawing.arrows.forEach(({ at: number, kind, from, to }, id) => {
    if (!isIn(from, at(number))) return; // from outside of the loop's turns: an arrow needs a slice to hold on to
    out.push({ ph: 's', pid: 1, tid: from, ts: at(number), name: kind, cat: kind, id });
    out.push({ ph: 'f', pid: 1, tid: to, ts: at(number) + 5e-4, name: kind, cat: kind, id, bp: 'e' });
  });
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents: out });
}
