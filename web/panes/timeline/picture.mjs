// The drawing as one SVG: few nodes, however long the trace. All that looks alike in a lane is one path, so a trace of
// thousands of events is drawn in some hundred paths; only labels are nodes of their own.

import { shortSeconds } from '../../trace/format.mjs';
import { labelOf } from '../../trace/describe.mjs';
import { svg } from '../dom.mjs';
import { laneClass } from '../lane-colors.mjs';
import { LOOP } from '../../trace/lanes.mjs';
import { definePatterns } from './patterns.mjs';

// Heights, which timeline.css repeats for the labels beside the drawing.
export const TOP = 22; //        the axis' labels
export const LOOP_HEIGHT = 46;
const LANE_HEIGHT = 36;
const DENSE_HEIGHT = 26; // where there are many lanes
const WAITS_HEIGHT = 34;
const MANY = 6;
const MOST = 120; //      lanes that are drawn; a trace with more tasks is read in the list of steps
const BAR = 16; //        height of a bar
// of one kind in a lane; of more, every second or third is written: text is what takes the browser longest,
const MOST_LABELS = 250;
const ALL_LABELS = 700; //  so where there are many lanes each has fewer
const LETTER = 6.3; //    about the width of one, to know whether a label fits
const ARROWS_FROM = 3; // pixels that an event must have for its arrow to be drawn

/// Where the lanes are from top to bottom: {rows: [{kind: 'loop' | 'task' | 'timers' | 'promises', lane, top, height}],
/// height, dense}.
export function layout(drawing) {
  const dense = drawing.tasks.length > MANY;
  /** @type {{ kind: string, height: number, lane?: any, top?: number }[]} */
  const rows = [{ kind: 'loop', height: LOOP_HEIGHT }];
  for (const lane of drawing.tasks.slice(0, MOST))
    rows.push({ kind: 'task', lane, height: dense ? DENSE_HEIGHT : LANE_HEIGHT });
  for (const kind of ['timers', 'promises']) if (drawing.waits[kind].length) rows.push({ kind, height: WAITS_HEIGHT });
  let top = TOP;
  for (const row of rows) {
    row.top = top;
    top += row.height;
  }
  return { rows, height: top + 8, dense, left: Math.max(0, drawing.tasks.length - MOST) };
}

/// What a segment's task waits for, in a word or two. `final` is the state at the end of the trace, which knows all
/// names.
export function shortWait(segment, final) {
  const awaited = segment.on === 'task' && final.tasks.get(segment.obj);
  return awaited ? labelOf(awaited).main : segment.on.replaceAll('_', ' ');
}

export class Picture {
  drawing;
  places;
  axis;
  final;

  /// `parts`: after so many events another trace is different. `few`: so many rows are drawn at once; the others by
  /// drawMore().
  /** @param {{ parts?: any, few?: number }} options */
  constructor(drawing, places, axis, final, options = {}) {
    const { parts, few = Infinity } = options;
    Object.assign(this, { drawing, places, axis, final });
    this.rows = svg('g', {});
    this.left = [...places.rows];
    const { width } = axis;
    this.svg = svg('svg', { width, height: places.height, viewBox: `0 0 ${width} ${places.height}`, role: 'img' });
    this.fill = definePatterns(this.svg);
    this.veil = svg('rect', { class: 'veil', y: TOP, height: places.height - TOP });
    this.cursor = svg('rect', { class: 'cursor', y: 0, height: places.height });
    this.current = svg('g', { class: 'arrow current' });
    this.mostLabels = Math.min(MOST_LABELS, Math.ceil(ALL_LABELS / places.rows.length));
    this.tops = new Map(
      places.rows.flatMap(({ lane, top, height }) => (lane ? [[lane.id, top + height / 2 + 2]] : [])),
    );
    this.svg.append(
      this.background(),
      this.rows,
      this.arrows(),
      ...this.parting(parts),
      this.veil,
      this.cursor,
      this.current,
    );
    this.drawMore(few);
  }

  /// Draws so many more rows; true if there are any left.
  drawMore(count) {
    this.rows.append(...this.left.splice(0, count).map((row) => this.row(row)));
    return this.left.length > 0;
  }

  row(row) {
    return {
      loop: () => this.loopLane(row),
      task: () => this.taskLane(row),
      timers: () => this.waits(row),
      promises: () => this.waits(row),
    }[row.kind]();
  }

