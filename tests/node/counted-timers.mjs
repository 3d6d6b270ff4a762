// Stands in for the global timers and counts what the loader does with them. Who counts imports this before the loader,
// which keeps setImmediate. The tests themselves wait with node:timers, which is not counted. The loader's timers do
// not keep Node running here: when a test fails that has a program asleep, its file ends all the same.

import * as real from 'node:timers';

const armed = new Map(),
  ticks = new Set();
let mostArmed = 0,
  mostTicks = 0,
  everArmed = 0;

export const counted = {
  hurry: false, // timers fire in half of their time
  delays: [],
  get armed() {
    return armed.size;
  },
  get ticks() {
    return ticks.size;
  },
  get most() {
    return { armed: mostArmed, ticks: mostTicks };
  },
  get everArmed() {
    return everArmed;
  },
  reset() {
    mostArmed = armed.size;
    mostTicks = ticks.size;
    everArmed = 0;
    counted.delays = [];
    counted.hurry = false;
  },
};

globalThis.setTimeout = /** @type {any} */ (
  (callback, delay, ...rest) => {
    const timer = real.setTimeout(
      () => {
        armed.delete(timer);
        callback(...rest);
      },
      counted.hurry ? delay / 2 : delay,
    );
    timer.unref();
    armed.set(timer, delay);
    counted.delays.push(delay);
    everArmed++;
    mostArmed = Math.max(mostArmed, armed.size);
    return timer;
  }
);

globalThis.clearTimeout = (timer) => {
  armed.delete(timer);
  real.clearTimeout(timer);
};

globalThis.setImmediate = /** @type {any} */ (
  (callback, ...rest) => {
    const tick = real.setImmediate(() => {
      ticks.delete(tick);
      callback(...rest);
    });
    ticks.add(tick);
    mostTicks = Math.max(mostTicks, ticks.size);
    return tick;
  }
);
