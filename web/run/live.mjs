// Draws a trace while it grows: on the real clock the reader watches the program run.

const LEAST = 50; //      milliseconds from one picture to the next
const CALM = 500; //      the same for readers who want little to move
const SHARE = 5; //       a picture that took 20 ms to draw is followed by the next 100 ms later

export class Live {
  /// `draw(now)` is called again and again, with the time on the loop's clock, in seconds.
  constructor(draw) {
    this.draw = draw;
    this.time = this.at = this.next = 0;
    this.least = matchMedia('(prefers-reduced-motion: reduce)').matches ? CALM : LEAST;
    this.frame = requestAnimationFrame((t) => this.tick(t));
  }

  /// An event has come: the loop's clock and the page's tick alike, so it tells what time it is there.
  heard(event) {
    this.time = event.t;
    this.at = performance.now();
  }

  get now() {
    return this.at ? this.time + (performance.now() - this.at) / 1000 : 0;
  }

  tick(t) {
    this.frame = requestAnimationFrame((next) => this.tick(next));
    if (t < this.next || !this.at) return;
    const began = performance.now();
    this.draw(this.now);
    this.next = t + Math.max(this.least, (performance.now() - began) * SHARE);
  }

  stop() {
    cancelAnimationFrame(this.frame);
  }
}
