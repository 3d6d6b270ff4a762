// Calls a program's loop when it wants to be called: the JavaScript half of src/host/host_js.c.
//
// The loop says after how many seconds it wants its next tick: 0, a delay, or -1 for "when something happens". So there
// is at most one timer and at most one tick on its way, and none when the loop waits for nothing.

/** A macrotask as soon as the event loop has looked at everything else. (A nested setTimeout(0) waits 4 ms.) */
const soon = typeof setImmediate === 'function' ? setImmediate : throughChannel;

let channel; // made when it is first needed: importing this does nothing
function throughChannel(callback) {
  channel ??= makeChannel();
  channel.waiting.push(callback);
  channel.port.postMessage(null);
}

function makeChannel() {
  const waiting = [],
    { port1, port2 } = new MessageChannel();
  port1.onmessage = () => waiting.shift()();
  return { waiting, port: port2 };
}

/** The same at a priority of the platform's, where it has those. */
function soonAt(priority) {
  if (!priority || typeof globalThis.scheduler?.postTask !== 'function') return soon;
  return (callback) => {
    globalThis.scheduler.postTask(callback, { priority });
  };
}

const LONGEST_TIMEOUT = 2 ** 31 - 1;
const TICK = 1; // milliseconds: the clock's, and that of timers

/** For microtasks: what queueMicrotask() does in Node besides (a resource for each, with its hooks) costs more than a
 * tick. */
const settled = Promise.resolve();

/** Driven by a loop of somebody else's, which calls the tick when it suits: schedule(tick, seconds) is asked for that.
 * */
export class Guest {
  #tick;
  #schedule;
  #fail;
  #cancel;
  #coming = false; // it has been asked for as soon as may be
  #generation = 0;

  /** fail(error): what schedule, or the function that it has given, has thrown. */
  constructor(tick, schedule, fail) {
    this.#tick = tick;
    this.#schedule = schedule;
    this.#fail = fail;
  }

  wake() {
    if (this.#coming) return;
    this.stop();
    this.#ask(0);
  }

  begin() {
    return false;
  }

  plan(seconds) {
    if (!this.#coming && seconds >= 0) this.#ask(seconds);
  }

  #ask(seconds) {
    const generation = this.#generation;
    this.#coming = seconds === 0;
    try {
      this.#cancel = this.#schedule(() => {
        if (generation === this.#generation) this.#run();
      }, seconds);
    } catch (error) {
      this.#fail(error);
    }
  }

  #run() {
    this.stop();
    const seconds = this.#tick(true);
    if (seconds !== undefined) this.plan(seconds);
  }

  stop() {
    this.#generation++;
    this.#coming = false;
    const cancel = this.#cancel;
    this.#cancel = undefined;
    if (typeof cancel !== 'function') return;
    try {
      cancel();
    } catch (error) {
      this.#fail(error);
    }
  }
}

/** Ticks that promises ask for run as microtasks, right after the promise. How long that may go on in a row the loop
 * knows: it then does nothing and asks for its turn after the page's. A tick that comes out of the event loop is told
 * so: it is fresh. */
export class Driver {
  #tick;
  #timer;
  #alarm = Infinity; // when the timer fires, and
  #deadline = Infinity; // when the loop wants to be called: not before that, in milliseconds
  #coming = false; // a tick is on its way that no timer has to bring,
  #asMicrotask = false; // namely that way
  #queued = false; // the microtask is in the queue, wanted or not any more
  #generation = 0; // what was asked of the event loop before a tick is void after it
  #patient;
  #soon;
  #microtask = () => {
    this.#queued = false;
    if (this.#asMicrotask) this.#run(false);
  };

  /** tick(fresh) calls the loop and returns what it wants next. patient: never to run in a microtask, but after all of
   * them; priority: as scheduler.postTask knows them. */
  constructor(tick, /** @type {any} */ { patient = false, priority } = {}) {
    this.#tick = tick;
    this.#patient = patient || priority !== undefined;
    this.#soon = soonAt(priority);
  }

  /** Something was made ready from outside: the loop is to run, after what runs now. */
  wake() {
    if (this.#coming) return;
    this.#coming = true;
    if (this.#patient) return this.#askSoon();
    this.#asMicrotask = true;
    if (!this.#queued) settled.then(this.#microtask);
    this.#queued = true;
  }

  /** Whether the tick may be part of the microtask that runs: then it is on its way, and what it says is to be given to
   * plan(). */
  begin() {
    if (this.#patient || (this.#coming && !this.#asMicrotask)) return false;
    this.#begin();
    return true;
  }

  /** Does what the loop asked for. */
  plan(seconds) {
    if (this.#coming) return;
    if (seconds < 0) {
      this.#disarm();
    } else if (seconds === 0) {
      this.#coming = true;
      this.#askSoon();
    } else {
      this.#deadline = performance.now() + seconds * 1000;
      // it looks again when it fires: to set a timer costs more than to run the loop
      if (this.#alarm < this.#deadline + TICK) return;
      this.#disarm();
      this.#arm();
    }
  }

  #askSoon() {
    const generation = this.#generation;
    this.#soon(() => {
      if (generation === this.#generation) this.#run(true);
    });
  }

  /** Timers may fire a fraction of a millisecond early, and long ones not at all: then they are set again. The loop
   * must not be woken early, for whether two deadlines are met in one turn may decide the order of events. */
  #arm() {
    const now = performance.now(),
      left = Math.min(Math.ceil(this.#deadline - now), LONGEST_TIMEOUT);
    this.#alarm = now + left;
    this.#timer = setTimeout(this.#alarmed, left);
  }

  #alarmed = () => {
    this.#timer = undefined;
    this.#alarm = Infinity;
    if (performance.now() >= this.#deadline) this.#run(true);
    else if (this.#deadline !== Infinity) this.#arm();
  };

  #disarm() {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#alarm = Infinity;
  }

  #run(fresh) {
    this.#begin();
    const seconds = this.#tick(fresh);
    if (seconds !== undefined) this.plan(seconds);
  }

  /** What was asked for is under way, or void; the timer may serve for what comes next. */
  #begin() {
    this.#generation++;
    this.#coming = this.#asMicrotask = false;
    // to write a fraction takes an engine longer than to read it
    if (this.#deadline !== Infinity) this.#deadline = Infinity;
  }

  /** Forgets what was asked for. */
  stop() {
    this.#begin();
    this.#disarm();
  }
}