  /// The loop's turns as bands behind all lanes, and lines where time moves on.
  background() {
    const { axis, places } = this;
    const bands = this.path('turn-band', this.drawing.loop.turns, TOP, places.height - TOP - 4, { sharp: true });
    const lines = axis.ticks.map(({ x }) => `M${x},${TOP - 4}V${places.height - 4}`).join('');
    const labels = axis.ticks.map(({ x, label }) => svg('text', { class: 'tick-label', x: x + 3, y: TOP - 8 }, label));
    return svg('g', {}, bands, svg('path', { class: 'tick', d: lines }), labels);
  }

  parting(parts) {
    if (parts === undefined || parts >= this.axis.count) return [];
    return [
      svg('path', { class: 'parting', d: `M${this.axis.start(parts + 1)},${TOP - 4}V${this.places.height - 4}` }),
    ];
  }

  loopLane(row) {
    const { turns, sleeps, calls, plain, marks } = this.drawing.loop;
    const y = row.top + 6;
    return svg(
      'g',
      { class: 'lane lane-loop' },
      this.path('bar turn', turns, y, BAR),
      this.path('bar asleep', sleeps, y, BAR, { pattern: 'asleep' }),
      this.path('bar running', plain, y, BAR),
      this.path('bar call', calls, y + BAR + 3, 13, { least: 3 }),
      this.labels('turn', turns, y + BAR - 4, ({ turn }) => String(turn)),
      this.labels('asleep', sleeps, y + BAR - 4, ({ sleep }) => shortSeconds(sleep)),
      this.labels('call', calls, y + BAR + 12, ({ name }) => name),
      this.marks(marks, y),
    );
  }

  taskLane({ lane, top, height }) {
    const y = top + (height - BAR) / 2 + 2;
    const middle = y + BAR / 2;
    const of = (status) => lane.segments.filter((segment) => segment.status === status);
    // What is short lies on top of what is long: on the time axis a step is a sliver between two waits.
    return svg(
      'g',
      { class: `lane ${laneClass(lane.index)}` },
      svg('path', { class: 'rail', d: `M0,${middle}H${this.axis.width}` }),
      this.path('bar suspended', of('suspended'), y, BAR, { pattern: 'suspended' }),
      this.path('bar ready', of('ready'), y, BAR, { pattern: 'ready' }),
      this.path('bar running', of('running'), y, BAR, { least: 2.5 }),
      this.labels('suspended', of('suspended'), y + BAR - 4, (segment) => shortWait(segment, this.final)),
      this.marks(lane.marks, y),
      lane.end && this.end(lane.end, middle),
    );
  }

  /// Timers or promises: lines from where they begin to where they end, with a head where they woke somebody.
  waits({ kind, top }) {
    const rows = 4;
    const gap = (WAITS_HEIGHT - 8) / rows;
    const lines = { waiting: '', cancelled: '' };
    let heads = '';
    for (const wait of this.drawing.waits[kind]) {
      const [x1, x2, y] = [this.middle(wait.from), this.middle(wait.to), top + 6 + wait.row * gap];
      lines[wait.how === 'cancelled' ? 'cancelled' : 'waiting'] += `M${x1},${y - 2}v4M${x1},${y}H${x2}`;
      if (wait.how && wait.how !== 'cancelled') heads += `M${x2 - 4},${y - 2.5}l4,2.5l-4,2.5z`;
    }
    return svg(
      'g',
      { class: `lane lane-loop waits ${kind}` },
      svg('path', { class: 'wait', d: lines.waiting }),
      svg('path', { class: 'wait cancelled', d: lines.cancelled }),
      svg('path', { class: 'wait-head', d: heads }),
    );
  }

  /// Spans that look alike, as one path; `data-count` says how many they are.
  path(kind, spans, y, height, /** @type {any} */ { pattern, least = 0, sharp = false } = {}) {
    if (!spans.length) return null;
    let d = '';
    for (const { from, to } of spans) {
      const x = this.axis.start(from);
      const width = Math.max(this.axis.start(to) - x, least);
      d += sharp ? `M${x},${y}h${width}v${height}h${-width}z` : bar(x, y, width, height);
    }
    return svg('path', { 'class': kind, d, 'data-count': spans.length, ...(pattern && { fill: this.fill(pattern) }) });
  }

  labels(kind, spans, y, text) {
    const found = spans.flatMap((span) => {
      const x = this.axis.start(span.from);
      const room = this.axis.start(span.to) - x;
      if (room < LETTER + 8) return [];
      const label = text(span);
      return room > label.length * LETTER + 8 ? [{ x: x + room / 2, label }] : [];
    });
    const every = Math.ceil(found.length / this.mostLabels);
    return found
      .filter((_, index) => index % every === 0)
      .map(({ x, label }) => svg('text', { class: `bar-label ${kind}`, x, y }, label));
  }

