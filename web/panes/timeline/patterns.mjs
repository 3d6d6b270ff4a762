// The patterns that tell states apart without colour: dots for ready, slanted lines for suspended, level ones for a
// loop that sleeps. Their colours come from the page's style sheet.

import { svg } from '../dom.mjs';

let count = 0; // ids must be unique in the document, and there may be several drawings

/// Puts the patterns into an <svg>; returns name -> the value for a `fill` attribute.
export function definePatterns(picture) {
  const prefix = `pattern-${++count}-`;
  const tile = (name, width, height, transform, ...shapes) =>
    svg(
      'pattern',
      {
        id: prefix + name,
        class: `pattern ${name}`,
        width,
        height,
        patternUnits: 'userSpaceOnUse',
        patternTransform: transform,
      },
      svg('rect', { class: 'paper', width, height }),
      ...shapes,
    );
  picture.append(
    svg(
      'defs',
      {},
      tile('ready', 5, 5, null, svg('circle', { class: 'ink', cx: 2.5, cy: 2.5, r: 1.1 })),
      tile('suspended', 6, 6, 'rotate(45)', svg('rect', { class: 'ink', width: 1.6, height: 6 })),
      tile('asleep', 6, 5, null, svg('rect', { class: 'ink', width: 6, height: 1 })),
    ),
  );
  return (name) => `url(#${prefix}${name})`;
}
