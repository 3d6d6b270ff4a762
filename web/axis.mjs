// Where each event stands from left to right. Two axes with one interface:
//
//   width                  in pixels
//   start(at), end(at)     the span of event number `at` (1 is the first; one past the last is the right edge)
//   eventAt(x)             the number of the event whose span holds x; the next one before it where spans are empty
//   ticks                  [{x, label}] along the top
//
// Steps: each event takes room, whether or not time passes; under a virtual clock computing takes none. Time: the loop's
// clock to scale, so that waits can be compared.

import { shortSeconds } from './format.mjs';

const STEP = { min: 9, max: 28 }; // pixels for an event of weight 1
const FAN = { min: 0.6, max: 4, share: 0.3 }; // the same on the time axis, and how much of it they may take together
const EDGE = 18; //                  so that the first and the last thing are not cut off

export function stepAxis(events, room) {
  const weights = events.map(weight);
  const total = weights.reduce((sum, w) => sum + w, 0) || 1;
  const unit = Math.min(STEP.max, Math.max(STEP.min, (room - 2 * EDGE) / total));
  const edges = [EDGE];
  for (const w of weights) edges.push(edges.at(-1) + w * unit);
  const ticks = [];
  events.forEach((event, index) => {
    if (index === 0 || event.t > events[index - 1].t) ticks.push({ x: edges[index], label: shortSeconds(event.t) });
  });
  return {
    width: Math.max(room, edges.at(-1) + EDGE),
    start: (at) => edges[Math.min(at, edges.length) - 1],
    end: (at) => edges[Math.min(at, edges.length - 1)],
    eventAt: (x) => clampEvent(edges.findIndex((edge) => edge > x), events.length),
    ticks: spaced(ticks, 36),
  };
}

/// How much room an event takes: what draws something gets a whole step, book-keeping a sliver.
function weight(event) {
  if (event.ev === 'turn_end') return event.sleep > 0 ? 3 : 0.6;
  return ['turn', 'task', 'step', 'suspend', 'ready', 'done', 'cancel', 'print', 'call', 'called'].includes(event.ev) ? 1 : 0.4;
}

/// What happens at one moment would all fall on one point; it is fanned out a little, in order, and time stands still there.
export function timeAxis(events, room) {
  const weights = events.map(weight);
  const total = weights.reduce((sum, w) => sum + w, 0) || 1;
  const last = events.at(-1)?.t ?? 0;
  const inner = room - 2 * EDGE;
  const unit = Math.min(FAN.max, Math.max(FAN.min, (inner * FAN.share) / total));
  const scale = last > 0 ? Math.max(inner - total * unit, inner * FAN.share) / last : 0;
  const spans = []; // [start, end] of each event
  let fanned = 0;
  events.forEach((event, index) => {
    const start = EDGE + event.t * scale + fanned;
    fanned += weights[index] * unit;
    spans.push([start, start + weights[index] * unit]);
  });
  const right = spans.at(-1)?.[1] ?? EDGE;
  return {
    width: Math.max(room, right + EDGE),
    start: (at) => spans[at - 1]?.[0] ?? right,
    end: (at) => spans[at - 1]?.[1] ?? right,
    eventAt: (x) => clampEvent(spans.findLastIndex(([start]) => start <= x) + 1, events.length),
    ticks: timeTicks(events, spans, scale, last, niceUnit(last / Math.max(2, inner / 90))),
  };
}

function timeTicks(events, spans, scale, last, unit) {
  const ticks = [];
  for (let n = 0; unit > 0 && n * unit <= last + unit / 1000; n++) {
    const t = n * unit;
    const next = events.findIndex((event) => event.t >= t - unit / 1000); // the first event at this moment, or after it
    const x = next < 0 ? spans.at(-1)[1] : spans[next][0] - (events[next].t - t) * scale;
    ticks.push({ x, label: shortSeconds(t) });
  }
  return ticks;
}

function clampEvent(number, count) {
  return number < 0 ? count : Math.min(Math.max(number, 1), count);
}

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
