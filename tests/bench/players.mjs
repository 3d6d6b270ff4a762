// Those who compete: a process for each, kept running, which is told "name count" and answers with a number.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const WARM_MS = 100;

export class Player {
  #child;
  #lines;
  #said = '';
  #counts = new Map();

  constructor(name, command, args) {
    this.name = name;
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.on('error', (error) => {
      this.#said += error.message;
    });
    this.#child.stdin.on('error', () => {}); // its end is noticed when it does not answer
    this.#child.stderr.on('data', (data) => {
      this.#said += data;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** One round of so many operations: what each took. */
  async play(scenario, count) {
    this.#child.stdin.write(`${scenario} ${count}\n`);
    const { value, done } = await this.#lines.next();
    if (done)
      throw new Error(
        `${this.name} did not get through "${scenario}": ${this.#said.trim().slice(-1000) || 'it ended'}`,
      );
    if (!Number.isFinite(Number(value))) throw new Error(`${this.name} answered "${scenario}" with "${value}"`);
    return Number(value);
  }

  /** One round that takes about `milliseconds`, or a thousand operations; before the first one it warms up. */
  async round(scenario, milliseconds) {
    if (!this.#counts.has(scenario)) await this.#calibrate(scenario, milliseconds);
    return this.play(scenario, this.#counts.get(scenario));
  }

  /** Rounds of growing length until compilers have had time to do their best. */
  async #calibrate(scenario, milliseconds) {
    const thousands = (each, time) => Math.max(1, Math.round((time * 1e6) / each / 1000)) * 1000;
    let count = 10_000,
      each = await this.play(scenario, count);
    for (let tries = 0; tries < 6 && count * each < (WARM_MS / 2) * 1e6; tries++) {
      count = thousands(Math.max(each, 0.1), WARM_MS);
      each = await this.play(scenario, count);
    }
    this.#counts.set(scenario, thousands(Math.max(each, 0.1), milliseconds));
  }

  stop() {
    this.#child.stdin.end();
    this.#child.kill();
  }
}
