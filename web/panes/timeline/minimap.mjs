// All of a long trace in a strip, with a frame around what the timeline shows; dragging the frame scrolls it. Hidden
// where the timeline shows everything. It says nothing that the slider and the list of steps do not say, so it is not
// for screen readers.

import { el, svg } from '../dom.mjs';
import { laneClass } from '../lane-colors.mjs';

const HEIGHT = 36;
const MOST = 60; // lanes

export class Minimap {
  constructor(root, timeline) {
    this.timeline = timeline;
    this.frame = el('div', { class: 'minimap-frame' });
    this.cursor = el('div', { class: 'minimap-cursor' });
    this.root = root;
    root.setAttribute('aria-hidden', 'true');
    root.append(this.frame, this.cursor);
    root.addEventListener('pointerdown', (event) => {
      root.setPointerCapture(event.pointerId);
      this.drag(event);
    });
    root.addEventListener('pointermove', (event) => {
      if (event.buttons) this.drag(event);
    });
  }

  clear() {
    this.picture?.remove();
  }

  draw() {
    const { axis, room, drawing } = this.timeline;
    this.root.hidden = axis.width <= room * 1.15;
    if (this.root.hidden) return;
    const width = this.root.clientWidth;
    const scale = width / axis.width;
    const shown = drawing.tasks.slice(0, MOST);
    const height = HEIGHT / Math.max(4, shown.length);
    this.clear();
    this.picture = svg(
      'svg',
      { width, height: HEIGHT },
      shown.map((lane, row) =>
        svg(
          'g',
          { class: laneClass(lane.index) },
          ['suspended', 'ready', 'running'].map((status) =>
            svg('path', {
              class: `minimap-bar ${status}`,
              d: lane.segments
                .filter((segment) => segment.status === status)
                .map(({ from, to }) => {
                  const left = axis.start(from) * scale;
                  const right = Math.max(axis.start(to) * scale, left + 1);
                  return `M${left},${row * height}H${right}v${height * 0.8}H${left}z`;
                })
                .join(''),
            }),
          ),
        ),
      ),
    );
    this.root.prepend(this.picture);
    this.scale = scale;
    this.follow();
  }

  /// The frame goes with the timeline's scrolling.
  follow() {
    if (this.root.hidden || !this.scale) return;
    const { root, room } = this.timeline;
    this.frame.style.left = `${root.scrollLeft * this.scale}px`;
    this.frame.style.width = `${room * this.scale}px`;
  }

  show(position) {
    if (this.root.hidden) return;
    this.cursor.style.left = `${this.timeline.axis.end(Math.max(1, position)) * this.scale}px`;
  }

  drag(event) {
    const x = event.clientX - this.root.getBoundingClientRect().left;
    this.timeline.root.scrollLeft = x / this.scale - this.timeline.room / 2;
  }
}
