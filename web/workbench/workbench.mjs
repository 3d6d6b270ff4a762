// One program on the page: it is opened, run, and its trace walked through. The workbench puts the panes together
// (panes.mjs) and hands on to them; it knows nothing of lessons: give it any program and it shows it.

import { el, prose } from '../panes/dom.mjs';
import { downloads } from '../panes/download.mjs';
import { Stepper } from '../panes/stepper.mjs';
import { legend } from '../panes/timeline/legend.mjs';
import { choicesOf, runnable, seedFrom, valuesFrom } from '../run/choices.mjs';
import { Live } from '../run/live.mjs';
import { defaults } from '../run/params.mjs';
import { Runner } from '../run/runner.mjs';
import { verdict } from '../run/verdict.mjs';
import { TraceModel } from '../trace/model.mjs';
import { linesOf } from '../trace/orders.mjs';
import { buildFrame } from './frame.mjs';
import { otherOrder } from './other-order.mjs';
import { makePanes } from './panes.mjs';
import { Pinning } from './pinning.mjs';
import { showTrace } from './show-trace.mjs';

const SCOUT = { patience: 1, limits: { events: 2000, output: 0 } };

const usualAxis = (clock) => (clock === 'real' ? 'time' : 'steps');

/// Sends `change` when what a link would hold has changed, `run` with {outcome, lines} after each run, `predict` with
/// {right, of, form}, `step` with {position}, and `solved` with {id}.
export class Workbench extends EventTarget {
  /// `root` is an empty <section>.
  constructor(root, { runner = new Runner() } = {}) {
    super();
    buildFrame(root);
    this.root = root;
    this.runner = runner;
    this.scout = new Runner(SCOUT); // runs ahead, to know which lines are to be predicted
    this.hasRun = false;
    this.clock = 'virtual';
    const panel = (name) => root.querySelector(`[data-panel="${name}"]`);
    this.panes = makePanes({
      panel,
      seek: (position) => this.stepper.seek(position),
      change: (values) => this.changeParams(values),
      send: (type, detail) => this.send(type, detail),
    });
    this.stepper = new Stepper(panel('stepper'));
    this.ask = panel('ask');
    this.status = panel('status');
    this.runButton = panel('run');
    this.stopButton = panel('stop');
    this.clickButton = panel('click');
    this.legend = panel('legend').closest('details'); // open until there is something to explain it
    panel('legend').append(legend());
    this.ordersButton = this.addTool(
      'Other orders',
      'Look for a run that prints its lines in another order, as a real machine might',
      () => otherOrder(this),
    );
    this.pinning = new Pinning(this);
    panel('extras').append(
      downloads(() => ({ id: this.program.id, events: this.events, timeline: this.panes.timeline })),
    );
    this.listen();
  }

