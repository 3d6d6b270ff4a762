// The C program and its Python twin side by side: the line that the reader is at and its counterpart are lit together,
// and below stands what the call in it means.

import { align } from './align.mjs';
import { el } from '../dom.mjs';
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
    this.clear();
  }

  clear() {
    this.alignment = { toPython: () => [], toC: () => [] };
    this.say(0);
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
