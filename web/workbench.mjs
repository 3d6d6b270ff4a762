// One program on the page: its sources, the reader's prediction, Run, what it printed, and the trace to walk through. It
// knows nothing of lessons: give it any program and it shows it.

import { nameOf, statusOf } from './describe.mjs';
import { prose } from './dom.mjs';
import { plural, seconds } from './format.mjs';
import { laneClass } from './lane-colors.mjs';
import { legend } from './legend.mjs';
import { OutputView } from './output-view.mjs';
import { Runner } from './runner.mjs';
import { SourceView } from './source-view.mjs';
import { StateView } from './state-view.mjs';
import { StepList } from './step-list.mjs';
import { Stepper } from './stepper.mjs';
import { Timeline } from './timeline.mjs';
import { TraceModel } from './trace-model.mjs';

export class Workbench {
  /// `root` is the <section> with the panels (index.html).
  constructor(root, { runner = new Runner() } = {}) {
    this.root = root;
    this.runner = runner;
    this.hasRun = false;
    this.predictions = new Map(); // program id -> what the reader noted, for as long as the page is open
    const panel = (name) => root.querySelector(`[data-panel="${name}"]`);
    const seek = { seek: (position) => this.stepper.seek(position) };
    this.c = new SourceView(panel('c'), { language: 'c', label: 'C source' });
    this.python = new SourceView(panel('python'), { language: 'python', label: 'Python source' });
    this.output = new OutputView(panel('output'), seek);
    this.timeline = new Timeline(panel('timeline'), { ...seek, minimap: panel('minimap') });
    this.steps = new StepList(panel('steps'), seek);
    this.state = new StateView(panel('state'));
    this.stepper = new Stepper(panel('stepper'));
    this.ask = panel('ask');
    this.status = panel('status');
    this.prediction = panel('prediction');
    this.runButton = panel('run');
    this.stopButton = panel('stop');
    this.legend = panel('legend').closest('details'); // open until there is something to explain it
    panel('legend').append(legend());
    this.listen();
  }

  listen() {
    this.runButton.addEventListener('click', () => this.run());
    this.stopButton.addEventListener('click', () => this.interrupt());
    this.timeline.addEventListener('lane', ({ detail }) => { this.stepper.lane = detail.lane; });
    for (const button of this.root.querySelectorAll('[data-zoom]')) button.addEventListener('click', () => this.timeline[button.dataset.zoom]());
    this.stepper.addEventListener('change', ({ detail }) => this.show(detail.position, detail.state));
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.run();
      else this.stepper.key(event);
    });
    this.prediction.addEventListener('input', () => this.predictions.set(this.program.id, this.prediction.value));
    for (const input of this.root.querySelectorAll('[name="axis"]')) {
      input.addEventListener('change', () => this.timeline.setAxis(input.value));
    }
    for (const input of this.root.querySelectorAll('[name="language"]')) {
      input.addEventListener('change', () => { this.root.dataset.language = input.value; });
    }
  }

  /// Shows a program that has not run yet: {id, ask, c, python, wasm, env}. c, python and wasm are the URLs of its files,
  /// env is what its getenv answers; all but id, c and wasm may be missing.
  open(program) {
    this.runner.stop();
    this.program = program;
    this.reset('ready');
    this.ask.replaceChildren(...prose(program.ask ?? ''));
    this.prediction.value = this.predictions.get(program.id) ?? '';
    this.tell('');
    this.opened = this.showSources(program);
    return this.opened;
  }

  async showSources(program) {
    const [c, python] = await Promise.all([program.c, program.python].map(readText));
    if (this.program !== program) return; // the reader has moved on meanwhile
    this.definitions = {}; // names of C functions -> their lines
    this.c.setText(c);
    this.python.setText(python);
  }

  reset(phase) {
    this.root.dataset.phase = phase;
    this.stopButton.disabled = phase !== 'running';
    this.events = [];
    this.model = null;
    this.stepper.clear();
    this.output.clear();
    this.state.clear();
  }

  /// Runs the program and shows its trace. Resolves with how it ended (runner.mjs).
  async run() {
    const { program } = this;
    await this.opened; // the steps are marked in the sources
    if (this.program !== program) return { how: 'stopped' };
    this.reset('running');
    this.tell('Running …');
    const outcome = await this.runner.run(program, {
      record: (event) => this.record(event),
      print: (event) => this.output.add(event, 0),
    });
    if (this.program !== program || outcome.how === 'stopped') return outcome;
    this.stopButton.disabled = true;
    if (await this.load(new TraceModel(this.events))) this.tell(...verdict(outcome, this.model));
    return outcome;
  }

  /// Stop: Ctrl+C for the program.
  interrupt() {
    this.runner.interrupt();
    this.tell('Ctrl+C is sent: it cancels the main task, which may clean up. Stop again to end it at once.');
  }

  record(event) {
    this.events.push(event);
    if (event.ev === 'print') this.output.add(event, this.events.length);
  }

  /// Shows a trace, piece by piece, so that the page answers meanwhile; false if the reader has moved on before the end.
  async load(model) {
    this.model = model;
    const { events } = this;
    for (const part of [
      () => this.timeline.prepare(model),
      () => {
        if (!this.hasRun) this.legend.open = false;
        this.hasRun = true;
        this.root.dataset.phase = 'drawing';
        this.timeline.draw();
      },
      () => {
        this.steps.load(model);
        this.stepper.load(model);
        this.root.dataset.phase = 'ran';
      },
    ]) {
      await pause();
      if (this.events !== events) return false;
      part();
    }
    return true;
  }

  /// The one place where the reader's position reaches the views.
  show(position, state) {
    this.timeline.show(position, state);
    this.steps.show(position);
    this.state.show(state);
    this.output.show(position);
    this.c.mark(this.marks(state));
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
    if (!task.site) return this.definitions[task.coro] ??= this.c.definitionOf(task.coro);
    return fileName(this.program.c) === task.site.file ? task.site.line : 0;
  }

  tell(text, bad = false) {
    this.status.classList.toggle('bad', bad);
    this.status.textContent = text;
  }
}

/// Lets the browser do what it has to do: a task of its own, which no timer delays.
function pause() {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { port1.close(); done(); };
    port2.postMessage(0);
  });
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
      return outcome.status === 0 ? [`Ended${after}${more}`] : [`Ended with exit status ${outcome.status}${after}${more}`, true];
    case 'hung': {
      const shown = model.length < outcome.limit ? 'what it did until then' : `the first ${plural(model.length, 'step')}`;
      return [`It did not come back within ${plural(outcome.seconds, 'second')}, so it was ended. What is shown is ${shown}.`, true];
    }
    case 'interrupted':
      return ['It computes without giving way to the loop, so it did not hear Ctrl+C, and was ended.', true];
    default:
      return [`It broke off: ${outcome.message}`, true];
  }
}
