// Plays a trace like a film: a step every so often, until there is none left or somebody stops it.

import { el } from './dom.mjs';

const SPEEDS = [
  ['slow', 1200],
  ['normal', 500],
  ['fast', 150],
  ['very fast', 30],
]; // milliseconds a step

export class Player {
  forward;
  more;
  changed;

  /// `forward()` goes one step on, `more()` says whether there is one, `changed(plays)` hears when it starts and stops.
  constructor({ forward, more, changed }) {
    Object.assign(this, { forward, more, changed, timer: 0 });
    this.speed = el(
      'select',
      { 'class': 'speed', 'aria-label': 'Speed of playing', 'title': 'Speed of playing' },
      SPEEDS.map(([name, delay]) => el('option', { value: delay, selected: name === 'normal' }, name)),
    );
  }

  toggle() {
    if (this.timer) this.stop();
    else this.start();
  }

  start() {
    this.changed(true);
    const step = () => {
      this.forward();
      if (!this.more()) return this.stop();
      this.timer = setTimeout(step, Number(this.speed.value));
    };
    this.timer = setTimeout(step, 0);
  }

  stop() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = 0;
    this.changed(false);
  }
}
