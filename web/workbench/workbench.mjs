// One program on the page: its sources, the reader's prediction, its parameters, Run, what it printed, and the trace to
// walk through. It knows nothing of lessons: give it any program and it shows it.

import { nameOf, statusOf } from '../trace/describe.mjs';
import { el, prose } from '../panes/dom.mjs';
import { plural, seconds } from '../trace/format.mjs';
import { buildFrame } from './frame.mjs';
import { laneClass } from '../panes/lane-colors.mjs';
import { CompareView } from '../panes/timeline/compare-view.mjs';
import { downloads } from '../panes/download.mjs';
import { legend } from '../panes/timeline/legend.mjs';
import { Live } from '../run/live.mjs';
import { MakeView } from '../panes/make-view.mjs';
import { TRIED, findOther, firstDifference, linesOf } from '../trace/orders.mjs';
import { OutputView } from '../panes/output-view.mjs';
import { ParamsView } from '../panes/params-view.mjs';
import { defaults, environment, sane } from '../run/params.mjs';
import { PredictView } from '../panes/predict-view.mjs';
import { Runner } from '../run/runner.mjs';
import { SourcePair } from '../panes/sources/source-pair.mjs';
import { StateView } from '../panes/state-view.mjs';
import { StepList } from '../panes/step-list.mjs';
import { Stepper } from '../panes/stepper.mjs';
import { BITE, Timeline } from '../panes/timeline/timeline.mjs';
import { TraceModel } from '../trace/model.mjs';

const SCOUT = { patience: 1, limits: { events: 2000, output: 0 } };

const LONG = 1000; // events: so many are drawn in smaller bites
const HIDDEN = 100; // milliseconds after which no frame is to be expected: the page is in the background

const usualAxis = (clock) => (clock === 'real' ? 'time' : 'steps');

const JITTER = '2'; // seconds by which a wait may be longer in another order: as if what is waited for had taken longer

