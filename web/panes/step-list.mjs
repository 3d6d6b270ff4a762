// The trace in words: a list with one sentence per event, the current one marked. For whom the drawing is no help, this
// is the view; for everybody else it is the drawing's caption. Of a long trace the part around the reader is in the
// document; scrolling to its ends brings in more.

import { describe } from '../trace/describe.mjs';
import { el } from './dom.mjs';
import { shortSeconds } from '../trace/format.mjs';
import { scrollInside } from './scroll.mjs';

const AROUND = 150; // steps on both sides of the current one

export class StepList {
  constructor(root, { seek }) {
    this.list = el('ol', { 'class': 'steps', 'tabindex': 0, 'aria-label': 'Steps of the trace' });
    this.list.addEventListener('click', (event) => {
      const item = event.target.closest('li');
      if (item) seek(Number(item.dataset.at));
    });
    this.list.addEventListener('scroll', () => this.extend());
    root.append(this.list);
  }

  clear() {
    this.model = this.current = null;
    this.from = this.to = 0; // the steps in the document: from < number <= to
    this.list.replaceChildren();
  }

  load(model, position) {
    this.clear();
    this.model = model;
    this.length = model.length;
    if (position !== undefined) this.show(position);
  }

  /// The trace has grown. Where its end was in the document, it is again.
  grow() {
    const { length } = this.model;
    if (this.to === this.length) {
      this.list.append(...this.items(this.to, length));
      this.to = length;
    }
    this.length = length;
  }

  show(position) {
    if (position <= this.from || position > this.to) this.around(position);
    this.current?.removeAttribute('aria-current');
    this.current = position > 0 ? this.list.children[position - this.from - 1] : null;
    this.current?.setAttribute('aria-current', 'step');
    scrollInside(this.list, this.current);
  }

  around(position) {
    this.from = Math.max(0, position - AROUND);
    this.to = Math.min(this.model.length, position + AROUND);
    this.list.replaceChildren(...this.items(this.from, this.to));
  }

  /// More steps, where the reader has scrolled to an end of those that are there. The browser keeps what is seen in
  /// place.
  extend() {
    if (!this.model) return;
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    if (scrollTop < clientHeight && this.from > 0) {
      const from = Math.max(0, this.from - AROUND);
      this.list.prepend(...this.items(from, this.from));
      this.from = from;
    }
    if (scrollTop > scrollHeight - 2 * clientHeight && this.to < this.model.length) {
      const to = Math.min(this.model.length, this.to + AROUND);
      this.list.append(...this.items(this.to, to));
      this.to = to;
    }
  }

  items(from, to) {
    return this.model.sentences(from, to, describe).map((sentence, index) => {
      const event = this.model.events[from + index];
      return el(
        'li',
        {
          'class': `step ${event.ev}`,
          'data-at': from + index + 1,
          'aria-setsize': this.model.length,
          'aria-posinset': from + index + 1,
        },
        el('span', { class: 'when' }, shortSeconds(event.t)),
        el('span', { class: 'what' }, sentence),
      );
    });
  }
}
