// Where each event stands from left to right. Two axes with one interface:
//
//   width                  in pixels
//   count                  how many events there are
//   start(at), end(at)     the span of event number `at` (1 is the first; one past the last is the right edge)
//   eventAt(x)             the number of the event whose span holds x; the next one before it where spans are empty
//   ticks                  [{x, label}] along the top
//   least                  the zoom at which all of it fits into the room
//
// Steps: each event takes room, whether or not time passes; under a virtual clock computing takes none. Time: the
// loop's clock to scale, so that waits can be compared. `zoom` is 1 for what reads well. With the events of an `other`
// trace, the scale is the same for both, so that they can stand one above the other.

import { shortSeconds } from './format.mjs';

const STEP = { min: 9, max: 28 }; // pixels for an event of weight 1
const FAN = { min: 0.6, max: 4, share: 0.3 }; // the same on the time axis, and how much of it they may take together
const TINY = 1e-9; // seconds: less than that is the same moment
const EDGE = 18; //                  so that the first and the last thing are not cut off

export function stepAxis(events, room, zoom = 1, { other = [] } = {}) {
  const weights = Float64Array.from(events, weight);
  const total = Math.max(sum(weights), sum(other.map(weight))) || 1;
  const inner = room - 2 * EDGE;
  const natural = Math.min(STEP.max, Math.max(STEP.min, inner / total));
  const starts = new Float64Array(events.length + 1);
  starts[0] = EDGE;
  weights.forEach((w, index) => {
    starts[index + 1] = starts[index] + w * natural * zoom;
  });
  const ticks = [];
  events.forEach((event, index) => {
    if (index === 0 || event.t > events[index - 1].t) ticks.push({ x: starts[index], label: shortSeconds(event.t) });
  });
  return axis({
    starts,
    ends: starts.subarray(1),
    room,
    least: Math.min(1, inner / (total * natural)),
    ticks: spaced(ticks, 36),
  });
}

/// How much room an event takes: what draws something gets a whole step, book-keeping a sliver.
function weight(event) {
  if (event.ev === 'turn_end') return event.sleep > 0 ? 3 : 0.6;
  return BIG.has(event.ev) ? 1 : 0.4;
}

const BIG = new Set(['turn', 'task', 'step', 'suspend', 'ready', 'done', 'cancel', 'print', 'call', 'called']);

/// What happens at one moment would all fall on one point; it is fanned out a little, in order, and time stands still
/// there.
/// `now`: the trace is still growing, and it is so late on its clock. The scale then has room for more, so that it
/// stays the same for a while.
export function timeAxis(events, room, zoom = 1, { now = 0, other = [] } = {}) {
  const weights = Float64Array.from(events, weight);
  const moments = fans(events, other);
  const total = sum([...moments.values()]) || 1;
  const last = Math.max(now, events.at(-1)?.t ?? 0, other.at(-1)?.t ?? 0);
  const span = now ? niceUnit(last) : last;
  const inner = (room - 2 * EDGE) * zoom;
  const unit = Math.min(FAN.max * Math.max(1, zoom), Math.max(FAN.min, (inner * FAN.share) / total));
  const scale = span > 0 ? Math.max(inner - total * unit, inner * FAN.share) / span : 0;
  const starts = new Float64Array(events.length + 1);
  const ends = new Float64Array(events.length);
  const times = Float64Array.from(moments.keys()).sort();
  const before = new Float64Array(times.length + 1); // what the moments before each take, and all of them
  times.forEach((t, index) => {
    before[index + 1] = before[index] + moments.get(t) * unit;
  });
  const place = (t) => EDGE + t * scale + before[lastNotAfter(times, t - TINY) + 1];
  let inside = 0;
  events.forEach((event, index) => {
    inside = event.t === events[index - 1]?.t ? inside + weights[index - 1] * unit : 0;
    starts[index] = place(event.t) + inside;
    ends[index] = starts[index] + weights[index] * unit;
  });
  starts[events.length] = Math.max(ends.at(-1) ?? EDGE, now && place(now));
  const ticks = timeTicks(place, last, niceUnit(span / Math.max(2, inner / 90)));
  return axis({ starts, ends, room, least: Math.min(1, Math.max(0.2, (total * FAN.min) / (room * FAN.share))), ticks });
}

/// How much room each moment takes; where two traces stand one above the other, as much as the one that needs more.
function fans(...traces) {
  const all = new Map();
  for (const events of traces) {
    const own = new Map();
    for (const event of events) own.set(event.t, (own.get(event.t) ?? 0) + weight(event));
    for (const [t, fan] of own) all.set(t, Math.max(all.get(t) ?? 0, fan));
  }
  return all;
}

function axis({ starts, ends, room, least, ticks }) {
  const count = ends.length;
  const right = starts[count];
  return {
    width: Math.max(room, right + EDGE),
    count,
    start: (at) => (at <= count ? starts[at - 1] : right),
    end: (at) => (at <= count ? ends[at - 1] : right),
    eventAt: (x) => Math.min(Math.max(lastNotAfter(starts.subarray(0, count), x) + 1, 1), count),
    ticks,
    least,
  };
}

/// `place(t)`: where that time stands, whether or not anything happens then.
function timeTicks(place, last, unit) {
  const ticks = [];
  for (let n = 0; unit > 0 && n * unit <= last + unit / 1000; n++)
    ticks.push({ x: place(n * unit), label: shortSeconds(n * unit) });
  return ticks;
}

/// The index of the last of some ascending numbers that is not above x, or -1.
function lastNotAfter(numbers, x) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const sum = (numbers) => numbers.reduce((total, n) => total + n, 0);

/// 1, 2 or 5 times a power of ten, the first that is not below `least`.
function niceUnit(least) {
  if (!(least > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= least * 0.9999);
}

/// Leaves out labels that would run into the one before.
function spaced(ticks, least) {
  let last = -Infinity;
  return ticks.filter((tick) => {
    if (tick.x - last < least) return false;
    last = tick.x;
    return true;
  });
}
