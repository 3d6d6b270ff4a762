// Where the reader stands in the trace: a position between 0 and its length, with buttons, keys, a slider, a player,
// and the sentence that says what the last event was. Everything else on the page follows its `change` event.

import { describe } from '../trace/describe.mjs';
import { el } from './dom.mjs';
import { seconds } from '../trace/format.mjs';
import { Player } from './player.mjs';

const KEYS = {
  'ArrowRight': 'forward',
  'ArrowDown': 'forward',
  'ArrowLeft': 'back',
  'ArrowUp': 'back',
  'Home': 'first',
  'End': 'last',
  ']': 'nextLine',
  '[': 'previousLine',
  'n': 'nextStep',
  'p': 'previousStep',
  ' ': 'play',
};

export class Stepper extends EventTarget {
  constructor(root) {
    super();
    this.slider = el('input', {
      'type': 'range',
      'min': 0,
      'max': 0,
      'step': 1,
      'aria-label': 'Position in the trace',
      'on': { input: () => this.seek(Number(this.slider.value)) },
    });
    this.count = el('span', { class: 'stepper-count' });
    this.sentence = el('span', { class: 'stepper-sentence' });
    this.player = new Player({
      forward: () => this.forward(),
      more: () => this.position < this.length,
      changed: (plays) => this.tellPlaying(plays),
    });
    this.words = el('p', { 'class': 'stepper-words', 'aria-live': 'polite' }, this.count, ' ', this.sentence);
    root.append(
      el(
        'div',
        { 'class': 'stepper-buttons', 'role': 'group', 'aria-label': 'Steps' },
        this.button('first', '|‹', 'To the beginning (Home)'),
        this.button('back', '‹', 'One step back (left arrow)'),
        this.button('play', '▶', 'Play (space)'),
        this.button('forward', '›', 'One step forward (right arrow)'),
        this.button('last', '›|', 'To the end (End)'),
      ),
      el(
        'div',
        { 'class': 'stepper-buttons jumps', 'role': 'group', 'aria-label': 'Jumps' },
        this.button('previousLine', '‹ line', 'To the printed line before ([)'),
        this.button('nextLine', 'line ›', 'To the next printed line (])'),
        this.button('previousStep', '‹ step', 'To the step before of this task, or of the chosen one (p)'),
        this.button('nextStep', 'step ›', 'To the next step of this task, or of the chosen one (n)'),
      ),
      this.slider,
      this.player.speed,
      this.words,
    );
    this.clear();
  }

  button(action, sign, title) {
    return el(
      'button',
      { 'type': 'button', title, 'aria-label': title, 'data-action': action, 'on': { click: () => this[action]() } },
      sign,
    );
  }

  /// No trace, so no steps.
  clear() {
    this.player.stop();
    this.model = null;
    this.position = this.length = this.lane = 0;
  }

  /// A new trace; the reader stands at its end, where everything that happened can be seen, or where `position` says.
  load(model, position = model.length) {
    this.player.stop();
    this.model = model;
    this.length = model.length;
    this.words.setAttribute('aria-live', 'polite');
    this.slider.max = model.length;
    this.position = -1;
    this.seek(position);
  }

  /// The trace has grown. Who stands at its end goes along, the others stay where they are.
  grow() {
    const along = this.follows;
    this.length = this.slider.max = this.model.length;
    this.words.setAttribute('aria-live', 'off');
    if (along) this.seek(this.length, { along });
    else this.tell(this.model.stateAt(this.position));
  }

  get follows() {
    return this.position === this.length;
  }

  first() {
    this.seek(0);
  }
  back() {
    this.seek(this.position - 1);
  }
  forward() {
    this.seek(this.position + 1);
  }
  last() {
    this.seek(this.length);
  }
  nextLine() {
    this.jump(1, isLine);
  }
  previousLine() {
    this.jump(-1, isLine);
  }
  nextStep() {
    this.jump(1, this.isStep());
  }
  previousStep() {
    this.jump(-1, this.isStep());
  }

  play() {
    if (this.position === this.length) this.seek(0);
    this.player.toggle();
  }

  /// To the next event of its kind in one direction, or to the end there.
  jump(by, wanted) {
    if (!this.model) return;
    let position = this.position + by;
    while (position > 0 && position < this.length && !wanted(this.model.eventAt(position))) position += by;
    this.seek(position);
  }

  /// Whether an event begins a step of the chosen task, or else of the one that the current event is about, or else of
  /// any.
  isStep() {
    const task = this.lane || this.model?.eventAt(this.position)?.task || 0;
    return (event) => event.ev === 'step' && (!task || event.task === task);
  }

  /// `along`: it is not the reader who moves.
  seek(position, { along = false } = {}) {
    const inside = Math.min(Math.max(position, 0), this.length);
    if (!this.model || inside === this.position) return;
    this.position = inside;
    const state = this.model.stateAt(inside);
    this.tell(state);
    this.dispatchEvent(new CustomEvent('change', { detail: { position: inside, state, along } }));
  }

  tell(state) {
    const event = this.model.eventAt(this.position);
    this.count.textContent = `${this.position} of ${this.length} · ${seconds(state.time)}`;
    this.sentence.textContent = event ? describe(event, state) : 'Before the first step';
    this.slider.value = this.position;
    this.slider.setAttribute('aria-valuetext', `${this.position} of ${this.length}: ${this.sentence.textContent}`);
  }

  tellPlaying(plays) {
    const button = this.buttonOf('play');
    button.textContent = plays ? '❚❚' : '▶';
    button.title = plays ? 'Pause (space)' : 'Play (space)';
    button.setAttribute('aria-label', button.title);
    this.words.setAttribute('aria-live', plays ? 'off' : 'polite'); // nobody can listen that fast
  }

  buttonOf(action) {
    return this.words.parentElement.querySelector(`[data-action="${action}"]`);
  }

  /// For a keydown listener: moves if the key is one of ours and nobody else there needs it.
  key(event) {
    const action = KEYS[event.key];
    if (!action || !this.length || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.closest('textarea, select, input, [data-own-keys]')) return;
    if (event.key === ' ' && event.target.closest('button, a, summary')) return;
    event.preventDefault();
    this[action]();
  }
}

const isLine = (event) => event.ev === 'print';
