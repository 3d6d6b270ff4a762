// The task at the end of a lesson: what the reader is to bring about, and whether this run does.

import { el } from './dom.mjs';

const KEY = 'asyncio-wasm.solved';

export class MakeView {
  /// `solved(id)` hears of a task that has been done for the first time.
  constructor(root, { solved = (_id) => {} } = {}) {
    this.solved = solved;
    this.task = el('p', { class: 'make-task' });
    this.state = el('p', { class: 'make-state', role: 'status' });
    root.append(this.task, this.state);
    this.root = root;
  }

  open(program) {
    this.program = program;
    this.root.closest('section').hidden = !program.make;
    this.task.textContent = program.make?.task ?? '';
    this.tell(false);
  }

  /// run: {lines, time, params}.
  end(run) {
    if (!this.program.make) return;
    const done = this.program.make.check(run) === true;
    this.tell(done);
    if (done && !solvedTasks().includes(this.program.id)) {
      remember(this.program.id);
      this.solved(this.program.id);
    }
  }

  tell(done) {
    this.root.classList.toggle('done', done);
    const before = this.program.make && solvedTasks().includes(this.program.id);
    this.state.textContent = done
      ? '✓ Done: this run does it.'
      : before
        ? 'You have done it before; this run does not.'
        : 'Not yet.';
  }
}

/// Ids of programs whose task this reader has done. A browser that keeps nothing has none.
export function solvedTasks() {
  try {
    const ids = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(ids) ? ids : [];
  } catch {
    return [];
  }
}

function remember(id) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...solvedTasks(), id]));
  } catch {
    // private windows may refuse
  }
}
