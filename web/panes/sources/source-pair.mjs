// The C program and its Python twin side by side: the line that the reader is at and its counterpart are lit together,
// and below stands what the call in it means.

import { nameOf, statusOf } from '../../trace/describe.mjs';
import { el } from '../dom.mjs';
import { laneClass } from '../lane-colors.mjs';
import { align } from './align.mjs';
import { SourceView } from './source-view.mjs';

let calls; // what each call means, or the promise of it: calls.json, which is loaded once the reader is at a call

export class SourcePair {
  constructor({ c, python, meaning }) {
    this.meaning = meaning;
    this.c = new SourceView(c, { language: 'c', label: 'C source', at: (line) => this.atC(line) });
    this.python = new SourceView(python, {
      language: 'python',
      label: 'Python source',
      at: (line) => this.atPython(line),
    });
    this.alignment = { toPython: (_line) => [], toC: (_line) => [] };
    this.say(0);
  }

  /// Loads the program's files; `loaded` is when they are shown.
  open(program, values) {
    this.program = program;
    this.loaded = this.load(program, values);
  }

  async load(program, values) {
    const [c, python] = await Promise.all([program.c, program.python].map(readText));
    if (this.program !== program) return; // the reader has moved on meanwhile
    this.definitions = {}; // names of C functions -> their lines
    this.setText(c, python, values);
  }

  setText(c, python, values) {
    this.c.setText(c, values);
    this.python.setText(python, values);
    this.alignment = align(this.c.text, this.python.text);
    this.say(0);
  }

  setValues(values) {
    this.c.setValues(values);
    this.python.setValues(values);
  }

  lightValue(name) {
    this.c.lightValue(name);
    this.python.lightValue(name);
  }

  /// Marks where each task that has not ended stands in the C source.
  show(_, state) {
    const marks = [...state.tasks.values()].flatMap((task, index) => {
      const line = task.status === 'done' ? 0 : this.lineOf(task);
      if (!line) return [];
      const text = () => `${nameOf(state, task.id)}: ${statusOf(state, task)}`;
      return [{ line, color: laneClass(index), running: task.status === 'running', text }];
    });
    this.c.mark(marks);
  }

  /// The line where it waits or last waited; for one that has not waited yet, its coroutine's first line.
  lineOf(task) {
    if (!task.site) return (this.definitions[task.coro] ??= this.c.definitionOf(task.coro));
    return fileName(this.program.c) === task.site.file ? task.site.line : 0;
  }

  atC(line) {
    this.c.light(line ? [line] : []);
    this.python.light(this.alignment.toPython(line), true);
    this.say(line);
  }

  atPython(line) {
    const twins = this.alignment.toC(line);
    this.python.light(line ? [line] : []);
    this.c.light(twins, true);
    this.say(twins[0] ?? 0);
  }

  /// What the first call of asyncio's in a line of C means.
  async say(line) {
    this.line = line;
    const names = (this.c.text.split('\n')[line - 1] ?? '').match(/asyncio_\w+/g) ?? [];
    const known = names.length ? await (calls ??= loadCalls()) : {};
    if (this.line !== line) return; // the reader is elsewhere by now
    const name = names.find((each) => Object.hasOwn(known, each)),
      { python, text } = known[name] ?? {};
    this.meaning.replaceChildren(
      ...(name
        ? [el('code', {}, name), ...(python ? [' is ', el('code', {}, python)] : []), `: ${text}`]
        : [
            'Point at a line, or go through them with the arrow keys: its twin lights up, and what it calls is ' +
              'explained here.',
          ]),
    );
  }
}

/// Without it there is no explanation, and no harm; the next line is another try.
async function loadCalls() {
  try {
    return await (await fetch(new URL('./calls.json', import.meta.url))).json();
  } catch {
    calls = undefined;
    return {};
  }
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
