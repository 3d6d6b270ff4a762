// Calls a program's loop when it wants to be called: the JavaScript half of src/host_js.c.
//
// The loop says after how many seconds it wants its next tick: 0, a delay, or -1 for "when something happens". So there is
// at most one timer and at most one tick on its way, and none when the loop waits for nothing.

/** A macrotask as soon as the event loop has looked at everything else. (A nested setTimeout(0) waits 4 ms.) */
const soon = typeof setImmediate === 'function' ? setImmediate : throughChannel;

let channel; // made when it is first needed: importing this does nothing
function throughChannel(callback) {
  channel ??= makeChannel();
  channel.waiting.push(callback);
  channel.port.postMessage(null);
}

function makeChannel() {
  const waiting = [], { port1, port2 } = new MessageChannel();
  port1.onmessage = () => waiting.shift()();
  return { waiting, port: port2 };
}

/** The same at a priority of the platform's, where it has those. */
function soonAt(priority) {
  if (!priority || typeof globalThis.scheduler?.postTask !== 'function') return soon;
  return (callback) => { globalThis.scheduler.postTask(callback, { priority }); };
}

/** Ticks that promises ask for run as microtasks, right after the promise; but only for so long in a row, then the page
 * gets a turn. */
const MICROTASK_BUDGET = 8; // milliseconds
const nothing = Promise.resolve();
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Driven by a loop of somebody else's, which calls the tick when it suits: schedule(tick, seconds) is asked for that. */
export class Guest {
  #tick;
  #schedule;
  #cancel;
  #coming = false; // it has been asked for as soon as may be
  #generation = 0;

  constructor(tick, schedule) {
    this.#tick = tick;
    this.#schedule = schedule;
  }

  wake() {
    if (this.#coming) return;
    this.stop();
    this.#ask(0);
  }

  plan(seconds) {
    if (!this.#coming && seconds >= 0) this.#ask(seconds);
  }

  #ask(seconds) {
    const generation = this.#generation;
    this.#coming = seconds === 0;
    this.#cancel = this.#schedule(() => {
      if (generation === this.#generation) this.#run();
    }, seconds);
  }

  #run() {
    this.stop();
    const seconds = this.#tick();
    if (seconds !== undefined) this.plan(seconds);
  }

  stop() {
    this.#generation++;
    this.#coming = false;
    const cancel = this.#cancel;
    this.#cancel = undefined;
    cancel?.();
  }
}

export class Driver {
  #tick;
  #timer;
  #coming = false; // a tick is on its way that no timer has to bring
  #generation = 0; // what was asked for before a tick is void after it
  #burstBegan = 0;
  #unasked = 0; // ticks of this burst since the clock was asked
  #patient;
  #soon;

  /** tick() calls the loop and returns what it wants next. patient: never to run in a microtask, but after all of them;
   * priority: as scheduler.postTask knows them. */
  constructor(tick, { patient = false, priority } = {}) {
    this.#tick = tick;
    this.#patient = patient || priority !== undefined;
    this.#soon = soonAt(priority);
  }

  /** Something was made ready from outside: the loop is to run, after what runs now. */
  wake() {
    if (this.#coming) return;
    this.#coming = true;
    const generation = this.#generation, run = () => this.#run(generation);
    if (!this.#patient && this.#isBurstShort()) {
      nothing.then(run); // as queueMicrotask, which in Node takes three times as long
    } else {
      this.#soon(() => {
        this.#beginBurst();
        run();
      });
    }
  }

  #beginBurst() {
    this.#burstBegan = performance.now();
    this.#unasked = 0;
  }

  /** Asking the clock takes as long as all else about a short tick: so it is asked at every fourth. */
  #isBurstShort() {
    if (++this.#unasked % 4) return true;
    return performance.now() - this.#burstBegan < MICROTASK_BUDGET;
  }

  /** Does what the loop asked for. */
  plan(seconds) {
    if (this.#coming || seconds < 0) return;
    const generation = this.#generation;
    if (seconds === 0) {
      this.#coming = true;
      this.#soon(() => {
        this.#beginBurst();
        this.#run(generation);
      });
    } else {
      this.#arm(performance.now() + seconds * 1000, generation);
    }
  }

  /** Timers may fire a fraction of a millisecond early, and long ones not at all: then they are set again. The loop must
   * not be woken early, for whether two deadlines are met in one turn may decide the order of events. */
  #arm(deadline, generation) {
    const left = Math.min(Math.ceil(deadline - performance.now()), LONGEST_TIMEOUT);
    this.#timer = setTimeout(() => {
      if (performance.now() < deadline) return this.#arm(deadline, generation);
      this.#beginBurst();
      this.#run(generation);
    }, left);
  }

  #run(generation) {
    if (generation !== this.#generation) return;
    this.stop();
    const seconds = this.#tick();
    if (seconds !== undefined) this.plan(seconds);
  }

  /** Forgets what was asked for. */
  stop() {
    this.#generation++;
    this.#coming = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
