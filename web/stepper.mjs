// Where the reader stands in the trace: a position between 0 and its length, with buttons, keys, a slider and the sentence
// that says what the last event was. Everything else on the page follows its `change` event.

import { describe } from './describe.mjs';
import { el } from './dom.mjs';
import { seconds } from './format.mjs';

const KEYS = { ArrowRight: 'forward', ArrowDown: 'forward', ArrowLeft: 'back', ArrowUp: 'back', Home: 'first', End: 'last' };

export class Stepper extends EventTarget {
  constructor(root) {
    super();
    this.clear();
    this.slider = el('input', {
      type: 'range', min: 0, max: 0, step: 1, 'aria-label': 'Position in the trace',
      on: { input: () => this.seek(Number(this.slider.value)) },
    });
    this.count = el('span', { class: 'stepper-count' });
    this.sentence = el('span', { class: 'stepper-sentence' });
    root.append(
      el('div', { class: 'stepper-buttons', role: 'group', 'aria-label': 'Steps' },
        this.button('first', '|‹', 'To the beginning (Home)'), this.button('back', '‹', 'One step back (left arrow)'),
        this.button('forward', '›', 'One step forward (right arrow)'), this.button('last', '›|', 'To the end (End)')),
      this.slider,
      el('p', { class: 'stepper-words', 'aria-live': 'polite' }, this.count, ' ', this.sentence),
    );
  }

  button(action, sign, title) {
    return el('button', { type: 'button', title, 'aria-label': title, 'data-action': action, on: { click: () => this[action]() } }, sign);
  }

  /// No trace, so no steps.
  clear() {
    this.model = null;
    this.position = this.length = 0;
  }

  /// A new trace; the reader stands at its end, where everything that happened can be seen.
  load(model) {
    this.model = model;
    this.length = model.length;
    this.slider.max = model.length;
    this.position = -1;
    this.seek(model.length);
  }

  first() { this.seek(0); }
  back() { this.seek(this.position - 1); }
  forward() { this.seek(this.position + 1); }
  last() { this.seek(this.length); }

  seek(position) {
    const inside = Math.min(Math.max(position, 0), this.length);
    if (!this.model || inside === this.position) return;
    this.position = inside;
    const state = this.model.stateAt(inside);
    this.tell(state);
    this.dispatchEvent(new CustomEvent('change', { detail: { position: inside, state } }));
  }

  tell(state) {
    const event = this.model.eventAt(this.position);
    this.count.textContent = `${this.position} of ${this.length} · ${seconds(state.time)}`;
    this.sentence.textContent = event ? describe(event, state) : 'Before the first step';
    this.slider.value = this.position;
    this.slider.setAttribute('aria-valuetext', `${this.position} of ${this.length}: ${this.sentence.textContent}`);
  }

  /// For a keydown listener: moves if the key is one of ours and nobody else there needs it.
  key(event) {
    const action = KEYS[event.key];
    if (!action || !this.length || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.closest('textarea, select, input, [data-own-keys]')) return;
    event.preventDefault();
    this[action]();
  }
}
