// What <asyncio-playground> loads when it is needed: the workbench, the lessons' programs, the looks.

import { css } from './element-css.mjs';

export { programs } from '../lessons/lessons.mjs';
export { Workbench } from '../workbench/workbench.mjs';

const PANELS = ['c', 'python', 'meaning', 'predict', 'output', 'modify', 'make', 'timeline', 'details'];

/// Constructed, so that a page's Content-Security-Policy need not allow inline styles.
const looks = new CSSStyleSheet();
looks.replaceSync(css);

/// Gives an element its looks: which panels it shows (all, or a list), and how high its code may be.
export function dress(element, { panels, height }) {
  const wanted = panels === null ? PANELS : panels.split(/[\s,]+/).filter(Boolean);
  const unknown = wanted.filter((name) => !PANELS.includes(name));
  if (unknown.length)
    console.error(`<asyncio-playground>: there is no panel ${unknown.join(', ')}; there are ${PANELS.join(', ')}`);
  const own = new CSSStyleSheet();
  own.replaceSync(
    [
      ...PANELS.filter((name) => !wanted.includes(name)).map(
        (name) => `[data-of='${name}'] { display: none !important; }`,
      ),
      wanted.includes('c') && wanted.includes('python')
        ? ''
        : '.sources { grid-template-columns: minmax(0, 1fr) !important; } ' +
          '.language-switch { display: none !important; }',
      wanted.includes('predict') || wanted.includes('modify')
        ? ''
        : '.trial { grid-template-columns: minmax(0, 1fr) !important; }',
    ].join('\n'),
  );
  if (height) own.insertRule(`:host { --code-height: ${CSS.supports('height', height) ? height : 'auto'}; }`);
  element.shadowRoot.adoptedStyleSheets = [looks, own];
}