/// Sends `change` when what a link would hold has changed, `run` with {outcome} after each run, `predict` with {right,
/// of, form}, `step` with {position}, and `solved` with {id}.
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
    const seek = { seek: (position) => this.stepper.seek(position) };
    const send = (type) => (detail) => this.dispatchEvent(new CustomEvent(type, { detail }));
    this.sources = new SourcePair({ c: panel('c'), python: panel('python'), meaning: panel('meaning') });
    this.params = new ParamsView(panel('params'), {
      change: (values) => this.changeParams(values),
      point: (name) => this.sources.lightValue(name),
    });
    this.predict = new PredictView(panel('predict'), { told: send('predict') });
    this.make = new MakeView(panel('make'), { solved: (id) => send('solved')({ id }) });
    this.output = new OutputView(panel('output'), seek);
    this.timeline = new Timeline(panel('timeline'), { ...seek, minimap: panel('minimap') });
    this.compare = new CompareView(
      { words: panel('compare'), root: panel('pinned') },
      { timeline: this.timeline, ...seek },
    );
    this.steps = new StepList(panel('steps'), seek);
    this.state = new StateView(panel('state'));
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
      () => this.otherOrder(),
    );
    this.pinButton = this.addTool('Pin', 'Keep this run, to compare it with others', () => this.pin());
    this.againstButton = this.addTool('', 'Pins that run, and shows the two one above the other', () =>
      this.pinAgainst(this.program.against),
    );
    panel('extras').append(downloads(this));
    this.listen(send);
  }

  listen(send) {
    this.runButton.addEventListener('click', () => this.run());
    this.stopButton.addEventListener('click', () => this.interrupt());
    this.clickButton.addEventListener('click', () => this.runner.click());
    this.timeline.addEventListener('lane', ({ detail }) => {
      this.stepper.lane = detail.lane;
    });
    for (const button of this.root.querySelectorAll('[data-zoom]'))
      button.addEventListener('click', () => this.timeline[button.dataset.zoom]());
    this.stepper.addEventListener('change', ({ detail }) => {
      this.show(detail.position, detail.state);
      if (detail.along) return;
      send('step')({ position: detail.position });
      send('change')();
    });
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.run();
      else this.stepper.key(event);
    });
    for (const input of this.root.querySelectorAll('[data-axis]')) {
      input.addEventListener('change', () => {
        this.timeline.setAxis(input.value);
        send('change')();
      });
    }
    for (const input of this.root.querySelectorAll('[data-clock]')) {
      input.addEventListener('change', () => {
        this.setClock(input.value);
        send('change')();
      });
    }
    for (const input of this.root.querySelectorAll('[data-language]')) {
      input.addEventListener('change', () => {
        this.root.dataset.language = input.value;
      });
    }
  }

  /// Shows a program that has not run yet: {id, ask, c, python, wasm, env, params, make, live, clicks, against}. c,
  /// python and wasm are the URLs of its files, env is what its getenv answers; `live`: it makes sense on the real
  /// clock alone, `clicks`: there is to be a button that it hears of, `against`: {text, params}, what it is worth being
  /// compared with. All but id, c and wasm may be missing. `view` is what a link holds: {params, at, axis, clock, seed,
  /// pin}; with
  /// `at` the program runs at once, with `pin` ({params, seed}) beside that run.
  open(program, view = {}) {
    this.runner.stop();
    this.program = program;
    this.values = valuesFrom(program, view.params);
    this.seed = seedFrom(view.seed);
    this.reset('ready');
    this.ask.replaceChildren(...prose(program.ask ?? ''));
    this.params.show(program, this.values);
    this.params.root.closest('section').hidden = !program.params;
    this.make.show(program);
    this.tell('');
    this.setClock(program.live ? 'real' : view.clock);
    if (view.axis) this.setAxis(view.axis);
    this.clickButton.hidden = !program.clicks;
    this.compare.clear();
    this.namePinButton();
    this.againstButton.hidden = !program.against;
    this.againstButton.textContent = program.against ? `Against: ${program.against.text}` : '';
    this.opened = this.showSources(program);
    this.rehearsal = this.rehearse();
    if (view.pin) this.pinAgainst({ ...view.pin, params: { ...defaults(program), ...view.pin.params } }, view.at);
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
    return {
      id: this.program.id,
      ...this.choicesOf(this),
      // on the real clock no run is like another
      at: length && position !== length && this.clock === 'virtual' ? position : undefined,
      axis: this.timeline.kind === usualAxis(this.clock) ? undefined : this.timeline.kind,
      pin: this.compare.pinned ? this.choicesOf(this.compare.pinned) : undefined,
      clock: this.clock === 'real' && !this.program.live ? 'real' : undefined,
    };
  }

  /// What leads to a run, as a link holds it: {params, seed}, as far as they are not the program's own.
  choicesOf({ values, seed }) {
    const own = defaults(this.program);
    const params = Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== own[name]));
    return { params: Object.keys(params).length ? params : undefined, seed: seed || undefined };
  }

  // --- two runs, one above the other ---

  /// The current run, with what led to it.
  get shown() {
    return { program: this.program, model: this.model, lines: this.lines, values: this.values, seed: this.seed };
  }

  pin() {
    if (this.compare.pinned) return this.unpin();
    if (!this.model) return undefined; // it still runs
    this.compare.pin(this.shown);
    return this.tellPinned();
  }

  unpin() {
    const { now } = this.compare;
    this.compare.clear();
    if (now && this.model) this.timeline.draw();
    this.tellPinned();
  }

  namePinButton() {
    this.pinButton.textContent = this.compare.pinned ? 'Unpin' : 'Pin';
  }

  tellPinned() {
    this.namePinButton();
    this.dispatchEvent(new CustomEvent('change'));
  }

  /// Pins the run that other choices {params, seed} lead to, and shows the current choices' beside it.
  async pinAgainst({ params, seed }, at) {
    const { program, values } = this;
    const choices = { values: valuesFrom(program, { ...values, ...params }), seed: seedFrom(seed) };
    const { how, events } = await this.traceOf(this.runner, choices);
    if (this.program !== program || this.values !== values || how === 'stopped') return;
    this.compare.pin({
      program,
      ...choices,
      model: new TraceModel(events),
      lines: linesOf(events).map(({ text }) => text),
    });
    this.tellPinned();
    await this.run({ at });
  }

  setAxis(axis) {
    const kind = axis === 'time' ? 'time' : 'steps';
    if (kind !== this.timeline.kind) this.timeline.setAxis(kind);
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

  async showSources(program) {
    const [c, python] = await Promise.all([program.c, program.python].map(readText));
    if (this.program !== program) return; // the reader has moved on meanwhile
    this.definitions = {}; // names of C functions -> their lines
    this.sources.setText(c, python, this.values);
  }

  /// Finds out which lines the program prints, so that they can be predicted.
  async rehearse() {
    this.predict.clear();
    this.root.dataset.rehearsed = Boolean(this.program.live);
    if (this.program.live) return; // it may wait for the reader
    const { program, values } = this;
    const { how, events } = await this.traceOf(this.scout);
    if (this.program !== program || this.values !== values) return;
    if (how === 'exit' && !this.stepper.length) this.predict.show(linesOf(events));
    this.root.dataset.rehearsed = true;
  }

  /// Runs it on the virtual clock, unseen: {how, events}.
  async traceOf(runner, choices = this) {
    const events = [];
    const { how } = await runner.run(
      { ...this.runnable(choices), clock: 'virtual' },
      { record: (event) => events.push(event), print() {} },
    );
    return { how, events };
  }

  runnable({ values, seed } = this) {
    return {
      ...this.program,
      clock: this.clock,
      env: {
        ...this.program.env,
        ...environment(values),
        ...(seed && { ASYNCIO_SEED: String(seed), ASYNCIO_JITTER: JITTER }),
      },
    };
  }

  /// Looks for a seed under which the program prints something else, and shows that run from where it parts from this
  /// one. In such a run the same button leads back to the exact order.
  async otherOrder() {
    if (this.seed) {
      this.seed = 0;
      return this.run();
    }
    const { program, values, events, lines } = this;
    this.tell('Looking for another order …');
    const other = await findOther(events, async (seed) => {
      const { how, events: found } = await this.traceOf(this.scout, { values, seed });
      return how === 'exit' && this.program === program && this.values === values ? found : null;
    });
    if (this.program !== program || this.events !== events) return undefined;
    if (!other) return this.tell(`Under ${TRIED} other timings it prints the same.`);
    this.seed = other.seed;
    const outcome = await this.run({ at: other.parts });
    const { line, before, after } = firstDifference(lines, this.lines);
    if (this.seed === other.seed)
      this.tell(
        `Seed ${other.seed}, another timing: line ${line} is “${after ?? ''}”, and was “${before ?? ''}”. The runs part at step ${other.parts}.`,
      );
    return outcome;
  }

  /// Other parameters: the numbers in the code are others at once, and so is the result, if there was one and it takes
  /// no time.
  changeParams(values) {
    this.values = values;
    this.seed = 0;
    this.sources.setValues(values);
    this.dispatchEvent(new CustomEvent('change'));
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
    this.output.clear();
    if (phase === 'again') return; // what was before stays in sight
    for (const view of [this.state, this.timeline, this.steps]) view.clear();
  }

  /// Runs the program and shows its trace, at position `at` or at the end. Resolves with how it ended (runner.mjs).
  /// While it runs again what it did before stays in sight.
  async run({ at } = {}) {
    const { program } = this;
    this.scout.stop();
    await this.opened; // the steps are marked in the sources
    if (this.program !== program) return { how: 'stopped' };
    this.reset(this.root.dataset.phase === 'ready' ? 'running' : 'again');
    this.ordersButton.textContent = this.seed ? 'Exact order' : 'Other orders';
    this.tell(this.clock === 'real' ? 'Running, on the real clock …' : 'Running …');
    const model = (this.growing = new TraceModel(this.events));
    if (this.clock === 'real') this.follow(model);
    const outcome = await this.runner.run(this.runnable(), {
      record: (event) => this.record(event),
      print: (event) => this.print(event, 0),
    });
    if (this.program !== program || outcome.how === 'stopped') return outcome;
    this.live?.stop();
    if (this.root.dataset.phase === 'live' && !this.stepper.follows) at ??= this.stepper.position;
    this.stopButton.disabled = this.clickButton.disabled = true;
    model.catchUp();
    if (!(await this.load(model, at))) return outcome;
    this.tell(...verdict(outcome, model));
    this.predict.reveal(this.printed);
    this.make.judge({ lines: this.lines, time: model.stateAt(model.length).time, params: this.values });
    this.dispatchEvent(new CustomEvent('run', { detail: { outcome, lines: this.lines } }));
    return outcome;
  }

  /// Shows the trace while it grows.
  follow(model) {
    this.live?.stop();
    const { events } = this;
    const live = (this.live = new Live((now) => {
      if (this.events !== events) return live.stop(); // the reader has moved on
      model.catchUp();
      const first = this.root.dataset.phase !== 'live';
      if (first) this.begin(model);
      this.timeline.grow(now);
      this.steps.grow();
      if (first) this.stepper.load(model);
      this.stepper.grow();
    }));
  }

  /// A trace that grows from nothing.
  begin(model) {
    this.closeLegend();
    this.root.dataset.phase = 'live';
    this.compare.wait();
    this.timeline.prepare(model);
    this.steps.load(model);
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
    this.output.add(event, at);
  }

  /// Shows a trace, piece by piece, so that the page answers meanwhile; false if the reader has moved on before the
  /// end.
  async load(model, at) {
    const { events } = this;
    for (const part of [
      () => {
        this.timeline.prepare(model);
        this.compare.prepare({ ...this.shown, model });
      },
      () => {
        this.closeLegend();
        this.root.dataset.phase = 'drawing';
        this.timeline.drawLabels();
      },
      () => this.timeline.draw(BITE),
      () => this.timeline.drawMore(),
      () => {
        this.steps.load(model);
        this.steps.show(at ?? model.length);
      },
      () => {
        this.model = model;
        this.stepper.load(model, at);
        this.root.dataset.phase = 'ran';
      },
    ]) {
      do {
        await (model.length > LONG ? nextFrame() : pause());
        if (this.events !== events) return false;
      } while (part()); // true: there is more of it
    }
    return true;
  }

  /// What it has printed, line by line.
  get lines() {
    return this.printed.map(({ text }) => text);
  }

  /// The one place where the reader's position reaches the views.
  show(position, state) {
    this.timeline.show(position, state);
    this.compare.show(position);
    this.steps.show(position);
    this.state.show(state);
    this.output.show(position);
    this.sources.c.mark(this.marks(state));
  }

  /// Where each task that has not ended stands in the C source.
  marks(state) {
    return [...state.tasks.values()].flatMap((task, index) => {
      const line = task.status === 'done' ? 0 : this.lineOf(task);
      if (!line) return [];
      const text = () => `${nameOf(state, task.id)}: ${statusOf(state, task)}`;
      return [{ line, color: laneClass(index), running: task.status === 'running', text }];
    });
  }

  /// The line where it waits or last waited; for one that has not waited yet, its coroutine's first line.
  lineOf(task) {
    if (!task.site) return (this.definitions[task.coro] ??= this.sources.c.definitionOf(task.coro));
    return fileName(this.program.c) === task.site.file ? task.site.line : 0;
  }

  tell(text, bad = false) {
    this.status.classList.toggle('bad', bad);
    this.status.textContent = text;
  }
}

