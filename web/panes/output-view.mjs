// What the program printed, each line with the loop time at which it was printed.

import { el } from './dom.mjs';
import { seconds } from '../trace/format.mjs';

export class OutputView {
  constructor(root, { seek }) {
    this.list = el('ol', {});
    this.list.addEventListener('click', (event) => {
      const at = event.target.closest('li')?.dataset.at;
      if (at) seek(Number(at));
    });
    // A log: a screen reader reads out what is added.
    root.append(
      el(
        'div',
        { 'class': 'output', 'role': 'log', 'aria-live': 'polite', 'aria-label': 'Output', 'tabindex': 0 },
        this.list,
      ),
    );
  }

  begin() {
    this.list.replaceChildren();
  }

  /// A print event, which is one line; `at` is its number in the trace, 0 if it is no longer part of it.
  add(event, at) {
    this.list.append(
      el(
        'li',
        { 'data-at': at || null, 'class': event.fd === 2 ? 'stderr' : null },
        el('time', {}, seconds(event.t)),
        el('span', { class: 'text' }, event.text),
      ),
    );
  }

  /// Lines that the position has not reached yet are shown as such.
  show(position) {
    for (const line of this.list.children) line.classList.toggle('later', Number(line.dataset.at) > position);
  }
}
