// The drawing: a lane for the loop, one per task, and a cursor. Built once per trace, axis and width; a step only moves
// the cursor and changes a few words. The list of steps beside it says the same in text, so the SVG is one image to a
// screen reader.

import { stepAxis, timeAxis } from './axis.mjs';
import { labelOf, loopStatusOf, statusOf } from './describe.mjs';
import { el, svg } from './dom.mjs';
import { plural, shortSeconds } from './format.mjs';
import { laneClass } from './lane-colors.mjs';
import { LOOP, lanes } from './lanes.mjs';
import { definePatterns } from './patterns.mjs';

// Heights, which timeline.css repeats for the labels beside the drawing.
const TOP = 22; //        the axis' labels
const LOOP_HEIGHT = 46;
const LANE_HEIGHT = 36;
const DENSE_HEIGHT = 26; // where there are many lanes
const MANY = 6;
const BAR = 16; //        height of a bar
const LETTER = 6.3; //    about the width of one, to know whether a label fits
const ORDER = ['suspended', 'ready', 'running'];

export class Timeline {
  /// `seek(position)` is called when the reader points at a moment.
  constructor(root, { seek }) {
    this.root = root;
    this.seek = seek;
    this.kind = 'steps';
    this.labels = el('div', { class: 'timeline-labels' });
    this.canvas = el('div', { class: 'timeline-canvas' });
    root.append(this.labels, this.canvas);
    // Only a change of width matters: the height follows from what is drawn.
    new ResizeObserver(() => this.model && this.width !== this.root.clientWidth && this.draw()).observe(root);
    this.canvas.addEventListener('click', (event) => this.point(event));
    this.canvas.addEventListener('pointermove', (event) => {
      if (event.buttons === 1 && event.pointerType === 'mouse') this.point(event);
    });
  }

  load(model) {
    this.model = model;
    this.drawing = lanes(model.events);
    this.final = model.stateAt(model.length);
    this.position = model.length;
    const dense = this.drawing.tasks.length > MANY;
    this.laneHeight = dense ? DENSE_HEIGHT : LANE_HEIGHT;
    this.root.classList.toggle('dense', dense);
    this.draw();
  }

  setAxis(kind) {
    this.kind = kind;
    if (this.model) this.draw();
  }

  /// Moves the cursor.
  show(position, state) {
    this.position = position;
    this.state = state;
    this.placeCursor();
    this.tellStatus();
  }

  point(event) {
    if (!this.axis) return;
    const x = event.clientX - this.canvas.getBoundingClientRect().left;
    this.seek(this.axis.eventAt(x));
  }

  draw() {
    this.width = this.root.clientWidth;
    this.drawLabels();
    const room = Math.max(200, this.width - this.labels.offsetWidth - 1);
    this.axis = (this.kind === 'time' ? timeAxis : stepAxis)(this.model.events, room);
    this.height = TOP + LOOP_HEIGHT + this.drawing.tasks.length * this.laneHeight + 8;
    this.canvas.replaceChildren(this.picture());
    if (this.state) this.show(this.position, this.state);
  }

  // --- labels ---

  drawLabels() {
    const rows = [this.labelRow('loop', loopName(this.drawing), '', 'lane-loop')];
    this.drawing.tasks.forEach((lane, index) => {
      const { main, minor } = labelOf(this.final.tasks.get(lane.id));
      rows.push(this.labelRow(lane.id, main, minor, laneClass(index)));
    });
    this.labels.replaceChildren(el('div', { class: 'timeline-label-top' }), ...rows);
  }

  labelRow(id, main, minor, color) {
    const status = el('span', { class: 'label-status', 'data-lane': id });
    const name = el('span', { class: 'label-name' }, main, ' ', el('span', { class: 'label-minor' }, minor));
    return el('div', { class: `timeline-label ${color}`, title: `${main} ${minor}`.trim() }, name, status);
  }

  tellStatus() {
    for (const node of this.labels.querySelectorAll('.label-status')) {
      const task = this.state.tasks.get(Number(node.dataset.lane));
      const words = node.dataset.lane === 'loop' ? loopStatusOf(this.state) : task ? statusOf(this.state, task) : '';
      node.textContent = words;
      node.parentElement.dataset.status = task ? (task.status === 'done' ? task.how : task.status) : '';
    }
  }

  // --- the picture ---

