// Time: one timer, one tick, the time budget, deadlines that are kept in order and never early, and the virtual clock.
//
// The loader's timers are counted: the stand-ins must be there before it is imported, because it keeps setImmediate.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, beforeEach, describe, test } from 'node:test';
import { built, command, deferred, hook, macrotask, output, rejection, root, until, within } from './support.mjs';

const real = { setTimeout, clearTimeout, setImmediate };
const timers = new Map(), ticks = new Set();
let most, delays, hurry; // the most timers that were ever armed at once; what was asked for; whether they fire too early

globalThis.setTimeout = (callback, delay, ...rest) => {
  delays.push(delay);
  const timer = real.setTimeout(() => {
    timers.delete(timer);
    callback(...rest);
  }, hurry ? delay / 2 : delay);
  timers.set(timer, delay);
  most = Math.max(most, timers.size);
  return timer;
};
globalThis.clearTimeout = (timer) => {
  timers.delete(timer);
  real.clearTimeout(timer);
};
globalThis.setImmediate = (callback) => real.setImmediate(() => {
  ticks.delete(callback);
  callback();
}, ticks.add(callback), mostTicks = Math.max(mostTicks, ticks.size));
let mostTicks = 0;

const { load, CancelledError } = await import('../../build/wasm/asyncio.mjs');
Object.assign(globalThis, real); // what the tests themselves wait with is not counted ...
const counted = { setTimeout: undefined };
