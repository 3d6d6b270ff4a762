// The timeline: labels, the drawing (picture.mjs), its zoom and its cursor. Drawn once per trace, axis, zoom and width;
// a step only moves the cursor and changes a few words. The list of steps beside it says the same in text, so the SVG
// is one image to a screen reader.

import { stepAxis, timeAxis } from '../../trace/axis.mjs';
import { labelOf, loopStatusOf, statusOf } from '../../trace/describe.mjs';
import { el } from '../dom.mjs';
import { plural } from '../../trace/format.mjs';
import { laneClass } from '../lane-colors.mjs';
import { lanes } from '../../trace/lanes.mjs';
import { Minimap } from './minimap.mjs';
import { Picture, TOP, layout } from './picture.mjs';
import { tipFor } from './tips.mjs';

const ZOOM = { most: 8, step: 1.5 };
export const BITE = 24; // rows that are drawn at a time while the reader waits for the first picture
const PAPER = 660; // pixels that a sheet is wide at least, A4 or letter, without margins

/// Keys while the timeline has the focus, beyond those of the stepper.
const KEYS = {
  '+': 'zoomIn',
  '=': 'zoomIn',
  '-': 'zoomOut',
  '0': 'fit',
  'ArrowUp': 'laneAbove',
  'ArrowDown': 'laneBelow',
};

export class Timeline extends EventTarget {
  /// `seek(position)` is called when the reader points at a moment. Sends `lane` when another lane is chosen, `drawn`
  /// after each drawing.
  constructor(root, /** @type {any} */ { seek, minimap }) {
    super();
    this.root = root;
    this.seek = seek;
    this.kind = 'steps';
    this.zoom = 1;
    this.labels = el('div', { class: 'timeline-labels' });
    this.canvas = el('div', { class: 'timeline-canvas' });
    this.tip = el('div', { class: 'timeline-tip', hidden: true });
    root.append(this.labels, this.canvas, this.tip);
    this.minimap = minimap && new Minimap(minimap, this);
    // Only a change of width matters: the height follows from what is drawn.
    new ResizeObserver(() => {
      const { clientWidth } = this.root; // 0 while it is hidden
      if (this.picture && clientWidth && clientWidth !== this.width) this.draw();
    }).observe(root);
    this.listen();
    addEventListener('beforeprint', () => this.print(true));
    addEventListener('afterprint', () => this.print(false));
  }

  /// On paper nothing can be scrolled: all of it is drawn as wide as a sheet, for as long as it is printed.
  print(printing) {
    this.printing = printing;
    if (this.picture) this.draw();
  }

