// The pinned run: a timeline above the one of the current run, on the same scale, with a line in both where they part,
// and what is different in words.

import { beside, compareRuns, differentChoices } from '../../trace/compare.mjs';
import { Timeline } from './timeline.mjs';

/// Keys and wheel act on the current run's timeline, and this one follows.
class PinnedTimeline extends Timeline {
  constructor(root, /** @type {any} */ { seek, leader }) {
    super(root, { seek });
    this.leader = leader;
  }

  key(event) {
    this.leader.key(event);
  }

  zoomBy(factor, x) {
    this.leader.zoomBy(factor, x);
  }
}

export class CompareView {
  root;
  words;
  seek;
  current;
  timeline;

  /// `words` and `root` are the panels; `timeline` is the current run's, `seek(position)` moves the reader there.
  constructor({ words, root }, { timeline, seek }) {
    Object.assign(this, { words, root, seek, current: timeline, timeline: null, pinned: null, now: null });
    timeline.addEventListener('drawn', () => this.draw());
    this.unpin();
  }

  /// Made when it is first needed: most readers pin nothing.
  makeTimeline() {
    const { root, current: leader } = this;
    root.classList.add('timeline');
    for (const [one, other] of [
      [root, leader.root],
      [leader.root, root],
    ]) {
      one.addEventListener('scroll', () => {
        if (this.now && other.scrollLeft !== one.scrollLeft) other.scrollLeft = one.scrollLeft;
      });
    }
    const seek = (position) => this.now && this.seek(beside(position, this.pinned.model, this.now.model, this.parts));
    return new PinnedTimeline(root, { leader, seek });
  }

  /// Keeps a run: {program, model, lines, values, seed}. It is compared with those that follow.
  pin(run) {
    this.pinned = run;
    this.wait();
  }

  unpin() {
    this.pinned = null;
    this.hide('');
  }

  /// Until there is another run to compare with.
  wait() {
    if (this.pinned)
      this.hide('A run is pinned. Change something and run it again: the two then stand one above the other.');
  }

  hide(words) {
    this.now = null;
    this.root.hidden = true;
    this.words.hidden = !words;
    this.words.textContent = words;
    this.current.compareWith(null);
  }

  /// Another run is about to be drawn.
  prepare(run) {
    if (!this.pinned || run.model === this.pinned.model) return;
    const { parts, words } = compareRuns(this.pinned, run);
    const choices = differentChoices(run.program, this.pinned, run);
    this.now = run;
    this.parts = parts;
    this.root.hidden = false;
    this.words.hidden = false;
    this.words.textContent = [choices.before && `Above, pinned: ${choices.before}. Below: ${choices.now}.`, ...words]
      .filter(Boolean)
      .join(' ');
    this.timeline ??= this.makeTimeline();
    this.timeline.prepare(this.pinned.model);
    this.current.compareWith({ events: this.pinned.model.events, parts });
  }

  /// As the current run's timeline is drawn: same axis, zoom and room.
  draw() {
    if (!this.now) return;
    const { kind, zoom, room } = this.current;
    this.timeline.compareWith({ events: this.now.model.events, parts: this.parts, room });
    Object.assign(this.timeline, { kind, zoom });
    this.timeline.draw();
    this.root.scrollLeft = this.current.root.scrollLeft;
  }

  show(position) {
    if (!this.now) return;
    const at = beside(position, this.now.model, this.pinned.model, this.parts);
    this.timeline.show(at, this.pinned.model.stateAt(at));
  }
}
