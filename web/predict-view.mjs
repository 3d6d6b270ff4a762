// Predict: the shuffled lines, which the reader puts in order by dragging (mouse or finger) or with the arrow keys. When the
// program has run, each line says whether it stood in its place. Nobody has to.

import { el } from './dom.mjs';
import { moved, puzzle, shuffled, verdicts } from './predict.mjs';

export class PredictView {
  /// `told({right, of})` hears of the result of a prediction.
  constructor(root, { told = () => {} } = {}) {
    this.told = told;
    this.list = el('ol', { class: 'guess', 'aria-label': 'Your order of the lines' });
    this.words = el('p', { class: 'guess-words', role: 'status' });
    this.list.addEventListener('keydown', (event) => this.key(event));
    this.list.addEventListener('pointerdown', (event) => this.grab(event));
    root.append(this.list, this.words);
    this.clear();
  }

  clear() {
    this.lines = this.guess = [];
    this.touched = false;
    this.list.replaceChildren();
    this.words.textContent = '';
  }

  /// The lines that the program is going to print.
  show(lines) {
    this.clear();
    if (lines.length < 3) return;
    this.lines = puzzle(lines);
    this.guess = shuffled(this.lines);
    this.words.textContent = lines.length > this.lines.length
      ? `These are the first ${this.lines.length} lines, shuffled. Put them in order: drag them, or use the arrow keys.`
      : 'These lines are shuffled. Put them in order: drag them, or use the arrow keys. Or just run it.';
    this.draw();
  }

  draw(focus = -1) {
    const items = this.guess.map((text, index) => el('li', { class: 'guess-line' },
      el('button', { type: 'button', class: 'grip', 'data-own-keys': true, 'aria-label': `${text}: line ${index + 1} of ${this.guess.length}. Arrow keys move it.` }, '⠿'),
      el('span', { class: 'text' }, text)));
    this.list.replaceChildren(...items);
    if (focus >= 0) items[focus].firstChild.focus();
  }

  move(from, to) {
    if (to < 0 || to >= this.guess.length || to === from) return from;
    this.touched = true;
    this.guess = moved(this.guess, from, to);
    this.draw(to);
    this.words.textContent = `${this.guess[to]}: now line ${to + 1} of ${this.guess.length}.`;
    return to;
  }

  key(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const from = [...this.list.children].indexOf(event.target.closest('li'));
    if (!by || from < 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.move(from, from + by);
  }

  grab(event) {
    let from = [...this.list.children].indexOf(event.target.closest('li'));
    if (from < 0 || event.button > 0 || this.list.classList.contains('told')) return;
    event.preventDefault();
    this.list.setPointerCapture(event.pointerId);
    this.list.children[from].classList.add('held');
    const over = ({ clientY }) => {
      const to = [...this.list.children].findIndex((item) => clientY < item.getBoundingClientRect().bottom);
      from = this.move(from, to < 0 ? this.guess.length - 1 : to);
      this.list.children[from].classList.add('held');
    };
    const drop = () => {
      this.list.children[from]?.classList.remove('held');
      this.list.removeEventListener('pointermove', over);
    };
    this.list.addEventListener('pointermove', over);
    this.list.addEventListener('lostpointercapture', drop, { once: true });
  }

  /// What the program really printed. A reader who has moved nothing has not guessed, and is not told off.
  reveal(lines) {
    this.list.classList.toggle('told', this.touched);
    if (!this.guess.length) return;
    if (!this.touched) {
      this.words.textContent = 'You have made no prediction this time.';
      return;
    }
    const right = verdicts(this.guess, puzzle(lines));
    [...this.list.children].forEach((item, index) => {
      const place = lines.indexOf(this.guess[index]) + 1;
      item.classList.add(right[index] ? 'right' : 'wrong');
      item.append(el('span', { class: 'verdict' }, right[index] ? '✓ right' : place ? `✗ line ${place}` : '✗ not printed'));
    });
    const count = right.filter(Boolean).length;
    this.words.textContent = count === right.length ? 'All lines are where you said.' : `${count} of ${right.length} lines are where you said. Step through to see why.`;
    this.told({ right: count, of: right.length });
  }
}
