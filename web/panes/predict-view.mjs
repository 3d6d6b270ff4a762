// Predict, in two forms: the shuffled lines are put in order, by dragging (mouse or finger) or with the arrow keys; or
// each is given the time at which it is printed. When the program has run, each line says whether that was right.
// Nobody has to.

import { choice, el } from './dom.mjs';
import { plural, shortSeconds } from '../trace/format.mjs';
import { hasTimes, moved, puzzle, shuffled, timeVerdicts, verdicts } from './predict.mjs';

/// What the two forms say, show in a line, and make of the end.
const FORMS = {
  order: {
    label: 'Your order of the lines',
    task: (some) =>
      `${some ? `These are the first ${some} lines, shuffled.` : 'These lines are shuffled.'} ` +
      'Put them in order: drag them, or use the arrow keys. Or just run it.',
    line: ({ text }, index, of) => [
      el(
        'button',
        {
          'type': 'button',
          'class': 'grip',
          'data-own-keys': true,
          'aria-label': `${text}: line ${index + 1} of ${of}. Arrow keys move it.`,
        },
        '⠿',
      ),
      el('span', { class: 'text' }, text),
    ],
    verdicts,
    wrong: ({ text }, printed) => {
      const place = printed.findIndex((line) => line.text === text) + 1;
      return place ? `line ${place}` : 'not printed';
    },
    result: (right, of) =>
      right === of
        ? 'All lines are where you said.'
        : `${right} of ${of} lines are where you said. Step through to see why.`,
  },
  times: {
    label: 'Your times of the lines',
    task: (some) =>
      `When is each line printed${some ? `, of the first ${some}` : ''}? In seconds from the start. Or just run it.`,
    line: ({ text, said }) => [
      el(
        'label',
        { class: 'time-guess' },
        el('span', { class: 'text' }, text),
        el('input', {
          'type': 'number',
          'min': 0,
          'step': 'any',
          'inputmode': 'decimal',
          'aria-label': `${text}: printed after how many seconds?`,
          'value': said,
        }),
        ' s',
      ),
    ],
    verdicts: timeVerdicts,
    wrong: ({ text }, printed) => {
      const times = [...new Set(printed.filter((line) => line.text === text).map(({ t }) => shortSeconds(t)))];
      return times.join(', ') || 'not printed';
    },
    result: (right, of) =>
      right === of
        ? 'All lines are printed when you said.'
        : `${right} of ${plural(of, 'line')} ${right === 1 ? 'is' : 'are'} printed when you said. ` +
          'Step through to see why.',
  },
};

export class PredictView {
  /// `told({right, of, form})` hears of the result of a prediction, whose form is 'order' or 'times'.
  constructor(root, { told = (_result) => {} } = {}) {
    this.told = told;
    this.name = 'order';
    this.choice = choice('guess', 'What to predict', 'guess', ['order', 'order'], ['times', 'times']);
    this.list = el('ol', { class: 'guess' });
    this.words = el('p', { class: 'guess-words', role: 'status' });
    for (const input of this.choice.querySelectorAll('input'))
      input.addEventListener('change', () => this.choose(input.value));
    this.list.addEventListener('input', ({ target }) => this.say(this.indexOf(target), target.value));
    this.list.addEventListener('keydown', (event) => this.key(event));
    this.list.addEventListener('pointerdown', (event) => this.grab(event));
    root.append(this.choice, this.list, this.words);
    this.withdraw();
  }

  get form() {
    return FORMS[this.name];
  }

  withdraw() {
    this.lines = this.guess = [];
    this.touched = this.revealed = false;
    this.choice.hidden = true;
    this.list.replaceChildren();
    this.words.textContent = '';
  }

  /// The lines that the program is going to print, as {text, t}.
  offer(lines) {
    this.withdraw();
    if (lines.length < 3) return;
    this.lines = puzzle(lines);
    this.some = lines.length > this.lines.length ? this.lines.length : 0;
    this.guess = shuffled(this.lines).map(({ text }) => ({ text }));
    this.choice.hidden = !hasTimes(this.lines);
    this.choose(this.choice.hidden ? 'order' : this.name);
  }

  /// The other form; each keeps what was said in it.
  choose(name) {
    this.name = name;
    for (const input of this.choice.querySelectorAll('input')) input.checked = input.value === name;
    this.list.setAttribute('aria-label', this.form.label);
    this.list.classList.toggle('timed', name === 'times');
    this.draw();
    if (this.revealed) this.judge();
    else this.words.textContent = this.form.task(this.some);
  }

  draw(focus = -1) {
    const items = this.guess.map((line, index) =>
      el('li', { class: 'guess-line' }, ...this.form.line(line, index, this.guess.length)),
    );
    this.list.replaceChildren(...items);
    if (focus >= 0) items[focus].firstChild.focus();
  }

  indexOf(node) {
    return [...this.list.children].indexOf(node.closest('li'));
  }

  // --- order ---

  move(from, to) {
    if (to < 0 || to >= this.guess.length || to === from) return from;
    this.touched = true;
    this.guess = moved(this.guess, from, to);
    this.draw(to);
    this.words.textContent = `${this.guess[to].text}: now line ${to + 1} of ${this.guess.length}.`;
    return to;
  }

  key(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const from = this.indexOf(event.target);
    if (!by || from < 0 || this.name !== 'order' || this.revealed) return;
    event.preventDefault();
    event.stopPropagation();
    this.move(from, from + by);
  }

  grab(event) {
    let from = this.indexOf(event.target);
    if (from < 0 || event.button > 0 || this.name !== 'order' || this.revealed) return;
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

  // --- times ---

  say(index, text) {
    const said = Number.parseFloat(text);
    this.guess[index].said = Number.isNaN(said) ? undefined : said;
  }

  // --- the end ---

  /// Whether there is a guess in this form.
  get guessed() {
    return this.name === 'order' ? this.touched : this.guess.some(({ said }) => said !== undefined);
  }

  /// What the program really printed.
  end({ printed }) {
    if (!this.guess.length) return;
    const again = this.revealed; // with other parameters
    this.printed = printed;
    this.revealed = true;
    this.draw();
    const result = this.judge();
    if (result && !again) this.told({ ...result, form: this.name });
  }

  /// Tells what was right: {right, of}. A reader who has said nothing has not guessed, and is not told off.
  judge() {
    const { form, printed } = this,
      right = form.verdicts(this.guess, puzzle(printed)),
      count = right.filter(Boolean).length;
    for (const input of this.list.querySelectorAll('input')) input.readOnly = true;
    this.list.classList.toggle('told', this.guessed);
    if (!this.guessed) {
      this.words.textContent = 'You have made no prediction this time.';
      return undefined;
    }
    [...this.list.children].forEach((item, index) => {
      item.classList.add(right[index] ? 'right' : 'wrong');
      item.append(
        el('span', { class: 'verdict' }, right[index] ? '✓ right' : `✗ ${form.wrong(this.guess[index], printed)}`),
      );
    });
    this.words.textContent = form.result(count, right.length);
    return { right: count, of: right.length };
  }
}