  /// Printed lines: pins on the bar.
  marks(marks, y) {
    return [1, 2].map((fd) => {
      const lines = marks.filter((mark) => (mark.fd === 2) === (fd === 2));
      if (!lines.length) return null;
      const d = lines.map(({ at }) => `M${this.middle(at)},${y + 4}v-6m-3,-3a3,3 0 1 0 6,0a3,3 0 1 0 -6,0`).join('');
      return svg('path', { 'class': `mark ${fd === 2 ? 'stderr' : ''}`, d, 'data-count': lines.length });
    });
  }

  /// Done, failed and cancelled have shapes of their own: a disc with a tick, a square with a cross, a struck-out ring.
  end({ at, how }, y) {
    const x = this.middle(at);
    const [shape, sign] = {
      exception: [svg('rect', { x: x - 7, y: y - 7, width: 14, height: 14, rx: 2 }), 'M-3,-3 L3,3 M3,-3 L-3,3'],
      cancelled: [svg('circle', { cx: x, cy: y, r: 6.5 }), 'M-4.6,4.6 L4.6,-4.6'],
    }[how] ?? [svg('circle', { cx: x, cy: y, r: 7 }), 'M-3,0 L-1,2.5 L3.2,-2.5'];
    return svg('g', { class: `end ${how}` }, shape, svg('path', { d: sign, transform: `translate(${x},${y})` }));
  }

  /// From one lane to another, at the moment of the event. The halo keeps them readable where they cross bars. Where
  /// events lie too close to each other, only the current one's is drawn.
  arrows() {
    const { arrows } = this.drawing;
    const near = this.axis.width / Math.max(1, this.axis.eventAt(Infinity)) >= ARROWS_FROM;
    return svg(
      'g',
      { class: 'arrows' },
      ['create', 'wake', 'cancel'].map((kind) => {
        const shapes = arrows
          .filter((arrow) => arrow.kind === kind)
          .map((arrow) => this.arrow(arrow))
          .filter(Boolean);
        if (!shapes.length) return null;
        const d = (part) => shapes.map((shape) => shape[part]).join('');
        return svg(
          'g',
          { 'class': `arrow ${kind}`, 'data-count': shapes.length },
          near && [
            svg('path', { class: 'halo', d: d('shaft') }),
            svg('path', { class: 'shaft', d: d('shaft') }),
            svg('path', { class: 'head', d: d('head') }),
          ],
        );
      }),
    );
  }

  arrow({ at, from, to }) {
    const [y1, y2] = [this.laneMiddle(from), this.laneMiddle(to)];
    if (y1 === undefined || y2 === undefined) return null;
    const x = this.middle(at);
    const down = y2 > y1 ? 1 : -1;
    const tip = y2 - down * (BAR / 2 + 1);
    return {
      shaft: `M${x},${y1 + down * (BAR / 2)}V${tip - down * 3}`,
      head: `M${x - 4},${tip - down * 6}L${x},${tip}L${x + 4},${tip - down * 6}`,
    };
  }

  /// Moves the cursor, and lights the arrow of the event there. Answers where the cursor is.
  moveTo(position) {
    const start = position > 0 ? this.axis.start(position) : 0;
    const end = position > 0 ? Math.max(this.axis.end(position), start + 2) : 2;
    place(this.cursor, start, end - start);
    const later = position < this.axis.count; // what is drawn beyond the last event goes on now
    place(this.veil, end, later ? Math.max(0, this.axis.width - end) : 0);
    const arrow = this.drawing.arrows.find(({ at }) => at === position);
    const shape = arrow && this.arrow(arrow);
    this.current.replaceChildren(
      ...(shape
        ? [svg('path', { class: 'shaft', d: shape.shaft }), svg('path', { class: 'head', d: shape.head })]
        : []),
    );
    return { start, end };
  }

  middle(at) {
    return (this.axis.start(at) + this.axis.end(at)) / 2;
  }

  laneMiddle(id) {
    return id === LOOP ? TOP + 6 + BAR / 2 : this.tops.get(id);
  }
}

/// A bar with round corners where there is room for them.
function bar(x, y, width, height) {
  const r = Math.min(3, width / 2);
  if (r < 1.2) return `M${x},${y}h${width}v${height}h${-width}z`;
  const [across, down] = [width - 2 * r, height - 2 * r];
  return (
    `M${x + r},${y}h${across}q${r},0 ${r},${r}v${down}q0,${r} ${-r},${r}` +
    `h${-across}q${-r},0 ${-r},${-r}v${-down}q0,${-r} ${r},${-r}z`
  );
}

function place(rect, x, width) {
  rect.setAttribute('x', x);
  rect.setAttribute('width', width);
}
