// Runs one program, in a thread of its own, and reports what it does. The page ends this thread when the run is over or
// takes too long: nothing has to be cleaned up here.
//
//   in   {wasm, args, env, clock, limits: {events, output}}, then {interrupt}: Ctrl+C, {ask}, and {click}, which is for
//   the program out  {type: 'started'}, {type: 'heard'}: the Ctrl+C, {type: 'alive'}: the answer to ask, {type:
//   'event', event}, {type: 'output', event}: printed, but beyond the recorded trace,
//        {type: 'exit', status, dropped} or {type: 'error', message, dropped}

import { declaredFunctions } from '../asyncio/loader/glue.mjs';
import { compileSource } from '../asyncio/loader/module.mjs';
import { load } from '../asyncio/loader/load.mjs';

let running;

addEventListener('message', ({ data }) => {
  if (data.wasm) run(data);
  else if (data.interrupt) hear();
  else if (data.ask) postMessage({ type: 'alive' });
});

/// Before there is a program, it is nothing to end.
function hear() {
  postMessage({ type: 'heard' });
  if (running) running.interrupt();
  else postMessage({ type: 'exit', status: 130, dropped: 0 });
}

async function run({ wasm, args, env, clock, limits }) {
  const report = new Report(limits);
  try {
    // What it prints comes as events of the trace, with the time; as plain text it is not needed.
    const quiet = { stdout() {}, stderr() {} };
    const module = await compileSource(wasm);
    const functions = await functionsOf(module, wasm);
    running = await load(module, {
      functions,
      args,
      env,
      clock,
      borrowWorkers: true,
      ...quiet,
      trace: (event) => report.add(event),
    });
    postMessage({ type: 'started' });
    const status = await running.run();
    postMessage({ type: 'exit', status, dropped: report.dropped });
  } catch (error) {
    postMessage({ type: 'error', message: String(error?.message ?? error), dropped: report.dropped });
  }
}

/// The JavaScript that a program carries lies beside it as a module: a strict page allows no functions made of text.
async function functionsOf(module, wasm) {
  if (!declaredFunctions(module).length) return undefined;
  return (await import(wasm.replace(/\.wasm$/, '.functions.mjs'))).default;
}

/// Sends events on, none beyond the limits. Each goes at once: a program that then hangs has told all that it did, and
/// the limits keep the price low.
class Report {
  constructor(limits) {
    this.left = { ...limits };
    this.dropped = 0;
  }

  add(event) {
    if (this.left.events > 0) {
      this.left.events -= 1;
      postMessage({ type: 'event', event });
      return;
    }
    this.dropped += 1;
    if (event.ev !== 'print' || this.left.output <= 0) return;
    this.left.output -= event.text.length;
    postMessage({ type: 'output', event });
  }
}
