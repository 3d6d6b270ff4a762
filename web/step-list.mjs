// The trace in words: a list with one sentence per event, the current one marked. For whom the drawing is no help, this is
// the view; for everybody else it is the drawing's caption.

import { describe } from './describe.mjs';
import { el } from './dom.mjs';
import { shortSeconds } from './format.mjs';
import { scrollInside } from './scroll.mjs';
import { apply, initialState } from './trace-model.mjs';

export class StepList {
  constructor(root, { seek }) {
    this.list = el('ol', { class: 'steps', tabindex: 0, 'aria-label': 'Steps of the trace' });
    this.list.addEventListener('click', (event) => {
      const item = event.target.closest('li');
      if (item) seek(Number(item.dataset.at));
    });
    root.append(this.list);
  }

  load(model) {
    const state = initialState();
    this.current = null;
    this.list.replaceChildren(...model.events.map((event, index) => {
      apply(state, event);
      return el('li', { class: `step ${event.ev}`, 'data-at': index + 1 },
        el('span', { class: 'when' }, shortSeconds(event.t)), el('span', { class: 'what' }, describe(event, state)));
    }));
  }

  show(position) {
    this.current?.removeAttribute('aria-current');
    this.current = position > 0 ? this.list.children[position - 1] : null;
    this.current?.setAttribute('aria-current', 'step');
    scrollInside(this.list, this.current);
  }
}

