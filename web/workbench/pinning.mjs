// Two runs, one above the other: the buttons that pin a run, and what is pinned when a program or a link asks for it.

import { TraceModel } from '../trace/model.mjs';
import { linesOf } from '../trace/orders.mjs';
import { choicesOf, seedFrom, valuesFrom } from '../run/choices.mjs';

export class Pinning {
  constructor(workbench) {
    this.workbench = workbench;
    this.compare = workbench.panes.compare;
    this.button = workbench.addTool('Pin', 'Keep this run, to compare it with others', () => this.toggle());
    this.againstButton = workbench.addTool('', 'Pins that run, and shows the two one above the other', () =>
      this.against(workbench.program.against),
    );
  }

  /// Another program.
  open({ against }) {
    this.compare.unpin();
    this.nameButton();
    this.againstButton.hidden = !against;
    this.againstButton.textContent = against ? `Against: ${against.text}` : '';
  }

  /// As a link holds it.
  get choices() {
    const { pinned } = this.compare;
    return pinned ? choicesOf(this.workbench.program, pinned) : undefined;
  }

  toggle() {
    const { workbench, compare } = this;
    if (compare.pinned) return this.unpin();
    if (!workbench.model) return undefined; // it still runs
    compare.pin(workbench.shown);
    return this.told();
  }

  unpin() {
    const { now } = this.compare;
    this.compare.unpin();
    if (now && this.workbench.model) this.workbench.panes.timeline.draw();
    this.told();
  }

  nameButton() {
    this.button.textContent = this.compare.pinned ? 'Unpin' : 'Pin';
  }

  told() {
    this.nameButton();
    this.workbench.send('change');
  }

  /// Pins the run that other choices {params, seed} lead to, and shows the current choices' beside it.
  async against({ params, seed }, at) {
    const { workbench } = this,
      { program, values } = workbench;
    const choices = { values: valuesFrom(program, { ...values, ...params }), seed: seedFrom(seed) };
    const { how, events } = await workbench.traceOf(workbench.runner, choices);
    if (workbench.program !== program || workbench.values !== values || how === 'stopped') return;
    const lines = linesOf(events).map(({ text }) => text);
    this.compare.pin({ program, ...choices, model: new TraceModel(events), lines });
    this.told();
    await workbench.run({ at });
  }
}
