// What the shapes and patterns of the timeline mean.

import { el, svg } from '../dom.mjs';
import { definePatterns } from './patterns.mjs';

export function legend() {
  return el(
    'ul',
    { 'class': 'legend', 'aria-label': 'Legend of the timeline' },
    bar('running', 'running'),
    bar('ready', 'ready: waits for its turn', 'ready'),
    bar('suspended', 'suspended: waits for something', 'suspended'),
    sample('done', end('result')),
    sample('failed', end('exception')),
    sample('cancelled', end('cancelled')),
    sample('woke', arrow('wake')),
    sample('created', arrow('create')),
    sample('asked to cancel', arrow('cancel')),
    sample('printed a line', mark()),
  );
}

function sample(label, ...shapes) {
  return el(
    'li',
    {},
    svg('svg', { 'class': 'lane-0', 'width': 26, 'height': 18, 'aria-hidden': 'true' }, ...shapes),
    label,
  );
}

function bar(kind, label, pattern) {
  const item = sample(label);
  const picture = item.firstChild;
  const fill = definePatterns(picture);
  picture.append(
    svg('rect', {
      class: `bar ${kind}`,
      x: 1,
      y: 2,
      width: 24,
      height: 14,
      rx: 3,
      ...(pattern && { fill: fill(pattern) }),
    }),
  );
  return item;
}

function end(how) {
  const shape =
    how === 'exception'
      ? svg('rect', { x: 6, y: 2, width: 14, height: 14, rx: 2 })
      : svg('circle', { cx: 13, cy: 9, r: 7 });
  const sign = {
    result: 'M10,9 L12,11.5 L16.2,6.5',
    exception: 'M10,6 L16,12 M16,6 L10,12',
    cancelled: 'M8.4,13.6 L17.6,4.4',
  }[how];
  return svg('g', { class: `end ${how}` }, shape, svg('path', { d: sign }));
}

function arrow(kind) {
  return svg(
    'g',
    { class: `arrow ${kind}` },
    svg('path', { class: 'shaft', d: 'M13,1 L13,13' }),
    svg('path', { class: 'head', d: 'M9,11 L13,17 L17,11' }),
  );
}

function mark() {
  return svg('path', { class: 'mark', d: 'M13,16v-8m-3,-3a3,3 0 1 0 6,0a3,3 0 1 0 -6,0' });
}