  picture() {
    const { width } = this.axis;
    const picture = svg('svg', {
      width, height: this.height, viewBox: `0 0 ${width} ${this.height}`, role: 'img',
      'aria-label': `Timeline of ${plural(this.drawing.tasks.length, 'task')}; the list of steps says the same in words`,
    });
    this.fill = definePatterns(picture);
    this.cursor = svg('rect', { class: 'cursor', y: 0, height: this.height });
    this.veil = svg('rect', { class: 'veil', y: TOP, height: this.height - TOP });
    this.arrows = this.drawing.arrows.map((arrow) => this.arrow(arrow));
    picture.append(
      this.background(), this.loopLane(), ...this.drawing.tasks.map((lane, index) => this.taskLane(lane, index)),
      svg('g', { class: 'arrows' }, this.arrows), this.veil, this.cursor,
    );
    return picture;
  }

  /// The loop's turns as bands behind all lanes, and lines where time moves on.
  background() {
    const bands = this.drawing.loop.turns.map((turn) => this.rect(turn, TOP, this.height - TOP - 4, { class: 'turn-band' }));
    const ticks = this.axis.ticks.flatMap(({ x, label }) => [
      svg('line', { class: 'tick', x1: x, x2: x, y1: TOP - 4, y2: this.height - 4 }),
      svg('text', { class: 'tick-label', x: x + 3, y: TOP - 8 }, label),
    ]);
    return svg('g', {}, bands, ticks);
  }

  loopLane() {
    const { turns, sleeps, calls, plain, marks } = this.drawing.loop;
    const y = TOP + 6;
    const group = svg('g', { class: 'lane lane-loop' });
    for (const turn of turns) {
      const title = `Turn ${turn.turn}: ${turn.ready} ready when it began`;
      group.append(this.bar(turn, y, 'turn', { title, label: String(turn.turn) }));
    }
    for (const sleep of sleeps) {
      const title = `The loop sleeps ${shortSeconds(sleep.sleep)}: nothing is ready`;
      group.append(this.bar(sleep, y, 'asleep', { title, label: shortSeconds(sleep.sleep), pattern: 'asleep' }));
    }
    for (const span of plain) group.append(this.bar(span, y, 'running', { title: 'Plain code, outside any task' }));
    for (const call of calls) {
      group.append(this.bar(call, y + BAR + 3, 'call', { title: `The loop calls ${call.name}`, label: call.name, height: 13, least: 3 }));
    }
    group.append(...marks.map((mark) => this.mark(mark, y)));
    return group;
  }

