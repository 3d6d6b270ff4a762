// The rows of the result: numbers, what they are compared with, and the table that shows them.

import { goalText, met } from './goals.mjs';

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b),
    middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const sum = (values) => values.reduce((a, b) => a + b, 0);

const rounded = (value) => (value === null ? null : Number(value.toPrecision(5)));

/** One line of the result: what was measured, and what it is compared with. */
export function row(name, unit, ours, peer = null, peerValue = null) {
  const ratio = peerValue ? ours / peerValue : null;
  return { name, unit, ours: rounded(ours), peer, peer_value: rounded(peerValue), ratio: rounded(ratio) };
}

const shown = (value) =>
  value === null
    ? ''
    : value >= 1000
      ? Math.round(value).toLocaleString('en-US')
      : String(Number(value.toPrecision(3)));

/** All of them, as people read them. */
export function table(rows) {
  const lines = rows.map((r) => {
    const is = met(r);
    return [
      r.name,
      shown(r.ours),
      r.unit,
      r.peer ?? '',
      shown(r.peer_value),
      r.ratio === null ? '' : `${r.ratio < 0.1 ? r.ratio.toFixed(3) : r.ratio.toFixed(2)}×`,
      goalText(r),
      is === undefined ? '' : is ? 'met' : 'NOT MET',
    ];
  });
  const head = ['', 'ours', '', 'peer', "peer's", 'ratio', 'goal', ''];
  const widths = head.map((title, i) => Math.max(...[head, ...lines].map((line) => line[i].length)));
  const right = [1, 4, 5, 6];
  return [head, ...lines]
    .map((line) =>
      line
        .map((text, i) => (right.includes(i) ? text.padStart(widths[i]) : text.padEnd(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const placeOf = (file) => (file.includes('/') ? file.split('/')[0] : 'root');

/** Files, by the folder of the package that they are in. */
export function byPlace(sizes) {
  const places = {};
  for (const one of sizes) (places[placeOf(one.file)] ??= []).push(one);
  return places;
}
