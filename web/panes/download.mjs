// Files for the reader to keep: the trace, and the timeline as a picture that needs no style sheet.

import { el } from './dom.mjs';
import { chromeTrace, jsonLines } from '../trace/export.mjs';

const PROPERTIES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'font',
  'text-anchor',
  'paint-order',
];

/// A menu of what can be kept of the trace that `shown()` tells of: {id, events, timeline}.
export function downloads(shown) {
  /** @type {[string, (workbench: any) => [string, string, any]][]} */
  const items = [
    [
      'Trace for Perfetto (JSON)',
      ({ events, timeline }) => ['json', 'application/json', chromeTrace(events, timeline.drawing)],
    ],
    ['Trace as JSON lines', ({ events }) => ['jsonl', 'application/jsonl', jsonLines(events)]],
    ['Timeline as a picture (SVG)', ({ timeline }) => ['svg', 'image/svg+xml', pictureOf(timeline.picture.svg)]],
  ];
  const menu = el(
    'details',
    { class: 'menu' },
    el('summary', { class: 'quiet' }, 'Save'),
    el(
      'ul',
      {},
      items.map(([text, file]) =>
        el(
          'li',
          {},
          el(
            'button',
            {
              type: 'button',
              on: {
                click: () => {
                  save(shown().id, ...file(shown()));
                  menu.open = false;
                },
              },
            },
            text,
          ),
        ),
      ),
    ),
  );
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    menu.open = false;
    menu.firstChild.focus();
  });
  return menu;
}

function save(id, ending, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = el('a', { href: url, download: `${id}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/// The drawing with its looks written into it, without the reader's cursor.
export function pictureOf(drawing) {
  const copy = drawing.cloneNode(true);
  const [from, to] = [drawing, copy].map((node) => [...node.querySelectorAll('*')]);
  from.forEach((node, index) => {
    const looks = getComputedStyle(node);
    for (const name of PROPERTIES) {
      const value = looks.getPropertyValue(name);
      if (value && !(name === 'fill' && node.getAttribute('fill'))) to[index].setAttribute(name, value);
    }
  });
  for (const node of copy.querySelectorAll('.cursor, .veil, .arrow.current')) node.remove();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}
