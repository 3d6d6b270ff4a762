// Owns the Worker in which a program runs: starts it, hears from it, and ends it when it does not come back. Every run
// has a Worker of its own, so whatever one program did to its thread, the next begins afresh.

import { Interrupts } from '../asyncio/loader/interrupts.mjs';
import { lendWorkers } from '../asyncio/threads/workers.mjs';

const ASKED = 4; // so many times within its patience is a program on the real clock asked for a sign of life

/// How a run ended:
///   {how: 'exit', status}      it returned from main
///   {how: 'error', message}    it trapped, overflowed its stack, could not be loaded
///   {how: 'hung', seconds, limit}  it did not come back in time, and was ended; so many events are recorded at most
///   {how: 'interrupted'}       it did not hear Ctrl+C, and was ended
///   {how: 'stopped'}           stop() was called
/// each with `dropped`: how many events were too many to record.
export class Runner {
  /// `patience`: seconds that a program may take, from its first instruction on.
  constructor({ patience = 4, limits = { events: 5000, output: 50_000 } } = {}) {
    this.patience = patience;
    this.limits = limits;
    this.stop = this.interrupt = this.click = () => {};
  }

  /// Runs program.wasm, on program.clock ('virtual' or 'real'). On the real clock a program may take as long as it
  /// likes, if only it gives way to the loop again and again. `record(event)` is called with the events of the trace in
  /// order, `print(event)` with print events that came too late to be recorded.
  run(program, { record, print }) {
    this.stop();
    const worker = newWorker(new URL('./worker.mjs', import.meta.url));
    const endThreads = lendWorkers(worker);
    return new Promise((resolve) => {
      const real = program.clock === 'real';
      /** @type {any} */
      let timer = 0,
        asking = /** @type {any} */ (0);
      const hung = () => finish({ how: 'hung', seconds: this.patience, limit: this.limits.events });
      const allow = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          timer = setTimeout(hung, 10);
        }, this.patience * 1000); // if the page was busy, the sign of life is heard first
        if (real) asking = setTimeout(() => worker.postMessage({ ask: true }), (this.patience * 1000) / ASKED);
      };
      const finish = (outcome) => {
        clearTimeout(timer);
        clearTimeout(asking);
        worker.onmessage = worker.onerror = null; // what is on its way already belongs to a run that is over
        worker.terminate();
        endThreads();
        this.stop = this.interrupt = this.click = () => {};
        resolve({ dropped: 0, ...outcome });
      };
      const interrupts = new Interrupts({
        send: () => worker.postMessage({ interrupt: true }),
        force: () => finish({ how: 'interrupted' }),
        patience: 1,
      });
      const heard = {
        heard: () => interrupts.heard(),
        started: allow,
        alive: allow,
        event: ({ event }) => record(event),
        output: ({ event }) => print(event),
        exit: ({ status, dropped }) => finish({ how: 'exit', status, dropped }),
        error: ({ message, dropped }) => finish({ how: 'error', message, dropped }),
      };
      worker.onmessage = ({ data }) => heard[data.type]?.(data);
      worker.onerror = (event) => {
        event.preventDefault(); // it is told on the page
        finish({ how: 'error', message: event.message || 'The thread for the program could not be started' });
      };
      this.stop = () => finish({ how: 'stopped' });
      this.interrupt = () => interrupts.press(); // Ctrl+C
      this.click = () => worker.postMessage({ click: 1 }); // what a program does with it is its own business
      worker.postMessage({
        wasm: new URL(program.wasm, document.baseURI).href,
        args: [program.id],
        env: { FILE: program.python ? new URL(program.python, document.baseURI).href : '', ...program.env },
        clock: program.clock ?? 'virtual',
        limits: this.limits,
      });
    });
  }
}

/// A worker must be of the page's own origin. Where this module comes from another one, a line that imports the worker
/// from there is.
function newWorker(url) {
  if (url.origin === location.origin) return new Worker(url, { type: 'module' });
  const line = URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' }));
  const worker = new Worker(line, { type: 'module' });
  worker.addEventListener('message', () => URL.revokeObjectURL(line), { once: true });
  return worker;
}
