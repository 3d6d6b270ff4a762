// One source file with numbered lines, and marks on the lines where tasks stand.

import { el } from './dom.mjs';
import { highlight } from './highlight.mjs';
import { scrollInside } from './scroll.mjs';

const MOST = 4; // marks at the end of a line

export class SourceView {
  constructor(root, { language, label }) {
    this.language = language;
    this.text = '';
    this.lines = [];
    this.marked = [];
    // It scrolls, so it must be reachable by keyboard, and then it needs the arrow keys for itself.
    this.box = el('div', { class: 'source-lines', role: 'region', 'aria-label': label, tabindex: 0, 'data-own-keys': true });
    root.append(this.box);
  }

  setText(text) {
    this.text = text.replace(/\n$/, '');
    this.marked = [];
    this.lines = highlight(this.text, this.language).map((nodes, index) =>
      el('div', { class: 'line', 'data-line': index + 1 },
        el('span', { class: 'line-number', 'aria-hidden': 'true' }, String(index + 1)), el('code', {}, ...nodes, '\n')));
    const head = this.lines.slice(0, headLength(this.text));
    this.box.scrollTop = 0;
    this.box.replaceChildren(foldHead(head), ...this.lines.slice(head.length));
  }

  /// The line on which a C function's body begins to be defined; 0 if it is not in this file.
  definitionOf(name) {
    const head = new RegExp(`^[^\\s#/*].*\\b${name.replace(/\W/g, '\\$&')}\\s*\\([^;]*$`);
    return this.text.split('\n').findIndex((line) => head.test(line)) + 1;
  }

  /// marks: [{line, color, running, text}]. The running task's line is brought into view.
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
  return el('details', { class: 'source-head' }, el('summary', {}, `${lines.length === 1 ? 'Line 1' : `Lines 1–${lines.length}`}: what to expect`), ...lines);
}

/// How many lines the comment or docstring takes with which the file begins.
function headLength(text) {
  const head = /^(\/\*[^]*?\*\/|"""[^]*?""")[^\S\n]*(\n|$)/.exec(text);
  return head ? head[1].split('\n').length : 0;
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
