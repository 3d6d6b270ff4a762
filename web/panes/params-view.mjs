// A program's parameters as sliders and switches. A change is told at once, with all values.

import { el } from './dom.mjs';
import { defaults } from '../run/params.mjs';

export class ParamsView {
  root;
  change;
  point;

  /// `change(values)` hears of every change; `point(name or null)` of the parameter that the reader is at.
  constructor(root, { change, point }) {
    Object.assign(this, { root, change, point });
    this.list = el('div', { class: 'params' });
    this.reset = el(
      'button',
      { type: 'button', class: 'quiet', on: { click: () => this.set(defaults(this.program), true) } },
      'As it was',
    );
    root.append(this.list, this.reset);
  }

  open(program, values) {
    this.program = program;
    this.root.closest('section').hidden = !program.params;
    this.controls = Object.entries(program.params ?? {}).map(([name, param]) => control(name, param));
    for (const { name, label, input } of this.controls) {
      input.addEventListener('input', () => this.changed());
      for (const type of ['pointerenter', 'focusin']) label.addEventListener(type, () => this.point(name));
      for (const type of ['pointerleave', 'focusout']) label.addEventListener(type, () => this.point(null));
    }
    this.list.replaceChildren(...this.controls.map(({ label }) => label));
    this.set(values);
  }

  get values() {
    return Object.fromEntries(this.controls.map(({ name, read }) => [name, read()]));
  }

  set(values, tell = false) {
    for (const { name, write } of this.controls) write(values[name]);
    if (tell) this.changed();
    else this.tellReset();
  }

  changed() {
    for (const { write, read } of this.controls) write(read());
    this.tellReset();
    this.change(this.values);
  }

  tellReset() {
    const own = defaults(this.program);
    const changed = this.controls.some(({ name, read }) => read() !== own[name]);
    if (!changed && this.reset === this.root.getRootNode().activeElement) this.controls[0]?.input.focus();
    this.reset.hidden = !changed;
  }
}

function control(name, param) {
  if (typeof param.value === 'boolean') {
    const input = el('input', { 'type': 'checkbox', 'role': 'switch', 'data-param': name });
    return {
      name,
      input,
      read: () => input.checked,
      write: (value) => {
        input.checked = value;
      },
      label: el('label', { class: 'param switchable' }, input, el('span', { class: 'param-name' }, param.label)),
    };
  }
  const input = el('input', {
    'type': 'range',
    'min': param.min,
    'max': param.max,
    'step': param.step,
    'data-param': name,
  });
  const shown = el('output', {});
  return {
    name,
    input,
    read: () => Number(input.value),
    write: (value) => {
      input.value = value;
      shown.textContent = `${value}${param.unit && ` ${param.unit}`}`;
      input.setAttribute('aria-valuetext', `${value} ${param.unit === 's' ? 'seconds' : ''}`.trim());
    },
    label: el('label', { class: 'param' }, el('span', { class: 'param-name' }, param.label), input, shown),
  };
}
