// The workbench's bones: the panels that the modules fill. The same in the page and in the element.

import { choice, el } from '../panes/dom.mjs';

/// Fills `root`, a <section>. A panel is found by its data-panel; what may be left out has a data-of, and a part for
/// style sheets.
export function buildFrame(root) {
  root.classList.add('workbench');
  Object.assign(root.dataset, { phase: 'ready', language: 'c' });
  root.append(sources(), trial(), dock(), details());
}

const panel = (name, props = {}) => el('div', { 'data-panel': name, ...props });

function box(name, title, ...content) {
  return el('section', { 'class': name, 'data-of': name, 'part': name }, el('h2', {}, title), ...content);
}

function sources() {
  const source = (of, title) =>
    el('section', { 'class': 'source', 'data-of': of, 'part': of }, el('h2', {}, title), panel(of));
  return el(
    'div',
    { class: 'sources' },
    choice('language', 'Language', 'language', ['c', 'C'], ['python', 'Python']),
    source('c', 'C'),
    source('python', 'Python'),
    el('p', { 'class': 'meaning', 'data-of': 'meaning', 'data-panel': 'meaning', 'aria-live': 'polite' }),
  );
}

function trial() {
  return el(
    'div',
    { class: 'trial' },
    box('predict', 'Predict', el('p', { 'data-panel': 'ask', 'class': 'ask' }), panel('predict')),
    el(
      'section',
      { 'class': 'result', 'data-of': 'output', 'part': 'output' },
      el(
        'div',
        { class: 'result-head' },
        el('h2', {}, 'Output'),
        choice('clock', 'Clock', 'clock', ['virtual', 'virtual clock'], ['real', 'real']),
        el(
          'button',
          {
            'type': 'button',
            'class': 'stop',
            'data-panel': 'stop',
            'disabled': true,
            'title': 'Ctrl+C for the program: once lets it clean up, twice ends it at once',
          },
          'Stop',
        ),
        el(
          'button',
          { 'type': 'button', 'class': 'run', 'part': 'run', 'data-panel': 'run', 'title': 'Run (Ctrl+Enter)' },
          'Run',
        ),
      ),
      el(
        'button',
        { 'type': 'button', 'class': 'click', 'data-panel': 'click', 'hidden': true, 'disabled': true },
        'Click me',
      ),
      panel('output'),
      el('p', { 'class': 'status', 'data-panel': 'status', 'role': 'status' }),
    ),
    box('modify', 'Modify', panel('params')),
    box('make', 'Make', panel('make')),
  );
}

function dock() {
  const zoom = (action, sign, title) =>
    el('button', { 'type': 'button', 'data-zoom': action, title, 'aria-label': title }, sign);
  const kbd = (...keys) => keys.flatMap((key) => [el('kbd', {}, key), ' ']);
  return el(
    'section',
    { 'class': 'dock', 'data-of': 'timeline', 'part': 'timeline', 'aria-label': 'Timeline' },
    el(
      'div',
      { class: 'dock-head' },
      el('h2', {}, 'Timeline'),
      choice('axis', 'Axis', 'axis', ['steps', 'steps'], ['time', 'time']),
      el(
        'div',
        { 'class': 'zoom', 'role': 'group', 'aria-label': 'Zoom' },
        zoom('zoomOut', '−', 'Zoom out (-)'),
        zoom('fit', 'fit', 'Fit all into the width (0)'),
        zoom('zoomIn', '+', 'Zoom in (+)'),
      ),
      el('div', { 'class': 'extras', 'data-panel': 'extras' }),
      el(
        'details',
        { class: 'keys-box' },
        el('summary', {}, 'Keys'),
        el(
          'ul',
          { class: 'keys' },
          el('li', {}, kbd('←', '→'), 'one step'),
          el('li', {}, kbd('Home', 'End'), 'to the ends'),
          el('li', {}, kbd('space'), 'play'),
          el('li', {}, kbd('[', ']'), 'printed lines'),
          el('li', {}, kbd('p', 'n'), 'steps of the task'),
          el('li', {}, 'in the timeline: ', kbd('↑', '↓'), 'choose a task, ', kbd('+', '−', '0'), 'zoom'),
        ),
      ),
      el('details', { class: 'legend-box', open: true }, el('summary', {}, 'Legend'), panel('legend')),
    ),
    el('p', { 'class': 'compare-words', 'data-panel': 'compare', 'role': 'status', 'hidden': true }),
    panel('pinned', {
      'class': 'pinned',
      'hidden': true,
      'tabindex': 0,
      'role': 'group',
      'aria-label': 'Timeline of the pinned run',
    }),
    panel('minimap', { class: 'minimap', hidden: true }),
    panel('timeline', {
      'class': 'timeline',
      'tabindex': 0,
      'role': 'group',
      'aria-label': 'Timeline: arrow keys step through it',
    }),
    panel('stepper', { class: 'stepper' }),
  );
}

function details() {
  return el(
    'div',
    { 'class': 'details', 'data-of': 'details' },
    el('section', { part: 'steps' }, el('h2', {}, 'Steps'), panel('steps')),
    el('section', { part: 'state' }, el('h2', {}, 'At this step'), panel('state')),
  );
}
