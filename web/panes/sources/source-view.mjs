// One source file with numbered lines, marks on the lines where tasks stand, the values of parameters, and one line
// that the reader is at: by pointing, or with the arrow keys.

import { el } from '../dom.mjs';
import { highlight } from './highlight.mjs';
import { withValues } from '../../run/params.mjs';
import { scrollInside } from '../scroll.mjs';

const MOST = 4; // marks at the end of a line

export class SourceView {
  /// `at(line)` hears which line the reader is at, 0 for none.
  constructor(root, { language, label, at = (_line) => {} }) {
    this.language = language;
    this.at = at;
    this.text = '';
    this.lines = [];
    this.marked = [];
    this.here = 0;
    // It scrolls, so it must be reachable by keyboard, and then it needs the arrow keys for itself.
    this.box = el('div', {
      'class': 'source-lines',
      'role': 'region',
      'aria-label': `${label}: arrow keys go from line to line`,
      'tabindex': 0,
      'data-own-keys': true,
    });
    this.box.addEventListener('pointerover', ({ target }) =>
      this.point(Number(target.closest('.line')?.dataset.line ?? 0)),
    );
    this.box.addEventListener('pointerleave', () => this.point(0));
    this.box.addEventListener('keydown', (event) => this.key(event));
    root.append(this.box);
  }

  /// `values` are those of the program's parameters.
  setText(source, values = {}) {
    this.source = source.replace(/\n$/, '');
    const { text, places } = withValues(this.source, values, this.language);
    this.text = text;
    this.marked = [];
    this.here = 0;
    this.lines = highlight(this.text, this.language).map((nodes, index) =>
      el(
        'div',
        { 'class': 'line', 'data-line': index + 1 },
        el('span', { 'class': 'line-number', 'aria-hidden': 'true' }, String(index + 1)),
        el('code', {}, ...nodes, '\n'),
      ),
    );
    for (const place of places.toReversed()) markValue(this.lines[place.line - 1].querySelector('code'), place);
    const head = this.lines.slice(0, headLength(this.text));
    this.box.scrollTop = 0;
    this.box.replaceChildren(foldHead(head), ...this.lines.slice(head.length));
  }

  /// Other values, in the text that is there.
  setValues(values) {
    const { text, places } = withValues(this.source, values, this.language);
    this.text = text;
    const shown = text.split('\n');
    const spans = new Map(
      Object.keys(values).map((name) => [name, [...this.box.querySelectorAll(`.param-value[data-param="${name}"]`)]]),
    );
    for (const { line, from, to, name } of places) {
      const span = spans.get(name).shift();
      const value = shown[line - 1].slice(from, to);
      if (!span || span.textContent === value) continue;
      span.textContent = value;
      span.classList.remove('changed');
      void span.offsetWidth; // so that the animation begins anew
      span.classList.add('changed');
    }
  }

  /// Points at the values of a parameter; null for none.
  lightValue(name) {
    for (const span of this.box.querySelectorAll('.param-value'))
      span.classList.toggle('lit', span.dataset.param === name);
  }

  /// The line on which a C function's body begins to be defined; 0 if it is not in this file.
  definitionOf(name) {
    const head = new RegExp(`^[^\\s#/*].*\\b${name.replace(/\W/g, '\\$&')}\\s*\\([^;]*$`);
    return this.text.split('\n').findIndex((line) => head.test(line)) + 1;
  }

  // --- the line that the reader is at ---

  key(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || event.target !== this.box || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const line = Math.min(Math.max(this.here + by, 1), this.lines.length);
    this.lines[line - 1].closest('details')?.setAttribute('open', '');
    this.point(line);
    scrollInside(this.box, this.lines[line - 1]);
  }

  point(line) {
    if (line === this.here) return;
    this.here = line;
    this.at(line);
  }

  /// Lights lines; the first of them is brought into view if `show`.
  light(lines, show = false) {
    for (const lit of this.box.querySelectorAll('.line.lit')) lit.classList.remove('lit');
    for (const line of lines) this.lines[line - 1]?.classList.add('lit');
    if (show && lines.length) scrollInside(this.box, this.lines[lines[0] - 1]);
  }

  // --- marks ---

  /// marks: [{line, color, running, text()}]. The running task's line is brought into view.
  mark(marks) {
    for (const line of this.marked) unmark(line);
    this.marked = [];
    for (const [number, all] of byLine(marks)) {
      const line = this.lines[number - 1];
      if (!line) continue;
      for (const mark of all.slice(0, MOST)) addMark(line, mark);
      if (all.length > MOST) line.lastChild.append(el('span', { class: 'line-mark' }, `and ${all.length - MOST} more`));
      this.marked.push(line);
    }
    const running = this.box.querySelector('.line.running');
    if (running) scrollInside(this.box, running);
  }
}

/// The programs begin with a comment that gives the answer away. It is folded, so that there is something to predict.
function foldHead(lines) {
  if (!lines.length) return '';
  return el(
    'details',
    { class: 'source-head' },
    el('summary', {}, `${lines.length === 1 ? 'Line 1' : `Lines 1–${lines.length}`}: what to expect`),
    ...lines,
  );
}

/// How many lines the comment or docstring takes with which the file begins.
function headLength(text) {
  const head = /^(\/\*.*?\*\/|""".*?""")[^\S\n]*(\n|$)/s.exec(text);
  return head ? head[1].split('\n').length : 0;
}

/// Puts a parameter's value, which is one token, into an element of its own.
function markValue(code, { from, to, name }) {
  const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  let start = 0;
  for (let node; (node = /** @type {Text} */ (walker.nextNode()));) {
    const end = start + node.length;
    if (from >= start && to <= end) {
      const value = node.splitText(from - start);
      value.splitText(to - from);
      const span = el('span', { 'class': 'param-value', 'data-param': name });
      value.replaceWith(span);
      span.append(value);
      return;
    }
    start = end;
  }
}

/// The marks of each line, the running task's first.
function byLine(marks) {
  const lines = new Map();
  for (const mark of marks) {
    const list = lines.get(mark.line) ?? [];
    if (mark.running) list.unshift(mark);
    else list.push(mark);
    lines.set(mark.line, list);
  }
  return lines;
}

function addMark(line, { color, running, text }) {
  const words = text();
  line.classList.add('marked');
  // The first mark colours the line, unless a later one belongs to the task that runs.
  if (running || !line.dataset.color) {
    if (line.dataset.color) line.classList.remove(line.dataset.color);
    line.dataset.color = color;
    line.classList.add(color);
  }
  if (running) line.classList.add('running');
  if (!line.querySelector('.line-marks')) line.append(el('span', { class: 'line-marks' }));
  line.lastChild.append(el('span', { class: `line-mark ${color}${running ? ' running' : ''}`, title: words }, words));
}

function unmark(line) {
  line.classList.remove('marked', 'running');
  if (line.dataset.color) line.classList.remove(line.dataset.color);
  delete line.dataset.color;
  line.querySelector('.line-marks')?.remove();
}