  send(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /// Has all panes do it that can.
  each(method, ...given) {
    for (const pane of Object.values(this.panes)) pane[method]?.(...given);
  }

  listen() {
    const { timeline } = this.panes;
    this.runButton.addEventListener('click', () => this.run());
    this.stopButton.addEventListener('click', () => this.interrupt());
    this.clickButton.addEventListener('click', () => this.runner.click());
    timeline.addEventListener('lane', (/** @type {any} */ { detail }) => {
      this.stepper.lane = detail.lane;
    });
    for (const button of this.root.querySelectorAll('[data-zoom]'))
      button.addEventListener('click', () => timeline[button.dataset.zoom]());
    this.stepper.addEventListener('change', (/** @type {any} */ { detail }) => {
      this.each('show', detail.position, detail.state);
      if (detail.along) return;
      this.send('step', { position: detail.position });
      this.send('change');
    });
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.run();
      else this.stepper.key(event);
    });
    this.onChoice('axis', (value) => {
      timeline.setAxis(value);
      this.send('change');
    });
    this.onChoice('clock', (value) => {
      this.setClock(value);
      this.send('change');
    });
    this.onChoice('language', (value) => {
      this.root.dataset.language = value;
    });
  }

  onChoice(name, act) {
    for (const input of this.root.querySelectorAll(`[data-${name}]`))
      input.addEventListener('change', () => act(input.value));
  }

  /// Shows a program that has not run yet: {id, ask, c, python, wasm, env, params, make, live, clicks, against}. c,
  /// python and wasm are the URLs of its files, env is what its getenv answers; `live`: it makes sense on the real
  /// clock alone, `clicks`: there is to be a button that it hears of, `against`: {text, params}, what it is worth being
  /// compared with. All but id, c and wasm may be missing. `view` is what a link holds: {params, at, axis, clock, seed,
  /// pin}; with `at` the program runs at once, with `pin` ({params, seed}) beside that run.
  open(program, view = {}) {
    this.runner.stop();
    this.program = program;
    this.values = valuesFrom(program, view.params);
    this.seed = seedFrom(view.seed);
    this.reset('ready');
    this.ask.replaceChildren(...prose(program.ask ?? ''));
    this.each('open', program, this.values);
    this.tell('');
    this.setClock(program.live ? 'real' : view.clock);
    if (view.axis) this.setAxis(view.axis);
    this.clickButton.hidden = !program.clicks;
    this.pinning.open(program);
    this.opened = this.panes.sources.loaded;
    this.rehearsal = this.rehearse();
    if (view.pin) this.pinning.against({ ...view.pin, params: { ...defaults(program), ...view.pin.params } }, view.at);
    else if (Number.isInteger(view.at)) this.run({ at: view.at });
    return this.opened;
  }

  /// A button of the page's own in the head of the timeline.
  addTool(text, title, act) {
    const button = el('button', { type: 'button', class: 'quiet', title, on: { click: act } }, text);
    this.root.querySelector('[data-panel="extras"]').append(button);
    return button;
  }

  /// What a link has to hold so that another reader sees the same.
  get view() {
    const { position, length } = this.stepper;
    const { kind } = this.panes.timeline;
    return {
      id: this.program.id,
      ...choicesOf(this.program, this),
      // on the real clock no run is like another
      at: length && position !== length && this.clock === 'virtual' ? position : undefined,
      axis: kind === usualAxis(this.clock) ? undefined : kind,
      pin: this.pinning.choices,
      clock: this.clock === 'real' && !this.program.live ? 'real' : undefined,
    };
  }

  /// The current run, with what led to it.
  get shown() {
    return { program: this.program, model: this.model, lines: this.lines, values: this.values, seed: this.seed };
  }

  /// What it has printed, line by line.
  get lines() {
    return this.printed.map(({ text }) => text);
  }

  setAxis(axis) {
    const { timeline } = this.panes;
    const kind = axis === 'time' ? 'time' : 'steps';
    if (kind !== timeline.kind) timeline.setAxis(kind);
    for (const input of this.root.querySelectorAll('[data-axis]')) input.checked = input.value === kind;
  }

  /// On the real clock waits are as long as they look, so the axis is that of time.
  setClock(given) {
    const clock = given === 'real' ? 'real' : 'virtual';
    const { live } = this.program;
    const other = clock !== this.clock;
    this.clock = clock;
    if (other && this.root.dataset.phase !== 'ready') this.leave();
    this.setAxis(usualAxis(clock));
    this.ordersButton.disabled = clock === 'real';
    for (const input of this.root.querySelectorAll('[data-clock]')) {
      input.checked = input.value === clock;
      input.disabled = Boolean(live);
    }
  }

  /// What has run, or still runs, is not what the reader asks for any more.
  leave() {
    this.runner.stop();
    this.reset('ready');
    this.tell('');
    this.rehearse();
  }

  /// Finds out which lines the program prints, so that they can be predicted.
  async rehearse() {
    const { predict } = this.panes;
    predict.withdraw();
    this.root.dataset.rehearsed = Boolean(this.program.live);
    if (this.program.live) return; // it may wait for the reader
    const { program, values } = this;
    const { how, events } = await this.traceOf(this.scout);
    if (this.program !== program || this.values !== values) return;
    if (how === 'exit' && !this.stepper.length) predict.offer(linesOf(events));
    this.root.dataset.rehearsed = true;
  }

  /// Runs it on the virtual clock, unseen: {how, events}.
  async traceOf(runner, choices = { values: this.values, seed: this.seed }) {
    const events = [];
    const { how } = await runner.run(runnable(this.program, 'virtual', choices), {
      record: (event) => events.push(event),
      print() {},
    });
    return { how, events };
  }

  /// Other parameters: the numbers in the code are others at once, and so is the result, if there was one and it takes
  /// no time.
  changeParams(values) {
    this.values = values;
    this.seed = 0;
    this.each('setValues', values);
    this.send('change');
    if (this.root.dataset.phase === 'ready') this.rehearse();
    else if (this.clock === 'real') this.leave();
    else this.run();
  }

  reset(phase) {
    this.root.dataset.phase = phase;
    this.stopButton.disabled = this.clickButton.disabled = phase === 'ready';
    this.events = [];
    this.printed = [];
    this.model = null;
    this.stepper.clear();
    this.each('begin');
    if (phase !== 'again') this.each('clear'); // what was before stays in sight
  }

  /// Runs the program and shows its trace, at position `at` or at the end. Resolves with how it ended (runner.mjs).
  /// While it runs again what it did before stays in sight.
  async run({ at } = /** @type {{at?: number}} */ ({})) {
    const { program } = this;
    this.scout.stop();
    await this.opened; // the steps are marked in the sources
    if (this.program !== program) return { how: 'stopped' };
    this.reset(this.root.dataset.phase === 'ready' ? 'running' : 'again');
    this.ordersButton.textContent = this.seed ? 'Exact order' : 'Other orders';
    this.tell(this.clock === 'real' ? 'Running, on the real clock …' : 'Running …');
    const model = (this.growing = new TraceModel(this.events));
    if (this.clock === 'real') this.follow(model);
    const outcome = await this.runner.run(runnable(program, this.clock, this), {
      record: (event) => this.record(event),
      print: (event) => this.print(event, 0),
    });
    if (this.program !== program || outcome.how === 'stopped') return outcome;
    this.live?.stop();
    if (this.root.dataset.phase === 'live' && !this.stepper.follows) at ??= this.stepper.position;
    this.stopButton.disabled = this.clickButton.disabled = true;
    model.catchUp();
    if (await showTrace(this, model, at)) this.end(outcome, model);
    return outcome;
  }

  end(outcome, model) {
    const { printed, lines, values } = this;
    const [words, bad] = /** @type {[string, boolean]} */ (verdict(outcome, model));
    this.tell(words, bad);
    this.each('end', { printed, lines, time: model.stateAt(model.length).time, params: values });
    this.send('run', { outcome, lines });
  }

  /// Shows the trace while it grows.
  follow(model) {
    this.live?.stop();
    const { events } = this;
    const live = (this.live = new Live((now) => {
      if (this.events !== events) return live.stop(); // the reader has moved on
      model.catchUp();
      const first = this.root.dataset.phase !== 'live';
      if (first) this.beginLive(model);
      this.each('grow', now);
      if (first) this.stepper.load(model);
      this.stepper.grow();
    }));
  }

  /// A trace that grows from nothing.
  beginLive(model) {
    this.closeLegend();
    this.root.dataset.phase = 'live';
    this.panes.compare.wait();
    this.panes.timeline.prepare(model);
    this.each('load', model);
  }

  /// With the first trace there is something to see instead; after that it is the reader's.
  closeLegend() {
    if (!this.hasRun) this.legend.open = false;
    this.hasRun = true;
  }

  /// Stop: Ctrl+C for the program.
  interrupt() {
    this.runner.interrupt();
    this.tell('Ctrl+C is sent: it cancels the main task, which may clean up. Stop again to end it at once.');
  }

  record(event) {
    this.events.push(event);
    // not all of a long trace at once in the end
    if (this.events.length % TraceModel.CHECKPOINT === 0) this.growing.catchUp();
    this.live?.heard(event);
    if (event.ev === 'print') this.print(event, this.events.length);
  }

  print(event, at) {
    this.printed.push(event);
    this.panes.output.add(event, at);
  }

  tell(text, bad = false) {
    this.status.classList.toggle('bad', bad);
    this.status.textContent = text;
  }
}