  listen() {
    const { canvas, root } = this;
    canvas.addEventListener('click', (event) => this.point(event));
    canvas.addEventListener('pointermove', (event) => {
      if (event.buttons === 1 && event.pointerType === 'mouse') this.point(event);
      else this.showTip(event);
    });
    canvas.addEventListener('pointerleave', () => {
      this.tip.hidden = true;
    });
    this.labels.addEventListener('click', ({ target }) =>
      this.choose(Number(target.closest('[data-lane]')?.dataset.lane)),
    );
    root.addEventListener('scroll', () => this.minimap?.follow());
    root.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoomBy(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.clientX - this.canvas.getBoundingClientRect().left);
      },
      { passive: false },
    );
    root.addEventListener('keydown', (event) => this.key(event));
  }

  key(event) {
    const action = KEYS[event.key];
    if (!action || !this.model || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // the stepper has other plans for the arrows
    this[action]();
  }

  /// What is hidden, and will not be seen again, would only be laid out once more when the next one is shown.
  clear() {
    this.picture = this.labelled = null;
    this.canvas.replaceChildren();
    this.labels.replaceChildren();
    this.minimap?.clear();
  }

  /// Works out what there is to draw; draw() draws it.
  prepare(model) {
    cancelAnimationFrame(this.later);
    this.model = model;
    this.position = model.length;
    this.state = this.picture = this.labelled = null;
    this.zoom = 1;
    this.now = this.lane = 0;
    this.workOut();
  }

  workOut() {
    const { model } = this;
    this.drawing = lanes(model.events);
    this.places = layout(this.drawing);
    this.final = model.stateAt(model.length);
    this.root.classList.toggle('dense', this.places.dense);
  }

  /// The trace has grown, and goes on: it is `now` on its clock.
  grow(now) {
    this.now = now;
    this.workOut();
    this.draw();
  }

  /// Another trace stands beside this one: {events, parts, room}: that one's, after how many they part, and the room if
  /// it is given; null for none. The next drawing is to the same scale.
  compareWith(other) {
    this.other = other;
  }

  setAxis(kind) {
    this.kind = kind;
    this.zoom = 1;
    if (this.model) this.draw();
  }

  /// Moves the cursor.
  show(position, state) {
    this.position = position;
    this.state = state;
    this.keepInSight(this.picture.moveTo(position));
    this.tellStatus();
    this.minimap?.show(position);
  }

  point(event) {
    if (!this.axis) return;
    const { left, top } = this.canvas.getBoundingClientRect();
    this.seek(this.axis.eventAt(event.clientX - left));
    if (event.type === 'click') this.choose(this.rowAt(event.clientY - top)?.lane?.id ?? 0);
  }

  /// All of it, or `few` rows and the others in bites, by drawMore(): the browser takes its time with many.
  draw(few) {
    this.drawLabels();
    this.width = this.root.clientWidth; // after the labels, whose height may bring a scroll bar
    this.room = this.printing
      ? PAPER - this.labels.offsetWidth
      : (this.other?.room ?? Math.max(200, this.width - this.labels.offsetWidth - 1));
    this.axis = this.axisFor(this.printing ? this.axisFor(1).least : this.zoom);
    this.picture = new Picture(this.drawing, this.places, this.axis, this.final, { parts: this.other?.parts, few });
    this.picture.svg.setAttribute(
      'aria-label',
      `Timeline of ${plural(this.drawing.tasks.length, 'task')}; the list of steps says the same in words`,
    );
    this.canvas.replaceChildren(this.picture.svg);
    this.drawMinimap();
    if (this.state) this.show(this.position, this.state);
    this.dispatchEvent(new Event('drawn'));
  }

  /// True if there are rows left.
  drawMore() {
    return this.picture.drawMore(BITE);
  }

  /// In a frame of its own: of a long trace each of the two takes time.
  drawMinimap() {
    if (!this.minimap) return;
    cancelAnimationFrame(this.later);
    this.later = requestAnimationFrame(() => {
      if (!this.root.clientWidth) return; // hidden meanwhile
      this.minimap.draw();
      this.minimap.show(this.position);
    });
  }

  axisFor(zoom) {
    return (this.kind === 'time' ? timeAxis : stepAxis)(this.model.events, this.room, zoom, {
      now: this.now,
      other: this.other?.events,
    });
  }

  // --- zoom ---

  zoomIn() {
    this.zoomBy(ZOOM.step);
  }
  zoomOut() {
    this.zoomBy(1 / ZOOM.step);
  }
  fit() {
    this.zoomTo(this.axis.least);
  }

  zoomBy(factor, x) {
    if (!this.model) return;
    this.zoomTo(Math.min(ZOOM.most, Math.max(this.axis.least, this.zoom * factor)), x);
  }

  /// What is at x, or else the cursor, stays where it is on the screen.
  zoomTo(zoom, x) {
    if (!this.model || zoom === this.zoom) return;
    const at = x === undefined ? Math.max(1, this.position) : this.axis.eventAt(x);
    const offset = this.axis.start(at) - this.root.scrollLeft;
    this.zoom = zoom;
    this.draw();
    this.root.scrollLeft = this.axis.start(at) - offset;
    this.minimap?.follow();
  }

  // --- labels ---

  drawLabels() {
    const { left } = this.places;
    const labelled = JSON.stringify([left, this.places.rows.map(({ kind, lane }) => [kind, lane?.id])]);
    if (this.labelled === labelled) return; // a trace that grows is drawn often
    this.labelled = labelled;
    this.words = new Map();
    const rows = this.places.rows.map((row) => this.labelRow(row));
    this.labels.replaceChildren(
      el('div', { class: 'timeline-label-top' }),
      ...rows,
      left ? el('div', { class: 'timeline-more' }, `${plural(left, 'task')} more`) : '',
    );
    this.markLane();
  }

  labelRow(/** @type {any} */ { kind, lane }) {
    const { main, minor } =
      kind === 'task' ? labelOf(this.final.tasks.get(lane.id)) : { main: this.rowName(kind), minor: '' };
    const name = el('span', { class: 'label-name' }, main, ' ', el('span', { class: 'label-minor' }, minor));
    const color = kind === 'task' ? laneClass(lane.index) : `lane-loop row-${kind}`;
    return el(
      'div',
      {
        'class': `timeline-label ${color} depth-${Math.min(lane?.depth ?? 0, 4)}`,
        'data-lane': lane?.id ?? 0,
        'title': `${main} ${minor}`.trim(),
      },
      name,
      /^(loop|task)$/.test(kind) && el('span', { class: 'label-status' }),
    );
  }

  rowName(kind) {
    if (kind !== 'loop') return kind;
    return this.drawing.loop.turns.length ? 'event loop' : 'the program';
  }

  tellStatus() {
    for (const label of this.labels.querySelectorAll('.timeline-label:has(.label-status)')) {
      const task = this.state.tasks.get(Number(label.dataset.lane));
      const words = !Number(label.dataset.lane) ? loopStatusOf(this.state) : task ? statusOf(this.state, task) : '';
      if (this.words.get(label) === words) continue;
      this.words.set(label, words);
      label.querySelector('.label-status').textContent = words;
      label.dataset.status = task ? (task.status === 'done' ? task.how : task.status) : '';
    }
  }

  // --- the chosen lane ---

  laneAbove() {
    this.chooseNext(-1);
  }
  laneBelow() {
    this.chooseNext(1);
  }

  chooseNext(by) {
    const lanesInOrder = this.drawing.tasks.map(({ id }) => id);
    const now = lanesInOrder.indexOf(this.lane);
    this.choose(lanesInOrder[Math.min(Math.max(now + by, 0), lanesInOrder.length - 1)]);
  }

  choose(id) {
    if (!this.drawing?.byId.has(id) && id !== 0) return;
    this.lane = id;
    this.markLane();
    const row = this.places.rows.find(({ lane }) => lane?.id === id);
    if (row)
      this.root.scrollTop = nearest(this.root.scrollTop, row.top, row.top + row.height, this.root.clientHeight, 8);
    this.dispatchEvent(new CustomEvent('lane', { detail: { lane: id } }));
  }

  markLane() {
    for (const label of this.labels.querySelectorAll('.timeline-label')) {
      label.classList.toggle('chosen', this.lane !== 0 && Number(label.dataset.lane) === this.lane);
    }
  }

  // --- what is under the pointer ---

  rowAt(y) {
    return this.places.rows.find(({ top, height }) => y >= top && y < top + height);
  }

  showTip(event) {
    if (!this.axis || event.pointerType === 'touch') return;
    const box = this.canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const row = this.rowAt(event.clientY - box.top);
    const text = row && tipFor(this, row, this.axis.eventAt(x), x);
    this.tip.hidden = !text;
    if (!text) return;
    this.tip.textContent = text;
    const left = this.labels.offsetWidth + x;
    const edge = this.root.scrollLeft + this.root.clientWidth - this.tip.offsetWidth - 8;
    this.tip.style.left = `${Math.min(left + 12, edge)}px`;
    const lowest = this.root.scrollTop + this.root.clientHeight - this.tip.offsetHeight - 4;
    this.tip.style.top = `${Math.min(row.top + row.height - 2, lowest)}px`;
  }

  /// Scrolls the drawing to the cursor, and to the lane of the task that the event is about.
  keepInSight({ start, end }) {
    const { root } = this;
    const room = this.room;
    root.scrollLeft = nearest(root.scrollLeft, start, end, room, Math.min(60, room / 4));
    const row = this.places.rows.find(({ lane }) => lane && lane.id === this.model.eventAt(this.position)?.task);
    const [top, height] = row ? [row.top, row.height] : [0, TOP];
    root.scrollTop = nearest(root.scrollTop, top, top + height, root.clientHeight, height / 2);
  }
}

/// The scroll offset closest to `now` at which a window of `room` shows from..to with a margin.
function nearest(now, from, to, room, margin) {
  return Math.max(0, Math.max(Math.min(now, from - margin), to + margin - room));
}
