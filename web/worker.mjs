// Runs one program, in a thread of its own, and reports what it does. The page ends this thread when the run is over or
// takes too long: nothing has to be cleaned up here.
//
//   in   {wasm, args, env, clock, limits: {events, output}}
//   out  {type: 'started'}, {type: 'events', events}, {type: 'output', events}: printed, but beyond the recorded trace,
//        {type: 'exit', status, dropped} or {type: 'error', message, dropped}

import { load } from './asyncio/asyncio.mjs';

const PROMPT = 400; // so many events are sent one by one: a program that then hangs has told all it did
const BATCH = 200; //  later ones go together, which costs far less

addEventListener('message', ({ data }) => run(data), { once: true });

async function run({ wasm, args, env, clock, limits }) {
  const report = new Report(limits);
  try {
    // What it prints comes as events of the trace, with the time; as plain text it is not needed.
    const quiet = { stdout() {}, stderr() {} };
    const program = await load(wasm, { args, env, clock, ...quiet, trace: (event) => report.add(event) });
    postMessage({ type: 'started' });
    const status = await program.run();
    report.flush();
    postMessage({ type: 'exit', status, dropped: report.dropped });
  } catch (error) {
    report.flush();
    postMessage({ type: 'error', message: String(error?.message ?? error), dropped: report.dropped });
  }
}

/// Sends events on, in batches once there are many, and none beyond the limits.
class Report {
  constructor(limits) {
    this.left = { ...limits };
    this.seen = 0;
    this.waiting = [];
    this.dropped = 0;
  }

  add(event) {
    if (this.left.events > 0) {
      this.left.events -= 1;
      this.waiting.push(event);
      this.seen += 1;
      if (this.seen < PROMPT || this.waiting.length >= BATCH) this.flush();
      return;
    }
    this.dropped += 1;
    if (event.ev !== 'print' || this.left.output <= 0) return;
    this.left.output -= event.text.length;
    this.flush();
    postMessage({ type: 'output', events: [event] });
  }

  flush() {
    if (this.waiting.length) postMessage({ type: 'events', events: this.waiting });
    this.waiting = [];
  }
}
