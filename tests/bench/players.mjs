// Those who compete: a process for each, kept running, which is told "name count" and answers with a number.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Player {
  #child;
  #lines;
  #said = '';
  #counts = new Map();

  constructor(name, command, args) {
    this.name = name;
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.on('error', (error) => { this.#said += error.message; });
    this.#child.stdin.on('error', () => {}); // its end is noticed when it does not answer
    this.#child.stderr.on('data', (data) => { this.#said += data; });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** One round of so many operations: what each took. */
  async play(scenario, count) {
    this.#child.stdin.write(`${scenario} ${count}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.name} did not get through "${scenario}": ${this.#said.trim().slice(-1000) || 'it ended'}`);
    if (!Number.isFinite(Number(value))) throw new Error(`${this.name} answered "${scenario}" with "${value}"`);
    return Number(value);
  }

  /** One round that takes about `milliseconds`; the first one, which finds out how many operations that is, warms up. */
  async round(scenario, milliseconds) {
    if (!this.#counts.has(scenario)) await this.#calibrate(scenario, milliseconds);
    return this.play(scenario, this.#counts.get(scenario));
  }

  async #calibrate(scenario, milliseconds) {
    const wanted = milliseconds * 1e6;
    let count = 10_000;
    for (let tries = 0; tries < 6; tries++) {
      const each = Math.max(await this.play(scenario, count), 0.1);
      const next = Math.max(1000, Math.ceil(wanted / each / 1000) * 1000);
      const enough = count * each > wanted / 2;
      count = next;
      if (enough) break;
    }
    this.#counts.set(scenario, count);
  }

  stop() {
    this.#child.stdin.end();
    this.#child.kill();
  }
}
