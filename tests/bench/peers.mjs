// The peer: the same things with V8's promises. Reads "name count" lines and answers with nanoseconds per operation, or
// bytes (node --expose-gc).

import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';

async function yielder(turns) {
  for (let left = turns; left; left--) await null;
}

async function switching(tasks, count) {
  const turns = Math.floor(count / tasks),
    all = [];
  for (let i = 0; i < tasks; i++) all.push(yielder(turns));
  await Promise.all(all);
  return turns * tasks;
}

async function nothing(arg) {
  return arg;
}

async function calling(count) {
  for (let i = 0; i < count; i++) await nothing(i);
  return count;
}

async function allOf(width, count) {
  const times = Math.ceil(count / width);
  for (let time = 0; time < times; time++) {
    const all = [];
    for (let i = 0; i < width; i++) all.push(nothing(i));
    await Promise.all(all);
  }
  return times * width;
}

const soon = async () => {};

async function roundTrips(count) {
  for (let i = 0; i < count; i++) await soon();
  return count;
}

async function deep(depth, turns) {
  if (depth > 1) return depth + (await deep(depth - 1, turns));
  for (let left = turns; left; left--) await null;
  return depth;
}

async function timers(count) {
  for (let i = 0; i < count; i++) {
    clearTimeout(setTimeout(nothing, 1_000_000));
    if (i % 1000 === 999) await null;
  }
  return count;
}

/** What a call on another thread comes to without a library: a message to a worker, and its answer. */
const ECHO =
  "const { parentPort } = require('node:worker_threads');" +
  "parentPort.on('message', (message) => parentPort.postMessage(message));";
let echo;

async function messages(count) {
  echo ??= new Worker(ECHO, { eval: true });
  for (let i = 0; i < count; i++) {
    await new Promise((answered) => {
      echo.once('message', answered);
      echo.postMessage(i);
    });
  }
  return count;
}

const rounds = {
  switch_1: (count) => switching(1, count),
  switch_1000: (count) => switching(1000, count),
  spawn_await: calling,
  gather_10000: (count) => allOf(10_000, count),
  promise_roundtrip: roundTrips,
  promise_future: roundTrips,
  promises_100: (count) => allOf(100, count),
  promises_10000: (count) => allOf(10_000, count),
  depth_10: (count) => deep(10, count).then(() => count),
  depth_50: (count) => deep(50, count).then(() => count),
  timer_set_cancel: timers,
  to_thread: messages,
};

// ---- memory: an async function asleep in one that it has called ----

const sleepLong = () => new Promise((resolve) => setTimeout(resolve, 1_000_000));

async function sleeper(number) {
  await asleep();
  return number + 1;
}

async function asleep() {
  await sleepLong();
}

async function parked(count) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < count; i++) sleeper(i);
  await null;
  globalThis.gc();
  return (process.memoryUsage().heapUsed - before) / count;
}

for await (const line of createInterface({ input: process.stdin })) {
  const [name, count] = [line.split(' ')[0], Number(line.split(' ')[1])];
  if (name === 'parked_task_bytes') {
    console.log((await parked(count)).toFixed(3));
    continue;
  }
  const start = performance.now(),
    done = await rounds[name](count);
  console.log((((performance.now() - start) * 1e6) / done).toFixed(3));
}
process.exit();