function seedFrom(given) {
  return Number.isInteger(given) && given > 0 ? given : 0;
}

/// A program's parameters: its own, unless a link says otherwise, and then only what they may be.
function valuesFrom(program, given) {
  const values = defaults(program);
  for (const name of Object.keys(values))
    if (given && Object.hasOwn(given, name)) values[name] = sane(program.params[name], given[name]);
  return values;
}

/// Lets the browser do what it has to do: a task of its own, which no timer delays.
function pause() {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(0);
  });
}

/// The same after a picture has been painted, if any is to be: of a long trace that takes time, too.
function nextFrame() {
  return Promise.race([
    new Promise((done) => requestAnimationFrame(done)),
    new Promise((done) => setTimeout(done, HIDDEN)),
  ]).then(pause);
}

function fileName(url) {
  return String(url).split('/').at(-1);
}

async function readText(url) {
  if (!url) return '';
  const missing = (why) => `(${fileName(url)} could not be loaded: ${why})`;
  try {
    const response = await fetch(url);
    return response.ok ? await response.text() : missing(`status ${response.status}`);
  } catch (error) {
    return missing(error.message);
  }
}

const INTERRUPTED = 130; // the exit status that stands for KeyboardInterrupt

/// How the run went, in a sentence, and whether that is bad news.
function verdict(outcome, model) {
  const after = ` after ${seconds(model.stateAt(model.length).time)} on the loop’s clock, in ${plural(model.length, 'step')}`;
  const more = outcome.dropped ? `. It went on for ${plural(outcome.dropped, 'step')} more, too many to show.` : '.';
  switch (outcome.how) {
    case 'exit':
      if (outcome.status === INTERRUPTED) return [`Ended by Ctrl+C${after}${more}`, true];
      return outcome.status === 0
        ? [`Ended${after}${more}`]
        : [`Ended with exit status ${outcome.status}${after}${more}`, true];
    case 'hung': {
      const shown =
        model.length < outcome.limit ? 'what it did until then' : `the first ${plural(model.length, 'step')}`;
      return [
        `It did not come back within ${plural(outcome.seconds, 'second')}, so it was ended. What is shown is ${shown}.`,
        true,
      ];
    }
    case 'interrupted':
      return ['It computes without giving way to the loop, so it did not hear Ctrl+C, and was ended.', true];
    default:
      return [`It broke off: ${outcome.message}`, true];
  }
}
