// Two runs of a program, compared: how much they have in common, and in words what is different. Pure.

import { describe } from './describe.mjs';
import { seconds } from './format.mjs';
import { common, firstDifference } from './orders.mjs';

/// A run is {model, lines}. Answers {parts, words}: how many events they have in common from the beginning, and
/// sentences on what
/// `now` has otherwise than `before`.
export function compareRuns(before, now) {
  const parts = common(before.model.events, now.model.events);
  return { parts, words: [...onTime(before, now), onLines(before, now), onSteps(before, now, parts)] };
}

function onTime(before, now) {
  const [then, time] = [before, now].map(({ model }) => model.last.time);
  if (then === time) return [`Both take ${seconds(time)}.`];
  const [less, word] = time < then ? [then - time, 'less'] : [time - then, 'more'];
  return [`This run takes ${seconds(time)}, the pinned one ${seconds(then)}: ${seconds(less)} ${word}.`];
}

function onLines(before, now) {
  const { line, before: old, after } = firstDifference(before.lines, now.lines);
  if (old === null && after === null) return 'They print the same lines.';
  if (old === null) return `This run prints more: line ${line} is “${after}”.`;
  if (after === null) return `This run prints less: the pinned one’s line ${line} is “${old}”.`;
  const later = now.lines.indexOf(old, line) + 1;
  return `Line ${line} is “${after}”, in the pinned run “${old}”${later ? `, which is line ${later} here` : ''}.`;
}

function onSteps(before, now, parts) {
  const [then, here] = [before, now].map(({ model }) => sentenceAt(model, parts + 1));
  if (!then && !here) return 'Step by step they do the same, if not at the same times.';
  if (!then || !here) return `They do the same up to step ${parts}, where ${then ? 'this' : 'the pinned'} run is over.`;
  return `They part at step ${parts + 1}. Here: ${here}. In the pinned run: ${then}.`;
}

function sentenceAt(model, position) {
  return position <= model.length ? describe(model.eventAt(position), model.stateAt(position)) : null;
}

/// The position in one run that stands beside `position` in the other: the same step as long as they do the same, and
/// then the last step that is not later on the loop’s clock.
export function beside(position, from, to, parts) {
  if (position === from.length) return to.length;
  if (position <= parts) return position;
  const { time } = from.stateAt(position);
  let at = to.length;
  while (at > parts && to.eventAt(at).t > time) at--;
  return at;
}

/// What was chosen otherwise for two runs, in words: their parameters by name, and their seeds.
export function differentChoices({ params = {} }, before, now) {
  const said = ({ values, seed }) =>
    [
      ...Object.entries(params)
        .filter(([name]) => before.values[name] !== now.values[name])
        .map(([name, { label, unit = '' }]) => `${label}: ${inWords(values[name])}${unit && ` ${unit}`}`),
      ...(before.seed === now.seed ? [] : [seed ? `timing of seed ${seed}` : 'exact order']),
    ].join(', ');
  return { before: said(before), now: said(now) };
}

function inWords(value) {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