  taskLane(lane, index) {
    const y = this.rowTop(index) + (this.laneHeight - BAR) / 2 + 2;
    const group = svg('g', { class: `lane ${laneClass(index)}` });
    const middle = y + BAR / 2;
    group.append(svg('line', { class: 'rail', x1: 0, x2: this.axis.width, y1: middle, y2: middle }));
    // What is short lies on top of what is long: on the time axis a step is a sliver between two waits.
    const ordered = lane.segments.toSorted((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
    for (const segment of ordered) group.append(this.segment(segment, y));
    group.append(...lane.marks.map((mark) => this.mark(mark, y)));
    if (lane.end) group.append(this.end(lane.end, middle));
    return group;
  }

  segment(segment, y) {
    const line = segment.line ? `, line ${segment.line}` : '';
    if (segment.status === 'running') return this.bar(segment, y, 'running', { title: `running${line}`, least: 2.5 });
    if (segment.status === 'ready') return this.bar(segment, y, 'ready', { title: `ready${line}`, pattern: 'ready' });
    const what = this.shortWait(segment);
    return this.bar(segment, y, 'suspended', { title: `suspended: ${what}${line}`, label: what, pattern: 'suspended' });
  }

  /// What a segment's task waits for, in a word or two.
  shortWait(segment) {
    const awaited = segment.on === 'task' && this.final.tasks.get(segment.obj);
    return awaited ? labelOf(awaited).main : segment.on.replaceAll('_', ' ');
  }

  bar(span, y, kind, { title, label, pattern, height = BAR, least = 0 }) {
    const group = svg('g', { class: `bar ${kind}` }, svg('title', {}, title));
    group.append(this.rect(span, y, height, { rx: 3, ...(pattern && { fill: this.fill(pattern) }) }, least));
    const room = this.axis.start(span.to) - this.axis.start(span.from);
    if (label && room > label.length * LETTER + 8) {
      group.append(svg('text', { x: this.axis.start(span.from) + room / 2, y: y + height - 4 }, label));
    }
    return group;
  }

  rect(span, y, height, props, least = 0) {
    const x = this.axis.start(span.from);
    return svg('rect', { x, y, height, width: Math.max(this.axis.start(span.to) - x, least), ...props });
  }

  /// A printed line: a pin on the bar.
  mark({ at, text, fd }, y) {
    const x = this.middle(at);
    return svg('g', { class: fd === 2 ? 'mark stderr' : 'mark' },
      svg('title', {}, text),
      svg('line', { x1: x, x2: x, y1: y - 4, y2: y + 4 }),
      svg('circle', { cx: x, cy: y - 5, r: 3 }));
  }

  /// Done, failed and cancelled have shapes of their own: a disc with a tick, a square with a cross, a struck-out ring.
  end({ at, how, text }, y) {
    const x = this.middle(at);
    const [shape, sign] = {
      exception: [svg('rect', { x: x - 7, y: y - 7, width: 14, height: 14, rx: 2 }), 'M-3,-3 L3,3 M3,-3 L-3,3'],
      cancelled: [svg('circle', { cx: x, cy: y, r: 6.5 }), 'M-4.6,4.6 L4.6,-4.6'],
    }[how] ?? [svg('circle', { cx: x, cy: y, r: 7 }), 'M-3,0 L-1,2.5 L3.2,-2.5'];
    return svg('g', { class: `end ${how}` }, svg('title', {}, text ? `${how}: ${text}` : how), shape,
      svg('path', { d: sign, transform: `translate(${x},${y})` }));
  }

  /// From one lane to another, at the moment of the event. The halo keeps it readable where it crosses bars.
  arrow({ at, kind, from, to }) {
    const x = this.middle(at);
    const [y1, y2] = [this.laneMiddle(from), this.laneMiddle(to)];
    const down = y2 > y1 ? 1 : -1;
    const tip = y2 - down * (BAR / 2 + 1);
    const line = `M${x},${y1 + down * (BAR / 2)} L${x},${tip - down * 3}`;
    const head = `M${x - 4},${tip - down * 6} L${x},${tip} L${x + 4},${tip - down * 6}`;
    return svg('g', { class: `arrow ${kind}`, 'data-at': at },
      svg('path', { class: 'halo', d: line }), svg('path', { class: 'shaft', d: line }), svg('path', { class: 'head', d: head }));
  }

  // --- the cursor ---

  placeCursor() {
    const { position, axis } = this;
    const start = position > 0 ? axis.start(position) : 0;
    const end = position > 0 ? Math.max(axis.end(position), start + 2) : 2;
    place(this.cursor, start, end - start);
    place(this.veil, end, Math.max(0, axis.width - end));
    for (const arrow of this.arrows) arrow.classList.toggle('current', Number(arrow.dataset.at) === position);
    this.keepInSight(start, end);
  }

  /// Scrolls the drawing to the cursor, and to the lane of the task that the event is about.
  keepInSight(start, end) {
    const { root } = this;
    const room = root.clientWidth - this.labels.offsetWidth;
    root.scrollLeft = nearest(root.scrollLeft, start, end, room, Math.min(60, room / 4));
    const lane = this.drawing.tasks.findIndex(({ id }) => id === this.model.eventAt(this.position)?.task);
    const top = lane < 0 ? 0 : this.rowTop(lane);
    root.scrollTop = nearest(root.scrollTop, top, top + this.laneHeight, root.clientHeight, this.laneHeight / 2);
  }

  // --- where things are ---

  middle(at) {
    return (this.axis.start(at) + this.axis.end(at)) / 2;
  }

  rowTop(index) {
    return TOP + LOOP_HEIGHT + index * this.laneHeight;
  }

  laneMiddle(id) {
    if (id === LOOP) return TOP + 6 + BAR / 2;
    return this.rowTop(this.drawing.tasks.findIndex((lane) => lane.id === id)) + this.laneHeight / 2 + 2;
  }
}

function loopName(drawing) {
  return drawing.loop.turns.length ? 'event loop' : 'the program';
}

/// The scroll offset closest to `now` at which a window of `room` shows from..to with a margin.
function nearest(now, from, to, room, margin) {
  return Math.max(0, Math.max(Math.min(now, from - margin), to + margin - room));
}

function place(rect, x, width) {
  rect.setAttribute('x', x);
  rect.setAttribute('width', width);
}
